"""Whatever the checker is given, it answers: rejected or bad input, and accepted only what says the same."""

from __future__ import annotations

import copy
import hashlib
import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from certified import Certified, meaning, problems

from quotaproof.model.errors import InputError
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy

VALUES = (None, True, False, 0, 1, -1, 2, 10**30, 1.5, float("nan"), "", "AAA", "men", "\ud800", [], {}, [[]], {"": 0})


def spots(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a document, as paths."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from spots(item, (*path, key))


def mutate(document: dict[str, Any], rng: random.Random) -> None:
    """Change, drop, double or move something, anywhere."""
    paths = list(spots(document))
    *path, key = rng.choice(paths)
    holder: Any = document
    for step in path:
        holder = holder[step]
    match rng.randrange(6):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.insert(rng.randrange(len(holder) + 1), copy.deepcopy(holder[key]))
        case 2 if isinstance(holder, list):
            other = rng.randrange(len(holder))
            holder[key], holder[other] = holder[other], holder[key]
        case 3:
            found: Any = document
            for step in rng.choice(paths):
                found = found[step]
            holder[key] = copy.deepcopy(found)
        case 4 if isinstance(holder[key], int):
            holder[key] += rng.choice([-1, 1])
        case _:
            holder[key] = rng.choice(VALUES)


def test_mutations_of_a_document(pool: list[Certified]) -> None:
    tiny = [one for one in pool if one.tiny]
    seen: Counter[str] = Counter()
    for seed in range(300):
        one = tiny[seed % len(tiny)]
        rng = random.Random(f"mutation {seed}")
        document = one.copy()
        for _ in range(rng.choice([1, 1, 2, 5])):
            mutate(document, rng)
        found = problems(document, one.folder)
        seen["accepted" if not found else "bad input" if isinstance(found, str) else "rejected"] += 1
        if not found:
            assert meaning(document) == meaning(one.document)
    assert seen["rejected"] > 200
    assert seen["bad input"] > 10


def test_mutations_of_the_text(pool: list[Certified]) -> None:
    one = min(pool, key=lambda one: len(one.text))
    for seed in range(200):
        rng = random.Random(f"text {seed}")
        text = list(one.text)
        for _ in range(rng.choice([1, 1, 3])):
            text[rng.randrange(len(text))] = rng.choice([*'"{}[],:01e\\\nA', ""])
        if not problems("".join(text), one.folder):
            assert meaning(json.loads("".join(text))) == meaning(one.document)


def test_a_key_that_stands_twice_is_bad_input(pool: list[Certified]) -> None:
    """Readers differ in which of the two they believe."""
    one = pool[0]
    text = one.text.replace('"totals": {', '"totals": {"men": 0, ', 1)
    assert json.loads(text) == one.document
    assert "duplicate key" in str(problems(text, one.folder))


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "3", '"certificate"', "{}", "[" * 100_000, '{"a":' * 100_000, '{"format": 9' + "9" * 5000 + "}"],
    ids=["empty", "null", "list", "number", "text", "object", "deep lists", "deep objects", "long number"],
)
def test_what_is_no_certificate_is_bad_input(text: str, pool: list[Certified]) -> None:
    assert isinstance(problems(text, pool[0].folder), str)


def test_a_certificate_that_nests_too_deeply(pool: list[Certified]) -> None:
    one = min(pool, key=lambda one: len(one.text))
    for depth in (50, 200, *range(900, 1000, 4)):
        text = one.text.replace('"host": ', f'"host": {"[" * depth}{"]" * depth}, "was": ', 1)
        assert problems(text, one.folder) != []


def damage(lines: list[str], rng: random.Random) -> None:
    """Drop, double, change or move a line."""
    row = rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[row]
        case 1:
            lines.insert(row, lines[rng.randrange(len(lines))])
        case 2:
            other = rng.choice(["", "7", "?", "-", '"', "\x00"])
            lines[row] = lines[row].replace(rng.choice('0123456789ABC,="'), other, 1)
        case _:
            other_row = rng.randrange(len(lines))
            lines[row], lines[other_row] = lines[other_row], lines[row]


def test_damage_to_the_files_of_the_scenario(pool: list[Certified], tmp_path: Path) -> None:
    """If the damaged files are accepted (digests are made to match), an engine still gives the same from them."""
    tiny = [one for one in pool if one.tiny]
    seen: Counter[str] = Counter()
    for seed in range(200):
        one = tiny[seed % len(tiny)]
        rng = random.Random(f"damage {seed}")
        folder = tmp_path / str(seed)
        shutil.copytree(one.folder, folder)
        file = folder / rng.choice(["rules.toml", "rules.toml", "standings.csv", "standings.csv", "scenario.toml"])
        lines = file.read_text().split("\n")
        damage(lines, rng)
        file.write_text("\n".join(lines))
        document = one.copy()
        for name in ("rules.toml", "standings.csv"):
            text = (folder / name).read_text()
            document["digests"][name.partition(".")[0]] = hashlib.sha256(text.encode()).hexdigest()
        if problems(document, folder):
            seen["refused"] += 1
            continue
        try:
            loaded = load_scenario(folder)
        except InputError:
            seen["accepted, but the schema is broken"] += 1  # which is not for the checker to judge
            continue
        seen["accepted"] += 1
        assert greedy.allocate(replace(loaded, readings=one.scenario.readings)).same_places(one.allocation)
    assert seen["refused"] > 60
    assert seen["accepted"] > 10
