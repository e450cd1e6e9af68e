"""Zipped files such as workbooks, looked at before anything of them is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib

from quotaproof.model.errors import InputError

MOST_PARTS = 500
MOST_BYTES = 50_000_000
"""Uncompressed size of all parts of a workbook; the largest real one has about 1 MB."""

MOST_RATIO = 200
"""Uncompressed to compressed size of a part of more than 1 MB; sheets of text and numbers come to 5 to 30."""


def check_archive(data: bytes, kind: str = "Excel workbook") -> None:
    """Refuse an archive that would unpack to more than a workbook can need, before anything is unpacked.

    Raises
    ------
    InputError
        If it is damaged, too large, packed too tightly, or declares entities.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise InputError(f"the workbook has {len(parts):,} parts; at most {MOST_PARTS} are read")
            size = sum(part.file_size for part in parts)
            if size > MOST_BYTES:
                raise InputError(f"the workbook unpacks to {size:,} bytes; at most {MOST_BYTES:,} are read")
            for part in parts:
                if part.file_size > 1_000_000 and part.file_size > MOST_RATIO * max(part.compress_size, 1):
                    raise InputError(f"a part of the workbook unpacks to more than {MOST_RATIO} times its size")
                if part.flag_bits & 1:
                    raise InputError("the workbook is encrypted; save it without a password")
            for part in parts:
                # A workbook declares no document type; one that does may expand without end.
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        if b"<!DOCTYPE" in stream.read(4096).upper():
                            raise InputError("a part of the workbook declares a document type, as no workbook does")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise InputError(f"the workbook is damaged or no {kind}") from error


def names_in(data: bytes) -> frozenset[str]:
    """Return the names of an archive's parts; none if it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(part.filename for part in archive.infolist()[:MOST_PARTS])
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError):
        return frozenset()
