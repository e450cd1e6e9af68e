"""quotaproof proves Olympic quota allocations.

The names of this module are its Python interface; what costs time to import is imported when it is first used.

Examples
--------
>>> import quotaproof
>>> scenario = quotaproof.load_scenario("sochi-2014")
>>> quotaproof.allocate(scenario, engine="greedy").places["men-relay"]["KAZ"]
1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quotaproof.api import (
        allocate,
        certificate,
        check,
        explain,
        report,
        reserve,
        standings_from,
        sweep,
        ties_that_matter,
        verify,
        whatif,
    )
    from quotaproof.importing import Imported, ImportReport, import_scenario
    from quotaproof.model.allocation import Allocation
    from quotaproof.model.errors import IncompleteError, InputError, LimitError, QuotaError, SolverError
    from quotaproof.model.published import Published
    from quotaproof.model.rules import Readings, Rules
    from quotaproof.model.scenario import Scenario
    from quotaproof.model.standings import Standings
    from quotaproof.scenarios import load_scenario
    from quotaproof.solver.engines.batch import Batch, BatchResult, allocate_batch
    from quotaproof.solver.explain import Explanation
    from quotaproof.solver.verify import Verification
    from quotaproof.solver.whatif import WhatIf

__version__ = "0.1.0"

_HOMES = {
    "allocate": "quotaproof.api",
    "certificate": "quotaproof.api",
    "check": "quotaproof.api",
    "verify": "quotaproof.api",
    "whatif": "quotaproof.api",
    "sweep": "quotaproof.api",
    "Batch": "quotaproof.solver.engines.batch",
    "BatchResult": "quotaproof.solver.engines.batch",
    "allocate_batch": "quotaproof.solver.engines.batch",
    "report": "quotaproof.api",
    "reserve": "quotaproof.api",
    "explain": "quotaproof.api",
    "standings_from": "quotaproof.api",
    "ties_that_matter": "quotaproof.api",
    "Explanation": "quotaproof.solver.explain",
    "WhatIf": "quotaproof.solver.whatif",
    "import_scenario": "quotaproof.importing",
    "ImportReport": "quotaproof.importing",
    "Imported": "quotaproof.importing",
    "load_scenario": "quotaproof.scenarios",
    "Allocation": "quotaproof.model.allocation",
    "Published": "quotaproof.model.published",
    "Readings": "quotaproof.model.rules",
    "Rules": "quotaproof.model.rules",
    "Scenario": "quotaproof.model.scenario",
    "Standings": "quotaproof.model.standings",
    "Verification": "quotaproof.solver.verify",
    "QuotaError": "quotaproof.model.errors",
    "InputError": "quotaproof.model.errors",
    "IncompleteError": "quotaproof.model.errors",
    "LimitError": "quotaproof.model.errors",
    "SolverError": "quotaproof.model.errors",
}

__all__ = [
    "Allocation",
    "Batch",
    "BatchResult",
    "Explanation",
    "ImportReport",
    "Imported",
    "IncompleteError",
    "InputError",
    "LimitError",
    "Published",
    "QuotaError",
    "Readings",
    "Rules",
    "Scenario",
    "SolverError",
    "Standings",
    "Verification",
    "WhatIf",
    "__version__",
    "allocate",
    "allocate_batch",
    "certificate",
    "check",
    "explain",
    "import_scenario",
    "load_scenario",
    "report",
    "reserve",
    "standings_from",
    "sweep",
    "ties_that_matter",
    "verify",
    "whatif",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
