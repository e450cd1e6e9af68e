"""Wikitext read in a process of its own, with a limit on its time and memory.

The parser tries every way in which marks can belong together. On text made to mislead it (30 kB of nested tables are
enough) it takes hours, and being compiled code it cannot be interrupted from within.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict

from quotaproof.model.errors import InputError

from .page import Cell, Grid, Page

SECONDS = 8
"""Time for a page; real ones take less than one second."""

MEMORY = 2 * 10**9
"""Bytes that the process may use, where the system can limit them."""


def guarded_page_of_wikitext(text: str) -> Page:
    """Return the page of wikitext.

    Raises
    ------
    InputError
        If it cannot be read within `SECONDS`, or for what `page_of_wikitext` refuses.
    """
    try:
        done = subprocess.run(
            # -P: no module of the folder that the user happens to be in.
            [sys.executable, "-P", "-m", "quotaproof.pages.guarded"],
            input=text.encode("utf-8", errors="replace"),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(
            f"the wikitext was not read within {SECONDS} seconds; its marks are nested as no real page's are"
        ) from error
    if done.returncode != 0 or not done.stdout:
        raise InputError("the wikitext is beyond what its parser can read; save the page as HTML instead")
    document = json.loads(done.stdout)
    if "problem" in document:
        raise InputError(document["problem"])
    return Page(document["title"], tuple(_grid(grid) for grid in document["grids"]), "wikitext")


def _grid(document: dict[str, list[list[dict[str, object]]]]) -> Grid:
    rows = tuple(
        tuple(Cell(**{k: tuple(v) if isinstance(v, list) else v for k, v in cell.items()}) for cell in row)  # type: ignore[arg-type]
        for row in document["rows"]
    )
    return Grid(rows, tuple(str(heading) for heading in document["headings"]), str(document["caption"]))


def main() -> None:
    """Read wikitext from stdin and write its page to stdout as JSON; run in a process of its own."""
    from .wikitext import page_of_wikitext

    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, OSError, ValueError):  # not every system has such limits
        pass
    text = sys.stdin.buffer.read().decode("utf-8")
    try:
        document: dict[str, object] = asdict(page_of_wikitext(text))
    except InputError as error:
        document = {"problem": error.problem}
    except (RecursionError, MemoryError):
        raise SystemExit(1) from None
    sys.stdout.write(json.dumps(document))


if __name__ == "__main__":
    main()
