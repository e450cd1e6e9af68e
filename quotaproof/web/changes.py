"""Changes as a query string: what a permanent link carries.

A link is canonical: changes that alter the scenario come first, then declines in their order, then the mode, and what
changes nothing is not there. A form without JavaScript sends all its fields; `from_form` keeps those that change
something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from .problems import RequestError

KINDS = ("exclude", "host", "set", "reading", "move", "decline")
"""Parameters that are changes, in the order in which a link has them; each is written as on the command line."""

MODES = ("sequential", "rerun")
LONGEST = 80
"""Most characters of one change."""

_TICKED = re.compile(r"([A-Z]{3}:[a-z0-9-]+)=([0-9]{1,3})")
Items = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The changes that a question makes to its scenario, as words, and the mode for declines (None: as read)."""

    changes: tuple[tuple[str, str], ...] = ()
    mode: str | None = None

    def __bool__(self) -> bool:
        return bool(self.changes)

    def of(self, kind: str) -> tuple[str, ...]:
        """Return the words of all changes of a kind."""
        return tuple(words for name, words in self.changes if name == kind)

    @property
    def chosen(self) -> dict[str, str]:
        """Reading -> value, of the readings chosen."""
        return dict(words.split("=", 1) for words in self.of("reading") if "=" in words)

    @property
    def caps(self) -> dict[str, str]:
        """Cap -> value, of the caps set."""
        return dict(words.split("=", 1) for words in self.of("set") if "=" in words)

    def without_declines(self) -> Asked:
        """Return the changes that alter the scenario itself."""
        return replace(self, changes=tuple(change for change in self.changes if change[0] != "decline"), mode=None)

    def dropping(self, kind: str, words: str) -> Asked:
        """Return the changes without one of them."""
        return replace(self, changes=tuple(change for change in self.changes if change != (kind, words)))

    def query(self, **more: str) -> str:
        """Return the canonical query string, `more` parameters before it; empty if there is none."""
        pairs = [*more.items(), *self.changes, *([("mode", self.mode)] if self.mode else [])]
        # A colon and an equals sign in a value need no escape, and a link that people read is better without.
        return "&".join(f"{quote(name, safe='')}={quote(value, safe=':=-')}" for name, value in pairs)


def parse(items: Items, most: int) -> Asked:
    """Return the changes of a query string; other parameters are passed over.

    Raises
    ------
    RequestError
        If there are more than `most`, one is too long, or the mode is unknown.
    """
    found: list[tuple[str, str]] = []
    mode = None
    for name, value in items:
        text = value.strip()
        if name == "mode" and text:
            if text not in MODES:
                raise RequestError(f"The mode must be {' or '.join(MODES)}.")
            mode = text
        elif name in KINDS and text:
            if len(text) > LONGEST:
                raise RequestError(f"A change may have at most {LONGEST} characters; this {name} has {len(text)}.")
            if (name, text) not in found:
                found.append((name, text))
    if len(found) > most:
        raise RequestError(f"At most {most} changes can be asked about at once; these are {len(found)}.")
    return Asked(tuple(sorted(found, key=lambda change: KINDS.index(change[0]))), mode)


def from_form(items: Items, scenario: Mapping[str, Any], most: int) -> Asked:
    """Return the changes that a form states; fields that say what the scenario says anyway are left out.

    Fields are the parameters of a link, and `cap.NAME`, `read.NAME`, `hosted`. One place ticked is
    `decline=NOC:EVENT=1`; several of an event add up.

    Raises
    ------
    RequestError
        As `parse` does.
    """
    plain: list[tuple[str, str]] = []
    ticked: dict[str, int] = {}
    for name, value in items:
        text = value.strip()
        kind, _, what = name.partition(".")
        if name == "decline" and (match := _TICKED.fullmatch(text)):
            ticked[match[1]] = ticked.get(match[1], 0) + int(match[2])
        elif kind == "cap" and what:
            if text and text != str(caps_of(scenario).get(what)):
                plain.append(("set", f"{what}={text}"))
        elif kind == "read" and what:
            if text and text != readings_of(scenario).get(what):
                plain.append(("reading", f"{what}={text}"))
        elif name == "hosted":
            if text and text != (scenario["host"] or "none"):
                plain.append(("host", text))
        else:
            plain.append((name, text))
    gone = {value for name, value in plain if name in ("decline", "exclude")}
    # Who gives everything back, or is out, gives single places back as well.
    declines = [
        ("decline", f"{cell}={number}") for cell, number in ticked.items() if cell.partition(":")[0] not in gone
    ]
    return parse([*plain, *declines], most)


def from_options(options: Iterable[str]) -> str:
    """Return command-line options of `whatif`, such as `--set total=113`, as a query string."""
    pairs = (option.removeprefix("--").partition(" ") for option in options)
    return Asked(tuple((kind, words) for kind, _, words in pairs if kind in KINDS)).query()


def caps_of(scenario: Mapping[str, Any]) -> dict[str, int]:
    """Return the caps of a described scenario: name as in `whatif --set` -> value."""
    caps = {"total": scenario["total"], **scenario["gender_caps"]}
    for event in scenario["events"]:
        caps[event["id"]] = event["start_places"]
        if event["kind"] == "individual":
            caps[f"{event['id']}:noc"] = event["noc_cap"]
    return caps


def readings_of(scenario: Mapping[str, Any]) -> dict[str, str]:
    """Return reading -> value as a described scenario has them."""
    return {reading["name"]: reading["chosen"] for reading in scenario["readings"]}
