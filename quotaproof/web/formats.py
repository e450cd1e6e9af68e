"""The formats that an answer can be downloaded in. One more is one more entry here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Write = Callable[[str], str]
"""Writes an answer in a format of the command line, by its name."""


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """A format: its name for people, media type, file ending, and how a document becomes text.

    `only` names the answers that can be had in it; empty for all.
    """

    label: str
    media_type: str
    ending: str
    write: Callable[[Any, Write], str]
    only: tuple[str, ...] = ()

    def holds(self, what: str) -> bool:
        """Return whether an answer can be had in this format."""
        return not self.only or what in self.only


FORMATS: dict[str, AnswerFormat] = {
    "json": AnswerFormat("JSON", "application/json", "json", lambda document, _: to_json(document)),
    "csv": AnswerFormat("CSV", "text/csv", "csv", lambda _, write: write("csv")),
    "markdown": AnswerFormat("Markdown", "text/markdown", "md", lambda _, write: write("markdown")),
    "wikitext": AnswerFormat(
        "Wikitext", "text/plain", "wiki", lambda _, write: write("wikitext"), ("published", "rules")
    ),
}


CHANGED = "Changed by hand"
"""How a source of a scenario begins that says what its sender has changed in it."""

NAMES = {
    "published": "as-published",
    "rules": "by-the-rules",
    "after": "after-changes",
    "verification": "verification",
    "whatif": "whatif",
}
"""What can be downloaded -> what its file is called behind the scenario's name."""


def to_json(document: Any) -> str:
    """Return a document as JSON text, as the command line prints it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
