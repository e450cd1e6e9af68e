"""Finished chunks on disk: a folder beside the result file that outlives an interrupt and becomes the file at the end.

Each chunk is two files, its sums and its rows, and counts only when both are there; each appears under its name when it
is whole. A manifest holds the fingerprint of the sweep, so that parts of another one are never mixed in.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from quotaproof.model.errors import InputError
from quotaproof.model.files import copy_file, write_bytes, write_text

from .summary import Sums
from .table import Form

MANIFEST = "manifest.json"

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

    def __init__(self, out: Path, form: Form, digest: str, size: int) -> None:
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
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(
                f"the folder for unfinished rows cannot be made ({error.strerror})", file=self.folder
            ) from error
        with _locked(self.folder / "lock", self.out):
            path = self.folder / MANIFEST
            if path.exists():
                self._check(path)
            else:
                write_text(path, json.dumps(self.manifest) + "\n")
            yield

    def _check(self, path: Path) -> None:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = None
        if found != self.manifest:
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
        return {n for n in range(self.size) if self._rows(n).exists() and self._sums(n).exists()}

    def put(self, number: int, rows: bytes, sums: Sums) -> None:
        """Keep a finished chunk; the rows come last, so that a chunk with rows is whole."""
        write_text(self._sums(number), json.dumps(sums))
        write_bytes(self._rows(number), rows)

    def sums(self, number: int) -> Sums:
        """Return the sums of a finished chunk."""
        found: dict[str, Any] = json.loads(self._sums(number).read_text(encoding="utf-8"))
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
        shutil.rmtree(self.folder, ignore_errors=True)

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
