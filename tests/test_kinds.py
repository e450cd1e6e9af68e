"""A kind of pathway that a part of quotaproof does not know is refused in words there, never passed over."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, get_args, get_type_hints

import pytest

from quotaproof import checker
from quotaproof.model import decision_record, pathways, validation
from quotaproof.model.changes import Decline
from quotaproof.model.decision_record import record
from quotaproof.model.errors import QuotaError, UnsupportedError
from quotaproof.model.kept import Held, hold
from quotaproof.model.pathways import (
    KINDS,
    AnyPathway,
    NocQuota,
    Pathway,
    Refused,
    RefusedElsewhere,
    Remainder,
    refuse,
    require_known,
    steps_in,
    supported,
)
from quotaproof.model.reserve import reserve_list
from quotaproof.model.row_consistency import possible_athletes
from quotaproof.model.rules_file import rules_schema
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.certificate import certificate, translated
from quotaproof.solver.declines import after_declines
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.engines.batch.program import compose
from quotaproof.solver.engines.cpsat import engine as cp_sat
from quotaproof.solver.explain import explain
from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.verify.verify import verify
from quotaproof.solver.whatif.recipient_search import recipients
from quotaproof.solver.whatif.whatif import whatif

ROOT = Path(__file__).parent.parent
NAMES = {kind.__name__ for kind in KINDS} | {f"{kind.__name__}Table" for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Toy(Pathway):
    """A kind of pathway that nobody knows."""

    kind: ClassVar[str] = "toy"


SOCHI = load_scenario("sochi-2014")
BEIJING = load_scenario("beijing-2022")
ALLOCATED = greedy.allocate(SOCHI)


def with_toy(scenario: Scenario, place: int | None = None) -> Scenario:
    pathways: list[AnyPathway] = list(scenario.rules.pathways)
    pathways.insert(len(pathways) if place is None else place, Toy("P99", "toy", "a clause"))  # type: ignore[arg-type]
    return replace(scenario, rules=replace(scenario.rules, pathways=tuple(pathways)))


HELD = Held(ALLOCATED.places, ALLOCATED.awards)
DECLINE = Decline("ITA", "men-500")
PARTS: dict[str, Callable[[Scenario, Scenario], object]] = {
    "greedy": lambda known, _: greedy.allocate(known),
    "greedy, holes": lambda known, _: greedy.fill(known, HELD),
    "cp-sat": lambda known, _: cp_sat.allocate(known),
    "cp-sat, holes": lambda known, _: cp_sat.fill(known, HELD),
    "batch": lambda known, _: compose(known.rules, known.readings),
    "validator": lambda known, _: violations(known, replace(ALLOCATED, rules=known.rules)),
    "record of decisions": lambda known, _: record(known, replace(ALLOCATED, rules=known.rules)),
    "after a decline": lambda known, _: hold(known.rules, ALLOCATED, [("men-500", "ITA", 1)], {}),
    "declines": lambda known, _: after_declines(known, ALLOCATED, [DECLINE], engine("greedy"), "sequential"),
    "declines, again": lambda known, _: after_declines(known, ALLOCATED, [DECLINE], engine("greedy"), "rerun"),
    "whatif": lambda known, _: whatif(known, [DECLINE]),
    "whatif, unknown standings": lambda _, unknown: recipients(unknown, [DECLINE], _published(unknown)),
    "reserve list": lambda known, _: reserve_list(known, ALLOCATED, "men-500"),
    "row consistency": lambda known, _: possible_athletes(known.rules, known.readings, {}),
    "priority form": lambda _, unknown: Reach(unknown, _published(unknown)).completion(),
    "verify": lambda known, _: verify(known),
    "verify, unknown standings": lambda _, unknown: verify(unknown),
    "explain": lambda known, _: explain(known, "ITA"),
    "explain, unknown standings": lambda _, unknown: explain(unknown, "ITA"),
    "certificate": lambda known, _: certificate(known, replace(ALLOCATED, rules=known.rules)),
    "certificate, right or wrong": lambda known, _: translated(
        known, replace(ALLOCATED, rules=known.rules), known.folder or Path()
    ),
}
"""What goes through the pathways of a scenario: one with complete standings, or one with unknown standings."""


def _published(scenario: Scenario):  # type: ignore[no-untyped-def]
    assert scenario.published is not None
    return scenario.published


@pytest.mark.parametrize("place", [0, None], ids=["first", "last"])
@pytest.mark.parametrize("part", PARTS)
def test_a_kind_that_nobody_knows_is_refused_in_words(part: str, place: int | None) -> None:
    with pytest.raises(QuotaError) as caught:
        PARTS[part](with_toy(SOCHI, place), with_toy(BEIJING, place))
    assert "of kind toy (P99)" in str(caught.value)
    assert " not support" in str(caught.value)


def test_the_checker_refuses_a_kind_it_does_not_know(tmp_path: Path) -> None:
    assert SOCHI.folder is not None
    document = certificate(SOCHI, ALLOCATED)
    for name in ("scenario.toml", "rules.toml", "standings.csv"):
        text = (SOCHI.folder / name).read_text(encoding="utf-8")
        if name == "rules.toml":
            text += '\n[[pathways]]\nid = "P99"\ntitle = "toy"\nclause = "a clause"\nkind = "toy"\n'
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="pathways of kind toy are not supported"):
        checker.check(json.dumps(document), tmp_path)


def test_a_refusal_says_who_refuses_what_and_why() -> None:
    toy = Toy("P7", "toy", "a clause")
    with pytest.raises(UnsupportedError, match=r"^engine x does not support pathways of kind toy \(P7\)\.$"):
        supported("engine x", [toy], {})
    with pytest.raises(UnsupportedError, match=r"of kind toy \(P7\), because it is a toy\.$"):
        supported("engine x", [toy], {Toy: Refused("it is a toy")})
    supported("engine x", [toy], {Toy: print})
    with pytest.raises(
        UnsupportedError, match=r"^x does not support pathways of kind remainder \(P5\), because why\.$"
    ):
        require_known("x", [Remainder("P5", "some", "five")], {Remainder: "why"})


@dataclass(frozen=True, slots=True)
class New(RefusedElsewhere):
    """A kind that has a step in the engines, and nowhere else."""

    kind: ClassVar[str] = "new"


def test_a_kind_for_the_engines_alone_is_refused_by_everything_without_a_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pathways, "KINDS", (*KINDS, New))
    with pytest.raises(UnsupportedError, match=r"^x does not support .* new \(P7\), because only engines"):
        require_known("x", [New("P7", "new", "a clause")])
    with pytest.raises(UnsupportedError, match=r"^x does not support .* new \(P7\), because only engines"):
        refuse("x", New("P7", "new", "a clause"))
    with pytest.raises(UnsupportedError, match=r"^x does not support .* \(P7\), because places go down ranked lists"):
        refuse("x", NocQuota("P7", "quota", "a clause"))


# Legs and kinds -------------------------------------------------------------------------------------------------------

TABLES: dict[str, Mapping[type[Pathway], object]] = {
    "engine greedy": greedy.STEPS,
    "engine cp-sat": cp_sat.STEPS,
    "the validator": validation.STEPS,
    "the record of decisions": decision_record.STEPS,
}
"""Who has a table of steps; the others have `match` statements, each of which is read below."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
@pytest.mark.parametrize("leg", TABLES)
def test_a_leg_has_a_step_for_a_kind_or_says_why_not(leg: str, kind: type[Pathway]) -> None:
    step = TABLES[leg][kind]
    if isinstance(step, Refused):
        assert step.why
        assert not step.why.endswith(".")
    else:
        assert all(callable(one) for one in (step if isinstance(step, tuple) else (step,)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
@pytest.mark.parametrize("leg", TABLES)
def test_the_step_for_a_kind_says_that_it_takes_this_kind(leg: str, kind: type[Pathway]) -> None:
    """Steps are found by the name of their module, so the type checker does not see what they are given."""
    step = TABLES[leg][kind]
    for one in step if isinstance(step, tuple) else (step,):
        if not isinstance(one, Refused) and one.__name__ != "<lambda>":
            taken = get_type_hints(one)["pathway"]
            assert taken in (kind, Pathway) or kind in get_args(taken), f"{one.__module__}.{one.__name__}"


def test_a_kind_without_a_module_is_refused_where_it_has_none() -> None:
    steps = steps_in("quotaproof.solver.engines.greedy", lambda module: module.step, [Remainder, New])
    assert steps[Remainder] is greedy.STEPS[Remainder]
    with pytest.raises(UnsupportedError, match=r"of kind new \(P7\), because it has no step for them\.$"):
        supported("engine greedy", [New("P7", "new", "a clause")], steps)


@pytest.mark.parametrize("leg", TABLES)
def test_a_leg_has_no_step_for_what_is_no_kind(leg: str) -> None:
    assert set(TABLES[leg]) == set(KINDS)


def test_every_kind_has_a_name_a_stage_and_a_table_of_its_own() -> None:
    assert len({kind.kind for kind in KINDS}) == len(KINDS)
    schema = rules_schema()["$defs"]
    for kind in KINDS:
        assert {"kind", "stage"} <= set(vars(kind))
        assert schema[f"{kind.__name__}Table"]["properties"]["kind"]["const"] == kind.kind


# Every `match` over kinds is closed -----------------------------------------------------------------------------------


def matches() -> list[tuple[str, ast.Match]]:
    """Return every `match` that has a kind of pathway among its cases."""
    found = []
    for folder in ("model", "solver", "quotaproof", "bench"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Match) and any(names(case.pattern) & NAMES for case in node.cases):
                    found.append((f"{path.relative_to(ROOT)}:{node.lineno}", node))
    return found


def names(node: ast.AST) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


def test_every_match_over_kinds_ends_in_a_refusal_that_mypy_checks() -> None:
    assert len(matches()) > 5
    for where, match in matches():
        last = match.cases[-1]
        assert ast.unparse(last.pattern) == "_", where
        assert last.guard is None, where
        assert names(last.body[-1]) & {"refuse", "assert_never"}, where
        assert not any(case.guard for case in match.cases), f"{where}: a guard passes a kind over"
        named = set().union(*(names(case.pattern) for case in match.cases))
        for kind in KINDS:
            if not issubclass(kind, RefusedElsewhere):
                assert named & {base.__name__ for base in kind.__mro__}, f"{where}: {kind.__name__}"


def test_the_page_on_new_kinds_names_every_module_that_has_a_match_over_kinds() -> None:
    page = (ROOT / "docs" / "add-a-kind.md").read_text(encoding="utf-8")
    files = {Path(where.rpartition(":")[0]) for where, _ in matches()}
    assert f"at present {len(matches())} in {len(files)} files" in page
    named = {word for text in re.findall(r"`([^`]+)`", page) for word in (text, text.rpartition("/")[2])}
    for file in sorted(files):
        assert {file.as_posix(), file.name, file.stem} & named, file


def test_mypy_names_a_match_that_lacks_a_kind(tmp_path: Path) -> None:
    """A small copy of the habit: with every kind it is clean, without one it is not."""
    text = """
from quotaproof.model.pathways import (
    AnyPathway, ParallelWalk, QuotaPlaces, Reallocation, RelayPlaces, Remainder, TeamTopUp, refuse
)

def step(pathway: AnyPathway) -> int:
    match pathway:
        case RelayPlaces() | ParallelWalk() | QuotaPlaces() | TeamTopUp() | Reallocation() | Remainder():
            return 1
        case _:
            return refuse("an example", pathway)
"""
    linked = tmp_path / "typed" / "quotaproof"
    linked.mkdir(parents=True)
    for path in (*(ROOT / "quotaproof").iterdir(), ROOT / "model", ROOT / "scenarios", ROOT / "solver"):
        if path.name != "__pycache__":
            (linked / path.name).symlink_to(path)
    for name, body, errors in (("whole", text, 0), ("lacking", text.replace(" | Remainder()", ""), 1)):
        file = tmp_path / f"{name}.py"
        file.write_text(body, encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(file)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={"MYPYPATH": str(tmp_path / "typed"), "PATH": ""},
        )
        assert run.returncode == errors, run.stdout + run.stderr
        assert ("Remainder" in run.stdout) == bool(errors), run.stdout
