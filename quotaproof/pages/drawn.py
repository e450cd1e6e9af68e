"""Cells of an HTML page in which a style draws something: an empty element, a picture behind the cell, its content.

A style sheet beside the page is not there. So an element without a text that has a class or data of its own is taken
for something that is seen and not understood, unless the same kind of element holds a text elsewhere in the table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .html_cell import CellText
from .page import Spanned
from .styles import Styles

SIGN = re.compile(
    r"(?<![\w-])(?:yes|qualified|success|danger|(?:check|tick|cross|mark|icon|dot|circle)[\w-]{0,60})(?![\w-])"
)
"""Classes of a cell that stand for a sign."""

CELLS = ("td", "th")
OF_TEXT = frozenset({"p", "li", "ul", "ol", "a", "font", "pre", "code"})
"""Elements that hold text or nothing."""


def drawn_by(means: str, attributes: Mapping[str, str], styles: Styles) -> str:
    """Return what an element may draw where it has no text: its tag, classes, data or picture; empty for nothing."""
    classes, style = attributes.get("class", ""), attributes.get("style", "")
    data = [name for name in attributes if name.startswith("data-")]
    if "url(" in style:
        return f"the picture behind {means} ({style[style.index('url(') :][:40]})"
    written = [name for name in data if name in styles.written]
    if means in CELLS:
        known = SIGN.search(classes.lower()) or any(name in styles.signs for name in classes.split())
        return f"what a style draws ({means} {classes or ' '.join(written)})"[:60] if known or written else ""
    if "flag" in classes or means in OF_TEXT:
        return ""  # a flag is of an NOC, and no sign of places
    named = classes or " ".join(data) or ("background" if "background" in style else "")
    return f"what a style draws ({means} {named})"[:60] if named else ""


@dataclass(slots=True)
class DrawnCells:
    """What may be drawn in the cells of one table."""

    _with_text: set[str] = field(default_factory=set)
    _cells: list[tuple[str, Spanned]] = field(default_factory=list)

    def see(self, text: CellText, what: str, *, is_empty: bool) -> None:
        """Note an element that ends, as `drawn_by` gives it, and whether it held nothing."""
        if not is_empty:
            self._with_text.add(what)
        elif not text.blank:
            text.blank = what

    def add(self, text: CellText, cell: Spanned) -> None:
        """Note a cell that ends, if it is empty and something may be drawn in it."""
        if text.blank and text.tag == "td" and cell.cell.empty and not cell.cell.notes:
            self._cells.append((text.blank, cell))

    def tell(self) -> None:
        """Say of each cell in which something is drawn that it is seen and not understood."""
        for what, spanned in self._cells:
            if what not in self._with_text:
                spanned.cell = replace(spanned.cell, unclear=(what,))
