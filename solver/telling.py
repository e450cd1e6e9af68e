"""Saying what is being done: whoever works long says it from wherever that is, and an interface may listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

TellProgress = Callable[[str], None]

LOADING = "loading the solver"

_listener: ContextVar[TellProgress | None] = ContextVar("listener", default=None)


def tell(what: str) -> None:
    """Say what is being done, if somebody listens."""
    listener = _listener.get()
    if listener is not None:
        listener(what)


@contextmanager
def heard_by(listener: TellProgress) -> Iterator[None]:
    """Let somebody hear what is being done."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
