"""A page that takes long to make: something to see within a second, and the page itself as soon as it is made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from .changes import Asked
from .games import PARTS, common, content_of
from .kept_pages import Handler, again
from .languages import language, without_language
from .problems import RequestError
from .rendering import rendered
from .sessions import COOKIE
from .worker_pool import CHECK_SECONDS, GoneError

SHOWN_AFTER = 0.4
"""Seconds after which a browser that opens an address is shown that its page is being made."""

RETURN_SECONDS = 10.0
"""How long a page goes on being made for a browser that was shown so, until it asks for the page itself."""

TITLE_SECONDS = 0.2
"""How long the page shown meanwhile waits for the title and the parts of its scenario."""


@dataclass(eq=False)
class Unfinished:
    """A page that is being made, how many wait for it, and until when it goes on though nobody does."""

    started: float
    waiting: int = 0
    until: float = 0.0

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for it, or is expected back."""
        return self.waiting > 0 or monotonic() < self.until


class _Patient(Request):
    """The request that a page is made for: its browser counts as gone only when nobody waits for the page."""

    unfinished: Unfinished

    async def is_disconnected(self) -> bool:
        """Return whether nobody waits for the page any more."""
        return not self.unfinished.wanted


def shown_at_once(page: Handler) -> Handler:
    """Return a page in whose place a browser sees within a second that it is being made.

    Only what opens an address sees that; it then asks for the page, by a script or, without scripts, by loading the
    address again. Whatever else asks waits for the page, which is made once for all that a browser asks meanwhile.
    """
    making: dict[tuple[str, ...], tuple[Unfinished, asyncio.Task[Response]]] = {}

    async def page_or_progress(request: Request) -> Response:
        opens = _opens(request)
        query = without_language(request.url.query)
        key = (str(id(request.app)), language(), request.url.path, query, request.cookies.get(COOKIE, ""))
        if key not in making:
            if not opens:
                return await page(request)
            unfinished = Unfinished(monotonic())
            patient = _Patient(request.scope, request.receive)
            patient.unfinished = unfinished
            task = asyncio.ensure_future(page(patient))
            making[key] = unfinished, task

            def forget(done: asyncio.Task[Response]) -> None:
                making.pop(key, None)
                if not done.cancelled():
                    done.exception()  # whoever waited has had it; if nobody did, nobody needs it

            task.add_done_callback(forget)
        unfinished, task = making[key]
        unfinished.waiting += 1
        try:
            since = monotonic()
            while not task.done():
                left = SHOWN_AFTER - (monotonic() - since) if opens else CHECK_SECONDS
                await asyncio.wait({task}, timeout=max(left, 0.0))
                if task.done():
                    break
                if await request.is_disconnected():
                    unfinished.until = 0.0
                    raise GoneError
                if opens:
                    unfinished.until = monotonic() + RETURN_SECONDS
                    return await _progress(request, int(monotonic() - unfinished.started))
            return again(task.result())
        finally:
            unfinished.waiting -= 1

    return page_or_progress


def _opens(request: Request) -> bool:
    """Whether a browser opens an address, and shows what comes as it comes."""
    told = request.headers.get
    return told("sec-fetch-mode") == "navigate" and told("sec-fetch-dest") == "document" and not told("hx-request")


async def _progress(request: Request, seconds: int) -> Response:
    """A page that says that another is being made, with the title and the parts of its scenario if they are known."""
    query = request.url.query
    context = {"address": f"{request.url.path}{'?' if query else ''}{query}", "seconds": seconds}
    part = _part(request)
    if part is not None:
        try:
            async with asyncio.timeout(TITLE_SECONDS):
                content = await content_of(request, part, Asked())
        except (TimeoutError, RequestError):
            pass  # the page itself will say so
        else:
            return await rendered(request, "making_game.html", lambda: {**common(content), **context})
    return await rendered(request, "making.html", lambda: context)


def _part(request: Request) -> str | None:
    """The part of a scenario's page that an address is of, None where it is of none."""
    if "scenario" not in request.path_params:
        return None
    part = (request.url.path.split("/")[3:] or ["table"])[0]
    return part if part in PARTS else None
