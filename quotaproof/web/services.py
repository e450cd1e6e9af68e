"""What the pages and the JSON API share: finding a scenario, asking a question, taking an upload."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from weakref import WeakValueDictionary

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from quotaproof.model.scenario_folder import SOURCES
from quotaproof.scenarios import FOLDER, identifiers

from .changes import Asked
from .jobs import Answer, Job
from .kept import Kept
from .languages import gettext
from .limits import Limits
from .problems import NotFoundError, RequestError, TooLargeError
from .sessions import COOKIE, UPLOAD, Session, Sessions, Source, digest_of
from .uploads import read_upload, write_folder
from .worker_pool import Solving

PASTED = "pasted-text"
"""The name of a text that was typed or pasted instead of sent as a file."""

BY_IMPORT = "by `quotaproof import`"
"""What the sources of an imported scenario say."""


@dataclass(frozen=True)
class Services:
    """The parts of a running server."""

    limits: Limits
    solving: Solving
    sessions: Sessions
    shipped: dict[str, Source]
    pages: Kept[str, bytes]
    making: WeakValueDictionary[str, asyncio.Lock]


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


def sources_of(request: Request) -> list[Source]:
    """Return all scenarios that a request may ask about: the shipped ones, then the browser's own."""
    session = session_of(request)
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
        raise NotFoundError(
            gettext(
                "%(name)s is not an upload of this browser. An upload belongs to the browser that sent it, and is "
                "removed after a time.",
                name=identifier[:40],
            )
        )
    known = ", ".join(services.shipped)
    raise NotFoundError(
        gettext("There is no scenario %(name)s; there are %(known)s.", name=repr(identifier[:40]), known=known)
    )


async def ask(request: Request, source: Source, kind: str, asked: Asked | None = None, **more: Any) -> Answer:
    """Return the answer to a question about a scenario; `more` are further fields of the job."""
    job = Job(kind, source.identifier, str(source.folder), source.digest, Asked() if asked is None else asked, **more)
    return await services_of(request).solving.answer(job, request.is_disconnected, _client_of(request))


def _client_of(request: Request) -> str:
    """The address that a request came from; where a proxy on this machine hands it over, the one that it states."""
    address = request.client.host if request.client is not None else ""
    stated = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return stated[:60] if stated and address in ("127.0.0.1", "::1") else address


# Uploads -----------------------------------------


async def take_upload(request: Request) -> tuple[Source, str | None]:
    """Read the upload that a form states, check it, and return it with a new cookie if the browser had none.

    The form has `files` or a pasted `text`, and where they lack the rules `base` (an id) and perhaps `keep` (the base's
    other files too).

    Raises
    ------
    RequestError
        If the upload is not a scenario; then nothing of it stays.
    """
    services = services_of(request)
    limits = services.limits
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise RequestError("Send the files as a form (multipart/form-data) with the field files.", status=415)
    try:
        async with (
            asyncio.timeout(limits.body_seconds),
            request.form(max_files=limits.files + 1, max_fields=20, max_part_size=limits.file) as form,
        ):
            parts = [
                (part.filename or "", await part.read(limits.body + 1))
                for part in form.getlist("files")
                if isinstance(part, UploadFile)
            ]
            pasted = form.get("text")
            if isinstance(pasted, str) and pasted.strip():
                parts.append((PASTED, pasted.encode()))
            named, keep = str(form.get("base") or ""), str(form.get("keep") or "")
    except TimeoutError as error:
        raise RequestError(f"The upload took more than {limits.body_seconds:g} seconds.", status=408) from error
    if named and named not in services.shipped:
        raise NotFoundError(f"There is no scenario {named[:40]!r} to take the rules of.")
    base = services.shipped[named].folder if named else None
    files = await asyncio.to_thread(read_upload, parts, base, keep in ("1", "true", "on"), limits)
    session, token = session_of(request), None
    if session is None:
        token, session = services.sessions.create()
    services.sessions.require_room(session)
    folder = session.next_folder()
    session.arriving += 1
    try:
        services.sessions.make_room(session, sum(map(len, files.values())))
        await asyncio.to_thread(write_folder, folder, files)
        source = Source(folder.name, folder, await asyncio.to_thread(digest_of, folder), uploaded=True)
        described = (await ask(request, source, "describe")).document
        _require_small(described, limits)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if token is not None:
            services.sessions.forget(token)
        raise
    finally:
        session.arriving -= 1
    read = files.get(SOURCES.name, b"").decode(errors="replace")
    source = replace(source, title=described["title"], read=read if BY_IMPORT in read else "")
    session.uploads[source.identifier] = source
    return source, token


def _require_small(described: dict[str, Any], limits: Limits) -> None:
    published = described["published"]
    for what, number, most in (
        ("NOCs", len(described["nocs"]), limits.nocs),
        ("rows in its published table", len(published["cells"]) if published is not None else 0, limits.nocs),
        ("events", len(described["events"]), limits.events),
    ):
        if number > most:
            raise TooLargeError(f"The scenario has {number} {what}; at most {most} are shown here.")


def set_cookie(request: Request, response: Response, token: str | None) -> None:
    """Give a browser the cookie of its new session."""
    if token is not None:
        response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=_is_encrypted(request), path="/")


def _is_encrypted(request: Request) -> bool:
    """Whether a browser asked by https, of this server or of the proxy in front of it.

    Who states it falsely keeps nothing but their own cookie from being sent.
    """
    headers = request.headers
    forwarded = headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
    return (
        request.url.scheme == "https"
        or forwarded == "https"
        or re.search(r"\bproto=\"?https\b", headers.get("forwarded", ""), re.IGNORECASE) is not None
        or headers.get("origin", "").startswith("https://")
    )


def remove_upload(request: Request, identifier: str) -> None:
    """Remove one of the browser's uploads; NotFoundError if it has none of this id."""
    session = session_of(request)
    if session is None:
        raise NotFoundError(f"There is no {identifier[:40]} among your uploads.")
    session.remove(identifier)


def base_names(sources: Sequence[Source]) -> list[str]:
    """Return the ids whose rules an upload may take."""
    return [source.identifier for source in sources if not source.uploaded]
