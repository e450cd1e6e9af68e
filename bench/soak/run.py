"""One part of a run: scenarios drawn and checked one after the other, and what is kept of a difference."""

from __future__ import annotations

import shutil
import tempfile
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import tomli_w

from quotaproof.model.errors import LimitError

from . import ROOT
from .cases import Case, case, save, statable
from .checks import CHECKS
from .comparing import Check, DifferenceError

KEPT = ROOT / "tests" / "data" / "soak"
"""Where differences are kept, each in a folder of its own that is a test (`tests/solver/test_soak.py`)."""
ABOUT = "difference.toml"
REACHED = "a limit was reached"


@dataclass
class Counts:
    """What was met so far: scenarios by family, answers compared by check and outcome, and differences."""

    families: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    @property
    def allocations(self) -> int:
        """How many scenarios were allocated."""
        return self.families.total()

    def __iadd__(self, other: Counts) -> Counts:
        self.families += other.families
        self.outcomes += other.outcomes
        self.differences += other.differences
        return self


@dataclass(frozen=True)
class Part:
    """Scenarios `first` to `first + number - 1` of the run with this seed."""

    seed: int
    first: int
    number: int
    kept: Path = KEPT


def checked(part: Part) -> Counts:
    """Draw and check the scenarios of a part."""
    counts = Counts()
    scratch = Path(tempfile.mkdtemp(prefix="quotaproof-soak-"))
    try:
        for number in range(part.first, part.first + part.number):
            drawn = case(part.seed, number, scratch)
            counts.families[drawn.family.name] += 1
            for check in CHECKS:
                if drawn.family.by in check.by and (check.share >= 1 or drawn.rng.random() < check.share):
                    outcome, words = one(check, drawn)
                    counts.outcomes[check.name, outcome] += 1
                    if words:
                        command = f"make soak ARGS='--seed {part.seed} --first {number} --number 1'"
                        folder = keep(drawn, check, words, command, part.kept)
                        counts.differences.append(f"{folder.name}: {words}\n  {command}")
            shutil.rmtree(drawn.where, ignore_errors=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return counts


def one(check: Check, drawn: Case) -> tuple[str, str]:
    """Run a check; return what it met, and what differs in words, empty if nothing does.

    Whatever goes wrong is a difference, be it a wrong answer, a twin's assertion or an error that nobody expected.
    """
    try:
        return check.run(drawn), ""
    except LimitError:
        return REACHED, ""
    except DifferenceError as difference:
        return "DIFFERENCE", str(difference)
    except Exception as error:  # noqa: BLE001
        place = traceback.extract_tb(error.__traceback__)[-1]
        at = f"{Path(place.filename).name}:{place.lineno} ({place.line})"
        return "DIFFERENCE", f"{type(error).__name__} {error} at {at}"


def keep(drawn: Case, check: Check, words: str, command: str, root: Path = KEPT) -> Path:
    """Write what differs as a folder that is a test: the scenario if files can state it, and how it is drawn."""
    folder = root / f"synthetic-{drawn.family.name}-{drawn.seed}-{check.name}"
    if folder.exists():
        return folder
    if drawn.family.by == "races" or (statable(drawn) and not drawn.scenario.aliases):
        try:
            save(drawn, folder)
        except Exception as error:  # noqa: BLE001 - the difference matters more than the files
            words += f" (its files cannot be written: {error})"
    folder.mkdir(parents=True, exist_ok=True)
    about = {"family": drawn.family.name, "seed": drawn.seed, "check": check.name, "words": words, "command": command}
    (folder / ABOUT).write_text(tomli_w.dumps(about), encoding="utf-8")
    return folder
