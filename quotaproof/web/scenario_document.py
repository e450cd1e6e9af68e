"""A scenario as a document: everything that a question about it can name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotaproof.model.documents import document_of

from .schemas import (
    EventDocument,
    PathwayDocument,
    PublishedDocument,
    PublishedStatementDocument,
    ReadingDocument,
    ScenarioDocument,
)

if TYPE_CHECKING:
    from quotaproof.model.published import Published
    from quotaproof.model.scenario import Scenario


def described(identifier: str, scenario: Scenario) -> ScenarioDocument:
    """Return the description of a scenario that goes by a name."""
    from quotaproof.model.athletes import athletes_of
    from quotaproof.nations import name_of
    from quotaproof.solver.declines import undone_first
    from quotaproof.solver.infer.phrases import fact_words

    rules, published = scenario.rules, scenario.published
    chosen = scenario.readings.to_dict()
    missing = scenario.standings.incomplete_events(rules)
    meets, held = _meets(scenario)
    return document_of(
        ScenarioDocument,
        scenario,
        scenario=identifier,
        total=rules.total,
        gender_caps=rules.gender_caps,
        events=[document_of(EventDocument, event, id=event.identifier) for event in rules.events],
        names={noc: name_of(noc) for noc in _all_nocs(scenario)},
        shown={noc: alias.shown(noc) for alias in scenario.aliases for noc in alias.federations},
        pathways=[document_of(PathwayDocument, pathway, id=pathway.identifier) for pathway in rules.pathways],
        readings=[document_of(ReadingDocument, one, chosen=chosen[one.name]) for one in scenario.open_readings],
        by_lists=rules.by_lists,
        reserve_events=rules.reserve_events,
        named_events=[event.identifier for event in rules.events if rules.names_entries(event.identifier)],
        athletes={one.identifier: one.words for one in athletes_of(scenario).values()},
        complete=not missing,
        undone_first=None if missing else undone_first(scenario),
        meets=meets,
        meets_held=held,
        incomplete_events=sorted(missing),
        published=None if published is None else published_cells(published),
        partly_known=scenario.is_partly_known,
        published_lists=[one.title for one in scenario.published_lists] or (["entries"] if scenario.entered else []),
        on_record=bool(scenario.declines or scenario.invitations),
        statements=[
            document_of(PublishedStatementDocument, fact, says=fact_words(scenario, fact)) for fact in scenario.facts
        ],
    )


def published_cells(table: Published) -> PublishedDocument:
    """Return a published table, cell by cell."""
    return document_of(PublishedDocument, table)


def _all_nocs(scenario: Scenario) -> list[str]:
    """Every NOC that a page may show: those of rankings and facts, of the published table, of what is on record."""
    published = scenario.published.cells if scenario.published is not None else {}
    found = {*scenario.nocs, *(noc for noc in published if noc.isalpha())}
    return sorted({*found, *([scenario.host] if scenario.host else [])})


def _meets(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The meets of a season, and those with results; none where nothing can be said before the last of them."""
    from quotaproof.model.errors import QuotaError
    from quotaproof.solver.season.season import meets_of

    try:
        return meets_of(scenario)
    except QuotaError:
        return (), ()
