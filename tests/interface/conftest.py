"""What the tests of the interface share: certificates to tamper with, reports, a short folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from certified import Certified, first
from solved_once import Kept, solved_once

POOL = 18


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[Certified]:
    """Certificates of random scenarios, large and tiny ones, under every reading."""
    return first(POOL, tmp_path_factory.mktemp("pool"))


BUILT: Kept = []


@pytest.fixture
def built_once() -> Iterator[None]:
    """A report is built once for all its formats and languages."""
    with solved_once("quotaproof.reporting.build", BUILT):
        yield


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder for temporary files: its path is short, as sockets need it, unlike that of `tmp_path`."""
    with tempfile.TemporaryDirectory(prefix="q-") as folder:
        yield Path(folder)
