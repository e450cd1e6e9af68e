"""The command line: what it prints, and its exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

import quotaproof
from quotaproof import cli, scenarios
from quotaproof.cli import common
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario

KEYS = {"scenario", "engine", "status", "unique", "places", "athletes", "totals", "decisions"}
DECISION_KEYS = {"pathway", "event", "noc", "gender", "qualifier", "granted", "clause", "reason"}


Done = subprocess.CompletedProcess[str]


def started(*words: str, check: int = 0) -> Done:
    """Run the command line in a process of its own, as `shell` below does."""
    done = subprocess.run(
        [sys.executable, "-m", "quotaproof", *words], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == check, done.stderr
    assert "Traceback" not in done.stderr
    return done


def run(*words: str, check: int | None = 0) -> Done:
    """Run the command line in this process."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    code: object = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["quotaproof", *words])
        patch.setattr(sys, "stdout", streams[0])
        patch.setattr(sys, "stderr", streams[1])
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code or 0
    said = [stream.buffer.getvalue().decode() for stream in streams]  # type: ignore[attr-defined]
    assert isinstance(code, int)
    assert check is None or code == check, said[1]
    assert "Traceback" not in said[1]
    return Done(words, code, *said)


@pytest.fixture(scope="module")
def altered() -> Done:
    return started("verify", "altered-beijing-2022", "--format", "json", check=1)


@pytest.fixture(scope="module")
def repaired_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "repaired"
    shutil.copytree(scenarios.FOLDER / "altered-beijing-2022", folder)
    table = folder / "published.csv"
    table.write_text(table.read_text().replace("KAZ,3,1,2,1,0,1,1,0,1,5", "KAZ,3,1,2,0,0,1,1,0,1,5"))
    return folder


def test_verify_finds_the_cell_that_was_altered(altered: Done) -> None:
    document = json.loads(altered.stdout)
    assert document["consistent"] is False
    assert document["repairs"] == [[{"noc": "KAZ", "column": "men-relay", "published": 1, "repaired": 0}]]
    assert document["repairs_complete"] is True
    assert not any(reading["reachable"] for reading in document["readings"])
    kinds = {(finding["kind"], finding["noc"], finding["column"]) for finding in document["findings"]}
    assert ("column-total", None, "men-relay") in kinds
    assert ("cell", "KAZ", "men-relay") in kinds


@pytest.mark.parametrize("repaired", [False, True], ids=["beijing-2022", "the altered table repaired"])
def test_verify_of_the_true_table_is_consistent(repaired: bool, repaired_folder: Path) -> None:
    scenario = str(repaired_folder) if repaired else "beijing-2022"
    document = json.loads(run("verify", scenario, "--format", "json", check=0).stdout)
    assert document["consistent"] is True
    assert document["findings"] == []
    assert document["repairs"] == []
    assert document["totals"] == {"men": 58, "women": 54, "total": 112}
    for reading in document["readings"]:
        assert reading["reachable"] is (reading["gender-cap"] != "hard")
    implied = {(p["event"], p["before"], p["after"]) for p in document["implied"] if "after_event" not in p}
    assert {("men-relay", "ITA", "JPN"), ("men-relay", "ROC", "JPN")} <= implied
    assert {("mixed-relay", "POL", "GBR"), ("mixed-relay", "KAZ", "GBR")} <= implied


def test_the_text_says_why_in_words() -> None:
    text = " ".join(run("verify", "altered-beijing-2022", check=1).stdout.split())
    for phrase in (
        "the published table is not what the rules give",
        "men's relay: nine NOCs are marked, but the total printed below them is eight",
        "KAZ, men's relay, from 1 to 0",
        "proved to be the only repair of one cell",
        "hard: No gender may ever have more athletes than that. The rules do not give the repaired table.",
        "walk (chosen): The number per gender limits the individual start places;",
        "ITA and ROC before JPN",
        "58 men and 54 women",
    ):
        assert phrase in text


def test_under_a_hard_gender_cap_the_rules_do_not_give_the_table() -> None:
    done = run("verify", "beijing-2022", "--reading", "gender-cap=hard", "--format", "json", check=1)
    assert json.loads(done.stdout)["consistent"] is False


def test_an_allocation_names_the_nocs_whose_codes_its_table_has() -> None:
    text = run("allocate", "sochi-2014", "--engine", "greedy").stdout
    table, _, names = text.partition("The NOCs are ")
    codes = re.findall(r"(?m)^(?!NOC)([A-Z]{3}) ", table)
    assert len(codes) == 25
    assert re.findall(r"\(([A-Z]{3})\)", names) == codes
    assert names.startswith("Australia (AUS), Austria (AUT), ")
    for form in ("csv", "markdown"):
        assert "The NOCs are" not in run("allocate", "sochi-2014", "--engine", "greedy", "--format", form).stdout


def test_the_list_names_hosts_except_in_csv() -> None:
    assert "China (CHN)" in run("list", "--wide").stdout
    assert ",CHN," in run("list", "--format", "csv").stdout


def test_both_engines_allocate_sochi_alike() -> None:
    documents = [
        json.loads(run("allocate", "sochi-2014", "--engine", engine, "--format", "json").stdout)
        for engine in ("cp-sat", "greedy")
    ]
    assert [document["engine"] for document in documents] == ["cp-sat", "greedy"]
    for document in documents:
        assert set(document) >= KEYS
        assert all(set(decision) >= DECISION_KEYS for decision in document["decisions"])
        assert document["status"] == "optimal"
        assert document["unique"] is True
        assert document["totals"] == {"men": 60, "women": 56, "total": 116}
    assert documents[0]["places"] == documents[1]["places"]
    assert documents[0]["athletes"] == documents[1]["athletes"]
    published = quotaproof.load_scenario("sochi-2014").published
    assert published is not None
    differences = {
        (noc, event): (number, documents[0]["places"][event].get(noc, 0))
        for noc, row in published.cells.items()
        for event, number in row.items()
        if event != "athletes" and documents[0]["places"][event].get(noc, 0) != number
    }
    assert differences == {("KAZ", "men-1000"): (0, 1), ("HUN", "men-1000"): (3, 2)}
    assert {noc: numbers["total"] for noc, numbers in documents[0]["athletes"].items()} == {
        noc: row["athletes"] for noc, row in published.cells.items()
    }


def test_verify_of_sochi_reports_two_cells_and_nothing_else() -> None:
    document = json.loads(run("verify", "sochi-2014", "--format", "json", check=1).stdout)
    found = {(f["kind"], f["noc"], f["column"], f["published"], f["expected"]) for f in document["findings"]}
    assert found == {("cell", "KAZ", "men-1000", 0, 1), ("cell", "HUN", "men-1000", 3, 2)}


def test_csv_and_markdown_hold_the_same_table() -> None:
    rows = list(csv.DictReader(io.StringIO(run("allocate", "sochi-2014", "--format", "csv").stdout)))
    frame = quotaproof.allocate(quotaproof.load_scenario("sochi-2014"), engine="greedy").to_frame()
    assert [row["noc"] for row in rows] == list(frame.index)
    assert {row["noc"]: int(row["men-1000"]) for row in rows} == frame["men-1000"].to_dict()
    markdown = run("allocate", "sochi-2014", "--format", "markdown").stdout
    assert "| TOTAL | 32 | 32 | 36 | 8 | 32 | 32 | 36 | 8 | 116 |" in markdown
    findings = list(csv.DictReader(io.StringIO(run("verify", "sochi-2014", "--format", "csv", check=1).stdout)))
    assert [finding["noc"] for finding in findings] == ["HUN", "KAZ"]


def test_the_same_input_gives_the_same_bytes(altered: Done) -> None:
    again = started("verify", "altered-beijing-2022", "--format", "json", check=1)
    assert again.stdout == altered.stdout == run(*again.args[3:], check=1).stdout


def test_out_writes_a_whole_file_and_nothing_to_stdout(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    done = started("allocate", "sochi-2014", "--format", "csv", "--out", str(target))
    assert done.stdout == ""
    assert target.read_text().startswith("noc,men-500,")
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


def test_list_and_schema() -> None:
    listed = {row["scenario"]: row["data"] for row in json.loads(run("list", "--format", "json").stdout)}
    assert listed.items() >= {("beijing-2022", "real"), ("sochi-2014", "real"), ("altered-beijing-2022", "altered")}
    kinds = list(listed.values())
    assert "real" not in kinds[kinds.count("real") :], "real ones come first"
    assert "beijing-2022" in run("list").stdout
    schema = json.loads(run("schema").stdout)
    assert {"title", "total", "host", "events", "pathways"} <= set(schema["properties"])
    assert "host" in json.loads(run("schema", "scenario").stdout)["properties"]


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        (("verify", "athens-1896"), "neither the path of a scenario folder nor an id"),
        (("allocate", "beijing-2022"), "the ranking of men-500 is unknown"),
        (("allocate", "sochi-2014", "--engine", "abacus"), "'abacus' is not one of"),
        (("allocate", "sochi-2014", "--reading", "hard"), "write NAME=VALUE"),
        (("allocate", "sochi-2014", "--reading", "colour=red"), "'colour' is not a reading"),
        (("allocate", "sochi-2014", "--reading", "gender-cap=soft"), "'soft' is no value of reading gender-cap"),
        (
            ("allocate", "sochi-2014", "--reading", "gender-cap=hard", "--reading", "gender-cap=walk"),
            "chosen twice",
        ),
        (("verify", "sochi-2014", "--out", "/nowhere/at/all"), "cannot be written"),
        (("verify",), "Missing argument"),
        (("dance",), "No such command"),
        (("schema", "poem"), "'poem' is not one of"),
    ],
)
def test_bad_words_get_one_sentence_and_exit_code_2(words: tuple[str, ...], phrase: str) -> None:
    done = run(*words, check=2)
    assert phrase in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_scenario_without_a_published_table_cannot_be_verified(repaired_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "unpublished"
    shutil.copytree(repaired_folder, folder)
    (folder / "published.csv").unlink()
    assert "no published table" in run("verify", str(folder), check=2).stderr


def test_facts_beside_a_full_table_may_not_contradict_each_other(repaired_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "contradicting"
    shutil.copytree(repaired_folder, folder)
    with (folder / "known.csv").open("a", encoding="utf-8") as file:
        file.write("mixed-relay,rank,NED,1,invented\n")
    said = " ".join(run("verify", str(folder), check=2).stderr.split())
    assert "known.csv" in said and "but by line" in said


def test_a_scenario_without_facts_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def load(name: str, **options: bool) -> Scenario:
        read.append(name)
        return load_scenario(name, **options)

    monkeypatch.setattr("quotaproof.scenarios.load_scenario", load)
    assert common.load_with_conflicts("sochi-2014").identifier == "sochi-2014"
    assert common.load_with_conflicts("beijing-2022").identifier == "beijing-2022"
    assert read == ["sochi-2014", "beijing-2022", "beijing-2022"]


def test_help_needs_neither_solver_nor_frames() -> None:
    probe = (
        "import sys, quotaproof.cli as c\n"
        "try:\n    c.cli(['--help'], standalone_mode=False)\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('ortools', 'pandas', 'networkx', 'numpy', 'pydantic', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_tie_that_matters_stops_the_allocation_and_names_the_tied(tmp_path: Path) -> None:
    folder = tmp_path / "tied"
    shutil.copytree(scenarios.FOLDER / "sochi-2014", folder)
    standings = folder / "standings.csv"
    text = standings.read_text()
    # Ranks 32 and 33 of men-500 are the last place and the first without one.
    text = text.replace("men-500,32,KAZ,2,3", "men-500,32=,KAZ,2,3").replace(
        "men-500,33,NZL,1,2", "men-500,32=,NZL,1,2"
    )
    standings.write_text(text)
    for engine in ("cp-sat", "greedy"):
        done = run("allocate", str(folder), "--engine", engine, "--format", "json", check=1)
        document = json.loads(done.stdout)
        assert document["status"] == "tie"
        assert document["unique"] is False
        assert {(tied["noc"], tied["rank"]) for tied in document["tied"]} == {("KAZ", 32), ("NZL", 32)}
        assert sum(document["places"]["men-500"].values()) == 31
        assert "KAZ (rank 32 of men-500), NZL (rank 32 of men-500)" in done.stderr
    drawn = text.replace("event,rank,noc,qualifier,points", "event,rank,noc,qualifier,points,draw", 1)
    lines = [drawn.splitlines()[0]]
    for line in drawn.splitlines()[1:]:
        draw = {"men-500,32=,KAZ,2,3": "2", "men-500,32=,NZL,1,2": "1"}.get(line, "")
        lines.append(f"{line},{draw}")
    standings.write_text("\n".join(lines) + "\n")
    document = json.loads(run("allocate", str(folder), "--format", "json").stdout)
    assert document["places"]["men-500"]["NZL"] == 1
    assert document["places"]["men-500"]["KAZ"] == 1


# What goes wrong outside ---------------------------------------------------------------------------------------------


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a shell's line in which $Q is the command line."""
    quoted = f"'{sys.executable}' -m quotaproof"
    done = subprocess.run(
        ["bash", "-c", command.replace("$Q", quoted)],
        capture_output=True,
        check=False,
        timeout=120,
        env={**os.environ, **environment},
    )
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    return done


@pytest.mark.parametrize("command", ["list", "schema", "--version", "verify altered-beijing-2022 --help"])
def test_a_result_that_cannot_be_written_is_one_sentence_and_no_verdict(command: str) -> None:
    done = shell(f"$Q {command} >/dev/full")
    assert (done.returncode, done.stderr.count(b"\n")) == (3, 1)
    assert b"No space left on device" in done.stderr


def test_a_closed_stdout_is_one_sentence_and_no_verdict() -> None:
    done = shell("$Q list >&-")
    assert (done.returncode, done.stderr.count(b"\n")) == (3, 1)
    assert b"stdout is closed" in done.stderr
    assert shell("$Q list >&- 2>&-").returncode == 3


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    done = shell("set -o pipefail; $Q schema | head -c 1")
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_error_of_ours_is_one_sentence_and_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("an error\nof ours")

    monkeypatch.setattr("quotaproof.scenarios.load_scenario", broken)
    monkeypatch.setattr(sys, "argv", ["quotaproof", "verify", "sochi-2014"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 3


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("$Q verify ''", b"a scenario must be named"),
        (r"cp -r {sochi} {tmp}/$'\xff' && $Q verify {tmp}/$'\xff'", b"is not UTF-8; rename the folder"),
        (r"$Q verify $'\xff' --format json", b"is not UTF-8; rename the folder"),
        ("$Q serve --port 0 --solve-limit nan", b"--solve-limit nan is no time; use seconds from 0.1 to 3600"),
        ("$Q site --out {tmp}/x --solve-limit nan", b"--solve-limit nan is no time; use seconds from 0.1 to 3600"),
        ("$Q infer beijing-2022 --limit nan", b"--limit nan is no time; use seconds from 0 to 86400"),
        ("$Q infer beijing-2022 --limit inf", b"'--limit': inf is not in the range"),
        ("$Q season sochi-2014 --limit nan", b"--limit nan is no time; use seconds from 0.1 to 86400"),
    ],
)
def test_odd_words_are_refused_in_one_sentence(command: str, words: bytes, tmp_path: Path) -> None:
    done = shell(command.replace("{tmp}", str(tmp_path)).replace("{sochi}", str(scenarios.FOLDER / "sochi-2014")))
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1), done.stderr
    assert words in done.stderr


@pytest.mark.parametrize("command", ["serve", "import"])
def test_without_a_folder_for_temporary_files_there_is_one_sentence(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    if command == "import":
        monkeypatch.setattr("quotaproof.importing.import_scenario", lambda *_, **__: none())
    more = ["--port", "0"] if command == "serve" else [str(tmp_path / "x.csv"), "--into", str(tmp_path / "x")]
    monkeypatch.setattr(sys, "argv", ["quotaproof", command, *more])
    with pytest.raises(SystemExit) as end:
        cli.main()
    monkeypatch.undo()
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said == (
        "quotaproof: no folder for temporary files can be written to; name one in the environment variable TMPDIR.\n"
    )


@pytest.mark.parametrize("command", ["serve", "site"])
def test_a_folder_for_temporary_files_whose_path_is_too_long_for_sockets_is_refused(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The processes that solve could not be reached, and each page would end at its limit."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/tmp/" + "d" * 80)
    more = ["--port", "0"] if command == "serve" else ["sochi-2014", "--out", str(tmp_path / "pages")]
    monkeypatch.setattr(sys, "argv", ["quotaproof", command, *more])
    with pytest.raises(SystemExit) as end:
        cli.main()
    monkeypatch.undo()
    assert end.value.code == 2
    assert "the path of the folder for temporary files has 85 bytes, more than the 70 " in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_optimised_twice_it_gives_the_same() -> None:
    plain, twice = shell("$Q verify altered-beijing-2022"), shell("$Q verify altered-beijing-2022", PYTHONOPTIMIZE="2")
    assert (twice.returncode, twice.stdout) == (plain.returncode, plain.stdout) == (1, plain.stdout)


ESCAPES = "\x1b]52;c;cHduZWQ=\x07\x1b[8m\x9b2J\x08\x7f\u202e\u2066\u2028"
"""What would set the clipboard, hide what follows, empty the screen, turn the words round and begin another line."""


@pytest.fixture(scope="module")
def escaping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario of which every text has control characters for a terminal."""
    folder = tmp_path_factory.mktemp("own") / "escaping"
    shutil.copytree(scenarios.FOLDER / "sochi-2014", folder)
    toml = "".join(f"\\u{ord(letter):04x}" for letter in ESCAPES)
    for name in ("scenario.toml", "rules.toml"):
        text = (folder / name).read_text()
        text = re.sub(r'(?m)^((?:title|games|clause|question|label) = ")', rf"\g<1>{re.escape(toml)}", text)
        text = text.replace("\\\\u", "\\u")
        (folder / name).write_text(re.sub(r'(?m)^(sources = \[\s*")', lambda found: found[1] + toml, text))
    return folder


@pytest.mark.parametrize(
    "words",
    [
        "verify S",
        "allocate S",
        "explain S KAZ men-1000",
        "whatif S --decline KAZ:men-1000",
        "reserve S men-1000",
        "standings S",
        "report S",
        "report S --format html",
        "report S --format wikitext",
        "report S --format latex",
        "verify S --format json",
        "allocate S --format csv",
        "verify S --format markdown",
    ],
)
def test_no_text_of_a_scenario_is_obeyed_by_a_terminal(words: str, escaping: Path) -> None:
    done = run(*words.replace("S", str(escaping), 1).split(), check=None)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout
    for stream in (done.stdout, done.stderr):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", stream)


def test_an_error_is_not_obeyed_by_a_terminal_either() -> None:
    done = run("verify", f"x{ESCAPES}", check=2)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", done.stderr)


def test_the_headings_of_a_table_are_bold_on_a_terminal_and_nothing_else_is() -> None:
    text = "\x1b[1mNOC\x1b[0m\x1b[8m"
    assert common._obeyed_by_no_terminal(text, True) == "\x1b[1mNOC\x1b[0m\\x1b[8m"
    assert common._obeyed_by_no_terminal(text, False) == "\\x1b[1mNOC\\x1b[0m\\x1b[8m"


def test_how_close_is_not_said_where_it_was_not_asked() -> None:
    """Nothing was tried then, so that nothing can be said of what would make it true."""
    words = ["explain", "sochi-2014", "KAZ", "men-1000", "--why-not", "men-1000>=2", "--engine", "greedy"]
    asked, plain = (CliRunner().invoke(cli.cli, [*words, *more]).output for more in ([], ["--no-how-close"]))
    assert "would make it true" in asked
    assert "Clauses:" in plain and "would make it true" not in plain


# What a plain installation has ----------------------------------------

WITHOUT_EXTRAS = """
import sys
for name in "babel lxml mwparserfromhell openpyxl jinja2 fastapi scipy numba matplotlib distributed pyarrow".split():
    sys.modules[name] = None
from quotaproof.cli import main
main()
"""


@pytest.mark.parametrize(
    "command",
    [
        "verify beijing-2022",
        "explain beijing-2022 ITA men",
        "whatif sochi-2014 --decline KAZ:men-1000",
        "list",
        "reserve sochi-2014 men-1000",
    ],
)
def test_the_main_commands_need_no_extra(command: str) -> None:
    """`make verify` installs none; names of nations in their texts once needed one."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRAS, *command.split()], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout


OF_ALL_HELP = """
import sys
from click.testing import CliRunner
from quotaproof.cli import cli
for words in (["--help"], ["schema", "rules"], *([name, "--help"] for name in sorted(cli.commands))):
    print(CliRunner().invoke(cli, words).output)
"""


def test_help_and_schemas_are_there_where_python_leaves_docstrings_out() -> None:
    texts = [
        subprocess.run([sys.executable, *option, "-c", OF_ALL_HELP], capture_output=True, text=True, check=True).stdout
        for option in ([], ["-OO"])
    ]
    assert "Prove Olympic quota allocations." in texts[0]
    # The order of keys in a schema may differ.
    assert sorted(line.rstrip(",") for line in texts[1].splitlines()) == sorted(
        line.rstrip(",") for line in texts[0].splitlines()
    )
