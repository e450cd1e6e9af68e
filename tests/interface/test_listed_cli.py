"""Commands where places go down ranked lists: answers, exit codes, and refusals that name what can answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from quotaproof.cli import cli
from quotaproof.model.errors import InputError, UnsupportedError

TWO, FOUR, FIGURE = "speed-skating-2026-after-two", "speed-skating-2026", "figure-skating-2018"


def answer(*words: str) -> tuple[int, str]:
    """Return the exit code and what goes to stdout; errors come through."""
    result = CliRunner().invoke(cli, list(words), catch_exceptions=False, standalone_mode=False)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


@pytest.mark.parametrize(
    ("name", "code", "verdict"), [("draft-v3.csv", 1, "not"), ("draft-v4.1.csv", 0, "as-the-rules-give")]
)
def test_a_draft_is_verified_by_its_name(name: str, code: int, verdict: str) -> None:
    exit_code, text = answer("verify", TWO, "--published", name, "--format", "json")
    document = json.loads(text)
    assert (exit_code, document["verdict"]) == (code, verdict)
    assert document["published_list"]["note"].startswith("This is a draft")
    exit_code, text = answer("verify", TWO, "--published", name)
    assert exit_code == code
    assert "our conclusion" in text


def test_an_allocation_says_who_has_the_places_and_who_is_next() -> None:
    _, text = answer("allocate", FOUR, "--format", "json", "--engine", "greedy")
    document = json.loads(text)
    assert document["entries"]["men-500"][-1] == {"noc": "ITA", "athlete": "ita-jeffrey-rosanelli", "pathway": "P4"}
    assert list(document["reserve"]["men-500"][0]) == ["noc", "athlete"]
    assert document["totals"] == {"men": 105, "women": 111, "total": 216}
    assert all(one["clause"] and one["reason"] for one in document["decisions"])
    _, text = answer("allocate", FOUR)
    assert "That is more than may start: 82 men and 82 women." in " ".join(text.split())


def test_standings_say_what_counts_and_what_broke_a_tie() -> None:
    code, text = answer("standings", TWO, "--event", "men-500", "--format", "json")
    document = json.loads(text)
    assert code == 1
    assert len(document["points_differences"]) == 20
    first = next(row for row in document["rows"] if row["ranking"] == "points")
    assert (first["name"], first["points"]) == ("Jordan STOLZ", 211)
    assert sum(one["points"] for one in first["results"] if one["counts"]) == 211
    assert any(row["tie_broken_by"] for row in document["rows"])
    assert answer("standings", FIGURE)[0] == 0


@pytest.mark.parametrize("scenario", [FOUR, TWO, FIGURE, "figure-skating-2014"])
@pytest.mark.parametrize(
    "words",
    [],
)
def test_what_reasons_about_qualifiers_names_what_can_answer(
    scenario: str, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnsupportedError, match="allocate, standings, reserve, verify, whatif and explain answer"):
        answer(words[0], scenario, *words[1:])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words",
    [
        ("verify", FOUR),
        ("verify", TWO, "--published", "nothing.csv"),
        ("verify", FIGURE, "--published", "draft-v3.csv"),
        ("verify", "sochi-2014", "--published", "draft-v3.csv"),
        ("reserve", FIGURE, "men"),
        ("allocate", FOUR, "--reading", "gender-cap=hard"),
        ("standings", FOUR, "--event", "men-100"),
    ],
)
def test_a_question_without_an_answer_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        answer(*words)


def test_a_what_if_names_who_loses_and_who_gains_the_place() -> None:
    exit_code, text = answer("whatif", FOUR, "--decline", "ITA:men-500", "--engine", "greedy", "--format", "json")
    document = json.loads(text)
    assert exit_code == 0
    move = document["moves"][0]
    assert (move["kind"], move["event"], move["from"], move["to"]) == ("start-place", "men-500", "ITA", "TPE")
    assert (move["from_athlete"], move["to_name"]) == ("ita-jeffrey-rosanelli", "Wei-Lin TAI")
    assert move["clause"].startswith("P7: Section F")
    assert document["necessary"] == document["possible"]
    assert {(gain["noc"], gain["column"]) for gain in document["necessary"]} == {("TPE", "men-500"), ("TPE", "men")}
    assert document["after"]["places"]["men-500"]["TPE"] == 1
    _, text = answer("whatif", FOUR, "--decline", "ITA:men-500", "--engine", "greedy", "--format", "csv")
    assert text.splitlines()[0] == "step,kind,event,from,to,rank,clause,from_name,to_name"


def test_a_file_of_changes_mixes_declines_and_withdrawals_in_its_order(tmp_path: Path) -> None:
    words = 'mode = "sequential"\n' + "".join(
        f'[[change]]\n{key} = "{value}"\n'
        for key, value in (("withdraw", "Wei-Lin Tai"), ("decline", "ITA:men-500"), ("exclude", "EST"))
    )
    (tmp_path / "changes.toml").write_text(words)
    _, text = answer(
        "whatif", FOUR, "--changes", str(tmp_path / "changes.toml"), "--engine", "greedy", "--format", "json"
    )
    document = json.loads(text)
    assert [step["change"] for step in document["steps"]] == ["withdraw tpe-wei-lin-tai", "decline ITA:men-500"]
    # Who withdrew from the reserve list is not offered the place.
    assert all(move.get("to_name") != "Wei-Lin TAI" for move in document["moves"])
    assert "EST" not in document["after"]["places"]["men-500"]


def test_an_athlete_is_explained_by_name_and_an_noc_by_its_code() -> None:
    _, text = answer("explain", FOUR, "altay zhardembekuly", "--format", "json")
    document = json.loads(text)
    assert (document["noc"], document["athlete"]) == ("KAZ", "kaz-altay-zhardembekuly")
    assert document["why"][0]["subject"] == "men-500"
    assert set(document["why"][0]["clauses"]) == {"P1", "P2", "P4"}
    _, text = answer("explain", FOUR, "KAZ", "men-500", "--why-not", "men-500>=2", "--format", "json")
    document = json.loads(text)
    assert "athlete" not in document
    assert [one["measure"] for one in document["why_not"]["how_close"]] == ["points", "hundredths"]
    assert document["next_least"] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("whatif", FOUR, "--withdraw", "nobody"), "the nearest is"),
        (("whatif", FOUR, "--withdraw", "usa-jordan-stolz:"), "is not a withdrawal"),
        (("whatif", FOUR, "--decline", "ITA:men-500", "--from", "published"), "starts from what the rules give"),
        (("whatif", "sochi-2014", "--withdraw", "nobody"), "cannot withdraw"),
        (("whatif", FIGURE, "--decline", "FRA:men=9"), "cannot decline 9"),
        (("explain", FOUR, "KAZ", "men-500", "--witness", "here"), "leave --witness out"),
        (("explain", FIGURE, "USA", "men", "--why-not", "women>=4"), "at most 3"),
    ],
)
def test_what_cannot_be_asked_of_ranked_lists_is_one_sentence(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        answer(*words)
