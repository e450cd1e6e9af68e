"""The questions as functions: each imports its engine when it is called."""

from __future__ import annotations

from .answers import allocate, explain, table_under_readings, verify
from .changes import joint_reserve, reserve, starts_from, whatif
from .comparing import compare
from .documents import certificate, check, report
from .inference import infer
from .reduction import reduce
from .results import standings_from, ties_that_matter
from .seasons import backtest, season
from .sweeps import sweep

__all__ = [
    "allocate",
    "backtest",
    "certificate",
    "check",
    "compare",
    "explain",
    "infer",
    "joint_reserve",
    "reduce",
    "report",
    "reserve",
    "season",
    "standings_from",
    "starts_from",
    "sweep",
    "table_under_readings",
    "ties_that_matter",
    "verify",
    "whatif",
]
