"""Certificates of allocations by ranked lists: accepted as engines give them, rejected if they were tampered with."""

from __future__ import annotations

import copy
import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from certified import Certified, problems

import quotaproof
from quotaproof import checker, checker_lists, checker_rankings, cli
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import (
    AnyPathway,
    EntryTier,
    FillByRank,
    HostPlaces,
    KthEntryTiers,
    NocQuota,
    QuotaCap,
    RankingPlaces,
    RankTiers,
    ReduceToTotal,
    ReserveList,
    SumOfBest,
    Tier,
)
from quotaproof.model.results.listed_file import lists_csv
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import FOLDER, load_scenario
from quotaproof.solver.certificate import certificate, translated
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine as cp_sat
from tests.listed import DRAWS, ranked, scenario
from tests.listed import event as one_event
from tests.listed_folders import first, save

REAL = ("speed-skating-2026", "speed-skating-2026-after-two", "figure-skating-2014", "figure-skating-2018")
SOME = 25
Document = dict[str, Any]
Tampered = Iterator[Document]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[Certified]:
    """Certificates of drawn seasons, of each set of rules, with ties that do not matter and without."""
    root = tmp_path_factory.mktemp("listed")
    return [one for ties in (False, True) for draw in DRAWS for one in first(SOME, draw, root, ties=ties)]


@pytest.fixture(scope="module")
def real() -> list[Certified]:
    """Certificates of figure skating, whose lists are computed from results."""
    found = []
    for name in REAL[2:]:
        given = load_scenario(name)
        allocation = greedy.allocate(given)
        found.append(Certified(given, allocation, certificate(given, allocation)))
    return found


# Accepted -------------------------------------------------------------------------------------------------------------


def test_every_certificate_is_accepted(drawn: list[Certified]) -> None:
    for one in drawn:
        assert problems(one.document, one.folder) == [], one.folder
    kinds = {claim["fact"]["kind"] for one in drawn for claim in one.document["claims"]}
    assert kinds == {
        *("listed", "listed-has-place", "listed-noc-cap", "listed-full", "in-reserve"),
        *("host-replaces", "host-replaced", "host-added", "quota-sum", "quota-capped", "taken-back"),
        *("best-sum", "best-single", "best-cut", "best-none", "single-none", "next-noc", "next-full"),
        *("rank-tier", "rank-none", "kth-entry", "kth-none"),
    }
    assert any(one.document["ties"] for one in drawn)
    assert any(one.scenario.aliases for one in drawn)


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("reduction", ["none", "press-cycle"])
def test_scenarios_that_ship_are_certified(name: str, reduction: str) -> None:
    """Their lists are computed from the results by the checker too."""
    given = load_scenario(name)
    if given.rules.leaves_open("reduction"):
        given = given.with_readings({"reduction": reduction})
    document = certificate(given, greedy.allocate(given))
    assert quotaproof.check(document, name) == ()
    other = certificate(given, cp_sat.allocate(given))
    assert {**other, "engine": "greedy"} == document


def test_lists_that_were_computed_may_be_in_a_file(tmp_path: Path) -> None:
    """Without the results behind it a list certifies the same places, but another file."""
    folder = tmp_path / "copy"
    shutil.copytree(FOLDER / REAL[1], folder)
    computed = certificate(load_scenario(folder), greedy.allocate(load_scenario(folder)))
    (folder / "standings.csv").write_text(lists_csv(load_scenario(folder).lists), encoding="utf-8")
    given = load_scenario(folder)
    document = certificate(given, greedy.allocate(given))
    assert problems(document, folder) == []
    assert set(document["digests"]) == {"readings", "rules", "standings"}
    assert problems(computed, folder) != []
    assert document["lists"] == computed["lists"]


def test_it_runs_by_itself(real: list[Certified], tmp_path: Path) -> None:
    """With the files for ranked lists next to it, where the project cannot be found."""
    one = real[0]
    for module in (checker, checker_lists, checker_rankings):
        shutil.copy(str(module.__file__), tmp_path)
    file = tmp_path / "certificate.json"

    def run() -> tuple[int, str, str]:
        command = [sys.executable, "-I", "-S", str(tmp_path / "checker.py"), str(file), str(one.folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        return done.returncode, done.stdout, done.stderr

    file.write_text(one.text)
    assert run() == (0, "accepted\n", "")
    file.write_text(one.text.replace('"unique": true', '"unique": false'))
    assert run() == (1, "unique must be true\n", "")
    (tmp_path / "checker_rankings.py").unlink()
    code, out, error = run()
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert "checker_rankings" in error


def test_the_command_writes_and_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "certificate.json"

    def run(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["quotaproof", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return int(stop.value.code or 0)

    reading = ("--reading", "reduction=press-cycle")
    assert run("allocate", "speed-skating-2026", "--engine", "greedy", *reading, "--certificate", str(file)) == 0
    capsys.readouterr()
    assert run("check", str(file), "speed-skating-2026") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "82 men and 82 women" in said
    assert "Read with reduction = press-cycle." in said
    assert run("check", str(file), "figure-skating-2018") in (1, 2)
    capsys.readouterr()
    assert run("allocate", "figure-skating-2018", "--engine", "greedy", "--certificate", str(file)) == 0
    assert run("check", str(file), "figure-skating-2018") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "accepted. The rules and standings of figure-skating-2018 give exactly these 83 start places." in said


# Tampered with --------------------------------------------------------------------------------------------------------


def put(document: Document, value: object, *path: str | int) -> Document:
    """A copy in which something else stands at a place."""
    changed = copy.deepcopy(document)
    holder: Any = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


def an_entry_swapped_with_the_next(document: Document, rng: random.Random) -> Tampered:
    """In the entries, in the claims, in the list, and in all of them."""
    for table in ("entries", "reserve", "taken_back"):
        for event, line in document[table].items():
            if len(line) < 2:
                continue
            place = rng.randrange(len(line) - 1)
            swapped = [*line[:place], line[place + 1], line[place], *line[place + 2 :]]
            yield put(document, swapped, table, event)
            athletes = [one["athlete"] for one in line[place : place + 2]]
            text = json.dumps(document["claims"])
            for old, new in ((athletes[0], "-"), (athletes[1], athletes[0]), ("-", athletes[1])):
                text = text.replace(f'"{old}"', f'"{new}"')
            yield put(put(document, swapped, table, event), json.loads(text), "claims")
    for event, lists in document["lists"].items():
        for name, entries in lists.items():
            if len(entries) > 1:
                place = rng.randrange(len(entries) - 1)
                (rank, *one), (other, *two) = entries[place : place + 2]
                changed = [*entries[:place], [rank, *two], [other, *one], *entries[place + 2 :]]
                yield put(document, changed, "lists", event, name)


def one_place_more_or_fewer(document: Document, rng: random.Random) -> Tampered:
    for event, numbers in document["places"].items():
        for noc, number in sorted(numbers.items())[:2]:
            yield put(document, number + 1, "places", event, noc)
            yield put(document, number - 1, "places", event, noc)
        yield put(document, 1, "places", event, "ZZZ")
    for event, line in document["entries"].items():
        yield put(document, line[:-1], "entries", event)
        yield put(document, [*line, line[0]], "entries", event)  # an athlete twice in an event
        others = [one for entries in document["lists"][event].values() for one in entries]
        outside = [one for one in others if one[2] not in {own["athlete"] for own in line}]
        if outside:
            _, noc, athlete = rng.choice(outside)
            more = {"noc": noc, "athlete": athlete, "pathway": line[-1]["pathway"]}
            yield put(document, [*line, more], "entries", event)
            yield put(document, [*line[:-1], more], "entries", event)


def a_reserve_list_changed(document: Document, rng: random.Random) -> Tampered:
    for event, line in document["reserve"].items():
        yield put(document, line[1:], "reserve", event)
        yield put(document, line[:-1], "reserve", event)
        yield put(document, [*line, line[-1]], "reserve", event)
        yield put(document, [{**line[0], "tied": not line[0]["tied"]}, *line[1:]], "reserve", event)


def another_host(document: Document, rng: random.Random) -> Tampered:
    yield put(document, "ZZZ" if document["host"] is None else None, "host")
    for row, claim in enumerate(document["claims"]):
        if claim["fact"]["kind"].startswith("host-"):
            for kind in {"host-added", "host-replaces", "host-replaced"} - {claim["fact"]["kind"]}:
                yield put(document, kind, "claims", row, "fact", "kind")
            changed = copy.deepcopy(document)
            del changed["claims"][row]
            yield changed


def a_figure_off_by_one(document: Document, rng: random.Random) -> Tampered:
    """Sums, caps, ranks and numbers of places, of each kind of fact."""
    seen: Counter[str] = Counter()
    for row, claim in enumerate(document["claims"]):
        kind = claim["fact"]["kind"]
        seen[kind] += 1
        if seen[kind] > 2:
            continue
        for name, value in claim["fact"].items():
            if isinstance(value, int):
                yield put(document, value + rng.choice([-1, 1]), "claims", row, "fact", name)
                yield put(document, float(value), "claims", row, "fact", name)
            else:
                yield put(document, "another", "claims", row, "fact", name)


def a_quota_place_more(document: Document, rng: random.Random) -> Tampered:
    for gender, numbers in document["athletes"].items():
        for noc, number in sorted(numbers.items())[:2]:
            yield put(document, number + 1, "athletes", gender, noc)
        yield put(document, 1, "athletes", gender, "ZZZ")
        yield put(document, document["totals"][gender] + 1, "totals", gender)


def a_claim_changed(document: Document, rng: random.Random) -> Tampered:
    for row in rng.sample(range(len(document["claims"])), min(4, len(document["claims"]))):
        claim = document["claims"][row]
        yield put(document, not claim["granted"], "claims", row, "granted")
        yield put(document, "ZZZ", "claims", row, "noc")
        yield put(document, {**claim, "remark": "x"}, "claims", row)
        for claims in (
            [*document["claims"][:row], *document["claims"][row + 1 :]],
            [*document["claims"][: row + 1], *document["claims"][row:]],
        ):
            yield put(document, claims, "claims")
    if len(document["claims"]) > 1:
        yield put(document, document["claims"][::-1], "claims")


def something_else_changed(document: Document, rng: random.Random) -> Tampered:
    for key in document.keys() - {"scenario", "engine"}:
        changed = copy.deepcopy(document)
        del changed[key]
        yield changed
        yield put(document, "other", key)
    for key, value in (("unique", False), ("version", 2), ("remark", "x"), ("unique", 1)):
        yield put(document, value, key)
    for name, digest in document["digests"].items():
        yield put(document, f"{'1' if digest[0] == '0' else '0'}{digest[1:]}", "digests", name)


WAYS: list[Callable[[Document, random.Random], Tampered]] = [
    an_entry_swapped_with_the_next,
    one_place_more_or_fewer,
    a_reserve_list_changed,
    another_host,
    a_figure_off_by_one,
    a_quota_place_more,
    a_claim_changed,
    something_else_changed,
]


def sentence(found: list[str] | str) -> None:
    """Rejected, or bad input, in words."""
    assert found
    assert all(isinstance(one, str) and one for one in ([found] if isinstance(found, str) else found))


@pytest.mark.parametrize("tamper", WAYS, ids=lambda tamper: tamper.__name__)
def test_what_was_tampered_with_is_rejected(tamper: Any, drawn: list[Certified], real: list[Certified]) -> None:
    number = 0
    seldom = tamper in (an_entry_swapped_with_the_next, one_place_more_or_fewer)
    for one in [*drawn[::10], *(real[1:] if seldom else ())]:
        for document in tamper(one.document, random.Random(f"{tamper.__name__} {one.folder.name}")):
            if document != one.document or json.dumps(document) != one.text:
                sentence(problems(document, one.folder))
                number += 1
    assert number >= 15


def bordering(pathway: AnyPathway) -> Iterator[AnyPathway]:
    """The pathway with each number in it one more and one less, and each choice in it another."""
    for step in (-1, 1):
        match pathway:
            case RankingPlaces() | FillByRank():
                for event in pathway.places:
                    yield replace(pathway, places={**pathway.places, event: max(1, pathway.places[event] + step)})
            case ReserveList():
                for event in pathway.lengths:
                    yield replace(pathway, lengths={**pathway.lengths, event: max(1, pathway.lengths[event] + step)})
            case HostPlaces():
                yield replace(pathway, mode="additional" if pathway.mode == "replace-last" else "replace-last")
                yield replace(pathway, on_reserve_list=not pathway.on_reserve_list)
                yield replace(pathway, events=pathway.events[1:])
            case NocQuota():
                for place, cap in enumerate(pathway.caps):
                    for other in (
                        replace(cap, athletes=cap.athletes + step),
                        replace(cap, team=not cap.team),
                        replace(cap, by=()),
                        replace(cap, each_event="a-place" if cap.each_event != "a-place" else "the-maximum"),
                    ):
                        if place + 1 < len(pathway.caps) or other.athletes != cap.athletes:
                            yield replace(pathway, caps=(*pathway.caps[:place], other, *pathway.caps[place + 1 :]))
            case ReduceToTotal():
                yield replace(pathway, cycle=(*pathway.cycle[1:], pathway.cycle[0]))
            case SumOfBest():
                for event in pathway.places:
                    yield replace(pathway, places={**pathway.places, event: max(1, pathway.places[event] + step)})
                yield replace(pathway, best=pathway.best + max(0, step))
                for key in ("sums", "single"):
                    tiers = getattr(pathway, key)
                    for place, tier in enumerate(tiers):
                        other = tier._replace(at_most=tier.at_most + step)
                        yield replace(pathway, **{key: (*tiers[:place], other, *tiers[place + 1 :])})
                for place, worth in enumerate(pathway.worth):
                    changed = worth._replace(most=worth.most + step)
                    yield replace(pathway, worth=(*pathway.worth[:place], changed, *pathway.worth[place + 1 :]))
            case RankTiers():
                for place, tier in enumerate(pathway.tiers):
                    for one in (
                        tier._replace(at_most=tier.at_most + step),
                        tier._replace(places=max(1, tier.places + step)),
                    ):
                        yield replace(pathway, tiers=(*pathway.tiers[:place], one, *pathway.tiers[place + 1 :]))
            case KthEntryTiers():
                for place, entry in enumerate(pathway.tiers):
                    more = entry._replace(nocs=max(1, entry.nocs + step))
                    yield replace(pathway, tiers=(*pathway.tiers[:place], more, *pathway.tiers[place + 1 :]))


def others(given: Scenario, rng: random.Random) -> Iterator[Scenario]:
    """The scenario with a border moved by one, another host, a cap per NOC, or two neighbours of a list swapped."""
    for place, pathway in enumerate(given.rules.pathways):
        for other in bordering(pathway):
            pathways = (*given.rules.pathways[:place], other, *given.rules.pathways[place + 1 :])
            yield replace(given, rules=replace(given.rules, pathways=pathways))
    for event in given.rules.events:
        for step in (-1, 1):
            yield replace(given, rules=given.rules.with_caps({f"{event.identifier}:noc": event.noc_cap + step}))
    for gender, cap in given.rules.gender_caps.items():
        yield replace(given, rules=given.rules.with_caps({gender: cap + 1}))
    yield replace(given, aliases=())
    yield replace(given, host=None if given.host else rng.choice(given.nocs))
    for key, one in given.lists.items():
        if len(one.entries) > 1:
            place = rng.randrange(len(one.entries) - 1)
            upper, lower = one.entries[place : place + 2]
            swapped = (replace(lower, rank=upper.rank), replace(upper, rank=lower.rank))
            entries = (*one.entries[:place], *swapped, *one.entries[place + 2 :])
            yield replace(given, lists={**given.lists, key: replace(one, entries=entries)})


def meaning(document: Document) -> str:
    """All that a certificate says but for labels; of several reasons for a refusal that are true, any may be named."""
    said = {key: value for key, value in document.items() if key not in ("scenario", "engine")}
    reasons = ("listed-has-place", "listed-noc-cap", "listed-full")
    said["claims"] = [
        {key: value for key, value in claim.items() if key != "fact" or claim["fact"]["kind"] not in reasons}
        for claim in document["claims"]
    ]
    return json.dumps(said, sort_keys=True)


def test_the_allocation_of_bordering_rules_or_lists_is_rejected(drawn: list[Certified], real: list[Certified]) -> None:
    """What differs in nothing but a border, with digests, lists and host as they should be."""
    seen: Counter[tuple[str, bool]] = Counter()
    for one in [*drawn[::6], *real]:
        for other in others(one.scenario, random.Random(one.folder.name)):
            allocation = greedy.allocate(other)
            if allocation.status == "tie":
                continue
            document = translated(other, allocation, one.folder)
            document |= {key: one.document[key] for key in ("readings", "digests", "host", "ties", "lists")}
            text, right = (meaning(claimed) for claimed in (document, one.document))
            seen[one.folder.name.partition("-")[0], text == right] += 1
            if text != right:
                sentence(problems(document, one.folder))
    assert sum(number for (_, same), number in seen.items() if not same) >= 300, seen
    assert {name for name, same in seen if not same} == {"long", "figure", "tiers"}


def test_lists_results_and_rules_of_another_kind_are_refused(drawn: list[Certified], tmp_path: Path) -> None:
    """Kinds of pathway, of host places, of measures and of readings that the checker does not know."""
    number = 0
    for one in drawn[::9]:
        for old, new in (
            ('kind = "ranking-places"', 'kind = "ranked-places"'),
            ('kind = "sum-of-best"', 'kind = "sum-of-all"'),
            ('kind = "kth-entry-tiers"', 'kind = "team-top-up"'),
            ('mode = "additional"', 'mode = "instead"'),
            ('each-event = "a-place"', 'each-event = "two-places"'),
        ):
            text = (one.folder / "rules.toml").read_text(encoding="utf-8")
            if old not in text:
                continue
            folder = tmp_path / str(number)
            shutil.copytree(one.folder, folder)
            (folder / "rules.toml").write_text(text.replace(old, new), encoding="utf-8")
            digest = hashlib.sha256(text.replace(old, new).encode()).hexdigest()
            document = put(one.document, digest, "digests", "rules")
            with pytest.raises(ValueError, match=r"cannot be read \(ValueError: .* not (known|supported)\)"):
                checker.check(json.dumps(document), folder)
            number += 1
    assert number > 10


def test_a_tie_that_matters_is_rejected(tmp_path: Path) -> None:
    """Presented as if it were none: what is certain, with status and uniqueness changed."""
    number = 0
    for draw in DRAWS:
        for seed in range(60):
            given = DRAWS[draw](random.Random(seed), ties=True)
            found = greedy.allocate(given)
            if found.status != "tie":
                continue
            loaded = save(given, tmp_path / f"{draw}-{seed}")
            document = translated(loaded, greedy.allocate(loaded), loaded.folder or tmp_path)
            sentence(problems({**document, "unique": True}, loaded.folder or tmp_path))
            number += 1
    assert number > 30


def test_a_rule_file_without_a_reading_knows_none(drawn: list[Certified]) -> None:
    for one in drawn[:3]:
        assert one.document["readings"] == {}
        sentence(problems(put(one.document, "none", "readings", "reduction"), one.folder))


# In words -------------------------------------------------------------------------------------------------------------

PLACES, MEN = {"men-free": 3}, ("men-free",)
POINTS = RankingPlaces("P1", "points", "c", "list", PLACES)
RESERVE = ReserveList("P2", "reserve", "c", {"men-free": "list"}, {"men-free": 2})
HOST = HostPlaces("P3", "host", "c", "replace-last", MEN, True)
QUOTA = NocQuota("P2", "quota", "c", (QuotaCap(9),))
TIES: dict[str, tuple[tuple[AnyPathway, ...], str, str, str, str]] = {
    "more share the last rank than have room": (
        (POINTS,),
        *("abcd", "1134", "1233"),
        "there is no room for all who share rank 3 of list of men-free",
    ),
    "the host takes the last place": (
        (POINTS, RESERVE, HOST),
        *("abch", "1134", "1224"),
        "a tie leaves open who has the last place of men-free, which the host takes",
    ),
    "two of the host's": (
        (POINTS, RESERVE, HOST),
        *("abchh", "12345", "12344"),
        "a tie leaves open who of the host may enter men-free",
    ),
    "the host's and another's at the end of the reserve list": (
        (POINTS, RESERVE, HOST),
        *("abcdhe", "123446", "123455"),
        "a tie leaves open who of the host may enter men-free",
    ),
    "places taken back": (
        (POINTS, QUOTA, ReduceToTotal("P3", "cycle", "c", MEN)),
        *("abc", "113", "122"),
        "nothing says whose place at rank 2 of men-free is taken back first",
    ),
    "equal sums": (
        (SumOfBest("P1", "sums", "c", "list", PLACES, 2, (Tier(9, 2),)),),
        *("abba", "1134", "1133"),
        "AAA, BBB have the sum 4 in men-free, and not all of them lose",
    ),
    "one place is left": (
        (FillByRank("P1", "fill", "c", "list", PLACES),),
        *("abcd", "1134", "1133"),
        "CCC, DDD share rank 3 of men-free, and 1 can have a place",
    ),
    "a tier of ranks ends": (
        (RankTiers("P1", "ranks", "c", "list", MEN, (Tier(2, 2), Tier(3, 1))),),
        *("abcd", "1134", "1224"),
        "NOCs share rank 2 of men-free, and a tier ends among them",
    ),
    "a tier of entries is full": (
        (KthEntryTiers("P1", "entries", "c", "list", MEN, (EntryTier(1, 3),)),),
        *("abcd", "1134", "1133"),
        "NOCs share rank 3 of men-free with their entry number 1, and not all fit",
    ),
}
"""What a tie is about -> pathways, who is ranked, ranks that leave no choice, ranks that leave one, the sentence."""


@pytest.mark.parametrize("case", TIES)
def test_a_tie_is_rejected_where_it_leaves_a_choice_and_nowhere_else(case: str, tmp_path: Path) -> None:
    """One rank is shared by who have what they have in any order, and by who would not."""
    pathways, names, harmless, open_, said = TIES[case]
    entries = [f"{letter * 3}-{number}" for number, letter in enumerate(names, 1)]
    both = []
    for ranks in (harmless, open_):
        own = ranked("men-free", "list", entries, [int(rank) for rank in ranks])
        given = scenario([one_event("men-free", 9, 3)], pathways, [own], host="HHH", caps=(2, 99))
        both.append(save(given, tmp_path / ranks))
    right = certificate(both[0], greedy.allocate(both[0]))
    assert problems(right, tmp_path / harmless) == []
    try:
        assert greedy.allocate(both[1]).status == "tie"
    except InputError as error:  # whose place is taken back has to be drawn
        assert "so record a draw" in str(error)
    assert problems(right, tmp_path / open_)[-1] == said


def entries_of(rows: list[dict[str, str]], *, of_results: bool) -> list[tuple[int, str, str, bool]]:
    """What the checker makes of the rows of a file: rank, NOC, who, whether tied, in one list of an event."""
    rules = {
        "events": [{"id": "men-free", "gender": "men", "kind": "individual"}, {"id": "men-team", "kind": "relay"}],
        "results": {"meets": ["one", "two"]},
        "rankings": [{"id": "points", "events": [rows[0]["event"]], "measure": "points"}],
    }
    [own] = checker_rankings.lists_of(rules, rows, of_results=of_results).values()
    return [(one.rank, one.noc, one.athlete, one.tied) for one in own]


def test_the_checker_counts_no_points_where_none_are_printed() -> None:
    """AAA has 5 and none, BBB 5 at the one meet where it was, CCC 6."""
    printed = [("AAA", "one", "5"), ("AAA", "two", ""), ("BBB", "two", "5"), ("CCC", "one", "6")]
    rows = [
        {"event": "men-free", "meet": meet, "rank": "1", "noc": noc, "athlete": f"{noc.lower()}-1", "points": points}
        for noc, meet, points in printed
    ]
    assert entries_of(rows, of_results=True) == [
        *((1, "CCC", "ccc-1", False), (2, "AAA", "aaa-1", True), (2, "BBB", "bbb-1", True)),
    ]


def test_the_checker_names_a_team_by_its_noc_and_nobody_else() -> None:
    for event, name in (("men-team", "aaa"), ("men-free", "")):
        rows = [{"event": event, "rank": "1", "noc": "AAA", "athlete": ""}]
        assert entries_of(rows, of_results=False) == [(1, "AAA", name, False)]
