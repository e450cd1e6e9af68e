"""A report as wikitext, to be pasted into the encyclopaedia.

Sections for those who check it (facts, differences, the scenario itself) are in a comment, where readers do not see
them and `quotaproof import` finds them.
"""

from __future__ import annotations

import re

from quotaproof.nations import name_of

from .document import Document, Item, Line, ReportTable, Section, noc_text

SPECIAL = re.compile(r"[\[\]{}<>|&]|'(?=')|(?<=')'|~(?=~)|(?<=~)~|_(?=_)|!(?=!)|^[*#:;=+!-]")
SHADES = {2: "#ddeeff", 3: "#ffeecc"}
COMMENT = "quotaproof"
"""How the comment begins that holds what is not for readers."""


def to_wikitext(document: Document) -> str:
    """Return a report as wikitext."""
    parts = [escaped(text) for text in document.lead]
    for section in document.sections:
        parts += _section(section, document.games)
    if any(table.notes for section in document.sections for table in section.tables):
        parts += ["== Notes ==", "{{notelist}}"]
    records = [part for section in document.records for part in _section(section, document.games)]
    hidden = "\n\n".join([f"= {escaped(document.title)} =", *records])
    # Two hyphens in a row could end the comment; as entities they are read back as they were.
    parts.append(f"<!-- {COMMENT}\n{hidden.replace('--', '&#45;&#45;')}\n-->")
    return "\n\n".join(parts) + "\n"


def _section(section: Section, games: str) -> list[str]:
    marks = "=" * section.level
    parts = [f"{marks} {escaped(section.title)} {marks}", *(escaped(text) for text in section.paragraphs)]
    if any(table.kind == "list" for table in section.tables):
        parts.append(_legend())
    tables = [_table(table, games) for table in section.tables]
    if len(tables) > 1:
        # Lists are set side by side, as on the pages of the encyclopaedia.
        tables = ["{{col-begin}}", *(f"{{{{col-break}}}}\n{table}" for table in tables), "{{col-end}}"]
    return [*parts, *tables]


def _legend() -> str:
    rows = [
        f'|-\n| style="width:1.5em; background:{SHADES[number]}" |\n| Indicates the {word} best qualifier for a nation'
        for number, word in ((2, "second"), (3, "third"))
    ]
    return "\n".join(["{|", *rows, "|}"])


def _table(table: ReportTable, games: str) -> str:
    centred = "" if table.kind == "record" else ' style="text-align:center"'
    lines = [f'{{| class="wikitable"{centred}', f"|+ {escaped(table.caption)}"]
    for heads in table.header:
        lines.append("|-")
        for head in heads:
            spans = [f'rowspan="{head.rows}"'] if head.rows > 1 else []
            spans += [f'colspan="{head.columns}"'] if head.columns > 1 else []
            spans.append('scope="col"')
            lines.append(f"! {' '.join(spans)} | {escaped(head.text)}")
    for line in table.lines:
        lines.append('|- style="border-top:3px solid #54595d"' if line.kind == "behind-cut" else "|-")
        lines += [_cell(item, line, games) for item in line.items]
    return "\n".join([*lines, "|}"])


def _cell(item: Item, line: Line, games: str) -> str:
    nocs = ("<br />" if len(item.nocs) < 12 else ", ").join(_noc(noc, games) for noc in item.nocs)
    shown = " ".join(part for part in (nocs, item.suffix, escaped(item.text)) if part)
    if item.struck:
        shown = f"<s>{shown}</s>"
    if item.note:
        shown += f"{{{{efn|{escaped(item.note)}}}}}"
    style = ["text-align:left"] if item.nocs or (item.text and not item.number) else []
    if item.qualifier in SHADES and item.nocs:
        style.append(f"background:{SHADES[item.qualifier]}")
    mark = "!" if line.kind == "total" else "|"
    return f'{mark} style="{"; ".join(style)}" | {shown}' if style else f"{mark} {shown}"


def _noc(noc: str, games: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", noc):
        return noc_text(noc, noc)
    if name_of(noc) == noc and noc != "ROC":
        return noc
    return f"{{{{flagIOC|{noc}|{games}}}}}" if games else f"{{{{flagIOC|{noc}}}}}"


def escaped(text: str) -> str:
    """Return text so that a wiki shows it as it is, on one line: what could be a mark becomes an entity."""
    return SPECIAL.sub(lambda found: f"&#{ord(found[0])};", " ".join(text.split()))
