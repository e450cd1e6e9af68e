"""Results as text for people: tables for a terminal, CSV and Markdown."""

from __future__ import annotations

from .check import accepted, rejected
from .explanation import explanation
from .importing import import_report
from .standings import standings
from .sweep import sweep
from .tables import allocation, quota_table, scenarios
from .verification import verification
from .whatif import recipients, reserve, whatif

__all__ = [
    "accepted",
    "allocation",
    "explanation",
    "import_report",
    "quota_table",
    "recipients",
    "rejected",
    "reserve",
    "scenarios",
    "standings",
    "sweep",
    "verification",
    "whatif",
]
