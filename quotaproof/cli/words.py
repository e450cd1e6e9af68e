"""What a word of the command line means: a scenario, an NOC, an event.

Case, spaces and hyphens do not matter, and names stand for codes. What stands for nothing is returned as it is, for its
own refusal; where something is near, InputError suggests it, and it is never taken.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from quotaproof.model.errors import InputError
from quotaproof.model.near_words import asked, bare, question
from quotaproof.model.near_words import near as nearest

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario

MANY = 2_000
"""Files of a folder that are looked at."""


def scenario_meant(text: str) -> str:
    """Return a scenario's id or path as `load_scenario` takes it."""
    from quotaproof.scenarios import SYNTHETIC, identifiers

    known = identifiers()
    if text in known or f"{SYNTHETIC}{text}" in known or not text or _is_folder(text):
        return text
    words = {name: name for name in known} | {name.removeprefix(SYNTHETIC): name for name in known}
    found, near = _found(text, words)
    if found is None and near and "/" not in text:
        raise InputError(
            f"{text[:100]!r} is neither the path of a scenario folder nor an id ({question(near)}); "
            f"ids are {', '.join(known)}"
        )
    return found or text


def noc_meant(scenario: Scenario, text: str, *, athletes: bool = False) -> str:
    """Return an NOC by its code or name; what stands for none is returned as it is, for its own refusal.

    Parameters
    ----------
    athletes
        Whether the text may name an athlete, so that it need be no NOC that is near.
    """
    from quotaproof.nations import name_of

    if text in scenario.nocs or text in ("TOTAL", "none"):
        return text
    words = {noc: noc for noc in sorted(scenario.nocs)} | {name_of(noc): noc for noc in sorted(scenario.nocs)}
    found, near = _found(text, words)
    # A capital and more letters than a code has: a name, though none of these.
    strange = found is None and not near and re.fullmatch(r"[^\W\d_][^\W\d_ .'-]{4,}", text) and text[0].isupper()
    if strange and not (athletes and scenario.rules.by_lists):
        raise InputError(
            f"{text[:60]} is not an NOC of {scenario.identifier}; its NOCs are {', '.join(sorted(scenario.nocs))}"
        )
    if found is None and near and not (athletes and scenario.rules.by_lists):
        named = [f"{name_of(noc)} ({noc})" if name_of(noc) != noc else noc for noc in near]
        nocs = ", ".join(sorted(scenario.nocs))
        raise InputError(f"{text[:60]} is not an NOC of {scenario.identifier} ({question(named)}); its NOCs are {nocs}")
    return found or text


def column_meant(scenario: Scenario, text: str, more: tuple[str, ...] = ()) -> str:
    """Return an event, or `men` or `women`, by its id or label; what stands for none is returned as it is.

    Parameters
    ----------
    more
        Further words that are taken.
    """
    if scenario.rules.is_quota_column(text):
        return text
    further = ("men", "women", *more)
    known = f"; {'caps' if more else 'words'} for quota places are {', '.join(further)}"
    return _known_event(scenario, text, further, f"is not {'a cap' if more else 'an event'}", known)


def event_meant(scenario: Scenario, text: str) -> str:
    """Return an event by its id or label; what stands for none is returned as it is."""
    return _known_event(scenario, text, (), "is not an event", "")


def _known_event(scenario: Scenario, text: str, further: tuple[str, ...], refused: str, known: str) -> str:
    events = {event.identifier: event.identifier for event in scenario.rules.events}
    if text in events:
        return text
    labels = {event.label: event.identifier for event in scenario.rules.events}
    words = events | labels | {word: word for word in further}
    return _known(text, words, refused, f"; events are {', '.join(events)}{known}")


def meet_meant(scenario: Scenario, text: str) -> str:
    """Return a meet by its id; a number, and what stands for none, is returned as it is."""
    rules = scenario.rules
    meets = rules.soqc.meets if rules.soqc is not None else rules.results.meets if rules.results is not None else ()
    if text in meets or text.isdecimal():
        return text
    return _known(text, {meet: meet for meet in meets}, "is not a meet", f"; meets are {', '.join(meets)}")


def reading_meant(name: str, value: str = "") -> tuple[str, str]:
    """Return the name of a reading and one of its values; what stands for none is returned as it is."""
    from quotaproof.model.rules import READING_VALUES

    known = ", ".join(READING_VALUES)
    name = _known(name, {one: one for one in READING_VALUES}, "is not a reading", f"; readings are {known}")
    values = READING_VALUES.get(name, ())
    use = f"; use {', '.join(values)}"
    return name, _known(value, {one: one for one in values}, f"is no value of reading {name}", use)


def cap_meant(scenario: Scenario, text: str) -> str:
    """Return `CAP=N` with the cap that is meant: total, men, women, EVENT or EVENT:noc."""
    cap, equals, number = text.partition("=")
    column, colon, per = cap.strip().partition(":")
    return f"{_cap(scenario, column, colon)}{colon}{per.strip().casefold()}{equals}{number}"


def _cap(scenario: Scenario, column: str, colon: str) -> str:
    """The total, or a column; one that is near is suggested."""
    if not colon and bare(column) == "total":
        return "total"
    return column_meant(scenario, column, more=() if colon else ("total",)) if column else column


def grid_meant(scenario: Scenario, text: str) -> str:
    """Return `NAME=VALUES` with the reading or the cap that is meant."""
    from quotaproof.model.rules import READING_VALUES

    name, equals, values = (part.strip() for part in text.partition("="))
    found, near = _found(name, {one: one for one in READING_VALUES})
    if found is None and not near:
        column = name.partition(":")[0].strip()
        caps = ("total", "men", "women", *(event.identifier for event in scenario.rules.events))
        if name and values and _cap(scenario, column, name.partition(":")[1]) not in caps:
            raise InputError(
                f"{name[:60]!r} is neither a cap nor a reading; caps are {', '.join(caps)}, and EVENT:noc for the cap "
                f"per NOC; readings are {', '.join(READING_VALUES)}"
            )
        return cap_meant(scenario, text)
    named = reading_meant(name)[0]
    return f"{named}{equals}{','.join(reading_meant(named, value.strip())[1] for value in values.split(','))}"


def move_meant(scenario: Scenario, text: str) -> str:
    """Return `NOC:EVENT[:K]=RANK` with the NOC and the event that are meant."""
    entry, equals, rank = text.partition("=")
    return f"{_entry_meant(scenario, entry)}{equals}{rank.strip()}"


def disqualification_meant(scenario: Scenario, text: str) -> str:
    """Return `NOC:EVENT[:K]@MEET` with the NOC, the event and the meet that are meant."""
    entry, at, meet = text.partition("@")
    return f"{_entry_meant(scenario, entry)}{at}{meet_meant(scenario, meet.strip()) if at else meet}"


def _entry_meant(scenario: Scenario, text: str) -> str:
    noc, colon, rest = text.strip().partition(":")
    event, second, number = rest.partition(":")
    event = event_meant(scenario, event) if event else event
    return f"{noc_meant(scenario, noc)}{colon}{event}{second}{number.strip()}"


def withdrawal_meant(scenario: Scenario, text: str) -> str:
    """Return `ATHLETE[:EVENT]` with the athlete and the event that are meant.

    Raises
    ------
    InputError
        If there is no such athlete in the ranked lists, but one that is near.
    """
    name, colon, event = text.partition(":")
    event = event_meant(scenario, event) if event else event
    entries = [entry for one in scenario.lists.values() for entry in one.entries]
    words = {entry.athlete: entry.athlete for entry in entries} | {entry.label: entry.athlete for entry in entries}
    meant = name if name in words else _known(name, words, f"is no athlete of {scenario.identifier}")
    return f"{meant}{colon}{event}"


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


def missing_file(error: InputError) -> str:
    """Return what an error says; of a file that does not exist also which one beside it may be meant."""
    said = str(error)
    if error.file is None or not error.problem.endswith("does not exist"):
        return said
    path = Path(error.file)
    try:
        beside = [one.name for one in itertools.islice(path.parent.iterdir(), MANY)]
    except (OSError, ValueError):
        return said
    return f"{said.removesuffix('.')}{asked(path.name, beside)}."


def word_meant(text: str, words: Iterable[str]) -> tuple[str | None, str]:
    """Return the word that is meant, or None and the question which one is, which is empty where none is near."""
    found, near = _found(text, {word: word for word in words})
    return found, f"{question(near)[0].upper()}{question(near)[1:]}" if found is None and near else ""


def _is_folder(text: str) -> bool:
    try:
        return Path(text).is_dir()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _found(text: str, words: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """What a text stands for among word -> meaning, and what is near where it stands for none or for several."""
    own = bare(text)
    if not own:
        return None, []
    meant = _once(meaning for word, meaning in words.items() if bare(word) == own)
    if len(meant) == 1:
        return meant[0], meant
    # Words of one more letter: `mens`, and not the events that begin with it.
    shorter = [meaning for word, meaning in words.items() if len(own) > 3 and bare(word) == own[:-1]]
    held = [meaning for word, meaning in words.items() if len(own) > 2 and _ends(bare(word), own)]
    bares = {bare(word): meaning for word, meaning in words.items()}
    alike = [bares[word] for word in nearest(own, bares)] or _by_first_part(own, words)
    return None, _once([*meant, *(shorter or held or alike)])[:3]


def _by_first_part(own: str, words: Mapping[str, str]) -> list[str]:
    """What is near by the first part of a word alone, such as the name of a place: `tornio`, for `torino-2013`."""
    parts: dict[str, list[str]] = {}
    for word, meaning in words.items():
        first = re.split(r"[\W_]+", word)[0].casefold()
        if len(first) > 3:
            parts.setdefault(first, []).append(meaning)
    return [meaning for part in nearest(own, parts) for meaning in parts[part]]


def _known(text: str, words: Mapping[str, str], refused: str, known: str = "") -> str:
    """What a text stands for among word -> meaning, or the text itself; refused if it is only near some."""
    if words.get(text) == text:
        return text
    found, near = _found(text, words)
    if found is None and near:
        raise InputError(f"{text[:60]!r} {refused} ({question(near)}){known}")
    return found or text


def _ends(word: str, part: str) -> bool:
    """Whether a word begins or ends with a part; `500m` is the end of `men500` too, and not of `men1500`."""
    if word.startswith(part):
        return True
    end = next((one for one in (part, part.removesuffix("m")) if word.endswith(one)), None)
    return end is not None and not (end[0].isdecimal() and word.removesuffix(end)[-1:].isdecimal())


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
