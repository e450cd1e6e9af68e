"""What the tests of the interface share: certificates to tamper with, and a folder for temporary files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from certified import Certified, first

POOL = 18


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[Certified]:
    """Certificates of random scenarios, large and tiny ones, under every reading."""
    return first(POOL, tmp_path_factory.mktemp("pool"))


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder for temporary files: its path is short, as sockets need it, unlike that of `tmp_path`."""
    with tempfile.TemporaryDirectory(prefix="q-") as folder:
        yield Path(folder)
