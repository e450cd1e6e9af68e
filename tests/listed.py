"""Small rules and seasons with ranked lists, and a twin of the engines that tries every choice."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import Decision
from quotaproof.model.pathways import (
    AnyPathway,
    EntryTier,
    FillByRank,
    HostPlaces,
    KthEntryTiers,
    NocQuota,
    QuotaCap,
    RankingPlaces,
    RankTiers,
    ReduceToTotal,
    ReserveList,
    SumOfBest,
    Tier,
)
from quotaproof.model.results.listed_file import standings_of_lists
from quotaproof.model.results.ranked_lists import ListedEntry, RankedList
from quotaproof.model.results.ranking_rules import RankingRule
from quotaproof.model.rules import Event, EventKind, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import greedy

NOCS = ("AAA", "BBB", "CCC", "DDD")
Names = Sequence[str]


def ranked(event: str, ranking: str, names: Names, ranks: Sequence[int] | None = None) -> RankedList:
    """Return a list of athletes such as `aaa-1`, whose NOC is in the name; ranks that are equal are a tie."""
    given = list(ranks or range(1, len(names) + 1))
    numbers: Counter[str] = Counter()
    entries = []
    for name, rank in zip(names, given, strict=True):
        noc = name[:3].upper()
        numbers[noc] += 1
        tied = given.count(rank) > 1
        entries.append(ListedEntry(rank, noc, name, "", numbers[noc], 0, None, (), tied=tied))
    return RankedList(event, ranking, tuple(entries))


def scenario(
    events: Sequence[Event],
    pathways: Sequence[AnyPathway],
    lists: Sequence[RankedList],
    *,
    host: str | None = None,
    caps: tuple[int, int] = (99, 99),
) -> Scenario:
    """Return a scenario of these rules and lists."""
    rankings = tuple(RankingRule(one.ranking, (one.event,), "points", "a clause") for one in lists)
    rules = Rules(
        title="small",
        events=tuple(events),
        total=sum(caps),
        gender_caps={"men": caps[0], "women": caps[1]},
        host_events=(),
        host_clause="host",
        pathways=tuple(pathways),
        rankings=rankings,
    )
    found = {(one.event, one.ranking): one for one in lists}
    return Scenario("small", "Small", "Games", host, rules, standings=standings_of_lists(found), lists=found)


def event(name: str = "men-500", start_places: int = 9, cap: int = 2, kind: EventKind = "individual") -> Event:
    """Return an event; its gender is the first word of its name."""
    gender = name.partition("-")[0]
    assert gender in ("men", "women")
    return Event(name, "men" if gender == "men" else "women", kind, start_places, cap)


def drawn_names(rng: random.Random, most: int = 7) -> list[str]:
    names = [f"{noc.lower()}-{number}" for noc in NOCS for number in (1, 2, 3)]
    return rng.sample(names, rng.randint(2, most))


def drawn_ranks(rng: random.Random, number: int) -> list[int]:
    """Ranks with some that are shared."""
    ranks: list[int] = []
    while len(ranks) < number:
        size = min(rng.choice([1, 1, 1, 2, 3]), number - len(ranks))
        ranks += [len(ranks) + 1] * size
    return ranks


def long_track_like(rng: random.Random, *, ties: bool) -> Scenario:
    """Two lists of each event, a reserve list, a host, caps of NOCs, and perhaps a total that is too small."""
    names = ("men-500", "men-1000", "men-team", "women-500")
    events = [event(name, 9, rng.randint(1, 2), "individual") for name in names if name != "men-team"]
    events.append(event("men-team", 4, 1, "relay"))
    lists: list[RankedList] = []
    for one in events:
        if one.kind == "relay":
            teams = rng.sample([noc.lower() for noc in NOCS], 3)
            lists.append(ranked(one.identifier, "points", teams))
            continue
        for ranking in ("points", "times"):
            own = drawn_names(rng)
            lists.append(ranked(one.identifier, ranking, own, drawn_ranks(rng, len(own)) if ties else None))
    individual = [one.identifier for one in events if one.kind == "individual"]
    pathways: list[AnyPathway] = [
        RankingPlaces("P1", "points", "c", "points", {one.identifier: rng.randint(1, 4) for one in events}),
        RankingPlaces("P2", "times", "c", "times", {name: rng.randint(1, 3) for name in individual}),
        ReserveList(
            "P3", "reserve", "c", dict.fromkeys(individual, "times"), {n: rng.randint(1, 3) for n in individual}
        ),
        HostPlaces(
            "P4", "host", "c", rng.choice(["replace-last", "additional"]), tuple(individual), rng.random() < 0.7
        ),
        NocQuota(
            "P5",
            "quota",
            "c",
            (
                QuotaCap(3, team=True, each_event="the-maximum", by=("P1",)),
                QuotaCap(2, team=rng.random() < 0.5, each_event="a-place"),
                QuotaCap(1),
            ),
        ),
    ]
    if rng.random() < 0.6:
        pathways.append(ReduceToTotal("P6", "reduce", "c", tuple(rng.sample(individual, len(individual)))))
    caps = (rng.randint(0, 5), rng.randint(0, 4))
    host = rng.choice([*NOCS, None])
    if ties and isinstance(pathways[-1], ReduceToTotal) and _shared(scenario(events, pathways[:-1], lists, host=host)):
        pathways.pop()  # whose place goes first would not be decided (test_listed has this case on paper)
    return scenario(events, pathways, lists, host=host, caps=caps)


def _shared(given: Scenario) -> bool:
    """Whether two who have a place share a rank of a list."""
    ranks = {(k[0], e.athlete): (k, e.rank) for k, one in given.lists.items() for e in one.entries if e.tied}
    placed = [(n, e.athlete) for n, own in greedy.allocate(given).entries.items() for e in own]
    return any(number > 1 for number in Counter(ranks[one] for one in placed if one in ranks).values())


def figure_skating_like(rng: random.Random, *, ties: bool) -> Scenario:
    """Places of NOCs by the sum of their best results, and one each to others."""
    names = drawn_names(rng, 10)
    ranks = drawn_ranks(rng, len(names)) if ties else None
    places = rng.randint(2, 7)
    pathways: list[AnyPathway] = [
        SumOfBest(
            "P1",
            "sums",
            "c",
            "worlds",
            {"men-free": places},
            2,
            (Tier(rng.randint(3, 6), 3), Tier(11, 2)),
            (Tier(2, 2),),
        ),
        FillByRank("P2", "fill", "c", "worlds", {"men-free": places}),
    ]
    return scenario([event("men-free", 30, 3)], pathways, [ranked("men-free", "worlds", names, ranks)])


def tiers_like(rng: random.Random, *, ties: bool) -> Scenario:
    """Places by tiers of ranks in one event, and by tiers of entries in another."""
    lists = []
    for name in ("men-ranks", "men-entries"):
        own = drawn_names(rng, 10)
        lists.append(ranked(name, "list", own, drawn_ranks(rng, len(own)) if ties else None))
    first = rng.randint(1, 2)
    pathways: list[AnyPathway] = [
        RankTiers("P1", "ranks", "c", "list", ("men-ranks",), (Tier(first, 3), Tier(first + rng.randint(1, 2), 1))),
        KthEntryTiers(
            "P2",
            "entries",
            "c",
            "list",
            ("men-entries",),
            (EntryTier(3, rng.randint(1, 2)), EntryTier(2, 1), EntryTier(1, rng.randint(1, 2))),
        ),
    ]
    return scenario([event("men-ranks", 30, 6), event("men-entries", 30, 3)], pathways, lists)


DRAWS = {"long-track": long_track_like, "figure-skating": figure_skating_like, "tiers": tiers_like}

# The twin -----------------------------------------------------------------------------------------------------------


def subsets(names: Names) -> Iterator[tuple[str, ...]]:
    for size in range(len(names) + 1):
        yield from itertools.combinations(names, size)


def best_subset(
    names: Names, most: int, caps: Mapping[str, int], had: Mapping[str, int], out: set[str]
) -> tuple[str, ...]:
    """Return the best choice from a list, of all choices that keep within the caps."""

    def fits(chosen: tuple[str, ...]) -> bool:
        numbers = Counter(name[:3] for name in chosen)
        return (
            len(chosen) <= most
            and not out & set(chosen)
            and all(number + had.get(noc.upper(), 0) <= caps[noc.upper()] for noc, number in numbers.items())
        )

    return max(filter(fits, subsets(names)), key=lambda chosen: [name in chosen for name in names])


def long_track_twin(given: Scenario) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[tuple[str, str], int]]:
    """Return entries, reserve lists and quota places for lists without ties, by trying all choices."""
    rules = given.rules
    by_kind = {type(pathway): pathway for pathway in rules.pathways}
    lowered = {noc: alias.per_event or 99 for alias in given.aliases for noc in alias.federations}
    caps = {e.identifier: {noc: min(e.noc_cap, lowered.get(noc, 99)) for noc in NOCS} for e in rules.events}
    entries: dict[str, list[str]] = {}
    origin: dict[tuple[str, str], str] = {}
    reserve: dict[str, list[str]] = {}
    for one in rules.events:
        chosen: list[str] = []
        for pathway in rules.pathways:
            names = []
            if isinstance(pathway, RankingPlaces) and one.identifier in pathway.places:
                names = [e.athlete for e in given.lists[one.identifier, pathway.ranking].entries]
                had = Counter(name[:3].upper() for name in chosen)
                more = best_subset(names, pathway.places[one.identifier], caps[one.identifier], had, set(chosen))
                origin |= {(one.identifier, name): pathway.identifier for name in more}
                chosen += more
        entries[one.identifier] = chosen
    line = by_kind[ReserveList]
    assert isinstance(line, ReserveList)
    for name, length in line.lengths.items():
        names = [e.athlete for e in given.lists[name, line.ranking[name]].entries]
        had = Counter(athlete[:3].upper() for athlete in entries[name])
        reserve[name] = list(best_subset(names, length, caps[name], had, set(entries[name])))
    hosts = by_kind[HostPlaces]
    assert isinstance(hosts, HostPlaces)
    for name in hosts.events:
        if given.host is None or any(athlete[:3].upper() == given.host for athlete in entries[name]):
            continue
        among = reserve[name] if hosts.on_reserve_list else [e.athlete for e in given.lists[name, "points"].entries]
        mine = [athlete for athlete in among if athlete[:3].upper() == given.host]
        if not mine or (hosts.mode == "replace-last" and not entries[name]):
            continue
        reserve[name] = [athlete for athlete in reserve[name] if athlete != mine[0]]
        if hosts.mode == "replace-last":
            reserve[name].insert(0, entries[name].pop())
        entries[name].append(mine[0])
        origin[name, mine[0]] = hosts.identifier
    quotas, reduce_ = by_kind[NocQuota], by_kind.get(ReduceToTotal)
    assert isinstance(quotas, NocQuota)
    if isinstance(reduce_, ReduceToTotal):
        for gender in ("men", "women"):
            own = [name for name in reduce_.cycle if name.startswith(f"{gender}-")]
            # The fewest rounds of the cycle, tried one after the other, that leave few enough quota places.
            turns = [name for turn in range(20) for name in own if len(entries[name]) > turn]
            for number in range(len(turns) + 1):
                gone = Counter(turns[:number])
                left = {name: athletes[: len(athletes) - gone[name]] for name, athletes in entries.items()}
                total = sum(n for (_, g), n in quota(given, quotas, left, origin).items() if g == gender)
                if total <= rules.gender_caps["men" if gender == "men" else "women"] or number == len(turns):
                    entries = left
                    break
    return entries, reserve, quota(given, quotas, entries, origin)


def quota(
    given: Scenario, pathway: NocQuota, entries: Mapping[str, Names], origin: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for noc, gender in itertools.product(NOCS, ("men", "women")):
        events = [e for e in given.rules.events if e.gender == gender and e.kind == "individual"]
        mine = {e.identifier: [a for a in entries[e.identifier] if a[:3].upper() == noc] for e in events}
        number = sum(map(len, mine.values()))
        team = any(
            a.upper() == noc
            for e in given.rules.events
            if e.kind == "relay" and e.gender == gender
            for a in entries[e.identifier]
        )
        applying = []
        for cap in pathway.caps:
            enough = {"a-place": lambda e: 1, "the-maximum": lambda e: e.noc_cap, None: lambda e: 0}[cap.each_event]
            counted = {n: [a for a in own if not cap.by or origin[n, a] in cap.by] for n, own in mine.items()}
            if (team or not cap.team) and all(len(counted[e.identifier]) >= enough(e) for e in events):
                applying.append(cap.athletes)
        if number:
            found[noc, gender] = min(number, applying[0])
    return found


def without_ties(given: Scenario, rng: random.Random) -> Scenario:
    """Return a scenario in which every tie is settled, in an order that is drawn."""
    lists = {}
    for key, one in given.lists.items():
        names = [
            entry.athlete
            for _, group in itertools.groupby(one.entries, key=lambda entry: entry.rank)
            for entry in (lambda own: rng.sample(own, len(own)))(list(group))
        ]
        lists[key] = ranked(*key, names)
    return replace(given, lists=lists, standings=standings_of_lists(lists))


def shape(allocation: Allocation) -> tuple[object, ...]:
    """Return all of an allocation but who made it and how it was proved."""
    return (
        allocation.status,
        allocation.places,
        allocation.entries,
        allocation.reserve,
        allocation.taken_back,
        set(allocation.awards),
        set(allocation.tied),
    )


def other_decisions(one: Decision) -> Iterator[Decision]:
    """The decision about something else, or with a figure that differs."""
    yield one._replace(granted=not one.granted)
    yield one._replace(pathway="P99")
    yield one._replace(noc="XXX")
    yield one._replace(event=None if one.event else "men-500")
    yield one._replace(event="men-5000")
    yield one._replace(gender=None if one.gender else "men")
    yield one._replace(gender="women" if one.gender == "men" else "men")
    yield one._replace(qualifier=(one.qualifier or 0) + 1)
    yield one._replace(kind="listed-other")
    yield one._replace(figures={**one.figures, "more": 1})
    for name, value in one.figures.items():
        yield one._replace(figures={key: own for key, own in one.figures.items() if key != name})
        for other in (value - 1, value + 1) if isinstance(value, int) else (f"{value}x",):
            yield one._replace(figures={**one.figures, name: other})


def other_records(record: list[Decision]) -> Iterator[list[Decision]]:
    """The record without a decision, with one twice, with two in turn, or with one that says something else."""
    for n, one in enumerate(record):
        yield [*record[:n], *record[n + 1 :]]
        yield [*record[: n + 1], *record[n:]]
        if n and one != record[n - 1]:
            yield [*record[: n - 1], one, record[n - 1], *record[n + 1 :]]
        for other in other_decisions(one):
            yield [*record[:n], other, *record[n + 1 :]]
