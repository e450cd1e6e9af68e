"""The documentation is true: every command in it is run, every shown output is real."""

from __future__ import annotations

import ast
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

import quotaproof
from quotaproof.cli import cli, main

from .pages import PAGES, ROOT, Block, blocks, commands, inline, is_part

FULL = os.environ.get("QUOTAPROOF_FULL") == "1"
SETTING_UP = re.compile(r"(make|git|cd|\.|pip|pipx|python3? -m venv|nox|curl|source|eval) ")
"""What a reader does around quotaproof; `make` targets are looked up instead of run."""
SERVERS = {"serve"}


def names(page: Path) -> str:
    return str(page.relative_to(ROOT))


SHORTENED = (
    (r"--samples \d{4,}", "--samples 300"),
    (r"--prove all", "--prove 2"),
    (r"(season pyeongchang-2018 --after 3 --for GBR)$", r"\1 --event men-1000"),
    (r"quotaproof site --out", "quotaproof site synthetic-rerun-takes --out"),
)
"""What takes minutes is run on less of the same, unless QUOTAPROOF_FULL=1."""

ANSWERED: dict[str, tuple[int, str]] = {}
"""What commands printed that neither read nor wrote anything in the working folder: many pages show the same."""


def run(command: str) -> tuple[int, str]:
    """Run a command in the working folder; return its exit code and what it printed, stdout before stderr."""
    if not FULL:
        for pattern, less in SHORTENED:
            command = re.sub(pattern, less, command)
    before = set(Path.cwd().rglob("*"))
    named = {path.relative_to(Path.cwd()).parts[0] for path in before}
    reads_nothing = not before or (is_ours(command) and not any(name in command for name in named))
    if command in ANSWERED and reads_nothing:
        return ANSWERED[command]
    answer = answered(command)
    if reads_nothing and set(Path.cwd().rglob("*")) == before:
        ANSWERED[command] = answer
    return answer


def is_ours(command: str) -> bool:
    """Whether it is a command of quotaproof and nothing for a shell."""
    words = shlex.split(command, comments=True)
    return words[0] == "quotaproof" and not re.search(r"[|><&;$]", re.sub(r"'[^']*'|\"[^\"]*\"", "", command))


def answered(command: str) -> tuple[int, str]:
    if not is_ours(command):
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
        )
        return done.returncode, done.stdout + done.stderr
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", shlex.split(command, comments=True))
        patch.setattr(sys, "stdout", streams[0])
        patch.setattr(sys, "stderr", streams[1])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8", errors="replace"))  # type: ignore[attr-defined]
    return code, "".join(texts)


@pytest.fixture(autouse=True)
def a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page installs for its reader must not reach whoever runs the tests, nor depend on their shell."""
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "ZDOTDIR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("SHELL", "/bin/bash")


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_command_runs_and_prints_what_is_shown(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for block in blocks(page):
        if block.title is not None:
            (tmp_path / block.title).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.title).write_text(block.text, encoding="utf-8")
        for command in block.prepare:
            code, printed = run(command)
            assert code == 0, f"{block.where}: {command}: {printed}"
        if block.language == "console" and (FULL or not block.long):
            check(block)


def check(block: Block) -> None:
    for shown in commands(block):
        if SETTING_UP.match(shown.command):
            continue
        bench = re.match(r"python (bench/\w+\.py)", shown.command)
        if bench:  # minutes long, and its figures are those of a machine
            assert (ROOT / bench[1]).is_file(), f"{block.where}: {shown.command}"
            continue
        words = shlex.split(shown.command)
        if words[0] == "quotaproof" and SERVERS & set(words[1:2]):
            continue
        code, printed = run(shown.command)
        # Bad input is shown where its sentence is; without one, a command that fails is a mistake of the page.
        expected = {2} if any(line.startswith("quotaproof: ") for line in shown.output) else {0, 1}
        assert code in expected, f"{block.where}: {shown.command} ends with {code}: {printed}"
        if shown.output:
            assert is_part(shown.output, printed), f"{block.where}: {shown.command} prints\n{printed}"


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_command_in_running_text_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the page, so that one may read what another wrote."""
    monkeypatch.chdir(tmp_path)
    for command in inline(page):
        words = shlex.split(command)
        if len(words) == 1:
            continue
        if not words[1].startswith("-"):
            named = cli.get_command(click.Context(cli), words[1])
            assert named is not None, f"there is no command {words[1]}"
            if words[1] in SERVERS or (len(words) == 2 and any(parameter.required for parameter in named.params)):
                continue  # the command's name, not a call
        code, printed = run(command)
        assert code in {0, 1}, printed


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_python_example_runs_and_gives_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        if block.language in ("python", "pycon", "py") and (FULL or not block.long):
            if ">>> " in block.text:
                test = doctest.DocTestParser().get_doctest(block.text, names, block.where, None, block.line)
                outcome = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(test)
                assert outcome.failed == 0, block.where
            else:
                execute(block, names)


def execute(block: Block, names: dict[str, Any]) -> None:
    """Run the statements; the comment behind an expression, if it is Python itself, is the value it must have."""
    lines = block.text.splitlines()
    for statement in ast.parse(block.text).body:
        code = ast.unparse(statement)
        if not isinstance(statement, ast.Expr):
            exec(compile(code, block.where, "exec"), names)
            continue
        value = eval(compile(code, block.where, "eval"), names)
        comment = lines[(statement.end_lineno or 1) - 1][statement.end_col_offset or 0 :].partition("#")[2].strip()
        if is_value(comment):
            assert repr(value) == comment, f"{block.where}: {code}"


def is_value(comment: str) -> bool:
    try:
        expression = ast.parse(comment, mode="eval").body
    except SyntaxError:
        return False
    return not isinstance(expression, ast.Name | ast.Attribute)


def test_the_citation_names_this_version_and_its_licence() -> None:
    cited = dict(line.split(": ", 1) for line in (ROOT / "CITATION.cff").read_text().splitlines() if ": " in line)
    assert (cited["title"], cited["version"], cited["license"]) == ("quotaproof", quotaproof.__version__, "MIT")


def test_every_make_target_in_the_documentation_exists() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    pattern = re.compile(r"(?m)(?:^\$ |^ {4}|`)make ([a-z]+)")
    named = {target for page in PAGES for target in pattern.findall(page.read_text(encoding="utf-8"))}
    assert named
    assert named <= targets


@pytest.mark.parametrize(
    ("shown", "real", "agrees"),
    [
        (("a", "b"), "a\nb\n", True),
        (("a",), "a\nb\n", False),
        (("a", "..."), "a\nb\n", True),
        (("...", "b"), "a\nb\n", True),
        (("...", "a"), "a\nb\n", False),
        (("a", "...", "c", "..."), "a\nb\nc\nd\n", True),
        (("b", "..."), "a\nb\n", False),
        (("...", "c", "..."), "a\nb\n", False),
    ],
)
def test_shown_output_is_compared_line_by_line(shown: tuple[str, ...], real: str, agrees: bool) -> None:
    assert is_part(shown, real) is agrees


def test_every_link_on_a_code_host_leads_somewhere() -> None:
    """The site's own links are checked when it is built; pages made there have no file here."""
    made = re.compile(r"(commands|api|contributing|changelog)\.md|(clauses|notebooks)/.*")
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if not re.match(r"[a-z]+:", target) and not (page.parent.name == "docs" and made.fullmatch(target)):
                assert (page.parent / target).exists(), f"{names(page)}: {target}"
