"""What is drawn: families of scenarios, how many of a thousand each has, and how one is written into a folder."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import certified
import draw
import folders
import seasons
import tomli_w
from listed_seasons import RULE_SETS, write_season
from tiny import READINGS, tiny

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import CLASSIFICATIONS, STANDINGS
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.season.season import Season
from tests import listed, listed_folders

Drawn = Callable[[int, Path], Scenario]
QUALIFIERS, LISTS, RESULTS, RACES = "qualifiers", "lists", "results", "races"


@dataclass(frozen=True)
class Family:
    """Scenarios of one kind.

    Attributes
    ----------
    share
        How many of a thousand scenarios it has.
    by
        What places go by: `qualifiers` of NOCs, ranked `lists`, qualifiers ranked by `results` at meets, or lists
        ranked by the results of `races`.
    draw
        Draws one from a seed; the folder is for those that are drawn as files.
    """

    name: str
    share: int
    by: str
    draw: Drawn


@dataclass(frozen=True)
class Case:
    """One scenario that was drawn, or loaded from a folder, and what greedy gives of it.

    Attributes
    ----------
    where
        A folder that does not exist yet, in which a check may write.
    """

    family: Family
    seed: int
    scenario: Scenario
    where: Path
    rng: random.Random = field(compare=False)

    @cached_property
    def greedy(self) -> Allocation | str:
        """What the greedy engine gives, or its sentence if caps leave the host no room."""
        return allocated(greedy.allocate, self.scenario)

    @property
    def by_qualifiers(self) -> bool:
        return self.family.by in (QUALIFIERS, RESULTS)

    @property
    def settled(self) -> bool:
        """Whether nobody shares a rank."""
        if self.by_qualifiers:
            return not self.scenario.standings.tied_groups()
        return not any(entry.tied for one in self.scenario.lists.values() for entry in one.entries)


def allocated(allocate: Callable[[Scenario], Allocation], scenario: Scenario) -> Allocation | str:
    """Return an allocation, or the sentence with which an engine says that there is none."""
    try:
        return allocate(scenario)
    except InputError as error:
        return str(error)


def _tiny(seed: int, _: Path) -> Scenario:
    drawn = tiny(seed, READINGS[seed % len(READINGS)])
    return certified.varied(drawn, random.Random(f"variety of {seed}"))


def _of_lists(name: str) -> Drawn:
    return lambda seed, _: listed.DRAWS[name](random.Random(seed), ties=bool(seed % 2))


def drawn_season(seed: int) -> Season:
    """Return a tiny season of SOQCs with a meet or two to come, or none."""
    return seasons.season(random.Random(seed), capped=bool(seed % 3), left=seed // 3 % 3)


def _of_results(seed: int, _: Path) -> Scenario:
    """What a tiny season has given so far."""
    given = seasons.season(random.Random(seed), capped=bool(seed % 3), left=0).scenario
    assert given.classifications is not None
    computed = standings_of(given.classifications, given.rules, given.readings)
    return replace(given, standings=Standings(computed.rankings))


def _of_races(seed: int, folder: Path) -> Scenario:
    name = list(RULE_SETS)[seed % len(RULE_SETS)]
    return load_scenario(write_season(name, seed, folder, **RULE_SETS[name](seed)))


SOCHI = load_scenario("sochi-2014").rules

FAMILIES = (
    Family("tiny", 600, QUALIFIERS, _tiny),
    Family("realistic", 40, QUALIFIERS, lambda seed, _: draw.realistic(seed)),
    Family("roomy", 30, QUALIFIERS, lambda seed, _: draw.roomy(seed)),
    Family("wild", 80, QUALIFIERS, lambda seed, _: draw.wild(seed)),
    Family("wild-sochi", 30, QUALIFIERS, lambda seed, _: draw.wild(seed, SOCHI)),
    Family("tied", 40, QUALIFIERS, lambda seed, _: draw.tied(seed)),
    Family("long-track", 50, LISTS, _of_lists("long-track")),
    Family("figure-skating", 50, LISTS, _of_lists("figure-skating")),
    Family("tiers", 50, LISTS, _of_lists("tiers")),
    Family("results", 29, RESULTS, _of_results),
    Family("races", 1, RACES, _of_races),
)
BY_NAME = {family.name: family for family in FAMILIES}
_DEALT = [family for family in FAMILIES for _ in range(family.share)]
random.Random("families").shuffle(_DEALT)
SPAN = 10**9
"""Seeds of scenarios that belong to one seed of a run."""


def family_of(number: int) -> Family:
    """Return the family of the n-th scenario: of each thousand every family has its share."""
    return _DEALT[number % len(_DEALT)]


def case(seed: int, number: int, scratch: Path) -> Case:
    """Draw the n-th scenario of a run."""
    family = family_of(number)
    own = seed * SPAN + number
    where = scratch / str(number)
    scenario = family.draw(own, where / "races")
    return Case(family, own, scenario, where, random.Random(own))


# Folders --------------------------------------------------------------------------------------------------------------


def statable(given: Case) -> bool:
    """Whether files can state the scenario: no empty ranking, no cap beyond the quota places of a relay."""
    if not given.by_qualifiers:
        return True
    rules = given.scenario.rules
    most = rules.quota_places.relay_athletes
    return all(
        given.scenario.standings.rankings[event.identifier].entries
        and event.start_places > 0
        and 0 < event.noc_cap <= (1 if event.kind == "relay" else most)
        for event in rules.events
    )


def save(given: Case, folder: Path) -> Scenario:
    """Write a scenario that can be stated into a new folder, and return it as it is loaded from there."""
    scenario = given.scenario
    if given.family.by == QUALIFIERS:
        return folders.save(scenario, folder)
    if given.family.by == RESULTS:
        return _save_results(scenario, folder)
    if given.family.by == LISTS:
        return listed_folders.save(scenario, folder)
    assert scenario.folder is not None
    folder.mkdir(parents=True)
    for file in scenario.folder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return load_scenario(folder)


def _save_results(scenario: Scenario, folder: Path) -> Scenario:
    """Write classifications instead of the standings that follow from them."""
    folders.save(scenario, folder)
    (folder / STANDINGS.name).unlink()
    soqc, known = scenario.rules.soqc, scenario.classifications
    assert soqc is not None and known is not None
    table: dict[str, object] = {"clause": soqc.clause, "meets": list(soqc.meets), "points": list(soqc.points)}
    table |= {} if soqc.counting is None else {"counting-meets": soqc.counting}
    table |= {"missed-position": soqc.missed_position, "ties": list(soqc.ties)}
    with (folder / "rules.toml").open("a", encoding="utf-8") as file:
        file.write(tomli_w.dumps({"soqc": table}))
    rows = [(r.meet, r.event, r.noc, r.qualifier, r.position) for r in known.results]
    (folder / CLASSIFICATIONS.name).write_text(CLASSIFICATIONS.csv_text(rows), encoding="utf-8")
    return load_scenario(folder)
