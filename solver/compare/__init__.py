"""Two quota tables compared: the cells that differ, and the fewest changes that lead from one to the other."""

from __future__ import annotations

from .compare import compare
from .comparison import Comparison, Side

__all__ = ["Comparison", "Side", "compare"]
