"""Compiled code that numba keeps on disk, and what to do where that cannot be read or written."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


def or_anew(kept: Any, compiled_anew: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    """Return a function that is compiled anew where the code that numba has kept of it is of no use.

    Files that a crash or a copy has cut short, or that are of something else, end in whatever error `pickle` comes
    upon, and a full disk in one of the system, both before the function begins. Such files are removed, so that the
    next process keeps its code again.

    Parameters
    ----------
    kept
        What `numba.njit(cache=True)` returns.
    compiled_anew
        Returns the same function without a cache.
    """
    function = kept

    def called(*arguments: Any) -> Any:
        nonlocal function
        try:
            return function(*arguments)
        except Exception as error:
            if function is not kept:
                raise
            log.info("compiled code kept in %s is of no use: %r", kept.stats.cache_path, error)
            _remove(kept)
            function = compiled_anew()
            return function(*arguments)

    return called


def _remove(kept: Any) -> None:
    name = f"{kept.py_func.__module__.rpartition('.')[2]}.{kept.py_func.__name__}-*.nb[ci]"
    with contextlib.suppress(OSError):
        for file in Path(kept.stats.cache_path).glob(name):
            file.unlink(missing_ok=True)
