"""Numbers and their nouns."""

from __future__ import annotations

import pytest

from quotaproof.model.quantities import counted, spelled


@pytest.mark.parametrize(
    ("number", "noun", "digits", "words"),
    [
        (0, "start place", "0 start places", "no start places"),
        (1, "start place", "1 start place", "one start place"),
        (2, "start place", "2 start places", "two start places"),
        (1, "man", "1 man", "one man"),
        (2, "man", "2 men", "two men"),
        (1, "woman", "1 woman", "one woman"),
        (3, "woman", "3 women", "three women"),
        (12, "ranked entry", "12 ranked entries", "twelve ranked entries"),
        (13, "human", "13 humans", "13 humans"),
    ],
)
def test_a_noun_agrees_with_its_number(number: int, noun: str, digits: str, words: str) -> None:
    assert counted(number, noun) == digits
    assert spelled(number, noun) == words


def test_a_plural_of_its_own_is_used_for_all_numbers_but_one() -> None:
    assert [spelled(n, "was", "were") for n in (0, 1, 2)] == ["no were", "one was", "two were"]
