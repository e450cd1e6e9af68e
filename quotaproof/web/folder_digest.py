"""What a scenario folder holds, as one number: whoever answers from it can tell that it is still the same."""

from __future__ import annotations

import hashlib
from pathlib import Path


def digest_of(folder: Path) -> str:
    """Return what a folder holds as one number in hexadecimal: names and bytes of its files.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file():
            with path.open("rb") as stream:
                inside = hashlib.file_digest(stream, "sha256").hexdigest()
            total.update(f"{path.name}\0{inside}\0".encode("utf-8", "surrogateescape"))
    return total.hexdigest()
