"""Known facts: reading each kind, and refusing those that cannot both be true."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaproof.model.aliases import Alias
from quotaproof.model.errors import InputError
from quotaproof.model.files import write_text
from quotaproof.model.rules_file import load_rules
from quotaproof.model.scenario_folder import KNOWN
from quotaproof.model.scenario_loading import load_folder
from quotaproof.model.standings.facts import Fact, Remark, load_known
from quotaproof.scenarios import FOLDER

RULES = load_rules(FOLDER / "beijing-2022" / "rules.toml")
NOCS = ["CAN", "ITA", "KOR"]

Row = tuple[str, str, str, object, str, object]


def load(tmp_path: Path, *rows: Row) -> tuple[Fact, ...]:
    path = tmp_path / "known.csv"
    write_text(path, KNOWN.csv_text(rows, ("qualifier",)))
    return load_known(path, RULES)[0]


@pytest.mark.parametrize(
    ("row", "fact"),
    [
        (("men-500", "rank", "CAN", 3, "press", 2), Fact("men-500", "rank", "CAN", 3, "press", 2)),
        (("women", "athletes", "CAN", 4, "press", ""), Fact("women", "athletes", "CAN", 4, "press")),
        (("men", "athletes-at-least", "CAN", 2, "press", ""), Fact("men", "athletes-at-least", "CAN", 2, "press")),
        (("all", "athletes-at-most", "CAN", 9, "press", ""), Fact("all", "athletes-at-most", "CAN", 9, "press")),
        (("men", "start-places-in-all", "CAN", 7, "press", ""), Fact("men", "start-places-in-all", "CAN", 7, "press")),
        (("men", "column-total", "", 56, "press", ""), Fact("men", "column-total", None, 56, "press")),
        (("men-500", "column-total", "", 32, "press", ""), Fact("men-500", "column-total", None, 32, "press")),
        (("men-500", "ranked", "CAN", 0, "press", ""), Fact("men-500", "ranked", "CAN", 0, "press")),
        (("men-500", "qualified", "CAN", 2, "press", ""), Fact("men-500", "qualified", "CAN", 2, "press")),
        (
            ("men-relay", "ahead-of", "CAN", "ITA", "press", 1),
            Fact("men-relay", "ahead-of", "CAN", 0, "press", 1, "ITA"),
        ),
        (("men-500", "declined-rank", "?", 35, "press", ""), Fact("men-500", "declined-rank", None, 35, "press")),
        (("men-500", "came-in-rank", "CAN", 37, "press", 3), Fact("men-500", "came-in-rank", "CAN", 37, "press", 3)),
    ],
    ids=lambda value: value.kind if isinstance(value, Fact) else "",
)
def test_each_kind_of_fact(tmp_path: Path, row: Row, fact: Fact) -> None:
    assert load(tmp_path, row) == (fact,)


def test_the_qualifier_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "known.csv"
    path.write_text(f"{','.join(KNOWN.required)}\nmen-500,rank,CAN,3,press\n")
    assert load_known(path, RULES)[0] == (Fact("men-500", "rank", "CAN", 3, "press"),)


def test_the_same_fact_may_have_two_sources(tmp_path: Path) -> None:
    rows = [("men-500", "rank", "CAN", 3, source, 1) for source in ("press", "federation")]
    assert [fact.source for fact in load(tmp_path, *rows)] == ["press", "federation"]


def test_a_declined_rank_and_its_noc_may_come_from_different_sources(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("men-500", "declined-rank", "?", 35, "page", ""),
        ("men-500", "rank", "CAN", 35, "press", 3),
        ("men-500", "declined-rank", "CAN", 35, "press", 3),
    ]
    assert len(load(tmp_path, *rows)) == 3


def test_facts_on_different_events_or_qualifiers_do_not_meet(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("men-500", "rank", "CAN", 3, "press", 1),
        ("men-1000", "rank", "CAN", 4, "press", 1),
        ("men-500", "rank", "CAN", 5, "press", 2),
        ("men-500", "ranked", "CAN", 0, "press", 3),
        ("men-1000", "ahead-of", "CAN", "ITA", "press", 1),
        ("men-500", "ahead-of", "ITA", "CAN", "press", 1),
    ]
    assert len(load(tmp_path, *rows)) == 6


@pytest.mark.parametrize("kind", ["rank", "declined-rank", "came-in-rank"])
def test_a_qualifier_is_behind_the_nocs_better_ones(tmp_path: Path, kind: str) -> None:
    assert load(tmp_path, ("men-500", kind, "CAN", 4, "press", 4))
    with pytest.raises(InputError, match=r"line 2, field value: qualifier 4 of an NOC is at rank 4 at best, not 3"):
        load(tmp_path, ("men-500", kind, "CAN", 3, "press", 4))


@pytest.mark.parametrize("kind", ["rank", "ranked", "declined-rank", "ahead-of"])
def test_a_qualifier_whom_nobody_can_ask_is_refused(tmp_path: Path, kind: str) -> None:
    value = {"ranked": 1, "ahead-of": "ITA"}.get(kind, 999)
    with pytest.raises(InputError, match=r"no NOC is asked for a qualifier 999 in men-500, which has \d+ start places"):
        load(tmp_path, ("men-500", kind, "CAN", value, "press", 999))


@st.composite
def some_facts(draw: st.DrawFn) -> Row:
    kind = draw(st.sampled_from(["rank", "ranked", "qualified", "ahead-of", "declined-rank", "came-in-rank"]))
    event = draw(st.sampled_from(["men-500", "women-500"]))
    unknown = kind in ("declined-rank", "came-in-rank")
    noc = draw(st.sampled_from([*NOCS, "?"] if unknown else NOCS))
    if kind == "ahead-of":
        value: object = draw(st.sampled_from([other for other in NOCS if other != noc]))
    else:
        value = draw(st.integers(0, 1) if kind == "ranked" else st.integers(0 if kind == "qualified" else 1, 3))
    latest = min(2, value) if kind.endswith("rank") and isinstance(value, int) and noc != "?" else 2
    return event, kind, noc, value, "press", draw(st.integers(1, latest))


def fits(tmp_path: Path, *rows: Row) -> bool:
    told = [(*row[:4], f"{row[4]}, page {number}", *row[5:]) for number, row in enumerate(rows)]
    try:
        load(tmp_path, *told)
    except InputError as error:
        assert error.line is not None and error.line > 2
        assert "but by line" in str(error)
        return False
    return True


@given(some_facts(), some_facts())
def test_two_facts_contradict_each_other_in_either_order(tmp_path: Path, first: Row, second: Row) -> None:
    assert fits(tmp_path, first, second) == fits(tmp_path, second, first)


@given(some_facts())
def test_a_fact_agrees_with_itself(tmp_path: Path, fact: Row) -> None:
    assert fits(tmp_path, fact, fact)


@given(st.lists(some_facts(), max_size=5))
def test_facts_contradict_each_other_only_if_two_of_them_do(tmp_path: Path, facts: list[Row]) -> None:
    pairs = [(one, other) for number, one in enumerate(facts) for other in facts[:number]]
    assert fits(tmp_path, *facts) == all(fits(tmp_path, one, other) for one, other in pairs)


@given(st.data())
def test_what_is_true_of_one_ranking_is_never_refused(tmp_path: Path, data: st.DataObject) -> None:
    counts = {noc: data.draw(st.integers(0, 3)) for noc in NOCS}
    order = data.draw(st.permutations([noc for noc, count in counts.items() for _ in range(count)]))
    ranks: dict[tuple[str, int], int] = {}
    for rank, noc in enumerate(order, 1):
        ranks[noc, 1 + sum(other == noc for other in order[: rank - 1])] = rank
    true: list[Row] = []
    for (noc, qualifier), rank in ranks.items():
        for kind in ("rank", "declined-rank", "came-in-rank"):
            true.append(("men-500", kind, noc, rank, "press", qualifier))
        true.append(("men-500", "declined-rank", "?", rank, "press", ""))
    for noc in NOCS:
        true.extend(("men-500", "ranked", noc, int((noc, k) in ranks), "press", k) for k in range(1, 5))
        held = data.draw(st.integers(0, counts[noc]))
        true.extend(("men-500", "qualified", noc, least, "press", 1) for least in range(1, held + 1))
        true.extend([] if held else [("men-500", "qualified", noc, 0, "press", 1)])
        true.extend(
            ("men-500", "ahead-of", noc, other, "press", 1)
            for other in NOCS
            if noc != other and counts[noc] and (not counts[other] or ranks[noc, 1] < ranks[other, 1])
        )
    chosen = data.draw(st.permutations(true))
    assert len(load(tmp_path, *chosen)) == len(true)


def test_the_known_facts_of_beijing() -> None:
    facts = load_folder(FOLDER / "beijing-2022").facts
    mixed = {fact.value: fact.noc for fact in facts if fact.event == "mixed-relay" and fact.kind == "rank"}
    assert [mixed[rank] for rank in (1, 2, 3)] == ["CHN", "NED", "HUN"]
    declined, came_in = (
        next(fact for fact in facts if fact.kind == kind) for kind in ("declined-rank", "came-in-rank")
    )
    assert (declined.event, declined.noc, declined.value) == ("women-1500", None, 35)
    assert (came_in.event, came_in.noc, came_in.value) == ("women-1500", None, 37)
    assert all(fact.source for fact in facts)


# Numbers and remarks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "fact"),
    [
        (("men-500", "start-places", "CAN", 2, "press", ""), Fact("men-500", "start-places", "CAN", 2, "press")),
        (("men-500", "start-places", "CAN", 0, "press", ""), Fact("men-500", "start-places", "CAN", 0, "press")),
        (("all", "athletes", "CAN", 10, "press", ""), Fact("all", "athletes", "CAN", 10, "press")),
        (("women", "athletes", "CAN", 5, "press", ""), Fact("women", "athletes", "CAN", 5, "press")),
        (("men", "athletes-at-least", "CAN", 5, "x", ""), Fact("men", "athletes-at-least", "CAN", 5, "x")),
        (("all", "athletes-at-most", "CAN", 5, "x", ""), Fact("all", "athletes-at-most", "CAN", 5, "x")),
        (("women", "start-places-in-all", "CAN", 7, "x", ""), Fact("women", "start-places-in-all", "CAN", 7, "x")),
        (("men", "column-total", "", 56, "x", ""), Fact("men", "column-total", None, 56, "x")),
    ],
)
def test_facts_on_numbers(tmp_path: Path, row: Row, fact: Fact) -> None:
    assert load(tmp_path, row) == (fact,)


def test_all_places_held_is_a_fact_for_every_event(tmp_path: Path) -> None:
    found = load(tmp_path, ("all", "all-places-held", "CAN", 9, "press", ""))
    assert {fact.event: fact.value for fact in found} == {event.identifier: event.noc_cap for event in RULES.events}
    assert {(fact.kind, fact.noc, fact.source) for fact in found} == {("start-places", "CAN", "press")}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("men-500", "start-places", "CAN", 2), ("men-500", "start-places", "CAN", 3)], "2 .*but|3 .*but"),
        ([("men-500", "start-places", "CAN", 2), ("men-500", "qualified", "CAN", 3)], "holds 3 .* but by line 2"),
        ([("men-500", "qualified", "CAN", 3), ("men-500", "start-places", "CAN", 2)], "and no more, but by line 2"),
        ([("men-500", "start-places", "CAN", 0), ("men-500", "qualified", "CAN", 1)], "but by line 2"),
        ([("men", "athletes", "CAN", 4), ("men", "athletes", "CAN", 5)], "CAN has 5 men's quota places, but by line 2"),
        ([("all", "all-places-held", "CAN", 9), ("men-500", "start-places", "CAN", 2)], "but by line 2"),
    ],
)
def test_numbers_that_contradict_each_other(tmp_path: Path, rows: list[tuple[str, str, str, int]], says: str) -> None:
    with pytest.raises(InputError, match=says):
        load(tmp_path, *((*row, "press", "") for row in rows))


def test_numbers_that_agree(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("men-500", "start-places", "CAN", 2, "press", ""),
        ("men-500", "qualified", "CAN", 2, "press", ""),
        ("men-500", "qualified", "CAN", 1, "press", ""),
        ("men", "athletes", "CAN", 4, "press", ""),
        ("all", "athletes", "CAN", 9, "press", ""),
    ]
    assert len(load(tmp_path, *rows)) == 5


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        (("men-500", "athletes", "CAN", 4, "press", ""), "event", "use one of men, women, all"),
        (("all", "start-places", "CAN", 4, "press", ""), "event", "is unknown; use one of men-500"),
        (("men-500", "start-places", "CAN", 2, "press", 1), "qualifier", "leave the qualifier empty"),
        (("all", "all-places-held", "CAN", 8, "press", ""), "value", "the rules have 9; write 9"),
        (("men-500", "all-places-held", "CAN", 9, "press", ""), "event", "use one of all"),
        (("men-500", "start-places", "?", 2, "press", ""), "noc", "is not an IOC code"),
        (("men-500", "raced", "", 2, "press", ""), "noc", "is not an IOC code"),
        (("men-500", "raced", "CAN", "", "press", ""), "value", "a remark needs a value"),
        (("men-500", "raced", "CAN", 1, "", ""), "source", "needs a source"),
        (("men-500", "raced", "CAN", 1, "press", 1), "qualifier", "about no qualifier"),
        (("men", "raced", "CAN", 1, "press", ""), "event", "use one of all, men-500"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, row: Row, field: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as raised:
        load(tmp_path, row)
    assert (raised.value.line, raised.value.field) == (2, field)


def test_a_remark_is_kept_as_it_is_and_is_no_fact(tmp_path: Path) -> None:
    path = tmp_path / "known.csv"
    rows = [
        ("all", "quota-not-filled", "GBR", "1 of 3", "press", ""),
        ("men-500", "starters-at-games", "", 31, "tv", ""),
    ]
    write_text(path, KNOWN.csv_text(rows, ("qualifier",)))
    facts, remarks = load_known(path, RULES)
    assert facts == ()
    assert remarks == (
        Remark("all", "quota-not-filled", "GBR", "1 of 3", "press"),
        Remark("men-500", "starters-at-games", None, "31", "tv"),
    )


def test_an_alias_may_stand_in_a_remark_only_and_lowers_what_all_places_are(tmp_path: Path) -> None:
    aliases = (Alias("AIN", ("RUS", "BLR"), 1, "clause", "source"),)
    path = tmp_path / "known.csv"
    rows = [("men-500", "start-places-provisional", "AIN", 1, "press"), ("all", "all-places-held", "RUS", 9, "press")]
    write_text(path, KNOWN.csv_text(rows))
    facts, remarks = load_known(path, RULES, aliases)
    assert [remark.noc for remark in remarks] == ["AIN"]
    assert {fact.value for fact in facts} == {1}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("men-500,rank,CAN,1,press,1", "CAN is at rank 2"),
        ("men-500,rank,CAN,5,press,3", "CAN's qualifier 3 is at rank "),
        ("men-500,ranked,GRE,1,press,1", "GRE is not in it"),
        ("men-500,ranked,CAN,0,press,1", "CAN is at rank 2"),
        ("men-500,ahead-of,CAN,RUS,press,1", "CAN is at rank 2"),
    ],
)
def test_a_fact_that_a_ranking_known_in_full_contradicts_is_refused(tmp_path: Path, row: str, words: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(FOLDER / "sochi-2014", folder)
    header = "event,fact,noc,value,source,qualifier"
    (folder / "known.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_folder(folder)
    assert (caught.value.line, caught.value.field) == (2, "value")
    assert f"the ranking of men-500 is known in full, and there {words}" in caught.value.problem


def test_facts_that_a_ranking_known_in_full_has_are_taken_in_a_tie_too(tmp_path: Path) -> None:
    """CZE's second and POL's third share rank 54, so each is at 54 and at 55."""
    folder = tmp_path / "copy"
    shutil.copytree(FOLDER / "sochi-2014", folder)
    rows = ("rank,CAN,2,,1", "ranked,GRE,0,,1", "ahead-of,RUS,CAN,,1", "ahead-of,CAN,GRE,,1", "rank,POL,54,,3")
    text = "\n".join(["event,fact,noc,value,source,qualifier", *(f"men-500,{row}" for row in rows)])
    (folder / "known.csv").write_text(text.replace(",,", ",press,"), encoding="utf-8")
    assert len(load_folder(folder).facts) == len(rows)
