"""The points of a sweep: every combination of a cell of the grid, what is given back, drawn standings and a mode.

Points are numbered; the mode changes fastest, then the drawn standings, then what is given back, then the cell. A point
is worked out from its number, so a million of them take no memory.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from importlib.metadata import version
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from quotaproof.model.changes import Change, ChooseReading, Decline, Exclude, SetCap, apply
from quotaproof.model.errors import IncompleteError, InputError
from quotaproof.model.rules import GENDERS, READING_VALUES, SOQC_READINGS, Declines, is_gender
from quotaproof.model.same_values import WithArrays
from quotaproof.model.scenario import Scenario

PointEngine = Literal["batch", "greedy", "cp-sat"]
DrawMethod = Literal["noise", "uniform"]
Mode = Literal["sequential", "rerun", "both"]
Indices = npt.NDArray[np.intp]
Action = tuple[Decline, ...] | tuple[Exclude, ...]

MOST_POINTS = 100_000_000
MOST_ACTIONS = 1_000_000
CHUNK_BATCH, CHUNK_GREEDY, CHUNK_SOLVER = 8192, 256, 16
"""Points that are answered, written and resumed together, by the engine that takes most of the time."""

SHARED_CHUNK = 64
"""Most points together where all but the last decline are the same, so that those are answered once."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One name of the grid and its values: a cap (numbers) or a reading (words)."""

    name: str
    values: tuple[str, ...]

    @property
    def is_reading(self) -> bool:
        """Whether it is a reading and not a cap."""
        return self.name in READING_VALUES

    def change(self, value: str) -> Change:
        """Return the change that sets this value."""
        return ChooseReading(self.name, value) if self.is_reading else SetCap(self.name, int(value))


@dataclass(frozen=True, slots=True)
class Point:
    """One point: the cell's values, the declines or exclusions, the number of the drawn standings, the mode."""

    number: int
    cell: int
    action: int
    sample: int | None
    mode: Declines | None


@dataclass(frozen=True, eq=False)
class Points(WithArrays):
    """Consecutive points as arrays (P,): their cells, actions, samples (-1: none) and modes (-1: none, or a place)."""

    numbers: range
    cell: Indices
    action: Indices
    sample: Indices
    mode: Indices

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True)
class Plan:
    """All points of a sweep, and how they are answered.

    Attributes
    ----------
    actions
        What is declined or excluded at a point, in order; one empty action if nothing is.
    samples, seed, draw, noise
        Drawn standings (see `draw`); no samples: the scenario's own standings.
    engine
        What answers every point.
    proved
        Numbers of the points that CP-SAT proves as well; None for all of them.
    """

    scenario: Scenario
    grid: tuple[Dimension, ...] = ()
    actions: tuple[Action, ...] = ((),)
    samples: int = 0
    seed: int = 0
    draw: DrawMethod = "noise"
    noise: float = 3.0
    modes: tuple[Declines, ...] = ()
    engine: PointEngine = "batch"
    proved: frozenset[int] | None = field(default_factory=frozenset)

    @property
    def cells(self) -> int:
        """The number of cells of the grid."""
        return math.prod(len(dimension.values) for dimension in self.grid)

    @property
    def size(self) -> int:
        """The number of points."""
        return self.cells * len(self.actions) * max(1, self.samples) * max(1, len(self.modes))

    @property
    def depth(self) -> int:
        """The largest number of declines or exclusions at a point."""
        return max(map(len, self.actions))

    def values(self, cell: int) -> tuple[str, ...]:
        """Return the grid's values in a cell."""
        values: list[str] = []
        for dimension in reversed(self.grid):
            cell, place = divmod(cell, len(dimension.values))
            values.append(dimension.values[place])
        return tuple(reversed(values))

    def changes(self, cell: int) -> tuple[Change, ...]:
        """Return the changes that make a cell of the grid."""
        pairs = zip(self.grid, self.values(cell), strict=True)
        return tuple(dimension.change(value) for dimension, value in pairs)

    def point(self, number: int) -> Point:
        """Return a point by its number."""
        rest, mode = divmod(number, max(1, len(self.modes)))
        rest, sample = divmod(rest, max(1, self.samples))
        cell, action = divmod(rest, len(self.actions))
        return Point(number, cell, action, sample if self.samples else None, self.modes[mode] if self.modes else None)

    def points(self, numbers: range) -> Points:
        """Return consecutive points as arrays."""
        rest, mode = np.divmod(np.arange(numbers.start, numbers.stop, dtype=np.intp), max(1, len(self.modes)))
        rest, sample = np.divmod(rest, max(1, self.samples))
        cell, action = np.divmod(rest, len(self.actions))
        return Points(numbers, cell, action, sample if self.samples else sample - 1, mode if self.modes else mode - 1)

    def is_proved(self, number: int) -> bool:
        """Return whether CP-SAT proves this point as well."""
        return self.proved is None or number in self.proved

    def words(self, point: Point) -> str:
        """Return a point in words."""
        parts = [str(change) for change in self.changes(point.cell)]
        parts += [str(change) for change in self.actions[point.action]]
        if point.sample is not None:
            parts.append(f"sample {point.sample}")
        return f"point {point.number} ({'; '.join(parts)}{f', {point.mode}' if point.mode else ''})"

    def chunks(self) -> tuple[range, ...]:
        """Return the points in chunks. They depend on the plan alone, so every run has the same."""
        modes = max(1, len(self.modes))
        if self.engine == "batch" and self.proved is not None:
            most = CHUNK_BATCH
            if self.proved:
                # As many proofs in a chunk as a chunk of proofs alone would have, on average.
                most = min(most, max(1, CHUNK_SOLVER * self.size // len(self.proved)))
        else:
            most = CHUNK_GREEDY if self.engine == "greedy" and self.proved is not None else CHUNK_SOLVER
        most = max(modes, most - most % modes)
        if self.samples or self.depth < 2 or most >= CHUNK_GREEDY:
            return tuple(range(start, min(start + most, self.size)) for start in range(0, self.size, most))
        return tuple(self._shared_chunks(modes))

    def _shared_chunks(self, modes: int) -> Iterator[range]:
        """Chunks whose points share all but the last decline."""
        lengths = [len(list(group)) * modes for _, group in itertools.groupby(self.actions, key=lambda one: one[:-1])]
        start = 0
        for length in lengths * self.cells:
            for first in range(start, start + length, SHARED_CHUNK):
                yield range(first, min(first + SHARED_CHUNK, start + length))
            start += length

    def digest(self, *more: object) -> str:
        """Return a fingerprint of everything that the rows depend on."""
        scenario = self.scenario
        skipped = ("memo", "folder", "standings", "waived", "abstains", "excluded", "dates", "sources")
        known = {f.name: repr(getattr(scenario, f.name)) for f in fields(scenario) if f.name not in skipped}
        sets = {name: sorted(getattr(scenario, name)) for name in ("waived", "abstains", "excluded")}
        own = {f.name: repr(getattr(self, f.name)) for f in fields(self) if f.name not in ("scenario", "proved")}
        proved = "all" if self.proved is None else sorted(self.proved)
        versions = [version("quotaproof"), np.__version__ if self.samples else ""]
        text = json.dumps(
            [versions, known, sets, scenario.standings.to_csv(), own, proved, [repr(one) for one in more]]
        )
        return hashlib.sha256(text.encode()).hexdigest()


def unit(change: Decline | Exclude) -> str:
    """Return a decline or exclusion as the table names it."""
    if isinstance(change, Decline):
        what = change.event or change.gender
        return f"{change.noc}:{what}" if what else change.noc
    return change.noc


def parse_dimension(text: str, scenario: Scenario) -> Dimension:
    """Return the dimension that `NAME=VALUE,VALUE` or `CAP=FROM..TO` states.

    Raises
    ------
    InputError
        If it has another form, the name is no cap or reading, or a value is not one of its own.
    """
    name, equals, stated = (part.strip() for part in text.partition("="))
    if not equals or not name or not stated:
        raise InputError(f"{text!r} is not a grid; write CAP=FROM..TO, CAP=N,N or READING=VALUE,VALUE")
    values: list[str] = []
    for part in (part.strip() for part in stated.split(",")):
        span = re.fullmatch(r"([0-9]{1,6})\.\.([0-9]{1,6})", part)
        if span and name not in READING_VALUES:
            low, high = int(span[1]), int(span[2])
            if low > high or high - low > 10_000:
                raise InputError(f"{part!r} in grid {name} is no range; write the smaller number first, 28..36")
            values += [str(number) for number in range(low, high + 1)]
        elif name in READING_VALUES or re.fullmatch(r"[0-9]{1,6}", part):
            values.append(part if name in READING_VALUES else str(int(part)))
        else:
            raise InputError(f"{part!r} in grid {name} is not a whole number or a range such as 28..36")
    if len(set(values)) < len(values):
        raise InputError(f"grid {name} names {next(v for v in values if values.count(v) > 1)} twice")
    dimension = Dimension(name, tuple(values))
    for value in values:
        apply(scenario, [dimension.change(value)])
    return dimension


def units(scenario: Scenario, nocs: Sequence[str], of: Sequence[str]) -> tuple[Decline, ...]:
    """Return the single declines: of each NOC everything or, with `of`, a gender or an event each.

    Raises
    ------
    InputError
        If `of` names neither `men`, `women` nor an event.
    """
    found: list[Decline] = []
    for what in of:
        if not _is_gender(scenario, what):
            scenario.rules.event(what)
        if list(of).count(what) > 1:
            raise InputError(f"{what} is named twice as what is declined")
    for noc in nocs:
        if not of:
            found.append(Decline(noc))
        for what in of:
            if is_gender(what) and _is_gender(scenario, what):
                found.append(Decline(noc, gender=what))
            else:
                found.append(Decline(noc, what))
    return tuple(found)


def _is_gender(scenario: Scenario, what: str) -> bool:
    """Whether a gender is meant; an event may have the name of one."""
    return what in GENDERS and all(what != event.identifier for event in scenario.rules.events)


def combinations(single: Sequence[Decline], sizes: Sequence[int], *, exclusions: bool) -> tuple[Action, ...]:
    """Return all actions of so many declines (or exclusions), those of fewer first; each in the order of `single`.

    Raises
    ------
    InputError
        If there are more than `MOST_ACTIONS`.
    """
    number = sum(math.comb(len(single), size) for size in sizes)
    if number > MOST_ACTIONS:
        raise InputError(f"there would be {number:,} combinations of declines; at most {MOST_ACTIONS:,} are swept")
    found: list[Action] = []
    for size in sizes:
        for chosen in itertools.combinations(single, size):
            found.append(tuple(Exclude(one.noc) for one in chosen) if exclusions else chosen)
    return tuple(found)


def why_no_batch(plan: Plan) -> str | None:
    """Return why the batch engine cannot answer a plan, or None if it can."""
    if plan.samples:
        return None
    if plan.scenario.rules.by_lists:
        return "places go down ranked lists"
    ranked = [dimension for dimension in plan.grid if dimension.name in SOQC_READINGS]
    for values in itertools.product(*(dimension.values for dimension in ranked)):
        chosen = [dimension.change(value) for dimension, value in zip(ranked, values, strict=True)]
        if apply(plan.scenario, chosen).standings.tied_groups():
            return "the standings have ties that are not settled"
    if plan.scenario.declines:
        return "the scenario records declines of its own"
    return None


def checked(plan: Plan) -> Plan:
    """Return the plan with the engine it names able to answer it.

    Raises
    ------
    InputError
        If the plan has no points or too many, or a ranking is not known in full.
    """
    if plan.size > MOST_POINTS:
        raise InputError(f"the sweep would have {plan.size:,} points; at most {MOST_POINTS:,} are swept")
    missing = plan.scenario.standings.incomplete_events(plan.scenario.rules)
    if missing:
        why = "a sweep needs complete standings"
        if plan.samples:
            why = (
                "standings are drawn around known ones: who is in a ranking that is not known cannot be drawn from the "
                "NOCs that happen to be named"
            )
        raise IncompleteError(
            f"the ranking of {missing[0]} is not known in full, and {why}; {plan.scenario.remedy_for_unknown_standings}"
        )
    if plan.engine == "batch" and (reason := why_no_batch(plan)):
        raise InputError(f"the engine batch cannot answer this: {reason}; use greedy or cp-sat")
    return plan


def engines() -> tuple[str, ...]:
    """Return the engines a user may name."""
    return ("auto", *get_args(PointEngine))


def with_engine(plan: Plan, engine: str) -> Plan:
    """Return the plan with an engine: the named one or, for `auto`, batch where it can answer and else greedy."""
    if engine == "auto":
        return replace(plan, engine="greedy" if why_no_batch(plan) else "batch")
    for known in get_args(PointEngine):
        if engine == known:
            return replace(plan, engine=known)
    raise InputError(f"{engine!r} is not an engine; engines are {', '.join(engines())}")
