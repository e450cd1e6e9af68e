"""Changes: how they are written, what each does to a scenario, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quotaproof.model.changes import (
    Change,
    ChooseReading,
    Decline,
    Exclude,
    HostTo,
    MoveEntry,
    ReplaceStandings,
    SetCap,
    apply,
    parse_cap,
    parse_decline,
    parse_host,
    parse_move,
    parse_reading,
    require_noc,
)
from quotaproof.model.changes_file import load_changes
from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.scenarios import load_scenario

SOCHI = load_scenario("sochi-2014")
BEIJING = load_scenario("beijing-2022")
RULES = BEIJING.rules


def order(scenario: Scenario, event: str) -> list[tuple[str | None, int | None]]:
    return [(entry.noc, entry.qualifier) for entry in scenario.standings.rankings[event].entries]


def small(*entries: tuple[str, int], tied: tuple[tuple[int, ...], ...] = ()) -> Scenario:
    """Beijing's rules with a short ranking of one event."""
    ranking = Ranking(tuple(Entry(noc, k) for noc, k in entries), tied)
    return replace(BEIJING, standings=Standings({"men-500": ranking}), facts=(), published=None)


# Words ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "decline"),
    [
        ("KAZ", Decline("KAZ")),
        (" KAZ ", Decline("KAZ")),
        ("KAZ:men-1000", Decline("KAZ", "men-1000")),
        ("KAZ:men-1000=2", Decline("KAZ", "men-1000", 2)),
        ("JPN:men-relay", Decline("JPN", "men-relay")),
        ("JPN:mixed-relay=1", Decline("JPN", "mixed-relay", 1)),
        ("POL:men", Decline("POL", gender="men")),
        ("POL:women", Decline("POL", gender="women")),
    ],
)
def test_a_decline_is_an_noc_with_an_event_a_number_or_a_gender(text: str, decline: Decline) -> None:
    assert parse_decline(text, RULES) == decline
    assert parse_decline(str(decline).removeprefix("decline "), RULES) == decline


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a decline; write NOC, NOC:EVENT, NOC:EVENT=N, NOC:men or NOC:men=N"),
        ("kaz", "is not a decline"),
        ("KAZA", "is not a decline"),
        ("KAZ:", "is not a decline"),
        ("KAZ:men-1000=", "is not a decline"),
        ("KAZ:men-1000=-1", "is not a decline"),
        ("KAZ:men-1000=1.5", "is not a decline"),
        ("KAZ:men-1000=1000", "is not a decline"),
        ("KAZ men-1000", "is not a decline"),
        ("KAZ=1", "is not a decline"),
        ("KAZ:men-1000=0", "declines nothing; the number must be 1 or more"),
        ("KAZ:men-700", "'men-700' is not an event; events are men-500, "),
        ("KAZ:mixed", "'mixed' is not an event"),
        ("KAZ:men=0", "the number must be 1 or more"),
    ],
)
def test_what_is_no_decline_is_refused_with_what_would_be_one(text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_decline(text, RULES)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "cap"),
    [
        ("total=120", SetCap("total", 120)),
        ("men=0", SetCap("men", 0)),
        ("men-500=30", SetCap("men-500", 30)),
        ("men-500:noc=4", SetCap("men-500:noc", 4)),
        (" women = 57 ", SetCap("women", 57)),
    ],
)
def test_a_cap_is_a_name_and_a_whole_number(text: str, cap: SetCap) -> None:
    assert parse_cap(text) == cap


@pytest.mark.parametrize("text", ["total", "total=", "total=-1", "total=many", "total=1.0", "total=10000000", "=", ""])
def test_what_is_no_cap_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a cap; write CAP=N, such as total=120 or men-500=30"):
        parse_cap(text)


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("ITA:men-500=4", MoveEntry("ITA", "men-500", 4)),
        ("ITA:men-500:2=14", MoveEntry("ITA", "men-500", 14, 2)),
        ("POL:mixed-relay=1", MoveEntry("POL", "mixed-relay", 1)),
    ],
)
def test_a_move_is_an_entry_and_its_new_rank(text: str, move: MoveEntry) -> None:
    assert parse_move(text, RULES) == move
    assert parse_move(str(move).removeprefix("move "), RULES) == move


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ITA:men-500", "is not a move; write NOC:EVENT=RANK or NOC:EVENT:QUALIFIER=RANK"),
        ("ITA=4", "is not a move"),
        ("ITA:men-500:x=4", "is not a move"),
        ("ITA:men-500=-4", "is not a move"),
        ("ITA:men-500=10000", "is not a move"),
        ("ita:men-500=4", "is not a move"),
        ("ITA:men-600=4", "'men-600' is not an event"),
    ],
)
def test_what_is_no_move_is_refused(text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_move(text, RULES)
    assert says in str(caught.value)


def test_a_host_is_an_ioc_code_or_none() -> None:
    assert parse_host("ITA") == HostTo("ITA")
    assert parse_host("none") == HostTo(None)
    assert (str(HostTo("ITA")), str(HostTo(None))) == ("host ITA", "host none")


@pytest.mark.parametrize("text", ["", "Italy", "ita", "None", "ITAL"])
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a host; write an IOC code such as ITA, or none"):
        parse_host(text)


def test_a_reading_is_a_name_and_a_value() -> None:
    assert parse_reading("gender-cap=hard") == ChooseReading("gender-cap", "hard")
    assert str(ChooseReading("gender-cap", "hard")) == "reading gender-cap=hard"


@pytest.mark.parametrize("text", ["", "hard", "gender-cap=", "=hard"])
def test_what_is_no_reading_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a reading; write NAME=VALUE, such as gender-cap=hard"):
        parse_reading(text)


# Files ----------------------------------------------------------------------------------------------------------------


def written(folder: Path, text: str) -> Path:
    path = folder / "changes.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_holds_every_kind_of_change_in_its_order(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'mode = "rerun"\n\n'
        '[[change]]\ndecline = "KAZ:men-1000=1"\ndate = "2022-01-10"\n\n'
        '[[change]]\nexclude = "ROC"\n\n'
        '[[change]]\nhost = "none"\n\n'
        '[[change]]\nset = "men-500:noc=2"\n\n'
        '[[change]]\nreading = "gender-cap=hard"\n\n'
        '[[change]]\nstandings = "other.csv"\n\n'
        '[[change]]\nmove = "ITA:men-500:2=9"\n\n'
        '[[change]]\ndecline = "POL:women"\n',
    )
    changes, mode = load_changes(path, RULES)
    assert mode == "rerun"
    assert changes == [
        Decline("KAZ", "men-1000", 1, date="2022-01-10"),
        Exclude("ROC"),
        HostTo(None),
        SetCap("men-500:noc", 2),
        ChooseReading("gender-cap", "hard"),
        ReplaceStandings(tmp_path / "other.csv"),
        MoveEntry("ITA", "men-500", 9, 2),
        Decline("POL", gender="women"),
    ]


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_file_holds_no_change_and_leaves_the_mode_open(tmp_path: Path, text: str) -> None:
    assert load_changes(written(tmp_path, text), RULES) == ([], None)


EXACTLY_ONE = "a change must have exactly one of decline, withdraw, exclude, host, set, reading, standings, move"


@pytest.mark.parametrize(
    ("text", "line", "field", "says"),
    [
        ('[[change]]\ndate = "2022-01-10"\n', 1, "change.1", EXACTLY_ONE),
        ("[[change]]\n", 1, "change.1", EXACTLY_ONE),
        ('[[change]]\nexclude = "ROC"\n\n[[change]]\nhost = "ITA"\nset = "total=4"\n', 4, "change.2", EXACTLY_ONE),
        ('[[change]]\ndecline = "kaz"\n', 2, "change.1.decline", "'kaz' is not a decline"),
        ('[[change]]\nexclude = "ROC"\n\n[[change]]\ndecline = "KAZ:men-600"\n', 5, "change.2.decline", "not an event"),
        ('[[change]]\ndecline = "KAZ:men-500=0"\n', 2, "change.1.decline", "declines nothing"),
        ('[[change]]\nset = "total"\n', 2, "change.1.set", "'total' is not a cap"),
        ('[[change]]\nmove = "KAZ"\n', 2, "change.1.move", "'KAZ' is not a move"),
        ('[[change]]\nhost = "Italy"\n', 2, "change.1.host", "'Italy' is not a host"),
        ('[[change]]\nreading = "hard"\n', 2, "change.1.reading", "'hard' is not a reading"),
        ('[[change]]\nexclude = "roc"\n', 2, "change.1.exclude", "roc"),
        ("[[change]]\nexclude = 7\n", 2, "change.1.exclude", "not 7"),
        ('[[change]]\nswap = "KAZ"\n', 2, "change.1.swap", "the key is unknown"),
        ('mode = "again"\n', 1, "mode", "'again'"),
        ('order = "any"\n', 1, "order", "the key is unknown; known here are change, mode"),
        ('change = "KAZ"\n', 1, "change", "list"),
    ],
)
def test_a_fault_in_a_file_is_named_with_file_line_and_field(
    tmp_path: Path, text: str, line: int, field: str, says: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load_changes(path, RULES)
    assert says in caught.value.problem
    assert (caught.value.file, caught.value.line, caught.value.field) == (str(path), line, field)


def test_a_file_that_is_missing_or_no_toml_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.toml"):
        load_changes(tmp_path / "nothing.toml", RULES)
    with pytest.raises(InputError, match=r"changes\.toml, line 2"):
        load_changes(written(tmp_path, 'mode = "rerun"\n[[change\n'), RULES)


# What each change does ------------------------------------------------------------------------------------------------


def test_declines_do_not_alter_the_scenario() -> None:
    assert apply(SOCHI, [Decline("KAZ"), Decline("NED", "men-500", 1)]) == SOCHI


def test_an_excluded_noc_is_ranked_nowhere_and_named_no_more() -> None:
    changed = apply(SOCHI, [Exclude("KOR")])
    for event, ranking in changed.standings.rankings.items():
        assert [entry for entry in order(SOCHI, event) if entry[0] != "KOR"] == order(changed, event)
        assert len(ranking.entries) < len(SOCHI.standings.rankings[event].entries) or "KOR" not in {
            noc for noc, _ in order(SOCHI, event)
        }
    assert set(SOCHI.nocs) - set(changed.nocs) == {"KOR"}
    assert changed.host == SOCHI.host


def test_an_excluded_host_leaves_the_games_without_a_host() -> None:
    changed = apply(SOCHI, [Exclude("RUS")])
    assert changed.host is None
    assert not any(changed.is_host_event(event.identifier) for event in changed.rules.events)


def test_an_excluded_noc_cannot_be_excluded_again() -> None:
    with pytest.raises(InputError, match="KOR is not an NOC of sochi-2014"):
        apply(SOCHI, [Exclude("KOR"), Exclude("KOR")])


def test_the_host_places_go_to_another_noc_or_to_none() -> None:
    assert apply(SOCHI, [HostTo("KOR")]).host == "KOR"
    assert apply(SOCHI, [HostTo(None)]).host is None


def test_the_last_of_several_values_of_a_cap_counts() -> None:
    changed = apply(SOCHI, [SetCap("men-500", 20), SetCap("men-500:noc", 2), SetCap("total", 99), SetCap("total", 98)])
    event = changed.rules.event("men-500")
    assert (event.start_places, event.noc_cap, changed.rules.total) == (20, 2, 98)
    assert SOCHI.rules.event("men-500").start_places == 32


def test_a_reading_is_chosen_and_the_others_stay() -> None:
    changed = apply(BEIJING, [ChooseReading("remaining-ties", "women-first")])
    assert changed.readings == replace(BEIJING.readings, remaining_ties="women-first")


def test_other_standings_come_without_facts_and_published_table(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("event,rank,noc,qualifier\nmen-500,1,ITA,1\nmen-500,2,ITA,2\n", encoding="utf-8")
    changed = apply(BEIJING, [ReplaceStandings(path)])
    assert order(changed, "men-500") == [("ITA", 1), ("ITA", 2)]
    assert list(changed.standings.rankings) == ["men-500"]
    assert changed.facts == ()
    assert changed.published is None


def test_a_fault_in_other_standings_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("event,rank,noc,qualifier\nmen-500,2,ITA,1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"other\.csv, line 2, field rank"):
        apply(BEIJING, [ReplaceStandings(path)])


@pytest.mark.parametrize(
    ("move", "after"),
    [
        (MoveEntry("CCC", "men-500", 1), ["CCC", "AAA", "BBB", "AAA", "DDD"]),
        (MoveEntry("CCC", "men-500", 5), ["AAA", "BBB", "AAA", "DDD", "CCC"]),
        (MoveEntry("CCC", "men-500", 4), ["AAA", "BBB", "AAA", "CCC", "DDD"]),
        (MoveEntry("AAA", "men-500", 2), ["BBB", "AAA", "AAA", "CCC", "DDD"]),
        (MoveEntry("AAA", "men-500", 5, 2), ["AAA", "BBB", "CCC", "DDD", "AAA"]),
    ],
)
def test_an_entry_moves_and_those_between_move_by_one(move: MoveEntry, after: list[str]) -> None:
    scenario = small(("AAA", 1), ("BBB", 1), ("AAA", 2), ("CCC", 1), ("DDD", 1))
    moved = order(apply(scenario, [move]), "men-500")
    assert [noc for noc, _ in moved] == after
    assert sorted(moved) == sorted(order(scenario, "men-500"))


def test_an_entry_cannot_pass_a_better_one_of_its_own_noc() -> None:
    scenario = small(("AAA", 1), ("BBB", 1), ("AAA", 2), ("CCC", 1))
    with pytest.raises(InputError, match="out of order; an NOC's best result is its qualifier 1"):
        apply(scenario, [MoveEntry("AAA", "men-500", 3)])
    with pytest.raises(InputError, match="out of order"):
        apply(scenario, [MoveEntry("AAA", "men-500", 1, 2)])


def test_a_move_settles_the_ties_it_touches_and_no_others() -> None:
    entries = (("AAA", 1), ("BBB", 1), ("CCC", 1), ("DDD", 1), ("EEE", 1), ("FFF", 1))
    scenario = small(*entries, tied=((1, 2), (3, 4), (5, 6)))
    tied = apply(scenario, [MoveEntry("CCC", "men-500", 4)]).standings.rankings["men-500"].tied
    assert tied == ((1, 2), (5, 6))
    tied = apply(scenario, [MoveEntry("AAA", "men-500", 3)]).standings.rankings["men-500"].tied
    assert tied == ((5, 6),)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Exclude("XYZ"), "XYZ is not an NOC of sochi-2014; its NOCs are ARG, AUS, "),
        (SetCap("juniors", 4), "'juniors' is not a cap; caps are total, men, women, men-500, "),
        (SetCap("men-600:noc", 4), "'men-600:noc' is not a cap"),
        (SetCap("total", -1), "cap total cannot be -1"),
        (ChooseReading("colour", "red"), "'colour' is not a reading"),
        (ChooseReading("gender-cap", "soft"), "'soft' is no value of reading gender-cap"),
        (MoveEntry("XYZ", "men-500", 1), "XYZ has no qualifier 1 in the ranking of men-500"),
        (MoveEntry("NED", "men-500", 1, 4), "NED has no qualifier 4 in the ranking of men-500"),
        (MoveEntry("NED", "men-500", 0), "rank 0 is not in the ranking of men-500, which has "),
        (MoveEntry("NED", "men-500", 999), "rank 999 is not in the ranking of men-500"),
        (MoveEntry("NED", "men-600", 1), "'men-600' is not an event"),
        (ReplaceStandings(Path("nowhere.csv")), "nowhere.csv"),
    ],
)
def test_what_a_scenario_does_not_have_cannot_be_changed(change: Change, says: str) -> None:
    with pytest.raises(InputError) as caught:
        apply(SOCHI, [change])
    assert says in str(caught.value)


def test_an_entry_cannot_move_in_a_ranking_that_is_unknown() -> None:
    with pytest.raises(InputError, match="the ranking of men-500 is not known, so nobody can move"):
        apply(BEIJING, [MoveEntry("ITA", "men-500", 1)])


def test_an_noc_is_one_that_the_scenario_names() -> None:
    assert require_noc(BEIJING, "KAZ") == "KAZ"
    with pytest.raises(InputError, match="XYZ is not an NOC of beijing-2022"):
        require_noc(BEIJING, "XYZ")
