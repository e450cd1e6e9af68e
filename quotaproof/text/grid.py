"""What all texts are made of: tables, wrapped lines, names in a row."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from quotaproof.model.errors import visible
from quotaproof.model.files import csv_text
from quotaproof.model.quantities import joined

from .columns import READABLE, laid_out, lines_of
from .size import SIZE

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario

Marks = Mapping[tuple[str, str], str]
Tone = Literal["good", "bad", "bold"]

CODES: dict[Tone, str] = {"good": "\x1b[32m", "bad": "\x1b[31m", "bold": "\x1b[1m"}
PLAIN = "\x1b[0m"
NUMBER = re.compile(r"[r~+<>-]?\d[^A-Za-z]*|[?-]|any|out|without|certain|not proved")
"""A number as a cell has it, with its marks, or a word in place of one."""


class DrawnTable(str):
    """Text whose lines are not to be wrapped: a table, or lines that are wrapped already."""

    __slots__ = ()


def grid(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    form: str,
    *,
    color: bool,
    last_rule: bool = False,
    matter: Sequence[str] = (),
    readable: int = READABLE,
) -> DrawnTable:
    """A table in one of the formats `table`, `csv`, `markdown`; numbers are to the right, text to the left.

    Parameters
    ----------
    last_rule
        Whether the last row has the totals.
    matter
        Headings of the columns that go last where there is no room for all, the most important first; the first column
        always stays, and of the others those further to the right go first.
    readable
        Characters that a column of sentences keeps; others are left out for it.
    """
    if form == "csv":
        return DrawnTable(csv_text(header, rows))
    right = [_is_numeric([row[number] for row in rows]) for number in range(len(header))]
    if form == "markdown":
        lines: list[Sequence[str]] = [header, ["--:" if one else ":--" for one in right], *rows]
        return DrawnTable(
            "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)
        )
    size = SIZE.get()
    heads = [visible(name) for name in header]
    cells = [[visible(cell) for cell in row] for row in rows]
    order = [heads.index(visible(name)) for name in matter]
    kept, widths, gap = laid_out(heads, cells, right, order, size.table, readable)

    def drawn(row: Sequence[str], tone: Tone | None, *, at_bottom: bool = False) -> list[str]:
        tones = [tone or _tone_of(row[number]) if color else None for number in kept]
        own = [row[number] for number in kept]
        columns = lines_of(own, widths, [right[number] for number in kept], at_bottom=at_bottom)
        return [
            (" " * gap).join(_toned(part, one) for part, one in zip(line, tones, strict=True)).rstrip()
            for line in columns
        ]

    text = drawn(heads, "bold", at_bottom=True)
    for number, row in enumerate(cells):
        text += drawn(row, "bold" if last_rule and number == len(cells) - 1 else None)
    missing = [name for number, name in enumerate(heads) if number not in kept]
    if missing:
        what = f"Left out, since there is no room: {joined(missing)}; {size.elsewhere}."
        text += ["", *textwrap.wrap(what, size.sentence, break_on_hyphens=False)]
    return DrawnTable("\n".join(text) + "\n")


def _is_numeric(cells: Sequence[str]) -> bool:
    return all(NUMBER.fullmatch(cell) for cell in cells if cell)


def _tone_of(cell: str) -> Tone | None:
    """A gain, a loss, or a number that is put right."""
    if " -> " in cell:
        return "bad"
    return None if not re.fullmatch(r"[+-]\d+", cell) else "good" if cell[0] == "+" else "bad"


def _toned(text: str, tone: Tone | None) -> str:
    return f"{CODES[tone]}{text}{PLAIN}" if tone is not None and text.strip() else text


def toned(block: str, tone: Tone, *, color: bool) -> DrawnTable:
    """Return a block with its lines wrapped and, for a terminal, in a colour."""
    return DrawnTable("\n".join(_toned(line, tone if color else None) for line in wrap(block).splitlines()))


def wrap(block: str) -> str:
    """Return a block with its lines wrapped, unless it is drawn; what follows a bullet is indented."""
    if isinstance(block, DrawnTable):
        return block
    width = SIZE.get().sentence
    lines: list[str] = []
    for line in block.splitlines():
        bullet = re.match(r" +- ", line)
        indent = " " * bullet.end() if bullet else ""
        lines += textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) or [""]
    return "\n".join(lines)


def paragraphs(blocks: Iterable[str], form: str) -> str:
    """Return blocks with a line between them; wrapped, unless they are drawn or Markdown."""
    return "\n\n".join((block if form == "markdown" else wrap(block)).rstrip("\n") for block in blocks) + "\n"


def bullet_of(form: str) -> str:
    """Return what a line of a list begins with."""
    return "- " if form == "markdown" else "  - "


def label(scenario: Scenario, column: str) -> str:
    """Return an event, or `men` and `women` as quota columns, in words."""
    rules = scenario.rules
    return f"{column}'s quota" if rules.is_quota_column(column) else rules.event(column).label


def noc_with_name(noc: str, shown: str | None = None) -> str:
    """Return an NOC at its first mention: `Japan (JPN)`; what tables call it where it has no name of its own."""
    from quotaproof.nations import is_known, name_of

    if shown not in (None, noc) or not is_known(noc) or name_of(noc) == noc:
        return shown or noc
    return f"{name_of(noc)} ({noc})"


def names_below(nocs: Iterable[str], shown: Callable[[str], str] = str, told: str = "") -> str:
    """Return the sentence that stands below a table of codes: the name of each NOC, in the order given; or nothing.

    Parameters
    ----------
    told
        A text beside it; NOCs that have their name there are left out.
    shown
        What tables call an NOC, such as `Scenario.shown`.
    """
    named = [_as_shown(noc, shown(noc)) for noc in dict.fromkeys(nocs)]
    names = [one for one in named if one.endswith(")")]
    left = [one for one in names if (one if " as " in one else one[one.rindex("(") :]) not in told]
    other = " other" * (len(left) < len(names))
    return f"The{other} NOC{'s are' if len(left) > 1 else ' is'} {joined(left)}." if left else ""


def _as_shown(noc: str, shown: str) -> str:
    """An NOC as `noc_with_name` has it; one that tables call otherwise with its name: `Belarus as AIN (BLR)`."""
    from quotaproof.nations import is_known, name_of

    named = noc_with_name(noc, shown)
    return f"{name_of(noc)} as {shown}" if named == shown != noc and is_known(noc) else named


def with_names(words: str, scenario: Scenario, more: Iterable[str] = ()) -> str:
    """Return words in which each NOC of a scenario has its name where it comes first.

    One that tables call otherwise than by its code is called so here too.

    Parameters
    ----------
    more
        NOCs that an answer has beside those of the scenario.
    """
    from quotaproof.first_mention import named
    from quotaproof.nations import is_known, name_of

    shared = set(re.findall(r"\b([A-Z]{3}) \([A-Z]{3}\)", words))  # `AIN (RUS)`: who starts under one name
    nocs = [*scenario.nocs, *(noc for noc in more if noc not in shared)]
    names = {noc: name_of(noc) for noc in nocs if is_known(noc) and scenario.shown(noc) == noc}
    return named(words, names)


def blocks_with_names(blocks: Sequence[str], scenario: Scenario, more: Iterable[str] = ()) -> list[str]:
    """Return the blocks of a text in which each NOC has its name where the text comes to it first, tables apart."""
    prose = [block for block in blocks if not isinstance(block, DrawnTable)]
    told = iter(with_names("\0".join(prose), scenario, more).split("\0"))
    return [block if isinstance(block, DrawnTable) else next(told) for block in blocks]
