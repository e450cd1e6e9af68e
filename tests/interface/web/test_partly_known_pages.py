"""The page of a table that is known in part: its verdict, and the explanation of a cell."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from quotaproof.web.statements import with_links

from .test_pages import words

MILANO = "/scenarios/milano-cortina-2026"


def test_the_page_has_the_verdict_and_leads_to_explanations(client: TestClient) -> None:
    page = client.get(MILANO)
    assert page.status_code == 200
    assert "The rules give a table with all of the 75 published statements." in words(page.text)
    assert f'{MILANO}/explain?noc=USA&amp;column=women-relay"' in page.text
    german = words(client.get(MILANO, headers={"Accept-Language": "de"}).text)
    assert "Die Angaben passen zu den Regeln." in german


def test_the_table_of_ranges_has_what_a_complete_table_has(client: TestClient) -> None:
    page = client.get(MILANO).text
    for tool in ('data-filter="#quota-table"', 'data-sort="#quota-table"', "data-mine", '<option value="USA">'):
        assert tool in page
    assert '<table class="quota main" id="quota-table" data-grid' in page
    assert '<th scope="row" class="host"' in page and f'href="{MILANO}/embed"' in page
    row = re.search(r'<tr data-noc="ITA">.*?</tr>', page, re.DOTALL)
    assert row is not None and 'data-value="8010"' in row[0], "8 are certain and 10 possible"
    embedded = words(client.get(f"{MILANO}/embed").text)
    assert "The rules give a table with all of the 75 published statements." in embedded
    assert "From 75 published statements follows" in embedded and "ITA Italy 3, certain" in embedded


def test_the_first_page_says_that_statements_are_known(client: TestClient) -> None:
    assert "No table was published. Published statements say what each number can be." in words(client.get("/").text)
    assert "no table yet; the facts fit the rules" in client.get(f"{MILANO}/badge").text


def test_neutral_athletes_have_no_flag(client: TestClient) -> None:
    page = client.get(MILANO).text
    flags = {noc: re.search(rf'<tr data-noc="{noc}">.*?</th>', page, re.DOTALL) for noc in ("RUS", "BLR", "ITA")}
    assert [noc for noc, row in flags.items() if row is not None and 'class="flag"' in row[0]] == ["ITA"]


def test_a_cell_is_explained_with_its_facts(client: TestClient) -> None:
    page = words(client.get(f"{MILANO}/explain?noc=USA&column=women-relay").text)
    assert "The United States (USA) has 1 in the women's relay, for certain." in page
    assert "The table is known in part" in page and "(USA) has 8 quota places (totalapexsports.com" in page
    assert "known.csv" not in page, "a file that no reader of the page has"


def test_what_is_open_from_nothing_is_said_so_of_neutrals_as_they_are_shown(client: TestClient) -> None:
    page = client.get(f"{MILANO}/explain?noc=RUS&column=men-500").text
    assert "AIN (RUS) is certain of nothing in the men's 500 m; at most 1 is possible." in words(page)
    assert re.search(r"<h1[^>]*>AIN \(RUS\), men&#39;s 500 m</h1>", page)
    men = words(client.get(f"{MILANO}/explain?noc=RUS&column=men").text)
    assert "AIN (RUS) is certain of no men; at most" in men


def test_each_statement_that_an_explanation_names_is_on_the_page_of_sources_with_a_link(client: TestClient) -> None:
    explained = client.get(f"{MILANO}/explain?noc=USA&column=men&least=4").text
    named = set(re.findall(rf'href="{MILANO}/rules#(statement-\d+)" hx-boost="false"', explained))
    assert len(named) > 5 and "known.csv" not in explained
    assert "has 3 men, for certain" not in explained, "what is asked comes first"
    sources = client.get(f"{MILANO}/rules").text
    for row in named:
        found = re.search(rf'<tr id="{row}">(.*?)</tr>', sources, re.DOTALL)
        assert found is not None and re.search(r'<a href="https?://[^"]+" rel="noreferrer nofollow">', found[1])
    assert f'href="{MILANO}/rules#statements-title"' in client.get(f"{MILANO}/nations/USA").text
    document = client.get(f"/api{MILANO}").json()
    assert {"says", "source", "line"} == set(document["statements"][0]) and len(document["statements"]) >= 75


def test_a_source_becomes_a_link_only_where_it_is_an_address() -> None:
    shown = with_links('https://example.org/a?b=1 (10 Dec); javascript:alert(1) <b> "https://x.example/".')
    assert shown.count("<a ") == 2 and 'href="https://example.org/a?b=1"' in shown and '"https://x.example/"' in shown
    assert "<b>" not in shown and "&lt;b&gt;" in shown
    long = f"https://example.org/{'a' * 60}"
    assert with_links(f"see {long}.") == f'see <a href="{long}" rel="noreferrer nofollow">example.org</a>.'


def test_who_gains_is_asked_and_answered_with_one_sentence_first(client: TestClient) -> None:
    form = words(client.get(f"{MILANO}/whatif").text)
    assert "A nation gives something back" in form and "Nothing can be asked here" not in form
    assert "the answer holds for every table with all published statements" in form
    sent = client.get(f"{MILANO}/whatif?form=1&add-noc=USA&add-event=women-relay", follow_redirects=False)
    assert sent.headers["location"] == f"{MILANO}/whatif?decline=USA:women-relay"
    text = client.get(sent.headers["location"]).text
    page = words(text)
    answer = page.index("Nobody gains anything for certain; ")
    assert (
        answer
        < page.index("holds for every table with all 75 facts")
        < page.index("After it, for certain and possibly")
    )
    assert "neither shown nor excluded" in page and "Where nothing comes free, somebody gains only if" in page
    german = words(client.get(sent.headers["location"], headers={"Accept-Language": "de"}).text)
    assert "ist es weder gezeigt noch ausgeschlossen" in german
    document = client.get(f"/api{MILANO}/whatif?decline=USA:women-relay").json()
    assert document["table"] == "partly-known" and document["partly_known"]["state"] == "final"
    assert {"noc": "RUS", "column": "women-relay", "number": 1} in document["not_excluded"]


def test_what_an_noc_does_not_have_is_said_in_the_page(client: TestClient) -> None:
    page = client.get(f"{MILANO}/whatif?decline=USA:men-relay")
    assert "In no table with these facts has USA what it is to give back" in words(page.text)
