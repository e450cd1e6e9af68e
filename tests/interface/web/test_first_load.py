"""What a browser is shown while a page is made, and that the page is made once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from quotaproof.web import first_load
from quotaproof.web.problems import RequestError
from quotaproof.web.sessions import COOKIE
from quotaproof.web.worker_pool import GoneError

OPENS = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


class Page:
    """A page that is made as soon as it is let, and says how often it was begun and how it ended."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended: list[str] = []
        self.let = asyncio.Event()

    async def __call__(self, request: Request) -> Response:
        self.begun += 1
        while not self.let.is_set():
            await asyncio.sleep(0.01)
            if await request.is_disconnected():
                self.ended.append("nobody waits")
                raise GoneError
        self.ended.append("made")
        if "wrong" in request.query_params:
            raise RequestError("It is wrong.", status=400)
        return PlainTextResponse("the page", headers={"x-own": "1"})


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setattr(first_load, "SHOWN_AFTER", 0.05)
    monkeypatch.setattr(first_load, "CHECK_SECONDS", 0.02)
    return Page()


@pytest.fixture
def client(page: Page) -> Iterator[TestClient]:
    async def refused(request: Request, error: Exception) -> Response:
        return PlainTextResponse(str(error), error.status if isinstance(error, RequestError) else 503)

    routes = [Route("/slow", first_load.shown_at_once(page))]
    handlers: dict[Any, Callable[..., Any]] = {RequestError: refused, GoneError: refused}
    with TestClient(Starlette(routes=routes, exception_handlers=handlers)) as found:
        yield found


def test_who_opens_it_sees_that_it_is_made_and_then_gets_it_from_the_same_making(
    page: Page, client: TestClient
) -> None:
    first = client.get("/slow?a=1&lang=de", headers=OPENS)
    assert first.status_code == 200
    assert 'hx-get="/slow?a=1&amp;lang=de" hx-trigger="load"' in first.text
    assert '<noscript><meta http-equiv="refresh" content="1"></noscript>' in first.text
    again = client.get("/slow?a=1", headers=OPENS)
    assert "being worked out" in again.text
    assert page.ended == []

    async def soon() -> None:
        await asyncio.sleep(0.2)
        page.let.set()

    assert client.portal is not None
    client.portal.start_task_soon(soon)
    made = client.get("/slow?a=1", headers={"hx-request": "true", **OPENS})
    assert (made.text, made.headers["x-own"]) == ("the page", "1")
    assert (page.begun, page.ended) == (1, ["made"])


def test_who_does_not_open_it_waits_for_the_page(page: Page, client: TestClient) -> None:
    page.let.set()
    for headers in ({}, {"sec-fetch-mode": "cors"}, {**OPENS, "sec-fetch-dest": "iframe"}, OPENS):
        assert client.get("/slow", headers=headers).text == "the page"
    assert page.begun == 4


def test_what_is_made_in_time_is_shown_at_once_with_its_status(page: Page, client: TestClient) -> None:
    page.let.set()
    refused = client.get("/slow?wrong", headers=OPENS)
    assert (refused.status_code, refused.text) == (400, "It is wrong.")


def test_what_cannot_be_answered_is_said_to_who_asks_for_it_then(page: Page, client: TestClient) -> None:
    assert "being worked out" in client.get("/slow?wrong", headers=OPENS).text
    page.let.set()
    refused = client.get("/slow?wrong", headers={"hx-request": "true"})
    assert (refused.status_code, refused.text) == (400, "It is wrong.")


def test_what_nobody_comes_back_for_is_ended(page: Page, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_load, "RETURN_SECONDS", 0.1)
    assert "being worked out" in client.get("/slow", headers=OPENS).text
    client.portal.call(asyncio.sleep, 0.4)  # type: ignore[union-attr]
    assert page.ended == ["nobody waits"]


def test_pages_of_other_browsers_and_questions_are_made_apart(page: Page, client: TestClient) -> None:
    for path, cookie in (("/slow", ""), ("/slow?b=2", ""), ("/slow", f"{COOKIE}=somebody")):
        assert "being worked out" in client.get(path, headers={**OPENS, "cookie": cookie}).text
    assert page.begun == 3
    page.let.set()
