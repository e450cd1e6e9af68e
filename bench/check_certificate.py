"""How long a certificate takes to check, and that those of many draws are accepted.

    python bench/check_certificate.py           the size of Beijing (synthetic standings)
    python bench/check_certificate.py 8000      so many random draws, large and tiny, under every reading

Times are without the start of the interpreter: by the clock, and of the processor in this process alone.
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import draw
from certified import certified
from folders import save

from quotaproof import checker
from quotaproof.solver.certificate import certificate
from quotaproof.solver.engines import greedy

REPEATS = 20
SEASONS = 10


def beijing_size(root: Path) -> None:
    """Check certificates of ten synthetic seasons of Beijing's size, again and again."""
    clock: list[float] = []
    processor: list[float] = []
    sizes: list[int] = []
    claims: list[int] = []
    for seed in range(SEASONS):
        folder = root / f"synthetic-beijing-size-{seed}"
        scenario = save(draw.realistic(seed), folder)
        document = certificate(scenario, greedy.allocate(scenario))
        text = json.dumps(document)
        sizes.append(len(text))
        claims.append(len(document["claims"]))
        for _ in range(REPEATS):
            starts = time.perf_counter(), time.process_time()
            problems = checker.check(text, folder)
            clock.append(1000 * (time.perf_counter() - starts[0]))
            processor.append(1000 * (time.process_time() - starts[1]))
            if problems:
                sys.exit(f"seed {seed}: {problems[0]}")
    print(f"Python {platform.python_version()}, {SEASONS} synthetic seasons, {REPEATS} checks each")
    print(f"claims: {min(claims)} to {max(claims)}; bytes: {min(sizes):,} to {max(sizes):,}")
    for name, times in (("clock", clock), ("processor", processor)):
        print(f"ms by the {name}: median {statistics.median(times):.1f}, least {min(times):.1f}, most {max(times):.1f}")


def draws(number: int, root: Path) -> None:
    """Check a certificate of each draw that has one."""
    accepted = 0
    spent = 0.0
    for one in certified(range(number), root):
        start = time.perf_counter()
        problems = checker.check(one.text, one.folder)
        spent += time.perf_counter() - start
        if problems:
            sys.exit(f"{one.folder}: {problems[0]}")
        accepted += 1
    print(f"{number} draws, {accepted} certificates, all accepted; {1000 * spent / accepted:.1f} ms each")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            draws(int(sys.argv[1]), Path(folder))
        else:
            beijing_size(Path(folder))
