"""Try a sample of faults: `python -m bench.mutants [--part PART] [--alive] [--number N] [--seed N] [--list]`."""

from __future__ import annotations

import os
import time
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click

from .faults import ROOT, Fault, fault, sample
from .kept import Outcomes
from .parts import PARTS, Part
from .trial import LOGS, Outcome, Trial, preload, run

NUMBER, SEED, LEAST = 200, 2022, 0.9
FOLDER = Path(__file__).parent
Explained = Mapping[tuple[str, str, str], str]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--part", "only", multiple=True, type=click.Choice([part.name for part in PARTS]), help="Only this part.")
@click.option("--number", default=NUMBER, show_default=True, help="How many faults, shared by the parts.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed draws other faults.")
@click.option("--processes", default=2, show_default=True, help="How many trials at a time.")
@click.option("--alive", is_flag=True, help="Try only what was not seen, or not tried, when last tried.")
@click.option("--list", "listed", is_flag=True, help="List the faults, and try none.")
@click.option("--known/--no-known", default=True, help="Try those of known.toml, too.")
def main(only: tuple[str, ...], number: int, seed: int, processes: int, alive: bool, listed: bool, known: bool) -> None:
    """Try faults of one line; exit code 1 if the tests see too few, or one that they do not see is not explained.

    What was tried is kept in build/mutants: a run that was ended goes on where it was, as long as no file has changed.
    """
    begin = time.monotonic()
    parts = [part for part in PARTS if not only or part.name in only]
    drawn = {part.name: sample(part.paths, round(number * part.share / NUMBER), seed) for part in parts}
    if listed:
        for name, faults in drawn.items():
            click.echo("\n".join([f"{name}: {len(faults)}", *map(str, faults)]))
        return
    os.chdir(ROOT)
    preload()
    kept, explained, unexplained = Outcomes(alive), _explanations(), 0
    queue = [(part, one) for part in parts for one in drawn[part.name]]
    queue.sort(key=lambda pair: _identity(pair[1]) in explained)  # those that need all tests come last
    try:
        unseen = _try_known(kept, processes) if known else 0
        limits = _limits(kept, parts, processes)
        results = _results("", kept, [Trial(one, part.tests, limits[part.name]) for part, one in queue], processes)
    except KeyboardInterrupt:
        raise click.ClickException(
            "ended; what has been tried is kept, and the same command goes on from there"
        ) from None
    counts = {part.name: Counter[Outcome]() for part in parts}
    for (part, _), outcome in zip(queue, results, strict=True):
        counts[part.name][outcome] += 1
    for (part, one), outcome in zip(queue, results, strict=True):
        reason = explained.get(_identity(one))
        if outcome == "passed":
            click.echo(f"\n{part.name}: not seen by the tests\n{one}\n    {reason or 'NOT EXPLAINED'}")
            unexplained += reason is None
        elif reason:
            click.echo(f"\n{part.name}: explained, but the tests see it\n{one}")
            unexplained += 1
    click.echo("")
    for name, count in counts.items():
        seen = count["failed"] + count["time"]
        click.echo(f"{name:10} {seen:3} of {count.total():3} killed, {count['time']} of them by the time limit")
    total = len(results)
    seen = total - results.count("passed")
    click.echo(f"{'all':10} {seen:3} of {total:3} killed: {seen / total:.1%}, in {time.monotonic() - begin:.0f} s")
    if unexplained or unseen or seen < LEAST * total:
        raise SystemExit(1)


def _results(what: str, kept: Outcomes, trials: list[Trial], processes: int) -> list[Outcome]:
    """Return how each trial ends, and tell of each, with the minutes that it has taken and is expected to take."""
    results = {number: before[0] for number, trial in enumerate(trials) if (before := kept.of(trial))}
    left = [number for number in range(len(trials)) if number not in results]
    if results:
        click.echo(f"{what}{len(results)} of {len(trials)} as tried before", err=True)
    begin = time.monotonic()

    def tell(turn: int, outcome: Outcome, seconds: float) -> None:
        number = left[turn]
        kept.keep(trials[number], outcome, seconds)
        results[number] = outcome
        done = len(results) - len(trials) + len(left)
        passed = time.monotonic() - begin
        more = f"{passed / 60:.0f} min, about {passed / done * (len(left) - done) / 60:.0f} more"
        one = trials[number].fault
        where = f"{one.path}:{one.line}" if one else trials[number].tests[0]
        click.echo(f"{what}{len(results)}/{len(trials)} {outcome} {seconds:.0f} s {where} ({more})", err=True)

    run([trials[number] for number in left], processes, tell)
    return [results[number] for number in range(len(trials))]


def _limits(kept: Outcomes, parts: list[Part], processes: int) -> dict[str, float]:
    """Return how long the tests of a part may take, by how long they take without a fault, when they pass."""
    trials = [Trial(None, part.tests, 600) for part in parts]
    for part, outcome in zip(parts, _results("without a fault: ", kept, trials, processes), strict=True):
        if outcome != "passed":
            raise click.ClickException(f"without a fault the tests of {part.name} fail: see {LOGS}")
    found = [kept.of(trial) for trial in trials]
    return {part.name: 2 * one[1] + 10 for part, one in zip(parts, found, strict=True) if one}


def _identity(one: Fault) -> tuple[str, str, str]:
    return one.where, one.before, one.after


def _explanations() -> Explained:
    entries = tomllib.loads((FOLDER / "survivors.toml").read_text(encoding="utf-8"))["survivor"]
    return {(entry["where"], entry["before"], entry["after"]): entry["reason"] for entry in entries}


def _try_known(kept: Outcomes, processes: int) -> int:
    """Try faults that once were not seen, each against its own test, and return how many still are not."""
    entries = tomllib.loads((FOLDER / "known.toml").read_text(encoding="utf-8"))["fault"]
    trials = [Trial(_known(entry), (entry["test"],), 120) for entry in entries]
    apart = list({trial.tests: Trial(None, trial.tests, 120) for trial in trials}.values())
    outcomes = _results("known, without a fault: ", kept, apart, processes)
    without = {trial.tests: outcome for trial, outcome in zip(apart, outcomes, strict=True)}
    results = _results("known: ", kept, trials, processes)
    unseen = 0
    for trial, outcome in zip(trials, results, strict=True):
        before = without[trial.tests]
        if before != "passed" or outcome == "passed":
            unseen += 1
            click.echo(f"known: {before} without, {outcome} with\n{trial.fault}\n    {trial.tests[0]}")
    click.echo(f"{'known':10} {len(trials) - unseen:3} of {len(trials):3} killed, each by its own test")
    return unseen


def _known(entry: Mapping[str, str]) -> Fault:
    source = (ROOT / entry["path"]).read_text(encoding="utf-8")
    if source.count(entry["before"]) != 1:
        raise click.ClickException(f"known.toml: {entry['before']!r} must be in {entry['path']} once")
    return fault(entry["path"], "known", source, source.replace(entry["before"], entry["after"]))


if __name__ == "__main__":
    main()
