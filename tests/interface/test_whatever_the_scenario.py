"""Whatever the scenario: every command ends with exit code 0 to 3 and a sentence, every page with a status below 500.

More scenarios are tried with

    QUOTAPROOF_ODD=300 python -m pytest tests/interface/test_whatever_the_scenario.py
"""

from __future__ import annotations

import io
import os
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import pytest
from click.testing import CliRunner
from odd_folders import Odd, odd
from starlette.testclient import TestClient

from quotaproof.cli import cli
from quotaproof.model.errors import InputError, LimitError
from quotaproof.scenarios import load_scenario
from quotaproof.web.app import create_app
from quotaproof.web.limits import Limits

NUMBER = int(os.environ.get("QUOTAPROOF_ODD", "3"))
"""Scenarios that are drawn."""
FIRST = int(os.environ.get("QUOTAPROOF_ODD_FIRST", "0"))
Arguments = Iterator[list[str]]

# Commands -------------------------------------------------------------------------------------------------------------


def changes(one: Odd) -> Arguments:
    """Changes of every kind, one each, and two at once."""
    noc, event = one.noc(), one.event()
    yield ["--decline", f"{noc}:{event}"]
    yield ["--decline", noc, "--decline", f"{one.noc()}:{one.column()}=1"]
    yield ["--exclude", noc]
    yield ["--host", one.rng.choice([noc, "none"])]
    yield ["--set", f"{one.rng.choice(['total', 'men', event, f'{event}:noc'])}={one.rng.choice([0, 1, 4, 999])}"]
    yield ["--move", f"{noc}:{event}:1=2"]
    yield ["--disqualify", f"{noc}:{event}:1@{one.rng.choice(['meet-1', 'nowhere'])}"]
    yield ["--withdraw", f"{noc.lower()}-1"]
    yield [
        "--reading",
        one.rng.choice(["gender-cap=hard", "remaining-ties=women-first", "nothing=yes"]),
        "--exclude",
        noc,
    ]


def of_whatif(one: Odd) -> Arguments:
    """The what-ifs that are asked: two of all, since they take longest."""
    own = list(changes(one))
    for more in one.rng.sample(own, 3):
        yield [str(one.folder), *more, "--from", one.rng.choice(["rules", "published"])]
        yield [str(one.folder), *more, "--engine", "greedy", "--format", "json"]


def of_explain(one: Odd) -> Arguments:
    yield [str(one.folder), one.noc()]
    yield [str(one.folder), one.noc(), one.column()]
    column = one.column()
    yield [str(one.folder), one.noc(), column, "--why-not", f"{column}>={one.rng.randint(1, 3)}"]


def of_import(one: Odd) -> Arguments:
    """What the folder itself has, as something to import."""
    for number, name in enumerate(("published.csv", "standings.csv", "scenario.toml")):
        into = one.folder.parent / f"{one.folder.name}-imported-{number}"
        if (one.folder / name).exists():
            yield [str(one.folder / name), "--into", str(into), "--rules", str(one.folder / "rules.toml")]
            yield [str(one.folder / name), "--into", f"{into}-{number}"]


def of_check(one: Odd) -> Arguments:
    """A certificate of the folder, if it has one, and files that are none."""
    kept = one.folder.parent / f"{one.folder.name}.json"
    CliRunner().invoke(cli, ["allocate", str(one.folder), "--certificate", str(kept)])
    for file in (kept, one.folder / "rules.toml", one.folder / "missing.json"):
        yield [str(file), str(one.folder)]


def of_sweep(one: Odd) -> Arguments:
    out = one.folder.parent / f"{one.folder.name}-sweep.csv"
    for what in (["--singles"], ["--exclusions"], ["--samples", "4"], ["--grid", "total=4:6"]):
        yield [str(one.folder), *what, "--jobs", "1", "--out", str(out)]
        out.unlink(missing_ok=True)


def of_one(*more: list[str]) -> Callable[[Odd], Arguments]:
    """Return the arguments that are nothing but the folder and options."""
    return lambda one: ([str(one.folder), *options] for options in ([], *more))


COMMANDS: dict[str, Callable[[Odd], Arguments]] = {
    "list": lambda one: iter([[], ["--format", "json"]]),
    "schema": lambda one: iter([[], ["rules"], ["nothing"]]),
    "standings": of_one(["--format", "csv"], ["--event", "men-500"]),
    "allocate": of_one(["--engine", "greedy", "--format", "json"], ["--reading", "gender-cap=hard"]),
    "check": of_check,
    "verify": of_one(["--format", "json"], ["--set", "men=3"], ["--reading", "gender-cap=nominal"]),
    "compare": lambda one: iter([[str(one.folder), str(one.folder)], [str(one.folder), "beijing-2022"]]),
    "whatif": of_whatif,
    "reserve": lambda one: iter([[str(one.folder), one.event()], [str(one.folder), "--all", "--from", "published"]]),
    "explain": of_explain,
    "season": of_one(["--samples", "20", "--limit", "1"], ["--after", "1", "--samples", "20", "--limit", "1"]),
    "infer": lambda one: iter(
        [[str(one.folder), "--limit", "1"], [str(one.folder), "--limit", "1", "--next", "--why"]]
    ),
    "sweep": of_sweep,
    "reduce": of_one(["--men", "2"], ["--men", "1", "--women", "1", "--format", "json"]),
    "backtest": lambda one: iter([[str(one.folder), "--after", "1", "--samples", "20", "--jobs", "1"]]),
    "serve": lambda one: iter([["--port", "999999"], ["--solve-limit", "nan"], [str(one.folder)]]),  # pages: below
    "site": lambda one: iter([[str(one.folder), "--out", str(one.folder / "rules.toml")]]),  # pages: below
    "import": of_import,
    "report": of_one(["--full"], ["--format", "markdown", "--table", "rules"], ["--language", "de"]),
}


def test_no_command_is_forgotten() -> None:
    assert set(COMMANDS) == set(cli.list_commands(click.Context(cli)))


def fault_of(arguments: list[str]) -> tuple[str, int]:
    """Return what is wrong with how a command ends, empty if nothing is, and its exit code."""
    result = CliRunner().invoke(cli, arguments)
    error = result.exception
    if isinstance(error, InputError | LimitError):
        said, code = str(error), 2 if isinstance(error, InputError) else 3
    elif error is None or isinstance(error, SystemExit):
        said, code = result.output, result.exit_code
    else:
        where = "".join(traceback.format_exception(error, limit=-3))
        return f"{type(error).__name__}: {error}\n{where}", 3
    if code not in (0, 1, 2, 3):
        return f"exit code {code}", code
    if not said.strip() or "Traceback" in said or "internal error" in said:
        return f"it says {said!r}", code
    if isinstance(error, InputError) and "\n" in said.strip():
        return f"more than one line: {said}", code
    return "", code


def tried(one: Odd) -> Iterator[tuple[str, list[str]]]:
    for name, arguments in COMMANDS.items():
        for own in arguments(one):
            yield name, [name, *own]


@pytest.mark.parametrize("seed", range(FIRST, FIRST + NUMBER))
def test_every_command_ends_with_a_sentence(seed: int, tmp_path: Path) -> None:
    one = odd(seed, tmp_path)
    codes: Counter[int] = Counter()
    faults = []
    for _, arguments in tried(one):
        fault, code = fault_of(arguments)
        codes[code] += 1
        if fault:
            faults.append(f"quotaproof {' '.join(arguments)}\n{fault}")
    assert not faults, "\n\n".join(faults)
    assert codes.total() > 30


def test_most_folders_that_are_drawn_load_and_the_others_are_refused_in_words(tmp_path: Path) -> None:
    loaded = refused = 0
    for seed in range(60):
        try:
            load_scenario(odd(seed, tmp_path).folder)
            loaded += 1
        except InputError as error:
            assert str(error).startswith(str(tmp_path)), error  # the file is named
            refused += 1
    assert loaded > 3 * refused > 0


# Pages ----------------------------------------------------------------------------------------------------------------

QUERIES = ("verify=1", "set=men-500=40", "set=men=1", "exclude={noc}", "host={noc}", "host=none", "decline={noc}",
           "decline={noc}:{event}=1", "move={noc}:{event}:1=2", "reading=gender-cap=hard", "after=1",
           "from=published&decline={noc}:{event}")  # fmt: skip
"""What is asked of a page; of each page a few of them."""

ADDRESSES: dict[str, tuple[str, ...]] = {
    "/": ("",),
    "/scenarios": ("",),
    "/scenarios/{scenario}": ("", *QUERIES),
    "/scenarios/{scenario}/embed": ("", "part=table"),
    "/scenarios/{scenario}/badge": ("",),
    "/scenarios/{scenario}/preview.png": ("", "lang=fr"),
    "/scenarios/{scenario}/lists": ("",),
    "/scenarios/{scenario}/lists/{event}": ("",),
    "/scenarios/{scenario}/lists/{event}/preview.png": ("",),
    "/scenarios/{scenario}/whatif": ("", *QUERIES),
    "/scenarios/{scenario}/whatif/preview.png": ("", *QUERIES),
    "/scenarios/{scenario}/nations": ("",),
    "/scenarios/{scenario}/nations/{noc}": ("",),
    "/scenarios/{scenario}/nations/{noc}/preview.png": ("",),
    "/scenarios/{scenario}/season": ("", "after=1"),
    "/scenarios/{scenario}/rules": ("",),
    "/scenarios/{scenario}/explain": ("noc={noc}", "noc={noc}&column={column}", "noc={noc}&column={column}&least=2"),
    "/scenarios/{scenario}/reserve": ("",),
    "/scenarios/{scenario}/reserve/{event}": ("", "exclude={noc}"),
    "/scenarios/{scenario}/download/{what}/{form}": ("", "decline={noc}"),
    "/compare": ("",),
    "/uploads": ("",),
    "/uploads/{upload}": ("",),
    "/uploads/{upload}/folder.zip": ("",),
    "/help": ("",),
    "/api": ("",),
    "/api/openapi.json": ("",),
    "/api/scenarios": ("",),
    "/api/scenarios/{scenario}": ("",),
    "/api/scenarios/{scenario}/allocation": ("", "set=total=5"),
    "/api/scenarios/{scenario}/verification": ("", "set=men=3", "reading=gender-cap=hard"),
    "/api/scenarios/{scenario}/whatif": ("decline={noc}:{event}", "exclude={noc}", "decline={noc}&from=published", ""),
    "/api/scenarios/{scenario}/explanation": ("noc={noc}", "noc={noc}&column={column}&why_not={column}>=2"),
    "/api/scenarios/{scenario}/reserve/{event}": ("",),
}
"""Addresses that are read -> what is asked of each."""

CHANGING: dict[str, tuple[dict[str, str], ...]] = {
    "/uploads/{upload}": ({"host": "none"}, {"cell-0-0-1": "7", "remove-0-1": "1"}, {"base": "nothing"}),
    "/uploads/{upload}/name": ({"name": "Another name"}, {"name": ""}),
    "/uploads/{upload}/undo": ({},),
}
"""Addresses a form is sent to, in this order -> what is sent to each."""

WHOLE = {"/uploads", "/uploads/{upload}/remove", "/api/uploads", "/api/uploads/{scenario}"}
"""Those that every scenario here comes and goes by."""


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    limits = Limits(workers=1, solve_seconds=20)
    with TestClient(create_app(limits), base_url="http://127.0.0.1", raise_server_exceptions=False) as found:
        yield found


def test_no_page_is_forgotten(client: TestClient) -> None:
    app: Any = client.app
    routes = {route.path for route in app.routes if hasattr(route, "path")} | set(app.openapi()["paths"])
    assert routes - {"/static"} == {*ADDRESSES, *CHANGING, *WHOLE}


def zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return buffer.getvalue()


def addresses(one: Odd, scenario: str) -> Iterator[str]:
    for path, queries in ADDRESSES.items():
        few = queries if len(queries) < 4 else ("", *one.rng.sample(queries, 4))
        for query in dict.fromkeys(few):
            words = {
                "scenario": scenario,
                "upload": scenario,
                "noc": one.noc(),
                "event": one.event(),
                "column": one.column(),
            }
            words["what"] = one.rng.choice(["published", "rules", "after", "verification", "whatif", "nothing"])
            words["form"] = one.rng.choice(["json", "csv", "markdown", "wikitext", "nothing"])
            quoted = {name: quote(word) for name, word in words.items()}
            yield path.format(**quoted) + (f"?{query.format(**quoted)}" if query else "")


@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(4, NUMBER // 3)))
def test_every_page_answers_below_500(seed: int, tmp_path: Path, client: TestClient) -> None:
    one = odd(seed, tmp_path)
    files = {"files": ("scenario.zip", zipped(one.folder), "application/zip")}
    sent = client.post("/api/uploads", files=files)
    assert sent.status_code in (201, 400, 413, 422), sent.text
    if sent.status_code != 201:
        assert sent.json()["error"]
        return
    scenario = sent.json()["scenario"]
    faults = []
    for address in addresses(one, scenario):
        answer = client.get(address, follow_redirects=True)
        if answer.status_code >= 500:
            faults.append(f"{address}: {answer.status_code} {answer.text[:300]}")
    for path, forms in CHANGING.items():
        for form in forms:
            address = path.format(upload=scenario)
            answer = client.post(address, data=form or {"nothing": ""}, follow_redirects=True)
            # None of them is so odd that the page of the upload itself would not answer.
            if answer.status_code >= 500 or client.get(f"/uploads/{scenario}").status_code != 200:
                faults.append(f"{address} {form}: {answer.status_code} {answer.text[:300]}")
    gone = client.post(f"/uploads/{scenario}/remove") if seed % 2 else client.delete(f"/api/uploads/{scenario}")
    assert gone.status_code in (200, 204), gone.text
    assert client.get(f"/uploads/{scenario}").status_code == 404
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "address", ["?verify=1&set=men-500=40", "?exclude=RUS", "?host=ESP", "/whatif?exclude=RUS", "/explain?noc=ESP"]
)
def test_pages_of_a_shipped_scenario_about_an_noc_without_a_row(address: str, client: TestClient) -> None:
    """An NOC gets something that has no row in Sochi's table."""
    answer = client.get(f"/scenarios/sochi-2014{address}", follow_redirects=True)
    assert answer.status_code < 500, answer.text[-300:]
    assert "explain" in address or answer.status_code == 200
