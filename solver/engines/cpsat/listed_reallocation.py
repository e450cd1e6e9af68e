r"""Places given back that go down a reserve list, or to the next NOC without a place.

x[i] is 1 where entry i of the reserve list has a place, with A and the cap per NOC as in `listed_state`, what an NOC
wants at most being a cap as well, and F the entries that are the first of an NOC without a place who can take one:

    sum of x  <=  places given back
    A(n) + sum of x[i] over entries of n  <=  the most NOC n may have and wants
    sum of x[i] over entries of n in F  <=  1

The tier is x, first those of F where the rules put NOCs without a place first, then the others, each in the order of
the reserve list; those that are tied there are one position. That one place after the other is offered to the first of
an NOC *then* without a place comes to the same: whoever of an NOC is first is in F, and once it has its place the NOC's
others wait for all of F.

Where places are of NOCs, x[n] is 1 where NOC n has one of them: sum of x <= places given back, the tier in the order
of their best entries.
"""

from __future__ import annotations

from collections.abc import Sequence

from quotaproof.model.allocation import Placed
from quotaproof.model.decisions import Figures
from quotaproof.model.kept import Held, reallocation
from quotaproof.model.pathways import Reallocation, ReserveList
from quotaproof.model.results.ranked_lists import ListedEntry

from .listed_state import ListedState, in_line
from .tiers import Stages


def refilled(state: ListedState, held: Held) -> ListedState:
    """Return the state after places that were given back are handed on; quota places are still to be counted."""
    state.entries = {event: list(placed) for event, placed in held.entries.items()}
    state.reserve = {event: list(line) for event, line in held.reserve.items()}
    state.places |= {event: dict(numbers) for event, numbers in held.places.items()}
    _hand_on(state, reallocation(state.rules), held)
    return state


def _hand_on(state: ListedState, pathway: Reallocation, held: Held) -> None:
    """Event after event, the reserve list as one tier."""
    lists = next((one for one in state.rules.pathways if isinstance(one, ReserveList)), None)
    for event, givers in held.holes.items():
        named = state.rules.names_entries(event)
        own: Figures = {"competition": pathway.competition or pathway.ranking} if pathway.ranking and not named else {}
        if not givers:
            continue
        if (named and (lists is None or event not in lists.lengths)) or not (named or pathway.ranking):
            _nobody(state, pathway, event, givers, "returned-open", {})
        elif named and lists is not None:
            _down_reserve_list(state, pathway, lists, held, event, givers)
        elif not state.ranked(event, pathway.ranking):
            _nobody(state, pathway, event, givers, "returned-elsewhere", own)
        else:
            _down_nocs(state, pathway, held, event, givers, own)


def _nobody(
    state: ListedState, pathway: Reallocation, event: str, givers: Sequence[str], kind: str, figures: Figures
) -> None:
    for noc in givers:
        state.tell(pathway.identifier, event, noc, None, kind, dict(figures), granted=False)


def _down_reserve_list(
    state: ListedState, pathway: Reallocation, lists: ReserveList, held: Held, event: str, givers: Sequence[str]
) -> None:
    listed = {
        e.athlete: e for key, one in list(state.scenario.lists.items())[::-1] if key[0] == event for e in one.entries
    }
    listed |= {entry.athlete: entry for entry in state.ranked(event, lists.ranking[event])}
    line = list(held.reserve.get(event, ()))
    room = {}
    for noc in {one.noc for one in line}:
        cap = state.cap(event, noc)
        room[noc] = min(cap, held.at_most.get((event, noc), cap)) - state.places[event].get(noc, 0)
    able = [one for one in line if room[one.noc] > 0 and one.athlete not in state.placed(event)]
    ahead: list[int] = []
    if lists.first_without_places:
        first: dict[str, int] = {}
        for place, one in enumerate(able):
            if state.places[event].get(one.noc, 0):
                continue
            best = first.setdefault(one.noc, place)
            other = able[best]
            tied = one.tied and other.tied and listed[one.athlete].rank == listed[other.athlete].rank
            if place == best or tied:
                ahead.append(place)
    order = [*ahead, *(place for place in range(len(able)) if place not in ahead)]
    stages = Stages(state.settings)
    x = stages.model.booleans(len(able))
    stages.model.at_most(x, len(givers))
    for noc in sorted({one.noc for one in able}):
        stages.model.at_most([x[place] for place, one in enumerate(able) if one.noc == noc], room[noc])
        stages.model.at_most([x[place] for place in ahead if able[place].noc == noc], 1)
    positions: list[list[int]] = []
    for number, place in enumerate(order):
        before = able[order[number - 1]] if number and number != len(ahead) else None
        one = able[place]
        if before and before.tied and one.tied and listed[before.athlete].rank == listed[one.athlete].rank:
            positions[-1].append(x[place])
        else:
            positions.append([x[place]])
    who = [(able[place].noc, listed[able[place].athlete].rank) for place in order]
    certain, torn = state.best(f"{pathway.identifier}/{event}", pathway.identifier, event, stages, positions, who)
    taken = [place for place, value in zip(order, certain, strict=False) if value]
    for place in taken:
        one = able[place]
        figures: Figures = {"name": listed[one.athlete].label, "athlete": one.athlete}
        figures |= {"rank": listed[one.athlete].rank, "number": line.index(one) + 1}
        kind = "reallocated-first" if place in ahead else "reallocated"
        state.tell(pathway.identifier, event, one.noc, listed[one.athlete].number, kind, figures, granted=True)
        state.entries.setdefault(event, []).append(Placed(one.noc, one.athlete, pathway.identifier))
        state.give(event, one.noc)
    state.reserve[event] = [one for one in line if one not in [able[place] for place in taken]]
    if torn:
        for number in torn:
            entry = listed[able[order[len(certain) + number]].athlete]
            figures = {"name": entry.label, "rank": entry.rank}
            state.tell(pathway.identifier, event, entry.noc, entry.number, "reallocated-tie", figures, granted=False)
        return
    _nobody(state, pathway, event, givers[len(taken) :], "reallocated-none", {})


def _down_nocs(
    state: ListedState, pathway: Reallocation, held: Held, event: str, givers: Sequence[str], figures: Figures
) -> None:
    best: dict[str, ListedEntry] = {}
    for entry in state.ranked(event, pathway.ranking):
        best.setdefault(entry.noc, entry)
    asking = [
        entry
        for noc, entry in sorted(best.items(), key=lambda item: (item[1].rank, item[0]))
        if not state.places[event].get(noc) and held.at_most.get((event, noc)) != 0
    ]
    stages = Stages(state.settings)
    x = stages.model.booleans(len(asking))
    stages.model.at_most(x, len(givers))
    who = [(entry.noc, entry.rank) for entry in asking]
    name = f"{pathway.identifier}/{event}"
    line = in_line([entry.rank for entry in asking], x)
    certain, torn = state.best(name, pathway.identifier, event, stages, line, who)
    for entry, value in zip(asking, certain, strict=False):
        if value:
            state.give(event, entry.noc)
            own: Figures = figures | {"rank": entry.rank}
            state.tell(pathway.identifier, event, entry.noc, None, "returned-next", own, granted=True)
    for number in torn:
        entry = asking[len(certain) + number]
        own = figures | {"rank": entry.rank}
        state.tell(pathway.identifier, event, entry.noc, None, "returned-tie", own, granted=False)
    if not torn:
        _nobody(state, pathway, event, givers[sum(certain) :], "returned-none", figures)
