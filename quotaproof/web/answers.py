"""What a what-if comes to for each NOC, in the language of the page; in English it is the command line's sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS

from .languages import SOURCE, Said, gettext, language, ngettext
from .phrases import in_a_row, persons
from .wording import known_noc


def told_and_headline(
    result: Mapping[str, Any], names: Mapping[str, str], nocs: Mapping[str, str], first: str | None
) -> tuple[list[tuple[str, str]], str]:
    """Return (NOC, what the changes bring it), those that gain first, and the one sentence that answers.

    Parameters
    ----------
    result
        The document of a what-if.
    names, nocs
        Event and NOC -> its name in the language of the page.
    first
        The NOC that is asked about, told before the others.
    """
    from quotaproof.outcomes import headline, open_gains, whatif_sentences

    told = whatif_sentences(result, names, first)
    if language() == SOURCE:
        return told, headline(told, result, first)
    unknown = result.get("standings") == "incomplete"
    said = _certain_and_possible(result, names, nocs) if unknown else _moved(result, names, nocs)
    left = open_gains(result, everywhere=True)

    def of(noc: str) -> str:
        if noc not in said and noc in left:
            who = gettext("NOCs not named") if noc == "OTHER" else known_noc(noc, nocs)
            return gettext("%(nation)s: a gain is neither shown nor excluded.", nation=who)
        return said.get(noc) or _nothing(known_noc(noc, nocs), unknown)

    own = [(noc, of(noc)) for noc, _ in told]
    if first:
        return own, next(words for noc, words in own if noc == first)
    return own, _for_all(result, unknown)


def _nothing(name: str, unknown: bool) -> str:
    if unknown:
        return gettext("%(nation)s: nothing changes, whatever the rankings are.", nation=name)
    return gettext("%(nation)s: nothing changes.", nation=name)


def _moved(result: Mapping[str, Any], names: Mapping[str, str], nocs: Mapping[str, str]) -> dict[str, str]:
    from quotaproof.outcomes import steps_of

    said: dict[str, str] = {}
    for noc, (steps, athletes) in steps_of(result).items():
        up = {names.get(event, event): step for event, step in steps.items() if step > 0}
        down = {names.get(event, event): -step for event, step in steps.items() if step < 0}
        parts: list[str] = []
        if up:
            more = ngettext(
                "%(num)s start place more (%(where)s)",
                "%(num)s start places more (%(where)s)",
                sum(up.values()),
                where=_where(up),
            )
            parts.append(more)
        if down:
            fewer = ngettext(
                "%(num)s start place fewer (%(where)s)",
                "%(num)s start places fewer (%(where)s)",
                sum(down.values()),
                where=_where(down),
            )
            parts.append(fewer)
        parts += [
            gettext("%(persons)s more", persons=persons(gender, step))
            if step > 0
            else gettext("%(persons)s fewer", persons=persons(gender, -step))
            for gender, step in athletes.items()
            if step
        ]
        if not any(athletes.values()):
            parts.append(gettext("as many athletes as before"))
        said[noc] = gettext("%(nation)s: %(what)s.", nation=known_noc(noc, nocs), what=reduce(_and, parts))
    return said


def _and(first: str, second: str) -> str:
    return gettext("%(first)s; %(second)s", first=first, second=second)


def _where(steps: Mapping[str, int]) -> str:
    return ", ".join(name if number == 1 else f"{number} × {name}" for name, number in steps.items())


def _certain_and_possible(
    result: Mapping[str, Any], names: Mapping[str, str], nocs: Mapping[str, str]
) -> dict[str, str]:
    from quotaproof.outcomes import claims_of

    said: dict[str, str] = {}
    for noc, (sure, more) in claims_of(result).items():
        who = gettext("NOCs not named") if noc == "OTHER" else known_noc(noc, nocs)
        parts: list[str] = [gettext("for certain %(what)s", what=_columns(sure, names))] if sure else []
        parts += [gettext("possibly %(what)s", what=_columns(more, names))] if more else []
        said[noc] = gettext("%(nation)s: %(what)s.", nation=who, what=reduce(_and, parts))
    return said


def for_certain(noc: str, known: Sequence[tuple[str, int, int]], names: Mapping[str, str], nation: str) -> str:
    """Return what an NOC has for certain where only single facts are known; `known` as in `certain_sentence`."""
    from quotaproof.outcomes import certain_sentence

    if language() == SOURCE:
        return Said(certain_sentence(noc, known, names))
    least = {column: low for column, low, _ in known if low}
    parts = [_where({names[column]: low}) for column, low in least.items() if column not in (*GENDERS, ATHLETES)]
    people = [persons(gender, least[gender]) for gender in GENDERS if gender in least]
    if ATHLETES in least:
        number = ngettext("%(num)s athlete", "%(num)s athletes", least[ATHLETES])
        people = [f"{number} ({in_a_row(people)})" if people else number]
    told = {"nation": nation, "what": in_a_row([*parts, *people])}
    if not least:
        return gettext("Nothing is certain for %(nation)s yet.", nation=nation)
    if any(low < high for _, low, high in known):
        return gettext("%(nation)s: for certain %(what)s; the rest is open.", **told)
    return gettext("%(nation)s: for certain %(what)s.", **told)


def _columns(row: Mapping[str, int], names: Mapping[str, str]) -> str:
    return ", ".join(
        f"+{persons(column, number)}" if column in GENDERS else f"{names.get(column, column)} +{number}"
        for column, number in row.items()
    )


def _for_all(result: Mapping[str, Any], unknown: bool) -> str:
    """The answer for all NOCs together."""
    if unknown:
        from quotaproof.outcomes import open_gains

        sure = {claim["noc"] for claim in result["necessary"]}
        may = {claim["noc"] for claim in result["possible"]} - sure
        certain = ngettext(
            "%(num)s NOC gains something for certain", "%(num)s NOCs gain something for certain", len(sure)
        )
        partly = result.get("partly_known")
        nobody = gettext("Nobody gains anything for certain")
        if partly is not None and not partly["necessary_complete"]:
            nobody = gettext("Nobody is proved to gain anything for certain")
        certain = certain if sure else nobody
        others = ngettext("for %(num)s more it is possible", "for %(num)s more it is possible", len(may))
        others = others if sure else ngettext("for %(num)s it is possible", "for %(num)s it is possible", len(may))
        said = _and(certain, others) if may else certain
        left = len(open_gains(result).keys() - sure - may)
        rest = ngettext(
            "for %(num)s more it is neither shown nor excluded",
            "for %(num)s more it is neither shown nor excluded",
            left,
        )
        return f"{_and(said, rest) if left else said}."
    moved: Sequence[Mapping[str, Any]] = [
        move for move in result["moves"] if move["kind"] == "start-place" and move["to"]
    ]
    if not result["moves"]:
        return gettext("Nothing changes: everybody has after it what they had before.")
    if not moved:
        return gettext("No other NOC gains a start place.")
    gained = ngettext("%(num)s start place", "%(num)s start places", len(moved))
    number = len({move["to"] for move in moved})
    return ngettext("%(num)s NOC gains %(places)s.", "%(num)s NOCs gain %(places)s.", number, places=gained)
