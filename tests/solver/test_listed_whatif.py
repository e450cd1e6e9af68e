"""What-ifs where places go down ranked lists: a twin that tries every way to hand a place on, and real scenarios."""

from __future__ import annotations

import itertools
import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from quotaproof.model.allocation import Allocation, Award, Placed
from quotaproof.model.changes import Decline, Exclude, GivingBack, HostTo, MoveEntry, SetCap, Withdraw
from quotaproof.model.errors import InputError
from quotaproof.model.kept_entries import hold_entries
from quotaproof.model.pathways import (
    FillByRank,
    HostPlaces,
    NocQuota,
    Reallocation,
    ReduceToTotal,
    ReserveList,
    SumOfBest,
    Tier,
)
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.whatif.whatif import whatif
from tests.listed import event, long_track_like, long_track_twin, quota, ranked, scenario, shape

SEASONS = int(os.environ.get("QUOTAPROOF_LISTED_WHATIFS", "100"))
SKATING, FIGURE = load_scenario("speed-skating-2026"), load_scenario("figure-skating-2018")


def drawn(seed: int, *, ties: bool = False, withdrawn: Any = None) -> tuple[Scenario, random.Random]:
    """A small season of long track whose rules say what happens to a place that is given back."""
    rng = random.Random(seed)
    given = long_track_like(rng, ties=ties)
    first = rng.random() < 0.6
    pathways = [
        replace(one, first_without_places=first) if isinstance(one, ReserveList) else one
        for one in given.rules.pathways
        if not isinstance(one, ReduceToTotal)
    ]
    how = withdrawn or rng.choice(["noc-replaces", "goes-on"])
    rules = replace(given.rules, pathways=(*pathways, Reallocation("P7", "again", "c", (), how)))
    return replace(given, rules=rules), rng


def asked(given: Scenario, rng: random.Random, number: int) -> list[GivingBack]:
    """Declines and withdrawals, each possible when its turn comes."""
    found: list[GivingBack] = []
    state = Twin.of(given)
    for _ in range(number):
        has = [(name, athlete) for name, entries in state.entries.items() for athlete, _ in entries]
        if not has:
            break
        name, athlete = rng.choice(has)
        noc = athlete[:3].upper()
        own = sum(other[:3].upper() == noc for other, _ in state.entries[name])
        choices: list[GivingBack] = [Decline(noc, name, rng.randint(1, own)), Decline(noc), Decline(noc, gender="men")]
        if len(athlete) > 3:
            choices += [Withdraw(athlete, name), Withdraw(athlete)]
        change = rng.choice([choices[0], *choices])
        if isinstance(change, Decline) and change.gender and not name.startswith("men-"):
            continue
        found.append(change)
        state.step(change)
    return found


@dataclass
class Twin:
    """A plain second way: event -> (athlete, pathway), reserve lists, and what each NOC wants at most."""

    given: Scenario
    entries: dict[str, list[tuple[str, str]]]
    reserve: dict[str, list[str]]
    most: dict[tuple[str, str], int]
    out: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Scenario) -> Twin:
        first = greedy.allocate(given)  # compared with trying every choice elsewhere
        entries = {n: [(one.athlete, one.pathway) for one in placed] for n, placed in first.entries.items()}
        return cls(given, entries, {n: [o.athlete for o in line] for n, line in first.reserve.items()}, {})

    def step(self, change: GivingBack) -> None:
        again = next(one for one in self.given.rules.pathways if isinstance(one, Reallocation))
        holes: Counter[str] = Counter()
        if isinstance(change, Decline):
            names = (
                [change.event]
                if change.event
                else [one.identifier for one in self.given.rules.events if change.gender in (None, one.gender)]
            )
            for name in names:
                own = [pair for pair in self.entries.get(name, []) if pair[0][:3].upper() == change.noc]
                number = len(own) if change.number is None else change.number
                for pair in own[len(own) - number :]:
                    self.entries[name].remove(pair)
                    holes[name] += self._is_own(name, pair[1])
                    self._off(name, pair[0])
                self.most[name, change.noc] = len(own) - number
        else:
            for name in list(self.entries):
                if change.event in (None, name) and not name.endswith("team"):
                    self._withdraw(name, change.athlete, again.withdrawn == "noc-replaces", holes)
        for name, number in holes.items():
            self._hand_on(name, number, again.identifier)

    def _is_own(self, name: str, pathway: str) -> bool:
        """Whether a place is one of the event's own start places, and not the host's on top of them."""
        hosts = [one for one in self.given.rules.pathways if isinstance(one, HostPlaces) and one.identifier == pathway]
        return not hosts or hosts[0].mode == "replace-last"

    def _off(self, name: str, athlete: str) -> None:
        self.reserve[name] = [other for other in self.reserve.get(name, []) if other != athlete]

    def _withdraw(self, name: str, athlete: str, replaced: bool, holes: Counter[str]) -> None:
        pair = next((pair for pair in self.entries[name] if pair[0] == athlete), None)
        line = list(self.reserve.get(name, []))
        self._off(name, athlete)
        if pair is None:
            return
        place = self.entries[name].index(pair)
        if replaced:
            for key in ("times", "points"):
                line += [entry.athlete for entry in self.given.lists[name, key].entries]
            has = {other for other, _ in self.entries[name]}
            mine = [
                other
                for other in line
                if other[:3] == athlete[:3] and other not in has and other not in self.gone(name)
            ]
            if mine:
                self.entries[name][place] = (mine[0], pair[1])
                self._off(name, mine[0])
                self.out.setdefault(name, set()).add(athlete)
                return
        self.out.setdefault(name, set()).add(athlete)
        del self.entries[name][place]
        holes[name] += self._is_own(name, pair[1])

    def gone(self, name: str) -> set[str]:
        return self.out.get(name, set())

    def _hand_on(self, name: str, number: int, pathway: str) -> None:
        """Of all ways to hand the places on, the one in which each goes to the first that is left."""
        reserve = next(one for one in self.given.rules.pathways if isinstance(one, ReserveList))
        line, cap = self.reserve.get(name, []), self.given.rules.event(name).noc_cap
        best: tuple[list[tuple[bool, int]], tuple[str, ...]] | None = None
        for size in range(number + 1):
            for chosen in itertools.permutations(line, size):
                numbers = Counter(athlete[:3].upper() for athlete, _ in self.entries[name])
                keys: list[tuple[bool, int]] = []
                for athlete in chosen:
                    noc = athlete[:3].upper()
                    keys.append((reserve.first_without_places and numbers[noc] > 0, line.index(athlete)))
                    numbers[noc] += 1
                    if numbers[noc] > min(cap, self.most.get((name, noc), cap)):
                        break
                else:
                    worst = [(True, 99)] * (number - size)
                    if best is None or keys + worst < best[0]:
                        best = keys + worst, chosen
        assert best is not None
        self.entries[name] += [(athlete, pathway) for athlete in best[1]]
        self.reserve[name] = [athlete for athlete in line if athlete not in best[1]]

    def quota(self) -> dict[tuple[str, str], int]:
        pathway = next(one for one in self.given.rules.pathways if isinstance(one, NocQuota))
        names = {
            one.identifier: [a for a, _ in self.entries.get(one.identifier, [])] for one in self.given.rules.events
        }
        origin = {(name, athlete): by for name, entries in self.entries.items() for athlete, by in entries}
        return quota(self.given, pathway, names, origin)


def quotas(allocation: Allocation) -> dict[tuple[str, str], int]:
    return {
        (noc, gender): n
        for noc, both in allocation.athletes.items()
        for gender, n in zip(("men", "women"), both, strict=True)
        if n
    }


def placed(allocation: Allocation) -> dict[str, list[tuple[str, str]]]:
    return {name: [(one.athlete, one.pathway) for one in entries] for name, entries in allocation.entries.items()}


def lines(allocation: Allocation) -> dict[str, list[str]]:
    return {name: [one.athlete for one in line] for name, line in allocation.reserve.items() if line}


def test_places_given_back_go_where_trying_every_way_sends_them() -> None:
    steps = nobody = 0
    for seed in range(SEASONS):
        given, rng = drawn(seed)
        changes = asked(given, rng, rng.randint(1, 3))
        if not changes:
            continue
        twin = Twin.of(given)
        for change in changes:
            twin.step(change)
        found = whatif(given, changes, "sequential", "greedy", compare=False)
        assert placed(found.after) == twin.entries, seed
        assert lines(found.after) == {n: line for n, line in twin.reserve.items() if line}, seed
        assert quotas(found.after) == twin.quota(), seed
        steps += len(found.moves)
        nobody += sum(move.taker is None for move in found.moves)
    assert steps > nobody > 0


def tied_on_reserve_lists(given: Scenario) -> Scenario:
    """The same season, but neighbours on a reserve list share a rank of it."""
    first, lists = greedy.allocate(given), dict(given.lists)
    for name, line in first.reserve.items():
        waiting = {one.athlete for one in line}
        entries = list(given.lists[name, "times"].entries)
        for place in range(1, len(entries)):
            one, other = entries[place - 1], entries[place]
            if {one.athlete, other.athlete} <= waiting and not one.tied:
                entries[place - 1] = replace(one, tied=True)
                entries[place] = replace(other, rank=one.rank, tied=True)
        lists[name, "times"] = replace(given.lists[name, "times"], entries=tuple(entries))
    return replace(given, lists=lists)


@pytest.mark.parametrize("ties", [False, True], ids=["settled", "tied"])
def test_engines_agree_and_the_validator_accepts_each_step(ties: bool) -> None:
    undecided = decided = 0
    for seed in range(SEASONS):
        given, rng = drawn(seed)
        given = tied_on_reserve_lists(given) if ties else given
        if greedy.allocate(given).status == "tie":
            continue
        changes = asked(given, rng, 1)
        if not changes:
            continue
        one = whatif(given, changes, "sequential", "greedy", compare=False)
        other = whatif(given, changes, "sequential", "cp-sat", compare=False)
        assert shape(one.after) == shape(other.after), seed
        assert one.after.decisions == other.after.decisions, seed
        undecided += one.after.status == "tie"
        decided += one.after.status != "tie"
    assert bool(undecided) == ties
    assert decided


def test_a_rerun_is_the_first_allocation_of_lists_without_those_who_are_out() -> None:
    tried = 0
    for seed in range(SEASONS):
        given, rng = drawn(seed, withdrawn="goes-on")
        changes = asked(given, rng, 1)
        if not changes:
            continue
        change = changes[0]
        state = Twin.of(given)
        before = {name: {a for a, _ in entries} for name, entries in state.entries.items()}
        state.step(change)
        out: dict[str, set[str]] = {}
        for (name, _), one in given.lists.items():
            for entry in one.entries:
                left_all = isinstance(change, Decline) and change.event is None
                if isinstance(change, Withdraw):
                    gone = (
                        entry.athlete == change.athlete and change.event in (None, name) and not name.endswith("team")
                    )
                elif entry.noc != change.noc or (change.event or name) != name or not change_reaches(change, name):
                    gone = False
                else:
                    own = [a for a, _ in Twin.of(given).entries.get(name, []) if a[:3].upper() == change.noc]
                    keep = [] if left_all else own[: len(own) - (change.number or len(own))]
                    gone = entry.athlete not in keep
                if gone:
                    out.setdefault(name, set()).add(entry.athlete)
        lists = {
            k: replace(v, entries=tuple(e for e in v.entries if e.athlete not in out.get(k[0], set())))
            for k, v in given.lists.items()
        }
        entries, reserve, numbers = long_track_twin(replace(given, lists=lists))
        found = whatif(given, [change], "rerun", "greedy", compare=False)
        assert {n: [o.athlete for o in found.after.entries.get(n, ())] for n in entries} == entries, seed
        assert lines(found.after) == {n: line for n, line in reserve.items() if line}, seed
        assert quotas(found.after) == numbers, seed
        tried += before != {n: set(own) for n, own in entries.items()}
    assert tried


def change_reaches(change: Decline, name: str) -> bool:
    return change.gender is None or name.startswith(f"{change.gender}-")


def test_the_validator_rejects_another_taker() -> None:
    rejected = 0
    for seed in range(SEASONS):
        given, rng = drawn(seed)
        first = greedy.allocate(given)
        name = rng.choice([n for n, entries in first.entries.items() if not n.endswith("team") and entries])
        last = first.entries[name][-1]
        if any(one.identifier == last.pathway and one.kind == "host-places" for one in given.rules.pathways):
            continue
        held = hold_entries(given, first, {(name, last.athlete)}, {}, {(name, last.noc): 0})
        right = greedy.fill(given, held)
        assert violations(given, right, held) == [], seed
        taken = right.entries[name][len(held.entries[name]) :]
        kept = {
            n: tuple(p for p in entries if p not in taken) if n == name else entries
            for n, entries in right.entries.items()
        }
        for other in [None, *held.reserve[name]]:
            chosen = () if other is None else (Placed(other.noc, other.athlete, "P7"),)
            if chosen == taken:
                continue
            entries = {**kept, name: (*kept[name], *chosen)}
            numbers = dict(sorted(Counter(one.noc for one in entries[name]).items()))
            wrong = replace(
                right,
                entries=entries,
                places={**right.places, name: numbers},
                reserve={**right.reserve, name: tuple(o for o in held.reserve[name] if o != other)},
                decisions=(),
            )
            assert violations(given, wrong, held), (seed, other)
            rejected += 1
        lost = replace(right, entries={**right.entries, name: right.entries[name][1:]}, decisions=())
        assert not held.entries[name] or violations(given, lost, held)
        more = replace(right, awards=(*right.awards, Award("P5", "AAA", "men", 1)))
        assert violations(given, more, held)
    assert rejected > SEASONS / 4


def figure_skating(*, results: Sequence[str] | None, ranks: Sequence[int] | None = None) -> Scenario:
    """Three NOCs with places from the championships, and perhaps the results of a qualifying competition."""
    pathways = (
        SumOfBest("P1", "sums", "c", "worlds", {"men-free": 3}, 2, (Tier(3, 2),), ()),
        FillByRank("P2", "fill", "c", "worlds", {"men-free": 3}),
        Reallocation("P3", "returned", "c", (), "noc-replaces", "qualifying", "the qualifying competition"),
    )
    lists = [ranked("men-free", "worlds", ["aaa-1", "aaa-2", "bbb-1", "ccc-1"])]
    if results is not None:
        lists.append(ranked("men-free", "qualifying", results, ranks))
    return scenario([event("men-free", 4, 3)], pathways, lists)


@pytest.mark.parametrize("by", ["greedy", "cp-sat"])
@pytest.mark.parametrize(
    ("results", "ranks", "takers", "words"),
    [
        (None, None, [None], "whose results the scenario has not"),
        (["bbb-2", "ddd-1", "ccc-1"], None, ["DDD"], "the next NOC of the qualifying competition"),
        (["aaa-3", "bbb-2"], None, [None], "no NOC without a place is left"),
        (["ccc-1", "ddd-1"], [1, 1], None, ""),
    ],
    ids=["not-at-hand", "next-without-a-place", "nobody-left", "tied"],
)
def test_a_place_of_an_noc_goes_to_the_next_of_the_qualifying_competition(
    by: str, results: Sequence[str] | None, ranks: Sequence[int] | None, takers: Sequence[str | None] | None, words: str
) -> None:
    given = figure_skating(results=results, ranks=ranks)
    found = whatif(given, [Decline("AAA", "men-free", 1)], engine=by)
    if takers is None:
        assert found.after.status == "tie"
        assert {one.noc for one in found.after.tied} == {"CCC", "DDD"}
        return
    assert [move.taker for move in found.moves] == list(takers)
    assert words in found.moves[0].reason
    assert found.after.places["men-free"]["AAA"] == 1
    assert "qualifying" not in found.after.places
    assert found.mode_refused.startswith("places in the men's free follow from an NOC's results")


def test_the_replaced_skater_heads_the_list_and_an_noc_without_a_place_comes_first() -> None:
    found = whatif(SKATING, [Decline("ITA", "men-500"), Decline("POL", "men-500", 1)])
    first, second = [move for move in found.moves if move.kind == "start-place"]
    assert (first.giver, first.taker, first.rank) == ("ITA", "TPE", 44)
    assert first.taker_entry is not None and first.taker_entry.name == "Wei-Lin TAI"
    assert second.giver == "POL"
    one = whatif(SKATING, [Decline("ITA", "women-1000")])
    assert one.before.reserve["women-1000"][0].noc == "KAZ"


def test_figure_skating_names_where_a_place_goes_that_its_results_do_not_tell() -> None:
    found = whatif(FIGURE, [Decline("FRA", "pairs", 1), Decline("USA", "men", 1)])
    assert [(m.event, m.giver, m.taker) for m in found.moves] == [("pairs", "FRA", None), ("men", "USA", None)]
    assert found.to_dict()["net_effect"] == {"FRA": {"pairs": -1}, "USA": {"men": -1}}
    assert all("whose results the scenario has not" in move.reason for move in found.moves)
    assert found.order.matters is False


def test_an_athlete_that_withdraws_is_replaced_by_its_noc_while_it_has_somebody() -> None:
    found = whatif(SKATING, [Withdraw("Jordan Stolz")])
    moves = {move.event: move for move in found.moves if move.kind == "start-place"}
    assert found.changes == ("withdraw Jordan Stolz",)
    assert moves["men-500"].taker == "USA"
    assert moves["men-mass-start"].taker == "KAZ"  # nobody else of USA without a place is in the lists
    document = found.to_dict()["moves"][0]
    assert (document["from_athlete"], document["to_athlete"]) == ("usa-jordan-stolz", "usa-alec-sklutovsky")
    assert found.before.places["men-500"] == found.after.places["men-500"]


def test_an_excluded_noc_is_out_of_every_list() -> None:
    found = whatif(SKATING, [Exclude("NED")])
    assert "NED" not in found.after.nocs
    assert sum(found.after.places["men-500"].values()) == 28


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([Decline("TPE", "men-500")], "TPE has no start place in the men's 500 m to decline"),
        ([Withdraw("nobody at all")], "the nearest is"),
        ([Withdraw("usa-jordan-stolz", "women-500")], "has no start place in the women's 500 m"),
        ([Withdraw("can-laurent-dubreuil", "women-500")], "has no start place in the women's 500 m"),
        ([Withdraw("usa-jordan-stolz", "men-team-pursuit")], "write --decline USA:men-team-pursuit"),
        ([SetCap("men-500", 30)], "no pathway of these rules goes by the cap men-500"),
        ([SetCap("men-500:noc", 0)], "use 1 or more"),
        ([SetCap("men", 80)], "no pathway of these rules goes by the cap men"),
        ([MoveEntry("USA", "men-500", 3)], "follow from results"),
        ([Exclude("XXX")], "is not an NOC"),
    ],
)
def test_what_has_no_meaning_for_ranked_lists_is_refused_in_words(changes: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        whatif(SKATING, changes, engine="greedy")


def test_figure_skating_places_are_no_athletes() -> None:
    name = next(iter(FIGURE.lists["men", "worlds"].entries)).athlete
    with pytest.raises(InputError, match="the places of these rules are the NOCs'"):
        whatif(FIGURE, [Withdraw(name)])
    with pytest.raises(InputError, match="use the mode sequential"):
        whatif(FIGURE, [Decline("FRA", "pairs", 1)], "rerun")


def test_a_total_that_takes_places_back_is_answered_by_a_rerun_alone() -> None:
    rules = SKATING.rules
    reduce_ = ReduceToTotal("P9", "reduce", "c", ("men-500", "women-500"))
    pathways = (*rules.pathways[:-1], reduce_, rules.pathways[-1])
    given = replace(SKATING, rules=replace(rules, pathways=pathways)).with_readings({"reduction": "press-cycle"})
    with pytest.raises(InputError, match="use the mode rerun"):
        whatif(given, [Decline("NED", "men-1000", 1)], engine="greedy")
    assert whatif(given, [Decline("NED", "men-1000", 1)], "rerun", "greedy").moves


def test_a_cap_per_noc_and_another_host_allocate_again() -> None:
    found = whatif(SKATING, [SetCap("men-500:noc", 2)], engine="greedy")
    assert max(found.after.places["men-500"].values()) == 2
    found = whatif(SKATING, [HostTo(None)], engine="greedy")
    assert found.before.athletes["KAZ"][1] == 8  # all that it may have: no more places, the same number
    kaz = {"men-500": 1, "women-1000": 1, "men": 1}
    assert "ITA" not in found.after.places["men-500"]
    assert found.net_effect == {"ITA": {"men-500": -1, "women-1000": -1, "men": -1, "women": -1}, "KAZ": kaz}
