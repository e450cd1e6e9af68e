"""What commands write with `--format json` is what `quotaproof schema` says of it: every key, and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from quotaproof.answer_schemas import ANSWERS, answer_schema
from quotaproof.cli import cli

ASKED: dict[str, tuple[str, ...]] = {
    "allocate": ("allocate sochi-2014 --engine greedy", "allocate speed-skating-2026 --engine greedy"),
    "backtest": ("backtest --samples 10",),
    "compare": ("compare sochi-2014 pyeongchang-2018",),
    "explain": ("explain sochi-2014 KAZ men-1000 --why-not 2", "explain speed-skating-2026 USA"),
    "infer": ("infer milano-cortina-2026 --no-why",),
    "list": ("list",),
    "reduce": ("reduce speed-skating-2026",),
    "report": ("report sochi-2014", "report speed-skating-2026"),
    "reserve": ("reserve sochi-2014 men-1000", "reserve speed-skating-2026 men-500"),
    "reserve-all": ("reserve sochi-2014 --all",),
    "season": ("season pyeongchang-2018 --for JPN", "season sochi-2014 --after 1 --event men-relay --samples 9"),
    "verify": ("verify sochi-2014", "verify altered-beijing-2022", "verify figure-skating-2018"),
    "whatif": (
        "whatif sochi-2014 --decline KAZ:men-1000=1",
        "whatif beijing-2022 --decline KAZ:men-500=1",
        "whatif speed-skating-2026 --decline NED:men-500=1",
    ),
}


def written(words: str) -> Any:
    """The one document that a command writes on stdout."""
    return json.loads(CliRunner().invoke(cli, words.split(), standalone_mode=False).stdout)


def closed(schema: Any) -> Any:
    """A schema in which an object has the keys that are named and no other."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(one) for key, one in schema.items()}
    return {**found, "additionalProperties": False} if "required" in schema and "properties" in schema else found


def test_every_answer_that_has_a_schema_is_asked_for() -> None:
    assert set(ASKED) == set(ANSWERS)
    with pytest.raises(ValueError, match="no answer is called 'poem'"):
        answer_schema("poem")


@pytest.mark.parametrize(("name", "words"), [(name, one) for name, several in ASKED.items() for one in several])
def test_an_answer_is_what_its_schema_says(name: str, words: str) -> None:
    schema = closed(written(f"schema {name}"))
    Draft202012Validator.check_schema(schema)
    answer = written(f"{words} --format json")
    Draft202012Validator(schema).validate(answer)
    first = answer[0] if isinstance(answer, list) else answer
    key = next(iter(first))
    for wrong in ({**first, "more": 1}, {one: value for one, value in first.items() if one != key}):
        with pytest.raises(ValidationError):
            Draft202012Validator(schema).validate([wrong] if isinstance(answer, list) else wrong)
