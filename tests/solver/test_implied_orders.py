"""What a table implies on rankings is the same whether completions near a known one are tried before solving or not."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from bench.instances import scaled
from bench.subjects.unknown import unknown_season
from quotaproof.api import verify
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.unknown import precedences
from quotaproof.solver.unknown.exchanges import Exchanges


def _drawn(seed: int) -> Scenario | None:
    """A table with some ranks in relays known; None if it ends in a tie."""
    rng = random.Random(seed)
    season = scaled(seed).with_readings({"remaining-ties": "men-first", "gender-cap": "nominal"})
    season = replace(season, rules=season.rules.with_caps({"total": season.rules.total + rng.choice([0, 8, 16])}))
    allocation = greedy.allocate(season)
    if allocation.status != "optimal":
        return None
    facts = []
    for event in season.rules.events:
        if event.kind == "relay":
            claims = season.standings.rankings[event.identifier].claims()
            ranks = rng.sample(range(len(claims)), rng.choice([0, 1, 3]))
            facts += [Fact(event.identifier, "rank", claims[rank][0], rank + 1, "drawn") for rank in ranks]
    return replace(season, published=allocation.to_published(), standings=Standings(), facts=tuple(facts))


def test_exchanges_change_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedences, "MOST_ROUNDS", 1000)
    monkeypatch.setattr(precedences, "MANY", 0)  # as where there are many pairs
    gave: list[bool] = []
    give = Exchanges.give

    def told(self: Exchanges, *asked: object) -> bool:
        gave.append(give(self, *asked))  # type: ignore[arg-type]
        return gave[-1]

    for seed in range(7):
        season = _drawn(seed)
        if season is None or season.published is None:
            continue
        monkeypatch.setattr(Exchanges, "give", told)
        found = precedences.implied(season, season.published)
        monkeypatch.setattr(Exchanges, "give", lambda *_: False)
        season.memo.clear()
        assert precedences.implied(season, season.published) == found
    assert gave.count(True) > 10
    assert gave.count(False) > 2


def test_ranks_that_are_known_are_not_exchanged() -> None:
    season = unknown_season(1)
    assert season.published is not None
    allocated = scaled(int(season.identifier.split("-")[1])).standings
    (one, _), (other, _) = allocated.rankings["men-relay"].claims()[:2]
    assert Exchanges(season, season.published).give(allocated, {"men-relay": (one, other)})
    for fact in (
        Fact("men-relay", "rank", one, 1, "drawn"),
        Fact("men-relay", "ahead-of", one, 1, "drawn", other=other),
    ):
        bound = replace(season, facts=(fact,))
        assert not Exchanges(bound, season.published).give(allocated, {"men-relay": (one, other)})


def test_what_a_table_of_44_nocs_implies_is_known() -> None:
    found = verify(unknown_season(2))
    assert found.unknown == ()
    assert len(found.implied) > 800


class AskedError(Exception):
    """An exchange is asked for."""


def test_exchanges_are_asked_for_where_there_are_many_pairs_and_not_where_there_are_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each takes as long as a search, so they are worth it for thousands of pairs: 500 with 23 NOCs, 4,700 with 69."""

    def asked(*_: object) -> None:
        raise AskedError

    monkeypatch.setattr(precedences._Near, "strike_out", asked)
    few = load_scenario("beijing-2022")
    assert few.published is not None
    assert precedences.implied(few, few.published)
    large = scaled(1, nocs=3).with_readings({"remaining-ties": "men-first", "gender-cap": "nominal"})
    large = replace(large, rules=large.rules.with_caps({"total": large.rules.total + 16}))
    table = greedy.allocate(large).to_published()
    with pytest.raises(AskedError):
        precedences.implied(replace(large, published=table, standings=Standings()), table)
