"""TOML tables: the model that all of them follow, and the sentence for one that does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import InputError
from .files import named, shown, toml_line
from .scenario_folder import WORDS_LIMIT

Model = TypeVar("Model", bound=BaseModel)
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=WORDS_LIMIT)]


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class TomlTable(BaseModel):
    """A TOML table: kebab-case keys, no unknown key, no conversion of types."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=_kebab)


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
        if first["type"] == "extra_forbidden":
            known = ", ".join(sorted(field.alias or name for name, field in model.model_fields.items()))
            problem = "the key is unknown" + (f"; known here are {known}" if len(location) == 1 else "")
        elif first["type"] in ("union_tag_not_found", "union_tag_invalid"):
            location.append("kind")
            if "tag" in first["ctx"]:
                problem = f"{shown(first['ctx']['tag'])} is unknown; use one of {first['ctx']['expected_tags']}"
        elif first["type"] != "missing" and not isinstance(first["input"], dict | list):
            problem += f", not {shown(first['input'])}"
        raise InputError(problem, file=path, line=toml_line(text, location), field=field_of(location)) from error


def field_of(location: Sequence[str | int]) -> str | None:
    """Return a location as users read it, such as `pathways.3.clause` for the third pathway."""
    return ".".join(named(part) if isinstance(part, str) else str(part + 1) for part in location) or None
