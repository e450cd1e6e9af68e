"""Results as text for people: tables for a terminal, CSV and Markdown."""

from __future__ import annotations

from .check import checked
from .explanation import explanation
from .standings import standings
from .tables import allocation, quota_table, scenarios
from .verification import verification
from .whatif import recipients, reserve, whatif

__all__ = [
    "allocation",
    "checked",
    "explanation",
    "quota_table",
    "recipients",
    "reserve",
    "scenarios",
    "standings",
    "verification",
    "whatif",
]
