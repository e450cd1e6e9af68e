r"""Priority form: the rules as constraints without an objective, over unknown standings.

"No justified claim": a claim without a place is explained by a resource that better-ranked claims have used up. For a
resource with capacity C and users U (claims with a 0/1 variable x and a key, lower is better):

    sum of x over U  <=  C
    not x[i]   =>   for one of i's resources:  sum of x over U = C   and   key[i] > key[j] for all j in U with x[j]

The second line is written with one variable `cut` per resource, at least the key of each user that has a place.
For complete standings exactly one allocation satisfies this, the one the engines give (docs/model.md has the proof);
for unknown standings the satisfying assignments are the pairs of a completion and its allocation.

Refusals because of a cap on athletes depend on when in the walk the cap was reached. That is the variable `reached`:
by then all athletes that are ever needed are needed, and nobody before it is refused for the cap. It costs more, so it
is left out (`timing=False`) where a relaxation serves; then a refusal for a cap only needs the cap to be used up.
"""

from __future__ import annotations

from .quota import PriorityModel, QuotaClaim

__all__ = ["PriorityModel", "QuotaClaim"]
