"""The answer: statements that say why, reasons that say why not, and how close another outcome was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from quotaproof.model.athletes import Athlete
from quotaproof.model.documents import document_of
from quotaproof.model.quantities import joined, spelled
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.documents import (
    ExplanationDocument,
    WhyNotDocument,
)
from quotaproof.solver.inference_documents import CertainPossibleDocument

from .phrases import summed
from .reasons import Reason
from .target import Target

if TYPE_CHECKING:
    from .theory import Element


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is so and why, with the clauses it cites.

    Attributes
    ----------
    subject
        What it is about: a column, for an NOC or in total.
    text
        One or more full sentences.
    clauses
        Pathway -> clause text, of those cited.
    certain
        Whether it holds in every ranking that gives the table (always true where standings are complete).
    """

    subject: str
    text: str
    clauses: Mapping[str, str] = field(default_factory=dict)
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Differs:
    """A cell whose published number is not the one explained.

    Attributes
    ----------
    published, explained
        The two numbers; `published` is None if the published table has no row for the NOC.
    by
        What gives the number explained, such as `the rules give`.
    part
        What of that number is explained, in words: `the`, or `the men of the`.
    """

    noc: str
    column: str
    label: str
    published: int | None
    explained: int
    by: str
    part: str = "the"

    @property
    def text(self) -> str:
        """In one sentence."""
        published = "not in the published table" if self.published is None else f"published {self.published}"
        explains = f"this explains {self.part} {self.explained}"
        return f"{self.noc}, {self.label}: {published}; {self.by} {self.explained}; {explains}."


@dataclass(frozen=True, slots=True)
class Distance:
    """The least change of one kind that makes the target true: `amount` is enough, and nothing less is (each tried).

    Attributes
    ----------
    measure
        `ranks`, `swaps`, `start-places`, `quota-places`, `points`, or `hundredths` and `sum` in ranked lists.
    amount
        How much, in units of the measure; None if no amount is enough.
    at_least
        What is proved not to be enough is everything below this number.
    where
        The event or cap it is about.
    text
        In words.
    changes
        The change as options of `whatif`, to replay it; empty if no option says it.
    standings
        The changed standings, for `whatif --standings`, where the change is in results or in several rankings.
    """

    measure: str
    where: str
    amount: int | None
    at_least: int
    text: str
    changes: tuple[str, ...] = ()
    standings: Standings | None = None


@dataclass(frozen=True)
class WhyNot:
    """What excludes a target.

    Attributes
    ----------
    possible
        Whether the target holds, or may hold where standings are not known; then there is no reason.
    reasons
        Minimal reasons; the smallest first if all were asked for.
    complete
        Whether these are all minimal reasons there are (proved).
    note
        What else must be said, such as that only the table itself excludes it.
    limit_reached
        Whether a limit of effort ended the search for reasons: whether there are further ones is unknown.
    """

    target: Target
    possible: bool
    reasons: tuple[Reason, ...]
    complete: bool
    distances: tuple[Distance, ...] = ()
    note: str = ""
    limit_reached: bool = False

    def to_dict(self) -> WhyNotDocument:
        """Return the answer with the JSON keys of the command line."""
        return document_of(
            WhyNotDocument,
            self,
            target=str(self.target),
            reasons=[{"size": one.size, "text": reason_words(one), "elements": one.elements} for one in self.reasons],
            reasons_complete=self.complete,
            how_close=self.distances,
        )


@dataclass(frozen=True)
class Explanation:
    """Why an NOC has what it has, and why not more.

    Attributes
    ----------
    noc
        The NOC, or TOTAL for the numbers of all.
    column
        What is explained of it: an event, `men`, `women`; None for everything.
    judged
        `allocation` for complete standings, otherwise the table asked about: `published`, `repaired` or `partly-known`.
    differs
        Cells among those explained whose published number is another one.
    next_least
        The smallest number to ask `why_not` about: one more than the NOC has (or, with unknown standings, can have) in
        the column; None where an NOC can never have more, or no column is explained.
    athlete
        The athlete that is explained, where places go down ranked lists and it was not the NOC.
    partly_known
        Of a table that is known in part, what each cell is at least and at most.
    """

    scenario: str
    title: str
    noc: str
    column: str | None
    judged: str
    why: tuple[Statement, ...]
    why_not: WhyNot | None = None
    differs: tuple[Differs, ...] = ()
    next_least: int | None = None
    athlete: Athlete | None = None
    partly_known: tuple[CertainPossibleDocument, ...] = ()

    @property
    def subject(self) -> str:
        """Who is explained: the NOC, or the athlete by name."""
        return self.noc if self.athlete is None else self.athlete.words

    def to_dict(self) -> ExplanationDocument:
        """Return the explanation with the JSON keys of the command line."""
        return document_of(
            ExplanationDocument,
            self,
            athlete=self.athlete.identifier if self.athlete is not None else None,
            name=self.athlete.name if self.athlete is not None else None,
            partly_known=self.partly_known or None,
        )

    def _repr_html_(self) -> str:
        """Return the explanation as HTML, for notebooks."""
        parts = [f"<h4>{escape(self.title)}: {escape(self.subject)}</h4>"]
        parts += [f"<p><b>{escape(one.text)}</b></p>" for one in self.differs]
        parts += [f"<p>{escape(statement.text)}</p>" for statement in self.why]
        clauses = {name: clause for statement in self.why for name, clause in statement.clauses.items()}
        if self.why_not is not None:
            parts.append(f"<p><b>{escape(verdict(self.why_not))}</b></p>")
            parts += [
                f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in reason_lines(reason))}</ul>"
                for reason in self.why_not.reasons
            ]
            if further := further_reasons(self.why_not):
                parts.append(f"<p>{escape(further)}</p>")
            if self.why_not.distances:
                lines = "".join(f"<li>{escape(distance.text)}</li>" for distance in self.why_not.distances)
                parts.append(f"<p>How close?</p><ul>{lines}</ul>")
            clauses |= {name: clause for reason in self.why_not.reasons for name, clause in cited(reason).items()}
        if clauses:
            lines = "".join(f"<li>{escape(name)}: {escape(clause)}</li>" for name, clause in clauses.items())
            parts.append(f"<p>Clauses:</p><ul>{lines}</ul>")
        return "".join(parts)


def verdict(answer: WhyNot) -> str:
    """Return in one sentence whether the target is excluded."""
    noc, target = answer.target.noc, answer.target
    if answer.possible:
        return answer.note or f"{target} is so, or may be so, for {noc}."
    if not answer.reasons:
        return f"Why not {target} for {noc}? It is excluded{_not_said_why(answer)}."
    size = answer.reasons[0].size
    number = spelled(size, "fact or clause", "facts and clauses")
    together = "it excludes" if size == 1 else "together they exclude"
    return (
        f"Why not {target} for {noc}? Because of {number}; {together} it, and without "
        f"{'it' if size == 1 else 'any one of them'} it would be possible."
    )


def _not_said_why(answer: WhyNot) -> str:
    return "; the limit of effort ended the search before a reason was found" if answer.limit_reached else ""


def further_reasons(answer: WhyNot) -> str:
    """Return in one sentence whether there are further reasons; empty where none were looked for."""
    number = len(answer.reasons)
    if answer.limit_reached and number:
        return "The limit of effort ended the search, so whether there are further minimal reasons is unknown."
    if answer.complete and number:
        return (
            "There is no other minimal reason (proved)." if number == 1 else "These are all minimal reasons (proved)."
        )
    return "There may be further minimal reasons." if number > 1 else ""


def cited(reason: Reason) -> dict[str, str]:
    """Return the pathways that a reason cites, with their clauses."""
    return {e.pathway: e.clause for e in reason.elements if e.pathway and e.clause}


def reason_words(reason: Reason) -> str:
    """Return a reason as sentences, facts of one kind put together."""
    return " ".join(f"{line[0].upper()}{line[1:]}." for line in reason_lines(reason))


def reason_lines(reason: Reason) -> list[str]:
    """Return a reason as lines, facts of one kind put together: ranks in a row, quota places in a sum."""
    lines: list[str] = []
    done: set[tuple[str, ...]] = set()
    for element in reason.elements:
        group = _group(element.kind, element.data)
        if group is None:
            lines.append(element.text + (f" ({element.pathway})" if element.pathway not in (None, "host") else ""))
            continue
        if group in done:
            continue
        done.add(group)
        own = [e for e in reason.elements if _group(e.kind, e.data) == group]
        if len(own) < 4:
            lines += [e.text + (f" ({e.pathway})" if e.pathway not in (None, "host") else "") for e in own]
        else:
            lines.append(_together(group, [e.data for e in own], own[0]))
    return lines


def _group(kind: str, data: Mapping[str, int | str]) -> tuple[str, ...] | None:
    if kind in ("rank", "record") and "rank" in data and "qualifier" in data:
        return ("ranks", str(data["event"]), str(data.get("granted", "")))
    if "quota_places" in data:
        return ("places",)
    if kind == "published":
        return ("published", str(data["column"]))
    if "needs" in data:
        return ("needs",)
    return None


def _together(group: tuple[str, ...], data: list[Mapping[str, int | str]], first: Element) -> str:
    pathway = first.pathway

    def numbers(name: str) -> str:
        return summed((str(row["noc"]), int(row[name])) for row in data)

    match group[0]:
        case "ranks":
            nocs = summed((str(row["noc"]), 1) for row in data)
            ranks = spans(sorted(int(row["rank"]) for row in data))
            what = {"1": ", each with a start place", "0": ", each without a start place"}.get(group[2], "")
            named = re.search(" of (the .+?) is held by ", first.text)  # the event in words, as in each of the facts
            return f"{ranks} of {named[1] if named else group[1]} are held by {nocs}{what}"
        case "places":
            total = sum(int(row["quota_places"]) for row in data)
            return f"{total} quota places follow from the start places of {numbers('quota_places')} ({pathway})"
        case "needs":
            total = sum(int(row["needs"]) for row in data)
            return f"by then, with this place, {total} athletes are needed: {numbers('needs')} ({pathway})"
    if all(int(row["number"]) == int(data[0]["number"]) for row in data):
        nocs = joined(str(row["noc"]) for row in data)
        return f"in the table {nocs} have {data[0]['number']} each in {group[1]}"
    total = sum(int(row["number"]) for row in data)
    return f"in the table the column {group[1]} gives {total} to {numbers('number')}"


def spans(ranks: list[int]) -> str:
    """Return ascending ranks as spans: `ranks 1 to 32`, `ranks 3, 5 to 7 and 9`."""
    parts: list[tuple[int, int]] = []
    for rank in ranks:
        if parts and parts[-1][1] == rank - 1:
            parts[-1] = (parts[-1][0], rank)
        else:
            parts.append((rank, rank))
    return "ranks " + joined(str(a) if a == b else f"{a} to {b}" for a, b in parts)
