"""A model that is built once and used again gives what a new one would: nothing of one scenario stays for the next."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import draw
import pytest

from quotaproof.model.allocation import Allocation
from quotaproof.model.kept import hold
from quotaproof.model.rules import Readings
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine, template
from quotaproof.solver.engines.cpsat.status import Settings


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    template.forget_templates()
    yield
    template.forget_templates()


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[template.Frame]:
    """The frames of the templates that are built."""
    frames: list[template.Frame] = []
    real = template.Template.__post_init__

    def noted(made: template.Template) -> None:
        frames.append(made.frame)
        real(made)

    monkeypatch.setattr(template.Template, "__post_init__", noted)
    return frames


def season(seed: int) -> Iterator[Scenario]:
    """One scenario after the other under nearly the same rules: other standings, caps and readings, entries gone."""
    rng = random.Random(seed)
    base = draw.realistic(seed)
    for _ in range(8):
        scenario = rng.choice([base, draw.realistic(rng.randint(0, 99))])
        caps: dict[str, int] = {}
        if rng.random() < 0.5:
            caps["total"] = rng.randint(90, 116)
            caps[rng.choice(["men", "women"])] = rng.randint(45, 58)
            event = rng.choice(scenario.rules.events)
            caps[event.identifier] = rng.randint(3, event.start_places)
        readings = Readings(
            gender_cap=rng.choice(["walk", "walk", "nominal", "hard"]),
            remaining_ties="men-first",
            fifth_in_walk=rng.choice(["yes", "yes", "no"]),
        )
        gone = [
            (event, str(entry.noc), int(entry.qualifier or 0))
            for event, ranking in scenario.standings.rankings.items()
            for entry in rng.sample(ranking.entries, rng.choice([0, 0, 1, 3]))
        ]
        yield replace(
            scenario,
            rules=scenario.rules.with_caps(caps),
            readings=readings,
            standings=scenario.standings.without(gone),
            host=rng.choice(["CHN", "CHN", "ITA", None]),
        )


def afresh(scenario: Scenario, settings: Settings = Settings()) -> Allocation:  # noqa: B008
    template.forget_templates()
    return engine.allocate(scenario, settings)


@pytest.mark.parametrize("seed", range(5))
def test_a_model_used_again_gives_what_a_new_one_gives(seed: int) -> None:
    scenarios = list(season(seed))
    template.forget_templates()
    used_again = [engine.allocate(scenario) for scenario in (*scenarios, *reversed(scenarios))]
    assert used_again[: len(scenarios)] == used_again[len(scenarios) :][::-1]
    for scenario, allocation in zip(scenarios, used_again, strict=False):
        assert allocation == afresh(scenario)
        assert allocation.same_places(greedy.allocate(scenario))


def test_holes_are_filled_the_same_with_a_model_used_again() -> None:
    scenario = draw.realistic(5)
    before = greedy.allocate(scenario)
    rng = random.Random(5)
    helds = []
    for _ in range(8):
        event, noc = rng.choice([(e, n) for e, places in before.places.items() for n in places if "-relay" not in e])
        number = rng.randint(1, before.places[event][noc])
        kept = before.places[event][noc] - number
        helds.append(hold(scenario.rules, before, [(event, noc, number)], {(event, noc): kept}))
    used_again = [engine.fill(scenario, held) for held in helds]
    for held, allocation in zip(helds, used_again, strict=True):
        template.forget_templates()
        assert allocation == engine.fill(scenario, held)
        assert allocation.same_places(greedy.fill(scenario, held))


def test_standings_in_another_order_build_nothing(built: list[template.Frame]) -> None:
    scenario = draw.realistic(1)
    engine.allocate(scenario)
    first = len(built)
    assert first > 0
    for seed in range(4):
        rng = random.Random(seed)
        orders: dict[str, list[tuple[str, int]]] = {}
        for event, ranking in scenario.standings.rankings.items():
            nocs = [noc for noc, _ in ranking.claims()]
            if scenario.rules.event(event).kind == "individual":
                rng.shuffle(nocs)
            orders[event] = [(noc, nocs[: place + 1].count(noc)) for place, noc in enumerate(nocs)]
        other = replace(scenario, standings=Standings.of(orders))
        assert engine.allocate(other).same_places(greedy.allocate(other))
    assert len(built) == first


def test_caps_build_nothing(built: list[template.Frame]) -> None:
    scenario = draw.realistic(1)
    engine.allocate(scenario)
    first = len(built)
    for men, places in ((50, 30), (54, 28), (52, 20)):
        other = replace(scenario, rules=scenario.rules.with_caps({"men": men, "men-500": places}))
        assert engine.allocate(other).same_places(greedy.allocate(other))
    assert len(built) == first


def test_a_much_smaller_scenario_has_a_model_of_its_own_size(built: list[template.Frame]) -> None:
    scenario = draw.realistic(1)
    few = {event: ranking.claims()[:6] for event, ranking in scenario.standings.rankings.items()}
    small = replace(scenario, standings=Standings.of(few))
    engine.allocate(scenario)
    assert engine.allocate(small) == afresh(small)
    frame = built[0]
    engine.allocate(small)
    sizes = [sum(len(variables) for variables in own.values()) for own in template._remembered[frame].y.values()]
    assert max(sizes) <= 12


def test_not_every_rule_set_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "TEMPLATES", 3)
    for host in ("CHN", "ITA", "JPN", "KOR", "NED"):
        scenario = replace(draw.realistic(1), host=host)
        assert engine.allocate(scenario).same_places(greedy.allocate(scenario))
        assert len(template._remembered) <= 3


def test_presolve_seeds_and_shuffled_variables_have_no_say_in_a_model_used_again() -> None:
    scenarios = [draw.realistic(3), draw.wild(3), draw.realistic(4)]
    expected = [afresh(scenario) for scenario in scenarios]
    for settings in (Settings(presolve=False), Settings(seed=11), Settings(shuffle=5), Settings(proof="objectives")):
        template.forget_templates()
        for _ in range(2):
            assert [engine.allocate(scenario, settings) for scenario in scenarios] == expected
