"""The command `serve`: what it says, where it listens, what it leaves behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from uvicorn.server import ServerState

from quotaproof.web import protocol
from quotaproof.web import server as web_server

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
    with httpx2.Client(base_url=served.url, timeout=60) as client:
        sent = client.post("/uploads", files={"files": ("x.zip", zipped("synthetic-rerun-takes"))})
        assert sent.status_code == 303
        assert client.get("/", headers={"host": "quota.example"}).status_code == 200
        assert client.get("/", headers={"host": "other.example"}).status_code == 421
        assert client.get("/api/openapi.json").json()["info"]["title"] == "quotaproof"
    made = set(Path(tempfile.gettempdir()).glob("quotaproof-web-*")) - folders
    assert made
    assert served.stop() == ""
    assert not any(folder.exists() for folder in made if any(folder.glob("*/upload-1")))
    assert served.process.returncode == 0


def family(process: int) -> set[int]:
    """The processes that a process has started, and theirs."""
    own = {int(word) for path in Path(f"/proc/{process}/task").glob("*/children") for word in path.read_text().split()}
    return own.union(*map(family, own))


def gone(processes: set[int], seconds: float = 15) -> bool:
    """Whether all of these processes end within a time."""
    until = time.monotonic() + seconds
    while any(Path(f"/proc/{number}/cmdline").exists() for number in processes):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def busy(served: Served) -> tuple[set[int], socket.socket]:
    """All processes of a server, one of which solves something that takes long, and the connection that asked it."""
    host, port = served.url.removeprefix("http://").split(":")
    asked = socket.create_connection((host, int(port)), timeout=30)
    path = "/scenarios/pyeongchang-2018/season?after=2&for=GBR"
    asked.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    until = time.monotonic() + 60
    while True:
        found = family(served.process.pid)
        if len(found) >= 2 and max(map(taken, found)) > 1:  # less is what it takes to begin
            return found, asked
        assert time.monotonic() < until
        time.sleep(0.1)


def taken(process: int) -> float:
    """Seconds of the processor that a process has taken."""
    try:
        after_its_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(after_its_name[11]) + int(after_its_name[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are listed in /proc")
def test_a_killed_server_leaves_no_process_and_the_next_one_deletes_its_uploads(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(short_folder))
    mine = short_folder / "quotaproof-web-notes"
    mine.mkdir()
    served = Served("--workers", "1")
    sent = httpx2.post(f"{served.url}/uploads", files=[("files", ("x.zip", zipped("sochi-2014")))], timeout=60)
    assert sent.status_code == 303
    processes, asked = busy(served)
    asked.close()
    served.process.kill()
    served.process.communicate(timeout=60)
    assert gone(processes)
    assert list(short_folder.glob("quotaproof-web-*/*/upload-1"))
    other = Served("--workers", "1")
    try:
        httpx2.get(f"{other.url}/static/", timeout=60)  # it has started then
        assert not list(short_folder.glob("quotaproof-web-*/*/upload-1"))
        third = Served("--workers", "1")
        httpx2.get(f"{third.url}/static/", timeout=60)
        assert third.stop() == ""
        assert len(list(short_folder.glob("quotaproof-web-*"))) == 2, "that of a server that runs, and somebody's own"
    finally:
        assert other.stop() == ""
    assert list(short_folder.glob("quotaproof-web-*")) == [mine]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are listed in /proc")
@pytest.mark.parametrize("stays", [True, False])
def test_a_server_that_is_terminated_while_it_solves_says_nothing(stays: bool) -> None:
    """Who still waits is told that it is not there, in time."""
    served = Served("--workers", "1")
    processes, asked = busy(served)
    if not stays:
        asked.close()
    assert served.stop() == ""
    assert gone(processes)
    if stays:
        with asked:
            assert asked.recv(4096).startswith(b"HTTP/1.1 503 ")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are listed in /proc")
@pytest.mark.parametrize("told", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_server_that_is_told_to_end_while_it_solves_leaves_nothing(
    told: str, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal that is closed and Ctrl-C are the same to it as a request to terminate."""
    monkeypatch.setenv("TMPDIR", str(short_folder))
    before = signal.signal(getattr(signal, told), signal.SIG_DFL)  # under nohup it would be ignored
    served = Served("--workers", "1")
    signal.signal(getattr(signal, told), before)
    sent = httpx2.post(f"{served.url}/uploads", files=[("files", ("x.zip", zipped("sochi-2014")))], timeout=60)
    assert sent.status_code == 303
    processes, asked = busy(served)
    assert list(short_folder.glob("quotaproof-web-*"))
    served.process.send_signal(getattr(signal, told))
    _, said = served.process.communicate(timeout=20)
    asked.close()
    assert "Traceback" not in said
    assert gone(processes)
    assert not list(short_folder.iterdir())


def test_a_connection_on_which_no_request_comes_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await asyncio.sleep(0.5)  # an answer may take longer than a head
        await send({"type": "http.response.body", "body": b"ok"})

    async def whole() -> None:
        config = uvicorn.Config(answer, http=protocol.TimedProtocol, lifespan="off", log_config=None)
        config.load()
        state, loop = ServerState(), asyncio.get_running_loop()
        server = await loop.create_server(lambda: protocol.TimedProtocol(config, state, {}), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        for said in (b"", b"GET / HTTP/1.1\r\nHost: a\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            head = await asyncio.wait_for(reader.readuntil(b"ok"), 5)
            assert head.startswith(b"HTTP/1.1 200")
        writer.close()
        server.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, whole()).result()


@pytest.mark.parametrize(
    ("soft", "hard", "raised"), [(1024, 4096, 1712), (1024, -1, 1712), (600, 600, 600), (64, 64, 64)]
)
def test_fewer_connections_are_held_where_few_files_may_be_open(
    soft: int, hard: int, raised: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    files = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: files[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: files.append(limits))
    held, at_once = web_server.most_connections()
    assert files[-1] == (raised, hard)
    assert (held, at_once) == (1000, 512) if raised > 1700 else held + at_once <= max(32, raised - 200)


def test_who_opens_all_connections_and_says_nothing_keeps_nobody_out() -> None:
    heads = (b"", b"GET / HTTP/1.1\r\nHost: a\r\n", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async def whole(head: bytes) -> None:
        config = uvicorn.Config(answer, http=protocol.TimedProtocol, lifespan="off", log_config=None)
        config.limit_concurrency = 20
        config.load()
        state, loop = ServerState(), asyncio.get_running_loop()
        server = await loop.create_server(lambda: protocol.TimedProtocol(config, state, {}), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        silent = []
        for _ in range(50):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head)
            silent.append(writer)
        for _ in range(3):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 200"), head
            writer.close()
        assert len(state.connections) < 20
        for writer in silent:
            writer.close()
        server.close()

    with ThreadPoolExecutor(1) as thread:
        for head in heads:
            thread.submit(asyncio.run, whole(head)).result()


@pytest.mark.parametrize("most_waiting", [None, 10**9], ids=["while it is sent", "after it was sent"])
def test_a_connection_whose_answer_is_not_taken_is_closed(
    most_waiting: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "ANSWER_SECONDS", 0.5)
    part, parts = bytes(100_000), 200
    told = [(b"content-length", b"%d" % (len(part) * parts))]

    class Timed(protocol.TimedProtocol):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            transport.set_write_buffer_limits(high=most_waiting)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": told})
        for number in range(parts):
            await send({"type": "http.response.body", "body": part, "more_body": number + 1 < parts})

    async def whole() -> None:
        config = uvicorn.Config(answer, http=Timed, lifespan="off", log_config=None, timeout_keep_alive=1)
        config.load()
        state, loop = ServerState(), asyncio.get_running_loop()
        server = await loop.create_server(lambda: Timed(config, state, {}), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as silent:
            silent.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            until = time.monotonic() + 10
            while not state.connections and time.monotonic() < until:
                await asyncio.sleep(0.02)
            while state.connections and time.monotonic() < until:
                await asyncio.sleep(0.05)
            assert not state.connections
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=100_000)
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        taken = 0
        while taken < len(part) * parts:  # slowly, but some of it in time
            taken += len(await asyncio.wait_for(reader.read(2_000_000), 5))
            await asyncio.sleep(0.001)
        writer.close()
        server.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, whole()).result()


@pytest.mark.parametrize(("terminal", "options", "opens"), [(True, [], 1), (True, ["--no-browser"], 0), (False, [], 0)])
def test_a_browser_is_opened_only_from_a_terminal(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, options: list[str], opens: int
) -> None:
    import click
    import uvicorn
    from click.testing import CliRunner

    from quotaproof.cli import cli, common

    opened: list[str] = []
    asked = threading.Event()

    def launch(address: str) -> None:
        opened.append(address)
        asked.set()

    monkeypatch.setattr(click, "launch", launch)
    monkeypatch.setattr(common, "is_terminal", lambda stream: terminal)
    monkeypatch.setattr(uvicorn.Server, "run", lambda *_, **__: asked.wait(5 * opens) or None)
    run = CliRunner().invoke(cli, ["serve", "--port", "0", *options], catch_exceptions=False)
    assert run.exit_code == 0
    assert len(opened) == opens
    assert all(re.fullmatch(r"http://127\.0\.0\.1:[1-9][0-9]*/", address) for address in opened)
