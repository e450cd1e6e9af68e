"""Pages of any format as tables of cells, without a thought of what the tables mean.

One module per format turns a file (or a frame) into a `Page`; `source` finds out which one is needed. They live in the
face and not in the model, because each needs a library of its own and nothing but the import reads pages.
"""

from __future__ import annotations

from .page import Cell, Grid, Page
from .source import FORMS, read, read_bytes

__all__ = ["FORMS", "Cell", "Grid", "Page", "read", "read_bytes"]
