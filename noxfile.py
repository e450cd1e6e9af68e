"""The tests on every supported Python that the machine has and with the lowest versions of packages, and the wheel."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import nox
from packaging.requirements import Requirement

PYTHONS = ("3.11", "3.12", "3.13")
SHORT = "import sys; print('%d.%d' % sys.version_info[:2])"

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["tests", "lowest", "wheel"]


def interpreter(version: str) -> str | None:
    """Return a Python of this version that runs, on the path or among those of pyenv; None if there is none."""
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for candidate in (shutil.which(f"python{version}"), *map(str, pyenv)):
        if candidate:
            run = subprocess.run([candidate, "-c", SHORT], capture_output=True, text=True, check=False)
            if run.stdout.strip() == version:
                return candidate
    return None


@nox.session(python=False)
@nox.parametrize("version", PYTHONS)
def tests(session: nox.Session, version: str) -> None:
    """Run the tests on one Python, in an environment of its own; arguments go to pytest."""
    python = interpreter(version)
    if python is None:
        session.skip(f"this machine has no Python {version} that runs")
    home = Path(session.cache_dir) / f"tests-{version}"
    session.run(str(python), "-m", "venv", "--clear", str(home), external=True, silent=True)
    inside = str(home / "bin" / "python")
    session.run(inside, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-e", ".[test]", external=True)
    session.run(inside, "-m", "pytest", "-n", "2", *session.posargs, external=True)


def requirements(extra: str = "") -> Iterator[Requirement]:
    """Yield what quotaproof needs, or an extra of it, with what its extras name in turn."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in project["optional-dependencies"][extra] if extra else project["dependencies"]:
        requirement = Requirement(text)
        if requirement.name == project["name"]:
            for other in sorted(requirement.extras):
                yield from requirements(other)
        else:
            yield requirement


def lowest_versions() -> list[str]:
    """Return the lowest version that is declared of each package that the tests need, as constraints for pip."""
    found: set[str] = set()
    for requirement in (*requirements(), *requirements("test")):
        lower = [bound.version for bound in requirement.specifier if bound.operator == ">="]
        if len(lower) != 1:
            raise ValueError(f"{requirement} has no lower bound")
        found.add(f"{requirement.name}=={lower[0]}")
    return sorted(found)


@nox.session(python=False)
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions of all packages, on the lowest Python; arguments go to pytest."""
    python = interpreter(PYTHONS[0])
    if python is None:
        session.skip(f"this machine has no Python {PYTHONS[0]} that runs")
    home = Path(session.cache_dir).resolve() / "lowest"
    session.run(str(python), "-m", "venv", "--clear", str(home), external=True, silent=True)
    constraints = home / "lowest.txt"
    constraints.write_text("\n".join(lowest_versions()) + "\n", encoding="utf-8")
    inside = str(home / "bin" / "python")
    install = (inside, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", str(constraints))
    session.run(*install, "-e", ".[test]", external=True)
    session.run(inside, "-m", "pytest", "-n", "2", *session.posargs, external=True)


@nox.session(python=False)
def wheel(session: nox.Session) -> None:
    """Build the wheel, install it in an empty environment and verify the table of Beijing 2022 with it."""
    python = next(filter(None, map(interpreter, PYTHONS)), None)
    if python is None:
        session.skip("this machine has no Python from 3.11 to 3.13 that runs")
    home = Path(session.cache_dir).resolve() / "wheel"
    session.run(str(python), "-m", "venv", "--clear", str(home), external=True, silent=True)
    inside = str(home / "bin" / "python")
    target = str(home / "dist")
    session.run(inside, "-m", "pip", "wheel", "-q", "--no-deps", "-w", target, ".", external=True)
    (built,) = (home / "dist").glob("*.whl")
    session.run(inside, "-m", "pip", "install", "-q", "--disable-pip-version-check", str(built), external=True)
    session.chdir(home)
    # Exit code 0: the table is consistent. Exit code 1: the one with a cell that we altered is not.
    session.run(str(home / "bin" / "quotaproof"), "verify", "beijing-2022", external=True)
    session.run(str(home / "bin" / "quotaproof"), "verify", "altered-beijing-2022", external=True, success_codes=[1])
