"""Run the command line: `python -m quotaproof`.

Ctrl-C ends the program with one sentence from here on: also while the commands are imported, and while Python ends.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import threading
from typing import Never

STOPPED = 3
"""The exit code of a command that was stopped."""


def _stop_at_once(*_: object) -> Never:
    """End where nothing has begun, or all that had begun is tidied up."""
    os.write(2, b"quotaproof: stopped.\n")
    os._exit(STOPPED)


def main() -> None:
    """Run the command line; see `quotaproof.cli.main`."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        from quotaproof.cli import main as run

        run()  # somebody else decides about Ctrl-C
        return
    signal.signal(signal.SIGINT, _stop_at_once)
    # Python forgets all handlers while it ends, but not that a signal is ignored.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
    from quotaproof.cli import main as run

    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:
        _stop_at_once()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else STOPPED
        signal.signal(signal.SIGINT, lambda *_: os._exit(code))  # all is said, and the exit code stands
        gc.freeze()  # Python would search all that is loaded for cycles, several times, before it ends
        raise


if __name__ == "__main__":
    main()
