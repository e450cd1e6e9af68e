"""Pages made to do harm, or broken: one sentence or a result, within seconds, and nothing is run."""

from __future__ import annotations

import io
import os
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pages
import pytest

from quotaproof.importing import import_scenario
from quotaproof.model.errors import InputError
from quotaproof.pages import read
from quotaproof.reporting import build, render

SECONDS = 10
GOOD = pages.plain(pages.Content(lists=pages.lists()))


def survives(path: Path, folder: Path) -> str | None:
    """Import a page; return the sentence with which it is refused, or None. Anything else fails the test."""
    start = time.process_time()
    wall = time.monotonic()
    try:
        import_scenario(path, folder, rules="beijing-2022")
        said = None
    except InputError as error:
        said = str(error)
        assert not folder.exists()
    assert time.process_time() - start < SECONDS
    assert time.monotonic() - wall < 6 * SECONDS  # other work on the machine must not fail the test
    assert not [name for name in folder.parent.iterdir() if name.name.startswith(f".{folder.name}")]
    return said


NOISE = (
    "|", "{|", "|}", "\n|-\n", "<s>", "</table>", "<td colspan=999999>", "99999999999", "''", "{{flag|", "}}", "[[",
    "é", "==", "&#0;", "&#x110000;", "-1", "\ufeff", "\u202e", "\x0b",
)  # fmt: skip


def mangled(text: str, rng: random.Random) -> str:
    """A page with random damage: cut, pieces moved, doubled or replaced."""
    for _ in range(rng.randint(1, 6)):
        a, b = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        b = min(b, a + rng.choice([1, 20, 400]))
        kind = rng.randrange(5)
        noise = rng.choice(NOISE)
        text = {
            0: text[:a] + text[b:], 1: text[:a] + noise + text[a:], 2: text[:b] + text[a:],
            3: text[:a] + noise * 30 + text[b:], 4: text[a:] if rng.random() < 0.3 else text[:b] or "|",
        }[kind]  # fmt: skip
    return text


@pytest.mark.parametrize("layout", ["txt", "html"])
def test_damaged_pages_are_read_or_refused_in_a_sentence(layout: str, tmp_path: Path) -> None:
    rng = random.Random(layout)
    text = pages.LAYOUTS[layout](pages.Content(lists=pages.lists()))
    told = set()
    for number in range(15):
        path = tmp_path / f"page-{number}.{layout}"
        path.write_text(mangled(text, rng), encoding="utf-8")
        said = survives(path, tmp_path / f"made-{number}")
        if said is not None:
            assert said.endswith(".")
            assert "\n" not in said
        told.add(said is None)
    assert told == {True, False}


def test_damaged_wikitext_is_read_or_refused(tmp_path: Path) -> None:
    rng = random.Random("wikitext")
    text = pages.wikitext(pages.Content())
    for number in range(2):
        path = tmp_path / f"page-{number}.wiki"
        path.write_text(mangled(text, rng), encoding="utf-8")
        survives(path, tmp_path / f"made-{number}")


@pytest.mark.parametrize("layout", ["txt", "html"])
def test_truncated_pages_are_read_or_refused(layout: str, tmp_path: Path) -> None:
    text = pages.LAYOUTS[layout](pages.Content(lists=pages.lists()))
    for number in range(1, 10):
        path = tmp_path / f"page-{number}.{layout}"
        path.write_bytes(text.encode()[: len(text) * number // 10])
        survives(path, tmp_path / f"made-{number}")


def test_a_row_cut_short_is_left_out_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(GOOD[: GOOD.index("| Kazakhstan |") + 20])
    imported = import_scenario(path)
    assert imported.report.nocs == 14
    assert any("3 of 11 cells; the row is left out" in r.message for r in imported.report.of("missing"))


# Size ----------------------------------------


def sized(tmp_path: Path, name: str, size: int, fill: str) -> Path:
    path = tmp_path / name
    with path.open("w") as stream:
        stream.write(fill * (size // len(fill)))
    return path


@pytest.mark.parametrize("name", ["page.html", "page.txt", "page.wiki", "page.csv", "page.xlsx", "page"])
def test_a_page_of_50_mb_is_refused_by_its_size(name: str, tmp_path: Path) -> None:
    path = sized(tmp_path, name, 50_000_000, "| 1 | Canada |\n")
    said = survives(path, tmp_path / "made")
    assert said is not None
    assert "at most 5,000,000 are read" in said


@pytest.mark.parametrize(
    ("name", "fill"),
    [
        ("rows.html", "<table><tr><td>Rank<td>NOC<tr><td>1<td>Canada</table>"),
        ("deep.html", "<table><tr><td>"),
        ("bold.html", "<b><s>x"),
        ("cells.txt", "| 1 | Canada |\n"),
        ("bars.txt", "|" * 5000 + "\n"),
        ("cells.csv", "1,Canada\n"),
    ],
)
def test_pages_as_large_as_are_read_take_seconds(name: str, fill: str, tmp_path: Path) -> None:
    size = 4_900_000 if "QUOTAPROOF_FULL_SIZE" in os.environ else 500_000
    assert survives(sized(tmp_path, name, size, fill), tmp_path / "made") is not None


@pytest.mark.parametrize("span", ["colspan", "rowspan"])
def test_spans_without_end_are_cut(span: str, tmp_path: Path) -> None:
    cell = f'<td {span}="1000000000">x</td>'
    path = tmp_path / "spans.html"
    path.write_text(f"<table><tr>{cell * 3}</tr>{'<tr><td>1</td></tr>' * 1000}</table>")
    page = read(path)
    assert max(len(row) for row in page.grids[0].rows) <= 200
    path.write_text(f"<table>{f'<tr>{cell}</tr>' * 3000}</table>")
    assert survives(path, tmp_path / "made") is not None


NESTED = {
    "tables": "{|\n|\n" * 10_000,
    "templates": "{{a|" * 20_000,
    "mixed": "{{{[[<s>'''" * 5_000,
    "tags": "<s>" * 30_000,
}


@pytest.mark.parametrize("kind", ["tables", "templates"])
def test_wikitext_made_to_mislead_its_parser_ends_after_seconds(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotaproof.pages.guarded.SECONDS", 1)
    path = tmp_path / "page.wiki"
    path.write_text(NESTED[kind])
    said = survives(path, tmp_path / "made")
    assert said is not None
    assert "page.wiki: " in said


# Workbooks ----------------------------------------


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return path


def workbook_parts() -> dict[str, bytes]:
    data = render(build(pages.BEIJING.__class__(**{**_fields(), "published": pages.RIGHT})), "xlsx")
    assert isinstance(data, bytes)
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def _fields() -> dict[str, object]:
    scenario = pages.BEIJING
    return {name: getattr(scenario, name) for name in ("identifier", "title", "games", "host", "rules")}


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    return workbook_parts()


SHEET = "xl/worksheets/sheet1.xml"
BOMBS: dict[str, tuple[Callable[[dict[str, bytes]], dict[str, bytes]], str]] = {
    "one part of zeros": (lambda parts: parts | {SHEET: b"0" * 40_000_000}, "more than 200 times its size"),
    "too much in all": (lambda parts: parts | {f"xl/{n}.xml": b"0" * 9_000_000 for n in range(6)}, "unpacks to"),
    "many parts": (lambda parts: parts | {f"xl/{n}.xml": b"x" for n in range(600)}, "at most 500 are read"),
    "entities": (
        lambda parts: parts | {
            SHEET: b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
            + b"".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">'.encode() for n in range(1, 9))
            + b"]><worksheet>&a8;</worksheet>"
        },
        "declares a document type",
    ),
    "a damaged sheet": (lambda parts: parts | {SHEET: parts[SHEET][: len(parts[SHEET]) // 2]}, "damaged"),
    "no workbook": (lambda parts: {"readme.txt": b"hello"}, "damaged or no Excel workbook"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BOMBS)
def test_a_workbook_that_would_fill_the_memory_is_refused(kind: str, parts: dict[str, bytes], tmp_path: Path) -> None:
    make, problem = BOMBS[kind]
    said = survives(archive(tmp_path / "book.xlsx", make(parts)), tmp_path / "made")
    assert said is not None
    assert problem in said


def test_a_sheet_with_its_last_cell_far_away_is_read_to_its_limit(parts: dict[str, bytes], tmp_path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    path = archive(tmp_path / "book.xlsx", parts | {SHEET: parts[SHEET].replace(b"</sheetData>", far)})
    assert survives(path, tmp_path / "made") is None


def test_a_zip_cut_off_and_random_bytes_are_refused(parts: dict[str, bytes], tmp_path: Path) -> None:
    data = archive(tmp_path / "good.xlsx", parts).read_bytes()
    rng = random.Random("zip")
    for number in range(15):
        broken = bytearray(data[: rng.randrange(len(data))] if number % 2 else data)
        for _ in range(20 * (1 - number % 2)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        path = tmp_path / f"book-{number}.xlsx"
        path.write_bytes(bytes(broken))
        survives(path, tmp_path / f"made-{number}")


def test_formulas_are_never_computed(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Men's 500 m"], ["Rank", "NOC"], [1, '=HYPERLINK("http://example.invalid","Canada")'], [2, "Italy"],
                ["=1+2", '=cmd|"/C calc"!A0']):  # fmt: skip
        book.active.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    imported = import_scenario(path, rules="sochi-2014")
    # No value was saved with the formulas, so their cells are empty.
    assert [entry.noc for entry in imported.scenario.standings.rankings["men-500"].entries] == [None, "ITA"]


# Scripts, and files that are none ----------------------------------------


def test_scripts_in_names_are_text_in_every_report(tmp_path: Path) -> None:
    name = '<script>alert("x")</script>'
    path = tmp_path / "page.html"
    escaped = name.replace("<", "&lt;").replace('"', "&quot;")
    page = pages.html_page(pages.Content()).replace(pages.TITLE, f"{escaped} 2022")
    path.write_text(page.replace("Some words", "<img src=x onerror=alert(1)>"))
    scenario = import_scenario(path).scenario
    assert scenario.title == f"{name} 2022"
    document = build(scenario.__class__(**{**_fields(), "title": scenario.title, "published": pages.RIGHT}))
    shown = render(document, "html")
    assert isinstance(shown, str)
    assert "<script" not in shown
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; 2022</h1>" in shown


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("page.html", b"", "the file is empty"),
        ("page.txt", b"", "the file is empty"),
        ("page", b"", "the file is empty"),
        ("page.pdf", b"%PDF-1.7", "this format is not read; a table of a PDF"),
        ("page.xls", b"\xd0\xcf", "save it as .xlsx"),
        ("page.txt", b"\xff\xfe|\x00\x00\xd8", "the text is not valid UTF-16"),
        ("page.txt", b"|\x81\x8d\x02|", "the text is neither UTF-8 nor Windows-1252"),
        ("page.png", b"\x89PNG", "a picture has no text"),
        ("page.doc", b"\xd0\xcf\x11\xe0", "save it as HTML"),
        ("page.csv", b"a,b\n\0,c\n", "zero byte"),
        ("page.csv", b'"' + b"x" * 200_000, "not valid CSV"),
        ("page.xlsx", b"PK\x03\x04", "damaged or no Excel workbook"),
        ("page.html", "<html><body>é</body>".encode("latin-1"), "no quota table"),
        ("page.html", bytes(range(256)) * 40, "neither UTF-8 nor"),
    ],
)
def test_files_that_are_no_page_are_refused(name: str, data: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    said = survives(path, tmp_path / "made")
    assert said is not None
    assert problem in said
    assert name in said


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in str(survives(tmp_path / "none.txt", tmp_path / "made"))
    assert "not a file" in str(survives(tmp_path, tmp_path / "made"))


# A kind that is slow or odd in one format is tried in all that have it ----------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("wide.csv", "noc;men-500\n" + "Canada, " * 20_000 + ";1\n"),
        ("wide.tsv", "NOC\tMen 500 m" + "\tx" * 60_000 + "\nCAN\t1\n"),
        ("wide.md", "| NOC | Men 500 m |" + " x |" * 1_000 + "\n|---|---|\n| CAN | 1 |\n"),
        ("wide.json", '[["NOC", "Men 500 m"' + ', "x"' * 60_000 + '], ["CAN", 1]]'),
    ],
)
def test_a_row_of_more_cells_than_any_page_has_is_refused_in_every_format(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    said = survives(path, tmp_path / "made")
    assert said is not None
    assert "cells; at most 200 are read" in said


def test_the_key_that_an_object_has_twice_is_found_among_many(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text("{" + ", ".join(f'"{n}": 1' for n in range(300_000)) + ', "299999": 2}', encoding="utf-8")
    said = survives(path, tmp_path / "made")
    assert said is not None
    assert "the key '299999' twice" in said


@pytest.mark.parametrize("digit", ["²", "①", "٣", "9" * 5_000])
def test_digits_of_other_kinds_and_many_are_read_or_named(digit: str, tmp_path: Path) -> None:
    """`str.isdigit` is true of characters that are no digits to `int`, which also refuses more than 4,300 of them."""
    files = {
        "results.csv": f"meet,event,noc,qualifier,position\nbeijing-2021,men-500,CAN,{digit},1\n",
        "ranks.csv": f"event,rank,noc,qualifier\nmen-500,{digit},CAN,1\n",
        "table.csv": f"noc,men-500,{digit}\nCAN,{digit},1\n",
        "beside.csv": f"event,places,nations\nmen-500,{digit},\"CAN (2), USA {digit}\"\n",
    }  # fmt: skip
    for number, (name, text) in enumerate(files.items()):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        survives(path, tmp_path / f"made-{number}")


def test_the_sentence_about_many_columns_of_one_event_is_short(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    header = "<th>NOC</th><th colspan=150>Men 500 m</th>"
    path.write_text(f"<table><tr>{header}</tr><tr><td>CAN</td><td>1</td></tr></table>", encoding="utf-8")
    said = survives(path, tmp_path / "made")
    assert said is not None
    assert "the columns 'Men 500 m' and 'Men 500 m' and 'Men 500 m' and 147 more are all read as men-500" in said
    assert len(said) < 400
