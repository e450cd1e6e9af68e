"""What a word of the command line means: a scenario, an NOC, an event.

Case, spaces and hyphens do not matter, and names stand for codes; what is only near is suggested and never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario

NEAR = 0.6
"""How alike two words must be for one to be suggested for the other."""


def scenario_meant(text: str) -> str:
    """Return a scenario's id or path as `load_scenario` takes it.

    Raises
    ------
    InputError
        If there is none, but one that is near.
    """
    from quotaproof.model.errors import InputError
    from quotaproof.scenarios import SYNTHETIC, identifiers

    known = identifiers()
    if text in known or f"{SYNTHETIC}{text}" in known or not text or _is_folder(text):
        return text
    words = {name: name for name in known} | {name.removeprefix(SYNTHETIC): name for name in known}
    found, near = _found(text, words)
    if found is None and near and "/" not in text:
        raise InputError(
            f"{text[:100]!r} is neither the path of a scenario folder nor an id; {_ask(near)}; "
            f"ids are {', '.join(known)}"
        )
    return found or text


def noc_meant(scenario: Scenario, text: str) -> str:
    """Return an NOC by its code or name; what stands for none is returned as it is, for its own refusal.

    Raises
    ------
    InputError
        If there is none, but one that is near.
    """
    from quotaproof.model.errors import InputError
    from quotaproof.nations import name_of

    if text in scenario.nocs or text in ("TOTAL", "none"):
        return text
    words = {noc: noc for noc in sorted(scenario.nocs)} | {name_of(noc): noc for noc in sorted(scenario.nocs)}
    found, near = _found(text, words)
    if found is None and near and not scenario.rules.by_lists:
        named = [f"{name_of(noc)} ({noc})" if name_of(noc) != noc else noc for noc in near]
        nocs = ", ".join(sorted(scenario.nocs))
        raise InputError(f"{text[:60]} is not an NOC of {scenario.identifier}; {_ask(named)}; its NOCs are {nocs}")
    return found or text


def column_meant(scenario: Scenario, text: str) -> str:
    """Return an event, or `men` or `women`, by its id or label; what stands for none is returned as it is.

    Raises
    ------
    InputError
        If there is none, but one that is near.
    """
    from quotaproof.model.errors import InputError

    events = {event.identifier: event.identifier for event in scenario.rules.events}
    if text in events or scenario.rules.is_quota_column(text):
        return text
    labels = {event.label: event.identifier for event in scenario.rules.events}
    found, near = _found(text, events | labels | {"men": "men", "women": "women"})
    if found is None and near:
        raise InputError(f"{text[:60]!r} is not an event; {_ask(near)}; events are {', '.join(events)}")
    return found or text


def decline_meant(scenario: Scenario, text: str) -> str:
    """Return `NOC`, `NOC:EVENT` or `NOC:EVENT=N` with the NOC and the event that are meant."""
    noc, colon, rest = text.partition(":")
    column, equals, number = rest.partition("=")
    column = column_meant(scenario, column) if column else column
    return f"{noc_meant(scenario, noc)}{colon}{column}{equals}{number}"


def target_meant(scenario: Scenario, text: str, column: str | None) -> str:
    """Return a target `COLUMN>=N`, of the column that is explained where only a number is given."""
    if column is not None and re.fullmatch("[0-9]{1,6}", text):
        return f"{column}>={text}"
    named, least, number = text.partition(">=")
    return f"{column_meant(scenario, named)}{least}{number}" if least else text


def _is_folder(text: str) -> bool:
    try:
        return Path(text).is_dir()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _found(text: str, words: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """What a text stands for among word -> meaning, and what is near where it stands for none or for several."""
    bare = _bare(text)
    if not bare:
        return None, []
    meant = _once(meaning for word, meaning in words.items() if _bare(word) == bare)
    if len(meant) == 1:
        return meant[0], meant
    held = [meaning for word, meaning in words.items() if len(bare) > 2 and _ends(_bare(word), bare)]
    bares = {_bare(word): meaning for word, meaning in words.items()}
    alike = [bares[word] for word in get_close_matches(bare, bares, 3, NEAR)]
    return None, _once([*meant, *(held or alike)])[:3]


def _ends(word: str, part: str) -> bool:
    """Whether a word begins or ends with a part; `1000m` is the end of `men1000` too."""
    return word.startswith(part) or word.endswith((part, part.removesuffix("m")))


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _ask(near: list[str]) -> str:
    return f"do you mean {' or '.join(near)}?"
