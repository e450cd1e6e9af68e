"""What the pages and the JSON API share: finding a scenario, asking a question."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response

from quotaproof.scenarios import FOLDER, identifiers
from quotaproof.scenarios.summaries import summaries

from .changes import Asked
from .folder_digest import digest_of
from .jobs import Answer, Job
from .kept import Kept
from .languages import gettext
from .limits import Limits
from .meant import unknown_scenario
from .problems import BusyError, NotFoundError, RequestError, TooHardError
from .sessions import COOKIE, UPLOAD, Session, Sessions, Source
from .wording import title_of
from .worker_pool import Solving


@dataclass(eq=False)
class Making:
    """A kept page that is being made, for all who wait for it.

    Attributes
    ----------
    failure, without
        Why there is no page: what was raised, or a response that says so.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    failure: RequestError | None = None
    without: Response | None = None


@dataclass(frozen=True)
class Services:
    """The parts of a running server."""

    limits: Limits
    solving: Solving
    sessions: Sessions
    shipped: dict[str, Source]
    pages: Kept[str, bytes]
    making: WeakValueDictionary[str, Making]


def new_services(limits: Limits, folders: Mapping[str, Path] | None = None) -> Services:
    """Return the parts of a server, not started yet; it has the scenarios of `folders`, or those of quotaproof."""
    if folders is None:
        folders = {name: FOLDER / name for name in identifiers()}
    shipped = {name: Source(name, folder, digest_of(folder)) for name, folder in folders.items()}
    pages: Kept[str, bytes] = Kept(limits.pages, limits.page_bytes)
    return Services(limits, Solving(limits), Sessions(limits), shipped, pages, WeakValueDictionary())


def services_of(request: Request) -> Services:
    """Return the parts of the server that got a request."""
    return cast(Services, request.app.state.services)


def session_of(request: Request) -> Session | None:
    """Return the session of the browser that sent a request, if it has one."""
    return services_of(request).sessions.find(request.cookies.get(COOKIE))


def sources_of(request: Request, session: Session | None) -> list[Source]:
    """Return all scenarios that may be asked about: the shipped ones, then those of a browser's session."""
    return [*services_of(request).shipped.values(), *(session.uploads.values() if session else ())]


def source_of(request: Request, identifier: str) -> Source:
    """Return a scenario by its id.

    Raises
    ------
    NotFoundError
        If there is none, or it is in another browser's session (which looks the same).
    """
    services = services_of(request)
    found = services.shipped.get(identifier)
    if found is not None:
        return found
    session = session_of(request)
    own = session.uploads.get(identifier) if session else None
    if own is not None:
        return own
    if identifier.startswith(UPLOAD):
        raise not_of_this_browser(identifier)
    path = request.url.path
    if path.startswith("/api/"):
        raise _no_such_id(identifier, services)
    written = f"/scenarios/{identifier}"
    raise unknown_scenario(
        identifier, titles(services), lambda right: f"/scenarios/{right}{path.removeprefix(written)}"
    )


def _no_such_id(identifier: str, services: Services) -> NotFoundError:
    """Return what is said of an id in the JSON interface, where scenarios have no other names."""
    return NotFoundError(f"There is no scenario {identifier[:40]!r}; there are {', '.join(services.shipped)}.")


def titles(services: Services) -> dict[str, str]:
    """Return the titles of the shipped scenarios by id, in the language of the page."""
    known = _english_titles()
    return {name: title_of(known.get(name, name)) for name in services.shipped}


@cache
def _english_titles() -> dict[str, str]:
    return {str(one["scenario"]): str(one["title"]) for one in summaries()}


def not_of_this_browser(identifier: str) -> NotFoundError:
    """Return what is said of an upload that the browser has not: there is none, or it is another browser's."""
    return NotFoundError(
        gettext(
            "%(name)s is not an upload of this browser. An upload belongs to the browser that sent it, and is "
            "removed after a time.",
            name=identifier[:40],
        )
    )


async def ask(request: Request, source: Source, kind: str, asked: Asked | None = None, **more: Any) -> Answer:
    """Return the answer to a question about a scenario; `more` are further fields of the job.

    Where it is not known, or not all of it, because a limit was reached or the server is busy, the request's state says
    `unanswered`: a page that shows that is not one to keep.
    """
    job = Job(kind, source.identifier, str(source.folder), source.digest, Asked() if asked is None else asked, **more)
    try:
        answer = await services_of(request).solving.answer(job, request.is_disconnected, _client_of(request))
    except (TooHardError, BusyError):
        request.state.unanswered = True
        raise
    if answer.cut_off:
        request.state.unanswered = True
    return answer


def _client_of(request: Request) -> str:
    """The address that a request came from; where a proxy on this machine hands it over, the one that it states."""
    address = request.client.host if request.client is not None else ""
    stated = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return stated[:60] if stated and address in ("127.0.0.1", "::1") else address
