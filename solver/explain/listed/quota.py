"""Why an NOC has its quota places in a gender: the sum of its start places, and the cap that applies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.pathways import NocQuota, QuotaCap
from quotaproof.model.quantities import in_words, joined, spelled
from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver.explain.answer import Statement


@dataclass(frozen=True, slots=True)
class Standing:
    """What an NOC has in a gender.

    Attributes
    ----------
    places
        Individual event -> start places.
    by
        (event, pathway) -> start places by that pathway.
    """

    noc: str
    gender: Gender
    events: tuple[Event, ...]
    places: Mapping[str, int]
    by: Mapping[tuple[str, str], int]
    team: bool
    team_label: str

    @property
    def sum(self) -> int:
        """Its individual start places."""
        return sum(self.places.values())

    def counts(self, cap: QuotaCap, event: Event) -> int:
        """Return the start places of an event that count for the condition of a cap."""
        if not cap.by:
            return self.places[event.identifier]
        return sum(self.by.get((event.identifier, pathway), 0) for pathway in cap.by)

    def short(self, cap: QuotaCap) -> list[Event]:
        """Return the events in which it has too few for the condition of a cap."""
        if cap.each_event is None:
            return []
        return [e for e in self.events if self.counts(cap, e) < (e.noc_cap if cap.each_event == "the-maximum" else 1)]

    def meets(self, cap: QuotaCap) -> bool:
        """Return whether the condition of a cap holds."""
        return (self.team or not cap.team) and not self.short(cap)


def standing(scenario: Scenario, allocation: Allocation, noc: str, gender: Gender) -> Standing:
    """Return what an NOC has in a gender."""
    events = scenario.rules.individual(gender)
    by: dict[tuple[str, str], int] = {}
    for event in events:
        for one in allocation.entries.get(event.identifier, ()):
            if one.noc == noc:
                by[event.identifier, one.pathway] = by.get((event.identifier, one.pathway), 0) + 1
    teams = [event for event in scenario.rules.events if event.kind == "relay" and event.gender == gender]
    team = any(allocation.number(noc, event.identifier) for event in teams)
    label = joined(event.label for event in teams)
    return Standing(
        noc, gender, events, {e.identifier: allocation.number(noc, e.identifier) for e in events}, by, team, label
    )


def quota_pathway(scenario: Scenario) -> NocQuota | None:
    """Return the pathway that turns start places into quota places, if there is one."""
    return next((one for one in scenario.rules.pathways if isinstance(one, NocQuota)), None)


def quota_statement(scenario: Scenario, allocation: Allocation, noc: str, gender: Gender) -> Statement:
    """Return why an NOC has as many quota places as it has, which cap applies, and what the next cap asks."""
    pathway, own = quota_pathway(scenario), standing(scenario, allocation, noc, gender)
    if pathway is None:
        return Statement(
            gender, f"These rules give {noc} no quota places for its {gender}: they say nothing of athletes."
        )
    number = allocation.number(noc, gender)
    if not own.sum:
        return Statement(gender, f"{noc}'s {gender} have no quota place: they have no individual start place.")
    applies = next(cap for cap in pathway.caps if own.meets(cap))
    cited = f"({pathway.identifier})"
    where = joined(
        f"{event.label} {own.places[event.identifier]}" for event in own.events if own.places[event.identifier]
    )
    starts = spelled(own.sum, "individual start place")
    if number == own.sum:
        text = f"{noc}'s {gender} have {spelled(number, 'quota place')}, one for each of {starts}: {where} {cited}."
        if number == applies.athletes:
            text += f" That is also the most it may have{_because(applies, own)}."
        else:
            text += f" It may have up to {in_words(applies.athletes)}{_because(applies, own)}."
    else:
        text = (
            f"{noc}'s {gender} have {spelled(number, 'quota place')}, the most it may have{_because(applies, own)}, "
            f"for {starts}: {where} {cited}."
        )
    higher = [cap for cap in pathway.caps if cap.athletes > applies.athletes]
    for cap in reversed(higher):
        text += f" {in_words(cap.athletes).capitalize()} would ask for {joined(lacking(cap, own))}."
    return Statement(gender, text, {pathway.identifier: pathway.clause})


def _because(cap: QuotaCap, own: Standing) -> str:
    """By what condition a cap applies, in words."""
    parts = [f"the {own.team_label}"] if cap.team else []
    if cap.each_event == "a-place":
        parts.append("a place in every individual event")
    elif cap.each_event == "the-maximum":
        parts.append(f"the maximum in every individual event{_by(cap)}")
    return f" with {joined(parts)}" if parts else " where no condition for more is met"


def _by(cap: QuotaCap) -> str:
    return f" by {joined(cap.by)}" if cap.by else ""


def lacking(cap: QuotaCap, own: Standing) -> list[str]:
    """Return what an NOC lacks for the condition of a cap, in words."""
    parts = [] if own.team or not cap.team else [f"a place in the {own.team_label}"]
    for event in own.short(cap):
        if cap.each_event == "a-place":
            parts.append(f"a place in the {event.label}")
        else:
            has = f"it has {in_words(own.counts(cap, event)) if own.counts(cap, event) else 'none'}"
            parts.append(f"{in_words(event.noc_cap)}{_by(cap)} in the {event.label} ({has})")
    return parts


def quota_with(own: Standing, left_open: Collection[tuple[str, ...]], caps: Sequence[QuotaCap]) -> int:
    """Return the most quota places that an NOC can have when some of what it has is left open.

    Parameters
    ----------
    left_open
        `("event", EVENT)`: its start places in an event; `("team",)`: whether it has a team; `("noc-cap",)`: the caps.
    """
    free = {key[1] for key in left_open if key[0] == "event"}
    places = {e.identifier: e.noc_cap if e.identifier in free else own.places[e.identifier] for e in own.events}
    by = {(event, pathway): n for (event, pathway), n in own.by.items() if event not in free}
    for event in own.events:
        for pathway in {pathway for cap in caps for pathway in cap.by[:1]} if event.identifier in free else ():
            by[event.identifier, pathway] = event.noc_cap
    changed = replace(own, places=places, by=by, team=own.team or ("team",) in left_open)
    if ("noc-cap",) in left_open or not changed.sum:
        return changed.sum
    return min(changed.sum, next(cap.athletes for cap in caps if changed.meets(cap)))


def total_statement(scenario: Scenario, allocation: Allocation, gender: Gender) -> Statement:
    """Return what the quota places of a gender come to, and what may start."""
    pathway = quota_pathway(scenario)
    if pathway is None:
        return Statement(gender, f"These rules give no quota places for {gender}: they say nothing of athletes.")
    number, cap = allocation.totals[GENDERS.index(gender)], scenario.rules.gender_caps[gender]
    owns = [standing(scenario, allocation, noc, gender) for noc in allocation.nocs]
    capped = [one for one in owns if one.sum > allocation.number(one.noc, gender)]
    starts = sum(one.sum for one in owns)
    text = f"There are {number} {gender}: {starts} individual start places"
    if capped:
        less = joined(f"{one.noc} {one.sum - allocation.number(one.noc, gender)}" for one in capped)
        text += f", less those beyond what an NOC may have ({less})"
    text += f" ({pathway.identifier})."
    if number > cap:
        text += f" That is more than the {cap} that may start."
    return Statement(gender, text, {pathway.identifier: pathway.clause})
