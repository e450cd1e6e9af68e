"""The sections of a report on places that go down ranked lists: who has them and by what, who is next, the lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import Decision
from quotaproof.model.pathways import AnyPathway, HostPlaces, NocQuota, RankingPlaces, ReserveList
from quotaproof.model.quantities import counted, men_and_women
from quotaproof.model.reserve import Reserve, reserve_list
from quotaproof.model.results.race_results import time_text
from quotaproof.model.results.ranked_lists import ListedEntry, RankedList
from quotaproof.model.results.ranking_rules import Measure, RankingRule
from quotaproof.model.rules import GENDERS, Event
from quotaproof.model.scenario import Scenario

from .basis import Basis
from .document import Item, Line, ReportTable, Section, noc_item, plain_table, words_of

BEHIND = 3
"""Entries that a short list shows behind its cut, where its reserves are not in it."""

NEXT = 6
"""NOCs next in line that are shown where places go to NOCs."""

MEASURES: dict[Measure, str] = {"points": "Points", "time": "Time", "rank": "Rank"}


@dataclass(frozen=True)
class _Facts:
    """What is known of one event."""

    scenario: Scenario
    allocation: Allocation
    event: Event
    rules: tuple[RankingRule, ...]
    line: tuple[Reserve, ...]
    decisions: tuple[Decision, ...]

    @property
    def lists(self) -> Mapping[str, RankedList]:
        return {rule.identifier: self.scenario.lists[self.event.identifier, rule.identifier] for rule in self.rules}

    @property
    def places(self) -> Mapping[str, tuple[int, str]]:
        """Athlete -> (place, pathway)."""
        placed = self.allocation.entries.get(self.event.identifier, ())
        return {one.athlete: (number, one.pathway) for number, one in enumerate(placed, 1)}

    @property
    def reserves(self) -> Mapping[str, tuple[int, bool]]:
        """Athlete -> (number of the reserve list, whether nothing settles its order)."""
        line = self.allocation.reserve.get(self.event.identifier, ())
        return {one.athlete: (number, one.tied) for number, one in enumerate(line, 1)}

    @property
    def taken_back(self) -> tuple[str, ...]:
        return tuple(one.athlete for one in self.allocation.taken_back.get(self.event.identifier, ()))

    def by(self, pathway: str) -> AnyPathway:
        return next(one for one in self.allocation.rules.pathways if one.identifier == pathway)

    def entry(self, athlete: str, measure: Measure | None = None) -> ListedEntry | None:
        for rule in self.rules:
            if measure in (None, rule.measure):
                for entry in self.lists[rule.identifier].entries:
                    if entry.athlete == athlete:
                        return entry
        return None


def listed_sections(scenario: Scenario, basis: Basis, *, full: bool) -> tuple[Section, ...]:
    """Return the section on places by ranked lists, with one below it per event."""
    if basis.allocation is None:
        return ()
    found = [_section(_facts(scenario, basis.allocation, event), full=full) for event in scenario.rules.events]
    words = "A line is the cut of a list: nobody behind it has a place by that list."
    return (*_athletes(scenario, basis.allocation), Section("Places", 2, (words,)), *found)


def _athletes(scenario: Scenario, allocation: Allocation) -> tuple[Section, ...]:
    """Quota places by NOC and gender, each with the reason; nothing where the rules give none."""
    quotas = {one.identifier for one in allocation.rules.pathways if isinstance(one, NocQuota)}
    decided = [one for one in allocation.decisions if one.pathway in quotas]
    if not decided or allocation.status == "tie":
        return ()
    caps = allocation.rules.gender_caps
    words = f"{men_and_women((caps['men'], caps['women']))} may start."
    if any(number > caps[gender] for gender, number in zip(GENDERS, allocation.totals, strict=True)):
        words += " More qualify by their NOC's quota places; how the numbers come down is not part of this table."
    lines = []
    for one in sorted(decided, key=lambda one: one.noc):
        number = 0 if one.gender is None else allocation.number(one.noc, one.gender)
        why = (
            one.reason
            if number == one.figures.get("athletes")
            else f"{one.reason}; {number} after places were taken back"
        )
        items = (noc_item(scenario, one.noc), Item(one.gender or ""), Item(str(number), number=True), Item(why))
        lines.append(Line(items))
    names = ["NOC", "Gender", "Quota places", "Why"]
    return (Section("Quota places", 2, (words,), (_table(names, lines, "Quota places of each NOC"),)),)


def _facts(scenario: Scenario, allocation: Allocation, event: Event) -> _Facts:
    name = event.identifier
    # Several rules may have the same name, each for events of its own.
    rules = [one for one in scenario.rules.rankings if name in one.events and (name, one.identifier) in scenario.lists]
    has_reserve = name in scenario.rules.reserve_events and allocation.status != "tie"
    line = reserve_list(scenario, allocation, name) if has_reserve else ()
    decisions = tuple(one for one in allocation.decisions if one.event == name)
    return _Facts(scenario, allocation, event, tuple(rules), line, decisions)


def _section(facts: _Facts, *, full: bool) -> Section:
    label = facts.event.label
    tables = [_who(facts) if facts.event.identifier in facts.allocation.entries else _nocs(facts)]
    tables += [_list(facts, rule, full=full) for rule in facts.rules if facts.lists[rule.identifier].entries]
    return Section(label[:1].upper() + label[1:], 3, _sentences(facts), tuple(tables))


def _sentences(facts: _Facts) -> tuple[str, ...]:
    """How many places there are, by what; what the host took; how places go on."""
    name, cap = facts.event.identifier, facts.event.noc_cap
    number = sum(facts.allocation.places.get(name, {}).values())
    handed = [
        f"{one.title}: {one.places[name]}"
        for one in facts.allocation.rules.pathways
        if isinstance(one, RankingPlaces) and name in one.places
    ]
    words = f"{counted(number, 'start place')}, at most {cap} for an NOC."
    found = [" ".join([words, *([f"{'; '.join(handed)}."] if handed else [])])]
    hosts = {one.identifier for one in facts.allocation.rules.pathways if isinstance(one, HostPlaces)}
    found += [f"Host: {one.reason}." for one in facts.decisions if one.pathway in hosts and one.granted]
    waiting = next((one for one in facts.allocation.rules.pathways if isinstance(one, ReserveList)), None)
    if waiting is not None and waiting.first_without_places and name in waiting.lengths:
        found.append("When a place is given back, NOCs without a place in the event come first.")
    if any(one.event == name for one in facts.allocation.tied):
        found.append("An unsettled tie leaves open who has a place; only what is certain is shown.")
    return tuple(found)


def _who(facts: _Facts) -> ReportTable:
    """Who has a place and by what, then the reserve list as it stands, each with who is how far in line."""
    measures = [one for one in MEASURES if any(rule.measure == one for rule in facts.rules)]
    lines = [
        _line(facts, str(number), athlete, measures, facts.by(pathway).title)
        for athlete, (number, pathway) in facts.places.items()
    ]
    turns = {one.athlete: one for one in facts.line}
    for athlete, (number, tied) in facts.reserves.items():
        words = ["in a tie that nothing settles"] if tied else []
        if (reserve := turns.get(athlete)) is not None:
            words += [f"in line: {reserve.turn}"] if reserve.turn is not None else list(reserve.blocked_by)
        lines.append(_line(facts, f"r{number}", athlete, measures, "; ".join(words), first=number == 1))
    for athlete in facts.taken_back:
        lines.append(_line(facts, "–", athlete, measures, "taken back", struck=True))
    names = ["Place", "NOC", "Name", *(MEASURES[one] for one in measures), "By"]
    return _table(names, lines, "Places and reserve list")


def _line(
    facts: _Facts,
    place: str,
    athlete: str,
    measures: list[Measure],
    words: str,
    *,
    first: bool = False,
    struck: bool = False,
) -> Line:
    entry = facts.entry(athlete)
    noc = entry.noc if entry is not None else ""
    items = [Item(place, number=True), noc_item(facts.scenario, noc), Item(_name(entry, athlete), struck=struck)]
    items += [Item(_measured(facts.entry(athlete, one), one), number=True) for one in measures]
    return Line((*items, Item(words)), "behind-cut" if first else "row")


def _name(entry: ListedEntry | None, athlete: str) -> str:
    """The name of an entry; nothing for a team, which its NOC names."""
    if entry is None:
        return athlete
    return "" if entry.label.upper() == entry.noc else entry.label


def _measured(entry: ListedEntry | None, measure: Measure) -> str:
    if entry is None:
        return ""
    if measure == "points":
        return str(entry.points)
    if measure == "time":
        return "" if entry.time is None else time_text(entry.time)
    return str(entry.rank)


def _nocs(facts: _Facts) -> ReportTable:
    """How many places each NOC has, and why; then who would be next."""
    lines: list[Line] = []
    had = facts.allocation.places.get(facts.event.identifier, {})
    for one in facts.decisions:
        if one.granted and one.noc in had:
            number, by = Item(str(had[one.noc]), number=True), Item(facts.by(one.pathway).title)
            lines.append(Line((noc_item(facts.scenario, one.noc), number, by, Item(one.reason))))
    pathways = reversed(facts.allocation.rules.pathways)
    last = next((one.identifier for one in pathways if facts.event.identifier in one.hands_out), None)
    following = [one for one in facts.decisions if one.pathway == last and not one.granted and one.noc not in had]
    for place, one in enumerate(following[:NEXT]):
        items = (noc_item(facts.scenario, one.noc), Item("", number=True), Item("next"), Item(one.reason))
        lines.append(Line(items, "row" if place else "behind-cut"))
    return _table(["NOC", "Places", "By", "Why"], lines, "Places of NOCs")


def _list(facts: _Facts, rule: RankingRule, *, full: bool) -> ReportTable:
    """A ranked list to its end, or to those behind the cut and on the reserve list."""
    entries = facts.lists[rule.identifier].entries
    name = facts.event.identifier
    cut = last = 0
    for number, entry in enumerate(entries, 1):
        place = facts.places.get(entry.athlete)
        by = facts.by(place[1]) if place is not None else None
        cut = number if isinstance(by, RankingPlaces) and by.ranking == rule.identifier else cut
        waiting = next((one for one in facts.allocation.rules.pathways if isinstance(one, ReserveList)), None)
        if waiting is not None and waiting.ranking.get(name) == rule.identifier and entry.athlete in facts.reserves:
            last = number
    end = len(entries) if full or not cut else max(cut + BEHIND, last)
    measure = rule.measure if rule.measure != "rank" else None
    lines = []
    for number, entry in enumerate(entries[:end], 1):
        rank = f"{entry.rank}=" if entry.tied else str(entry.rank)
        items = [Item(rank, number=True), noc_item(facts.scenario, entry.noc), Item(_name(entry, entry.athlete))]
        if measure is not None:
            items.append(Item(_measured(entry, measure), number=True))
        items.append(Item(_remark(facts, rule, entry)))
        lines.append(Line(tuple(items), "behind-cut" if cut and number == cut + 1 else "row"))
    names = ["Rank", "NOC", "Name", *([MEASURES[measure]] if measure is not None else []), "Remark"]
    return _table(names, lines, f"Ranked list: {rule.identifier}")


def _remark(facts: _Facts, rule: RankingRule, entry: ListedEntry) -> str:
    """What became of an entry of a list."""
    place = facts.places.get(entry.athlete)
    if place is not None:
        by = facts.by(place[1])
        own = isinstance(by, RankingPlaces) and by.ranking == rule.identifier
        return f"place {place[0]}" if own else f"place {place[0]} ({by.title})"
    if entry.athlete in facts.taken_back:
        return "taken back"
    if entry.athlete in facts.reserves:
        return f"reserve {facts.reserves[entry.athlete][0]}"
    for one in facts.decisions:
        figures = one.figures
        if one.kind == "listed-noc-cap" and figures.get("athlete") == entry.athlete:
            return f"{entry.noc} has {figures['cap']}" if figures.get("ranking") == rule.identifier else ""
    return ""


def _table(names: list[str], lines: list[Line], caption: str) -> ReportTable:
    """A table without the columns that are empty, such as the names of teams."""
    kept = [n for n in range(len(names)) if not lines or any(words_of(line.items[n]) for line in lines)]
    shown = [Line(tuple(line.items[n] for n in kept), line.kind) for line in lines]
    return plain_table([names[n] for n in kept], shown, caption, "ranked")
