"""What is known of an upload is kept as JSON: it comes back as it was, and anything else is refused, never executed."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from quotaproof.pages.page import ToldColumns
from quotaproof.web.correction_views import CellInput, ColumnInput, Note, NoteLink, RowInputs, TableView
from quotaproof.web.corrections import ColumnName, CorrectionLine, Corrections, RuledEvent
from quotaproof.web.drafts import DraftReading, DraftState, Wanted
from quotaproof.web.plain_json import from_json, to_json
from quotaproof.web.problems import RequestError, TooLargeError

CELL = CellInput("cell-0-1-2", "3", "\ud800 \x00 ²", "doubt", (1, 2))
TABLE = TableView(
    0,
    "table 1",
    2,
    "NOC | 500",
    too_large=False,
    is_quota=True,
    read_as_quota=False,
    is_left_out=False,
    mappable=True,
    first_row=1,
    read_first_row=2,
    columns=(ColumnInput(ColumnName(0, "NOC", "noc"), ""),),
    rows=(RowInputs("new1", "CAN", (CELL,), added=True),),
)
CORRECTIONS = Corrections(
    {(0, 1, 2): "3", (1, 0, 0): ""},
    frozenset({(0, 4), (1, 2)}),
    {0: (("CAN", "1"), ())},
    {0: ToldColumns(("noc", "men-500"), 2)},
    frozenset({3, 1}),
    frozenset(),
)
READING = DraftReading(
    problem=TooLargeError("too many", retry_after=3),
    tables=(TABLE,),
    notes=(Note(1, "refused", "", "it is none", (NoteLink("cell-0-1-2", "x"),), 1),),
    changes=(CorrectionLine("cell", row="CAN", column=ColumnName(1, "500", "men-500"), before="1", after="2"),),
    rules="beijing-2022",
    events=(RuledEvent("men-500", "men's 500 m", "men", "individual"),),
    imported=True,
    lines={3: "0", 4: "new1"},
    lacks_rules=True,
)
STATE = DraftState(Wanted("beijing-2022", keep=True, host="none", title="x", corrections=CORRECTIONS), READING)


def test_a_state_comes_back_as_it_was() -> None:
    found = from_json(DraftState, to_json(STATE))
    problem, sent = found.reading.problem, READING.problem
    assert isinstance(problem, RequestError)
    assert isinstance(sent, RequestError)
    assert vars(problem) == vars(sent)
    assert (found.wanted, found.reading.tables, found.reading.notes) == (STATE.wanted, READING.tables, READING.notes)
    for name in ("changes", "rules", "events", "imported", "lines", "lacks_rules", "files"):
        assert getattr(found.reading, name) == getattr(READING, name)
    assert to_json(found) == to_json(STATE)
    assert from_json(DraftState, to_json(DraftState(Wanted(), DraftReading()))) == DraftState(Wanted(), DraftReading())


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps(STATE.wanted),
        b"null",
        b"[]",
        b"{}",
        b"[" * 10_000,
        to_json(STATE).replace(b'"keep": true', b'"keep": 1'),
        to_json(STATE).replace(b'"kind": "cell"', b'"kind": "other"'),
        to_json(STATE).replace(b'"rules"', b'"__class__"'),
    ],
)
def test_what_is_no_state_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, RecursionError)):
        from_json(DraftState, data)


def test_what_is_not_known_is_not_written() -> None:
    with pytest.raises(TypeError, match="Path is not kept as JSON"):
        to_json(Wanted(base=Path("x")))  # type: ignore[arg-type]


def test_nothing_that_the_interface_reads_back_is_a_pickle() -> None:
    import quotaproof.web

    for module in Path(quotaproof.web.__path__[0]).glob("*.py"):
        assert "pickle.load" not in module.read_text(encoding="utf-8"), module
