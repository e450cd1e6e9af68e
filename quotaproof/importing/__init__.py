"""From a page to a scenario: what its tables mean, put into a folder, with a report of what was read and guessed.

The pages themselves are read elsewhere (`quotaproof.pages`). Here each kind of table has a module that recognises it:
quota tables, ranked lists, relay tables by criterion, and what a report of quotaproof adds to them.
"""

from __future__ import annotations

from .outcome import Imported, ImportReport
from .run import import_scenario

__all__ = ["ImportReport", "Imported", "import_scenario"]
