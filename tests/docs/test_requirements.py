"""The packages that quotaproof needs: declared, and in versions with which it works."""

from __future__ import annotations

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
USED = ("dask", "fast", "odds", "parquet", "plot", "import", "report", "web")
"""The extras with which quotaproof is installed; the others are for those who work on it."""
DECLARED = [
    one
    for one in map(Requirement, (*PROJECT["dependencies"], *(text for extra in USED for text in EXTRAS[extra])))
    if one.name != PROJECT["name"]
]
BY_YEAR = {"distributed", "pycountry"}
"""Packages whose versions are dates."""
LONG_STABLE = {"pyarrow"}
"""A package with a new major version each quarter, of which one function is used."""
WITH_INTERNALS = {"ortools"}
"""Packages of which internals are used: the next minor version may be another interface."""
BROKEN = {
    "click": "8.1.8",
    "matplotlib": "3.8.0",
    "numpy": "1.26.4",
    "ortools": "9.14.6206",
    "pyarrow": "15.0.2",
    "starlette": "0.43.0",
}
"""Versions with which something was found not to work."""
COMES_WITH = {"pydantic_core": "pydantic"}
"""Packages that are one with another: it asks for exactly one version of them."""


@pytest.mark.parametrize("requirement", DECLARED, ids=str)
def test_a_package_has_a_lowest_version_and_ends_before_the_next_interface(requirement: Requirement) -> None:
    bounds = {one.operator: Version(one.version) for one in requirement.specifier}
    assert bounds.keys() == {">=", "<"} or (bounds.keys() == {">="} and requirement.name in BY_YEAR | LONG_STABLE)
    if requirement.name in WITH_INTERNALS:
        assert bounds["<"].release == (bounds[">="].major, bounds[">="].minor + 1)


@pytest.mark.parametrize("name", BROKEN)
def test_a_version_that_does_not_work_is_excluded(name: str) -> None:
    own = [one for one in DECLARED if one.name == name]
    assert own
    assert not any(one.specifier.contains(BROKEN[name]) for one in own)


def test_whatever_is_imported_is_declared() -> None:
    """What comes with another package today may not come with it tomorrow."""
    declared = {canonicalize_name(one.name) for one in DECLARED}
    of_module = packages_distributions()
    lacking = {}
    for folder in ("model", "solver", "quotaproof", "scenarios"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    names = [node.module]
                for name in names:
                    top = name.partition(".")[0]
                    if top in sys.stdlib_module_names or top == "quotaproof" or (file.parent / f"{top}.py").exists():
                        continue
                    module = COMES_WITH.get(top, top)
                    owners = {canonicalize_name(owner) for owner in of_module.get(module, [module])}
                    if not owners & declared:
                        lacking[top] = str(file.relative_to(ROOT))
    assert lacking == {}
