"""What a link shows elsewhere: title, sentence and picture of each question."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image
from starlette.testclient import TestClient

from quotaproof.cli import cli
from quotaproof.first_mention import named
from quotaproof.model.errors import InputError
from quotaproof.web import cards
from quotaproof.web.phrases import plainly

from .conftest import zipped

SOCHI = "/scenarios/sochi-2014"
NAMES = {"KAZ": "Kazakhstan", "ITA": "Italy", "USA": "United States", "AIN": "AIN"}
QUESTIONS = {
    "verdict": (
        SOCHI,
        "Short track speed skating, Sochi 2014 · quotaproof",
        (
            "The published table is right with these changes. On no record: men's 1000 m: Kazakhstan (KAZ, rank 31) "
            "gave back a start place; Italy's (ITA) second (rank 33), next in line, did not take it; Hungary's (HUN) "
            "third (rank 34) has it."
        ),
    ),
    "what-if": (
        f"{SOCHI}/whatif?decline=FRA&decline=KAZ&for=JPN",
        (
            "France gives back everything and Kazakhstan gives back everything: Short track speed skating, Sochi 2014 "
            "· quotaproof"
        ),
        "Japan gains one place in the men's 500 m; no athlete more.",
    ),
    "list": (
        f"{SOCHI}/lists/men-1000",
        "men's 1000 m · Short track speed skating, Sochi 2014 · quotaproof",
        (
            "32 start places. The last that is in: Hungary (third) with 2 points. Next in line: Czechia, South Korea "
            "(third), Belarus."
        ),
    ),
    "missed": (
        f"{SOCHI}/nations/NZL",
        "New Zealand · Short track speed skating, Sochi 2014 · quotaproof",
        "New Zealand has no place. In the men's 500 m it is at rank 33, 1 point behind the last that is in.",
    ),
    "certain": (
        "/scenarios/milano-cortina-2026/nations/USA",
        "United States · Short track speed skating, Milano Cortina 2026 · quotaproof",
        (
            "The United States has for certain one place in the women's relay and eight athletes (three men and five "
            "women); the rest is open."
        ),
    ),
}


def meta(page: str, name: str) -> str:
    found = re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)"', page)
    assert found is not None, name
    return unescape(found[1])


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_its_title_its_sentence_and_its_picture(client: TestClient, name: str) -> None:
    address, title, sentence = QUESTIONS[name]
    page = client.get(address).text
    assert meta(page, "og:title") == title
    assert meta(page, "description") == meta(page, "og:description") == sentence
    assert sentence in meta(page, "og:image:alt")
    picture = meta(page, "og:image")
    assert picture.startswith("http://127.0.0.1/scenarios/")
    answer = client.get(picture)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    assert len(answer.content) < 60_000
    assert client.get(picture).content == answer.content, "kept"
    buttons = re.search(r'data-copy-words="([^"]*)"', page)
    assert buttons is not None
    assert unescape(buttons[1]).endswith(sentence)


def test_pictures_differ_with_what_they_say(client: TestClient) -> None:
    pictures = {client.get(meta(client.get(address).text, "og:image")).content for address, *_ in QUESTIONS.values()}
    assert len(pictures) == len(QUESTIONS)


def test_what_has_no_answer_has_no_picture(client: TestClient) -> None:
    page = client.get(f"{SOCHI}/whatif?decline=XXX")
    assert page.status_code == 400
    assert "og:image" not in page.text
    for wrong in ("whatif/preview.png?decline=XXX", "lists/nothing/preview.png", "nations/XXX/preview.png"):
        answer = client.get(f"{SOCHI}/{wrong}")
        assert answer.status_code in (400, 404), wrong
        assert answer.headers["content-type"].startswith("text/html")


def test_an_upload_is_shown_to_nobody_elsewhere(client: TestClient) -> None:
    files = {"files": ("own.zip", zipped("sochi-2014"), "application/zip")}
    client.post("/uploads", files=files, headers={"origin": "http://127.0.0.1"})
    assert client.get("/scenarios/upload-1/preview.png").status_code == 200
    assert "og:image" not in client.get("/scenarios/upload-1").text
    client.cookies.clear()
    assert client.get("/scenarios/upload-1/preview.png").status_code == 404


@pytest.mark.parametrize("sentence", ["Short.", "Long words " * 60, "W" * 400, "Ærø, Łódź, Κρήτη, Ёлка ✓ ≈"])
def test_a_picture_holds_any_sentence(sentence: str) -> None:
    card = cards.Card("A title " * 20, sentence, "/x.png", "changed")
    image = Image.open(io.BytesIO(cards.drawn(card))).convert("RGB")
    darkest, _ = image.crop((80, 60, 1120, 540)).convert("L").getextrema()
    assert darkest < 80, "something is written"  # type: ignore[operator]
    right = image.crop((1130, 0, 1200, 630)).getcolors(1000)
    assert right is not None
    assert len(right) == 1, "nothing runs into the margin"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("KAZ (rank 31) gave it back; KAZ has none", "Kazakhstan (KAZ, rank 31) gave it back; KAZ has none"),
        ("ITA, men's 500 m: 2", "Italy (ITA), men's 500 m: 2"),
        ("USA gains. So ITA's men do.", "The United States (USA) gains. So Italy's (ITA) men do."),
        ("before USA and AIN", "before the United States (USA) and AIN"),
        ("decline KAZ:men-1000, `KAZ` and (KAZ)", "decline KAZ:men-1000, `KAZ` and (KAZ)"),
        ("- USA and ITA before KAZ.", "- The United States (USA) and Italy (ITA) before Kazakhstan (KAZ)."),
    ],
)
def test_a_code_has_its_name_where_it_is_mentioned_first(text: str, words: str) -> None:
    assert named(text, NAMES) == words


def test_codes_are_replaced_by_names_in_a_title() -> None:
    assert plainly("KAZ gives back men's 500 m", NAMES) == "Kazakhstan gives back men's 500 m"


def test_a_static_edition_names_pictures_where_its_address_is_known(tmp_path: Path) -> None:
    out = tmp_path / "site"
    run = CliRunner().invoke(
        cli, ["site", "synthetic-decline-pays", "--out", str(out), "--url", "https://example.org/q/"]
    )
    assert run.exit_code == 0, run.output
    page = (out / "synthetic-decline-pays" / "index.html").read_text("utf-8")
    assert meta(page, "og:image") == "https://example.org/q/synthetic-decline-pays/preview.png"
    assert Image.open(out / "synthetic-decline-pays" / "preview.png").size == (1200, 630)
    refused = CliRunner().invoke(cli, ["site", "sochi-2014", "--out", str(out), "--url", "example.org"])
    assert isinstance(refused.exception, InputError)
    assert "begins with https://" in str(refused.exception)
