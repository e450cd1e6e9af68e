"""Explanations where places go down ranked lists: why, why not, and how close in points, hundredths, ranks or sums.

`entries`, `nocs` and `quota` tell what is so, from the allocation and its decisions. `relaxed` has what would be so
without some of the facts and clauses, `barriers` the minimal sets of them that exclude an outcome, and `nearness` the
least change of one result that brings it, each smaller one tried.
"""

from .question import explain_lists

__all__ = ["explain_lists"]
