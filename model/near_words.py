"""The nearest right words, for a message about one that is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection

NEAR = {1: 1.0, 2: 0.5, 3: 0.6}
FAR = 0.72
"""How alike words must be, from 0 to 1: short ones by their length, longer ones. One letter of each may differ."""

LONGEST = 100
"""Characters beyond which a text is no word, and is compared with none."""


def bare(text: str) -> str:
    """Return a text without blanks and signs, in lower case, by which what people write is compared.

    Examples
    --------
    >>> bare("Men's 1000 m")
    'mens1000m'
    """
    return re.sub(r"[\W_]+", "", text).casefold()


def near(word: str, known: Collection[str], most: int = 3) -> list[str]:
    """Return the words of `known` that are most like `word`, the nearest first."""
    from difflib import get_close_matches

    own = word.strip().casefold()
    if not own or len(own) > LONGEST:
        return []
    found = {one.casefold(): one for one in known if one != word}
    return [found[one] for one in get_close_matches(own, found, most, NEAR.get(len(own), FAR))]


def question(words: Collection[str]) -> str:
    """Return the question which of some words is meant."""
    return f"do you mean {' or '.join(words)}?"


def asked(word: str, known: Collection[str]) -> str:
    """Return ` (do you mean X?)` for what a wrong word may have been meant as, or nothing where no word is near.

    Examples
    --------
    >>> asked("men-50", ["men-500", "women-1000"])
    ' (do you mean men-500?)'
    """
    words = near(word, known)
    return f" ({question(words)})" if words else ""


def asked_in_place(missing: str, unknown: Collection[str]) -> str:
    """Return ` (do you mean it by X?)` where a word that is missing seems to be there with another spelling."""
    words = near(missing, unknown, 1)
    return f" (do you mean it by {words[0]}?)" if words else ""
