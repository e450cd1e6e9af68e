"""The import: a page is read, its tables are recognised, and what they say becomes a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from quotaproof.model.criteria import Criterion, athletes_of, compared, mixed_criteria, relay_criteria
from quotaproof.model.errors import InputError
from quotaproof.model.files import NOC_PATTERN
from quotaproof.model.published import TOTAL, Published
from quotaproof.model.rules import GENDERS, Readings, Rules
from quotaproof.model.standings import Standings
from quotaproof.pages import Grid, Page, read
from quotaproof.scenarios import identifiers

from .criteria import read_criteria
from .folder import Parts, in_memory, save
from .lists import read_legend, read_lists, read_long_list
from .outcome import Imported, ImportReport, Remarks
from .quota import read_quota_table
from .rankings import Found, add_list, as_facts
from .records import BY_THE_RULES, Records, is_record, read_about, read_records
from .template import Template, guessed_template, named_template

if TYPE_CHECKING:
    import pandas as pd

    from quotaproof.pages.source import Form


@dataclass(slots=True)
class _Tables:
    """What the tables of a page are."""

    quota: Published | None = None
    criteria: list[Criterion] = field(default_factory=list)
    found: Found = field(default_factory=Found)
    records: Records = field(default_factory=Records)


def import_scenario(
    source: Path | str | pd.DataFrame,
    into: Path | str | None = None,
    *,
    rules: str | None = None,
    form: Form | None = None,
    host: str | None = None,
    title: str | None = None,
) -> Imported:
    """Return the scenario that a page holds, and a report of what was read, guessed and missing.

    Parameters
    ----------
    source
        A saved page (HTML, plain text, wikitext, CSV or Excel), or a pandas frame.
    into
        The folder to write; it must not exist or be empty. Without it nothing is written.
    rules
        The id or path of a scenario whose rules hold, or a rule file; guessed from the page if not given.
    form
        The file's format, if its name and content do not show it.
    host, title
        Instead of those that the page and the rules give; `none` is no host.

    Raises
    ------
    InputError
        If the page cannot be read, has neither a quota table nor a ranked list, or contradicts itself; nothing is
        written then.
    """
    remarks = Remarks()
    name = "frame"
    if isinstance(source, str | Path):
        source = Path(source)
        name = source.name
    page = read(source, form)
    try:
        parts, tables, template = _parts(page, name, remarks, rules=rules, host=host, title=title)
        if into is None:
            scenario = in_memory(parts, Path(name).stem)
        else:
            scenario = save(parts, Path(into), lambda: _report(name, page, parts, tables, template, remarks, None))
    except InputError as error:
        if error.file is not None:
            raise
        raise InputError(error.problem, file=name, line=error.line, field=error.field) from error
    folder = None if into is None else Path(into)
    return Imported(scenario, _report(name, page, parts, tables, template, remarks, folder))


def _parts(
    page: Page, name: str, remarks: Remarks, *, rules: str | None, host: str | None, title: str | None
) -> tuple[Parts, _Tables, Template]:
    """Everything that goes into the folder."""
    tables = _Tables()
    for grid in page.grids:
        read_about(grid, tables.records)
    records = tables.records
    template = _template(page, rules, records, remarks)
    shown = title or records.first("Title") or page.title or f"Imported from {name}"
    source = f"{page.title or name} ({name})" if page.title else name
    _recognise(page, template.rules, tables, source[:300], remarks)
    as_facts(tables.found, template.rules, remarks)
    if tables.quota is None and not tables.found.rankings:
        raise InputError(
            "no quota table and no ranked list of these rules is in it; a quota table needs a column for the nation, "
            f"one per event ({', '.join(event.identifier for event in template.rules.events)}) and one for the athletes"
        )
    published = None if records.first("Quota table") == BY_THE_RULES else _as_published(tables)
    readings = {
        word.removeprefix("Reading "): values[0]
        for word, values in records.about.items()
        if word.startswith("Reading ")
    }
    _cross_check(tables, template.rules, readings, remarks)
    parts = Parts(
        title=shown[:300],
        games=records.first("Games") or template.games,
        host=_host(host, records, template, remarks),
        rules_text=template.text,
        readings={k: v for k, v in readings.items() if v != _defaults(template.rules).get(k)},
        dates={key: records.about[word][0] for key, word in (("announced", "Announced"), ("final", "Final"))
               if word in records.about},
        sources=tuple(text[:500] for text in records.about.get("Source", [])) or (source[:500],),
        published=published,
        standings=Standings(tables.found.rankings),
        # A report of quotaproof lists both; what is struck out in its rankings says the same again.
        facts=tuple(records.facts if records.about else tables.found.facts),
        declines=tuple(records.declines if records.about else tables.found.declines),
        invitations=tuple(records.invitations),
        criteria=() if records.about else tuple(tables.criteria),
    )  # fmt: skip
    return parts, tables, template


def _template(page: Page, rules: str | None, records: Records, remarks: Remarks) -> Template:
    if rules is not None:
        return named_template(rules)
    told = records.first("Rules")
    if told is not None:
        if told not in identifiers():
            raise InputError("its rules are those of no scenario that comes with quotaproof; name them with --rules")
        remarks.add("read", "rules", f"the page says that the rules are those of {told}")
        return named_template(told)
    template = guessed_template(page)
    remarks.add("guessed", "rules", f"those of {template.name}, since {template.guessed}; others: --rules")
    return template


def _recognise(page: Page, rules: Rules, tables: _Tables, source: str, remarks: Remarks) -> None:
    legend = {shade: number for grid in page.grids for shade, number in read_legend(grid).items()}
    for grid in page.grids:
        if is_record(grid):
            read_records(grid, rules, tables.records, remarks)
            continue
        quota = read_quota_table(grid, rules, remarks)
        if quota is not None:
            if tables.quota is None:
                tables.quota = quota
            else:
                remarks.add("ignored", f"quota table ({grid.place})", "a second quota table")
            continue
        criteria = read_criteria(grid, rules, remarks)
        if criteria:
            tables.criteria += criteria
            continue
        lists = read_long_list(grid, rules, remarks) or read_lists(grid, rules, legend, remarks)
        for ranked in lists:
            add_list(tables.found, ranked, source, remarks)
        if not lists:
            _leave_out(grid, remarks)
    if tables.quota is None:
        remarks.add("missing", "quota table", "the page has none, so there is no table to verify")
    for event in rules.events:
        if event.identifier not in tables.found.rankings:
            remarks.add("missing", "standings", f"no list of {event.label}; its ranking is unknown")


def _leave_out(grid: Grid, remarks: Remarks) -> None:
    """Say of a table that it is none that counts; a legend has done its work already."""
    place = f"table ({grid.place})"
    if read_legend(grid):
        remarks.add("read", place, "a legend of second and third qualifiers")
        return
    what = " ".join(cell.text for row in grid.rows[:2] for cell in row if cell.text)[:60]
    remarks.add("ignored", place, f"neither a quota table nor a list nor a table by criterion: {what!r}")


def _as_published(tables: _Tables) -> Published | None:
    """The quota table as it was published, where the page shows it repaired and says what was repaired."""
    table = tables.quota
    if table is None or not tables.records.published:
        return table
    cells = {noc: dict(row) for noc, row in table.cells.items()}
    totals = dict(table.totals)
    for (noc, column), number in tables.records.published.items():
        if noc == TOTAL:
            totals.pop(column, None)
            if number is not None:
                totals[column] = number
        elif noc not in cells:
            raise InputError(f"the table of differences speaks of {noc}, which has no row in the quota table")
        else:
            cells[noc][column] = number or 0
    for noc in {noc for (noc, _), number in tables.records.published.items() if number is None and noc != TOTAL}:
        del cells[noc]
    return Published(table.columns, cells, {column: totals[column] for column in table.columns if column in totals})


def _host(host: str | None, records: Records, template: Template, remarks: Remarks) -> str | None:
    if host is not None:
        if host != "none" and not NOC_PATTERN.fullmatch(host):
            raise InputError(f"{host!r} is no host; write an IOC code such as CAN, or none")
        return None if host == "none" else host
    told = records.first("Host")
    if told is not None:
        return told if NOC_PATTERN.fullmatch(told) else None
    if records.about:
        return None
    if template.host is None:
        remarks.add("missing", "host", "the rules name none, so no host place is guaranteed; name it with --host")
    else:
        remarks.add("guessed", "host", f"{template.host}, as in {template.name}; another: --host")
    return template.host


def _defaults(rules: Rules) -> dict[str, str]:
    return rules.default_readings.to_dict()


def _cross_check(tables: _Tables, rules: Rules, chosen: Mapping[str, str], remarks: Remarks) -> None:
    """Compare the tables by criterion with the quota table."""
    table = tables.quota
    if table is None or not tables.criteria:
        return
    readings = Readings.of({**_defaults(rules), **chosen})
    athletes = {noc: athletes_of(rules, readings, row) for noc, row in table.cells.items()}
    for event in rules.events:
        printed = tuple(row for row in tables.criteria if row.event == event.identifier)
        if not printed:
            continue
        gender = next((g for g in GENDERS if g == event.gender), None)
        own = relay_criteria(rules, table, athletes, gender) if gender else mixed_criteria(rules, table)
        for sentence in compared(event, own, printed):
            remarks.add("difference", f"table by criterion ({event.label})", sentence)


def _report(
    name: str,
    page: Page,
    parts: Parts,
    tables: _Tables,
    template: Template,
    remarks: Remarks,
    folder: Path | None,
) -> ImportReport:
    table = parts.published
    numbers: dict[str, int] = {}
    for row in tables.criteria:
        numbers[row.event] = numbers.get(row.event, 0) + 1
    return ImportReport(
        source=name,
        form=page.form,
        title=parts.title,
        rules=template.name,
        remarks=remarks.all,
        nocs=len(table.cells) if table else 0,
        unknown_nocs=len(table.unnamed) if table else 0,
        totals=dict(table.totals) if table else {},
        lists={event: len(ranking.entries) for event, ranking in tables.found.rankings.items()},
        criteria=numbers,
        folder=folder,
    )
