"""Texts in the dress of a program: quoted in a mail, in the colours of a terminal, in the marks of a wiki."""

from __future__ import annotations

import re
from collections.abc import Sequence

ESCAPES = re.compile(r"\x1b\[[0-9;:?]{0,30}[A-Za-z]")
QUOTED = re.compile(r"[ \t]{0,3}(?:>[ \t]?){1,9}")
CARET = re.compile(r"(?:^|(?<=[\s^]))\^(?=[\s^]|$)")
ALIGNED = re.compile(r"(?:_|<>|[<>=]){1,3}\.(?=\s|$)")


def without_escapes(text: str) -> str:
    """Return a text without the signs that tell a terminal its colours."""
    return ESCAPES.sub("", text) if "\x1b" in text else text


def unquoted(lines: Sequence[str]) -> list[str]:
    """Return lines without the marks ahead of those that a mail quotes, if there are several.

    Examples
    --------
    >>> unquoted(["She wrote:", "> CAN | 3", ">> ITA | 2"])
    ['She wrote:', 'CAN | 3', 'ITA | 2']
    """
    if sum(QUOTED.match(line) is not None for line in lines) < 2:
        return list(lines)
    return [QUOTED.sub("", line, count=1) if QUOTED.match(line) else line for line in lines]


def with_bars(line: str) -> str:
    """Return a line of a table with bars between its cells, where a wiki has carets around those of a header.

    Examples
    --------
    >>> with_bars("^ Nation ^ 500 m ^^"), with_bars("2^1 | 3")
    ('| Nation | 500 m ||', '2^1 | 3')
    """
    is_led = line.lstrip().startswith("^") and line.rstrip().endswith(("^", "|"))
    return CARET.sub("|", line.strip()) if is_led and len(line.strip()) > 1 else line


def without_alignment(part: str) -> str:
    """Return what is in a cell without the sign for a header or how it is aligned, as `_. Nation` and `>. 3` have it.

    Examples
    --------
    >>> [without_alignment(part) for part in ("_. Nation", ">. 3", " 3.", ">3")]
    [' Nation', ' 3', ' 3.', '>3']
    """
    return ALIGNED.sub("", part, count=1) if ALIGNED.match(part) else part
