"""A sentence is one line, and a terminal obeys nothing in it, whatever the files say that it repeats."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest

from quotaproof.api import allocate, explain, verify
from quotaproof.model.errors import InputError, LimitError, QuotaError, SolverError
from quotaproof.scenarios import FOLDER, load_scenario

EVIL = "\\u001b]52;c;aGk=\\u0007 two\\nlines\\u2028and\\u202e three "
"""In a TOML text: what sets a clipboard, ends of lines, and what turns a text round."""


def is_one_line(text: str) -> bool:
    return len(text.splitlines()) == 1 and not set(text) & set("\x1b\x07\u2028\u202e\n")


@pytest.mark.parametrize("kind", [QuotaError, InputError, LimitError, SolverError])
def test_an_error_is_one_line_as_it_is_raised_and_as_it_comes_out_of_another_process(kind: type[QuotaError]) -> None:
    error = kind("a title \x1b[31m of\ntwo\u2028lines \u202e and\ta tab")
    for one in (error, pickle.loads(pickle.dumps(error))):
        assert str(one).startswith("a title \\x1b[31m of two lines \\u202e and")
        assert is_one_line(str(one))


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sochi 2014 with such a text before every title, label and clause."""
    folder = tmp_path_factory.mktemp("evil") / "synthetic-evil"
    shutil.copytree(FOLDER / "sochi-2014", folder)
    for name in ("rules.toml", "scenario.toml"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            key, equals, value = line.partition(" = ")
            if equals and key in ("title", "clause", "label", "games", "question") and value.startswith('"'):
                lines[number] = f'{key} = "{EVIL}{value[1:]}'
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_what_a_rule_file_says_is_one_line_in_python(evil: Path) -> None:
    scenario = load_scenario(evil)
    assert scenario.title.startswith("\\x1b]52;c;aGk=\\x07 two lines and\\u202e three Short track")
    titles = [pathway.title for pathway in scenario.rules.pathways]
    clauses = [one.clause for one in scenario.rules.pathways]
    assert all(map(is_one_line, [scenario.title, scenario.rules.title, scenario.rules.host_clause, *titles, *clauses]))
    told = [decision.reason for decision in allocate(scenario, engine="greedy").decisions]
    told += [finding.message for finding in verify(scenario).findings]
    told += [str(explain(scenario, "KAZ", "men-1000").to_dict())]
    assert all(map(is_one_line, told))
    with pytest.raises(InputError) as raised:
        explain(scenario, "KAZ", "men-9000")
    assert is_one_line(str(raised.value))
