"""The NOCs that a cell names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from quotaproof.nations import is_known, noc_of
from quotaproof.pages import Cell

from .outcome import Remarks

UNKNOWN = re.compile(r"[-–—?.\s]*(\(row \d+\))?\s*")
SEVERAL = re.compile(r"\n|[,;·•/]|\band\b")
FEDERATION = re.compile(r"[A-Z]{3} \(([A-Z]{3})\)")
"""A federation behind the code that it starts under, such as `AIN (RUS)`."""

QUALIFIER = re.compile(r"\(([1-9?])\)\s*$")


@dataclass(frozen=True, slots=True)
class Named:
    """An NOC in a cell (None: illegible), and what else its cell says of it.

    `qualifier` is what a mark such as `(2)` behind the name says; `open` is a mark `(?)`, for one that nobody knows.
    """

    noc: str | None
    qualifier: int | None = None
    struck: bool = False
    bold: bool = False
    shade: str = ""
    open: bool = False


def noc_in(cell: Cell, place: str, remarks: Remarks) -> Named:
    """Return the one NOC that a cell names; text that names none is reported and counts as illegible."""
    struck = cell.struck is not None and not cell.text and not cell.names
    text, names = (cell.struck or "", cell.struck_names) if struck else (cell.text, cell.names)
    mark = QUALIFIER.search(text)
    text = QUALIFIER.sub("", text).strip()
    qualifier = int(mark[1]) if mark and mark[1] != "?" else None
    found = _first(text) or next((code for name in names if (code := noc_of(name))), None)
    if cell.struck is not None and not struck and (cell.struck or cell.struck_names):
        remarks.add("ignored", place, f"{cell.struck or cell.struck_names[0]!r} is struck out beside {found or text!r}")
    if found is None and not (UNKNOWN.fullmatch(text) and not names):
        shown = text.split("\n")[0][:60] or names[0]
        remarks.add("missing", place, f"{shown!r} is no NOC that is known; it counts as illegible (?)")
    if found is not None and not is_known(found):
        remarks.add("guessed", place, f"{found} is taken for the code of an NOC, though none is known by it")
    return Named(found, qualifier, struck, cell.bold, cell.shade, mark is not None and qualifier is None)


def _first(text: str) -> str | None:
    under = FEDERATION.fullmatch(text)
    if under is not None and is_known(under[1]):
        return under[1]
    return noc_of(text) or next((code for part in text.split("\n") if (code := noc_of(part))), None)


def nocs_in(cell: Cell) -> tuple[str, ...]:
    """Return all NOCs that a cell names, each once, in their order."""
    found = dict.fromkeys(code for name in cell.names if (code := noc_of(name)))
    whole = noc_of(cell.text)
    for part in [cell.text] if whole else SEVERAL.split(cell.text):
        code = noc_of(part)
        if code:
            found.setdefault(code)
    return tuple(found)
