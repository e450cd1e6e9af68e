"""The page of an upload: how it was read, what is doubtful, and the form that corrects it."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from .correction_words import (
    NOTE_WORDS,
    column_in_words,
    names_of,
    roles_in_words,
    row_in_words,
    size_in_words,
    values_in_words,
    where_in_words,
)
from .corrections import MOST_TEXT
from .drafts import DraftState, UploadDraft
from .intake import (
    MOST_NAME,
    correct_upload,
    draft_of,
    fields_of,
    remove_upload,
    rename_upload,
    state_of,
    take_back,
)
from .languages import gettext, noted
from .problems import NotFoundError, RequestError
from .rendering import rendered
from .services import services_of
from .sessions import Source

WORDS = {
    "refused": noted("Refused"),
    "unclear": noted("Not understood"),
    "guessed": noted("Guessed"),
    "difference": noted("Contradiction"),
    "missing": noted("Missing"),
    "ignored": noted("Left out"),
}
"""What a note on a cell is, in a word."""

ON_NO_CELL = ("difference", "missing", "ignored", "read")
"""Notes that stand below headings of their own."""


async def shown(
    request: Request, draft: UploadDraft, source: Source | None, problem: RequestError | None = None
) -> Response:
    """Return the page of an upload; `source` is the scenario that was made of it, `problem` that of the answer."""
    state = await state_of(draft)
    context = _context(request, draft, state, source)
    return await rendered(request, "upload.html", lambda: context, problem)


def _context(request: Request, draft: UploadDraft, state: DraftState, source: Source | None) -> Mapping[str, Any]:
    reading = state.reading
    doubtful = reading.doubtful
    names = names_of(reading.events)
    rest = [note for note in reading.notes if note not in doubtful]
    others = [(gettext(NOTE_WORDS[kind]), tuple(note for note in rest if note.kind == kind)) for kind in ON_NO_CELL]
    return {
        "draft": draft,
        "home": f"/uploads/{draft.identifier}",
        "source": source,
        "wanted": state.wanted,
        "reading": reading,
        "refused": reading.problem,
        "doubtful": doubtful,
        "others": [(heading, notes) for heading, notes in others if notes],
        "words_of": {kind: gettext(words) for kind, words in WORDS.items()},
        "changes": [(line, where_in_words(line, names), *values_in_words(line, names)) for line in reading.changes],
        "roles": roles_in_words(names),
        "column_words": lambda table: [column_in_words(column.name, names) for column in table.columns],
        "row_words": lambda row: row_in_words(row.name, row.key),
        "size_words": lambda table: size_in_words(
            table.height, len(table.columns), table.begins, too_large=table.too_large
        ),
        "bases": list(services_of(request).shipped),
        "limits": services_of(request).limits,
        "most_text": MOST_TEXT,
        "most_name": MOST_NAME,
    }


async def page(request: Request) -> Response:
    """How an upload was read, and the form that corrects it."""
    session, draft = draft_of(request, request.path_params["upload"])
    return await shown(request, draft, session.uploads.get(draft.identifier))


async def correct(request: Request) -> Response:
    """Read an upload again with what was corrected, and show what came of it."""
    session, draft = draft_of(request, request.path_params["upload"])
    fields = await fields_of(request)
    found = await correct_upload(request, session, draft.identifier, fields)
    if fields.get("then") == "verify" and found.problem is None:
        return RedirectResponse(f"/scenarios/{found.identifier}?verify=1", status_code=303)
    return RedirectResponse(f"/uploads/{found.identifier}", status_code=303)


async def undo(request: Request) -> Response:
    """Take all corrections back."""
    session, draft = draft_of(request, request.path_params["upload"])
    await take_back(request, session, draft.identifier)
    return RedirectResponse(f"/uploads/{draft.identifier}", status_code=303)


async def rename(request: Request) -> Response:
    """Call an upload otherwise."""
    session, draft = draft_of(request, request.path_params["upload"])
    fields = await fields_of(request)
    await rename_upload(request, session, draft.identifier, fields.get("name", ""))
    home = fields.get("from") == "home"
    return RedirectResponse("/#own" if home else f"/uploads/{draft.identifier}", status_code=303)


async def remove(request: Request) -> Response:
    """Remove an upload of this browser."""
    remove_upload(request, request.path_params["upload"])
    return RedirectResponse("/", status_code=303)


async def folder(request: Request) -> Response:
    """The scenario folder that was made of an upload, as a zip file."""
    session, draft = draft_of(request, request.path_params["upload"])
    source = session.uploads.get(draft.identifier)
    if source is None:
        raise NotFoundError(
            gettext("No scenario could be made of %(name)s yet; correct it first.", name=draft.identifier)
        )
    try:
        content = await asyncio.to_thread(_zipped, source)
    except FileNotFoundError as error:
        raise NotFoundError(gettext("%(name)s has been removed.", name=draft.identifier)) from error
    name = f"{draft.identifier}{'-altered-by-hand' if source.draft is not None and source.draft.altered else ''}"
    return Response(
        content, media_type="application/zip", headers={"content-disposition": f'attachment; filename="{name}.zip"'}
    )


def _zipped(source: Source) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(source.folder.iterdir()):
            archive.write(path, f"{source.identifier}/{path.name}")
    return buffer.getvalue()


async def own(request: Request) -> Response:
    """Where the uploads are listed; whoever loads the answer to a form again comes here."""
    del request
    return RedirectResponse("/#own", status_code=303)


ROUTES = [
    Route("/uploads", own, methods=["GET"]),
    Route("/uploads/{upload}", page, methods=["GET"]),
    Route("/uploads/{upload}", correct, methods=["POST"]),
    Route("/uploads/{upload}/undo", undo, methods=["POST"]),
    Route("/uploads/{upload}/name", rename, methods=["POST"]),
    Route("/uploads/{upload}/remove", remove, methods=["POST"]),
    Route("/uploads/{upload}/folder.zip", folder, methods=["GET"]),
]
