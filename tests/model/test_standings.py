"""Standings: reading rankings with ties, draws and unknown entries; settling ties; taking entries out."""

from __future__ import annotations

import itertools
import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaproof.model.errors import IncompleteError, InputError
from quotaproof.model.files import write_text
from quotaproof.model.rules_file import load_rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_loading import load_folder
from quotaproof.model.standings.rankings import Entry, Ranking, Standings, load_standings
from quotaproof.scenarios import FOLDER

RULES = load_rules(FOLDER / "beijing-2022" / "rules.toml")
EVENTS = [event.identifier for event in RULES.events]
RELAYS = {event.identifier for event in RULES.events if event.kind == "relay"}
NOCS = ["CAN", "CHN", "HUN", "ITA", "JPN", "KOR", "NED", "ROC"]


def load(tmp_path: Path, text: str) -> Standings:
    path = tmp_path / "standings.csv"
    write_text(path, text)
    return load_standings(path, RULES)


def ranking_of(tmp_path: Path, rows: str, header: str = "event,rank,noc,qualifier") -> Ranking:
    return load(tmp_path, "\n".join([header, *rows.split()])).rankings["men-500"]


@st.composite
def rankings(draw: st.DrawFn, relay: bool, unknown: bool = True, ties: bool = True) -> Ranking:
    """A ranking in which some entries may be unknown and some consecutive ranks tied."""
    most = 1 if relay else 3
    counts = draw(st.lists(st.integers(0, most), min_size=len(NOCS), max_size=len(NOCS)).filter(any))
    order = draw(st.permutations([noc for noc, count in zip(NOCS, counts, strict=True) for _ in range(count)]))
    seen: dict[str, int] = {}
    points = draw(st.booleans())
    entries = []
    for noc in order:
        seen[noc] = seen.get(noc, 0) + 1
        entries.append(Entry(noc, seen[noc], draw(st.integers(0, 9999)) if points else None))
    if unknown:
        hidden = draw(st.sets(st.integers(0, len(entries) - 1), max_size=4))
        for position in hidden:
            entries[position] = Entry(None, 1 if relay else None, entries[position].points)
    groups = []
    start = 1
    while ties and start < len(entries):
        size = draw(st.integers(1, 4))
        if 1 < size <= len(entries) - start + 1:
            groups.append(tuple(range(start, start + size)))
        start += size
    return Ranking(tuple(entries), tuple(groups))


@st.composite
def standings(draw: st.DrawFn, unknown: bool = True, ties: bool = True) -> Standings:
    events = draw(st.lists(st.sampled_from(EVENTS), unique=True, min_size=1, max_size=3))
    ordered = sorted(events, key=EVENTS.index)
    return Standings({event: draw(rankings(event in RELAYS, unknown, ties)) for event in ordered})


# Reading -------------------------------------------------------------------------------------------------------------


def test_rows_may_stand_in_any_order(tmp_path: Path) -> None:
    ranking = ranking_of(tmp_path, "men-500,3,CAN,2 men-500,1,CAN,1 men-relay,1,ITA,1 men-500,2,ITA,1")
    assert ranking.claims() == (("CAN", 1), ("ITA", 1), ("CAN", 2))
    assert ranking.tied == ()


def test_a_tie_shares_a_rank_and_the_next_rank_counts_all_of_it(tmp_path: Path) -> None:
    ranking = ranking_of(
        tmp_path, "men-500,1,CAN,1 men-500,2=,ITA,1 men-500,2=,KOR,1 men-500,2=,NED,1 men-500,5=,JPN,1 men-500,5=,HUN,1"
    )
    assert ranking.tied == ((2, 3, 4), (5, 6))
    assert [noc for noc, _ in ranking.claims()] == ["CAN", "ITA", "KOR", "NED", "JPN", "HUN"]


def test_a_recorded_draw_settles_a_tie(tmp_path: Path) -> None:
    ranking = ranking_of(
        tmp_path,
        "men-500,1=,CAN,1,2 men-500,1=,ITA,1,3 men-500,1=,KOR,1,1 men-500,4,NED,1,",
        "event,rank,noc,qualifier,draw",
    )
    assert [noc for noc, _ in ranking.claims()] == ["KOR", "CAN", "ITA", "NED"]
    assert ranking.tied == ()


def test_points_are_kept(tmp_path: Path) -> None:
    ranking = ranking_of(tmp_path, "men-500,1,CAN,1,900 men-500,2,ITA,1,", "event,rank,noc,qualifier,points")
    assert ranking.entries == (Entry("CAN", 1, 900), Entry("ITA", 1, None))


@pytest.mark.parametrize("qualifier", ["?", ""])
def test_an_unknown_entry_leaves_a_qualifier_behind_it_possible(tmp_path: Path, qualifier: str) -> None:
    ranking = ranking_of(tmp_path, f"men-500,1,?,{qualifier} men-500,2,CAN,2 men-500,3,CAN,3 men-500,4,ITA,1")
    assert ranking.entries[0] == Entry(None, None)
    assert not ranking.complete
    with pytest.raises(InputError, match="the entry at rank 1 is unknown"):
        ranking.claims()


def test_two_unknown_entries_leave_two_qualifiers_open(tmp_path: Path) -> None:
    rows = "men-500,1,?,? men-500,2,CAN,2 men-500,3,?,? men-500,4,ITA,2"
    assert [entry.qualifier for entry in ranking_of(tmp_path, rows).entries] == [None, 2, None, 2]


def test_an_unknown_team_is_the_first_of_its_noc(tmp_path: Path) -> None:
    standings = load(tmp_path, "event,rank,noc,qualifier\nmen-relay,1,?,?\nmen-relay,2,CAN,1\n")
    assert standings.rankings["men-relay"].entries == (Entry(None, 1), Entry("CAN", 1))
    assert not standings.rankings["men-relay"].complete


def test_a_file_without_rows_leaves_everything_unknown(tmp_path: Path) -> None:
    standings = load(tmp_path, "event,rank,noc,qualifier\n")
    assert standings.rankings == {}
    assert standings.incomplete_events(RULES) == tuple(EVENTS)


@given(standings())
def test_standings_come_back_as_they_were_written(tmp_path: Path, before: Standings) -> None:
    assert load(tmp_path, before.to_csv()) == before


@given(standings(ties=False), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(tmp_path: Path, before: Standings, shuffler: random.Random) -> None:
    header, *rows = before.to_csv().splitlines()
    shuffler.shuffle(rows)
    assert load(tmp_path, "\n".join([header, *rows])) == before


@given(standings(unknown=False, ties=False), st.data())
def test_a_draw_gives_the_order_it_records(tmp_path: Path, before: Standings, data: st.DataObject) -> None:
    """Tie a stretch of ranks, shuffle its rows, and record the old order as the draw."""
    rows = [line.split(",")[:4] for line in before.to_csv().splitlines()[1:]]
    event, ranking = data.draw(st.sampled_from(sorted(before.rankings.items())))
    size = data.draw(st.integers(1, len(ranking.entries)))
    start = data.draw(st.integers(1, len(ranking.entries) - size + 1))
    tied = [row for row in rows if row[0] == event and start <= int(row[1]) < start + size]
    if size > 1:
        for number, row in enumerate(tied, 1):
            row[1] = f"{start}="
            row.append(str(number))
    shuffled = data.draw(st.permutations(rows))
    text = "\n".join(["event,rank,noc,qualifier,draw", *(",".join([*row, ""][:5]) for row in shuffled)])
    after = load(tmp_path, text)
    assert {event: ranking.claims() for event, ranking in after.rankings.items()} == {
        event: ranking.claims() for event, ranking in before.rankings.items()
    }
    assert after.tied_groups() == ()


# What is known -------------------------------------------------------------------------------------------------------


def test_standings_of_pairs_and_of_names() -> None:
    standings = Standings.of({"men-500": [("CAN", 1), ("CAN", 2)], "men-relay": ["ITA", "CAN"]})
    assert standings.rankings["men-500"].claims() == (("CAN", 1), ("CAN", 2))
    assert standings.rankings["men-relay"].claims() == (("ITA", 1), ("CAN", 1))
    assert standings.nocs == {"CAN", "ITA"}
    assert standings.incomplete_events(RULES) == tuple(e for e in EVENTS if e not in ("men-500", "men-relay"))


@given(standings())
def test_a_ranking_is_complete_when_all_its_claims_are_known(before: Standings) -> None:
    for event, ranking in before.rankings.items():
        assert ranking.complete == (event not in before.incomplete_events(RULES))
        if ranking.complete:
            assert len(ranking.claims()) == len(ranking.entries)
        else:
            with pytest.raises(InputError, match="is unknown"):
                ranking.claims()


def test_the_standings_of_sochi_are_complete_and_those_of_beijing_are_not() -> None:
    sochi = load_folder(FOLDER / "sochi-2014")
    sochi.require_complete()
    assert sochi.standings.incomplete_events(sochi.rules) == ()
    beijing = load_folder(FOLDER / "beijing-2022")
    with pytest.raises(IncompleteError, match="the ranking of men-500 is unknown, and an allocation needs complete"):
        beijing.require_complete()


def test_the_first_unknown_rank_is_named() -> None:
    events = {event.identifier: [("CAN", 1)] for event in RULES.events}
    rankings = dict(Standings.of(events).rankings)
    rankings["women-500"] = Ranking((Entry("CAN", 1), Entry(None, None), Entry(None, None)))
    scenario = Scenario("x", "x", "x", None, RULES, standings=Standings(rankings))
    with pytest.raises(IncompleteError, match=r"standings\.csv: rank 2 of women-500 is unknown"):
        scenario.require_complete()


# Ties ----------------------------------------------------------------------------------------------------------------


def orders(ranking: Ranking) -> set[tuple[Entry, ...]]:
    """Every order of the tied entries in which no NOC's later result comes before its earlier one, by trying all."""
    found = set()
    slots = [list(itertools.permutations(group)) for group in ranking.tied]
    for choice in itertools.product(*slots):
        entries = list(ranking.entries)
        for group, order in zip(ranking.tied, choice, strict=True):
            for rank, source in zip(group, order, strict=True):
                entries[rank - 1] = ranking.entries[source - 1]
        kept = all(
            [e.qualifier for e in entries if e.noc == noc] == sorted(e.qualifier or 0 for e in entries if e.noc == noc)
            for noc in NOCS
        )
        if kept:
            found.add(tuple(entries))
    return found


@given(standings(ties=False), st.data())
def test_ties_settle_in_every_order_that_keeps_qualifiers_in_sequence(before: Standings, data: st.DataObject) -> None:
    rankings = {}
    for event, ranking in before.rankings.items():
        size = data.draw(st.integers(1, min(4, len(ranking.entries))))
        start = data.draw(st.integers(1, len(ranking.entries) - size + 1))
        rankings[event] = Ranking(ranking.entries, (tuple(range(start, start + size)),) if size > 1 else ())
    tied = Standings(rankings)
    groups = tied.tied_groups()
    settled = list(tied.settled(groups))
    assert len(settled) <= tied.number_of_orders(groups)
    assert all(one.tied_groups() == () for one in settled)
    assert {event: r.entries for event, r in settled[0].rankings.items()} == {
        event: r.entries for event, r in tied.rankings.items()
    }
    found = {tuple(one.rankings[event].entries for event in rankings) for one in settled}
    assert found == set(itertools.product(*(orders(ranking) for ranking in rankings.values())))


def test_only_the_ties_asked_for_are_settled() -> None:
    ranking = Ranking(tuple(Entry(noc, 1) for noc in NOCS[:5]), ((1, 2), (4, 5)))
    standings = Standings({"men-500": ranking})
    settled = list(standings.settled([("men-500", (4, 5))]))
    assert [one.tied_groups() for one in settled] == [(("men-500", (1, 2)),)] * 2
    assert [one.rankings["men-500"].claims()[3][0] for one in settled] == ["ITA", "JPN"]
    assert list(standings.settled(())) == [standings]


def test_a_tie_inside_one_noc_has_one_order() -> None:
    standings = Standings({"men-500": Ranking((Entry("CAN", 1), Entry("CAN", 2)), ((1, 2),))})
    assert len(list(standings.settled(standings.tied_groups()))) == 1
    assert standings.number_of_orders(standings.tied_groups()) == 2


def test_reordering_moves_only_the_ranks_named() -> None:
    ranking = Ranking(tuple(Entry(noc, 1) for noc in NOCS[:4]), ((2, 3, 4),))
    moved = ranking.reordered((2, 3, 4), (4, 2, 3))
    assert [noc for noc, _ in moved.claims()] == ["CAN", "ITA", "CHN", "HUN"]
    assert moved.tied == ()


# Taking entries out --------------------------------------------------------------------------------------------------


@given(standings(), st.data())
def test_without_an_entry_those_behind_move_up(before: Standings, data: st.DataObject) -> None:
    known = [
        (event, entry.noc, entry.qualifier)
        for event, ranking in before.rankings.items()
        for entry in ranking.entries
        if entry.noc is not None and entry.qualifier is not None
    ]
    gone = data.draw(st.lists(st.sampled_from(known), unique=True) if known else st.just([]))
    after = before.without([*gone, ("men-500", "XXX", 1)])
    assert list(after.rankings) == list(before.rankings)
    for event, ranking in before.rankings.items():
        kept = [rank for rank, e in enumerate(ranking.entries, 1) if (event, e.noc, e.qualifier) not in gone]
        assert after.rankings[event].entries == tuple(ranking.entries[rank - 1] for rank in kept)
        ties_before = [[rank for rank in group if rank in kept] for group in ranking.tied]
        ties_after = [[kept[rank - 1] for rank in group] for group in after.rankings[event].tied]
        assert ties_after == [group for group in ties_before if len(group) > 1]


def test_without_nothing_is_the_same() -> None:
    standings = Standings.of({"men-500": [("CAN", 1)]})
    assert standings.without([]) == standings
    assert standings.without([("men-1000", "CAN", 1), ("men-500", "CAN", 2)]) == standings


def test_a_ranking_of_nineteen_thousand_rows_is_read_in_time(tmp_path: Path) -> None:
    """Three qualifiers of each of 6,400 NOCs: half a second here, nineteen once."""
    codes = ["".join(letters) for letters in itertools.product("ABCDEFGHIJKLMNOPQRST", repeat=3)][:6400]
    claims = [(code, qualifier) for qualifier in (1, 2, 3) for code in codes]
    rows = "\n".join(f"men-500,{rank},{noc},{qualifier}" for rank, (noc, qualifier) in enumerate(claims, 1))
    begin = time.process_time()
    ranking = load(tmp_path, f"event,rank,noc,qualifier\n{rows}\n").rankings["men-500"]
    assert [(entry.noc, entry.qualifier) for entry in ranking.entries] == claims
    assert time.process_time() - begin < 4
