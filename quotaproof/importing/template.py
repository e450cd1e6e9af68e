"""The rules of an imported scenario: a rule file that is named, or the one of the Games that the page is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from quotaproof.model.aliases import Alias
from quotaproof.model.errors import InputError
from quotaproof.model.files import read_text
from quotaproof.model.quantities import joined
from quotaproof.model.rules import Rules
from quotaproof.model.rules_file import load_rules
from quotaproof.model.scenario import Scenario
from quotaproof.pages import Page
from quotaproof.scenarios import identifiers, load_scenario, real_identifiers

from .columns import quota_layout


@dataclass(frozen=True, slots=True)
class RulesTemplate:
    """Rules, the text of their file, and what goes with them.

    `guessed` says what the guess rests on, and is empty if the rules were named. `aliases` are the codes under which
    federations start at those Games.
    """

    name: str
    rules: Rules
    text: str
    games: str
    host: str | None
    guessed: str = ""
    aliases: tuple[Alias, ...] = ()


def named_template(name: str) -> RulesTemplate:
    """Return the rules of a scenario by its id or path, or of a rule file.

    Raises
    ------
    InputError
        If there are no such rules, or they have a fault.
    """
    path = Path(name)
    if name not in identifiers() and path.suffix == ".toml":
        rules = load_rules(path)
        return RulesTemplate(str(path), rules, read_text(path), rules.title, None)
    return _of(load_scenario(name))


def guessed_template(page: Page) -> RulesTemplate:
    """Return the rules of the Games that a page is about.

    The year decides that its title names, else its headings or captions; where several scenarios have that year or no
    year is named, the columns of the quota table.

    Raises
    ------
    InputError
        If that leaves none or several.
    """
    scenarios = map(_loaded, real_identifiers())
    known = [scenario for scenario in scenarios if not scenario.rules.by_lists]
    headings = [text for grid in page.grids for text in (*grid.headings, grid.caption)]
    for words, where in ((page.title, "the title"), (" ".join(headings), "the headings")):
        years = Counter(re.findall(r"\b(?:19|20)\d\d\b", words))
        fitting = [scenario for scenario in known if any(year in years for year in _years(scenario))]
        if fitting:
            year = next(year for year in _years(fitting[0]) if year in years)
            return _only(fitting, page, f"{where} names {year}")
    return _only(known, page, "its quota table has the same columns")


@cache
def _loaded(identifier: str) -> Scenario:
    """A scenario that comes with quotaproof: all of them take a second to load, and stay as they are."""
    return load_scenario(identifier)


def _only(scenarios: Sequence[Scenario], page: Page, why: str) -> RulesTemplate:
    if len(scenarios) > 1:
        # A table with columns for more events may do for fewer, so the most that have one count.
        fitting = {s.identifier: len(s.rules.events) for s in scenarios if _has_all_columns(page, s.rules)}
        most = max(fitting.values(), default=0)
        scenarios = [s for s in scenarios if fitting.get(s.identifier) == most] or scenarios
    if len(scenarios) == 1:
        return _of(scenarios[0], why)
    first, *others = (scenario.identifier for scenario in scenarios)
    raise InputError(
        "the page does not say by which rules it is to be read; "
        f"name them, such as --rules {first} (or {joined(others, 'or')})"
    )


def _has_all_columns(page: Page, rules: Rules) -> bool:
    """Whether the tables of a page have a column for every event."""
    found: set[str] = set()
    for grid in page.grids:
        try:
            layout = quota_layout(grid, rules)
        except InputError:  # columns that are two events' by these rules may be one each by others
            continue
        found |= layout.events if layout is not None else frozenset()
    return len(found) == len(rules.events)


def _of(scenario: Scenario, guessed: str = "") -> RulesTemplate:
    text = read_text((scenario.folder or Path()) / scenario.rules_name)
    return RulesTemplate(
        scenario.identifier, scenario.rules, text, scenario.games, scenario.host, guessed, scenario.aliases
    )


def _years(scenario: Scenario) -> list[str]:
    return re.findall(r"\b(?:19|20)\d\d\b", f"{scenario.games} {scenario.identifier}")
