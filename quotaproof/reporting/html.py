"""A report as one self-contained HTML file: no script, nothing fetched, everything escaped."""

from __future__ import annotations

from importlib.resources import files

from quotaproof.extras import library

from .document import Document, Item


def to_html(document: Document) -> str:
    """Return a report as an HTML page.

    Raises
    ------
    InputError
        If Jinja2 is not installed.
    """
    jinja2 = library("jinja2", "report")
    folder = files("quotaproof.reporting") / "templates"
    sources = {name: (folder / name).read_text(encoding="utf-8") for name in ("report.html", "report.css")}
    environment = jinja2.Environment(
        loader=jinja2.DictLoader(sources),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals["names"] = _names
    page: str = environment.get_template("report.html").render(document=document, style=sources["report.css"])
    return page


def _names(item: Item) -> list[tuple[str, str]]:
    """The NOCs of a cell as (name, code in brackets); without a code where it is all that is known."""
    found = []
    for noc, text in zip(item.nocs, item.shown, strict=True):
        code = f"({noc})"
        found.append((text.removesuffix(f" {code}"), code if text.endswith(f" {code}") else ""))
    return found
