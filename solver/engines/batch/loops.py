"""The rules as loops over whole numbers, compiled by numba where there is one.

The loops do what the greedy reference does, without a record of decisions. Without numba they are plain Python: right
but slow. All of them are in this one file, because numba keeps what it compiled for as long as the file that was
compiled does not change, whatever happens to files that it imports.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .kept_code import or_anew
from .program import BOTH, ENOUGH, MEN_FIRST, NONE, QUOTA, TOP_UP, WALK
from .result import NO_ROOM, OPTIMAL, TIE

try:
    import numba

    AVAILABLE = not numba.config.DISABLE_JIT  # type: ignore[attr-defined]
except ImportError:  # there is no numba for this Python yet
    AVAILABLE = False

A = npt.NDArray[Any]
Function = Callable[..., Any]


def _fast(function: Function) -> Function:
    """Compile a function when it is first called."""
    return numba.njit(nogil=True)(function) if AVAILABLE else function


def _kept(function: Function) -> Function:
    """Compile a function when it is first called, and keep the result on disk for the next process."""
    if not AVAILABLE:
        return function
    try:
        return or_anew(numba.njit(cache=True, nogil=True)(function), lambda: _fast(function))
    except RuntimeError:  # nowhere to keep it: compiled anew in each process
        return _fast(function)


@_kept
def allocate_all(
    entries: A, guaranteed: A, abstains: A, host: int, is_held: bool, held_places: A, held_awards: A,
    held_stamps: A, at_most: A, stamp: int, gender: A, start_places: A, noc_cap: A, individual: A, relay: A,
    steps: A, events_of: A, numbers: A, first: int, places: A, awards: A, stamps: A, status: A, tied: A,
    tie_step: A,
) -> None:  # fmt: skip
    """Allocate every element into the arrays of the last line."""
    count, nocs = places.shape[1], places.shape[2]
    passed = np.zeros((count, nocs), dtype=np.int16)
    largest = np.zeros((2, nocs), dtype=np.int64)
    total = np.zeros((2, nocs), dtype=np.int64)
    team = np.zeros((2, nocs), dtype=np.int64)
    needs = np.zeros((2, nocs), dtype=np.int64)
    kept = np.zeros((2, nocs), dtype=np.int64)
    athletes = np.zeros((2, nocs), dtype=np.int64)
    asks = np.zeros((2, nocs), dtype=np.uint8)
    # needed, given so far: per gender; quota places given: per gender
    sums = np.zeros((3, 2), dtype=np.int64)
    taken = np.zeros(count, dtype=np.int64)
    for b in range(entries.shape[0]):
        sure = guaranteed[b if guaranteed.shape[0] > 1 else 0]
        away = abstains[b if abstains.shape[0] > 1 else 0]
        one, own, stands = b if is_held else 0, awards[b], stamps[b]
        largest[:] = 0
        total[:] = 0
        team[:] = 0
        needs[:] = 0
        kept[:] = 0
        athletes[:] = 0
        sums[:] = 0
        taken[:] = 0
        if is_held:
            passed[:] = 0
            _take_over(held_places[b], held_awards[b], places[b], taken, kept, sums)
            for noc in range(nocs):
                _count(noc, places[b], sure, host, individual, relay, numbers, largest, total, team, needs, kept, sums)
            if host >= 0 and (
                sums[0, 0] > numbers[4] or sums[0, 1] > numbers[5] or sums[0, 0] + sums[0, 1] > numbers[3]
            ):
                status[b] = NO_ROOM
                continue
        elif host >= 0:
            _count(host, places[b], sure, host, individual, relay, numbers, largest, total, team, needs, kept, sums)
        for step in range(steps.shape[0]):
            kind = steps[step, 0]
            if is_held and steps[step, 2] == 0:
                continue
            if kind == WALK:
                _walk(
                    entries[b], sure, host, is_held, held_places[one], at_most[one], gender, start_places, noc_cap,
                    relay, events_of[step], numbers, places[b], taken, passed, largest, total, team, needs, kept, sums,
                )  # fmt: skip
                continue
            pathway = steps[step, 1]
            if kind == QUOTA:
                if is_held:
                    _quota_places_after(
                        held_awards[b], held_stamps[b], pathway, stamp, needs, kept, own, stands, athletes, sums
                    )
                    continue
                asking = _quota_places(
                    places[b], individual, relay, numbers, pathway, stamp, needs, own, stands, athletes, sums, asks
                )
                if asking and _left(numbers, sums) > 0:
                    ended = _in_line(
                        entries[b], relay, numbers, first, pathway, stamp, asks, own, stands, athletes, sums, tied[b]
                    )
                else:
                    ended = False
            elif kind == TOP_UP:
                ended = _top_up(
                    entries[b], sure, host, away, is_held, at_most[one], start_places, steps[step], numbers,
                    pathway, stamp, places[b], taken, own, stands, athletes, sums, tied[b],
                )  # fmt: skip
            else:
                ended = False
                if _left(numbers, sums) > 0:
                    _remainder(places[b], individual, relay, steps[step], athletes, asks)
                    ended = _in_line(
                        entries[b], relay, numbers, first, pathway, stamp, asks, own, stands, athletes, sums, tied[b]
                    )
            if ended:
                status[b] = TIE
                tie_step[b] = step
                break
        else:
            status[b] = OPTIMAL


@_fast
def _take_over(held_places: A, held_awards: A, places: A, taken: A, kept: A, sums: A) -> None:
    """Begin with what is kept."""
    for event in range(places.shape[0]):
        for noc in range(places.shape[1]):
            places[event, noc] = held_places[event, noc]
            taken[event] += held_places[event, noc]
    for pathway in range(held_awards.shape[0]):
        for g in range(2):
            for noc in range(kept.shape[1]):
                kept[g, noc] += held_awards[pathway, g, noc]
                sums[1, g] += held_awards[pathway, g, noc]


@_fast
def _count(
    noc: int, places: A, sure: A, host: int, individual: A, relay: A, numbers: A, largest: A, total: A, team: A,
    needs: A, kept: A, sums: A,
) -> None:  # fmt: skip
    """Count what an NOC has or is guaranteed, and the athletes it needs for that."""
    for g in range(2):
        for place in range(individual.shape[1]):
            event = individual[g, place]
            if event == NONE:
                break
            number = places[event, noc]
            if number == 0 and noc == host and sure[event]:
                number = 1
            largest[g, noc] = max(largest[g, noc], number)
            total[g, noc] += number
        if relay[g] != NONE and (places[relay[g], noc] > 0 or (noc == host and sure[relay[g]])):
            team[g, noc] = 1
        need = largest[g, noc]
        if team[g, noc]:
            need = numbers[0] + (numbers[2] != NONE and total[g, noc] >= numbers[2])
        needs[g, noc] = need
        sums[0, g] += need
        sums[1, g] += max(need, kept[g, noc]) - kept[g, noc]


@_fast
def _walk(
    entries: A, sure: A, host: int, is_held: bool, held_places: A, at_most: A, gender: A, start_places: A,
    noc_cap: A, relay: A, events: A, numbers: A, places: A, taken: A, passed: A, largest: A, total: A, team: A,
    needs: A, kept: A, sums: A,
) -> None:  # fmt: skip
    """Start places: rank 1 of each event, then rank 2 of each, and so on."""
    athletes, bonus, cap = numbers[0], numbers[2], numbers[3]
    columns = 0
    while columns < events.shape[0] and events[columns] != NONE:
        columns += 1
    for rank in range(entries.shape[1]):
        going = False
        for column in range(columns):
            event = events[column]
            noc = entries[event, rank]
            if noc < 0:
                continue
            had = places[event, noc]
            waits = host >= 0 and sure[event] and places[event, host] == 0
            if is_held:
                going = True
                passed[event, noc] += 1
                if passed[event, noc] <= held_places[event, noc] or had >= min(at_most[event, noc], ENOUGH):
                    continue
            # The host's place is kept for it, and counted from the beginning.
            if taken[event] + (waits and noc != host) >= start_places[event]:
                continue
            going = True
            if had >= noc_cap[event, noc]:
                continue
            g = gender[event]
            counted = 0 if waits and noc == host else 1
            if event == relay[g]:
                new_largest, new_total, new_team = largest[g, noc], total[g, noc], 1
            else:
                new_largest, new_total = max(largest[g, noc], had + 1), total[g, noc] + counted
                new_team = team[g, noc]
            need = new_largest
            if new_team:
                need = athletes + 1 if bonus != NONE and new_total >= bonus else athletes
            before = needs[g, noc]
            if need != before:
                keeps = kept[g, noc]
                more = max(need, keeps) - max(before, keeps)
                if need > before and sums[0, g] + need - before > numbers[4 + g]:
                    continue
                if more > 0 and (sums[1, g] + more > numbers[6 + g] or sums[1, 0] + sums[1, 1] + more > cap):
                    continue
                needs[g, noc] = need
                sums[0, g] += need - before
                sums[1, g] += more
            largest[g, noc], total[g, noc], team[g, noc] = new_largest, new_total, new_team
            places[event, noc] = had + 1
            taken[event] += 1
        # Without declines a full event stays full, and one that is at its end stays there.
        if not going:
            break
    for column in range(columns):
        event = events[column]
        if host >= 0 and sure[event] and places[event, host] == 0:
            places[event, host] = 1
            taken[event] += 1


@_fast
def _award(pathway: int, stamp: int, g: int, noc: int, number: int, own: A, stands: A, athletes: A, sums: A) -> None:
    if own[pathway, g, noc] == 0:
        stands[pathway, g, noc] = stamp
    own[pathway, g, noc] += number
    athletes[g, noc] += number
    sums[2, g] += number


@_fast
def _individual_places(places: A, individual: A, g: int, noc: int) -> int:
    total = 0
    for place in range(individual.shape[1]):
        event = individual[g, place]
        if event == NONE:
            break
        total += places[event, noc]
    return total


@_fast
def _quota_places(
    places: A, individual: A, relay: A, numbers: A, pathway: int, stamp: int, needs: A, own: A, stands: A,
    athletes: A, sums: A, asks: A,
) -> bool:  # fmt: skip
    """Quota places that follow from start places; returns whether somebody asks for one more."""
    asking = False
    for g in range(2):
        for noc in range(needs.shape[1]):
            asks[g, noc] = 0
            number = needs[g, noc]
            if relay[g] != NONE and places[relay[g], noc] > 0:
                number = numbers[0]
                if numbers[1] != NONE and _individual_places(places, individual, g, noc) >= numbers[1]:
                    if numbers[2] != NONE:
                        number += 1
                    else:
                        asks[g, noc] = 1
                        asking = True
            if number > 0:
                _award(pathway, stamp, g, noc, number, own, stands, athletes, sums)
    return asking


@_fast
def _quota_places_after(
    held_awards: A, held_stamps: A, pathway: int, stamp: int, needs: A, kept: A, own: A, stands: A, athletes: A,
    sums: A,
) -> None:  # fmt: skip
    """Quota places after a decline: what start places give, and at least what is kept, what was given first first."""
    for g in range(2):
        for noc in range(needs.shape[1]):
            number = max(needs[g, noc], held_awards[pathway, g, noc])
            if number > 0:
                _award(pathway, stamp, g, noc, number, own, stands, athletes, sums)
                if held_awards[pathway, g, noc] > 0:
                    stands[pathway, g, noc] = held_stamps[pathway, g, noc]
            rest = max(0, kept[g, noc] - number)
            while rest > 0:
                best = NONE
                for other in range(held_awards.shape[0]):
                    if (
                        other != pathway
                        and held_awards[other, g, noc] > own[other, g, noc]
                        and (best == NONE or held_stamps[other, g, noc] < held_stamps[best, g, noc])
                    ):
                        best = other
                number = min(rest, held_awards[best, g, noc])
                _award(best, held_stamps[best, g, noc], g, noc, number, own, stands, athletes, sums)
                if number < held_awards[best, g, noc]:
                    break
                rest -= number


@_fast
def _left(numbers: A, sums: A) -> int:
    """Quota places left."""
    return int(numbers[3] - sums[2, 0] - sums[2, 1])


@_fast
def _room(g: int, numbers: A, sums: A) -> bool:
    """Whether one more quota place may be given."""
    return bool(_left(numbers, sums) > 0 and sums[2, g] < numbers[6 + g])


@_fast
def _remainder(places: A, individual: A, relay: A, step: A, athletes: A, asks: A) -> None:
    """Mark who asks for a quota place left over."""
    for g in range(2):
        for noc in range(athletes.shape[1]):
            asks[g, noc] = 0
            if athletes[g, noc] == 0 or athletes[g, noc] != step[3]:
                continue
            if step[5] and (relay[g] == NONE or places[relay[g], noc] == 0):
                continue
            if step[4] != NONE and _individual_places(places, individual, g, noc) != step[4]:
                continue
            asks[g, noc] = 1


@_fast
def _in_line(
    entries: A, relay: A, numbers: A, first: int, pathway: int, stamp: int, asks: A, own: A, stands: A,
    athletes: A, sums: A, tied: A,
) -> bool:  # fmt: skip
    """One quota place for each who asks, by relay rank; returns whether a tie that nothing breaks ended it."""
    order = np.zeros(2, dtype=np.int64)
    if first in (MEN_FIRST, BOTH):
        order[1] = 1
    else:
        order[0] = 1
    for rank in range(entries.shape[1]):
        man, woman = NONE, NONE
        if relay[0] != NONE:
            man = entries[relay[0], rank]
        if relay[1] != NONE:
            woman = entries[relay[1], rank]
        if man < 0 and woman < 0:
            break
        if man >= 0 and not asks[0, man]:
            man = NONE
        if woman >= 0 and not asks[1, woman]:
            woman = NONE
        if man < 0 and woman < 0:
            continue
        both = man >= 0 and woman >= 0 and _room(0, numbers, sums) and _room(1, numbers, sums)
        if first == BOTH and both and _left(numbers, sums) < 2:
            # A man and a woman share this place in line, and the total has room for one of them.
            tied[0, man] = 1
            tied[1, woman] = 1
            return True
        for g in order:
            noc = man if g == 0 else woman
            if noc >= 0:
                asks[g, noc] = 0
                if _room(g, numbers, sums):
                    _award(pathway, stamp, g, noc, 1, own, stands, athletes, sums)
    # Who is not in the ranking comes last, all in one place in line (or one per gender).
    if first == BOTH:
        return bool(_share(True, True, numbers, pathway, stamp, asks, own, stands, athletes, sums, tied))
    for g in order:  # noqa: SIM110 (numba compiles no generators)
        if _share(g == 0, g == 1, numbers, pathway, stamp, asks, own, stands, athletes, sums, tied):
            return True
    return False


@_fast
def _share(
    men: bool, women: bool, numbers: A, pathway: int, stamp: int, asks: A, own: A, stands: A, athletes: A,
    sums: A, tied: A,
) -> bool:  # fmt: skip
    """Those who still ask share a place in line: all of them, or nobody and a tie."""
    asking = np.zeros(2, dtype=np.int64)
    for g in range(2):
        if (g == 0 and men) or (g == 1 and women):
            asking[g] = asks[g].sum()
            if not _room(g, numbers, sums):
                asking[g] = 0
    left = _left(numbers, sums)
    fitting = 0
    for g in range(2):
        fitting += min(asking[g], numbers[6 + g] - sums[2, g]) if asking[g] > 0 else 0
    ended = False
    for g in range(2):
        if asking[g] > 0 and (fitting > left or asking[g] > numbers[6 + g] - sums[2, g]):
            ended = True
            for noc in range(asks.shape[1]):
                tied[g, noc] = asks[g, noc]
    if ended:
        return True
    for g in range(2):
        if asking[g] > 0:
            for noc in range(asks.shape[1]):
                if asks[g, noc]:
                    _award(pathway, stamp, g, noc, 1, own, stands, athletes, sums)
    return False


@_fast
def _top_up(
    entries: A, sure: A, host: int, abstains: A, is_held: bool, at_most: A, start_places: A, step: A,
    numbers: A, pathway: int, stamp: int, places: A, taken: A, own: A, stands: A, athletes: A, sums: A, tied: A,
) -> bool:  # fmt: skip
    """A quota place for who lacks one athlete, then the entries; returns whether a tie ended it."""
    event, nocs = step[3], athletes.shape[1]
    ranked = np.zeros(nocs, dtype=np.uint8)
    team = np.zeros(nocs, dtype=np.uint8)
    teams, loose = 0, 0
    for rank in range(entries.shape[1]):
        if entries[event, rank] < 0:
            break
        ranked[entries[event, rank]] = 1
    for noc in range(nocs):
        known = ranked[noc] or athletes[0, noc] > 0 or athletes[1, noc] > 0
        wants = not (abstains[noc] or (is_held and at_most[event, noc] < 1))
        if known and wants and athletes[0, noc] >= step[4] and athletes[1, noc] >= step[5]:
            team[noc] = 1
            teams += 1
    for rank in range(entries.shape[1]):
        noc = entries[event, rank]
        if noc < 0:
            break
        wants = not (abstains[noc] or (is_held and at_most[event, noc] < 1))
        men, women = max(0, step[4] - athletes[0, noc]), max(0, step[5] - athletes[1, noc])
        if men + women != 1 or not wants:
            continue
        g = 0 if men else 1
        if teams < start_places[event] and _room(g, numbers, sums):
            _award(pathway, stamp, g, noc, 1, own, stands, athletes, sums)
            team[noc] = 1
            teams += 1
    certain = host >= 0 and sure[event]
    if teams > start_places[event]:
        for noc in range(nocs):
            if team[noc] and not ranked[noc] and not (certain and noc == host) and places[event, noc] == 0:
                loose += 1
        if teams - loose < start_places[event]:
            for noc in range(nocs):
                if team[noc] and not ranked[noc] and not (certain and noc == host) and places[event, noc] == 0:
                    tied[2, noc] = 1
            return True
    for rank in range(entries.shape[1] + nocs):
        if rank < entries.shape[1]:
            noc = entries[event, rank]
            if noc < 0:
                continue
        else:
            noc = rank - entries.shape[1]
            if ranked[noc]:
                continue
        if not team[noc] or places[event, noc] > 0:
            continue
        keeps = certain and noc != host and places[event, host] == 0
        if taken[event] + keeps < start_places[event]:
            places[event, noc] = 1
            taken[event] += 1
    return False
