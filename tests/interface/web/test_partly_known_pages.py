"""The page of a table that is known in part: its verdict, and the explanation of a cell."""

from __future__ import annotations

from starlette.testclient import TestClient

from .test_pages import words

MILANO = "/scenarios/milano-cortina-2026"


def test_the_page_has_the_verdict_and_leads_to_explanations(client: TestClient) -> None:
    page = client.get(MILANO)
    assert page.status_code == 200
    assert "The rules give a table with all of the 75 published statements." in words(page.text)
    assert f'{MILANO}/explain?noc=USA&amp;column=women-relay"' in page.text
    german = words(client.get(MILANO, headers={"Accept-Language": "de"}).text)
    assert "Die Angaben passen zu den Regeln." in german


def test_a_cell_is_explained_with_its_facts(client: TestClient) -> None:
    page = words(client.get(f"{MILANO}/explain?noc=USA&column=women-relay").text)
    assert "The United States (USA) has 1 in the women's relay, for certain." in page
    assert "The table is known in part" in page and "USA has 8 quota places (known.csv, line 68)" in page


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
