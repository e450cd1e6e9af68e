"""Witness standings saved as files, to be replayed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from quotaproof.model.errors import InputError
from quotaproof.model.files import write_text
from quotaproof.model.results.race_results import time_text
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import (
    CLASSIFICATIONS,
    DRAWS,
    PUBLISHED,
    RESULTS,
    RULES,
    SCENARIO,
    SOURCES,
    STANDINGS,
    scenario_text,
)
from quotaproof.solver.explain import Explanation
from quotaproof.solver.whatif.recipients import Recipients

if TYPE_CHECKING:
    from quotaproof.solver.season.bounds import Bounds
    from quotaproof.solver.season.outcomes import ListedOutcome, SeasonOutcome
    from quotaproof.solver.season.season import Season


def save(result: Recipients, scenario: Scenario, folder: Path) -> tuple[Path, ...]:
    """Write each witness as a scenario folder `witness-K` in a new folder, and return them.

    `quotaproof whatif FOLDER/witness-K --decline ...` replays it.

    Raises
    ------
    InputError
        If the folder exists already or cannot be written, or the scenario was not loaded from a folder.
    """
    rules = _rule_file(scenario)
    with _new_folder(folder):
        return _write(result, scenario, folder, rules)


def _rule_file(scenario: Scenario) -> str:
    if scenario.folder is None:
        raise InputError("the scenario was not loaded from a folder, so its rule file cannot be copied")
    return (scenario.folder / scenario.rules_name).read_text(encoding="utf-8")


def _write(result: Recipients, scenario: Scenario, folder: Path, rules: str) -> tuple[Path, ...]:
    written: list[Path] = []
    for number, witness in enumerate(result.witnesses):
        shown = [f"{c.noc or 'an unnamed NOC'} in {c.column}" for c in result.possible if c.witness == number]
        target = folder / f"witness-{number}"
        _begin(
            target,
            scenario,
            rules,
            f"Synthetic standings that give the table (witness {number}): {scenario.title}",
            f"synthetic: one of many completions of {scenario.identifier}, found by a solver",
        )
        write_text(target / STANDINGS.name, witness.standings.to_csv())
        # Of a table that is known in part, each witness has one of its own.
        table = result.table if result.partly is None else witness.before.to_published()
        write_text(target / PUBLISHED.name, table.to_csv())
        write_text(
            target / SOURCES.name,
            "# Sources\n\n"
            f"These standings are synthetic. They are one completion of `{scenario.identifier}` that gives its table, "
            f"and show that these gains are possible after {'; '.join(result.changes)}: {'; '.join(shown)}.\n"
            "Codes such as XAA stand for NOCs that the scenario does not name.\n",
        )
        written.append(target)
    return tuple(written)


def save_distances(result: Explanation, folder: Path) -> tuple[Path, ...]:
    """Write the changed standings of each distance that has any as a CSV file in a new folder, and return the files.

    `quotaproof whatif SCENARIO --standings FILE` replays one.

    Raises
    ------
    InputError
        If there are none, or the folder exists already or cannot be written.
    """
    found = [d for d in (result.why_not.distances if result.why_not else ()) if d.standings is not None]
    if not found:
        raise InputError("there are no changed standings to save; they belong to swaps and points of --why-not")
    written: list[Path] = []
    with _new_folder(folder):
        for distance in found:
            if distance.standings is not None:
                file = folder / f"{distance.measure}-{distance.where.replace(' ', '-')}.csv"
                write_text(file, distance.standings.to_csv())
                written.append(file)
    return tuple(written)


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """Make a folder, and take it away again if not all can be written: half a folder would look like a whole one."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise InputError("the folder exists already; name a new one", file=folder) from error
    except OSError as error:
        raise InputError(f"the folder cannot be made ({error.strerror})", file=folder) from error
    whole = False
    try:
        yield
        whole = True
    except OSError as error:
        raise InputError(f"the folder cannot be written ({error.strerror})", file=folder) from error
    finally:
        if not whole:
            shutil.rmtree(folder, ignore_errors=True)


def save_outcomes(found: Bounds, folder: Path) -> tuple[Path, ...]:
    """Write each outcome that attains a bound as a folder `synthetic-outcome-K` in a new folder, and return them.

    `quotaproof standings FOLDER/synthetic-outcome-K` and `quotaproof allocate FOLDER/synthetic-outcome-K` replay it.

    Raises
    ------
    InputError
        If the folder exists already or cannot be written, or the scenario was not loaded from a folder.
    """
    scenario = found.season.scenario
    rules = _rule_file(scenario)
    attained: dict[int, list[str]] = {}
    for (event, noc), one in found.places.items():
        for words, bound in (("are certain", one.certain), ("are possible", one.possible)):
            if bound.exact and bound.witness is not None:
                attained.setdefault(bound.witness, []).append(f"{bound.number} in {event} {words} for {noc}")
    with _new_folder(folder):
        return _write_outcomes(found, scenario, folder, rules, attained)


def _write_outcomes(
    found: Bounds, scenario: Scenario, folder: Path, rules: str, attained: Mapping[int, list[str]]
) -> tuple[Path, ...]:
    from quotaproof.solver.season.outcomes import SeasonOutcome

    season = found.season
    written: list[Path] = []
    for number, shown in sorted(attained.items()):
        outcome = found.outcomes[number].outcome
        target = folder / f"synthetic-outcome-{number}"
        _begin(
            target,
            scenario,
            rules,
            f"Invented outcome {number} of the meets to come: {scenario.title}",
            f"synthetic: one outcome of the meets to come of {scenario.identifier}, found by a program",
        )
        if isinstance(outcome, SeasonOutcome):
            _write_positions(target, season, outcome)
        else:
            _write_races(target, season, outcome)
        invented = "The results at {} are invented" + ("" if season.by_lists else ", and so are the draws")
        write_text(
            target / SOURCES.name,
            "# Sources\n\n"
            f"{invented.format(', '.join(season.meets_left) or 'no meet')}. The "
            f"others are those of `{scenario.identifier}`. This outcome shows that what is proved is attained:\n\n"
            + "".join(f"- {one}\n" for one in shown),
        )
        written.append(target)
    return tuple(written)


def _write_positions(target: Path, season: Season, outcome: SeasonOutcome) -> None:
    """Write the positions of qualifiers, and the draws."""
    from quotaproof.solver.season.outcomes import completed

    drawn, soqc = completed(season, outcome), season.scenario.rules.soqc
    classifications = drawn.classifications
    if classifications is None:
        return
    rows = [(r.meet, r.event, r.noc, r.qualifier, r.position, int(r.certain)) for r in classifications.results]
    write_text(target / CLASSIFICATIONS.name, CLASSIFICATIONS.csv_text(rows, ("certain",)))
    if classifications.draws and soqc is not None and "draw" in soqc.ties:
        lots = [(draw.event, draw.noc, draw.qualifier, draw.number) for draw in classifications.draws]
        write_text(target / DRAWS.name, DRAWS.csv_text(lots))
    elif classifications.draws:
        write_text(target / STANDINGS.name, drawn.standings.to_csv())


def _write_races(target: Path, season: Season, outcome: ListedOutcome) -> None:
    """Write the results of races."""
    from quotaproof.solver.season.lists.list_outcomes import with_results

    results = with_results(season, outcome).results
    rows = [
        (
            one.meet,
            one.event,
            one.rank,
            one.noc,
            one.race,
            one.division,
            one.athlete,
            one.name,
            None if one.time is None else time_text(one.time),
            one.points,
            one.note,
        )
        for one in (results.rows if results is not None else ())
    ]
    write_text(target / RESULTS.name, RESULTS.csv_text(rows, RESULTS.optional))


def _begin(target: Path, scenario: Scenario, rules: str, title: str, source: str) -> None:
    """Make the folder of a synthetic scenario; all but title and source is as in the scenario it is made of."""
    target.mkdir()
    write_text(target / RULES.name, rules)
    write_text(
        target / SCENARIO.name,
        scenario_text(
            title=title,
            games=scenario.games,
            host=scenario.host,
            readings=scenario.readings.to_dict(),
            aliases=scenario.aliases,
            sources=(source,),
        ),
    )
