"""Pages on a telephone, in a real browser: words are broken where they may be, and rows are low."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .conftest import Served

SOCHI = "/scenarios/sochi-2014"
WHATIF = f"{SOCHI}/whatif?decline=FRA&decline=KAZ&for=JPN"
SPEED = "/scenarios/speed-skating-2026"
BEIJING, FIGURE = "/scenarios/beijing-2022", "/scenarios/figure-skating-2018"
ONE_LINE = 48
"""Most points of the height of a row with one line."""

BROKEN = r"""cells => cells.flatMap(cell => {
  const found = [];
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    for (const match of text.data.matchAll(/[\p{L}\u00ad]+/gu)) {
      range.setStart(text, match.index);
      range.setEnd(text, match.index + match[0].length);
      const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
      if (lines.size > 1 && !match[0].includes("\u00ad")) found.push(match[0]);
    }
  }
  return found;
})"""
"""Words of elements that are broken though no hyphen may be there."""

Narrow = Callable[[str, str], Any]


@pytest.fixture
def narrow(browser: Any, server: Served) -> Iterator[Narrow]:
    """Opens an address on a narrow screen, in a language."""
    contexts: list[Any] = []

    def open_(path: str, language: str) -> Any:
        size = {"width": 360, "height": 740}
        context = browser.new_context(viewport=size, base_url=server.url, locale=language, bypass_csp=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(path)
        page.locator("main:not(:has(.making))").wait_for()
        return page

    yield open_
    for context in contexts:
        context.close()


def heights(page: Any, rows: str) -> list[float]:
    """The heights of rows."""
    found: list[float] = page.locator(rows).evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")
    return found


# Letters set apart stand for a wider font, so that no font needs to be installed.
@pytest.mark.parametrize("wider", ["0", "0.2em"])
@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
@pytest.mark.parametrize("address", [SPEED, SOCHI, BEIJING, FIGURE])
def test_headings_of_a_table_are_broken_only_where_a_hyphen_may_be(
    narrow: Narrow, address: str, language: str, wider: str
) -> None:
    page = narrow(address, language)
    page.add_style_tag(content=f"table.main * {{ letter-spacing: {wider} !important }}")
    headings = page.locator("table.main :is(thead, tfoot) th")
    assert headings.count() > 8
    assert headings.evaluate_all(BROKEN) == []
    wide = "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent.trim())"
    assert headings.evaluate_all(wide) == []


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_moves_and_rows_of_an_embedded_table_are_one_line_each(narrow: Narrow, language: str) -> None:
    page = narrow(WHATIF, language)
    page.locator("details:has(table.steps) > summary").click()
    moves = heights(page, "table.steps tbody tr")
    assert len(moves) > 20
    assert max(moves) <= ONE_LINE
    # From whom to whom is seen without scrolling.
    edge = page.locator("table.steps tbody tr:first-child td:nth-of-type(2)").bounding_box()
    assert edge["x"] + edge["width"] <= 360
    rows = heights(narrow(f"{SOCHI}/embed", language), "table.quota tbody tr")
    assert len(rows) == 25
    assert max(rows) <= ONE_LINE


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
@pytest.mark.parametrize(
    ("address", "number"), [("milano-cortina-2026/nations/USA", 12), ("sochi-2014/nations/NZL", 3)]
)
def test_rows_of_a_nation_are_one_line_each(narrow: Narrow, address: str, number: int, language: str) -> None:
    rows = heights(narrow(f"/scenarios/{address}", language), "main tbody tr")
    assert len(rows) == number
    assert max(rows) <= ONE_LINE


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
@pytest.mark.parametrize("address", [SOCHI, WHATIF, f"{SOCHI}/lists/men-1000"])
def test_what_copies_an_answer_is_in_one_line(narrow: Narrow, address: str, language: str) -> None:
    boxes = narrow(address, language).locator(".share > *")
    shown = boxes.evaluate_all("all => all.map(one => one.getBoundingClientRect()).filter(box => box.width)")
    middles = [box["top"] + box["height"] / 2 for box in shown]
    assert len(middles) >= 2
    assert max(middles) - min(middles) < 4


def test_a_number_of_another_table_stays_in_its_cell(narrow: Narrow) -> None:
    page = narrow(SOCHI, "de")
    cells = page.locator("td.changed a")
    assert cells.count() == 2
    assert cells.evaluate_all("cells => cells.map(cell => cell.scrollWidth - cell.clientWidth)") == [0, 0]


def test_what_stands_above_several_columns_is_in_view(narrow: Narrow) -> None:
    page = narrow(SPEED, "de")
    group = page.locator("table.main th.group span").first
    box = group.bounding_box()
    assert box["x"] > 0 and box["x"] + box["width"] <= 360
    page.locator(".quota-scroll").evaluate("box => { box.scrollLeft = 250; }")
    moved = group.bounding_box()
    assert moved["x"] > 0 and moved["x"] + moved["width"] <= 360


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_ranked_list_shows_points_and_who_is_in_without_being_moved(narrow: Narrow, language: str) -> None:
    page = narrow(f"{SOCHI}/lists/men-1000", language)
    first = page.locator("table.ranked tbody tr >> nth=7").locator("td")
    for cell in ("points", "fate"):
        box = first.nth({"points": 1, "fate": 2}[cell]).locator("b" if cell == "fate" else "xpath=.").bounding_box()
        assert box["x"] + box["width"] <= 360, cell
    assert "CAN" in page.locator("table.ranked tbody th >> nth=0").inner_text()
