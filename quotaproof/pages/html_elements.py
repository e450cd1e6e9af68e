"""What the elements of HTML stand for when a page is read: which are seen, drawn, struck, notes, or on their own."""

from __future__ import annotations

import re

UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "rp"})
UNSEEN_CLASSES = frozenset({"mw-editsection", "sortkey", "noprint", "navbox", "mw-jump-link", "sr-only-focusable"})
NOTES = frozenset({"sup", "sub", "rt"})
DRAWN = frozenset({"progress", "meter", "canvas", "video", "audio", "object", "embed", "iframe"})
"""Elements that show something without a text."""
NOTE_CLASSES = re.compile(
    r"(?:foot|end)?note-?(?:ref|mark|link)s?|(?:foot|end)notes?|reference|fn-?(?:ref)?|super(?:script)?|sup"
)
SPOKEN = frozenset(
    {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screenreader", "assistive-text"}
)
"""Classes of texts for those who hear a page; nobody sees them."""

ICONS = re.compile(r"\b(icon|fa|fas|far|glyphicon|bi|material-icons|dot|circle)\b|check|tick|cross", re.IGNORECASE)
ICON_TAGS = frozenset({"i", "span", "em", "svg", "div"})
STRUCK = frozenset({"s", "del", "strike"})
BOLD = frozenset({"b", "strong"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = frozenset(
    {
        "br", "p", "div", "li", "tr", "dd", "dt", "section", "article", "header", "footer", "main", "aside", "nav",
        "address", "blockquote", "pre", "hr", "ul", "ol", "dl", "figure", "figcaption", "details", "summary", "form",
        "fieldset", "legend", "center", *HEADINGS,
    }
)  # fmt: skip
"""Elements that stand on lines of their own."""

FIELDS = frozenset({"input", "textarea", "select", "button", "label"})
"""Elements that a frame or a gap sets apart from what is beside them."""

BREAKS = frozenset({*BLOCKS, "table", "td", "th"})
"""Elements that begin a line, or a cell, where there is no table."""

VOID = frozenset({"br", "img", "hr", "input", "link", "meta", "col", "wbr", "area", "base", "embed", "source", "track"})
DIVS = frozenset({"div", "span", "section", "article", "ul", "ol", "li", "p", "header"})
ROLES = {
    "table": "table", "grid": "table", "treegrid": "table", "row": "tr", "cell": "td", "gridcell": "td",
    "columnheader": "th", "rowheader": "th",
}  # fmt: skip
LAID_OUT = {"table": "table", "inline-table": "table", "table-row": "tr", "table-cell": "td"}
LINES = frozenset({"block", "flex", "grid", "list-item", "flow-root", "table"})
"""Ways to lay an element out by which it is on lines of its own."""

BOXES = frozenset({"flex", "inline-flex", "grid", "inline-grid"})
"""Ways to lay an element out by which what is in it is set apart from each other."""

BACKWARDS = "a text that is shown from its end"
