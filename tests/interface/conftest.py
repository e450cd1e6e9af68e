"""What the tests of the interface share: certificates to tamper with."""

from __future__ import annotations

import pytest
from certified import Certified, first

POOL = 18


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[Certified]:
    """Certificates of random scenarios, large and tiny ones, under every reading."""
    return first(POOL, tmp_path_factory.mktemp("pool"))
