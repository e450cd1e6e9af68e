"""Pages as grids of cells: what each format's reader makes of spans, flags, marks and notes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from quotaproof.model.errors import InputError
from quotaproof.nations import codes, is_known, name_of, noc_of
from quotaproof.pages import Cell, Grid, read
from quotaproof.pages.html import page_of_html
from quotaproof.pages.page import EMPTY, Budget, Headings, Spanned, laid_out, shade_of, span, tidy
from quotaproof.pages.plain import cell_of, page_of_text
from quotaproof.pages.sheet import page_of_csv
from quotaproof.pages.wikitext import page_of_wikitext
from quotaproof.reporting.language import LANGUAGES, name_in


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


# The grid ----------------------------------------


def test_spans_are_filled_out() -> None:
    a, b, c, d = (Spanned(Cell(t), r, w) for t, r, w in (("a", 2, 1), ("b", 1, 2), ("c", 1, 1), ("d", 3, 1)))
    rows = laid_out([[a, b], [c, d], [c]], Budget())
    assert [[cell.text for cell in row] for row in rows] == [["a", "b", "b"], ["a", "c", "d"], ["c", "", "d"]]


def test_more_cells_than_are_read_are_refused() -> None:
    with pytest.raises(InputError, match="more than 50 cells"):
        laid_out([[Spanned(EMPTY, 1, 200)]], Budget(50))


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("", 1), (None, 1), ("x", 1), (" 2px", 2), ("-4", 1), ("0", 10**6)]
)
def test_spans_as_pages_write_them(text: str | None, number: int) -> None:
    assert span(text) == number


def test_headings_stand_above_what_follows_them() -> None:
    headings = Headings()
    for level, text in ((1, "Page"), (2, "A[edit]"), (3, "B"), (3, "C"), (2, "D")):
        headings.add(level, text)
        if text == "C":
            assert headings.above() == ("A", "C")
    assert (headings.title, headings.above()) == ("Page", ("D",))


def test_shades_and_tidy_text() -> None:
    assert shade_of("text-align:left; background: #CCF ;") == "#ccf"
    assert shade_of("background-color:rgb(1, 2, 3)!important") == "rgb(1,2,3)"
    assert shade_of("", "Silver") == "silver"
    assert tidy(" a\u00a0 b \n\n c ") == "a b\nc"


# Formats ----------------------------------------


def test_html_flags_struck_and_hidden_text() -> None:
    page = page_of_html(
        b"<title>X - Wikipedia</title><h2>Head<span class='mw-editsection'>[edit]</span></h2>"
        b"<table><caption>Cap</caption><tr style='background:#eee'><th>N<sup class='reference'>[1]</sup></th>"
        b"<td style='background:#ccf'><span class='flagicon'><img alt='Canada'></span>"
        b"<a title='Canada at the 2022 Winter Olympics'>Canada</a><span style='display:none'>sort</span></td>"
        b"<td><del><a title='Italy'>Italy</a></del><br>2</td><td><span style='text-decoration:line-through'>3</span>"
        b"<b>4</b><td>a<table><tr><td>inner</table>b</table>"
    )
    inner, outer = page.grids
    assert page.title == "X"
    assert (outer.headings, outer.caption) == (("Head",), "Cap")
    assert texts(inner) == [["inner"]]
    head, flag, struck, both, around = outer.rows[0]
    assert head == Cell("N", header=True, shade="#eee", notes=("[1]",))
    assert flag == Cell("Canada", names=("Canada", "Canada at the 2022 Winter Olympics"), shade="#ccf")
    assert struck == Cell("2", struck="Italy", struck_names=("Italy",), shade="#eee")
    assert both == Cell("4", struck="3", bold=True, shade="#eee")
    assert around.text == "a\nb"


def test_html_that_is_not_closed_or_not_utf8_is_read() -> None:
    assert texts(page_of_html("<table><tr><td>é<tr><td>b".encode()).grids[0]) == [["é"], ["b"]]
    latin = "<meta charset=iso-8859-1><table><tr><td>é".encode("latin-1")
    assert texts(page_of_html(latin).grids[0]) == [["é"]]


def test_wikitext_templates_links_and_marks() -> None:
    page = page_of_wikitext(
        "= T =\n== H ==\n{| class=x\n|+ Cap\n! rowspan=2 | A !! colspan=2 | B\n|- bgcolor=silver\n| c || d\n|-\n"
        "| {{flagIOC|KAZ|2022 Winter}} || {{flagIOCathlete|[[Somebody]]|NED|2022 Winter}} || {{KOR}}\n|-\n"
        "| [[Canada at the 2022 Winter Olympics|Canada]]<ref>x</ref>{{efn|note}} || '''{{yes}}'''\n"
        "| <s>{{flag|Italy}}</s> {{nowrap|2}}&nbsp;3 {{strike|old}}\n|}"
    )
    (grid,) = page.grids
    assert (page.title, grid.headings, grid.caption) == ("T", ("H",), "Cap")
    assert texts(grid)[:2] == [["A", "B", "B"], ["A", "c", "d"]]
    assert [cell.names for cell in grid.rows[2]] == [("KAZ",), ("NED",), ("KOR",)]
    assert grid.rows[3][0] == Cell("Canada", names=("Canada at the 2022 Winter Olympics",), notes=("x", "note"))
    assert grid.rows[3][1] == Cell("✓", bold=True)
    assert grid.rows[3][2] == Cell("2 3", struck="old", struck_names=("Italy",))
    assert grid.rows[1][1].shade == "silver"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", Cell()),
        ("<s></s>", Cell(struck="")),
        ("~~CAN~~ 2", Cell("2", struck="CAN")),
        ("'''a'''", Cell("a", bold=True)),
        ("'", Cell(bold=True)),
        (r"\*a\* &amp; &#124; b", Cell("*a* & | b")),
        ("<b>x</b><br>y", Cell("x\ny", bold=True)),
    ],
)
def test_cells_of_plain_text(text: str, cell: Cell) -> None:
    assert cell_of(text) == cell


def test_plain_text_tables_end_with_a_line_without_bars() -> None:
    page = page_of_text("# T\n| a | b |\n|---|---:|\n| 1 | |\n\n## H\nwords\n| c \\| d |\n")
    assert [(grid.headings, texts(grid)) for grid in page.grids] == [
        ((), [["a", "b"], ["1", ""]]), (("H",), [["c | d"]]),
    ]  # fmt: skip


def test_sheets_split_at_empty_rows_and_take_single_texts_for_headings() -> None:
    page = page_of_csv("Quota;\nnoc;x\nCAN;1\n;\nMen's 500 m;\nRank;NOC\n1;CAN\n", "a_b")
    assert [(grid.headings, grid.caption, len(grid.rows)) for grid in page.grids] == [
        (("a b",), "Quota", 2), (("a b",), "Men's 500 m", 2),
    ]  # fmt: skip


def test_formats_are_found_out_by_content_where_the_name_does_not_tell(tmp_path: Path) -> None:
    contents = {
        "<table><tr><td>a</table>": "html", "{|\n| a\n|}": "wikitext", "| a | b |": "text", "== H ==\n": "text",
        "noc,a\nCAN,1\n": "csv",
    }  # fmt: skip
    for number, (text, form) in enumerate(contents.items()):
        path = tmp_path / f"page-{number}"
        path.write_text(text)
        assert read(path).form == form
    assert read(tmp_path / "page-2", "csv").form == "csv"


def test_frames_with_numbers_and_gaps() -> None:
    frame = pd.DataFrame({"noc": ["CAN", None], "x": [1.0, float("nan")], "y": [True, False]})
    assert texts(read(frame).grids[0]) == [["noc", "x", "y"], ["CAN", "1", "X"], ["", "", "no"]]


# NOCs ----------------------------------------


@pytest.mark.parametrize(
    ("text", "noc"),
    [
        ("Kazakhstan", "KAZ"), ("KAZ", "KAZ"), ("Kazakhstan (KAZ)", "KAZ"), ("KAZ Kazakhstan", "KAZ"),
        ("Flag of Kazakhstan", "KAZ"), ("Kazakhstan at the 2022 Winter Olympics", "KAZ"), ("Kazakhstan[a]", "KAZ"),
        ("Germany", "GER"), ("DEU", "GER"), ("Netherlands", "NED"), ("Switzerland", "SUI"), ("Latvia", "LAT"),
        ("ROC", "ROC"), ("Russian Olympic Committee at the 2022 Winter Olympics", "ROC"), ("South Korea", "KOR"),
        ("Olympic Athletes from Russia", "OAR"), ("Chinese Taipei", "TPE"), ("Great Britain", "GBR"),
        ("United Kingdom", "GBR"), ("Czech Republic", "CZE"), ("Türkiye", "TUR"), ("Turkey", "TUR"),
        ("Bosnia and Herzegovina", "BIH"), ("Hong Kong, China", "HKG"), ("BRN", "BRN"), ("Brunei", "BRU"),
        ("Narnia", None), ("", None), ("TBD", None), ("12", None), ("World Cup", None),
    ],
)  # fmt: skip
def test_names_and_codes_of_nocs(text: str, noc: str | None) -> None:
    assert noc_of(text) == noc


def test_every_printed_name_leads_back_to_its_code() -> None:
    assert len(codes()) > 200
    assert [code for code in sorted(codes()) if noc_of(name_of(code)) != code] == []
    for language in LANGUAGES:
        printed = {code: f"{name_in(code, language)} ({code})" for code in codes()}
        assert [code for code, text in sorted(printed.items()) if noc_of(text) != code] == [], language
    assert name_of("QQQ") == "QQQ"
    assert not is_known("QQQ")


def test_nocs_of_the_scenarios_are_known() -> None:
    from quotaproof.scenarios import load_scenario, real_identifiers

    for identifier in real_identifiers():
        assert not [noc for noc in load_scenario(identifier).nocs if not is_known(noc)]
