"""Results as text for people: tables for a terminal, CSV and Markdown."""

from __future__ import annotations

from .explanation import explanation
from .standings import standings
from .sweep import sweep
from .tables import allocation, quota_table, scenarios
from .verification import verification
from .whatif import recipients, reserve, whatif

__all__ = [
    "allocation",
    "explanation",
    "quota_table",
    "recipients",
    "reserve",
    "scenarios",
    "standings",
    "sweep",
    "verification",
    "whatif",
]
