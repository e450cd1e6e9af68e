"""Run the benchmarks: `python -m bench [--quick] [--only SUBJECT] [--no-write]`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from .machine import described
from .registry import Effort, Section, subjects
from .report import PAGE, markdown, table, write


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Rough figures within a minute; the page is not written.")
@click.option(
    "--only", multiple=True, metavar="SUBJECT", help="Only this subject, several if repeated; nothing is written."
)
@click.option("--no-write", is_flag=True, help="Print only.")
@click.option("--list", "listed", is_flag=True, help="List the subjects.")
def main(quick: bool, only: tuple[str, ...], no_write: bool, listed: bool) -> None:
    """Measure quotaproof and its peers, print tables, and write them into docs/performance.md.

    The exit code is 1 if a figure that must hold is missed.
    """
    known = {subject.name: subject for subject in subjects()}
    if listed:
        click.echo("\n".join(known))
        return
    for name in only:
        if name not in known:
            raise click.BadParameter(f"{name!r} is no subject; subjects are {', '.join(known)}", param_hint="--only")
    machine = described()
    click.echo("\n".join(machine))
    sections: list[Section] = []
    begin = time.monotonic()
    for name, subject in known.items():
        if only and name not in only:
            continue
        if sys.stderr.isatty():
            click.echo(f"{name} ...", err=True)
        for section in subject.run(Effort(quick)):
            sections.append(section)
            click.echo("\n".join(["", section.title, *table(section), *section.remarks]))
            for check in section.checks:
                click.echo(f"  {'held  ' if check.held else 'MISSED'} {check.sentence}")
    click.echo(f"\n{time.monotonic() - begin:.0f} s")
    if not (quick or only or no_write):
        write(markdown(machine, sections))
        click.echo(f"written: {PAGE.relative_to(Path.cwd()) if PAGE.is_relative_to(Path.cwd()) else PAGE}")
    if not all(check.held for section in sections for check in section.checks):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
