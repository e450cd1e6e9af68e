"""TOML tables: the model that all of them follow, and the sentence for one that does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from .errors import InputError, one_line
from .files import named, shown, toml_line
from .near_words import asked, asked_in_place
from .scenario_folder import WORDS_LIMIT

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
OneLine = Annotated[str, BeforeValidator(lambda text: one_line(text) if isinstance(text, str) else text)]
"""Text that sentences repeat, so it is a line, in which nothing is obeyed by a terminal."""
Words = Annotated[OneLine, Field(min_length=1, max_length=WORDS_LIMIT)]


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class TomlTable(BaseModel):
    """A TOML table: kebab-case keys, no unknown key, no conversion of types."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=_kebab, defer_build=True)


PROBLEMS = {
    "missing": "the key is missing",
    "union_tag_not_found": "the key is missing",
    "string_type": "this must be text in quotation marks",
    "int_type": "this must be a whole number",
    "list_type": "this must be a list",
    "dict_type": "this must be a table",
    "model_type": "this must be a table",
    "model_attributes_type": "this must be a table",
}
"""Kinds of misfit that pydantic names in words of Python, in words of TOML."""


def parse_table(model: type[Model], data: Mapping[str, Any], path: Path, text: str) -> Model:
    """Return `data` checked against a pydantic model.

    Raises
    ------
    InputError
        The first misfit in one sentence, with file, line and field.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=True)[0]
        location = [part for part in first["loc"] if part != "[key]"]  # pydantic adds it where a key is wrong
        if location[0] == "pathways":
            del location[2:3]  # pydantic puts the kind of the pathway there
        problem = PROBLEMS.get(first["type"]) or first["msg"][:1].lower() + first["msg"][1:]
        if first["type"] in ("extra_forbidden", "missing"):
            known, given = _keys_there(model, first["loc"]), _keys_given(data, first["loc"])
            if first["type"] == "missing":
                problem += asked_in_place(str(location[-1]), [key for key in given if key not in known])
            else:
                meant = asked(str(location[-1]), [key for key in known if key not in given])
                problem = f"the key is unknown{meant}; known here are {', '.join(sorted(known))}"
        elif first["type"] in ("union_tag_not_found", "union_tag_invalid"):
            location.append("kind")
            if "tag" in first["ctx"]:
                problem = f"{shown(first['ctx']['tag'])} is unknown{_asked_of(first, 'expected_tags')}; use one of "
                problem += first["ctx"]["expected_tags"]
        elif first["type"] != "missing" and not isinstance(first["input"], dict | list):
            problem += f", not {shown(first['input'])}{_asked_of(first, 'expected')}"
        raise InputError(problem, file=path, line=toml_line(text, location), field=field_of(location)) from error


def refuse_repeated(data: Mapping[str, Any], path: Path, text: str) -> None:
    """Raise InputError where a list has a word or a table twice: the second was meant to be something else."""
    for location, item in _repeated(data):
        what = named(item) if isinstance(item, str) else "the same table"
        problem = f"{what} is in this list twice; leave one of them out"
        raise InputError(problem, file=path, line=toml_line(text, location), field=field_of(location))


def _asked_of(error: ErrorDetails, expected: str) -> str:
    """What a word may have been meant as, where an error says which words there are."""
    context = error.get("ctx", {})
    word = context.get("tag", error["input"])
    return asked(word, re.findall(r"'([^']*)'", str(context.get(expected, "")))) if isinstance(word, str) else ""


def _keys_given(data: Any, location: Sequence[str | int]) -> list[str]:
    """The keys of the table that the last part of a location is a key of."""
    for part in location[:-1]:
        if isinstance(data, list) and isinstance(part, int):
            data = data[part]
        elif isinstance(data, dict):  # which may lack it: pydantic adds the kind of a pathway
            data = data.get(part, data)
    return list(data) if isinstance(data, dict) else []


def _keys_there(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The keys that a table at this place may have."""
    tables = [model]
    for part in location[:-1]:
        if isinstance(part, int):
            continue
        kinds = [one for one in tables if "kind" in one.model_fields and part in get_args(_type_of(one, "kind"))]
        fields = [field for one in tables for name, field in one.model_fields.items() if part in (field.alias, name)]
        tables = kinds or [table for field in fields for table in _tables_of(field.annotation)]
    return sorted({field.alias or name for one in tables for name, field in one.model_fields.items()})


def _type_of(table: type[BaseModel], name: str) -> Any:
    return table.model_fields[name].annotation


def _tables_of(kind: Any) -> list[type[BaseModel]]:
    """The tables that a type is of or has among its arguments."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [table for one in get_args(kind) for table in _tables_of(one)]


def _repeated(data: object, location: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield lists that have a word or a table twice, by their place, with what that is. Numbers may repeat."""
    for part, inner in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if isinstance(inner, list):
            for number, item in enumerate(inner):
                if isinstance(item, str | dict) and item in inner[:number]:
                    yield (*location, part), item
        yield from _repeated(inner, (*location, part))


def field_of(location: Sequence[str | int]) -> str | None:
    """Return a location as users read it, such as `pathways.3.clause` for the third pathway."""
    return ".".join(named(part) if isinstance(part, str) else str(part + 1) for part in location) or None
