r"""Start places as a CP-SAT model that is built once per rule set and put to use for many standings.

Nothing in it depends on the order of a ranking. For the j-th claim of NOC a in event e, in the order of the ranking,
there is a 0/1 variable y[e,a,j]. With S(e) the start places of e, c(e) its cap per NOC, n(e,a) the sum over j of
y[e,a,j], r quota places for a relay, and one more from the b-th individual start place on:

    sum over a of n(e,a)      <=  S(e)                                      the event's cap
    n(e,a)                    <=  c(e)                                      the cap per NOC
    n(e,host)                 >=  1            where the host is guaranteed     the host place
    largest(a,g)              >=  n(e,a)       for e individual, unless team(a,g)
    sum over e of n(e,a)      <   b            unless bonus(a,g) or not team(a,g)
    need(a,g)                  =  largest(a,g) + r * team(a,g) + bonus(a,g)
    sum over a of need(a,g)   <=  cap(g)           sum over a, g of given(a,g)  <=  total
    given(a,g)                >=  need(a,g), kept(a,g)

team(a,g) is y of the relay. Each "unless" is a large enough multiple of its 0/1 variable: where standings settle that,
the constraint is either plain or always true. Only caps bear on largest, bonus and given, so more would only hurt.
Events that are decided elsewhere enter as variables n(e,a) with one value.

What standings, declines and caps say is then filled into a copy: domains of y (1 where a place is kept, 0 where there
is no such claim), of n and of given, and upper limits. It is the rules' own statement, with no word on how to find it.
"""

from __future__ import annotations

import random
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from quotaproof.model.rules import Gender, NocGender

from .proto_builder import LOWEST, Draft

Counts = Mapping[str, Mapping[str, int]]
"""Event -> NOC -> number."""

Terms = tuple[list[int], list[int]]
"""A weighted sum: variables by number, and their weights."""

ENOUGH = 10**6
"""More athletes than any NOC needs."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a template is built from, besides how many claims there are; all that changes the shape of its constraints.

    Attributes
    ----------
    decided
        The events whose start places the model decides: (identifier, cap per NOC).
    lower
        (event, NOC, cap) of federations with a lower cap.
    guaranteed
        Those of them in which `host` has a place in any case.
    individual, relay
        Per gender whose athletes are counted: its individual events, and its relay if it has one.
    total
        Whether the total is counted, over both genders.
    kept
        Whether quota places that are kept count where they are more than what is needed.
    relay_athletes, bonus_from
        As in the pathway of kind quota-places; `bonus_from` is None where the walk does not count the bonus.
    shuffle
        Seed for a random order of the variables, or None.
    """

    decided: tuple[tuple[str, int], ...]
    lower: tuple[tuple[str, str, int], ...]
    host: str | None
    guaranteed: tuple[str, ...]
    individual: tuple[tuple[Gender, tuple[str, ...]], ...]
    relay: tuple[tuple[Gender, str], ...]
    total: bool
    kept: bool
    relay_athletes: int
    bonus_from: int | None
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
    bonus_rule
        The constraint from which an NOC's bonus follows; lifted for one that gave a quota place back and wants no more.
    """

    frame: Frame
    claims: Counts
    settled: Mapping[str, frozenset[str]]
    model: Draft = field(default_factory=Draft)
    y: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    n: dict[str, dict[str, int]] = field(default_factory=dict)
    given: dict[NocGender, int] = field(default_factory=dict)
    bonus_rule: dict[NocGender, int] = field(default_factory=dict)
    event_cap: dict[str, int] = field(default_factory=dict)
    gender_cap: dict[Gender, int] = field(default_factory=dict)
    hard_cap: dict[Gender, int] = field(default_factory=dict)
    total_cap: int | None = None

    def __post_init__(self) -> None:
        self._variables()
        for event, cap in self.frame.decided:
            self._event_caps(event, cap)
        counted = [self._athlete_caps(gender, events) for gender, events in self.frame.individual]
        if self.frame.total:
            self.total_cap = self._sum_at_most(counted)

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
        lower = {noc: most for name, noc, most in self.frame.lower if name == event}
        for noc, variables in own.items():
            if len(variables) > (most := lower.get(noc, cap)):
                self.model.at_most(variables, most)
        if event in self.frame.guaranteed:
            self.model.one_of(own[str(self.frame.host)])

    def _athlete_caps(self, gender: Gender, events: Sequence[str]) -> Terms:
        """Athletes needed in a gender; returns what counts towards the total."""
        relay = dict(self.frame.relay).get(gender)
        nocs = sorted({noc for event in (*events, relay) if event for noc in self._nocs(event)})
        needs = {noc: self._need(noc, gender, events, relay) for noc in nocs}
        self.gender_cap[gender] = self._sum_at_most(needs.values())
        if not self.frame.kept:
            return _joined(needs.values())
        for noc, (variables, weights) in needs.items():
            self.given[noc, gender] = given = self.model.integer(0, 0)
            self.model.linear([*variables, given], [*weights, -1], LOWEST, 0)
        counted = [self.given[noc, gender] for noc in nocs]
        self.hard_cap[gender] = self.model.at_most(counted, 0)
        return counted, [1] * len(counted)

    def _sum_at_most(self, terms: Iterable[Terms]) -> int:
        """Add a constraint on a sum, its limit to be filled in; return its number."""
        return self.model.linear(*_joined(terms), LOWEST, 0)

    def _nocs(self, event: str) -> Sequence[str]:
        return list(self.y[event]) if event in self.y else list(self.n[event])

    def _places(self, event: str, noc: str) -> tuple[list[int], int]:
        """The variables whose sum is n(e,a), and a number that it cannot exceed."""
        if event in self.y:
            claims = self.y[event].get(noc, [])
            return claims, len(claims)
        return ([self.n[event][noc]], ENOUGH) if noc in self.n[event] else ([], 0)

    def _need(self, noc: str, gender: Gender, events: Sequence[str], relay: str | None) -> Terms:
        """The athletes an NOC needs, as a weighted sum."""
        numbers = [(variables, most) for event in events for variables, most in [self._places(event, noc)] if variables]
        teams = self._places(relay, noc)[0] if relay else []
        terms: tuple[list[int], list[int]] = ([*teams], [self.frame.relay_athletes] * len(teams))
        if numbers:
            largest = self.model.integer(0, max(most for _, most in numbers))
            terms[0].append(largest)
            terms[1].append(1)
        for variables, most in numbers:
            weights = [*[1] * len(variables), -1, *[-most] * len(teams)]
            self.model.linear([*variables, largest, *teams], weights, LOWEST, 0)
        places = [variable for variables, _ in numbers for variable in variables]
        most = sum(most for _, most in numbers)
        if teams and self.frame.bonus_from is not None and most >= self.frame.bonus_from:
            over = most - self.frame.bonus_from + 1
            (bonus,) = self.model.booleans(1)
            weights = [*[1] * len(places), -over, *[over] * len(teams)]
            self.bonus_rule[noc, gender] = self.model.linear([*places, bonus, *teams], weights, LOWEST, most)
            terms[0].append(bonus)
            terms[1].append(1)
        return terms


def _joined(terms: Iterable[Terms]) -> Terms:
    """The sum of weighted sums."""
    both = list(terms)
    return [v for variables, _ in both for v in variables], [w for _, weights in both for w in weights]


TEMPLATES = 32
"""How many frames are remembered; a sweep over caps and readings has a handful."""

_remembered: OrderedDict[Frame, Template] = OrderedDict()
_lock = threading.Lock()


def template_for(frame: Frame, claims: Counts, settled: Mapping[str, frozenset[str]]) -> Template:
    """Return a template that has variables for all of this: the last one of the frame if it does, or a new one.

    A new one also has what the last one had, so that standings which differ in some entries soon share one; unless
    that would be more than half of it, since variables that are not needed take time as well.
    """
    with _lock:  # the engine may be asked by several threads
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
