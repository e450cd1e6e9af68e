"""The checks: each compares an answer with another that shares no reasoning with it.

A check returns what it met, in a word or two that are counted, and raises `DifferenceError` (or whatever goes wrong).
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import test_listed_whatif as listed_whatifs
import test_season_bounds as season_bounds
from test_batch import drawn_declines, told
from test_declines import violations_of_steps

from quotaproof import checker
from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Change, ChooseReading, Decline, Exclude, HostTo, MoveEntry, SetCap
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.pathways import Reallocation
from quotaproof.model.results.classifications import Classifications, Result
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.rules import READING_VALUES, Declines
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.certificate import certificate
from quotaproof.solver.declines import after_declines, allocate_with_declines
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.engines.batch import Batch, BatchResult, allocate_batch
from quotaproof.solver.engines.batch import declines as batch_declines
from quotaproof.solver.engines.cpsat import engine as cp_sat
from quotaproof.solver.engines.cpsat.status import Settings
from quotaproof.solver.season.qualifiers import Positions, positions_of
from quotaproof.solver.season.rankings_of_draws import Scorer
from quotaproof.solver.season.season import Season
from quotaproof.solver.verify.verify import verify
from quotaproof.solver.whatif.whatif import whatif
from tests import listed
from tests.listed_twins import noc_places, same

from .cases import LISTS, QUALIFIERS, RACES, RESULTS, Case, allocated, drawn_season, save, statable

MODES: tuple[Declines, Declines] = ("sequential", "rerun")
ENGINES = {name: engine(name) for name in ("greedy", "cp-sat")}
WORDS = 1500
"""Characters of an answer that a difference shows."""
NO_ROOM, UNSETTLED, CANNOT = "no room for the host", "a tie is open", "no file can state it"


class DifferenceError(Exception):
    """Two answers differ that must not."""


def agree(one: object, other: object, what: str) -> None:
    """Raise DifferenceError unless two answers are equal."""
    if one != other:
        raise DifferenceError(f"{what}: {_short(one)} and {_short(other)}")


def _short(answer: object) -> str:
    told_ = told_of(answer) if isinstance(answer, Allocation) else answer
    text = told_ if isinstance(told_, str) else repr(told_)
    return text if len(text) <= WORDS else f"{text[:WORDS]}..."


@dataclass(frozen=True)
class Check:
    """A check, what it compares in the words of a table, on which scenarios it runs, and on what share of them."""

    name: str
    compares: str
    by: tuple[str, ...]
    share: float
    run: Callable[[Case], str]


def shape(allocation: Allocation) -> tuple[object, ...]:
    """Return all that an allocation says but who found it, how it was proved, and the order of its decisions."""
    if allocation.rules.by_lists:
        own: tuple[object, ...] = listed.shape(allocation)
    else:
        own = told(allocation)
    decided = {json.dumps(decision.to_dict(allocation.rules), sort_keys=True) for decision in allocation.decisions}
    return (*own, decided if allocation.status == "optimal" or not allocation.rules.by_lists else None)


# Engines --------------------------------------------------------------------------------------------------------------


def by_validator(case: Case) -> str:
    if isinstance(case.greedy, str):
        return NO_ROOM
    agree([str(one) for one in violations(case.scenario, case.greedy)], [], "the validator on greedy")
    agree(case.greedy.unique, case.greedy.status == "optimal", "unique, and optimal")
    agree(bool(case.greedy.tied), case.greedy.status == "tie", "who is tied, and the status")
    return case.greedy.status


def by_cp_sat(case: Case) -> str:
    found = allocated(cp_sat.allocate, case.scenario)
    if isinstance(found, str) or isinstance(case.greedy, str):
        agree(found, case.greedy, "cp-sat and greedy")
        return NO_ROOM
    for one, other in zip(shape(found), shape(case.greedy), strict=True):
        agree(one, other, "cp-sat and greedy")
    agree([str(one) for one in violations(case.scenario, found)], [], "the validator on cp-sat")
    return found.status


def by_batch(case: Case) -> str:
    if not case.settled:
        return "tied, not taken"
    batch = Batch.of([case.scenario])
    try:
        result = allocate_batch(batch)
    except InputError as error:
        agree(str(error), case.greedy, "batch and greedy")
        return NO_ROOM
    if isinstance(case.greedy, str):
        raise DifferenceError(f"batch gives places and greedy says: {case.greedy}")
    agree(told(result.allocation(0)), told(case.greedy), "batch and greedy")
    return case.greedy.status


def by_every_order(case: Case) -> str:
    """A tie is open if and only if two orders of it give other places, and what is given is given in every order."""
    groups = case.scenario.standings.tied_groups()
    if not groups or case.scenario.standings.number_of_orders(groups) > 40 or isinstance(case.greedy, str):
        return "not tried"
    orders = [greedy.allocate(replace(case.scenario, standings=one)) for one in case.scenario.standings.settled(groups)]
    first = (orders[0].places, orders[0].athletes, set(orders[0].tied))  # another order may leave others in a later tie
    matters = any((other.places, other.athletes, set(other.tied)) != first for other in orders)
    agree(any(tied.pathway is None for tied in case.greedy.tied), matters, "a tie is open, and its order matters")
    for event, places in case.greedy.places.items():
        for noc in case.scenario.nocs:
            fewest = min(other.places[event].get(noc, 0) for other in orders)
            agree(places.get(noc, 0), fewest, f"{noc} in {event}, and the fewest in any order")
    return "open" if matters else "of no account"


def by_every_choice(case: Case) -> str:
    """Places down lists against the twins that try every choice."""
    if isinstance(case.greedy, str) or not case.settled:
        return UNSETTLED
    if case.family.name == "long-track":
        entries, reserve, quota = listed.long_track_twin(case.scenario)
        placed = {name: [one.athlete for one in case.greedy.entries.get(name, ())] for name in entries}
        waiting = {name: [one.athlete for one in line] for name, line in case.greedy.reserve.items()}
        numbers = {(award.noc, award.gender): award.number for award in case.greedy.awards if award.number}
        agree(placed, entries, "entries, and a twin's")
        agree(waiting, reserve, "reserve lists, and a twin's")
        agree(numbers, quota, "quota places, and a twin's")
        return "trying every choice"
    for event, allowed in noc_places(case.scenario).items():
        open_ = any(tied.event == event for tied in case.greedy.tied)
        agree(open_, len(allowed) > 1, f"{event} is open, and several allocations are allowed")
        if not open_ and not same(case.greedy.places[event], allowed[0]):
            raise DifferenceError(f"{event}: {case.greedy.places[event]}, and a twin gives {allowed[0]}")
    return "trying every allocation"


# Folders and certificates ---------------------------------------------------------------------------------------------


def by_folder(case: Case) -> str:
    """Written, loaded and allocated again; then a certificate, accepted, and refused once a claim is turned round."""
    if isinstance(case.greedy, str):
        return NO_ROOM
    if not statable(case):
        return CANNOT
    loaded = save(case, case.where / "folder" / case.scenario.identifier)
    again = greedy.allocate(loaded)
    if case.settled or case.by_qualifiers:
        agree(told_of(again), told_of(case.greedy), "what a folder gives, and what it was written from")
    else:  # a file has those who share a rank in the order of their NOCs
        what = "what a folder with ties gives, and what it was written from"
        agree((again.status, again.places), (case.greedy.status, case.greedy.places), what)
        agree(set(again.awards), set(case.greedy.awards), what)
    if again.status != "optimal" or case.family.by == RESULTS:  # a certificate is of standings in a file
        return "written and loaded"
    folder = case.where / "folder" / case.scenario.identifier
    document: dict[str, Any] = json.loads(json.dumps(certificate(loaded, again)))
    agree(checker.check(json.dumps(document), folder), [], "the checker on a certificate")
    if document["claims"]:
        turned = copy.deepcopy(document)
        claim = case.rng.choice(turned["claims"])
        claim["granted"] = not claim["granted"]
        try:
            accepted = not checker.check(json.dumps(turned), folder)
        except ValueError:
            accepted = False
        if accepted:
            raise DifferenceError(f"the checker accepts a certificate whose claim {claim} is turned round")
    return "checked"


def told_of(allocation: Allocation) -> tuple[object, ...]:
    """Return what an allocation says; labels of pathways aside, which a folder may have otherwise."""
    return listed.shape(allocation) if allocation.rules.by_lists else told(allocation)


# What-ifs -------------------------------------------------------------------------------------------------------------


def by_decliners(case: Case) -> str:
    """Declines: what-if against the batch's bookkeeping, its moves against the two tables, and the other engine."""
    scenario, first = with_reallocation(case), case.greedy
    if isinstance(first, str) or not case.settled or first.status != "optimal" or not any(first.places.values()):
        return "nothing to give back"
    declines = drawn_declines(case.rng, scenario, first)
    mode = case.rng.choice(MODES)
    batch = Batch.of([scenario])
    start = allocate_batch(batch)
    after = batch_declines.after_declines(batch, start, [declines], mode)
    words = f"{'; '.join(map(str, declines))} ({mode})"
    try:
        found = whatif(scenario, declines, mode, "greedy", compare=False)
    except InputError as error:
        if not after.status[0]:
            raise DifferenceError(f"{words}: the batch answers, and what-if says: {error}") from error
        return "refused by both"
    agree(bool(after.status[0]), found.after.status == "tie", f"{words}: a tie is open")
    result = BatchResult(batch, after.state, after.status, start.tied, start.tie_step)
    bare = replace(result, tied=np.zeros_like(start.tied))
    agree(told(bare.allocation(0))[2:4], told(found.after)[2:4], f"{words}: batch and what-if")
    if found.after.status != "optimal":
        return UNSETTLED
    net: Counter[tuple[str, str]] = Counter()
    for move in found.moves:
        if move.taker:
            net[move.taker, move.event] += 1
        if move.giver:
            net[move.giver, move.event] -= 1
    effect = {(noc, name): number for noc, row in found.net_effect.items() for name, number in row.items()}
    agree(effect, {cell: number for cell, number in net.items() if number}, f"{words}: net effect, and the moves")
    if case.rng.random() < 0.25:
        steps = [after_declines(scenario, by.allocate(scenario), declines, by, mode) for by in ENGINES.values()]
        agree(shape(steps[0].allocation), shape(steps[1].allocation), f"{words}: greedy and cp-sat")
        for outcome in steps if mode == "sequential" else ():
            agree(violations_of_steps(scenario, outcome), [], f"{words}: the validator")
    return mode


def with_reallocation(case: Case) -> Scenario:
    """Return the scenario, with a pathway for what is given back if its rules have none."""
    rules = case.scenario.rules
    if any(isinstance(pathway, Reallocation) for pathway in rules.pathways):
        return case.scenario
    some = [one.identifier for one in rules.pathways if one.kind in ("team-top-up", "remainder")]
    again = Reallocation("P9", "again", "nine", tuple(one for one in some if case.rng.random() < 0.8))
    return replace(case.scenario, rules=replace(rules, pathways=(*rules.pathways, again)))


def by_record(case: Case) -> str:
    """A decline as a what-if, and replayed: on record in a folder that is loaded."""
    first = case.greedy
    if isinstance(first, str) or first.status != "optimal" or not statable(case) or case.family.by != QUALIFIERS:
        return "nothing to replay"
    ranked = {(event, one.noc) for event, own in case.scenario.standings.rankings.items() for one in own.entries}
    held = sorted({(event, noc) for event, places in first.places.items() for noc in places} & ranked)
    if not held:
        return "nothing to replay"
    given = replace(case, scenario=with_reallocation(case), where=case.where / "record")
    folder = given.where / "synthetic"
    loaded = save(given, folder)
    event, noc = case.rng.choice(held)
    last = first.places[event][noc]
    mode = loaded.readings.declines
    try:
        asked = whatif(loaded, [Decline(noc, event, qualifier=last)], mode, "greedy", compare=False).after
    except InputError as error:
        return "refused" if "has no" in str(error) or "places" in str(error) else str(error)
    rows = f"event,noc,qualifier,date,source\n{event},{noc},{last},2000-01-01,drawn\n"
    (folder / "declines.csv").write_text(rows, encoding="utf-8")
    replayed = allocate_with_declines(load_scenario(folder), ENGINES["greedy"]).allocation
    agree(told(replayed), told(asked), f"decline {noc}:{event}:{last}: on record, and what-if")
    return "replayed"


def by_hand(case: Case) -> str:
    """A change that alters the scenario: what-if against the greedy engine on standings that were altered here."""
    scenario = case.scenario
    if isinstance(case.greedy, str) or not case.settled or not scenario.nocs:
        return UNSETTLED
    change, altered = drawn_change(scenario, case.rng)
    expected = allocated(greedy.allocate, altered)
    try:
        found = whatif(scenario, [change], engine="greedy", compare=False).after
    except InputError as error:
        agree(str(error), expected, f"{change}: what-if, and by hand")
        return NO_ROOM
    if isinstance(expected, str):
        raise DifferenceError(f"{change}: what-if answers, and by hand it is refused: {expected}")
    agree(told(found), told(expected), f"{change}: what-if, and by hand")
    return type(change).__name__


def drawn_change(scenario: Scenario, rng: random.Random) -> tuple[Change, Scenario]:
    """Return a change, and the scenario as it is after it; worked out from plain lists."""
    orders = {
        event: [(entry.noc or "", entry.qualifier or 1) for entry in ranking.entries]
        for event, ranking in scenario.standings.rankings.items()
    }
    event = rng.choice(scenario.rules.events)
    order = orders[event.identifier]
    kinds = ["exclude", "host", "cap", "reading", *(["move"] if order else [])]
    match rng.choice(kinds):
        case "exclude":
            noc = rng.choice(sorted(scenario.nocs))
            left = {name: [entry for entry in own if entry[0] != noc] for name, own in orders.items()}
            host = None if scenario.host == noc else scenario.host
            return Exclude(noc), replace(scenario, standings=Standings.of(left), host=host)
        case "host":
            chosen = rng.choice([None, *sorted(scenario.nocs)])
            return HostTo(chosen), replace(scenario, host=chosen)
        case "cap":
            name = rng.choice(["total", "men", "women", event.identifier])
            caps = dict[str, int](scenario.rules.gender_caps.items(), total=scenario.rules.total)
            now = caps.get(name, event.start_places)
            value = max(1, now + rng.choice([-2, -1, 1, 2]))
            return SetCap(name, value), replace(scenario, rules=scenario.rules.with_caps({name: value}))
        case "reading":
            chosen_reading = rng.choice(["gender-cap", "remaining-ties", "fifth-in-walk"])
            value_ = rng.choice(READING_VALUES[chosen_reading])
            changed = {"gender-cap": "gender_cap", "remaining-ties": "remaining_ties", "fifth-in-walk": "fifth_in_walk"}
            readings = replace(scenario.readings, **{changed[chosen_reading]: value_})  # type: ignore[arg-type]
            return ChooseReading(chosen_reading, value_), replace(scenario, readings=readings)
    place = rng.randrange(len(order))
    noc, qualifier = order[place]
    own = [row for row, (other, _) in enumerate(order) if other == noc and row != place]
    first = max((row + 1 for row in own if row < place), default=0)  # an NOC's qualifiers stay in their order
    last = min((row - 1 for row in own if row > place), default=len(order) - 1)
    to = rng.randint(first, last)
    moved = [*order[:place], *order[place + 1 :]]
    moved.insert(to, order[place])
    standings = Standings.of({**orders, event.identifier: moved})
    return MoveEntry(noc, event.identifier, to + 1, qualifier), replace(scenario, standings=standings)


def by_handing_on(case: Case) -> str:
    """Places down lists that are given back, against a twin that tries every way to hand them on."""
    if case.family.name != "long-track":
        return "no such rules"
    given, rng = listed_whatifs.drawn(case.seed)
    changes = listed_whatifs.asked(given, rng, rng.randint(1, 2))
    if not changes:
        return "nothing to give back"
    twin = listed_whatifs.Twin.of(given)
    for change in changes:
        twin.step(change)
    found = whatif(given, changes, "sequential", "greedy", compare=False).after
    words = "; ".join(map(str, changes))
    agree(listed_whatifs.placed(found), twin.entries, f"{words}: entries, and a twin's")
    lines = {name: line for name, line in twin.reserve.items() if line}
    agree(listed_whatifs.lines(found), lines, f"{words}: reserve lists, and a twin's")
    agree(listed_whatifs.quotas(found), twin.quota(), f"{words}: quota places, and a twin's")
    return "handed on"


# Seasons --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Starts:
    """All orders at the meets to come are equally likely, of entries that start nine times in ten."""

    season: Season

    @property
    def nocs(self) -> tuple[str, ...]:
        """All NOCs, sorted."""
        known = self.season.scenario.classifications
        own = {result.noc for result in (known.results if known else ()) if result.noc}
        return tuple(sorted(own | ({self.season.scenario.host} if self.season.scenario.host else set())))

    @property
    def entries(self) -> Mapping[str, int]:
        """Entries of an NOC at most: as many as it had, and as it may have."""
        known = self.season.scenario.classifications
        had = {event: [r.qualifier or 1 for r in own] for event, own in (known.by_event if known else {}).items()}
        rules = self.season.scenario.rules
        return {one.identifier: max(one.noc_cap, *had.get(one.identifier, [1])) for one in rules.events}

    def draw(self, rng: np.random.Generator, number: int) -> dict[tuple[str, str], Positions]:
        """Draw orders."""
        found: dict[tuple[str, str], Positions] = {}
        for event, most in self.entries.items():
            for meet in self.season.left(event):
                starts = rng.integers(0, most + 1, size=(number, len(self.nocs)))
                started = np.arange(most) < starts[:, :, None]
                found[event, meet] = positions_of(rng.random(started.shape, dtype=np.float32), started)
        return found


def by_arrays(case: Case) -> str:
    """A season's rankings as arrays, against the scoring of one season; equal ones may come in any order."""
    season = drawn_season(case.seed)
    model, rng = Starts(season), np.random.default_rng(case.seed)
    drawn = model.draw(rng, 4)
    ranked = Scorer(season, model).rank(drawn, 4, rng)
    known = season.scenario.classifications
    for one in range(4):
        later = [
            Result(meet, event, noc, k + 1, int(position))
            for (event, meet), own in drawn.items()
            for noc, row in zip(model.nocs, own[one], strict=True)
            for k, position in enumerate(row)
            if position
        ]
        results = Classifications((known.results if known else ()) + tuple(later))
        right = standings_of(results, season.scenario.rules, season.scenario.readings)
        for index, event in enumerate(season.scenario.rules.events):
            scores = right.scores[event.identifier]
            mine = [model.nocs[n] for n in ranked.entries[one, index] if n >= 0]
            agree(len(mine), len(scores), f"{event.identifier}: entries of a drawn ranking, and scored ones")
            groups: dict[int, list[int]] = {}
            for row, score in enumerate(scores):
                groups.setdefault(score.shared or score.rank, []).append(row)
            for rows in groups.values():
                agree(
                    Counter(mine[row] for row in rows),
                    Counter(scores[row].noc for row in rows),
                    f"{event.identifier}: who has rank {rows[0] + 1}, drawn, and scored",
                )
    return f"{len(season.meets_left)} meets to come"


def by_enumeration(case: Case) -> str:
    """What is proved to be certain and possible in a tiny season, against all its outcomes."""
    counted = season_bounds.compared(case.seed, capped=bool(case.seed % 2), left=case.seed // 2 % 2)
    return "too many outcomes, or no room" if counted is None else "enumerated"


# Verification ---------------------------------------------------------------------------------------------------------


def by_verifying(case: Case) -> str:
    """The table that the rules give is verified, with standings and, of tiny scenarios, without."""
    if case.family.by == QUALIFIERS and case.family.name != "tiny":
        return "not tried"  # the search for declines under each reading takes minutes
    if isinstance(case.greedy, str) or case.greedy.status != "optimal" or not case.greedy.nocs:
        return "no table"
    table = case.greedy.to_published()
    scenario = replace(case.scenario, published=table)
    agree(verify(scenario).verdict, "as-the-rules-give", "the verdict on what the rules give")
    if case.family.name == "tiny" and case.rng.random() < 0.2:
        unknown = replace(scenario, standings=Standings(), listed=None)
        try:
            found = verify(unknown, Settings(limit=20))
        except InputError as error:
            agree("too small to be judged" in str(error), True, str(error))
            return "caps too small to be judged"
        except LimitError:
            return "limit reached"
        agree(found.verdict, "as-the-rules-give", "the verdict on what the rules give, standings unknown")
        return "without standings"
    return "with standings"


CHECKS = (
    Check("validator", "greedy, and the validator", (QUALIFIERS, LISTS, RESULTS, RACES), 1, by_validator),
    Check("batch", "greedy, and the batch engine", (QUALIFIERS, RESULTS), 1, by_batch),
    Check("cp-sat", "greedy, and CP-SAT with the validator", (QUALIFIERS, LISTS, RESULTS, RACES), 0.1, by_cp_sat),
    Check("orders", "an open tie, and every order of it", (QUALIFIERS, RESULTS), 0.1, by_every_order),
    Check("choices", "places down lists, and every choice", (LISTS,), 0.1, by_every_choice),
    Check(
        "folders",
        "written, loaded, certified; the checker, on a forged claim too",
        (QUALIFIERS, LISTS, RESULTS, RACES),
        0.05,
        by_folder,
    ),
    Check("declines", "what-if with declines, and the batch engine", (QUALIFIERS,), 0.05, by_decliners),
    Check("replays", "what-if, and the decline on record in a folder", (QUALIFIERS,), 0.03, by_record),
    Check("changes", "what-if with another change, and by hand", (QUALIFIERS, RESULTS), 0.05, by_hand),
    Check("hand-ons", "what-if on lists, and every way to hand on", (LISTS,), 0.05, by_handing_on),
    Check("rankings", "drawn seasons' rankings, and the scoring of one", (RESULTS,), 0.25, by_arrays),
    Check("bounds", "bounds of a season, and all its outcomes", (RESULTS,), 0.02, by_enumeration),
    Check("verdicts", "the verdict on what the rules give", (QUALIFIERS, LISTS), 0.01, by_verifying),
)
