"""Whether a ranked list that somebody published is what the results give, and whether who entered had the places."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from quotaproof.model.allocation import Allocation
from quotaproof.model.dates import is_date
from quotaproof.model.errors import InputError
from quotaproof.model.files import Row, not_among, read_rows, shown
from quotaproof.model.pathways import RankingPlaces, ReserveList
from quotaproof.model.quantities import counted, meet_words
from quotaproof.model.results.race_results import RaceResult, hundredths, time_text
from quotaproof.model.results.ranked_lists import ListedEntry
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import engine
from quotaproof.solver.verify.findings import Finding
from quotaproof.solver.verify.list_verification import ListVerification
from quotaproof.solver.verify.listed_table import verify_table

REQUIRED = ("event", "part", "quota-rank", "noc", "name")
OPTIONAL = ("number", "points", "time", "venue", "date")
RESERVE = "reserve"


def verify_lists(scenario: Scenario, published: Path | None = None) -> ListVerification:
    """Return whether a published list is what the results give or, without one, whether who entered had the places.

    Parameters
    ----------
    published
        A file, or the name of one that the scenario names. If not given: who entered, or else the last published list.

    Raises
    ------
    InputError
        If there is nothing to compare, or the file does not fit.
    """
    if published is None and scenario.published is not None:
        return verify_table(scenario, scenario.published)
    scenario.require_complete()
    if published is None and scenario.entered:
        return _entered(scenario)
    known = {one.file: one for one in scenario.published_lists}
    if published is None and known:
        published = Path(scenario.published_lists[-1].file)
    if published is None:
        problem = "the scenario has nothing to verify; name a published list with --published, or add an entries.csv"
        raise InputError(problem, file="scenario.toml")
    about = known.get(str(published))
    if about is None and known and not published.exists():
        problem = not_among(str(published), list(known), "no file, and no list that the scenario names; those are")
        raise InputError(problem)
    path = (scenario.folder or Path()) / published if about is not None else published
    words = (about.title, about.source, about.note) if about is not None else (str(published), "", "")
    return _Lists(scenario, path, *words).verification()


# A ranked list ------------------------------------------------------------------------------------------------------


class _Printed(NamedTuple):
    row: Row
    part: str
    place: int | None
    entry: ListedEntry | None
    noc: str
    name: str


class _Lists:
    def __init__(self, scenario: Scenario, path: Path, title: str, source: str, note: str) -> None:
        self.scenario, self.title, self.source, self.note = scenario, title, source, note
        first = [p for p in scenario.rules.pathways if isinstance(p, RankingPlaces | ReserveList)]
        if not first:
            raise InputError(
                "the rules hand out no places down ranked lists, so there is no list to compare", file=path
            )
        self.pathways = first
        # Lists are published before the host has a place; quota places are no part of them.
        bare = replace(scenario, rules=replace(scenario.rules, pathways=tuple(first)))
        self.allocation: Allocation = engine("greedy").allocate(bare)
        self.findings: list[Finding] = []
        parts = sorted({p.ranking for p in first if isinstance(p, RankingPlaces)} | {RESERVE})
        events = [event.identifier for event in scenario.rules.events]
        self.rows: dict[str, list[_Printed]] = {}
        for row in read_rows(path, REQUIRED, OPTIONAL):
            event = row.choice("event", events)
            part = row.choice("part", parts)
            noc = row.noc()
            place = _place(row)
            name = row.text("name")
            _require_fit(row)
            found = self._entry(event, noc, name, row)
            self.rows.setdefault(event, []).append(_Printed(row, part, place, found, noc, name))
        if not self.rows:
            raise InputError("the list has no rows", file=path)

    def verification(self) -> ListVerification:
        raced = set(self.scenario.results.events) if self.scenario.results is not None else set(self.rows)
        right = 0
        for event, rows in self.rows.items():
            right += sum(self._row(event, one) for one in rows)
            self._numbers(event)
        number = sum(map(len, self.rows.values()))
        judged = [event for event in self.rows if event in raced]
        orders = sum(self._order(event) for event in judged)
        unjudged = tuple(event for event in self.rows if event not in raced)
        summary = [
            f"{right} of {number} rows have the points and times that the results give.",
            f"In {orders} of {len(judged)} events the order of places and reserves is that of the rules.",
        ]
        if unjudged:
            labels = " and ".join(self.scenario.rules.event(event).label for event in unjudged)
            summary.append(f"The {labels} had not been raced, so the order there is not judged.")
        return ListVerification(
            self.scenario.identifier,
            self.scenario.title,
            self.title,
            self.source,
            self.note,
            tuple(summary),
            tuple(self.findings),
            (),
            unjudged,
        )

    def _all(self, event: str) -> dict[str, ListedEntry]:
        """Every entry of an event, as the list by points has it where there is one."""
        found: dict[str, ListedEntry] = {}
        for rule in self.scenario.rules.rankings:
            if event in rule.events:
                for entry in self.scenario.lists[event, rule.identifier].entries:
                    if entry.athlete not in found or rule.measure == "points":
                        found[entry.athlete] = entry
        return found

    def _entry(self, event: str, noc: str, name: str, row: Row) -> ListedEntry | None:
        own = [entry for entry in self._all(event).values() if entry.noc == noc]
        if self.scenario.rules.event(event).kind == "relay":
            return own[0] if len(own) == 1 else None
        same = [entry for entry in own if _plain(entry.label) == _plain(name)]
        if not same:
            words = set(map(_plain, name.split()))
            same = [entry for entry in own if words & set(map(_plain, entry.label.split()))]
        if len(same) > 1:
            points = row.text("points")
            same = [entry for entry in same if str(entry.points) == points]
        return same[0] if len(same) == 1 else None

    def _row(self, event: str, one: _Printed) -> bool:
        """Compare points and time; return whether both are right, or not printed."""
        label = self.scenario.rules.event(event).label
        who = f"{one.name or one.noc} ({one.noc})" if one.name and one.name != one.noc else one.noc
        if one.entry is None:
            message = f"{label}: there are no results of {who}, or of several of that name (line {one.row.line})"
            self.findings.append(Finding("unknown-entry", one.noc, event, None, None, message))
            return False
        right = True
        points = one.row.text("points")
        if "points" in one.row.values and points != "" and points != str(one.entry.points):
            if not re.fullmatch(r"[0-9]{1,9}", points):
                raise one.row.error("points", f"{shown(points)} is not a number of points")
            counted = " + ".join(f"{c.points} ({_where(c.result)})" for c in one.entry.results if c.counts)
            message = (
                f"{label}: {who} has {points} points in the list, and the results give {one.entry.points}: {counted}"
            )
            finding = Finding("points", one.noc, event, int(points), one.entry.points, message)
            self.findings.append(finding)
            right = False
        text = one.row.text("time")
        time = hundredths(text)
        if text and time is None:
            raise one.row.error("time", f"{shown(text)} is not a time; write it such as 33.79 or 1:05.66")
        if time is not None and time != one.entry.time:
            has = "none" if one.entry.time is None else time_text(one.entry.time)
            message = f"{label}: {who} has the time {text} in the list, and the best in the results is {has}"
            self.findings.append(Finding("time", one.noc, event, time, one.entry.time, message))
            right = False
        return right

    def _numbers(self, event: str) -> None:
        """Compare the printed numbers of places with the rows: they go on over an event's lists, not its reserve."""
        label, before = self.scenario.rules.event(event).label, 0
        for part in dict.fromkeys((*self._expected(event), RESERVE)):
            before = 0 if part == RESERVE else before
            placed = [one for one in self.rows[event] if one.part == part and one.place is not None]
            placed.sort(key=lambda one: one.place or 0)
            for number, (last, one) in enumerate(pairwise([None, *placed]), before + 1):
                if one is None or one.place == number:
                    continue
                if last is not None and last.place == one.place and _share_place(last, one):
                    continue
                who, printed = f"{one.name or one.noc} ({one.noc})", one.row.text("quota-rank")
                message = f"{label}, {part}: {who} has place {printed} in the list, and is number {number} by its rows"
                self.findings.append(Finding("number", one.noc, event, one.place, number, message))
            before += len(placed)

    def _order(self, event: str) -> bool:
        """Compare who has which place in each part; return whether all are right."""
        label = self.scenario.rules.event(event).label
        entries = self._all(event)
        right = True
        for part, expected in self._expected(event).items():
            printed = [one for one in self.rows[event] if one.part == part and one.place]
            printed.sort(key=lambda one: one.place or 0)
            for number in range(max(len(printed), len(expected))):
                has = printed[number] if number < len(printed) else None
                due = entries[expected[number]] if number < len(expected) else None
                if has is not None and due is not None and has.entry is not None and has.entry.athlete == due.athlete:
                    continue
                right = False
                listed = "nobody" if has is None else f"{has.name or has.noc} ({has.noc})"
                rules = "nobody" if due is None else f"{due.label} ({due.noc})" if due.name else due.noc
                which = has.row.text("quota-rank") if has is not None else number + 1
                message = f"{label}, {part}, place {which}: {listed} in the list, {rules} by the results"
                noc = has.noc if has is not None else due.noc if due is not None else None
                self.findings.append(Finding("order", noc, event, None, None, message))
        has_place = Counter(one.noc for one in self.rows[event] if one.place and one.part != RESERVE)
        due_place = self.allocation.places.get(event, {})
        for noc in sorted({*has_place, *due_place}):
            mine, own = has_place[noc], due_place.get(noc, 0)
            if mine != own:
                it = f"it {'gained' if mine > own else 'lost'} {abs(mine - own)}"
                message = f"{label}: {noc} has {counted(mine, 'place')} in the list and {own} by the results, so {it}"
                self.findings.append(Finding("noc-places", noc, event, mine, own, message))
        return right

    def _expected(self, event: str) -> Mapping[str, Sequence[str]]:
        found: dict[str, Sequence[str]] = {}
        for pathway in self.pathways:
            if isinstance(pathway, RankingPlaces) and event in pathway.places:
                placed = self.allocation.entries.get(event, ())
                found[pathway.ranking] = [one.athlete for one in placed if one.pathway == pathway.identifier]
            elif isinstance(pathway, ReserveList) and event in pathway.lengths:
                found[RESERVE] = [one.athlete for one in self.allocation.reserve.get(event, ())]
        return found


def _where(result: RaceResult) -> str:
    rank = "not ranked" if result.rank is None else f"rank {result.rank}"
    division = f", division {result.division}" if result.division else ""
    race = f", race {result.race}" if result.race > 1 else ""
    return f"{meet_words(result.meet)}{race}, {rank}{division}"


def _share_place(one: _Printed, other: _Printed) -> bool:
    """Whether two may have the same place in print: what is printed of them is equal, whatever breaks the tie."""
    return any(text and text == other.row.text(name) for name in ("points", "time") if (text := one.row.text(name)))


def _require_fit(row: Row) -> None:
    """Raise InputError if an NOC's own number or a date is none.

    They are not compared, and venues neither: results state no dates, and a code may stand for several federations.
    """
    if row.text("number"):
        row.integer("number", least=1)
    if (date := row.text("date")) and not is_date(date):
        raise row.error("date", f"{shown(date)} is not a date; write YYYY-MM-DD or leave it empty")


def _place(row: Row) -> int | None:
    """The number of a place such as `3`, or `R3` on the reserve list; None where nothing is written."""
    text = row.text("quota-rank")
    match = re.fullmatch(r"R?([1-9][0-9]{0,5})", text)
    if text and match is None:
        raise row.error(
            "quota-rank", f"{shown(text)} is not the number of a place; write it such as 3, or R3 in reserve"
        )
    return int(match[1]) if match else None


_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "s"})


def _plain(name: str) -> str:
    """A name without accents, spaces and case."""
    letters = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return "".join(letter for letter in letters if letter.isalpha())


# Tables and entries -------------------------------------------------------------------------------------------------


def _entered(scenario: Scenario) -> ListVerification:
    """Who entered: nobody more than its places, or one where it has none, by what these rules do not hold."""
    allocation = engine("cp-sat").allocate(scenario)
    findings: list[Finding] = []
    unused: list[Finding] = []
    summary: list[str] = []
    for event in scenario.rules.events:
        name, label = event.identifier, event.label
        entered = Counter(one.noc for one in scenario.entered if one.event == name)
        places = allocation.places.get(name, {})
        without = sorted(noc for noc in entered if noc not in places)
        further = sum(entered[noc] for noc in without)
        number = sum(entered.values())
        title = f"{label[:1].upper()}{label[1:]}"
        more = f"; {number} are more than {event.start_places}, and these rules do not say by what"
        summary.append(
            f"{title}: {counted(sum(places.values()), 'place')} by the lists, {number} entered, {further} of "
            f"them of NOCs without such a place{more if number > event.start_places else ''}."
        )
        for noc in sorted({*entered, *places}):
            has, due = entered[noc], places.get(noc, 0)
            if has < due:
                message = f"{label}: {noc} won {due} and entered {has}; {due - has} not used"
                unused.append(Finding("not-used", noc, name, has, due, message))
            elif has > max(due, 1):
                one_more = " and may have one in another way" if due == 0 else ""
                message = f"{label}: {noc} entered {has}, and it won {due}{one_more}"
                findings.append(Finding("more-than-won", noc, name, has, due, message))
    return ListVerification(
        scenario.identifier,
        scenario.title,
        "who entered at the Games",
        "entries.csv",
        "An NOC without a place by the lists may have one in an event by a qualifying competition, as host or by "
        "invitation; these rules do not hold that part.",
        tuple(summary),
        tuple(findings),
        tuple(unused),
    )
