"""Nothing is lost in silence: what is put into any cell of a table is read, or a remark or refusal has its text."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence

import draw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_anybodys_tables import HEADER, ROWS, TABLE, TOTALS, html, table

import quotaproof
from bench.fuzz.drawn import SUFFIXES as SUFFIXES_OF_FILES
from bench.fuzz.drawn import WRITERS, Drawn, in_cells, tables
from bench.fuzz.judge import require_conserved
from bench.fuzz.judge import told as told_of
from quotaproof.importing import import_scenario
from quotaproof.importing.conservation import account
from quotaproof.importing.outcome import Remarks
from quotaproof.importing.run import import_contents
from quotaproof.model.errors import InputError, QuotaError
from quotaproof.model.scenario import Scenario
from quotaproof.pages import Cell, Grid, Page
from quotaproof.reporting import build, render

TOKEN = "Qzx7"
Lines = Sequence[Sequence[str]]


def text(rows: Lines) -> str:
    return "= Short track 2014 =\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def markdown(rows: Lines) -> str:
    rule = "|".join("---" for _ in rows[0])
    return "\n".join([" | ".join(rows[0]), rule, *(" | ".join(cell or "-" for cell in row) for row in rows[1:])]) + "\n"


FORMS: dict[str, Callable[[Lines], str]] = {
    "t.csv": table,
    "t.tsv": lambda rows: table(rows, "\t"),
    "t.html": html,
    "t.txt": text,
    "t.md": markdown,
}


def everything(name: str, content: str | bytes) -> str:
    """All that an import says: the scenario's table and the report, or the refusal."""
    data = content if isinstance(content, bytes) else content.encode()
    try:
        imported = import_contents([(name, data)], rules="sochi-2014")
    except InputError as error:
        return str(error)
    published = imported.scenario.published
    shown = published.to_csv() if published is not None else ""
    return shown + "\n".join(f"{remark.subject}: {remark.message}" for remark in imported.report.remarks)


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.integers(0, 2**32))
def test_a_word_in_any_cell_below_the_header_is_named(name: str, seed: int) -> None:
    rng = random.Random(seed)
    rows = [list(row) for row in [HEADER, *ROWS[:8], ["Total", *TOTALS]]]
    row, column = rng.randint(1, len(rows) - 1), rng.randrange(len(HEADER))
    kind = rng.choice(["cell", "behind", "before", "line", "second line", "row", "column", "far"])
    if kind in ("cell", "behind", "before", "second line"):
        old = rows[row][column]
        joined = "<br>" if kind == "second line" else " "
        rows[row][column] = {"cell": TOKEN, "before": f"{TOKEN} {old}"}.get(kind, f"{old}{joined}{TOKEN}")
    elif kind == "line":
        rows.insert(row, [TOKEN, *[""] * (len(HEADER) - 1)])
    elif kind == "row":
        rows.insert(row, [TOKEN if n == column else rng.choice(["", "1", "x"]) for n in range(len(HEADER))])
    elif kind == "column":
        for number, line in enumerate(rows):
            line.insert(column, "New" if number == 0 else TOKEN if number == row else "")
    else:
        rows[row] += ["", TOKEN]
    assert TOKEN in everything(name, FORMS[name](rows)), (kind, row, column)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.integers(0, 2**32))
def test_a_changed_number_is_read_as_it_is_or_named(seed: int) -> None:
    rng = random.Random(seed)
    rows = [list(row) for row in [HEADER, *ROWS]]
    row, column = rng.randint(1, len(ROWS)), rng.randint(1, len(HEADER) - 2)
    number = rng.choice(["0", "1", "2", "3", "7", "31", "399"])
    rows[row][column] = number
    imported = import_contents([("t.csv", table(rows).encode())], rules="sochi-2014")
    published = imported.scenario.published
    assert published is not None
    noc, event = TABLE.nocs[row - 1], TABLE.columns[column - 1]
    assert published.cells[noc][event] == int(number)
    cap = 1 if "relay" in event else 3
    named = f"{number} is more than the {cap}" in "".join(remark.message for remark in imported.report.of("guessed"))
    assert named == (int(number) > cap)


def test_a_cell_that_a_reader_forgets_is_named_at_the_end() -> None:
    cell, note = Cell("lost"), Cell("3", notes=("a",))
    page = Page("", (Grid(((Cell("x"), cell, note),), ("Section",)),), "text")
    remarks = Remarks()
    remarks.use([page.grids[0].rows[0][0], note])
    account(page, remarks)
    told = {(remark.kind, remark.subject): remark.message for remark in remarks.all}
    assert told["unclear", "row 1 of the table (Section)"] == "not read: column 2: 'lost'"
    assert "a at '3' (row 1, column 3)" in told["ignored", "table (Section)"]


ALPHABET = st.text(
    st.sampled_from("0123456789 |,;\t\n<>/='\"{}[]()*†✓✗xX–-#%&abcABCéß男子500mMenWomenRelayNationTotalCanadaITA¹²"),
    max_size=400,
)


@settings(max_examples=60, deadline=5000, suppress_health_check=list(HealthCheck), derandomize=True)
@given(ALPHABET, st.sampled_from(["t.csv", "t.html", "t.txt", "t"]), st.booleans())
def test_any_text_is_read_or_refused_in_a_sentence(noise: str, name: str, within: bool) -> None:
    content = noise
    if within:
        good = FORMS.get(name, text)([HEADER, *ROWS[:5]])
        at = len(noise) * 7 % len(good)
        content = good[:at] + noise + good[at:]
    try:
        import_contents([(name, content.encode())], rules="sochi-2014")
    except QuotaError as error:
        assert "\n" not in str(error)
        assert str(error).endswith(".")


@settings(max_examples=40, deadline=5000, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.binary(max_size=300), st.sampled_from(["t.csv", "t.html", "t.txt", "t", "t.xls", "t.pdf"]))
def test_any_bytes_are_read_or_refused_in_a_sentence(noise: bytes, name: str) -> None:
    try:
        import_contents([(name, noise)], rules="sochi-2014")
    except QuotaError as error:
        assert str(error).endswith(".")


# Round trip ----------------------------------------

SUFFIXES = {"markdown": "md", "html": "html", "wikitext": "wiki", "xlsx": "xlsx"}


def drawn(seed: int) -> Scenario:
    return draw.realistic(seed, draw.BEIJING if seed % 2 else quotaproof.load_scenario("sochi-2014"))


@pytest.mark.parametrize("form", SUFFIXES)
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.integers(0, 10_000))
def test_the_import_of_a_report_is_the_scenario_and_leaves_no_cell_over(form: str, seed: int) -> None:
    scenario = drawn(seed)
    shown = render(build(scenario, full=True), form)  # type: ignore[arg-type]
    data = shown.encode() if isinstance(shown, str) else shown
    imported = import_contents([(f"report.{SUFFIXES[form]}", data)])
    for name in ("title", "games", "host", "rules", "readings", "standings", "facts", "published", "sources"):
        assert getattr(imported.scenario, name) == getattr(scenario, name), name
    assert not imported.report.of("unclear")


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        buffer = io.BytesIO(table([HEADER, *ROWS]).encode())

    monkeypatch.setattr("sys.stdin", Stream())
    imported = import_scenario("-", rules="sochi-2014")
    assert imported.report.source == "standard input"
    assert imported.scenario.published is not None
    assert imported.scenario.published.cells == TABLE.cells


def test_what_a_header_or_a_nation_has_besides_is_named() -> None:
    rows = [["Qtitle", "Men", "", "", "", "Women"], [f"{HEADER[0]} Qcol", *HEADER[1:]], *(list(row) for row in ROWS)]
    rows[2][0] = "AUS Qcode"
    rows[3][0] = "2. AUT\nQline"
    rows[4][0] = "BLR Belarus (H)"
    for name in ("t.csv", "t.html"):
        imported = import_contents([(name, FORMS[name](rows).encode())], rules="sochi-2014")
        assert imported.scenario.published is not None
        assert imported.scenario.published.cells == TABLE.cells
        told = "\n".join(remark.message for remark in imported.report.of("ignored"))
        assert "in its header, besides what its columns are: 2 cells, 'Qtitle', 'Nation Qcol'" in told
        assert "'Qcode' beside AUS" in told
        assert "'Qline' beside AUT" in told
        assert "beside BLR" not in told


def test_bars_with_nothing_between_them_are_no_table() -> None:
    with pytest.raises(InputError, match="no table was found at all"):
        import_contents([("t.txt", b"+|\n\n\n\n|")], rules="sochi-2014")


@pytest.mark.parametrize("name", ["t.csv", "t.html"])
@pytest.mark.parametrize("beside", [None, "Qother", "-"])
def test_the_header_of_a_column_with_nothing_in_it_is_named(name: str, beside: str | None) -> None:
    """Also if only a row of others, which is named by itself, has something there, or all have dashes."""
    rows = [["Qempty", *HEADER], *(["-" if beside == "-" else "", *row] for row in ROWS)]
    if beside is not None:
        rows.append([beside, "Others", "4", *[""] * (len(HEADER) - 2)])
    imported = import_contents([(name, FORMS[name](rows).encode())], rules="sochi-2014")
    assert imported.scenario.published is not None
    assert imported.scenario.published.cells == TABLE.cells
    assert any("'Qempty'" in remark.message for remark in imported.report.of("ignored"))


@pytest.mark.parametrize("form", ["csv", "html", "markdown", "text"])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(tables())
def test_no_text_of_a_drawn_table_is_lost(form: str, drawn: Drawn) -> None:
    found = told_of(f"t.{SUFFIXES_OF_FILES[form]}", WRITERS[form](drawn))
    require_conserved(in_cells(form, drawn), found)


def test_prose_beside_a_table_is_passed_over() -> None:
    prose = (
        "Canada has 3 places in each event.  Italy, with 2 of 3 athletes, follows.\n\nSee 5, 6 and 7 of 2014-01-03.\n"
    )
    imported = import_contents([("t.txt", f"{prose}\n{text([HEADER, *ROWS])}\n{prose}".encode())], rules="sochi-2014")
    assert not [remark for remark in imported.report.remarks if "looks like a row" in remark.message]


def test_many_lines_that_look_like_rows_are_counted() -> None:
    rows = "\n\n".join(f"Poland {n} 1 2 0" for n in range(100, 130))
    imported = import_contents([("t.txt", f"{text([HEADER, *ROWS])}\n{rows}\n".encode())], rules="sochi-2014")
    told = [remark for remark in imported.report.of("unclear") if "in no table" in remark.message]
    assert len(told) == 21
    assert told[-1].message == "10 further lines from here on also look like rows in no table"


def test_lines_of_several_files_are_named_with_their_file() -> None:
    loose = f"{text([HEADER, *ROWS])}\nPoland 1 1 1 2\n".encode()
    imported = import_contents([("a.txt", b"# Notes\n\nno table\n"), ("b.txt", loose)], rules="sochi-2014")
    assert [r.subject for r in imported.report.of("unclear")] == [f"b.txt, line {len(ROWS) + 5}"]
