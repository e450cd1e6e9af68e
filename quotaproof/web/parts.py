"""The further parts of a scenario's page: ranked lists, nations, before the last meet, rules and sources."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from quotaproof.model.published import ATHLETES
from quotaproof.nations import name_of

from . import charts, tables
from .cells import columns_of, names_of
from .changes import Asked, noc_in
from .games import GamesContent, common, content_of, infers
from .jobs import Answer
from .problems import NotFoundError, RequestError
from .rendering import rendered
from .services import ask

# Ranked lists ---------------------------------------------------------------------------------------------------------


async def lists(request: Request) -> Response:
    """All events: the cut, and who is next; or, with an event in the address, its list in full."""
    content = await content_of(request, "lists", Asked())
    event = request.path_params.get("event")
    if event is not None and all(one["id"] != event for one in content.scenario["events"]):
        raise NotFoundError(f"There is no event {event[:40]!r}; there are {', '.join(names_of(content.scenario))}.")
    answer = await ask(request, content.source, "lists", about=(event,) if event else ())
    found: list[dict[str, Any]] = answer.document

    def context() -> dict[str, Any]:
        scenario = content.scenario
        drawn = [
            charts.around_the_cut(one, ranked, scenario["names"], scenario["title"].partition(", ")[2])
            for one in (found if event else ())
            for ranked in one["lists"]
        ]
        return {**common(content), "events": found, "event": event, "cuts": drawn}

    return await rendered(request, "lists.html", context)


# Nations --------------------------------------------------------------------------------------------------------------


async def nations(request: Request) -> Response:
    """All nations that the scenario knows of."""
    content = await content_of(request, "nations", Asked())
    answer = await ask(request, content.source, "nations")
    columns = columns_of(content.scenario)
    if infers(content):
        await content.put("inference", ask(request, content.source, "infer"))

    def context() -> dict[str, Any]:
        spans = _spans(content, answer.document)
        chart = charts.athletes(spans, content.scenario["title"].partition(", ")[2])
        return {
            **common(content),
            "nations": answer.document,
            "columns": columns,
            "chart": chart,
            "spans": dict(spans),
        } | {"in_short": charts.in_short}

    return await rendered(request, "nations.html", context)


def _spans(content: GamesContent, rows: list[dict[str, Any]]) -> list[tuple[str, charts.Span]]:
    """Name and number of athletes of each nation, certain and possible."""
    if content.inference is not None:
        known = content.inference.document
        cells = known["cells"].items() if known["consistent"] else ()
        return [
            (content.scenario["shown"].get(noc) or name_of(noc), (row[ATHLETES]["lowest"], row[ATHLETES]["highest"]))
            for noc, row in cells
            if ATHLETES in row
        ]
    return [(row["name"], (row["cells"][ATHLETES],) * 2) for row in rows if ATHLETES in row["cells"]]


async def nation(request: Request) -> Response:
    """One nation: what it has, what was close on both sides, and how far it is from its next place."""
    content = await content_of(request, "nations", Asked())
    noc = request.path_params["noc"].upper()
    answer = await ask(request, content.source, "nation", about=(noc,))
    known: list[tuple[Any, int, int]] = []
    if infers(content):
        await content.put("inference", ask(request, content.source, "infer"))
        if content.inference is not None:
            known = tables.certain_and_possible(content.scenario, content.inference.document, noc)
    from quotaproof.outcomes import certain_sentence

    certain = certain_sentence(noc, [(c.identifier, *ends) for c, *ends in known], names_of(content.scenario))
    context = {"noc": noc, "found": answer.document, "known": known, "certain": certain}
    return await rendered(request, "nation.html", lambda: {**common(content), **context})


# Before the last meet ------------------------------------------------------------------------------------------------


async def season(request: Request) -> Response:
    """What was certain, possible and likely for a nation after some of the meets."""
    content = await content_of(request, "season", Asked())
    meets: list[str] = content.scenario["meets"]
    parameters = request.query_params
    after, nation_ = parameters.get("after", "").strip()[:80], parameters.get("for", "").strip()[:80]
    found: Answer | None = None
    if nation_ and meets:
        try:
            noc = noc_in(nation_, content.scenario["names"])
            found = await ask(request, content.source, "season", about=(noc, after))
        except RequestError as problem:
            content.problems.append(problem)
    context = {"meets": meets, "after": after, "nation": nation_, "found": found.document if found else None}
    return await rendered(request, "season.html", lambda: {**common(content), **context}, content.problem)


# Rules and sources ----------------------------------------------------------------------------------------------------


async def rules(request: Request) -> Response:
    """The clauses, the readings, the sources."""
    content = await content_of(request, "rules", Asked())
    return await rendered(request, "rules.html", lambda: common(content))
