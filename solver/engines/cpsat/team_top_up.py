r"""A quota place for NOCs that lack one athlete for the mixed relay, and the entries to it.

x[a] is 1 where NOC a, which lacks exactly one athlete, gets one: in the order of the event's ranking,

    sum of x  <=  teams wanted - NOCs that have one already

Then y[a] is 1 where the team of NOC a enters: the best of the ranking, one place kept for the host.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quotaproof.model.allocation import Tied
from quotaproof.model.pathways import TeamTopUp
from quotaproof.model.rules import GENDERS, Gender, NocGender

from .state import State, TieError
from .tiers import Stages, packed


def step(state: State, pathway: TeamTopUp) -> None:
    """First the athletes that are lacking, then the entries of teams."""
    if not state.repeated(pathway):
        return
    event = state.rules.event(pathway.event)
    team = event.team
    ranks = state.ranks[event.identifier]
    nocs = sorted({noc for noc, _ in state.athletes if _wants(state, event.identifier, noc)})
    lacking = {noc: _lacking(state, noc, team) for noc in nocs}
    asking = sorted((ranks[noc], noc) for noc in nocs if len(lacking[noc]) == 1 and noc in ranks)
    line: list[list[NocGender]] = [[(noc, lacking[noc][0])] for _, noc in asking]
    seats = max(0, event.start_places - sum(not missing for missing in lacking.values()))
    state.in_line(f"{pathway.identifier}/top-up", pathway.identifier, line, seats)
    teams = [noc for noc in nocs if not (lacking[noc] and _lacking(state, noc, team))]
    ranking = sorted(ranks, key=ranks.__getitem__)
    _enter(state, pathway.identifier, event.identifier, event.start_places, teams, ranking)


def _wants(state: State, event: str, noc: str) -> bool:
    """Whether an NOC would enter a team: not if it gave its place back."""
    if (event, noc) in state.scenario.abstains:
        return False
    return state.held is None or state.held.at_most.get((event, noc), 1) > 0


def _lacking(state: State, noc: str, team: Mapping[Gender, int]) -> list[Gender]:
    """The genders in which an NOC lacks athletes for a team, once for each athlete."""
    return [g for g in GENDERS for _ in range(max(0, team[g] - state.athletes.get((noc, g), 0)))]


def _enter(
    state: State, pathway: str, event: str, start_places: int, teams: Sequence[str], ranking: Sequence[str]
) -> None:
    """Teams enter, the best of the ranking first, one place kept for the host; teams not ranked come last."""
    kept = set(state.held.places.get(event, {})) if state.held else set()
    host = state.scenario.host if state.scenario.is_host_event(event) else None
    nocs = sorted({*teams, *kept})
    if len({*nocs, host} - {None}) <= start_places:
        state.optima += packed(f"{pathway}/teams", [1] * len(nocs))
        state.places[event] = dict.fromkeys(nocs, 1)
        return
    stages = Stages(state.settings)
    entered = dict(zip(nocs, stages.model.booleans(len(nocs)), strict=True))
    for noc in (*kept, host):
        if noc in entered:
            stages.model.limit(entered[noc], 1, 1)
    others = [variable for noc, variable in entered.items() if noc != host]
    stages.model.at_most(others, start_places - (host is not None))
    first = [noc for noc in ranking if noc in entered]
    first += [host] if host is not None and host in entered and host not in first else []
    last = [noc for noc in nocs if noc not in first and noc not in kept]
    line = [[noc] for noc in first] + ([last] if last else [])
    if line:
        positions = [[entered[noc] for noc in position] for position in line]
        chosen, open_ones = stages.maximise_line(positions, f"{pathway}/teams")
        state.optima += stages.optima
        if open_ones:
            state.tied += [Tied(pathway, event, last[number], None, None) for number in open_ones]
            raise TieError
        kept |= {
            noc
            for position, values in zip(line, chosen, strict=True)
            for noc, value in zip(position, values, strict=True)
            if value
        }
    state.places[event] = dict.fromkeys(sorted(kept), 1)
