"""The static edition: every link leads to a file of it, and a browser opens it from the file system."""

from __future__ import annotations

import os
import posixpath
import shutil
from collections import deque
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from told_in_part import told_in_part

from quotaproof.cli import cli
from quotaproof.model.errors import InputError, LimitError, QuotaError
from quotaproof.scenarios import FOLDER, identifiers
from quotaproof.web import edition
from quotaproof.web.addresses import PageFile, rewritten, target_of
from quotaproof.web.app import create_app
from quotaproof.web.limits import Limits

SCENARIOS = ("figure-skating-2014", "synthetic-rerun-takes", "synthetic-worse-rank-pays")
LARGEST = 300_000


class Page(HTMLParser):
    """What a page refers to, its ids, and its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "a" and ("rel", "noreferrer nofollow") in attrs:
            self.sources += [value or "" for name, value in attrs if name == "href"]
            return
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "action") and value is not None:
                self.links.append(value)
            elif name == "id" and value is not None:
                self.ids.add(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition of small scenarios; of all that come with quotaproof with QUOTAPROOF_SITE=all."""
    out = tmp_path_factory.mktemp("editions") / "public"
    names = list(identifiers() if os.environ.get("QUOTAPROOF_SITE") == "all" else SCENARIOS)
    names += [str(told_in_part(out.parent / "told-in-part")), str(told_in_part(out.parent / "no-women", women=False))]
    run = CliRunner().invoke(cli, ["site", *names, "--out", str(out), "--workers", "2"], catch_exceptions=False)
    assert run.exit_code == 0
    assert run.output.startswith(f"{out}: {len(names)} scenarios, ")
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return {str(path.relative_to(site)): Page(path.read_text("utf-8")) for path in site.rglob("*.html")}


def test_every_link_leads_to_a_file_of_the_edition(site: Path, pages: dict[str, Page]) -> None:
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            assert not parts.scheme, f"{file}: {link}"
            assert not parts.netloc, f"{file}: {link}"
            assert not parts.query, f"{file}: {link}"
            assert not link.startswith("/"), f"{file}: {link}"
            there = (
                posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(parts.path))) if parts.path else file
            )
            assert (site / there).is_file(), f"{file}: {link}"
            if parts.fragment and there.endswith(".html"):
                assert parts.fragment in pages[there].ids, f"{file}: {link}"


def test_no_question_is_named_that_the_edition_cannot_answer(site: Path) -> None:
    named = '<ul class="questions">'
    asked = (site / "help.html").read_text("utf-8").partition(named)[2].partition("</ul>")[0]
    assert asked.count("<li>") == asked.count("<li><a ")
    written = {"sochi-2014": FOLDER / "sochi-2014", "beijing-2022": FOLDER / "beijing-2022"}
    with TestClient(create_app(Limits(workers=1), written), base_url="http://127.0.0.1") as client:
        links = Page(client.get("/help").text.partition(named)[2].partition("</ul>")[0]).links
    assert len(links) >= 6 and all(target_of(link, frozenset(written), "/help") is not None for link in links)


def test_only_sources_lead_elsewhere(pages: dict[str, Page]) -> None:
    outside = {file: page.sources for file, page in pages.items() if page.sources}
    assert {"told-in-part/rules.html", "told-in-part/explain/JPN.html"} <= set(outside)
    assert all(file.endswith("/rules.html") or "/explain/" in file for file in outside)
    assert all(link.startswith(("https://", "http://")) for links in outside.values() for link in links)


def test_every_page_is_reached_from_the_first(site: Path, pages: dict[str, Page]) -> None:
    seen, waiting = {"index.html"}, deque(["index.html"])
    while waiting:
        file = waiting.popleft()
        for link in pages[file].links if file in pages else ():
            path = urlsplit(link).path
            there = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    loaded_by_styles = {"static/flags.woff2", "static/flags-LICENSE.txt", edition.MARK}
    assert {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()} - seen == loaded_by_styles


def test_no_page_needs_a_server_or_is_long(site: Path, pages: dict[str, Page]) -> None:
    for file, page in pages.items():
        assert (site / file).stat().st_size < LARGEST, file
        assert "form" not in page.tags, file
        assert not any(name.startswith("hx-") for name in page.attributes), file


def test_each_number_has_its_explanation_and_each_decline_its_answer(site: Path) -> None:
    table = (site / "synthetic-rerun-takes" / "index.html").read_text("utf-8")
    explained = {path.name for path in (site / "synthetic-rerun-takes" / "explain").iterdir()}
    rows = [name for name in ("AAA", "BBB", "CCC") if f'data-noc="{name}"' in table]
    assert len(rows) >= 2
    for noc in rows:
        assert {f"{noc}.html", f"{noc}.men.html", f"{noc}.women.html"} <= explained
        assert f'href="explain/{noc}.html"' in table
    answers = {path.name for path in (site / "synthetic-rerun-takes" / "whatif").iterdir()}
    run = CliRunner().invoke(cli, ["allocate", "synthetic-rerun-takes", "--format", "csv"], catch_exceptions=False)
    header, *rows = (line.split(",") for line in run.output.splitlines() if line)
    held = {
        (row[0], column)
        for row in rows
        for column, number in zip(header, row, strict=True)
        if "-" in column and number not in ("0", "") and row[0].isalpha() and len(row[0]) == 3
    }
    assert held
    assert {f"{noc}.{event}.html" for noc, event in held} <= answers
    assert {name for name in answers if name.count(".") == 2} == {f"{noc}.{event}.html" for noc, event in held}


def test_each_range_has_its_explanation_on_the_page_of_its_nation(site: Path, pages: dict[str, Page]) -> None:
    table = pages["told-in-part/index.html"]
    columns = ("men-500", "men-1000", "women-500")
    for noc in ("JPN", "KOR"):
        assert {f"explain/{noc}.html#known-{column}" for column in columns} <= set(table.links)
        assert f"../explain/{noc}.html#known-men" in pages[f"told-in-part/nations/{noc}.html"].links
        assert {f"known-{column}" for column in (*columns, "men", "women")} <= pages[
            f"told-in-part/explain/{noc}.html"
        ].ids
    embedded = (site / "told-in-part" / "embed.html").read_text("utf-8")
    assert 'data-noc="KOR"' in embedded and "certain 0, possible 1" in embedded


def test_where_nothing_can_be_inferred_pages_say_why_and_offer_no_picture(site: Path) -> None:
    nation = (site / "no-women" / "nations" / "JPN.html").read_text("utf-8")
    assert "too small to be judged" in nation and ".png" not in nation


def test_the_pages_are_those_of_the_explorer(site: Path, client: Any) -> None:
    asked = client.get("/scenarios/synthetic-rerun-takes/explain?noc=AAA&column=men").text
    sentence = asked.partition('<ol class="brief"><li>')[2].partition("</li>")[0]
    assert sentence
    assert sentence in (site / "synthetic-rerun-takes" / "explain" / "AAA.men.html").read_text("utf-8")


def test_files_to_download_are_what_the_command_line_writes(site: Path) -> None:
    run = CliRunner().invoke(cli, ["allocate", "synthetic-rerun-takes", "--format", "csv"], catch_exceptions=False)
    files = site / "synthetic-rerun-takes" / "files"
    assert (files / "synthetic-rerun-takes-by-the-rules.csv").read_text("utf-8") == run.output


def test_it_opens_from_the_file_system(site: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    failed: list[str] = []
    page.on("console", lambda message: failed.append(message.text))
    page.on("pageerror", lambda error: failed.append(str(error)))
    # What a page still loads when it is left is broken off, which is no failure.
    page.on("requestfailed", lambda one: one.failure == "net::ERR_ABORTED" or failed.append(one.url))
    page.goto((site / "index.html").as_uri())
    page.click('ul.cards a[href^="figure-skating"] >> nth=0')
    assert page.locator("#verdict h2").inner_text()
    page.fill("[data-filter]", "jpn")
    assert page.locator("#quota-table tbody tr:visible").count() == 1
    page.click("#quota-table tbody tr:visible td a >> nth=0")
    assert page.locator("ol.brief li").count() == 3
    page.go_back()
    page.click("nav.parts >> text=What if")
    page.click("td a >> text=everything >> nth=0")
    assert page.locator("#answer").inner_text()
    assert page.evaluate("getComputedStyle(document.querySelector('header.site')).borderBottomStyle") == "solid"
    assert failed == []
    page.close()


def test_an_earlier_edition_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "public"
    folders = {"own": FOLDER / "synthetic-rerun-takes"}
    told: list[tuple[int, int]] = []
    written = edition.write_edition(out, folders, on_pages=lambda done, known: told.append((done, known)))
    assert written.files == sum(path.is_file() for path in out.rglob("*")) - 1
    assert told[-1][0] == told[-1][1] == len(told)
    (out / "own" / "left.html").write_text("of before")
    edition.write_edition(out, folders)
    assert not (out / "own" / "left.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["public"]
    (out / edition.MARK).unlink()
    with pytest.raises(InputError, match="the folder holds other files"):
        edition.write_edition(out, folders)
    with pytest.raises(InputError, match="something else than a folder"):
        edition.write_edition(out / "index.html", folders)


@pytest.mark.parametrize(
    ("status", "address", "error"),
    [(422, "/scenarios/own/nations", LimitError), (404, "/scenarios/own/rules", QuotaError)],
)
def test_without_one_of_its_pages_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, address: str, error: type[Exception]
) -> None:
    asked = edition.asked

    async def failing(app: Any, wanted: str, client: str) -> tuple[int, bytes]:
        return (status, b"") if wanted == address else await asked(app, wanted, client)

    monkeypatch.setattr(edition, "asked", failing)
    with pytest.raises(error, match=address):
        edition.write_edition(tmp_path / "public", {"own": FOLDER / "synthetic-rerun-takes"})
    assert list(tmp_path.iterdir()) == []


def test_what_has_no_page_is_plain_text() -> None:
    scenarios = frozenset({"one"})
    own = PageFile("/scenarios/one/nations/JPN", "one/nations/JPN.html")
    page = '<a href="/scenarios/two">Two</a> <a href="/scenarios/one/lists/men-500#cut" hx-get="/x">500 m</a>'
    page += ' <a href="/api">JSON</a>'
    found = rewritten(page, own, scenarios)
    assert found.text == 'Two <a href="../lists/men-500.html#cut">500 m</a> JSON'
    assert [target.address for target in found.targets] == ["/scenarios/one/lists/men-500"]


def test_different_addresses_are_different_files_on_any_system() -> None:
    names = ["AAA", "aaa", "Aaa", "A A", "A/A", "../x", "index", "CON", "con", "Zoë", "1", "men-500"]
    files = set()
    for name in names:
        target = target_of(f"/scenarios/one/explain?noc={quote(name)}", frozenset({"one"}), "/scenarios/one")
        assert target is not None
        assert target.file.startswith("one/explain/")
        assert target.file.count("/") == 2
        files.add(target.file.lower())
    assert len(files) == len(names)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["beijing", "--out", "x"], "neither the path of a scenario folder nor an id"),
        (["sochi-2014", "--out", "x", "--solve-limit", "nan"], "use seconds from 0.1 to 3600"),
        (["Not Small", "--out", "x"], "name it with small letters"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(FOLDER / "synthetic-rerun-takes", tmp_path / "Not Small")
    run = CliRunner().invoke(cli, ["site", *words])
    assert isinstance(run.exception, InputError)
    assert says in str(run.exception)
    assert not (tmp_path / "x").exists()
