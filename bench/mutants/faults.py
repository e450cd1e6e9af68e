"""The faults of one line that a module can have, and a sample of them.

The operators are those of mutmut, which works on libcst. mutmut itself runs the tests on a copy of a source tree whose
folders are named as the packages are, and ours are not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import libcst as cst
import libcst.matchers as m
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation import mutators

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Fault:
    """A line of a file, relative to the root, as it is and with the fault; `source` is the whole file with it."""

    path: str
    line: int
    where: str
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} ({self.where})\n    {self.before}\n    {self.after}"


def _one_less(node: cst.Integer) -> Iterable[cst.Integer]:
    if node.evaluated_value:
        yield node.with_changes(value=str(node.evaluated_value - 1))


def _at_most_or_at_least(node: cst.ComparisonTarget) -> Iterable[cst.ComparisonTarget]:
    if isinstance(node.operator, cst.Equal) and not isinstance(node.comparator, cst.SimpleString):
        for other in (cst.LessThanEqual(), cst.GreaterThanEqual()):
            yield node.with_changes(operator=other)


# What decides is mutated: borders, numbers, conditions. Texts are not, and arguments and values taken away would
# mostly end in a crash that any test sees.
OPERATORS: list[tuple[type[Any], Any]] = [
    (cst.Integer, mutators.operator_number),
    (cst.Integer, _one_less),
    (cst.Name, mutators.operator_name),
    (cst.UnaryOperation, mutators.operator_remove_unary_ops),
    (cst.CSTNode, mutators.operator_keywords),
    (cst.CSTNode, mutators.operator_swap_op),
    (cst.ComparisonTarget, _at_most_or_at_least),
    (cst.Match, mutators.operator_match),
    (cst.IfExp, mutators.operator_if_exp),
]


class _Places(cst.CSTVisitor):
    """Every node that may be changed, with the function it is in."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.scope: list[str] = []
        self.found: list[tuple[str, CodeRange, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.BaseString | cst.ImportFrom):
            return False
        if isinstance(node, cst.Arg) and node.keyword is not None and node.keyword.value == "strict":
            return False  # a guard of `zip`, which holds whatever is answered
        if isinstance(node, cst.If) and m.matches(node.test, m.Comparison(left=m.Name("__name__"))):
            return False  # run as a program, a module is read from its file
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.scope.append(node.name.value)
        position = self.get_metadata(PositionProvider, node, None)
        if isinstance(position, CodeRange):
            self.found.append((".".join(self.scope), position, node))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self.scope.pop()


def faults(path: str) -> Iterator[Fault]:
    """Yield all faults of a file, which is named relative to the root."""
    source = (ROOT / path).read_text(encoding="utf-8")
    places = _Places()
    wrapper = MetadataWrapper(cst.parse_module(source))
    wrapper.visit(places)
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for where, position, node in places.found:
        begin = starts[position.start.line - 1] + position.start.column
        end = starts[position.end.line - 1] + position.end.column
        for kind, operator in OPERATORS:
            for changed in operator(node) if isinstance(node, kind) else ():
                bare = changed.with_changes(lpar=(), rpar=()) if hasattr(changed, "lpar") else changed
                text = wrapper.module.code_for_node(bare)
                yield fault(path, where, source, source[:begin] + text + source[end:])


def fault(path: str, where: str, source: str, changed: str) -> Fault:
    """Return the fault that makes one source of another; its line is the first that differs."""
    pairs = enumerate(zip_longest(source.splitlines(), changed.splitlines(), fillvalue=""), 1)
    number, (before, after) = next((number, pair) for number, pair in pairs if pair[0] != pair[1])
    return Fault(path, number, where, before.strip(), after.strip(), changed)


def sample(paths: Iterable[str], number: int, seed: int) -> list[Fault]:
    """Draw so many faults, at most one in a line.

    A fault has its place in the draw by its own text, so a change elsewhere, or a file that gets another name, leaves
    the sample as it was.
    """
    drawn: dict[tuple[str, int], Fault] = {}
    for one in sorted((one for path in paths for one in faults(path)), key=lambda one: _lot(one, seed)):
        drawn.setdefault((one.path, one.line), one)
    return list(drawn.values())[:number]


def _lot(one: Fault, seed: int) -> str:
    return hashlib.sha256("\n".join([str(seed), one.where, one.before, one.after]).encode()).hexdigest()
