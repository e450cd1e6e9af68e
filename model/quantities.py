"""Numbers with the noun that they count, for sentences: `1 place`, `2 men`, `three entries`."""

from __future__ import annotations

from collections.abc import Iterable

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
IRREGULAR = {"man": "men", "woman": "women", "entry": "entries"}


def in_words(number: int) -> str:
    """Return a number as a word up to twelve, in digits above."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number in digits with its noun: `1 start place`, `7 start places`.

    Parameters
    ----------
    plural
        Of the noun, where it is neither regular nor known here.
    """
    return f"{number} {noun if number == 1 else plural or plural_of(noun)}"


def spelled(number: int, noun: str, plural: str = "") -> str:
    """Return a number in words with its noun: `one start place`, `seven start places`; parameters as of `counted`."""
    return f"{in_words(number)} {noun if number == 1 else plural or plural_of(noun)}"


def joined(parts: Iterable[str], last: str = "and") -> str:
    """Return parts in a row: `A, B and C`, or with another last word; of none the empty text."""
    found = list(parts)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}" if found else ""


def men_and_women(numbers: tuple[int, int]) -> str:
    """Return two numbers of athletes, men first: `58 men and 54 women`."""
    return f"{counted(numbers[0], 'man')} and {counted(numbers[1], 'woman')}"


def plural_of(noun: str) -> str:
    """Return the plural of a noun, of whose words the last is counted: `start places`, `men`."""
    head, space, last = noun.rpartition(" ")
    return f"{head}{space}{IRREGULAR.get(last, f'{last}s')}"


def meet_words(identifier: str) -> str:
    """Return a meet as people write it.

    >>> meet_words("salt-lake-city"), meet_words("torino-2013")
    ('Salt Lake City', 'Torino 2013')
    """
    return " ".join(word.capitalize() for word in identifier.split("-"))
