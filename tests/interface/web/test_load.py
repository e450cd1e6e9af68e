"""Many requests at once on a server that really runs: every answer is right, none is an error."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

import quotaproof

from .conftest import Served

NUMBER = 200


def fetch(url: str, paths: list[str]) -> list[httpx2.Response]:
    """All paths at the same time."""

    async def whole() -> list[httpx2.Response]:
        limits = httpx2.Limits(max_connections=len(paths))
        async with httpx2.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
            return await asyncio.gather(*(client.get(path) for path in paths))

    # In a thread of its own, since the browser tests have a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, whole()).result()


def test_two_hundred_pages_at_once_are_all_right(server: Served) -> None:
    kinds = {
        "/scenarios/altered-beijing-2022?verify=1": "no other of this size",
        "/scenarios/sochi-2014/whatif?decline=KAZ:men-1000": "KAZ gives back men&#39;s 1000 m",
        "/scenarios/beijing-2022/whatif?decline=JPN:men-relay": "JPN gives back men&#39;s relay",
        "/": "Short track speed skating, Sochi 2014",
    }
    paths = [path for path in kinds for _ in range(NUMBER // len(kinds))]
    for path, answer in zip(paths, fetch(server.url, paths), strict=True):
        assert answer.status_code == 200
        assert kinds[path] in answer.text
        assert answer.text.rstrip().endswith("</html>")


def test_two_hundred_questions_at_once_are_all_answered_right(server: Served) -> None:
    sochi = quotaproof.load_scenario("sochi-2014")
    given = quotaproof.allocate(sochi, "greedy").places
    declines = [f"{noc}:{event}" for event in given for noc in given[event]][:25]
    expected = {words: quotaproof.whatif(sochi, [words], engine="greedy").net_effect for words in declines}
    paths = [f"/api/scenarios/sochi-2014/whatif?decline={words}" for words in declines] * (NUMBER // len(declines))
    for path, answer in zip(paths, fetch(server.url, paths), strict=True):
        assert answer.status_code == 200
        assert answer.json()["net_effect"] == expected[path.partition("=")[2]]


@pytest.mark.parametrize("stated", [True, False], ids=["stated", "in-chunks"])
def test_an_upload_of_a_hundred_megabytes_is_refused_in_one_sentence(server: Served, stated: bool) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    form = b'--x\r\nContent-Disposition: form-data; name="files"; filename="x.zip"\r\n\r\n'
    head = [
        "POST /uploads HTTP/1.1",
        f"Host: {host}:{port}",
        "Content-Type: multipart/form-data; boundary=x",
        "Connection: close",
        f"Content-Length: {len(form) + 100_000_000}" if stated else "Transfer-Encoding: chunked",
    ]
    block = b"0" * 1_000_000
    sent = block if stated else b"%x\r\n" % len(block) + block + b"\r\n"
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n")
        connection.sendall(form if stated else b"%x\r\n" % len(form) + form + b"\r\n")
        for _ in range(100):
            connection.sendall(sent)
        if not stated:
            connection.sendall(b"0\r\n\r\n")
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"At most 5,000,000 bytes are read at once." in answer
