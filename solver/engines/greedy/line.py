"""A line for quota places, in the order of the relay rankings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quotaproof.model.allocation import Tied
from quotaproof.model.decisions import Figures
from quotaproof.model.rules import GENDERS, Gender

from .state import UNRANKED, State, TieError


@dataclass(frozen=True, slots=True)
class Candidate:
    """An NOC that asks for one more quota place in a gender, with what it would be justified by."""

    noc: str
    gender: Gender
    rank: int | None
    individual: int

    @property
    def order(self) -> int:
        """The place in line: the rank, those without one behind all."""
        return UNRANKED if self.rank is None else self.rank


def in_line(state: State, pathway: str, candidates: Iterable[Candidate], kind: str) -> None:
    """One quota place each, by relay rank, while any are left; equal ranks as the reading `remaining-ties` says."""
    for group in _groups(state, candidates):
        open_to = _undecided(state, group)
        if open_to:
            for candidate in open_to:
                others = ", ".join(f"{c.noc} {c.gender}" for c in open_to if c is not candidate)
                figures: Figures = {"rank": candidate.rank, "others": others}
                state.refuse(pathway, candidate.noc, candidate.gender, "tie", figures)
                state.tied.append(
                    Tied(pathway, state.relay[candidate.gender], candidate.noc, candidate.gender, candidate.rank)
                )
            raise TieError
        # Who shares a place in line is judged by what was left before all of them, so no order among them shows.
        rooms = [state.room(candidate.gender) for candidate in group]
        for candidate, (room, numbers) in zip(group, rooms, strict=True):
            figures = {
                "rank": candidate.rank,
                "relay": state.relay[candidate.gender],
                "individual": candidate.individual,
            }
            if room is None:
                state.award(pathway, candidate.noc, candidate.gender, 1, kind, figures)
            else:
                state.refuse(pathway, candidate.noc, candidate.gender, room, {**figures, **numbers})


def _undecided(state: State, group: Sequence[Candidate]) -> list[Candidate]:
    """Those of a shared place in line among whom a choice is left: more of them than there is room for.

    If the total leaves too little, that is everybody with room; otherwise those of a gender whose hard cap does.
    """
    able = [candidate for candidate in group if state.room(candidate.gender)[0] is None]
    room = {
        gender: state.caps_afterwards[gender] - state.given[gender]
        for gender in GENDERS
        if gender in state.caps_afterwards
    }
    asking = {gender: sum(candidate.gender == gender for candidate in able) for gender in GENDERS}
    fitting = sum(min(number, room.get(gender, number)) for gender, number in asking.items())
    if fitting <= state.rules.total - state.all_given:
        able = [c for c in able if c.gender in room and asking[c.gender] > room[c.gender]]
    return sorted(able, key=lambda candidate: (candidate.noc, candidate.gender))


def _groups(state: State, candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Candidates that share a place in line, best first."""
    later = state.scenario.readings.later_gender
    groups: dict[tuple[int, bool], list[Candidate]] = {}
    for candidate in candidates:
        key = (candidate.order, candidate.gender == later)
        groups.setdefault(key, []).append(candidate)
    return [groups[key] for key in sorted(groups)]
