"""What a table's columns are: header cells, as words, matched with the events of a rule file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS, Event, Rules
from quotaproof.pages import Cell, Grid

GENDER_WORDS = {
    "men": "men", "mens": "men", "men's": "men", "male": "men", "males": "men", "man": "men", "boys": "men",
    "women": "women", "womens": "women", "women's": "women", "ladies": "women", "ladies'": "women", "lady": "women",
    "female": "women", "females": "women", "girls": "women", "mixed": "mixed",
}  # fmt: skip
NOC_WORDS = frozenset({"nation", "nations", "noc", "nocs", "country", "countries", "team"})
ATHLETE_WORDS = frozenset({"athletes", "athlete", "total", "quota", "quotas", "skaters", "sum"})
NOC = "noc"
OTHER = ""
MARK = re.compile(r"(x|✓|✔|✗|●|•|\*|yes|y)", re.IGNORECASE)
NOTHING = re.compile(r"[-–—−0]?")
NOTE = re.compile(r"\s*(\[[^\]]{1,12}\]|[*†‡§]+)\s*$")


@lru_cache(maxsize=10_000)
def words(text: str) -> frozenset[str]:
    """Return the words of a header; `1,000m`, `1000 m` and `1000` are the same word."""
    joined = re.sub(r"(?<=\d)[,.\u2009\u202f ](?=\d{3}\b)", "", text.lower().replace("’", "'"))
    split = re.sub(r"(\d)\s*(?:metres|meters|m)\b", r"\1 ", joined)
    return frozenset(re.findall(r"\d+|[^\W\d_]+(?:'[^\W\d_]*)?", split.replace("-", " ")))


@dataclass(frozen=True, slots=True)
class Genderless:
    """Words of a header without those for a gender, and the genders that they name."""

    rest: frozenset[str]
    genders: frozenset[str]

    @classmethod
    def of(cls, found: frozenset[str]) -> Genderless:
        """Split words into genders and the rest."""
        return cls(
            frozenset(word for word in found if word not in GENDER_WORDS),
            frozenset(GENDER_WORDS[word] for word in found if word in GENDER_WORDS),
        )


def event_of(rules: Rules, text: str, context: Iterable[str] = ()) -> Event | None:
    """Return the event that a header names, with the headings above it (innermost first) for what it leaves out.

    A mixed event may be named by the word mixed alone if the rules have only one.
    """
    found = Genderless.of(words(text))
    rest, genders = found.rest, found.genders
    for heading in context:
        above = Genderless.of(words(heading))
        if not genders and len(above.genders) == 1:
            genders = above.genders
        if not any(_rest(event) <= rest for event in rules.events):
            rest = rest | above.rest
    if len(genders) != 1:
        return None
    gender = next(iter(genders))
    events = [event for event in rules.events if event.gender == gender]
    fitting = [event for event in events if _rest(event) <= rest]
    if not fitting and gender == "mixed" and len(events) == 1 and not any(word.isdigit() for word in rest):
        return events[0]
    return max(fitting, key=lambda event: len(_rest(event)), default=None)


def _rest(event: Event) -> frozenset[str]:
    return Genderless.of(words(event.identifier)).rest


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a quota table: for each `noc`, an event, `athletes` or nothing; and where the rows begin."""

    columns: tuple[str, ...]
    first_row: int


def quota_layout(grid: Grid, rules: Rules) -> Layout | None:
    """Return the layout of a quota table, None if the table is none of these rules'.

    It is one if every event has a column. Where a page was flattened to text its header cells may have lost what they
    span: then the groups (men, women, mixed) are filled with the names below them in their order.
    """
    if not any(cell.text and words(cell.text) & NOC_WORDS for row in grid.rows[:4] for cell in row):
        return None
    depth = 0
    while depth < min(4, len(grid.rows)) and not _is_data(grid.rows[depth]):
        depth += 1
    header = grid.rows[:depth]
    for columns in (_aligned(header, rules), _flattened(header, rules)):
        if columns is not None:
            return Layout(columns, depth)
    return None


def _is_data(row: Sequence[Cell]) -> bool:
    """Whether a row has numbers of start places and no other text but in its first cell."""
    texts = [bare(cell.text) for cell in row[1:]]
    return any(texts) and all(number_of(text) is not None for text in texts) and not any(c.header for c in row[1:])


def bare(text: str) -> str:
    """Return a cell's text without a footnote mark at its end."""
    return NOTE.sub("", text).strip() if text.strip() not in ("*", "•") else text


def number_of(text: str) -> int | None:
    """Return the number in a cell of a quota table: a mark counts as 1, a dash or nothing as 0; None if it is none."""
    if NOTHING.fullmatch(text):
        return 0
    if MARK.fullmatch(text):
        return 1
    return int(text) if re.fullmatch(r"\d{1,3}", text) and int(text) < 400 else None


def _aligned(header: Sequence[Sequence[Cell]], rules: Rules) -> tuple[str, ...] | None:
    """Columns by all that stands above them; a group's name goes on over empty cells to its right."""
    width = max((len(row) for row in header), default=0)
    above = [""] * width
    for number, row in enumerate(header):
        group = ""
        for column in range(width):
            text = row[column].text if column < len(row) else ""
            group = text or group
            # Only in a row that others stand below does an empty cell belong to what is left of it.
            goes_on = number < len(header) - 1 and set(words(group)) & set(GENDER_WORDS)
            above[column] += f" {text or (group if goes_on else '')}"
    return _checked([_role(rules, text) for text in above], rules)


def _flattened(header: Sequence[Sequence[Cell]], rules: Rules) -> tuple[str, ...] | None:
    """Columns of a header of two rows that has lost its spans."""
    if len(header) < 2:
        return None
    groups = [cell.text for cell in header[-2] if cell.text]
    below = [cell.text for cell in header[-1] if cell.text]
    columns: list[str] = []
    for group in groups:
        named = Genderless.of(words(group)).genders
        gender = next(iter(named)) if len(named) == 1 else None
        events = [event for event in rules.events if event.gender == gender]
        if gender in GENDERS or (gender == "mixed" and len(events) > 1):
            for text in below[: len(events)]:
                event = event_of(rules, text, [group])
                columns.append(event.identifier if event else OTHER)
            below = below[len(events) :]
        else:
            columns.append(_role(rules, group))
    return _checked(columns, rules)


def _role(rules: Rules, text: str) -> str:
    event = event_of(rules, text)
    if event is not None:
        return event.identifier
    found = words(text)
    if found & NOC_WORDS:
        return NOC
    return ATHLETES if found & ATHLETE_WORDS else OTHER


def _checked(columns: list[str], rules: Rules) -> tuple[str, ...] | None:
    """The columns if each event has exactly one and the first is the NOC's; only the last of several sums is kept."""
    if not columns or NOC not in (columns[0], *columns[:2]):
        return None
    if sorted(c for c in columns if c not in (NOC, OTHER, ATHLETES)) != sorted(e.identifier for e in rules.events):
        return None
    sums = [number for number, column in enumerate(columns) if column == ATHLETES]
    for number in sums[:-1]:
        columns[number] = OTHER
    return tuple(columns)
