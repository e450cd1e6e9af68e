"""Explanations: why an NOC has what it has, why not more, and how close it was.

`why` and `known` tell what is so, from the record of decisions or from what holds in every ranking that gives a table.
`starts` and `places` are theories whose minimal excluding sets (`reasons`) say why not. `close`, `swaps` and `further`
look for the least change that makes another outcome true.
"""

from __future__ import annotations

from .answer import Distance, Explanation, Statement, WhyNot
from .question import explain
from .reasons import Reason
from .target import Target, parse_target
from .theory import Element

__all__ = [
    "Distance",
    "Element",
    "Explanation",
    "Reason",
    "Statement",
    "Target",
    "WhyNot",
    "explain",
    "parse_target",
]
