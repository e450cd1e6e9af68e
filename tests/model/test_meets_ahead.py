"""[[meets]] of a scenario.toml: what is known of meets before they are held."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_alias_tables import folder, refusal

from quotaproof.model.scenario import MeetAhead
from quotaproof.model.scenario_loading import load_folder

TABLE = '[[meets]]\nid = "kolomna-2013"\npace = 1.02\nsource = "s"\n\n[meets.races]\nmen-500 = 2\n'


def test_a_meet_ahead_is_loaded_and_changes_nothing_else(tmp_path: Path) -> None:
    plain, stated = load_folder(folder(tmp_path, "sochi-2014", "")), folder(tmp_path / "other", "sochi-2014", TABLE)
    scenario = load_folder(stated)
    assert scenario.meets_ahead == (MeetAhead("kolomna-2013", "s", {"men-500": 2}, 1.02),)
    assert plain.meets_ahead == () and plain.standings == scenario.standings


@pytest.mark.parametrize(
    ("table", "says", "field"),
    [
        (TABLE.replace("kolomna", "sochi"), "'sochi-2013' is not a meet of the rules", "meets"),
        (TABLE + TABLE, "kolomna-2013 is there twice", "meets"),
        (TABLE.replace("men-500", "men-700"), "'men-700' is not an event", "meets"),
        (TABLE.replace("= 2", "= 0"), "greater than or equal to 1", "meets.1.races.men-500"),
        (TABLE.replace("1.02", "3"), "less than or equal to 2", "meets.1.pace"),
        (TABLE.replace('source = "s"\n', ""), "the key is missing", "meets.1.source"),
    ],
)
def test_a_meet_ahead_that_makes_no_sense_is_refused(tmp_path: Path, table: str, says: str, field: str) -> None:
    error = refusal(folder(tmp_path, "sochi-2014", table))
    assert says in error.problem
    assert Path(error.file or "").name == "scenario.toml"
    assert error.field == field
