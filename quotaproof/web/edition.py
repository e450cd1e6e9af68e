"""A static edition: the explorer's own pages, asked for inside this process and written as files."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI

from quotaproof.model.errors import InputError, LimitError, QuotaError
from quotaproof.temporary import require_room_for_sockets

from .addresses import OVERVIEW, PageFile, rewritten, target_of
from .app import create_app
from .languages import SOURCE
from .limits import Limits
from .rendering import STATIC

OnPages = Callable[[int, int], None]
"""Told how many pages are written, and how many are known of."""

MARK = ".quotaproof-site"
"""A file that says that a folder is a static edition, which the next one may replace."""

NEEDED = ("style.css", "explorer.js", "icon.svg", "flags.woff2", "flags-LICENSE.txt")
"""The files of the explorer that pages without a server use."""

NEVER_KEPT = Limits(answers=200, pages=1, waiting=10_000, wait_seconds=86_400.0)
"""Every page is asked for once, so none is kept."""


MAY_FAIL = re.compile(r"^/scenarios/[^/?]+(/explain\?.*|/whatif\?.*|/embed|/season|/reserve)?$")
"""Pages that are of use even where the question on them has no answer."""


@dataclass
class Edition:
    """What was written: files, and the addresses whose question had no answer."""

    files: int = 0
    size: int = 0
    undecided: list[str] = field(default_factory=list)


def write_edition(
    out: Path,
    folders: Mapping[str, Path],
    limits: Limits = NEVER_KEPT,
    on_pages: OnPages | None = None,
    *,
    language: str = SOURCE,
    url: str | None = None,
) -> Edition:
    """Write the pages of scenarios into a folder, whole or not at all.

    Parameters
    ----------
    folders
        Name -> folder of the scenarios.
    language
        That of the pages.
    url
        Where the edition will be served, for the preview pictures that pages name.

    Raises
    ------
    InputError
        If the folder holds something else than an earlier edition, or cannot be written, or as
        `require_room_for_sockets` does.
    """
    _require_replaceable(out)
    require_room_for_sockets()
    out = out.resolve()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise InputError(f"the folder cannot be made ({error.strerror}); name another with --out", file=out) from error
    try:
        app = create_app(limits, folders, language)
        written = _run(_Writing(made, app, frozenset(folders), 2 * limits.workers, on_pages, url).all())
        (made / MARK).write_text("Written by quotaproof site; the next edition replaces this folder.\n", "utf-8")
        mask = os.umask(0)
        os.umask(mask)
        made.chmod(0o777 & ~mask)
        _require_replaceable(out)
        _put_in_place(made, out)
    except OSError as error:
        raise LimitError(f"the pages cannot be written ({error.strerror or error}), so nothing was") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return written


def _run(writing: Coroutine[Any, Any, Edition]) -> Edition:
    """Run to the end; where this thread has a loop already, as in a notebook, in another one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(writing)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, writing).result()


def _require_replaceable(out: Path) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise InputError("there is something else than a folder; name another with --out", file=out)
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise InputError("the folder holds other files; name an empty or a new one, or an earlier edition", file=out)


def _put_in_place(made: Path, out: Path) -> None:
    """Let the new edition take the place of an earlier one, which stays until then."""
    if not out.exists():
        made.rename(out)
        return
    earlier = made.with_name(f"{made.name}-earlier")
    out.rename(earlier)
    try:
        made.rename(out)
    except OSError:
        earlier.rename(out)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


@dataclass
class _Writing:
    """The pages of one edition, from the first page to whatever is linked from it."""

    folder: Path
    app: FastAPI
    scenarios: frozenset[str]
    ways: int
    on_pages: OnPages | None
    url: str | None
    known: dict[str, str] = field(default_factory=dict)
    waiting: asyncio.Queue[PageFile] = field(default_factory=asyncio.Queue)
    done: int = 0
    edition: Edition = field(default_factory=Edition)

    async def all(self) -> Edition:
        """Write everything."""
        for name in NEEDED:
            self._write(f"static/{name}", (STATIC / name).read_bytes())
        for address in OVERVIEW:
            self._note(target_of(address, self.scenarios, "/"))
        async with self.app.router.lifespan_context(self.app):
            ways = [asyncio.create_task(self._write_pages(f"way-{number}")) for number in range(self.ways)]
            ended = asyncio.create_task(self.waiting.join())
            try:
                await asyncio.wait([ended, *ways], return_when=asyncio.FIRST_COMPLETED)
                for way in ways:
                    if way.done():
                        way.result()
            finally:
                for task in (ended, *ways):
                    task.cancel()
                await asyncio.gather(ended, *ways, return_exceptions=True)
        return self.edition

    def _note(self, target: PageFile | None) -> None:
        """Have a page written, once, whatever links to it."""
        if target is None or target.file.startswith("static/"):
            return
        key = target.file.lower()  # on some systems names that differ in case alone are the same
        if key not in self.known:
            self.known[key] = target.address
            self.waiting.put_nowait(target)
        elif self.known[key] != target.address:
            raise QuotaError(f"two pages would be the file {target.file}: {self.known[key]} and {target.address}")

    async def _write_pages(self, client: str) -> None:
        while True:
            target = await self.waiting.get()
            status, body = await asked(self.app, target.address, client)
            _require_page(target, status)
            if status == 422:
                self.edition.undecided.append(target.address)
            if target.file.endswith(".html"):
                page = await asyncio.to_thread(rewritten, body.decode(), target, self.scenarios, self.url)
                for linked in page.targets:
                    self._note(linked)
                body = page.text.encode()
            self._write(target.file, body)
            self.done += 1
            if self.on_pages is not None:
                self.on_pages(self.done, len(self.known))
            self.waiting.task_done()

    def _write(self, file: str, data: bytes) -> None:
        path = self.folder / PurePosixPath(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.edition.files += 1
        self.edition.size += len(data)


def _require_page(target: PageFile, status: int) -> None:
    """Refuse an edition without a page that others need; a question may have no answer, which its page says."""
    if status == 200 or (status in (400, 422) and MAY_FAIL.search(target.address)):
        return
    if status == 422:
        raise LimitError(f"the page {target.address} was not made within the limit, so nothing is written")
    raise QuotaError(f"the page {target.address} cannot be made (status {status})")


async def asked(app: FastAPI, address: str, client: str) -> tuple[int, bytes]:
    """Return the status and the body that the application answers an address with."""
    parts = urlsplit(address)
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": parts.path,
        "raw_path": quote(parts.path).encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": (client, 0),
        "server": ("localhost", 80),
    }
    status, body, sent = 500, bytearray(), False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal sent
        if sent:  # nobody leaves
            await asyncio.Event().wait()
        sent = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        body.extend(message.get("body", b""))

    await app(scope, receive, send)
    return status, bytes(body)
