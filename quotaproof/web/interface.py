"""The JSON API: the command line's questions as addresses, its documents as answers."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from quotaproof.model.allocation import EngineName
from quotaproof.model.documents import AllocationDocument, ReserveDocument
from quotaproof.solver.documents import (
    ExplanationDocument,
    RecipientsDocument,
    VerificationDocument,
    WhatIfDocument,
)

from . import schemas
from .changes import Asked, parse
from .intake import remove_upload, set_cookie, take_upload
from .problems import RequestError
from .services import ask, services_of, session_of, source_of, sources_of

DESCRIPTION = (
    "The questions of the command line, and the same JSON documents as answers. Changes are parameters, written as on "
    "the command line, and may be repeated: `decline=KAZ:men-1000`, `set=men-500=30`. An answer that fails is one "
    "sentence, `error`. A solve that takes too long is stopped (422); while too many questions wait, the answer is 503 "
    "with Retry-After."
)

REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": schemas.Problem, "description": "The question does not fit the scenario."},
    404: {"model": schemas.Problem, "description": "There is no such scenario."},
    422: {"model": schemas.Problem, "description": "The answer was not found within the limits; it is unknown."},
    503: {"model": schemas.Problem, "description": "Too many questions; come again after Retry-After seconds."},
}

ROUTER = APIRouter(prefix="/api", responses=REFUSALS)

Id = Annotated[str, Path(max_length=80, description="Id of a scenario.", examples=["sochi-2014"])]


def _altering(
    request: Request,
    exclude: Annotated[list[str] | None, Query(description="NOC: it is out, as if never ranked.")] = None,
    host: Annotated[list[str] | None, Query(description="NOC or none: the host places go there.")] = None,
    cap: Annotated[list[str] | None, Query(alias="set", description="CAP=N, such as total=110.")] = None,
    reading: Annotated[list[str] | None, Query(description="NAME=VALUE, such as gender-cap=hard.")] = None,
    disqualify: Annotated[list[str] | None, Query(description="NOC:EVENT[:K]@MEET: a result is taken out.")] = None,
    move: Annotated[list[str] | None, Query(description="NOC:EVENT[:K]=RANK: an entry moves.")] = None,
) -> Asked:
    """Changes that alter the scenario itself."""
    # Declared for the description; read as a page reads them, so that a link and a call mean the same.
    del exclude, host, cap, reading, disqualify, move
    return parse(request.query_params.multi_items(), services_of(request).limits.changes).without_declines()


def _starting(
    request: Request,
    altering: Annotated[Asked, Depends(_altering)],
    start: Annotated[str | None, Query(alias="from", description="Start from rules or published.")] = None,
) -> Asked:
    """Changes that alter the scenario itself, and the table to start from."""
    del altering, start
    return parse(request.query_params.multi_items(), services_of(request).limits.changes).starting()


def _all_changes(
    request: Request,
    starting: Annotated[Asked, Depends(_starting)],
    decline: Annotated[
        list[str] | None,
        Query(description="NOC, NOC:EVENT, NOC:EVENT=N, NOC:men or NOC:men=N.", examples=[["KAZ:men-1000"]]),
    ] = None,
    withdraw: Annotated[list[str] | None, Query(description="ATHLETE or ATHLETE:EVENT, by id or name.")] = None,
    mode: Annotated[str | None, Query(description="How declines are answered: sequential or rerun.")] = None,
) -> Asked:
    """All changes, declines and withdrawals too."""
    del starting, decline, withdraw, mode
    return parse(request.query_params.multi_items(), services_of(request).limits.changes)


Altering = Annotated[Asked, Depends(_altering)]
Starting = Annotated[Asked, Depends(_starting)]
AllChanges = Annotated[Asked, Depends(_all_changes)]


async def _json(document: Any, status: int = 200) -> Response:
    """A document as JSON, written in a thread: nobody else waits for a long one."""
    return await asyncio.to_thread(JSONResponse, document, status)


async def _answered(
    request: Request, scenario: str, question: str, asked: Asked | None = None, **more: Any
) -> Response:
    """The answer to a question about a scenario, as JSON."""
    answer = await ask(request, source_of(request, scenario), question, asked, **more)
    return await _json(answer.document)


@ROUTER.get(
    "/scenarios",
    response_model=list[schemas.Listed],
    response_description="All scenarios, your uploads last.",
)
async def scenarios(request: Request) -> Response:
    """List the scenarios that can be asked about."""
    sources = sources_of(request, session_of(request))
    answers = await asyncio.gather(*(ask(request, source, "describe") for source in sources))
    listed: list[schemas.Listed] = [
        {
            "scenario": source.identifier,
            "title": answer.document["title"],
            "games": answer.document["games"],
            "host": answer.document["host"],
            "quota_places": answer.document["total"],
            "complete": answer.document["complete"],
            "published": answer.document["published"] is not None,
            "uploaded": source.uploaded,
        }
        for source, answer in zip(sources, answers, strict=True)
    ]
    return await _json(listed)


@ROUTER.get(
    "/scenarios/{scenario}",
    response_model=schemas.ScenarioDocument,
    response_description="The scenario.",
)
async def scenario_(request: Request, scenario: Id) -> Response:
    """Describe a scenario: events, caps, NOCs, readings, published table."""
    return await _answered(request, scenario, "describe")


@ROUTER.get(
    "/scenarios/{scenario}/allocation",
    response_model=AllocationDocument,
    response_description="The allocation.",
)
async def allocation(request: Request, scenario: Id, asked: Altering) -> Response:
    """Allocate start places and quota places; the standings must be complete."""
    return await _answered(request, scenario, "allocate", asked)


@ROUTER.get(
    "/scenarios/{scenario}/verification",
    response_model=VerificationDocument,
    response_description="What is wrong, and the proof.",
)
async def verification(request: Request, scenario: Id, asked: Altering) -> Response:
    """Verify the published table."""
    return await _answered(request, scenario, "verify", asked)


@ROUTER.get(
    "/scenarios/{scenario}/whatif",
    response_model=WhatIfDocument | RecipientsDocument,
    response_description="Who gains and loses.",
)
async def whatif(
    request: Request,
    scenario: Id,
    asked: AllChanges,
    engine: Annotated[
        EngineName, Query(description="The reference, or the slower cp-sat; both give the same.")
    ] = "greedy",
) -> Response:
    """Say who gains and loses by changes."""
    return await _answered(request, scenario, "whatif", asked, engine=engine)


@ROUTER.get(
    "/scenarios/{scenario}/explanation",
    response_model=ExplanationDocument,
    response_description="Why, and why not more.",
)
async def explanation(
    request: Request,
    scenario: Id,
    asked: Altering,
    noc: Annotated[str, Query(max_length=80, description="An NOC, or TOTAL.", examples=["KAZ"])],
    column: Annotated[str | None, Query(max_length=80, description="An event, men or women.")] = None,
    why_not: Annotated[str | None, Query(max_length=80, description="A target, such as men>=5.")] = None,
    how_close: Annotated[bool, Query(description="Look for the least changes that make it true.")] = False,
) -> Response:
    """Say why an NOC has what it has and, with a target, why not more."""
    about = (noc, column) if column else (noc,)
    return await _answered(request, scenario, "explain", asked, about=about, why_not=why_not, how_close=how_close)


@ROUTER.get(
    "/scenarios/{scenario}/reserve/{event}",
    response_model=list[ReserveDocument],
    response_description="Those without a place, best first.",
)
async def reserve(
    request: Request, scenario: Id, asked: Starting, event: Annotated[str, Path(max_length=80, examples=["men-1000"])]
) -> Response:
    """List who is next in line in an event, and what still blocks each."""
    return await _answered(request, scenario, "reserve", asked, about=(event,))


UPLOAD_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "text": {"type": "string", "description": "A table as text, instead of files."},
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "base": {"type": "string", "description": "Scenario whose rules apply where they lack."},
                        "keep": {"type": "string", "description": "1: its other files stay too."},
                    },
                }
            }
        },
    }
}


@ROUTER.post(
    "/uploads",
    status_code=201,
    openapi_extra=UPLOAD_FORM,
    response_model=schemas.ScenarioDocument,
    response_description="The scenario; its id is valid with the cookie that comes along.",
    responses={
        403: {"model": schemas.Problem, "description": "The request came from a page of another site."},
        413: {"model": schemas.Problem, "description": "More was sent than is read."},
        415: {"model": schemas.Problem, "description": "This is not a form."},
        507: {"model": schemas.Problem, "description": "The server has no room on its disk."},
    },
)
async def upload(request: Request) -> Response:
    """Send a scenario: a zip file of its folder, its files, or a page or sheet to import.

    It stays in this session and is removed after a time.
    """
    taken = await take_upload(request)
    if taken.source is None:  # only the pages keep what is refused
        raise RequestError("The upload is no scenario.")
    described = (await ask(request, taken.source, "describe")).document
    response = await _json(described, 201)
    set_cookie(request, response, taken.token)
    return response


@ROUTER.delete(
    "/uploads/{scenario}", status_code=204, responses={204: {"description": "It is removed."}}, response_class=Response
)
async def remove(request: Request, scenario: Id) -> Response:
    """Remove an upload of this session."""
    remove_upload(request, scenario)
    return Response(status_code=204)
