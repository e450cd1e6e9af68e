"""A backtest as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .grid import grid, paragraphs

if TYPE_CHECKING:
    from quotaproof.solver.season.backtest import Backtest

HEADER = (
    "season",
    "meets held",
    "cells",
    "Brier: odds",
    "as things stand",
    "share so far",
    "log loss: odds",
    "as things stand",
    "share so far",
    "better than both",
)
KEYS = (
    "scenario",
    "meets-held",
    "cells",
    "brier-odds",
    "brier-now",
    "brier-share",
    "log-loss-odds",
    "log-loss-now",
    "log-loss-share",
    "better-than-both",
)
MATTER = ("meets held", "Brier: odds", "log loss: odds", "better than both")
"""The columns that stay longest."""


def backtest(found: Backtest, form: str, *, color: bool = False) -> str:
    """Return a table with a row per season, and how often what was given some chance came; as CSV the rows alone."""
    rows = [
        [
            row.season.scenario.identifier,
            f"{len(row.season.meets_held)} of {len(row.season.meets)}"
            if form != "csv"
            else str(len(row.season.meets_held)),
            str(row.odds.cells),
            *(f"{one.brier:.4f}" for one in (row.odds, row.now, row.share)),
            *(f"{one.log_loss:.4f}" for one in (row.odds, row.now, row.share)),
            "yes" if row.beats_both else "no",
        ]
        for row in found.rows
    ]
    if form == "csv":
        return grid(list(KEYS), rows, form, color=color)
    bins = [[str(one.number), _chance(one.mean), _chance(one.share)] for one in found.reliability]
    counted = "How often an event gave an NOC at least so many start places, by the chance the odds gave it:"
    note = (
        f"{found.samples:,} season{'s' * (found.samples != 1)} drawn per row, seed {found.seed}. "
        "Scores are means over cells, lower is better. "
        "The two other forecasts are spread by the part that makes their loss least, known only afterwards."
    )
    scores = grid(list(HEADER), rows, form, color=color, matter=MATTER)
    return paragraphs(
        [scores, note, counted, grid(["forecasts", "mean chance", "came"], bins, form, color=color)], form
    )


def _chance(share: float) -> str:
    return f"{100 * share:.1f} %"
