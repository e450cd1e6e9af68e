"""Pages of any format as tables of cells, without interpreting the tables.

One module per format turns a file (or a frame) into a `Page`; `source` finds out which one is needed. They belong to
the interface and not to the model, because each needs a library of its own and nothing but the import reads pages.
"""

from __future__ import annotations

from .page import Cell, Grid, LooseLine, Page, ToldColumns
from .source import FORMS, read, read_bytes

__all__ = ["FORMS", "Cell", "Grid", "LooseLine", "Page", "ToldColumns", "read", "read_bytes"]
