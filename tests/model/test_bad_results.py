"""Malformed results, draws, invitations and rules for standings are refused like every other malformed input."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from test_bad_input import Case, Edit, corruptions, judge, refusal, rules, swap, whole

from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_loading import load_folder
from quotaproof.scenarios import FOLDER

BEIJING = "beijing-2022"
SOCHI = "sochi-2014"
PYEONGCHANG = "pyeongchang-2018"
HEADER = "meet,event,noc,qualifier,position"
T, K = "torino-2013", "kolomna-2013"


def results(name: str, rows: str, says: str, line: int | None, field: str | None, header: str = HEADER) -> Case:
    text = "\n".join([header, *rows.split()]) + "\n"
    return Case(f"results: {name}", "classifications.csv", whole(text), says, line, field, SOCHI)


def draws(name: str, rows: str, says: str, line: int | None, field: str | None, base: str = SOCHI) -> Case:
    text = "\n".join(["event,noc,qualifier,draw", *rows.split()]) + "\n"
    return Case(f"draws: {name}", "draws.csv", whole(text), says, line, field, base)


def invitations(name: str, rows: str, says: str, line: int | None, field: str | None) -> Case:
    text = "\n".join(["event,noc,number,date,source", *rows.split()]) + "\n"
    return Case(f"invitations: {name}", "invitations.csv", whole(text), says, line, field, PYEONGCHANG)


def declines(name: str, rows: str, says: str, field: str | None, base: str = PYEONGCHANG) -> Case:
    text = "\n".join(["event,noc,qualifier,date,source,taken-by", *rows.split()]) + "\n"
    return Case(f"declines: {name}", "declines.csv", whole(text), says, 2, field, base)


def soqc(name: str, edit: Edit, says: str, line: int | str | tuple[str, int] | None, field: str | None) -> Case:
    return rules(f"soqc: {name}", edit, says, line, field, SOCHI)


def override(text: str) -> Edit:
    return swap('ties = ["sum-of-positions", "best-position", "draw"]\n', f"[[soqc.overrides]]\n{text}\n")


CASES = [
    Case("results: empty", "classifications.csv", whole(""), "empty", 1, None, SOCHI),
    results("missing column", f"{T},men-500,CAN,1", "column is missing", 1, "position", "meet,event,noc,qualifier"),
    results("unknown column", f"{T},men-500,CAN,1,1,x", "column is unknown", 1, "skater", f"{HEADER},skater"),
    results("unknown event", f"{T},team,CAN,1,1", "'team' is unknown", 2, "event"),
    results("unknown meet", "oslo-2013,men-500,CAN,1,1", "use one of torino-2013, kolomna-2013", 2, "meet"),
    results("lower-case NOC", f"{T},men-500,can,1,1", "three capital letters", 2, "noc"),
    results("qualifier 0", f"{T},men-500,CAN,0,1", "not a whole number from 1", 2, "qualifier"),
    results("no qualifier", f"{T},men-500,CAN,,1", "not a whole number", 2, "qualifier"),
    results("relay qualifier 2", f"{T},men-relay,CAN,2,1", "one team per NOC", 2, "qualifier"),
    results("position 0", f"{T},men-500,CAN,1,0", "not a whole number from 1", 2, "position"),
    results("position with a fraction", f"{T},men-500,CAN,1,1.5", "'1.5' is not a whole number", 2, "position"),
    results("position in words", f"{T},men-500,CAN,1,DNF", "'DNF' is not a whole number", 2, "position"),
    results("negative position", f"{T},men-500,CAN,1,-3", "not a whole number", 2, "position"),
    results("no position", f"{T},men-500,CAN,1,", "not a whole number", 2, "position"),
    results("position of a meet missed", f"{T},men-500,CAN,1,999", "not better than what a meet missed", 2, "position"),
    results(
        "twice",
        f"{T},men-500,CAN,1,1 {T},men-500,KOR,1,2 {T},men-500,CAN,1,3",
        "CAN's qualifier 1 in men-500 at torino-2013 appears twice",
        4,
        "qualifier",
    ),
    results(
        "second qualifier without a first",
        f"{T},men-500,CAN,2,1 {K},men-500,CAN,1,1",
        "CAN has a qualifier 2 in men-500 at torino-2013, but no qualifier 1",
        2,
        "qualifier",
    ),
    results(
        "second qualifier in front of the first",
        f"{T},men-500,CAN,1,5 {T},men-500,CAN,2,3",
        "has position 3, better than its qualifier 1 with 5",
        3,
        "position",
    ),
    results("certain in words", f"{T},men-500,CAN,1,1,yes", "'yes' is unknown", 2, "certain", f"{HEADER},certain"),
    Case(
        "results: bad meet without a rule for standings",
        "classifications.csv",
        whole(f"{HEADER}\nTorino 2013,women-500,CAN,1,1\n"),
        "is not the name of a meet",
        2,
        "meet",
        "synthetic-decline-pays",
    ),
    draws("unknown event", "team,CAN,1,1", "'team' is unknown", 2, "event"),
    draws("unknown NOC", "men-500,?,1,1", "not an IOC code", 2, "noc"),
    draws("draw 0", "men-500,CAN,1,0", "not a whole number from 1", 2, "draw"),
    draws("twice", "men-500,CAN,1,1 men-500,CAN,1,2", "is drawn twice", 3, "qualifier"),
    draws("relay qualifier 2", "men-relay,CAN,2,1", "one team per NOC", 2, "qualifier"),
    draws("without results", "men-500,CAN,1,1", "so classifications.csv must be there too", None, None, BEIJING),
    invitations("unknown event", "team,CAN,1,,press", "'team' is unknown", 2, "event"),
    invitations("the athletes column", "athletes,CAN,1,,press", "'athletes' is unknown", 2, "event"),
    invitations("unknown NOC", "men-500,?,1,,press", "not an IOC code", 2, "noc"),
    invitations("nothing", "men-500,CAN,0,,press", "not a number of places", 2, "number"),
    invitations("a fraction", "men-500,CAN,1.5,,press", "not a number of places", 2, "number"),
    invitations("twice", "men,CAN,1,,press men,CAN,1,,press", "has a second row for men", 3, "noc"),
    invitations("no source", "men-500,CAN,1,,", "needs a source", 2, "source"),
    invitations("a date in words", "men-500,CAN,1,January,press", "is not a date", 2, "date"),
    declines("an unknown NOC's qualifier", "men-500,?,1,,,", "so its qualifier is too", "qualifier"),
    declines("taken by nobody's code", "men-500,CAN,1,,,can", "three capital letters", "taken-by"),
    declines("taken by the decliner", "men-500,CAN,1,,,CAN", "cannot take the place that it gives back", "taken-by"),
    soqc(
        "no clause",
        swap('clause = "Qualification rules: a combination', 'note = "a combination'),
        "missing",
        "[soqc]",
        "soqc.clause",
    ),
    soqc("no points", swap("points = [\n", "scores = [\n"), "the key is missing", "[soqc]", "soqc.points"),
    soqc(
        "a worse position with more points",
        swap("1000, 800, 640", "1000, 800, 900"),
        "position 3 has 900 points, more than position 2 with 800",
        "points = [",
        "soqc.points",
    ),
    soqc("negative points", swap("2, 2, 1,", "2, 2, -1,"), "not -1", "points = [", "soqc.points.30"),
    soqc(
        "points in words",
        swap("1000, 800", '"gold", 800'),
        "must be a whole number, not 'gold'",
        "points = [",
        "soqc.points.1",
    ),
    soqc(
        "a meet twice",
        swap('["torino-2013", "kolomna-2013"]', '["torino-2013", "torino-2013"]'),
        "torino-2013 appears twice",
        "meets = ",
        "soqc.meets",
    ),
    soqc("no meets", swap('["torino-2013", "kolomna-2013"]', "[]"), "at least 1 item", "meets = ", "soqc.meets"),
    soqc(
        "too many meets count",
        swap("missed-position = 999", "counting-meets = 3"),
        "3 meets are to count, but there are 2",
        "counting-meets",
        "soqc.counting-meets",
    ),
    soqc(
        "no meet counts",
        swap("missed-position = 999", "counting-meets = 0"),
        "not 0",
        "counting-meets",
        "soqc.counting-meets",
    ),
    soqc("unknown criterion", swap('"best-position", "draw"', '"age"'), "'age'", "ties = ", "soqc.ties.2"),
    soqc(
        "criterion twice",
        swap('"best-position", "draw"', '"sum-of-positions"'),
        "appears twice",
        "ties = ",
        "soqc.ties",
    ),
    soqc(
        "draw not last",
        swap('"best-position", "draw"]', '"draw", "best-position"]'),
        "it must come last",
        "ties = ",
        "soqc.ties",
    ),
    soqc(
        "positions that are a reading",
        swap("missed-position = 999", 'tie-positions = "all"'),
        "unknown",
        "tie-positions",
        "soqc.tie-positions",
    ),
    soqc(
        "unknown first criterion",
        swap('["best-result", "sum-of-positions"]', '["best-result", "best-position"]'),
        "'best-position' is no value of soqc-ties; use sum-of-positions, best-result",
        'values = ["best-result"',
        "readings.3.values",
    ),
    soqc(
        "override of nothing",
        override("factor = 2"),
        "names the events or the meets",
        "[[soqc.overrides]]",
        "soqc.overrides.1",
    ),
    soqc(
        "override that states nothing",
        override('events = ["men-500"]'),
        "states points, factor",
        "[[soqc.overrides]]",
        "soqc.overrides.1",
    ),
    soqc(
        "override of an unknown event",
        override('events = ["team"]\nfactor = 2'),
        "'team' is not an event",
        'events = ["team"]',
        "soqc.overrides.1.events",
    ),
    soqc(
        "override of an unknown meet",
        override('meets = ["oslo-2013"]\nfactor = 2'),
        "'oslo-2013' is not a meet",
        'meets = ["oslo-2013"]',
        "soqc.overrides.1.meets",
    ),
    soqc(
        "override that counts single meets",
        override('meets = ["torino-2013"]\ncounting-meets = 1'),
        "said of events, not of single meets",
        "counting-meets",
        "soqc.overrides.1.counting-meets",
    ),
    soqc(
        "override that cancels all meets",
        override('events = ["men-500"]\ncancelled = true'),
        "names the meets",
        "[[soqc.overrides]]",
        "soqc.overrides.1",
    ),
    soqc(
        "all meets cancelled",
        override('meets = ["torino-2013", "kolomna-2013"]\ncancelled = true'),
        "all meets of men-500 are cancelled",
        "[[soqc.overrides]]",
        "soqc.overrides",
    ),
]


@pytest.fixture
def folder_of(tmp_path: Path) -> Callable[[str], Path]:
    def copy(base: str) -> Path:
        return Path(shutil.copytree(FOLDER / base, tmp_path / base))

    return copy


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_malformed_input_is_refused_in_one_sentence(case: Case, folder_of: Callable[[str], Path]) -> None:
    judge(case, folder_of(case.base))


def test_the_cases_have_names_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("file", ["classifications.csv", "draws.csv", "invitations.csv"])
def test_the_files_may_be_absent_and_must_be_files(file: str, folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(SOCHI)
    (folder / file).unlink(missing_ok=True)
    load_folder(folder)
    (folder / file).mkdir()
    assert "this is not a file" in str(refusal(folder, file))


def test_results_need_a_rule_for_standings_only_where_they_must_give_some(folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(SOCHI)
    text = (folder / "rules.toml").read_text(encoding="utf-8")
    start, end = text.index("[soqc]"), text.index("[[readings]]")
    without = text[:start] + text[end:]
    (folder / "rules.toml").write_text(without, encoding="utf-8")
    says = str(refusal(folder, "rules.toml"))
    assert "field readings.3.name: soqc-ties says how results are ranked" in says
    assert "the rule file has no table [soqc]" in says
    (folder / "rules.toml").write_text(without[: without.index('\n[[readings]]\nname = "soqc-ties"')], encoding="utf-8")
    load_folder(folder)
    (folder / "standings.csv").unlink()
    assert "rules.toml has no table [soqc]" in str(refusal(folder, "classifications.csv"))


def test_an_event_said_to_be_complete_must_follow_from_the_results(folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(SOCHI)
    (folder / "standings.csv").unlink()
    file = folder / "classifications.csv"
    kept = [line for line in file.read_text().splitlines() if not line.startswith("kolomna-2013,women-relay")]
    file.write_text("\n".join(kept) + "\n")
    error = refusal(folder, "scenario.toml")
    assert "women-relay is said to be complete, but its results do not have it in full" in str(error)


def test_positions_may_have_gaps_and_be_shared(folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(SOCHI)
    rows = [f"{T},men-500,CAN,1,5", f"{T},men-500,KOR,1,5", f"{T},men-500,KOR,2,5", f"{T},men-500,USA,1,40"]
    (folder / "classifications.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    loaded = load_folder(folder)
    assert loaded.classifications is not None
    assert [result.position for result in loaded.classifications.results] == [5, 5, 5, 40]


SMALL = f"{HEADER},certain\n{T},men-500,CAN,1,1,1\n{T},men-500,CAN,2,2,0\n{K},men-500,KOR,1,1,1\n"
FILES = {
    "classifications.csv": SMALL,
    "draws.csv": "event,noc,qualifier,draw\nmen-500,CAN,1,1\nmen-500,KOR,1,2\n",
    "invitations.csv": "event,noc,number,date,source\nmen,PRK,2,2018-01-20,press\n",
}


@pytest.mark.parametrize("file", FILES)
def test_a_corrupted_file_gives_a_scenario_or_a_refusal(file: str, folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(SOCHI)
    for name in ("standings.csv", "published.csv"):
        (folder / name).unlink()
    text = (folder / "scenario.toml").read_text()
    (folder / "scenario.toml").write_text(text[: text.index("complete")] + text[text.index("sources") :])
    for name, content in FILES.items():
        (folder / name).write_text(content)
    (folder / "draws.csv").unlink()

    @settings(max_examples=30)
    @given(corruptions(FILES[file].encode()))
    def check(data: bytes) -> None:
        (folder / file).write_bytes(data)
        try:
            assert isinstance(load_folder(folder), Scenario)
        except InputError as error:
            assert "\n" not in str(error)
            assert error.file is not None and Path(error.file).parent == folder

    check()
