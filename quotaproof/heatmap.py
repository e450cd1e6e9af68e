"""A sweep as a heat map in tones of one colour, with its numbers, so that it can be read in black and white."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quotaproof import figure
from quotaproof.model.scenario import Scenario
from quotaproof.solver.sweep.summary import Matrix, Summary
from quotaproof.text.sweep import change_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 60
"""Rows and columns up to which a map can be read; beyond that the rows with the largest numbers are drawn."""


def draw(summary: Summary, form: str, scenario: Scenario) -> bytes:
    """Return the heat map of a sweep of a scenario as `svg` or `png`.

    With declines: rows decline, columns gain (on average per point with that decline; the decliner's own cells are
    left out). With a grid: how quota places change. Otherwise: how often an NOC has so many quota places.
    """
    matrices = [_readable(matrix) for matrix in summary.matrices()]
    width = 1.6 + 0.46 * max(8, *(len(matrix.columns) for matrix in matrices))
    heights = [1.0 + 0.26 * max(len(matrix.rows), 3) for matrix in matrices]
    drawn = figure.figure(width, sum(heights))
    axes: Any = drawn.subplots(len(matrices), 1, height_ratios=heights, squeeze=False)
    for own, matrix in zip(axes[:, 0], matrices, strict=True):
        _draw(own, matrix, [change_words(name, scenario) for name in matrix.rows])
    points = f"{summary.points:,} points" if summary.points != 1 else "1 point"
    drawn.suptitle(f"{scenario.title}, {points}", x=0.01, ha="left", fontsize=11)
    return figure.saved(drawn, form)


def _readable(matrix: Matrix) -> Matrix:
    """The rows and columns with the largest numbers, in their order, where there are too many."""
    import numpy as np

    size = np.abs(matrix.numbers)
    rows = np.sort(np.argsort(-size.sum(axis=1), kind="stable")[:MOST])
    columns = np.sort(np.argsort(-size.sum(axis=0), kind="stable")[:MOST])
    return Matrix(
        matrix.title,
        tuple(matrix.rows[n] for n in rows),
        tuple(matrix.columns[n] for n in columns),
        matrix.numbers[np.ix_(rows, columns)],
        matrix.row_name,
        matrix.column_name,
    )


def _draw(axes: Axes, matrix: Matrix, names: list[str]) -> None:
    """Darker is more; a loss is hatched; the number is in the cell; rows have names in words."""
    from matplotlib.patches import Rectangle

    largest = max(float(abs(matrix.numbers).max(initial=0)), 1e-9)
    axes.imshow(abs(matrix.numbers), cmap=figure.TONES, vmin=0, vmax=largest * 1.15, aspect="auto")
    for row, name in enumerate(matrix.rows):
        for column, other in enumerate(matrix.columns):
            number = float(matrix.numbers[row, column])
            own = name.partition(":")[0] == other and matrix.row_name == "declines"
            if number < 0:
                axes.add_patch(
                    Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, hatch="////", linewidth=0, edgecolor="0.35")
                )
            text = "x" if own else _short(number)
            shade = "white" if abs(number) > largest * 0.75 else "black"
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6} if number < 0 else None
            axes.text(
                column, row, text, ha="center", va="center", fontsize=7, color="black" if box else shade, bbox=box
            )
    axes.set_xticks(range(len(matrix.columns)), matrix.columns, fontsize=7)
    axes.set_yticks(range(len(matrix.rows)), names, fontsize=7)
    axes.set_xlabel(matrix.column_name, fontsize=8)
    axes.set_ylabel(matrix.row_name, fontsize=8)
    axes.set_title(matrix.title, loc="left", fontsize=9)


def _short(number: float) -> str:
    """A number with at most two digits behind the point, nothing for none."""
    text = f"{number:.2f}".rstrip("0").rstrip(".").replace("0.", ".", 1 if abs(number) < 1 else 0)
    return "" if text in ("0", "-0", ".", "") else text
