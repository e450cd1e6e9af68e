"""Witness standings saved as files, to be replayed."""

from __future__ import annotations

from pathlib import Path

from quotaproof.model.errors import InputError
from quotaproof.model.files import write_text
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import PUBLISHED, RULES, SCENARIO, SOURCES, STANDINGS, scenario_text
from quotaproof.solver.explain import Explanation
from quotaproof.solver.whatif.recipients import Recipients


def save(result: Recipients, scenario: Scenario, folder: Path) -> tuple[Path, ...]:
    """Write each witness as a scenario folder `witness-K` in a new folder, and return them.

    `quotaproof whatif FOLDER/witness-K --decline ...` replays it.

    Raises
    ------
    InputError
        If the folder exists already or cannot be written, or the scenario was not loaded from a folder.
    """
    if scenario.folder is None:
        raise InputError("the scenario was not loaded from a folder, so its rule file cannot be copied")
    _new_folder(folder)
    rules = (scenario.folder / scenario.rules_name).read_text(encoding="utf-8")
    written: list[Path] = []
    for number, witness in enumerate(result.witnesses):
        shown = [f"{c.noc or 'an unnamed NOC'} in {c.column}" for c in result.possible if c.witness == number]
        target = folder / f"witness-{number}"
        target.mkdir()
        write_text(target / RULES.name, rules)
        write_text(target / STANDINGS.name, witness.standings.to_csv())
        write_text(target / PUBLISHED.name, result.table.to_csv())
        write_text(
            target / SCENARIO.name,
            scenario_text(
                title=f"Synthetic standings that give the table (witness {number}): {scenario.title}",
                games=scenario.games,
                host=scenario.host,
                readings=scenario.readings.to_dict(),
                aliases=scenario.aliases,
                sources=(f"synthetic: one of many completions of {scenario.identifier}, found by a solver",),
            ),
        )
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
    _new_folder(folder)
    written: list[Path] = []
    for distance in found:
        if distance.standings is not None:
            file = folder / f"{distance.measure}-{distance.where.replace(' ', '-')}.csv"
            write_text(file, distance.standings.to_csv())
            written.append(file)
    return tuple(written)


def _new_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise InputError("the folder exists already; name a new one", file=folder) from error
    except OSError as error:
        raise InputError(f"the folder cannot be made ({error.strerror})", file=folder) from error
