"""JSON Schemas of TOML tables, in which each key says what it means.

What a key means stands under its field as a docstring. It is read from the source, and only when a schema is asked for:
pydantic would do so for every table whenever it is imported, which takes longer than reading a rule file.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from collections.abc import Iterator
from typing import Any

from .docstrings import docstring
from .toml_schema import TomlTable


def described(model: type[TomlTable]) -> dict[str, Any]:
    """Return the JSON Schema of a table, and of all that are in it, with the docstrings of the fields."""
    schema: dict[str, Any] = model.model_json_schema(by_alias=True)
    parts = {model.__name__: schema, **schema.get("$defs", {})}
    for table in _tables(TomlTable):
        part = parts.get(table.__name__, {})
        if part and (words_of_table := docstring(table)) is not None:
            part["description"] = words_of_table
        properties = part.get("properties", {})
        for name, words in _words(table).items():
            key = table.model_fields[name].alias or name
            if key in properties:
                properties[key] = {"description": words, **properties[key]}
    return schema


def _tables(table: type[TomlTable]) -> Iterator[type[TomlTable]]:
    for own in table.__subclasses__():
        yield own
        yield from _tables(own)


def _words(table: type[TomlTable]) -> dict[str, str]:
    """Field -> its docstring, those of the tables it derives from included."""
    found: dict[str, str] = {}
    for one in reversed(table.__mro__):
        if one is TomlTable or not issubclass(one, TomlTable):
            continue
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(one))).body
        body = tree.body if isinstance(tree, ast.ClassDef) else []
        for field, below in itertools.pairwise(body):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
                and isinstance(below.value.value, str)
            ):
                found[field.target.id] = inspect.cleandoc(below.value.value).replace("\n", " ")
    return found
