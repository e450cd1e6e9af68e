"""Reports: a scenario's tables as people publish them.

A report is built once, as a neutral `Document`, and rendered by one module per format. What a report says of a scenario
beyond its tables is put so that an import of the page gives the scenario again.
"""

from __future__ import annotations

from .build import build
from .document import Document
from .render import FORMATS, render

__all__ = ["FORMATS", "Document", "build", "render"]
