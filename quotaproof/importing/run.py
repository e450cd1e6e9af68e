"""The import: a page is read, its tables are recognised, and what they say becomes a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from quotaproof.model.aliases import Alias
from quotaproof.model.criteria import athletes_of, compared, mixed_criteria, relay_criteria
from quotaproof.model.errors import InputError
from quotaproof.model.files import NOC_PATTERN
from quotaproof.model.published import TOTAL, Published
from quotaproof.model.rules import GENDERS, Rules
from quotaproof.model.standings.rankings import Standings
from quotaproof.model.stated_types import typed
from quotaproof.pages import Page, read, read_bytes
from quotaproof.pages.source import Form
from quotaproof.scenarios import identifiers

from .conservation import account
from .folder import FolderParts, in_memory, save
from .joining import joined
from .named_columns import parse_columns
from .outcome import Imported, ImportReport, Remarks
from .rankings import Found, as_facts
from .recognised import Tables, recognise
from .records import BY_THE_RULES, STARTS_AS, UNREADABLE, Records, read_about, stated_alias, unreadable_rows
from .spelled import known_words
from .template import RulesTemplate, guessed_template, named_template

if TYPE_CHECKING:
    import pandas as pd

MOST_FILES = 50


@typed
def import_scenario(
    source: Path | str | pd.DataFrame | Sequence[Path | str],
    into: Path | str | None = None,
    *,
    rules: str | None = None,
    form: Form | None = None,
    host: str | None = None,
    title: str | None = None,
    columns: str | None = None,
) -> Imported:
    """Return the scenario that a page holds, and a report of what was read, guessed and missing.

    Parameters
    ----------
    source
        A file (HTML, plain text, wikitext, CSV, JSON, Excel or OpenDocument; `-` is standard input), several files that
        make one scenario together, or a pandas frame.
    into
        The folder to write; it must not exist or be empty. Without it nothing is written.
    rules
        The id or path of a scenario whose rules hold, or a rule file; guessed from the page if not given.
    form
        The file's format, if its name and content do not show it.
    host, title
        Instead of those that the page and the rules give; `none` is no host.
    columns
        Which column of the quota table is which, such as `men-500=Herren 500 m,noc=Land`.

    Raises
    ------
    InputError
        If the page cannot be read, has neither a quota table nor a ranked list nor results, or contradicts itself;
        nothing is written then.
    """
    several = list(source) if isinstance(source, list | tuple) and source else None
    if several is not None and len(several) > MOST_FILES:
        raise InputError(f"at most {MOST_FILES} files are imported at once; these are {len(several)}")
    pages: list[tuple[str, Page]] = []
    for one in several if several is not None else [source]:
        if isinstance(one, str | Path):
            shown = "standard input" if str(one) == "-" else Path(one).name
            pages.append((shown, read(Path(one), form, known_words)))
        else:
            pages.append(("frame", read(one, form)))  # type: ignore[arg-type]
    folder = None if into is None else Path(into)
    name, page = _together(pages)
    return import_page(page, name, folder, rules=rules, host=host, title=title, columns=columns)


def import_contents(
    files: Sequence[tuple[str, bytes]],
    into: Path | None = None,
    *,
    rules: str | None = None,
    columns: str | None = None,
) -> Imported:
    """Return the scenario that files hold which somebody sent, as (name, content); errors as in `import_scenario`."""
    name, page = opened(files)
    return import_page(page, name, into, rules=rules, columns=columns)


def opened(files: Sequence[tuple[str, bytes]]) -> tuple[str, Page]:
    """Return the name and the page of files that somebody sent, as they are imported: all their tables in a row."""
    return _together([(name, read_bytes(data, name, known=known_words)) for name, data in files])


def _together(pages: Sequence[tuple[str, Page]]) -> tuple[str, Page]:
    return ", ".join(shown for shown, _ in pages)[:200], joined(_as_one(pages))


def import_page(
    page: Page,
    name: str,
    into: Path | None = None,
    *,
    rules: str | None = None,
    host: str | None = None,
    title: str | None = None,
    columns: str | None = None,
    remarks: Remarks | None = None,
) -> Imported:
    """Return the scenario that an opened page holds; errors as in `import_scenario`.

    Parameters
    ----------
    remarks
        Where what there is to say is put, so that it is known after a refusal too.
    """
    remarks = Remarks() if remarks is None else remarks
    try:
        parts, tables, template = _parts(page, name, remarks, rules=rules, host=host, title=title, columns=columns)
        account(page, remarks)
        if into is None:
            scenario = in_memory(parts, Path(name).stem)
        else:
            scenario = save(parts, into, lambda: _report(name, page, parts, tables, template, remarks, None))
    except InputError as error:
        if error.file is not None:
            raise
        raise InputError(error.problem, file=name, line=error.line, field=error.field) from error
    return Imported(scenario, _report(name, page, parts, tables, template, remarks, into))


def _as_one(pages: Sequence[tuple[str, Page]]) -> Page:
    """Several pages as one, each under a heading with its file's name."""
    if len(pages) == 1:
        return pages[0][1]
    grids = []
    for number, (name, page) in enumerate(pages):
        stem = Path(name).stem.replace("_", " ")
        above = (page.title, stem) if page.title and page.title != stem else (stem,)
        grids += [
            replace(grid, headings=(*above, *(h for h in grid.headings if h != stem)), file=number)
            for grid in page.grids
        ]
    asides = tuple(replace(aside, subject=f"{name}, {aside.subject}") for name, page in pages for aside in page.asides)
    loose = tuple(replace(line, place=f"{name}, {line.place}") for name, page in pages for line in page.loose)
    forms = ", ".join(dict.fromkeys(page.form for _, page in pages))
    return Page(next((page.title for _, page in pages if page.title), ""), tuple(grids), forms, asides, loose)


def _parts(
    page: Page,
    name: str,
    remarks: Remarks,
    *,
    rules: str | None,
    host: str | None,
    title: str | None,
    columns: str | None,
) -> tuple[FolderParts, Tables, RulesTemplate]:
    """Everything that goes into the folder."""
    if not page.grids:
        raise InputError(
            "no quota table and no ranked list is in it, nor any other table; a table has rows whose cells are "
            "between bars, tabs, commas or semicolons, or is one of an HTML page, wikitext or workbook"
        )
    tables = Tables()
    for grid in page.grids:
        read_about(grid, tables.records, remarks)
    records = tables.records
    template = template_of(page, rules, records, remarks)
    shown = title or records.first("Title") or page.title or f"Imported from {name}"
    source = f"{page.title or name} ({name})" if page.title else name
    named = parse_columns(columns, template.rules) if columns else ()
    recognise(page, template.rules, tables, source[:300], named, remarks)
    if template.rules.by_lists and tables.found.rankings:
        # Their ranked lists are of athletes, and what is read here are SOQCs of qualifiers.
        for event in tables.found.rankings:
            what = "a list was seen; lists of athletes are not read, so put it into standings.csv yourself"
            remarks.add("ignored", template.rules.event(event).label, what)
        tables.found = Found()
    if template.rules.by_lists and template.rules.results is None and tables.results.lines:
        for place in dict.fromkeys(line.place for line in tables.results.lines):
            remarks.add("ignored", place, "results were seen, and the rules have no table [results] on what they count")
        tables.results.lines.clear()
    as_facts(tables.found, template.rules, remarks)
    if tables.results.lines:
        file, text = tables.results.to_csv(template.rules, remarks)
        tables.files[file] = text
    published = None if records.first("Quota table") == BY_THE_RULES else _as_published(tables)
    readings = {
        word.removeprefix("Reading "): values[0]
        for word, values in records.about.items()
        if word.startswith("Reading ")
    }
    _cross_check(tables, template.rules, readings, remarks)
    defaults = template.rules.default_readings.to_dict()
    parts = FolderParts(
        title=shown[:300],
        games=records.first("Games") or template.games,
        host=_host(host, records, template, remarks),
        rules_text=template.text,
        readings={k: v for k, v in readings.items() if v != defaults.get(k)},
        dates={key: records.about[word][0] for key, word in (("announced", "Announced"), ("final", "Final"))
               if word in records.about},
        sources=tuple(text[:500] for text in records.about.get("Source", [])) or (source[:500],),
        published=published,
        standings=Standings(tables.found.rankings),
        # A report of quotaproof lists both; what is struck out in its rankings says the same again.
        facts=tuple(records.facts if records.about else tables.found.facts),
        remarks=tuple(records.remarks),
        declines=tuple(records.declines if records.about else tables.found.declines),
        invitations=tuple(records.invitations),
        criteria=() if records.about else tuple(tables.criteria),
        files=tables.files,
        aliases=_aliases(template, records, source, remarks),
    )  # fmt: skip
    return parts, tables, template


def _aliases(template: RulesTemplate, records: Records, source: str, remarks: Remarks) -> tuple[Alias, ...]:
    """The codes under which federations start: as a report states them, or by the rows of the page.

    What the scenario of the rules says of a code that only the rows name holds too.
    """
    found: dict[str, Alias] = {}
    for word, values in records.about.items():
        if word.startswith(STARTS_AS):
            alias = stated_alias(word.removeprefix(STARTS_AS), values[0])
            if alias is None:
                remarks.add("missing", word, f"{values[0][:60]!r} is not understood; state it in scenario.toml")
            else:
                found[alias.code] = alias
    for code, federations in remarks.aliases.items():
        each = " and ".join(federations)
        remarks.add("read", code, f"{each} start under this code; each has rows by its own code")
        if code in found:
            continue
        known = next((alias for alias in template.aliases if alias.code == code), None)
        if known is None:
            found[code] = Alias(code, tuple(federations), None, "as the page has it", source[:300])
        else:
            found[code] = replace(known, federations=tuple(dict.fromkeys((*known.federations, *federations))))
    return tuple(found.values())


def template_of(page: Page, rules: str | None, records: Records, remarks: Remarks) -> RulesTemplate:
    """Return the rules by which a page is read: those named, those that it states, or those guessed.

    Raises
    ------
    InputError
        If there are no such rules, or none or several may be meant.
    """
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


def _as_published(tables: Tables) -> Published | None:
    """The quota table as it was published, where the page shows it repaired and says what was repaired."""
    table = tables.quota
    unreadable = unreadable_rows(tables.records.about.get(UNREADABLE, []))
    records = tables.records
    if table is None or not (records.published or records.unknown or unreadable):
        return table
    cells = {noc: dict(row) for noc, row in table.cells.items()}
    totals = dict(table.totals)
    for (noc, column), number in records.published.items():
        if noc == TOTAL:
            totals.pop(column, None)
            if number is not None:
                totals[column] = number
        elif noc in cells:
            cells[noc][column] = number or 0
        elif number is not None:
            raise InputError(f"the table of differences speaks of {noc}, which has no row in the quota table")
    for noc in {noc for (noc, _), number in records.published.items() if number is None and noc != TOTAL}:
        cells.pop(noc, None)
    printed = {column: totals[column] for column in table.columns if column in totals}
    unknown = {cell for cell in (*table.unknown, *records.unknown) if cell[0] in cells}
    for noc, column in unknown:
        cells[noc][column] = 0
    return replace(table, cells=cells, totals=printed, unknown=frozenset(unknown)).renamed(unreadable)


def _host(host: str | None, records: Records, template: RulesTemplate, remarks: Remarks) -> str | None:
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


def _cross_check(tables: Tables, rules: Rules, chosen: Mapping[str, str], remarks: Remarks) -> None:
    """Compare the tables by criterion with the quota table."""
    table = tables.quota
    if table is None or not tables.criteria:
        return
    if table.unknown:
        remarks.add(
            "missing", "tables by criterion", "not compared with the quota table, since cells of it are unknown"
        )
        return
    readings = rules.default_readings.with_values(chosen)
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
    parts: FolderParts,
    tables: Tables,
    template: RulesTemplate,
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
