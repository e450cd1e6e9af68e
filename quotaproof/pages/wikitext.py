"""Wikitext, as it is edited: tables `{| ... |}`, flag templates, spans, bold and struck entries.

Templates are not expanded. Those that are known (`templates`) give a nation, a mark, a note or the text that they put
into a form; any other is kept as something that is seen and not understood, with its arguments as possible names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from quotaproof.extras import library

from . import templates
from .html_elements import BACKWARDS, BLOCKS, LINES
from .page import Budget, Grid, Headings, Page, Spanned, Written, laid_out, loose_lines, shade_of, span, tidy, whole
from .styles import (
    WHITE,
    Unseen,
    colours,
    is_hidden,
    is_raised,
    is_small,
    is_small_mark,
    layout_of,
    nobody_sees,
)

COMMENT = "quotaproof"
"""How the comment begins that a report of quotaproof ends with."""


class _Text(Written):
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
        self.hidden: list[str] = []
        """Texts of cells that the page hides, such as keys to sort by."""
        self.pale = Unseen("the page")
        self.ink, self.behind = "", WHITE
        """The colour of the text of a row or cell, and of what is behind it."""
        self.place = ""
        self.stray: list[str] = []
        """What is written outside of the tables."""

    def read(self, nodes: Iterable[Any]) -> None:
        """Read headings and tables, in whatever they are wrapped."""
        for node in nodes:
            kind = type(node).__name__
            if kind == "Heading":
                text = _Text()
                self.write(node.title.nodes, text, struck=False)
                self.headings.add(node.level, "".join(text.kept))
            elif kind == "Text":
                self.stray.append(str(node.value))
            elif kind == "Wikilink":
                self.stray.append(str(node.text or node.title))
            elif kind == "Tag" and str(node.tag) == "table":
                self.stray.append("\n")
                self.table(node)
            elif kind == "Tag" and node.contents is not None:
                self.read(node.contents.nodes)
            elif kind == "Comment":
                self._comment(str(node.contents))
            elif kind == "Template":
                plain = [parameter.value for parameter in node.params if not parameter.showkey]
                name, at = templates.kind_of(_name(node), len(plain))
                if name == "nation":
                    self.stray.append(tidy(str(plain[at])) if plain else str(node.name))
                    continue
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
        colours = self._colours(tag, ("", WHITE))

        def cells(nodes: Iterable[Any], colours: tuple[str, str], *, struck: bool) -> None:
            nonlocal shade, caption
            for node in nodes:
                if type(node).__name__ != "Tag":
                    self._between(node, rows[-1])
                    continue
                name = str(node.tag).lower()
                if name == "tr":
                    rows.append([])
                    shade = shade_of(_attribute(node, "style"), _attribute(node, "bgcolor"))
                    cells(node.contents.nodes, self._colours(node, colours), struck=struck or _is_struck(node))
                elif name == "td" and str(node).startswith("|+") and not any(rows):
                    # The parser takes a caption for a cell that begins with a plus sign.
                    caption = self.cell(node, header=False, shade="", struck=False).cell.text.removeprefix("+").strip()
                elif name in ("td", "th"):
                    if _is_absent(node):
                        self._absent(node, f"row {len([row for row in rows if row])}")
                        continue
                    self.ink, self.behind = self._colours(node, colours)
                    self.place = f"table {len(self.grids) + 1}, row {len([row for row in rows if row]) or 1}"
                    rows[-1].append(self.cell(node, header=name == "th", shade=shade, struck=struck))
                elif name in ("tbody", "thead"):
                    cells(node.contents.nodes, colours, struck=struck)

        cells(tag.contents.nodes, colours, struck=_is_struck(tag))
        self.ink = ""
        laid = whole(laid_out([row for row in rows if row], self.budget))
        if laid:
            self.grids.append(Grid(laid, headings, caption))

    def _between(self, node: Any, row: list[Spanned]) -> None:
        """Keep what is in a table and in none of its cells: a template is a row of it, a text is beside it."""
        kind = type(node).__name__
        if kind == "Template" and templates.kind_of(_name(node), len(node.params))[0] == "unknown":
            text = _Text()
            self._template(node, text, struck=False)
            row.append(Spanned(text.cell(header=False, shade="")))
        elif kind == "Text":
            self.stray += ["\n", str(node.value)] if str(node.value).strip() else []

    def cell(self, node: Any, *, header: bool, shade: str, struck: bool) -> Spanned:
        """Read a cell; `struck` if its row or table is struck out."""
        text = _Text()
        text.seen_struck = struck = struck or _is_struck(node)
        self.budget.spend(1)
        own = shade_of(_attribute(node, "style"), _attribute(node, "bgcolor"))
        self.write(node.contents.nodes, text, struck=struck)
        del text.unclear[20:]
        cell = text.cell(header=header, shade=own or shade)
        return Spanned(cell, span(_attribute(node, "rowspan")), span(_attribute(node, "colspan")))

    def write(self, nodes: Iterable[Any], text: _Text, *, struck: bool) -> None:
        """Write what a reader sees of some nodes."""
        readers: dict[str, Callable[[Any], None]] = {
            "Text": lambda node: self._words(str(node.value), text, struck=struck),
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

    def _words(self, words: str, text: _Text, *, struck: bool) -> None:
        text.write(words.replace("\n", " "), struck=struck)
        if nobody_sees(self.ink, self.behind) and words.strip():
            self.pale.see(self.place, tidy(words))

    def _colours(self, node: Any, above: tuple[str, str]) -> tuple[str, str]:
        """The colour of the text of an element, and of what is behind it: its own, or that of what it is in."""
        style = _attribute(node, "style").lower()
        said = {name: _attribute(node, name) for name in ("color", "bgcolor")}
        return colours(style, said, above, hidden=is_hidden(style))

    def _absent(self, node: Any, place: str) -> None:
        """Say that a cell is not read which takes no place."""
        words = tidy(str(node.contents))[:100]
        if words:
            self.budget.note("unclear", place, f"a cell that the page hides is not read: {words!r}")

    def _link(self, node: Any, text: _Text, *, struck: bool) -> None:
        target = str(node.title).strip()
        space = target.partition(":")[0].strip().lower()
        if space in templates.CATEGORIES:
            return
        if space in templates.PICTURES:
            self._picture(target, str(node.text or ""), text, struck=struck)
            return
        if target.startswith("#") and text.words():
            text.notes.append(tidy(str(node.text or target))[:60])  # a link to a footnote, behind a text
            return
        text.name(target, struck=struck)
        if node.text is None:
            text.write(target, struck=struck)
        else:
            self.write(node.text.nodes, text, struck=struck)

    def _picture(self, target: str, options: str, text: _Text, *, struck: bool) -> None:
        """Take the text alternative of a picture, or else its caption."""
        said = ""
        for option in options.split("|"):
            word, equals, value = option.partition("=")
            if equals and word.strip().lower() in ("alt", "alternativtext", "alternative", "title"):
                said = value.strip()
                break
            if not equals and not templates.PICTURE_OPTION.fullmatch(word.strip()):
                said = word.strip()
        if said:
            text.name(tidy(said), struck=struck)
        else:
            text.unclear.append(f"picture {target.partition(':')[2].strip()[:50]}")

    def _tag(self, node: Any, text: _Text, *, struck: bool) -> None:
        name = str(node.tag).lower()
        if name == "table":
            self.table(node)
        elif name == "br":
            text.write("\n", struck=struck)
        elif is_hidden(_attribute(node, "style").lower()):
            self.hidden.append(tidy(str(node.contents))[:60])
        elif name in ("ref", "sup", "sub") or is_raised(_attribute(node, "style").lower()):
            inner = _Text()
            if node.contents is not None:
                self.write(node.contents.nodes, inner, struck=False)
            text.notes.append(inner.words()[:60] or name)
            text.unclear += inner.unclear if name != "ref" else ()
        elif node.contents is None:
            return
        elif is_small(name, _attribute(node, "style").lower()) and is_small_mark(text.words(), str(node.contents)):
            text.notes.append(tidy(str(node.contents)))
        elif name in ("s", "del", "strike") or _is_struck(node):
            text.seen_struck = True
            self.write(node.contents.nodes, text, struck=True)
        else:
            if name in ("b", "strong"):
                text.bold = True
            if name == "bdo" and _attribute(node, "dir").lower() == "rtl":
                text.unclear.append(BACKWARDS)
            before = self.ink, self.behind
            self.ink, self.behind = self._colours(node, before)
            apart = "\n" if name in BLOCKS or layout_of(_attribute(node, "style").lower()) in LINES else ""
            text.write(apart, struck=struck)
            self.write(node.contents.nodes, text, struck=struck)
            text.write(apart, struck=struck)
            self.ink, self.behind = before

    def _template(self, node: Any, text: _Text, *, struck: bool) -> None:
        name = _name(node)
        plain = [parameter.value for parameter in node.params if not parameter.showkey]
        kind, at = templates.kind_of(name, len(plain))
        if kind == "nation":
            own = tidy(str(plain[at])) if plain else name
            # {{CHN|#}} is the flag with the code.
            text.name(own if any(map(str.isalpha, own)) else name, struck=struck)
        elif kind == "struck":
            text.seen_struck = True
            self.write(plain[0].nodes, text, struck=True)
        elif kind == "note":
            own = tidy(str(plain[0]))[:60] if plain else name
            text.notes.append(templates.SIGNS.get(name.lower(), own) or name)
        elif kind == "text" and name.lower() in ("small", "smaller") and is_small_mark(text.words(), str(plain[at])):
            text.notes.append(tidy(str(plain[at])))
        elif kind == "text":
            self.write(plain[at].nodes, text, struck=struck)
        elif kind == "list":
            for value in plain:
                text.write("\n", struck=struck)
                self.write(value.nodes, text, struck=struck)
            text.write("\n", struck=struck)
        elif kind == "nothing":
            text.write(templates.GAPS.get(name.lower(), ""), struck=struck)
        elif kind == "sign":
            text.write(templates.sign_of(name), struck=struck)
        elif kind == "function":
            text.write(name.partition(":")[2], struck=struck)
        elif kind == "unknown":
            text.unclear.append(" ".join(str(node).split())[:60])
            for value in plain[:5]:
                text.name(tidy(str(value)), struck=struck)


def _is_struck(node: Any) -> bool:
    return "line-through" in _attribute(node, "style").lower()


def _name(template: Any) -> str:
    return " ".join(str(template.name).replace("_", " ").split())


def _is_absent(node: Any) -> bool:
    """Whether a cell is not displayed, so that it takes no place."""
    return "display:none" in "".join(_attribute(node, "style").lower().split())


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
    reader.budget.note_hidden_texts(reader.hidden)
    reader.pale.say(reader.budget)
    loose = loose_lines(reader.stray)
    return Page(reader.headings.title, tuple(reader.grids), "wikitext", tuple(reader.budget.asides), loose)
