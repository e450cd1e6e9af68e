"""What `to_dict` returns is what its type says: every key, no other, and values of these types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter

import quotaproof
from quotaproof import load_scenario
from quotaproof.model.documents import AllocationDocument, ReserveDocument
from quotaproof.solver.compare.documents import ComparisonDocument
from quotaproof.solver.documents import (
    ExplanationDocument,
    RecipientsDocument,
    VerificationDocument,
    WhatIfDocument,
)
from quotaproof.solver.reduce.documents import ReductionDocument
from quotaproof.solver.season.season_documents import SeasonDocument
from quotaproof.solver.whatif.joint_reserve_document import JointReserveDocument

ANSWERS: list[tuple[Any, Callable[[], Any]]] = [
    (AllocationDocument, lambda: quotaproof.allocate(load_scenario("sochi-2014"))),
    (AllocationDocument, lambda: quotaproof.allocate(load_scenario("speed-skating-2026"))),
    (VerificationDocument, lambda: quotaproof.verify(load_scenario("sochi-2014"))),
    (VerificationDocument, lambda: quotaproof.verify(load_scenario("altered-beijing-2022"))),
    (ExplanationDocument, lambda: quotaproof.explain(load_scenario("sochi-2014"), "JPN", None, "men>=5")),
    (ExplanationDocument, lambda: quotaproof.explain(load_scenario("speed-skating-2026"), "USA")),
    (WhatIfDocument, lambda: quotaproof.whatif(load_scenario("sochi-2014"), ["FRA", "KAZ"])),
    (RecipientsDocument, lambda: quotaproof.whatif(load_scenario("beijing-2022"), ["KAZ:men-1000"])),
    (JointReserveDocument, lambda: quotaproof.joint_reserve(load_scenario("sochi-2014"))),
    (ReductionDocument, lambda: quotaproof.reduce(load_scenario("speed-skating-2026"))),
    (ComparisonDocument, lambda: quotaproof.compare("sochi-2014", "pyeongchang-2018")),
    (
        SeasonDocument,
        lambda: quotaproof.season(load_scenario("sochi-2014"), 1, events=("men-500",), samples=0, seconds=2),
    ),
]


@pytest.mark.parametrize(("kind", "asked"), ANSWERS)
def test_an_answer_has_the_keys_and_values_of_its_document(kind: Any, asked: Callable[[], Any]) -> None:
    document = asked().to_dict()
    assert TypeAdapter(kind).validate_python(document, strict=True) == document


def test_a_reserve_list_has_the_keys_and_values_of_its_document() -> None:
    lines = [entry.to_dict() for entry in quotaproof.reserve(load_scenario("sochi-2014"), "men-1000")]
    assert lines
    assert TypeAdapter(list[ReserveDocument]).validate_python(lines, strict=True) == lines
