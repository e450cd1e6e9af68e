"""Fuzz the import: `python -m bench.fuzz [--minutes N] [--form FORM] [--engine ENGINE] [--seed N] [--try FILE]`."""

from __future__ import annotations

import importlib.util
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click
from hypothesis import HealthCheck, Phase, find, given, seed, settings

from quotaproof.scenarios import load_scenario

from .drawn import SUFFIXES, WRITERS, Drawn, in_cells, tables
from .judge import FaultError, require_conserved, told

FOLDER = Path("build") / "fuzz"
EXAMPLES = 40
"""Tables that are drawn between two looks at the clock."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--minutes", default=10.0, show_default=True, help="How long, shared by engines and formats.")
@click.option("--form", "forms", multiple=True, type=click.Choice(sorted(WRITERS)), help="Only this format.")
@click.option("--engine", type=click.Choice(["both", "hypothesis", "atheris"]), default="both", show_default=True)
@click.option(
    "--seed", "number", default=None, type=int, help="Of the tables that are drawn; another each time without."
)
@click.option(
    "--try", "file", type=click.Path(exists=True, path_type=Path), help="Only this file, such as one that failed."
)
def main(minutes: float, forms: tuple[str, ...], engine: str, number: int | None, file: Path | None) -> None:
    """Look for files on which the import fails; exit code 1 if there is one. Those are kept in build/fuzz."""
    if file is not None:
        # One that atheris kept has the name of its format in front.
        name = file.name if file.suffix else f"{file.name}.{SUFFIXES.get(file.name.partition('-')[0], '')}"
        found = told(name, file.read_bytes())
        click.echo(found.refused or found.text)
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    chosen = forms or tuple(WRITERS)
    engines = [engine] if engine != "both" else ["hypothesis", "atheris"]
    if "atheris" in engines and importlib.util.find_spec("atheris") is None:
        click.echo("atheris is not installed (pip install 'quotaproof[fuzz]'), so no bytes are changed")
        engines.remove("atheris")
    each = minutes * 60 / max(len(engines), 1) / len(chosen)
    begun = random.randrange(2**32) if number is None else number
    failed = 0
    for one in engines:
        for form in chosen:
            failed += (_by_tables if one == "hypothesis" else _by_bytes)(form, each, begun)
    if failed:
        raise SystemExit(1)


def _by_tables(form: str, seconds: float, begun: int) -> int:
    """Draw tables until the time is over, or one fails."""
    counts = {"read": 0, "refused": 0}
    last: list[bytes] = []

    def judge(drawn: Drawn) -> None:
        last[:] = [WRITERS[form](drawn)]
        found = told(f"drawn.{SUFFIXES[form]}", last[0])
        try:
            require_conserved(in_cells(form, drawn), found)
        except FaultError as fault:
            fault.add_note(last[0].hex())
            raise
        counts["refused" if found.refused else "read"] += 1

    end, number = time.monotonic() + seconds, begun
    while time.monotonic() < end:
        test = settings(
            max_examples=EXAMPLES, deadline=None, database=None, report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
        )(seed(number)(given(tables())(judge)))  # fmt: skip
        try:
            test()
        except FaultError as fault:
            path = FOLDER / f"{form}-tables-{number}.{SUFFIXES[form]}"
            path.write_bytes(bytes.fromhex(fault.__notes__[0]) if hasattr(fault, "__notes__") else last[0])
            click.echo(f"hypothesis, {form}: FAILED, kept in {path}\n{fault}")
            return 1
        number += 1
    click.echo(f"hypothesis, {form}: {counts['read']} tables read, {counts['refused']} refused, seed {begun}")
    return 0


def _by_bytes(form: str, seconds: float, begun: int) -> int:
    """Let atheris change the bytes of reports and drawn tables in a process of its own."""
    from quotaproof.api import report

    folder = FOLDER / "begin" / form
    folder.mkdir(parents=True)
    if form in ("html", "wikitext", "markdown", "xlsx"):
        made = report(load_scenario("sochi-2014"), form)  # type: ignore[arg-type]
        (folder / "report").write_bytes(made if isinstance(made, bytes) else made.encode())
    for count in range(3):
        drawn = find(tables(), lambda _: True, settings=settings(database=None), random=random.Random(begun + count))
        (folder / f"drawn-{count}").write_bytes(WRITERS[form](drawn))
    words = [sys.executable, "-m", "bench.fuzz.by_bytes", form, str(max(round(seconds), 1)), str(FOLDER)]
    done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)
    (FOLDER / f"{form}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    runs = next((line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line), "?")
    if done.returncode:
        shown = "\n".join(line for line in done.stderr.splitlines() if "FaultError" in line or "ERROR" in line)[:2000]
        click.echo(
            f"atheris, {form}: FAILED after {runs} files; see {FOLDER}/{form}.log and {FOLDER}/{form}-*\n{shown}"
        )
        return 1
    click.echo(f"atheris, {form}: {runs} files")
    return 0


if __name__ == "__main__":
    main()
