"""The pages in a real browser, on a server that really runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from quotaproof.scenarios import load_scenario, real_identifiers

from .conftest import SCENARIOS, Served, zipped

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PICTURES = Path(__file__).parents[3] / "build" / "pictures"
BEIJING, SOCHI = "/scenarios/beijing-2022", "/scenarios/sochi-2014"
ALTERED = "/scenarios/altered-beijing-2022"

Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, server: Served) -> Iterator[Open]:
    """Opens an address in a browser that knows nothing yet; says afterwards what the console complained of."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_(path: str, *, width: int = 1280, height: int = 900, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _bad(message) else None)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def _bad(message: Any) -> bool:
    # An answer of 400 is in the console too, and is meant to be.
    return message.type in ("error", "warning") and "Failed to load resource" not in message.text


def picture(page: Any, name: str) -> None:
    """Keep a picture to be looked at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(PICTURES / f"{name}.png"), full_page=True)


def violations(page: Any, *rules: str) -> list[str]:
    """What axe-core finds, by all its rules or only by some."""
    page.evaluate(AXE)
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": RULES}
    found = page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only)
    return [f"{v['id']}: {n['html'][:160]}: {n['failureSummary']}" for v in found["violations"] for n in v["nodes"]]


def cell(page: Any, noc: str, place: int) -> Any:
    """The cell of an NOC in the main table; place 1 is the first event."""
    return page.locator("table.main tbody tr", has=page.locator("th", has_text=noc)).locator("td").nth(place - 1)


def test_verify_shows_the_repair_in_place(open_page: Open) -> None:
    page = open_page(ALTERED)
    page.evaluate("document.body.dataset.same = 'yes'")
    page.get_by_role("button", name="Verify this table").click()
    page.locator("#verdict").wait_for()
    assert page.locator("body").get_attribute("data-same") == "yes", "the page was not loaded anew"
    assert "The published table is not what the rules give" in page.locator("#verdict").inner_text()
    assert "KAZ, men's relay" in page.locator("#verdict .repair").inner_text()
    repaired = cell(page, "KAZ", 4)
    assert repaired.get_attribute("class") == "wrong"
    assert repaired.locator("s").inner_text() == "1"
    assert repaired.locator("b").inner_text() == "0"
    assert page.url.endswith("?verify=1")
    assert "The published table is not what the rules give" in page.locator("#said").inner_text()
    picture(page, "verify-altered")
    page.go_back()
    page.wait_for_function("!document.querySelector('#verdict')")
    assert page.url.endswith(ALTERED)


def test_verify_of_the_true_table_says_that_it_is_consistent(open_page: Open) -> None:
    page = open_page(BEIJING)
    page.get_by_role("button", name="Verify this table").click()
    page.locator("#verdict").wait_for()
    assert "right" in page.locator("#verdict").get_attribute("class").split()
    assert page.locator("#verdict .repair").count() == 0
    assert page.locator("table.main td.wrong").count() == 0
    picture(page, "verify")


def test_ticking_a_place_shows_who_gets_it(open_page: Open) -> None:
    page = open_page(SOCHI)
    page.get_by_label("KAZ, men's 1000 m, place 1 of 1").check()
    page.get_by_role("button", name="Show before and after").click()
    page.locator(".result").wait_for()
    assert page.url.endswith("?decline=KAZ:men-1000=1")
    moves = page.locator(".result table.list tbody tr")
    assert moves.count() == 1
    assert moves.inner_text().split()[:6] == ["men's", "1000", "m", "KAZ", "ITA", "33"]
    assert page.locator("svg.moves .name").all_text_contents() == ["KAZ", "ITA"]
    assert page.locator(".pair table").count() == 2
    assert side_by_side(page)
    assert page.locator(".pair td.gain").count() == 1
    assert page.evaluate("document.activeElement.id") == "result-title"
    picture(page, "decline")


def side_by_side(page: Any) -> bool:
    """Whether the tables before and after are beside each other, and no column of theirs is out of sight."""
    left, right = (page.locator(".pair table").nth(number).bounding_box() for number in (0, 1))
    seen = page.evaluate("[...document.querySelectorAll('.pair .scroll')].every(e => e.scrollWidth <= e.clientWidth)")
    return bool(left["x"] + left["width"] <= right["x"] and left["y"] == right["y"] and seen)


# Letters set apart stand for a wider font, so that no font needs to be installed.
@pytest.mark.parametrize("wider", ["0", "0.08em", "0.2em"])
@pytest.mark.parametrize(
    "asked", [f"{SOCHI}?decline=KAZ:men-1000=1", f"{BEIJING}?decline=JPN:men-relay"], ids=["complete", "incomplete"]
)
def test_before_and_after_are_side_by_side_in_any_font(open_page: Open, wider: str, asked: str) -> None:
    page = open_page(asked, bypass_csp=True)
    page.add_style_tag(content=f".pair * {{ letter-spacing: {wider} !important }}")
    assert side_by_side(page)


@pytest.mark.parametrize("wider", ["0", "0.08em", "0.2em"])
@pytest.mark.parametrize("width", [1280, 1200, 360])
def test_no_heading_of_the_published_table_is_cut_in_any_font(open_page: Open, wider: str, width: int) -> None:
    page = open_page(BEIJING, width=width, bypass_csp=True)
    page.add_style_tag(content=f"table.main * {{ letter-spacing: {wider} !important }}")
    cut = "[...document.querySelectorAll('table.main thead th')].filter(e => e.scrollWidth > e.clientWidth)"
    assert page.evaluate(f"{cut}.map(e => e.textContent)") == []


def test_declines_act_in_the_order_in_which_they_are_ticked(open_page: Open) -> None:
    page = open_page(SOCHI)
    listed = page.locator("[data-order] li")
    for noc in ("KAZ", "ITA"):
        page.get_by_label(f"{noc}, men's 1000 m, place 1 of 1").check()
    for place in (1, 2):
        page.get_by_label(f"CAN, men's 500 m, place {place} of 3").check()
    page.get_by_label("CAN, men's 500 m, place 1 of 3").uncheck()
    assert listed.all_inner_texts() == [
        "KAZ, men's 1000 m (1 place)",
        "ITA, men's 1000 m (1 place)",
        "CAN, men's 500 m (1 place)",
    ]
    page.get_by_label("CAN, men's 500 m, place 2 of 3").uncheck()
    page.get_by_role("button", name="Show before and after").click()
    page.locator(".result").wait_for()
    assert page.url.endswith("?decline=KAZ:men-1000=1&decline=ITA:men-1000=1")
    assert "Their order matters" in page.locator("#order-note").inner_text()
    note, moves = (page.locator(where).bounding_box() for where in ("#order-note", ".result table.list"))
    assert note["y"] + note["height"] <= moves["y"], "it stands above the moves"
    page.get_by_label("GBR gives everything back").check()
    page.get_by_role("button", name="Show before and after").click()
    page.wait_for_url(re.compile("decline=ITA:men-1000=1&decline=GBR$"))
    picture(page, "order")


@pytest.mark.parametrize("scripts", [True, False])
def test_declines_are_moved_with_the_keyboard_with_and_without_scripts(open_page: Open, scripts: bool) -> None:
    page = open_page(f"{SOCHI}?decline=KAZ:men-1000=1&decline=ITA:men-1000=1", java_script_enabled=scripts)
    link = page.get_by_role("link", name="Later: KAZ gives back men's 1000 m (1 place)")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?decline=ITA:men-1000=1&decline=KAZ:men-1000=1$"))
    assert "CZE" in page.locator(".result table.list").inner_text()
    assert page.locator("ol.order li").first.inner_text().startswith("ITA")


def test_a_what_if_can_start_from_the_published_table_without_scripts(open_page: Open) -> None:
    page = open_page(SOCHI, java_script_enabled=False)
    page.get_by_label("Start from").select_option("published")
    page.get_by_role("button", name="Show before and after").click()
    assert page.url.endswith("?from=published")
    page.get_by_label("HUN, men's 1000 m, place 3 of 3").check()
    page.get_by_role("button", name="Show before and after").click()
    assert page.url.endswith("?decline=HUN:men-1000=1&from=published")
    assert "starts from the published table" in page.locator(".result .begins").inner_text()
    assert "CZE" in page.locator(".result table.list").inner_text()
    page.get_by_role("link", name="Start from the rules").click()
    assert page.url.endswith("?decline=HUN:men-1000=1")
    picture(page, "start")


def test_a_nation_out_and_a_cap_can_be_combined_and_taken_back(open_page: Open) -> None:
    page = open_page(SOCHI)
    page.get_by_label("GBR is out").check()
    page.get_by_label("men's 500 m", exact=True).last.fill("30")
    page.get_by_role("button", name="Show before and after").click()
    page.locator(".chips li").first.wait_for()
    assert page.url.endswith("?exclude=GBR&set=men-500=30")
    assert page.locator(".chips li span").all_inner_texts() == ["GBR is out", "men's 500 m: 30 places"]
    page.get_by_role("link", name="Take back: GBR is out").click()
    page.wait_for_url(re.compile(r"\?set=men-500=30$"))
    assert page.locator(".chips li span").all_inner_texts() == ["men's 500 m: 30 places"]


def test_a_reading_can_be_changed(open_page: Open, tmp_path: Path) -> None:
    # The counterexample of docs/whatif.md, with the clause that Sochi leaves open.
    name = "synthetic-rerun-takes"
    rules = (SCENARIOS / name / "rules.toml").read_text()
    clause = (SCENARIOS / "sochi-2014" / "rules.toml").read_text().partition('[[readings]]\nname = "declines"')
    own = f"{rules}\n{clause[1]}{clause[2].partition('[[')[0]}"
    (tmp_path / "own.zip").write_bytes(zipped(name, rules_toml=own.encode()))
    page = open_page("/")
    page.get_by_label("Files", exact=True).set_input_files(tmp_path / "own.zip")
    page.get_by_role("button", name="Send and look at it").click()
    page.get_by_label("AAA, men's 500 m, place 1 of 1").check()
    page.get_by_role("button", name="Show before and after").click()
    page.wait_for_url(re.compile("decline=AAA:men-500"))
    assert "CCC" not in page.locator(".result table.list").inner_text()
    page.get_by_label(re.compile("declined place offered")).select_option("rerun")
    page.get_by_role("button", name="Show before and after").click()
    page.wait_for_url(re.compile("reading=declines=rerun"))
    assert "CCC" in page.locator(".result table.list").inner_text()


def test_a_permanent_link_shows_the_same_to_somebody_else(open_page: Open) -> None:
    page = open_page(f"{SOCHI}?decline=KAZ:men-1000")
    link = page.locator(".permanent a")
    assert link.get_attribute("href") == f"{SOCHI}?decline=KAZ:men-1000"
    other = open_page(link.get_attribute("href"))
    assert other.locator(".result").inner_text() == page.locator(".result").inner_text()


def test_with_unknown_standings_possible_recipients_are_shown(open_page: Open) -> None:
    page = open_page(f"{BEIJING}?decline=JPN:men-relay")
    rows = page.locator(".result table.list tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows] == [
        ["men's relay", "1", "nobody", "KAZ"],
        ["men's quota", "1", "nobody", "KAZ"],
        ["women's quota", "–", "nobody", "POL"],
    ]
    assert page.locator("svg.moves .possible").count() == 2
    picture(page, "recipients")


def test_a_cell_is_explained_beside_the_table_with_keys_only(open_page: Open) -> None:
    page = open_page(SOCHI)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("table.main tbody th a").first.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert "noc=AUT&column=men-1000" in page.evaluate("document.activeElement.href")
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.textContent") == "AUT"
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('table')"), "the table is one stop"
    page.keyboard.press("Shift+Tab")
    assert "column=women-relay" in page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.locator("#panel .panel-title").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "AUT, women's relay"
    assert page.locator("#panel").inner_text().count("AUT") > 1
    page.locator("#panel").get_by_label("Why not at least").fill("1")
    page.keyboard.press("Enter")
    page.locator("#panel .whynot").wait_for()
    assert "Why not women-relay>=1 for AUT?" in page.locator("#panel").inner_text()
    assert page.url.endswith(SOCHI)
    picture(page, "explanation")
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    assert "column=women-relay" in page.evaluate("document.activeElement.href")


def test_a_bad_file_is_refused_in_a_sentence_and_a_good_one_shown(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/")
    bad = tmp_path / "published.csv"
    table = (SCENARIOS / "sochi-2014" / "published.csv").read_text()
    bad.write_text(table.replace("KAZ,2", "KAZ,two"))
    page.get_by_label("Files", exact=True).set_input_files(bad)
    page.get_by_label("Rules, if the upload has none").select_option("sochi-2014")
    page.get_by_role("button", name="Send and look at it").click()
    alert = page.locator(".problem:visible")
    assert "published.csv, line 16, field men-500: 'two' is not a whole number" in alert.inner_text()
    picture(page, "bad-file")
    large = tmp_path / "standings.csv"
    large.write_bytes(b"0" * 5_000_001)
    page.get_by_label("Files", exact=True).set_input_files(large)
    page.get_by_role("button", name="Send and look at it").click()
    page.locator("#too-large:visible").wait_for()
    assert "at most 5,000,000" in page.locator("#too-large").inner_text()
    good = tmp_path / "sochi.zip"
    good.write_bytes(zipped("sochi-2014"))
    page.get_by_label("Files", exact=True).set_input_files(good)
    page.get_by_role("button", name="Send and look at it").click()
    page.wait_for_url(re.compile("/scenarios/upload-1$"))
    assert "seen by this browser only" in page.locator(".meta").inner_text()
    page.goto("/")
    assert violations(page) == []
    page.get_by_role("button", name="Remove upload-1").click()
    page.wait_for_url(re.compile("/$"))
    assert page.locator(".own").count() == 0


def test_everything_works_without_javascript(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_role("link", name="Short track speed skating, Sochi 2014").click()
    page.get_by_label("KAZ, men's 1000 m, place 1 of 1").check()
    page.get_by_role("button", name="Show before and after").click()
    assert page.url.endswith(f"{SOCHI}?decline=KAZ:men-1000=1")
    assert "ITA" in page.locator(".result table.list").inner_text()
    page.get_by_role("button", name="Verify this table").click()
    assert page.locator("#verdict").is_visible()
    assert "decline=KAZ:men-1000=1" in unquote(page.url)
    cell(page, "KAZ", 2).locator("a").click()
    assert page.locator("h1").inner_text() == "KAZ, men's 1000 m"
    page.get_by_label("Why not at least").fill("2")
    page.get_by_role("button", name="Ask").click()
    assert "Why not men-1000>=2 for KAZ?" in page.locator("#explained").inner_text()
    page.get_by_role("link", name="Short track speed skating, Sochi 2014").click()
    page.get_by_role("link", name="men's 1000 m: reserve list", exact=True).click()
    assert page.locator("h1").inner_text() == "Reserve list, men's 1000 m"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        *(f"/scenarios/{name}?verify=1" for name in real_identifiers() if load_scenario(name).published),
        f"{ALTERED}?verify=1",
        f"{SOCHI}?decline=GBR",
        f"{SOCHI}?decline=KAZ:men-1000=1&decline=ITA:men-1000=1",
        f"{BEIJING}?decline=JPN:men-relay",
        f"{SOCHI}/reserve/men-500",
        "/api",
    ],
)
def test_at_360_pixels_only_tables_scroll(open_page: Open, path: str) -> None:
    page = open_page(path, width=360, height=740)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for box in page.locator(".scroll").all():
        assert box.evaluate("box => box.getBoundingClientRect().right") <= 360
    wide = page.locator("table.main")
    if wide.count():
        assert wide.evaluate("table => table.parentElement.scrollWidth > table.parentElement.clientWidth")
        head = wide.locator("tbody th").first
        wide.evaluate("table => { table.parentElement.scrollLeft = 300; }")
        assert head.bounding_box()["x"] >= 0, "the NOC stays in sight"
        cell(page, "KAZ", 1).locator("a").click()
        page.locator("#panel .panel-title").wait_for()
        assert page.locator("#panel").bounding_box()["width"] <= 360
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    picture(page, f"narrow-{re.sub(r'[^a-z0-9]+', '-', path).strip('-') or 'index'}")


PAGES = {
    "index": "/",
    "table": SOCHI,
    "verified": f"{BEIJING}?verify=1",
    "repaired": f"{ALTERED}?verify=1",
    "what-if": f"{SOCHI}?decline=GBR&set=men=58&reading=declines=rerun",
    "recipients": f"{BEIJING}?decline=JPN:men-relay",
    "refused": f"{SOCHI}?decline=XXX",
    "explained": f"{SOCHI}/explain?noc=KAZ&column=men-1000&least=2",
    "reserve": f"{SOCHI}/reserve/men-1000",
    "order": f"{SOCHI}?decline=KAZ:men-1000=1&decline=ITA:men-1000=1&from=published",
    "differs": f"{SOCHI}/explain?noc=HUN&column=men-1000",
    "interface": "/api",
    "not-found": "/nothing",
}


@pytest.mark.parametrize("name", PAGES)
def test_no_page_violates_an_accessibility_rule(open_page: Open, name: str) -> None:
    page = open_page(PAGES[name])
    for details in page.locator("details").all():
        details.evaluate("details => { details.open = true; }")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, "color-contrast") == []
    if name == "what-if":
        picture(page, "dark")
        page.emulate_media(media="print", color_scheme="light")
        picture(page, "print")
        assert page.locator("#change").is_hidden()
    if name == "table":
        page.emulate_media(color_scheme="light")
        cell(page, "KAZ", 2).locator("a").click()
        page.locator("#panel .panel-title").wait_for()
        assert violations(page) == []
        page.set_viewport_size({"width": 360, "height": 740})
        assert violations(page) == []
