"""whatif and reserve on the command line: what they print, in every format, and their exit codes."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from quotaproof import load_scenario, whatif, witness
from quotaproof.cli import main
from quotaproof.model.changes import HostTo
from quotaproof.model.errors import InputError

KEYS = {"scenario", "changes", "before", "after", "moves", "necessary", "possible"}
MOVE_KEYS = {"kind", "event", "from", "to", "clause"}
KAZ = ("whatif", "sochi-2014", "--decline", "KAZ:men-1000", "--engine", "greedy")
JPN = ("whatif", "beijing-2022", "--decline", "JPN:men-relay")


@dataclass(frozen=True)
class Done:
    """What a command wrote."""

    stdout: bytes
    stderr: bytes


def run(*words: str, check: int = 0) -> Done:
    """Run the command line in this process (test_cli.py starts some in processes of their own)."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    code: object = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["quotaproof", *words])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
    written = []
    for stream in (out, err):
        stream.flush()
        stream.seek(0)
        written.append(stream.buffer.read())
    assert code == check, written[1].decode()
    return Done(*written)


def document(*words: str) -> dict[str, object]:
    found = json.loads(run(*words, "--format", "json").stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def japan() -> dict[str, object]:
    return document(*JPN)


def test_a_decline_with_complete_standings_has_the_keys_of_the_specification() -> None:
    found = document(*KAZ)
    assert set(found) >= KEYS
    assert found["scenario"] == "sochi-2014"
    assert found["changes"] == ["decline KAZ:men-1000"]
    (move,) = json.loads(json.dumps(found["moves"]))
    assert set(move) >= MOVE_KEYS
    assert (move["kind"], move["event"], move["from"], move["to"]) == ("start-place", "men-1000", "KAZ", "ITA")
    assert move["clause"].startswith("P7: ")
    for table in (found["before"], found["after"]):
        assert isinstance(table, dict)
        assert set(table) >= {"places", "athletes"}
    assert found["necessary"] == found["possible"] == [{"noc": "ITA", "column": "men-1000", "number": 1}]


def test_both_engines_print_the_same() -> None:
    assert document(*KAZ) == document(*KAZ[:-1], "cp-sat")


def test_a_decline_with_unknown_standings_has_the_keys_of_the_specification(japan: dict[str, object]) -> None:
    assert set(japan) >= KEYS
    assert japan["necessary"] == []
    possible = json.loads(json.dumps(japan["possible"]))
    assert {(c["noc"], c["column"]) for c in possible} == {("KAZ", "men-relay"), ("KAZ", "men"), ("POL", "women")}
    assert all(set(claim) == {"noc", "column", "number", "witness"} for claim in possible)
    assert japan["table"] == "published"


def test_what_is_asked_of_a_table_with_an_altered_cell_starts_from_its_repair(japan: dict[str, object]) -> None:
    altered = document(JPN[0], "altered-beijing-2022", *JPN[2:])
    assert altered["table"] == "repaired"
    for key in ("necessary", "possible"):
        assert altered[key] == japan[key]


def test_the_same_question_gives_the_same_bytes(japan: dict[str, object]) -> None:
    assert document(*JPN) == japan
    assert run(*KAZ).stdout == run(*KAZ).stdout


def test_the_table_says_in_words_who_gets_what() -> None:
    text = " ".join(run(*KAZ).stdout.decode().split())
    for phrase in (
        "Kazakhstan (KAZ) gives back its places in the men's 1000 m; each place goes to the next in line (sequential)",
        "Italy (ITA): men's 1000 m +1",
        "Allocating everything again (rerun) gives the same.",
    ):
        assert phrase in text
    text = " ".join(run(*JPN).stdout.decode().split())
    for phrase in ("Nobody gains for certain", "men's relay: Kazakhstan (KAZ)", "women's quota: Poland (POL)"):
        assert phrase in text


def test_csv_holds_the_moves_or_the_claims() -> None:
    (move,) = csv.DictReader(io.StringIO(run(*KAZ, "--format", "csv").stdout.decode()))
    assert (move["kind"], move["from"], move["to"]) == ("start place", "KAZ", "ITA")
    claims = list(csv.DictReader(io.StringIO(run(*JPN, "--format", "csv").stdout.decode())))
    assert {(c["claim"], c["noc"], c["column"]) for c in claims} == {
        ("possible", "KAZ", "men-relay"),
        ("possible", "KAZ", "men"),
        ("possible", "POL", "women"),
    }


def test_markdown_has_a_heading_and_a_table() -> None:
    text = run(*KAZ, "--format", "markdown").stdout.decode()
    assert text.startswith("## ")
    assert "| step |" in text
    assert run(*JPN, "--format", "markdown").stdout.decode().startswith("## ")


def test_the_moves_are_drawn_as_a_graph(tmp_path: Path) -> None:
    mermaid = run(*KAZ, "--format", "mermaid").stdout.decode()
    assert mermaid == 'flowchart LR\n    KAZ -->|"men\'s 1000 m"| ITA\n'
    graphml = run(*KAZ, "--format", "graphml").stdout.decode()
    assert "<graphml" in graphml
    assert 'source="KAZ" target="ITA"' in graphml
    pytest.importorskip("matplotlib")
    svg = run(*KAZ, "--format", "svg").stdout
    assert b"<svg" in svg
    assert run(*KAZ, "--format", "svg").stdout == svg
    target = tmp_path / "moves.png"
    assert run(*KAZ, "--format", "png", "--out", str(target)).stdout == b""
    assert target.read_bytes().startswith(b"\x89PNG")


def test_changes_come_from_a_file_and_from_the_options_after_it(tmp_path: Path) -> None:
    path = tmp_path / "changes.toml"
    path.write_text('mode = "rerun"\n\n[[change]]\ndecline = "KAZ:men-1000"\n', encoding="utf-8")
    words = ("whatif", "sochi-2014", "--engine", "greedy", "--changes", str(path))
    found = document(*words, "--decline", "ITA:men-1000=1")
    assert found["mode"] == "rerun"
    assert found["changes"] == ["decline KAZ:men-1000", "decline ITA:men-1000=1"]
    assert found["net_effect"] == {"HUN": {"men-1000": 1}, "KAZ": {"men-1000": -1}}
    assert found["order_matters"] is True
    assert document(*words, "--mode", "sequential")["mode"] == "sequential"


def test_every_other_change_can_be_stated() -> None:
    found = document(
        *("whatif", "sochi-2014", "--engine", "greedy", "--exclude", "KOR", "--host", "none"),
        *("--set", "men-500=30", "--reading", "gender-cap=nominal", "--move", "NED:men-500=2"),
    )
    assert found["changes"] == [
        "exclude KOR",
        "host none",
        "set men-500=30",
        "reading gender-cap=nominal",
        "move NED:men-500:1=2",
    ]
    assert isinstance(found["after"], dict)
    assert sum(found["after"]["places"]["men-500"].values()) == 30


def test_witnesses_are_saved_as_scenarios_that_replay(tmp_path: Path, japan: dict[str, object]) -> None:
    folder = tmp_path / "witnesses"
    run(*JPN, "--witness", str(folder), "--format", "json")
    saved = sorted(path.name for path in folder.iterdir())
    assert saved == [f"witness-{number}" for number in range(int(str(japan["witnesses"])))]
    shown: set[tuple[str, str]] = set()
    for name in saved:
        assert "synthetic" in (folder / name / "SOURCES.md").read_text(encoding="utf-8")
        gains = document("whatif", str(folder / name), "--decline", "JPN:men-relay", "--engine", "greedy")["possible"]
        shown |= {(gain["noc"], gain["column"]) for gain in json.loads(json.dumps(gains))}
    assert shown == {("KAZ", "men-relay"), ("KAZ", "men"), ("POL", "women")}
    assert b"the folder exists already" in run(*JPN, "--witness", str(folder), check=2).stderr


@pytest.mark.parametrize(
    "error", [InputError("no space"), OSError(28, "No space left on device")], ids=["ours", "system"]
)
def test_half_a_folder_of_witnesses_is_taken_away_again(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a disk that is full after the third file: half a folder would be taken for a whole one."""
    folder, written = tmp_path / "deep" / "witnesses", []

    def full(path: Path, text: str) -> None:
        if len(written) == 3:
            raise error
        written.append(path.write_text(text, encoding="utf-8"))

    monkeypatch.setattr(witness, "write_text", full)
    said = run(*JPN, "--witness", str(folder), check=2).stderr
    assert b"no space" in said.lower()
    assert len(written) == 3
    assert not folder.exists()


def test_the_reserve_list_says_who_is_next_and_what_stands_against_the_others() -> None:
    entries = json.loads(run("reserve", "sochi-2014", "men-1000", "--format", "json").stdout)
    assert all(set(entry) == {"rank", "noc", "qualifier", "turn", "blocked_by"} for entry in entries)
    turns = [entry["turn"] for entry in entries if entry["turn"] is not None]
    assert turns == list(range(1, len(turns) + 1))
    assert all((entry["turn"] is None) == bool(entry["blocked_by"]) for entry in entries)
    assert next(entry["noc"] for entry in entries if entry["turn"] == 1) == "ITA"
    rows = list(
        csv.DictReader(io.StringIO(run("reserve", "sochi-2014", "men-1000", "--format", "csv").stdout.decode()))
    )
    assert [row["noc"] for row in rows] == [entry["noc"] for entry in entries]
    assert b"ITA" in run("reserve", "sochi-2014", "men-1000").stdout
    assert run("reserve", "sochi-2014", "men-1000", "--format", "markdown").stdout.startswith(b"| rank")


def test_the_joint_waiting_list_says_how_far_each_noc_is_from_its_next_athlete() -> None:
    found = document("reserve", "sochi-2014", "--all")
    assert set(found) == {"scenario", "from", "from_changes", "lines", "lines_with_athletes", "next_athlete", "ties"}
    assert found["lines"]["men-1000"][0] == {
        "place": 1,
        "gains": [{"noc": "ITA", "column": "men-1000", "number": 1}],
    }
    assert found["next_athlete"]["KOR"] == []
    nearest = {"column": "women-1500", "places": 1, "gender": "women", "with_athletes": False}
    assert found["next_athlete"]["FRA"][0] == nearest
    assert document("reserve", "sochi-2014", "--all", "--from", "published")["from"] == "published"
    text = " ".join(run("reserve", "sochi-2014", "--all").stdout.decode().split())
    assert "France (FRA) women 1 of women's 1500 m alone" in text
    assert "published table has other numbers in 2 cells" in text
    rows = csv.DictReader(io.StringIO(run("reserve", "sochi-2014", "--all", "--format", "csv").stdout.decode()))
    assert {row["noc"] for row in rows} == {noc for noc, ways in found["next_athlete"].items() if ways}
    assert "| France (FRA) | women | 1 of women's 1500 m alone |" in (
        run("reserve", "sochi-2014", "--all", "--format", "markdown").stdout.decode()
    )


@pytest.mark.parametrize("engine", ["greedy", "cp-sat"])
def test_one_athlete_fewer_keeps_the_start_places_that_the_others_fill(engine: str) -> None:
    words = ("whatif", "synthetic-beijing-like", "--decline", "AAA:women=1", "--engine", engine)
    found = document(*words)
    assert found["changes"] == ["decline AAA:women=1"]
    lost = [(move["kind"], move["event"]) for move in found["moves"] if move["from"] == "AAA"]
    assert ("quota-place", "women") in lost
    before, after = (found[when]["athletes"]["AAA"]["women"] for when in ("before", "after"))
    assert before - after == 1
    text = " ".join(run(*words).stdout.decode().split())
    assert "given back in the mode sequential only, so the modes are not compared" in text


def test_it_starts_from_the_rules_or_from_the_published_table_and_says_which() -> None:
    words = ("whatif", "sochi-2014", "--decline", "HUN:men-1000=1", "--engine", "greedy")
    by_rules, published = document(*words), document(*words, "--from", "published")
    assert (by_rules["from"], by_rules["from_changes"], by_rules["published_differs"]) == ("rules", [], 2)
    assert published["from"] == "published"
    assert published["from_changes"] == ["decline KAZ:men-1000=1", "decline ITA:men-1000=1"]
    assert published["necessary"] == [{"noc": "CZE", "column": "men-1000", "number": 1}]
    assert document(*words, "--from", "rules") == by_rules
    text = " ".join(run(*words).stdout.decode().split())
    assert "This starts from what the rules give; the published table has other numbers in 2 cells." in text
    text = " ".join(run(*words, "--from", "published").stdout.decode().split())
    assert "This starts from the published table: what the rules give, after decline KAZ:men-1000=1, then" in text
    text = " ".join(run(*JPN).stdout.decode().split())
    assert "what the rules give is not known" in text
    assert document(*JPN)["from"] == "published"


def test_a_reserve_list_starts_from_the_rules_or_from_the_published_table_and_says_which() -> None:
    first = []
    for start in ("rules", "published"):
        entries = json.loads(run("reserve", "sochi-2014", "men-1000", "--from", start, "--format", "json").stdout)
        first.append(next(entry["noc"] for entry in entries if entry["turn"] == 1))
    assert first == ["ITA", "CZE"]
    assert b"published table has other numbers" in run("reserve", "sochi-2014", "men-1000").stdout
    assert b"starts from the published" in run("reserve", "sochi-2014", "men-1000", "--from", "published").stdout


def test_a_record_that_leaves_open_who_declined_is_undone_and_that_is_said_once() -> None:
    opening = "This starts from what the rules give; all later changes on record are undone first"
    words = ("whatif", "pyeongchang-2018", "--decline", "GBR:men-1000=1", "--engine", "greedy")
    for command in (words, ("reserve", "pyeongchang-2018", "men-1500")):
        for form in ("table", "markdown"):
            done = run(*command, "--format", form)
            text = " ".join(done.stdout.decode().split())
            assert text.count("This starts from") == text.count(opening) == 1
            assert "has other numbers in 12 cells. (--from published starts from that table.)" in text
            assert done.stderr == b""
        done = run(*command, "--format", "csv")
        assert opening in done.stderr.decode()
        assert opening not in done.stdout.decode()
        done = run(*command, "--from", "published")
        assert opening not in done.stdout.decode() + done.stderr.decode()
        assert run(*command, "--from", "published", "--format", "csv").stderr == b""
    assert document(*words)["undone_first"].startswith(opening)
    published = document(*words, "--from", "published")
    assert (published["undone_first"], published["invited"]) == (None, True)


def test_what_another_order_gives_is_said_before_the_moves() -> None:
    both = ("--decline", "KAZ:men-1000=1", "--decline", "ITA:men-1000=1", "--engine", "greedy")
    found = document("whatif", "sochi-2014", *both)
    assert found["other_order"] == ["decline ITA:men-1000=1", "decline KAZ:men-1000=1"]
    assert found["other_order_refused"] is None
    assert found["other_order_gives"] == [
        {"noc": "CZE", "column": "men-1000", "here": 0, "there": 1},
        {"noc": "ITA", "column": "men-1000", "here": 1, "there": 0},
    ]
    text = " ".join(run("whatif", "sochi-2014", *both).stdout.decode().split())
    assert "There it is Czechia (CZE) 1 (not 0) in men's 1000 m and ITA 0 (not 1) in men's 1000 m." in text
    assert text.index("The order of the declines matters") < text.index("Net effect")
    seven = [w for n in ("KAZ", "ITA", "GBR", "USA", "CAN", "CHN", "FRA") for w in ("--decline", f"{n}:men-1000=1")]
    text = " ".join(run("whatif", "sochi-2014", *seven, "--engine", "greedy").stdout.decode().split())
    assert "was not tried: there are 7 of them" in text


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        (("whatif", "sochi-2014"), "there is nothing to change"),
        (("whatif", "sochi-2014", "--decline", "12"), "'12' is not a decline"),
        (("whatif", "sochi-2014", "--decline", "KAZ:men-1000=2"), "KAZ has 1 start place in the men's 1000 m"),
        (("whatif", "sochi-2014", "--decline", "XYZ"), "XYZ"),
        (("whatif", "sochi-2014", "--exclude", "XYZ"), "XYZ is not an NOC of sochi-2014"),
        (("whatif", "sochi-2014", "--set", "total"), "'total' is not a cap"),
        (("whatif", "sochi-2014", "--set", "juniors=3"), "'juniors' is not a cap"),
        (("whatif", "sochi-2014", "--move", "NED:men-500"), "is not a move"),
        (("whatif", "sochi-2014", "--host", "12"), "'12' is not a host"),
        (("whatif", "sochi-2014", "--host", "QQQ"), "QQQ is neither an NOC of sochi-2014 nor the IOC code of another"),
        (("whatif", "sochi-2014", "--decline", "KAZ:men=9"), "quota places among the men, so it cannot decline 9"),
        (("whatif", "sochi-2014", "--decline", "KAZ:men=1", "--mode", "rerun"), "in the mode sequential only"),
        (("whatif", "beijing-2022", "--decline", "FRA:men=1"), "is not modelled; name start places"),
        (("whatif", "sochi-2014", "--disqualify", "KAZ:men-500"), "write NOC:EVENT@MEET"),
        (("whatif", "sochi-2014", "--disqualify", "KAZ:men-500@oslo"), "are torino-2013, kolomna-2013"),
        (("whatif", "sochi-2014", "--disqualify", "KAZ:men-500:9@torino-2013"), "KAZ has no result 9 in men-500"),
        (("whatif", "beijing-2022", "--disqualify", "KAZ:men-500@beijing-2021"), "has no results at meets"),
        (("whatif", "speed-skating-2026", "--disqualify", "NED:men-500@x"), "which follow from results"),
        (("whatif", "sochi-2014", "--reading", "hard"), "write NAME=VALUE"),
        (("whatif", "sochi-2014", "--changes", "nowhere.toml"), "nowhere.toml"),
        (("whatif", "sochi-2014", "--standings", "nowhere.csv"), "nowhere.csv"),
        (("whatif", "sochi-2014", "--decline", "KAZ", "--mode", "twice"), "'twice' is not one of"),
        (("whatif", "sochi-2014", "--decline", "KAZ:men-1000", "--witness", "w"), "these are complete"),
        (("whatif", "beijing-2022", "--decline", "FRA", "--mode", "rerun"), "only the mode sequential is modelled"),
        (("whatif", "beijing-2022", "--set", "total=120"), "one decline or exclusion at a time can be asked about"),
        ((*JPN, "--set", "men=70", "--witness", "w"), "witnesses are saved with the rule file as it is"),
        (("verify", "beijing-2022", "--set", "total"), "'total' is not a cap"),
        (("verify", "beijing-2022", "--set", "juniors=3"), "'juniors' is not a cap"),
        (
            ("verify", "figure-skating-2018", "--set", "total=3"),
            "no pathway of these rules goes by the cap total",
        ),
        (
            ("whatif", "pyeongchang-2018", "--decline", "PRK", "--from", "published"),
            "its places by invitation (men's 500 m, men's 1500 m) are outside the rules",
        ),
        ((*JPN, "--from", "rules"), "what the rules give is not known; this starts from the published table"),
        (("whatif", "sochi-2014", "--decline", "KAZ", "--from", "press"), "'press' is not one of"),
        (("report", "beijing-2022", "--table", "rules"), "there is no table by the rules"),
        ((*JPN, "--format", "mermaid"), "no single set of moves is known"),
        (("reserve", "sochi-2014", "men-600"), "'men-600' is not an event"),
        (("reserve", "beijing-2022", "men-500"), "unknown"),
        (("reserve", "beijing-2022", "--all"), "unknown"),
        (("reserve", "sochi-2014"), "name an event, or --all"),
        (("reserve", "sochi-2014", "men-500", "--all"), "name an event, or --all"),
    ],
)
def test_bad_words_get_one_sentence_and_exit_code_2(words: tuple[str, ...], phrase: str) -> None:
    done = run(*words, check=2)
    assert phrase in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert done.stdout == b""


def test_verify_judges_a_table_under_other_caps() -> None:
    """Every column of the published table is as full as its event: with one place less the table is too much."""
    done = run("verify", "beijing-2022", "--set", "men=60")
    assert "Beijing 2022 (men=60): the published table is what the rules give" in done.stdout.decode()
    done = run("verify", "beijing-2022", "--set", "men-500=31", check=1)
    assert "Beijing 2022 (men-500=31): the published table is not what the rules give" in done.stdout.decode()


def test_a_witness_is_saved_under_the_reading_that_was_asked_about(tmp_path: Path) -> None:
    folder = tmp_path / "witnesses"
    run(*JPN, "--reading", "gender-cap=nominal", "--witness", str(folder))
    assert 'gender-cap = "nominal"' in (folder / "witness-0" / "scenario.toml").read_text(encoding="utf-8")
    replayed = json.loads(run("whatif", str(folder / "witness-0"), *JPN[2:], "--format", "json").stdout)
    assert replayed["necessary"]


def test_a_host_without_entries_is_any_noc_that_there_is() -> None:
    """Peru has no entry at Sochi, and its code is near to others; nobody's codes are refused, in Python too."""
    told = run("whatif", "sochi-2014", "--host", "PER").stdout.decode()
    assert "Peru (PER) is the host" in told
    assert "PER: men's 500 m +1" in told
    with pytest.raises(InputError, match=r"FRX is neither an NOC of sochi-2014 .* \(do you mean FRA"):
        whatif(load_scenario("sochi-2014"), [HostTo("FRX")])
