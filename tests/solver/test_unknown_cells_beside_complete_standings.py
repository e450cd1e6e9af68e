"""A table with unknown cells beside complete standings: the rules give them, and verify says what they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quotaproof import text
from quotaproof.api import verify, whatif
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.published import ATHLETES, CellName
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario
from quotaproof.solver.verify.verification import Verification
from quotaproof.solver.whatif.consequences import WhatIf

SOCHI = load_scenario("sochi-2014")
HELD = {("KOR", "men-500"): 2, ("JPN", ATHLETES): 8, ("USA", "women-relay"): 0}
"""Cells of the published table of Sochi, as printed."""


def blanked(scenario: Scenario, cells: list[CellName]) -> Scenario:
    assert scenario.published is not None
    partial = replace(scenario.published.with_cells(dict.fromkeys(cells, 0)), unknown=frozenset(cells))
    return replace(scenario, published=None, partial=partial)


def verified(scenario: Scenario) -> Verification:
    result = verify(scenario)
    assert isinstance(result, Verification)
    return result


def test_what_was_printed_is_what_the_unknown_cells_must_be() -> None:
    """All else of the table of Sochi is explained by two declines in the men's 1000 m, which do not touch these."""
    assert SOCHI.published is not None
    assert {cell: SOCHI.published.number(*cell) for cell in HELD} == HELD
    result, full = verified(blanked(SOCHI, list(HELD))), verified(SOCHI)
    assert {(noc, column): number for noc, column, number in result.unknown_cells} == HELD
    assert (result.verdict, result.explanation) == (full.verdict, full.explanation)
    assert result.readings == full.readings
    document = result.to_dict()
    assert {"noc": "KOR", "column": "men-500", "number": 2} in document["unknown_cells"]
    assert "unknown_cells" not in full.to_dict()
    told = text.verification(result, blanked(SOCHI, list(HELD)), "table")
    assert "Cells of the table are not known" in told and "South Korea (KOR) 2 in" in told.replace("\n", " ")


def test_where_an_unknown_cell_may_be_the_reason_the_verdict_is_unknown() -> None:
    """KAZ gave its place in the men's 1000 m back, and with HUN unknown no declines give 2 there."""
    with pytest.raises(LimitError, match="depends on cells that are unknown"):
        verify(blanked(SOCHI, [("HUN", "men-1000")]))


def test_a_wrong_known_cell_is_named() -> None:
    assert SOCHI.published is not None
    wrong = replace(SOCHI, published=SOCHI.published.with_cells({("KOR", "men-500"): 3}))
    with pytest.raises(LimitError, match=r"known cells are not what the rules give \(.*KOR men-500"):
        verify(blanked(wrong, [("USA", "women-relay")]))


def test_a_row_without_an_noc_is_refused() -> None:
    assert SOCHI.published is not None
    nameless = replace(SOCHI, published=SOCHI.published.renamed({"JPN": "?12"}))
    with pytest.raises(InputError, match="name the row"):
        verify(blanked(nameless, [("?12", ATHLETES)]))


def test_a_what_if_starts_from_what_the_rules_give() -> None:
    result = whatif(blanked(SOCHI, [("JPN", ATHLETES)]), ["KAZ:men-1000"])
    assert isinstance(result, WhatIf)
    assert result.net_effect == {"ITA": {"men-1000": 1}, "KAZ": {"men-1000": -1}}
