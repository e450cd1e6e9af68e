"""The pages: addresses in, HTML out. Every page works as a plain link or form; htmx only saves loading all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from quotaproof.model.quantities import counted
from quotaproof.model.start import Start, start_sentence
from quotaproof.scenarios import ALTERED, kind_of_data

from . import drawing, form, tables
from . import phrases as words
from .cells import names_of
from .changes import Asked, from_form, parse
from .formats import FORMATS, NAMES
from .jobs import Answer
from .problems import NotFoundError, RequestError
from .rendering import rendered
from .services import (
    ask,
    base_names,
    remove_upload,
    services_of,
    set_cookie,
    source_of,
    sources_of,
    take_upload,
)
from .sessions import Source

Handler = Callable[[Request], Awaitable[Response]]

QUESTIONS = {
    "published": "published",
    "rules": "allocate",
    "after": "after",
    "verification": "verify",
    "whatif": "whatif",
}
"""What can be downloaded -> the question that is asked for it."""


@dataclass
class ScenarioContent:
    """What a scenario's page has to show; what could not be answered is among the problems."""

    source: Source
    scenario: dict[str, Any]
    asked: Asked
    verify: bool
    allocation: Answer | None = None
    verification: Answer | None = None
    before: Answer | None = None
    result: Answer | None = None
    inference: Answer | None = None
    problems: list[RequestError] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether all standings are known."""
        return bool(self.scenario["complete"])

    @property
    def names_recipient(self) -> bool:
        """Whether somebody gives something back, which is what can be asked with unknown standings."""
        return bool(self.asked.of("decline") or self.asked.of("exclude"))


def kept(page: Handler) -> Handler:
    """Return a page that is made once for each address: for shipped scenarios it is the same for everybody."""

    async def found_or_made(request: Request) -> Response:
        services = services_of(request)
        if request.path_params["scenario"] not in services.shipped:
            return await page(request)
        address = f"{request.url.path}?{request.url.query}"
        body = services.pages.get(address)
        if body is None:
            # Who asks for the same page meanwhile waits for it; if it fails, the next one makes it.
            async with services.making.setdefault(address, asyncio.Lock()):
                body = services.pages.get(address)
                if body is None:
                    response = await page(request)
                    if response.status_code == 200:
                        services.pages.put(address, bytes(response.body), len(response.body))
                    return response
        return HTMLResponse(body)

    return found_or_made


async def index(request: Request) -> Response:
    """All scenarios, the browser's own uploads, and the form to send one."""
    context = await listing(request)
    return await rendered(request, "index.html", lambda: context)


async def listing(request: Request) -> dict[str, Any]:
    """Return what the page of all scenarios shows."""
    sources = sources_of(request)
    answers = await asyncio.gather(*(ask(request, source, "describe") for source in sources))
    entries = [(source, answer.document) for source, answer in zip(sources, answers, strict=True)]
    own = [entry for entry in entries if entry[0].uploaded]
    shipped = [(kind_of_data(entry[0].identifier) == "real", entry) for entry in entries if not entry[0].uploaded]
    groups = [
        ("Scenarios", [entry for real, entry in shipped if real]),
        ("Invented or altered, to try things out", [entry for real, entry in shipped if not real]),
    ]
    context = {"groups": groups, "own": own, "altered": ALTERED, "bases": base_names(sources)}
    return {**context, "limits": services_of(request).limits}


async def scenario(request: Request) -> Response:
    """One scenario: its table, and whatever the address asks about it."""
    source = source_of(request, request.path_params["scenario"])
    described: dict[str, Any] = (await ask(request, source, "describe")).document
    items = request.query_params.multi_items()
    most = services_of(request).limits.changes
    if "form" in request.query_params:
        more = {"verify": "1"} if "verify" in request.query_params else {}
        query = from_form(items, described, most).query(**more)
        return RedirectResponse(f"{request.url.path}{'?' if query else ''}{query}", status_code=303)
    try:
        asked, problem = parse(items, most), None
    except RequestError as error:
        asked, problem = Asked(), error
    shown = ScenarioContent(
        source, described, asked, "verify" in request.query_params, problems=[problem] if problem else []
    )
    await _answer(request, shown)
    return await rendered(request, "scenario.html", lambda: _context(shown), next(iter(shown.problems), None))


async def _answer(request: Request, shown: ScenarioContent) -> None:
    """Ask everything that the page shows, all at once."""

    async def put(name: str, question: Awaitable[Answer]) -> None:
        try:
            setattr(shown, name, await question)
        except RequestError as problem:
            if all(problem.sentence != other.sentence for other in shown.problems):
                shown.problems.append(problem)

    source, asked, published = shown.source, shown.asked, shown.scenario["published"] is not None
    questions = []
    if shown.complete:
        questions.append(put("allocation", ask(request, source, "table")))
    # With unknown standings, changes without a decline ask whether the table can come out under them.
    under_changes = bool(asked) and not shown.complete and not shown.names_recipient
    if published and (shown.verify or under_changes):
        questions.append(put("verification", ask(request, source, "verify", asked.without_declines())))
        if under_changes:
            questions.append(put("before", ask(request, source, "verify")))
    if not shown.complete and not published and not shown.scenario["by_lists"]:
        questions.append(put("inference", ask(request, source, "infer")))
    if asked and not under_changes:
        questions.append(put("result", ask(request, source, "whatif", asked)))
    await asyncio.gather(*questions)


def _context(shown: ScenarioContent) -> dict[str, Any]:
    described, asked = shown.scenario, shown.asked
    allocation = shown.allocation.document if shown.allocation else None
    verification = shown.verification.document if shown.verification else None
    context: dict[str, Any] = {
        "source": shown.source,
        "scenario": described,
        "asked": asked,
        "shown": shown,
        "names": names_of(described),
        "starts": _starts(shown),
        "begins": _begins(shown),
        "order": _order(shown),
        "table": tables.quota_table(described, allocation, verification),
        "fields": form.fields(described, allocation, asked),
        "said": _said(shown),
        "ranges": tables.ranges(described, shown.inference.document) if shown.inference else None,
        "formats": FORMATS,
        "prose": words.prose,
        "verdict": words.verdict,
        "listed_changes": words.listed_changes,
        "in_words": words.in_words,
        "each_in_words": words.each_in_words,
    }
    if shown.result is not None:
        result = shown.result.document
        before, after = tables.before_and_after(described, result)
        unknown = result.get("standings") == "incomplete"
        givers = ", ".join(dict.fromkeys(w.split(":")[0] for kind in ("decline", "exclude") for w in asked.of(kind)))
        picture = (
            drawing.recipients(result, givers, context["names"])
            if unknown
            else drawing.moves(result["moves"], context["names"])
        )
        context |= {"result": result, "unknown": unknown, "before": before, "after": after, "picture": picture}
    return context


def _starts(shown: ScenarioContent) -> dict[str, Any]:
    """What a question can start from: whether the published table is another one, and whether it can be chosen."""
    if shown.allocation is not None:
        found: dict[str, Any] = shown.allocation.document["start"]
        return found
    return {"differs": None, "changes": [], "refused": ""}


def _begins(shown: ScenarioContent) -> str:
    """What the what-if starts from, in one sentence; empty if there is none, or nothing was published."""
    if shown.result is None:
        return ""
    result = shown.result.document
    if result.get("standings") == "incomplete":
        repaired = " with its one smallest repair" if result["table"] == "repaired" else ""
        return (
            "The standings are not known in full, so what the rules give is not known: this starts from the published "
            f"table{repaired}."
        )
    return _begins_from(result["from"], result["from_changes"], result, result["published_differs"], shown.scenario)


def _begins_from(
    start: Start, changes: list[str], told: Mapping[str, Any], differs: int | None, described: Mapping[str, Any]
) -> str:
    """What a question starts from, its declines in the words of the pages."""
    steps = words.each_in_words(changes, names_of(described))
    return start_sentence(start, steps, differs, told["undone_first"], invited=told["invited"])


def _order(shown: ScenarioContent) -> str:
    """Whether the order of several declines matters, in words; empty with fewer, or if that was not asked."""
    result = shown.result.document if shown.result is not None else {}
    if len(shown.asked.of("decline")) < 2 or "order_matters" not in result:
        return ""
    if result["order_matters"] is None:
        return "Whether their order matters was not tried: that is done for up to six."
    if not result["order_matters"]:
        return "Their order does not matter: every order has the same result."
    if result["other_order_refused"]:
        return f"Their order matters: another is not possible, since then {result['other_order_refused']}."
    return "Their order matters: another order has another result."


def _said(shown: ScenarioContent) -> str:
    """What a screen reader says when the page has changed in place."""
    if shown.problems:
        return shown.problems[0].sentence
    parts: list[str] = []
    if shown.verification is not None:
        parts.append(f"Verified: {words.verdict(shown.verification.prose)}")
    if shown.result is not None:
        result = shown.result.document
        if result.get("standings") == "incomplete":
            parts.append(f"{len(result['necessary'])} certain and {counted(len(result['possible']), 'possible gain')}.")
        else:
            number = len(result["moves"])
            parts.append(f"{counted(number, 'place')} {'changes' if number == 1 else 'change'} hands.")
            if result["order_matters"]:
                parts.append(_order(shown))
    return " ".join(parts)


async def explanation(request: Request) -> Response:
    """Why an NOC has what it has in a column and, if asked, why not more."""
    source = source_of(request, request.path_params["scenario"])
    described = (await ask(request, source, "describe")).document
    parameters = request.query_params
    asked = parse(parameters.multi_items(), services_of(request).limits.changes).without_declines()
    noc, column = parameters.get("noc", "").strip(), parameters.get("column", "").strip()
    if not noc:
        raise RequestError("Name an NOC to explain, such as noc=JPN.")
    about = (noc, column) if column else (noc,)
    least, close = parameters.get("least", "").strip(), "close" in parameters
    if least and not column:
        raise RequestError("Name the column that should be more, such as column=men.")
    context = {
        "source": source,
        "scenario": described,
        "asked": asked,
        "noc": noc,
        "column": column,
        "least": least,
        "close": close,
        "names": names_of(described),
        "prose": words.prose,
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
        refused = problem
    return await rendered(request, "explain.html", lambda: context, refused)


async def reserve(request: Request) -> Response:
    """Who is next in line in an event."""
    source = source_of(request, request.path_params["scenario"])
    described = (await ask(request, source, "describe")).document
    asked = parse(request.query_params.multi_items(), services_of(request).limits.changes).starting()
    event = request.path_params["event"]
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
        "begins": _begins_from(asked.start or "rules", starts["changes"], starts, starts["differs"], described),
        "in_words": words.in_words,
        "names": names,
    }
    return await rendered(request, "reserve.html", lambda: context | {"label": names.get(event, event)})


async def download(request: Request) -> Response:
    """An answer as a file."""
    source = source_of(request, request.path_params["scenario"])
    what, written = request.path_params["what"], FORMATS.get(request.path_params["form"])
    if what not in QUESTIONS or written is None or not written.holds(what):
        raise NotFoundError(f"There is no such download; there are {', '.join(QUESTIONS)} as {', '.join(FORMATS)}.")
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
        headers={"content-disposition": f'attachment; filename="{source.identifier}-{NAMES[what]}.{written.ending}"'},
    )


async def upload(request: Request) -> Response:
    """Take an upload and show its page; if it is not a scenario, show the form again and say why."""
    try:
        source, token = await take_upload(request)
    except RequestError as problem:
        refused, context = problem, await listing(request)
        return await rendered(request, "index.html", lambda: context, refused)
    response = RedirectResponse(f"/scenarios/{source.identifier}", status_code=303)
    set_cookie(request, response, token)
    return response


async def remove(request: Request) -> Response:
    """Remove an upload of this browser."""
    remove_upload(request, request.path_params["scenario"])
    return RedirectResponse("/", status_code=303)


async def interface(request: Request) -> Response:
    """The JSON API in words."""
    document = request.app.openapi()
    return await rendered(request, "interface.html", lambda: {"document": document})


ROUTES = [
    Route("/", index),
    Route("/scenarios", index),
    Route("/scenarios/{scenario}", kept(scenario)),
    Route("/scenarios/{scenario}/explain", kept(explanation)),
    Route("/scenarios/{scenario}/reserve/{event}", kept(reserve)),
    Route("/scenarios/{scenario}/download/{what}/{form}", download),
    Route("/uploads", upload, methods=["POST"]),
    Route("/uploads/{scenario}/remove", remove, methods=["POST"]),
    Route("/api", interface),
]
