"""An explanation in up to three sentences: why, what would change it, and how sure that is."""

from __future__ import annotations

import re

from quotaproof.event_lists import EntryDocument, event_lists
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.nations import in_prose
from quotaproof.solver.explain import Explanation

_HELD_UP = re.compile(r"\bNo more: (.+?)(?:;|\.(?=\s[A-Z]|$))")
"""What an explanation says of the next quota place: why it went to others, without what is known of ranks."""

ORDINAL = {"": "first", "second": "second", "third": "third"}


def brief(result: Explanation, scenario: Scenario) -> tuple[str, ...]:
    """Return the sentences that lead an explanation; none where everything of an NOC is explained at once.

    What would change it is left out where only a further question tells, and where another number was published: the
    ranked lists are those of the published table, and the explanation is one of what the rules give.
    """
    if result.column is None or not result.why or result.judged == "partly-known":
        return ()
    return tuple(text for text in (_why(result), _next(result, scenario), _sure(result)) if text)


def _why(result: Explanation) -> str:
    """The first sentence that says why."""
    text = result.why[0].text
    end = re.search(r"\.(?=\s[A-Z]|$)", text)
    return text[: end.end()] if end else text


def _next(result: Explanation, scenario: Scenario) -> str:
    """What would have to be otherwise for one more; empty where only a further question tells."""
    if result.differs:
        return ""
    who = in_prose(result.noc)
    who = f"{who[0].upper()}{who[1:]}"
    if result.column in GENDERS:
        if result.next_least is None:
            return f"{who} can have no more {result.column}, whatever the rankings are."
        held_up = _HELD_UP.search(result.why[0].text)
        return f"One more was held up: {held_up[1]}." if held_up else ""
    if result.next_least is None:
        return f"{who} can have no more places here: it has the most that an NOC may have."
    if result.judged != "allocation":
        return ""
    event = event_lists(scenario, [result.column])[0] if result.column else None
    waiting = [
        one for ranked in (event["lists"] if event else ()) for one in ranked["entries"] if one["noc"] == result.noc
    ]
    first = next((one for one in waiting if one["standing"] in ("next", "blocked", "gone")), None)
    return _missed(who, first) if first is not None else f"{who} has no further entry in this ranking."


def _missed(who: str, entry: EntryDocument) -> str:
    which = ORDINAL.get(entry["name"])
    name = f"its {which} entry" if which else entry["name"]
    behind = f", {entry['behind']} the last that is in" if entry["behind"].endswith("behind") else ""
    if entry["turn"]:
        free = _places(entry["turn"])
        return f"{who} would get one more if {free} came free: {name} is at rank {entry['rank']}{behind}."
    return f"One more is held up: {name}, at rank {entry['rank']}{behind}: {entry['words']}."


def _places(number: int) -> str:
    return "one place" if number == 1 else f"{number} places"


def _sure(result: Explanation) -> str:
    if result.judged == "allocation":
        return "This is certain: all standings are known, and two engines and a validator give the same."
    if all(statement.certain for statement in result.why):
        return "This is certain although the rankings are not known: it holds in every ranking that gives the table."
    return (
        "This is not certain in every part: the rankings are not known, and some of them give the table in another way."
    )
