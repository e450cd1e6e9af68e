"""What the record must hold where places by ranked lists were given back: worked out anew from who has them now.

It is looked at only where the places are right. Then what is due follows from them: who took a place, in turn; or the
tie that leaves open who does; or that nobody takes what an NOC gave back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from quotaproof.model.decisions import Figures
from quotaproof.model.kept import Held
from quotaproof.model.pathways import NocQuota, Reallocation
from quotaproof.model.results.ranked_lists import ListedEntry

from .listed_check import ListedCheck
from .listed_nocs import by_noc
from .listed_record import ListedDue, check_due, gender_of, noc_quota_due


def check_return_record(check: ListedCheck, pathway: Reallocation, held: Held) -> None:
    """Note the first decision that is not due, is missing, or has a reason that is not true."""
    quotas = [one for one in check.rules.pathways if isinstance(one, NocQuota)]
    dues = [(pathway.identifier, due) for due in _handed_on(check, pathway, held)]
    dues += [(quota.identifier, due) for quota in quotas for due in noc_quota_due(check, quota)]
    check_due(check, dues)


def _handed_on(check: ListedCheck, pathway: Reallocation, held: Held) -> Iterator[ListedDue]:
    for event, givers in held.holes.items():
        if not givers:
            continue
        if check.rules.names_entries(event):
            yield from _to_entries(check, pathway, held, event)
        else:
            yield from _to_nocs(check, pathway, held, event)


def _nobody(check: ListedCheck, held: Held, event: str, taken: int, kind: str, figures: Figures) -> Iterator[ListedDue]:
    """Places that nobody takes, by who gave them back."""
    for noc in held.holes[event][taken:]:
        yield ListedDue(event, noc, gender_of(check, event), None, False, {kind: figures})


def _to_entries(check: ListedCheck, pathway: Reallocation, held: Held, event: str) -> Iterator[ListedDue]:
    lists = check.reserve_list_of(event)
    if lists is None:
        yield from _nobody(check, held, event, 0, "returned-open", {})
        return
    line = [one.athlete for one in held.reserve.get(event, ())]
    entries = _listed(check, event, lists.ranking[event])
    kept = held.entries.get(event, ())
    numbers = Counter(one.noc for one in kept)
    new = check.allocation.entries.get(event, ())[len(kept) :]
    for one in new:
        entry = entries[one.athlete]
        figures: Figures = {"name": entry.label, "athlete": one.athlete, "rank": entry.rank}
        figures |= {"number": 1 + line.index(one.athlete)}
        kind = "reallocated-first" if lists.first_without_places and not numbers[one.noc] else "reallocated"
        numbers[one.noc] += 1
        yield ListedDue(event, one.noc, gender_of(check, event), entry.number, True, {kind: figures})
    torn = check.torn.get((pathway.identifier, event), ())
    if not torn:
        yield from _nobody(check, held, event, len(new), "reallocated-none", {})
    for waiting in check.allocation.reserve.get(event, ()):
        entry = entries[waiting.athlete]
        if waiting.tied and (entry.noc, entry.rank) in torn:
            reasons: dict[str, Figures] = {"reallocated-tie": {"name": entry.label, "rank": entry.rank}}
            yield ListedDue(event, entry.noc, gender_of(check, event), entry.number, False, reasons)


def _to_nocs(check: ListedCheck, pathway: Reallocation, held: Held, event: str) -> Iterator[ListedDue]:
    if not pathway.ranking:
        yield from _nobody(check, held, event, 0, "returned-open", {})
        return
    figures: Figures = {"competition": pathway.competition or pathway.ranking}
    ranks = {noc: entries[0].rank for noc, entries in by_noc(check, event, pathway.ranking).items()}
    if not ranks:
        yield from _nobody(check, held, event, 0, "returned-elsewhere", figures)
        return
    had, has = held.places.get(event, {}), check.allocation.places.get(event, {})
    new = sorted((ranks[noc], noc) for noc in has if not had.get(noc))
    torn = sorted((rank, noc) for noc, rank in check.torn.get((pathway.identifier, event), ()) if rank is not None)
    told = [*((one, True, "returned-next") for one in new), *((one, False, "returned-tie") for one in torn)]
    for (rank, noc), granted, kind in told:
        yield ListedDue(event, noc, gender_of(check, event), None, granted, {kind: {**figures, "rank": rank}})
    if not torn:
        yield from _nobody(check, held, event, len(new), "returned-none", figures)


def _listed(check: ListedCheck, event: str, ranking: str) -> dict[str, ListedEntry]:
    """An athlete's entry in the list of the reserve list, or where the host replaced it, in another one."""
    found: dict[str, ListedEntry] = {entry.athlete: entry for entry in check.ranked(event, ranking)}
    for (own, _), one in check.scenario.lists.items():
        for entry in one.entries if own == event else ():
            found.setdefault(entry.athlete, entry)
    return found
