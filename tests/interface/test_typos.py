"""Every option and argument that names something takes it loosely written, or says which is the nearest right word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from quotaproof.cli import cli, words
from quotaproof.model.errors import InputError
from quotaproof.scenarios import load_scenario

SHORT, SEASON, LISTS = "sochi-2014", "pyeongchang-2018", "speed-skating-2026"

NEAR: dict[tuple[str, str], tuple[list[str], str]] = {
    **{
        (command, "scenario"): (["sochi"], "sochi-2014")
        for command in ("allocate", "standings", "verify", "report", "whatif", "season", "infer", "sweep")
    },
    ("reserve", "scenario"): (["sochi", "men-500"], "sochi-2014"),
    ("reduce", "scenario"): (["Sped-skating"], LISTS),
    ("explain", "scenario"): (["beijing", "KAZ"], "beijing-2022 or"),
    ("check", "scenario"): (["certificate.json", "sochi"], "sochi-2014"),
    ("compare", "a"): (["sochi", SHORT], "sochi-2014"),
    ("compare", "b"): ([SHORT, "sochi"], "sochi-2014"),
    ("compare", "rules"): ([SHORT, SHORT, "--rules", "sochi"], "sochi-2014"),
    ("compare", "table_a"): ([SHORT, SHORT, "--table-a", "pubished"], "published"),
    ("compare", "table_b"): ([SHORT, SHORT, "--table-b", "rule"], "rules"),
    ("backtest", "scenarios"): (["sochi"], "sochi-2014"),
    ("backtest", "after"): ([SEASON, "--after", "seoul"], "seoul-2017"),
    ("site", "scenarios"): (["sochi", "--out", "site"], "sochi-2014"),
    ("site", "language"): (["--out", "site", "--language", "fra"], "fr"),
    ("import", "rules"): (["page.html", "--into", "x", "--rules", "sochi"], "sochi-2014"),
    ("import", "kind"): (["page.html", "--into", "x", "--from", "htm"], "html"),
    ("schema", "name"): (["rule"], "rules"),
    ("explain", "noc"): ([SHORT, "KZA"], "Kazakhstan (KAZ)"),
    ("explain", "column"): ([SHORT, "KAZ", "1000m"], "men-1000 or women-1000"),
    ("explain", "why_not"): ([SHORT, "KAZ", "--why-not", "1000m>=2"], "men-1000 or women-1000"),
    ("reserve", "event"): ([SHORT, "1000m"], "men-1000 or women-1000"),
    ("reserve", "start"): ([SHORT, "men-1000", "--from", "pubished"], "published"),
    ("standings", "events"): ([SHORT, "--event", "1000m"], "men-1000 or women-1000"),
    ("season", "events"): ([SEASON, "--event", "500m"], "men-500 or women-500?"),
    ("season", "nocs"): ([SEASON, "--for", "KZA"], "Kazakhstan (KAZ)"),
    ("season", "after"): ([SEASON, "--after", "seoul"], "seoul-2017"),
    ("sweep", "nocs"): ([SHORT, "--pairs", "--noc", "KZA"], "Kazakhstan (KAZ)"),
    ("sweep", "of"): ([SHORT, "--pairs", "--of", "1000m"], "men-1000 or women-1000"),
    ("sweep", "grid"): ([SHORT, "--grid", "gender-cp=hard"], "gender-cap"),
    ("sweep", "draw"): ([SHORT, "--samples", "2", "--draw", "unform"], "uniform"),
    ("sweep", "mode"): ([SHORT, "--pairs", "--mode", "re-runs"], "rerun"),
    ("sweep", "engine"): ([SHORT, "--pairs", "--engine", "gredy"], "greedy"),
    ("reduce", "cycle"): ([LISTS, "--cycle", "men-1500,500m"], "men-500 or women-500?"),
    ("whatif", "declines"): ([SHORT, "--decline", "KAZ:1000m"], "men-1000 or women-1000"),
    ("whatif", "withdrawn"): ([LISTS, "--withdraw", "Jordan Stolzz"], "usa-jordan-stolz"),
    ("whatif", "excluded"): ([SHORT, "--exclude", "KZA"], "Kazakhstan (KAZ)"),
    ("whatif", "host"): ([SHORT, "--host", "Kazakstan"], "Kazakhstan (KAZ)"),
    ("whatif", "caps"): ([SHORT, "--set", "totl=100"], "total"),
    ("whatif", "moved"): ([SHORT, "--move", "KZA:men-1000=3"], "Kazakhstan (KAZ)"),
    ("whatif", "disqualified"): ([SHORT, "--disqualify", "KAZ:men-1000@kolomna"], "kolomna-2013"),
    ("whatif", "start"): ([SHORT, "--from", "rulez"], "rules"),
    ("whatif", "mode"): ([SHORT, "--mode", "sequentiel"], "sequential"),
    ("verify", "caps"): ([SHORT, "--set", "1000m=100"], "men-1000 or women-1000"),
    ("infer", "state"): (["milano-cortina-2026", "--state", "decembre"], "december"),
    ("report", "table"): ([SHORT, "--table", "rule"], "rules"),
    ("report", "language"): ([SHORT, "--language", "eng"], "en"),
}
"""(command, parameter) -> words with one that is only near, and what is suggested."""

FOR_ALL = {
    "form": (["--format", "jsno"], "json"),
    "readings": (["--reading", "gender-cap=hrad"], "hard"),
    "engine": (["--engine", "gredy"], "greedy"),
}
"""Options that many commands have."""

PLAIN = {
    "files", "into", "title", "columns", "out", "plot", "witness", "certificate", "standings", "file", "published",
    "port", "allowed", "solve_limit", "no_browser", "workers", "wide", "samples", "seed", "limit", "jobs", "scheduler",
    "noise", "prove", "singles", "pairs", "triples", "exclusions", "men", "women", "ask", "why", "full", "joint",
    "all_reasons", "how_close", "url",
}  # fmt: skip
"""Numbers, switches, files and titles."""

ADDRESSES = {("serve", "host"), ("import", "host")}
"""The host of a network; and an NOC of which nothing is known before the file is read."""


def parameters() -> list[tuple[str, str]]:
    return [(name, str(one.name)) for name, command in sorted(cli.commands.items()) for one in command.params]


def test_every_parameter_is_told_to_name_something_or_not() -> None:
    for command, name in parameters():
        told = [(command, name) in NEAR or name in FOR_ALL, name in PLAIN, (command, name) in ADDRESSES]
        assert any(told), f"does {name} of {command} name an NOC, an event, a meet, a reading, a scenario, a format?"


def questions() -> list[tuple[list[str], str]]:
    found = []
    for command, name in parameters():
        if (command, name) in NEAR:
            asked, says = NEAR[command, name]
            found.append(([command, *asked], says))
        elif name in FOR_ALL:
            asked, says = FOR_ALL[name]
            needed = {
                "explain": [SHORT, "KAZ"],
                "check": ["certificate.json", SHORT],
                "compare": [SHORT, SHORT],
                "import": ["page.html", "--into", "x"],
                "reserve": [SHORT, "men-500"],
                "reduce": [LISTS],
                "list": [],
                "backtest": [SEASON],
                "infer": ["milano-cortina-2026"],
                "sweep": [SHORT, "--pairs"],
            }.get(command, [SHORT])
            if (command, name) == ("report", "form"):
                asked, says = ["--format", "htlm"], "html"
            found.append(([command, *needed, *asked], says))
    return found


@pytest.mark.parametrize(("asked", "says"), questions(), ids=str)
def test_what_is_only_near_is_suggested_in_one_sentence(asked: list[str], says: str) -> None:
    run = CliRunner().invoke(cli, asked, standalone_mode=False)
    error = run.exception
    assert isinstance(error, (InputError, click.UsageError)), f"{error!r}: {run.output}"
    said = error.format_message() if isinstance(error, click.UsageError) else str(error)
    assert f"do you mean {says}".lower() in said.lower() or f"or {says}" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("meant", "given", "exact"),
    [
        ("cap_meant", "men1000:NOC=2", "men-1000:noc=2"),
        ("cap_meant", "Total=110", "total=110"),
        ("move_meant", "kazakhstan:Men 1000:2=3", "KAZ:men-1000:2=3"),
        ("disqualification_meant", "kaz:men1000@Kolomna 2013", "KAZ:men-1000@kolomna-2013"),
        ("grid_meant", "GenderCap=Walk, hard", "gender-cap=walk,hard"),
        ("grid_meant", "men 500=28..36", "men-500=28..36"),
        ("meet_meant", "Kolomna2013", "kolomna-2013"),
        ("meet_meant", "2", "2"),
    ],
)
def test_what_is_loosely_written_is_taken(meant: str, given: str, exact: str) -> None:
    assert getattr(words, meant)(load_scenario(SHORT), given) == exact


def test_an_athlete_is_taken_by_name_and_never_another() -> None:
    scenario = load_scenario(LISTS)
    assert words.withdrawal_meant(scenario, "jordan stolz:men500") == "usa-jordan-stolz:men-500"
    assert words.withdrawal_meant(scenario, "nobody like that") == "nobody like that"


def test_readings_and_formats_are_taken_in_any_case(tmp_path: Path) -> None:
    assert words.reading_meant("Gender Cap", "HARD") == ("gender-cap", "hard")
    loose = CliRunner().invoke(cli, ["standings", SHORT, "--event", "Men1000", "--format", "CSV"])
    exact = CliRunner().invoke(cli, ["standings", SHORT, "--event", "men-1000", "--format", "csv"])
    assert exact.exit_code == 0
    assert loose.output == exact.output


def test_the_formats_of_files_are_those_that_are_read() -> None:
    from quotaproof.cli.importing import FORMS
    from quotaproof.pages import source

    assert FORMS == source.FORMS


FURTHER = [
    ("explain sochi-2014 KAZ mens", "do you mean men?"),
    ("whatif sochi-2014 --decline KAZ:womens", "do you mean women?"),
    ("whatif sochi-2014 --set mens=58", "do you mean men?); events are men-500"),
    ("sweep sochi-2014 --grid mens=58..60", "do you mean men?"),
    (
        "sweep sochi-2014 --grid mode=rerun",
        "'mode' is neither a cap nor a reading; caps are total, men, women, men-500",
    ),
    ("reserve sochi-2014 mens", "do you mean men-500 or men-1000 or men-1500?); events are"),
    ("season sochi-2014 --after tornio", "do you mean torino-2013?"),
    ("verify bejing", "do you mean beijing-2022 or synthetic-beijing-like?"),
    ("whatif sochi-2014 --move JPN:men-500:4=3", "JPN has no qualifier 4 in the ranking of men-500; it has 3 there"),
    ("whatif beijing-2022 --move JPN:men-500=3", "the ranking of men-500 is not known"),
    ("whatif speed-skating-2026 --withdraw Jordn", "is no athlete of speed-skating-2026"),
    (
        "verify speed-skating-2026-after-two --published draft-v3",
        "'draft-v3' is no file, and no list that the scenario names (do you mean draft-v3.csv?); those are",
    ),
]
"""What is said of words that are near a gender, a part of a name, or in place of something else."""


@pytest.mark.parametrize(("words", "says"), FURTHER, ids=[words for words, _ in FURTHER])
def test_the_nearest_word_is_one_that_is_taken_there(words: str, says: str) -> None:
    done = CliRunner().invoke(cli, words.split())
    assert isinstance(done.exception, InputError)
    assert says in str(done.exception)
    assert "?." not in str(done.exception)


def test_a_file_that_is_not_there_is_told_with_the_nearest_beside_it(tmp_path: Path) -> None:
    (tmp_path / "changes.toml").write_text("")
    for name, says in (("chanes.toml", " (do you mean changes.toml?)."), ("other.csv", "does not exist.")):
        with pytest.raises(InputError) as raised:
            cli(["whatif", SHORT, "--changes", str(tmp_path / name)], standalone_mode=False)
        assert words.missing_file(raised.value).endswith(says)


@pytest.mark.parametrize(
    "words",
    [
        ("whatif", SHORT, "--decline", "Frankreich"),
        ("whatif", SHORT, "--decline", "Atlantis:men-500"),
        ("explain", SHORT, "Frankreich"),
        ("whatif", "speed-skating-2026", "--decline", "Frankreich"),
    ],
)
def test_a_name_that_is_near_none_is_said_to_be_no_noc_and_these_are_named(words: tuple[str, ...]) -> None:
    refused = CliRunner().invoke(cli, [*words]).exception
    assert isinstance(refused, InputError)
    assert " is not an NOC of " in str(refused) and "; its NOCs are " in str(refused)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("verify sochi-2014 --formt json", "verify has no option --formt; do you mean --format?"),
        ("whatif sochi-2014 --declines KAZ", "whatif has no option --declines; do you mean --decline?"),
        (
            "sweep sochi-2014 --singles --limit 3",
            (
                "sweep has no option --limit; explain, infer and season have it; "
                "quotaproof sweep --help lists its options."
            ),
        ),
        (
            "verify sochi-2014 --draw noise",
            "verify has no option --draw; sweep has it; quotaproof verify --help lists its options.",
        ),
        ("verify sochi-2014 -q", "verify has no option -q; quotaproof verify --help lists its options."),
        ("--json list", "quotaproof has no option --json; quotaproof --help lists its options."),
    ],
)
def test_an_option_that_is_none_suggests_what_is_near_or_the_commands_that_have_it(words: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "quotaproof", *words.split()], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"quotaproof: {said}\n"
