"""From what a user asks for to the plan of a sweep."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from quotaproof.model.changes import Exclude, apply, require_noc
from quotaproof.model.errors import InputError, UnsupportedError
from quotaproof.model.kept import reallocation
from quotaproof.model.rules import SOQC_READINGS, Declines
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import Course, allocate_with_declines, answered
from quotaproof.solver.engines import engine, greedy

from .plan import Action, DrawMethod, Mode, Plan, checked, combinations, parse_dimension, units, with_engine

MODES: tuple[Declines, Declines] = ("sequential", "rerun")


@dataclass(frozen=True)
class Request:
    """What is asked for, in the words of the command line.

    Attributes
    ----------
    sizes
        How many declines (or exclusions) at a time: any of 1, 2, 3.
    of
        What an NOC declines: events, `men`, `women`; everything if empty.
    nocs
        Who declines; everybody with a start place if empty (every NOC that the scenario names, with drawn standings).
    grid
        Dimensions such as `men-500=28..36`.
    prove
        `all`, `none` or a number of points that CP-SAT proves as well.
    """

    sizes: tuple[int, ...] = ()
    exclusions: bool = False
    of: tuple[str, ...] = ()
    nocs: tuple[str, ...] = ()
    grid: tuple[str, ...] = ()
    samples: int = 0
    seed: int = 0
    draw: DrawMethod = "noise"
    noise: float = 3.0
    mode: Mode = "both"
    engine: str = "auto"
    prove: str | int = "none"


def planned(scenario: Scenario, request: Request) -> Plan:
    """Return the plan of a request.

    Raises
    ------
    InputError
        If the request asks for nothing, for what does not go together, or for what the scenario does not have.
    """
    if not (request.sizes or request.grid or request.samples):
        raise InputError("there is nothing to sweep; name singles, pairs, triples, a grid or a number of samples")
    _check(request)
    if request.samples and scenario.rules.by_lists:
        raise UnsupportedError(
            "standings are drawn for SOQCs of qualifiers, and here places go down ranked lists of results; leave the "
            "samples out"
        )
    grid = tuple(parse_dimension(text, scenario) for text in request.grid)
    names = [dimension.name for dimension in grid]
    for name in names:
        if name in SOQC_READINGS and request.samples:
            raise InputError(
                f"{name} says how results are ranked, and drawn standings have no results; leave it out of the grid"
            )
        if names.count(name) > 1:
            raise InputError(f"grid {name} is stated twice; put all its values into one, such as {name}=1,2")
    if request.sizes and "declines" in names:
        raise InputError("how declines are answered is the mode of a sweep and not part of its grid; choose the mode")
    plan = Plan(
        scenario,
        grid=grid,
        samples=request.samples,
        seed=request.seed,
        draw=request.draw,
        noise=float(request.noise),
    )
    plan = checked(with_engine(plan, request.engine))
    if request.sizes:
        plan = replace(plan, actions=_actions(scenario, request))
        _try_lists(plan)
    if request.sizes and not request.exclusions:
        reallocation(scenario.rules)
        plan = replace(plan, modes=tuple(mode for mode in MODES if request.mode in (mode, "both")))
    return checked(replace(plan, proved=_proved(request, plan.size)))


def _try_lists(plan: Plan) -> None:
    """Answer one decline or exclusion: what ranked lists do not support is refused as a whole, not point by point.

    Raises
    ------
    UnsupportedError
        If they do not support it.
    """
    if not plan.scenario.rules.by_lists:
        return
    by, first = engine("greedy"), plan.actions[0][0]
    if isinstance(first, Exclude):
        apply(plan.scenario, [first])
        return
    outcome = allocate_with_declines(plan.scenario, by)
    try:
        answered(Course(outcome.scenario, outcome.allocation, at_most=outcome.at_most), first, by, "sequential")
    except UnsupportedError:
        raise
    except InputError:
        pass  # this decline has no answer; its point says why


def _check(request: Request) -> None:
    if request.exclusions and request.of:
        raise InputError("an exclusion is of a whole NOC; leave out what is declined")
    if not request.sizes and (request.exclusions or request.of or request.nocs):
        raise InputError("say how many at a time: singles, pairs or triples")
    if request.mode not in (*MODES, "both"):
        raise InputError(f"{request.mode!r} is no mode; use sequential, rerun or both")
    if request.draw not in get_args(DrawMethod):
        raise InputError(f"{request.draw!r} is no way to draw standings; use {' or '.join(get_args(DrawMethod))}")
    if request.samples < 0:
        raise InputError(f"there cannot be {request.samples} samples; use 0 or more")
    if not 0 <= request.seed < 1 << 63:
        raise InputError(f"{request.seed} is no seed; use a whole number from 0 up")
    if not (math.isfinite(request.noise) and 0 <= request.noise <= 1000):
        raise InputError(f"the noise cannot be {request.noise}; use a number of ranks from 0 to 1000")


def _actions(scenario: Scenario, request: Request) -> tuple[Action, ...]:
    for noc in request.nocs:
        require_noc(scenario, noc)
        if request.nocs.count(noc) > 1:
            raise InputError(f"{noc} is named twice")
    nocs: Sequence[str] = request.nocs
    if not nocs:
        nocs = scenario.nocs if request.samples else _holders(scenario)
    single = units(scenario, nocs, request.of)
    if len(single) < min(request.sizes):
        raise InputError(f"there are only {len(single)} to choose from, too few for {min(request.sizes)} at a time")
    return combinations(single, request.sizes, exclusions=request.exclusions)


def _holders(scenario: Scenario) -> list[str]:
    """NOCs with a start place."""
    allocation = greedy.allocate(scenario)
    return sorted({noc for places in allocation.places.values() for noc in places})


def _proved(request: Request, size: int) -> frozenset[int] | None:
    """The points that CP-SAT proves as well, drawn from the seed where it is a number of them."""
    if request.prove == "all":
        return None
    if request.prove == "none":
        return frozenset()
    text = str(request.prove)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise InputError(f"{text!r} is no number of proofs; use all, none or a number of points")
    number = int(text)
    if number >= size:
        return None
    return frozenset(random.Random(f"proofs of {request.seed}").sample(range(size), number))
