"""How much one server gives to anybody: sizes of uploads, time of a solve, lengths of queues."""

from __future__ import annotations

import os
from dataclasses import dataclass

from quotaproof.model.files import SIZE_LIMIT

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Limits:
    """All bounds of a server.

    Attributes
    ----------
    solve_seconds
        After so long a solve is stopped.
    wait_seconds
        After so long in the queue a request is sent away, to come again.
    workers, memory
        Processes that solve, and most bytes of data that each may have.
    waiting
        Most different questions that wait or are being solved.
    answers, answer_bytes, pages, page_bytes
        Most answers kept, and most bytes of them; the same for finished pages of shipped scenarios.
    body
        Most bytes of a request's body; `drained` more are read and thrown away, so that a browser gets to see why;
        all of it within `body_seconds`.
    file, files, unpacked, ratio
        Most bytes of an uploaded file, files in an upload, bytes of them together, and how many times larger than its
        compressed form one may be.
    nocs, events, rows
        Most NOCs (rows of the published table whose NOC is not legible are counted too) and events of an uploaded
        scenario, and most lines of each of its CSV files.
    sessions, uploads, upload_bytes, idle_seconds
        Most browsers with uploads, uploads of each, bytes of all of them together, and how long one that does nothing
        is remembered. Where there would be more, the browser that did nothing for longest is forgotten.
    changes
        Most changes in one question.
    hosts
        Names a request may be addressed to.
    """

    solve_seconds: float = 60.0
    wait_seconds: float = 90.0
    workers: int = max(1, min(8, os.cpu_count() or 1))
    memory: int = 2_000_000_000
    waiting: int = 256
    answers: int = 2_000
    answer_bytes: int = 256_000_000
    pages: int = 1_000
    page_bytes: int = 64_000_000
    body: int = SIZE_LIMIT
    drained: int = 40 * SIZE_LIMIT
    body_seconds: float = 60.0
    file: int = SIZE_LIMIT
    files: int = 12
    unpacked: int = 4 * SIZE_LIMIT
    ratio: int = 100
    nocs: int = 300
    events: int = 40
    rows: int = 20_000
    sessions: int = 200
    uploads: int = 5
    upload_bytes: int = 500_000_000
    idle_seconds: float = 3_600.0
    changes: int = 60
    hosts: tuple[str, ...] = LOOPBACK
