"""Browsers with uploads: a cookie each, a folder each, forgotten after a time."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from .drafts import UploadDraft
from .languages import gettext
from .limits import Limits
from .problems import BusyError, NotFoundError, RequestError, not_ready

COOKIE = "quotaproof_session"
UPLOAD = "upload-"
PREFIX = "quotaproof-web-"
LOCK = "lock"
SWEEP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Source:
    """A scenario that can be asked about: its id, folder, what is in it, and whether it is an upload.

    `read` is the report on how an upload was read, if it is no scenario folder; `draft` is what is known of an upload.
    """

    identifier: str
    folder: Path
    digest: str
    uploaded: bool = False
    title: str = ""
    read: str = ""
    draft: UploadDraft | None = None


@dataclass
class Session:
    """One browser's uploads. Its folder has a name that is in no cookie and no address."""

    folder: Path
    seen: float
    uploads: dict[str, Source] = field(default_factory=dict)
    drafts: dict[str, UploadDraft] = field(default_factory=dict)
    """What is known of each upload, those too of which no scenario could be made yet."""

    number: int = 0
    correcting: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while an upload is read again, so that no change is lost to another."""

    arriving: int = 0
    """Uploads that are being checked; each has its place among those that there may be."""

    def next_folder(self) -> Path:
        """Make and return the folder of the next upload."""
        self.number += 1
        folder = self.folder / f"{UPLOAD}{self.number}"
        folder.mkdir(mode=0o700)
        return folder

    def another_folder(self, identifier: str) -> Path:
        """Make and return one more folder of an upload: of what was sent, or of how it is read now."""
        return Path(tempfile.mkdtemp(prefix=f"{identifier}.", dir=self.folder))

    @property
    def number_of_uploads(self) -> int:
        """Uploads that there are, those that are not a scenario yet and those that are being checked among them."""
        return len({*self.uploads, *self.drafts}) + self.arriving

    @property
    def size(self) -> int:
        """Bytes of all its uploads; what is removed meanwhile has none."""
        total = 0
        for path in self.folder.rglob("*"):
            with contextlib.suppress(OSError):
                total += path.stat().st_size if path.is_file() else 0
        return total

    def remove(self, identifier: str) -> None:
        """Forget an upload and delete its files; NotFoundError if there is none of this id."""
        source, draft = self.uploads.pop(identifier, None), self.drafts.pop(identifier, None)
        if source is None and draft is None:
            raise no_upload(identifier)
        for one in (source, draft):
            if one is not None:
                shutil.rmtree(one.folder, ignore_errors=True)


class Sessions:
    """All sessions, by the digest of their cookie."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._known: dict[str, Session] = {}
        self._root: Path | None = None
        self._lock: BaseFileLock | None = None

    def start(self) -> None:
        """Make the folder that all sessions' folders are in; only this user may look into it.

        What servers that were killed have left is deleted.
        """
        for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            _delete_if_left(left)
        self._make_root()

    def _make_root(self) -> None:
        if self._lock is not None:
            self._lock.release()
        self._root = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = FileLock(self._root / LOCK, thread_local=False)
        self._lock.acquire(timeout=0)

    def stop(self) -> None:
        """Forget everybody and delete all files."""
        self._known.clear()
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)
            self._root = None

    def find(self, token: str | None) -> Session | None:
        """Return the session of a cookie, if there is one."""
        self.sweep()
        session = self._known.get(_key(token)) if token else None
        if session is not None:
            session.seen = self._clock()
        return session

    def create(self) -> tuple[str, Session]:
        """Return a new session and its cookie; where there are too many, the one not used for longest is forgotten.

        Raises
        ------
        BusyError
            If all of them are just sending something.
        """
        self.sweep()
        if self._root is None:
            raise not_ready()
        if len(self._known) >= self._limits.sessions:
            self._forget_oldest()
        if not self._root.is_dir():
            self._make_root()
        token = secrets.token_urlsafe(32)
        session = Session(Path(tempfile.mkdtemp(dir=self._root)), self._clock())
        self._known[_key(token)] = session
        return token, session

    def _forget_oldest(self, but: Session | None = None) -> None:
        idle = [(one.seen, key) for key, one in self._known.items() if not one.arriving and one is not but]
        if not idle:
            raise BusyError(gettext("Too many browsers send uploads at present; try again in a few seconds."))
        _, key = min(idle)
        shutil.rmtree(self._known.pop(key).folder, ignore_errors=True)

    def make_room(self, session: Session, size: int) -> None:
        """Forget those not used for longest until an upload of so many bytes fits.

        Raises
        ------
        BusyError
            If it does not fit beside what others are just sending.
        """
        while size + sum(one.size for one in self._known.values()) > self._limits.upload_bytes:
            self._forget_oldest(but=session)

    def require_folder(self, session: Session) -> None:
        """Make the folder of a session anew if it is gone; systems clear their temporary files now and then."""
        if session.folder.is_dir():
            return
        if self._root is None or not self._root.is_dir():
            self._make_root()
        session.folder = Path(tempfile.mkdtemp(dir=self._root))

    def forget(self, token: str) -> None:
        """Forget a session and delete its files."""
        session = self._known.pop(_key(token), None)
        if session is not None:
            shutil.rmtree(session.folder, ignore_errors=True)

    def sweep(self) -> None:
        """Forget those who did nothing for too long, and delete their files."""
        oldest = self._clock() - self._limits.idle_seconds
        for key, session in list(self._known.items()):
            if session.seen < oldest:
                del self._known[key]
                shutil.rmtree(session.folder, ignore_errors=True)

    async def keep_sweeping(self) -> None:
        """Sweep again and again, until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self.sweep()

    def require_room(self, session: Session) -> None:
        """Raise a RequestError if the session has as many uploads as it may have."""
        number = session.number_of_uploads
        if number >= self._limits.uploads:
            told = {"number": number, "arriving": session.arriving}
            raise RequestError(
                gettext(
                    "You have %(number)s uploads (%(arriving)s still being checked), the most there may be; remove one "
                    "first.",
                    **told,
                )
                if session.arriving
                else gettext("You have %(number)s uploads, the most there may be; remove one first.", number=number)
            )


def no_upload(identifier: str) -> NotFoundError:
    """Return what is said where a browser has no such upload to remove."""
    return NotFoundError(gettext("There is no %(name)s among your uploads.", name=identifier[:40]))


def _delete_if_left(folder: Path) -> None:
    """Delete a folder of uploads of this user's whose server is no more: nobody holds its lock."""
    try:
        if folder.is_symlink() or folder.stat().st_uid != getattr(os, "getuid", int)() or not (folder / LOCK).exists():
            return
        with FileLock(folder / LOCK, timeout=0):
            shutil.rmtree(folder, ignore_errors=True)
    except (OSError, Timeout):
        return


def _key(token: str) -> str:
    # Looked up by digest: neither a listing of the memory nor the time of a comparison tells the cookie.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
