"""The folder for temporary files, in which uploads are put and the processes that solve have their sockets."""

from __future__ import annotations

import os
import tempfile

from quotaproof.model.errors import InputError

LONGEST = 70
"""Bytes of its path: sockets in it have names of 33 more, and systems allow 103 in all, some a few more."""


def temporary_folder() -> str:
    """Return its path.

    Raises
    ------
    InputError
        If there is none that can be written to; with the environment variable that names another.
    """
    try:
        return tempfile.gettempdir()
    except OSError as error:
        raise InputError(
            "no folder for temporary files can be written to; name one in the environment variable TMPDIR"
        ) from error


def require_room_for_sockets() -> None:
    """Raise if there is no such folder, or one whose path is too long for the sockets of processes.

    Raises
    ------
    InputError
        With the environment variable that names another.
    """
    folder = temporary_folder()
    length = len(os.fsencode(folder))
    if os.name == "posix" and length > LONGEST:
        raise InputError(
            f"the path of the folder for temporary files has {length} bytes, more than the {LONGEST} that sockets in "
            f"it allow ({folder}); name one with a shorter path in the environment variable TMPDIR"
        )
