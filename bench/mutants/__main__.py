"""Try a sample of faults: `python -m bench.mutants [--part PART] [--number N] [--seed N] [--list]`."""

from __future__ import annotations

import os
import time
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click

from .faults import ROOT, Fault, fault, sample
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
@click.option("--list", "listed", is_flag=True, help="List the faults, and try none.")
@click.option("--known/--no-known", default=True, help="Try those of known.toml, too.")
def main(only: tuple[str, ...], number: int, seed: int, processes: int, listed: bool, known: bool) -> None:
    """Try faults of one line; exit code 1 if the tests see too few, or one that they do not see is not explained."""
    begin = time.monotonic()
    parts = [part for part in PARTS if not only or part.name in only]
    drawn = {part.name: sample(part.paths, round(number * part.share / NUMBER), seed) for part in parts}
    if listed:
        for name, faults in drawn.items():
            click.echo("\n".join([f"{name}: {len(faults)}", *map(str, faults)]))
        return
    os.chdir(ROOT)
    preload()
    unseen = _try_known(processes) if known else 0
    limits = _limits(parts, processes)
    queue = [(part, one) for part in parts for one in drawn[part.name]]
    results = _results([Trial(one, part.tests, limits[part.name]) for part, one in queue], processes)
    counts = {part.name: Counter[Outcome]() for part in parts}
    for (part, _), outcome in zip(queue, results, strict=True):
        counts[part.name][outcome] += 1
    explained, unexplained = _explanations(), 0
    for (part, one), outcome in zip(queue, results, strict=True):
        reason = explained.get((one.where, one.before, one.after))
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


def _results(trials: list[Trial], processes: int) -> list[Outcome]:
    results: dict[int, Outcome] = {}

    def tell(number: int, outcome: Outcome, seconds: float) -> None:
        results[number] = outcome
        click.echo(f"{len(results)}/{len(trials)} {number:03} {outcome} {seconds:.0f} s", err=True)

    run(trials, processes, tell)
    return [results[number] for number in range(len(trials))]


def _limits(parts: list[Part], processes: int) -> dict[str, float]:
    """Return how long the tests of a part may take, by how long they take without a fault, when they pass."""
    limits: dict[str, float] = {}

    def tell(number: int, outcome: Outcome, seconds: float) -> None:
        part = parts[number]
        if outcome != "passed":
            raise click.ClickException(f"without a fault the tests of {part.name} fail: {LOGS}/{number:03}.log")
        click.echo(f"{part.name:10} {seconds:.0f} s without a fault", err=True)
        limits[part.name] = 2 * seconds + 10

    run([Trial(None, part.tests, 600) for part in parts], processes, tell)
    return limits


def _explanations() -> Explained:
    entries = tomllib.loads((FOLDER / "survivors.toml").read_text(encoding="utf-8"))["survivor"]
    return {(entry["where"], entry["before"], entry["after"]): entry["reason"] for entry in entries}


def _try_known(processes: int) -> int:
    """Try faults that once were not seen, each against its own test, and return how many still are not."""
    entries = tomllib.loads((FOLDER / "known.toml").read_text(encoding="utf-8"))["fault"]
    trials = [Trial(_known(entry), (entry["test"],), 120) for entry in entries]
    without = _results([Trial(None, trial.tests, 120) for trial in trials], processes)
    results = _results(trials, processes)
    unseen = 0
    for trial, before, outcome in zip(trials, without, results, strict=True):
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
