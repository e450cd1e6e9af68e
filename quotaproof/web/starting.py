"""What a question starts from, in one sentence in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from quotaproof.model.start import Start, start_sentence

from .cells import names_of
from .languages import SOURCE, Said, gettext, ngettext, speaking
from .phrases import each_in_words
from .wording import english_names


def begins_of(result: Mapping[str, Any], scenario: Mapping[str, Any]) -> str:
    """Return what a what-if starts from; empty if nothing was published."""
    if result.get("standings") != "incomplete":
        return begins_from(result["from"], result["from_changes"], result, result["published_differs"], scenario)
    if result["partly_known"] is not None:
        return Said(
            ngettext(
                "The table is known in part: this holds for every table with the %(num)s fact.",
                "The table is known in part: this holds for every table with all %(num)s facts.",
                result["partly_known"]["facts"],
            )
        )
    why = gettext("The standings are not known in full, so what the rules give is not known.")
    if result["table"] == "repaired":
        table = (
            gettext("This starts from the published table with its one smallest repair, without changes by invitation.")
            if result["invited"]
            else gettext("This starts from the published table with its one smallest repair.")
        )
    elif result["invited"]:
        table = gettext("This starts from the published table without changes by invitation.")
    else:
        table = gettext("This starts from the published table.")
    return Said(f"{why} {table}")


def begins_from(
    start: Start, changes: Sequence[str], told: Mapping[str, Any], differs: int | None, scenario: Mapping[str, Any]
) -> str:
    """Return what a question starts from, its declines in the words of the pages.

    Where the record leaves open who declined, the sentence is that of the answer, in English.
    """
    invited = told["invited"]
    if told["undone_first"]:
        with speaking(SOURCE):
            steps = each_in_words(changes, english_names(scenario))
        return start_sentence(start, steps, differs, told["undone_first"], invited=invited)
    if start == "published" and differs:
        after = gettext(", then ").join(each_in_words(changes, names_of(scenario)))
        if invited:
            return gettext(
                "This starts from the published table without changes by invitation: what the rules give, after "
                "%(steps)s.",
                steps=after,
            )
        return gettext("This starts from the published table: what the rules give, after %(steps)s.", steps=after)
    if differs is None:
        return ""
    if not differs:
        if invited:
            return gettext(
                "This starts from what the rules give, which is the published table without changes by invitation."
            )
        return gettext("This starts from what the rules give, which is the published table.")
    if invited:
        return Said(
            ngettext(
                "This starts from what the rules give; the published table without changes by invitation has other "
                "numbers in %(num)s cell.",
                "This starts from what the rules give; the published table without changes by invitation has other "
                "numbers in %(num)s cells.",
                differs,
            )
        )
    return Said(
        ngettext(
            "This starts from what the rules give; the published table has other numbers in %(num)s cell.",
            "This starts from what the rules give; the published table has other numbers in %(num)s cells.",
            differs,
        )
    )
