"""Docstrings that users read, also where Python was told to leave docstrings out (`-OO`, `PYTHONOPTIMIZE=2`)."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any


def docstring(documented: Callable[..., Any]) -> str | None:
    """Return the docstring of a class or function of a module's top level, from the source where it is nowhere else."""
    if documented.__doc__ is not None or sys.flags.optimize < 2:
        return inspect.getdoc(documented)
    return _docstrings(documented.__module__).get(documented.__name__)


@cache
def _docstrings(module: str) -> dict[str, str | None]:
    file = sys.modules[module].__file__
    tree = ast.parse(Path(file).read_bytes() if file is not None else "")
    documented = (node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name: ast.get_docstring(node) for node in documented}
