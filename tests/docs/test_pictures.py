"""The pictures show what is so: they are drawn again and compared."""

from __future__ import annotations

import html
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parent.parent.parent / "docs" / "pictures"


@pytest.fixture(scope="module")
def draw() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw", FOLDER / "draw.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["architecture.svg", "banner.svg"])
def test_a_drawing_is_what_the_program_gives_now(draw: ModuleType, name: str) -> None:
    kept = (FOLDER / name).read_text(encoding="utf-8")
    assert kept == draw.PICTURES[name](), "the drawing is old: run make pictures"


def test_the_terminal_shows_what_verify_prints(draw: ModuleType) -> None:
    """By its words: how rich draws them may differ from version to version."""
    picture = (FOLDER / "verify.svg").read_text(encoding="utf-8")
    words = "".join(html.unescape(re.sub(r"<[^>]+>", " ", picture)).split())
    for line in draw.terminal_lines():
        assert "".join(line.split()) in words


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.svg")), ids=lambda path: path.name)
def test_a_picture_loads_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(?:href|src)=['\"]?http|url\(['\"]?http|@import", text)


def test_the_copy_button_copies_commands_only() -> None:
    spec = importlib.util.spec_from_file_location("copying", FOLDER.parent / "hooks" / "copying.py")
    assert spec is not None
    assert spec.loader is not None
    copying = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copying)
    page = (
        '<div class="highlight"><pre><code>TOML = "$ 1"\n</code></pre></div>\n'
        '<div class="highlight"><pre><span></span><code><span class="gp">$ </span>quotaproof list\n'
        '<span class="go">sochi-2014</span>\n<span class="gp">$ </span>quotaproof explain sochi-2014 JPN \\\n'
        "  --why-not &quot;men&gt;=4&quot;\n</code></pre></div>\n<p>$ prose</p>"
    )
    made = copying.on_page_content(page, None, None, None)
    copied = html.unescape(re.findall(r'data-copy="([^"]*)"', made)[0])
    assert copied == 'quotaproof list\nquotaproof explain sochi-2014 JPN \\\n  --why-not "men>=4"'
    assert re.sub(r' data-copy="[^"]*"', "", made) == page
