"""A page read in a process of its own, with a limit on its time and memory.

Some parsers are compiled code or load a file in one go, so that nothing can interrupt them from within: that of
wikitext tries every way in which marks can belong together (on 30 kB of nested tables it takes hours), and a workbook's
parts are loaded before the first cell is seen.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, fields
from typing import Any

from quotaproof.model.errors import InputError

from .page import EMPTY, Aside, Cell, Grid, LooseLine, Page

SECONDS = 3
"""Time of the processor for a page; real ones take less than one second."""

PATIENCE = 6
"""How many times as long it may take on a machine that does other work besides."""

MEMORY = 2 * 10**9
"""Bytes that the process may use, where the system can limit them."""

FORMS = ("wikitext", "xlsx", "ods")
FIELDS = tuple(field.name for field in fields(Cell))


def guarded_page(form: str, data: bytes) -> Page:
    """Return the page of a file that has one of `FORMS`; wikitext is given as UTF-8.

    Raises
    ------
    InputError
        If it cannot be read within `SECONDS`, or for what the reader of the format refuses.
    """
    late = f"it was not read within {SECONDS} seconds; its parts are nested or packed as no real page's are"
    try:
        done = subprocess.run(
            # -P: no module of the folder that the user happens to be in.
            [sys.executable, "-P", "-m", "quotaproof.pages.guarded", form, str(SECONDS)],
            input=data,
            capture_output=True,
            timeout=SECONDS * PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(late) from error
    if done.returncode < 0:
        raise InputError(late)
    if done.returncode != 0 or not done.stdout:
        raise InputError(f"it is beyond what the reader of {form} can read; save it as HTML or CSV instead")
    document = json.loads(done.stdout)
    if "problem" in document:
        raise InputError(document["problem"])
    asides = tuple(Aside(**aside) for aside in document["asides"])
    loose = tuple(LooseLine(**line) for line in document["loose"])
    return Page(document["title"], tuple(_grid(grid) for grid in document["grids"]), form, asides, loose)


def _grid(document: dict[str, Any]) -> Grid:
    # Each cell is sent once, so that one that spans several places is one cell here too.
    cells = [_cell(own) for own in document["cells"]]
    rows = tuple(tuple(cells[number] for number in row) for row in document["rows"])
    return Grid(rows, tuple(document["headings"]), document["caption"])


def _cell(document: dict[str, Any]) -> Cell:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in document.items()
    }
    return Cell(**values)


def _sent(grid: Grid) -> dict[str, object]:
    numbers: dict[int, int] = {}
    cells: list[dict[str, object]] = []
    rows = []
    for row in grid.rows:
        for cell in row:
            if id(cell) not in numbers:
                numbers[id(cell)] = len(cells)
                cells.append({name: value for name in FIELDS if (value := getattr(cell, name)) != getattr(EMPTY, name)})
        rows.append([numbers[id(cell)] for cell in row])
    return {"cells": cells, "rows": rows, "headings": grid.headings, "caption": grid.caption}


def main(form: str, seconds: str) -> None:
    """Read a file from stdin and write its page to stdout as JSON; run in a process of its own."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    except (ImportError, OSError, ValueError):  # not every system has such limits
        pass
    data = sys.stdin.buffer.read()
    try:
        page = _page(form, data)
        document: dict[str, object] = {
            "title": page.title,
            "grids": [_sent(grid) for grid in page.grids],
            "asides": [asdict(aside) for aside in page.asides],
            "loose": [asdict(line) for line in page.loose],
        }
    except InputError as error:
        document = {"problem": error.problem}
    except (RecursionError, MemoryError):
        raise SystemExit(1) from None
    sys.stdout.write(json.dumps(document))


def _page(form: str, data: bytes) -> Page:
    if form == "wikitext":
        from .wikitext import page_of_wikitext

        return page_of_wikitext(data.decode("utf-8", errors="replace"))
    if form == "xlsx":
        # openpyxl would load it, which takes longer than a table, only to tell numbers that are written.
        sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
        from .excel import page_of_workbook

        return page_of_workbook(data)
    from .ods import page_of_spreadsheet

    return page_of_spreadsheet(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
