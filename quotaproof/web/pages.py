"""The pages: addresses in, HTML out. Every page works as a plain link or form; htmx only saves loading all of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from quotaproof.scenarios import ALTERED, kind_of_data

from . import comparing, games, parts, upload_pages
from . import phrases as words
from .badges import scenario_badge
from .cells import names_of
from .changes import Asked, parse
from .first_load import shown_at_once
from .formats import FORMATS, NAMES
from .intake import RefusedUploadError, SentForm, set_cookie, take_upload
from .kept_pages import kept, kept_of_shipped
from .languages import gettext
from .meant import clearer, unknown_event
from .problems import NotFoundError, RequestError
from .rendering import rendered
from .services import ask, services_of, session_of, source_of, sources_of
from .sessions import Session, Source
from .starting import begins_from
from .wording import SPORTS, athletes_name, sport_name, within_a_line, worded

QUESTIONS = {
    "published": "published",
    "rules": "allocate",
    "after": "after",
    "verification": "verify",
    "whatif": "whatif",
}
"""What can be downloaded -> the question that is asked for it."""


async def index(request: Request) -> Response:
    """All scenarios, the browser's own uploads, and the form to send one."""
    session = session_of(request)
    if session is None or not session.number_of_uploads:
        return await _index_of_shipped(request)
    context = await listing(request, session)
    return await rendered(request, "index.html", lambda: context)


@kept
async def _index_of_shipped(request: Request) -> Response:
    """The same for browsers that have sent nothing; whatever one of them sends meanwhile is not looked at."""
    context = await listing(request, None)
    return await rendered(request, "index.html", lambda: context)


async def listing(request: Request, session: Session | None) -> dict[str, Any]:
    """Return what the page of all scenarios shows, those of a browser's session among them."""
    sources = sources_of(request, session)
    answers = await asyncio.gather(*(ask(request, source, "describe") for source in sources))
    entries = [(source, worded(answer.document)) for source, answer in zip(sources, answers, strict=True)]
    described = {source.identifier: document for source, document in entries}
    own = [(draft, described.get(draft.identifier)) for draft in (session.drafts.values() if session else ())]
    titles = {source.identifier: answer.document["title"] for source, answer in zip(sources, answers, strict=True)}
    entries.sort(key=lambda entry: _newest_first(titles[entry[0].identifier], entry[1]["games"]))
    shipped = [(kind_of_data(entry[0].identifier) == "real", entry) for entry in entries if not entry[0].uploaded]
    groups = [
        (gettext("Games"), [entry for real, entry in shipped if real]),
        (gettext("Invented or altered, to try things out"), [entry for real, entry in shipped if not real]),
    ]
    badges = {}
    if request.app.state.static:  # there, no browser asks for them once it shows the page
        marks = await asyncio.gather(*(found_badge(request, source, document) for source, document in entries))
        badges = {source.identifier: mark for (source, _), mark in zip(entries, marks, strict=True)}
    groups = [(heading, group) for heading, group in groups if group]
    services = services_of(request)
    return {
        "groups": groups,
        "known": frozenset(services.shipped),
        "sports": [within_a_line(sport_name(sport)) for sport in comparing.sports(entries)],
        "own": own,
        "altered": ALTERED,
        "bases": list(services.shipped),
        "badges": badges,
        "limits": services.limits,
        "form": SentForm(),
    }


def _newest_first(title: str, games: str) -> tuple[int, int, str]:
    """Return what Games are ordered by: the sport, in the order in which the pages know them, then the year."""
    sport, year = title.partition(",")[0], re.search(r"\b\d{4}$", games)
    return SPORTS.index(sport) if sport in SPORTS else len(SPORTS), -int(year[0]) if year else 0, title


async def badge(request: Request) -> Response:
    """The verdict on what was published, as a mark with a few words; the home page asks for one after the other."""
    source = source_of(request, request.path_params["scenario"])
    described = (await ask(request, source, "describe")).document
    context = {"source": source, "badge": await found_badge(request, source, described)}
    return await rendered(request, "badge.html", lambda: context)


async def found_badge(request: Request, source: Source, described: Mapping[str, Any]) -> dict[str, str]:
    """Return the badge of a scenario, with its table verified."""
    found, problem = None, None
    if described["published"] is not None or described["published_lists"] or described["partly_known"]:
        try:
            found = (await ask(request, source, "verify")).document
        except RequestError as error:
            problem = error
    return scenario_badge(described, found, problem)


async def explanation(request: Request) -> Response:
    """Why an NOC has what it has in a column and, if asked, why not more."""
    source = source_of(request, request.path_params["scenario"])
    described = worded((await ask(request, source, "describe")).document)
    parameters = request.query_params
    asked = parse(parameters.multi_items(), services_of(request).limits.changes).without_declines()
    noc, column = parameters.get("noc", "").strip(), parameters.get("column", "").strip()
    if not noc:
        nations = (gettext("all nations"), f"/scenarios/{source.identifier}/nations")
        raise RequestError(
            gettext("Which nation's numbers are to be explained is not said."),
            ways=((gettext("To choose from:"), (nations,)),),
        )
    about = (noc, column) if column else (noc,)
    least, close = parameters.get("least", "").strip(), "close" in parameters
    if least and not column:
        raise RequestError(gettext("Which number should be more is not said: of an event, or of men or women."))
    context = {
        "source": source,
        "scenario": described,
        "asked": asked,
        "noc": noc,
        "column": column,
        "least": least,
        "close": close,
        "names": names_of(described),
        **games.said_of(described),
        "column_name": athletes_name,
        "in_words": words.in_words,
        "answer": None,
        "next": least or None,
    }
    refused: RequestError | None = None
    try:
        answer = await ask(
            request,
            source,
            "explain",
            asked,
            about=about,
            why_not=f"{column}>={least}" if least else None,
            how_close=close and bool(least),
        )
        context["answer"] = answer
        # Nothing is offered that would be refused: at the most that an NOC can have there is no more to ask about.
        context["next"] = least or answer.document["next_least"]
    except RequestError as problem:
        # What was asked stays, so that another number can be tried.
        refused = clearer(problem, parameters.multi_items(), described, request.url.path)
    return await rendered(request, "explain.html", lambda: context, refused)


async def reserve(request: Request) -> Response:
    """Who is next in line in an event."""
    source = source_of(request, request.path_params["scenario"])
    described = worded((await ask(request, source, "describe")).document)
    asked = parse(request.query_params.multi_items(), services_of(request).limits.changes).starting()
    event = request.path_params["event"]
    if all(one["id"] != event for one in described["events"]):
        home = f"/scenarios/{source.identifier}"
        raise unknown_event(event, described, lambda right: f"{home}/reserve/{right}", NotFoundError)
    answer = await ask(request, source, "reserve", asked, about=(event,))
    starts = (await ask(request, source, "table")).document["start"]
    names = names_of(described)
    context = {
        "source": source,
        "scenario": described,
        "asked": asked,
        "entries": answer.document,
        "event": event,
        "starts": starts,
        "begins": begins_from(asked.start or "rules", starts["changes"], starts, starts["differs"], described),
        "in_words": words.in_words,
        "names": names,
        **games.said_of(described),
    }
    return await rendered(request, "reserve.html", lambda: context | {"label": names.get(event, event)})


async def download(request: Request) -> Response:
    """An answer as a file."""
    source = source_of(request, request.path_params["scenario"])
    what, written = request.path_params["what"], FORMATS.get(request.path_params["form"])
    if what not in QUESTIONS or written is None or not written.holds(what):
        page = (gettext("the page that has them all"), f"/scenarios/{source.identifier}")
        raise NotFoundError(
            gettext("There is no such file to download."), ways=((gettext("To choose from:"), (page,)),)
        )
    asked = parse(request.query_params.multi_items(), services_of(request).limits.changes)
    if what in ("published", "rules"):
        # What these tables hold does not depend on what else is asked; `after` is the table that does.
        asked = Asked()
    elif what == "verification":
        asked = asked.without_declines()
    answer = await ask(request, source, QUESTIONS[what], asked, form=request.path_params["form"])
    return Response(
        answer.text,
        media_type=f"{written.media_type}; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{_called(source, what)}.{written.ending}"'},
    )


def _called(source: Source, what: str) -> str:
    """What a download is called; a table that was changed by hand is none that anybody published."""
    altered = source.draft is not None and source.draft.altered
    return f"{source.identifier}-{'altered-by-hand' if altered and what == 'published' else NAMES[what]}"


async def upload(request: Request) -> Response:
    """Take an upload and show it; if it is no scenario yet, show what can be corrected, or the form again, and why."""
    try:
        taken = await take_upload(request, keep_refused=True)
    except RequestError as problem:
        refused, context = problem, await listing(request, session_of(request))
        if isinstance(refused, RefusedUploadError):
            context["form"] = refused.form
        return await rendered(request, "index.html", lambda: context, refused)
    response: Response
    if taken.source is None:
        response = await upload_pages.shown(request, taken.draft, None, taken.draft.problem)
    else:
        response = RedirectResponse(f"/scenarios/{taken.draft.identifier}", status_code=303)
    set_cookie(request, response, taken.token)
    return response


async def help_page(request: Request) -> Response:
    """What can be asked, an example of each, and what the words mean."""
    known = frozenset(services_of(request).shipped)
    return await rendered(request, "help.html", lambda: {"known": known})


async def interface(request: Request) -> Response:
    """The JSON API in words."""
    document = request.app.openapi()
    shown = {"document": document, "described": _described, "example_of": _example}
    return await rendered(request, "interface.html", lambda: shown)


def _described(text: str) -> Markup:
    """A description of the interface, whose words between backticks are code."""
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(parts))


def _example(address: str, operation: Mapping[str, Any]) -> str:
    """An address with the examples that its parameters have."""
    asked: list[tuple[str, str]] = []
    for parameter in operation.get("parameters", ()):
        for example in parameter["schema"].get("examples", ())[:1]:
            if parameter["in"] == "path":
                address = address.replace(f"{{{parameter['name']}}}", example)
            else:
                asked += [(parameter["name"], one) for one in ([example] if isinstance(example, str) else example)]
    return f"{address}?{urlencode(asked, safe=':')}" if asked else address


ROUTES = [
    Route("/", shown_at_once(index)),
    Route("/scenarios", shown_at_once(index)),
    Route("/scenarios/{scenario}", shown_at_once(kept_of_shipped(games.table))),
    Route("/scenarios/{scenario}/embed", kept_of_shipped(games.embed)),
    Route("/scenarios/{scenario}/badge", kept_of_shipped(badge)),
    Route("/scenarios/{scenario}/lists", shown_at_once(kept_of_shipped(parts.lists))),
    Route("/scenarios/{scenario}/lists/{event}", shown_at_once(kept_of_shipped(parts.lists))),
    Route("/scenarios/{scenario}/whatif", shown_at_once(kept_of_shipped(games.whatif))),
    Route("/scenarios/{scenario}/nations", shown_at_once(kept_of_shipped(parts.nations))),
    Route("/scenarios/{scenario}/nations/{noc}", shown_at_once(kept_of_shipped(parts.nation))),
    Route("/scenarios/{scenario}/preview.png", kept_of_shipped(parts.table_preview, parts.PNG)),
    Route("/scenarios/{scenario}/whatif/preview.png", kept_of_shipped(parts.whatif_preview, parts.PNG)),
    Route("/scenarios/{scenario}/lists/{event}/preview.png", kept_of_shipped(parts.list_preview, parts.PNG)),
    Route("/scenarios/{scenario}/nations/{noc}/preview.png", kept_of_shipped(parts.nation_preview, parts.PNG)),
    Route("/scenarios/{scenario}/season", shown_at_once(kept_of_shipped(parts.season))),
    Route("/scenarios/{scenario}/rules", shown_at_once(kept_of_shipped(parts.rules))),
    Route("/scenarios/{scenario}/explain", shown_at_once(kept_of_shipped(explanation))),
    Route("/scenarios/{scenario}/reserve", shown_at_once(kept_of_shipped(parts.joint_reserve))),
    Route("/scenarios/{scenario}/reserve/{event}", shown_at_once(kept_of_shipped(reserve))),
    Route("/scenarios/{scenario}/download/{what}/{form}", download),
    Route("/uploads", upload, methods=["POST"]),
    *upload_pages.ROUTES,
    Route("/compare", shown_at_once(comparing.compare)),
    Route("/help", help_page),
    Route("/api", interface),
]
