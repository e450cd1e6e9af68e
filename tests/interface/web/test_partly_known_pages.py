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
