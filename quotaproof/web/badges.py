"""The verdict on what was published as a badge: a mark with a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quotaproof.model.quantities import counted

from .problems import RequestError

ENTRIES = "entries"
"""What a scenario has instead of a published list that names who entered."""

TONES = {"as-the-rules-give": "right", "with-changes": "changed", "not": "wrong"}
"""Verdict -> the class of what shows it."""

SIGNS = {"as-the-rules-give": "✓", "with-changes": "≈", "not": "✗"}
"""Verdict -> its mark."""


def badge_of(
    described: Mapping[str, Any], found: Mapping[str, Any] | None, problem: RequestError | None = None
) -> dict[str, str]:
    """Return `tone`, `sign` and `words` of a verdict."""
    if problem is not None:
        return {"tone": "none", "sign": "?", "words": "not decided within the time limit"}
    if found is None:
        words_ = "no table yet" if not described["complete"] else "nothing published to compare"
        return {"tone": "none", "sign": "–", "words": words_}
    tone, sign = TONES[found["verdict"]], SIGNS[found["verdict"]]
    listed = found.get("published_list")
    if listed is not None:
        number = len(found["findings"])
        entered = described["published_lists"] == [ENTRIES]
        subject = "who entered had the places" if entered else "the last draft is as the results give"
        text = subject if not number else f"{listed['title']}: {counted(number, 'difference')}"
    elif tone == "changed":
        text = f"right with {counted(len(found['explanation']), 'change')}"
    elif tone == "wrong":
        text = (
            f"not what the rules give: {counted(len(found['repairs'][0]), 'cell')} to change"
            if found["repairs"]
            else ("not what the rules give")
        )
    else:
        text = "as the rules give"
    return {"tone": tone, "sign": sign, "words": text}
