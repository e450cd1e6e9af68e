"""The report on an import as text."""

from __future__ import annotations

from quotaproof.importing.folder import HEADINGS
from quotaproof.importing.outcome import KINDS, ImportReport
from quotaproof.model.files import csv_text
from quotaproof.model.quantities import counted, joined

from .grid import bullet_of, paragraphs


def import_report(report: ImportReport, form: str, *, color: bool = False) -> str:
    """Return the report on an import: what was read, guessed and is missing; as CSV its remarks."""
    if form == "csv":
        header = ("kind", "subject", "message")
        return csv_text(header, ([remark.to_dict()[name] for name in header] for remark in report.remarks))
    markdown = form == "markdown"
    heading, sub = ("## ", "### ") if markdown else ("", "")
    bullet = bullet_of(form)
    blocks = [f"{heading}{report.title}", _summary(report)]
    for kind in KINDS:
        remarks = report.of(kind)
        if remarks:
            blocks.append(f"{sub}{HEADINGS[kind]}{'' if markdown else ':'}")
            blocks.append("\n".join(f"{bullet}{remark.subject}: {remark.message}." for remark in remarks))
    if report.folder is not None:
        blocks.append(f"Written to {report.folder}; see what it says with: quotaproof verify {report.folder}")
    return paragraphs(blocks, form)


def _summary(report: ImportReport) -> str:
    parts = []
    if report.nocs:
        unknown = f" ({report.unknown_nocs} of them unknown)" if report.unknown_nocs else ""
        totals = counted(len(report.totals), "printed total")
        parts.append(f"a quota table of {counted(report.nocs, 'NOC')}{unknown} with {totals}")
    if report.lists:
        lengths = ", ".join(f"{event} {length}" for event, length in report.lists.items())
        parts.append(f"{counted(len(report.lists), 'ranked list')} ({lengths})")
    if report.criteria:
        parts.append(f"{counted(len(report.criteria), 'table')} by criterion")
    return f"Read from {report.source} ({report.form}), by the rules of {report.rules}: {joined(parts)}."
