"""The words of pages: plural forms agree with their number, and no page speaks as a program does."""

from __future__ import annotations

import html
import re

import pytest
from starlette.testclient import TestClient

from quotaproof.scenarios import identifiers

PLURAL = re.compile(r"\b(?:1|one|One) (?:men|women|people|entries|\w+s)\b(?![’'])")
TRUE = re.compile(r"(?:is|has|was|goes|needs|does|gives|takes|keeps|loses|gains|less)$")
"""What may follow: verbs, and words that only end like a plural."""

PROGRAM = re.compile(
    r"\[whatif: |greedy reference|\bwalk / refuse|\b\d+ facts\b(?! and clauses)|--(?:move|set|decline)\b"
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


@pytest.mark.parametrize("name", ["sochi-2014", "pyeongchang-2018"])
def test_a_reading_that_is_named_has_its_sentence(client: TestClient, name: str) -> None:
    text = shown(client.get(f"/scenarios/{name}").text)
    named = {
        value
        for words in re.findall(r"[Rr]ead as ([^.;]*?), the rules", text)
        for value in re.findall(r"[a-z][a-z-]+", words)
    }
    named -= {"chosen", "or"}
    assert {"walk", "nominal", "hard"} <= named
    assert all(re.search(rf"\n\s*{value} \([a-z-]+\): [A-Z]", text) for value in named)


def test_the_verdict_on_a_published_list_is_a_sentence(client: TestClient) -> None:
    page = client.get("/scenarios/speed-skating-2026-after-two").text
    title = re.search(r'(?s)<h2 id="verdict-title">(.*?)</h2>', page)
    assert title is not None
    assert shown(f"<body>{title[1]}").strip("> \n") == "✓ What the rules give."


@pytest.mark.parametrize("words", ["1 places change hands", "one men", "one athletes", "1 cells"])
def test_a_wrong_plural_would_be_found(words: str) -> None:
    assert PLURAL.search(words)
    assert not TRUE.search(PLURAL.search(words)[0])  # type: ignore[index]
