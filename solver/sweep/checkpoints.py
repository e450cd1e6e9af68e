"""Finished chunks on disk: a folder beside the result file that outlives an interrupt and becomes the file at the end.

Each chunk is two files, its rows and its sums. The sums state the sweep, the chunk's number, the size of the rows, and
a digest of rows and sums: a chunk counts only where they are those that are there, whatever a crash, a copy or a hand
has left. A manifest
holds the fingerprint of the sweep, so that parts of another one are never mixed in; a folder without one is left alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from quotaproof.model.errors import InputError
from quotaproof.model.files import copy_file, write_bytes, write_text

from .summary import Sums
from .table import RowsFormat

MANIFEST = "manifest.json"
LOCK = "lock"
TRIES = 20
"""How often a folder is looked at that is not as it should be: another process may be ending or beginning in it."""

PART = re.compile(r"\.?(?P<number>[0-9]{6,})\.(?:json|csv|arrow)(?:\.[0-9a-f-]+)?|\.manifest\.json\.[0-9a-f-]+")
"""Names of the files of chunks, and of what is being written."""

ROW_GROUP = 32_768
"""Least rows of a group in a Parquet file, but for the last."""


class Parts:
    """The parts of one sweep.

    Parameters
    ----------
    out
        The result file; the parts are in a folder of its name with `.parts` behind it.
    digest
        The fingerprint of the sweep.
    size
        The number of chunks.
    """

    def __init__(self, out: Path, form: RowsFormat, digest: str, size: int) -> None:
        self.out, self.form, self.size = out, form, size
        self.folder = out.with_name(f"{out.name}.parts")
        self.manifest = {"sweep": digest, "chunks": size}

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Make the folder, or go on with one that this very sweep has left; nobody else may work in it meanwhile.

        Raises
        ------
        InputError
            If the folder cannot be made, holds parts of another sweep, or another process is at work in it.
        """
        if self.out.is_dir():
            raise InputError("this is a folder; name a file for the rows", file=self.out)
        with contextlib.ExitStack() as held:
            for tries_left in reversed(range(TRIES)):
                try:
                    self._make()
                    held.enter_context(_locked(self.folder / LOCK, self.out))
                    break
                except InputError as error:
                    # Another process that ends or begins right now changes the folder under our hands.
                    if isinstance(error.__cause__, Timeout) or not tries_left:
                        raise
            path = self.folder / MANIFEST
            if path.exists():
                self._check(path)
            else:
                write_text(path, json.dumps(self.manifest) + "\n")
            yield

    def _make(self) -> None:
        """Make the folder, unless it is there and ours."""
        try:
            self.folder.mkdir(exist_ok=True)
            if not (self.folder / MANIFEST).exists() and any(map(_is_foreign, self.folder.iterdir())):
                raise InputError(
                    "this folder holds other things than an unfinished sweep; move it away, or name another file",
                    file=self.folder,
                )
        except OSError as error:
            raise InputError(
                f"the folder for unfinished rows cannot be made ({error.strerror})", file=self.folder
            ) from error

    def _check(self, path: Path) -> None:
        if _text(_read(path)) != _text(self.manifest):
            raise InputError(
                "the unfinished sweep in this folder has another scenario, other options or another version of "
                "quotaproof; finish it with those, or delete the folder to begin anew",
                file=self.folder,
            )

    def _rows(self, number: int) -> Path:
        return self.folder / f"{number:06}.{'arrow' if self.form == 'parquet' else 'csv'}"

    def _sums(self, number: int) -> Path:
        return self.folder / f"{number:06}.json"

    def done(self) -> set[int]:
        """Return the numbers of the chunks that are finished."""
        return {number for number in range(self.size) if self._is_whole(number)}

    def _is_whole(self, number: int) -> bool:
        stated = _read(self._sums(number))
        try:
            rows = self._rows(number).read_bytes()
        except OSError:
            return False
        return isinstance(stated, dict) and _text(stated) == _text(self._stated(number, rows, stated.get("sums")))

    def _stated(self, number: int, rows: bytes, sums: Sums | None) -> dict[str, Any]:
        digest = hashlib.sha256(rows)
        digest.update(_text(sums).encode())
        own = {"sweep": self.manifest["sweep"], "chunk": number, "size": len(rows)}
        return {**own, "sha256": digest.hexdigest(), "sums": sums}

    def put(self, number: int, rows: bytes, sums: Sums) -> None:
        """Keep a finished chunk, on the disk when this returns."""
        write_bytes(self._rows(number), rows, sync=True)
        write_bytes(self._sums(number), json.dumps(self._stated(number, rows, sums)).encode(), sync=True)

    def sums(self, number: int) -> Sums:
        """Return the sums of a finished chunk."""
        found: dict[str, Any] = json.loads(self._sums(number).read_text(encoding="utf-8"))["sums"]
        return found

    def finish(self) -> None:
        """Put all parts together, in order, under the name of the result file, and remove them.

        Raises
        ------
        InputError
            If the file cannot be written; the parts are kept then.
        """
        whole = self.folder / f"whole.{self.form}"
        try:
            if self.form == "csv":
                self._join_csv(whole)
            else:
                self._join_parquet(whole)
            copy_file(whole, self.out)
        except OSError as error:
            raise InputError(f"the file cannot be written ({error.strerror})", file=self.out) from error
        self._remove(whole)

    def _remove(self, whole: Path) -> None:
        """Remove what is ours, and the folder if nothing else is in it.

        The manifest goes after the parts, so that nobody takes them for somebody else's, and the lock last.
        """
        with contextlib.suppress(OSError):
            parts = [path for path in self.folder.iterdir() if self._is_part(path.name)]
            for path in (*parts, whole, self.folder / MANIFEST, self.folder / LOCK):
                path.unlink(missing_ok=True)
            self.folder.rmdir()

    def _is_part(self, name: str) -> bool:
        found = PART.fullmatch(name)
        return found is not None and (found["number"] is None or int(found["number"]) < self.size)

    def _join_csv(self, whole: Path) -> None:
        with whole.open("wb") as stream:
            for number in range(self.size):
                rows = self._rows(number).read_bytes()
                stream.write(rows if number == 0 else rows[rows.index(b"\n") + 1 :])

    def _join_parquet(self, whole: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        with pa.ipc.open_file(self._rows(0)) as first:
            schema = first.schema
        with pq.ParquetWriter(whole, schema, compression="zstd", compression_level=1) as writer:
            waiting: list[Any] = []
            for number in range(self.size):
                with pa.ipc.open_file(self._rows(number)) as part:
                    waiting.append(part.read_all().cast(schema))
                if number == self.size - 1 or sum(table.num_rows for table in waiting) >= ROW_GROUP:
                    writer.write_table(pa.concat_tables(waiting))
                    waiting.clear()


def _read(path: Path) -> Any:
    """Return the document in a file, or None if there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _text(document: object) -> str:
    """Return what two documents have in common only if they are the same in every value, and in its type."""
    try:
        return json.dumps(document, sort_keys=True)
    except RecursionError:
        return ""


def _is_foreign(path: Path) -> bool:
    """Whether something was not there before a manifest of ours."""
    return path.name != LOCK and not path.name.startswith(f".{MANIFEST}.")


@contextmanager
def _locked(path: Path, out: Path) -> Iterator[None]:
    """Hold a lock that the system lets go of when the process ends, however it ends."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InputError("another process is at work on this sweep; wait for it or stop it", file=out) from error
    except (OSError, NotImplementedError) as error:
        raise InputError(f"the folder for unfinished rows cannot be locked ({error})", file=path.parent) from error
    try:
        yield
    finally:
        lock.release()
