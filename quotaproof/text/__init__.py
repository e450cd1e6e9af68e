"""Results as text for people: tables for a terminal, CSV and Markdown.

What makes a text is imported when it is first used, since some of it loads the solver and a table needs none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .check import accepted, rejected
    from .explanation import explanation
    from .importing import import_report
    from .standings import standings
    from .sweep import sweep
    from .tables import allocation, quota_table, scenarios
    from .verification import verification
    from .whatif import recipients, reserve, start_note, whatif

_HOMES = {
    "accepted": "check",
    "allocation": "tables",
    "explanation": "explanation",
    "import_report": "importing",
    "quota_table": "tables",
    "recipients": "whatif",
    "rejected": "check",
    "reserve": "whatif",
    "scenarios": "tables",
    "standings": "standings",
    "start_note": "whatif",
    "sweep": "sweep",
    "verification": "verification",
    "whatif": "whatif",
}

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
    "start_note",
    "sweep",
    "verification",
    "whatif",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"{__name__}.{_HOMES[name]}")
    # All of a home's names at once: importing it has put the module itself where one of them may belong.
    globals().update({other: getattr(home, other) for other, own in _HOMES.items() if own == _HOMES[name]})
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
