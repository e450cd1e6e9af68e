"""A report as a LaTeX document with booktabs; its tables can be taken out one by one."""

from __future__ import annotations

from .document import Document, Head, Item, Line, ReportTable, Section, words_of

ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}", "'": "{'}", "-": "{-}",
    "–": "--", "—": "---", "\u00a0": "~",
}  # fmt: skip
"""Hyphens and apostrophes are put in braces, so that two of them do not make a dash or a quotation mark."""

SECTIONS = {2: "section", 3: "subsection", 4: "subsubsection"}
NOTE_MARK = r"\textsuperscript{\textdagger}"

LONG = 30
"""Characters beyond which the text of a column is set as paragraphs."""

CM_OF_LINE, CM_PER_CHARACTER, CM_BETWEEN = 16.0, 0.17, 0.3

PREAMBLE = r"""\documentclass[a4paper,10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage[margin=2cm]{geometry}
\usepackage{textcomp,booktabs,longtable,array,xcolor}
\usepackage[normalem]{ulem}
\definecolor{second}{HTML}{DDEEFF}
\definecolor{third}{HTML}{FFEECC}
\setlength{\LTleft}{0pt}
\setlength{\tabcolsep}{4pt}
\setlength{\fboxsep}{1pt}
"""


def to_latex(document: Document) -> str:
    """Return a report as the text of a LaTeX document."""
    lines = [PREAMBLE, rf"\title{{{escaped(document.title)}}}", r"\date{}", r"\begin{document}", r"\maketitle"]
    lines += [escaped(text) + "\n" for text in document.lead]
    for section in document.all_sections:
        lines += _section(section)
    return "\n".join([*lines, r"\end{document}"]) + "\n"


def _section(section: Section) -> list[str]:
    lines = [rf"\{SECTIONS[section.level]}*{{{escaped(section.title)}}}"]
    lines += [escaped(text) + "\n" for text in section.paragraphs]
    for table in section.tables:
        lines += _table(table)
        lines += [rf"{NOTE_MARK}~{escaped(note)}" + "\n" for note in table.notes]
    return lines


def _columns(table: ReportTable) -> str:
    """Numbers flush right; columns of long text share the width that is left, and are set as paragraphs."""
    header = table.flat_header()
    lengths = [
        max([len(words_of(line.items[column])) for line in table.lines], default=0) for column in range(table.width)
    ]
    long = [length > LONG and not number for length, number in zip(lengths, table.number_columns, strict=True)]
    short = sum(
        max(length, len(name) if len(table.header) == 1 else 6) * CM_PER_CHARACTER + CM_BETWEEN
        for length, name, wide in zip(lengths, header, long, strict=True)
        if not wide
    )
    width = max(3.0, (CM_OF_LINE - short) / max(sum(long), 1) - CM_BETWEEN)
    paragraph = rf">{{\raggedright\arraybackslash}}p{{{width:.1f}cm}}"
    return "".join(
        paragraph if wide else "r" if number else "l" for wide, number in zip(long, table.number_columns, strict=True)
    )


def _table(table: ReportTable) -> list[str]:
    caption = rf"\multicolumn{{{table.width}}}{{l}}{{\textbf{{{escaped(table.caption)}}}}} \\"
    head = [caption, r"\toprule", *_header(table), r"\midrule", r"\endhead"]
    lines = [rf"\begin{{longtable}}{{{_columns(table)}}}", *head]
    for line in table.lines:
        if line.kind in ("total", "behind-cut"):
            lines.append(r"\midrule")
        lines.append(" & ".join(_cell(item, line) for item in line.items) + r" \\")
    return [*lines, r"\bottomrule", r"\end{longtable}"]


def _header(table: ReportTable) -> list[str]:
    """Header rows; a cell over two rows is put in the lower one."""
    lines: list[str] = []
    for level, heads in enumerate(table.header):
        cells: list[str] = []
        rules: list[str] = []
        column = 1
        for head in _with_gaps(heads, table.header[level - 1] if level else ()):
            text = "" if head.rows > 1 else escaped(head.text)
            if head.columns > 1:
                cells.append(rf"\multicolumn{{{head.columns}}}{{c}}{{{text}}}")
                rules.append(rf"\cmidrule(lr){{{column}-{column + head.columns - 1}}}")
            else:
                cells.append(text)
            column += head.columns
        lines.append(" & ".join(cells) + r" \\" + "".join(rules))
    return lines


def _with_gaps(heads: tuple[Head, ...], above: tuple[Head, ...]) -> list[Head]:
    """A lower header row, with the cells that hang down from above in their places."""
    waiting = list(heads)
    if not above:
        return waiting
    row: list[Head] = []
    for head in above:
        row += [Head(head.text)] if head.rows > 1 else [waiting.pop(0) for _ in range(head.columns)]
    return row


def _cell(item: Item, line: Line) -> str:
    shown = escaped(words_of(item))
    if item.struck:
        shown = rf"\sout{{{shown}}}"
    if item.qualifier in (2, 3) and item.nocs:
        shown = rf"\colorbox{{{'second' if item.qualifier == 2 else 'third'}}}{{{shown}}}"
    if line.kind == "total" and shown:
        shown = rf"\textbf{{{shown}}}"
    return shown + (NOTE_MARK if item.note else "")


def escaped(text: str) -> str:
    """Return text so that LaTeX sets it as it is, on one line."""
    return "".join(ESCAPES.get(c, c) for c in " ".join(text.split()))
