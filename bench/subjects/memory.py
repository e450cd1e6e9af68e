"""Peak memory of a process that does one thing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.registry import Effort, Section, subject
from bench.timing import subprocess_memory

ROOT = Path(__file__).parent.parent.parent

BEGIN = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from bench.instances import beijing_size, scaled
from quotaproof.solver.engines import greedy
"""
CP_SAT = f"{BEGIN}from quotaproof.solver.engines.cpsat import engine\n"
TASKS = {
    "Python alone": "",
    "import quotaproof": "import quotaproof",
    "greedy": f"{BEGIN}greedy.allocate(beijing_size(0))",
    "CP-SAT": f"{CP_SAT}engine.allocate(beijing_size(0))",
    "CP-SAT, 16 times the NOCs": f"{CP_SAT}engine.allocate(scaled(0, nocs=16))",
    "CP-SAT, 1,000 seasons": f"{CP_SAT}for seed in range(1000): engine.allocate(beijing_size(seed))",
    "verify altered-beijing-2022": (
        "import quotaproof\nquotaproof.verify(quotaproof.load_scenario('altered-beijing-2022'))"
    ),
}
LONG = ("CP-SAT, 16 times the NOCs", "CP-SAT, 1,000 seasons")


@subject("memory", turn=50)
def run(effort: Effort) -> Sequence[Section]:
    rows = [
        [name, f"{subprocess_memory(code):,.0f}"] for name, code in TASKS.items() if not (effort.quick and name in LONG)
    ]
    return [Section("Peak memory", ("process", "MB"), rows)]
