"""Addresses with a name that is not there: words of the page, and the nearest right address as a link."""

from __future__ import annotations

import html
import re

import pytest
from starlette.testclient import TestClient

from quotaproof.web.meant import closest

from .test_pages import words

SOCHI = "/scenarios/sochi-2014"
MILANO = "/scenarios/milano-cortina-2026"

PROGRAM_WORDS = re.compile(r"--\w|NOC:|=N\b|EVENT|events are|NOCs are|caps are|readings are|do you mean")


def said(page: str) -> tuple[str, list[str]]:
    """What a page says of a problem, and where its links lead."""
    found = re.search(r'<div class="problem".*?</div>', page, re.DOTALL) or re.search(
        r'<p class="lead">.*?</div>', page, re.DOTALL
    )
    assert found is not None
    return words(found[0]), [html.unescape(link) for link in re.findall(r'href="([^"]*)"', found[0])]


@pytest.mark.parametrize(
    ("address", "sentence", "link"),
    [
        (f"{SOCHI}/whatif?decline=FRANCE&for=JPN", "'FRANCE' is no nation", f"{SOCHI}/whatif?decline=FRA&for=JPN"),
        (f"{SOCHI}/whatif?decline=FRX:men-500=1", "'FRX' is no nation", f"{SOCHI}/whatif?decline=FRA:men-500=1"),
        (f"{SOCHI}/whatif?decline=FRA:men500", "'men500' is no event", f"{SOCHI}/whatif?decline=FRA:men-500"),
        (f"{SOCHI}/whatif?decline=FRA&decline=kaz", "'kaz' is no nation", f"{SOCHI}/whatif?decline=FRA&decline=KAZ"),
        (f"{SOCHI}/whatif?decline=FRA&for=JAPAN", "'JAPAN' is no nation", f"{SOCHI}/whatif?decline=FRA&for=JPN"),
        (f"{SOCHI}/whatif?decline=FRA&for=JPX", "'JPX' is no nation", f"{SOCHI}/whatif?decline=FRA&for=JPN"),
        (f"{SOCHI}/whatif?exclude=ITX", "'ITX' is no nation", f"{SOCHI}/whatif?exclude=ITA"),
        (f"{SOCHI}/whatif?host=FRX", "'FRX' is no nation", f"{SOCHI}/whatif?host=FRA"),
        (f"{SOCHI}/whatif?set=men500:noc=3", "'men500' is no event", f"{SOCHI}/whatif?set=men-500:noc=3"),
        (f"{SOCHI}/whatif?decline=FRA&mode=x", "How declines are answered", f"{SOCHI}/whatif?decline=FRA&mode=rerun"),
        (f"{SOCHI}/whatif?decline=FRA&from=x", "What to start from", f"{SOCHI}/whatif?decline=FRA&from=rules"),
        (f"{SOCHI}/explain?noc=japan", "'japan' is no nation", f"{SOCHI}/explain?noc=JPN"),
        (f"{SOCHI}/explain?noc=JPN&column=1000m", "'1000m' is no event", f"{SOCHI}/explain?noc=JPN&column=men-1000"),
        (f"{SOCHI}/explain?noc=", "is not said", f"{SOCHI}/nations"),
        (f"{SOCHI}/nations/Japan", "'Japan' is no nation", f"{SOCHI}/nations/JPN"),
        (f"{SOCHI}/nations/QQQ", "'QQQ' is no nation", f"{SOCHI}/nations"),
        (f"{SOCHI}/lists/men-100", "'men-100' is no event", f"{SOCHI}/lists/men-1000"),
        (f"{SOCHI}/lists/zzz", "To choose from: men's 500 m, men's 1000 m", f"{SOCHI}/lists/women-relay"),
        (f"{SOCHI}/reserve/men500", "'men500' is no event", f"{SOCHI}/reserve/men-500"),
        (f"{SOCHI}/whatiff", "Do you mean: What if", f"{SOCHI}/whatif"),
        (f"{SOCHI}/qqq", "Short track speed skating, Sochi 2014", SOCHI),
        (f"{SOCHI}/download/qqq/csv", "There is no such file", SOCHI),
        ("/scenarios/sochi2014/lists/men-1000", "Do you mean: Short track", f"{SOCHI}/lists/men-1000"),
        ("/helpp", "Do you mean: Help", "/help"),
        ("/qqq", "There is no such page.", "/"),
        (f"{MILANO}/explain?noc=USX&column=men-500", "'USX' is no nation", f"{MILANO}/explain?noc=USA&column=men-500"),
    ],
)
def test_a_name_that_is_not_there_leads_to_the_nearest_in_words_of_the_page(
    client: TestClient, address: str, sentence: str, link: str
) -> None:
    answer = client.get(address)
    text, links = said(answer.text)
    assert answer.status_code in (400, 404) and sentence in text and link in links
    assert not PROGRAM_WORDS.search(text), text
    assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("decline=FRA:men-500=x", "What France gives back cannot be read in this address ('FRA:men-500=x')"),
        ("set=nothing=1", "A change in this address cannot be read ('nothing=1')"),
        ("set=men-500", "A change in this address cannot be read ('men-500')"),
        ("move=FRA:men-500", "A change in this address cannot be read"),
        ("reading=gender-cap=qqq", "There is no such way to read a clause"),
        ("reading=qqq", "There is no such way to read a clause"),
        ("withdraw=qqq", "Here places belong to nations"),
    ],
)
def test_what_cannot_be_read_is_said_in_words_of_the_page(client: TestClient, query: str, sentence: str) -> None:
    text, _ = said(client.get(f"{SOCHI}/whatif?{query}").text)
    assert sentence in text and not PROGRAM_WORDS.search(text)


def test_what_is_there_but_refused_keeps_its_reason(client: TestClient) -> None:
    text, links = said(client.get(f"{SOCHI}/whatif?decline=FRA:men-500=9").text)
    assert "it cannot decline 9" in text and links == []


def test_a_team_of_neutrals_and_a_nation_that_has_nothing_may_ask(client: TestClient) -> None:
    for nation in ("AIN", "RUS", "NZL"):
        assert client.get(f"{MILANO}/whatif?decline=USA:women-relay&for={nation}").status_code == 200


def test_the_json_interface_names_ids(client: TestClient) -> None:
    assert "there are beijing-2022" in client.get("/api/scenarios/sochi").json()["error"]


def test_a_page_in_german_says_it_in_german(client: TestClient) -> None:
    text, _ = said(client.get(f"{SOCHI}/nations/Japn", headers={"Accept-Language": "de"}).text)
    assert "'Japn' ist keine Nation dieses Szenarios. Meinen Sie: Japan (JPN)" in text and "alle Nationen" in text


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("men-50", ["men-500"]),
        ("MEN 1000", ["men-1000"]),
        ("Women's 500 m", ["women-500"]),
        ("500m", ["men-500", "women-500"]),
        ("wmen-500", ["women-500", "men-500", "men-1000"]),
        ("", []),
        ("zzz", []),
        ("x" * 5000, []),
    ],
)
def test_the_nearest_names(word: str, meant: list[str]) -> None:
    events = {"men's 500 m": "men-500", "women's 500 m": "women-500", "men's 1000 m": "men-1000"}
    assert closest(word, {**events, **{event: event for event in events.values()}}) == meant
