"""The NOCs that a cell names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from quotaproof.nations import FLAG, federation_of, is_known, noc_of
from quotaproof.pages import Cell

from .cells import without_notes
from .outcome import ImportRemarkKind, Remarks

UNKNOWN = re.compile(r"[-–—?.\s]{0,9}(\(row \d{1,4}\))?\s{0,3}")
SEVERAL = re.compile(r"\n|[,;·•/]|\band\b")
BEHIND = re.compile(r"\(([^()]{1,20})\)$")
"""The text in brackets behind a name: (H) for the host, or a number."""

AHEAD = re.compile(r"((?:[=#№T]\s?|T-)?\d{1,3})(?:\s?[-–:.)]\s?|\s|(?<=\d)(?=[^\W\d_]))\s{0,3}(?=[^\d\s.,])")
"""A number ahead of a name: a rank, perhaps a shared one, or the number of the row."""

GLUED = re.compile(r"([^\W\d].{2,60}[^\W\d])(\d{1,2})")
"""A name and the number of a footnote right behind it."""

CODE_FIRST = re.compile(r"(?:\d{1,3}[.)]\s?)?([A-Z]{3})\s?[-–—:,/]?\s(?!\([^()]*\)$)(.{1,140})")
"""A code with more behind it than a bracket: the name of its NOC, or something else."""

MORE = re.compile(r"([^()\n]{2,60}?)\s?(\([^()]{1,60}\)|\s[–—-]\s[^()\n]{1,60})")
REMARKS = frozenset(
    {
        "host", "declined", "returned", "withdrawn", "withdrew", "reallocated", "invited", "confirmed", "qualified",
        "provisional", "reserve", "pending", "gastgeber", "verzichtet", "zurückgegeben", "bestätigt", "hôte", "décliné",
        "ospitante", "rinuncia", "gastland", "anfitrión",
    }
)  # fmt: skip
"""Words by which what stands behind a name is a remark, and no part of it."""

QUALIFIER = re.compile(r"\(([1-9?])\)$")
PICTURE = re.compile(r"picture (?:flag of (?:the )?)?(.{1,60}?)(?:\.\w{3,4})?$", re.IGNORECASE)


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
    alias: str = ""
    """The code under which a federation starts, where the cell says so."""


def noc_in(cell: Cell, place: str, remarks: Remarks) -> Named:
    """Return the one NOC that a cell names; text that names none is reported and counts as illegible."""
    remarks.use([cell])
    struck = cell.struck is not None and not cell.text and not cell.names
    text, names = (cell.struck or "", cell.struck_names) if struck else (cell.text, cell.names)
    mark = QUALIFIER.search(text.rstrip())
    text = text.rstrip()[: -len(mark[0])].strip() if mark else text.strip()
    text = "\n".join(without_notes(line)[0] for line in text.split("\n"))
    qualifier = int(mark[1]) if mark and mark[1] != "?" else None
    ahead = AHEAD.match(text)
    found, rest = _first(text)
    if ahead and found is None:
        text = text[ahead.end() :]
        found, rest = _first(text)
    glued = GLUED.fullmatch(text)
    if found is None and glued and noc_of(glued[1]) is not None:
        found = noc_of(glued[1])
        remarks.add("guessed", place, f"the {glued[2]} glued to {glued[1][:40]!r} is taken for a footnote mark", 3)
    if ahead and found is not None:
        remarks.ahead.append((ahead[1], found, place))
    if found is None and (small := _small_code(text)) is not None:
        found = small
        remarks.add("guessed", place, f"{text!r} in small letters is taken for the code {small}", 1)
    more = _with_more(text) if found is None else None
    if more is not None:
        found, words = more
        remarks.add("unclear", place, f"{words[:60]!r} behind {found} is not read", 3, [cell])
    federation = federation_of(text)
    alias = ""
    if federation is not None:
        found, alias = federation
        remarks.aliases.setdefault(alias, {}).setdefault(found)
    by_name = dict.fromkeys(code for name in names if (code := noc_of(name)))
    if found is not None and by_name and found not in by_name:
        remarks.add(
            "difference", place, f"{text[:60]!r} is beside a flag or link of {', '.join(by_name)}", cells=[cell]
        )
    elif found is None and len(by_name) > 1:
        remarks.add("guessed", place, f"of the flags or links of {' and '.join(by_name)} the first counts", 2, [cell])
    found = found or next(iter(by_name), None)
    if found is None and not text and not names:
        found = _by_file(cell, place, remarks)
    behind = BEHIND.search(text)
    if found is not None and behind and more is None and noc_of(behind[1]) is None and federation is None:
        kind: ImportRemarkKind = "unclear" if re.search(r"\d", behind[1]) else "ignored"
        cells = [cell] if kind == "unclear" else []
        remarks.add(kind, place, f"{behind[0]!r} behind {found} is not read", cells=cells)
    if rest and found is not None:
        remarks.add("ignored", place, f"{rest[:60]!r} beside {found}")
    if cell.struck is not None and not struck and (cell.struck or cell.struck_names):
        remarks.add("ignored", place, f"{cell.struck or cell.struck_names[0]!r} is struck out beside {found or text!r}")
    if found is None and not (UNKNOWN.fullmatch(text) and not names):
        shown = " ".join(text.split())[:200] or names[0]
        remarks.add("missing", place, f"{shown!r} is no NOC that is known; it counts as illegible (?)", cells=[cell])
    if found is not None and not is_known(found):
        remarks.add("guessed", place, f"{found} is taken for the code of an NOC, though none is known by it", 3, [cell])
    return Named(found, qualifier, struck, cell.bold, cell.shade, mark is not None and qualifier is None, alias)


def _by_file(cell: Cell, place: str, remarks: Remarks) -> str | None:
    """The NOC by the name of a flag's file, where the picture has no text."""
    for seen in cell.unclear:
        picture = PICTURE.match(seen.replace("_", " ").replace("%20", " "))
        code = noc_of(picture[1]) if picture else None
        if code is not None:
            remarks.add("guessed", place, f"{code} by the name of a {seen[:60]}", 2, [cell])
            return code
    if cell.unclear:
        remarks.add(
            "unclear", place, f"{cell.unclear[0][:60]} without a text; the NOC counts as illegible (?)", cells=[cell]
        )
    return None


def _beside(text: str, code: str) -> str:
    """What a text has besides a flag, in square brackets, or behind a year, that is no part of the name of its NOC."""
    plain = " ".join(FLAG.sub(" ", text).split())
    if plain != " ".join(text.split()) and plain and noc_of(plain) != code:
        return plain
    inside = " ".join(re.findall(r"\[[^\[\]]*\]", text))
    if inside:
        return inside
    return text if re.search(r"\b(?:19|20)\d\d\b.*\d", text) else ""


def _with_more(text: str) -> tuple[str, str] | None:
    """The NOC of a text with a remark behind it, such as `Canada (declined 1)` or `Italy – host`; and the remark.

    Other words may be part of a name: `Korea (North)`.
    """
    found = MORE.fullmatch(text)
    code = noc_of(found[1]) if found else None
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", found[2])} if found else set()
    is_remark = found is not None and (bool(words & REMARKS) or bool(re.search(r"\d", found[2])))
    return (code, found[2].strip("() ")) if found and code and is_remark and not noc_of(found[2].strip("()")) else None


def _small_code(text: str) -> str | None:
    """The code of an NOC in small letters, in a cell that names an NOC; elsewhere such letters may be a word."""
    is_small = re.fullmatch(r"[A-Za-z]?[a-z]{2}", text.strip()) is not None and len(text.strip()) == 3
    code = text.strip().upper()
    return code if is_small and is_known(code) else None


def _first(text: str) -> tuple[str | None, str]:
    """The NOC that a text names, and what else it has; lines below or above its name are no part of it."""
    code = noc_of(text)
    lines = text.split("\n")
    beside = _beside(text, code) if code is not None else ""
    if beside:
        return code, beside
    if code is not None:
        # A name in two languages may have more behind each: `ITA / ITA Roma`.
        whole = " ".join(text.split())
        behind = (CODE_FIRST.fullmatch(part) for part in dict.fromkeys([whole, *whole.split(" / ")]))
        strange = (one[2] for one in behind if one and noc_of(one[1]) == code and noc_of(one[2]) != code)
        return code, next(strange, "")
    if len(lines) < 2:
        return None, ""
    number = next((n for n, line in enumerate(lines) if noc_of(line)), None)
    if number is None:
        return None, ""
    rest = [line for n, line in enumerate(lines) if n != number and noc_of(line) != noc_of(lines[number])]
    return noc_of(lines[number]), " ".join(rest)


def noc_of_cells(cells: Sequence[Cell], *, sure: bool = False) -> str | None:
    """Return the NOC that some cell names, without a word on it; `sure` for one that is known only."""
    for cell in cells:
        own = without_notes(cell.text)[0]
        glued = GLUED.fullmatch(own)
        for text in (
            own,
            *cell.text.split("\n"),
            glued[1] if glued else "",
            AHEAD.sub("", own, count=1) if AHEAD.match(own) else "",
            *cell.names,
        ):
            code = noc_of(text) or _small_code(text) or (_with_more(text) or (None,))[0]
            if code is not None and (not sure or is_known(code)):
                return code
    return None


def nocs_in(cell: Cell) -> tuple[str, ...]:
    """Return all NOCs that a cell names, each once, in their order."""
    found = dict.fromkeys(code for name in cell.names if (code := noc_of(name)))
    whole = noc_of(cell.text)
    for part in [cell.text] if whole else SEVERAL.split(cell.text):
        code = noc_of(part)
        if code:
            found.setdefault(code)
    return tuple(found)


def strangers_in(cell: Cell) -> tuple[str, ...]:
    """Return the parts of a cell's text that name no NOC, where it may name several."""
    if noc_of(cell.text):
        return ()
    parts = (part.strip() for part in SEVERAL.split(cell.text))
    return tuple(part for part in parts if part and noc_of(part) is None and not UNKNOWN.fullmatch(part))
