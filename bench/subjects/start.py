"""From the start of a process to its end."""

from __future__ import annotations

from collections.abc import Sequence

from bench.registry import Check, Effort, Section, milliseconds, subject, times
from bench.timing import subprocess_seconds

MOST_FOR_HELP = 0.3
"""Seconds of `quotaproof --help`."""

MOST_ABOVE_ORTOOLS = 0.1
"""Seconds of a question beyond those of the import of OR-Tools' modelling layer."""

PROCESSES = {
    "python -c pass": ("-c", "pass"),
    "import quotaproof": ("-c", "import quotaproof"),
    "quotaproof --help": ("-m", "quotaproof", "--help"),
    "quotaproof list": ("-m", "quotaproof", "list"),
    "import ortools.sat.python.cp_model": ("-c", "import ortools.sat.python.cp_model"),
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
    "quotaproof whatif sochi-2014 --decline NED": ("-m", "quotaproof", "whatif", "sochi-2014", "--decline", "NED"),
    "quotaproof explain sochi-2014 NED": ("-m", "quotaproof", "explain", "sochi-2014", "NED"),
}
SLOW = [name for name in PROCESSES if "sochi-2014" in name]


@subject("start", turn=60)
def run(effort: Effort) -> Sequence[Section]:
    chosen = {name: arguments for name, arguments in PROCESSES.items() if not (effort.quick and name in SLOW)}
    seconds = {name: subprocess_seconds(arguments, effort.rounds(9, 3)) for name, arguments in chosen.items()}
    alone = seconds["python -c pass"]
    rows = [[name, milliseconds(own), times(own / alone)] for name, own in seconds.items()]
    own = seconds["quotaproof --help"]
    checks = [Check(f"quotaproof --help takes {own:.2f} s, under {MOST_FOR_HELP}", own < MOST_FOR_HELP)]
    most = seconds["import ortools.sat.python.cp_model"] + MOST_ABOVE_ORTOOLS
    asked = [(name, seconds[name]) for name in SLOW if name in seconds]
    checks += [
        Check(f"{name} takes {own:.2f} s, under {most:.2f}, 0.1 above the import of OR-Tools", own < most)
        for name, own in asked
    ]
    return [Section("Start of a process (wall clock)", ("process", "ms", "x python"), rows, (), checks)]
