"""HTTP with a time limit on the head of a request: who connects and says nothing takes nobody else's place."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""Time for the whole head of a request, from the connection or from the first byte after the last answer."""


class TimedProtocol(H11Protocol):
    """Closes a connection on which the head of a request does not arrive in time."""

    _head: asyncio.TimerHandle | None = None
    _cycle_before: object = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take bytes; a head that is whole has made a new cycle of request and response."""
        if self._head is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        super().data_received(data)
        if self._head is not None and self.cycle is not self._cycle_before:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        super().connection_lost(exc)

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
