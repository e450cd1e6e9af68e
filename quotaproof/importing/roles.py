"""What a column of a quota table can be, besides an event's."""

from __future__ import annotations

from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS

NOC = "noc"
NUMBER = "number"
OTHER = ""
SUM = "sum"
IGNORE = "ignore"
ROLES = (NOC, ATHLETES, *GENDERS, NUMBER, SUM, IGNORE)
"""Roles besides events: `men`, `women` are athletes of a gender, `sum` is compared and not kept."""

SHARED = frozenset({NOC, NUMBER, SUM, IGNORE})
"""Roles that several columns may have: a code and a name, several sums."""
