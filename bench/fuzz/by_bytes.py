"""Changed bytes of one format, for atheris: `python -m bench.fuzz.by_bytes FORM SECONDS FOLDER`.

The folder has files to begin with, in `begin`, and gets those that fail. What has a process of its own in the program
is read in this one, with the same limits on its size; the limit on time is that of the fuzzer.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["quotaproof.pages", "quotaproof.importing"]):
    from quotaproof.pages import guarded, source

from quotaproof.model.errors import QuotaError
from quotaproof.pages import Page

from .drawn import SUFFIXES
from .judge import SECONDS, told

MOST = {
    "html": 20_000,
    "wikitext": 1_500,
    "csv": 20_000,
    "markdown": 20_000,
    "text": 20_000,
    "xlsx": 40_000,
    "ods": 20_000,
}
"""Bytes of a file: more are slow. A parser of wikitext takes hours on nested marks, which the program ends after three
seconds of the processor, and a fuzzer would not."""

MARKS = 60
"""Marks that may nest in a wikitext that is tried."""


def main(form: str, seconds: int, folder: Path) -> None:
    name = f"file.{SUFFIXES[form]}"
    guarded.guarded_page = _here
    source.guarded_page = _here  # type: ignore[attr-defined]

    def one(data: bytes) -> None:
        if form == "wikitext" and sum(data.count(mark) for mark in (b"{", b"[", b"<", b"'''", b"=")) > MARKS:
            return
        told(name, data)

    limits = [f"-max_total_time={seconds}", f"-timeout={SECONDS}", f"-max_len={MOST[form]}", "-rss_limit_mb=2500"]
    kept = folder / "found" / form
    kept.mkdir(parents=True, exist_ok=True)
    words = [sys.argv[0], *limits, f"-artifact_prefix={folder}/{form}-", "-verbosity=1", "-print_final_stats=1"]
    atheris.Setup([*words, str(kept), str(folder / "begin" / form)], one)
    atheris.Fuzz()


def _here(form: str, data: bytes) -> Page:
    """A page read in this process; what ends one of its own is no fault."""
    try:
        return guarded._page(form, data)
    except (RecursionError, MemoryError) as error:
        raise QuotaError(f"it is beyond what the reader of {form} can read") from error


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
