"""Changes as a query string."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaproof.web.changes import KINDS, Asked, from_form, from_options, parse
from quotaproof.web.phrases import in_words
from quotaproof.web.problems import RequestError

SCENARIO: dict[str, Any] = {
    "names": {"GBR": "Great Britain", "ITA": "Italy", "KAZ": "Kazakhstan"},
    "host": "RUS",
    "total": 120,
    "gender_caps": {"men": 60, "women": 60},
    "events": [
        {"id": "men-500", "kind": "individual", "start_places": 32, "noc_cap": 3},
        {"id": "men-relay", "kind": "relay", "start_places": 8, "noc_cap": 1},
    ],
    "readings": [{"name": "gender-cap", "chosen": "walk"}],
}


def test_a_link_is_canonical_whatever_the_order_of_its_parameters() -> None:
    items = [("decline", "KAZ:men-500"), ("verify", "1"), ("set", "total=110"), ("mode", "rerun"), ("exclude", "GBR")]
    asked = parse(items, 10)
    assert asked.query() == "exclude=GBR&set=total=110&decline=KAZ:men-500&mode=rerun"
    assert asked.query(verify="1").startswith("verify=1&exclude=GBR")


def test_declines_keep_their_order_because_it_may_matter() -> None:
    first = parse([("decline", "KAZ"), ("decline", "GBR")], 10)
    second = parse([("decline", "GBR"), ("decline", "KAZ")], 10)
    assert first != second
    assert first.of("decline") == ("KAZ", "GBR")


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.text(min_size=1, max_size=30).map(str.strip).filter(bool))))
def test_what_a_link_carries_is_read_back_from_it(changes: list[tuple[str, str]]) -> None:
    from urllib.parse import parse_qsl

    asked = parse(changes, 1_000)
    assert parse(parse_qsl(asked.query(), keep_blank_values=True), 1_000) == asked


def test_a_form_that_changes_nothing_asks_nothing() -> None:
    fields = [("form", "1"), ("cap.total", "120"), ("cap.men-500:noc", "3"), ("read.gender-cap", "walk")]
    assert not from_form([*fields, ("hosted", "RUS"), ("mode", "")], SCENARIO, 10)


def test_a_form_keeps_what_changes_something() -> None:
    fields = [("cap.total", "118"), ("cap.men-500", "32"), ("read.gender-cap", "hard"), ("hosted", "none")]
    asked = from_form(fields, SCENARIO, 10)
    assert asked.query() == "host=none&set=total=118&reading=gender-cap=hard"


@pytest.mark.parametrize(
    ("fields", "query"),
    [
        ({"add-noc": "Italy"}, "decline=KAZ&decline=ITA"),
        ({"add-noc": "ita", "add-event": "men-500"}, "decline=KAZ&decline=ITA:men-500"),
        ({"add-noc": "ITA", "add-event": "men-500", "add-number": "2"}, "decline=KAZ&decline=ITA:men-500=2"),
        ({"add-noc": "ITA", "add-event": "women"}, "decline=KAZ&decline=ITA:women"),
        ({"add-noc": "ITA", "add-event": "out"}, "exclude=ITA&decline=KAZ"),
        ({"add-noc": "", "add-event": "out"}, "decline=KAZ"),
        ({"for": "great britain"}, "decline=KAZ&for=GBR"),
    ],
)
def test_a_decline_is_added_behind_those_that_are_there(fields: dict[str, str], query: str) -> None:
    assert from_form([("form", "1"), ("decline", "KAZ"), *fields.items()], SCENARIO, 10).query() == query


def test_a_nation_that_is_none_has_the_nearest_one_in_its_sentence() -> None:
    with pytest.raises(RequestError, match=r"'Itly' is no nation of this scenario\. Do you mean Italy \(ITA\)\?"):
        from_form([("add-noc", "Itly")], SCENARIO, 10)
    with pytest.raises(RequestError, match="no number of places"):
        from_form([("add-noc", "ITA"), ("add-event", "men-500"), ("add-number", "x")], SCENARIO, 10)


@pytest.mark.parametrize(
    "items",
    [[("mode", "other")], [("from", "nowhere")], [("decline", "K" * 81)], [("decline", f"AA{n}") for n in range(11)]],
    ids=["mode", "from", "long", "many"],
)
def test_what_is_too_much_is_refused_in_one_sentence(items: list[tuple[str, str]]) -> None:
    with pytest.raises(RequestError) as refused:
        parse(items, 10)
    assert refused.value.status == 400
    assert refused.value.sentence.endswith(".")


def test_a_file_cannot_be_named_in_a_link() -> None:
    assert not parse([("standings", "/etc/passwd"), ("file", "x"), ("changes", "y")], 10)


def test_options_of_the_command_line_become_a_link() -> None:
    assert from_options(["--set total=113", "--move KAZ:men-500=3"]) == "set=total=113&move=KAZ:men-500=3"
    assert from_options(["--format json"]) == ""


def test_one_change_can_be_taken_back() -> None:
    asked = Asked((("exclude", "GBR"), ("decline", "KAZ"), ("decline", "KAZ")))
    assert asked.dropping(0).query() == "decline=KAZ&decline=KAZ"
    assert asked.dropping(2).query() == "exclude=GBR&decline=KAZ"


def test_a_decline_moves_before_the_one_ahead_of_it_and_no_other_change() -> None:
    asked = Asked((("exclude", "GBR"), ("decline", "KAZ"), ("decline", "ITA")))
    moved = asked.earlier(2)
    assert moved is not None
    assert moved.query() == "exclude=GBR&decline=ITA&decline=KAZ"
    assert asked.earlier(1) is None
    assert asked.earlier(0) is None
    assert asked.earlier(3) is None


def test_a_decline_asked_twice_is_there_twice() -> None:
    items = [("decline", "KAZ:men-500=1"), ("exclude", "GBR"), ("decline", "KAZ:men-500=1"), ("exclude", "GBR")]
    assert parse(items, 10).query() == "exclude=GBR&decline=KAZ:men-500=1&decline=KAZ:men-500=1"


def test_where_to_start_from_is_in_the_link_if_it_is_not_the_usual() -> None:
    asked = from_form([("decline", "KAZ"), ("from", "published")], SCENARIO, 10)
    assert asked.query() == "decline=KAZ&from=published"
    assert from_form([("decline", "KAZ"), ("from", "rules")], SCENARIO, 10).query() == "decline=KAZ"
    assert asked.starting().query() == "from=published"
    assert asked.without_declines().query() == ""


@pytest.mark.parametrize(
    ("kind", "words", "said"),
    [
        ("decline", "AAA:men", "AAA gives back everything of its men"),
        ("decline", "AAA:men=1", "AAA sends 1 athlete fewer among its men"),
        ("decline", "AAA:women=2", "AAA sends 2 athletes fewer among its women"),
        ("decline", "AAA:men-500=1", "AAA gives back men's 500 m (1 place)"),
        ("disqualify", "AAA:men-500@torino", "AAA loses its best result in men's 500 m at Torino"),
        ("disqualify", "AAA:men-500:2@torino", "AAA loses its result 2 in men's 500 m at Torino"),
        ("move", "AAA:men-500:2=4", "AAA (qualifier 2) moves to rank 4 of men's 500 m"),
    ],
)
def test_a_change_is_said_as_a_person_would(kind: str, words: str, said: str) -> None:
    assert in_words(kind, words, {"men-500": "men's 500 m"}) == said
