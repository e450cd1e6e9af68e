"""Scores of forecasts on paper, and the backtest."""

from __future__ import annotations

import math

import numpy as np
import pytest

from quotaproof.model.changes import SetCap, apply
from quotaproof.model.errors import InputError
from quotaproof.scenarios import load_scenario
from quotaproof.scenarios.backtest import seasons_over
from quotaproof.solver.season.backtest import backtest, cut_offs, places_now
from quotaproof.solver.season.scores import best_share, reliability, scores, smoothed
from quotaproof.solver.season.season import cut_off

ALL = np.ones((2, 3), dtype=np.bool_)


def test_scores_on_paper() -> None:
    """0.2 + 0.3 + 0.5 with 1 coming: 0.04 + 0.49 + 0.25; all on 0 with 2 coming: 2."""
    found = scores(np.array([[0.2, 0.3, 0.5], [1, 0, 0]]), np.array([1, 2]))
    assert found.brier == pytest.approx((0.78 + 2) / 2)
    assert math.isinf(found.log_loss) and found.cells == 2
    right = scores(np.array([[0.2, 0.3, 0.5], [0.25, 0.25, 0.5]]), np.array([1, 2]))
    assert right.log_loss == pytest.approx(-(math.log(0.3) + math.log(0.5)) / 2)
    assert right.better_than(found) and not found.better_than(right)


def test_a_spread_part_goes_only_to_numbers_a_cell_may_have() -> None:
    allowed = np.array([[True, True, False], [True, True, True]])
    found = smoothed(np.array([[1.0, 0, 0], [0, 0, 1.0]]), allowed, 0.3)
    assert found.tolist() == [
        [0.85, pytest.approx(0.15), 0],
        [pytest.approx(0.1), pytest.approx(0.1), pytest.approx(0.8)],
    ]


def test_the_best_part_to_spread_is_the_share_of_wrong_cells() -> None:
    """Of 20 cells with two numbers three are wrong: the loss is least where the half of the part is 3/20."""
    forecast = np.tile([1.0, 0.0], (20, 1))
    came = np.array([1] * 3 + [0] * 17)
    assert best_share(forecast, np.ones((20, 2), dtype=np.bool_), came) == pytest.approx(0.3, abs=1e-3)


def test_reliability_counts_at_least_one_and_at_least_two() -> None:
    forecast = np.array([[0.25, 0.25, 0.5], [0.75, 0.25, 0.0]])
    found = reliability(forecast, np.array([[True, True, True], [True, True, False]]), np.array([2, 0]))
    assert [(one.number, one.mean, one.share) for one in found] == [(1, 0.25, 0), (1, 0.5, 1), (1, 0.75, 1)]


def test_an_event_may_have_fewer_places_than_an_noc_may_have_there() -> None:
    """All three forecasts then give the numbers that there are."""
    scenario = apply(load_scenario("pyeongchang-2018"), [SetCap("men-500", 1), SetCap("women-1000", 2)])
    (row,) = backtest([(scenario, 3)], samples=20).rows
    for found in (row.odds, row.now, row.share):
        assert 0 <= found.brier <= 2 and math.isfinite(found.brier)
    cells = [index for index, (event, _) in enumerate(row.cells.names) if event == "men-500"]
    assert row.cells.came[cells].sum() == 1


def test_the_five_seasons_are_in_the_data() -> None:
    assert seasons_over() == (
        ("sochi-2014", 1),
        ("pyeongchang-2018", 1),
        ("pyeongchang-2018", 2),
        ("pyeongchang-2018", 3),
        ("speed-skating-2026", 2),
    )


def test_the_odds_are_better_than_both_other_forecasts_in_all_five() -> None:
    found = backtest([(load_scenario(name), after) for name, after in seasons_over()], samples=1000)
    assert [row.beats_both for row in found.rows] == [True] * 5
    for row in found.rows:
        assert row.odds.log_loss < 0.7 * row.now.log_loss
        assert row.odds.cells == row.now.cells == row.share.cells == len(row.cells.names)
        assert row.cells.odds.sum(axis=1) == pytest.approx(1)
    # Where the odds give from 10 % to 90 %, what came is within 12 points of the mean chance, over all five.
    middle = [one for one in found.reliability if 0.1 < one.mean < 0.9]
    number = sum(one.number for one in middle)
    assert abs(sum((one.share - one.mean) * one.number for one in middle) / number) < 0.05
    assert number > 200


def test_what_came_is_what_the_rules_give_from_all_results() -> None:
    """Start places after all meets are those that are known of Sochi but for two cells (SOURCES.md)."""
    scenario = load_scenario("sochi-2014")
    given = places_now(cut_off(scenario))
    assert scenario.published is not None
    different = {
        (event, noc)
        for event, own in given.items()
        for noc in scenario.published.nocs
        if scenario.published.number(noc, event) != own.get(noc, 0)
    }
    assert different == {("men-1000", "KAZ"), ("men-1000", "HUN")}


def test_seasons_that_cannot_be_forecast_are_refused() -> None:
    with pytest.raises(InputError, match="is not over"):
        backtest([(load_scenario("speed-skating-2026-after-two"), 1)], samples=10)
    with pytest.raises(InputError, match="nothing of sochi-2014 is left"):
        backtest([(load_scenario("sochi-2014"), 2)], samples=10)
    with pytest.raises(InputError, match="no season to forecast"):
        backtest([], samples=10)
    assert cut_offs(load_scenario("sochi-2014")) == ("torino-2013",)
