"""The races of the meets to come: what is announced of them, or what those held so far suggest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quotaproof.model.results.ranking_rules import RankingRule

from .season import Season

UNKNOWN_PACE = 0.015
"""Standard deviation of the logarithm of a meet's pace where nothing is known of its ice."""

KNOWN_PACE = 0.006
"""The same around a pace that is known, from day to day."""


@dataclass(frozen=True)
class MeetToCome:
    """A meet to come.

    Attributes
    ----------
    races
        Event -> number of races.
    pace
        How many times as long a distance takes as at the meets held, on average.
    pace_spread
        Standard deviation of the logarithm of the pace.
    """

    meet: str
    races: Mapping[str, int]
    pace: float
    pace_spread: float


def programme(season: Season) -> tuple[MeetToCome, ...]:
    """Return the meets to come of a season by ranked lists.

    Where nothing is announced, a meet has each event as often as the meet before it, and an event that has places and
    has not been raced is raced once at the next meet, instead of those that share its list.
    """
    scenario = season.scenario
    known = {one.meet: one for one in scenario.meets_ahead}
    held: dict[str, dict[str, int]] = {}
    for result in scenario.results.rows if scenario.results is not None else ():
        races = held.setdefault(result.meet, {})
        races[result.event] = max(races.get(result.event, 0), result.race)
    usual: dict[str, int] = {}
    for meet in season.meets_held:
        usual |= held.get(meet, {})
    lacking = [event for event in season.events if event not in usual]
    shared = {event: _sharing(event, scenario.rules.rankings) for event in lacking}
    found: list[MeetToCome] = []
    paces = [known[meet].pace for meet in season.meets_held if meet in known and known[meet].pace is not None]
    of_held = sum(pace for pace in paces if pace is not None) / len(paces) if paces else 1.0
    for meet in season.meets_left:
        ahead = known.get(meet)
        races = dict(usual)
        if ahead is not None and ahead.races:
            races = dict(ahead.races)
        else:
            for event in lacking:
                races = {other: number for other, number in races.items() if other not in shared[event]} | {event: 1}
        lacking = [event for event in lacking if event not in races]
        pace = ahead.pace if ahead is not None else None
        known_pace = (1.0, UNKNOWN_PACE) if pace is None else (pace / of_held, KNOWN_PACE)
        found.append(MeetToCome(meet, races, *known_pace))
    return tuple(found)


def _sharing(event: str, rankings: tuple[RankingRule, ...]) -> set[str]:
    """The other events whose results count for a list of an event."""
    return {other for rule in rankings if event in rule.events for other in rule.sources(event)} - {event}
