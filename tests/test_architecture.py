"""Which package may import which, read from the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

from quotaproof.model.pathways import KINDS

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "quotaproof": ROOT / "quotaproof",
    "quotaproof.model": ROOT / "model",
    "quotaproof.solver": ROOT / "solver",
    "quotaproof.scenarios": ROOT / "scenarios",
}
EXTRAS = ("lxml", "mwparserfromhell", "openpyxl", "jinja2")
"""Libraries that come with an extra, so that they may be missing."""

HEAVY = {
    "ortools": {"quotaproof.solver.engines.cpsat.proto_builder", "quotaproof.solver.engines.cpsat.status"},
    "networkx": set(),
    "pandas": set(),
    "matplotlib": set(),
    "joblib": set(),
    "distributed": set(),
    "pyarrow": set(),
    "numba": {"quotaproof.solver.engines.batch.loops"},
    "numpy": {
        "quotaproof.solver.engines.batch.chance",
        "quotaproof.solver.engines.batch.compiled",
        "quotaproof.solver.engines.batch.declines",
        "quotaproof.solver.engines.batch.loops",
        "quotaproof.solver.engines.batch.program",
        "quotaproof.solver.engines.batch.rankings",
        "quotaproof.solver.engines.batch.result",
        "quotaproof.solver.sweep.worker",
        "quotaproof.solver.sweep.results",
        "quotaproof.solver.sweep.by_batch",
        "quotaproof.solver.sweep.draw",
        "quotaproof.solver.sweep.context",
        "quotaproof.solver.sweep.plan",
        "quotaproof.solver.sweep.run",
        "quotaproof.solver.sweep.summary",
        "quotaproof.solver.sweep.table",
        "quotaproof.solver.season.arrays",
        "quotaproof.solver.season.athlete_fit",
        "quotaproof.solver.season.athletes",
        "quotaproof.solver.season.attendance",
        "quotaproof.solver.season.backtest",
        "quotaproof.solver.season.list_walk",
        "quotaproof.solver.season.lists_of_draws",
        "quotaproof.solver.season.odds",
        "quotaproof.solver.season.qualifiers",
        "quotaproof.solver.season.rankings_of_draws",
        "quotaproof.solver.season.scores",
        "quotaproof.solver.season.simulation",
        "quotaproof.solver.season.strengths",
    },
    "scipy": set(),
    "tomli_w": set(),
    "pycountry": set(),
    **{library: set() for library in EXTRAS},
    "jinja2": {"quotaproof.web.rendering"},
}
"""Slow libraries, and the modules that may import them when they are loaded; others import them in a function."""


class Import(NamedTuple):
    """A module imports another when it is loaded; `lazy` where only a function or the type checker does."""

    target: str
    lazy: bool


def modules() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join((package, *(part for part in parts if part != "__init__")))] = path
    return found


MODULES = modules()


def imports(module: str) -> set[Import]:
    """Return what a module imports, by absolute name; of `from package import name` also the submodule it may be.

    `steps_in` imports the modules of its package that are named after a kind of pathway.
    """
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found: set[Import] = set()
    for node, lazy in walk(ast.parse(path.read_text(encoding="utf-8")), lazy=False):
        if isinstance(node, ast.Import):
            found |= {Import(alias.name, lazy) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            found.add(Import(origin, lazy))
            found |= {Import(f"{origin}.{a.name}", lazy) for a in node.names if f"{origin}.{a.name}" in MODULES}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "steps_in":
            steps = (f"{package}.{kind.kind.replace('-', '_')}" for kind in KINDS)
            found |= {Import(step, lazy) for step in steps if step in MODULES}
    return found


def needs(module: str, sources: Mapping[str, str]) -> set[str]:
    """Return the modules of the package whose content a module imports, lazily or not, for the type checker or not.

    `from package import module` is that module and not the package around it.
    """
    is_package = any(other.startswith(f"{module}.") for other in sources)
    package = module if is_package else module.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(sources[module])):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            found |= {name if (name := f"{origin}.{alias.name}") in sources else origin for alias in node.names}
    return found & set(sources)


def cycle(sources: Mapping[str, str]) -> list[str]:
    """Return a cycle of imports, its first module again at the end; empty if there is none."""
    try:
        TopologicalSorter({module: sorted(needs(module, sources)) for module in sorted(sources)}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def walk(node: ast.AST, *, lazy: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yield all nodes, and whether loading the module leaves them aside."""
    yield node, lazy
    inside = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    typed = isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
    for child in ast.iter_child_nodes(node):
        yield from walk(child, lazy=inside or (typed and isinstance(node, ast.If) and child in node.body))


def within(target: str, package: str) -> bool:
    return target == package or target.startswith(f"{package}.")


def package_of(module: str) -> str:
    return max((package for package in PACKAGES if within(module, package)), key=len)


def modules_of(package: str) -> list[str]:
    return [module for module in MODULES if package_of(module) == package]


def reached(start: str) -> set[str]:
    """Modules of the project that a module needs, itself included, lazily or not."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += [target for target, _ in imports(module) if target in MODULES]
    return found


def test_there_is_no_cycle_of_imports() -> None:
    sources = {module: path.read_text(encoding="utf-8") for module, path in MODULES.items()}
    for module, path in MODULES.items():
        if (lazy := path.with_suffix(".pyi")).exists():
            sources[module] += lazy.read_text(encoding="utf-8")
    assert cycle(sources) == []


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ("import p.b", "", False),
        ("import p.b", "from p import a", True),
        ("from . import b", "from .a import x", True),
        ("def f():\n    from .b import x", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import p.a", True),
        ("from . import b", "from p.c import x", False),
        ("from . import b", "import p", True),
        ("import p.a", "", True),
    ],
)
def test_a_cycle_is_found_wherever_the_imports_are(a: str, b: str, found: bool) -> None:
    assert bool(cycle({"p": "from .a import x", "p.a": a, "p.b": b, "p.c": ""})) is found


def test_every_package_has_modules() -> None:
    assert {package_of(module) for module in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("module", modules_of("quotaproof.model"))
def test_the_model_imports_no_other_package(module: str) -> None:
    for target, _ in imports(module):
        assert not within(target, "quotaproof") or within(target, "quotaproof.model")
        assert target.partition(".")[0] not in ("ortools", "networkx")


@pytest.mark.parametrize("module", modules_of("quotaproof.solver"))
def test_the_solver_imports_only_the_model(module: str) -> None:
    for target, _ in imports(module):
        assert not within(target, "quotaproof") or any(
            within(target, known) for known in ("quotaproof.model", "quotaproof.solver")
        )


@pytest.mark.parametrize("module", modules_of("quotaproof.scenarios"))
def test_the_scenarios_import_only_the_model(module: str) -> None:
    for target, _ in imports(module):
        known = within(target, "quotaproof.model") or within(target, "quotaproof.scenarios")
        assert not within(target, "quotaproof") or known


def test_the_engines_share_only_the_model_and_the_handling_of_ties() -> None:
    greedy = reached("quotaproof.solver.engines.greedy")
    cp_sat = set().union(*(reached(module) for module in MODULES if within(module, "quotaproof.solver.engines.cpsat")))
    assert "quotaproof.solver.engines.greedy" not in cp_sat
    assert not any(within(module, "quotaproof.solver.engines.cpsat") for module in greedy)
    shared = {module for module in greedy & cp_sat if not within(module, "quotaproof.model")}
    assert shared == {"quotaproof.solver.engines.ties", "quotaproof.solver.engines.deciding_ties"}


def test_the_batch_engine_shares_only_the_model_with_the_others() -> None:
    batch = set().union(*(reached(module) for module in MODULES if within(module, "quotaproof.solver.engines.batch")))
    assert all(
        within(module, "quotaproof.model") or within(module, "quotaproof.solver.engines.batch") for module in batch
    )


def test_the_reference_and_the_validator_need_no_solver() -> None:
    for start in ("quotaproof.solver.engines.greedy", "quotaproof.model.validation"):
        for module in reached(start):
            assert not any(within(target, "ortools") for target, _ in imports(module))


def test_the_validator_shares_no_code_with_the_engines() -> None:
    assert all(within(module, "quotaproof.model") for module in reached("quotaproof.model.validation"))
    assert "quotaproof.model.validation" not in reached("quotaproof.solver.engines.greedy")


INDEPENDENT = ("quotaproof.solver.engines", "quotaproof.model.validation", "quotaproof.model.obstacles")
"""Packages that apply the clauses independently of each other; `docs/architecture.md` says why."""


@pytest.mark.parametrize("module", [module for module in MODULES if any(within(module, one) for one in INDEPENDENT)])
def test_engines_and_validator_import_the_kinds_of_pathways_but_not_their_conditions(module: str) -> None:
    """`model.pathways` has the data; a module of it has the plain condition of one kind, for everything else."""
    targets = {target for target, _ in imports(module)}
    assert not any(target.startswith("quotaproof.model.pathways.") for target in targets)


def test_the_validator_imports_nothing_from_the_writer_of_the_record() -> None:
    assert "quotaproof.model.decision_record" not in reached("quotaproof.model.validation")


def test_the_checker_of_certificates_imports_only_the_standard_library() -> None:
    """It is read and run by people who do not trust this project; the standard library is all that it imports."""
    files = {f"quotaproof.{name}" for name in ("checker", "checker_lists", "checker_rankings")}
    assert reached("quotaproof.checker") == files
    libraries = {target for file in files for target, _ in imports(file)} - files
    beside = {file.rpartition(".")[2] for file in files}  # their names where they lie in a folder by themselves
    assert {library.partition(".")[0] for library in libraries} <= sys.stdlib_module_names | beside


@pytest.mark.parametrize("module", MODULES)
def test_slow_libraries_are_loaded_only_where_they_are_needed(module: str) -> None:
    for target, lazy in imports(module):
        library = target.partition(".")[0]
        if library in HEAVY and not lazy:
            assert module in HEAVY[library]


@pytest.mark.parametrize(
    "start",
    [
        "quotaproof",
        "quotaproof.cli",
        "quotaproof.scenarios",
        "quotaproof.solver.engines.greedy",
        "quotaproof.model.validation",
        "quotaproof.text.scenarios",
        "quotaproof.text.tables",
    ],
)
def test_the_command_line_the_data_and_the_reference_load_no_slow_library(start: str) -> None:
    code = f"import sys, {start}; print(sorted({set(HEAVY)!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def loaded_by(command: list[str], *modules: str) -> str:
    """Which of some modules a command of the command line loads, in a process of its own."""
    code = (
        "import sys\nfrom quotaproof.cli import main\n"
        f"sys.argv = {['quotaproof', *command]!r}\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print(sorted({set(modules)!r} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "command",
    [
        ["allocate", "sochi-2014"],
        ["whatif", "sochi-2014", "--decline", "NED"],
        ["verify", "sochi-2014"],
        ["explain", "sochi-2014", "NED"],
    ],
    ids=lambda command: command[0],
)
def test_commands_on_complete_standings_load_neither_numpy_nor_pandas(command: list[str]) -> None:
    """The engine's models are solved without OR-Tools' modelling layer: it loads both, for longer than they take."""
    assert loaded_by(command, "numpy", "pandas", "ortools.sat.python.cp_model", "ortools") == "['ortools']"


@pytest.mark.parametrize(
    "command", [["--help"], ["--version"], ["list"], ["list", "--format", "json"], ["allocate", "--help"]]
)
def test_commands_that_read_no_scenario_load_nothing_that_reads_one(command: list[str]) -> None:
    assert loaded_by(command, "pydantic", "secrets", "quotaproof.model.rules") == "[]"


def test_libraries_of_an_extra_are_imported_only_by_the_function_that_says_what_to_install() -> None:
    for module in MODULES:
        if within(module, "quotaproof.web"):  # it has an extra of its own, and loads it as a whole
            continue
        for target, _ in imports(module):
            assert target.partition(".")[0] not in EXTRAS


def test_readers_of_pages_import_nothing_that_interprets_their_tables() -> None:
    for module in MODULES:
        if within(module, "quotaproof.pages"):
            for target, _ in imports(module):
                inside = within(target, "quotaproof.pages") or target in (
                    "quotaproof.extras",
                    "quotaproof.model.errors",
                )
                assert not within(target, "quotaproof") or inside


WEB = ("fastapi", "starlette", "uvicorn", "jinja2", "markdown_it", "pebble")
"""Libraries of the extra `web`."""


EXPLORERS = ("quotaproof.cli.serve", "quotaproof.cli.site")
"""The commands whose pages are those of the explorer."""


@pytest.mark.parametrize("module", MODULES)
def test_only_serve_and_site_import_the_web_explorer_and_only_the_explorer_its_libraries(module: str) -> None:
    if within(module, "quotaproof.web"):
        return
    for target, lazy in imports(module):
        assert target.partition(".")[0] not in WEB
        assert not within(target, "quotaproof.web") or (module in EXPLORERS and lazy)


def test_the_server_process_needs_no_solver() -> None:
    heavy = set(HEAVY) - {"jinja2"}
    code = f"import sys, quotaproof.web.server; print(sorted({heavy!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


MOST_LINES = 400
LONGER = {
    # numba keeps what it compiled until this one file changes, and does not watch files that it imports.
    "quotaproof.solver.engines.batch.loops": 480,
}
"""Modules that may be longer than others, and how long."""


TOOLS = {
    path.relative_to(ROOT).as_posix(): path
    for folder in ("bench", "docs", ".ci")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
"""Modules beside the installed packages."""


@pytest.mark.parametrize("module", MODULES | TOOLS)
def test_no_module_is_longer_than_a_reader_can_hold(module: str) -> None:
    lines = len((MODULES | TOOLS)[module].read_text(encoding="utf-8").splitlines())
    assert lines <= LONGER.get(module, MOST_LINES)
    assert module not in LONGER or lines > MOST_LINES, "it needs no exception"


SAME = {
    "ListedState": "each engine has its own, and they share no code",
    "State": "each engine has its own, and they share no code",
    "TieError": "each engine has its own, and they share no code",
    "Indices": "whole numbers as an array; sweeps and the batch engine share no module that could have it",
    "Truths": "truths as an array; sweeps and the batch engine share no module that could have it",
}
"""Names of types that are defined more than once, with the same meaning, and why."""


def types_of(source: str) -> set[str]:
    """Return the public classes and names of types that a module defines."""
    found: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.add(node.targets[0].id)
    return {name for name in found if name[0].isupper() and not name.isupper()}


def test_the_name_of_a_type_means_one_thing() -> None:
    homes: dict[str, list[str]] = {}
    for module, path in MODULES.items():
        for name in types_of(path.read_text(encoding="utf-8")):
            homes.setdefault(name, []).append(module)
    assert {name for name, modules in homes.items() if len(modules) > 1} == set(SAME)


@pytest.mark.parametrize("module", MODULES)
def test_digits_are_those_that_int_takes(module: str) -> None:
    """`str.isdigit` is true of "²", of which `int` makes an error; `str.isdecimal` is not."""
    assert ".isdigit" not in MODULES[module].read_text(encoding="utf-8")
