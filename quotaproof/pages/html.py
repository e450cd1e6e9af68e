"""A saved HTML page, read as a stream: no tree is built, so neither depth nor size can exhaust anything.

Nothing of the page is run or fetched. Texts that a reader does not see (scripts, styles, hidden sort keys, footnote
marks, edit links) are passed over; flags count by their picture's text and their link's title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from quotaproof.extras import library

from .page import Budget, Cell, Grid, Headings, Page, Spanned, laid_out, shade_of, span, tidy, whole

UNSEEN = frozenset({"script", "style", "noscript", "template", "head"})
UNSEEN_CLASSES = frozenset({"reference", "mw-editsection", "sortkey", "noprint", "navbox", "mw-jump-link"})
STRUCK = frozenset({"s", "del", "strike"})
BOLD = frozenset({"b", "strong"})
BLOCKS = frozenset({"br", "p", "div", "li", "tr", "dd", "dt"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
VOID = frozenset({"br", "img", "hr", "input", "link", "meta", "col", "wbr", "area", "base", "embed", "source", "track"})
LONGEST_CELL = 20_000
"""Characters of one cell that are kept; the longest real cell has about 300."""


@dataclass(slots=True)
class _Text:
    """What is written in a cell, a heading or a caption."""

    tag: str
    shade: str = ""
    rows: int = 1
    columns: int = 1
    kept: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    struck_names: list[str] = field(default_factory=list)
    strikes: int = 0
    seen_struck: bool = False
    bold: bool = False
    size: int = 0

    def write(self, text: str) -> None:
        if self.size < LONGEST_CELL:
            (self.struck if self.strikes else self.kept).append(text[:LONGEST_CELL])
            self.size += len(text)

    def name(self, text: str) -> None:
        if text and len(self.names) + len(self.struck_names) < 200:
            (self.struck_names if self.strikes else self.names).append(text[:200])

    def words(self) -> str:
        return tidy("".join(self.kept))

    def cell(self) -> Cell:
        return Cell(
            text=self.words(),
            names=tuple(self.names),
            struck=tidy("".join(self.struck)) if self.seen_struck else None,
            struck_names=tuple(self.struck_names),
            bold=self.bold,
            header=self.tag == "th",
            shade=self.shade,
        )


@dataclass(slots=True)
class _Table:
    headings: tuple[str, ...]
    rows: list[list[Spanned]] = field(default_factory=list)
    caption: str = ""
    row_shade: str = ""


@dataclass(slots=True)
class _Open:
    """An element that is open, and what ends with it."""

    tag: str
    unseen: bool
    struck: bool


class _Reader:
    """The target that the parser feeds."""

    def __init__(self) -> None:
        self.headings = Headings()
        self.budget = Budget()
        self.grids: list[Grid] = []
        self.page_title = ""
        self._tables: list[_Table] = []
        self._texts: list[_Text] = []
        self._open: list[_Open] = []
        self._unseen = 0
        self._title = False

    # What the parser calls ----------------------------------------

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        style = attributes.get("style", "").lower() if attributes else ""
        classes = attributes.get("class", "").split() if attributes else ()
        self._title = tag == "title"
        hidden = bool(style) and re.search(r"display\s*:\s*none", style) is not None
        unseen = tag in UNSEEN or hidden or not UNSEEN_CLASSES.isdisjoint(classes)
        struck = tag in STRUCK or "line-through" in style
        if tag not in VOID:
            self._open.append(_Open(tag, unseen, False))
            self._unseen += unseen
        if self._unseen and tag != "title":
            return
        self._structure(tag, attributes, style)
        text = self._texts[-1] if self._texts else None
        if text is None:
            return
        if struck and tag not in VOID:
            self._open[-1].struck = True
            text.strikes += 1
            text.seen_struck = True
        if tag in BOLD or (style and re.search(r"font-weight\s*:\s*(bold|[6-9]00)", style)):
            text.bold = text.bold or tag not in ("td", "th")
        if tag in BLOCKS:
            text.write("\n")
        if tag == "a":
            text.name(attributes.get("title", ""))
        elif tag == "img":
            text.name(attributes.get("alt", ""))

    def end(self, tag: str) -> None:
        while self._open and tag not in VOID:
            last = self._open.pop()
            self._unseen -= last.unseen
            if last.struck and self._texts:
                self._texts[-1].strikes = max(0, self._texts[-1].strikes - 1)
            if not self._unseen:
                self._close(last.tag)
            if last.tag == tag:
                break

    def data(self, text: str) -> None:
        if self._title and not self.page_title:
            self.page_title = tidy(text)
        if self._unseen == 0 and self._texts:
            self._texts[-1].write(text)

    def comment(self, text: str) -> None:
        """Comments are passed over."""

    def pi(self, target: str, data: str | None = None) -> None:
        """So are processing instructions."""

    def close(self) -> Page:
        while self._tables:
            self._close("table")
        title = self.headings.title or re.sub(r"\s[-–—]\s(Wikipedia|.*encyclop.*)$", "", self.page_title)
        return Page(title, tuple(self.grids), "html")

    # Tables, headings ----------------------------------------

    def _structure(self, tag: str, attributes: Mapping[str, str], style: str) -> None:
        if tag == "table":
            self.budget.begin_table()
            self._tables.append(_Table(self.headings.above()))
        elif tag in HEADINGS and not self._tables:
            self._texts.append(_Text(tag))
        elif not self._tables:
            return
        elif tag == "caption":
            self._texts.append(_Text(tag))
        elif tag == "tr":
            self._tables[-1].rows.append([])
            self._tables[-1].row_shade = shade_of(style, attributes.get("bgcolor"))
        elif tag in ("td", "th"):
            shade = shade_of(style, attributes.get("bgcolor")) or self._tables[-1].row_shade
            rows, columns = span(attributes.get("rowspan")), span(attributes.get("colspan"))
            self._texts.append(_Text(tag, shade, rows, columns))

    def _close(self, tag: str) -> None:
        if tag == "table" and self._tables:
            table = self._tables.pop()
            rows = whole(laid_out(table.rows, self.budget))
            if rows:
                self.grids.append(Grid(rows, table.headings, table.caption))
        elif self._texts and self._texts[-1].tag == tag and tag in ("td", "th"):
            text = self._texts.pop()
            if self._tables:
                table = self._tables[-1]
                if not table.rows:
                    table.rows.append([])
                self.budget.spend(1)
                table.rows[-1].append(Spanned(text.cell(), text.rows, text.columns))
        elif self._texts and self._texts[-1].tag == tag and tag in HEADINGS:
            self.headings.add(int(tag[1]), self._texts.pop().words())
        elif self._texts and self._texts[-1].tag == tag == "caption":
            words = self._texts.pop().words()
            if self._tables:
                self._tables[-1].caption = words


def page_of_html(data: bytes) -> Page:
    """Return the page of an HTML file.

    The text is taken for UTF-8 if it is that; otherwise the page's own word on its encoding holds.

    Raises
    ------
    InputError
        If lxml is not installed, or the tables have more cells than are read.
    """
    etree = library("lxml.etree", "import")
    try:
        data.decode("utf-8")
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = None
    parser = etree.HTMLParser(target=_Reader(), encoding=encoding, no_network=True, remove_pis=True)
    parser.feed(data or b" ")
    page: Page = parser.close()
    return page
