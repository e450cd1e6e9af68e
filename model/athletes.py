"""Athletes of ranked lists, found by their id or name."""

from __future__ import annotations

import difflib
import unicodedata
from typing import NamedTuple

from .errors import InputError
from .files import shown
from .scenario import Scenario


class Athlete(NamedTuple):
    """Somebody in a ranked list: the id, the name as the first list has it (or the id), and the NOC."""

    identifier: str
    name: str
    noc: str

    @property
    def words(self) -> str:
        """The name with the NOC, such as `Jordan STOLZ (USA)`."""
        return f"{self.name} ({self.noc})"


def athletes_of(scenario: Scenario) -> dict[str, Athlete]:
    """Return id -> athlete, of all who are in a list of an event that is no relay, in the order of the lists."""
    found: dict[str, Athlete] = {}
    for (event, _), one in scenario.lists.items():
        if scenario.rules.event(event).kind != "relay":
            for entry in one.entries:
                found.setdefault(entry.athlete, Athlete(entry.athlete, entry.label, entry.noc))
    return found


def find_athlete(scenario: Scenario, text: str) -> Athlete:
    """Return the athlete with this id or name; capitals and accents of a name do not matter.

    Raises
    ------
    InputError
        If nobody has it, with the nearest that somebody has, or if more than one athlete has the name.
    """
    athletes = athletes_of(scenario)
    if not athletes:
        raise InputError(f"{scenario.identifier} has no lists of athletes")
    if text in athletes:
        return athletes[text]
    wanted = _plain(text)
    own = [one for one in athletes.values() if _plain(one.name) == wanted]
    if len(own) == 1:
        return own[0]
    if own:
        names = " and ".join(one.identifier for one in own)
        raise InputError(f"{shown(text)} is the name of more than one athlete; write an id: {names}")
    by_word = {_plain(word): one for one in athletes.values() for word in (one.identifier, one.name)}
    near = difflib.get_close_matches(wanted, by_word, n=1, cutoff=0.0)
    one = by_word[near[0]]
    raise InputError(
        f"{shown(text)} is no athlete of {scenario.identifier}; the nearest is {one.name}, {one.identifier}"
    )


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.replace("-", " ").replace("ł", "l").replace("Ł", "L"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).casefold().split())
