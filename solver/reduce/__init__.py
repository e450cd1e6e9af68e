"""More athletes qualify than may start: whom a cycle would cut, and how few could fill all places."""

from .reduction import Reduction, reduce

__all__ = ["Reduction", "reduce"]
