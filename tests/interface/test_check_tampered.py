"""A certificate that was tampered with, in whatever way, is rejected."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from certified import LABELS, Certified, problems

from quotaproof.model.obstacles import Obstacles
from quotaproof.model.pathways import ParallelWalk, RelayPlaces
from quotaproof.model.rules import READING_VALUES

SOME = 6
"""Certificates that are tampered with in every way: a large one and tiny ones, more than 1000 variants in all."""

Document = dict[str, Any]
Tampered = Iterator[Document]
Tamper = Callable[[Document, random.Random], Tampered]


def put(document: Document, value: object, *path: str | int) -> Document:
    """A copy in which something else stands at a place."""
    changed = copy.deepcopy(document)
    at(changed, path)[path[-1]] = value
    return changed


def drop(document: Document, *path: str | int) -> Document:
    """A copy in which something is gone."""
    changed = copy.deepcopy(document)
    del at(changed, path)[path[-1]]
    return changed


def insert(document: Document, value: object, *path: str | int) -> Document:
    """A copy in which something more stands in a list."""
    changed = copy.deepcopy(document)
    at(changed, path).insert(path[-1], value)
    return changed


def at(document: Any, path: tuple[str | int, ...]) -> Any:
    """What holds the last step of a path."""
    for key in path[:-1]:
        document = document[key]
    return document


def refused_rows(document: Document, rng: random.Random, most: int = 2) -> list[int]:
    rows = [row for row, claim in enumerate(document["claims"]) if not claim["granted"]]
    return rng.sample(rows, min(most, len(rows)))


# The ways -------------------------------------------------------------------------------------------------------------


def a_place_moved(document: Document, rng: random.Random) -> Tampered:
    for event, numbers in document["places"].items():
        if len(numbers) > 1:
            giver, taker = rng.sample(sorted(numbers), 2)
            moved = {**numbers, giver: numbers[giver] - 1, taker: numbers[taker] + 1}
            yield put(document, moved, "places", event)


def a_grant_and_a_refusal_exchanged(document: Document, rng: random.Random) -> Tampered:
    """In the claims and the value of their tier; and once more with the place moved in the table of places, too."""
    for number, tier in enumerate(document["tiers"]):
        claims = [claim for claim in document["claims"] if claim["tier"] == tier["tier"]]
        granted = [claim for claim in claims if claim["granted"]]
        for one in rng.sample(granted, min(3, len(granted))):
            alike = [c for c in claims if all(c.get(key) == one.get(key) for key in ("event", "gender"))]
            other = next((claim for claim in alike if not claim["granted"]), None)
            if other is None:
                continue
            rows = [document["claims"].index(claim) for claim in (one, other)]
            changed = put(document, {**one, "granted": False, "fact": other["fact"]}, "claims", rows[0])
            changed["claims"][rows[1]] = {**other, "granted": True, "fact": None}
            verdicts = [claim["granted"] for claim in changed["claims"] if claim["tier"] == tier["tier"]]
            changed["tiers"][number]["value"] = "".join("1" if granted else "0" for granted in verdicts)
            yield changed
            if "event" in one:
                numbers = dict(document["places"][one["event"]])
                numbers[one["noc"]] -= 1
                numbers[other["noc"]] = numbers.get(other["noc"], 0) + 1
                left = {noc: number for noc, number in sorted(numbers.items()) if number}
                yield put(changed, left, "places", one["event"])


def a_rank_swapped(document: Document, rng: random.Random) -> Tampered:
    """Two neighbours of a ranking, by their NOCs or as a whole."""
    for event in document["places"]:
        rows = [row for row, claim in enumerate(document["claims"]) if claim.get("event") == event and claim["rank"]]
        if len(rows) < 2:
            continue
        upper, lower = sorted(rng.sample(range(len(rows)), 2))
        one, other = (document["claims"][rows[place]] for place in (upper, lower))
        yield put(put(document, one, "claims", rows[lower]), other, "claims", rows[upper])
        if one["noc"] != other["noc"]:
            changed = put(document, {**one, "noc": other["noc"]}, "claims", rows[upper])
            yield put(changed, {**other, "noc": one["noc"]}, "claims", rows[lower])


def a_reason_removed(document: Document, rng: random.Random) -> Tampered:
    for row in refused_rows(document, rng):
        yield drop(document, "claims", row, "fact")
        yield put(document, None, "claims", row, "fact")
        yield put(document, {}, "claims", row, "fact")


def a_figure_changed(document: Document, rng: random.Random) -> Tampered:
    for row in refused_rows(document, rng):
        for name in ("used", "more", "cap"):
            figure = document["claims"][row]["fact"][name]
            for other in (figure + rng.choice([-1, 1]), float(figure)):
                yield put(document, other, "claims", row, "fact", name)
            yield drop(document, "claims", row, "fact", name)


def a_reason_for_a_grant(document: Document, rng: random.Random) -> Tampered:
    granted = [row for row, claim in enumerate(document["claims"]) if claim["granted"]]
    for row in rng.sample(granted, min(3, len(granted))):
        for refused in refused_rows(document, rng, 1):
            yield put(document, document["claims"][refused]["fact"], "claims", row, "fact")


def a_value_raised(document: Document, rng: random.Random) -> Tampered:
    for number, tier in enumerate(document["tiers"]):
        value = tier["value"]
        for place in {value.find("0"), value.rfind("0")} - {-1}:
            yield put(document, f"{value[:place]}1{value[place + 1 :]}", "tiers", number, "value")
        yield put(document, f"{value}1", "tiers", number, "value")


def a_digest_changed(document: Document, rng: random.Random) -> Tampered:
    for name, digest in document["digests"].items():
        place = rng.randrange(len(digest))
        other = "0" if digest[place] != "0" else "1"
        yield put(document, f"{digest[:place]}{other}{digest[place + 1 :]}", "digests", name)
        yield put(document, digest.upper() + "0", "digests", name)
        yield drop(document, "digests", name)


def numbers_changed(document: Document, rng: random.Random) -> Tampered:
    for name, number in document["totals"].items():
        yield put(document, number + rng.choice([-1, 1]), "totals", name)
    for table in ("athletes", "entitled"):
        for gender in ("men", "women"):
            for noc, number in list(document[table][gender].items())[:2]:
                yield put(document, number + rng.choice([-1, 1]), table, gender, noc)
                yield drop(document, table, gender, noc)
            yield put(document, 1, table, gender, "XXX")


def a_claim_dropped_added_or_duplicated(document: Document, rng: random.Random) -> Tampered:
    claims = document["claims"]
    for row in rng.sample(range(len(claims)), min(3, len(claims))):
        yield drop(document, "claims", row)
        yield insert(document, claims[row], "claims", row)
        yield insert(document, {**claims[row], "noc": "XXX"}, "claims", row)
    yield drop(document, "claims", -1)
    for more in (claims[-1], None, {}):
        yield insert(document, more, "claims", len(claims))
    yield put(document, [], "claims")


def readings_changed(document: Document, rng: random.Random) -> Tampered:
    for name, value in document["readings"].items():
        for other in {*READING_VALUES[name], "other"} - {value}:
            yield put(document, other, "readings", name)
        yield drop(document, "readings", name)
    yield put(document, "rerun", "readings", "declines")


def something_else_changed(document: Document, rng: random.Random) -> Tampered:
    for key in document.keys() - set(LABELS):
        yield drop(document, key)
        yield put(document, None, key) if document[key] is not None else put(document, "XXX", key)
    for key, value in (
        ("unique", False),
        ("unique", 1),
        ("version", 2),
        ("version", True),
        ("version", 1.0),
        ("format", "certificate"),
        ("no_better_value", "believe me"),
        ("remark", "AAA has one more place"),
        ("ties", [["men-500", "1=", "XXX"]]),
        ("tiers", document["tiers"][:-1]),
        ("tiers", [*document["tiers"], document["tiers"][-1]]),
    ):
        yield put(document, value, key)
    yield put(document, "another clause", "tiers", 0, "clause")
    row = rng.randrange(len(document["claims"]))
    for key, value in document["claims"][row].items():
        yield drop(document, "claims", row, key)
        yield put(document, "XXX" if value != "XXX" else "YYY", "claims", row, key)
    yield put(document, int(document["claims"][row]["granted"]), "claims", row, "granted")
    yield put(document, "a remark", "claims", row, "remark")


WAYS: list[Tamper] = [
    a_place_moved,
    a_grant_and_a_refusal_exchanged,
    a_rank_swapped,
    a_reason_removed,
    a_figure_changed,
    a_reason_for_a_grant,
    a_value_raised,
    a_digest_changed,
    numbers_changed,
    a_claim_dropped_added_or_duplicated,
    readings_changed,
    something_else_changed,
]


@pytest.mark.parametrize("tamper", WAYS, ids=lambda tamper: tamper.__name__)
def test_what_was_tampered_with_is_rejected(tamper: Tamper, pool: list[Certified]) -> None:
    number = 0
    for one in pool[:SOME]:
        rng = random.Random(f"{tamper.__name__} {one.scenario.identifier}")
        for document in tamper(one.document, rng):
            assert document != one.document or json.dumps(document) != one.text
            assert problems(document, one.folder) != []
            number += 1
    assert number >= 2 * SOME


def test_a_reason_that_is_not_true_is_rejected(pool: list[Certified]) -> None:
    """A cap that the validator, which shares nothing with the checker, does not see in the way."""
    kinds = {"noc-cap", "event-full", "host-kept", "gender-cap", "total-cap", "teams-full", "unranked", "another"}
    number = 0
    for one in (one for one in pool if one.tiny):
        facts = Obstacles(one.scenario, one.allocation)
        walks = [pathway for pathway in one.scenario.rules.pathways if isinstance(pathway, RelayPlaces | ParallelWalk)]
        refused = [claim for walk in walks for claim in facts.claims(walk) if not claim.granted]
        rows = {(claim.get("event"), claim["rank"]): row for row, claim in enumerate(one.document["claims"])}
        for claim in refused[::2]:
            for kind in sorted(kinds - set(claim.obstacles)):
                document = put(one.document, kind, "claims", rows[claim.event, claim.rank], "fact", "kind")
                assert problems(document, one.folder) != []
                number += 1
    assert number >= 300
