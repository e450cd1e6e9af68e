"""How the pages look: pictures that were looked at and kept, compared with what a browser shows today.

`make pictures` keeps them afresh. They are drawn with the font that comes with quotaproof and compared by large dots,
so that another version of the browser or other fonts of the machine make no difference, and what moves, covers or
hides a part of the page does.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from .conftest import Served

KEPT = Path(__file__).parent / "looks"
FONTS = Path(__file__).parents[3] / "quotaproof" / "web" / "fonts"
SOCHI = "/scenarios/sochi-2014"
WHATIF = f"{SOCHI}/whatif?decline=FRA&decline=KAZ&for=JPN"
LOOKS = {
    "home": ("/", 1280, "light"),
    "home-narrow": ("/", 360, "light"),
    "table": (SOCHI, 1280, "light"),
    "table-dark": (SOCHI, 1280, "dark"),
    "table-narrow": (SOCHI, 360, "light"),
    "what-if": (WHATIF, 1280, "light"),
    "what-if-narrow-dark": (WHATIF, 360, "dark"),
    "list": (f"{SOCHI}/lists/men-1000", 1280, "light"),
    "list-dark": (f"{SOCHI}/lists/men-1000", 1280, "dark"),
    "nation-narrow": (f"{SOCHI}/nations/NZL", 360, "light"),
}
"""Name -> address, width of the window, colours."""

HALF, DOT = 2, 8
"""A kept picture has half the width of the window; dots of so many of its points are compared."""

SHADE = 16
"""By so much of 255 a dot may be lighter or darker."""

SHARE = 0.02
"""So large a part of the dots may differ by more."""

Look = Callable[..., Image.Image]


@pytest.fixture
def look(browser: Any, server: Served) -> Iterator[Look]:
    """Gives what a window shows of an address, with the font that comes with quotaproof, at half its size."""
    contexts: list[Any] = []

    def face(file: str, weight: str) -> str:
        data = base64.b64encode((FONTS / file).read_bytes()).decode()
        source = f"src: url(data:font/ttf;base64,{data})"
        return f"@font-face {{ font-family: Kept; font-weight: {weight}; {source} }}"

    style = (
        face("DejaVuSans.ttf", "100 500")
        + face("DejaVuSans-Bold.ttf", "501 900")
        + "* { font-family: Flags, Kept !important; transition: none !important; caret-color: transparent !important }"
    )

    def seen(name: str, more: str = "") -> Image.Image:
        address, width, colours = LOOKS[name]
        height = 900 if width > 500 else 1400
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=colours, bypass_csp=True, base_url=server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(address)
        page.locator("main:not(:has(.making))").wait_for()
        page.add_style_tag(content=style + more)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        return shot.resize((width // HALF, height // HALF), Image.Resampling.BOX)

    yield seen
    for context in contexts:
        context.close()


def share_that_differs(one: Image.Image, other: Image.Image) -> float:
    """The part of the dots of two pictures that differ by more than a shade."""
    size = (one.width // DOT, one.height // DOT)
    dots = [image.resize(size, Image.Resampling.BOX) for image in (one, other)]
    bands = ImageChops.difference(*dots).split()
    largest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return sum(largest.histogram()[SHADE + 1 :]) / (size[0] * size[1])


def kept(name: str) -> Image.Image:
    return Image.open(KEPT / f"{name}.png").convert("RGB")


@pytest.mark.parametrize("name", LOOKS)
def test_a_page_looks_as_it_was_kept(look: Look, name: str) -> None:
    now = look(name)
    if os.environ.get("QUOTAPROOF_LOOKS") == "keep":
        KEPT.mkdir(exist_ok=True)
        now.quantize(64, dither=Image.Dither.NONE).save(KEPT / f"{name}.png", optimize=True)
    before = kept(name)
    assert now.size == before.size
    share = share_that_differs(before, now)
    if share > SHARE:
        build = Path(__file__).parents[3] / "build" / "looks"
        build.mkdir(parents=True, exist_ok=True)
        now.save(build / f"{name}.png")
    assert share <= SHARE, f"{share:.1%} of it looks otherwise (build/looks); if it is meant so: make pictures"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        (
            "table",
            ".quota-scroll::before { content: ''; position: fixed; inset: 40% 0 0 60%; background: gray; z-index: 9 }",
        ),
        ("table", "table.main thead { visibility: hidden }"),
        ("table", ".verdict { margin-bottom: 3rem }"),
        ("table-dark", ":root { --sheet: #fff !important }"),
        ("table-narrow", "nav.parts { display: none }"),
        ("what-if", "td.gain, td.loss { background: none !important }"),
        ("list", "svg.chart { display: none }"),
        ("nation-narrow", "main { font-size: 112% }"),
    ],
    ids=["covered", "no-heading", "moved", "light-in-dark", "no-parts", "no-colours", "no-chart", "larger"],
)
def test_what_is_covered_moved_or_lost_is_seen(look: Look, name: str, fault: str) -> None:
    assert share_that_differs(kept(name), look(name, fault)) > SHARE


@pytest.mark.parametrize(
    "fault", ["text-rendering: geometricPrecision", "-webkit-text-stroke: 0.3px", "letter-spacing: 0.05px"]
)
def test_finer_or_coarser_letters_are_not(look: Look, fault: str) -> None:
    assert share_that_differs(kept("table"), look("table", f"* {{ {fault} !important }}")) <= SHARE
