"""The further parts of a scenario's page: ranked lists, nations, before the last meet, rules and sources."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from .cells import columns_of
from .changes import Asked, noc_in
from .games import common, content_of
from .jobs import Answer
from .languages import collated, gettext
from .problems import NotFoundError, RequestError
from .rendering import rendered
from .services import ask

# Ranked lists ---------------------------------------------------------------------------------------------------------


async def lists(request: Request) -> Response:
    """All events: the cut, and who is next; or, with an event in the address, its list in full."""
    content = await content_of(request, "lists", Asked())
    event = request.path_params.get("event")
    if event is not None and all(one["id"] != event for one in content.scenario["events"]):
        known = ", ".join(one["id"] for one in content.scenario["events"])
        raise NotFoundError(
            gettext("There is no event %(name)s; there are %(known)s.", name=repr(event[:40]), known=known)
        )
    answer = await ask(request, content.source, "lists", about=(event,) if event else ())
    context = {"events": answer.document, "event": event}
    return await rendered(request, "lists.html", lambda: {**common(content), **context})


# Nations --------------------------------------------------------------------------------------------------------------


async def nations(request: Request) -> Response:
    """All nations that the scenario knows of."""
    content = await content_of(request, "nations", Asked())
    answer = await ask(request, content.source, "nations")
    columns = columns_of(content.scenario)
    rows = [{**row, "name": content.scenario["names"].get(row["noc"], row["name"])} for row in answer.document]
    context = {"nations": sorted(rows, key=lambda row: collated(row["name"])), "columns": columns}
    return await rendered(request, "nations.html", lambda: {**common(content), **context})


async def nation(request: Request) -> Response:
    """One nation: what it has, what was close on both sides, and how far it is from its next place."""
    content = await content_of(request, "nations", Asked())
    noc = request.path_params["noc"].upper()
    answer = await ask(request, content.source, "nation", about=(noc,))
    context = {"noc": noc, "found": answer.document}
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
