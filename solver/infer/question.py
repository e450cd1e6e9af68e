"""The question: which facts are taken as true, of which state of the table, under which readings.

A table has two states. As first allocated (`december`: these lists come out then) it is what the rules give. In the
end (`final`) places have been given back and gone to others; where the record does not say who gave back what, anybody
may have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from quotaproof.model.errors import InputError
from quotaproof.model.kept import entitled
from quotaproof.model.pathways import require_known
from quotaproof.model.published import ATHLETES, TOTAL, Published
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import PUBLISHED
from quotaproof.model.standings.facts import ABOUT_QUOTA, ABOUT_RANKINGS, EVERYTHING, Fact, Remark
from quotaproof.solver.unknown.row_names import nameless

TableState = Literal["december", "final"]
STATES: tuple[TableState, ...] = ("december", "final")

ON_RECORD = ("declined-rank", "came-in-rank")
"""Facts that are a record of changes; they are taken as they are, and not assumed one by one."""

STATE_WORDS: Mapping[TableState, str] = {
    "december": (
        "The table as it was first allocated: what the rules give, with no change but those on record; so it holds "
        "every number that some rankings give."
    ),
    "final": (
        "This is the table in the end, after places were given back. Nobody published who gave back what, so anybody "
        "may have, and a rank proves no place. A range is what the facts, the caps and the athletes that start places "
        "need leave open; not every number in it need be reachable."
    ),
}

_ONE_OF_TWO = ("came-in-by-reallocation", "start-places-december", "start-places-provisional")


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something in known.csv that is not used, and why."""

    line: int | None
    kind: str
    noc: str | None
    column: str
    value: str
    why: str


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    scenario
        Its facts are those that are used, each statement once and without a source.
    state
        Which state of the table is meant.
    sources
        Statement -> the facts that say it, each with its file and line.
    set_aside
        What is not used.
    nocs
        NOCs that are asked about: those the scenario names, and federations that start under an alias.
    lists_everybody
        Whether there is a table, so that no other NOC has anything.
    readings
        The combinations of readings that are tried; a number is in a range if one of them allows it.
    hard_cap
        Whether a cap per gender holds in every state, because the reading that says so was chosen.
    """

    scenario: Scenario
    state: TableState
    sources: Mapping[Fact, tuple[Fact, ...]]
    set_aside: tuple[SetAside, ...]
    nocs: tuple[str, ...]
    lists_everybody: bool
    readings: tuple[Mapping[str, str], ...]
    hard_cap: bool

    @property
    def statements(self) -> tuple[Fact, ...]:
        """What is assumed, one by one."""
        return tuple(self.sources)

    @property
    def together(self) -> Mapping[str, tuple[str, ...]]:
        """Alias -> federations that start under it; a table counts them in one row."""
        aliases = self.scenario.aliases
        return {one.code: one.federations for one in aliases if set(one.federations) <= set(self.nocs)}

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows of the answer: NOCs, and aliases."""
        return (*self.nocs, *self.together)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the answer: events, `men`, `women`, `athletes`."""
        return (*(event.identifier for event in self.scenario.rules.events), *GENDERS, ATHLETES)

    @property
    def caps(self) -> dict[str, int]:
        """Column -> what no number of it exceeds, whatever is solved."""
        rules = self.scenario.rules
        events = {event.identifier: event.noc_cap for event in rules.events}
        return {column: events.get(column, rules.total) for column in self.columns}


def question(
    scenario: Scenario, state: TableState | None = None, readings: Mapping[str, str] | None = None
) -> Question:
    """Return what is asked of a scenario; `readings` are fixed, all others left open.

    Raises
    ------
    InputError
        For rules by ranked lists, and for what is not modelled: declines or invitations on record, rows of a table
        that may be one NOC or another.
    """
    require_known("infer", scenario.rules.pathways)
    table = scenario.published or scenario.partial
    _require_modelled(scenario, table)
    chosen = scenario.with_readings(readings or {})
    state = state or default_state(scenario)
    written = [*scenario.facts, *(_cells(table) if table else ())]
    if state == "december":
        written = _as_of_december(scenario, written)
    aside = list(_set_aside(scenario, state, written))
    written = [fact for fact in written if state == "december" or fact.kind not in ABOUT_RANKINGS]
    sources: dict[Fact, list[Fact]] = {}
    for fact in written:
        if fact.kind not in ON_RECORD:
            sources.setdefault(replace(fact, source="", line=None), []).append(fact)
    federations = [noc for alias in scenario.aliases for noc in alias.federations]
    asked = replace(
        chosen,
        facts=(*sources, *(fact for fact in written if fact.kind in ON_RECORD)),
        published=None,
        partial=None,
    )
    rows = table.nocs if table else ()
    return Question(
        asked,
        state,
        {fact: tuple(sorted(found, key=lambda one: (one.file, one.line or 0))) for fact, found in sources.items()},
        tuple(aside),
        tuple(dict.fromkeys((*rows, *sorted({*scenario.nocs, *(() if table else federations)})))),
        table is not None,
        tuple(_readings(chosen, state, frozenset(readings or {}))),
        (readings or {}).get("gender-cap") == "hard",
    )


def as_first_allocated(asked: Question, fixed: frozenset[str]) -> Question:
    """Return the question whether the rules alone, with nothing given back, give a table with the same facts."""
    return replace(asked, state="december", readings=tuple(_readings(asked.scenario, "december", fixed)))


def default_state(scenario: Scenario) -> TableState:
    """Return `final` where known.csv tells of reallocations that no file has on record, otherwise `december`."""
    table = scenario.published or scenario.partial
    return "final" if table is None and any(one.kind in _ONE_OF_TWO for one in scenario.remarks) else "december"


def athletes_certain(scenario: Scenario, statements: frozenset[Fact] | set[Fact]) -> int:
    """Return quota places that NOCs have in any case if some statements hold; others have no more than the rest."""
    rows: dict[str, dict[str, int]] = {}
    quota: dict[str, dict[str, int]] = {}
    if scenario.host:
        rows[scenario.host] = {e.identifier: 1 for e in scenario.rules.events if scenario.is_host_event(e.identifier)}
    for fact in statements:
        if fact.noc is None or fact.kind in ABOUT_RANKINGS or fact.kind.endswith("at-most"):
            continue
        numbers = quota if fact.kind in ABOUT_QUOTA else rows
        row = numbers.setdefault(fact.noc, {})
        row[fact.event] = max(fact.value, row.get(fact.event, 0))
    least = 0
    for noc in sorted({*rows, *quota}):
        own = quota.get(noc, {})
        by_gender = sum(
            max(own.get(gender, 0), entitled(scenario.rules, rows.get(noc, {}), gender, counts_bonus=False))
            for gender in GENDERS
        )
        least += max(own.get(EVERYTHING, 0), by_gender)
    return least


def _require_modelled(scenario: Scenario, table: Published | None) -> None:
    if scenario.declines or scenario.invitations:
        file = "declines.csv" if scenario.declines else "invitations.csv"
        raise InputError("infer does not go by changes on record; leave this file out, or use verify", file=file)
    if not scenario.standings.incomplete_events(scenario.rules):
        raise InputError("all rankings are known, so nothing is left to infer; use allocate, and verify for a table")
    if table is not None and nameless(scenario, table):
        raise InputError(
            f"a row of the table has no NOC and may be {nameless(scenario, table)[0]}, which infer does not model; "
            "name the row",
            file=PUBLISHED.name,
        )
    if not scenario.rules.fixes_athletes:
        raise InputError(
            "the rule file says that athletes need not be counted by quota places (athletes-counted), so infer "
            "draws nothing from them"
        )


def _cells(table: Published) -> Iterator[Fact]:
    """The cells and totals of a table that are known, as facts."""
    for noc, column, number in table.all_cells():
        if (noc, column) in table.unknown:
            continue
        source, line = f"{PUBLISHED.name}", table.lines.get(noc)
        event = EVERYTHING if column == ATHLETES else column
        if noc == TOTAL:
            yield Fact(event, "column-total", None, number, source, line=line, file=PUBLISHED.name)
        else:
            kind: Literal["athletes", "start-places"] = "athletes" if column == ATHLETES else "start-places"
            yield Fact(event, kind, noc, number, source, line=line, file=PUBLISHED.name)


def _december(scenario: Scenario) -> Iterator[tuple[Remark, Fact]]:
    codes = {alias.code for alias in scenario.aliases}
    for one in scenario.remarks:
        if one.kind == "start-places-december" and one.value.isdecimal() and one.noc and one.noc not in codes:
            yield one, Fact(one.event, "start-places", one.noc, int(one.value), one.source, line=one.line)


def _as_of_december(scenario: Scenario, written: list[Fact]) -> list[Fact]:
    """Facts of the first list: what is said of December itself is preferred to what is said of the end."""
    earlier = [fact for _, fact in _december(scenario)]
    cells = {(fact.noc, fact.event) for fact in earlier}
    kept = [f for f in written if f.kind in ABOUT_RANKINGS or (f.noc, f.event) not in cells]
    return [*kept, *earlier]


def _set_aside(scenario: Scenario, state: TableState, written: list[Fact]) -> Iterator[SetAside]:
    used = {(one.line, one.event) for one, _ in _december(scenario)} if state == "december" else set()
    for one in scenario.remarks:
        if (one.line, one.event) not in used:
            why = "a remark, from which nothing follows"
            if one.kind == "start-places-december":
                why = "of December; reallocations may have changed it"
            elif one.kind == "start-places-provisional":
                why = "provisional, before the list"
            yield SetAside(one.line, one.kind, one.noc, one.event, one.value, why)
    kept = {(fact.line, fact.event) for fact in written}
    for fact in scenario.facts:
        value = fact.other or str(fact.value)
        if (fact.line, fact.event) not in kept:
            yield SetAside(
                fact.line, fact.kind, fact.noc, fact.event, value, "of the end; there is a number of December"
            )
        elif state == "final" and fact.kind in ABOUT_RANKINGS:
            yield SetAside(
                fact.line, fact.kind, fact.noc, fact.event, value, "a rank; who stands there may have given back"
            )


def _readings(scenario: Scenario, state: TableState, fixed: frozenset[str]) -> Iterator[Mapping[str, str]]:
    """Combinations of open readings; in the end only a hard cap per gender matters, and only if it is chosen.

    Where no tie is refused there are more allocations, and all others as well: so `refuse` need not be tried.
    """
    from itertools import product

    options: dict[str, tuple[str, ...]] = {}
    for reading in scenario.open_readings:
        if reading.name != "declines" and reading.name not in fixed and state == "december":
            broader = tuple(value for value in reading.values if value != "refuse")
            options[reading.name] = broader if reading.name == "remaining-ties" else reading.values
    for values in product(*options.values()):
        yield dict(zip(options, values, strict=True))
