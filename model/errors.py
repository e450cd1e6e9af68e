"""Errors that quotaproof raises."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Return a text in which control characters are seen and do nothing, but for tabs and line ends.

    A terminal obeys them: a title could set the clipboard, hide what follows it, or turn it round so that another
    number seems to stand there.
    """
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    """Return a text as a sentence may repeat it: on one line, with control characters that are seen and do nothing."""
    lines = text.splitlines()
    if text and lines != [text]:
        text = " ".join(filter(None, map(str.strip, lines))) or " "
    return visible(text)


class QuotaError(Exception):
    """Base of every error quotaproof raises on purpose; as text it is one line, whatever it repeats of files."""

    def __str__(self) -> str:
        return one_line(super().__str__())


class InputError(QuotaError):
    """Something the user gave is wrong; the message is one sentence that says what would be right.

    Parameters
    ----------
    problem
        What is wrong and what would be right, without a full stop.
    file, line, field
        The place of the problem; any of them may be unknown. Lines count from 1.
    """

    def __init__(
        self, problem: str, *, file: Path | str | None = None, line: int | None = None, field: str | None = None
    ) -> None:
        self.problem = problem
        self.file = str(file) if file is not None else None
        self.line = line
        self.field = field
        place = ", ".join(
            part
            for part in (
                self.file,
                f"line {line}" if line is not None else None,
                f"field {field}" if field is not None else None,
            )
            if part
        )
        super().__init__(f"{place}: {problem}." if place else f"{problem}.")

    def __reduce__(self) -> tuple[Any, ...]:
        # So that it comes out of another process as it went in.
        return _again, (type(self), self.problem, self.file, self.line, self.field)


def _again(kind: type[InputError], problem: str, file: str | None, line: int | None, field: str | None) -> InputError:
    return kind(problem, file=file, line=line, field=field)


class IncompleteError(InputError):
    """A question that needs a complete ranking was asked of an incomplete one."""


class UnsupportedError(InputError):
    """The rules have a kind of pathway that an engine, or what else was asked, does not support."""


class LimitError(QuotaError):
    """A limit (solver effort, number of orders of tied entries) was reached, so the answer is unknown."""


class SolverError(QuotaError):
    """The solver answered with a status or a result that must not be trusted."""
