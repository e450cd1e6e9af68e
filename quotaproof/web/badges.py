"""The verdict on what was published as a badge: a mark with a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .languages import gettext, ngettext, stop
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
        return {"tone": "none", "sign": "?", "words": gettext("not decided within the time limit")}
    if found is None:
        words_ = gettext("no table yet") if not described["complete"] else gettext("nothing published to compare")
        return {"tone": "none", "sign": "–", "words": words_}
    if found.get("declines_unknown"):
        return {"tone": "none", "sign": "?", "words": gettext("not decided within the time limit")}
    tone, sign = TONES[found["verdict"]], SIGNS[found["verdict"]]
    listed = found.get("published_list")
    if listed is not None:
        number = len(found["findings"])
        entered = described["published_lists"] == [ENTRIES]
        subject = gettext("who entered had the places") if entered else gettext("the last draft is as the results give")
        text = subject if not number else f"{listed['title']}{stop(':')} {_differences(number)}"
    elif "partly_known" in found:
        text = gettext("the facts fit the rules") if tone == "right" else gettext("the facts do not fit the rules")
    elif tone == "changed":
        text = ngettext("right with %(num)s change", "right with %(num)s changes", len(found["explanation"]))
    elif tone == "wrong":
        text = gettext("not what the rules give")
        if found["repairs"]:
            text = ngettext(
                "not what the rules give: %(num)s cell to change",
                "not what the rules give: %(num)s cells to change",
                len(found["repairs"][0]),
            )
    else:
        text = gettext("as the rules give")
    return {"tone": tone, "sign": sign, "words": text}


def scenario_badge(
    described: Mapping[str, Any], found: Mapping[str, Any] | None, problem: RequestError | None = None
) -> dict[str, str]:
    """Return the badge of a scenario among others: where only facts fit the rules, that there is no table yet."""
    badge = badge_of(described, found, problem)
    if described["partly_known"] and described["published"] is None and badge["tone"] == "right":
        return {"tone": "none", "sign": "–", "words": f"{gettext('no table yet')}{stop(';')} {badge['words']}"}
    return badge


def _differences(number: int) -> str:
    return ngettext("%(num)s difference", "%(num)s differences", number)
