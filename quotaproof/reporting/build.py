"""The report on a scenario, as a document without a format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from quotaproof.importing.records import (
    ABOUT,
    BY_THE_RULES,
    DECLINES,
    EACH_AT_MOST,
    FACTS,
    IN_AN_EVENT,
    INVITATIONS,
    REMARKS,
    RETURNED,
    STARTS_AS,
    TAKEN_FOR,
    UNREADABLE,
)
from quotaproof.model.aliases import Alias
from quotaproof.model.later_changes import Invitation, ReturnedPlaces
from quotaproof.model.published import UNNAMED
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import ABOUT_ENTRIES, EVERYTHING

from .basis import KNOWN_IN_PART, Basis, Shown, basis_of
from .document import Document, Item, Line, Section, noc_item, plain_table
from .listed import listed_sections
from .quota import differences_section, quota_section
from .rankings import list_sections
from .relays import relay_sections

BESIDE = "; where the published table differs, its numbers are listed"
"""What is said of a table by the rules if a table was published: it can be had from the document too."""


def build(scenario: Scenario, *, full: bool = False, table: Shown | None = None) -> Document:
    """Return the report on a scenario.

    Parameters
    ----------
    full
        Whether rankings are listed to their end, those of relays included; otherwise a list ends with those next in
        line.
    table
        The quota table that is shown; see `basis_of`.

    Raises
    ------
    InputError
        If there is no such table.
    LimitError
        If a solver limit was reached.
    """
    basis = basis_of(scenario, table)
    # Nothing is told from a table of which cells are not known.
    whole = replace(basis, table=None) if basis.caption == KNOWN_IN_PART else basis
    if scenario.rules.by_lists:
        below = listed_sections(scenario, whole, full=full)
    else:
        below = (*relay_sections(scenario, whole), *list_sections(scenario, whole, full=full))
    sections = (quota_section(scenario, basis), *below)
    records = (
        *differences_section(scenario, basis),
        *_facts(scenario),
        *_remarks(scenario),
        *_declines(scenario),
        *_invitations(scenario),
        *_about(scenario, basis),
    )
    return Document(scenario.title, _games(scenario), (scenario.games,), sections, records)


def _games(scenario: Scenario) -> str:
    """The Games as the encyclopaedia's flag templates name them."""
    year = re.search(r"\b(?:19|20)\d\d\b", scenario.games)
    season = re.search(r"\b(Winter|Summer)\b", scenario.games)
    return f"{year[0]} {season[0]}" if year and season else ""


def _section(
    title: str, names: Sequence[str], rows: Sequence[tuple[Item, ...]], caption: str, *words: str
) -> tuple[Section, ...]:
    """The section with a table and words above it; none where the table has no rows."""
    return (Section(title, 2, words, (plain_table(names, map(Line, rows), caption),)),) if rows else ()


def _recorded(scenario: Scenario, what: str, one: ReturnedPlaces | Invitation) -> tuple[Item, ...]:
    """A row of what is on record for an NOC besides its entries: of what, whose, how many, when, by which source."""
    number = Item(str(one.number), number=True)
    return Item(what), noc_item(scenario, one.noc), number, Item(one.date), Item(one.source)


def _facts(scenario: Scenario) -> tuple[Section, ...]:
    lines = []
    for fact in scenario.facts:
        value = noc_item(scenario, fact.other) if fact.other else Item(str(fact.value), number=True)
        label = _label(scenario, fact.event)
        noc = Item("all") if fact.kind == "column-total" else noc_item(scenario, fact.noc or UNNAMED)
        qualifier = str(fact.qualifier) if fact.kind in ABOUT_ENTRIES else ""
        lines.append((Item(label), Item(fact.kind), noc, Item(qualifier, number=True), value, Item(fact.source)))
    return _section("What is known", FACTS, lines, "Known facts")


def _remarks(scenario: Scenario) -> tuple[Section, ...]:
    """What known.csv has and nothing uses."""
    lines = [
        (
            Item(_label(scenario, remark.event)),
            Item(remark.kind),
            noc_item(scenario, remark.noc) if remark.noc else Item(),
            Item(remark.value),
            Item(remark.source),
        )
        for remark in scenario.remarks
    ]
    words = "What is reported and kept, and used for nothing here."
    return _section("Remarks", REMARKS, lines, "Remarks that nothing follows from", words)


def _label(scenario: Scenario, event: str) -> str:
    """An event in words; what is not about one event as it is."""
    return event if event in (*GENDERS, EVERYTHING) else scenario.rules.event(event).label


def _declines(scenario: Scenario) -> tuple[Section, ...]:
    lines = [
        (
            Item(scenario.rules.event(decline.event).label),
            noc_item(scenario, decline.noc or UNNAMED),
            Item(str(decline.qualifier or UNNAMED), number=True),
            Item(decline.date),
            Item(decline.source),
            noc_item(scenario, decline.taken_by or UNNAMED),
        )
        for decline in scenario.declined_entries
    ]
    returned = [_recorded(scenario, one.gender, one) for one in scenario.returned]
    words = "Quota places that were given back alone: the NOC sends so many athletes fewer."
    return (
        *_section("Declines", DECLINES, lines, "Declined entries"),
        *_section("Returned quota places", RETURNED, returned, "Quota places given back", words),
    )


def _invitations(scenario: Scenario) -> tuple[Section, ...]:
    lines = [_recorded(scenario, _label(scenario, one.column), one) for one in scenario.invitations]
    words = "Places added or, where the number is negative, withheld outside the rules."
    return _section("Invitations", INVITATIONS, lines, "Invited or withheld", words)


def _about(scenario: Scenario, basis: Basis) -> tuple[Section, ...]:
    rows = [("Title", scenario.title), ("Games", scenario.games), ("Host", scenario.host or "none")]
    rows.append(("Rules", _rules_of(scenario) or "of a rule file of its own"))
    rows += [(word.capitalize(), date) for word, date in scenario.dates.items()]
    rows += [(f"Reading {name}", value) for name, value in _readings(scenario)]
    if basis.table is not None:
        listed = "" if (scenario.published or scenario.partial) is None or basis.caption != BY_THE_RULES else BESIDE
        rows.append(("Quota table", f"{basis.caption}{listed}"))
    rows += [(UNREADABLE, f"{row.removeprefix(UNNAMED)}{TAKEN_FOR}{noc}") for row, noc in basis.taken_for.items()]
    rows += [(f"{STARTS_AS}{alias.code}", _federations(alias)) for alias in scenario.aliases]
    rows += [("Source", source) for source in scenario.sources]
    lines = [(Item(word), Item(value)) for word, value in rows]
    return _section("About", (ABOUT, "Value"), lines, "The scenario")


def _federations(alias: Alias) -> str:
    most = "" if alias.per_event is None else f"{EACH_AT_MOST}{alias.per_event}{IN_AN_EVENT}"
    return f"{', '.join(alias.federations)}{most} ({alias.clause}; {alias.source})"


def _readings(scenario: Scenario) -> list[tuple[str, str]]:
    """The readings that bear on the scenario and are left open by its rule file, or are not at their default."""
    stated = {reading.name for reading in scenario.open_readings}
    plain = type(scenario.readings)().to_dict()
    return [
        (name, value) for name, value in scenario.chosen_readings().items() if name in stated or value != plain[name]
    ]


def _rules_of(scenario: Scenario) -> str | None:
    """The id of a scenario of quotaproof that has these rules."""
    from quotaproof.scenarios import identifiers, load_scenario

    known = identifiers()
    first = [scenario.identifier] if scenario.identifier in known else []
    for identifier in dict.fromkeys([*first, *known]):
        if load_scenario(identifier).rules == scenario.rules:
            return identifier
    return None
