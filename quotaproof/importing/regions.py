"""Rows of a quota table for the world or a part of it: their numbers are those of other rows, and they are no NOC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from quotaproof.nation_languages import parts_of_the_world

from .cells import ReadPlaces
from .outcome import Remarks
from .vocabulary import meanings, plain_key

CODES = frozenset({"afr", "ame", "amer", "asi", "eur", "oce", "pan", "eu"})
"""How tables shorten the names of continents; none of them is the code of an NOC."""

WORLD = "world"
REGION = "region"


@cache
def _names() -> Mapping[str, str]:
    return {
        **dict.fromkeys(CODES, REGION),
        **{plain_key(name): WORLD if code == "001" else REGION for code, name in parts_of_the_world()},
    }


def region_of(text: str) -> str:
    """Return what a row's name says: `world`, `region`, or nothing; words for a total may be beside the name.

    Examples
    --------
    >>> [region_of(text) for text in ("Europe", "Total Asia", "Мир", "EUR", "Canada")]
    ['region', 'region', 'world', 'region', '']
    """
    plain = plain_key(text).split(" (")[0].strip(" :*")
    found = _names().get(plain, "")
    if not found:
        words = [word for word in plain.split() if not meanings(word)[0] & {"total", "noc", "athletes"}]
        found = _names().get(" ".join(words).strip(" :*()"), "")
    return found


@dataclass(slots=True)
class Regions:
    """The rows of parts of the world, as they come among those of NOCs.

    `_rows` has for each its name, its numbers, and how many NOCs are above it.
    """

    place: str
    _rows: list[tuple[str, dict[str, int], int]] = field(default_factory=list)

    def add(self, name: str, values: Mapping[str, ReadPlaces], above: int) -> None:
        """Keep a row."""
        numbers = {role: value.number for role, value in values.items() if value.number}
        self._rows.append((name, numbers, above))

    def finish(self, cells: Mapping[str, Mapping[str, int]], remarks: Remarks) -> None:
        """Say of each whether its numbers are the sums of the rows next to it, above or below."""
        rows = list(cells.values())
        borders = [above for _, _, above in self._rows]
        for number, (name, numbers, above) in enumerate(self._rows):
            before = borders[number - 1] if number else 0
            behind = borders[number + 1] if number + 1 < len(borders) else len(rows)
            groups = (rows[before:above], rows[above:behind])
            if any(group and all(sum(r[k] for r in group) == n for k, n in numbers.items()) for group in groups):
                words = f"{name[:60]!r} has the sums of the rows beside it; it is no NOC"
                remarks.add("read", self.place, words)
            else:
                shown = ", ".join(f"{role} {n}" for role, n in numbers.items())
                words = (
                    f"{name[:60]!r} is a part of the world and no NOC; its numbers are not kept, and are not the sums"
                )
                remarks.add("unclear", self.place, f"{words} of the rows beside it: {shown or 'none'}", 2)
