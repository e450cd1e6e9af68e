"""Lists of results, as federations print them after a race, turned into classifications or results of a scenario."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quotaproof.model.errors import InputError
from quotaproof.model.files import csv_text
from quotaproof.model.quantities import counted
from quotaproof.model.rules import Event, Rules
from quotaproof.model.scenario_folder import CLASSIFICATIONS
from quotaproof.pages import Cell, Grid

from .columns import event_of, words_of
from .headers import header_of, one_text
from .lists import context_of, rank_in
from .nocs import noc_in, noc_of_cells
from .outcome import Remarks, listed

CODES = {
    "DSQ": "disqualified", "DQ": "disqualified", "DQB": "disqualified for unsporting behaviour", "DNS": "did not start",
    "DNF": "did not finish", "DNQ": "did not qualify", "DNC": "did not compete", "PEN": "penalty", "YC": "yellow card",
    "RC": "red card", "WDR": "withdrew", "WD": "withdrew", "MT": "missed turn", "LAP": "lapped", "NM": "no mark",
    "NR": "no result", "NTT": "no time taken", "ADV": "advanced", "ADA": "advanced", "OK": "", "FS": "false start",
    "INV": "invalid", "NC": "not classified", "EXC": "excluded", "UNR": "unranked",
}  # fmt: skip
"""Result codes of the Olympic Data Feed and of short track, with what they say."""

RESULT_COLUMNS = ("meet", "event", "race", "division", "rank", "noc", "athlete", "name", "time", "points", "note")
ROLES = {
    "rank": ("rank",), "noc": ("noc", "code"), "name": ("name",), "time": ("time",), "points": ("points",),
    "meet": ("meet",), "event": ("event",), "gender": ("gender",), "division": ("division",), "note": ("note",),
    "position": ("rank",), "qualifier": ("qualifier",), "race": ("race",), "athlete": ("athlete",),
}  # fmt: skip


PLAIN_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t"}
"""Latin letters that are no other letter with an accent."""


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One result: `position` is None where a code stands for it."""

    meet: str
    event: str
    noc: str | None
    position: int | None
    name: str = ""
    time: str = ""
    points: str = ""
    division: str = ""
    race: str = ""
    note: str = ""
    athlete: str = ""
    qualifier: int | None = None
    certain: str = ""
    place: str = ""
    """The table that it is in."""

    @property
    def key(self) -> tuple[object, ...]:
        """What is no second time in a list of results, unless it is shared there."""
        return self.meet, self.event, self.race, self.division, self.position


CODE_BEHIND = re.compile(r"\S \([A-Z]{3}\)$")


@dataclass(slots=True)
class Results:
    """Results of a page, in their order."""

    lines: list[ResultLine] = field(default_factory=list)

    def to_csv(self, rules: Rules, remarks: Remarks) -> tuple[str, str]:
        """Return (name, text) of the file that keeps them: classifications where standings are computed from these."""
        if rules.soqc is not None:
            return CLASSIFICATIONS.name, _classifications(self.lines, rules, remarks)
        rows = [
            (one.meet, one.event, one.race, one.division, "" if one.position is None else one.position, one.noc or "?",
             one.athlete or slug(one.name), one.name, one.time, one.points, one.note)
            for one in self.lines
        ]  # fmt: skip
        return "results.csv", csv_text(RESULT_COLUMNS, rows)


def slug(text: str) -> str:
    """Return a name as an id: small letters without accents, words with hyphens between them.

    Letters of other scripts become their numbers in Unicode, so that different names stay different.

    Examples
    --------
    >>> [slug(name) for name in ("Bjørn MAGNUSSEN", "Zoë Łucka", "高")]
    ['bjorn-magnussen', 'zoe-lucka', 'u9ad8']
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    latin = (PLAIN_LETTERS.get(letter, letter) for letter in plain)
    words = re.findall(r"[^\W_]+", "".join(latin))
    return "-".join("".join(c if c.isascii() else f"u{ord(c):x}" for c in word) for word in words)


def result_columns(grid: Grid, rules: Rules) -> dict[str, int] | None:
    """Return role -> column of a list of results; None if a table is none.

    It is one if its rows have ranks or codes and an NOC, and it says at which meet, or has times.
    """
    header = header_of(grid)
    if not header.rows or header.depth >= len(grid.rows):
        return None
    found: dict[str, int] = {}
    for number, column in enumerate(header.columns):
        exact = column.words.strip().lower()
        words = words_of(column.words)
        role = exact if exact in ROLES else next(
            (role for role, names in ROLES.items() if words & {*names} and role not in found), None
        )  # fmt: skip
        if exact == "certain":
            role = "certain"
        if role == "position":
            role = "rank"
        if role is not None and role not in found:
            found[role] = number
    if "noc" not in found and "name" in found and _has_codes(grid, header.depth, found["name"]):
        found["noc"] = found["name"]
    if not {"rank", "noc"} <= set(found):
        return None
    if "meet" in found or "time" in found or _meet_of(context_of(grid), rules) is not None:
        return found
    return None


def _has_codes(grid: Grid, depth: int, column: int) -> bool:
    """Whether most names of a column have the code of an NOC in brackets behind them."""
    texts = [row[column].text for row in grid.rows[depth:] if column < len(row) and row[column].text]
    return sum(bool(CODE_BEHIND.search(text)) for text in texts) * 2 > len(texts)


def read_results(grid: Grid, at: Mapping[str, int], rules: Rules, remarks: Remarks, results: Results) -> None:
    """Read the results of a table.

    Raises
    ------
    InputError
        If nothing says of which event or meet they are.
    """
    header = header_of(grid)
    place = f"results ({grid.place})"
    context = context_of(grid)
    remarks.use(cell for row in grid.rows[: header.depth] for cell in row)
    without: list[str] = []
    unranked: list[str] = []
    number = 0
    below, above = "", set[tuple[object, ...]]()
    for row in grid.rows[header.depth :]:
        remarks.deadline.check()
        cells = {role: row[column] if column < len(row) else Cell() for role, column in at.items()}
        if not any(not cell.empty for cell in cells.values()):
            continue
        rank = cells["rank"].text
        found = rank_in(cells["rank"])
        code = _code(rank) or _code(cells.get("time", Cell()).text) or _code(cells.get("note", Cell()).text)
        heading = one_text(row)
        if found is None and code is None and (rank or (heading is not None and noc_of_cells(row) is None)):
            remarks.use(row)
            shown = " | ".join(cell.shown for cell in row if not cell.empty)[:100]
            words = f"a row whose rank {(rank or heading or '')[:20]!r} is neither a number nor a result code: {shown}"
            remarks.add("unclear", place, words, cells=[cells["rank"]])
            below = (heading or rank)[:40]
            above |= {own.key for own in results.lines if own.position is not None}
            continue
        number += 1
        where = f"{place}, row {number}"
        named = noc_in(cells["noc"], where, remarks)
        remarks.use(cells.values())
        line = _line(cells, found, code, named.noc, rules, context, where)
        if line.position is not None and line.key in above:
            words = (
                f"{where}: rank {line.position} comes again below {below!r}; let the positions go on there, or say in "
            )
            words += "a column division or race what it is"
            raise InputError(remarks.refuse(words, [cells["rank"]]))
        results.lines.append(line)
        if line.position is None:
            shown = f"{line.noc or '?'} {line.name} ({code or 'no rank'})".replace("  ", " ")
            (without if code else unranked).append(shown)
    _left_columns(grid, header.depth, at, place, remarks)
    remarks.add("read", place, counted(number, "result"))
    if unranked:
        words = "neither a rank nor a code for it, so these have no position: "
        remarks.add("unclear", place, f"{words}{', '.join(unranked[:40])}", 3)
    if without:
        shown = ", ".join(without[:10])
        remarks.add("read", place, f"without a position, since a code stands for it: {shown}")


def _line(
    cells: Mapping[str, Cell],
    found: int | None,
    code: str | None,
    noc: str | None,
    rules: Rules,
    context: Sequence[str],
    where: str,
) -> ResultLine:
    def text(role: str) -> str:
        return " ".join(cells[role].text.split()) if role in cells else ""

    own = [part for part in (text("gender"), *context) if part]
    event = (
        event_of(rules, text("event"), own) if text("event") else event_of(rules, "", own) or _event_above(rules, own)
    )
    if event is None:
        known = ", ".join(one.identifier for one in rules.events)
        told = f"{text('event')[:40]!r} is" if text("event") else "its headings name"
        raise InputError(f"{where}: {told} no event of the rules; those are {known}")
    meet = _meet_of([text("meet")] if text("meet") else context, rules)
    if meet is None:
        meets = ", ".join(rules.soqc.meets) if rules.soqc is not None else ""
        told = f"{text('meet')[:40]!r} is none of the meets" if text("meet") else "nothing says at which of the meets"
        raise InputError(f"{where}: {told} {meets}; name it in a heading, a column meet or the file's name")
    qualifier = text("qualifier")
    stays = found is not None and code not in ("DNS", "DNC", "DSQ", "DQ", "DQB", "YC", "RC", "WD", "WDR", "EXC")
    return ResultLine(
        meet, event.identifier, noc, found if stays else None, text("name"), text("time"),
        text("points"), text("division"), text("race"), text("note") or (code or ""), text("athlete"),
        int(qualifier) if qualifier.isdecimal() and len(qualifier) < 4 else None, text("certain"),
        where.rpartition(", row")[0],
    )  # fmt: skip


def _code(text: str) -> str | None:
    word = text.strip().strip("().").upper()
    return word if word in CODES and word != "OK" else None


def _event_above(rules: Rules, context: Sequence[str]) -> Event | None:
    return next((event for heading in context if (event := event_of(rules, heading, context)) is not None), None)


def _meet_of(texts: Sequence[str], rules: Rules) -> str | None:
    """The meet that headings name, by its id or its city; without a table [soqc] in the rules any name is one."""
    if rules.soqc is None:
        return next((slug(text) for text in texts if text), None)
    spelled = [set(slug(text).split("-")) for text in texts if text]
    for digits in (True, False):  # by all words of its id first, then by the city alone
        for words in spelled:
            found = [
                meet
                for meet in rules.soqc.meets
                if {w for w in meet.split("-") if digits or not w.isdecimal()} <= words
            ]
            if len(found) == 1:
                return found[0]
    return None


def _left_columns(grid: Grid, depth: int, at: Mapping[str, int], place: str, remarks: Remarks) -> None:
    """Say which columns are not kept."""
    titles = [column.words for column in header_of(grid).columns]
    for column in range(max(map(len, grid.rows))):
        cells = [row[column] for row in grid.rows[depth:] if column < len(row) and not row[column].empty]
        if column not in at.values() and cells and not all(remarks.is_used(cell) for cell in cells):
            remarks.use(cells)
            title = titles[column] if column < len(titles) else ""
            words = f"the column {title or f'number {column + 1}'!r} is not kept: "
            remarks.add("ignored", place, f"{words}{listed([repr(cell.shown) for cell in cells])}")


def _classifications(lines: Sequence[ResultLine], rules: Rules, remarks: Remarks) -> str:
    """The positions of each NOC's qualifiers, numbered from its best at each meet and event."""
    numbers: dict[tuple[str, str, str], int] = {}
    rows: list[tuple[object, ...]] = []
    order = sorted((line for line in lines if line.position is not None), key=lambda line: line.position or 0)
    by_list: dict[tuple[str, str], list[ResultLine]] = {(line.meet, line.event): [] for line in lines}
    taken: dict[tuple[str, str, int | None], str] = {}
    for line in order:
        by_list[line.meet, line.event].append(line)
        other = taken.setdefault((line.meet, line.event, line.position), line.place)
        if other != line.place:
            raise InputError(
                f"position {line.position} of {line.event} at {line.meet} is in two tables, {other} and {line.place}; "
                "give the final classification, and not the races that it was made of"
            )
    kept: set[str] = set()
    for (meet, event), own in by_list.items():
        relay = rules.event(event).kind == "relay"
        for line in own:
            if line.noc is None:
                rows.append((meet, event, "?", line.qualifier or "", line.position, line.certain or 1))
                continue
            key = (meet, event, line.noc)
            numbers[key] = numbers.get(key, 0) + 1
            if relay and numbers[key] > 1:
                remarks.add(
                    "ignored", f"results of {event} at {meet}", f"a second team of {line.noc}, at {line.position}"
                )
                continue
            rows.append((meet, event, line.noc, line.qualifier or numbers[key], line.position, line.certain or 1))
            kept.update(name for name in ("name", "time", "points") if getattr(line, name))
    if kept:
        words = f"the {', '.join(sorted(kept))} of each result: classifications have NOC, qualifier and position only"
        remarks.add("ignored", "results", words)
    return CLASSIFICATIONS.csv_text(rows, CLASSIFICATIONS.optional)
