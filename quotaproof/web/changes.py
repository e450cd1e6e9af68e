"""Changes as a query string: what a permanent link carries.

A link is canonical: changes that alter the scenario come first, then declines and withdrawals in their order, then the
mode and where to start from, and what changes nothing is not there. The order of its declines is the order in which
they act, so none is moved or left out, even if it is there twice. A form without JavaScript sends all its fields;
`from_form` keeps those that change something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from quotaproof.model.files import NOC_PATTERN
from quotaproof.model.near_words import near
from quotaproof.model.start import STARTS, Start
from quotaproof.nations import noc_of

from .languages import Said, gettext
from .problems import RequestError

KINDS = ("exclude", "host", "set", "reading", "disqualify", "move", "decline", "withdraw")
"""Parameters that are changes, in the order in which a link has them; each is written as on the command line."""

ACTING = ("decline", "withdraw")
"""Those that act on an allocation, and do not alter the scenario."""

MODES = ("sequential", "rerun")
LONGEST = 80
"""Most characters of one change."""

Items = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The changes that a question makes to its scenario, as words.

    `mode` is how declines are answered (None: as read), `start` the table that stands before (None: by default).
    `nation` is the NOC that wants to know (None: all); the answer is the same, and told for that one first.
    """

    changes: tuple[tuple[str, str], ...] = ()
    mode: str | None = None
    start: Start | None = None
    nation: str | None = None

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
        return replace(self.starting(), start=None, nation=None)

    def starting(self) -> Asked:
        """Return the changes that alter the scenario itself, and where to start from."""
        return replace(self, changes=tuple(change for change in self.changes if change[0] not in ACTING), mode=None)

    def asked_by(self, noc: str | None) -> Asked:
        """Return the same changes, asked about for an NOC, or for none of its own."""
        return replace(self, nation=noc)

    def starting_from(self, start: Start | None) -> Asked:
        """Return the same changes, starting from another table."""
        return replace(self, start=start)

    def dropping(self, number: int) -> Asked:
        """Return the changes without the one at a place, counted from 0."""
        return replace(self, changes=self.changes[:number] + self.changes[number + 1 :])

    def earlier(self, number: int) -> Asked | None:
        """Return the changes with the decline at a place before the one ahead of it; None if there is none ahead."""
        if not 0 < number < len(self.changes) or {self.changes[n][0] for n in (number - 1, number)} != {"decline"}:
            return None
        moved = list(self.changes)
        moved[number - 1], moved[number] = moved[number], moved[number - 1]
        return replace(self, changes=tuple(moved))

    def declining(self, declines: Iterable[str]) -> Asked:
        """Return the changes with other declines, given as the answer to a what-if names them."""
        words = [(kind, text) for kind, _, text in (text.partition(" ") for text in declines)]
        return replace(self, changes=(*self.without_declines().changes, *words))

    def query(self, **more: str) -> str:
        """Return the canonical query string, `more` parameters before it; empty if there is none."""
        pairs = [*more.items(), *self.changes, *([("mode", self.mode)] if self.mode else [])]
        pairs += [("from", self.start)] if self.start else []
        pairs += [("for", self.nation)] if self.nation else []
        # A colon and an equals sign in a value need no escape, and a link that people read is better without.
        return "&".join(f"{quote(name, safe='')}={quote(value, safe=':=-')}" for name, value in pairs)


def parse(items: Items, most: int) -> Asked:
    """Return the changes of a query string; other parameters are passed over.

    Raises
    ------
    RequestError
        If there are more than `most`, one is too long, or the mode or where to start from is unknown.
    """
    found: list[tuple[str, str]] = []
    mode: str | None = None
    start: Start | None = None
    nation: str | None = None
    for name, value in items:
        text = value.strip()
        if name == "mode" and text:
            if text not in MODES:
                raise RequestError(gettext("The mode must be %(one)s or %(other)s.", one=MODES[0], other=MODES[1]))
            mode = text
        elif name == "from" and text:
            start = next((one for one in STARTS if one == text), None)
            if start is None:
                raise RequestError(
                    gettext("A question starts from %(one)s or %(other)s.", one=STARTS[0], other=STARTS[1])
                )
        elif name == "for" and text:
            if not NOC_PATTERN.fullmatch(text):
                raise RequestError(gettext("The nation to answer for must be an NOC code, such as for=JPN."))
            nation = text
        elif name in KINDS and text:
            if len(text) > LONGEST:
                told = {"most": LONGEST, "name": name, "number": len(text)}
                raise RequestError(
                    gettext("A change may have at most %(most)s characters; this %(name)s has %(number)s.", **told)
                )
            if name == "decline" or (name, text) not in found:
                found.append((name, text))
    if len(found) > most:
        raise RequestError(
            gettext(
                "At most %(most)s changes can be asked about at once; these are %(number)s.",
                most=most,
                number=len(found),
            )
        )
    return Asked(tuple(sorted(found, key=lambda change: KINDS.index(change[0]))), mode, start, nation)


def from_form(items: Items, scenario: Mapping[str, Any], most: int) -> Asked:
    """Return the changes that a form states; fields that say what the scenario says anyway are left out.

    Fields are the parameters of a link, and `cap.NAME`, `read.NAME`, `hosted`; `add-noc` with `add-event` and
    `add-number` is one more decline behind those that are there. An event that is `out` leaves the NOC out.

    Raises
    ------
    RequestError
        As `parse` does, or if the NOC or the number to add is none.
    """
    plain: list[tuple[str, str]] = []
    added: dict[str, str] = {}
    for name, value in items:
        text = value.strip()
        kind, _, what = name.partition(".")
        if name.startswith("add-"):
            added[name] = text
        elif kind == "cap" and what:
            if text and text != str(caps_of(scenario).get(what)):
                plain.append(("set", f"{what}={text}"))
        elif kind == "read" and what:
            if text and text != readings_of(scenario).get(what):
                plain.append(("reading", f"{what}={text}"))
        elif name == "hosted":
            if text and text != (scenario["host"] or "none"):
                plain.append(("host", text))
        elif name == "from":
            # A scenario with unknown standings starts from the published table in any case.
            if text != ("rules" if scenario.get("complete", True) else "published"):
                plain.append((name, text))
        elif name == "for":
            plain.append((name, noc_in(text, scenario["names"]) if text else ""))
        else:
            plain.append((name, text))
    if added.get("add-noc"):
        plain.append(_added(added, scenario))
    return parse(plain, most)


def _added(fields: Mapping[str, str], scenario: Mapping[str, Any]) -> tuple[str, str]:
    noc = noc_in(fields["add-noc"], scenario["names"])
    event, number = fields.get("add-event", ""), fields.get("add-number", "")
    if event == "out":
        return "exclude", noc
    if not event:
        return "decline", noc
    if number and not re.fullmatch("[1-9][0-9]?", number):
        raise RequestError(
            gettext("%(text)s is no number of places; leave it empty for all of them.", text=number[:10])
        )
    return "decline", f"{noc}:{event}={number}" if number else f"{noc}:{event}"


def noc_in(text: str, names: Mapping[str, str]) -> str:
    """Return the NOC that a person means by a code or a name.

    Raises
    ------
    RequestError
        If it is none of those named; the sentence has the nearest.
    """
    word = text.partition(" – ")[0].strip()
    known = {name.casefold(): noc for noc, name in names.items()} | {noc.casefold(): noc for noc in names}
    found = known.get(word.casefold())
    if found is None:  # a name in another language, as an import reads it
        found = noc_of(word)
    if found is not None and found in names:
        return found
    meant = near(word, known, 1)
    sentence = gettext("%(text)s is no nation of this scenario.", text=repr(text[:40]))
    if meant:
        noc = known[meant[0]]
        hint = gettext("Do you mean %(name)s (%(noc)s)?", name=names[noc], noc=noc)
        sentence = Said(f"{sentence} {hint}")
    raise RequestError(sentence)


def from_options(options: Iterable[str]) -> str:
    """Return command-line options of `whatif`, such as `--set total=113`, as a query string."""
    pairs = (option.removeprefix("--").partition(" ") for option in options)
    return Asked(tuple((kind, words) for kind, _, words in pairs if kind in KINDS)).query()


def caps_of(scenario: Mapping[str, Any]) -> dict[str, int]:
    """Return the caps of a described scenario: name as in `whatif --set` -> value."""
    if scenario.get("by_lists"):
        caps = {event["id"]: event["noc_cap"] for event in scenario["events"]}
        return {f"{event}:noc": caps[event] for event in scenario["named_events"]}
    caps = {"total": scenario["total"], **scenario["gender_caps"]}
    for event in scenario["events"]:
        caps[event["id"]] = event["start_places"]
        if event["kind"] == "individual":
            caps[f"{event['id']}:noc"] = event["noc_cap"]
    return caps


def readings_of(scenario: Mapping[str, Any]) -> dict[str, str]:
    """Return reading -> value as a described scenario has them."""
    return {reading["name"]: reading["chosen"] for reading in scenario["readings"]}
