"""The checks: each compares an answer with another that shares no reasoning with it.

A check returns what it met, in a word or two that are counted, and raises `DifferenceError` (or whatever goes wrong).
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

from test_batch import told

from quotaproof import checker
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.standings.rankings import Standings
from quotaproof.model.validation import violations
from quotaproof.solver.certificate import certificate
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.batch import Batch, allocate_batch
from quotaproof.solver.engines.cpsat import engine as cp_sat
from quotaproof.solver.engines.cpsat.status import Settings
from quotaproof.solver.verify.verify import verify
from tests import listed
from tests.listed_twins import noc_places, same

from .cases import LISTS, QUALIFIERS, RACES, RESULTS, Case, allocated, save, statable
from .changes import by_decliners, by_hand, by_handing_on, by_record
from .comparing import CANNOT, NO_ROOM, UNSETTLED, Check, DifferenceError, agree, shape, told_of
from .seasons import by_arrays, by_enumeration

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


# Verification ---------------------------------------------------------------------------------------------------------


def by_verifying(case: Case) -> str:
    """The table that the rules give is verified, with standings and, of tiny scenarios, without."""
    if case.family.by == QUALIFIERS and case.family.name != "tiny":
        return "not tried"  # the search for declines under each reading takes minutes
    if isinstance(case.greedy, str) or case.greedy.status != "optimal" or not case.greedy.nocs:
        return "no table"
    table = case.greedy.to_published()
    rules = case.scenario.rules
    if case.family.name == "tiny" and max(event.noc_cap for event in rules.events) <= rules.quota_places.relay_athletes:
        # A table is right, too, if athletes may be counted otherwise.
        rules = replace(rules, athletes_counted=case.rng.choice((None, "largest", "between", "unchecked")))
    scenario = replace(case.scenario, published=table, rules=rules)
    right = verify(scenario)
    agree((right.verdict, right.findings), ("as-the-rules-give", ()), "the verdict on what the rules give")
    if case.family.name == "tiny" and case.rng.random() < 0.2:
        unknown = replace(scenario, standings=Standings(), listed=None)
        try:
            found = verify(unknown, Settings(limit=20))
        except InputError as error:
            agree("too small to be judged" in str(error), True, str(error))
            return "caps too small to be judged"
        except LimitError:
            return "limit reached"
        whole = (found.verdict, found.findings)
        agree(whole, ("as-the-rules-give", ()), "the verdict on what the rules give, standings unknown")
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
