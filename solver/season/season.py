"""A season cut off after a meet: the results so far, and the meets that are still to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quotaproof.model.errors import IncompleteError, InputError, UnsupportedError
from quotaproof.model.files import shown
from quotaproof.model.near_words import asked
from quotaproof.model.quantities import counted
from quotaproof.model.results.classifications import Classifications
from quotaproof.model.results.listed_file import standings_of_lists
from quotaproof.model.results.ranked_lists import ranked_lists
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings


@dataclass(frozen=True)
class Season:
    """A season of which some meets have been held.

    Attributes
    ----------
    scenario
        The scenario as it was then. Its `classifications` (SOQCs of qualifiers) or `results` (ranked lists) are those
        of the meets held, and nothing else. `standings` has only rankings that these results give in full, so none of
        an event with a meet to come; `lists`, where places go by ranked lists, has the lists as they are so far. What
        came later is left out: facts, the published table, declines, invitations, who entered, and a draw or a
        `standings.csv` where a meet is to come. Rules, host, readings, aliases and the id are those of the scenario.
    meets
        All meets of the season, by the rule file, in order of time: `rules.soqc.meets` or `rules.results.meets`.
    meets_held
        Those that have results, in this order.
    meets_left
        The others, in this order; nothing where the season is over.
    """

    scenario: Scenario
    meets: tuple[str, ...]
    meets_held: tuple[str, ...]
    meets_left: tuple[str, ...]

    @property
    def by_lists(self) -> bool:
        """Whether places go down ranked lists of athletes or teams, and not by SOQCs of qualifiers."""
        return self.scenario.rules.by_lists

    @property
    def events(self) -> tuple[str, ...]:
        """The events that have results so far or may have some, in the order of the rule file."""
        rules = self.scenario.rules
        if rules.soqc is None:
            return tuple(event.identifier for event in rules.events)
        known = self.scenario.classifications.by_event if self.scenario.classifications is not None else {}
        return tuple(e.identifier for e in rules.events if e.identifier in known or self.left(e.identifier))

    def held(self, event: str) -> tuple[str, ...]:
        """Return the meets so far at which an event was held."""
        soqc = self.scenario.rules.soqc
        return self.meets_held if soqc is None else tuple(m for m in self.meets_held if m in soqc.held(event))

    def left(self, event: str) -> tuple[str, ...]:
        """Return the meets to come at which an event is held."""
        soqc = self.scenario.rules.soqc
        return self.meets_left if soqc is None else tuple(m for m in self.meets_left if m in soqc.held(event))

    def counted(self, event: str) -> int:
        """Return how many of an event's meets count for its SOQC; with ranked lists a rule of the list says it.

        Raises
        ------
        UnsupportedError
            If places go by ranked lists.
        """
        soqc = self.scenario.rules.soqc
        if soqc is None:
            raise UnsupportedError("how many meets count is said by each ranked list, in [[rankings]]")
        return soqc.counted(event)


def cut_off(scenario: Scenario, after: str | int | None = None) -> Season:
    """Return the season as it was after a meet.

    Parameters
    ----------
    scenario
        With results of at least one meet: `classifications.csv`, or `results.csv` where places go by ranked lists.
    after
        The last meet whose results are known: its id, or its number in the order of the rule file, from 1 (a number as
        text will do). None takes all results there are.

    Raises
    ------
    InputError
        If there is no such meet, or no results of it or of one before it.
    IncompleteError
        If there are no results at all, a result is of an unknown NOC, or an event that is held at a meet with results
        has none there.
    """
    meets, found = meets_of(scenario)
    last = len(meets) if after is None else _number(meets, after)
    held = tuple(meet for meet in meets[:last] if meet in found)
    if after is not None and len(held) < last:
        missing = next(meet for meet in meets[:last] if meet not in found)
        raise InputError(
            f"the season cannot be cut off after {meets[last - 1]}, since there are no results of {missing}; there are "
            f"results of {', '.join(found)}"
        )
    left = tuple(meet for meet in meets if meet not in held)
    bare = replace(
        scenario,
        facts=(),
        remarks=(),
        published=None,
        declines=(),
        invitations=(),
        criteria=(),
        entered=(),
        published_lists=(),
    )
    if scenario.rules.by_lists:
        return Season(_by_lists(bare, held, over=not left), meets, held, left)
    return Season(_by_classifications(bare, held, over=not left), meets, held, left)


def meets_of(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all meets of a season, and those of them with results, both in the order of the rule file.

    Raises
    ------
    IncompleteError
        If there are no results.
    InputError
        If the rule file names no meets.
    """
    rules = scenario.rules
    if rules.by_lists:
        if scenario.results is None or rules.results is None:
            raise IncompleteError("a season needs results of its meets, and the scenario has no results.csv")
        meets, with_results = rules.results.meets, set(scenario.results.meets)
    else:
        if scenario.classifications is None or not scenario.classifications.results:
            raise IncompleteError("a season needs results of its meets, and the scenario has no classifications.csv")
        if rules.soqc is None:
            raise InputError("the rule file does not say which meets there are; it has no table [soqc]")
        meets, with_results = rules.soqc.meets, {result.meet for result in scenario.classifications.results}
    return meets, tuple(meet for meet in meets if meet in with_results)


def _number(meets: Sequence[str], after: str | int) -> int:
    """The number of a meet, from 1."""
    text = str(after).strip()
    if text in meets:
        return meets.index(text) + 1
    if text.isascii() and text.isdecimal():
        if 1 <= int(text[:9]) <= len(meets) and len(text) < 9:
            return int(text)
        have = f"the season has {counted(len(meets), 'meet')}, {', '.join(meets)}"
        raise InputError(f"{shown(text)} is not the number of a meet; {have}")
    raise InputError(f"{shown(text)} is not a meet; meets are {', '.join(meets)}{asked(text, meets)}")


def _by_classifications(scenario: Scenario, held: Sequence[str], *, over: bool) -> Scenario:
    """The scenario with the results of some meets."""
    known, soqc = scenario.classifications, scenario.rules.soqc
    if known is None or soqc is None:
        raise IncompleteError("a season needs results of its meets, and the scenario has no classifications.csv")
    results = tuple(result for result in known.results if result.meet in held)
    for result in results:
        if result.noc is None:
            raise IncompleteError(
                f"position {result.position} of {result.event} at {result.meet} is of an unknown NOC, and what is "
                "certain or possible needs all of them",
                file="classifications.csv",
            )
    there = {(result.event, result.meet) for result in results}
    for event in scenario.rules.events:
        for meet in soqc.held(event.identifier):
            if meet in held and (event.identifier, meet) not in there:
                raise IncompleteError(
                    f"there are no results of {event.identifier} at {meet}, a meet that has been held",
                    file="classifications.csv",
                )
    if over and scenario.standings.rankings:
        return scenario
    classifications = known if over else Classifications(results)
    standings = Standings(standings_of(classifications, scenario.rules, scenario.readings).rankings)
    return replace(scenario, classifications=classifications, standings=standings, listed=None)


def _by_lists(scenario: Scenario, held: Sequence[str], *, over: bool) -> Scenario:
    """The scenario with the ranked lists after some meets."""
    results, rules = scenario.results, scenario.rules
    if over or results is None or rules.results is None:
        return scenario
    until = replace(results, rows=tuple(result for result in results.rows if result.meet in held))
    lists = ranked_lists(until, rules.results, rules.rankings)
    return replace(scenario, results=until, lists=lists, standings=standings_of_lists(lists))
