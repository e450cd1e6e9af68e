"""A worker process: what it imports before the first question, its bounds, and what it hands back."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from importlib import import_module
from multiprocessing import connection
from pathlib import Path

from quotaproof.model.errors import InputError, LimitError, QuotaError

from .answering import ChangedError, answer
from .jobs import Answer, Job

HEAVY = (
    "quotaproof.api",
    "quotaproof.text",
    "quotaproof.solver.explain",
    "quotaproof.solver.infer",
    "quotaproof.solver.whatif.recipient_search",
    "quotaproof.solver.verify.verify",
    "quotaproof.solver.whatif.whatif",
)
"""Modules that answers need; they take seconds to import, so that is done before the first question."""


def _end_with_server() -> None:
    """End this process when the server has ended, however that was.

    Its parent may be another process that starts the workers, which lasts as long as they do.
    """
    server = multiprocessing.parent_process()
    if server is None:
        return

    def watch() -> None:
        connection.wait([server.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="server", daemon=True).start()


def warm(memory: int) -> None:
    """Bound the bytes of data of this process, and import what solves need, so that the first one need not wait."""
    # A request to terminate comes to the whole group of processes, and is the server's to answer.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_server()
    _bound(memory)
    for module in HEAVY:
        import_module(module)


def _bound(memory: int) -> None:
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


def run(job: Job) -> Answer:
    """Return the answer to a job; whatever is wrong with the question is a refusal."""
    try:
        return answer(job)
    except ChangedError:
        return Answer(refusal=("changed", ""))
    except InputError as error:
        return Answer(refusal=("input", _without_folder(error, job)))
    except LimitError as error:
        return Answer(refusal=("limit", f"{error}."))
    except QuotaError as error:
        return Answer(refusal=("internal", f"The answer failed its own check ({error}), so it is not given."))
    except (MemoryError, RecursionError):
        return Answer(refusal=("memory", ""))


def _without_folder(error: InputError, job: Job) -> str:
    """The sentence without the place of the folder, which is nobody's business."""
    file = Path(error.file).name if error.file else None
    sentence = str(InputError(error.problem, file=file, line=error.line, field=error.field))
    sentence = sentence.replace(f"{job.folder}/", "").replace(job.folder, job.identifier)
    return sentence if file else sentence[:1].upper() + sentence[1:]
