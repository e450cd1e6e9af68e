"""What all texts are made of: tables, wrapped lines, names in a row."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from quotaproof.model.files import csv_text, visible
from quotaproof.model.scenario import Scenario

WIDTH = 110
Marks = Mapping[tuple[str, str], str]


def render(*parts: object, color: bool) -> str:
    """Return text and rich tables as lines without trailing blanks."""
    buffer = io.StringIO()
    console = Console(
        file=buffer, width=WIDTH, force_terminal=color, color_system="auto" if color else None, highlight=False
    )
    for part in parts:
        console.print(part, markup=False) if isinstance(part, str) else console.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def grid(
    header: Sequence[str], rows: Sequence[Sequence[str]], form: str, *, color: bool, last_rule: bool = False
) -> str:
    """A table in one of the formats `table`, `csv`, `markdown`; the first column is left-aligned."""
    if form == "csv":
        return csv_text(header, rows)
    if form == "markdown":
        lines: list[Sequence[str]] = [header, [":--" if n == 0 else "--:" for n in range(len(header))], *rows]
        return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, name in enumerate(map(visible, header)):
        table.add_column(name, justify="left" if number == 0 else "right", no_wrap=number == 0)
    for number, row in enumerate(rows):
        if last_rule and number == len(rows) - 1:
            table.add_section()
        table.add_row(*map(visible, row), end_section=last_rule and number == len(rows) - 2)
    return render(table, color=color)


def wrap(block: str) -> str:
    """Return a block with its lines wrapped; what follows a bullet is indented."""
    lines: list[str] = []
    for line in block.splitlines():
        indent = "    " if line.startswith("  - ") else ""
        lines += textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]
    return "\n".join(lines)


def joined(nocs: Sequence[str], last: str = "and") -> str:
    """Return names in a row: `A, B and C`, or with another last word; of none the empty text."""
    if not nocs:
        return ""
    return nocs[0] if len(nocs) == 1 else f"{', '.join(nocs[:-1])} {last} {nocs[-1]}"


def label(scenario: Scenario, column: str) -> str:
    """Return an event, or `men` and `women` as quota columns, in words."""
    rules = scenario.rules
    return f"{column}'s quota" if rules.is_quota_column(column) else rules.event(column).label
