"""What follows from single facts: the range of every number of a table, and facts that cannot all be true."""

from __future__ import annotations

from .answer import Inference
from .infer import infer

__all__ = ["Inference", "infer"]
