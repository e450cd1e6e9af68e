"""Every notebook runs, its assertions hold, and it prints what it keeps."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "notebooks"))

from run import NOTEBOOKS, differences, executed, tidied  # noqa: E402

DOWNLOADS = ("http://", "https://")


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 8


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_what_it_keeps(path: Path) -> None:
    assert list(differences(nbformat.read(path, as_version=4), executed(path))) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_asserts_numbers_keeps_outputs_and_nothing_that_changes(path: Path) -> None:
    kept = nbformat.read(path, as_version=4)
    code = [cell for cell in kept.cells if cell.cell_type == "code"]
    assert any("assert " in cell.source for cell in code)
    assert any(cell.outputs for cell in code)
    assert not any(address in cell.source for cell in code for address in DOWNLOADS)
    assert nbformat.writes(kept) == nbformat.writes(tidied(nbformat.from_dict(kept)))


def test_another_output_is_noticed() -> None:
    path = NOTEBOOKS[0]
    kept, other = nbformat.read(path, as_version=4), nbformat.read(path, as_version=4)
    cell = next(cell for cell in other.cells if cell.cell_type == "code" and cell.outputs)
    cell.outputs[0].text = "something else\n"
    assert len(list(differences(kept, other))) == 1
