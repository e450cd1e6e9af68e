"""A worker's own process: it ends with the one that started it, and its memory is bounded."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time

PARENT_SECONDS = 1.0
"""How often a worker looks whether the process that started it is still there."""


def end_with_parent() -> None:
    """End this process when the one that started it has ended, however that was."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def bound_memory(memory: int) -> None:
    """Refuse this process more memory, where the system can: Linux counts private data, others the address space."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _, hard = resource.getrlimit(kind)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (most, hard))
