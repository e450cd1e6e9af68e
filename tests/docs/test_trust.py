"""The page on what is proved, tested and assumed names tests and folders that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")


def test_every_test_that_keeps_a_fault_mended_exists() -> None:
    kept = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(kept) >= 30
    for file, name in kept:
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), (file, name)


def test_every_file_that_is_named_exists() -> None:
    for name in re.findall(r"`(tests/[\w/.*]+)`", PAGE):
        assert list(ROOT.glob(name)), name


def test_what_the_soak_kept_is_told_on_the_page() -> None:
    """Each folder has a check of `make soak`, and the page says that there are differences that were mended."""
    assert "tests/data/soak" in PAGE
    assert "SOAK-COUNTS" not in PAGE
