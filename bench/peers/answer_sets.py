"""clingo: the rules as an answer set program (allocation.lp), its priorities as optimisation levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from bench.timing import clock
from quotaproof.model.pathways import (
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.rules import GENDERS, Gender, is_gender
from quotaproof.model.scenario import Scenario

from . import Answer, require_supported

BITS = 30
"""Claims packed into one level: clingo's weights are 32-bit integers. One level per claim takes twice as long."""

BRANCH_AND_BOUND = ("--opt-strategy=bb,hier", "--opt-heuristic=sign,model", "--restart-on-model")
OPTIONS: dict[str, tuple[str, ...]] = {
    "branch and bound": BRANCH_AND_BOUND,
    "branch and bound, eq=0": (*BRANCH_AND_BOUND, "--eq=0"),
    "branch and bound, eq=0, no SAT preprocessing": (*BRANCH_AND_BOUND, "--eq=0", "--sat-prepro=no"),
    "core-guided": ("--opt-strategy=usc",),
    "core-guided, k": ("--opt-strategy=usc,k", "--opt-heuristic=sign,model"),
    "core-guided, eq=0": ("--opt-strategy=usc", "--eq=0"),
}
"""Settings that are tried; the fastest counts. Those with `bb,lin` or `bb,dec` run for minutes."""


@cache
def encoding() -> str:
    return Path(__file__).with_name("allocation.lp").read_text(encoding="utf-8")


def facts(scenario: Scenario) -> str:
    """Return the scenario as facts (their meaning is in allocation.lp)."""
    rules = scenario.rules
    lines: list[str] = []
    for event in rules.events:
        lines.append(f'event("{event.identifier}",{event.gender},{event.kind},{event.start_places},{event.noc_cap}).')
        if scenario.is_host_event(event.identifier):
            lines.append(f'host_event("{event.identifier}").')
    if scenario.host:
        lines.append(f'host("{scenario.host}").')
    claims = {event: ranking.claims() for event, ranking in scenario.standings.rankings.items()}
    ranks: dict[str, dict[str, int]] = {}
    for name, own in claims.items():
        ranks[name] = {}
        for rank, (noc, _) in enumerate(own, 1):
            ranks[name].setdefault(noc, rank)
    for gender, cap in rules.gender_caps.items():
        if scenario.readings.gender_cap != "nominal":
            lines.append(f"cap({gender},{cap}).")
        if scenario.readings.gender_cap == "hard":
            lines.append(f"hard({gender},{cap}).")
    quota = rules.quota_places
    lines.append(f"total({rules.total}). relay_athletes({quota.relay_athletes}).")
    if quota.bonus_from is not None:
        lines.append(f"bonus_from({quota.bonus_from}).")
    remainders = [pathway for pathway in rules.pathways if isinstance(pathway, Remainder)]
    ladders = [f'"{pathway.identifier}"' for pathway in remainders] + ["end"]
    lines.append(f"first({ladders[0]}). last(end).")
    turns: list[str] = []
    for pathway in rules.pathways:
        match pathway:
            case RelayPlaces() | ParallelWalk():
                turns += _walk(scenario, pathway, claims, lines)
            case TeamTopUp():
                turns += _teams(scenario, pathway, ranks, lines)
            case Remainder():
                number = remainders.index(pathway)
                individual = -1 if pathway.individual_places is None else pathway.individual_places
                lines.append(f"remainder({ladders[number]},{ladders[number + 1]},{pathway.quota_places},{individual}).")
                if pathway.relay_only:
                    lines.append(f"relay_only({ladders[number]}).")
                turns += _line(scenario, pathway, ranks, ladders[number])
            case QuotaPlaces() | Reallocation():
                pass
            case _:
                refuse("the answer set program", pathway)
    for number, turn in enumerate(reversed(turns)):
        lines.append(f"{turn},{1 << (number % BITS)},{number // BITS + 1}).")
    return "\n".join(lines)


def _walk(
    scenario: Scenario,
    pathway: RelayPlaces | ParallelWalk,
    claims: Mapping[str, Sequence[tuple[str, int]]],
    lines: list[str],
) -> list[str]:
    for event in pathway.events:
        counts: dict[str, int] = {}
        for noc, _ in claims[event]:
            counts[noc] = counts.get(noc, 0) + 1
        lines += [f'entries("{event}","{noc}",{number}).' for noc, number in counts.items()]
        if scenario.is_host_event(event) and scenario.host not in counts:
            lines.append(f'extra("{event}").')
    order = sorted(
        (rank, column, event)
        for column, event in enumerate(pathway.events)
        for rank in range(1, len(claims[event]) + 1)
    )
    return [f'entry("{event}",{rank},"{claims[event][rank - 1][0]}"' for rank, _, event in order]


def _teams(scenario: Scenario, pathway: TeamTopUp, ranks: dict[str, dict[str, int]], lines: list[str]) -> list[str]:
    event = scenario.rules.event(pathway.event)
    lines.append(f'mixed("{event.identifier}",{event.start_places}).')
    lines += [f"team({gender},{number})." for gender, number in event.team.items()]
    ranked = list(ranks[event.identifier])
    others = [noc for noc in sorted(scenario.nocs, key=lambda noc: noc != scenario.host) if noc not in ranked]
    return [f'gift("{noc}"' for noc in ranked] + [f'enter("{noc}"' for noc in (*ranked, *others)]


def _line(scenario: Scenario, pathway: Remainder, ranks: dict[str, dict[str, int]], ladder: str) -> list[str]:
    relays = {gender: relay.identifier for gender in GENDERS if (relay := scenario.rules.relay(gender))}
    later = {"women-first": "men"}.get(scenario.readings.remaining_ties, "women")
    asking = sorted(
        (ranks[relays[gender]].get(noc, 10**6), gender == later, noc, gender)
        for gender in GENDERS
        for noc in scenario.nocs
        if not pathway.relay_only or noc in ranks[relays[gender]] or noc == scenario.host
    )
    return [f'more({ladder},"{noc}",{gender}' for _, _, noc, gender in asking]


def solve(scenario: Scenario, options: Sequence[str] = BRANCH_AND_BOUND) -> Answer:
    """Return clingo's answer."""
    import clingo

    require_supported(scenario)
    begin = clock()
    control = clingo.Control([*options, "--warn=none"])
    control.add("base", [], encoding() + facts(scenario))
    control.ground([("base", [])])
    grounded = clock()
    best: Sequence[clingo.Symbol] = ()
    with control.solve(yield_=True) as handle:
        for model in handle:
            best = model.symbols(shown=True)
        if not handle.get().exhausted:
            raise RuntimeError("clingo did not prove its answer")
    solved = clock()
    claims = {event: ranking.claims() for event, ranking in scenario.standings.rankings.items()}
    places: dict[str, dict[str, int]] = {event.identifier: {} for event in scenario.rules.events}
    athletes: dict[tuple[str, Gender], int] = {}
    mixed = next((event.identifier for event in scenario.rules.events if event.gender == "mixed"), "")
    for symbol in best:
        first = symbol.arguments[0]
        if symbol.name == "grant":
            own, noc = places[first.string], claims[first.string][symbol.arguments[1].number - 1][0]
            own[noc] = own.get(noc, 0) + 1
        elif symbol.name == "enter":
            places[mixed][first.string] = 1
        elif symbol.name == "last" and is_gender(gender := symbol.arguments[1].name):
            key = (first.string, gender)
            athletes[key] = athletes.get(key, 0) + 1
    for event in scenario.rules.events:
        if scenario.host and event.gender != "mixed" and scenario.is_host_event(event.identifier):
            places[event.identifier].setdefault(scenario.host, 1)
    return Answer(places, athletes, grounded - begin, solved - grounded)
