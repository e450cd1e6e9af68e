"""HTML from templates; everything put into one is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from quotaproof import __version__
from quotaproof.model.quantities import counted

from .changes import from_options
from .problems import RequestError

STATIC = resources.files(__package__) / "static"
SCRIPT = "htmx-2.0.11.min.js"


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
    found.filters["q"] = lambda text: quote(str(text), safe=":=-")
    return found


def render(
    request: Request | None, name: str, context: Mapping[str, Any], problem: RequestError | None = None
) -> HTMLResponse:
    """Return a template as a response; `path` is the address as asked for, the status that of the problem shown."""
    path = request.url.path if request is not None else "/"
    text = environment().get_template(name).render({"path": path, **context, "problem": problem})
    if problem is None:
        return HTMLResponse(text)
    headers = {} if problem.retry_after is None else {"retry-after": str(problem.retry_after)}
    return HTMLResponse(text, problem.status, headers)
