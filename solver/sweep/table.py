"""The rows of a sweep: one per point, as a frame and as the bytes of a part of the result file.

===================  ==========================================================================================
column               content
===================  ==========================================================================================
point                the point's number, from 0
sample               the drawn standings' number (only with samples)
one per dimension    the value of the cap or reading at the point (only with a grid)
first, second, ...   what is declined or excluded, such as `CAN` or `CAN:men-500` (only with declines or exclusions)
mode                 `sequential` or `rerun` (only with declines)
engine               what answered: `batch`, `greedy` or `cp-sat`
proved               whether CP-SAT has proved the answer
status               `optimal`; `tie` (an unsettled tie matters; the row holds what is certain); `impossible` (the
                     rules, or what an NOC has, do not allow the question); `unknown` (a limit was reached)
problem              why there is no answer or no proof; empty otherwise
TOTAL:men, :women    quota places in all (not where the rules give none)
changed              cells that differ from what the standings give with nothing changed
effect               those cells, such as `AAA:men-500-2 BBB:men+1` (only with declines, exclusions or a grid)
NOC:EVENT            start places of each NOC in each event
NOC:men, NOC:women   quota places of each NOC (not where the rules give none)
===================  ==========================================================================================

Where there is no answer, the cells are those with nothing changed.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from quotaproof.model.errors import InputError
from quotaproof.model.published import TOTAL
from quotaproof.model.rules import GENDERS

from .context import Ground
from .plan import Plan
from .results import STATUSES, Answers

if TYPE_CHECKING:
    import pandas as pd

RowsFormat = Literal["csv", "parquet"]

PLACES = ("first", "second", "third")


def has_changes(plan: Plan) -> bool:
    """Return whether anything but the standings differs between points."""
    return bool(plan.grid) or plan.depth > 0


def frame(ground: Ground, answers: Answers) -> pd.DataFrame:
    """Return the rows of a chunk of points, with the columns above."""
    import pandas as pd

    plan, points = ground.plan, answers.points
    columns: dict[str, Any] = {"point": np.arange(points.numbers.start, points.numbers.stop, dtype=np.int64)}
    if plan.samples:
        columns["sample"] = points.sample.astype(np.int64)
    cells, cell_of = np.unique(points.cell, return_inverse=True)
    values = [plan.values(int(cell)) for cell in cells]
    for place, dimension in enumerate(plan.grid):
        own = [value[place] for value in values]
        kind: Any = object if dimension.is_reading else np.int64
        columns[dimension.name] = np.array(own).astype(kind)[cell_of.reshape(-1)]
    # The last name is that of a missing second or third decline.
    names = np.array([*ground.units, ""], dtype=object)
    for place in range(plan.depth):
        columns[PLACES[place]] = names[ground.action_units[points.action, place]]
    if plan.modes:
        columns["mode"] = np.array(plan.modes, dtype=object)[points.mode]
    columns["engine"] = np.full(len(points), plan.engine, dtype=object)
    columns["proved"] = answers.proved
    columns["status"] = np.array(STATUSES, dtype=object)[answers.status]
    problems = np.full(len(points), "", dtype=object)
    for place, problem in answers.problems.items():
        problems[place] = problem
    columns["problem"] = problems
    gives = ground.rules.gives_quota_places
    for gender, column in zip(GENDERS, range(-len(GENDERS), 0), strict=True) if gives else ():
        columns[f"{TOTAL}:{gender}"] = answers.cells[:, column].sum(axis=1, dtype=np.int64)
    differences = answers.cells - answers.before
    columns["changed"] = np.count_nonzero(differences, axis=(1, 2)).astype(np.int64)
    if has_changes(plan):
        columns["effect"] = _effects(ground, differences)
    shown = ground.columns if gives else ground.columns[: -len(GENDERS)]
    numbers = answers.cells[:, : len(shown)].transpose(0, 2, 1).reshape(len(points), -1).astype(np.uint16)
    headings = [f"{noc}:{column}" for noc in ground.nocs for column in shown]
    return pd.concat([pd.DataFrame(columns), pd.DataFrame(numbers, columns=headings)], axis=1)


def _effects(ground: Ground, differences: np.typing.NDArray[np.int16]) -> list[str]:
    """The cells that differ, in words, NOC by NOC."""
    found: list[list[str]] = [[] for _ in differences]
    by_noc = differences.transpose(0, 2, 1)
    for place, noc, column in np.argwhere(by_noc):
        number = by_noc[place, noc, column]
        found[place].append(f"{ground.nocs[noc]}:{ground.columns[column]}{number:+d}")
    return [" ".join(words) for words in found]


def form_of(name: str) -> RowsFormat:
    """Return the form of a result file by its name; InputError unless it ends in .csv or .parquet.

    Raises
    ------
    InputError
        Also if Parquet is wanted and pyarrow is not installed.
    """
    if name.endswith(".csv"):
        return "csv"
    if not name.endswith(".parquet"):
        raise InputError(f"{name!r} is no name for the rows of a sweep; it must end in .parquet or .csv")
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise InputError(
            "Parquet needs pyarrow; install it with pip install 'quotaproof[parquet]', or write to a .csv file"
        ) from error
    return "parquet"


def encode(rows: pd.DataFrame, form: RowsFormat) -> bytes:
    """Return rows as the bytes of a part: CSV lines under a header or, for Parquet, an Arrow file (quicker to join)."""
    if form == "csv":
        return rows.to_csv(index=False, lineterminator="\n").encode("utf-8")
    import pyarrow as pa

    table = pa.Table.from_pandas(rows, preserve_index=False)
    buffer = io.BytesIO()
    with pa.ipc.new_file(buffer, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    return buffer.getvalue()
