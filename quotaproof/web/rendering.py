"""HTML from templates; everything put into one is escaped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from quotaproof import __version__
from quotaproof.model.quantities import counted
from quotaproof.nations import flag_of
from quotaproof.reading_words import label_of, meaning_of

from .badges import SIGNS, TONES
from .changes import from_options
from .problems import RequestError, TooLargeError

STATIC = resources.files(__package__) / "static"
SCRIPT = "htmx-2.0.11.min.js"

PAGE = 20_000_000
"""Most characters of one page."""


async def rendered(
    request: Request, name: str, context: Callable[[], Mapping[str, Any]], problem: RequestError | None = None
) -> HTMLResponse:
    """Return as `render` does, in a thread: nobody else waits while a long page and what it shows are made."""
    return await asyncio.to_thread(lambda: render(request, name, context(), problem))


@cache
def environment() -> Environment:
    """Return the environment of the templates."""
    found = Environment(
        loader=PackageLoader("quotaproof.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {"version": __version__, "htmx": SCRIPT, "counted": counted}
    found.filters["as_query"] = from_options
    found.filters["flag"] = flag_of
    found.globals |= {"meaning_of": meaning_of, "label_of": label_of, "tones": TONES, "signs": SIGNS}
    found.filters["q"] = lambda text: quote(str(text), safe=":=-")
    return found


def render(
    request: Request | None, name: str, context: Mapping[str, Any], problem: RequestError | None = None
) -> HTMLResponse:
    """Return a template as a response; `path` is the address as asked for, the status that of the problem shown.

    `static` says that the pages are written in advance: they offer nothing that needs a server.

    Raises
    ------
    TooLargeError
        If the page would be too long.
    """
    path = request.url.path if request is not None else "/"
    base_url = str(request.base_url).rstrip("/") if request is not None else ""
    state = request.app.state if request is not None else None
    static = getattr(state, "static", False)
    given = {"path": path, "base_url": "" if static else base_url, "static": static, **context}
    parts: list[str] = []
    size = 0
    for part in environment().get_template(name).generate({**given, "problem": problem}):
        parts.append(part)
        size += len(part)
        if size > PAGE:
            raise TooLargeError(f"This page would have more than {PAGE:,} characters; ask about less at once.")
    text = "".join(parts)
    if problem is None:
        return HTMLResponse(text)
    headers = {} if problem.retry_after is None else {"retry-after": str(problem.retry_after)}
    return HTMLResponse(text, problem.status, headers)
