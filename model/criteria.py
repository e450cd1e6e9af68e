"""Relays by criterion: why each NOC is in a relay, with how many athletes, as the rules sort them.

Nothing here is decided: a quota table is sorted by the conditions of its rule file. The same rows are on public pages
(`top 8 and eight individual places: 5 athletes per NOC, 25 in all`), so they can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from quotaproof.model.pathways.team_top_up import lacking

from .errors import InputError
from .files import NOC_PATTERN, read_rows
from .kept import entitled
from .pathways import TeamTopUp
from .published import ATHLETES, Published
from .quantities import counted
from .row_consistency import possible_athletes
from .rules import GENDERS, Event, Gender, Readings, Rules
from .scenario_folder import CRITERIA


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of a relay's table by criterion.

    Attributes
    ----------
    per_noc, athletes
        Athletes of the relay's gender per NOC, and of all NOCs of the row; None where they are not known or have no
        meaning (mixed relay).
    nocs
        In the order in which they are listed; for rows of a page perhaps none, because they are not legible.
    """

    event: str
    text: str
    nocs: tuple[str, ...] = ()
    per_noc: int | None = None
    athletes: int | None = None

    @property
    def number(self) -> int | None:
        """How many NOCs the row stands for, by its figures or else by its names; None if neither says."""
        if self.per_noc and self.athletes is not None and self.athletes % self.per_noc == 0:
            return self.athletes // self.per_noc
        return len(self.nocs) or None


def athletes_of(rules: Rules, readings: Readings, row: Mapping[str, int]) -> tuple[int, int] | None:
    """Return the men and women of a row of a quota table, if its figures leave only one possibility."""
    fitting = [state for state in possible_athletes(rules, readings, row) if sum(state) == row[ATHLETES]]
    return fitting[0] if len(fitting) == 1 else None


def relay_criteria(
    rules: Rules, table: Published, athletes: Mapping[str, tuple[int, int] | None], gender: Gender
) -> tuple[Criterion, ...]:
    """Return the relay of a gender by criterion: who has enough individual start places for one athlete more, who not.

    Parameters
    ----------
    athletes
        NOC -> (men, women), None where the table does not tell.
    """
    relay = rules.relay(gender)
    if relay is None:
        return ()
    bonus = rules.quota_places.bonus_from
    groups: dict[tuple[bool, int | None], list[str]] = {}
    for noc, row in table.cells.items():
        if row[relay.identifier]:
            places = sum(rules.starts_in(gender, row)[0])
            both = athletes.get(noc)
            number = None if both is None else both[GENDERS.index(gender)]
            groups.setdefault((bonus is None or places < bonus, number), []).append(noc)
    found: list[Criterion] = []
    for (without, number), nocs in sorted(groups.items(), key=lambda item: (item[0][0], -(item[0][1] or 0))):
        best = f"Top {relay.start_places}"
        words = best if bonus is None else f"{best} and has {bonus} individual places or more"
        if bonus is not None and without:
            words = f"{best} and has {bonus - 1} or fewer individual places"
        total = None if number is None else number * len(nocs)
        found.append(Criterion(relay.identifier, words, tuple(nocs), number, total))
    return tuple(found)


def mixed_criteria(rules: Rules, table: Published, ranked: tuple[str, ...] = ()) -> tuple[Criterion, ...]:
    """Return the mixed relay by criterion: who has a team, who gets the athlete that it lacks, who lacks more.

    NOCs without an entry are named only as far as the table shows them to be close, or as they are known to be ranked.

    Parameters
    ----------
    ranked
        NOCs that are known to be in the event's ranking, best first.
    """
    pathway = next((p for p in rules.pathways if isinstance(p, TeamTopUp)), None)
    if pathway is None:
        return ()
    event = rules.event(pathway.event)
    groups: dict[str, list[str]] = {"team": [], "extra": [], "crowded": [], "one": [], "more": []}
    order = {noc: rank for rank, noc in enumerate(ranked)}
    for noc in sorted(table.cells, key=lambda noc: order.get(noc, len(order))):
        has = {gender: entitled(rules, table.cells[noc], gender) for gender in event.team}
        lacks = sum(lacking(event.team, has).values())
        if table.cells[noc][event.identifier]:
            groups["team" if not lacks else "extra"].append(noc)
        elif not lacks:
            groups["crowded"].append(noc)
        elif lacks == 1:
            groups["one"].append(noc)
        elif noc in order:
            groups["more"].append(noc)
    groups["more"] += [noc for noc in ranked if noc not in table.cells]
    words = {
        "team": f"{event.team['men']} qualified men and {event.team['women']} qualified women",
        "extra": f"Receives an extra quota place to compete in the {event.label}",
        "crowded": f"Has a team, but {event.start_places} better ones enter",
        "one": "Needs one quota place and does not receive it",
        "more": "Needs more than one quota place",
    }
    return tuple(Criterion(event.identifier, words[kind], tuple(nocs)) for kind, nocs in groups.items() if nocs)


def compared(event: Event, own: tuple[Criterion, ...], printed: tuple[Criterion, ...]) -> tuple[str, ...]:
    """Return in sentences how a printed table by criterion differs from the one that follows from a quota table.

    Rows are compared by their figures (athletes per NOC, athletes), not by their wording; a figure that is missing on
    either side contradicts nothing.
    """
    found: list[str] = []
    figures = [(row.per_noc, row.athletes) for row in printed if row.per_noc and row.athletes is not None]
    if figures and event.gender != "mixed":
        told = sum(row.number or 0 for row in printed if row.per_noc)
        marked = sum(len(row.nocs) for row in own)
        if told != marked:
            found.append(f"the table by criterion counts {counted(told, 'NOC')}; the quota table marks {marked}")
        elif None not in {row.per_noc for row in own}:
            mine = sorted((row.per_noc, row.athletes) for row in own)
            merged = _merged(figures)
            if mine != merged and _merged(mine) != merged:
                shown = ", ".join(f"{number} with {per}" for per, number in _merged(mine))
                found.append(f"by the quota table the athletes are {shown} per NOC; the table by criterion has others")
    numbered = [row for row in printed if row.per_noc]
    printed_nocs = {noc for row in numbered for noc in row.nocs}
    own_nocs = {noc for row in own for noc in row.nocs}
    if numbered and all(row.nocs for row in numbered) and event.gender != "mixed":
        for noc in sorted(printed_nocs - own_nocs):
            found.append(f"{noc} is in the table by criterion and not marked in the quota table")
        for noc in sorted(own_nocs - printed_nocs):
            found.append(f"{noc} is marked in the quota table and not in the table by criterion")
    return tuple(found)


def _merged(figures: Sequence[tuple[int | None, int | None]]) -> list[tuple[int, int]]:
    sums: dict[int, int] = {}
    for per_noc, athletes in figures:
        sums[per_noc or 0] = sums.get(per_noc or 0, 0) + (athletes or 0)
    return sorted(sums.items())


def criteria_csv(rows: tuple[Criterion, ...]) -> str:
    """Return tables by criterion as the text of a `criteria.csv`."""
    return CRITERIA.csv_text(
        (row.event, row.text, *("" if n is None else n for n in (row.per_noc, row.athletes)), " ".join(row.nocs))
        for row in rows
    )


def load_criteria(path: Path, rules: Rules) -> tuple[Criterion, ...]:
    """Return the printed tables by criterion of a CSV file: event, criterion, athletes-per-noc, athletes, nocs.

    Raises
    ------
    InputError
        With file, line and field.
    """
    found: list[Criterion] = []
    relays = [event.identifier for event in rules.events if event.kind == "relay"]
    if not relays:
        raise InputError("the rules have no relay, so there is no table by criterion", file=path)
    for row in read_rows(path, CRITERIA.required):
        event = row.choice("event", relays)
        text = row.text("criterion")
        if not text:
            raise row.error("criterion", "the criterion is missing")
        numbers = [
            row.integer(name, most=9999) if row.text(name) else None for name in ("athletes-per-noc", "athletes")
        ]
        nocs = row.values["nocs"].split()
        for noc in nocs:
            if not NOC_PATTERN.fullmatch(noc):
                raise row.error("nocs", f"{noc!r} is not an IOC code; write codes with blanks between, such as CAN KOR")
        found.append(Criterion(event, text, tuple(nocs), *numbers))
    return tuple(found)
