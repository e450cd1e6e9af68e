"""How long questions take beside an earlier commit: both in turns, each in a process of its own, the least of several.

Run: .venv/bin/python bench/beside.py COMMIT [ROUNDS]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSIDE = ("model", "solver", "scenarios")
"""Folders that are packages of quotaproof when it is installed."""


ASKED = "--asked"


def asked() -> dict[str, float]:
    """Seconds of CPU time of each question, from a scenario of which nothing has been computed."""
    import quotaproof
    from quotaproof.model.changes import Exclude
    from quotaproof.scenarios import load_scenario

    beijing, sochi = load_scenario("beijing-2022"), load_scenario("sochi-2014")
    questions = {
        "verify": lambda: quotaproof.verify(beijing),
        "why not": lambda: quotaproof.explain(beijing, "GBR", "women", "women>=3", how_close=False),
        "why not and how close": lambda: quotaproof.explain(beijing, "GBR", "women", "women>=3"),
        "whatif, a decline": lambda: quotaproof.whatif(beijing, ["ITA:men-500"]),
        "whatif, an exclusion": lambda: quotaproof.whatif(beijing, [Exclude("ITA")]),
        "how close, standings known": lambda: quotaproof.explain(sochi, "KAZ", "men-1000", "men-1000>=3"),
    }
    quotaproof.verify(sochi)  # what is imported and started once
    seconds = {}
    for name, ask in questions.items():
        beijing.memo.clear()
        sochi.memo.clear()
        begin = time.process_time()
        ask()
        seconds[name] = time.process_time() - begin
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


def main(commit: str, rounds: int) -> None:
    """Measure both in turns and print the least of each."""
    with tempfile.TemporaryDirectory() as before, tempfile.TemporaryDirectory() as now:
        folders = [laid_out(commit, Path(before)), laid_out("HEAD", Path(now))]
        least: list[dict[str, float]] = [{}, {}]
        for _ in range(rounds):
            for folder, best in zip(folders, least, strict=True):
                for name, seconds in run(folder).items():
                    best[name] = min(seconds, best.get(name, seconds))
    for name, seconds in least[0].items():
        print(f"{name}: {1000 * seconds:.0f} ms, now {1000 * least[1][name]:.0f} ms, {least[1][name] / seconds:.2f}")


if __name__ == "__main__":
    if sys.argv[1] == ASKED:
        print(json.dumps(asked()))
    else:
        main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3)
