"""Misspelt by a letter, said twice, or a day that is none: refused with the file, the line and the nearest right word.

All keys, columns and words of the shipped scenarios are misspelt with

    QUOTAPROOF_MISSPELT=1 python -m pytest tests/model/test_misspelt.py
"""

from __future__ import annotations

import csv
import io
import os
import random
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from test_alias_tables import refusal

from quotaproof.model.changes import Decline
from quotaproof.model.changes_file import load_changes
from quotaproof.model.dates import is_date
from quotaproof.model.errors import InputError
from quotaproof.model.near_words import asked, near
from quotaproof.model.scenario_loading import load_folder
from quotaproof.scenarios import load_scenario

SHIPPED = Path(__file__).parents[2] / "scenarios"
EVERY = bool(os.environ.get("QUOTAPROOF_MISSPELT"))
"""Whether all words are misspelt, and not only every thirtieth."""
LISTED, WALKS, WORTH = "speed-skating-2026-after-two", "pyeongchang-2018", "figure-skating-2018"

Edit = Callable[[str], str]


def edited(tmp_path: Path, base: str, file: str, edit: Edit) -> Path:
    folder = Path(shutil.copytree(SHIPPED / base, tmp_path / base))
    before = (folder / file).read_text(encoding="utf-8")
    after = edit(before)
    assert after != before
    (folder / file).write_text(after, encoding="utf-8")
    return folder


def swap(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new, 1)


def again(start: str) -> Edit:
    """The line that begins so, a second time."""

    def edit(text: str) -> str:
        line = next(line for line in text.splitlines() if line.startswith(start))
        return f"{text.rstrip()}\n{line}\n"

    return edit


@pytest.mark.parametrize(
    ("base", "file", "edit", "says"),
    [
        (WALKS, "known.csv", swap("event,", "evnt,"), "field event: the column is missing (do you mean it by evnt?)"),
        (WALKS, "published.csv", swap("athletes", "athlets"), "the column is unknown (do you mean athletes?)"),
        (WALKS, "known.csv", swap("men-", "mn-"), "is unknown (do you mean "),
        (WALKS, "rules.toml", swap("athletes =", "athlets ="), "the key is missing (do you mean it by athlets?)"),
        (WALKS, "rules.toml", swap("per-noc", "per-nok"), "the key is unknown (do you mean per-noc?); known here are"),
        (WALKS, "rules.toml", swap("repeats", "repeat"), "the key is missing (do you mean it by repeat?)"),
        (WALKS, "rules.toml", swap('"men"', '"mens"'), "not 'mens' (do you mean men"),
        (WALKS, "rules.toml", swap('"parallel-walk"', '"paralel-walk"'), "is unknown (do you mean parallel-walk?)"),
        (WALKS, "rules.toml", swap('uses = ["P1"', 'uses = ["PP1"'), "pathway PP1 is not defined (do you mean P1"),
        (WALKS, "scenario.toml", swap("complete", "complet"), "the key is unknown (do you mean complete?)"),
        (WALKS, "scenario.toml", swap('"men-500"', '"men-50"'), "is not an event (do you mean men-500"),
        (WALKS, "classifications.csv", swap("shanghai-2017", "shangai-2017"), "(do you mean shanghai-2017"),
        (LISTED, "results.csv", swap("calgary", "calgari"), "(do you mean calgary?)"),
        (LISTED, "rules.toml", swap('ranking = "points"', 'ranking = "point"'), "'point' (do you mean points?)"),
        (LISTED, "rules.toml", swap('"best-time"', '"besttime"'), "is not a criterion (do you mean best-time"),
    ],
)
def test_the_nearest_right_word_is_named(tmp_path: Path, base: str, file: str, edit: Edit, says: str) -> None:
    error = refusal(edited(tmp_path, base, file, edit))
    assert says in str(error)
    assert error.line is not None or "is missing" in error.problem


def test_words_that_are_far_are_not_named() -> None:
    assert near("ranking", ["points", "events"]) == []
    assert asked("", ["points"]) == asked("x" * 200, ["x" * 199]) == asked("?", ["x", "y"]) == ""
    assert asked("MEN-500", ["men-500", "women-1000"]) == " (do you mean men-500?)"


@pytest.mark.parametrize(
    ("base", "file", "edit", "says"),
    [
        (WALKS, "known.csv", again("men-"), "the row is on line"),
        (WALKS, "scenario.toml", swap('"men-500"', '"men-500", "men-500"'), "men-500 is in this list twice"),
        (WALKS, "rules.toml", swap('uses = ["P1"', 'uses = ["P1", "P1"'), "P1 is in this list twice"),
        (LISTED, "rules.toml", swap('divisions = ["A"]', 'divisions = ["A", "A"]'), "A is in this list twice"),
        (
            LISTED,
            "rules.toml",
            swap("[[rankings]]", '[[results.points]]\ndivisions = ["C"]\npoints = [1]\n' * 2 + "[[rankings]]"),
            "the same table is in this list twice",
        ),
    ],
)
def test_what_is_said_twice_is_refused(tmp_path: Path, base: str, file: str, edit: Edit, says: str) -> None:
    error = refusal(edited(tmp_path, base, file, edit))
    assert says in error.problem
    assert error.line is not None and error.field is not None


@pytest.mark.parametrize(
    ("base", "edit", "says"),
    [
        (LISTED, swap("men-1000,1,A,", "men-1000,1,a,"), "'a' is not one that counts by the rules"),
        (LISTED, swap("men-1000,1,A,", "men-1000,1,,"), "no division is not one"),
        (WORTH, swap("free programme", "fre programme"), "(do you mean free programme?)"),
    ],
)
def test_a_result_of_a_division_that_the_rules_do_not_have_is_refused(
    tmp_path: Path, base: str, edit: Edit, says: str
) -> None:
    error = refusal(edited(tmp_path, base, "results.csv", edit))
    assert says in error.problem
    assert error.field == "division" and error.line == 2


def test_one_name_under_two_ids_is_refused(tmp_path: Path) -> None:
    error = refusal(edited(tmp_path, LISTED, "results.csv", swap("usa-jordan-stolz", "usa-jordan-stoltz")))
    assert "Jordan STOLZ is usa-jordan-stolz here and usa-jordan-stoltz on line 2" in error.problem
    assert error.field == "athlete"


DEADLINE = swap('kind = "reallocation"', 'kind = "reallocation"\nuntil = "2018-01-30"')


@pytest.mark.parametrize("day", ["26.1.2022", "2018-02-30", "2018-1-5", "tomorrow", "2018-01-05T00:00"])
def test_a_day_that_is_none_is_neither_before_nor_after_a_deadline(tmp_path: Path, day: str) -> None:
    assert not is_date(day)
    rules = load_folder(edited(tmp_path, "sochi-2014", "rules.toml", DEADLINE)).rules
    with pytest.raises(InputError, match="is not a date; write YYYY-MM-DD"):
        rules.too_late(Decline("GER", date=day).date)
    file = tmp_path / "changes.toml"
    file.write_text(f'[[change]]\ndecline = "GER:men-500"\ndate = "{day}"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"line 3, field change\.1\.date: .* is not a date"):
        load_changes(file, rules)
    error = refusal(edited(tmp_path / "s", WALKS, "scenario.toml", swap("2017-11-23", day)))
    assert "must be a date written YYYY-MM-DD" in error.problem
    assert rules.too_late("2018-01-31") and not rules.too_late("2018-01-30") and not rules.too_late("")


# Every word of every file ---------------------------------------------------------------------------------------------


def misspelt(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word))
    return word[:place] + word[place + 1 :] if len(word) > 3 else word[:place] + "q" + word[place + 1 :]


def keys(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for part, inner in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if isinstance(part, str):
            yield path, part
        yield from keys(inner, (*path, part))


def misspelt_files(base: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield (file, its text with one key or column misspelt, the word, how it is written now)."""
    rng = random.Random(base)
    for file in sorted((SHIPPED / base).iterdir()):
        if file.suffix == ".toml":
            text = file.read_text(encoding="utf-8")
            for path, key in list(keys(tomllib.loads(text))):
                table = data = tomllib.loads(text)
                for part in path:
                    table = table[part]  # type: ignore[index]
                wrong = misspelt(key, rng)
                if wrong not in table and (EVERY or rng.random() < 0.02):
                    table[wrong] = table.pop(key)
                    yield file.name, tomli_w.dumps(data), key, wrong
        elif file.suffix == ".csv" and not file.name.startswith("draft"):
            rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
            for place, column in enumerate(rows[0]):
                wrong = misspelt(column, rng)
                if wrong not in rows[0] and (EVERY or rng.random() < 0.1):
                    header = [*rows[0][:place], wrong, *rows[0][place + 1 :]]
                    written = io.StringIO()
                    csv.writer(written, lineterminator="\n").writerows([header, *rows[1:]])
                    yield file.name, written.getvalue(), column, wrong


@pytest.mark.parametrize("base", ["beijing-2022", WALKS, "milano-cortina-2026", LISTED, WORTH])
def test_no_key_or_column_is_misspelt_without_a_word(tmp_path: Path, base: str) -> None:
    load_scenario(base)
    tried = 0
    for number, (file, text, word, wrong) in enumerate(misspelt_files(base)):
        folder = Path(shutil.copytree(SHIPPED / base, tmp_path / str(number)))
        (folder / file).write_text(text, encoding="utf-8")
        error = refusal(folder)
        tried += 1
        assert file in str(error)
        assert (word in str(error) and wrong in str(error)) or len(word) < 3, f"{word} -> {wrong}: {error}"
        shutil.rmtree(folder)
    assert tried > 0
    if EVERY:
        print(f"{base}: {tried} keys and columns")
