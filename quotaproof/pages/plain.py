"""Plain text with tables: headings `==...==` or `## ...`, rows `| a | b |`, Markdown included."""

from __future__ import annotations

import html
import re

from .page import Budget, Cell, Grid, Headings, Page, tidy, whole

HEADING = re.compile(r"(?P<marks>=+)\s*(?P<text>[^=].*?)\s*(?P=marks)")
HASHES = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.+?)\s*#*")
RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?")
STRUCK = re.compile(r"<(?P<tag>s|del|strike)>(?P<a>.*?)</(?P=tag)>|~~(?P<b>.*?)~~", re.IGNORECASE)
BOLD = re.compile(r"<(?P<tag>b|strong)>(?P<a>.*?)</(?P=tag)>|\*\*(?P<b>.+?)\*\*|(?P<c>'{2,})", re.IGNORECASE)
TAGS = re.compile(r"</?(?:i|em|u|sup|sub|small|span|ins|mark)>", re.IGNORECASE)
LONGEST_LINE = 20_000


def page_of_text(text: str) -> Page:
    """Return the page of plain text; a table is a run of lines that begin with a bar."""
    headings = Headings()
    budget = Budget()
    grids: list[Grid] = []
    rows: list[tuple[Cell, ...]] = []

    def close() -> None:
        if rows:
            budget.begin_table()
            grids.append(Grid(whole(rows), headings.above()))
            rows.clear()

    for full in text.splitlines():
        line = full[:LONGEST_LINE].strip()
        if line.startswith("|") and not line.startswith("|}"):
            if not RULE.fullmatch(line):
                cells = tuple(cell_of(part) for part in _parts(line))
                budget.spend(len(cells))
                rows.append(cells)
            continue
        close()
        heading = HEADING.fullmatch(line) or HASHES.fullmatch(line)
        if heading:
            headings.add(len(heading["marks"]), plain(heading["text"]))
    close()
    return Page(headings.title, tuple(grids), "text")


def _parts(line: str) -> list[str]:
    """The cells of a row: what stands between bars that are not escaped."""
    body = line[1:]
    if body.endswith("|") and not body.endswith("\\|"):
        body = body[:-1]
    return [part.replace("\\|", "|") for part in re.split(r"(?<!\\)\|", body)]


def cell_of(text: str) -> Cell:
    """Return a cell of plain text with the marks of HTML, Markdown or wikitext for struck and bold."""
    struck = [found["a"] if found["a"] is not None else found["b"] for found in STRUCK.finditer(text)]
    kept = STRUCK.sub(" ", text)
    # An apostrophe alone is what is left of bold marks when the page was flattened.
    bold = bool(BOLD.search(kept)) or kept.strip() == "'"
    return Cell(
        text="" if kept.strip() == "'" else plain(kept),
        struck=" ".join(plain(part) for part in struck) if struck else None,
        bold=bold,
    )


def plain(text: str) -> str:
    """Return text without marks for bold and italic, entities resolved."""
    shown = BOLD.sub(lambda found: found["a"] or found["b"] or "", text)
    shown = re.sub(r"<br\s*/?>", "\n", TAGS.sub("", shown), flags=re.IGNORECASE)
    return tidy(html.unescape(re.sub(r"\\([\\`*_{}\[\]()#+.!~<>-])", r"\1", shown)))
