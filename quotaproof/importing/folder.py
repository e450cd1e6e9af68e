"""The scenario folder: written whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from quotaproof.model.aliases import Alias
from quotaproof.model.criteria import Criterion, criteria_csv
from quotaproof.model.errors import InputError
from quotaproof.model.files import write_text
from quotaproof.model.later_changes import DeclinedEntry, DeclineRow, Invitation
from quotaproof.model.published import Published
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import (
    CRITERIA,
    DECLINES,
    INVITATIONS,
    KNOWN,
    PUBLISHED,
    RULES,
    SCENARIO,
    SOURCES,
    STANDINGS,
    ScenarioFile,
    scenario_text,
)
from quotaproof.model.scenario_loading import load_folder
from quotaproof.model.standings.facts import ABOUT_ENTRIES, Fact, Remark
from quotaproof.model.standings.rankings import Standings

from .outcome import KINDS, ImportReport

HEADINGS = {
    "unclear": "Seen and not understood",
    "guessed": "Guessed",
    "difference": "Where the page contradicts itself",
    "missing": "Missing",
    "ignored": "Left out",
    "read": "Read from the page",
}


@dataclass(frozen=True, slots=True)
class FolderParts:
    """What the files of a scenario folder hold."""

    title: str
    games: str
    host: str | None
    rules_text: str
    readings: Mapping[str, str]
    dates: Mapping[str, str]
    sources: tuple[str, ...]
    published: Published | None
    standings: Standings
    facts: tuple[Fact, ...]
    remarks: tuple[Remark, ...]
    declines: tuple[DeclineRow, ...]
    invitations: tuple[Invitation, ...]
    criteria: tuple[Criterion, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    """Further files as they are, by name: classifications or results, and files of a folder that were imported."""

    aliases: tuple[Alias, ...] = ()


def save(parts: FolderParts, folder: Path, report: Callable[[], ImportReport]) -> Scenario:
    """Write a scenario folder and return the scenario in it.

    The folder is built under another name beside it, loaded as a check, and renamed.

    Raises
    ------
    InputError
        If the folder exists and is not empty, cannot be written, or what was read makes no scenario.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError("the folder exists and is not empty; name a new one", file=folder)
        if not folder.absolute().parent.is_dir():
            raise InputError("the folder above it does not exist", file=folder)
        temporary = folder.absolute().parent / f".{folder.name[:100]}.{os.getpid()}-{secrets.token_hex(4)}"
        temporary.mkdir()
    except OSError as error:
        raise InputError(f"the folder cannot be made ({error.strerror})", file=folder) from error
    try:
        _write(parts, temporary)
        _checked(temporary)
        write_text(temporary / SOURCES.name, sources_text(parts, report()))
        if folder.exists():
            folder.rmdir()
        temporary.rename(folder)
    except OSError as error:
        raise InputError(f"the folder cannot be made ({error.strerror})", file=folder) from error
    except InputError as error:
        if isinstance(error.__cause__, OSError):  # of a file in the temporary folder, of which nobody knows
            raise InputError(f"the folder cannot be written ({error.__cause__.strerror})", file=folder) from error
        raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return load_folder(folder)


def in_memory(parts: FolderParts, name: str) -> Scenario:
    """Return the scenario of some parts; its files are written and read back, and removed again.

    Raises
    ------
    InputError
        If what was read makes no scenario.
    """
    identifier = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "imported"
    with tempfile.TemporaryDirectory(prefix="quotaproof-") as temporary:
        _write(parts, Path(temporary))
        return replace(_checked(Path(temporary)), identifier=identifier, folder=None)


def _checked(folder: Path) -> Scenario:
    try:
        return load_folder(folder)
    except InputError as error:
        # The files are gone when the user reads this, so their names and lines would not help.
        raise InputError(f"its tables make no scenario: {error.problem}") from error


def _write(parts: FolderParts, folder: Path) -> None:
    texts = {file.name: text for file, text in _texts(parts).items()}
    for name, text in parts.files.items():
        if name in texts:
            raise InputError(f"the page says what belongs into {name}, and a file of that kind is there too; give one")
        texts[name] = text
    for name, text in texts.items():
        write_text(folder / name, text)


def _texts(parts: FolderParts) -> dict[ScenarioFile, str]:
    """The files of a folder, but for `SOURCES.md`."""
    texts = {
        SCENARIO: scenario_text(
            title=parts.title,
            games=parts.games,
            host=parts.host,
            sources=parts.sources,
            dates=parts.dates,
            readings=parts.readings,
            aliases=parts.aliases,
        ),
        RULES: parts.rules_text,
    }
    if parts.published is not None:
        texts[PUBLISHED] = parts.published.to_csv()
    if parts.standings.rankings:
        texts[STANDINGS] = parts.standings.to_csv()
    if parts.facts or parts.remarks:
        texts[KNOWN] = _facts_csv(parts.facts, parts.remarks)
    if parts.declines:
        texts[DECLINES] = _declines_csv(parts.declines)
    if parts.invitations:
        invited = [(i.column, i.noc, i.number, i.date, _line(i.source)) for i in parts.invitations]
        texts[INVITATIONS] = INVITATIONS.csv_text(invited)
    if parts.criteria:
        texts[CRITERIA] = criteria_csv(tuple(replace(row, text=_line(row.text)) for row in parts.criteria))
    return texts


def _declines_csv(declines: Sequence[DeclineRow]) -> str:
    rows: list[tuple[object, ...]] = [
        (d.event, d.noc or "?", d.qualifier or "?", d.date, _line(d.source), d.taken_by or "?", "")
        if isinstance(d, DeclinedEntry)
        else (d.gender, d.noc, "", d.date, _line(d.source), "", d.number)
        for d in declines
    ]
    if all(isinstance(d, DeclinedEntry) for d in declines):
        return DECLINES.csv_text((row[:-1] for row in rows), ("taken-by",))
    return DECLINES.csv_text(rows, ("taken-by", "number"))


def _facts_csv(facts: Sequence[Fact], remarks: Sequence[Remark]) -> str:
    rows: list[tuple[object, ...]] = [
        (
            f.event,
            f.kind,
            f.noc or ("" if f.kind == "column-total" else "?"),
            f.other if f.kind == "ahead-of" else f.value,
            _line(f.source),
            _qualifier(f),
        )
        for f in facts
    ]
    rows += [(r.event, r.kind, r.noc or "", _line(r.value), _line(r.source), "") for r in remarks]
    if all(fact.qualifier == 1 for fact in facts):
        return KNOWN.csv_text(row[:-1] for row in rows)
    return KNOWN.csv_text(rows, ("qualifier",))


def _qualifier(fact: Fact) -> int | str:
    return fact.qualifier if fact.kind in ABOUT_ENTRIES else ""


def _line(text: str) -> str:
    """Text on one line, as a record of a CSV file must be."""
    return " ".join(text.split())


def sources_text(parts: FolderParts, report: ImportReport) -> str:
    """Return the text of `SOURCES.md`: where everything comes from, what was guessed and what is missing."""
    lines = [
        f"# Sources: {_line(parts.title)}",
        "",
        f"Everything in this folder was imported from `{report.source}` ({report.form}) by `quotaproof import`.",
        f"The rules are those of `{report.rules}`. Nothing was checked against another source.",
        "",
        *(f"- {_line(source)}" for source in parts.sources),
    ]
    for kind in KINDS:
        remarks = report.of(kind)
        if remarks:
            lines += ["", f"## {HEADINGS[kind]}", ""]
            lines += [f"- {_line(remark.subject)}: {_line(remark.message)}." for remark in remarks]
    return "\n".join(lines) + "\n"
