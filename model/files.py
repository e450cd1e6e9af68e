"""Files in and out: bounded reading, CSV rows with their line numbers, atomic writing."""

from __future__ import annotations

import csv
import io
import itertools
import os
import re
import stat
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .errors import InputError
from .near_words import asked, asked_in_place
from .quantities import counted

SIZE_LIMIT = 5_000_000
"""Largest input file in bytes; the largest real scenario file has about 30,000."""

TOML_LIMIT = 100_000
TOML_LINE_LIMIT = 2_500
"""Largest TOML file in bytes and longest line in characters: a key of n dotted parts costs the parser n² memory."""

NOC_PATTERN = re.compile(r"[A-Z]{3}")
"""An IOC code: three capital letters."""

SHOWN = 60
"""Most characters of a user's text that a message repeats."""


def shown(value: object) -> str:
    """Return a user's value as a message may repeat it: on one line and not too long."""
    if isinstance(value, int) and abs(value) >= 10**18:
        return "a number of more than 18 digits"
    if isinstance(value, str):
        return repr(value) if len(value) <= SHOWN else f"{value[:SHOWN]!r}…"
    return str(value)


def named(key: str) -> str:
    """Return a column or key as a message may name it, quoted only where it must be."""
    return key if key.isprintable() and 0 < len(key) <= SHOWN else shown(key)


def not_among(word: str, known: Collection[str], says: str) -> str:
    """Return a sentence on a word that is none of `known`, with what it may have been meant as, and all of them.

    Examples
    --------
    >>> not_among("men-50", ["men-500", "women-1000"], "not an event; events are")
    "'men-50' is not an event (do you mean men-500?); events are men-500, women-1000"
    """
    what, what_are = says.split("; ")
    return f"{shown(word)} is {what}{asked(word, known)}; {what_are} {', '.join(known)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a CSV file, with its place."""

    file: Path
    line: int
    values: Mapping[str, str]

    def error(self, field: str, problem: str) -> InputError:
        """Return (not raise) the error that names this row and `field`."""
        return InputError(problem, file=self.file, line=self.line, field=field)

    def integer(self, field: str, *, least: int = 0, most: int = 999_999_999) -> int:
        """Return the whole number in `field`.

        Raises
        ------
        InputError
            If the text is not a whole number from `least` to `most`.
        """
        text = self.text(field)
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise self.error(field, f"{shown(text)} is not a whole number from {least} to {most:,}")
        return int(text)

    def text(self, field: str) -> str:
        """Return the text in `field`; empty where the file has no such column."""
        return self.values.get(field, "").strip()

    def noc(self, field: str = "noc", *, alternative: str = "") -> str:
        """Return the IOC code in `field`; `alternative` ends the sentence on what may be written."""
        text = self.text(field)
        if not NOC_PATTERN.fullmatch(text):
            problem = f"{shown(text)} is not an IOC code; write three capital letters such as CAN{alternative}"
            raise self.error(field, problem)
        return text

    def noc_or_unknown(self, field: str = "noc") -> str | None:
        """Return the IOC code in `field`, or None for `?`."""
        return None if self.text(field) == "?" else self.noc(field, alternative=" or ?")

    def choice(self, field: str, allowed: Sequence[str]) -> str:
        """Return the text in `field` if it is one of `allowed`."""
        text = self.text(field)
        if text not in allowed:
            raise self.error(field, not_among(text, allowed, "unknown; use one of"))
        return text


def is_file(path: Path | str) -> bool:
    """Return whether there is a file of this name; there is none of a name that no file can have."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def read_text(path: Path, limit: int = SIZE_LIMIT) -> str:
    """Return the text of a UTF-8 file of at most `limit` bytes.

    Raises
    ------
    InputError
        If it is missing, no regular file, too large, or not UTF-8 text.
    """
    try:
        if not path.is_file():
            problem = "this is not a file" if path.exists() else "the file does not exist"
            raise InputError(problem, file=path)
        size = path.stat().st_size
        if size > limit:
            raise InputError(f"the file has {size:,} bytes; at most {limit:,} are read", file=path)
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", file=path) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError("the text is not UTF-8; save the file as UTF-8", file=path, line=line) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise InputError("the file holds a zero byte, so it is not a text file", file=path, line=line)
    return text


def read_rows(path: Path, required: Sequence[str], optional: Sequence[str] | None = ()) -> list[Row]:
    """Return the records of a CSV file whose header has `required` and perhaps `optional` columns (None: any others).

    A record is on one line. Lines that are empty or start with `#` are passed over.

    Raises
    ------
    InputError
        With file, line and field, if the header or a record does not fit.
    """
    text = read_text(path)
    header: list[str] | None = None
    rows: list[Row] = []
    for line, content in enumerate(io.StringIO(text, newline=None), 1):
        if content.lstrip().startswith("#"):
            continue
        try:
            record = next(csv.reader([content], strict=True))
        except csv.Error as error:
            problem = "a quotation mark is not closed" if content.count('"') % 2 else str(error)
            raise InputError(f"the line is not valid CSV ({problem})", file=path, line=line) from error
        if not any(cell.strip() for cell in record):
            continue
        if header is None:
            header = [cell.strip() for cell in record]
            _check_header(path, line, header, required, optional)
            continue
        if len(record) != len(header):
            raise InputError(
                f"the line has {counted(len(record), 'field')}; the header has {len(header)}", file=path, line=line
            )
        rows.append(Row(path, line, dict(zip(header, record, strict=True))))
    if header is None:
        raise InputError(f"the file is empty; its first line must be {','.join(required)}", file=path, line=1)
    return rows


def _check_header(
    path: Path, line: int, header: Sequence[str], required: Sequence[str], optional: Sequence[str] | None
) -> None:
    for column in required:
        if column not in header:
            misspelt = asked_in_place(column, [one for one in header if one not in required])
            raise InputError(
                f"the column is missing{misspelt}; the header must have {','.join(required)}",
                file=path,
                line=line,
                field=column,
            )
    for position, column in enumerate(header):
        if optional is not None and column not in required and column not in optional:
            known = ", ".join((*required, *optional))
            meant = asked(column, [one for one in (*required, *optional) if one not in header])
            raise InputError(
                f"the column is unknown{meant}; known are {known}", file=path, line=line, field=named(column)
            )
        if column in header[:position]:
            raise InputError("the column appears twice", file=path, line=line, field=column)


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """Return a TOML file as a dictionary, and its text (for `toml_line`)."""
    text = read_text(path, TOML_LIMIT)
    for number, content in enumerate(text.split("\n"), 1):
        if len(content) > TOML_LINE_LIMIT:
            problem = f"the line has {len(content):,} characters; at most {TOML_LINE_LIMIT:,} are read"
            raise InputError(problem, file=path, line=number)
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        problem, _, place = str(error).rpartition(" (at ")
        at_line = re.match(r"line (\d+)", place)
        line = int(at_line[1]) if at_line else text.rstrip("\n").count("\n") + 1
        raise InputError(f"this is not valid TOML ({problem})", file=path, line=line) from error
    except ValueError as error:  # Python refuses to read whole numbers of thousands of digits
        raise InputError("a number is too long", file=path) from error
    except RecursionError as error:
        raise InputError("the tables are nested too deeply", file=path) from error


_KEY = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_KEYS = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_KEYS})\s*\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(rf"\s*({_KEYS})\s*=")


def toml_line(text: str, location: Sequence[str | int]) -> int | None:
    """Return the line (from 1) of the value at `location`, as near as the text tells.

    `location` is a path such as ("pathways", 2, "clause"): the key `clause` of the third `[[pathways]]`. Where the
    text does not have it, the line is that of the table that lacks it; None if there is no such table.
    """
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str | int, ...], int] = {}
    line, depth = None, 0
    for number, content in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(content):
            path: tuple[str | int, ...] = ()
            keys = _keys(header[2])
            for position, key in enumerate(keys, 1):
                path = (*path, key)
                if position == len(keys) and header[1] == "[[":
                    counts[path] = counts.get(path, -1) + 1
                if path in counts:
                    path = (*path, counts[path])
            table = path
        elif assignment := _ASSIGNMENT.match(content):
            path = (*table, *_keys(assignment[1]))
        else:
            continue
        shared = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(path, location, strict=False)))
        if shared > depth:
            line, depth = number, shared
    return line


def _keys(dotted: str) -> list[str]:
    return [key.strip("\"'") for key in re.findall(_KEY, dotted)]


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` so that a reader sees the old file or the new one, never a part."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError("a name in it is not UTF-8; rename that file or folder", file=path) from error
    write_bytes(path, data)


def write_bytes(path: Path, data: bytes, *, sync: bool = False) -> None:
    """Write `data` so that a reader sees the old file or the new one, never a part.

    A link is followed, and an existing file keeps its mode. Devices and pipes are written into as they are.

    Parameters
    ----------
    sync
        Whether to return only when it is on the disk.

    Raises
    ------
    InputError
        If the folder does not exist or cannot be written to.
    """
    _write(path, io.BytesIO(data), sync=sync)


def copy_file(source: Path, path: Path) -> None:
    """Write what is in `source` to `path` as `write_bytes` does, with its errors."""
    with source.open("rb") as stream:
        _write(path, stream, sync=False)


OPEN_FILES = ("/dev/fd/", "/dev/stdout", "/dev/stderr", "/proc/")
"""Where the files lie that this process has open: they are gone on with, not replaced."""


def _write(path: Path, data: BinaryIO, *, sync: bool) -> None:
    """Write to a temporary name beside the file, then rename it; straight into what is no regular file."""
    import secrets  # with shutil a tenth of the time that a command takes to start
    import shutil

    temporary: str | None = None
    try:
        try:
            there = path.stat()
        except FileNotFoundError:
            there = None
        special = there is not None and not stat.S_ISREG(there.st_mode)
        if there is not None and (special or os.path.abspath(path).startswith(OPEN_FILES)):  # noqa: PTH100 - follow none
            with os.fdopen(os.open(path, os.O_WRONLY | (0 if special else os.O_APPEND)), "wb") as stream:
                shutil.copyfileobj(data, stream)
            return
        real = Path(os.path.realpath(path))
        name = str(real.parent / f".{real.name[:100]}.{os.getpid()}-{secrets.token_hex(4)}")
        # Opened by hand and not by tempfile, so that a new file gets the permissions that any new file gets. One that
        # takes the place of another is nobody else's until it has the permissions of that.
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if there is None else 0o600)
        temporary = name
        with os.fdopen(handle, "wb") as stream:
            shutil.copyfileobj(data, stream)
            if sync:
                stream.flush()
                os.fsync(stream.fileno())
        if there is not None:
            Path(temporary).chmod(stat.S_IMODE(there.st_mode))
        Path(temporary).replace(real)
        temporary = None
    except OSError as error:
        raise InputError(f"the file cannot be written ({error.strerror})", file=path) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""Return rows as CSV text with a header line and `\n` line ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()
