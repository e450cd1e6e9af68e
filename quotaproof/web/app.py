"""The application: routes, limits and errors put together."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from quotaproof import __version__

from . import interface, pages
from .described import with_descriptions
from .games import PARTS
from .languages import gettext, noted
from .limits import Limits
from .meant import unknown_page
from .middleware import Guard
from .problems import RequestError
from .rendering import STATIC, render
from .services import Services, new_services, services_of, titles
from .worker_pool import GoneError

NAMES = {
    404: noted("Not found"),
    413: noted("Too large"),
    422: noted("No answer"),
    500: noted("An error of ours"),
    503: noted("Busy"),
}
FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where a disk, or a user's share of it, is full."""
OTHERWISE = noted("This cannot be answered")


class Explorer(FastAPI):
    """The application, with the guard around all of it: error pages too have its headers."""

    services: Services

    def openapi(self) -> dict[str, Any]:
        """Return the description of the JSON API, with its docstrings also where Python leaves them out."""
        if self.openapi_schema is None:
            self.openapi_schema = with_descriptions(super().openapi(), interface.ROUTER.routes)
        return self.openapi_schema

    def build_middleware_stack(self) -> Any:
        """Return the application's layers, the guard outermost."""
        return Guard(super().build_middleware_stack(), self.services.limits, self.state.language)


def create_app(
    limits: Limits | None = None, static: Mapping[str, Path] | None = None, language: str | None = None
) -> Explorer:
    """Return the application; its processes and folders exist from its start to its end.

    Parameters
    ----------
    static
        Scenarios by name and folder that pages are written of in advance, instead of what comes with quotaproof.
    language
        That of all pages; if None, each request is answered in its own.
    """
    services = new_services(limits or Limits(), static)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        services.sessions.start()
        services.solving.start()
        sweeping = asyncio.create_task(services.sessions.keep_sweeping())
        try:
            yield
        finally:
            sweeping.cancel()
            await services.solving.cancel()
            await asyncio.to_thread(services.solving.stop)
            services.sessions.stop()

    app = Explorer(
        title="quotaproof",
        version=__version__,
        summary="Prove Olympic quota allocations.",
        description=interface.DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.services = app.state.services = services
    app.state.static = static is not None
    app.state.language = language
    app.include_router(interface.ROUTER)
    app.router.routes.extend(pages.ROUTES)
    app.mount("/static", StaticFiles(directory=str(STATIC)))
    app.add_exception_handler(RequestError, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(GoneError, _gone)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(OSError, _no_room)
    app.add_exception_handler(Exception, _crash)
    return app


def _respond(request: Request, problem: RequestError, headers: dict[str, str] | None = None) -> Response:
    """One sentence, as JSON or as a page, whichever was asked for."""
    path = request.url.path
    response: Response
    if path.startswith("/api/"):
        response = JSONResponse({"error": problem.sentence}, problem.status)
    else:
        title = gettext(NAMES.get(problem.status, OTHERWISE))
        response = render(request, "error.html", {"title": title}, problem)
    response.headers.update(headers or {})
    if problem.retry_after is not None:
        response.headers["retry-after"] = str(problem.retry_after)
    return response


async def _problem(request: Request, error: Exception) -> Response:
    return _respond(request, error if isinstance(error, RequestError) else RequestError(str(error)))


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    sentences = {
        404: gettext("There is no such page."),
        405: gettext("This address does not take that method."),
        400: gettext("The request could not be read."),
    }
    headers = dict(getattr(error, "headers", None) or {})
    if status == 404 and not request.url.path.startswith("/api/"):
        known = titles(services_of(request))
        parts = {part: gettext(words) for part, words in PARTS.items()}
        return _respond(request, unknown_page(request.url.path, known, parts), headers)
    sentence = sentences.get(status, gettext("The request was refused."))
    return _respond(request, RequestError(sentence, status=status), headers)


async def _invalid(request: Request, error: Exception) -> Response:
    first = error.errors()[0] if isinstance(error, RequestValidationError) and error.errors() else {}
    where = ".".join(str(part) for part in first.get("loc", ())[1:2])[:40]
    return _respond(request, RequestError(f"The parameter {where} is wrong: {first.get('msg', 'it does not fit')}."))


async def _gone(request: Request, error: Exception) -> Response:
    # Nobody reads this: the one who asked has left.
    del request, error
    return Response(status_code=503)


async def _no_room(request: Request, error: Exception) -> Response:
    if getattr(error, "errno", None) not in FULL:
        raise error
    sentence = gettext("The server has no room on its disk for what was sent; nothing of it was kept. Try again later.")
    return _respond(request, RequestError(sentence, status=507, retry_after=60))


async def _crash(request: Request, error: Exception) -> Response:
    del error  # logged by the server
    return _respond(
        request, RequestError(gettext("An error of ours, please report it; nothing was changed."), status=500)
    )
