"""Why not: the minimal sets of facts and clauses that exclude an outcome together, each of which it needs.

There are few of them in an event or a gender, so every set is tried: what is left out of one is left open, and leaving
more open never makes less possible.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import combinations

from quotaproof.model.allocation import Allocation
from quotaproof.model.athletes import Athlete
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import FillByRank, HostPlaces, RankingPlaces, ReduceToTotal, SumOfBest
from quotaproof.model.published import ATHLETES
from quotaproof.model.quantities import in_words, joined, spelled
from quotaproof.model.rules import Gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver.explain.reasons import Reason
from quotaproof.solver.explain.target import Target
from quotaproof.solver.explain.theory import Element

from .margins import cuts, label_of, margin_words, named, ranked, rule_of, stands
from .nocs import cut_words
from .quota import quota_pathway, quota_with, standing
from .relaxed import CAP, FULL, HOST, RESULTS, TAKEN_BACK, EventWorld, entries_left
from .sums import sums


def barriers(scenario: Scenario, allocation: Allocation, target: Target, athlete: Athlete | None) -> tuple[Reason, ...]:
    """Return all minimal reasons that exclude a target, the smallest first; nothing if it is possible.

    Raises
    ------
    InputError
        If the column is the athletes of both genders, or goes by tiers of ranks.
    """
    if target.column == ATHLETES:
        raise InputError("quota places follow for men and women apart here; ask for men>=N or women>=N")
    if scenario.rules.is_quota_column(target.column):
        return _of_quota(scenario, allocation, target, target.column)
    world = EventWorld(scenario, target, athlete)
    if scenario.rules.names_entries(target.column):
        elements = _of_entries(scenario, allocation, target, athlete)
    else:
        elements = _of_nocs(scenario, allocation, target)
    keys = [element.key for element in elements]
    everything = world.possible(keys)
    if not everything:
        return (Reason((_too_few(scenario, target, athlete),)),)
    return minimal(elements, lambda kept: world.possible([key for n, key in enumerate(keys) if n not in kept]))


def minimal(elements: Sequence[Element], possible: Callable[[Collection[int]], bool]) -> tuple[Reason, ...]:
    """Return the minimal sets of elements that exclude an outcome, the smallest first.

    Parameters
    ----------
    possible
        Whether the outcome is possible with these elements, by number; all others are left open.
    """
    found: list[frozenset[int]] = []
    for size in range(len(elements) + 1):
        for chosen in combinations(range(len(elements)), size):
            if not any(smaller <= set(chosen) for smaller in found) and not possible(chosen):
                found.append(frozenset(chosen))
    return tuple(Reason(tuple(elements[number] for number in sorted(numbers))) for numbers in found)


def _too_few(scenario: Scenario, target: Target, athlete: Athlete | None) -> Element:
    """Whatever the places were, there would be nobody to take them."""
    label = scenario.rules.event(target.column).label
    if athlete is not None:
        return Element("known", ("lists",), f"{athlete.words} is in no list of the {label} that places go down")
    own = {
        e.athlete
        for (event, _), one in scenario.lists.items()
        if event == target.column
        for e in one.entries
        if e.noc == target.noc
    }
    return Element("known", ("lists",), f"{target.noc} has {spelled(len(own), 'entry')} in the lists of the {label}")


# Named entries ---------------------------------------


def _of_entries(scenario: Scenario, allocation: Allocation, target: Target, athlete: Athlete | None) -> list[Element]:
    event, left = scenario.rules.event(target.column), set(entries_left(scenario, allocation, target, athlete))
    found: list[Element] = []
    for cut in cuts(scenario, allocation, event.identifier):
        pathway = cut.pathway
        own = [e for e in ranked(scenario, event.identifier, pathway.ranking) if e.athlete in left]
        number = pathway.places[event.identifier]
        text = f"the {number} places by {pathway.ranking} of the {event.label} go to others"
        if not own:
            # Who has none of these has one by another list instead, and then it is nobody else's.
            text = f"the {number} places by {pathway.ranking} of the {event.label} do not reach all who are in the list"
        elif cut.last_in is not None and cut.last_in.rank <= own[0].rank:
            behind = margin_words(cut.rule, cut.last_in, own[0])
            last = f"{named(cut.last_in)}, {stands(cut.rule, cut.last_in)}"
            text += f", the last to {last}; {named(own[0])} is at {stands(cut.rule, own[0])}, {behind} behind"
        data: dict[str, int | str] = {"event": event.identifier, "places": number}
        found.append(Element("rank", (FULL, pathway.identifier), text, pathway.identifier, pathway.clause, data))
    if athlete is not None:
        mine = [one for one in allocation.entries.get(event.identifier, ()) if one.noc == athlete.noc]
        most = f"an NOC may have {in_words(event.noc_cap)} in the {event.label}"
        text = f"{most}, and {athlete.noc} has {joined(label_of(scenario, event.identifier, o.athlete) for o in mine)}"
        if len(mine) >= event.noc_cap:
            found.append(Element("cap", (CAP,), text, None, None, {"cap": event.noc_cap}))
    for one in scenario.pathways:
        if isinstance(one, HostPlaces) and event.identifier in one.events and one.mode == "replace-last":
            taken = [p for p in allocation.entries.get(event.identifier, ()) if p.pathway == one.identifier]
            if taken and target.noc != scenario.host:
                who = label_of(scenario, event.identifier, taken[0].athlete)
                text = f"the host takes the last place of the {event.label}, for {who}"
                found.append(Element("clause", (HOST,), text, one.identifier, one.clause))
        if isinstance(one, ReduceToTotal) and event.identifier in one.cycle:
            text = f"the last places of the {event.label} are taken back so that the quota places fit"
            found.append(Element("clause", (TAKEN_BACK,), text, one.identifier, one.clause))
    return found


# Places of NOCs ---------------------------------------


def _of_nocs(scenario: Scenario, allocation: Allocation, target: Target) -> list[Element]:
    event, noc = scenario.rules.event(target.column), target.noc
    found: list[Element] = []
    for pathway in scenario.rules.pathways:
        if isinstance(pathway, SumOfBest) and event.identifier in pathway.places:
            every = sums(scenario, pathway, event.identifier)
            own = every.get(noc)
            if own is None:
                continue
            tier = next((tier for tier in reversed(own.tiers) if tier.places >= target.least), None)
            if own.wanted < target.least and tier is not None:
                what = (
                    f"its results begin with rank {own.reached}"
                    if own.single
                    else f"its best results add up to {own.sum}"
                )
                text = f"{noc}: {what}, and {in_words(tier.places)} places ask for {tier.at_most} or less"
                found.append(Element("rank", (RESULTS,), text, pathway.identifier, pathway.clause, {"sum": own.sum}))
            if own.wanted > 1 and allocation.number(noc, event.identifier) < own.wanted:
                text = cut_words(every, own, pathway, event.identifier)
                found.append(Element("rank", (FULL, pathway.identifier), text, pathway.identifier, pathway.clause))
        elif isinstance(pathway, FillByRank) and event.identifier in pathway.places:
            entries = ranked(scenario, event.identifier, pathway.ranking)
            first = next((entry for entry in entries if entry.noc == noc), None)
            if first is None or allocation.number(noc, event.identifier):
                continue
            rule = rule_of(scenario, event.identifier, pathway.ranking)
            text = (
                f"all {pathway.places[event.identifier]} places of the {event.label} go to NOCs ranked better; {noc}'s "
                f"best entry is at {stands(rule, first)}"
            )
            found.append(Element("rank", (FULL, pathway.identifier), text, pathway.identifier, pathway.clause))
        elif event.identifier in pathway.hands_out and not isinstance(pathway, RankingPlaces):
            raise InputError(
                f"why an NOC has not more is not answered for places of kind {pathway.kind} ({pathway.identifier}), "
                "which go by tiers; ask without --why-not"
            )
    return found


# Quota places ---------------------------------------


def _of_quota(scenario: Scenario, allocation: Allocation, target: Target, gender: Gender) -> tuple[Reason, ...]:
    pathway, own = quota_pathway(scenario), standing(scenario, allocation, target.noc, gender)
    if pathway is None:
        raise InputError("these rules give no quota places, so there is none to ask about; ask about an event")
    elements: list[Element] = []
    for event in own.events:
        has, best = own.places[event.identifier], max((own.counts(cap, event) for cap in pathway.caps), default=0)
        counted = min((own.counts(cap, event) for cap in pathway.caps if cap.by), default=best)
        if has < event.noc_cap or counted < event.noc_cap:
            by = joined(next((cap.by for cap in pathway.caps if cap.by), ()))
            by = f", {in_words(counted) if counted else 'none'} of them by {by}" if by and counted < has else ""
            text = f"{target.noc} has {spelled(has, 'start place') if has else 'no start place'} in the {event.label}"
            text += f"{by}, of {in_words(event.noc_cap)} at most"
            elements.append(Element("places", ("event", event.identifier), text, None, None, {"places": has}))
    if not own.team and any(cap.team for cap in pathway.caps):
        elements.append(Element("places", ("team",), f"{target.noc} has no place in the {own.team_label}"))
    applies = next(cap for cap in pathway.caps if own.meets(cap))
    text = f"with what it has, an NOC may have {in_words(applies.athletes)} {gender} at most"
    elements.append(Element("cap", (CAP,), text, pathway.identifier, pathway.clause))

    def possible(kept: Collection[int]) -> bool:
        left_open = {elements[number].key for number in range(len(elements)) if number not in kept}
        return quota_with(own, left_open, pathway.caps) >= target.least

    return minimal(elements, possible)
