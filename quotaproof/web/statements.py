"""Published statements on a page: each with its source as a link, and what follows from which of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from .languages import gettext

_ADDRESS = re.compile(r"https?://[^\s<>\"']+?(?=[.,;:)\]]*(?:[\s<>\"']|$))")
_LONG = 40
"""An address of more signs is shown by its site alone."""

_LINE = re.compile(r"known\.csv, line (\d+)")
_PROVED = re.compile(r"That \d+ can come out is .*", re.DOTALL)


@dataclass(frozen=True)
class KnownNumber:
    """A number of a table that is known in part.

    Attributes
    ----------
    column
        An event or a gender.
    says, most
        What the number is, and whether its most can come out; each a sentence or nothing.
    reasons
        `fewer` or `more` -> what excludes it: statements and clauses, taken together.
    """

    column: str
    says: str
    reasons: Mapping[str, Mapping[str, Any]]
    most: str


def with_links(text: str) -> Markup:
    """Return a source with its addresses as links, which tell the other page nothing of where they were."""
    parts, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = found[0]
        shown = address if len(address) <= _LONG else address.split("/")[2]
        parts += [escape(text[end : found.start()])]
        parts += [Markup('<a href="{}" rel="noreferrer nofollow">{}</a>').format(address, shown)]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def sourced(markup: Markup, home: str) -> Markup:
    """Return an answer in which a line of the file of statements is a link to the statement with its source."""
    link = Markup('<a href="{}/rules#statement-{}" hx-boost="false">{}</a>')
    word = gettext("source")
    return Markup(_LINE.sub(lambda match: link.format(home, match[1], word), markup))


def known_numbers(document: Mapping[str, Any]) -> Iterator[KnownNumber]:
    """Yield what an explanation of a table that is known in part says of each of its numbers."""
    for statement, number in zip(document["why"], document["partly_known"], strict=True):
        most = _PROVED.search(statement["text"])
        excluded = {"fewer": number["why_not_fewer"], "more": number["why_not_more"]}
        yield KnownNumber(
            number["column"],
            statement["text"].partition(" Not fewer: ")[0].partition(" Not more: ")[0],
            {which: why for which, why in excluded.items() if why is not None},
            most[0] if most else "",
        )


def why_not_alone(markdown: str) -> str:
    """Return an answer's Markdown with its title and what answers why not; what the number is stands elsewhere."""
    title, _, rest = markdown.strip().partition("\n\n")
    at = rest.find("### ")
    return f"{title}\n\n{rest[at:]}" if at >= 0 else markdown
