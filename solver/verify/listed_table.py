"""Whether a published quota table is what rules with ranked lists give, whether the lists are known or not.

With lists the start places are compared, cell by cell. Without them a table is wrong only if no lists give it: a cell
above a cap, more NOCs in a tier than it has room for, a total that is not the sum. The column of athletes is judged by
what the rules say of it, or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from quotaproof.model.pathways import KthEntryTiers, NocQuota, RankTiers
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.quantities import counted, spelled
from quotaproof.model.rules import GENDERS, Gender, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import engine

from .findings import Finding, cap_findings, total_findings
from .list_verification import ListVerification


def verify_table(scenario: Scenario, table: Published) -> ListVerification:
    """Return what is not as the rules give it; a tie that nothing settles leaves its event unjudged."""
    rows, words, judged = _athletes(scenario, table)
    caps = [one for one in cap_findings(scenario, table) if judged or one.column != ATHLETES]
    findings = [*total_findings(scenario, table), *caps]
    unknown = scenario.standings.incomplete_events(scenario.rules)
    unjudged: tuple[str, ...] = ()
    if unknown:
        labels = ", ".join(scenario.rules.event(event).label for event in unknown)
        found = [one for event in scenario.rules.events for one in _tiers(scenario, table, event.identifier)]
        fits = "no cap and no number of places of a tier speaks against it"
        summary = [f"The rankings are not known ({labels}): the table is judged by the caps and tiers alone."]
        summary += [] if findings or found else [f"Of {counted(len(table.cells), 'NOC')}: {fits}."]
    else:
        found, summary, unjudged = _compared(scenario, table)
    return ListVerification(
        scenario.identifier,
        scenario.title,
        "the published table",
        "",
        "",
        (*summary, words),
        (*findings, *found, *rows),
        (),
        unjudged if judged else (*unjudged, ATHLETES),
        "incomplete" if unknown else "complete",
    )


def _compared(scenario: Scenario, table: Published) -> tuple[list[Finding], list[str], tuple[str, ...]]:
    """The cells of start places, against what the lists give; and of athletes, where quota places follow."""
    allocation = engine("cp-sat").allocate(scenario)
    computed = allocation.to_published()
    open_ = {one.event for one in allocation.tied}
    findings: list[Finding] = []
    number = 0
    for noc in sorted({*table.nocs, *computed.nocs}):
        for column in computed.columns:
            if column in open_ or (column == ATHLETES and (open_ or not scenario.rules.fixes_athletes)):
                continue
            has, due = table.cells.get(noc, {}).get(column, 0), computed.cells.get(noc, {}).get(column, 0)
            number += 1
            if has != due:
                message = f"{column}: {noc} has {has} in the table, and {due} by the rules"
                findings.append(Finding("cell", noc, column, has, due, message))
    unjudged = tuple(event.identifier for event in scenario.rules.events if event.identifier in open_)
    summary = [f"{number - len(findings)} of {number} cells are what the rules give."]
    if unjudged:
        labels = ", ".join(scenario.rules.event(event).label for event in unjudged)
        summary.append(f"A tie that nothing settles leaves open who has a place ({labels}), so that is not judged.")
    return findings, summary, unjudged


def _tiers(scenario: Scenario, table: Published, event: str) -> Iterator[Finding]:
    """What no lists give: too many NOCs with as many places, if tiers are all that the event's places come from."""
    label = scenario.rules.event(event).label
    has = Counter(row[event] for row in table.cells.values() if row[event])
    for pathway in scenario.rules.pathways:
        if event not in pathway.hands_out:
            continue
        if isinstance(pathway, KthEntryTiers):
            room = {tier.entry: tier.nocs for tier in pathway.tiers}
        elif isinstance(pathway, RankTiers):
            ends = [0, *(tier.at_most for tier in pathway.tiers)]
            room = {tier.places: tier.at_most - end for tier, end in zip(pathway.tiers, ends, strict=False)}
        else:
            return
        if sum(places * nocs for places, nocs in room.items()) < scenario.rules.event(event).start_places:
            return  # Other places come from elsewhere, and any NOC may have them.
        for places in sorted(has.keys() | room.keys(), reverse=True):
            if has[places] > room.get(places, 0):
                message = (
                    f"{label}: {spelled(has[places], 'NOC')} with {spelled(places, 'start place')}; the rules have "
                    f"that for {spelled(room.get(places, 0), 'NOC')}"
                )
                yield Finding("tier", None, event, has[places], room.get(places, 0), message)
            lower = [other for other in room if other < places and has[other]]
            if isinstance(pathway, RankTiers) and has[places] < room.get(places, 0) and lower:
                message = (
                    f"{label}: {spelled(has[places], 'NOC')} with {spelled(places, 'start place')}, and others with "
                    f"fewer; {spelled(room[places], 'NOC')} come first"
                )
                yield Finding("tier", None, event, has[places], room[places], message)


def _athletes(scenario: Scenario, table: Published) -> tuple[list[Finding], str, bool]:
    """Rows whose athletes are not what the rules say of them, what was judged in words, and whether it was."""
    rules = scenario.rules
    quota = next((one for one in rules.pathways if isinstance(one, NocQuota)), None)
    way = rules.athletes_counted
    if way == "unchecked" or (way is None and quota is None):
        return [], "Nothing says how an NOC's athletes are counted, so that column is not judged.", False
    found: list[Finding] = []
    for noc, row in table.cells.items():
        least, most = _bounds(scenario, row)
        if not least <= row[ATHLETES] <= most:
            starts = counted(sum(row[event.identifier] for event in rules.events), "start place")
            due = counted(least, "athlete") if least == most else f"{least} to {most} athletes"
            message = f"{noc}: {starts} are for {due}; the table says {row[ATHLETES]}"
            found.append(Finding("row", noc, ATHLETES, row[ATHLETES], least if least == most else None, message))
    if way is None or (way == "largest" and quota is not None):
        return found, "An NOC's athletes are its quota places, which follow from its start places.", True
    words = {
        "largest": "the largest number of its start places in an event of each gender",
        "sum": "the sum of its start places",
        "between": "anything from its largest event to the sum of its start places",
    }
    return found, f"An NOC's athletes are counted as {words[way]}.", True


def _bounds(scenario: Scenario, row: Mapping[str, int]) -> tuple[int, int]:
    """The fewest and the most athletes that a row's start places are for, by the way in which they are counted."""
    rules = scenario.rules
    quota = next((one for one in rules.pathways if isinstance(one, NocQuota)), None)
    way = rules.athletes_counted
    least = most = 0
    for gender in GENDERS:
        numbers = [row[event.identifier] for event in rules.individual(gender)]
        couples = [
            row[event.identifier] * event.team.get(gender, 0) for event in rules.events if event.kind == "couple"
        ]
        teams, stated = _in_relays(rules, row, gender)
        largest, total = max((*numbers, *couples, *teams), default=0), sum(numbers) + sum(couples)
        if quota is not None and way in (None, "largest"):
            least += min(total, *(cap.athletes for cap in quota.caps))
            most += min(total, max(cap.athletes for cap in quota.caps))
        elif way == "sum":
            least, most = least + total, most + total
        else:
            least += largest
            most += (largest if way == "largest" else total + sum(teams)) if stated else rules.total
    return least, most


def _in_relays(rules: Rules, row: Mapping[str, int], gender: Gender) -> tuple[list[int], bool]:
    """The athletes of a gender in each relay, one where nothing says how many, and whether something does of all."""
    relays = [event for event in rules.events if event.kind == "relay" and row[event.identifier]]
    of_one = [event.athletes for event in relays if event.gender == gender]
    return of_one + [event.team.get(gender, 0) for event in relays], all(number > 1 for number in of_one)
