"""The subjects that are measured, and the form in which each reports.

A module in `bench/subjects` holds one or more functions marked with `@subject`; all of them are found by being there.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes
    ----------
    quick
        Whether all must be over within a minute; then figures are rough.
    """

    quick: bool = False

    def rounds(self, full: int, quick: int) -> int:
        return quick if self.quick else full


@dataclass(frozen=True)
class Check:
    """A figure that must not be missed, and whether it is not."""

    sentence: str
    held: bool


@dataclass(frozen=True)
class Section:
    """What one subject measured: a table with the figures as they are printed, remarks, and checks."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    remarks: Sequence[str] = ()
    checks: Sequence[Check] = field(default=())


Run = Callable[[Effort], Sequence[Section]]


@dataclass(frozen=True)
class Subject:
    """A named group of sections; subjects run in the order of their turn."""

    name: str
    turn: int
    run: Run


_subjects: dict[str, Subject] = {}


def subject(name: str, turn: int) -> Callable[[Run], Run]:
    """Mark a function that measures a subject."""

    def register(run: Run) -> Run:
        if name in _subjects:
            raise ValueError(f"there are two subjects {name}")
        _subjects[name] = Subject(name, turn, run)
        return run

    return register


def subjects() -> list[Subject]:
    """Return all subjects in their order."""
    from . import subjects as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return sorted(_subjects.values(), key=lambda one: (one.turn, one.name))


def milliseconds(seconds: float) -> str:
    """Return seconds as a number of milliseconds with three figures."""
    return f"{seconds * 1e3:.3g}" if seconds < 1 else f"{seconds * 1e3:,.0f}"


def times(ratio: float) -> str:
    """Return a ratio with three figures."""
    return f"{ratio:.3g}" if ratio < 1000 else f"{ratio:,.0f}"
