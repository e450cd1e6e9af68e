"""The command `serve`: what it says, where it listens, what it leaves behind."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import httpx2
import pytest

from .conftest import Served, zipped


def command(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "quotaproof", "serve", *options], capture_output=True, text=True, timeout=60, check=False
    )


def test_help_loads_neither_the_server_nor_the_solver() -> None:
    code = (
        "import sys\n"
        "from quotaproof.cli import cli\n"
        "try: cli(['serve', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'fastapi', 'uvicorn', 'jinja2', 'pebble', 'ortools', 'pandas'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "--allow-host" in run.stdout
    assert run.stdout.splitlines()[-1] == "[]"


def test_a_missing_extra_is_one_sentence() -> None:
    code = (
        "import sys\n"
        "sys.modules['fastapi'] = None\n"
        "sys.argv = ['quotaproof', 'serve', '--port', '0']\n"
        "from quotaproof.cli import main\n"
        "main()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr == "quotaproof: serve needs fastapi; install it with pip install 'quotaproof[web]'.\n"


def test_a_port_in_use_is_one_sentence(server: Served) -> None:
    run = command("--port", server.url.rpartition(":")[2])
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
    assert "cannot listen on 127.0.0.1" in run.stderr
    assert "name another" in run.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "256.1.1.1"])
def test_an_address_of_another_machine_is_one_sentence(host: str) -> None:
    run = command("--host", host, "--port", "0")
    assert run.returncode == 2
    assert "cannot listen on" in run.stderr
    assert "Traceback" not in run.stderr


def test_it_answers_to_the_names_it_is_given_and_leaves_nothing_behind() -> None:
    folders = set(Path(tempfile.gettempdir()).glob("quotaproof-web-*"))
    served = Served("--allow-host", "Quota.Example", "--workers", "1")
    with httpx2.Client(base_url=served.url) as client:
        sent = client.post("/uploads", files={"files": ("x.zip", zipped("synthetic-rerun-takes"))})
        assert sent.status_code == 303
        assert client.get("/", headers={"host": "quota.example"}).status_code == 200
        assert client.get("/", headers={"host": "other.example"}).status_code == 421
        assert client.get("/api/openapi.json").json()["info"]["title"] == "quotaproof"
    made = set(Path(tempfile.gettempdir()).glob("quotaproof-web-*")) - folders
    assert made
    assert served.stop() == ""
    assert not any(folder.exists() for folder in made if any(folder.glob("*/upload-1")))
    assert served.process.returncode in (0, -15)
