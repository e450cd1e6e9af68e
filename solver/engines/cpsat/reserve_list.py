r"""The reserve list of each event.

x[i] is 1 where entry i is on it, with P, A and the cap per NOC as in `listed_state`: sum of x <= length. The order of
tied entries is left as the list has it, and they are marked. A second solve with tied entries in one position says
which of them may be on the list or not, for the host's place may hang on it; behind a tie it goes on, since how many of
an NOC are on the list does not depend on which of them are.
"""

from __future__ import annotations

from collections.abc import Sequence

from quotaproof.model.allocation import InReserve
from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import ReserveList

from .listed_state import ListedState, in_line
from .tiers import Position, Stages


def step(state: ListedState, pathway: ReserveList) -> None:
    """Event after event, the list as one tier."""
    for event, length in pathway.lengths.items():
        if event in state.open:
            continue
        ranking, had = pathway.ranking[event], state.placed(event)
        entries = [entry for entry in state.ranked(event, ranking) if entry.athlete not in had]
        line = state.reserve.setdefault(event, [])
        if not entries:
            continue
        stages, x = state.within_caps(event, entries, length)
        positions = in_line([entry.rank for entry in entries], x)
        if len(positions) < len(entries):
            torn = _torn(state.within_caps(event, entries, length)[0], positions)
            state.torn_reserve[event] = [entry for entry, variable in zip(entries, x, strict=True) if variable in torn]
        chosen = stages.maximise(x, f"{pathway.identifier}/{event}")
        state.optima += stages.optima
        for entry, value in zip(entries, chosen, strict=True):
            if value:
                line.append(InReserve(entry.noc, entry.athlete, entry.tied))
                figures: Figures = {"name": entry.label, "rank": entry.rank, "ranking": ranking}
                figures |= {"athlete": entry.athlete, "number": len(line)}
                state.tell(pathway.identifier, event, entry.noc, entry.number, "in-reserve", figures, granted=False)


def _torn(stages: Stages, positions: Sequence[Position]) -> set[int]:
    """Return the variables of all positions in which a tie leaves open who is on the list."""
    torn: set[int] = set()
    while positions:
        fixed, open_ones = stages.maximise_line(positions, "reserve")
        if not open_ones:
            break
        tied = positions[len(fixed)]
        torn |= {tied[number] for number in open_ones}
        stages.maximise(tied, "reserve")
        positions = positions[len(fixed) + 1 :]
    return torn
