"""Plain text with tables: headings `==...==` or `## ...`, rows `| a | b |`, with or without the first bar, and tabs.

Everything is read from left to right once: no pattern here looks back, so no text takes more than its length.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from .dialects import unquoted, with_bars, without_alignment
from .page import Budget, Cell, Grid, Headings, LooseLine, Page, tidy, whole
from .spaced import columns_of

MARKS = re.compile(
    r"<(?P<close>/?)(?P<tag>s|del|strike|b|strong|sup|ref|i|em|u|sub|small|span|ins|mark|br)(?:\s[^<>]{0,200})?/?>"
    r"|(?P<tilde>~~)|(?P<stars>\*\*)|(?P<quotes>'{2,})|\\(?P<escaped>[\\`*_{}\[\]()#+.!~<>|-])",
    re.IGNORECASE,
)
RULE_CHARACTERS = frozenset("|:-+= \t")
BLANKS = re.compile(r"\t| {2,}")
LONGEST_LINE = 20_000
LONGEST_SPACED = 2_000
"""Characters of a line whose cells are told apart by position."""

MOST_SPACED = 200_000
"""Characters of a table whose cells are told apart by position; real ones have up to 20,000."""

BOXES = str.maketrans(
    dict.fromkeys("│┃║┆┇┊┋╎╏｜", "|")
    | dict.fromkeys("─━═┄┅┈┉╌╍", "-")
    | dict.fromkeys("┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╒╓╕╖╘╙╛╜╞╟╡╢╤╥╧╨╪╫╭╮╰╯┏┓┗┛┣┫┳┻╋┝┥┯┷┿", "+")
)
"""What draws the lines of a table, as the signs for them that are on every keyboard."""

BOX_STARTS = frozenset("│┃║┌├└╔╠╚╒╞╘╟╭╰┏┣┗｜")

SHORT_LINE = 100
"""Characters of a line above a table that may be its caption."""


@dataclass(slots=True)
class _Lines:
    """The rows of a table as they come, until a line ends it.

    Its first row tells whether bars lead its rows (`led`), or tabs or blanks set their cells apart (`apart`).
    """

    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    bars: int = 0
    led: bool = False
    apart: bool = False
    caption: str = ""
    spaced: list[str] = field(default_factory=list)
    first: int = 0
    lines: list[LooseLine] = field(default_factory=list)


def page_of_text(text: str) -> Page:
    """Return the page of plain text; a table is a run of lines with bars, or of lines whose cells tabs separate.

    The line right above a table is its caption if it is short. A title is the first heading of the first level, or the
    first line of the text. Lines that no table takes in are kept as such.
    """
    headings = Headings()
    budget = Budget()
    grids: list[Grid] = []
    table = _Lines()
    loose: list[LooseLine] = []
    above = first = ""

    def close() -> None:
        nonlocal table
        # A sentence with a bar in it is no table.
        if len(table.spaced) > 1 and len(table.spaced) == len(table.rows):
            _by_position(table, budget)
        if len(table.rows) > 1 or (table.rows and (table.led or _fits(table.rows[0], grids))):
            budget.begin_table()
            grids.append(Grid(whole(table.rows), headings.above(), table.caption))
        else:
            loose.extend(table.lines)
        table = _Lines()

    lines = [with_bars(line) for line in unquoted(text.splitlines())]
    lines = [line.translate(BOXES) if line.lstrip()[:1] in BOX_STARTS else line for line in lines]
    for number, full in enumerate(lines):
        if number % 1000 == 0:
            budget.deadline.check()
        line = full.strip()
        if len(line) > LONGEST_LINE:
            budget.note("ignored", f"line {number + 1}", f"what is behind its character {LONGEST_LINE:,}")
            line = line[:LONGEST_LINE]
        if "|" in line and not line.startswith("|}") and not _is_beyond_bars(lines, number, table):
            if is_rule(line):
                _joined(table, line)
                continue
            if not table.rows:
                table.caption, table.led = above, line.startswith("|")
            _add(table, number, line, _parts(line), budget)
            continue
        if is_rule(line) and table.rows:
            continue
        if line and _is_spaced(lines, number, table):
            if not table.rows:
                table.caption, table.first, table.apart = above, number + 1, True
            shown = full.replace("|", " ", 1) if table.apart and line.startswith("|") else full
            if "\t" not in full and len(full) < LONGEST_SPACED:
                table.spaced.append(shown)
            _add(table, number, line, _spaced(shown), budget)
            continue
        close()
        if line and not is_rule(line):
            loose.append(LooseLine(f"line {number + 1}", line))
        level, words = _heading(line, lines[number + 1] if number + 1 < len(lines) else "")
        if level:
            headings.add(level, plain(words))
            above = ""
        elif line and not is_rule(line):
            shown = plain(line)
            first = first or (shown if len(line) <= 2 * SHORT_LINE else "")
            above = shown if len(line) <= SHORT_LINE else ""
    close()
    return Page(headings.title or first, tuple(grids), "text", tuple(budget.asides), tuple(loose))


def _fits(row: tuple[Cell, ...], grids: list[Grid]) -> bool:
    """Whether a row that stands alone has as many cells as the table above it."""
    return bool(grids) and 2 < len(row) == max(map(len, grids[-1].rows), default=0)


def _add(table: _Lines, number: int, line: str, parts: list[str], budget: Budget) -> None:
    """Add a row to a table; its line is kept for the case that no table comes of it."""
    budget.spend(len(parts))
    table.rows.append(tuple(map(cell_of, parts)))
    if len(table.rows) == 1:
        table.lines.append(LooseLine(f"line {number + 1}", line))


def _by_position(table: _Lines, budget: Budget) -> None:
    """Tell the cells of lines apart by where they stand, if these have not all the same number of them."""
    if sum(map(len, table.spaced)) > MOST_SPACED:
        return
    rows = columns_of(table.spaced)
    if rows is None or (len(rows[0]) == len(table.rows[0]) and len({len(row) for row in table.rows}) == 1):
        return
    budget.spend(sum(map(len, rows)))
    empty = sum(not text for row in rows[1:] for text in row)
    words = f"the {len(rows[0])} columns of a table without bars are told apart by where they stand"
    budget.note("guessed", f"line {table.first}", f"{words}; {empty} cells are empty")
    table.rows[:] = [tuple(cell_of(text) for text in row) for row in rows]


def is_rule(line: str) -> bool:
    """Return whether a line is one of dashes, as below the header of a table."""
    return ("--" in line or line.startswith("|===")) and RULE_CHARACTERS.issuperset(line)


def _joined(table: _Lines, rule: str) -> None:
    """Put the header of a table together if it was broken into lines: the rule below it has a part for each cell."""
    width = sum("-" in part for part in rule.split("|"))
    if len(table.rows) > 1 and not table.bars and sum(map(len, table.rows)) == width:
        table.rows[:] = [tuple(cell for row in table.rows for cell in row)]
    table.bars += 1


def _heading(line: str, below: str) -> tuple[int, str]:
    """Return the level and text of a heading, 0 for a line that is none."""
    if line.startswith("=") and line.endswith("="):
        text = line.strip("=")
        level = min(len(line) - len(line.lstrip("=")), len(line) - len(line.rstrip("=")))
        if text.strip():
            return level, text.strip()
    if line.startswith("#"):
        text = line.lstrip("#")
        if text[:1].isspace() and text.strip() and len(line) - len(text) <= 6:
            return len(line) - len(text), text.strip().rstrip("#").strip() or text.strip()
    under = below.strip()
    if line and len(under) >= 3 and set(under) in ({"="}, {"-"}):
        return 1 if under[0] == "=" else 2, line
    return 0, ""


def _parts(line: str) -> list[str]:
    """The cells of a row: the text between bars that are not escaped."""
    parts: list[str] = []
    part = ""
    if line.startswith("||") and line.endswith("||") and "|" not in line.replace("||", ""):
        line = line.replace("||", "|")  # a header as wikis of software write it
    for piece in line.split("|"):
        part += piece
        if piece.endswith("\\"):
            part = f"{part[:-1]}|"
            continue
        parts.append(part)
        part = ""
    if part:
        parts.append(part)
    if line.startswith("|"):
        parts = [without_alignment(part) for part in parts[1:]]
    if len(parts) > 1 and not parts[-1].strip() and line.endswith("|"):
        parts = parts[:-1]
    return parts


def _is_beyond_bars(lines: list[str], number: int, table: _Lines) -> bool:
    """Whether a line has a bar in a cell, in a table whose cells tabs or blanks set apart."""
    line = lines[number][:LONGEST_LINE]
    size = len(_spaced(line))
    if size <= len(_parts(line.strip())):
        return False
    below = lines[number + 1] if number + 1 < len(lines) else ""
    return table.apart if table.rows else size > 2 and "\t" in line and line.count("\t") == below.count("\t")


def _is_spaced(lines: list[str], number: int, table: _Lines) -> bool:
    """Whether a line is a row whose cells are set apart by tabs or several blanks."""
    if table.led:
        # A sentence below a table may have two blanks; a row has as many cells as the one above.
        return 2 < len(_spaced(lines[number])) == len(table.rows[-1])
    if table.rows:
        return len(_spaced(lines[number])) > 1
    below = lines[number + 1] if number + 1 < len(lines) else ""
    third = lines[number + 2] if number + 2 < len(lines) else ""
    size = min(len(_spaced(lines[number])), len(_spaced(below)))
    # Two blanks between sentences make no table; three lines of three cells each do.
    return size > (1 if "\t" in lines[number] else 3) or (size == 3 and len(_spaced(third)) > 2)


def _spaced(line: str) -> list[str]:
    if "\t" in line:
        return line[:LONGEST_LINE].rstrip("\r\n").split("\t")
    return BLANKS.split(line[:LONGEST_LINE].strip())


def cell_of(text: str) -> Cell:
    """Return a cell of plain text with the marks of HTML, Markdown or wikitext for struck, bold and superscript."""
    if text.strip() == "'":
        # An apostrophe alone is what is left of bold marks when the page was flattened.
        return Cell(bold=True)
    kept: list[str] = []
    struck: list[str] = []
    notes: list[str] = []
    depth = {"struck": 0, "notes": 0}
    tilde = stars = bold = seen_struck = False
    left = {name: text.count(name) for name in ("~~", "**")}

    def write(words: str) -> None:
        (notes if depth["notes"] else struck if depth["struck"] or tilde else kept).append(words)

    at = 0
    for mark in MARKS.finditer(text):
        write(text[at : mark.start()])
        at = mark.end()
        tag = (mark["tag"] or "").lower()
        step = -1 if mark["close"] else 1
        if mark["escaped"]:
            write(html.escape(mark["escaped"]))
        elif tag in ("s", "del", "strike"):
            struck.append(" ")
            seen_struck = True
            depth["struck"] = max(0, depth["struck"] + step)
        elif tag in ("sup", "sub", "ref"):
            notes.append("\n")
            if not mark[0].endswith("/>"):
                depth["notes"] = max(0, depth["notes"] + step)
            else:
                notes.append("ref")
        elif tag == "br":
            write("\n")
        elif mark["tilde"]:
            if tilde or left["~~"] > 1:
                struck.append(" ")
                tilde, seen_struck = not tilde, True
            else:
                write("~~")
            left["~~"] -= 1
        elif mark["stars"]:
            if stars or left["**"] > 1:
                stars, bold = not stars, True
            else:
                write("**")
            left["**"] -= 1
        elif mark["quotes"] or tag in ("b", "strong"):
            bold = True
    write(text[at:])
    return Cell(
        text=_resolved(kept),
        struck=_resolved(struck) if seen_struck else None,
        bold=bold,
        notes=tuple(note for note in _resolved(notes).split("\n") if note),
    )


def _resolved(parts: list[str]) -> str:
    return tidy(html.unescape("".join(parts)))


def plain(text: str) -> str:
    """Return text without its marks, entities resolved."""
    return cell_of(text).text
