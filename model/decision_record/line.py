"""Decisions on those in line for quota places."""

from __future__ import annotations

from collections.abc import Iterator

from quotaproof.model.decisions import Decision, Figures
from quotaproof.model.obstacles import LAST, Obstacles
from quotaproof.model.rules import GENDERS, Gender


def in_line(
    facts: Obstacles,
    pathway: str,
    waiting: list[tuple[str, Gender]],
    got: dict[tuple[str, Gender], bool],
    given: dict[Gender, int],
    granted_kind: str,
) -> Iterator[Decision]:
    """Yield the decisions on everybody in line, up to a tie."""
    tied = {(tied.noc, tied.gender): tied for tied in facts.allocation.tied if tied.pathway == pathway}
    before, place = dict(given), (0, 0)
    for noc, gender in sorted(waiting, key=lambda one: (facts.order(*one), GENDERS.index(one[1]), one[0])):
        relay = facts.rules.relay(gender)
        order = facts.order(noc, gender)
        if order != place:  # who shares a place in line is judged by what was left before all of them
            before, place = dict(given), order
        rank = None if order[0] == LAST else order[0]
        if (noc, gender) in tied:
            others = ", ".join(f"{t.noc} {t.gender}" for t in tied.values() if (t.noc, t.gender) != (noc, gender))
            yield Decision(pathway, None, noc, gender, None, False, "tie", {"rank": rank, "others": others})
            continue
        if tied and order >= min(facts.order(t.noc, t.gender) for t in tied.values() if t.gender):
            continue
        figures: Figures = {
            "rank": rank,
            "relay": relay.identifier if relay else None,
            "individual": facts.individual(noc, gender),
        }
        kind = granted_kind
        if got[noc, gender]:
            given[gender] += 1
        else:
            kind, numbers = no_room(facts, gender, before)
            figures |= numbers
        yield Decision(pathway, None, noc, gender, None, got[noc, gender], kind, figures)


def no_room(facts: Obstacles, gender: Gender, given: dict[Gender, int]) -> tuple[str, Figures]:
    """Return why no quota place is left in a gender, with its figures."""
    total = sum(given.values())
    if total >= facts.rules.total:
        return "no-quota-place", {"total": total, "cap": facts.rules.total}
    return "gender-full", {"total": given[gender], "cap": facts.hard.get(gender)}
