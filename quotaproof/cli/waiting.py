"""What a person sees who waits for a command: a line on the terminal that says so, and an end soon after Ctrl-C.

Both work while the solver computes, which is when the program itself can neither write nor be interrupted.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SILENT = 0.6
"""Seconds after which the line is shown; with the start of the program that is less than a second."""

EVERY = 0.2
"""Seconds between two states of the line."""

PATIENCE = 0.6
"""Seconds that the program has to end by itself after Ctrl-C."""

AGAIN = 0.02
"""Seconds after which the program is told again to end, where the first time was lost."""

_in_order = threading.Event()
"""Set while a command has processes of its own to end, however long that takes."""

ENDING = {
    number: getattr(signal, handler)
    for name, handler in (("SIGINT", "default_int_handler"), ("SIGTERM", "SIG_DFL"), ("SIGHUP", "SIG_DFL"))
    if (number := getattr(signal, name, None)) is not None
}
"""What tells a command to end, and what happens then if nobody has decided otherwise: Ctrl-C, a request to terminate,
and that its terminal was closed (not on Windows)."""

_watched: set[int] = set()
"""Those of them that end the program if it does not end by itself."""

MOVING = "|/-\\"
CLEAR = "\r\x1b[2K"


class WaitingLine:
    """The last line of a terminal, while a command has nothing else to show there."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._over.set()
        self._shown = False
        self._what = ""

    def begin(self, what: str) -> None:
        """Show what is waited for, from a little later on, if stderr is a terminal."""
        if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            return
        self._what, self._shown, self._over = what, False, threading.Event()
        threading.Thread(target=self._keep, args=(self._over,), daemon=True).start()

    def tell(self, what: str) -> None:
        """Say what is being done."""
        self._what = what

    def end(self) -> None:
        """Show nothing any more: the command writes something itself."""
        self._over.set()
        self.clear()

    def clear(self) -> None:
        """Take the line away; it comes back if the command goes on."""
        with self._lock:
            if self._shown:
                self._shown = False
                _put(CLEAR)

    def _keep(self, over: threading.Event) -> None:
        started, state = time.monotonic(), 0
        if over.wait(SILENT):
            return
        while True:
            with self._lock:
                if over.is_set():
                    return
                seconds = time.monotonic() - started
                self._shown = True
                _put(CLEAR + waiting_words(MOVING[state % len(MOVING)], self._what, seconds, _columns() - 1))
            state += 1
            if over.wait(EVERY):
                return


WAITING = WaitingLine()


def waiting_words(sign: str, what: str, seconds: float, columns: int) -> str:
    """Return a line of so many columns at most; of what is waited for it leaves out the last words, not how to end."""
    head, end = f"{sign} {what}", f", {seconds:.0f} s; Ctrl-C stops it"
    while len(head) + len(end) > columns and " " in head:
        head = head.rpartition(" ")[0].rstrip(",:;")
    return f"{head}{end}"[:columns]


def _put(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(text)
        sys.stderr.flush()


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Leave the end after Ctrl-C to the program, once it has heard it."""
    _in_order.set()
    try:
        yield
    finally:
        _in_order.clear()


@contextmanager
def stoppable(code: int) -> Iterator[threading.Event]:
    """End the program soon after Ctrl-C, also while it waits for the solver, which hears nothing.

    A request to terminate and a terminal that is closed are taken as Ctrl-C, so that nothing half-written and no
    process is left. The end is left to the program for a moment; if it has not ended by then, because it has not heard
    of it or because what it heard was lost on its way, it is ended with `code`. What is yielded says whether it was
    told to end: compiled modules turn Ctrl-C during their import into an ImportError.
    """
    told, over = threading.Event(), threading.Event()
    own = [number for number, handler in ENDING.items() if signal.getsignal(number) is handler]
    if threading.current_thread() is not threading.main_thread() or not own:
        yield told  # somebody else decides
        return
    heard, sender = os.pipe()
    os.set_blocking(sender, False)

    def interrupted(number: int, _: object) -> None:
        if told.is_set() and number != signal.SIGINT:
            return  # asked twice, which must not disturb the end
        told.set()
        raise KeyboardInterrupt

    def unraisable(lost: sys.UnraisableHookArgs) -> None:
        # Raised where nothing can be: in a function that compiled code calls, or that tidies up. It is told again.
        if issubclass(lost.exc_type, KeyboardInterrupt):
            told.clear()
            again = threading.Timer(AGAIN, os.kill, (os.getpid(), own[0]))
            again.daemon = True
            again.start()
        else:
            hook(lost)

    def watch() -> None:
        while numbers := os.read(heard, 16):
            if (
                _watched.intersection(numbers)
                and not over.wait(PATIENCE)
                and not (told.is_set() and _in_order.is_set())
            ):
                WAITING.end()
                _put("quotaproof: stopped.\n")
                os._exit(code)
        os.close(heard)

    for number in own:
        signal.signal(number, interrupted)
    _watched.update(own)
    hook, sys.unraisablehook = sys.unraisablehook, unraisable
    before = signal.set_wakeup_fd(sender, warn_on_full_buffer=False)
    threading.Thread(target=watch, daemon=True).start()
    try:
        yield told
    finally:
        over.set()
        _watched.clear()
        sys.unraisablehook = hook
        signal.set_wakeup_fd(before)
        for number in own:
            signal.signal(number, ENDING[number])
        os.close(sender)
        # `python -m` ends by the signal, whatever code it was given, if Ctrl-C came while a text was executed (the
        # methods of a dataclass are such texts). It forgets that when the next one is.
        exec("")


def left_to_a_server() -> None:
    """Leave the end to a server, which ends in order when told to; a terminal that is closed tells it, too.

    When it has ended it gives the signal back, which then ends Python in order, so that its own folder for temporary
    files goes, too.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    _watched.clear()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    closed = getattr(signal, "SIGHUP", None)
    if closed is not None and signal.getsignal(closed) is not signal.SIG_IGN:
        signal.signal(closed, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
