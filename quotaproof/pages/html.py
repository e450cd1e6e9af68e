"""A saved HTML page, read as a stream: no tree is built, so neither depth nor size can exhaust anything.

Nothing of the page is run or fetched. Texts that a reader does not see (scripts, styles, hidden sort keys,
edit links) are passed over; pictures count by their text alternative, flags by their link's title too. Text in
superscript and marks of footnotes are notes of a cell. A picture or an icon without a text is seen and not understood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from quotaproof.extras import library
from quotaproof.model.errors import InputError

from .drawn import drawn_by
from .encoding import KnownWords, text_of
from .html_cell import NESTED, CellText
from .html_elements import (
    BACKWARDS,
    BLOCKS,
    BOLD,
    BOXES,
    BREAKS,
    DIVS,
    DRAWN,
    FIELDS,
    HEADINGS,
    ICON_TAGS,
    ICONS,
    LAID_OUT,
    LINES,
    NOTE_CLASSES,
    NOTES,
    ROLES,
    SPOKEN,
    STRUCK,
    UNSEEN,
    UNSEEN_CLASSES,
    VOID,
)
from .html_open import OpenElement, OpenTable
from .page import (
    Aside,
    Budget,
    Grid,
    Headings,
    LooseLine,
    Page,
    laid_out,
    loose_lines,
    shade_of,
    span,
    tidy,
    whole,
)
from .plain import page_of_text
from .styles import Styles, Unseen, colours, is_hidden, is_raised, is_small, nobody_sees


class _Reader:
    """The target that the parser feeds."""

    def __init__(self) -> None:
        self.headings = Headings()
        self.budget = Budget()
        self.grids: list[Grid] = []
        self.page_title = ""
        self._tables: list[OpenTable] = []
        self._texts: list[CellText] = []
        self._open: list[OpenElement] = []
        self._unseen = 0
        self._veiled = 0
        self._pre = 0
        self._struck = 0
        self._dropped: list[str] | None = None
        self._title = False
        self._lines: list[str] = []
        self._styles = Styles()
        self.frames: list[str] = []
        self._hidden, self._hidden_texts = 0, list[str]()
        self._pale = Unseen("the page")
        self._loose: list[LooseLine] = []
        self._stray: list[str] = []
        """What is written outside of tables, headings and texts whose line breaks count."""

    # What the parser calls ----------------------------------------

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        classes = attributes.get("class", "").split()
        style = self._styles.of(attributes.get("style", "").lower(), classes)
        self._title = tag == "title" and not self._tables
        means = self._meaning(tag, attributes, style, classes)
        hidden = "hidden" in attributes or is_hidden(style)
        is_cell = means in ("td", "th")
        # A cell that is not displayed takes no place; another is there, and nobody sees what is in it.
        is_pale = hidden and is_cell and "hidden" not in attributes and self._styles.display(style, ()) != "none"
        veiled = hidden and not self._texts and not is_cell
        if hidden and is_cell and not is_pale and self._tables:
            self._dropped = []
        hidden = hidden and not veiled and not is_pale
        unchosen = tag == "option" and "selected" not in attributes
        unseen = tag in UNSEEN or hidden or unchosen or not UNSEEN_CLASSES.isdisjoint(classes)
        struck = tag in STRUCK or "line-through" in style
        note = tag in NOTES or (not is_cell and (any(map(NOTE_CLASSES.fullmatch, classes)) or is_raised(style)))
        if tag not in VOID:
            own = OpenElement(tag, means, unseen, False, veiled=veiled, hidden=hidden)
            own.small = is_small(tag, style, attributes.get("size", "") if tag == "font" else "") and not is_cell
            above = self._open[-1] if self._open else own
            own.spoken = above.spoken or not SPOKEN.isdisjoint(classes)
            own.shown = self._styles.display(style, classes)
            own.apart = _apart(tag, own.shown, above.shown)
            own.ink, own.behind = colours(style, attributes, (above.ink, above.behind), hidden=is_pale)
            self._open.append(own)
            self._hidden += hidden
            self._unseen += unseen
            self._veiled += veiled
            self._pre += tag == "pre"
        if self._unseen and tag != "title":
            return
        if means in BREAKS:
            self._stray.append("\t" if is_cell else "\n")
        if struck and not self._texts and not is_cell and tag not in VOID:
            self._open[-1].around = True
            self._struck += 1
        self._structure(means, attributes, style)
        text = self._texts[-1] if self._texts else None
        if text is None:
            return
        if struck and tag not in VOID:
            self._open[-1].struck = True
            text.strikes += 1
            text.seen_struck = True
        if tag in BOLD or (style and re.search(r"font-weight\s*:\s*(bold|[6-9]00)", style)):
            text.bold = text.bold or tag not in ("td", "th")
        # A link to a place on the page, behind a text, is one to a footnote.
        note = note or (tag == "a" and attributes.get("href", "").startswith("#") and bool(text.words()))
        if note and tag not in VOID:
            self._open[-1].note = True
            text.in_note += 1
            text.write("\n")
        text.part("\n" if tag in BLOCKS else " " if tag in FIELDS else "" if tag in VOID else self._open[-1].apart)
        if tag not in VOID:
            last = self._open[-1]
            last.size, last.blank = text.written, drawn_by(means, attributes, self._styles)
            if tag == "svg" or (tag in ICON_TAGS and ICONS.search(attributes.get("class", ""))):
                last.icon = f"an icon ({tag} {attributes.get('class', '')}".strip()[:59] + ")"
                text.name(tidy(attributes.get("title", "")))
            elif tag == "select":
                last.icon = "a choice of nothing"
        self._pictures(tag, attributes, text)

    def _pictures(self, tag: str, attributes: Mapping[str, str], text: CellText) -> None:
        """Take what pictures, links and boxes to tick say."""
        label = tidy(attributes.get("aria-label", ""))
        if tag == "a":
            text.name(attributes.get("title", ""))
        elif tag == "img":
            said = tidy(attributes.get("alt", "")) or label or tidy(attributes.get("title", ""))
            text.name(said)
            if not said:
                text.see(f"picture {attributes.get('src', '')[-60:].rpartition('/')[2]}".rstrip())
        elif tag == "input" and attributes.get("type", "").lower() in ("checkbox", "radio"):
            text.write("☑" if "checked" in attributes else "☐")
        elif tag == "input" and attributes.get("type", "").lower() not in ("hidden", "submit", "button"):
            text.write(attributes.get("value", ""))
        elif tag in DRAWN:
            value = attributes.get("value", "")
            text.see(f"what the page draws ({tag}{f' {value[:20]}' if value else ''})")
        elif tag == "bdo" and attributes.get("dir", "").lower() == "rtl":
            text.see(BACKWARDS)
        elif label:
            text.name(label)

    def end(self, tag: str) -> None:
        while self._open and tag not in VOID:
            last = self._open.pop()
            self._unseen -= last.unseen
            self._hidden -= last.hidden
            self._veiled -= last.veiled
            self._pre -= last.tag == "pre"
            self._struck -= last.around
            if self._dropped is not None and not self._unseen:
                self._say_dropped(tidy("".join(self._dropped)))
            if last.struck and self._texts:
                self._texts[-1].strikes = max(0, self._texts[-1].strikes - 1)
            if last.note and self._texts:
                self._texts[-1].write("\n")
                self._texts[-1].in_note = max(0, self._texts[-1].in_note - 1)
            if last.icon and self._texts and not self._unseen:
                text = self._texts[-1]
                if text.written == last.size:
                    text.see(last.icon)
            if last.blank and self._texts and self._tables and not self._unseen:
                self._tables[-1].drawn.see(self._texts[-1], last.blank, is_empty=self._texts[-1].written == last.size)
            if last.apart and self._texts and not self._unseen:
                self._texts[-1].part(last.apart)
            if not self._unseen:
                if last.means in BREAKS and last.means not in ("td", "th"):
                    self._stray.append("\n")
                self._close(last.means)
            if last.tag == tag:
                break

    def data(self, text: str) -> None:
        if self._title and not self.page_title:
            self.page_title = tidy(text)
        if self._unseen and self._dropped is not None and len(self._dropped) < 100:
            self._dropped.append(text)
        if self._hidden and self._texts and self._dropped is None and len(self._hidden_texts) < 2000:
            self._hidden_texts += [tidy(text)[:60]] if text.strip() and self._open[-1].tag not in UNSEEN else []
        if self._open and self._open[-1].tag == "style":
            self._styles.learn(text)
        if self._unseen == 0 and self._texts:
            own = self._open[-1] if self._open else None
            if own is not None and own.spoken:
                self._texts[-1].name(tidy(text))
                return
            self._texts[-1].write(text, is_small=own is not None and own.small)
            within = self._open[-1] if self._open and self._tables else None
            if within is not None and nobody_sees(within.ink, within.behind) and text.strip():
                row, column = len(self._tables[-1].rows), len(self._tables[-1].rows[-1:] and self._tables[-1].rows[-1])
                self._pale.see(f"table {len(self.grids) + 1}, row {row}, cell {column + 1}", tidy(text))
        elif self._unseen == 0 and self._pre:
            self._lines.append(text)
        elif self._unseen == 0 and not text.isspace():
            self._stray.append(re.sub(r"\s+", " ", text))

    def close(self) -> Page:
        while self._tables:
            self._close("table")
        if self._lines:
            self._preformatted()
        self._loose += loose_lines(self._stray)
        self.budget.note_hidden_texts(self._hidden_texts)
        self._pale.say(self.budget)
        if self._styles.hiding:
            shown = ", ".join(self._styles.hiding[:20])
            self.budget.note("guessed", "the page", f"what its styles hide by its place is read all the same: {shown}")
        if self.frames and not self.grids:
            shown = ", ".join(src[:60] for src in self.frames[:5])
            raise InputError(f"the page has no table, but shows other files in frames ({shown}); import these instead")
        if not self.grids:
            raise InputError(
                "no quota table: no table of the page is marked as one; copy what it shows into a spreadsheet, or save "
                "it as CSV"
            )
        title = self.headings.title or _without_site(self.page_title)
        return Page(title, tuple(self.grids), "html", tuple(self.budget.asides), tuple(self._loose))

    # Tables, headings ----------------------------------------

    def _meaning(self, tag: str, attributes: Mapping[str, str], style: str, classes: Sequence[str]) -> str:
        """The element of a table that an element stands for, by its role or how it is laid out; else its own tag."""
        if tag in ("frame", "iframe") and attributes.get("src"):
            self.frames.append(attributes["src"])
        if tag not in DIVS:
            return tag
        role = ROLES.get(attributes.get("role", "").lower())
        if role is not None:
            return role
        return LAID_OUT.get(self._styles.display(style, classes), tag)

    def _say_dropped(self, text: str) -> None:
        self._dropped = None
        if text:
            place = f"row {len(self._tables[-1].rows)} of table {len(self.grids) + 1}" if self._tables else "a table"
            self.budget.note("unclear", place, f"a cell that the page hides is not read: {text[:100]!r}")

    def _preformatted(self) -> None:
        """Read the tables of a text whose line breaks and blanks a page keeps."""
        page = page_of_text("".join(self._lines))
        self._lines.clear()
        for grid in page.grids:
            self.budget.begin_table()
            self.budget.spend(sum(map(len, grid.rows)))
            self.grids.append(replace(grid, headings=(*self.headings.above(), *grid.headings)))
        self.budget.asides += page.asides
        self._loose += [replace(line, place=f"{line.place} of a text in the page") for line in page.loose]

    def _structure(self, tag: str, attributes: Mapping[str, str], style: str) -> None:
        if tag == "table":
            if self._texts and self._tables:
                self._texts[-1].see(NESTED)
            self.budget.begin_table()
            self._tables.append(OpenTable(self.headings.above()))
        elif tag in HEADINGS and not self._tables:
            self._texts.append(CellText(tag=tag))
        elif not self._tables:
            return
        elif tag == "caption":
            self._texts.append(CellText(tag=tag))
        elif tag == "tr":
            self._tables[-1].rows.append([])
            self._tables[-1].row_shade = shade_of(style, attributes.get("bgcolor"))
        elif tag in ("td", "th"):
            shade = shade_of(style, attributes.get("bgcolor")) or self._tables[-1].row_shade
            rows, columns = span(attributes.get("rowspan")), span(attributes.get("colspan"))
            own = CellText(tag=tag, shade=shade, rows=rows, columns=columns, strikes=self._struck)
            own.seen_struck = bool(self._struck)
            self._texts.append(own)

    def _close(self, tag: str) -> None:
        if tag == "pre" and self._lines:
            self._preformatted()
        elif tag == "table" and self._tables:
            table = self._tables.pop()
            if table.hidden:
                what = f"{table.hidden} of its rows" if table.hidden < len(table.rows) else "it"
                words = f"the page hides {what}; read as if it did not"
                self.budget.note("guessed", f"table {len(self.grids) + 1}", words)
            table.drawn.tell()
            rows = whole(laid_out(table.rows, self.budget))
            # A table whose cells hold tables and nothing else lays a page out.
            if any(not cell.empty and cell.shown != NESTED for row in rows for cell in row):
                self.grids.append(Grid(rows, table.headings, table.caption))
        elif self._texts and self._texts[-1].tag == tag and tag in ("td", "th"):
            text = self._texts.pop()
            if self._tables:
                table = self._tables[-1]
                if not table.rows:
                    table.rows.append([])
                self.budget.spend(1)
                table.hidden += bool(self._veiled) and not table.rows[-1] and bool(text.words())
                table.rows[-1].append(text.spanned())
                table.drawn.add(text, table.rows[-1][-1])
        elif self._texts and self._texts[-1].tag == tag and tag in HEADINGS:
            self.headings.add(int(tag[1]), self._texts.pop().words())
        elif self._texts and self._texts[-1].tag == tag == "caption":
            words = self._texts.pop().words()
            if self._tables:
                self._tables[-1].caption = words


def _apart(tag: str, shown: str, around: str) -> str:
    """What comes between an element and what is beside it: it is a line of its own, or set apart in one."""
    if tag in BLOCKS or shown in LINES or around in BOXES:
        return "\n"
    return " " if tag in FIELDS else ""


def _without_site(title: str) -> str:
    """A page's title without the name of its encyclopaedia behind it."""
    for dash in (" - ", " – ", " — "):
        front, found, site = title.rpartition(dash)
        if found and ("wikipedia" in site.lower() or "encyclop" in site.lower()):
            return front
    return title


def page_of_html(data: bytes, known: KnownWords | None = None) -> Page:
    """Return the page of an HTML file.

    The text is taken for UTF-8 or UTF-16 if it is that; otherwise the page's own word on its encoding holds, and
    without one it is what makes the most of its words known, or Windows-1252.

    Raises
    ------
    InputError
        If lxml is not installed, or the tables have more cells than are read.
    """
    etree = library("lxml.etree", "import")
    encoding: str | None = "utf-8"
    asides: tuple[Aside, ...] = ()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", errors="replace").encode()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        encoding = None if b"charset" in data[:4096].lower() else "utf-8"
        if encoding is not None:
            text, asides = text_of(data, known=known)
            data = text.encode()
    parser = etree.HTMLParser(target=_Reader(), encoding=encoding, no_network=True, remove_pis=True)
    parser.feed(data or b" ")
    page: Page = parser.close()
    return replace(page, asides=(*asides, *page.asides))
