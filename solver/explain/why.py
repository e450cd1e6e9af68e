"""Why, where the standings are complete: the decisions on record as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import ONE, Decision
from quotaproof.model.pathways import (
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.published import TOTAL
from quotaproof.model.quantities import in_words, joined, spelled
from quotaproof.model.rules import GENDERS, Event, Gender, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import Outcome

from .answer import Statement
from .phrases import ordinal, rank_words, summed

FOLLOWS = ("relay", "relay-bonus", "largest")
"""Kinds of decisions that say what start places give."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A decision on a quota place: its place in the pathway's line, and the quota places left when its turn came."""

    decision: Decision
    place: int
    left: int


class Record:
    """The decisions that led to an allocation, those after recorded declines too, in their order."""

    def __init__(self, scenario: Scenario, outcome: Outcome) -> None:
        self.scenario = scenario
        self.rules: Rules = scenario.rules
        self.allocation: Allocation = outcome.allocation
        first = outcome.steps[0].before if outcome.steps else outcome.allocation
        self.first: Allocation = first
        self.decisions: tuple[Decision, ...] = first.decisions
        self.later: tuple[Decision, ...] = tuple(d for step in outcome.steps for d in step.after.decisions)
        self.turns = list(self._turns())

    def _turns(self) -> Iterator[Turn]:
        given = 0
        line: dict[str, int] = {}
        for decision in self.decisions:
            if decision.event is not None:
                continue
            if decision.kind not in FOLLOWS:
                line[decision.pathway] = line.get(decision.pathway, 0) + 1
            yield Turn(decision, line.get(decision.pathway, 0), self.rules.total - given)
            if decision.granted:
                given += int(decision.figures["athletes"] or 0) if decision.kind in FOLLOWS else 1

    def clauses(self, decisions: Sequence[Decision]) -> dict[str, str]:
        """Return pathway -> clause of some decisions."""
        texts = {pathway.identifier: pathway.clause for pathway in self.rules.pathways}
        return {d.pathway: texts[d.pathway] for d in decisions if d.pathway in texts}

    # Start places ---------------------------------------

    def event(self, noc: str, event: Event) -> Statement:
        """Return why an NOC has the start places it has in an event."""
        own = [d for d in self.decisions if d.noc == noc and d.event == event.identifier]
        later = [d for d in self.later if d.noc == noc and d.event == event.identifier]
        number = self.allocation.places[event.identifier].get(noc, 0)
        first = f"{noc} has {spelled(number, 'start place') if number else 'no start place'} in the {event.label}"
        before = self.first.number(noc, event.identifier)
        if before != number:
            first += f", and had {in_words(before) if before else 'none'} before the declines on record"
        if not own:
            why = "no entry in its ranking" if not event.team else "too few athletes for a team"
            return Statement(event.identifier, f"{first}: it has {why}.")
        if event.team:
            return Statement(event.identifier, f"{first}: {self._team(own[0], event)}.", self.clauses(own))
        parts = []
        for decision in own:
            nth = "entry" if event.kind == "relay" else f"{ordinal(decision.qualifier or 1)} entry"
            parts.append(self._entry(decision, nth, event))
        text = f"{first}: {'; '.join(parts)}.{self._too_late(noc) if before != number else ''}"
        for decision in later:
            text += f" After declines: {decision.reason} ({decision.pathway})."
        return Statement(event.identifier, text, self.clauses([*own, *later]))

    def _too_late(self, noc: str) -> str:
        """That what an NOC gave back after the deadline stayed free, as a sentence; empty if it gave nothing then."""
        late = [one for one in self.scenario.declines if one.noc == noc and self.rules.too_late(one.date)]
        if not late:
            return ""
        days = joined(dict.fromkeys(one.date for one in late))
        return f" What {noc} gave back on {days} stays free: places are given on until {self.rules.given_on_until}."

    def _team(self, decision: Decision, event: Event) -> str:
        figures = decision.figures
        has = f"it has {spelled(int(figures['men'] or 0), 'man')} and "
        has += spelled(int(figures["women"] or 0), "woman")
        rank = figures.get("rank")
        where = f" ({rank_words(int(rank))} in its ranking, {decision.pathway})" if rank else f" ({decision.pathway})"
        if decision.kind == "enters-host":
            return f"{has}, and the host has one place in any case{where}"
        if decision.kind == "not-best":
            return f"{has}, but {spelled(event.start_places, 'team')} rank better{where}"
        return f"{has}, enough for a team{where}"

    def _entry(self, decision: Decision, nth: str, event: Event) -> str:
        if decision.kind == "host":
            return f"the host has one in any case ({decision.pathway})"
        figures, at = decision.figures, rank_words(int(decision.figures["rank"] or 0))
        subject = f"its {nth} is {at}"
        cited = f" ({decision.pathway})"
        match decision.kind:
            case "ranked":
                return f"{subject} and has a place{cited}"
            case "event-full":
                return f"{subject}, when all {event.start_places} places were taken by better-ranked entries{cited}"
            case "host-kept":
                return f"{subject}, when the last of {event.start_places} places was kept for the host{cited}"
            case "noc-cap":
                most, who = in_words(int(figures["cap"] or 0)), self.scenario.holder(decision.noc)
                return f"{subject}, when it had all {most} that {who} may have{cited}"
            case "gender-cap":
                who = f"the {decision.gender}"
            case _:
                who = "all NOCs"
        needed = f"{who} needed {figures.get('needed')} of {figures.get('cap')} athletes"
        return f"{subject}, when {needed} and it would need one more{cited}"

    # Quota places ---------------------------------------

    def gender(self, noc: str, gender: Gender) -> Statement:
        """Return why an NOC has the quota places it has in a gender, and why no more."""
        number = self.allocation.number(noc, gender)
        own = [turn for turn in self.turns if turn.decision.noc == noc and self._of(turn.decision) == gender]
        granted = [self._granted(turn, gender) for turn in own if turn.decision.granted]
        refused = self._all_refused([turn for turn in own if not turn.decision.granted], gender)
        before = self.first.number(noc, gender)
        text = f"{noc}'s {gender} have {have_words(number, granted)}."
        if before != number:
            now = in_words(number) if number else "no quota place"
            text = f"{noc}'s {gender} have {now}. Before the declines on record they had {have_words(before, granted)}."
            text += self._too_late(noc)
            for one in self.scenario.returned:
                if (one.noc, one.gender) == (noc, gender):
                    text += f" {noc} gave back {spelled(one.number, 'quota place')} alone, as is on record."
        text += "".join(f" {sentence}." for sentence in refused)
        later = [d for d in self.later if d.noc == noc and d.event is None and d.gender == gender]
        text += "".join(f" After declines: {d.reason} ({d.pathway})." for d in later)
        return Statement(gender, text, self.clauses([*(turn.decision for turn in own), *later]))

    @staticmethod
    def _of(decision: Decision) -> str | None:
        if decision.gender is not None:
            return decision.gender
        lacking = decision.figures.get("lacking")
        return str(lacking) if lacking is not None else None

    def _relay_words(self, noc: str, gender: Gender) -> str:
        relay = self.rules.relay(gender)
        decision = next(
            (d for d in self.decisions if relay and (d.noc, d.event) == (noc, relay.identifier) and d.granted), None
        )
        if decision is None:
            return "for the relay"
        if decision.kind == "host":
            return f"for the relay (as host, {decision.pathway})"
        return f"for the relay ({rank_words(int(decision.figures['rank'] or 0))} in its ranking, {decision.pathway})"

    def _granted(self, turn: Turn, gender: Gender) -> tuple[int, str]:
        """The quota places of a decision, and what they are for."""
        decision, figures, cited = turn.decision, turn.decision.figures, turn.decision.pathway
        one = ONE[gender]
        match decision.kind:
            case "largest":
                number = int(figures["athletes"] or 0)
                events = [
                    event.label
                    for event in self.rules.individual(gender)
                    if self._first_places(event.identifier, decision.noc) == number
                ]
                return number, f"the most start places it has in one event ({joined(events)}; {cited})"
            case "relay":
                less = self._no_bonus(decision)
                number = int(figures["athletes"] or 0)
                return number, f"{self._relay_words(decision.noc, gender)}{less} ({cited})"
            case "relay-bonus":
                base = int(figures["base"] or 0)
                places = spelled(int(figures["individual"] or 0), "individual start place")
                words = f"{in_words(base)} {self._relay_words(decision.noc, gender)} and one for {places} ({cited})"
                return int(figures["athletes"] or 0), words
            case "top-up":
                label = self.rules.event(str(figures["event"])).label
                rank = rank_words(int(figures["rank"] or 0))
                lacking = f"because just one {one} was lacking for the {label}"
                return 1, f"{lacking} and {decision.noc} was next in its ranking ({rank}; {cited})"
        places = spelled(int(figures.get("individual") or 0), "individual start place")
        left = f"{spelled(turn.left, 'quota place was', 'quota places were')} left"
        return 1, (
            f"because {left} and {decision.noc}, with {places}, was {ordinal(turn.place)} in line"
            f"{self._rank_in_relay(decision, gender)} ({cited})"
        )

    def _first_places(self, event: str, noc: str) -> int:
        return sum(d.granted for d in self.decisions if (d.event, d.noc) == (event, noc))

    def _no_bonus(self, decision: Decision) -> str:
        bonus = self.rules.quota_places.bonus_from
        if bonus is None or self.scenario.readings.fifth_in_walk == "no":
            return ""
        own = int(decision.figures["individual"] or 0)
        return f", with {spelled(own, 'individual start place')} where one more needs {in_words(bonus)}"

    def _rank_in_relay(self, decision: Decision, gender: Gender) -> str:
        rank = decision.figures.get("rank")
        relay = self.rules.relay(gender)
        where = relay.label if relay else "relay"
        return f", {rank_words(int(rank))} in the {where} ranking" if rank else f", not in the {where} ranking"

    def _all_refused(self, turns: Sequence[Turn], gender: Gender) -> list[str]:
        """Return why an NOC got no more, a sentence for all pathways where it was in line and nothing was left."""
        said: list[str] = []
        in_line: dict[tuple[str, str, str], dict[str, list[str]]] = {}
        for turn in turns:
            place, given = self._place_in_line(turn), self._given(turn, gender)
            if turn.decision.kind in ("teams-full", "top-up-unranked", "tie") or turn.decision.figures.get("event"):
                said.append(self._refused(turn, gender))
            else:
                key = (turn.decision.noc, self._rank_in_relay(turn.decision, gender), given)
                in_line.setdefault(key, {}).setdefault(place, []).append(turn.decision.pathway)
        for (noc, rank, given), places in in_line.items():
            if len(places) == 1 and len(next(iter(places.values()))) == 1:
                ((place, (cited,)),) = places.items()
                said.append(f"No more: {noc} was {place}{rank}, and {given} ({cited})")
            else:
                where = joined([f"{place} ({', '.join(cited)})" for place, cited in places.items()])
                said.append(f"No more: {noc} was {where}{rank}, and {given}")
        return said

    def _given(self, turn: Turn, gender: Gender) -> str:
        """How many quota places were given when the turn came."""
        figures = turn.decision.figures
        total, cap = figures.get("total"), figures.get("cap")
        what = "quota places" if turn.decision.kind == "no-quota-place" else f"{gender}'s quota places"
        return f"all {cap} {what} were given" if total == cap else f"{total} of {cap} {what} were given"

    def _place_in_line(self, turn: Turn) -> str:
        """Where in line an NOC was, and behind whom if these are not many."""
        behind = [
            f"{t.decision.noc} {t.decision.gender}"
            for t in self.turns
            if t.decision.pathway == turn.decision.pathway and 0 < t.place < turn.place
        ]
        return f"{ordinal(turn.place)} in line{f' behind {joined(behind)}' if 0 < len(behind) < 9 else ''}"

    def _refused(self, turn: Turn, gender: Gender) -> str:
        decision, figures, cited = turn.decision, turn.decision.figures, turn.decision.pathway
        one = ONE[gender]
        label = self.rules.event(str(figures["event"])).label if figures.get("event") else ""
        match decision.kind:
            case "teams-full":
                teams = f"there were {spelled(int(figures['places'] or 0), 'team')} already when its turn came"
                rank = rank_words(int(figures["rank"] or 0))
                return f"One {one} is lacking for the {label}, but {teams} ({rank}; {cited})"
            case "top-up-unranked":
                return f"One {one} is lacking for the {label}, but {decision.noc} is not in its ranking ({cited})"
            case "tie":
                return f"One more is not decided: {decision.reason} ({cited})"
        return f"One {one} is lacking for the {label}, but {self._given(turn, gender)} ({cited})"

    # All NOCs ---------------------------------------

    def totals(self, gender: Gender) -> Statement:
        """Return why there are as many quota places in a gender as there are."""
        number = self.allocation.totals[GENDERS.index(gender)]
        own = [t.decision for t in self.turns if t.decision.granted and t.decision.gender == gender]
        pathways: dict[str, list[tuple[str, int]]] = {}
        for decision in own:
            athletes = int(decision.figures["athletes"] or 0) if decision.kind in FOLLOWS else 1
            pathways.setdefault(decision.pathway, []).append((decision.noc, athletes))
        before = self.first.totals[GENDERS.index(gender)]
        text = total_words(self.scenario, gender, before, pathways)
        if before != number:
            text = text.replace(f"There are {before}", f"Before the declines on record there were {before}", 1)
            text = f"There are {number} {gender}. {text}"
        return Statement(gender, text, self.clauses(own))


def have_words(number: int, parts: Sequence[tuple[int, str]]) -> str:
    """Return a number of quota places with what they are for: `five: four for the relay and one because ...`."""
    if not parts:
        return in_words(number) if number else "no quota place: they have no start place"
    if len(parts) == 1:
        return f"{in_words(number)}{':' if ' and one ' in parts[0][1] else ','} {parts[0][1]}"
    return f"{in_words(number)}: {joined(f'{in_words(part)} {words}' for part, words in parts)}"


def total_words(
    scenario: Scenario, gender: Gender, number: int, pathways: Mapping[str, Sequence[tuple[str, int]]]
) -> str:
    """Return the sum of a gender's quota places in words: pathway -> NOCs with the quota places it gave them."""
    cap, parts = scenario.rules.gender_caps[gender], []
    for pathway in scenario.rules.pathways:
        nocs = pathways.get(pathway.identifier)
        if not nocs:
            continue
        match pathway:
            case QuotaPlaces():
                source = "follow from start places"
            case TeamTopUp():
                source = f"for the {scenario.rules.event(pathway.event).label}"
            case Remainder():
                source = "from quota places left over"
            case RelayPlaces() | ParallelWalk() | Reallocation():
                continue
            case _:
                refuse("explain", pathway)
        who = f"{summed(nocs)}; " if len(nocs) <= 6 else ""
        parts.append(f"{sum(n for _, n in nocs)} {source} ({who}{pathway.identifier})")
    text = f"There are {number} {gender}: {joined(parts)}."
    reading = scenario.readings.gender_cap
    if number > cap:
        where = "bounds start places only" if reading == "walk" else "is nominal"
        text += f" The cap of {cap} {where} as it is read here (gender-cap={reading}), so later pathways may exceed it."
    return text


def why(record: Record, noc: str, column: str | None) -> tuple[Statement, ...]:
    """Return the statements on an NOC (or TOTAL) and a column; on everything if the column is None."""
    rules = record.rules
    if noc == TOTAL:
        return tuple(record.totals(gender) for gender in GENDERS if column in (None, gender))
    events = [event for event in rules.events if column in (None, event.identifier)]
    genders = [gender for gender in GENDERS if column in (None, gender)]
    found = [record.gender(noc, gender) for gender in genders]
    return (*found, *(record.event(noc, event) for event in events))
