"""How long questions take beside an earlier commit: both in turns, each in a process of its own, the least of several.

Run: .venv/bin/python bench/beside.py COMMIT [--rounds N]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
INSIDE = ("model", "solver", "scenarios")
"""Folders that are packages of quotaproof when it is installed."""


ASKED = "--asked"
SHORT = 0.05
"""Seconds below which a question is asked many times, and the least of them counts."""


def asked() -> dict[str, float]:
    """Seconds of CPU time of each question, from a scenario of which nothing has been computed."""
    import quotaproof
    from quotaproof.model.changes import Exclude
    from quotaproof.scenarios import load_scenario

    beijing, sochi = load_scenario("beijing-2022"), load_scenario("sochi-2014")
    questions: dict[str, Callable[[], object]] = {
        "allocate, greedy": lambda: quotaproof.allocate(sochi, engine="greedy"),
        "allocate, cp-sat": lambda: quotaproof.allocate(sochi),
        "verify, standings known": lambda: quotaproof.verify(sochi),
        "whatif, standings known": lambda: quotaproof.whatif(sochi, ["KAZ:men-1000"]),
        "verify": lambda: quotaproof.verify(beijing),
        "why not": lambda: quotaproof.explain(beijing, "GBR", "women", "women>=3", how_close=False),
        "why not and how close": lambda: quotaproof.explain(beijing, "GBR", "women", "women>=3"),
        "whatif, a decline": lambda: quotaproof.whatif(beijing, ["ITA:men-500"]),
        "whatif, an exclusion": lambda: quotaproof.whatif(beijing, [Exclude("ITA")]),
        "how close, standings known": lambda: quotaproof.explain(sochi, "KAZ", "men-1000", "men-1000>=3"),
    }
    for scenario in (sochi, beijing):  # what is imported and started once
        quotaproof.verify(scenario)
    seconds = {}
    for name, ask in questions.items():
        seconds[name] = float("inf")
        for _ in range(25):
            beijing.memo.clear()
            sochi.memo.clear()
            begin = time.process_time()
            ask()
            spent = time.process_time() - begin
            seconds[name] = min(seconds[name], spent)
            if spent > SHORT:
                break
    return seconds


def laid_out(commit: str, folder: Path) -> Path:
    """Write a commit as it would be installed, and return the folder from which it can be imported."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
    for name in INSIDE:
        (folder / "quotaproof" / name).symlink_to(folder / name)
    return folder


def run(folder: Path) -> dict[str, float]:
    """The questions, asked of the sources in a folder."""
    command = [sys.executable, str(Path(__file__).resolve()), ASKED]
    settings = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(command, env=settings, cwd=folder, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _known(_context: click.Context, _parameter: click.Parameter, commit: str) -> str:
    """Take a commit, or refuse what is none."""
    known = ["git", "rev-parse", "-q", "--verify", f"{commit}^{{commit}}"]
    if subprocess.run(known, cwd=ROOT, capture_output=True, check=False).returncode:
        raise click.BadParameter(f"there is no commit {commit!r} here")
    return commit


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("commit", callback=_known)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(min=1), help="Turns of each.")
def main(commit: str, rounds: int) -> None:
    """Measure the sources of HEAD and of an earlier COMMIT in turns, and print the least of each."""
    with tempfile.TemporaryDirectory() as before, tempfile.TemporaryDirectory() as now:
        folders = [laid_out(commit, Path(before)), laid_out("HEAD", Path(now))]
        least: list[dict[str, float]] = [{}, {}]
        for _ in range(rounds):
            for folder, best in zip(folders, least, strict=True):
                for name, seconds in run(folder).items():
                    best[name] = min(seconds, best.get(name, seconds))
    for name, seconds in least[0].items():
        print(f"{name}: {1000 * seconds:.3g} ms, now {1000 * least[1][name]:.3g} ms, {least[1][name] / seconds:.2f}")


if __name__ == "__main__":
    if sys.argv[1:] == [ASKED]:
        print(json.dumps(asked()))
    else:
        main()
