"""The odds of a season against enumeration, paper, the scoring of single seasons and what is proved."""

from __future__ import annotations

import itertools
import os
import tracemalloc
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from season_draws import AnyOrder, beyond_what_is_proved, exact, tiny_season, with_drawn

from quotaproof.model.errors import IncompleteError, InputError
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.season.attendance import Prior, attendance
from quotaproof.solver.season.bounds_search import bounds
from quotaproof.solver.season.odds import odds_of, percent
from quotaproof.solver.season.qualifiers import positions_of, qualifier_model
from quotaproof.solver.season.rankings_of_draws import Scorer, sorted_keys
from quotaproof.solver.season.season import Season, cut_off
from quotaproof.solver.season.simulation import CHUNK, QualifierSimulator, simulate, simulator
from quotaproof.solver.season.strengths import Blocks, Effect, field_share, fit, noise

SAMPLES = int(os.environ.get("QUOTAPROOF_ODDS_SAMPLES", "10000"))
"""Drawn seasons per comparison with enumeration; 1,000,000 were drawn once."""

STRICT = 4.5
"""Standard errors by which a share may be off."""


@pytest.fixture(scope="module")
def pyeongchang() -> Season:
    return cut_off(load_scenario("pyeongchang-2018"), 3)


@pytest.mark.parametrize(("places", "counting"), [(2, None), (3, None), (2, 1), (1, 1)])
def test_odds_of_a_tiny_season_are_those_of_enumeration(places: int, counting: int | None) -> None:
    season = tiny_season(places, counting)
    truth, men = exact(season)
    found = odds_of(season, SAMPLES, seed=7, model=AnyOrder())
    open_cells = 0
    for (event, noc), chances in truth.items():
        for number, drawn in enumerate(found.places(event, noc)):
            right = float(chances.get(number, 0))
            assert abs(drawn - right) <= STRICT * (right * (1 - right) / SAMPLES) ** 0.5 + 1 / SAMPLES, (
                event,
                noc,
                number,
            )
            open_cells += 0 < right < 1
    for noc, chances in men.items():
        for number, drawn in enumerate(found.athletes("men", noc)):
            right = float(chances.get(number, 0))
            assert abs(drawn - right) <= STRICT * (right * (1 - right) / SAMPLES) ** 0.5 + 1 / SAMPLES, (noc, number)
    assert open_cells >= 8


def test_chances_add_up_to_one_and_seeds_reproduce(pyeongchang: Season) -> None:
    one, again, other = (odds_of(pyeongchang, 250, seed=seed) for seed in (3, 3, 4))
    for event in pyeongchang.scenario.rules.events:
        for noc in one.nocs:
            chances = one.places(event.identifier, noc)
            assert chances.sum() == pytest.approx(1) and (chances > 0).all()
    for gender in ("men", "women"):
        assert all(one.athletes(gender, noc).sum() == pytest.approx(1) for noc in one.nocs)
    assert one.to_dict() == again.to_dict() != other.to_dict()
    for number in one.tally.places.sum(axis=2).ravel():
        assert number == 250


def test_every_drawn_season_hands_out_the_start_places(pyeongchang: Season) -> None:
    found = odds_of(pyeongchang, 250, seed=1)
    for event in pyeongchang.scenario.rules.events:
        expected = sum(
            number * count
            for noc in found.nocs
            for number, count in enumerate(
                found.tally.places[
                    [e.identifier for e in pyeongchang.scenario.rules.events].index(event.identifier), found.number[noc]
                ]
            )
        )
        assert expected <= 250 * event.start_places
        assert expected >= 0.95 * 250 * event.start_places


def test_two_processes_give_the_numbers_of_one(pyeongchang: Season) -> None:
    drawing = simulator(pyeongchang)
    one = simulate(drawing, pyeongchang.scenario, 20 * CHUNK, 5, jobs=1)
    two = simulate(drawing, pyeongchang.scenario, 20 * CHUNK, 5, jobs=2)
    assert (one.places == two.places).all() and (one.athletes == two.athletes).all()
    assert (one.seasons, one.ties, one.open) == (two.seasons, two.ties, two.open)


def test_memory_does_not_grow_with_the_samples() -> None:
    season = tiny_season()
    drawing = simulator(season, AnyOrder())
    peaks: list[int] = []
    simulate(drawing, season.scenario, CHUNK, 0)
    for chunks in (4, 80):
        tracemalloc.start()
        simulate(drawing, season.scenario, chunks * CHUNK, 0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_nothing_that_is_drawn_is_beyond_what_is_proved_and_what_is_proved_is_certain() -> None:
    for places in (1, 2, 3):
        season = tiny_season(places)
        proved = bounds(season)
        limits = {key: (one.certain.number, one.possible.number) for key, one in proved.places.items()}
        limits |= {(gender, noc): (o.certain.number, o.possible.number) for (noc, gender), o in proved.athletes.items()}
        found = odds_of(season, 3000, seed=2, proved=limits)
        assert beyond_what_is_proved(found) == 0
        for event in season.scenario.rules.events:
            for noc in found.nocs:
                least, most = limits[event.identifier, noc]
                for number, chance in enumerate(found.places(event.identifier, noc)):
                    assert (chance > 0) == (least <= number <= most)
                    assert (chance == 1) == (least == most == number)
    without = odds_of(season, 3000, seed=2)
    assert all(
        0 < c < 1
        for event in season.scenario.rules.events
        if event.noc_cap
        for c in without.places(event.identifier, "AAA")
    )


def test_drawn_numbers_beyond_what_is_claimed_are_counted() -> None:
    season = tiny_season()
    found = odds_of(season, 1000, model=AnyOrder(), proved={("men-500", "CCC"): (0, 0)})
    assert found.places("men-500", "CCC").tolist() == [1, 0, 0]
    assert beyond_what_is_proved(found) == int(found.tally.places[0, 2, 1:].sum()) > 0


@pytest.mark.parametrize("ties", ["best-result", "sum-of-positions"])
@pytest.mark.parametrize("positions", ["counting", "all"])
def test_drawn_rankings_are_those_of_the_scoring_of_one_season(ties: str, positions: str) -> None:
    loaded = load_scenario("pyeongchang-2018").with_readings({"soqc-ties": ties, "tie-positions": positions})
    season = cut_off(loaded, 2)
    model = qualifier_model(season)
    rng = np.random.default_rng(11)
    drawn = model.draw(rng, 3)
    ranked = Scorer(season, model).rank(drawn, 3, rng)
    known = season.scenario.classifications
    assert known is not None
    for one in range(3):
        results = with_drawn(known, model.nocs, drawn, one)
        right = standings_of(results, season.scenario.rules, season.scenario.readings)
        ties_found = 0
        for index, event in enumerate(season.scenario.rules.events):
            scores = right.scores[event.identifier]
            mine = [model.nocs[n] for n in ranked.entries[one, index] if n >= 0]
            assert len(mine) == len(scores)
            groups: dict[int, list[int]] = {}
            for row, score in enumerate(scores):
                groups.setdefault(score.shared or score.rank, []).append(row)
            for rows in groups.values():
                assert Counter(mine[row] for row in rows) == Counter(scores[row].noc for row in rows)
                ties_found += len(rows) - 1
        assert ties_found >= ranked.ties[one]
        given = simulator(season, model)
        assert isinstance(given, QualifierSimulator)


def test_places_of_a_drawn_season_are_those_of_the_greedy_engine(pyeongchang: Season) -> None:
    drawing = simulator(pyeongchang)
    assert isinstance(drawing, QualifierSimulator)
    seasons = drawing.draw(np.random.default_rng(9), 4)
    rng = np.random.default_rng(9)
    ranked = drawing.scorer.rank(drawing.model.draw(rng, 4), 4, rng)
    for one in range(4):
        orders: dict[str, list[tuple[str, int]]] = {}
        for event, row in zip(pyeongchang.scenario.rules.events, ranked.entries[one], strict=True):
            seen: Counter[str] = Counter()
            orders[event.identifier] = []
            for noc in (drawing.nocs[n] for n in row if n >= 0):
                seen[noc] += 1
                orders[event.identifier].append((noc, seen[noc]))
        given = greedy.allocate(replace(pyeongchang.scenario, standings=Standings.of(orders)))
        for event, row in zip(pyeongchang.scenario.rules.events, seasons.places[one], strict=True):
            assert {noc: int(n) for noc, n in zip(drawing.nocs, row, strict=True) if n} == given.places[
                event.identifier
            ]


def test_keys_that_are_too_long_for_one_number_are_sorted_all_the_same() -> None:
    rng = np.random.default_rng(0)
    parts = [rng.integers(0, 3, size=(40, 30)) * (1 << 18) for _ in range(5)]
    started = rng.random((40, 30)) < 0.8
    which, ended, same = sorted_keys(parts, started, rng)
    for row in range(40):
        keys = [tuple(int(part[row, n]) for part in parts) for n in range(30)]
        right = sorted(keys[n] for n in range(30) if started[row, n])
        own = [keys[n] for n, end in zip(which[row], ended[row], strict=True) if not end]
        assert own == right
        assert [a == b for a, b in itertools.pairwise(own)] == same[row][: len(own) - 1].tolist()
    assert same.any()


def test_chance_orders_what_nothing_tells_apart() -> None:
    parts, started = [np.zeros((4000, 3), dtype=np.int64)], np.ones((4000, 3), dtype=np.bool_)
    which, _, _ = sorted_keys(parts, started, np.random.default_rng(1))
    for share in np.bincount(which[:, 0], minlength=3) / 4000:
        assert abs(share - 1 / 3) < STRICT * (2 / 9 / 4000) ** 0.5


def test_positions_number_an_nocs_entries_from_the_best() -> None:
    figures = np.array([[[0.1, 0.9], [0.5, 2.0]]], dtype=np.float32)
    started = np.array([[[True, True], [True, False]]])
    assert positions_of(figures, started).tolist() == [[[1, 3], [2, 0]]]


def test_strengths_are_shrunk_as_on_paper() -> None:
    """One effect and noise: the mean is s/(s + e/n) of the average, and the variance s e / (n s + e)."""
    values = np.array([1.0, 2.0, -3.0, 0.0, 0.5, -0.5])
    who = np.array([0, 0, 1, 2, 3, 3])
    effects = [Effect("noc", who, np.arange(4), 0.5), Effect("noise", np.arange(6), np.full(4, -1), 0.3)]
    found = fit(values, np.zeros((6, 1)), who, np.arange(4), effects)
    s, e = found.variances["noc"], found.variances["noise"]
    for noc in range(4):
        own = values[who == noc]
        assert found.mean[noc] == pytest.approx(s / (s + e / len(own)) * own.mean())
        root = next(root for targets, root in found.roots if targets.tolist() == [noc])
        assert float((root @ root.T)[0, 0]) == pytest.approx(s * e / (len(own) * s + e))
    drawn = found.draw(np.random.default_rng(0), 40000)
    assert drawn.mean(axis=0) == pytest.approx(found.mean, abs=0.02)


def test_variances_are_found_where_there_are_many_results() -> None:
    rng = np.random.default_rng(5)
    who = np.repeat(np.arange(120), 6)
    values = rng.normal(0, 1.2, 120)[who] + rng.normal(0, 0.5, 720) + 3
    effects = [Effect("noc", who, np.arange(120), 0.5), Effect("noise", np.arange(720), np.full(120, -1), 0.5)]
    found = fit(values, np.ones((720, 1)), who, np.arange(120), effects)
    assert found.variances["noc"] == pytest.approx(1.44, rel=0.3)
    assert found.variances["noise"] == pytest.approx(0.25, rel=0.15)
    assert found.fixed[0] == pytest.approx(3, abs=0.4)


def test_the_slope_of_the_likelihood_is_that_of_small_steps() -> None:
    rng = np.random.default_rng(2)
    who, meet = np.repeat(np.arange(6), 5), np.tile(np.arange(5), 6)
    effects = [
        Effect("noc", who, np.arange(6), 0.5),
        Effect("noc-pair", who * 3 + meet // 2, np.full(6, -1), 0.2),
        Effect("noise", np.arange(30), np.full(6, -1), 0.3),
    ]
    blocks = Blocks(rng.normal(size=30), np.eye(5)[meet], who, effects)
    variances = np.array([0.7, 0.3, 0.4])
    _, slope = blocks.loss(variances)
    for index in range(3):
        step = np.eye(3)[index] * 1e-5
        rise = (blocks.loss(variances + step)[0] - blocks.loss(variances - step)[0]) / 2e-5
        assert slope[index] == pytest.approx(rise, rel=1e-4)


def test_noise_and_the_share_of_a_field_have_variance_one() -> None:
    assert noise(np.random.default_rng(0), (200_000,)).var() == pytest.approx(1, rel=0.03)
    shares = [field_share(position, 90) for position in range(1, 91)]
    assert np.mean(shares) == pytest.approx(0) and np.var(shares) == pytest.approx(1, rel=0.01)
    assert shares[0] > shares[-1]


def test_who_was_absent_is_likely_absent_again() -> None:
    """Three NOCs over 500 m at two meets: the third stays away from the second meet."""
    entries = np.array([[[3, 2, 1]], [[3, 2, 0]]])
    chances = attendance(entries, np.array([False]), np.array([[3, 3, 3]]), np.array([[True], [True]]))
    assert chances.here.tolist() == [True, True, False]
    assert chances.usual.tolist() == [[3, 2, 1]]
    assert chances.comes[0] > chances.comes[1] > 0.8 > 0.5 > chances.comes_back
    assert chances.comes[1] == pytest.approx((0.92 * 20 + 1) / 22)
    came, starts = chances.draw(np.random.default_rng(0), 20000, np.broadcast_to(chances.here, (20000, 3)))
    assert came[:, 2].mean() == pytest.approx(chances.comes_back, abs=0.02)
    assert starts.max() <= 3 and (starts[:, 0][~came] == 0).all()
    assert Prior(0.5, 2).with_cases(3, 3) == pytest.approx(0.8)


def test_an_event_that_has_not_been_held_is_entered_as_the_others_are() -> None:
    entries = np.array([[[3, 2], [0, 0], [0, 0]]])
    teams, most = np.array([False, False, True]), np.array([[3, 3], [2, 2], [1, 1]])
    chances = attendance(entries, teams, most, np.array([[True, False, False]]))
    assert chances.usual.tolist() == [[3, 2], [2, 2], [1, 0]]


def test_drawn_meets_have_the_average_results_of_those_held(pyeongchang: Season) -> None:
    """Numbering after the race makes no first entry better than first entries were."""
    model = qualifier_model(pyeongchang)
    known = pyeongchang.scenario.classifications
    assert known is not None
    fields: Counter[tuple[str, str]] = Counter((r.event, r.meet) for r in known.results)
    drawn = model.draw(np.random.default_rng(3), 300)
    for k in (1, 2, 3):
        held = [
            (r.position - 0.5) / fields[r.event, r.meet]
            for r in known.results
            if r.qualifier == k and not r.event.endswith("relay")
        ]
        later: list[float] = []
        for (event, _), own in drawn.items():
            if not event.endswith("relay"):
                size = (own > 0).sum(axis=(1, 2))[:, None]
                later += ((own[:, :, k - 1] - 0.5) / size)[own[:, :, k - 1] > 0].tolist()
        assert np.mean(later) == pytest.approx(np.mean(held), abs=0.025), k


def test_an_excluded_noc_is_in_no_drawn_season(pyeongchang: Season) -> None:
    season = replace(pyeongchang, scenario=replace(pyeongchang.scenario, excluded=frozenset({"CAN"})))
    found = odds_of(season, 100)
    assert "CAN" not in found.nocs
    assert found.places("men-500", "CAN").tolist() == [1, 0, 0, 0]


def test_per_cent_says_no_more_than_is_known() -> None:
    texts = [percent(chance) for chance in (0, 1, 0.00005, 0.99995, 0.005, 0.5, 0.123)]
    assert texts == ["0 %", "100 %", "<0.01 %", ">99.99 %", "0.50 %", "50.0 %", "12.3 %"]


def test_what_cannot_be_drawn_is_refused_in_a_sentence(pyeongchang: Season) -> None:
    for wrong, words in (({"samples": 0}, "samples"), ({"seed": -1}, "seed"), ({"jobs": 0}, "processes")):
        with pytest.raises(InputError, match=words):
            odds_of(pyeongchang, **{"samples": 10, **wrong})  # type: ignore[arg-type]
    nothing = replace(pyeongchang, scenario=replace(pyeongchang.scenario, classifications=None))
    with pytest.raises(IncompleteError, match="at least one meet"):
        odds_of(nothing, 10)
    found = odds_of(pyeongchang, 10)
    with pytest.raises(InputError, match="quota places"):
        found.athletes("mixed", "CAN")
    assert isinstance(found.scenario, Scenario)
