"""A client inside the process, a server of its own, and a browser, each made once."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from quotaproof.web.app import create_app
from quotaproof.web.limits import Limits

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCENARIOS = Path(__file__).parents[3] / "scenarios"


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """A client that keeps no cookies between tests unless a test sets them."""
    with TestClient(create_app(Limits(workers=1)), base_url="http://127.0.0.1") as found:
        yield found


@pytest.fixture(autouse=True)
def forgetful(request: pytest.FixtureRequest) -> None:
    if "client" in request.fixturenames:
        request.getfixturevalue("client").cookies.clear()


class Served:
    """A server in a process of its own."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "quotaproof", "serve", "--port", "0", *options],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        found = re.search(r"http://[0-9.]+:\d+", line)
        assert found, line
        self.url = found[0]

    def stop(self) -> str:
        """End it as Ctrl-C does, and return what else it said."""
        self.process.terminate()
        _, said = self.process.communicate(timeout=20)
        return said


@pytest.fixture(scope="session")
def server() -> Iterator[Served]:
    served = Served("--workers", "2")
    yield served
    assert served.stop() == "", "the server said something: an error of ours"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        reason = "there is no Chromium; apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def zipped(folder: str, **replaced: bytes | None) -> bytes:
    """A scenario's folder as a zip file; `replaced` are files by name with `_` for the dot, None leaves one out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((SCENARIOS / folder).iterdir()):
            content = replaced.get(path.name.replace(".", "_"), path.read_bytes())
            if content is not None and path.is_file():
                archive.writestr(f"{folder}/{path.name}", content)
    return buffer.getvalue()
