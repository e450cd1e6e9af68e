"""The lowest places of events in turn, taken back until each gender fits: what every step does to the quota places.

The steps are those of the pathway of kind `reduce-to-total`, by both engines; only what each of them changes is worked
out here, by the quota places that the greedy reference gives for what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from quotaproof.model.allocation import Allocation, Placed
from quotaproof.model.documents import athletes_document, document_of
from quotaproof.model.errors import InputError, SolverError
from quotaproof.model.pathways import AnyPathway, NocQuota, Reallocation, ReduceToTotal
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import Engine
from quotaproof.solver.engines.greedy.listed_state import ListedState
from quotaproof.solver.engines.greedy.noc_quota import quota

from .documents import CycleDocument, CycleStepDocument

PATHWAY = "cycle"
"""What the pathway is called that is added to the rules."""

TAKEN_BACK = "taken-back"


@dataclass(frozen=True, slots=True)
class CycleStep:
    """A start place that the cycle takes back.

    Attributes
    ----------
    number
        From 1.
    turn
        How often the cycle has begun, from 1.
    place
        The place in the event that goes, such as 28 for the last of 28.
    quota
        Quota places of the NOC in the gender, before and after.
    individual
        Its individual start places in the gender, before and after.
    totals
        Quota places of men and of women after the step.
    """

    number: int
    turn: int
    event: str
    gender: Gender
    noc: str
    athlete: str
    name: str
    pathway: str
    place: int
    quota: tuple[int, int]
    individual: tuple[int, int]
    totals: tuple[int, int]

    @property
    def lowers(self) -> bool:
        """Whether an athlete less may start by it."""
        return self.quota[1] < self.quota[0]

    @property
    def reason(self) -> str:
        """What the step does to the NOC's quota places, and why, as the end of a sentence."""
        (had, has), left = self.quota, self.individual[1]
        if not self.lowers:
            return f"no athlete less: with {left} individual start places left {self.noc} keeps its {_places(has)}"
        if has < left:
            return (
                f"{self.noc} has {_places(has)} instead of {had}, since a lower cap applies to its {left} start places"
            )
        return f"{self.noc} has {_places(has)} instead of {had}"

    def to_dict(self) -> CycleStepDocument:
        """Return the step as JSON."""
        before, after = self.quota
        men, women = self.totals
        return document_of(
            CycleStepDocument,
            self,
            step=self.number,
            quota_before=before,
            quota_after=after,
            men=men,
            women=women,
        )


@dataclass(frozen=True)
class CycleOutcome:
    """What the cycle leaves.

    Attributes
    ----------
    events
        The cycle.
    before, after
        The allocations; `after` is both engines' and accepted by the validator.
    steps
        Every start place that is taken back, in order.
    fits
        Whether each gender fits at the end.
    """

    events: tuple[str, ...]
    before: Allocation
    after: Allocation
    steps: tuple[CycleStep, ...]
    fits: bool

    @property
    def without_effect(self) -> int:
        """How many steps lower no NOC's quota places."""
        return sum(not step.lowers for step in self.steps)

    def down_at(self, gender: Gender) -> int | None:
        """Return the step after which a gender fits; None if it fits from the start, or never does."""
        cap = self.after.rules.gender_caps[gender]
        own = GENDERS.index(gender)
        if self.before.totals[own] <= cap:
            return None
        return next((step.number for step in self.steps if step.totals[own] <= cap), None)

    def lost(self) -> Mapping[str, tuple[int, int]]:
        """Return NOC -> quota places of men and of women that it loses, where there are any."""
        found = {}
        for noc, (men, women) in self.before.athletes.items():
            left = self.after.athletes.get(noc, (0, 0))
            if (men, women) != left:
                found[noc] = (men - left[0], women - left[1])
        return found

    def to_dict(self) -> CycleDocument:
        """Return the outcome as JSON."""
        return document_of(
            CycleDocument,
            self,
            fits_after={gender: self.down_at(gender) for gender in GENDERS},
            athletes={noc: athletes_document(*both) for noc, both in self.after.athletes.items()},
            totals=athletes_document(*self.after.totals),
        )


def without_cycle(scenario: Scenario) -> Scenario:
    """Return the scenario with rules that take no place back, and do not leave open whether they do."""
    kept = tuple(one for one in scenario.rules.pathways if not isinstance(one, ReduceToTotal))
    readings = tuple(one for one in scenario.rules.readings if one.name != "reduction")
    return replace(scenario, rules=replace(scenario.rules, pathways=kept, readings=readings))


def stated_cycle(scenario: Scenario) -> tuple[str, ...]:
    """Return the cycle that the rules state; empty if they state none."""
    return next((one.cycle for one in scenario.rules.pathways if isinstance(one, ReduceToTotal)), ())


def checked_cycle(scenario: Scenario, cycle: Sequence[str]) -> tuple[str, ...]:
    """Return a cycle whose events are individual ones of the rules, each named once.

    Raises
    ------
    InputError
        If one is not.
    """
    for event in cycle:
        if scenario.rules.event(event).kind != "individual":
            raise InputError(f"{event} does not fit into the cycle; an individual event is meant")
        if list(cycle).count(event) > 1:
            raise InputError(f"{event} stands in the cycle twice; name each event once")
    return tuple(cycle)


def cut_by_cycle(
    scenario: Scenario, cycle: Sequence[str], before: Allocation, engines: Sequence[Engine]
) -> CycleOutcome:
    """Return what the cycle takes back, step by step.

    Parameters
    ----------
    scenario
        Its rules have the caps of men and women that must be kept, and take nothing back.
    before
        What they give.
    engines
        Each of them takes the steps; the first one's are shown.

    Raises
    ------
    SolverError
        If the engines differ, or an engine's quota places are not those that its steps leave.
    """
    reducing = _with_cycle(scenario, cycle)
    first, *others = (engine.allocate(reducing) for engine in engines)
    for other in others:
        if _outcome(other) != _outcome(first):
            raise SolverError("the engines take back other places")
    steps = _replayed(reducing, before, first)
    if (steps[-1].totals if steps else before.totals) != first.totals:
        raise SolverError("the steps leave other quota places than the engines give")
    caps = scenario.rules.gender_caps
    fits = all(number <= caps[gender] for gender, number in zip(GENDERS, first.totals, strict=True))
    return CycleOutcome(tuple(cycle), before, first, steps, fits)


def _with_cycle(scenario: Scenario, cycle: Sequence[str]) -> Scenario:
    pathways: list[AnyPathway] = list(scenario.rules.pathways)
    place = next((n for n, one in enumerate(pathways) if isinstance(one, Reallocation)), len(pathways))
    pathways.insert(place, ReduceToTotal(PATHWAY, "Cycle", "The lowest place of these events in turn", tuple(cycle)))
    return replace(scenario, rules=replace(scenario.rules, pathways=tuple(pathways)))


def _outcome(allocation: Allocation) -> tuple[object, ...]:
    taken = [(one.event, one.noc) for one in allocation.decisions if one.kind == TAKEN_BACK]
    return dict(allocation.places), dict(allocation.athletes), dict(allocation.taken_back), taken


def _replayed(scenario: Scenario, before: Allocation, after: Allocation) -> tuple[CycleStep, ...]:
    """What each step changes: the state before it, and after it."""
    quotas = next(one for one in scenario.rules.pathways if isinstance(one, NocQuota))
    state = ListedState(scenario, entries={event: list(placed) for event, placed in before.entries.items()})
    state.places = {event: dict(numbers) for event, numbers in before.places.items()}
    now = {gender: quota(state, quotas, gender) for gender in GENDERS}
    waiting: dict[str, list[Placed]] = {event: list(placed) for event, placed in after.taken_back.items()}
    rounds: dict[str, int] = {}
    steps: list[CycleStep] = []
    for number, decision in enumerate((one for one in after.decisions if one.kind == TAKEN_BACK), 1):
        event = decision.event
        gender = None if event is None else state.gender(event)
        if event is None or gender is None:
            raise SolverError("a place was taken back in no event of a gender")
        last = waiting[event].pop(0)
        place = len(state.entries[event])
        if last.noc != decision.noc or state.entries[event].pop() != last:
            raise SolverError(f"the place taken back in {event} is not its last")
        state.take(event, last.noc)
        had, own = now[gender][last.noc]
        now[gender] = quota(state, quotas, gender)
        has, left = now[gender].get(last.noc, (0, 0))
        rounds[event] = rounds.get(event, 0) + 1
        men, women = (sum(athletes for athletes, _ in now[one].values()) for one in GENDERS)
        steps.append(
            CycleStep(
                number,
                rounds[event],
                event,
                gender,
                last.noc,
                last.athlete,
                state.name(event, last.athlete),
                last.pathway,
                place,
                (had, has),
                (own, left),
                (men, women),
            )
        )
    return tuple(steps)


def _places(number: int) -> str:
    return f"{number} quota {'place' if number == 1 else 'places'}"
