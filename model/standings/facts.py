"""What is known in single pieces: facts, which hold in every completion, and remarks, which nothing follows from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from quotaproof.model.aliases import Alias, noc_cap, require_federation
from quotaproof.model.errors import InputError
from quotaproof.model.files import NOC_PATTERN, Row, read_rows, shown
from quotaproof.model.published import ATHLETES
from quotaproof.model.quantities import counted
from quotaproof.model.rules import GENDERS, Event, Rules
from quotaproof.model.scenario_folder import KNOWN

from .rankings import Ranking, Standings

FactKind = Literal[
    "rank",
    "ranked",
    "qualified",
    "ahead-of",
    "declined-rank",
    "came-in-rank",
    "start-places",
    "start-places-at-least",
    "start-places-at-most",
    "start-places-in-all",
    "athletes",
    "athletes-at-least",
    "athletes-at-most",
    "column-total",
]
RemarkKind = Literal[
    "published",
    "start-places-december",
    "start-places-provisional",
    "came-in-by-reallocation",
    "quota-not-filled",
    "raced",
    "starters-at-games",
]
ALL_PLACES = "all-places-held"
"""A row that says: the NOC has all the start places it may have, in every event."""

EVERYTHING = "all"
"""Written in the column `event` for what is not about one event."""

ABOUT_RANKINGS: tuple[FactKind, ...] = ("rank", "ranked", "ahead-of", "declined-rank", "came-in-rank")
"""Facts on who stands where in a ranking; all others are on the numbers of a table."""

ABOUT_ENTRIES: tuple[FactKind, ...] = (*ABOUT_RANKINGS, "qualified")
"""Facts on single entries: where they stand, and whether they have a start place."""

ABOUT_QUOTA: tuple[FactKind, ...] = ("athletes", "athletes-at-least", "athletes-at-most")
"""Facts on the quota places of one NOC."""

PER_GENDER: tuple[FactKind, ...] = (*ABOUT_QUOTA, "start-places-in-all")
"""Facts in whose column `event` is a gender or `all`."""

FEW_QUALIFIERS = 3
"""So many qualifiers an NOC may have in any event, however few start places it has."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of an event's ranking, or of what an NOC has in the end.

    =====================  ========================================================================
    kind                   meaning of `event`, `noc`, `qualifier` and `value`
    =====================  ========================================================================
    rank                   the NOC's qualifier is at rank `value`
    ranked                 the NOC's qualifier is in the ranking (1) or is not (0)
    qualified              the NOC holds at least `value` start places in the event (0: none)
    ahead-of               the NOC's best entry ranks before that of `other`, which may be unranked
    declined-rank          the entry at rank `value` (of an NOC that may be unknown) was declined
    came-in-rank           the entry at rank `value` (of an NOC that may be unknown) got a place in its
                           stead, and so has one
    start-places           the NOC holds exactly `value` start places in the event
    start-places-at-least  at least `value` (0 is possible and says nothing)
    start-places-at-most   at most `value`
    start-places-in-all    the NOC holds exactly `value` start places in the individual events of a
                           gender together; `event` is `men`, `women` or `all`
    athletes               the NOC has exactly `value` quota places; `event` is `men`, `women` or `all`
    athletes-at-least      at least `value`
    athletes-at-most       at most `value`
    column-total           all NOCs together (`noc` is empty) hold exactly `value` start places in the
                           event, or have `value` quota places; then `event` is `men`, `women` or `all`
    =====================  ========================================================================

    `file` and `line` say where it is written; two facts that say the same are equal wherever they are written.
    """

    event: str
    kind: FactKind
    noc: str | None
    value: int
    source: str
    qualifier: int = 1
    other: str | None = None
    line: int | None = field(default=None, compare=False)
    file: str = field(default=KNOWN.name, compare=False)

    @property
    def column(self) -> str:
        """The column that a fact on a number is about: an event, `men`, `women`, or `athletes` for both."""
        return ATHLETES if self.event == EVERYTHING else self.event


@dataclass(frozen=True, slots=True)
class Remark:
    """What is reported and kept, and no engine uses.

    ========================  =====================================================================
    kind                      meaning of `value`
    ========================  =====================================================================
    published                 when the allocation was published (`noc` is empty, `event` is `all`)
    start-places-december     start places of an earlier list, before reallocation
    start-places-provisional  start places by a report before the list was published
    came-in-by-reallocation   start places that came by reallocation, from whom is not said
    quota-not-filled          quota places of which not all were used (`event` is `all`)
    raced                     entries that were at the start at the Games
    starters-at-games         entries of all NOCs at the start at the Games (`noc` is empty)
    ========================  =====================================================================
    """

    event: str
    kind: RemarkKind
    noc: str | None
    value: str
    source: str
    line: int | None = field(default=None, compare=False)


FactsAndRemarks = tuple[tuple[Fact, ...], tuple[Remark, ...]]


def load_known(
    path: Path, rules: Rules, aliases: Sequence[Alias] = (), *, contradictions: bool = False
) -> FactsAndRemarks:
    """Return the facts and the remarks of a CSV file with the columns event, fact, noc, value, source[, qualifier].

    A row `all-places-held` becomes a fact `start-places` for each event. The code of an alias may be in remarks
    only: of a fact it must be known which federation it is about.

    Parameters
    ----------
    contradictions
        Whether facts may contradict each other, for who wants to know which do.

    Raises
    ------
    InputError
        With file, line and field; also where two facts plainly contradict each other.
    """
    facts: list[Fact] = []
    remarks: list[Remark] = []
    said: dict[tuple[object, ...], tuple[object, int, str]] = {}
    rows: dict[tuple[str, ...], int] = {}
    for row in read_rows(path, KNOWN.required, KNOWN.optional):
        same = rows.setdefault(tuple(value.strip() for value in row.values.values()), row.line)
        if same != row.line:
            raise row.error("fact", f"the row is on line {same} already; leave one of them out")
        kind = row.choice("fact", [*get_args(FactKind), ALL_PLACES, *get_args(RemarkKind)])
        if kind in get_args(RemarkKind):
            remarks.append(_remark(row, kind, rules))  # type: ignore[arg-type]
            continue
        for fact in _all_places(row, rules, aliases) if kind == ALL_PLACES else [_fact(row, rules, aliases)]:
            facts.append(fact)
            for question, answer, words in _answers(fact, rules):
                before, line, words_before = said.setdefault((fact.event, *question), (answer, row.line, words))
                if before != answer and not contradictions:
                    raise row.error("value", f"{words}, but by line {line} {words_before}")
    return tuple(facts), tuple(remarks)


def require_agreement(facts: Iterable[Fact], standings: Standings, path: Path) -> None:
    """Refuse facts on ranks that a ranking which is known in full contradicts.

    Raises
    ------
    InputError
        With file, line and field.
    """
    known = {event: _ranks(ranking) for event, ranking in standings.rankings.items() if ranking.complete}
    for fact in facts:
        if fact.event not in known or fact.noc is None:
            continue
        ranks, best = known[fact.event]
        own = ranks.get((fact.noc, fact.qualifier), ())
        first, others = best.get(fact.noc, ()), best.get(fact.other, ())
        match fact.kind:
            case "rank" | "declined-rank" | "came-in-rank":
                agrees = fact.value in own
            case "ranked":
                agrees = bool(own) == bool(fact.value)
            case "ahead-of":
                agrees = bool(first) and (not others or first <= others)
            case _:
                continue
        if not agrees:
            who = fact.noc if fact.qualifier == 1 else f"{fact.noc}'s qualifier {fact.qualifier}"
            its = f"{who} is at rank {own[0]}" if own else f"{who} is not in it"
            problem = (
                f"the ranking of {fact.event} is known in full, and there {its}; correct the fact or the standings"
            )
            raise InputError(problem, file=path, line=fact.line, field="value")


def _ranks(
    ranking: Ranking,
) -> tuple[dict[tuple[str | None, int | None], tuple[int, ...]], dict[str | None, tuple[int, ...]]]:
    """Return the ranks of each entry, several where it shares them, and those of each NOC's best entry."""
    shared = {rank: group for group in ranking.tied for rank in group}
    ranks = {(e.noc, e.qualifier): shared.get(rank, (rank,)) for rank, e in enumerate(ranking.entries, 1)}
    best: dict[str | None, tuple[int, ...]] = {}
    for (noc, _), own in ranks.items():
        best[noc] = min(own, best.get(noc, own))
    return ranks, best


def _answers(fact: Fact, rules: Rules) -> Iterator[tuple[tuple[object, ...], object, str]]:
    """Yield what a fact says as (question, answer, the answer in words); no question has two answers."""
    entry = (fact.noc, fact.qualifier)
    who = f"{fact.noc}'s qualifier {fact.qualifier}"
    match fact.kind:
        case "rank" | "declined-rank" | "came-in-rank":
            if fact.noc is not None:
                words = f"{who} is at rank {fact.value} of {fact.event}"
                yield ("who is at", fact.value), entry, words
                yield ("where is", *entry), fact.value, words
                yield ("is in the ranking", *entry), True, words
        case "ranked":
            words = f"{who} is {'' if fact.value else 'not '}in the ranking of {fact.event}"
            yield ("is in the ranking", *entry), fact.value == 1, words
        case "qualified":
            words = f"{fact.noc} holds {fact.value or 'none'} of the start places of {fact.event}"
            yield ("holds any", fact.noc), fact.value > 0, words
            yield from ((("holds at least", fact.noc, k), True, words) for k in range(1, fact.value + 1))
        case "start-places":
            words = f"{fact.noc} holds {fact.value or 'none'} of the start places of {fact.event}, and no more"
            yield ("holds any", fact.noc), fact.value > 0, words
            for k in range(1, max(fact.value, rules.event(fact.event).start_places) + 1):
                yield ("holds at least", fact.noc, k), k <= fact.value, words
        case "start-places-at-least":
            words = f"{fact.noc} holds at least {fact.value} of the start places of {fact.event}"
            yield from ((("holds at least", fact.noc, k), True, words) for k in range(1, fact.value + 1))
        case "start-places-at-most":
            words = f"{fact.noc} holds at most {fact.value} of the start places of {fact.event}"
            most = rules.event(fact.event).start_places
            yield from ((("holds at least", fact.noc, k), False, words) for k in range(fact.value + 1, most + 1))
        case "start-places-in-all":
            words = f"{fact.noc} holds {fact.value} start places in the individual events"
            yield ("start places in all", fact.noc), fact.value, words
        case "athletes-at-least" | "athletes-at-most":
            least = fact.kind == "athletes-at-least"
            words = f"{fact.noc} has {'at least' if least else 'at most'} {fact.value} quota places"
            numbers = range(1, fact.value + 1) if least else range(fact.value + 1, rules.total + 1)
            yield from ((("has at least", fact.noc, k), least, words) for k in numbers)
        case "column-total":
            yield ("column total",), fact.value, f"the total of {fact.event} is {fact.value}"
        case "athletes":
            of = "" if fact.event == EVERYTHING else f"{fact.event}'s "
            words = f"{fact.noc} has {fact.value} {of}quota places"
            yield ("athletes", fact.noc), fact.value, words
            for k in range(1, max(fact.value, rules.total) + 1):
                yield ("has at least", fact.noc, k), k <= fact.value, words
        case "ahead-of":
            words = f"{fact.noc} is ahead of {fact.other} in {fact.event}"
            yield ("who is ahead", frozenset((fact.noc, fact.other))), fact.noc, words


def _fact(row: Row, rules: Rules, aliases: Sequence[Alias]) -> Fact:
    kind: FactKind = row.choice("fact", get_args(FactKind))  # type: ignore[assignment]
    event = row.choice("event", _columns(kind, rules))
    if kind == "column-total":
        if row.text("noc"):
            raise row.error("noc", "a column's total is of all NOCs together; leave the NOC empty")
        noc = None
    else:
        may_be_unknown = kind in ("declined-rank", "came-in-rank")
        noc = _federation(row, aliases, row.noc_or_unknown() if may_be_unknown else row.noc())
    source = _source(row)
    qualifier = row.integer("qualifier", least=1, most=999) if row.text("qualifier") else 1
    if kind in ABOUT_ENTRIES:
        require_askable(row, rules.event(event), qualifier)
    elif row.text("qualifier"):
        raise row.error("qualifier", f"a fact {kind} is about a number and no qualifier; leave the qualifier empty")
    if kind == "ahead-of":
        other = row.text("value")
        if not NOC_PATTERN.fullmatch(other) or other == noc:
            raise row.error("value", f"{shown(other)} is not the code of another NOC")
        _federation(row, aliases, other, "value")
        return Fact(event, kind, noc, 0, source, qualifier, other, row.line)
    may_be_none = kind in ("ranked", "qualified") or kind not in ABOUT_RANKINGS
    value = row.integer("value", least=0 if may_be_none else 1, most=999)
    if kind == "ranked" and value > 1:
        raise row.error("value", f"{value} is neither 1 (in the ranking) nor 0 (not in it)")
    if kind in ("rank", "declined-rank", "came-in-rank") and noc is not None and value < qualifier:
        raise row.error("value", f"qualifier {qualifier} of an NOC is at rank {qualifier} at best, not {value}")
    return Fact(event, kind, noc, value, source, qualifier, line=row.line)


def _columns(kind: FactKind, rules: Rules) -> list[str]:
    """What may stand in the column `event` of a fact."""
    of_everybody = [*GENDERS, EVERYTHING]
    if kind in PER_GENDER:
        return of_everybody
    return [*_events(rules), *of_everybody] if kind == "column-total" else _events(rules)


def require_askable(row: Row, event: Event, qualifier: int) -> None:
    """Raise InputError for a second team in a relay, or a qualifier after more of its NOC than there are start places.

    Who is behind them all is never asked, whatever else is known; to say so is a slip of the pen.
    """
    if event.kind == "relay" and qualifier != 1:
        raise row.error("qualifier", f"a relay has one team per NOC, so the qualifier must be 1, not {qualifier}")
    most = max(event.start_places, FEW_QUALIFIERS)
    if qualifier > most:
        raise row.error(
            "qualifier",
            f"no NOC is asked for a qualifier {qualifier} in {event.identifier}, which has "
            f"{counted(event.start_places, 'start place')}; write a number from 1 to {most}",
        )


def _all_places(row: Row, rules: Rules, aliases: Sequence[Alias]) -> list[Fact]:
    """An NOC has all it may have: as many start places in each event as one NOC may have there."""
    row.choice("event", [EVERYTHING])
    noc, source, number = _federation(row, aliases, row.noc()), _source(row), len(rules.events)
    if row.integer("value") != number:
        raise row.error("value", f"all places are held in all events, and the rules have {number}; write {number}")
    held = ((event.identifier, noc_cap(event.noc_cap, noc, aliases)) for event in rules.events)
    return [Fact(event, "start-places", noc, most, source, line=row.line) for event, most in held]


def _remark(row: Row, kind: RemarkKind, rules: Rules) -> Remark:
    event = row.choice("event", [EVERYTHING, *_events(rules)])
    value, source = row.text("value"), _source(row)
    # A list and the entries at the start are of all NOCs; an alias may be named, for nothing follows from a remark.
    of_all = kind in ("published", "starters-at-games") and not row.text("noc")
    noc = None if of_all else row.noc()
    if not value:
        raise row.error("value", "a remark needs a value")
    if row.text("qualifier"):
        raise row.error("qualifier", "a remark is about no qualifier; leave it empty")
    return Remark(event, kind, noc, value, source, row.line)


def _events(rules: Rules) -> list[str]:
    return [event.identifier for event in rules.events]


def _federation(row: Row, aliases: Sequence[Alias], noc: str | None, field: str = "noc") -> str | None:
    try:
        require_federation(aliases, noc)
    except InputError as error:
        raise row.error(field, error.problem) from error
    return noc


def _source(row: Row) -> str:
    source = row.text("source")
    if not source:
        raise row.error("source", "a fact needs a source")
    return source
