"""Check random allocations by the million: `python -m bench.soak [--number N] [--minutes M] [--seed S]`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from quotaproof.solver.processes import in_any_order

from .cases import FAMILIES
from .checks import CHECKS
from .run import KEPT, Counts, Part, checked

SIZE = 250
"""Scenarios that a process takes at a time."""
NUMBER = 1_000_000
TELL_EVERY = 10.0
"""Seconds between two lines of progress."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--number", type=click.IntRange(min=1), help=f"How many allocations; {NUMBER:,} if no time is given.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="End after so many minutes.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Another seed draws others.")
@click.option("--first", default=0, show_default=True, type=click.IntRange(min=0), help="Begin at this one.")
@click.option("--processes", default=2, show_default=True, type=click.IntRange(min=1), help="Processes.")
@click.option("--kept", default=KEPT, type=click.Path(file_okay=False, path_type=Path), help="Where differences go.")
def main(number: int | None, minutes: float | None, seed: int, first: int, processes: int, kept: Path) -> None:
    """Draw scenarios, allocate each, and compare what answers that share no reasoning say of it.

    All are checked by the validator and, where no rank is shared, by the batch engine; dearer checks run on a share.
    A difference is kept as a scenario folder that is a test from then on. The exit code is 1 if there is one.
    """
    begin = time.monotonic()
    if number is None:
        number = NUMBER if minutes is None else 10**9 - first
    if first + number > 10**9:
        raise click.BadParameter(f"a seed has {10**9:,} scenarios; take another seed", param_hint="--number")
    end = first + number
    parts = _Parts(seed, first, end, kept)
    counts, told = Counts(), begin
    answers = in_any_order(checked, parts, min(processes, len(parts)))
    try:
        for done in answers:
            counts += done
            for words in done.differences:
                click.echo(f"DIFFERENCE {words}")
            now = time.monotonic()
            if now - told >= TELL_EVERY:
                told = now
                click.echo(_progress(counts, number, now - begin, minutes), err=True)
            if minutes is not None and now - begin >= 60 * minutes:
                break
    except KeyboardInterrupt:
        click.echo("ended; these were checked:", err=True)
    finally:
        answers.close()
    click.echo("\n".join(_table(counts, seed, time.monotonic() - begin)))
    if counts.differences:
        raise SystemExit(1)


class _Parts:
    """The parts of a run, which are never written out."""

    def __init__(self, seed: int, first: int, end: int, kept: Path) -> None:
        self.seed, self.first, self.end, self.kept = seed, first, end, kept

    def __len__(self) -> int:
        return (self.end - self.first + SIZE - 1) // SIZE

    def __iter__(self) -> Iterator[Part]:
        for start in range(self.first, self.end, SIZE):
            yield Part(self.seed, start, min(SIZE, self.end - start), self.kept)


def _progress(counts: Counts, number: int, seconds: float, minutes: float | None) -> str:
    done = counts.allocations
    of = f" of {number:,}" if minutes is None else f", {seconds / 60:.1f} of {minutes:g} minutes"
    speed = f"{done / seconds:,.0f} per second"
    return f"  {seconds / 60:5.1f} min  {done:,} allocations{of}, {speed}, {_differences(counts)}"


def _differences(counts: Counts) -> str:
    number = len(counts.differences)
    return "1 difference" if number == 1 else f"{number or 'no'} differences"


def _table(counts: Counts, seed: int, seconds: float) -> list[str]:
    """Return what was met as lines: families, then checks with how many were compared, and how each ended."""
    lines = [f"{counts.allocations:,} allocations in {seconds / 60:.1f} minutes, seed {seed}", ""]
    lines += [f"  {one.name:<16}{counts.families[one.name]:>10,}" for one in FAMILIES]
    lines.append("")
    for check in CHECKS:
        own = Counter({outcome: n for (name, outcome), n in counts.outcomes.items() if name == check.name})
        how = ", ".join(f"{outcome} {n:,}" for outcome, n in own.most_common())
        lines.append(f"  {check.name:<10}{own.total():>10,}  {check.compares}: {how or 'none'}")
    return [*lines, "", _differences(counts)]


if __name__ == "__main__":
    main()
