"""The report: what was measured, as Markdown, and its place in docs/performance.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from quotaproof.model.files import write_text

from .registry import Section

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN = "<!-- Everything from here on is written by `make bench`. -->"


def markdown(machine: Sequence[str], sections: Sequence[Section]) -> str:
    """Return the measured part of the page."""
    lines = ["## Measured", "", *(f"{line}  " for line in machine), ""]
    for section in sections:
        lines += [f"### {section.title}", "", *table(section), ""]
        for remark in section.remarks:
            lines += [remark, ""]
        lines += [f"- {'held' if check.held else '**missed**'}: {check.sentence}" for check in section.checks]
        lines += [""] if section.checks else []
    return "\n".join(lines).rstrip() + "\n"


def table(section: Section) -> list[str]:
    """Return a section's table with aligned columns, the first to the left and figures to the right."""
    rows = [list(section.columns), *map(list, section.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(section.columns))]

    def line(row: Sequence[str]) -> str:
        cells = [
            cell.ljust(w) if n == 0 else cell.rjust(w) for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        return f"| {' | '.join(cells)} |"

    rule = [("-" * width if n == 0 else "-" * (width - 1) + ":") for n, width in enumerate(widths)]
    return [line(rows[0]), f"| {' | '.join(rule)} |", *map(line, rows[1:])]


def write(text: str, page: Path = PAGE) -> None:
    """Put the measured part into the page, behind what people wrote."""
    written = page.read_text(encoding="utf-8")
    if BEGIN not in written:
        raise ValueError(f"{page} does not say where the measured part begins")
    write_text(page, written[: written.index(BEGIN)] + f"{BEGIN}\n\n{text}")
