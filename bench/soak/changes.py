"""The checks of what-ifs: against the batch engine, a record in a folder, greedy, and every way to hand on."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import test_listed_whatif as listed_whatifs
from test_batch import drawn_declines, told
from test_declines import violations_of_steps

from quotaproof.model.changes import Change, ChooseReading, Decline, Exclude, HostTo, MoveEntry, SetCap
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import Reallocation
from quotaproof.model.rules import READING_VALUES, Declines
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import after_declines, allocate_with_declines
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.engines.batch import Batch, BatchResult, allocate_batch
from quotaproof.solver.engines.batch import declines as batch_declines
from quotaproof.solver.whatif.whatif import whatif

from .cases import QUALIFIERS, Case, allocated, save, statable
from .comparing import NO_ROOM, UNSETTLED, DifferenceError, agree, shape

MODES: tuple[Declines, Declines] = ("sequential", "rerun")
ENGINES = {name: engine(name) for name in ("greedy", "cp-sat")}


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
