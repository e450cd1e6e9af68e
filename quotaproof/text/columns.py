"""The columns of a table: which of them there is room for, how wide each is, and its cells on several lines."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, chop_cells

GAP, TIGHT = 2, 1
"""Blanks between columns, and where there is not enough room for that."""

LONGEST_WORD = 28
"""Characters of a word that is not broken, such as the longest id of a scenario that comes along."""

READABLE = 18
"""Characters that a column of sentences keeps."""


def laid_out(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    matter: Sequence[int],
    room: int,
    readable: int = READABLE,
) -> tuple[list[int], list[int], int]:
    """Return which columns there is room for, how wide each of these is, and the gap between them.

    Parameters
    ----------
    numeric
        Whether a column is of numbers, which are never on two lines.
    matter
        The columns that stay longest, the most important first.
    readable
        Characters that a column of sentences keeps; others are left out for it.
    """
    full = [max(map(cell_len, (name, *(row[n] for row in rows)))) for n, name in enumerate(header)]
    least = [
        _least(header[n], [row[n] for row in rows], readable=0 if numeric[n] else readable) for n in range(len(header))
    ]
    order = list(dict.fromkeys([0, *matter, *range(len(header))]))
    for number in range(len(order), 0, -1):
        kept = sorted(order[:number])
        for gap in (GAP, TIGHT):
            space = room - gap * (len(kept) - 1)
            if sum(least[n] for n in kept) <= space or (number == 1 and gap == TIGHT):
                texts = [[header[n], *(row[n] for row in rows)] for n in kept]
                return kept, _shared(texts, [full[n] for n in kept], [least[n] for n in kept], space), gap
    return [], [], GAP


def _least(name: str, cells: Sequence[str], readable: int) -> int:
    """How narrow a column can become; one of numbers, which has nothing to read, is not broken."""
    head = max(map(cell_len, name.split()), default=0)
    if not readable:
        return max([head, *map(cell_len, cells)])
    word = max((cell_len(word) for cell in (name, *cells) for word in cell.split()), default=0)
    long = max(map(cell_len, cells), default=0)
    return max(head, min(word, LONGEST_WORD), min(long, readable))


def _shared(texts: Sequence[Sequence[str]], full: list[int], least: list[int], space: int) -> list[int]:
    """Widths that fit: the widest column is made as much narrower as its next break between words, again and again."""
    widths = list(full)
    while sum(widths) > space:
        slack = [n for n, width in enumerate(widths) if width > least[n]]
        if not slack:
            break
        widest = max(slack, key=lambda n: (widths[n], n))
        narrower = widths[widest] - 1
        lines = (line for text in dict.fromkeys(texts[widest]) for line in _folded(text, narrower))
        widths[widest] = max(least[widest], min(narrower, max(map(cell_len, lines), default=0)))
    return widths


def lines_of(
    row: Sequence[str], widths: Sequence[int], right: Sequence[bool], *, at_bottom: bool = False
) -> list[list[str]]:
    """Return the lines of a row, each a list of cells filled up with blanks to their widths."""
    cells = [_folded(cell, width) for cell, width in zip(row, widths, strict=True)]
    height = max(map(len, cells))
    filled = [
        [*[""] * (height - len(cell)), *cell] if at_bottom else [*cell, *[""] * (height - len(cell))] for cell in cells
    ]
    return [
        [
            " " * (widths[n] - cell_len(cell[line])) + cell[line]
            if right[n]
            else cell[line] + " " * (widths[n] - cell_len(cell[line]))
            for n, cell in enumerate(filled)
        ]
        for line in range(height)
    ]


def _folded(cell: str, width: int) -> list[str]:
    """A cell on lines of a width, broken between words where that can be."""
    if cell_len(cell) <= width:
        return [cell]
    lines = [""]
    for word in cell.split():
        if lines[-1] and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
            continue
        pieces = [word] if cell_len(word) <= width else chop_cells(word, width)
        lines += pieces
    return [line for line in lines if line]
