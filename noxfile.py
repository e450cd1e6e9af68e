"""The tests on every supported Python that the machine has, and the wheel by itself: `make nox`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import nox

PYTHONS = ("3.11", "3.12", "3.13")
SHORT = "import sys; print('%d.%d' % sys.version_info[:2])"

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["tests", "wheel"]


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
