"""The words for what is corrected in a table that was sent, in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quotaproof.importing.folder import HEADINGS
from quotaproof.importing.roles import ROLES

from .corrections import ColumnName, CorrectionLine, RowKey, RuledEvent
from .languages import SOURCE, gettext, ngettext, noted, speaking
from .wording import event_name

NOTE_WORDS = {
    "unclear": noted("Not understood"),
    "guessed": noted("Guessed"),
    "difference": noted("Where the page contradicts itself"),
    "missing": noted("Missing"),
    "ignored": noted("Left out"),
    "read": noted("Read from the page"),
}
"""What stands above remarks on how an upload was read."""

ROLE_WORDS = {
    "": noted("not read"),
    "noc": noted("NOC"),
    "athletes": noted("athletes"),
    "men": noted("athletes, men"),
    "women": noted("athletes, women"),
    "number": noted("number of the row"),
    "sum": noted("a sum, compared only"),
    "ignore": noted("left out"),
}
"""What a column can be besides an event, in words."""

_OPTIONS = (
    (r"name them, such as --rules", "choose them, such as"),
    (r"; others: --rules, --columns \"ROLE=HEADER\"", ""),
    (r"; others: --rules", "; others can be chosen"),
    (r"; another: --host", "; another can be named"),
    (r"name them with --rules", "choose them"),
    (r"name it with --host", "name it"),
    (r"name it with --columns", "say what it is above it"),
    (r", such as --columns \"[^\"]*\"", ", above the columns"),
    (r"(?:which column is whose|say which one it is) with --columns", "say above the columns which one it is"),
    (r"--columns: ", ""),
)
"""What the import says of the command line's options -> what it is on a page that has a form for them."""

Names = Mapping[str, str]
"""Event -> its name in the language of the page."""


def names_of(events: Iterable[RuledEvent]) -> dict[str, str]:
    """Return event -> its name in the language of the page."""
    return {
        event.identifier: event_name(
            {
                "id": event.identifier,
                "label": event.label,
                "gender": event.gender,
                "kind": event.kind,
                "start_places": 0,
                "noc_cap": 0,
            }
        )
        for event in events
    }


def roles_in_words(names: Names) -> tuple[tuple[str, str], ...]:
    """Return (role, words) of everything that a column can be: the events of the rules first."""
    first = [(role, gettext(ROLE_WORDS[role])) for role in ("", "noc")]
    return (*first, *names.items(), *((role, gettext(ROLE_WORDS[role])) for role in ROLES if role != "noc"))


def role_in_words(role: str, names: Names) -> str:
    """Return what a column is taken for."""
    return names.get(role) or (gettext(ROLE_WORDS[role]) if role in ROLE_WORDS else role)


def column_in_words(column: ColumnName, names: Names) -> str:
    """Return what a column is called: by what it is, or the text above it, or its number."""
    if column.role:
        return role_in_words(column.role, names)
    return column.title[:60] or gettext("column %(number)s", number=column.number + 1)


def row_in_words(name: str, key: RowKey) -> str:
    """Return what a row of a form is called: by its NOC or a text in it, or its number."""
    if key.startswith("new"):
        return gettext("added row %(number)s", number=key.removeprefix("new"))
    return name or gettext("row %(number)s", number=int(key) + 1)


def size_in_words(rows: int, columns: int, begins: str, *, too_large: bool) -> str:
    """Return the size of a table and how it begins."""
    told = {"rows": ngettext("%(num)s row", "%(num)s rows", rows), "text": begins}
    told["columns"] = ngettext("%(num)s column", "%(num)s columns", columns)
    if too_large:
        return gettext("%(rows)s and %(columns)s, beginning “%(text)s”; too large to be corrected here", **told)
    return gettext("%(rows)s and %(columns)s, beginning “%(text)s”", **told)


def where_in_words(line: CorrectionLine, names: Names) -> str:
    """Return where a change is."""
    row = gettext("row %(number)s", number=line.number + 1) if line.number >= 0 else gettext("row without an NOC")
    table = gettext("table %(number)s", number=line.table) if line.table else ""
    place = line.place or gettext("the page")
    if line.kind == "left-out":
        return f"{table} ({place})"
    column = column_in_words(line.column, names) if line.column is not None else ""
    found: str
    if line.kind == "header":
        found = gettext("header")
    elif line.kind == "columns" and line.column is not None:
        title, number = line.column.title[:80], line.column.number + 1
        found = gettext("column '%(title)s'", title=title) if title else gettext("column %(number)s", number=number)
    elif line.kind == "cell":
        found = line.row or row
    else:
        found = gettext("row of %(noc)s", noc=line.row) if line.row else row
    found += f" ({table})" if table else ""
    return f"{found}, {column}" if line.kind == "cell" else found


def values_in_words(line: CorrectionLine, names: Names) -> tuple[str, str]:
    """Return what was there and what is there now."""
    if line.kind == "columns":
        return role_in_words(line.before, names), role_in_words(line.after, names)
    if line.kind == "header":
        before, after = (ngettext("%(num)s row", "%(num)s rows", int(n)) for n in (line.before, line.after))
        return before, after
    return line.before, line.after


def in_the_files(line: CorrectionLine, events: Iterable[RuledEvent]) -> str:
    """Return a change as the scenario's own files have it: in English, columns as the command line names them."""
    with speaking(SOURCE):
        names = names_of(events)
        where = where_in_words(line, names)
        before, after = values_in_words(line, {name: name for name in names})
    match line.kind:
        case "cell":
            return f"{where}: {after!r} instead of {before!r}"
        case "removed":
            return f"{where}: removed ({before})"
        case "added":
            return f"{where}: added ({after})"
        case "left-out":
            return f"{where}: left out"
        case "columns":
            return f"{where}: {line.after or after} instead of {line.before or before}"
        case _:
            return f"{where}: {after} instead of {before}"


@dataclass(frozen=True, slots=True)
class ImportNotes:
    """How an upload was read: by the rules of which scenario, and what was remarked, below headings of the page."""

    rules: str
    remarks: tuple[tuple[str, tuple[str, ...]], ...]


def import_notes(sources: str) -> ImportNotes:
    """Return what the file SOURCES.md of an imported scenario says of how it was read.

    Remarks are in English, as they are; a sign that Markdown would take for a mark is only a sign.
    """
    kinds = {heading: kind for kind, heading in HEADINGS.items()}
    first, *parts = re.split(r"^## ", sources, flags=re.MULTILINE)
    rules = re.search(r"^The rules are those of `(.+)`", first, re.MULTILINE)
    remarks = []
    for part in parts:
        heading, _, lines = part.partition("\n")
        words = NOTE_WORDS.get(kinds.get(heading.strip(), ""))
        told = tuple(line.removeprefix("- ") for line in lines.splitlines() if line.startswith("- "))
        remarks.append((gettext(words) if words else heading.strip(), told))
    return ImportNotes(rules[1] if rules else "", tuple(remarks))


def by_the_form(text: str) -> str:
    """Return what the import says without the options of the command line: the page has a form for them.

    Examples
    --------
    >>> by_the_form("host: RUS, as in sochi-2014; another: --host")
    'host: RUS, as in sochi-2014; another can be named'
    """
    for option, words in _OPTIONS:
        text = re.sub(option, words, text)
    return text
