"""A scenario's document in the language of a page: names of NOCs and events, and the sport in its title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, cast

from markupsafe import Markup, escape

from quotaproof.model.rules import Event, EventKind
from quotaproof.nations import name_of
from quotaproof.reporting.language import heading_in, name_in, name_without_gender

from .languages import SOURCE, Said, gettext, language, noted, stop

SPORTS = (noted("Short track speed skating"), noted("Long track speed skating"), noted("Figure skating"))
"""What titles begin with, where they name the Games and nothing else behind it."""

HOSTS = (noted("Beijing"), noted("Milano Cortina"), noted("PyeongChang"), noted("Sochi"))
"""Hosts of Games, whose names differ between languages."""

REMARKS = (
    noted("after two of four World Cups"),
    noted("after all four World Cups"),
    noted("altered by us: one cell changed (KAZ, men's relay)"),
)
"""What titles of shipped scenarios remark behind the Games."""

INVENTED = (
    noted("Synthetic: standings of the size of Beijing 2022"),
    noted("Synthetic: giving a relay place back pays"),
    noted("Synthetic: a rerun takes a place from a third NOC"),
    noted("Synthetic: a worse rank pays"),
)
"""Titles of shipped scenarios that are of no Games."""

_GAMES = re.compile(r"([^,:]+), ([\w -]+ \d{4})")
_HOST_AND_YEAR = re.compile(r"([\w -]+) (\d{4})")
_LONG = re.compile(r"[^\W\d_]{6,}")
_HYPHENS = {
    text.replace("-", ""): text.replace("-", "\N{SOFT HYPHEN}")
    for text in (
        *("ath-letes", "print-ed", "pur-suit"),
        *("ath-le-ten", "ge-druckt", "ge-mischt", "ge-samt", "mas-sen-start", "quo-ten-plät-ze", "staf-fel"),
        *("team-ver-fol-gung",),
        *("ath-lètes", "cou-ples", "équi-pes", "fem-mes", "hom-mes", "im-pri-mé", "pour-suite", "re-lais"),
        *("cop-pie", "ghiac-cio", "in-se-gui-men-to", "na-zio-ne", "par-ten-za", "squa-dre", "staf-fet-ta"),
        *("stam-pa-to",),
    )
}
"""Long words of headings of columns, with a soft hyphen wherever they may be broken."""

_COMPOUNDS = {"mixed relay": noted("mixed relay")}
"""Events whose name is not that of their kind with that of a gender."""


def worded(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Return a described scenario with its names in the language of the page."""
    if language() == SOURCE:
        return dict(scenario)
    return {
        **scenario,
        "title": title_of(scenario["title"]),
        "names": {noc: noc_name(noc, name) for noc, name in scenario["names"].items()},
        "events": [{**event, "label": event_name(event)} for event in scenario["events"]],
    }


def noc_name(noc: str, name: str) -> str:
    """Return the name of an NOC; a name of its own that a scenario gives it stays."""
    return name_in(noc, language()) if name == name_of(noc) else name


def known_noc(noc: str, names: Mapping[str, str]) -> str:
    """Return the name of any NOC: that of a scenario's names, or that of the language where these lack it."""
    return names.get(noc) or noc_name(noc, name_of(noc))


def teams_of(shown: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what NOCs are shown as, such as `AIN (BLR)`, with the names in it.

    Examples
    --------
    >>> teams_of({"BLR": "AIN (BLR)"})
    [('AIN (BLR)', 'Individual Neutral Athletes (Belarus)')]
    """
    found = []
    for noc, text in shown.items():
        code, name = text.partition(" ")[0], known_noc(noc, {})
        team = known_noc(code, {})
        found.append((text, f"{team} ({name})" if team not in (code, name) else name))
    return found


def title_of(title: str) -> str:
    """Return a title in the language of the page, if it is that of some Games or of a scenario that is shipped."""
    if title in INVENTED:
        return gettext(title)
    remark = next((one for one in REMARKS if title.endswith(one)), "")
    sign = title.removesuffix(remark)[-2:] if remark else ""
    match = _GAMES.fullmatch(title.removesuffix(f"{sign}{remark}"))
    if match is None or match[1] not in SPORTS or sign not in ("", ", ", ": "):
        return title
    behind = f"{stop(':') if sign == ': ' else ','} {gettext(remark)}" if remark else ""
    return Said(f"{sport_name(match[1])}, {games_name(match[2])}{behind}")


def games_name(games: str) -> str:
    """Return Games such as `Sochi 2014` with the name that their host has in the language of the page."""
    match = _HOST_AND_YEAR.fullmatch(games)
    return f"{gettext(match[1])} {match[2]}" if match and match[1] in HOSTS else games


def sport_name(sport: str) -> str:
    """Return the name of a sport, where it is one that titles begin with."""
    return gettext(sport) if sport in SPORTS else sport


def is_english(title: str) -> bool:
    """Return whether a title as `title_of` gives it is in English on a page in another language."""
    return language() != SOURCE and not isinstance(title, Said) and _GAMES.fullmatch(title) is None


def event_name(event: Mapping[str, Any]) -> str:
    """Return a described event in words: `500 m Herren`, `500 m hommes`."""
    if language() == SOURCE:
        return str(event["label"])
    if event["label"] in _COMPOUNDS:
        return gettext(_COMPOUNDS[event["label"]])
    own, gender = short_name(event), gender_name(event["gender"])
    if event["kind"] == "couple":
        return own
    return f"{own} {within_a_line(gender)}" if own else within_a_line(gender)


def english_names(scenario: Mapping[str, Any]) -> dict[str, str]:
    """Return event or gender -> its English name, for an answer's own sentences."""
    genders = {"men": "men's quota", "women": "women's quota"}
    return genders | {event["id"]: _event(event).label for event in scenario["events"]}


def english_nocs(scenario: Mapping[str, Any]) -> dict[str, str]:
    """Return NOC -> its English name, for an answer's own sentences; a name of its own that a scenario has stays."""
    code = language()
    return {noc: name_of(noc) if name == name_in(noc, code) else name for noc, name in scenario["names"].items()}


def short_name(event: Mapping[str, Any]) -> str:
    """Return a described event without its gender; empty where that is all its name."""
    return within_a_line(name_without_gender(_event(event), language()))


def column_name(event: Mapping[str, Any]) -> str:
    """Return a described event as the heading of its column, below that of its gender."""
    if language() != SOURCE:
        return short_name(event) or within_a_line(gender_name(event["gender"]))
    short = str(event["id"]).removeprefix(f"{event['gender']}-").replace("-", " ")
    return f"{short} m" if short.isdecimal() else short


def athletes_name(column: str) -> str:
    """Return `men`, `women` or `athletes` as the heading of a column of quota places."""
    return column if language() == SOURCE else heading_in(column.title(), language())


def quota_places() -> str:
    """Return the heading above columns of quota places."""
    return heading_in("Quota places", language())


def gender_name(gender: str) -> str:
    """Return `men`, `women` or `mixed` as the heading of a column."""
    return heading_in(gender.title(), language())


def hyphenated(heading: str) -> Markup:
    """Return a heading of a column with soft hyphens in its long words: few browsers know where a word is broken."""

    def parted(match: re.Match[str]) -> str:
        word = match[0]
        found = _HYPHENS.get(word.casefold(), word)
        return word[0] + found[1:]

    return Markup(_LONG.sub(parted, str(escape(heading))))


def within_a_line(name: str) -> str:
    """Return a name as it is written within a line: German nouns keep their capital."""
    return name if language() == "de" else f"{name[:1].lower()}{name[1:]}"


def _event(event: Mapping[str, Any]) -> Event:
    gender = cast(Literal["men", "women", "mixed"], event["gender"])
    return Event(event["id"], gender, cast(EventKind, event["kind"]), event["start_places"], event["noc_cap"])
