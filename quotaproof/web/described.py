"""The descriptions of the JSON API where Python was told to leave docstrings out, which they are written in."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from fastapi.routing import APIRoute
from typing_extensions import get_type_hints, is_typeddict

from quotaproof.model.docstrings import docstring

INHERITED = inspect.getdoc(dict)
"""What a document without a docstring would be described as."""


def with_descriptions(schema: dict[str, Any], routes: Iterable[object]) -> dict[str, Any]:
    """Return an OpenAPI description in which each operation and each document has its docstring."""
    for route in routes:
        if not isinstance(route, APIRoute):
            continue
        for method in route.methods or ():
            operation = schema["paths"].get(route.path, {}).get(method.lower())
            if operation is not None:
                _describe(operation, route.endpoint)
        for form in (route.response_model, *(one.get("model") for one in route.responses.values())):
            for document in _documents(form, set()):
                if (own := schema["components"]["schemas"].get(document.__name__)) is not None:
                    _describe(own, document)
    return schema


def _describe(own: dict[str, Any], documented: Any) -> None:
    text = docstring(documented)
    if "description" not in own and text and text != INHERITED:
        own["description"] = text


def _documents(form: Any, seen: set[Any]) -> Iterator[Any]:
    """Yield the documents that a type is made of."""
    for part in get_args(form):
        yield from _documents(part, seen)
    if is_typeddict(form) and form not in seen:
        seen.add(form)
        yield form
        for own in get_type_hints(form, include_extras=True).values():
            yield from _documents(own, seen)
