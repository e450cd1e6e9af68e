"""What ranked lists say of their entries, in the language of the page: how far from the cut, who is in line, notes."""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup

from quotaproof.model.quantities import NUMBERS

from .languages import SOURCE, gettext, language, ngettext

_POINTS = re.compile(r"(\d+) points? (ahead|behind)")
_SECONDS = re.compile(r"(\d+\.\d\d) s behind")
_IN_LINE = re.compile(r"in line: (\d+)")
_BY_RANK = re.compile(r"rank by (.+)")
_GAVE_BACK = re.compile(r"([A-Z]{3}) gave its place back")
_SPELLED = {word: number for number, word in enumerate(NUMBERS)}
_NUMBER = rf"(\d+|{'|'.join(_SPELLED)})"
_NEEDS = re.compile(rf"it needs {_NUMBER} more athletes?, and (the men|the women|all NOCs) already need (\d+) of (\d+)")
_HAS_ALL = re.compile(rf"([A-Z]{{3}}) already has {_NUMBER}, the most it may have")
_BY_RANKING = re.compile(r"The places of the .* go to NOCs with enough athletes, in the order of this ranking\.")


def from_cut(text: str) -> str:
    """Return how far an entry is from the cut: `12 points behind`, `0.21 s behind`, `level on points`."""
    points, seconds = _POINTS.fullmatch(text), _SECONDS.fullmatch(text)
    if points and points[2] == "ahead":
        return ngettext("%(num)s point ahead", "%(num)s points ahead", int(points[1]))
    if points:
        return ngettext("%(num)s point behind", "%(num)s points behind", int(points[1]))
    if seconds:
        return gettext("%(seconds)s s behind", seconds=_seconds(seconds[1]))
    return _level(text)


def from_whom(text: str) -> str:
    """Return the same with whom it is counted from: `12 points behind the last that is in`."""
    points, seconds = _POINTS.fullmatch(text), _SECONDS.fullmatch(text)
    if points and points[2] == "ahead":
        return ngettext(
            "%(num)s point ahead of the first that is out",
            "%(num)s points ahead of the first that is out",
            int(points[1]),
        )
    if points:
        return ngettext(
            "%(num)s point behind the last that is in", "%(num)s points behind the last that is in", int(points[1])
        )
    if seconds:
        return gettext("%(seconds)s s behind the last that is in", seconds=_seconds(seconds[1]))
    return _level(text)


def _seconds(text: str) -> str:
    return text if language() == SOURCE else text.replace(".", ",")


def _level(text: str) -> str:
    if text == "level on points":
        return gettext("level on points")
    return gettext("level on time") if text == "level on time" else text


def became(text: str, said: Callable[[str], str] = str) -> str | Markup:
    """Return what became of an entry; what the rules say of it (clauses, what blocks it) is in English.

    `said` puts an English sentence in other words.
    """
    if language() == SOURCE:
        return said(text)
    in_line, gave_back = _IN_LINE.fullmatch(text), _GAVE_BACK.fullmatch(text)
    if in_line:
        return gettext("in line: %(number)s", number=in_line[1])
    if gave_back:
        return gettext("%(noc)s gave its place back", noc=gave_back[1])
    held_up = _held_up(text)
    if held_up:
        return held_up
    return Markup('<span lang="en">{}</span>').format(said(text)) if text else text


def _held_up(text: str) -> str:
    """What holds an entry up, where it is one of the caps; empty for anything else, or more than that."""
    needs, has = _NEEDS.fullmatch(text), _HAS_ALL.fullmatch(text)
    if has:
        return gettext("%(noc)s already has %(cap)s, the most it may have", noc=has[1], cap=_number(has[2]))
    if not needs:
        return ""
    number, told = _number(needs[1]), {"needed": needs[3], "cap": needs[4]}
    more = ngettext("it needs %(num)s more athlete", "it needs %(num)s more athletes", number)
    full = {
        "the men": gettext("the men already need %(needed)s of %(cap)s", **told),
        "the women": gettext("the women already need %(needed)s of %(cap)s", **told),
    }.get(needs[2], gettext("all NOCs already need %(needed)s of %(cap)s", **told))
    return gettext("%(first)s; %(second)s", first=more, second=full)


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _SPELLED[word]


def note(text: str, event: str) -> str | Markup:
    """Return the note of an event's lists."""
    if text == "Nobody published this ranking.":
        return gettext("Nobody published this ranking.")
    if text == "The standings are not known in full, so who is in is not known.":
        return gettext("The standings are not known in full, so who is in is not known.")
    if _BY_RANKING.fullmatch(text):
        return gettext(
            "The places of the %(event)s go to NOCs with enough athletes, in the order of this ranking.", event=event
        )
    return became(text)


def entry_name(name: str) -> str:
    """Return which entry of its NOC one is: second or third; an athlete's name stays."""
    return {"second": gettext("second"), "third": gettext("third")}.get(name, name)


def ranking_name(ranking: str) -> str:
    """Return what a ranked list is called; one of a name that is not known is called as in the rules."""
    known = {"points": gettext("points"), "times": gettext("times")}
    known["worlds"] = gettext("results of the World Championships")
    return known.get(ranking, ranking)


def told_apart(tie: str) -> str:
    """Return what tells entries with equal points or times apart."""
    by_rank = _BY_RANK.fullmatch(tie)
    if by_rank:
        return gettext("rank by %(ranking)s", ranking=ranking_name(by_rank[1]))
    return gettext("nothing") if tie == "nothing" else gettext(tie) if tie else ""
