"""A report in one of the formats that people publish in."""

from __future__ import annotations

from typing import Literal, get_args

from .document import Document

Format = Literal["markdown", "html", "wikitext", "latex", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)


def render(document: Document, form: Format) -> str | bytes:
    """Return a report as text, or as bytes for `xlsx`.

    Raises
    ------
    InputError
        If a library that the format needs is not installed.
    """
    if form == "html":
        from .html import to_html

        return to_html(document)
    if form == "wikitext":
        from .wikitext import to_wikitext

        return to_wikitext(document)
    if form == "latex":
        from .latex import to_latex

        return to_latex(document)
    if form == "xlsx":
        from .xlsx import to_workbook

        return to_workbook(document)
    from .markdown import to_markdown

    return to_markdown(document)
