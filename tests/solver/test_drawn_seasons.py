"""Seasons drawn as results: lists from them, both engines, the validator, the certificate and the checker agree.

`QUOTAPROOF_SEASONS=1000 pytest tests/solver/test_drawn_seasons.py` draws a thousand for each set of rules.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from quotaproof import checker
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.certificate import certificate, to_text
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine as cp_sat
from tests.listed import shape
from tests.listed_seasons import RULE_SETS, write_season

SEASONS = int(os.environ.get("QUOTAPROOF_SEASONS", "3"))


@pytest.mark.parametrize("rules", RULE_SETS)
def test_engines_validator_and_checker_agree_on_seasons_of_results(rules: str, tmp_path: Path) -> None:
    status: Counter[str] = Counter()
    for seed in range(SEASONS):
        given = load_scenario(write_season(rules, seed, tmp_path / str(seed), **RULE_SETS[rules](seed)))
        one, other = greedy.allocate(given), cp_sat.allocate(given)
        assert shape(one) == shape(other), seed
        assert one.decisions == other.decisions, seed
        assert violations(given, one) == [], seed
        status[one.status] += 1
        if one.status == "optimal":
            assert checker.check(to_text(certificate(given, one)), tmp_path / str(seed)) == [], seed
        shutil.rmtree(tmp_path / str(seed))
    assert status["optimal"] > SEASONS // 4, status
