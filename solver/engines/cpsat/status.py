"""Solving with CP-SAT: one worker, deterministic limits, and only answers that are proved.

The engine's own models are solved without OR-Tools' modelling layer, which takes longer to load than an allocation.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, Protocol

from ortools.sat.python import cp_model_helper

from quotaproof.model.errors import LimitError, SolverError
from quotaproof.solver import cp_model

Linear = cp_model_helper.LinearExpr | int
"""A linear expression, perhaps a constant."""

Truth = cp_model_helper.Literal | bool
"""A literal, perhaps a constant."""

DETERMINISTIC_LIMIT = 60.0
"""Effort per solve in CP-SAT's deterministic seconds; a Beijing-size model needs well under 0.1."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How CP-SAT searches. Results must not depend on it; tests solve again with other values.

    Attributes
    ----------
    seed
        Random seed.
    presolve
        Whether the model is simplified first.
    probing
        How hard that tries each variable; 1 was twice as fast here as the default of 2, in every kind of model.
    symmetry
        Whether symmetries are looked for.
    shuffle
        Seed for a random order of variables in the model; None keeps the natural order.
    limit
        Deterministic seconds per solve.
    proof
        How a tier is proved optimal: `refutation` (nothing better exists) or `objectives` (see `tiers`).
    """

    seed: int = 0
    presolve: bool = True
    probing: int = 1
    symmetry: bool = True
    shuffle: int | None = None
    limit: float = DETERMINISTIC_LIMIT
    proof: Literal["refutation", "objectives"] = "refutation"


DEFAULT = Settings()
QUICK = Settings(probing=0, symmetry=False)
"""For loose models that are solved often: preparing each solve less thoroughly took half the time."""


STATUS = cp_model_helper.CpSolverStatus


class AnyModel(Protocol):
    """What is solved; a `CpModel` is one."""

    @property
    def model_proto(self) -> Any:
        """What the solver reads."""


class AnySolver(Protocol):
    """What solves a model; a `CpSolver` is one."""

    parameters: cp_model_helper.SatParameters

    def solve(self, model: Any) -> cp_model_helper.CpSolverStatus:
        """Search; return the status."""

    @property
    def response_proto(self) -> cp_model_helper.CpSolverResponse:
        """The answer to the model solved last."""


class BareSolver:
    """A solver for models that are written into their protocol buffer."""

    def __init__(self, parameters: cp_model_helper.SatParameters) -> None:
        self.parameters = parameters
        self._response: cp_model_helper.CpSolverResponse | None = None

    def solve(self, model: AnyModel) -> cp_model_helper.CpSolverStatus:
        """Search; return the status."""
        search: Any = cp_model_helper.SolveWrapper()
        search.set_parameters(self.parameters)
        response = search.solve(model.model_proto)
        self._response = response
        status: cp_model_helper.CpSolverStatus = response.status
        return status

    @property
    def response_proto(self) -> cp_model_helper.CpSolverResponse:
        """The answer to the model solved last."""
        if self._response is None:
            raise SolverError("no model was solved")
        return self._response


def new_solver(settings: Settings = DEFAULT) -> cp_model.CpSolver:
    """Return a solver with these settings and one worker."""
    solver = cp_model.CpSolver()
    solver.parameters = _parameters(settings)
    return solver


def bare_solver(settings: Settings = DEFAULT) -> BareSolver:
    """Return a solver of the engine's own models with these settings and one worker."""
    return BareSolver(_parameters(settings))


def _parameters(settings: Settings) -> cp_model_helper.SatParameters:
    parameters = cp_model_helper.SatParameters()
    parameters.num_workers = 1
    parameters.random_seed = settings.seed
    parameters.cp_model_presolve = settings.presolve
    parameters.cp_model_probing_level = settings.probing
    if not settings.symmetry:
        parameters.symmetry_level = 0
    parameters.max_deterministic_time = settings.limit
    parameters.catch_sigint_signal = _hears_ctrl_c()
    return parameters


def _hears_ctrl_c() -> bool:
    """Whether the solver listens for Ctrl-C: nobody else can while it searches, unless somebody took care of that."""
    return signal.getsignal(signal.SIGINT) is signal.default_int_handler


def quick_solver(settings: Settings = DEFAULT) -> BareSolver:
    """Return a solver for models that propagation all but decides: no probing, no linear relaxation, a fixed search.

    Each choice was measured (docs/performance.md). The parameters are shared between solvers and must not be changed.
    """
    return BareSolver(_quick_parameters(settings, _hears_ctrl_c()))


@cache
def _quick_parameters(settings: Settings, hears_ctrl_c: bool) -> cp_model_helper.SatParameters:
    parameters = _parameters(settings)
    parameters.catch_sigint_signal = hears_ctrl_c
    parameters.search_branching = cp_model_helper.SatParameters.SearchBranching.FIXED_SEARCH
    parameters.cp_model_probing_level = 0
    parameters.linearization_level = 0
    parameters.symmetry_level = 0
    parameters.use_sat_inprocessing = False
    return parameters


def solve(model: AnyModel, solver: AnySolver) -> bool:
    """Solve; return True for a proved optimum (a solution, where there is no objective), False for proved infeasible.

    Raises
    ------
    LimitError
        If the effort limit ended the search.
    KeyboardInterrupt
        If Ctrl-C ended the search, which the solver takes for itself.
    SolverError
        For any other status, such as an invalid model.
    """
    status = attempt(model, solver)
    if status in (STATUS.UNKNOWN, STATUS.FEASIBLE):
        raise LimitError("the solver's effort limit was reached, so the result is unknown")
    return status == STATUS.OPTIMAL


def attempt(model: AnyModel, solver: AnySolver) -> cp_model_helper.CpSolverStatus:
    """Solve as far as the effort goes; return the status, where FEASIBLE and UNKNOWN mean that it was used up.

    For questions that are answered by a bound then.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C ended the search, which the solver takes for itself.
    SolverError
        For any other status, such as an invalid model.
    """
    status = solver.solve(model)
    if status in (STATUS.UNKNOWN, STATUS.FEASIBLE):
        if solver.response_proto.deterministic_time < solver.parameters.max_deterministic_time * STOPPED - LEAST_EFFORT:
            raise KeyboardInterrupt
    elif status not in (STATUS.OPTIMAL, STATUS.INFEASIBLE):
        problem = cp_model_helper.CpSatHelper.validate_model(model.model_proto)
        raise SolverError(f"CP-SAT answered {status.name}: {problem or 'no explanation'}")
    return status


STOPPED = 0.9
"""A search that ends without an answer before this share of its effort was stopped from outside."""

LEAST_EFFORT = 0.01
"""Deterministic seconds that a search may fall short of its effort by at any rate."""

PLAIN_LIMIT = 0.1
"""Deterministic seconds for a model as it stands, before it is simplified."""


def as_it_stands(settings: Settings, limit: float = PLAIN_LIMIT) -> Settings:
    """Return these settings for a model that is not simplified, within so many deterministic seconds."""
    return replace(settings, presolve=False, limit=min(settings.limit, limit))


def plain_solver(settings: Settings = DEFAULT, limit: float = PLAIN_LIMIT) -> cp_model.CpSolver:
    """Return a solver that searches a model as it stands, within so many deterministic seconds.

    It does not listen for Ctrl-C: that soon it ends by itself, and Python hears it then.
    """
    solver = new_solver(replace(as_it_stands(settings, limit), probing=0, symmetry=False))
    solver.parameters.catch_sigint_signal = False
    solver.parameters.linearization_level = 0
    solver.parameters.use_sat_inprocessing = False
    return solver


def solved(model: cp_model.CpModel, settings: Settings = DEFAULT, *, hinted: bool = False) -> cp_model.CpSolver | None:
    """Return the solver with a solution (an optimum, where there is an objective), or None if there is none (proved).

    The model is searched as it stands first: those of unknown standings are small and many, and simplifying one took
    longer than solving most of them. What that does not settle within a fixed effort is solved with the settings.

    Parameters
    ----------
    hinted
        Whether the search follows the model's hints first.

    Raises
    ------
    LimitError, SolverError
        As `solve` does.
    """
    plain = plain_solver(settings)
    if hinted:
        plain.parameters.search_branching = cp_model_helper.SatParameters.SearchBranching.HINT_SEARCH
    try:
        return plain if solve(model, plain) else None
    except LimitError:
        solver = new_solver(settings)
        return solver if solve(model, solver) else None


def copied(model: cp_model.CpModel) -> cp_model.CpModel:
    """Return a copy of a model, which takes half the time of its `clone`."""
    copy: cp_model.CpModel = _copy_type()()
    copy.proto.copy_from(model.proto)
    copy.rebuild_constant_map()
    return copy


@cache
def _copy_type() -> type[cp_model.CpModel]:
    class Copy(cp_model.CpModel):
        """A model without its CamelCase aliases, which would refer to it and keep it until the next full collection."""

        def __init__(self) -> None:
            cp_model_helper.CpBaseModel.__init__(self, None)

    return Copy


def values(solver: cp_model.CpSolver, variables: Sequence[cp_model.IntVar]) -> list[int]:
    """Return the variables' values as exact integers."""
    return [int(solver.value(variable)) for variable in variables]


def solution(solver: AnySolver) -> list[int]:
    """Return the values of all variables of the model solved last, by their numbers."""
    return list(solver.response_proto.solution)
