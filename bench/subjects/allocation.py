"""One allocation of Beijing's size: the engines and other solvers, in turns on the same instances."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from bench.instances import beijing_size, number_of_entries
from bench.peers import Answer, answer_sets, differences, mixed_integer, plain_cpsat
from bench.registry import Check, Effort, Section, milliseconds, subject, times
from bench.timing import clock, in_turns, medians
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine, template, tiers
from quotaproof.solver.engines.cpsat.status import Settings

AGAINST_CLINGO, AGAINST_PLAIN = 0.5, 0.1
"""What CP-SAT may take of the time of clingo, and of CP-SAT the plain way."""

CLINGO = "clingo, "
PLAIN = "CP-SAT, one plain model in stages"


def _afresh(scenario: Scenario) -> object:
    template.forget_templates()
    return engine.allocate(scenario)


def competitors(scenario: Scenario) -> dict[str, Callable[[], object]]:
    """Return everybody who allocates, by name."""
    runs: dict[str, Callable[[], object]] = {
        "greedy": partial(greedy.allocate, scenario),
        "CP-SAT": partial(engine.allocate, scenario),
        "CP-SAT, a new model each time": partial(_afresh, scenario),
        "CP-SAT, proved by objectives": partial(engine.allocate, scenario, Settings(proof="objectives")),
        PLAIN: partial(plain_cpsat.solve, scenario),
        "HiGHS, lexicographic": partial(mixed_integer.solve, scenario),
    }
    for name, options in answer_sets.OPTIONS.items():
        runs[CLINGO + name] = partial(answer_sets.solve, scenario, options)
    return runs


@subject("allocation", turn=10)
def run(effort: Effort) -> Sequence[Section]:
    instances = {
        "the caps on athletes bind": beijing_size(0),
        "they do not, and quota places are left over": beijing_size(0, caps_bind=False),
    }
    if not effort.quick:
        instances["another season"] = beijing_size(1)
    return [_compare(name, scenario, effort) for name, scenario in instances.items()]


def _compare(name: str, scenario: Scenario, effort: Effort) -> Section:
    runs = competitors(scenario)
    right = greedy.allocate(scenario)
    parts: dict[str, list[tuple[float, float]]] = {}

    def recorded(who: str, solve: Callable[[], object]) -> Callable[[], object]:
        def again() -> object:
            answer = solve()
            if isinstance(answer, Answer):
                parts.setdefault(who, []).append((answer.build, answer.solve))
            return answer

        return again

    disagree: list[str] = []
    for who, solve in list(runs.items()):
        answer = solve()
        if isinstance(answer, Answer):
            disagree += [f"{who}: {one}" for one in differences(answer, right)]
        elif not answer.same_places(right):  # type: ignore[attr-defined]
            disagree.append(who)
    measured = in_turns(
        {who: recorded(who, solve) for who, solve in runs.items()},
        effort.rounds(25, 5),
        most=6 if effort.quick else 90,
        uncounted=runs,
    )
    # What a peer takes to state the problem and to solve it; not to read its answer or to clean up.
    measured |= {who: [build + solve for build, solve in own] for who, own in parts.items()}
    middle = medians(measured)
    clingo = min((who for who in middle if who.startswith(CLINGO)), key=middle.__getitem__)
    slower = {who for who in middle if who.startswith(CLINGO)} - {clingo}
    phases = _phases(scenario, effort.rounds(30, 8))
    proof, everything = phases["build"] + phases["solve"], middle["CP-SAT"]
    rows: list[list[str]] = []
    for who, total in sorted(middle.items(), key=lambda item: item[1]):
        if who in slower:
            continue
        own = (
            medians({"build": [b for b, _ in parts[who]], "solve": [s for _, s in parts[who]]}) if who in parts else {}
        )
        if who == "CP-SAT":
            own = dict(phases)
        rows.append(
            [
                who,
                *(milliseconds(own[part]) if part in own else "" for part in ("build", "solve")),
                milliseconds(total),
                times(total / everything),
            ]
        )
    part = {name: f"{milliseconds(seconds)} ms" for name, seconds in phases.items()}
    others = "; ".join(f"{who.removeprefix(CLINGO)} {milliseconds(middle[who])} ms" for who in sorted(slower))
    remark = (
        f"{number_of_entries(scenario)} ranked entries. CP-SAT's total is the models ({part['build']}), the solver "
        f"({part['solve']}), the validator ({part['validate']}) and the decisions with reasons ({part['account']}); "
        f"the others only solve. Other settings of clingo: {others}."
    )
    agree = f"all {len(middle)} competitors give the allocation of the greedy reference"

    def ratio(what: str, seconds: float, against: str, limit: float) -> Check:
        own = seconds / middle[against]
        return Check(f"{what} / {against} = {times(own)}, at most {limit}", own <= limit)

    checks = [
        Check("; ".join([agree, *disagree]), not disagree),
        ratio("CP-SAT, build and solve", proof, clingo, AGAINST_CLINGO),
        ratio("CP-SAT, everything", everything, clingo, AGAINST_CLINGO),
        ratio("CP-SAT, everything", everything, PLAIN, AGAINST_PLAIN),
    ]
    columns = ("one allocation", "build, ms", "solve, ms", "total, ms", "x CP-SAT")
    return Section(f"An allocation: {name}", columns, rows, [remark], checks)


def _phases(scenario: Scenario, rounds: int) -> Mapping[str, float]:
    """Return where the time of the CP-SAT engine goes: build, solve, validate, account."""
    runs: dict[str, list[float]] = {}
    for _ in range(rounds):
        with _clocked() as spent:
            begin = clock()
            engine.allocate(scenario)
            spent["build"] = clock() - begin - sum(spent.values())
        for part, seconds in spent.items():
            runs.setdefault(part, []).append(seconds)
    return medians(runs)


@contextlib.contextmanager
def _clocked() -> Iterator[dict[str, float]]:
    """Take the time of the steps of the CP-SAT engine."""
    spent = {"solve": 0.0, "validate": 0.0, "account": 0.0}
    steps = [
        (tiers, "solve", "solve"),
        (engine, "Obstacles", "validate"),
        (engine, "found_by", "validate"),
        (engine, "found_in_record", "validate"),
        (engine, "told_by", "account"),
    ]
    real = [(module, name, getattr(module, name)) for module, name, _ in steps]

    def clocked(step: Callable[..., Any], part: str) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            begin = clock()
            try:
                return step(*arguments)
            finally:
                spent[part] += clock() - begin

        return run

    try:
        for (module, name, step), (_, _, part) in zip(real, steps, strict=True):
            setattr(module, name, clocked(step, part))
        yield spent
    finally:
        for module, name, step in real:
            setattr(module, name, step)
