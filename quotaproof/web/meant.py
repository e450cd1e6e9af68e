"""What an address means that has a name which is not there, in words of the page, the nearest right ones as links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from quotaproof.model.near_words import bare, near
from quotaproof.model.rules import GENDERS
from quotaproof.nations import name_of, noc_of

from .cells import AnswerDocument
from .languages import gettext
from .problems import NotFoundError, RequestError, Ways

Pairs = Sequence[tuple[str, str]]
Linked = Callable[[str], str]
"""From a right name to the address with it."""

_NATION = ("for", "noc", "exclude", "host")
"""Parameters that are an NOC."""

_OF_NATION = ("decline", "move", "disqualify")
"""Parameters that begin with an NOC and go on with an event."""

_DECLINE = re.compile(r"[^:=]+(:[a-z0-9-]+(=[1-9][0-9]?)?)?")
_ALL = "TOTAL"
_SHORTEST = 3
"""Characters of a word from which names that have it in them are meant."""


@dataclass(frozen=True)
class _Wrong:
    """A name that is not there: what it is one of, and the parameter's value with another in its place."""

    kind: str
    name: str
    instead: Linked


def closest(word: str, known: Mapping[str, str], most: int = 3) -> list[str]:
    """Return what a word may mean, by the names that mean it: the same but for signs, one with it inside, or alike.

    Examples
    --------
    >>> closest("1000m", {"men's 1000 m": "men-1000", "women's 1000 m": "women-1000", "men's 500 m": "men-500"})
    ['men-1000', 'women-1000']
    """
    bares = {bare(name): meant for name, meant in known.items()}
    own = bare(word)
    if own in bares:
        return [bares[own]]
    inside = [name for name in bares if len(own) >= _SHORTEST and own in name]
    inside = [bares[name] for name in inside if name.startswith(own)] or [bares[name] for name in inside]
    found = (
        inside or [known[name] for name in near(word[:40], known, most)] or [bares[n] for n in near(own, bares, most)]
    )
    return list(dict.fromkeys(found))[:most]


def unknown_nation(
    text: str, scenario: AnswerDocument, linked: Linked, problem: type[RequestError] = RequestError
) -> RequestError:
    """Return what is said of a nation that a scenario does not have."""
    names: Mapping[str, str] = scenario["names"]
    known = {**{name: noc for noc, name in names.items()}, **{noc: noc for noc in names}}
    found = noc_of(text)
    meant = [found] if found in names else closest(text, known, 2)
    home = f"/scenarios/{scenario['scenario']}"
    return problem(
        gettext("%(text)s is no nation of this scenario.", text=repr(text[:40])),
        ways=(
            *_meaning([(f"{names[noc]} ({noc})", linked(noc)) for noc in meant if noc is not None]),
            (gettext("To choose from:"), ((gettext("all nations"), f"{home}/nations"),)),
        ),
    )


def unknown_event(
    text: str, scenario: AnswerDocument, linked: Linked, problem: type[RequestError] = RequestError
) -> RequestError:
    """Return what is said of an event that a scenario does not have; all are named where none is near."""
    labels = {event["id"]: str(event["label"]) for event in scenario["events"]}
    meant = _events_meant(text, scenario)
    links = tuple((labels[event], linked(event)) for event in meant or labels)
    return problem(
        gettext("%(text)s is no event of this scenario.", text=repr(text[:40])),
        ways=_meaning(links) if meant else ((gettext("To choose from:"), links),),
    )


def _events_meant(text: str, scenario: AnswerDocument) -> list[str]:
    labels = {str(event["label"]): str(event["id"]) for event in scenario["events"]}
    return closest(text, {**labels, **{event: event for event in labels.values()}})


def unknown_scenario(name: str, titles: Mapping[str, str], linked: Linked) -> NotFoundError:
    """Return what is said of a scenario that is not there; `titles` are those of all that are, by id."""
    meant = closest(name, {**{title: one for one, title in titles.items()}, **{one: one for one in titles}})
    return NotFoundError(
        gettext("There is no scenario %(name)s.", name=repr(name[:40])),
        ways=_meaning([(titles[one], linked(one)) for one in meant]),
    )


def unknown_page(path: str, titles: Mapping[str, str], parts: Mapping[str, str]) -> NotFoundError:
    """Return what is said of an address that is no page: the page of the same scenario that is nearest."""
    match path.strip("/").split("/"):
        case ["scenarios", name, *below] if name in titles:
            home = f"/scenarios/{name}"
            words = {**parts, "reserve": gettext("Joint waiting list"), "table": parts["table"]}
            meant = closest(below[0], {one: one for one in words}, 1) if below else []
            links = [(words[one], home if one == "table" else f"{home}/{one}") for one in meant]
            ways = _meaning([*links, (titles[name], home)])
        case [first, *_]:
            pages = {"help": gettext("Help"), "api": gettext("JSON API"), "compare": gettext("Games side by side")}
            ways = _meaning([(pages[one], f"/{one}") for one in closest(first, {one: one for one in pages}, 1)])
        case _:
            ways = ()
    return NotFoundError(gettext("There is no such page."), ways=ways)


def unknown_nation_asked_for(items: Pairs, scenario: AnswerDocument, path: str) -> RequestError | None:
    """Return what is said of the nation that wants to know, if it is none: nothing else refuses that."""
    asked = [(place, value.strip()) for place, (name, value) in enumerate(items) if name == "for" and value.strip()]
    if not asked or asked[0][1] in _nations(scenario) or _is_code(asked[0][1]):
        return None
    place, text = asked[0]
    return unknown_nation(text, scenario, lambda noc: _with(path, items, place, noc))


def clearer(problem: RequestError, items: Pairs, scenario: AnswerDocument, path: str) -> RequestError:
    """Return a problem in words of the page, where what was asked has a name that is not there or cannot be read."""
    if problem.status != 400 or problem.ways:
        return problem
    events = {str(event["id"]) for event in scenario["events"]}
    for place, (name, value) in enumerate(items):
        text = value.strip()
        wrong = _wrong(name, text, _nations(scenario), events) if text else None
        if wrong is not None and name == "set" and not _events_meant(wrong.name, scenario):
            return _unread_change(text)  # what is limited need be no event
        if wrong is not None:
            say = unknown_nation if wrong.kind == "nation" else unknown_event
            return say(wrong.name, scenario, lambda right: _with(path, items, place, wrong.instead(right)))  # noqa: B023
    return _unread(items, scenario, path) or problem


def _wrong(name: str, text: str, nations: set[str], events: set[str]) -> _Wrong | None:
    """The first name in a parameter that is not there."""
    if name in _NATION:
        right = text in nations or (name in ("for", "host") and _is_code(text)) or (name, text) == ("host", "none")
        return None if right else _Wrong("nation", text, lambda noc: noc)
    if name == "column":
        known = events | {*GENDERS, "athletes"}
        return None if text in known else _Wrong("event", text, lambda event: event)
    if name == "set":
        cap, sign, rest = text.partition("=")
        event, _, of_noc = cap.partition(":")
        known = events | {*GENDERS, "total"}
        tail = (":noc" if of_noc else "") + sign + rest
        return None if event in known else _Wrong("event", event, lambda right: f"{right}{tail}")
    if name not in _OF_NATION:
        return None
    noc, colon, rest = text.partition(":")
    if noc not in nations:
        return _Wrong("nation", noc, lambda right: f"{right}{colon}{rest}")
    found = re.match(r"[^=:@]*", rest)
    event = found[0] if found else ""
    if not colon or event in events | {*GENDERS}:
        return None
    return _Wrong("event", event, lambda right: f"{noc}:{right}{rest[len(event) :]}")


def _unread(items: Pairs, scenario: AnswerDocument, path: str) -> RequestError | None:
    """What is said of a parameter whose names are right, but not what stands with them; a form has it all to choose."""
    chosen: dict[str, dict[str, str]] = {
        "mode": {
            "sequential": gettext("one after the other: nobody loses what it has"),
            "rerun": gettext("everything is allocated again"),
        },
        "from": {"rules": gettext("what the rules give"), "published": gettext("the published table")},
    }
    for place, (name, value) in enumerate(items):
        text = value.strip()
        if name in chosen and text and text not in chosen[name]:
            links = tuple((words, _with(path, items, place, one)) for one, words in chosen[name].items())
            said = {
                "mode": gettext("How declines are answered cannot be read in this address."),
                "from": gettext("What to start from cannot be read in this address."),
            }
            return RequestError(said[name], ways=((gettext("To choose from:"), links),))
        if name == "decline" and text and not _DECLINE.fullmatch(text):
            return RequestError(
                gettext(
                    "What %(nation)s gives back cannot be read in this address (%(text)s); choose it below.",
                    nation=scenario["names"].get(text[:3], text[:3]),
                    text=repr(text[:40]),
                )
            )
        if name in ("set", "move", "disqualify") and text and not re.fullmatch(r"[^=@]+[=@]\w[\w.-]*", text):
            return _unread_change(text)
        if name == "reading" and not _is_reading(text, scenario):
            return RequestError(
                gettext(
                    "There is no such way to read a clause (%(text)s); those that there are can be chosen below.",
                    text=repr(text[:40]),
                )
            )
        if name == "withdraw" and text and not scenario["named_events"]:
            return RequestError(
                gettext("Here places belong to nations, not to athletes by name: a nation can give a place back.")
            )
        if name == "least" and not text.isdecimal():
            return RequestError(gettext("%(text)s is no number; ask for a whole one.", text=repr(text[:40])))
    return None


def _unread_change(text: str) -> RequestError:
    return RequestError(
        gettext("A change in this address cannot be read (%(text)s); choose it below.", text=repr(text[:40]))
    )


def _is_reading(text: str, scenario: AnswerDocument) -> bool:
    name, _, value = text.partition("=")
    return not text or any(one["name"] == name and value in one["values"] for one in scenario["readings"])


def _nations(scenario: AnswerDocument) -> set[str]:
    """All that can stand for a nation in an address: NOCs, the team that several are shown as, or all of them."""
    shown: Mapping[str, str] = scenario["shown"]
    return {
        *scenario["names"],
        *scenario["nocs"],
        *shown,
        *(text.partition(" ")[0] for text in shown.values()),
        _ALL,
    }


def _is_code(text: str) -> bool:
    """Whether it is the code of some NOC; one that is not in a scenario may ask all the same what it gains."""
    return name_of(text) != text and noc_of(text) == text


def _meaning(links: Iterable[tuple[str, str]]) -> Ways:
    found = tuple(links)
    return ((gettext("Do you mean:"), found),) if found else ()


def _with(path: str, items: Pairs, place: int, value: str) -> str:
    """The address with another value at a place of its query."""
    changed = [(name, value if number == place else old) for number, (name, old) in enumerate(items)]
    return f"{quote(path)}?{urlencode(changed, safe=':=')}"
