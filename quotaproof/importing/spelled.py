"""How many words of a text are known, by which the encoding of a file is found out that does not say it."""

from __future__ import annotations

import re

from quotaproof.nations import noc_of

from .vocabulary import meanings

MOST = 400
"""Parts of a text that are looked at; the header and the names of the NOCs are among them."""


def known_words(text: str) -> int:
    """Return how many cells with letters beyond ASCII are names of NOCs or headers that are known."""
    parts = dict.fromkeys(part.strip() for part in re.split(r"[\n\r\t,;|<>\"]", text[:200_000]) if not part.isascii())
    found = 0
    for part in list(parts)[:MOST]:
        if len(part) < 80:
            found += bool(noc_of(part)) or bool({word for word in meanings(part)[0] if not word.isdecimal()})
    return found
