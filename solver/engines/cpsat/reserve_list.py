r"""The reserve list of each event.

x[i] is 1 where entry i is on it, with P, A and the cap per NOC as in `listed_state`: sum of x <= length. The order of
tied entries is left as the list has it, and they are marked. A second solve with tied entries in one position says
which of them may be on the list or not, for the host's place may hang on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from quotaproof.model.allocation import InReserve
from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import ReserveList
from quotaproof.model.results.ranked_lists import ListedEntry

from .listed_state import ListedState, in_line
from .tiers import Stages


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
        stages, x = _model(state, event, entries, length)
        positions = in_line([entry.rank for entry in entries], x)
        if len(positions) < len(entries):
            fixed, open_ones = _model(state, event, entries, length)[0].maximise_line(positions, "reserve")
            start = sum(map(len, fixed))
            state.torn_reserve[event] = [entries[start + number] for number in open_ones]
        chosen = stages.maximise(x, f"{pathway.identifier}/{event}")
        state.optima += stages.optima
        for entry, value in zip(entries, chosen, strict=True):
            if value:
                line.append(InReserve(entry.noc, entry.athlete, entry.tied))
                figures: Figures = {"name": entry.label, "rank": entry.rank, "ranking": ranking}
                figures |= {"athlete": entry.athlete, "number": len(line)}
                state.tell(pathway.identifier, event, entry.noc, entry.number, "in-reserve", figures, granted=False)


def _model(state: ListedState, event: str, entries: Sequence[ListedEntry], length: int) -> tuple[Stages, Sequence[int]]:
    stages = Stages(state.settings)
    x = stages.model.booleans(len(entries))
    stages.model.at_most(x, length)
    for noc in sorted({entry.noc for entry in entries}):
        own = [variable for variable, entry in zip(x, entries, strict=True) if entry.noc == noc]
        stages.model.at_most(own, state.cap(event, noc) - state.places[event].get(noc, 0))
    return stages, x
