"""Taking an upload: receiving it, reading it, correcting it, renaming and removing it."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from quotaproof.model.scenario_folder import SOURCES

from .correction_form import corrections_of
from .corrections import Corrections, tidied
from .drafts import DraftReading, DraftState, UploadDraft, Wanted, keep_parts, read_draft, refused
from .folder_digest import digest_of
from .languages import decimal, gettext, noted
from .limits import Limits
from .problems import NotFoundError, RequestError, TooLargeError
from .services import ask, not_of_this_browser, services_of, session_of
from .sessions import COOKIE, Session, Source, no_upload
from .uploads import SentParts, write_folder

PASTED = "pasted-text"
"""The name of a text that was typed or pasted instead of sent as a file."""

BY_IMPORT = "by `quotaproof import`"
"""What the sources of an imported scenario say."""

MOST_FIELDS = 40_000
"""Most fields of a form of corrections."""

MOST_NAME = 120
"""Most characters of what somebody calls an upload."""

YES = ("1", "true", "on")

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class SentForm:
    """What the form for an upload held besides its files, to be shown again if it was refused."""

    text: str = ""
    base: str = ""
    keep: bool = False
    files: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """An upload that was taken: `source` is None if no scenario could be made of it yet; `token` is a new cookie."""

    draft: UploadDraft
    source: Source | None
    token: str | None


class RefusedUploadError(RequestError):
    """An upload is refused and not kept; `form` is what else was in the form."""

    def __init__(self, problem: RequestError, form: SentForm) -> None:
        self.form = form
        super().__init__(problem.sentence, status=problem.status, retry_after=problem.retry_after)
        self.language = problem.language


async def take_upload(request: Request, *, keep_refused: bool = False) -> Taken:
    """Read the upload that a form states, check it, and keep it; a browser without a cookie gets one.

    The form has `files` or a pasted `text`, and where they lack the rules `base` (an id) and perhaps `keep` (the base's
    other files too).

    Parameters
    ----------
    keep_refused
        Whether an upload of which no scenario can be made stays, if it may be corrected; its draft names the problem.

    Raises
    ------
    RequestError
        If the upload is not a scenario; then nothing of it stays.
    """
    services = services_of(request)
    limits = services.limits
    parts, form = await _received(request, limits)
    if form.base and form.base not in services.shipped:
        raise RefusedUploadError(_no_rules(form.base), form)
    base = services.shipped[form.base].folder if form.base else None
    wanted = Wanted(form.base, form.keep)
    reading = await asyncio.to_thread(read_draft, parts, wanted, base, limits)
    token: str | None = None
    try:
        _require_taken(reading, keep_refused=keep_refused)
        session = session_of(request)
        if session is None:
            token, session = services.sessions.create()
        services.sessions.require_room(session)
        services.sessions.require_folder(session)
        session.arriving += 1
        try:
            draft, source = await _kept(request, session, parts, DraftState(wanted, reading), keep_refused)
        finally:
            session.arriving -= 1
    except BaseException as error:
        if token is not None:
            services.sessions.forget(token)
        if isinstance(error, RequestError):
            raise RefusedUploadError(error, form) from error
        raise
    return Taken(draft, source, token)


def _no_rules(base: str) -> NotFoundError:
    """What is said of a scenario whose rules are asked for, and that there is not."""
    return NotFoundError(gettext("There is no scenario %(name)s to take the rules of.", name=repr(base[:40])))


def _require_taken(reading: DraftReading, *, keep_refused: bool) -> None:
    """Raise the problem of a reading, unless it may be corrected and is to be kept for that."""
    if reading.problem is not None and not (keep_refused and reading.correctable):
        raise reading.problem


async def _received(request: Request, limits: Limits) -> tuple[SentParts, SentForm]:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise RequestError(gettext("Send the files as a form (multipart/form-data) with the field files."), status=415)
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
            return _with_text([(name, data) for name, data in parts if name or data], form)
    except TimeoutError as error:
        sentence = gettext("The upload took more than %(number)s seconds.", number=decimal(limits.body_seconds))
        raise RequestError(sentence, status=408) from error


def _with_text(parts: list[tuple[str, bytes]], form: FormData) -> tuple[SentParts, SentForm]:
    pasted = form.get("text")
    text = pasted if isinstance(pasted, str) else ""
    sent = SentForm(text, str(form.get("base") or ""), str(form.get("keep") or "") in YES, bool(parts))
    return [*parts, *([(PASTED, text.encode())] if text.strip() else [])], sent


async def _kept(
    request: Request, session: Session, parts: SentParts, state: DraftState, keep_refused: bool
) -> tuple[UploadDraft, Source | None]:
    """Keep what was sent in the session, and make a scenario of it."""
    folder = session.next_folder()
    sent: Path | None = None
    size = sum(len(data) for _, data in parts)
    names = tuple(tidied(name)[:200] or "file" for name, _ in parts)
    try:
        sent = session.another_folder(folder.name)
        services_of(request).sessions.make_room(session, size + sum(map(len, state.reading.files.values())))
        await asyncio.to_thread(keep_parts, sent, parts)
        reading, source = await _as_scenario(request, folder.name, state.reading, folder)
        _require_taken(reading, keep_refused=keep_refused)
        made = UploadDraft(folder.name, sent, names, size, datetime.now(UTC))
        title = source.title if source is not None else ""
        draft = await asyncio.to_thread(made.with_state, DraftState(state.wanted, reading), title)
    except BaseException:
        for written in (folder, *([sent] if sent is not None else [])):
            shutil.rmtree(written, ignore_errors=True)
        raise
    session.drafts[draft.identifier] = draft
    if source is None:
        shutil.rmtree(folder, ignore_errors=True)
        return draft, None
    source = replace(source, draft=draft)
    session.uploads[draft.identifier] = source
    return draft, source


async def _as_scenario(
    request: Request, identifier: str, reading: DraftReading, folder: Path
) -> tuple[DraftReading, Source | None]:
    """Write the files of a reading into a folder and load them; no source, and a problem, if they make no scenario."""
    if not reading.files:
        return reading, None
    await asyncio.to_thread(write_folder, folder, reading.files)
    source = Source(identifier, folder, await asyncio.to_thread(digest_of, folder), uploaded=True)
    try:
        described = (await ask(request, source, "describe")).document
        _require_small(described, services_of(request).limits)
    except RequestError as problem:
        if problem.status != 400:
            raise
        return refused(reading, problem), None
    read = reading.files.get(SOURCES.name, b"").decode(errors="replace")
    return reading, replace(source, title=described["title"], read=read if BY_IMPORT in read else "")


def _require_small(described: Mapping[str, Any], limits: Limits) -> None:
    published = described["published"]
    for sentence, number, most in (
        (
            noted("The scenario has %(number)s NOCs; at most %(most)s are shown here."),
            len(described["nocs"]),
            limits.nocs,
        ),
        (
            noted("The scenario has %(number)s rows in its published table; at most %(most)s are shown here."),
            len(published["cells"]) if published is not None else 0,
            limits.nocs,
        ),
        (
            noted("The scenario has %(number)s events; at most %(most)s are shown here."),
            len(described["events"]),
            limits.events,
        ),
    ):
        if number > most:
            raise TooLargeError(gettext(sentence, number=number, most=most))


# Correcting, renaming, removing --------------------------------------------------------------------------------------


def draft_of(request: Request, identifier: str) -> tuple[Session, UploadDraft]:
    """Return an upload of the browser that sent a request, and its session.

    Raises
    ------
    NotFoundError
        If it has none of this id, or it is another browser's (which looks the same).
    """
    session = session_of(request)
    draft = session.drafts.get(identifier) if session is not None else None
    if session is None or draft is None:
        raise not_of_this_browser(identifier)
    return session, draft


async def state_of(draft: UploadDraft) -> DraftState:
    """Return how an upload is read at present; NotFoundError if it has just been removed."""
    return await _from_disk(draft, lambda: draft.state)


async def _from_disk(draft: UploadDraft, read: Callable[[], Read]) -> Read:
    try:
        return await asyncio.to_thread(read)
    except FileNotFoundError as error:
        raise NotFoundError(gettext("%(name)s has been removed.", name=draft.identifier)) from error


async def fields_of(request: Request) -> dict[str, str]:
    """Return the fields of a form without files.

    Raises
    ------
    RequestError
        If it is none, has too many fields, or took too long.
    """
    limits = services_of(request).limits
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise RequestError(gettext("Send the corrections as a form (application/x-www-form-urlencoded)."), status=415)
    try:
        async with asyncio.timeout(limits.body_seconds):
            body = await request.body()
    except TimeoutError as error:
        sentence = gettext("The form took more than %(number)s seconds.", number=decimal(limits.body_seconds))
        raise RequestError(sentence, status=408) from error

    def parsed() -> dict[str, str]:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))

    try:
        return await asyncio.to_thread(parsed)
    except ValueError as error:
        sentence = gettext(
            "The form has more than %(number)s fields; correct the file and send it.", number=decimal(MOST_FIELDS)
        )
        raise TooLargeError(sentence) from error


async def correct_upload(request: Request, session: Session, identifier: str, fields: Mapping[str, str]) -> UploadDraft:
    """Read an upload again as a form states it; if it is refused, the scenario stays that was made of it before."""

    def wanted(state: DraftState) -> Wanted:
        base = fields.get("base", state.wanted.base)
        if base and base not in services_of(request).shipped:
            raise _no_rules(base)
        corrections = corrections_of(fields, state.reading.tables, state.wanted.corrections, state.reading.events)
        if base != state.wanted.base:
            # What the columns were said to be belongs to the events of the other rules.
            corrections = replace(corrections, told={})
        keep = fields.get("keep", "") in YES if "base" in fields else state.wanted.keep
        host = tidied(fields.get("host", state.wanted.host))[:20].upper()
        host = "none" if host == "NONE" else host
        return replace(state.wanted, base=base, keep=keep, host=host, corrections=corrections)

    return await _changed(request, session, identifier, wanted)


async def take_back(request: Request, session: Session, identifier: str) -> UploadDraft:
    """Read an upload again as it was sent."""
    return await _changed(request, session, identifier, lambda state: replace(state.wanted, corrections=Corrections()))


async def rename_upload(request: Request, session: Session, identifier: str, name: str) -> UploadDraft:
    """Call an upload otherwise; without a name it has its own title again."""
    name = tidied(name)
    if len(name) > MOST_NAME:
        told = {"most": MOST_NAME, "number": decimal(len(name))}
        raise RequestError(gettext("A name may have at most %(most)s characters; this has %(number)s.", **told))
    return await _changed(request, session, identifier, lambda state: replace(state.wanted, title=name))


async def _changed(
    request: Request, session: Session, identifier: str, wanted: Callable[[DraftState], Wanted]
) -> UploadDraft:
    """Read an upload as is wanted now, one change after the other: each begins with what the one before has made."""
    async with session.correcting:
        _, draft = draft_of(request, identifier)
        state = await state_of(draft)
        return await _read_again(request, session, draft, await asyncio.to_thread(wanted, state))


async def _read_again(request: Request, session: Session, draft: UploadDraft, wanted: Wanted) -> UploadDraft:
    """Read an upload otherwise, and put what comes of it in the place of what it was."""
    services = services_of(request)
    base = services.shipped[wanted.base].folder if wanted.base else None
    services.sessions.require_folder(session)
    folder = session.another_folder(draft.identifier)
    session.arriving += 1
    source: Source | None = None
    try:
        parts = await _from_disk(draft, lambda: draft.parts)
        reading = await asyncio.to_thread(read_draft, parts, wanted, base, services.limits)
        _require_taken(reading, keep_refused=True)
        try:
            services.sessions.make_room(session, sum(map(len, reading.files.values())))
            reading, source = await _as_scenario(request, draft.identifier, reading, folder)
        except RequestError as problem:  # busy, or too large: what was typed is kept all the same
            reading = replace(reading, problem=problem)
        title, sent = source.title if source is not None else "", draft
        draft = await _from_disk(sent, lambda: sent.with_state(DraftState(wanted, reading), title))
        draft_of(request, draft.identifier)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        session.arriving -= 1
    if source is None:
        shutil.rmtree(folder, ignore_errors=True)
    before = session.uploads.get(draft.identifier)
    session.drafts[draft.identifier] = draft
    if source is not None:
        session.uploads[draft.identifier] = replace(source, draft=draft)
        if before is not None:
            shutil.rmtree(before.folder, ignore_errors=True)
    elif before is not None:
        session.uploads[draft.identifier] = replace(before, draft=draft)
    return draft


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
        raise no_upload(identifier)
    session.remove(identifier)
