"""What every request and response passes: names of hosts, sizes of bodies, security headers."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from . import languages
from .limits import Limits
from .problems import TooLargeError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

LONGEST_TARGET = 8_000
"""Most bytes of a request's path and query."""


class Guard:
    """Middleware around the whole application; `language` is that of all pages, None where each request has its own."""

    def __init__(self, app: App, limits: Limits, language: str | None = None) -> None:
        self._app = app
        self._limits = limits
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        language = self._language or languages.language_of(scope)

        body: Body | None = None

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                if body is not None:
                    await body.throw_away()
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in (HEADERS | _shared(scope)).items():
                    if value:
                        headers[name] = value
                headers.setdefault("cache-control", "no-store")
                if languages.has_language(scope["path"]):
                    _say_language(scope, headers, language)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, secured)
            return
        with languages.speaking(language):
            body = Body(scope, receive, self._limits)
            await self._app(scope, body.receive, secured)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        """Why a request is not even looked at: it came through a name or a page that is not ours."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = _host_name(host)
        if "*" not in self._limits.hosts and name not in self._limits.hosts:
            return PlainTextResponse("This server does not answer to that host name.\n", status_code=421)
        if len(scope.get("raw_path", b"")) + len(scope.get("query_string", b"")) > LONGEST_TARGET:
            return PlainTextResponse("The address is too long.\n", status_code=414)
        if headers.get("sec-fetch-site") == "cross-site" and not _is_followed_link(headers) and not _shared(scope):
            # A page of somebody else must not make this machine solve, whoever looks at it.
            return PlainTextResponse("This request came from a page of another site.\n", status_code=403)
        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            # A page of somebody else must not upload or remove in the name of whoever looks at it.
            origin = headers.get("origin")
            foreign = origin is not None and urlsplit(origin).netloc != host
            if foreign or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
                return PlainTextResponse("This request came from a page of another site.\n", status_code=403)
        return None


class Body:
    """The body of a request, cut off with TooLargeError where it is longer than is read.

    A browser shows an answer only when all was sent, so what is too much is thrown away as it comes, up to a point, and
    so is what nobody has read when an answer begins.
    """

    def __init__(self, scope: Scope, receive: Receive, limits: Limits) -> None:
        self._receive, self._limits = receive, limits
        headers = Headers(scope=scope)
        self._stated = headers.get("content-length", "0")
        self._whole = self._stated == "0" and "transfer-encoding" not in headers
        self._size = 0
        # Made here, where the language is that of the request.
        self._too_large = TooLargeError(
            languages.gettext("At most %(number)s bytes are read at once.", number=languages.decimal(limits.body))
        )

    async def receive(self) -> Message:
        """Return the next part, or that the client has gone."""
        message = await self._next()
        stated = int(self._stated) if self._stated.isdecimal() else 0
        if self._size <= self._limits.body and stated <= self._limits.body:
            return message
        await self.throw_away()
        raise self._too_large

    async def throw_away(self) -> None:
        """Read what is still to come."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.body_seconds):
                while not self._whole and self._size < self._limits.drained:
                    await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        self._whole = self._whole or message["type"] != "http.request" or not message.get("more_body")
        return message


def _say_language(scope: Scope, headers: MutableHeaders, language: str) -> None:
    """Say which language a page is in and what that depends on, and have the browser keep one that its address names.

    A table in a page of somebody else says nothing of what its reader wants on all other pages.
    """
    headers["content-language"] = language
    headers.add_vary_header("accept-language, cookie")
    if languages.asked_for(scope) and scope["method"] == "GET" and not _EMBEDDED.fullmatch(scope["path"]):
        headers.append("set-cookie", languages.cookie_of(language))


_EMBEDDED = re.compile(r"/scenarios/[a-z0-9-]{1,80}/embed|/static/(style\.css|flags\.woff2)")
_READ_ONLY = re.compile(r"/api/scenarios(/[a-z0-9-]{1,80})?|/api/openapi\.json")


def _shared(scope: Scope) -> dict[str, str]:
    """The headers of what pages of other sites may use: a table in a frame, and JSON that takes no solving."""
    if scope["method"] not in ("GET", "HEAD"):
        return {}
    open_to_all = {"cross-origin-resource-policy": "cross-origin"}
    if _READ_ONLY.fullmatch(scope["path"]):
        return {**open_to_all, "access-control-allow-origin": "*"}
    if _EMBEDDED.fullmatch(scope["path"]):
        policy = HEADERS["content-security-policy"].replace("frame-ancestors 'none'", "frame-ancestors *")
        # Fonts are asked for with an origin; a browser that knows frame-ancestors needs no older header.
        allowed = {"access-control-allow-origin": "*"} if scope["path"].startswith("/static/") else {}
        return {**open_to_all, **allowed, "content-security-policy": policy, "x-frame-options": ""}
    return {}


def _is_followed_link(headers: Headers) -> bool:
    """Whether somebody has followed a link, which may be on any site, so that this is what they look at now."""
    asked = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-user": "?1"}
    return all(headers.get(name) == value for name, value in asked.items())


def _host_name(host: str) -> str:
    """The name in a Host header without its port; `[::1]` keeps its brackets."""
    name = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
    return name.lower()
