"""How far a long command is, as a bar on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .common import is_terminal
from .waiting import WAITING

SHORTEST, LONGEST = 4, 40
"""The width of a bar in characters."""

OnProgress = Callable[[int, int], None]
"""OnProgress what is done so far, and what of it an earlier run had done."""


@contextmanager
def progress(name: str, size: int, unit: str) -> Iterator[OnProgress | None]:
    """A bar with rate and time left on stderr, if that is a terminal.

    Parameters
    ----------
    size
        What there is to do, in so many of `unit`, such as points; with no unit it is told in per cent, without a rate.
    """
    if not is_terminal(sys.stderr):
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress_bar import ProgressBar

    WAITING.end()

    class MovingBar(BarColumn):
        """A bar that moves before anything is done, too."""

        def render(self, task: Task) -> ProgressBar:
            bar = super().render(task)
            bar.pulse = not task.completed
            return bar

    console = Console(stderr=True)
    done: list[ProgressColumn] = [MofNCompleteColumn(), TextColumn(unit + ", {task.fields[rate]}, left")]
    if not unit:
        done = [TaskProgressColumn(), TextColumn("left")]
    gone = (TextColumn("gone"), TimeElapsedColumn())
    # What is told of the work, in characters with those between columns; the bar has the rest, and nothing is cut.
    told = 2 * len(str(size)) + len(unit) + len(", 1,000,000/s, left") + 4 if unit else len("100% left ")
    left, since = len(" 0:00:00 "), len("gone 0:00:00 ")
    room = console.width - told - left
    shown = room - since >= SHORTEST
    bar_width = max(SHORTEST, min(LONGEST, room - since if shown else room))
    columns = (MovingBar(bar_width), *done, TimeRemainingColumn(), *(gone if shown else ()))
    with Progress(*columns, console=console, transient=True) as bars:
        bar = bars.add_task(name, total=size, rate="?/s")

        def report(done: int, before: int) -> None:
            elapsed = bars.tasks[0].elapsed or 0.0
            rate = f"{(done - before) / elapsed:,.0f}/s" if elapsed and done > before else "?/s"
            bars.update(bar, completed=done, rate=rate)

        yield report


@contextmanager
def growing(unit: str) -> Iterator[OnProgress | None]:
    """A bar on stderr, if that is a terminal, for what finds more to do while it is at it.

    It is told what is done, and what is known of so far, in so many of `unit`.
    """
    if not is_terminal(sys.stderr):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    WAITING.end()
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(f"{unit}, gone"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(unit, total=None)
        yield lambda done, known: bars.update(bar, completed=done, total=known)
