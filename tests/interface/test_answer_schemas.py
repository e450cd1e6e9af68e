"""What commands write with `--format json` is what `quotaproof schema` says of it: every key, and no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from quotaproof.answer_schemas import ANSWERS, answer_schema
from quotaproof.cli import cli
from quotaproof.scenarios import FOLDER

ASKED: dict[str, tuple[str, ...]] = {
    "allocate": ("allocate sochi-2014 --engine greedy", "allocate speed-skating-2026 --engine greedy"),
    "backtest": ("backtest --samples 10",),
    "check": ("check CERTIFICATE sochi-2014", "check CERTIFICATE synthetic-beijing-like"),
    "compare": ("compare sochi-2014 pyeongchang-2018",),
    "explain": ("explain sochi-2014 KAZ men-1000 --why-not 2", "explain speed-skating-2026 USA"),
    "import": (
        "import PUBLISHED --rules sochi-2014 --into FOLDER",
        "import STANDINGS --rules synthetic-beijing-like --into FOLDER",
    ),
    "infer": ("infer milano-cortina-2026 --no-why",),
    "list": ("list",),
    "reduce": ("reduce speed-skating-2026",),
    "report": ("report sochi-2014", "report speed-skating-2026"),
    "reserve": ("reserve sochi-2014 men-1000", "reserve speed-skating-2026 men-500"),
    "reserve-all": ("reserve sochi-2014 --all",),
    "season": ("season pyeongchang-2018 --for JPN", "season sochi-2014 --after 1 --event men-relay --samples 9"),
    "standings": (
        "standings pyeongchang-2018",
        "standings sochi-2014 --reading soqc-ties=sum-of-positions --event men-500",
        "standings speed-skating-2026",
    ),
    "sweep": (
        "sweep sochi-2014 --singles --jobs 1 --out OUT",
        "sweep sochi-2014 --singles --mode both --grid total=118..120 --jobs 1 --out OUT",
        "sweep synthetic-beijing-like --samples 4 --jobs 1 --out OUT",
        "sweep speed-skating-2026 --exclusions --singles --noc NED --jobs 1 --out OUT",
    ),
    "verify": ("verify sochi-2014", "verify altered-beijing-2022", "verify figure-skating-2018"),
    "whatif": (
        "whatif sochi-2014 --decline KAZ:men-1000=1",
        "whatif beijing-2022 --decline KAZ:men-500=1",
        "whatif speed-skating-2026 --decline NED:men-500=1",
    ),
}


def written(words: str) -> Any:
    """The one document that a command writes on stdout."""
    result = CliRunner().invoke(cli, words.split(), standalone_mode=False)
    assert result.stdout, repr(result.exception)
    return json.loads(result.stdout)


def with_files(words: str, folder: Path) -> str:
    """The words, with files for what is written in capital letters."""
    files = {
        "OUT": folder / "answers.csv",
        "FOLDER": folder / "synthetic-imported",
        "PUBLISHED": FOLDER / "sochi-2014" / "published.csv",
        "STANDINGS": FOLDER / "synthetic-beijing-like" / "standings.csv",
        "CERTIFICATE": folder / "certificate.json",
    }
    if "CERTIFICATE" in words.split():
        made = ["allocate", "sochi-2014", "--certificate", str(files["CERTIFICATE"])]
        assert CliRunner().invoke(cli, made).exit_code == 0
    return " ".join(str(files.get(word, word)) for word in words.split())


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


def test_every_command_that_writes_json_has_a_schema() -> None:
    """The schemas themselves are of JSON Schema."""
    writes = {
        name
        for name, command in cli.commands.items()
        for option in command.params
        if option.name == "form" and "json" in getattr(option.type, "choices", ())
    }
    assert writes == set(ANSWERS) - {"reserve-all"}


@pytest.mark.parametrize(("name", "words"), [(name, one) for name, several in ASKED.items() for one in several])
def test_an_answer_is_what_its_schema_says(name: str, words: str, tmp_path: Path) -> None:
    schema = closed(written(f"schema {name}"))
    Draft202012Validator.check_schema(schema)
    answer = written(f"{with_files(words, tmp_path)} --format json")
    Draft202012Validator(schema).validate(answer)
    first = answer[0] if isinstance(answer, list) else answer
    key = next(iter(first))
    for wrong in ({**first, "more": 1}, {one: value for one, value in first.items() if one != key}):
        with pytest.raises(ValidationError):
            Draft202012Validator(schema).validate([wrong] if isinstance(answer, list) else wrong)
