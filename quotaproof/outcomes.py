"""What a question comes to for one NOC, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from quotaproof.model.decisions import ONE
from quotaproof.model.published import ATHLETES
from quotaproof.model.quantities import in_words, joined, spelled
from quotaproof.model.rules import GENDERS
from quotaproof.nations import in_prose


def whatif_sentences(
    result: Mapping[str, Any], names: Mapping[str, str], first: str | None = None
) -> list[tuple[str, str]]:
    """Return (NOC, what the changes bring it) for every NOC that something changes for, `first` before the others.

    Those that gain come before those that lose. For `first` there is a sentence in any case.

    Parameters
    ----------
    result
        The document of a what-if.
    names
        Event -> its name in words.
    """
    told = _certain_and_possible(result, names) if result.get("standings") == "incomplete" else _moved(result, names)
    if first and first not in told:
        told[first] = (0, f"For {in_prose(first)} nothing changes{_surely(result)}.")
        if first in open_gains(result, everywhere=True):
            told[first] = (0, f"Whether {in_prose(first)} gains anything is neither shown nor excluded.")
    ordered = sorted(told, key=lambda noc: (noc != first, -told[noc][0], noc))
    return [(noc, told[noc][1]) for noc in ordered]


def _surely(result: Mapping[str, Any]) -> str:
    return ", whatever the rankings are" if result.get("standings") == "incomplete" else ""


def steps_of(result: Mapping[str, Any]) -> dict[str, tuple[dict[str, int], dict[str, int]]]:
    """Return NOC -> (event -> start places more, gender -> athletes more), of all that something changes for.

    `result` is the document of a what-if with complete standings.
    """
    before, after = result["before"], result["after"]
    nocs = {noc for table in (before, after) for row in table["places"].values() for noc in row}
    nocs |= {*before["athletes"], *after["athletes"]}
    found: dict[str, tuple[dict[str, int], dict[str, int]]] = {}
    for noc in sorted(nocs):
        steps = {
            event: after["places"].get(event, {}).get(noc, 0) - before["places"].get(event, {}).get(noc, 0)
            for event in dict.fromkeys([*before["places"], *after["places"]])
        }
        athletes: dict[str, int] = {
            gender: after["athletes"].get(noc, {}).get(gender, 0) - before["athletes"].get(noc, {}).get(gender, 0)
            for gender in GENDERS
        }
        if any(steps.values()) or any(athletes.values()):
            found[noc] = steps, athletes
    return found


def _moved(result: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    """With complete standings: NOC -> (start places gained, the sentence)."""
    told: dict[str, tuple[int, str]] = {}
    for noc, (by_event, athletes) in steps_of(result).items():
        steps = {names.get(event, event): step for event, step in by_event.items()}
        up = {name: number for name, number in steps.items() if number > 0}
        down = {name: -number for name, number in steps.items() if number < 0}
        parts = [f"gains {_places(up)}"] if up else []
        parts += [f"loses {_places(down)}"] if down else []
        people = _people(athletes)
        words = f"{in_prose(noc)} {' and '.join(parts) or 'keeps its start places'}; {people}."
        told[noc] = (sum(steps.values()), sentence_case(words))
    return told


def certain_sentence(noc: str, known: Sequence[tuple[str, int, int]], names: Mapping[str, str]) -> str:
    """Return what an NOC has for certain where only single facts are known.

    Parameters
    ----------
    known
        (column, least, most) for the columns of the table.
    names
        Event -> its name in words.
    """
    least = {column: low for column, low, _ in known if low}
    events = {name: least[column] for column, name in names.items() if column in least and column not in GENDERS}
    people = [_persons(gender, least[gender]) for gender in GENDERS if gender in least]
    if ATHLETES in least:
        people = [f"{spelled(least[ATHLETES], 'athlete')}{f' ({joined(people)})' if people else ''}"]
    certain = joined([*([_places(events)] if events else []), *people])
    if not certain:
        return f"Nothing is certain for {in_prose(noc)} yet."
    rest = any(low < high for _, low, high in known)
    return sentence_case(f"{in_prose(noc)} has for certain {certain}{'; the rest is open' if rest else ''}.")


def _places(steps: Mapping[str, int]) -> str:
    """`one place in the men's 500 m and two in the men's 1000 m`."""
    parts = []
    for number, (name, step) in enumerate(steps.items()):
        words = in_words(step) if number else spelled(step, "place")
        parts.append(f"{words} in the {name}")
    return joined(parts)


def _people(athletes: Mapping[str, int]) -> str:
    up = [_persons(gender, number) for gender, number in athletes.items() if number > 0]
    down = [_persons(gender, -number) for gender, number in athletes.items() if number < 0]
    parts = [f"{joined(up)} more" if up else "", f"{joined(down)} fewer" if down else ""]
    return ", ".join(part for part in parts if part) or "no athlete more"


def _persons(gender: str, number: int) -> str:
    return spelled(number, ONE[gender])


def claims_of(result: Mapping[str, Any]) -> dict[str, tuple[dict[str, int], dict[str, int]]]:
    """Return NOC -> what it gains in every ranking that gives the table, and what more in some (column -> number).

    `result` is the document of a what-if with unknown standings.
    """
    certain: dict[str, dict[str, int]] = {}
    possible: dict[str, dict[str, int]] = {}
    for claims, found in ((result["necessary"], certain), (result["possible"], possible)):
        for claim in claims:
            row = found.setdefault(claim["noc"], {})
            row[claim["column"]] = max(claim["number"], row.get(claim["column"], 0))
    told: dict[str, tuple[dict[str, int], dict[str, int]]] = {}
    for noc in sorted({*certain, *possible}):
        sure = certain.get(noc, {})
        told[noc] = sure, {column: n for column, n in possible.get(noc, {}).items() if n > sure.get(column, 0)}
    return told


def _certain_and_possible(result: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    """With unknown standings: what an NOC gains in every ranking that gives the table, and in some."""
    told: dict[str, tuple[int, str]] = {}
    for noc, (sure, more) in claims_of(result).items():
        who = "An NOC that is not named" if noc == "OTHER" else in_prose(noc)
        parts = [f"gains {_columns(sure, names)} for certain"] if sure else []
        parts += [f"may gain {_columns(more, names)}"] if more else []
        words = f"{who} {', and '.join(parts)}."
        told[noc] = (100 * sum(sure.values()) + sum(more.values()), sentence_case(words))
    for noc in open_gains(result).keys() - told.keys():
        who = "an NOC that is not named" if noc == "OTHER" else in_prose(noc)
        told[noc] = (0, f"Whether {who} gains anything is neither shown nor excluded.")
    return told


def open_gains(result: Mapping[str, Any], *, everywhere: bool = False) -> dict[str, list[str]]:
    """Return NOC -> the columns in which a gain is neither shown nor excluded, of places that come free.

    `result` is the document of a what-if with unknown standings. With `everywhere` also in events in which nothing
    comes free: places may have been left free there before.
    """
    found: dict[str, list[str]] = {}
    for claim in result.get("not_excluded", ()):
        if everywhere or claim["column"] in result["freed"] or claim["column"] in GENDERS:
            found.setdefault(claim["noc"], []).append(claim["column"])
    return found


def _columns(row: Mapping[str, int], names: Mapping[str, str]) -> str:
    events = {names.get(column, column): number for column, number in row.items() if column not in GENDERS}
    people = [_persons(column, number) for column, number in row.items() if column in GENDERS]
    return joined([*([_places(events)] if events else []), *people])


def headline(told: Sequence[tuple[str, str]], result: Mapping[str, Any], first: str | None = None) -> str:
    """Return the one sentence that answers a what-if: for the NOC asked about, or for all together."""
    if first:
        return next((words for noc, words in told if noc == first), "")
    if result.get("standings") == "incomplete":
        sure = {claim["noc"] for claim in result["necessary"]}
        may = {claim["noc"] for claim in result["possible"]} - sure
        partly = result.get("partly_known")
        gains = sentence_case(spelled(len(sure), "NOC")) if sure else "Nobody"
        verb = "gains" if len(sure) < 2 else "gain"
        some = (
            f"; {spelled(len(may), 'NOC')} more may"
            if may and sure
            else f"; {spelled(len(may), 'NOC')} may"
            if may
            else ""
        )
        what = "something" if sure else "anything"
        left = len(open_gains(result).keys() - sure - may)
        rest = f"; for {spelled(left, 'NOC')} more it is neither shown nor excluded" if left else ""
        start = (
            f"{gains} {verb}" if sure or partly is None or partly["necessary_complete"] else "Nobody is proved to gain"
        )
        return f"{start} {what} for certain{some}{rest}."
    moved = [move for move in result["moves"] if move["kind"] == "start-place" and move["to"]]
    if not result["moves"]:
        return "Nothing changes: everybody has after it what they had before."
    nocs = {move["to"] for move in moved}
    if not moved:
        return "No other NOC gains a start place."
    verb = "gains" if len(nocs) == 1 else "gain"
    return f"{sentence_case(spelled(len(nocs), 'NOC'))} {verb} {spelled(len(moved), 'start place')}."


def sentence_case(words: str) -> str:
    """Return words with their first letter large, and the others as they are."""
    return f"{words[:1].upper()}{words[1:]}"
