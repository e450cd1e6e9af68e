"""The questions as functions: each imports its engine when it is called."""

from __future__ import annotations

from .answers import allocate, explain, verify
from .changes import reserve, starts_from, whatif
from .comparing import compare
from .documents import check, report
from .inference import infer
from .results import standings_from, ties_that_matter
from .seasons import backtest, season
from .sweeps import sweep

__all__ = [
    "allocate",
    "backtest",
    "check",
    "compare",
    "explain",
    "infer",
    "report",
    "reserve",
    "season",
    "standings_from",
    "starts_from",
    "sweep",
    "ties_that_matter",
    "verify",
    "whatif",
]
