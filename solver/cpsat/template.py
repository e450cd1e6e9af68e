r"""Start places as a CP-SAT model that is built once per rule set and put to use for many standings.

Nothing in it depends on the order of a ranking. For the j-th claim of NOC a in event e, in the order of the ranking,
there is a 0/1 variable y[e,a,j]. With S(e) the start places of e, c(e) its cap per NOC, n(e,a) the sum over j of
y[e,a,j], r quota places for a relay, and one more from the b-th individual start place on:

    sum over a of n(e,a)      <=  S(e)                                  the event's cap
    n(e,a)                    <=  c(e)                                  the cap per NOC
    n(e,host)                 >=  1        where the host is guaranteed     the host place
    need(a,g)                 >=  n(e,a)   for e individual             (if r < c(e), only where a has no relay)
    need(a,g)                 >=  r * team(a,g) + bonus(a,g)
    sum of n(e,a)             <   b        where team(a,g) and not bonus(a,g)
    sum over a of need(a,g)   <=  cap(g)        sum over a, g of given(a,g)  <=  total
    given(a,g)                >=  need(a,g), kept(a,g)

team(a,g) is y of the relay. Events that are decided elsewhere enter as variables n(e,a) with one value.

What standings, declines and caps say is then filled into a copy: domains of y (1 where a place stands, 0 where there
is no such claim), of n and of given, and upper limits. It is the rules' own statement, with no word on how to find it.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quotaproof.model.rules import Event, Gender

from .draft import LOWEST, Draft

Counts = Mapping[str, Mapping[str, int]]
"""Event -> NOC -> number."""

Key = tuple[str, Gender]

ENOUGH = 10**6
"""More athletes than any NOC needs."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a template is built from, besides how many claims there are; all that changes the shape of its constraints.

    Attributes
    ----------
    decided
        The events whose start places the model decides: (identifier, cap per NOC).
    guaranteed
        Those of them in which `host` has a place in any case.
    individual, relay
        Per gender whose athletes are counted: its individual events, and its relay if it has one.
    total
        Whether the total is counted, over both genders.
    kept
        Whether quota places that stand count where they are more than what is needed.
    relay_athletes, bonus_from
        As in the pathway of kind quota-places; `bonus_from` is None where the walk does not count the bonus.
    team_may_be_less
        Whether an NOC may have more places in an individual event than quota places for a relay.
    shuffle
        Seed for a random order of the variables, or None.
    """

    decided: tuple[tuple[str, int], ...]
    host: str | None
    guaranteed: tuple[str, ...]
    individual: tuple[tuple[Gender, tuple[str, ...]], ...]
    relay: tuple[tuple[Gender, str], ...]
    total: bool
    kept: bool
    relay_athletes: int
    bonus_from: int | None
    team_may_be_less: bool
    shuffle: int | None


@dataclass
class Template:
    """The model of a frame for up to `claims` claims per event and NOC.

    Attributes
    ----------
    claims
        Decided event -> NOC -> claims that there are variables for.
    settled
        Event decided elsewhere -> the NOCs that may have places there.
    y, n, given
        The variables by number: y[event][NOC] is a list over the claims.
    event_cap, gender_cap, hard_cap, total_cap
        The numbers of the constraints whose limits are filled in.
    """

    frame: Frame
    claims: Counts
    settled: Mapping[str, frozenset[str]]
    model: Draft = field(default_factory=Draft)
    y: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    n: dict[str, dict[str, int]] = field(default_factory=dict)
    given: dict[Key, int] = field(default_factory=dict)
    event_cap: dict[str, int] = field(default_factory=dict)
    gender_cap: dict[Gender, int] = field(default_factory=dict)
    hard_cap: dict[Gender, int] = field(default_factory=dict)
    total_cap: int | None = None

    def __post_init__(self) -> None:
        self._variables()
        for event, cap in self.frame.decided:
            self._event_caps(event, cap)
        counted = {gender: self._athlete_caps(gender, events) for gender, events in self.frame.individual}
        if self.frame.total:
            self.total_cap = self.model.at_most([v for variables in counted.values() for v in variables], 0)

    def holds(self, claims: Counts, settled: Mapping[str, frozenset[str]]) -> bool:
        """Whether there are variables for all of this."""
        return all(
            number <= self.claims[event].get(noc, 0) for event, own in claims.items() for noc, number in own.items()
        ) and all(nocs <= self.settled[event] for event, nocs in settled.items())

    def _variables(self) -> None:
        slots = [
            (event, noc, claim)
            for event, _ in self.frame.decided
            for noc, number in sorted(self.claims[event].items())
            for claim in range(number)
        ]
        numbers = self.model.booleans(len(slots))
        order = list(numbers)
        if self.frame.shuffle is not None:
            random.Random(self.frame.shuffle).shuffle(order)
        self.y = {event: {noc: [] for noc in sorted(self.claims[event])} for event, _ in self.frame.decided}
        for (event, noc, _), number in zip(slots, order, strict=True):
            self.y[event][noc].append(number)
        for event, nocs in sorted(self.settled.items()):
            self.n[event] = {noc: self.model.integer(0, 0) for noc in sorted(nocs)}

    def _event_caps(self, event: str, cap: int) -> None:
        """Cap of the event, cap per NOC, host place."""
        own = self.y[event]
        self.event_cap[event] = self.model.at_most([v for variables in own.values() for v in variables], 0)
        for variables in own.values():
            if len(variables) > cap:
                self.model.at_most(variables, cap)
        if event in self.frame.guaranteed:
            self.model.one_of(own[str(self.frame.host)])

    def _athlete_caps(self, gender: Gender, events: Sequence[str]) -> list[int]:
        """Athletes needed in a gender; returns the variables that count towards the total."""
        relay = dict(self.frame.relay).get(gender)
        nocs = sorted({noc for event in (*events, relay) if event for noc in self._nocs(event)})
        needs = {noc: self._need(noc, events, relay) for noc in nocs}
        self.gender_cap[gender] = self.model.at_most(list(needs.values()), 0)
        if not self.frame.kept:
            return list(needs.values())
        for noc, need in needs.items():
            self.given[noc, gender] = given = self.model.integer(0, 0)
            self.model.linear([need, given], [1, -1], LOWEST, 0)
        counted = [self.given[noc, gender] for noc in nocs]
        self.hard_cap[gender] = self.model.at_most(counted, 0)
        return counted

    def _nocs(self, event: str) -> Sequence[str]:
        return list(self.y[event]) if event in self.y else list(self.n[event])

    def _places(self, event: str, noc: str) -> list[int]:
        """The variables whose sum is n(e,a)."""
        if event in self.y:
            return self.y[event].get(noc, [])
        return [self.n[event][noc]] if noc in self.n[event] else []

    def _need(self, noc: str, events: Sequence[str], relay: str | None) -> int:
        """A variable that is at least the athletes an NOC needs; only caps bear on it, so more would only hurt."""
        base, bonus_from = self.frame.relay_athletes, self.frame.bonus_from
        numbers = [variables for event in events if (variables := self._places(event, noc))]
        teams = self._places(relay, noc) if relay else []
        need = self.model.integer(0, ENOUGH)
        for variables in numbers:
            when = [~team for team in teams] if self.frame.team_may_be_less else []
            self.model.linear([*variables, need], [*[1] * len(variables), -1], LOWEST, 0, when)
        places = [variable for variables in numbers for variable in variables]
        for team in teams:
            if bonus_from is None or not places:
                self.model.linear([team, need], [base, -1], LOWEST, 0)
                continue
            (bonus,) = self.model.booleans(1)
            self.model.linear(places, [1] * len(places), LOWEST, bonus_from - 1, [~bonus, team])
            self.model.linear([team, bonus, need], [base, 1, -1], LOWEST, 0)
        return need


TEMPLATES = 32
"""How many frames are remembered; a sweep over caps and readings has a handful."""

_remembered: OrderedDict[Frame, Template] = OrderedDict()


def template_for(frame: Frame, claims: Counts, settled: Mapping[str, frozenset[str]]) -> Template:
    """Return a template that has variables for all of this: the last one of the frame if it does, or a new one.

    A new one also has what the last one had, so that standings which differ in some entries soon share one; unless
    that would be more than half of it, since variables that are not needed take time as well.
    """
    last = _remembered.get(frame)
    needed = _size(claims)
    if last is None or _size(last.claims) > 2 * needed or not last.holds(claims, settled):
        if last is not None and _size(both := _larger(claims, last.claims)) <= 2 * needed:
            settled = {event: nocs | last.settled[event] for event, nocs in settled.items()}
            claims = both
        last = Template(frame, claims, settled)
    _remembered[frame] = last
    _remembered.move_to_end(frame)
    if len(_remembered) > TEMPLATES:
        _remembered.popitem(last=False)
    return last


def forget_templates() -> None:
    """Forget all templates, so that the next of each frame is built afresh."""
    _remembered.clear()


def _size(claims: Counts) -> int:
    return sum(sum(own.values()) for own in claims.values())


def _larger(one: Counts, other: Counts) -> Counts:
    return {
        event: {noc: max(own.get(noc, 0), other[event].get(noc, 0)) for noc in {*own, *other[event]}}
        for event, own in one.items()
    }
