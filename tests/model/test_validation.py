"""The validator: nothing to say of what the rules give, and something to say of anything else."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from draw import realistic, wild

from quotaproof.model.allocation import Allocation, Award
from quotaproof.model.errors import IncompleteError, QuotaError
from quotaproof.model.pathways import QuotaPlaces, Remainder, TeamTopUp
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines.greedy import allocate

SOCHI = load_scenario("sochi-2014")
STRANGER = "XXX"

Case = tuple[Scenario, Allocation]
Tampering = tuple[str, Allocation]


def allocated(scenarios: Iterable[Scenario]) -> Iterator[Case]:
    """Yield the scenarios that have an allocation, with it; some draws leave no room for the host's places."""
    for scenario in scenarios:
        try:
            yield scenario, allocate(scenario)
        except QuotaError:
            continue


def said(scenario: Scenario, allocation: Allocation) -> list[str]:
    return [str(violation) for violation in violations(scenario, allocation)]


# What the rules give -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [realistic, wild], ids=["realistic", "wild"])
def test_nothing_is_wrong_with_what_the_rules_give(kind: object) -> None:
    draws = list(allocated((realistic if kind is realistic else wild)(seed) for seed in range(60)))
    assert len(draws) > 50
    for scenario, allocation in draws:
        assert said(scenario, allocation) == [], scenario.identifier
        assert said(scenario, replace(allocation, decisions=())) == [], scenario.identifier


def test_nothing_is_wrong_with_the_allocation_of_sochi() -> None:
    assert said(SOCHI, allocate(SOCHI)) == []


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_wrong_under_any_reading(seed: int) -> None:
    for cap in ("walk", "nominal", "hard"):
        for fifth in ("yes", "no"):
            scenario = realistic(seed).with_readings(
                {"gender-cap": cap, "fifth-in-walk": fifth, "remaining-ties": "men-first"}
            )
            assert said(scenario, allocate(scenario)) == [], (cap, fifth)


def test_incomplete_standings_cannot_be_judged() -> None:
    scenario = realistic(0)
    with pytest.raises(IncompleteError):
        violations(replace(scenario, standings=Standings()), allocate(scenario))


# Anything else -------------------------------------------------------------------------------------------------------


def with_places(allocation: Allocation, event: str, changes: dict[str, int]) -> Allocation:
    places = dict(allocation.places[event])
    for noc, change in changes.items():
        places[noc] = places.get(noc, 0) + change
    kept = {noc: number for noc, number in sorted(places.items()) if number}
    return replace(allocation, places={**allocation.places, event: kept})


def with_awards(allocation: Allocation, removed: Award | None, *added: Award) -> Allocation:
    awards = list(allocation.awards)
    if removed is not None:
        awards.remove(removed)
    return replace(allocation, awards=(*awards, *(award for award in added if award.number)))


def handing_out(scenario: Scenario) -> list[str]:
    """Pathways that hand out quota places."""
    kinds = (QuotaPlaces, TeamTopUp, Remainder)
    return [pathway.identifier for pathway in scenario.rules.pathways if isinstance(pathway, kinds)]


def start_places_tampered(scenario: Scenario, allocation: Allocation) -> Iterator[Tampering]:
    """Every allocation with one start place added, removed, or moved to another NOC or event."""
    nocs = [*scenario.nocs, STRANGER]
    for event in allocation.places:
        for noc in nocs:
            yield f"{noc} gets a place in {event}", with_places(allocation, event, {noc: 1})
        for noc in allocation.places[event]:
            taken = with_places(allocation, event, {noc: -1})
            yield f"{noc} loses a place in {event}", taken
            for other in nocs:
                if other != noc:
                    moved = with_places(allocation, event, {noc: -1, other: 1})
                    yield f"a place in {event} moves from {noc} to {other}", moved
            for elsewhere in allocation.places:
                if elsewhere != event:
                    yield f"a place of {noc} moves from {event} to {elsewhere}", with_places(taken, elsewhere, {noc: 1})


def awards_tampered(scenario: Scenario, allocation: Allocation) -> Iterator[Tampering]:
    """Every allocation with one quota place or one award added, removed, or moved to another NOC, gender or pathway."""
    nocs = [*scenario.nocs, STRANGER]
    for award in allocation.awards:
        fewer = award._replace(number=award.number - 1)
        one = award._replace(number=1)
        yield f"without {award}", with_awards(allocation, award)
        yield f"one more in {award}", with_awards(allocation, award, award._replace(number=award.number + 1))
        yield f"one fewer in {award}", with_awards(allocation, award, fewer)
        for gender in GENDERS:
            if gender != award.gender:
                yield f"{award} to the {gender}", with_awards(allocation, award, award._replace(gender=gender))
                yield (
                    f"one of {award} to the {gender}",
                    with_awards(allocation, award, fewer, one._replace(gender=gender)),
                )
        for noc in nocs:
            if noc != award.noc:
                yield f"{award} to {noc}", with_awards(allocation, award, award._replace(noc=noc))
                yield f"one of {award} to {noc}", with_awards(allocation, award, fewer, one._replace(noc=noc))
        for pathway in (*handing_out(scenario), "P99"):
            if pathway != award.pathway:
                yield f"{award} by {pathway}", with_awards(allocation, award, award._replace(pathway=pathway))
    for pathway in (*handing_out(scenario), "P99"):
        for noc in nocs:
            for gender in GENDERS:
                added = Award(pathway, noc, gender, 1)
                yield f"also {added}", with_awards(allocation, None, added)


def host_tampered(scenario: Scenario, allocation: Allocation) -> Iterator[Tampering]:
    """Every allocation without the host's places in one event, or with all of them given to another NOC."""
    host = scenario.host
    if host is None:
        return
    for event in scenario.rules.host_events:
        number = allocation.places[event][host]
        yield f"the host is not in {event}", with_places(allocation, event, {host: -number})
        for noc in (*scenario.nocs, STRANGER):
            if noc != host:
                given = with_places(allocation, event, {host: -number, noc: number})
                yield f"{noc} has the host's places in {event}", given


def unnoticed(scenario: Scenario, tamperings: Iterable[Tampering]) -> list[str]:
    return [what for what, tampered in tamperings if not violations(scenario, tampered)]


def small(count: int) -> list[Case]:
    """The first wild draws with few NOCs, without recorded decisions; ties leave an allocation partial, so none."""
    found = []
    for scenario, allocation in allocated(wild(seed) for seed in range(1000)):
        if len(scenario.nocs) <= 7 and allocation.status == "optimal":
            found.append((scenario, replace(allocation, decisions=())))
            if len(found) == count:
                break
    return found


SMALL = small(6)


@pytest.mark.parametrize("case", SMALL, ids=[scenario.identifier for scenario, _ in SMALL])
@pytest.mark.parametrize("tamper", [start_places_tampered, awards_tampered, host_tampered])
def test_every_tampering_with_a_small_allocation_is_noticed(case: Case, tamper: object) -> None:
    scenario, allocation = case
    assert unnoticed(scenario, tamper(scenario, allocation)) == []  # type: ignore[operator]


LARGE = [
    (scenario, replace(allocation, decisions=()))
    for scenario, allocation in allocated(
        [SOCHI, *(realistic(seed) for seed in range(4)), *(wild(seed) for seed in range(2000, 2012))]
    )
    if allocation.status == "optimal"
]


@pytest.mark.parametrize("case", LARGE, ids=[scenario.identifier for scenario, _ in LARGE])
def test_tampering_with_a_large_allocation_is_noticed(case: Case) -> None:
    scenario, allocation = case
    rng = random.Random(scenario.identifier)
    for tamper in (start_places_tampered, awards_tampered, host_tampered):
        tamperings = list(tamper(scenario, allocation))
        assert unnoticed(scenario, rng.sample(tamperings, min(30, len(tamperings)))) == []


def test_a_tampering_is_noticed_with_decisions_too() -> None:
    scenario = realistic(0)
    allocation = allocate(scenario)
    tamperings = list(start_places_tampered(scenario, allocation))
    assert unnoticed(scenario, random.Random(0).sample(tamperings, 100)) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_decision_that_is_turned_round_or_missing_is_noticed(seed: int) -> None:
    scenario = realistic(seed)
    allocation = allocate(scenario)
    walks = [n for n, d in enumerate(allocation.decisions) if d.event not in (None, "mixed-relay") and d.qualifier]
    for number in random.Random(seed).sample(walks, 60):
        before, decision, after = (
            allocation.decisions[:number],
            allocation.decisions[number],
            allocation.decisions[number + 1 :],
        )
        turned = decision._replace(granted=not decision.granted)
        assert violations(scenario, replace(allocation, decisions=(*before, turned, *after)))
        assert violations(scenario, replace(allocation, decisions=(*before, *after)))


def test_a_false_reason_is_noticed() -> None:
    scenario = realistic(0)
    allocation = allocate(scenario)
    found = 0
    for number, decision in enumerate(allocation.decisions):
        if decision.event in (None, "mixed-relay") or decision.granted:
            continue
        rank = decision.figures["rank"]
        # With fewer entries ahead than start places, the event cannot have been full.
        false = (
            ["ranked"]
            if rank is None or int(rank) >= scenario.rules.event(decision.event).start_places
            else ["ranked", "event-full", "host-kept"]
        )
        for kind in false:
            decisions = list(allocation.decisions)
            decisions[number] = decision._replace(kind=kind)
            message = f"the recorded reason {kind!r} is not the one that decides"
            assert any(message in one for one in said(scenario, replace(allocation, decisions=tuple(decisions))))
            found += 1
    assert found > 50


def test_start_places_before_a_tie_are_judged() -> None:
    """A tie for a remaining quota place leaves the start places of the individual events and relays certain."""
    tied = [
        (scenario, replace(allocation, decisions=()))
        for scenario, allocation in allocated(wild(seed) for seed in range(150))
        if allocation.tied and all(one.pathway in ("P5", "P6") for one in allocation.tied)
    ]
    assert len(tied) >= 3
    for scenario, allocation in tied[:6]:
        tamperings = list(start_places_tampered(scenario, allocation))
        assert unnoticed(scenario, random.Random(0).sample(tamperings, 40)) == []


# What is not noticed yet ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pathway", ["P1", "P2", "P7"])
def test_a_quota_place_by_a_pathway_that_hands_out_none_is_noticed(pathway: str) -> None:
    scenario, allocation = SMALL[0]
    added = (Award(pathway, noc, gender, 1) for noc in scenario.nocs for gender in GENDERS)
    assert unnoticed(scenario, ((str(award), with_awards(allocation, None, award)) for award in added)) == []


def test_a_start_place_in_an_event_that_the_rules_do_not_have_is_noticed() -> None:
    scenario, allocation = SMALL[0]
    assert violations(scenario, replace(allocation, places={**allocation.places, "men-3000": {"CAN": 1}}))


def test_a_negative_number_of_start_places_is_noticed() -> None:
    scenario, allocation = SMALL[0]
    assert violations(scenario, with_places(allocation, "men-500", {STRANGER: -1}))


def test_a_decision_on_a_quota_place_or_the_mixed_relay_is_judged() -> None:
    scenario = realistic(0)
    allocation = allocate(scenario)
    for number, decision in enumerate(allocation.decisions):
        if decision.event in (None, "mixed-relay"):
            decisions = list(allocation.decisions)
            decisions[number] = decision._replace(granted=not decision.granted)
            assert violations(scenario, replace(allocation, decisions=tuple(decisions)))


# What is said --------------------------------------------------------------------------------------------------------


def test_a_host_without_its_place_is_named() -> None:
    scenario = realistic(0)
    allocation = replace(allocate(scenario), decisions=())
    (host,) = [noc for noc in [scenario.host] if noc]
    tampered = with_places(allocation, "men-relay", {host: -1})
    assert f"caps, {host}, men-relay: the host has no start place" in said(scenario, tampered)


def test_a_cap_that_is_broken_is_named() -> None:
    scenario = realistic(0)
    allocation = replace(allocate(scenario), decisions=())
    noc = next(iter(allocation.places["men-relay"]))
    found = said(scenario, with_places(allocation, "men-relay", {noc: 1}))
    assert "caps, all, men-relay: 9 start places; the cap is 8" in found
    assert f"caps, {noc}, men-relay: 2 start places; the cap per NOC is 1" in found


def test_quota_places_beyond_the_total_are_named() -> None:
    scenario = realistic(0)
    allocation = replace(allocate(scenario), decisions=())
    assert sum(allocation.totals) == 112
    found = said(scenario, with_awards(allocation, None, Award("P6", "CAN", "men", 1)))
    assert "caps, all, total: 113 quota places; the cap is 112" in found


def test_a_pathway_that_the_rules_do_not_have_is_named() -> None:
    scenario = realistic(0)
    allocation = replace(allocate(scenario), decisions=())
    found = said(scenario, with_awards(allocation, None, Award("P99", "CAN", "men", 1)))
    assert any("pathway 'P99', which gives none in these rules" in one for one in found)
