"""What pages say to who has no pointer: nothing is said only when one is held over it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import quotaproof.web
from quotaproof.reporting import build, render
from quotaproof.scenarios import load_scenario

from .conftest import SCENARIOS, zipped
from .test_languages import ADDRESSES

STYLES = Path(quotaproof.web.__file__).parent / "static" / "style.css"
SOCHI, SPEED, PYEONGCHANG = "/scenarios/sochi-2014", "/scenarios/speed-skating-2026", "/scenarios/pyeongchang-2018"
REVEALS = re.compile(r"content|display|visibility|opacity|clip|transform|height|width")


class Said(HTMLParser):
    """The text of a page, and what its elements say when a pointer is held over them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.on_hover = "", list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.on_hover += [value for name, value in attrs if name == "title" and value]

    def handle_data(self, data: str) -> None:
        self.text += f" {' '.join(data.split())}"


def only_on_hover(page: str) -> list[str]:
    """What a page says on hover and nowhere else."""
    said = Said(page)
    return [words for words in said.on_hover if words not in said.text]


def reveals_on_hover(styles: str) -> Iterator[str]:
    """The rules of a style sheet that show something while a pointer is over it."""
    for selector, rule in re.findall(r"([^{}]*:hover[^{}]*)\{([^{}]*)\}", styles):
        if any(REVEALS.match(declaration.strip()) for declaration in rule.split(";")):
            yield selector.strip()


@pytest.mark.parametrize("address", [*ADDRESSES, f"{SPEED}/lists/men-500", PYEONGCHANG])
def test_no_page_says_anything_on_hover_alone(client: TestClient, address: str) -> None:
    assert only_on_hover(client.get(address).text) == []


@pytest.mark.parametrize("name", ["sochi-2014", "speed-skating-2026"])
def test_no_report_says_anything_on_hover_alone(name: str) -> None:
    page = render(build(load_scenario(name)), "html")
    assert bool(Said(page).on_hover) == (name == "sochi-2014"), "its table differs in two cells"
    assert only_on_hover(page) == []


def test_no_style_shows_anything_on_hover_alone() -> None:
    assert ":hover" in STYLES.read_text(encoding="utf-8")
    assert list(reveals_on_hover(STYLES.read_text(encoding="utf-8"))) == []


def test_what_is_said_or_shown_on_hover_alone_is_found() -> None:
    assert only_on_hover('<td title="rank by points">33.85</td><p title="in">He is in</p>') == ["rank by points"]
    styles = "a:hover { color: red } .tip:hover::after { content: attr(x) }"
    assert list(reveals_on_hover(styles)) == [".tip:hover::after"]


def cells(page: str) -> list[list[str]]:
    """The first list of a page, its heading first."""
    table = page.partition('<table class="list ranked">')[2].partition("</table>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in row] for row in found]


@pytest.mark.parametrize(
    ("language", "heading", "tie"),
    [
        ("en", "Equal points, told apart by", "lower sum of positions"),
        ("de", "Punktgleich, unterschieden durch", "kleinere Summe der Platzierungen"),
        ("fr", "À égalité de points, départagés par", "plus petite somme des rangs"),
        ("it", "A pari punti, distinti da", "somma dei piazzamenti più bassa"),
    ],
)
def test_what_breaks_a_tie_is_a_column_of_its_list(client: TestClient, language: str, heading: str, tie: str) -> None:
    first, *rows = cells(client.get(f"{SOCHI}/lists/men-1000", headers={"accept-language": language}).text)
    assert first[-1] == heading
    points = [row[2] for row in rows]
    for row in rows:
        assert bool(row[-1]) == (points.count(row[2]) > 1), row
    level = {row[0]: row[-1] for row in rows}
    assert (level["27"], level["28"], level["29"]) == ("", tie, tie)


def test_a_list_without_ties_has_no_column_for_them(client: TestClient) -> None:
    heading, *rows = cells(client.get("/scenarios/synthetic-beijing-like/lists/men-500").text)
    assert len(rows) > 30
    assert not any("told apart" in words for words in heading)


def test_where_an_athlete_comes_from_is_said_in_its_cell_and_told_apart_without_colour(client: TestClient) -> None:
    # With more quota places and mixed relays than the rules have, some are left over for every pathway.
    name = "synthetic-beijing-like"
    rules = (SCENARIOS / name / "rules.toml").read_text(encoding="utf-8")
    rules = rules.replace("athletes = 112", "athletes = 124").replace("start-places = 12\n", "start-places = 15\n")
    sent = client.post("/uploads", files=[("files", ("own.zip", zipped(name, rules_toml=rules.encode())))])
    page = client.get("/scenarios/upload-1").text
    assert sent.status_code == 200
    for kind, words in (
        ("host", "host place"),
        ("top-up", "with an athlete for the mixed relay"),
        ("remainder", "with an athlete from what was left over"),
    ):
        found = re.findall(rf'<td class="{kind}">(.*?)</td>', page, re.DOTALL)
        assert found, kind
        assert all(f", {words}<" in cell for cell in found)
        assert f'<span class="swatch {kind}" aria-hidden="true">1</span>' in page
    lines = re.findall(r"\)\.(\S+) \{[^}]*text-decoration-style: (\w+)", STYLES.read_text(encoding="utf-8"))
    assert len(lines) == len(dict(lines)) == len({style for _, style in lines}) == 3
