"""Correcting an upload: what is doubtful is marked, cells and columns are changed, and the scenario says so itself."""

from __future__ import annotations

import csv
import io
import re
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.testclient import TestClient

from quotaproof.api import report
from quotaproof.model.scenario_loading import load_folder
from quotaproof.scenarios import FOLDER, load_scenario
from quotaproof.web import corrections, intake
from quotaproof.web.correction_words import by_the_form
from quotaproof.web.problems import BusyError

from .conftest import zipped

TABLE = (FOLDER / "sochi-2014" / "published.csv").read_text()
SHEET = TABLE.replace(",", ";")
MEN_500 = 1


class Form(HTMLParser):
    """The fields of the form for corrections, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.inside = False
        self.select: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        own = dict(attributes)
        if tag == "form":
            self.inside = own.get("class") == "corrections"
        if not self.inside:
            return
        if tag == "input" and (own.get("type") != "checkbox" or "checked" in own):
            self.fields[own["name"] or ""] = own.get("value") or ""
        if tag == "select":
            self.select = own["name"]
        if tag == "option" and self.select is not None and ("selected" in own or self.select not in self.fields):
            self.fields[self.select] = own.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "select":
            self.select = None


class FormWithNames(Form):
    """The same, where an option without a value is sent by its text."""

    def handle_data(self, data: str) -> None:
        if self.select == "base" and self.chosen:
            self.fields["base"] = data.strip()
            self.chosen = False

    chosen = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attributes)
        self.chosen = tag == "option" and "selected" in dict(attributes) and "value" not in dict(attributes)


def fields_of(client: TestClient, upload: str = "upload-1") -> dict[str, str]:
    return FormWithNames(client.get(f"/uploads/{upload}").text).fields


def save(client: TestClient, upload: str = "upload-1", **changed: str) -> Any:
    """Send the form as it is, with some fields changed; `_` in a name is `-`."""
    fields = fields_of(client, upload) | {name.replace("_", "-"): value for name, value in changed.items()}
    return client.post(f"/uploads/{upload}", data=fields, follow_redirects=False)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", html)))


def send(client: TestClient, name: str, content: str | bytes, **fields: str) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/uploads", files={"files": (name, data)}, data=fields, follow_redirects=False)


def row_of(noc: str, table: str = TABLE) -> int:
    return next(number for number, line in enumerate(table.splitlines()) if line.startswith(noc))


def published(client: TestClient, upload: str = "upload-1") -> Any:
    return client.get(f"/api/scenarios/{upload}").json()["published"]["cells"]


def last_session(client: TestClient) -> Any:
    """The session that was made last, which is that of the test: it has begun without a cookie."""
    return [*client.app.state.services.sessions._known.values()][-1]  # type: ignore[attr-defined]


def unzipped(client: TestClient, upload: str = "upload-1") -> dict[str, str]:
    answer = client.get(f"/uploads/{upload}/folder.zip")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name.rpartition("/")[2]: archive.read(name).decode() for name in archive.namelist()}


# What is doubtful -----------------------------------------


def test_what_is_guessed_is_listed_most_doubtful_first_and_its_cell_marked_and_linked(client: TestClient) -> None:
    doubtful = SHEET.replace("USA;3", "USA;3a").replace("KAZ;2", "KAZ;7")
    assert send(client, "t.csv", doubtful, base="sochi-2014").status_code == 303
    page = client.get("/uploads/upload-1").text
    notes = re.findall(r'<li id="note-\d+">(.*?)</li>', page, re.DOTALL)
    assert "7 is more than the 3" in notes[0], "a number that cannot be comes first"
    assert "'3a' is read as 3" in words(notes[1])
    for noc, value in (("KAZ", "7"), ("USA", "3a")):
        cell = f"cell-0-{row_of(noc)}-{MEN_500}"
        note = next(n for n, text in enumerate(notes) if f'href="#{cell}"' in text)
        marked = re.search(
            rf'<td class="maybe">\s*<input id="{cell}"[^>]*value="{value}"[^>]*>(.*?)</td>', page, re.DOTALL
        )
        assert marked, f"the cell of {noc} is marked"
        number = re.findall(r'<li id="note-(\d+)">', page)[note]
        assert f'aria-describedby="note-{number}"' in marked[0]
        assert f'href="#note-{number}"' in marked[1]
    assert page.count('class="maybe"') == 2, "no other cell is marked"


def test_every_faulty_cell_of_a_refused_file_is_marked_and_linked(client: TestClient) -> None:
    bad = SHEET.replace("KAZ;2", "KAZ;two").replace("USA;3", "USA;2-3")
    sent = send(client, "t.csv", bad, base="sochi-2014")
    assert sent.status_code == 400
    assert "nothing has to be chosen or pasted again" in words(sent.text)
    for page in (sent.text, client.get("/uploads/upload-1").text):
        for noc in ("KAZ", "USA"):
            cell = f"cell-0-{row_of(noc)}-{MEN_500}"
            assert f'href="#{cell}"' in page
            assert re.search(rf'<td class="wrong">\s*<input id="{cell}"[^>]*aria-invalid="true"', page)
        assert page.count('aria-invalid="true"') == 2


def test_a_table_with_open_cells_is_known_in_part_until_they_are_filled_in(client: TestClient) -> None:
    assert send(client, "t.csv", SHEET.replace("KAZ;2", "KAZ;TBD"), base="sochi-2014").status_code == 303
    page = client.get("/uploads/upload-1").text
    cell = f"cell-0-{row_of('KAZ')}-{MEN_500}"
    assert f'href="#{cell}"' in page
    assert "not known, and written ? in the table, which is then known in part: 1 cell, KAZ men-500 'TBD'" in words(
        page
    )
    assert client.get("/api/scenarios/upload-1").json()["published"] is None
    assert client.get("/scenarios/upload-1").status_code == 200
    assert "KAZ,?," in unzipped(client)["published.csv"]
    assert save(client, **{cell: "2"}).status_code == 303
    assert published(client)["KAZ"]["men-500"] == 2


def test_a_cell_that_the_scenario_folder_refuses_is_marked_too(client: TestClient) -> None:
    comment = "# of our own\n"
    sent = send(client, "published.csv", comment + TABLE.replace("KAZ,2", "KAZ,two"), base="sochi-2014")
    assert sent.status_code == 400
    assert "published.csv, line 17, field men-500: 'two' is not a whole number" in words(sent.text)
    cell = f"cell-0-{row_of('KAZ')}-{MEN_500}"
    assert re.search(rf'<td class="wrong">\s*<input id="{cell}" name="{cell}" value="two"', sent.text)
    assert save(client, **{cell: "2"}).status_code == 303
    assert published(client)["KAZ"]["men-500"] == 2
    files = unzipped(client)
    assert files["published.csv"] == comment + TABLE


# Cells and rows -----------------------------------------


def test_a_corrected_cell_is_read_verified_and_named_in_the_scenario_and_its_download(client: TestClient) -> None:
    send(client, "t.csv", SHEET.replace("KAZ;2", "KAZ;two"), base="sochi-2014")
    cell = f"cell-0-{row_of('KAZ')}-{MEN_500}"
    saved = save(client, **{cell: "3", "then": "verify"})
    assert saved.headers["location"] == "/scenarios/upload-1?verify=1"
    assert published(client)["KAZ"]["men-500"] == 3
    page = words(client.get(saved.headers["location"]).text)
    assert "1 change by hand" in page
    assert "Repair" in page or "not what the rules give" in page
    own = client.get("/uploads/upload-1").text
    assert "KAZ, men's 500 m: two → 3" in words(own)
    files = unzipped(client)
    scenario = tomllib.loads(files["scenario.toml"])
    assert scenario["title"].endswith(", with 1 change by hand")
    assert scenario["sources"][0] == "Changed by hand: KAZ, men's 500 m: '3' instead of 'two'"
    assert "## Changed by hand\n\n- KAZ, men's 500 m: '3' instead of 'two'." in files["SOURCES.md"]
    assert "KAZ,3," in files["published.csv"]
    assert client.get("/scenarios/upload-1/download/published/json").json()["table"] == "changed by hand"
    named = client.get("/scenarios/upload-1/download/published/csv").headers["content-disposition"]
    assert named == 'attachment; filename="upload-1-altered-by-hand.csv"'
    assert "upload-1-altered-by-hand.zip" in client.get("/uploads/upload-1/folder.zip").headers["content-disposition"]


def test_the_downloaded_folder_is_a_scenario_with_the_changed_cell(client: TestClient, tmp_path: Any) -> None:
    send(client, "own.zip", zipped("sochi-2014"))
    cell = f"cell-0-{row_of('KAZ')}-{MEN_500}"
    save(client, **{cell: "1"})
    for name, text in unzipped(client).items():
        (tmp_path / name).write_text(text)
    scenario = load_folder(tmp_path)
    assert scenario.published is not None
    assert scenario.published.cells["KAZ"]["men-500"] == 1
    sent = load_folder(FOLDER / "sochi-2014").published
    assert sent is not None
    assert {noc: row for noc, row in scenario.published.cells.items() if noc != "KAZ"} == {
        noc: row for noc, row in sent.cells.items() if noc != "KAZ"
    }
    assert scenario.title.endswith("with 1 change by hand")


def test_a_cell_that_is_set_back_is_no_change(client: TestClient) -> None:
    send(client, "t.csv", SHEET, base="sochi-2014")
    cell = f"cell-0-{row_of('KAZ')}-{MEN_500}"
    save(client, **{cell: "1"})
    assert "by hand" in client.get("/api/scenarios/upload-1").json()["title"]
    save(client, **{cell: " 2 "})
    assert "by hand" not in client.get("/api/scenarios/upload-1").json()["title"]
    assert "Nothing: it is read as it was sent" in words(client.get("/uploads/upload-1").text)


def test_all_changes_are_taken_back_at_once(client: TestClient) -> None:
    send(client, "t.csv", SHEET, base="sochi-2014")
    before = unzipped(client)
    save(client, **{f"cell-0-{row_of('KAZ')}-{MEN_500}": "1", f"remove-0-{row_of('USA')}": "1"})
    assert unzipped(client) != before
    assert client.post("/uploads/upload-1/undo", follow_redirects=False).status_code == 303
    assert unzipped(client) == before


@pytest.mark.parametrize("own", [False, True], ids=["imported", "scenario-file"])
def test_rows_are_added_above_the_totals_and_removed(client: TestClient, own: bool) -> None:
    if own:
        send(client, "published.csv", TABLE, base="sochi-2014")
    else:
        send(client, "t.csv", SHEET, base="sochi-2014")
    row = {f"cell-0-new1-{column}": text for column, text in enumerate(("NOR", *"100000001"))}
    save(client, **row, **{f"remove-0-{row_of('USA')}": "1"})
    cells = published(client)
    assert "USA" not in cells
    assert cells["NOR"]["men-500"] == 1
    assert cells["NOR"]["athletes"] == 1
    page = words(client.get("/uploads/upload-1").text)
    assert "row of NOR: added (NOR | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1)" in page
    assert re.search(r"row of USA: removed \(USA \| 3", page)
    lines = [line[0] for line in csv.reader(unzipped(client)["published.csv"].splitlines())]
    assert lines[-2:] == ["NOR", "TOTAL"]
    fields = fields_of(client)
    assert fields["cell-0-new1-0"] == "NOR"
    assert fields["cell-0-new2-0"] == "", "there is room for one more"
    again = client.post(
        "/uploads/upload-1",
        data={name: value for name, value in fields.items() if not name.startswith("remove")} | {"remove-0-new1": "1"},
    )
    assert again.status_code == 200
    assert set(published(client)) == {line.split(",")[0] for line in TABLE.splitlines()[1:-1]}


def test_a_change_that_cannot_be_read_is_kept_and_the_scenario_stays_as_it_was(client: TestClient) -> None:
    send(client, "t.csv", SHEET, base="sochi-2014")
    cell = f"cell-0-{row_of('KAZ')}-{MEN_500}"
    save(client, **{cell: "many"})
    page = client.get("/uploads/upload-1").text
    assert "row 15 of the quota table (KAZ), men-500: 'many' is no number of places" in words(page)
    assert f'name="{cell}" value="many"' in page
    assert "the scenario is what was read before this" in words(page)
    assert published(client)["KAZ"]["men-500"] == 2
    assert "a later one cannot be read" in words(client.get("/scenarios/upload-1").text)
    save(client, **{cell: "1"})
    assert published(client)["KAZ"]["men-500"] == 1


def test_what_was_typed_is_only_text(client: TestClient) -> None:
    send(client, "<b>t</b>.csv", SHEET, base="sochi-2014")
    attack = '"><script>alert(1)</script>'
    save(client, **{f"cell-0-{row_of('KAZ')}-{MEN_500}": attack, "cell-0-new1-0": attack})
    client.post("/uploads/upload-1/name", data={"name": attack})
    for path in ("/uploads/upload-1", "/", "/scenarios/upload-1"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<b>t</b>" not in page
        assert "&lt;b&gt;t&lt;/b&gt;.csv" in page


def test_a_cell_and_all_of_them_have_bounds(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    send(client, "t.csv", SHEET, base="sochi-2014")
    cell = f"cell-0-{row_of('KAZ')}-{MEN_500}"
    long = save(client, **{cell: "9" * (corrections.MOST_TEXT + 1)})
    assert long.status_code == 400
    assert "may have at most 200 characters; that of KAZ, men's 500 m has 201" in words(long.text)
    monkeypatch.setattr("quotaproof.web.correction_form.MOST_CORRECTIONS", 1)
    many = save(client, **{cell: "1", f"cell-0-{row_of('USA')}-{MEN_500}": "1"})
    assert many.status_code == 413
    monkeypatch.setattr(intake, "MOST_FIELDS", 5)
    assert save(client).status_code == 413
    assert client.post("/uploads/upload-1", content=b"x", headers={"content-type": "text/plain"}).status_code == 415


# Columns and tables -----------------------------------------


def test_columns_that_nobody_can_guess_are_chosen_in_the_form(client: TestClient) -> None:
    foreign = SHEET.replace("noc;men-500;men-1000", "Mannschaft;Alpha;Beta")
    sent = send(client, "t.csv", foreign, base="sochi-2014")
    assert sent.status_code == 400
    assert "no column for men-500, men-1000" in words(sent.text)
    fields = fields_of(client)
    assert fields["base"] == "sochi-2014", "the rules need not be chosen again"
    assert fields["role-0-3"] == "men-1500", "the guess is filled in"
    assert fields["role-0-1"] == ""
    save(client, **{"role-0-1": "men-500", "role-0-2": "men-1000", "role-0-0": "noc"})
    assert published(client)["KAZ"]["men-500"] == 2
    page = words(client.get("/uploads/upload-1").text)
    assert "column 'Alpha': not read → men's 500 m" in page
    title = client.get("/api/scenarios/upload-1").json()["title"]
    assert "by hand" not in title, "no number is another than was sent"
    assert "column 'Alpha': men-500 instead of not read" in unzipped(client)["SOURCES.md"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "de",
            (
                'aria-label="KAZ, 500 m Herren"',
                'aria-label="hinzugefügte Zeile 1, 1000 m Damen"',
                ">1000 m Herren</option>",
                "KAZ, 500 m Herren: 2 → 3",
                "Zeile von USA: gelöscht (USA |",
                "Spalte „Alpha“: nicht gelesen → 500 m Herren",
                "Kopfzeilen: 1 Zeile → 2 Zeilen",
                "Zeilen und 10 Spalten, beginnend mit „Mannschaft | Alpha",
            ),
        ),
        ("fr", ('aria-label="KAZ, 500 m hommes"', "KAZ, 500 m hommes : 2 → 3", "ligne de USA : supprimée")),
        ("it", ('aria-label="KAZ, 500 m uomini"', "KAZ, 500 m uomini: 2 → 3", "riga di USA: eliminata")),
    ],
)
def test_cells_and_changes_are_named_in_the_language_of_the_page_and_in_english_in_the_files(
    client: TestClient, language: str, said: tuple[str, ...]
) -> None:
    send(client, "t.csv", SHEET.replace("noc;men-500", "Mannschaft;Alpha"), base="sochi-2014")
    row = {f"cell-0-new1-{column}": text for column, text in enumerate(("NOR", *"100000001"))}
    save(client, **row, **{"role-0-1": "men-500", "role-0-0": "noc", f"remove-0-{row_of('USA')}": "1"})
    save(client, **{f"cell-0-{row_of('KAZ')}-{MEN_500}": "3", "header-0": "2"})
    page = unescape(client.get("/uploads/upload-1", headers={"accept-language": language}).text)
    for words_said in said:
        assert words_said in page or words_said in words(page)
    long = client.post(
        "/uploads/upload-1",
        data=fields_of(client) | {f"cell-0-{row_of('KAZ')}-{MEN_500}": "x" * 201},
        headers={"accept-language": language},
    )
    assert re.search(r"KAZ, 500 m (Herren|hommes|uomini)", words(long.text))
    told = unzipped(client)["SOURCES.md"]
    assert "- KAZ, men's 500 m: '3' instead of '2'." in told
    assert "- row of USA: removed (USA |" in told
    assert "- column 'Alpha': men-500 instead of not read." in told
    assert "- header: 2 rows instead of 1 row." in told


def test_columns_read_in_the_wrong_order_are_exchanged(client: TestClient) -> None:
    send(client, "t.csv", SHEET, base="sochi-2014")
    save(client, **{"role-0-1": "men-1000", "role-0-2": "men-500"})
    sent = next(line.split(",") for line in TABLE.splitlines() if line.startswith("GBR"))
    assert published(client)["GBR"]["men-1000"] == int(sent[1])
    assert published(client)["GBR"]["men-500"] == int(sent[2])
    twice = save(client, **{"role-0-1": "men-500"})
    assert twice.status_code == 303
    assert "are both read as men-500" in words(client.get("/uploads/upload-1").text)


def test_a_header_that_nobody_knows_is_stated_by_its_number_of_rows(client: TestClient) -> None:
    header, *rows = SHEET.splitlines()
    foreign = "\n".join([";".join(f"spalte{n}" for n in range(10)), *rows])
    assert send(client, "t.csv", foreign, base="sochi-2014").status_code == 400
    roles = header.split(";")
    chosen = {f"role-0-{number}": role for number, role in enumerate(roles)}
    save(client, **chosen, **{"use-0": "quota", "header-0": "1"})
    assert published(client)["KAZ"]["men-500"] == 2
    assert set(published(client)) == {line.split(";")[0] for line in rows[:-1]}


def test_a_table_that_comes_twice_can_be_left_out_and_another_be_chosen(client: TestClient) -> None:
    def as_html(text: str) -> str:
        rows = "".join(
            f"<tr>{''.join(f'<td>{cell}</td>' for cell in line.split(','))}</tr>" for line in text.splitlines()
        )
        return f"<table>{rows}</table>"

    old = TABLE.replace("KAZ,2", "KAZ,1")
    page = f"<h2>December</h2>{as_html(old)}<h2>January</h2>{as_html(TABLE)}"
    assert send(client, "page.html", page, base="sochi-2014").status_code == 303
    assert published(client)["KAZ"]["men-500"] == 1
    save(client, **{"use-0": "skip"})
    assert published(client)["KAZ"]["men-500"] == 2
    shown = words(client.get("/uploads/upload-1").text)
    assert "table 1 (December): left out" in shown
    assert "with 1 change by hand" in shown
    save(client, **{"use-0": ""})
    assert published(client)["KAZ"]["men-500"] == 1


def test_each_sheet_of_a_workbook_has_columns_of_its_own(client: TestClient) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    lines = [line.split(",") for line in TABLE.splitlines()]
    for name, columns in (("one", [0, 1, 2, 3, 4]), ("two", [0, 5, 6, 7, 8, 9])):
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append([int(line[c]) if line[c].isdigit() else line[c] for c in columns])
    del book["Sheet"]
    book["two"]["B1"] = "Gamma"
    buffer = io.BytesIO()
    book.save(buffer)
    assert send(client, "book.xlsx", buffer.getvalue(), base="sochi-2014").status_code == 400
    save(client, **{"role-1-1": "women-500"})
    cells = published(client)
    for line in lines[1:-1]:
        assert list(cells[line[0]].values()) == [int(text) for text in line[1:]]


# What survives an error; several uploads -----------------------------------------


def test_rules_that_nobody_named_are_chosen_afterwards(client: TestClient) -> None:
    sent = send(client, "published.csv", TABLE)
    assert sent.status_code == 400
    assert "scenario.toml is missing" in words(sent.text)
    save(client, base="sochi-2014")
    assert published(client)["KAZ"]["men-500"] == 2
    assert fields_of(client)[f"cell-0-{row_of('KAZ')}-{MEN_500}"] == "2"
    pasted = client.post("/uploads", data={"text": "NOC\tX\nKAZ\t1\n"}, files={"files": ("", b"")})
    assert pasted.status_code == 400
    assert "kept here" in words(pasted.text)


def test_pasted_text_and_the_choice_of_rules_survive_what_cannot_be_kept(client: TestClient) -> None:
    sent = client.post(
        "/uploads",
        data={"text": "hello & <b>you</b>", "base": "sochi-2014", "keep": "1"},
        files={"files": ("x.pdf", b"%PDF-1.4")},
    )
    assert sent.status_code == 400
    assert "hello &amp; &lt;b&gt;you&lt;/b&gt;</textarea>" in sent.text
    assert "<option selected>sochi-2014</option>" in sent.text
    assert re.search(r'id="keep"[^>]* checked', sent.text)
    assert "The files were not kept" in words(sent.text)
    assert "set-cookie" not in sent.headers


def test_several_uploads_are_told_apart_renamed_and_removed(client: TestClient) -> None:
    send(client, "december.csv", SHEET, base="sochi-2014")
    send(client, "january.csv", SHEET.replace("KAZ;2", "KAZ;1"), base="sochi-2014")
    home = client.get("/").text
    for number, name in enumerate(("december.csv", "january.csv"), 1):
        assert re.search(rf"upload-{number}: {name}, sent \d\d:\d\d:\d\d UTC", words(home))
        assert re.search(
            rf"upload-{number} · {name}, \d+ bytes · sent \d{{4}}-\d\d-\d\d",
            words(client.get(f"/uploads/upload-{number}").text),
        )
    renamed = client.post(
        "/uploads/upload-2/name", data={"name": "After the reallocation", "from": "home"}, follow_redirects=False
    )
    assert renamed.headers["location"] == "/#own"
    assert ">After the reallocation</a>" in client.get("/").text
    assert client.get("/api/scenarios/upload-2").json()["title"] == "After the reallocation"
    assert "<h1>After the reallocation</h1>" in client.get("/uploads/upload-2").text
    save(client, "upload-2", **{f"cell-0-{row_of('KAZ')}-{MEN_500}": "2"})
    assert client.get("/api/scenarios/upload-2").json()["title"] == "After the reallocation, with 1 change by hand"
    client.post("/uploads/upload-2/name", data={"name": ""})
    assert "After the reallocation" not in client.get("/").text
    assert client.post("/uploads/upload-2/name", data={"name": "x" * 121}).status_code == 400
    assert client.post("/uploads/upload-1/remove", follow_redirects=False).status_code == 303
    assert client.get("/uploads/upload-1").status_code == 404
    assert client.get("/uploads/upload-2").status_code == 200
    assert 'id="name-upload-1"' not in client.get("/").text


def test_a_refused_upload_counts_is_listed_and_can_be_removed(client: TestClient) -> None:
    for _ in range(5):
        send(client, "t.csv", SHEET.replace("KAZ;2", "KAZ;two"), base="sochi-2014")
    home = client.get("/")
    assert home.text.count("It cannot be read yet:") == 5
    assert all(listed["uploaded"] is False for listed in client.get("/api/scenarios").json())
    full = send(client, "t.csv", SHEET, base="sochi-2014")
    assert "You have 5 uploads, the most there may be" in words(full.text)
    session = last_session(client)
    for number in range(1, 6):
        client.post(f"/uploads/upload-{number}/remove")
    assert list(session.folder.iterdir()) == [], "nothing is left of them"


def test_an_upload_and_its_corrections_are_nobody_elses(client: TestClient) -> None:
    send(client, "t.csv", SHEET, base="sochi-2014")
    stranger = TestClient(client.app, base_url="http://127.0.0.1")
    for path in ("/uploads/upload-1", "/uploads/upload-1/folder.zip"):
        assert stranger.get(path).status_code == 404
    for path in ("", "/undo", "/name", "/remove"):
        assert stranger.post(f"/uploads/upload-1{path}", data={"name": "x"}).status_code == 404
    stranger.close()
    for path in ("", "/undo", "/name", "/remove"):
        for headers in ({"origin": "http://example.com"}, {"sec-fetch-site": "cross-site"}):
            assert client.post(f"/uploads/upload-1{path}", data={"name": "x"}, headers=headers).status_code == 403
    assert client.get("/uploads/upload-1").status_code == 200


def test_the_host_is_stated_in_the_page(client: TestClient) -> None:
    send(client, "t.csv", SHEET, base="sochi-2014")
    assert client.get("/api/scenarios/upload-1").json()["host"] == "RUS"
    save(client, host="can")
    assert client.get("/api/scenarios/upload-1").json()["host"] == "CAN"
    save(client, host="none")
    assert client.get("/api/scenarios/upload-1").json()["host"] is None
    save(client, host="Canada")
    assert "'CANADA' is no host" in words(client.get("/uploads/upload-1").text)


# Files of every kind -----------------------------------------


@pytest.mark.parametrize("form", ["html", "markdown", "wikitext", "xlsx", "csv", "spans"])
def test_the_form_sent_back_as_it_is_changes_nothing(client: TestClient, form: str) -> None:
    scenario = load_scenario("sochi-2014")
    if form == "csv":
        name, content = "t.csv", SHEET.encode()
    elif form == "spans":  # one cell for two NOCs, a flag without a text, a struck number, a line break
        rows = [line.split(",") for line in TABLE.splitlines()]
        cells = [[f"<td>{text}</td>" for text in row] for row in rows]
        cells[1][0] = '<td><img src="f.svg" alt="Australia"></td>'
        cells[1][3] = '<td rowspan="2">0</td>'
        del cells[2][3]
        cells[3][1] = "<td><s>1</s> 0</td>"
        cells[4][0] = "<td>Canada<br>CAN</td>"
        body = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
        name, content = "t.html", f"<table>{body}</table>".encode()
    else:
        made = report(scenario, form)  # type: ignore[arg-type]
        name = f"t.{ {'html': 'html', 'markdown': 'md', 'wikitext': 'wiki', 'xlsx': 'xlsx'}[form] }"
        content = made if isinstance(made, bytes) else str(made).encode()
    assert send(client, name, content, base="sochi-2014").status_code == 303
    before = unzipped(client)
    save(client)
    assert unzipped(client) == before
    assert "Nothing: it is read as it was sent" in words(client.get("/uploads/upload-1").text)


def test_a_ranked_list_beside_the_table_is_corrected_too(client: TestClient) -> None:
    ranked = "Rank;Name;Nation\n1;A;Korea\n2;B;Kanada\n3;C;Elbonia\n"
    sent = client.post(
        "/uploads",
        files=[("files", ("table.csv", SHEET)), ("files", ("men-500.csv", ranked))],
        data={"base": "sochi-2014"},
        follow_redirects=False,
    )
    assert sent.status_code == 303
    assert "men-500,3,?,?" in unzipped(client)["standings.csv"]
    page = client.get("/uploads/upload-1").text
    cell = re.search(r'<td class="maybe">\s*<input id="([^"]+)"[^>]*value="Elbonia"', page)
    assert cell, "what names no NOC is marked, though it is in another table"
    assert f'href="#{cell[1]}"' in page
    save(client, **{cell[1]: "Italien"})
    standings = unzipped(client)["standings.csv"]
    assert "men-500,3,ITA," in standings
    assert "?" not in [line.split(",")[2] for line in standings.splitlines()]


def test_a_table_that_nobody_doubts_is_shown_if_asked_for(client: TestClient) -> None:
    ranked = "Rank;Name;Nation\n1;A;Korea\n2;B;Kanada\n"
    files = [("files", ("table.csv", SHEET)), ("files", ("men-500.csv", ranked))]
    client.post("/uploads", files=files, data={"base": "sochi-2014"})
    assert not [name for name in fields_of(client) if name.startswith("cell-1-")]
    save(client, **{"use-1": "show"})
    assert "Nothing: it is read as it was sent" in words(client.get("/uploads/upload-1").text)
    save(client, **{"cell-1-2-2": "Japan"})
    assert "men-500,2,JPN," in unzipped(client)["standings.csv"]


# One after the other, and while the server is busy -----------------------------------------


def test_of_two_changes_saved_at_once_none_is_lost(client: TestClient) -> None:
    send(client, "t.csv", SHEET, base="sochi-2014")
    nocs = ["AUS", "CAN", "FRA", "USA"]
    cells = {noc: f"cell-0-{row_of(noc)}-{MEN_500}" for noc in nocs}
    with ThreadPoolExecutor(len(nocs)) as threads:
        saved = threads.map(
            lambda cell: client.post("/uploads/upload-1", data={cell: "0"}, follow_redirects=False).status_code,
            cells.values(),
        )
        assert set(saved) == {303}
    assert [published(client)[noc]["men-500"] for noc in nocs] == [0] * 4
    assert client.get("/api/scenarios/upload-1").json()["title"].endswith("with 4 changes by hand")
    session = last_session(client)
    assert len([*session.folder.iterdir()]) == 2, "what was sent, and the scenario as it is read now"


def test_what_was_typed_is_kept_while_the_server_is_busy(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    send(client, "t.csv", SHEET, base="sochi-2014")
    cell = f"cell-0-{row_of('KAZ')}-{MEN_500}"

    async def busy(*_: object, **__: object) -> None:
        raise BusyError

    with monkeypatch.context() as patched:
        patched.setattr(intake, "ask", busy)
        save(client, **{cell: "1"})
    page = client.get("/uploads/upload-1").text
    assert "The server is busy" in words(page)
    assert "Save it once more, perhaps in a minute" in words(page)
    assert f'name="{cell}" value="1"' in page
    assert published(client)["KAZ"]["men-500"] == 2
    save(client)
    assert published(client)["KAZ"]["men-500"] == 1


def test_numbers_in_a_column_that_is_not_read_are_marked(client: TestClient) -> None:
    more = "\n".join(f"{line};{'Quelle' if not n else n if n < 3 else ''}" for n, line in enumerate(SHEET.splitlines()))
    send(client, "t.csv", more, base="sochi-2014")
    page = client.get("/uploads/upload-1").text
    marked = re.findall(r'<td class="maybe">\s*<input id="cell-0-(\d+)-(\d+)"', page)
    assert marked == [("1", "10"), ("2", "10")]


def test_an_upload_that_is_removed_while_it_is_read_again_stays_removed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, "t.csv", SHEET, base="sochi-2014")
    session = last_session(client)
    asked = intake.ask

    async def meanwhile(*given: Any, **more: Any) -> Any:
        session.remove("upload-1")
        return await asked(*given, **more)

    monkeypatch.setattr(intake, "ask", meanwhile)
    answer = client.post("/uploads/upload-1", data={f"cell-0-{row_of('KAZ')}-{MEN_500}": "1"}, follow_redirects=False)
    assert answer.status_code == 404
    assert "upload-1" in words(answer.text)
    assert session.drafts == session.uploads == {}
    assert list(session.folder.iterdir()) == []


def test_no_page_of_an_upload_speaks_of_options_of_the_command_line(client: TestClient) -> None:
    mine = (
        "Nation,Men 500 m,Men 1000 m,Men 1500 m,Men relay,Women 500 m,Women 1000 m,Women 1500 m,Women relay,Athletes\n"
    )
    mine += "Japan,1,2,3,0,3,3,3,1,8\nRussia,3,3,2,1,3,3,3,1,10\n"
    refused = send(client, "mine.csv", mine).text
    assert "choose them, such as" in refused
    send(client, "mine.csv", mine, base="sochi-2014")
    read = client.get("/uploads/upload-2").text
    home = client.get("/").text
    for page in (refused, read, home, client.get("/scenarios/upload-2").text):
        assert not re.search(r"--(?:rules|host|columns)", page)
    assert "as in sochi-2014; another can be named" in unescape(re.sub(r"<[^>]+>", "", read))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("name them, such as --rules a (or b)", "choose them, such as a (or b)"),
        ('the headers of its largest table: none; others: --rules, --columns "ROLE=HEADER"', None),
        (
            "its rules are those of no scenario; name them with --rules",
            "its rules are those of no scenario; choose them",
        ),
        ("no host place is guaranteed; name it with --host", "no host place is guaranteed; name it"),
        (
            "is not read: 'a'; name it with --columns if it counts",
            "is not read: 'a'; say what it is above it if it counts",
        ),
        ('Say which is which, such as --columns "men-500=x"', "Say which is which, above the columns"),
        ("say which one it is with --columns", "say above the columns which one it is"),
        ("--columns: no column is headed 'x'", "no column is headed 'x'"),
    ],
)
def test_what_the_import_says_of_options_is_said_of_the_form(said: str, shown: str | None) -> None:
    assert by_the_form(said) == (shown if shown is not None else "the headers of its largest table: none")
