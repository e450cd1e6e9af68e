"""A line for quota places: who may ask, in order, and what is left when a turn comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from quotaproof.model.allocation import Tied
from quotaproof.model.decisions import Figures
from quotaproof.model.obstacles import LAST, Waiting
from quotaproof.model.pathways import Pathway
from quotaproof.model.rules import GENDERS, Gender

from .check import Check, Due


def only_kept(check: Check, pathway: Pathway) -> bool:
    """Whether a pathway is not repeated after declines; then it may have given nothing new."""
    if check.facts.repeated(pathway):
        return False
    for noc in check.facts.nocs:
        for gender in GENDERS:
            if check.facts.new(pathway.identifier, noc, gender):
                check.add(pathway.identifier, noc, gender, "a quota place by a pathway that is not repeated")
    return True


def line(
    check: Check, pathway: str, waiting: list[Waiting], before: Mapping[Gender, int], seats: int | None = None
) -> None:
    """Nobody in line is refused while there is room, nor passed by somebody behind or beside it.

    Room: the total, the seats of a pathway if given, and the gender's cap where it is read as hard.
    """
    granted = [one for one in waiting if one.granted]
    for one in waiting:
        ahead = [other for other in granted if other.order < one.order]
        peers = [other for other in ahead if other.gender == one.gender]
        full = (
            sum(before.values()) + len(ahead) >= check.rules.total
            or (seats is not None and len(ahead) >= seats)
            or (one.gender in check.hard and before[one.gender] + len(peers) >= check.hard[one.gender])
        )
        if one.granted and full:
            check.add(pathway, one.noc, one.gender, "a quota place although none was left for it")
        if not one.granted and not full:
            check.add(pathway, one.noc, one.gender, "no quota place although it is next in line and one is left")


def open_places(
    check: Check, pathway: str, waiting: list[Waiting], before: Mapping[Gender, int], order: tuple[int, int]
) -> set[Tied]:
    """Those of one place in line among whom the rules leave a choice."""
    ahead = [one for one in waiting if one.granted and one.order < order]
    total = check.rules.total - sum(before.values()) - len(ahead)
    room = {g: cap - before[g] - sum(one.gender == g for one in ahead) for g, cap in check.hard.items()}
    able = [one for one in waiting if one.order == order and room.get(one.gender, 1) > 0 and total > 0]
    number = {gender: sum(one.gender == gender for one in able) for gender in GENDERS}
    if sum(min(n, room.get(gender, n)) for gender, n in number.items()) > total:
        torn = able
    else:
        torn = [one for one in able if one.gender in room and number[one.gender] > room[one.gender]]
    rank = None if order[0] == LAST else order[0]
    return {Tied(pathway, relay_name(check, one.gender), one.noc, one.gender, rank) for one in torn}


def tied_in_line(check: Check, pathway: str, waiting: list[Waiting], before: Mapping[Gender, int]) -> set[Tied]:
    """Return those among whom the rules leave a choice, where the tie that is said to be one is.

    Those before it in line are judged; in it and behind it nobody may have a place.
    """
    said = {(one.noc, one.gender) for one in check.allocation.tied}
    orders = sorted({one.order for one in waiting if (one.noc, one.gender) in said})
    if len(orders) != 1:
        return set()
    [order] = orders
    line(check, pathway, [one for one in waiting if one.order < order], before)
    for one in waiting:
        if one.granted and one.order >= order:
            check.add(pathway, one.noc, one.gender, "a quota place although it is in or behind the tie")
    return open_places(check, pathway, waiting, before, order)


def due_in_line(
    check: Check, pathway: Pathway, waiting: list[Waiting], before: Mapping[Gender, int], kind: str
) -> Iterator[Due]:
    """Yield the decisions of a line; behind a tie nobody is decided."""
    tied = [tied for tied in check.allocation.tied if tied.pathway == pathway.identifier]
    names = {f"{one.noc} {one.gender}" for one in tied}
    end = min((one.order for one in waiting if f"{one.noc} {one.gender}" in names), default=(LAST + 1, 0))
    for one in sorted(waiting, key=lambda one: (one.order, GENDERS.index(one.gender), one.noc)):
        name, turn = f"{one.noc} {one.gender}", (1, *one.order)
        subject = (pathway.identifier, None, one.noc, one.gender, None, False)
        rank = None if one.order[0] == LAST else one.order[0]
        if name in names:
            others = ", ".join(f"{t.noc} {t.gender}" for t in tied if f"{t.noc} {t.gender}" != name)
            reasons: dict[str, Figures] = {"tie": {"rank": rank, "others": others}}
            yield subject, turn, False, reasons
        elif one.order < end:
            own: Figures = {
                "rank": rank,
                "relay": relay_name(check, one.gender),
                "individual": check.facts.individual(one.noc, one.gender),
            }
            ahead = [other.gender for other in waiting if other.granted and other.order < one.order]
            left = no_room(check, one.gender, before, ahead)
            reasons = {kind: own} if one.granted else {name: own | figures for name, figures in left.items()}
            yield subject, turn, one.granted, reasons


def relay_name(check: Check, gender: Gender) -> str | None:
    """Return the event by whose ranking a gender stands in line."""
    relay = check.rules.relay(gender)
    return relay.identifier if relay else None


def no_room(check: Check, gender: Gender, before: Mapping[Gender, int], ahead: Sequence[Gender]) -> dict[str, Figures]:
    """Return what leaves no quota place in a gender, after those before the line and those ahead in it."""
    found: dict[str, Figures] = {}
    total, own = sum(before.values()) + len(ahead), before[gender] + ahead.count(gender)
    if total >= check.rules.total:
        found["no-quota-place"] = {"total": total, "cap": check.rules.total}
    if gender in check.hard and own >= check.hard[gender]:
        found["gender-full"] = {"total": own, "cap": check.hard[gender]}
    return found
