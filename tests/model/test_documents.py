"""Documents are written by their types; what answers write is in tests/interface/test_answers_as_documents.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, NotRequired

import pytest
from typing_extensions import TypedDict

from quotaproof.model.documents import document_of


class CellDocument(TypedDict):
    noc: str
    number: int


class AnswerDocument(TypedDict):
    name: str | None
    cells: dict[str, list[CellDocument]]
    best: CellDocument | None
    seen: NotRequired[int]
    tied: NotRequired[bool]


class Cell(NamedTuple):
    noc: str
    number: int
    internal: str = "not in the document"


@dataclass
class Answer:
    name: str | None
    cells: dict[str, tuple[Cell, ...]]
    best: Cell | None = None
    seen: int | None = None
    tied: bool = False


def test_objects_become_documents_by_the_keys_of_their_type() -> None:
    answer = Answer("a", {"men-500": (Cell("FRA", 2), Cell("KAZ", 1))}, Cell("FRA", 2), seen=0, tied=True)
    assert document_of(AnswerDocument, answer) == {
        "name": "a",
        "cells": {"men-500": [{"noc": "FRA", "number": 2}, {"noc": "KAZ", "number": 1}]},
        "best": {"noc": "FRA", "number": 2},
        "seen": 0,
        "tied": True,
    }


def test_only_keys_that_need_not_be_there_are_left_out_where_they_are_empty() -> None:
    assert document_of(AnswerDocument, Answer(None, {})) == {"name": None, "cells": {}, "best": None}


def test_what_is_stated_comes_before_an_attribute_and_keys_keep_the_order_of_the_type() -> None:
    document = document_of(AnswerDocument, Answer("a", {}), best=Cell("KAZ", 3), name="b")
    assert list(document.items()) == [("name", "b"), ("cells", {}), ("best", {"noc": "KAZ", "number": 3})]


def test_values_inside_of_what_is_stated_become_documents_too() -> None:
    document = document_of(AnswerDocument, None, name="a", cells={"men-500": [{"noc": "FRA", "number": 1}]}, best=None)
    assert document == {"name": "a", "cells": {"men-500": [{"noc": "FRA", "number": 1}]}, "best": None}
    with pytest.raises(TypeError, match="CellDocument has no key many"):
        document_of(AnswerDocument, Answer("a", {}), best={"noc": "FRA", "number": 1, "many": 2})


def test_a_document_is_made_of_a_larger_one() -> None:
    assert document_of(CellDocument, {"noc": "FRA", "number": 1, "more": 2}) == {"noc": "FRA", "number": 1}


def test_a_key_that_the_document_does_not_have_or_that_nothing_gives_is_an_error() -> None:
    with pytest.raises(TypeError, match="CellDocument has no key nok"):
        document_of(CellDocument, Cell("FRA", 1), nok="FRA")
    with pytest.raises(AttributeError, match="number"):
        document_of(CellDocument, object(), noc="FRA")
