"""A report with its headings in another language: words of events and columns, titles of sections, names of NOCs.

Words of events and columns are the first ones that an import knows in the language, so that it reads the report again.
Sentences, notes, what stands in cells, and the columns of the records that only an import reads stay in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from quotaproof.importing.vocabulary import FILE as WORDS
from quotaproof.model.errors import InputError
from quotaproof.model.rules import Event, Rules
from quotaproof.nation_languages import countries
from quotaproof.nations import flag_of, letters_of, name_of

from .document import Document, Head, Item, Line, ReportTable, Section
from .quota import GROUPS, short_label
from .rankings import HEADINGS

LANGUAGES = ("en", "de", "fr", "it", "nl")
"""Languages that a report's headings can be in."""

FILE = Path(__file__).parent / "headings.toml"
COLUMNS = {"NOC": "noc", "Athletes": "athletes", "Rank": "rank", "Points": "points", "Name": "name", "Time": "time"}
"""Headings of columns by the concept of the words of an import."""


def require_language(language: str) -> None:
    """Raise InputError unless headings can be in a language."""
    if language not in LANGUAGES:
        raise InputError(f"{language!r} is no language of a report's headings; use one of {', '.join(LANGUAGES)}")


@cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _words() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


@cache
def _word(concept: str, language: str) -> str:
    """The first word of a concept in a language, with a capital letter."""
    first = _words()[concept][language][0]
    return first[:1].upper() + first[1:]


def event_name(event: Event, language: str) -> str:
    """Return an event in words of another language, such as `500 m, Herren`."""
    gender, own = _word(event.gender, language), name_without_gender(event, language)
    if event.kind == "couple":
        return own
    return gender if not own else f"{own}, {gender}"


def name_without_gender(event: Event, language: str) -> str:
    """Return an event without its gender; empty where it has no other name."""
    rest = event.identifier.removeprefix(event.gender).removeprefix("-").replace("-", " ")
    if not rest or rest.isdecimal():
        return f"{rest} m" if rest else ""
    if rest in _words():
        return _word(rest, language)
    return short_label(event)


@cache
def _headings(language: str) -> Mapping[str, str]:
    """The headings that do not depend on a scenario."""
    known = {text: words[language] for text, words in _table()["headings"].items()}
    known |= {text: _word(concept, language) for text, concept in COLUMNS.items()}
    for groups in (GROUPS, HEADINGS):
        known |= {text: _word(gender, language) for gender, text in groups.items()}
    return known


def heading_in(text: str, language: str) -> str:
    """Return a heading in a language.

    Raises
    ------
    KeyError
        If the table of headings lacks it.
    """
    return text if language == "en" else _headings(language)[text]


def name_in(noc: str, language: str) -> str:
    """Return the name of an NOC in a language, in English where that language has none for it."""
    if language == "en":
        return name_of(noc)
    told = _table()["names"].get(noc, {}).get(language)
    return told or countries(language).get(letters_of(flag_of(noc)), name_of(noc))


class _Translation:
    """The headings of one report in one language."""

    def __init__(self, rules: Rules, language: str) -> None:
        self.language = language
        self.known = dict(_headings(language))
        for event in rules.events:
            self.known[short_label(event)] = name_without_gender(event, language) or _word(event.gender, language)
            self.known[event.label.capitalize()] = event_name(event, language)
            self.known[event.label] = event_name(event, language)

    def text(self, text: str) -> str:
        """A heading: known as a whole, or its parts before and behind a comma or colon."""
        if text in self.known:
            return self.known[text]
        for between in (", and quota places, ", ": ", ", "):
            if between in text:
                first, _, rest = text.partition(between)
                if between.startswith(", and"):
                    first += ", and quota places"
                if first in self.known:
                    return f"{self.known[first]}{': ' if between == ': ' else ', '}{self.known.get(rest, rest)}"
        return text

    def section(self, section: Section, *, record: bool) -> Section:
        tables = tuple(self.table(table, record=record) for table in section.tables)
        return replace(section, title=self.text(section.title), tables=tables)

    def table(self, table: ReportTable, *, record: bool) -> ReportTable:
        lines = tuple(Line(tuple(self.item(item) for item in line.items), line.kind) for line in table.lines)
        if record:
            return replace(table, lines=lines)
        header = tuple(tuple(Head(self.text(h.text), h.columns, h.rows) for h in heads) for heads in table.header)
        return replace(table, header=header, lines=lines, caption=self.text(table.caption))

    def item(self, item: Item) -> Item:
        return replace(item, names=tuple(name_in(noc, self.language) for noc in item.nocs)) if item.nocs else item


def translated(document: Document, rules: Rules, language: str) -> Document:
    """Return a report with its headings and the names of NOCs in a language.

    Raises
    ------
    InputError
        If headings cannot be in that language, or babel is not installed.
    """
    require_language(language)
    if language == "en":
        return document
    own = _Translation(rules, language)
    sections = tuple(own.section(section, record=False) for section in document.sections)
    records = tuple(own.section(section, record=True) for section in document.records)
    return replace(document, sections=sections, records=records, language=language)
