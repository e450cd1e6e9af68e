"""What was tried is kept, so that a run that was ended goes on where it was, and one after a small change is cheap."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from .faults import ROOT
from .trial import Outcome, Trial

FILE = ROOT / "build" / "mutants" / "outcomes.json"
FOLDERS = ("model", "solver", "quotaproof", "tests", "scenarios")


class Outcomes:
    """How trials ended, kept in a file in `build` as each ends.

    Parameters
    ----------
    alive
        Whether tests that passed without a fault, and a fault that was seen, count whatever has changed since, so that
        only others are tried. Otherwise an outcome counts as long as no file of the packages, the tests and the
        scenarios has changed.
    """

    def __init__(self, alive: bool) -> None:
        self.alive = alive
        self._kept: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}

    def of(self, trial: Trial) -> tuple[Outcome, float] | None:
        """Return how a trial ended and after how many seconds, if that is known."""
        kept = self._kept.get(_name(trial))
        if kept is None:
            return None
        as_it_must = (kept["outcome"] == "passed") is (trial.fault is None)
        known = kept["digest"] == _digest(trial) or (self.alive and as_it_must)
        return (kept["outcome"], kept["seconds"]) if known else None

    def keep(self, trial: Trial, outcome: Outcome, seconds: float) -> None:
        """Keep how a trial ended."""
        self._kept[_name(trial)] = {"outcome": outcome, "seconds": seconds, "digest": _digest(trial)}
        FILE.parent.mkdir(parents=True, exist_ok=True)
        new = FILE.with_suffix(".new")
        new.write_text(json.dumps(self._kept, indent=1), encoding="utf-8")
        new.replace(FILE)


def _name(trial: Trial) -> str:
    """What tells a trial from others, whatever else changes in the file that has the fault, or in the list of tests."""
    one = trial.fault
    return "\n".join((one.path, one.where, one.before, one.after) if one else ("no fault", *trial.tests))


def _digest(trial: Trial) -> str:
    source = trial.fault.source if trial.fault else ""
    return hashlib.sha256("\n".join((_files(), source, *trial.tests)).encode()).hexdigest()


@cache
def _files() -> str:
    """A digest of every file that may decide how a trial ends."""
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()
