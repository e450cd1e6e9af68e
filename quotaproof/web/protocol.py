"""HTTP with time limits: who connects and says nothing, or does not take its answer, takes nobody else's place."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""Time for the whole head of a request, from the connection or from the first byte after the last answer."""

ANSWER_SECONDS = 60.0
"""Time for a client to take what is ready for it: some 64 kB of an answer, or all that is left when it is closed."""


class TimedProtocol(H11Protocol):
    """Closes a connection on which the head of a request does not arrive in time, or an answer is not taken.

    Where there are as many connections as are allowed, a new one takes the place of the one that has been silent for
    longest: whoever opens them all and says nothing keeps nobody out.
    """

    _head: asyncio.TimerHandle | None = None
    _answer: asyncio.TimerHandle | None = None
    _cycle_before: object = None
    cycle: Any
    """None before the first request, which uvicorn's type of it does not say."""
    _heard = 0.0

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._heard = self.loop.time()
        self._wait()
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Take bytes; a head that is whole has made a new cycle of request and response."""
        if self._head is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        self._heard = self.loop.time()
        super().data_received(data)
        if self._head is not None and self.cycle is not self._cycle_before:
            self._stop()

    def pause_writing(self) -> None:
        """Begin to wait for the client to take some of its answer."""
        super().pause_writing()
        self._wait_for_client()

    def resume_writing(self) -> None:
        """Wait no more: it has taken some, and if the connection is being closed, there is another limit."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_waiting_for_client()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection on which no further request comes; what is left of an answer must be taken in time."""
        super().timeout_keep_alive_handler()
        self._wait_for_client()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        self._stop_waiting_for_client()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        """Close a connection that owes us the head of a request or, where there is none, the rest of a body."""
        silent = [one for one in self.connections if isinstance(one, TimedProtocol) and one is not self and one.owes]
        if silent:
            longest = min(silent, key=lambda one: (one.owes == "body", one._heard))
            self.connections.discard(longest)
            longest.transport.abort()

    @property
    def owes(self) -> Literal["head", "body"] | None:
        """What the client has yet to send before anything can be done for it."""
        if self._head is not None:
            return "head"
        return "body" if self.cycle is not None and self.cycle.more_body else None

    def _wait(self) -> None:
        self._cycle_before = self.cycle
        self._head = self.loop.call_later(HEAD_SECONDS, self._close)

    def _stop(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _close(self) -> None:
        self._head = None
        if not self.transport.is_closing():
            self.transport.close()
        self._wait_for_client()

    def _wait_for_client(self) -> None:
        if self._answer is None:
            self._answer = self.loop.call_later(ANSWER_SECONDS, self.transport.abort)

    def _stop_waiting_for_client(self) -> None:
        if self._answer is not None:
            self._answer.cancel()
            self._answer = None
