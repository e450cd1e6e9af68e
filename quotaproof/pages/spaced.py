"""Lines of text whose cells stand under each other: a table of a PDF or a terminal, told apart by position."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

GAP = re.compile(r" {2,}")


def columns_of(lines: Sequence[str]) -> tuple[tuple[str, ...], ...] | None:
    """Return the cells of lines by where they stand; None if that does not tell them apart.

    A column of blanks in all lines of a table sets two columns apart. A line with far fewer texts than the others, such
    as a row of headings over several columns, gives each of them to the column that it is above.
    """
    wide = [_spread(line) for line in lines]
    texts = [_texts(line) for line in wide]
    most = max(map(len, texts), default=0)
    if most < 3:
        return None
    full = [line for line, own in zip(wide, texts, strict=True) if len(own) * 2 > most]
    borders = _whole_titles(_whole_names(_columns(full), full[:1]), full[1:])
    if borders is None or len(borders) < most or len(full) < 2:
        return None
    found = []
    for line, own in zip(wide, texts, strict=True):
        if len(own) * 2 > most:
            found.append(tuple(_joined(line[start:end]) for start, end in borders))
            continue
        row = [""] * len(borders)
        for start, end in own:
            at = _column(start, end, borders)
            if at is None or row[at]:
                return None
            row[at] = _joined(line[start:end])
        found.append(tuple(row))
    return tuple(found)


def _spread(line: str) -> list[str]:
    """A line as its places on the screen: a wide letter takes two, a mark above another none of its own."""
    places: list[str] = []
    for letter in line.expandtabs(8).rstrip():
        if unicodedata.combining(letter) and places:
            places[-1] += letter
            continue
        places.append(letter)
        if unicodedata.east_asian_width(letter) in "WF":
            places.append("")
    return places


def _joined(places: Sequence[str]) -> str:
    return "".join(places).strip()


def _texts(line: Sequence[str]) -> list[tuple[int, int]]:
    """Where the texts of a line begin and end that two blanks set apart."""
    found: list[tuple[int, int]] = []
    start = last = -1
    for at, place in enumerate(line):
        if place.isspace():
            continue
        if start < 0 or at - last > 2:
            if start >= 0:
                found.append((start, last + 1))
            start = at
        last = at
    return [*found, (start, last + 1)] if start >= 0 else found


def _columns(lines: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Where the columns begin and end: what a column of blanks in all lines sets apart."""
    width = max(map(len, lines), default=0)
    used = [any(at < len(line) and not line[at].isspace() for line in lines) for at in range(width)]
    borders: list[tuple[int, int]] = []
    start = -1
    for at, is_used in enumerate([*used, False]):
        if is_used and start < 0:
            start = at
        elif not is_used and start >= 0:
            borders.append((start, at))
            start = -1
    return borders


def _whole_names(borders: Sequence[tuple[int, int]], header: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """The columns without those that one blank within a name made: there is nothing above such a word of a name."""
    found: list[tuple[int, int]] = []
    for start, end in borders:
        untitled = all(place.isspace() for row in header for place in row[start:end] if place)
        if found and untitled and start - found[-1][1] == 1:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _whole_titles(borders: Sequence[tuple[int, int]], rows: Sequence[Sequence[str]]) -> list[tuple[int, int]] | None:
    """The columns without those that one blank within a title made: there is nothing below such a word of a title.

    None if nobody can tell whether such a word belongs to the title on its left or on its right.
    """
    found = list(borders)
    at = 0
    while at < len(found):
        start, end = found[at]
        beside = [n for n in (at - 1, at + 1) if 0 <= n < len(found) and _gap(found[n], found[at]) == 1]
        if beside and all(place.isspace() for row in rows for place in row[start:end] if place):
            if len(beside) == 2:
                return None
            left, right = min(at, beside[0]), max(at, beside[0])
            found[left : right + 1] = [(found[left][0], found[right][1])]
            at = left
            continue
        at += 1
    return found


def _gap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(one[0], other[0]) - min(one[1], other[1])


def _column(start: int, end: int, borders: Sequence[tuple[int, int]]) -> int | None:
    """The first column that a text stands in; None if it is in none."""
    return next((at for at, (left, right) in enumerate(borders) if start < right and end > left), None)
