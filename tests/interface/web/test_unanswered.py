"""Where the solver gives up every page says so, and none that does is kept: whoever asks next may get the answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from quotaproof.web import answering, worker
from quotaproof.web.answering import _KINDS
from quotaproof.web.app import create_app
from quotaproof.web.jobs import Answer, Job
from quotaproof.web.limits import Limits
from quotaproof.web.worker_pool import Solving

GAVE_UP = Answer(refusal=("limit", "The limit of effort was reached."))
SOCHI, MILANO = ("sochi-2014", "KAZ", "men-1000"), ("milano-cortina-2026", "USA", "women-relay")
CASES = [*((kind, *SOCHI) for kind in sorted(_KINDS) if kind != "infer"), ("infer", *MILANO)]
PAGES = (
    "/scenarios/{scenario}",
    "/scenarios/{scenario}/embed",
    "/scenarios/{scenario}/badge",
    "/scenarios/{scenario}/lists",
    "/scenarios/{scenario}/lists/{event}",
    "/scenarios/{scenario}/whatif?decline={noc}:{event}",
    "/scenarios/{scenario}/nations",
    "/scenarios/{scenario}/nations/{noc}",
    "/scenarios/{scenario}/rules",
    "/scenarios/{scenario}/explain?noc={noc}&column={event}",
    "/scenarios/{scenario}/reserve",
    "/scenarios/{scenario}/reserve/{event}",
    "/scenarios/{scenario}/download/rules/csv",
    "/compare?a={scenario}&b={scenario}",
    "/",
    "/api/scenarios/{scenario}",
    "/api/scenarios/{scenario}/allocation",
    "/api/scenarios/{scenario}/verification",
    "/api/scenarios/{scenario}/whatif?decline={noc}:{event}",
    "/api/scenarios/{scenario}/explanation?noc={noc}",
    "/api/scenarios/{scenario}/reserve/{event}",
)


class Giving:
    """Solves in this process; of some kinds it gives up."""

    def __init__(self) -> None:
        self.up: set[str] = set()
        self.number = 0
        self._answers: dict[Job, Answer] = {}

    async def answer(self, job: Job) -> Answer:
        if job.kind in self.up:
            self.number += 1
            return GAVE_UP
        if job not in self._answers:
            self._answers[job] = worker.run(job)
        return self._answers[job]

    def forget(self) -> None:
        """Answer everything anew."""
        self._answers.clear()


@pytest.fixture(scope="module")
def giving() -> Iterator[Giving]:
    found = Giving()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Solving, "_solve_in_pool", lambda _, job: found.answer(job))
        yield found


@pytest.fixture(scope="module")
def client(giving: Giving) -> Iterator[TestClient]:
    app = create_app(Limits(workers=1))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as found:
        yield found


@pytest.mark.parametrize(("kind", "scenario", "noc", "event"), CASES)
def test_a_page_without_its_answer_says_so_and_is_not_kept(
    kind: str, scenario: str, noc: str, event: str, client: TestClient, giving: Giving
) -> None:
    services = client.app.state.services  # type: ignore[attr-defined]
    giving.up = {kind}
    for page in PAGES:
        services.pages._values.clear()
        services.solving._answers._values.clear()
        before = giving.number
        address = page.format(scenario=scenario, noc=noc, event=event)
        answer = client.get(address)
        assert answer.status_code < 500, address
        if giving.number > before:
            assert len(services.pages) == 0, address
            assert answer.status_code in (200, 422), address
            assert answer.status_code == 422 or any(
                words in answer.text for words in ("limit of effort", "time limit", "unknown", "not known")
            ), address
        else:
            assert "limit of effort was reached" not in answer.text, address


SEASON = "/scenarios/speed-skating-2026/season?after=3&for=GER"
OVER = "The time for proofs was over"


def test_a_season_that_the_clock_cut_off_is_shown_and_not_kept(
    client: TestClient, giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks next gets all of it, where the machine is less busy by then."""
    services = client.app.state.services  # type: ignore[attr-defined]
    giving.up = set()
    whole = answering.SEASON_SECONDS
    monkeypatch.setattr(answering, "SEASON_SECONDS", 0.0)
    giving.forget()
    services.pages._values.clear()
    services.solving._answers._values.clear()
    assert OVER in client.get(SEASON).text
    assert [job.kind for job in services.solving._answers._values if job.kind == "season"] == []
    assert len(services.pages) == 0
    monkeypatch.setattr(answering, "SEASON_SECONDS", whole)
    giving.forget()
    again = client.get(SEASON).text
    assert "GER" in again
    assert OVER not in again
    assert len(services.pages) == 1
    assert [job.kind for job in services.solving._answers._values if job.kind == "season"] == ["season"]
