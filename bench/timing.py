"""Measuring on a machine that others use as well: CPU seconds, competitors in turns, medians.

What is compared runs in one process on one core, so CPU time is what it costs; the time that other processes take away
is not in it. Competitors are run in turns, so that a slower hour of the machine is slow for all of them.
"""

from __future__ import annotations

import gc
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

clock = time.process_time

SHORT = 0.05
"""CPU seconds of a run below which the caches count."""


def once(run: Callable[[], object]) -> float:
    """Return the CPU seconds of one run.

    The garbage collector leaves objects alone that were there before. Otherwise a run now and then pays for going
    through those of its competitors, and the more so the longer it is.
    """
    gc.freeze()
    try:
        begin = clock()
        run()
        return clock() - begin
    finally:
        gc.unfreeze()


def in_turns(
    runs: Mapping[str, Callable[[], object]],
    rounds: int,
    *,
    most: float = math.inf,
    warm: bool = True,
    uncounted: Mapping[str, Callable[[], object]] | None = None,
) -> dict[str, list[float]]:
    """Run each competitor once per round; return the CPU seconds of each run.

    A run that is short comes directly after one of the same competitor that is not counted: what another left in the
    processor's caches would else be in its time, for the better if that was another setting of the same solver.

    Parameters
    ----------
    most
        Seconds in all after which no further round begins.
    warm
        Whether a round that is not counted comes first.
    uncounted
        What each runs when it is not counted, if that is not the same (no part of it is to be noted).
    """
    uncounted = uncounted or runs
    for run in uncounted.values() if warm else ():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    begin = time.monotonic()
    for _ in range(rounds):
        gc.collect()
        for name, run in runs.items():
            if times[name] and times[name][-1] < SHORT:
                uncounted[name]()
            times[name].append(once(run))
        if time.monotonic() - begin > most:
            break
    return times


def medians(times: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the median of each."""
    return {name: statistics.median(own) for name, own in times.items()}


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Return b of the best fit time = a * size**b (least squares of the logarithms)."""
    slope, _ = statistics.linear_regression([math.log(size) for size in sizes], [math.log(t) for t in times])
    return slope


def subprocess_seconds(arguments: Sequence[str], rounds: int) -> float:
    """Return the median wall-clock seconds from the start of a Python process to its end."""
    times: list[float] = []
    for _ in range(rounds):
        begin = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def subprocess_memory(code: str) -> float:
    """Return the peak resident memory in MB of a Python process that runs this code."""
    run = subprocess.run([sys.executable, "-c", f"{code}\n{_PEAK}"], check=True, capture_output=True, text=True)
    return float(run.stdout.split()[-1]) / 1e6


# On Linux ru_maxrss is at least what the parent had when it forked; the kernel's own account of the process is not.
_PEAK = """
import pathlib, re, resource, sys
status = pathlib.Path("/proc/self/status")
if status.exists():
    print(int(re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text())[1]) * 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""
