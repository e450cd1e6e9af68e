"""What an allocation and a reserve list are as JSON: the keys of the command line, of `to_dict` and of the JSON API.

`to_dict` returns these types and `document_of` writes by them, so that what is written and the API's description
are one statement.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Literal, NotRequired, TypeVar, cast, get_args, get_origin

from typing_extensions import TypedDict, get_type_hints, is_typeddict  # pydantic reads those of `typing` from 3.12 on

from .rules import Gender

D = TypeVar("D")
OPTIONAL: Any = NotRequired


def document_of(kind: type[D], of: object, /, **stated: object) -> D:
    """Return a document: what is stated, and of each other key the attribute or value of its name.

    Values become what the document's type has, in turn: a sequence a list, a mapping a dict, an object a document,
    by its own `to_dict` if it has one. A key that need not be there is left out where it is None or False.

    Raises
    ------
    TypeError
        If something is stated that the document has no key for.
    AttributeError
        If a key is neither stated nor an attribute.
    """
    fields = _fields(cast(Any, kind))
    if not stated.keys() <= fields.keys():
        raise TypeError(f"{kind.__name__} has no key {', '.join(sorted(stated.keys() - fields.keys()))}")
    if isinstance(of, Mapping):
        stated = {**{key: of[key] for key in fields if key in of}, **stated}
    document: dict[str, object] = {}
    for key, (optional, writer) in fields.items():
        value = stated[key] if key in stated else getattr(of, key, *([None] if optional else []))
        if not optional or (value is not None and value is not False):
            document[key] = value if writer is None or value is None else writer(value)
    return cast(D, document)


def values_of(of: object, *names: str) -> dict[str, object]:
    """Return name -> attribute, for rows that have no type of their own."""
    return {name: getattr(of, name) for name in names}


Writer = Callable[[Any], object]


@functools.cache
def _fields(kind: Any) -> dict[str, tuple[bool, Writer | None]]:
    """The keys of a document: whether each may be left out, and how its value is written."""
    fields = {}
    for key, form in get_type_hints(kind, include_extras=True).items():
        optional = get_origin(form) is OPTIONAL
        fields[key] = optional, _writer(get_args(form)[0] if optional else form)
    return fields


@functools.cache
def _writer(form: Any) -> Writer | None:
    """How a value that is not None becomes its type in a document; None if it is left as it is.

    Where a type has alternatives the value is of the first.
    """
    arguments = get_args(form)
    if get_origin(form) is list:
        return _list_writer(_writer(arguments[0]))
    if get_origin(form) is dict:
        return _dict_writer(_writer(arguments[1]))
    if is_typeddict(form):
        return functools.partial(_own_document, form)
    return _writer(arguments[0]) if type(None) in arguments else None


def _list_writer(own: Writer | None) -> Writer:
    if own is None:
        return list
    return lambda values: [None if one is None else own(one) for one in values]


def _dict_writer(own: Writer | None) -> Writer:
    if own is None:
        return dict
    return lambda values: {key: None if one is None else own(one) for key, one in values.items()}


def _own_document(form: Any, value: Any) -> object:
    if isinstance(value, Mapping):
        return document_of(form, None, **value)
    return value.to_dict() if hasattr(value, "to_dict") else document_of(form, value)


class AthletesDocument(TypedDict):
    """Quota places by gender, and their sum."""

    men: int
    women: int
    total: int


def athletes_document(men: int, women: int) -> AthletesDocument:
    """Return quota places by gender, and their sum."""
    return {"men": men, "women": women, "total": men + women}


class TiedDocument(TypedDict):
    """A place in a tie that nothing settles."""

    pathway: str | None
    event: str | None
    noc: str
    gender: Gender | None
    rank: int | None


class TierDocument(TypedDict):
    """What was proved of one tier of the objective."""

    name: str
    size: int
    value: int


class DecisionDocument(TypedDict):
    """A claim granted or refused, and why: in words (`reason`) and in figures (`fact`)."""

    pathway: str
    event: str | None
    noc: str
    gender: Gender | None
    qualifier: int | None
    granted: bool
    clause: str
    reason: str
    fact: dict[str, int | str | None]


class PlacedDocument(TypedDict):
    """A start place of a named entry of a ranked list."""

    noc: str
    athlete: str
    pathway: str


class InReserveDocument(TypedDict):
    """An entry of a reserve list; `tied` where nothing settles its order among some of the others."""

    noc: str
    athlete: str
    tied: NotRequired[bool]


class AllocationDocument(TypedDict):
    """What the rules give: event -> NOC -> start places, NOC -> quota places, and every decision.

    `entries`, `reserve` and `taken_back` are there where places go to the entries of ranked lists.
    """

    scenario: str
    engine: Literal["greedy", "cp-sat", "batch"]
    status: Literal["optimal", "tie"]
    unique: bool
    places: dict[str, dict[str, int]]
    athletes: dict[str, AthletesDocument]
    totals: AthletesDocument
    tied: list[TiedDocument]
    optima: list[TierDocument]
    decisions: list[DecisionDocument]
    entries: NotRequired[dict[str, list[PlacedDocument]]]
    reserve: NotRequired[dict[str, list[InReserveDocument]]]
    taken_back: NotRequired[dict[str, list[PlacedDocument]]]


class ReserveDocument(TypedDict):
    """An entry without a place; `turn` 1 is next in line, null is blocked."""

    rank: int
    noc: str
    qualifier: int
    turn: int | None
    blocked_by: list[str]
    athlete: NotRequired[str]
    name: NotRequired[str]
