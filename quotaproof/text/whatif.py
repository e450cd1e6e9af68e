"""The answers to what-ifs as text: moves, recipients, reserve lists."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from quotaproof.model.athletes import Athlete, athletes_of
from quotaproof.model.files import csv_text
from quotaproof.model.quantities import counted, joined, meet_words
from quotaproof.model.remedies import unsettled_tie
from quotaproof.model.reserve import Reserve
from quotaproof.model.rules import GENDERS, is_gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.start import Start
from quotaproof.solver.whatif.consequences import WhatIf
from quotaproof.solver.whatif.recipients import PartlyKnownStart, Recipient, Recipients
from quotaproof.solver.whatif.starting_table import StartingTable

from .grid import blocks_with_names, bullet_of, grid, label, names_below, paragraphs, with_names

IN_WORDS = {
    "rerun": "everything is allocated again (rerun)",
    "sequential": "each place goes to the next in line (sequential)",
}
"""A way to answer declines -> what it does, in a title."""

OTHER = {"rerun": "Allocating everything again (rerun)", "sequential": "Filling the holes (sequential)"}
"""A way to answer declines -> what it does."""


def whatif(result: WhatIf | Recipients, scenario: Scenario, form: str, *, color: bool = False) -> str:
    """Return a what-if: as CSV its moves, otherwise the moves, the net effect and what else there is to say.

    With unknown standings as `recipients` writes it.
    """
    if isinstance(result, Recipients):
        return recipients(result, scenario, form)
    header = ["step", "kind", "event", "from", "to", "rank", "clause"]
    rows = [
        [
            str(number),
            move.kind.replace("-", " "),
            move.event if move.kind == "quota-place" and form == "csv" else label(scenario, move.event),
            (move.giver or "") if form == "csv" else _who(move.giver, move.giver_entry) or "(free)",
            (move.taker or "") if form == "csv" else _who(move.taker, move.taker_entry) or "(nobody)",
            "" if move.rank is None else str(move.rank),
            move.clause if form == "csv" else move.clause.partition(":")[0],
        ]
        for number, move in enumerate(result.moves, 1)
    ]
    if form == "csv":
        rows = [[*row[:2], move.event, *row[3:]] for row, move in zip(rows, result.moves, strict=True)]
        if result.before.rules.by_lists:
            header = [*header, "from_name", "to_name"]
            names = [[entry.name if entry else "" for entry in (m.giver_entry, m.taker_entry)] for m in result.moves]
            rows = [[*row, *own] for row, own in zip(rows, names, strict=True)]
        return csv_text(header, rows)
    markdown = form == "markdown"
    bullet = bullet_of(form)
    men, women = result.after.totals
    heading = "## " if markdown else ""
    mode = f"; {IN_WORDS[result.mode]}" if result.steps else ""
    blocks = [f"{heading}{scenario.title}: {changes_in_words(result.changes, scenario)}{mode}"]
    blocks += [f"{result.starts_from}{_other_start(result)}"] if result.starts_from else []
    blocks += _order_notes(result, scenario)
    effect = [
        f"{bullet}{noc}: " + ", ".join(f"{label(scenario, column)} {number:+d}" for column, number in columns.items())
        for noc, columns in result.net_effect.items()
    ]
    notes: list[str] = []
    if effect:
        notes += ["Net effect:", "\n".join(effect)]
    old = result.before.totals
    if result.before.rules.gives_quota_places:
        notes.append(
            f"Quota places: {sum(old)} before ({counted(old[0], 'man')}, {counted(old[1], 'woman')}), "
            f"{men + women} after ({counted(men, 'man')}, {counted(women, 'woman')})."
        )
    if result.after.status == "tie":
        notes.append(
            "An unsettled tie matters after these changes, so the result holds only what is certain; "
            f"{unsettled_tie(scenario, result.after.tied)}."
        )
    notes += _mode_notes(result, scenario, bullet)
    said = blocks_with_names([*blocks, *notes], scenario, result.net_effect)
    matter = ["event", "from", "to", "kind"]
    table = grid(header, rows, form, color=color, matter=matter) if result.moves else "Nothing changes."
    return paragraphs([*said[: len(blocks)], table, *_reasons(result, scenario, bullet), *said[len(blocks) :]], form)


UNNAMED = "NOCs not named here"


def recipients(result: Recipients, scenario: Scenario, form: str) -> str:
    """Return who gains with unknown standings: as CSV the claims, otherwise sentences and a table of who may gain."""
    header = ["claim", "noc", "column", "number", "witness"]
    rows = [["necessary", c.noc or "OTHER", c.column, str(c.number), ""] for c in result.necessary] + [
        ["possible", c.noc or "OTHER", c.column, str(c.number), str(c.witness)] for c in result.possible
    ]
    rows += [["not-excluded", c.noc or "OTHER", c.column, str(c.number), ""] for c in result.not_excluded]
    if form == "csv":
        return csv_text(header, rows)
    markdown = form == "markdown"
    bullet = bullet_of(form)
    table = "the repaired table" if result.repaired else "the published table"
    table += " without changes by invitation" if result.invited else ""
    blocks = [f"{'## ' if markdown else ''}{scenario.title}: {changes_in_words(result.changes, scenario)}"]
    if result.partly is not None:
        blocks.append(_partly_known_start(result.partly))
    else:
        blocks.append(
            f"The standings are not fully known, so this starts from {table}: what the rules give is not known. What "
            f"follows holds in every ranking that gives {table}; nobody else loses what it has."
        )
    freed = [
        f"{bullet}{label(scenario, column)}: {low if low == high else f'{low} to {high}'}"
        for column, (low, high) in result.freed.items()
    ]
    blocks += ["What comes free:", "\n".join(freed)]
    if result.necessary:
        lines = [f"{bullet}{c.noc or UNNAMED}: {label(scenario, c.column)} +{c.number}" for c in result.necessary]
        blocks += ["Who gains for certain:", "\n".join(lines)]
    elif result.partly is None or result.partly.necessary_complete:
        blocks.append(
            "Nobody gains for certain: for each NOC there are rankings in which it gains nothing (a reserve list may "
            "name others first, or end)."
        )
    else:
        blocks.append("Nobody is proved to gain for certain.")
    if result.partly is not None and not result.partly.necessary_complete and result.necessary:
        blocks.append("Whether anybody else gains for certain is not known.")
    proved = "" if result.not_excluded else "; all others are proved impossible"
    if result.possible:
        summary = (
            f"Who may gain ({counted(len(result.possible), 'claim')}, each shown by one of "
            f"{len(result.witnesses)} witness standings{proved}):"
        )
        blocks += [summary, _by_column(result.possible, scenario, bullet)]
    elif not result.not_excluded:
        blocks.append("Nobody can gain.")
    blocks += _not_excluded(result, scenario, bullet)
    return paragraphs(blocks_with_names(blocks, scenario), form)


def _by_column(claims: Sequence[Recipient], scenario: Scenario, bullet: str) -> str:
    by_column: dict[str, list[str]] = defaultdict(list)
    for claim in claims:
        by_column[claim.column].append(claim.noc or UNNAMED)
    return "\n".join(f"{bullet}{label(scenario, column)}: {joined(nocs)}" for column, nocs in by_column.items())


def _partly_known_start(start: PartlyKnownStart) -> str:
    """What an answer about a table that is known in part holds for."""
    if start.tables is not None:
        tables = "the one table" if start.tables == 1 else f"each of the {start.tables} tables"
        where = f"in every ranking that gives {tables} which the unknown cells leave"
    elif start.state == "december":
        where = f"in every ranking that gives a table with all {start.facts} facts"
    else:
        where = f"for every table with all {start.facts} facts, whatever was given back before"
    return (
        f"The table is known in part, and so are the standings. What follows holds {where}; nobody else loses what it "
        "has."
    )


def _not_excluded(result: Recipients, scenario: Scenario, bullet: str) -> list[str]:
    """Gains that are neither shown nor excluded: first those of places that come free."""
    if not result.not_excluded:
        return []
    free = {*result.freed, *GENDERS}
    here = [claim for claim in result.not_excluded if claim.column in free]
    elsewhere = [claim for claim in result.not_excluded if claim.column not in free]
    blocks: list[str] = []
    if here:
        blocks += ["Neither shown nor excluded:", _by_column(here, scenario, bullet)]
    if elsewhere:
        blocks.append(
            "Neither shown nor excluded either, and only if places were left free there before, since nothing comes "
            "free in these events:"
        )
        blocks.append(_by_column(elsewhere, scenario, bullet))
    return [*blocks, "All other gains are proved impossible."]


def _reasons(result: WhatIf, scenario: Scenario, bullet: str) -> list[str]:
    """Why each start place goes where it goes, where they go down ranked lists."""
    if not result.before.rules.by_lists:
        return []
    steps: dict[str, list[str]] = {}
    for number, move in enumerate(result.moves, 1):
        if move.kind == "start-place" and move.reason:
            reason = re.sub(rf" (of|in) {move.event}\b", rf" \1 the {label(scenario, move.event)}", move.reason)
            steps.setdefault(reason, []).append(str(number))
    lines = [f"{bullet}Step{'s' * (len(own) > 1)} {joined(own)}: {reason}." for reason, own in steps.items()]
    return ["Why:", "\n".join(lines)] if lines else []


def changes_in_words(changes: Sequence[str], scenario: Scenario) -> str:
    """Return changes such as `decline KAZ:men-1000=1` in a sentence, each NOC with its name where it comes first."""
    hosts = [host for change in changes for host in re.findall("^host ([A-Z]{3})$", change)]
    return with_names("; ".join(_in_words(one, scenario) for one in changes), scenario, hosts)


def _in_words(change: str, scenario: Scenario) -> str:
    kind, _, rest = change.partition(" ")
    subject, _, where = rest.partition(":")
    column, _, number = where.partition("=")
    match kind:
        case "decline" if not where:
            return f"{subject} gives back all that it has"
        case "decline":
            places = "place" if number == "1" else "places"
            what = (
                f"quota {places} among the {column}"
                if is_gender(column)
                else f"{places} in the {label(scenario, column)}"
            )
            return f"{subject} gives back {number or 'its'} {what}"
        case "withdraw":
            athlete = athletes_of(scenario).get(subject)
            who = athlete.words if athlete is not None else subject
            return f"{who} withdraws{f' from the {label(scenario, column)}' if column else ''}"
        case "exclude":
            return f"{subject} is out"
        case "set":
            return _cap_in_words(rest, scenario)
        case "disqualify":
            entry, _, meet = rest.partition("@")
            return f"{_result(entry, 'result', scenario)} at {meet_words(meet)} does not count"
        case "move":
            entry, _, rank = rest.partition("=")
            return f"{_result(entry, 'entry', scenario)} moves to rank {rank}"
        case "host":
            return "no host" if subject == "none" else f"{subject} is the host"
        case _:
            return change


def _result(text: str, what: str, scenario: Scenario) -> str:
    """An NOC's result or entry such as `KOR:men-1500:2` in words."""
    noc, column, number = text.split(":")
    which = {"1": "best ", "2": "second ", "3": "third "}.get(number, f"{number}th ")
    own = "" if scenario.rules.event(column).kind == "relay" else which
    return f"{noc}'s {own}{what} in the {label(scenario, column)}"


def _cap_in_words(text: str, scenario: Scenario) -> str:
    """A cap such as `men-500:noc=2` in words."""
    cap, _, number = text.partition("=")
    column, _, per = cap.partition(":")
    if column == "total" or is_gender(column):
        return f"at most {number} quota places{'' if column == 'total' else f' among the {column}'}"
    return f"at most {number} places{' per NOC' if per else ''} in the {label(scenario, column)}"


def _who(noc: str | None, entry: Athlete | None) -> str:
    """Whose a place is: the NOC, and the athlete where places are of named entries."""
    if noc is None or entry is None or entry.identifier == noc.lower():
        return noc or ""
    return f"{noc} {entry.name}"


def _other_start(result: WhatIf) -> str:
    """How to start from the other table, where that is another."""
    return f" ({other_start(result.start)})" if result.published_differs else ""


def other_start(start: Start) -> str:
    """Return the option that starts from the other table, with what it does."""
    if start == "published":
        return "--from rules starts from what the rules give."
    return "--from published starts from that table."


def _order_notes(result: WhatIf, scenario: Scenario) -> list[str]:
    """Whether the order of several declines matters, and what another gives; said before the result."""
    order = result.order
    if len(result.steps) < 2:
        return []
    if order.matters is None:
        return [f"Whether the order of the declines matters was not tried: there are {len(result.steps)} of them."]
    if not order.matters:
        same = "gives every NOC the same" if result.before.rules.by_lists else "has the same result"
        return [f"The order of the declines does not matter: every order {same}."]
    other = ", then ".join(order.other)
    if order.refused:
        return [f"The order of the declines matters: {other} is not possible, since then {order.refused}."]
    return [f"The order of the declines matters: {other} has another result. {order_words(result, scenario)}"]


def order_words(result: WhatIf, scenario: Scenario) -> str:
    """Return what the other order gives, as a sentence."""
    cells = [f"{d.noc} {d.there} (not {d.here}) in {label(scenario, d.column)}" for d in result.order.differences]
    return f"There it is {joined(cells)}."


def _mode_notes(result: WhatIf, scenario: Scenario, bullet: str) -> list[str]:
    if any(re.search(r":(men|women)=", words) for words, _ in result.steps):
        return ["A quota place alone is given back in the mode sequential only, so the modes are not compared."]
    if not result.differences:
        other = "sequential" if result.mode == "rerun" else "rerun"
        if result.mode_refused:
            return [f"{OTHER[other]} does not answer this: {result.mode_refused}."]
        same = "every NOC the same" if result.before.rules.by_lists else "the same"
        return [f"{OTHER[other]} gives {same}."] if result.steps else []
    lines = [
        f"{bullet}{d.noc}, {label(scenario, d.column)}: {d.sequential} when holes are filled, {d.rerun} in a rerun; "
        f"{d.why}."
        for d in result.differences
    ]
    return ["Filling the holes (sequential) and allocating everything again (rerun) differ:", "\n".join(lines)]


def start_note(table: StartingTable) -> str:
    """Return what a question starts from and how to start from the other table; empty if there is no other."""
    return f"{table.sentence} ({other_start(table.start)})" if table.differs else table.sentence


def reserve(entries: Sequence[Reserve], form: str, note: str = "", *, color: bool = False) -> str:
    """Return the reserve list of an event; `note` and the names of its NOCs are put below it, but not in CSV."""
    named = any(entry.athlete is not None for entry in entries)
    header = ["rank", "noc", "name" if named else "qualifier", "in line", "still blocked by"]
    rows = [
        [
            str(entry.rank),
            entry.noc,
            entry.name if named else str(entry.qualifier),
            "" if entry.turn is None else str(entry.turn),
            "; ".join(entry.blocked_by),
        ]
        for entry in entries
    ]
    listed = grid(header, rows, form, color=color)
    below = [one for one in (note, names_below(entry.noc for entry in entries)) if one]
    return paragraphs([listed, *below], form) if below and form != "csv" else listed
