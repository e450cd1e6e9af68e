"""Values as JSON and back, by their types: reading them executes nothing and makes nothing but the type asked for.

What is known: texts, whole numbers, truths, None, dataclasses, tuples, frozen sets, mappings with any keys,
alternatives with None, and problems of requests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from .problems import RequestError

Plain = TypeVar("Plain")


def to_json(value: object) -> bytes:
    """Return a value as JSON.

    Raises
    ------
    TypeError
        If something in it is of a type that is not known.
    """
    # Names of files and cells may have characters in them that are no Unicode; JSON writes these as escapes.
    return json.dumps(_plain(value)).encode()


def from_json(kind: type[Plain], data: bytes) -> Plain:
    """Return the value of a type that JSON holds.

    Raises
    ------
    ValueError
        If it holds none.
    """
    found: Plain = _typed(kind, json.loads(data))
    return found


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, RequestError):
        return [value.sentence, value.status, value.retry_after, value.language]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(own)] for key, own in value.items()]
    if isinstance(value, tuple):
        return [_plain(own) for own in value]
    if isinstance(value, frozenset):
        return sorted((_plain(own) for own in value), key=repr)
    raise TypeError(f"a {type(value).__name__} is not kept as JSON")


def _typed(kind: Any, value: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        (other,) = [one for one in arguments if one is not NoneType]
        return None if value is None else _typed(other, value)
    if origin is Literal:
        return _checked(value, value in arguments, kind)
    if kind in (str, int, bool):
        return _checked(value, type(value) is kind, kind)
    if kind is RequestError:
        return _problem(*_checked(value, isinstance(value, list) and len(value) == 4, kind))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _types_of(kind)
        _checked(value, isinstance(value, dict) and value.keys() == hints.keys(), kind)
        return kind(**{name: _typed(hints[name], own) for name, own in value.items()})
    _checked(value, isinstance(value, list), kind)
    if origin is tuple and arguments[-1:] == (...,):
        return tuple(_typed(arguments[0], own) for own in value)
    if origin is tuple:
        return tuple(_typed(one, own) for one, own in zip(arguments, value, strict=True))
    if origin is frozenset:
        return frozenset(_typed(arguments[0], own) for own in value)
    if origin is Mapping:
        return {_typed(arguments[0], key): _typed(arguments[1], own) for key, own in value}
    raise TypeError(f"{kind} is not kept as JSON")


@cache
def _types_of(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _checked(value: Any, right: bool, kind: object) -> Any:
    if not right:
        raise ValueError(f"{str(value)[:60]!r} is no {kind}")
    return value


def _problem(sentence: str, status: int, retry_after: int | None, language: str) -> RequestError:
    problem = RequestError(sentence, status=status, retry_after=retry_after)
    problem.language = language
    return problem
