r"""Start places taken back until the quota places fit the total.

For a gender, the places that the cycle would take back are a sequence p = 1, 2, ...; k[p] is 1 where place p is kept.
With s[n,e] the places of NOC n in event e that are kept, b[n,c] for the cap c that applies and q[n] its quota places:

    k[p]  <=  k[p+1]
    h[n,e]  =  1   just where s[n,e] reaches what a cap asks of the event
    b[n,c]  =  1   just where the condition of c holds and that of no earlier cap does
    q[n]  >=  sum of s[n,.]  or  q[n]  >=  athletes of c,  where b[n,c]
    sum of q  <=  cap of the gender,  or all k[p] are 0

The tier is k in the order of the sequence, so that as few places are taken back as can be.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from quotaproof.model.allocation import Award, Placed
from quotaproof.model.decisions import Figures
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import NocQuota, QuotaCap, RankingPlaces, ReduceToTotal
from quotaproof.model.rules import GENDERS, Event, Gender

from .listed_state import ListedState
from .noc_quota import individual, solved
from .proto_builder import Draft
from .tiers import Stages

MANY = 10**6


def step(state: ListedState, pathway: ReduceToTotal) -> None:
    """Each gender by itself, since quota places of one do not depend on the other; then what the caps now give."""
    quotas = next(one for one in state.rules.pathways if isinstance(one, NocQuota))
    given = {gender: sum(a.number for a in state.awards if a.gender == gender) for gender in GENDERS}
    gone: dict[Gender, list[tuple[int, str, Placed]]] = {}
    for gender in GENDERS:
        sequence = _sequence(state, pathway, gender)
        cap = state.rules.gender_caps[gender]
        gone[gender] = []
        if sequence and given[gender] > cap:
            kept = _kept(state, quotas, gender, sequence, cap, f"{pathway.identifier}/{gender}")
            gone[gender] = [one for one, stays in zip(sequence, kept, strict=True) if not stays]
    in_turn = sorted((one for own in gone.values() for one in own), key=lambda one: one[0])
    for _, event, last in in_turn:
        _require_no_tie(state, pathway, event, last)
    for _, event, last in in_turn:
        state.entries[event].remove(last)
        state.taken_back.setdefault(event, []).append(last)
        left = state.places[event].pop(last.noc) - 1
        if left:
            state.places[event][last.noc] = left
        figures: Figures = {
            "name": state.names.get((event, last.athlete), last.athlete),
            "cap": state.rules.gender_caps[state.rules.event(event).own_gender],
        }
        state.tell(pathway.identifier, event, last.noc, None, "taken-back", figures, granted=False)
    state.awards = []
    for gender in GENDERS:
        again = solved(state, quotas, gender, individual(state, gender), f"{pathway.identifier}/{gender}/quota")
        state.awards += [Award(quotas.identifier, noc, gender, number) for noc, number in again.items()]


def _require_no_tie(state: ListedState, pathway: ReduceToTotal, event: str, last: Placed) -> None:
    """Raise InputError if a place that goes was given at a rank at which others of the event have places too.

    Their order in the sequence would be that of the file.
    """
    rankings = {one.identifier: one.ranking for one in state.rules.pathways if isinstance(one, RankingPlaces)}
    if last.pathway not in rankings:
        return
    ranks = {entry.athlete: entry.rank for entry in state.ranked(event, rankings[last.pathway])}
    mine = [one.athlete for one in state.entries[event] if one.pathway == last.pathway]
    sharing = [athlete for athlete in mine if ranks[athlete] == ranks[last.athlete]]
    if len(sharing) > 1:
        names = sorted(state.names[event, athlete] for athlete in sharing)
        raise InputError(pathway.nobody_knows(names, ranks[last.athlete], state.rules.event(event).label))


def _sequence(state: ListedState, pathway: ReduceToTotal, gender: Gender) -> list[tuple[int, str, Placed]]:
    """What the cycle would take back, with its turn among those of all events: the last of each, in rounds."""
    found: list[tuple[int, str, Placed]] = []
    for turn, event in enumerate(pathway.cycle):
        if state.gender(event) == gender:
            lasts = reversed(state.entries.get(event, []))
            found += [(round_ * len(pathway.cycle) + turn, event, one) for round_, one in enumerate(lasts)]
    return sorted(found, key=lambda one: one[0])


def _kept(
    state: ListedState,
    quotas: NocQuota,
    gender: Gender,
    sequence: Sequence[tuple[int, str, Placed]],
    most: int,
    name: str,
) -> list[int]:
    stages = Stages(state.settings)
    model = stages.model
    k = model.booleans(len(sequence))
    for one, other in itertools.pairwise(k):
        model.linear([one, other], [1, -1], -1, 0)
    events = state.rules.individual(gender)
    q: list[int] = []
    for noc in individual(state, gender):
        places = {event.identifier: _own(state, sequence, k, event, noc) for event in events}
        every = [variable for own, _ in places.values() for variable in own]
        fixed = sum(number for _, number in places.values())
        (full,) = model.booleans(1)
        own_q = model.integer(0, MANY)
        q.append(own_q)
        model.linear([own_q, *every], [1, *[-1] * len(every)], fixed, MANY, [~full])
        conditions = [_condition(state, model, cap, noc, gender, sequence, k, events) for cap in quotas.caps]
        b = model.booleans(len(conditions))
        model.linear(b, [1] * len(b), 1, 1)
        for number, (literal, cap) in enumerate(zip(b, quotas.caps, strict=True)):
            model.all_of([conditions[number], *(~earlier for earlier in conditions[:number])], [literal])
            model.linear([own_q], [1], cap.athletes, MANY, [full, literal])
    (hopeless,) = model.booleans(1)
    model.linear(q, [1] * len(q), 0, most, [~hopeless])
    model.all_of([~variable for variable in k], [hopeless])
    chosen = stages.maximise(k, name)
    state.optima += stages.optima
    return chosen


def _own(
    state: ListedState, sequence: Sequence[tuple[int, str, Placed]], k: Sequence[int], event: Event, noc: str
) -> tuple[list[int], int]:
    """The places of an NOC in an event: variables of those that may be taken back, and the number of the others."""
    inside = [v for v, (_, own, one) in zip(k, sequence, strict=True) if own == event.identifier and one.noc == noc]
    return inside, state.places[event.identifier].get(noc, 0) - len(inside)


def _condition(
    state: ListedState,
    model: Draft,
    cap: QuotaCap,
    noc: str,
    gender: Gender,
    sequence: Sequence[tuple[int, str, Placed]],
    k: Sequence[int],
    events: Sequence[Event],
) -> int:
    """A literal that is true just where the condition of a cap holds."""
    (literal,) = model.booleans(1)
    teams = [e.identifier for e in state.rules.events if (e.kind, e.gender) == ("relay", gender)]
    if cap.team and not any(state.places[team].get(noc) for team in teams):
        model.limit(literal, 0, 0)
        return literal
    lacking: list[int] = []
    for event in events if cap.each_event else ():
        need = event.noc_cap if cap.each_event == "the-maximum" else 1
        counted = [one for one in state.entries.get(event.identifier, ()) if one.noc == noc]
        counted = [one for one in counted if not cap.by or one.pathway in cap.by]
        inside = [v for v, (_, own, one) in zip(k, sequence, strict=True) if own == event.identifier and one in counted]
        fixed = len(counted) - len(inside)
        (reached,) = model.booleans(1)
        model.linear(inside, [1] * len(inside), need - fixed, MANY, [reached])
        model.linear(inside, [1] * len(inside), -MANY, need - fixed - 1, [~reached])
        model.all_of([reached], [literal])
        lacking.append(~reached)
    model.one_of([literal, *lacking])
    return literal
