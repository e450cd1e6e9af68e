"""CSV files of a scenario folder, known by their header: they are taken over, and checked when the folder is loaded."""

from __future__ import annotations

from quotaproof.model.errors import InputError
from quotaproof.model.files import csv_text
from quotaproof.model.quantities import counted
from quotaproof.model.scenario_folder import CRITERIA, DECLINES, DRAWS, INVITATIONS, KNOWN
from quotaproof.pages import Grid

from .outcome import Remarks

OWN = (KNOWN, DECLINES, INVITATIONS, DRAWS, CRITERIA)
"""Those that are taken over. Tables, standings and results are read by what they mean, in any form."""


def own_file(grid: Grid) -> str | None:
    """Return which file of a scenario folder a table is; None if it is none of `OWN`."""
    header = [cell.text.strip() for cell in grid.rows[0]] if grid.rows else []
    for file in OWN:
        known = {*file.required, *file.optional}
        if set(file.asked) <= set(header) <= known and len(header) == len(set(header)):
            return file.name
    return None


def read_own_file(grid: Grid, name: str, files: dict[str, str], remarks: Remarks) -> None:
    """Take a file over.

    Raises
    ------
    InputError
        If there is one of this kind already, or a row has more cells than the header.
    """
    if name in files:
        raise InputError(f"two of the tables are a {name}; give one")
    header = [cell.text.strip() for cell in grid.rows[0]]
    rows = []
    for number, row in enumerate(grid.rows[1:], 1):
        if any(not cell.empty for cell in row[len(header) :]):
            raise InputError(f"{name}: row {number} has {counted(len(row), 'cell')}; the header has {len(header)}")
        rows.append([" ".join(cell.text.split()) for cell in row[: len(header)]] + [""] * (len(header) - len(row)))
        remarks.use(row)
    remarks.use(grid.rows[0])
    files[name] = csv_text(header, rows)
    remarks.add("read", name, f"{counted(len(rows), 'row')} of a file of a scenario folder")
