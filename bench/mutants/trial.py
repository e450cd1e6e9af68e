"""Tests run with a fault, each trial in a fork of this process, which has loaded what is costly to load."""

from __future__ import annotations

import importlib.machinery
import os
import resource
import signal
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import CodeType, ModuleType
from typing import Literal

from .faults import ROOT, Fault

Outcome = Literal["passed", "failed", "time"]

LOGS = ROOT / "build" / "mutants"
OPTIONS = ("-x", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider")
PRELOADED = ("hypothesis", "networkx", "numpy", "ortools.sat.python.cp_model", "pandas", "pydantic", "pytest")


@dataclass(frozen=True)
class Trial:
    """Tests to run in turn until one fails, with a fault or, to see that they pass, without."""

    fault: Fault | None
    tests: tuple[str, ...]
    seconds: float
    """Time of the processor after which it is ended."""


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module from its file, but with other source."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.source = source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    """Finds one module with a fault; all others are found as ever."""

    def __init__(self, fault: Fault) -> None:
        self.name, self.fault = module_of(fault.path), fault

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        file = str(ROOT / self.fault.path)
        folder = [str(Path(file).parent)] if Path(file).name == "__init__.py" else None
        spec = importlib.machinery.ModuleSpec(
            fullname, _Loader(fullname, file, self.fault.source), origin=file, is_package=folder is not None
        )
        spec.has_location = True
        spec.submodule_search_locations = folder
        return spec


def module_of(path: str) -> str:
    """Return the name by which the module in a file is imported, which `package-dir` in pyproject.toml says."""
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-dir"]
    [package] = [name for name, folder in packages.items() if folder == str(Path(path).parent)]
    stem = Path(path).stem
    return str(package) if stem == "__init__" else f"{package}.{stem}"


def preload() -> None:
    """Load what every trial needs and no fault can be in."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["NUMBA_DISABLE_JIT"] = "1"  # it keeps compiled code by the file on disk, which has no fault
    for name in PRELOADED:
        __import__(name)


def run(trials: Iterable[Trial], processes: int, tell: Callable[[int, Outcome, float], None]) -> None:
    """Run trials, so many at a time, and tell of each by its number how it ended and after how many seconds."""
    LOGS.mkdir(parents=True, exist_ok=True)
    waiting: Iterator[tuple[int, Trial]] = enumerate(trials)
    running: dict[int, int] = {}
    try:
        while True:
            while len(running) < processes and (following := next(waiting, None)) is not None:
                running[_started(*following)] = following[0]
            if not running:
                return
            process, status, usage = os.wait4(-1, 0)
            tell(running.pop(process), _outcome(status), usage.ru_utime + usage.ru_stime)
    finally:
        for process in running:
            os.kill(process, signal.SIGKILL)


def _outcome(status: int) -> Outcome:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL):
        return "time"
    return "passed" if status == 0 else "failed"


def _started(number: int, trial: Trial) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    code = 3
    try:
        code = _try(number, trial)
    finally:
        os._exit(code)


def _try(number: int, trial: Trial) -> int:
    with (LOGS / f"{number:03}.log").open("w", encoding="utf-8") as log:
        log.write(f"{trial.fault}\n")
        log.flush()
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    seconds = int(trial.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    signal.setitimer(signal.ITIMER_REAL, 20 * seconds)  # for what waits and does not compute
    if trial.fault is not None:
        sys.meta_path.insert(0, _Finder(trial.fault))
    import pytest

    for target in trial.tests:
        code = int(pytest.main([*OPTIONS, *target.split(" ")]))
        sys.stdout.flush()
        if code:
            return code
    return 0
