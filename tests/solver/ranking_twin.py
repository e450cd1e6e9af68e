"""Start places of one event without a solver: naive twins of the theory of one ranking.

`possible` follows the description of the theory: what stands at each rank is enumerated, and every chosen element is
checked in turn. `some_ranking_gives` knows nothing of elements: it fills the open ranks in every way and lets the
greedy reference walk down each ranking.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import Decision
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.engines import greedy
from quotaproof.solver.explain.target import Target

Key = tuple[str, ...]
NOBODY, UNPLACED, PLACED, OTHERS_PLACE = "nobody", "unplaced", "placed", "others-place"
STATES = (NOBODY, UNPLACED, PLACED, OTHERS_PLACE)
MOST_RANKS = 7


@dataclass(frozen=True)
class Question:
    """Whether an NOC may have at least so many start places in an event."""

    scenario: Scenario
    allocation: Allocation
    target: Target

    @property
    def claims(self) -> list[Decision]:
        """The decisions on the entries of the event's ranking, the best rank first."""
        own = [d for d in self.allocation.decisions if d.event == self.target.column and d.qualifier is not None]
        return sorted(own, key=lambda decision: int(decision.figures["rank"] or 0))

    @property
    def ranks(self) -> int:
        """Ranks that are looked at: those of the ranking, and room for entries that the NOC does not have."""
        return len(self.claims) + self.target.least

    @property
    def host(self) -> str | None:
        """The host, if one start place of the event is kept for it."""
        return self.scenario.host if self.scenario.is_host_event(self.target.column) else None


def possible(question: Question, chosen: Collection[Key]) -> bool:
    """Return whether the target is possible with these elements, all others being open."""
    held = set(chosen)
    candidates = [_states(question, held, rank) for rank in range(1, question.ranks + 1)]
    return any(_agrees(question, held, states) for states in itertools.product(*candidates))


def _states(question: Question, chosen: set[Key], rank: int) -> tuple[str, ...]:
    """What may stand at a rank, if it is a fact who does."""
    if ("rank", question.target.column, str(rank)) not in chosen:
        return STATES
    claim = question.claims[rank - 1]
    if claim.noc == question.target.noc:
        return (UNPLACED, PLACED)
    by_record = not any(key[0] == "walk" for key in chosen) and any_athlete_cap(question)
    return (OTHERS_PLACE,) if by_record and claim.granted else (NOBODY, OTHERS_PLACE)


def any_athlete_cap(question: Question) -> bool:
    """Whether a cap on athletes refused an entry of the event's gender in its pathway, so that the record is told."""
    event = question.scenario.rules.event(question.target.column)
    pathway = next(p for p in question.scenario.rules.pathways if event.identifier in getattr(p, "events", ()))
    return any(
        d.kind in ("gender-cap", "total-cap") and d.gender == event.gender and d.pathway == pathway.identifier
        for d in question.allocation.decisions
    )


def _agrees(question: Question, chosen: set[Key], states: tuple[str, ...]) -> bool:
    event = question.scenario.rules.event(question.target.column)
    noc, host = question.target.noc, question.host
    claims = question.claims
    entries = sum(state in (UNPLACED, PLACED) for state in states)
    mine = states.count(PLACED)
    taken = mine + states.count(OTHERS_PLACE)
    at_host = sum(
        claim.noc == host != noc and state == OTHERS_PLACE for claim, state in zip(claims, states, strict=False)
    )
    capped = ("places", event.identifier) in chosen
    if mine < question.target.least:
        return False
    if capped and taken > event.start_places:
        return False
    if capped and ("host", event.identifier) in chosen and taken - at_host > event.start_places - 1:
        return False
    if ("per-noc", event.identifier) in chosen and mine > event.noc_cap:
        return False
    if ("no-further", event.identifier) in chosen and entries > sum(claim.noc == noc for claim in claims):
        return False
    if ("walk", event.identifier) in chosen and ("room", event.gender) in chosen:
        for rank, claim in enumerate(claims, 1):
            passed_over = claim.noc != noc and states[rank - 1] != OTHERS_PLACE
            known = ("rank", event.identifier, str(rank)) in chosen
            if passed_over and known and not _refused(question, chosen, states, rank):
                return False
    return _athletes_suffice(question, chosen, states)


def _refused(question: Question, chosen: set[Key], states: tuple[str, ...], rank: int) -> bool:
    """Whether an entry without a place finds the event full, or its NOC with all it may have, when its turn comes."""
    event, host, claims = question.scenario.rules.event(question.target.column), question.host, question.claims
    noc = claims[rank - 1].noc
    before = list(zip(claims, states[: rank - 1], strict=False))
    taken = sum(state in (PLACED, OTHERS_PLACE) for _, state in before)
    own = sum(claim.noc == noc and state == OTHERS_PLACE for claim, state in before)
    if own >= event.noc_cap:
        return True
    if noc == host:
        first = not any(claim.noc == host for claim, _ in before)
        guaranteed = first and ("host", event.identifier) in chosen
        return taken >= event.start_places and not guaranteed
    if host == question.target.noc:
        has_its_place = any(state == PLACED for _, state in before)
    else:
        has_its_place = any(claim.noc == host and state == OTHERS_PLACE for claim, state in before)
    kept = host is not None and not has_its_place
    return taken + kept >= event.start_places


def _athletes_suffice(question: Question, chosen: set[Key], states: tuple[str, ...]) -> bool:
    """Whether the cap on athletes leaves room for places from the rank on that it refused."""
    caps = [key for key in chosen if key[0] == "athletes"]
    if not caps:
        return True
    refused = next(c for c in question.claims if c.noc == question.target.noc and c.kind in ("gender-cap", "total-cap"))
    late = states[int(refused.figures["rank"] or 0) - 1 :]
    if PLACED not in late:
        return True
    needed = sum(_needed(question, refused, key[1], _gender(key[2])) for key in chosen if key[0] == "needs")
    return needed <= int(refused.figures["cap"] or 0)


def _gender(name: str) -> Gender:
    return GENDERS[0] if name == GENDERS[0] else GENDERS[1]


def _needed(question: Question, turn: Decision, noc: str, gender: Gender) -> int:
    """Athletes an NOC needs in a gender when a claim's turn comes; with this place, if it is the claim's own."""
    scenario = question.scenario
    granted = itertools.takewhile(lambda decision: decision is not turn, question.allocation.decisions)
    places = [decision.event for decision in granted if decision.granted and decision.noc == noc]
    if noc == scenario.host:
        guaranteed = [event.identifier for event in scenario.rules.events if scenario.is_host_event(event.identifier)]
        places += [event for event in guaranteed if event not in places]
    if (noc, gender) == (turn.noc, turn.gender):
        places.append(turn.event)
    numbers = [places.count(event.identifier) for event in scenario.rules.individual(gender)]
    relay, quota = scenario.rules.relay(gender), scenario.rules.quota_places
    if relay is None or relay.identifier not in places:
        return max(numbers, default=0)
    bonus = quota.bonus_from is not None and sum(numbers) >= quota.bonus_from
    return quota.relay_athletes + (bonus and scenario.readings.fifth_in_walk == "yes")


# The reference on every ranking ---------------------------------------------------------------------------------------


def some_ranking_gives(question: Question, known: Collection[int], *, further: bool) -> bool:
    """Return whether the target comes out of some ranking that has what is known, caps on athletes being left aside.

    Parameters
    ----------
    known
        Ranks at which it is known who stands there. At any other rank may be nobody, somebody, or the NOC.
    further
        Whether the NOC may have more entries than it has.
    """
    event, noc = question.target.column, question.target.noc
    loose = {"total": 999, "men": 999, "women": 999}
    scenario = replace(question.scenario, rules=question.scenario.rules.with_caps(loose))
    return any(
        greedy.allocate(
            replace(scenario, standings=Standings({**scenario.standings.rankings, **_only(event, ranking)}))
        )
        .places[event]
        .get(noc, 0)
        >= question.target.least
        for ranking in _rankings(question, set(known), further=further)
    )


def _only(event: str, nocs: tuple[str, ...]) -> dict[str, object]:
    order = [(noc, nocs[: row + 1].count(noc)) for row, noc in enumerate(nocs)]
    return dict(Standings.of({event: order}).rankings)


def _rankings(question: Question, known: set[int], *, further: bool) -> Iterator[tuple[str, ...]]:
    """Every ranking in which the known ranks are held by who holds them; all others by anybody or nobody."""
    noc, claims = question.target.noc, question.claims
    most = sum(claim.noc == noc for claim in claims)
    named = sorted({claim.noc for claim in claims} - {noc})
    rows: list[tuple[str | None, ...]] = [
        (claim.noc,) if rank in known else (None, noc, f"X{rank:02d}", *named) for rank, claim in enumerate(claims, 1)
    ]
    rows += [(None, noc)] * question.target.least
    for filled in itertools.product(*rows):
        if further or filled.count(noc) <= most:
            yield tuple(one for one in filled if one is not None)
