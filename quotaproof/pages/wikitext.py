"""Wikitext, as it is edited: tables `{| ... |}`, flag templates, spans, bold and struck entries.

Templates are not expanded: those that name a nation give its name or code, those for notes give nothing, and of any
other the first argument is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from quotaproof.extras import library

from .page import Budget, Cell, Grid, Headings, Page, Spanned, laid_out, shade_of, span, tidy, whole

FLAG = re.compile(r"flag.*|\w+ flag|team flag|noc|ioc.*|country.*|fb.*", re.IGNORECASE)
NAMED_SECOND = re.compile(r"flagIOC(2)?(athlete|medalist|team).*|flagathlete|flagmedalist", re.IGNORECASE)
NOTES = re.compile(
    r"(efn|refn|sfn|cite|citation|note|#tag|ref|notelist|reflist|use |short desc|main|see|anchor|0|clear|col-|update)",
    re.IGNORECASE,
)
COMMENT = "quotaproof"
"""How the comment begins that a report of quotaproof ends with."""

MARKS = re.compile(r"(ya?|yes|yesc?|aye|tick|check ?mark|checked|ok|x|cross ?mark dark)", re.IGNORECASE)
NO_MARKS = re.compile(r"(no?|na|n/a|dunno|nay|cross|xmark|-|ndash|dash|nbsp|snd)", re.IGNORECASE)
STRIKES = re.compile(r"(s|strike|strikethrough|strike ?out|del)", re.IGNORECASE)


@dataclass(slots=True)
class _Text:
    kept: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    struck_names: list[str] = field(default_factory=list)
    seen_struck: bool = False
    bold: bool = False

    def write(self, text: str, *, struck: bool) -> None:
        (self.struck if struck else self.kept).append(text)

    def name(self, text: str, *, struck: bool) -> None:
        if text:
            (self.struck_names if struck else self.names).append(text[:200])


class _Reader:
    def __init__(self) -> None:
        self.headings = Headings()
        self.budget = Budget()
        self.grids: list[Grid] = []

    def read(self, nodes: Iterable[Any]) -> None:
        """Read headings and tables, in whatever they are wrapped."""
        for node in nodes:
            kind = type(node).__name__
            if kind == "Heading":
                text = _Text()
                self.write(node.title.nodes, text, struck=False)
                self.headings.add(node.level, "".join(text.kept))
            elif kind == "Tag" and str(node.tag) == "table":
                self.table(node)
            elif kind == "Tag" and node.contents is not None:
                self.read(node.contents.nodes)
            elif kind == "Comment":
                self._comment(str(node.contents))
            elif kind == "Template":
                for parameter in node.params:
                    self.read(parameter.value.nodes)

    def _comment(self, text: str) -> None:
        """Read the comment in which a report of quotaproof keeps what is not for the encyclopaedia's readers."""
        mark, _, hidden = text.strip().partition("\n")
        if mark == COMMENT:
            self.read(library("mwparserfromhell", "import").parse(hidden).nodes)

    def table(self, tag: Any) -> None:
        """Read a table; tables inside its cells come before it."""
        self.budget.begin_table()
        headings, caption = self.headings.above(), ""
        rows: list[list[Spanned]] = [[]]
        shade = ""

        def cells(nodes: Iterable[Any]) -> None:
            nonlocal shade, caption
            for node in nodes:
                if type(node).__name__ != "Tag":
                    continue
                name = str(node.tag).lower()
                if name == "tr":
                    rows.append([])
                    shade = shade_of(_attribute(node, "style"), _attribute(node, "bgcolor"))
                    cells(node.contents.nodes)
                elif name == "td" and str(node).startswith("|+") and not any(rows):
                    # The parser takes a caption for a cell that begins with a plus sign.
                    caption = self.cell(node, header=False, shade="").cell.text.removeprefix("+").strip()
                elif name in ("td", "th"):
                    rows[-1].append(self.cell(node, header=name == "th", shade=shade))
                elif name in ("tbody", "thead"):
                    cells(node.contents.nodes)

        cells(tag.contents.nodes)
        laid = whole(laid_out([row for row in rows if row], self.budget))
        if laid:
            self.grids.append(Grid(laid, headings, caption))

    def cell(self, node: Any, *, header: bool, shade: str) -> Spanned:
        """Read a cell."""
        text = _Text()
        self.budget.spend(1)
        own = shade_of(_attribute(node, "style"), _attribute(node, "bgcolor"))
        self.write(node.contents.nodes, text, struck=False)
        cell = Cell(
            text=tidy("".join(text.kept)),
            names=tuple(text.names),
            struck=tidy("".join(text.struck)) if text.seen_struck else None,
            struck_names=tuple(text.struck_names),
            bold=text.bold,
            header=header,
            shade=own or shade,
        )
        return Spanned(cell, span(_attribute(node, "rowspan")), span(_attribute(node, "colspan")))

    def write(self, nodes: Iterable[Any], text: _Text, *, struck: bool) -> None:
        """Write what a reader sees of some nodes."""
        readers: dict[str, Callable[[Any], None]] = {
            "Text": lambda node: text.write(str(node.value).replace("\n", " "), struck=struck),
            "HTMLEntity": lambda node: text.write(_entity(node), struck=struck),
            "Wikilink": lambda node: self._link(node, text, struck=struck),
            "ExternalLink": lambda node: self.write(node.title.nodes if node.title else [], text, struck=struck),
            "Template": lambda node: self._template(node, text, struck=struck),
            "Tag": lambda node: self._tag(node, text, struck=struck),
        }
        for node in nodes:
            reader = readers.get(type(node).__name__)
            if reader is not None:
                reader(node)

    def _link(self, node: Any, text: _Text, *, struck: bool) -> None:
        target = str(node.title).strip()
        if re.match(r"(file|image|category):", target, re.IGNORECASE):
            return
        text.name(target, struck=struck)
        if node.text is None:
            text.write(target, struck=struck)
        else:
            self.write(node.text.nodes, text, struck=struck)

    def _tag(self, node: Any, text: _Text, *, struck: bool) -> None:
        name = str(node.tag).lower()
        if name == "table":
            self.table(node)
        elif name == "br":
            text.write("\n", struck=struck)
        elif name == "ref" or node.contents is None:
            return
        elif name in ("s", "del", "strike") or "line-through" in _attribute(node, "style"):
            text.seen_struck = True
            self.write(node.contents.nodes, text, struck=True)
        else:
            if name in ("b", "strong"):
                text.bold = True
            self.write(node.contents.nodes, text, struck=struck)

    def _template(self, node: Any, text: _Text, *, struck: bool) -> None:
        name = str(node.name).strip()
        plain = [parameter for parameter in node.params if not parameter.showkey]
        if re.fullmatch(r"[A-Z]{3}", name) and not plain:
            text.name(name, struck=struck)
        elif NAMED_SECOND.fullmatch(name) and len(plain) > 1:
            text.name(tidy(str(plain[1].value)), struck=struck)
        elif FLAG.fullmatch(name):
            if plain:
                text.name(tidy(str(plain[0].value)), struck=struck)
        elif STRIKES.fullmatch(name) and plain:
            text.seen_struck = True
            self.write(plain[0].value.nodes, text, struck=True)
        elif MARKS.fullmatch(name):
            text.write("X", struck=struck)
        elif NO_MARKS.fullmatch(name) or NOTES.match(name) or not plain:
            return
        else:
            self.write(plain[0].value.nodes, text, struck=struck)


def _attribute(node: Any, name: str) -> str:
    for attribute in node.attributes:
        if str(attribute.name).strip().lower() == name and attribute.value is not None:
            return str(attribute.value)
    return ""


def _entity(node: Any) -> str:
    try:
        return str(node.normalize())
    except ValueError:
        return " "


def page_of_wikitext(text: str) -> Page:
    """Return the page of wikitext, read in this process: for text that is trusted.

    Raises
    ------
    InputError
        If mwparserfromhell is not installed, or the tables have more cells than are read.
    """
    parser = library("mwparserfromhell", "import")
    reader = _Reader()
    reader.read(parser.parse(text).nodes)
    return Page(reader.headings.title, tuple(reader.grids), "wikitext")
