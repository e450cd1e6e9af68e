"""What the copy button of a console block copies: its commands, without prompts and without what they print."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

BLOCK = re.compile(r'<div class="highlight">(?P<inside>(?:(?!</div>).)*<span class="gp">.*?)</div>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Give each console block its commands, which the theme's button then copies in place of all its text."""
    return BLOCK.sub(_with_commands, html)


def _with_commands(match: re.Match[str]) -> str:
    copied = escape(commands(unescape(TAG.sub("", match["inside"])))).replace("\n", "&#10;")
    return f'<div class="highlight" data-copy="{copied}">{match["inside"]}</div>'


def commands(text: str) -> str:
    """Return the commands of a console block, one a line, with the lines that go on after a backslash."""
    kept: list[str] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            kept.append(line[2:])
        elif kept and kept[-1].endswith("\\"):
            kept.append(line.removeprefix("> "))
    return "\n".join(kept)
