"""Startup and shutdown of the server."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace

import uvicorn

from quotaproof.model.errors import InputError
from quotaproof.temporary import require_room_for_sockets

from .app import create_app
from .limits import LOOPBACK, Limits
from .protocol import TimedProtocol
from .worker_pool import Solving

MOST_CONNECTIONS, BACKLOG = 1_000, 512
OWN_FILES = 200
"""Files that the server itself may have open: its processes that solve, uploads, the interpreter."""


def open_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address; port 0 takes any that is free.

    Raises
    ------
    InputError
        If the address is none of this machine's, or the port is in use or not allowed.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot listen on {host}:{port} ({reason}); name another with --host and --port") from error


def most_connections() -> tuple[int, int]:
    """Return how many connections are held at once, and how many may come at once: fewer where few files may be open.

    All that come at once are taken before the first of them can be closed for another.
    """
    try:
        import resource
    except ImportError:  # Windows
        return MOST_CONNECTIONS, BACKLOG
    wanted = MOST_CONNECTIONS + BACKLOG + OWN_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= soft < wanted:
        soft = wanted if hard < 0 else min(wanted, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 0 or soft >= wanted:
        return MOST_CONNECTIONS, BACKLOG
    free = max(32, soft - OWN_FILES)
    return free * 2 // 3, free // 3


def _say(words: str) -> None:
    """Say something on stderr, if it is there."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(words)
            sys.stderr.flush()


def serve(
    host: str, port: int, allowed: tuple[str, ...], limits: Limits, show: Callable[[str], object] | None = None
) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    allowed
        Host names that requests may be addressed to, besides those of the loopback and `host`.
    show
        Opens an address in a browser, which waits until it is answered.

    Raises
    ------
    InputError
        As `open_socket` does, or if there is nowhere to put uploads.
    """
    require_room_for_sockets()
    connections, backlog = most_connections()
    with open_socket(host, port) as listening:
        own = f"[{host}]" if ":" in host else host
        names = tuple(dict.fromkeys((*LOOPBACK, own.lower(), *(name.lower() for name in allowed))))
        app = create_app(replace(limits, hosts=names))
        logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
        _say(
            f"quotaproof serves http://{own}:{listening.getsockname()[1]}/ (Ctrl-C ends it; "
            f"only the names {', '.join(names)} are answered to)\n"
        )
        if show is not None:
            named = LOOPBACK[1] if host in ("0.0.0.0", "::") else own
            # The socket listens already: what a browser asks for is answered once the server runs.
            threading.Thread(target=show, args=(f"http://{named}:{listening.getsockname()[1]}/",), daemon=True).start()
        # What a sender writes wrongly is answered in a sentence; it is nothing to warn the one who serves of.
        logging.getLogger("python_multipart").setLevel(logging.ERROR)
        # uvicorn's own access log would hold what people ask about.
        config = uvicorn.Config(
            app,
            http=TimedProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=connections,
            backlog=backlog,
            timeout_keep_alive=10,
            timeout_graceful_shutdown=3,
            h11_max_incomplete_event_size=32_768,
        )
        _Server(config, app.services.solving).run(sockets=[listening])


class _Server(uvicorn.Server):
    """A server that answers at its end who still waits; uvicorn would break their requests off, with a traceback."""

    def __init__(self, config: uvicorn.Config, solving: Solving) -> None:
        super().__init__(config)
        self._solving = solving

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._solving.end_waiting()
        await super().shutdown(sockets)
