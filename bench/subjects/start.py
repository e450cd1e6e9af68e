"""From the start of a process to its end."""

from __future__ import annotations

from collections.abc import Sequence

from bench.registry import Check, Effort, Section, milliseconds, subject, times
from bench.timing import subprocess_seconds

MOST_FOR_HELP = 0.3
"""Seconds of `quotaproof --help`."""

PROCESSES = {
    "python -c pass": ("-c", "pass"),
    "import quotaproof": ("-c", "import quotaproof"),
    "quotaproof --help": ("-m", "quotaproof", "--help"),
    "quotaproof list": ("-m", "quotaproof", "list"),
    "import of the greedy engine": ("-c", "import quotaproof.solver.engines.greedy"),
    "import of the CP-SAT engine": ("-c", "import quotaproof.solver.engines.cpsat.engine"),
    "quotaproof allocate sochi-2014 --engine greedy": (
        "-m",
        "quotaproof",
        "allocate",
        "sochi-2014",
        "--engine",
        "greedy",
    ),
    "quotaproof allocate sochi-2014": ("-m", "quotaproof", "allocate", "sochi-2014"),
}
SLOW = ("quotaproof allocate sochi-2014 --engine greedy", "quotaproof allocate sochi-2014")


@subject("start", turn=60)
def run(effort: Effort) -> Sequence[Section]:
    chosen = {name: arguments for name, arguments in PROCESSES.items() if not (effort.quick and name in SLOW)}
    seconds = {name: subprocess_seconds(arguments, effort.rounds(9, 3)) for name, arguments in chosen.items()}
    alone = seconds["python -c pass"]
    rows = [[name, milliseconds(own), times(own / alone)] for name, own in seconds.items()]
    own = seconds["quotaproof --help"]
    checks = [Check(f"quotaproof --help takes {own:.2f} s, under {MOST_FOR_HELP}", own < MOST_FOR_HELP)]
    return [Section("Start of a process (wall clock)", ("process", "ms", "x python"), rows, (), checks)]
