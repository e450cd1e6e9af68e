"""The words of pages: plural forms agree with their number, and no page speaks as a program does."""

from __future__ import annotations

import html
import re

import pytest
from starlette.testclient import TestClient

from quotaproof.reading_words import label_of, meaning_of
from quotaproof.scenarios import identifiers, load_scenario
from quotaproof.web.phrases import for_readers, verdict

PLURAL = re.compile(r"\b(?:1|one|One) (?:men|women|people|entries|\w+s)\b(?![’'])")
TRUE = re.compile(r"(?:is|has|was|goes|needs|does|gives|takes|keeps|loses|gains|less)$")
"""What may follow: verbs, and words that only end like a plural."""

PROGRAM = re.compile(
    r"\[whatif: |greedy reference|\bwalk / refuse|\b\d+ facts\b|--(?:move|set|decline)\b|\bmen-\d|\w>=\d"
)

ADDRESSES = (
    "/",
    "/help",
    "/compare",
    *(f"/scenarios/{name}{part}" for name in identifiers() for part in ("", "/lists", "/nations", "/rules", "/whatif")),
    "/scenarios/sochi-2014/lists/men-1000",
    "/scenarios/sochi-2014/reserve/men-1000",
    "/scenarios/sochi-2014/nations/NZL",
    "/scenarios/pyeongchang-2018/nations/GBR",
    "/scenarios/milano-cortina-2026/nations/USA",
    "/scenarios/milano-cortina-2026/explain?noc=BEL&column=men-relay",
    "/scenarios/milano-cortina-2026/explain?noc=BEL&column=men-500",
    "/scenarios/sochi-2014/whatif?decline=FRA&decline=KAZ&for=JPN",
    "/scenarios/sochi-2014/whatif?decline=KAZ:men-1000=1",
    "/scenarios/sochi-2014/explain?noc=JPN&column=men&least=4",
    "/scenarios/beijing-2022/whatif?decline=JPN:men-relay",
    "/scenarios/beijing-2022/explain?noc=JPN&column=men&least=5",
)


def shown(page: str) -> str:
    """Return what is read on a page: the words of its body, with a break at each element that is a block."""
    body = re.sub(r"(?s)<(script|style|code|pre)\b.*?</\1>", " ", page.partition("<body")[2])
    body = re.sub(
        r"</?(?:td|th|li|p|h\d|dt|dd|option|tr|div|caption|summary|label|legend|figcaption|text)\b[^>]*>", "\n", body
    )
    return re.sub(r"[ \t]+", " ", html.unescape(re.sub(r"<[^>]+>", "", body)))


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_plurals_that_agree_and_no_words_of_a_program(client: TestClient, address: str) -> None:
    text = shown(client.get(address).text)
    assert len(text) > 200
    wrong = [match[0] for match in PLURAL.finditer(text) if not TRUE.search(match[0])]
    assert not wrong
    assert PROGRAM.findall(text) == []


@pytest.mark.parametrize("name", ["sochi-2014", "pyeongchang-2018", "beijing-2022"])
def test_a_reading_that_is_named_has_its_sentence(client: TestClient, name: str) -> None:
    text = shown(client.get(f"/scenarios/{name}").text)
    named = {
        label
        for words in re.findall(r"[Rr]ead as ([^.;]*?), the rules", text)
        for label in re.findall(r"“([^”]+)”", words)
    }
    assert {"a cap on individual start places", "only what is meant to come out", "a hard cap"} <= named
    assert all(re.search(rf"\n\s*{label.capitalize()}: [A-Z]", text) for label in named)
    assert not re.search(r"[Rr]ead as [^.;]*\b(?:walk|nominal|refuse)\b", text)


def test_every_way_to_read_a_clause_has_words_and_a_sentence() -> None:
    for name in identifiers():
        for reading in load_scenario(name).open_readings:
            for value in reading.values:
                assert meaning_of(reading.name, value).endswith("."), (name, reading.name, value)
                assert label_of(reading.name, value) != value


def test_an_answer_is_said_in_words_of_the_field() -> None:
    text = (
        "Why not men-500>=2 for KAZ? Because of 33 facts and clauses; together they exclude it, and without any one of "
        "them it would be possible.\n\n- ranks 1 to 3 of men-500 are held by ITA 3\n- gender-cap. Is 60 a cap? Read "
        "as walk (chosen) or nominal, the rules give the table; read as hard, the rules do not give the table."
    )
    said = (
        "Why not two places in the men's 500 m or more for Kazakhstan (KAZ)? What follows, taken together, excludes "
        "it; without any one part of it, it would be possible.\n\n- ranks 1 to 3 of the men's 500 m are held by Italy "
        "(ITA) 3\n- Is 60 a cap? Read as “a cap on individual start places” (as here) or “only what is meant to come "
        "out”, the rules give the table; read as “a hard cap”, the rules do not give the table."
    )
    assert for_readers(text, {"men-500": "men's 500 m"}, {"KAZ": "Kazakhstan", "ITA": "Italy"}) == said


def test_facts_and_readings_of_a_table_known_in_part_are_said_in_words_of_the_field() -> None:
    text = (
        "Short track, somewhere: the rules give a table with all of the 75 facts.\n\nProved: there is a table (open "
        "clauses read as gender-cap walk, remaining-ties men-first and fifth-in-walk yes). 1. 1 fact; 2. 12 facts."
    )
    said = (
        "Proved: there is a table (open clauses read as “a cap on individual start places”, “the man first” and "
        "“counted at once”). 1. 1 published statement; 2. 12 published statements."
    )
    assert for_readers(text, {}, {}).endswith(said)
    assert verdict(text) == "The rules give a table with all of the 75 published statements."


def test_the_verdict_on_a_published_list_is_a_sentence(client: TestClient) -> None:
    page = client.get("/scenarios/speed-skating-2026-after-two").text
    title = re.search(r'(?s)<h2 id="verdict-title">(.*?)</h2>', page)
    assert title is not None
    assert shown(f"<body>{title[1]}").strip("> \n") == "✓ The last draft is as the results give."


@pytest.mark.parametrize("words", ["1 places change hands", "one men", "one athletes", "1 cells"])
def test_a_wrong_plural_would_be_found(words: str) -> None:
    assert PLURAL.search(words)
    assert not TRUE.search(PLURAL.search(words)[0])  # type: ignore[index]


def test_a_list_of_entries_is_introduced_by_a_sentence_and_no_file(client: TestClient) -> None:
    page = client.get("/scenarios/figure-skating-2014").text
    verdict_of = re.search(r'(?s)<section class="verdict.*?</section>', page)
    assert verdict_of is not None
    assert "✓</b> Who entered had the places.</h2>" in verdict_of[0]
    assert "Who entered at the Games: An NOC without" in verdict_of[0]
    assert 'Source: <a href="/scenarios/figure-skating-2014/rules#sources-title">Rules and sources</a>' in verdict_of[0]
    assert "entries.csv" not in verdict_of[0].partition("<details")[0]


@pytest.mark.parametrize("part", ["", "/whatif", "/nations"])
def test_codes_under_which_athletes_of_an_noc_start_are_explained(client: TestClient, part: str) -> None:
    page = shown(client.get(f"/scenarios/milano-cortina-2026{part}").text)
    assert "AIN (BLR): Individual Neutral Athletes (Belarus), AIN (RUS)" in page or (
        "AIN (RUS): Individual Neutral Athletes (Russia), AIN (BLR): Individual Neutral Athletes (Belarus)." in page
    )
    assert "Individual Neutral Athletes" not in shown(client.get(f"/scenarios/sochi-2014{part}").text)


def test_games_side_by_side_name_nations_once_and_not_by_codes_alone(client: TestClient) -> None:
    page = shown(client.get("/compare").text)
    assert "ROC ROC" not in page
    assert "Milano Cortina 2026: Russia as AIN (RUS), Milano Cortina 2026: Belarus as AIN (BLR)." in page


def test_the_help_explains_the_codes_that_pages_use(client: TestClient) -> None:
    page = shown(client.get("/help").text)
    for term in ("NOC", "P1, P2 …", "reading"):
        assert re.search(rf"(?m)^\s*{re.escape(term)}\s*$", page), term
    german = shown(client.get("/help?lang=de").text)
    assert "Ein Nationales Olympisches Komitee" in german and "„Regeln und Quellen“" in german
