"""Rows of a quota table that are no NOC's: the world or a part of it, the others, places that nobody has.

Their numbers are never part of a sum in silence: they are compared with the rows beside them, or told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from quotaproof.nation_languages import parts_of_the_world
from quotaproof.pages import Cell

from .cells import ReadPlaces, is_open
from .outcome import Remarks
from .vocabulary import FILLERS, meanings, plain_key

CODES = frozenset({"afr", "ame", "amer", "asi", "eur", "oce", "pan", "eu"})
"""How tables shorten the names of continents; none of them is the code of an NOC."""

WORLD = "world"
REGION = "region"
REST = "rest"

REST_WORDS = frozenset(
    {
        "other", "others", "oth", "remaining", "remainder", "rest", "left", "unused", "unallocated", "unassigned",
        "unfilled", "undistributed", "vacant", "vacancies", "available", "free", "open", "reallocated",
        "reallocation", "redistributed", "reserve", "reserves", "undecided", "pending", "row", "andere", "anderen",
        "übrige", "übrigen", "sonstige", "restliche", "restlichen", "vergeben", "vergebene", "unbesetzt",
        "frei", "freie", "offene", "verbleibend", "verbleibende", "autre", "autres", "restant", "restants",
        "restantes", "reste", "attribué", "attribués", "attribuée", "attribuées", "vacants", "vacantes",
        "libres", "disponibles", "réserve", "réattribuées", "inutilisées", "altri", "altre", "rimanenti", "resto",
        "restanti", "assegnati", "assegnate", "liberi", "vacanti", "riserva", "inutilizzati", "overige", "overigen",
        "resterend", "resterende", "toegewezen", "ongebruikt", "vrije", "otros", "otras", "asignar",
        "reserva", "outros", "outras", "demais", "atribuídas", "inne", "inni", "pozostałe", "pozostali",
        "nieprzyznane", "wolne", "rezerwa", "ostatní", "zbývající", "neobsazeno", "volná", "volné", "ostatné",
        "egyéb", "többi", "fennmaradó", "kiosztatlan", "szabad", "другие", "прочие", "остальные", "остаток",
        "нераспределено", "нераспределённые", "нераспределенные", "свободные", "резерв", "інші", "решта",
        "нерозподілені", "вільні", "övriga", "andra", "återstående", "øvrige", "andre", "gjenværende", "muut",
        "jäljellä", "其他", "其它", "剩余", "未分配", "候补",
        "その他", "残り", "未割当", "未配分", "空き", "기타", "나머지", "미배정", "잔여",
    }
)  # fmt: skip
"""Words by which a row is of the NOCs not listed, or of places that nobody has; any of them in a name makes it one."""

BESIDE_REST = FILLERS | frozenset(
    {
        "not", "yet", "used", "allocated", "assigned", "filled", "distributed", "places", "place", "spots", "spot",
        "nicht", "niet", "encore", "pas", "non", "sin", "no",
    }
)  # fmt: skip
"""Words that may be beside one of these."""


@cache
def _names() -> Mapping[str, str]:
    return {
        **dict.fromkeys(CODES, REGION),
        "мир": WORLD,
        **{plain_key(name): WORLD if code == "001" else REGION for code, name in parts_of_the_world()},
    }


def region_of(text: str) -> str:
    """Return what a row's name says: `world`, `region`, `rest`, or nothing; words for a total may be beside the name.

    Examples
    --------
    >>> [region_of(text) for text in ("Europe", "Total Asia", "Мир", "EUR", "Canada")]
    ['region', 'region', 'world', 'region', '']
    >>> [region_of(text) for text in ("Others", "Unused quota", "Nicht vergebene Plätze", "TBD", "?", "Canada")]
    ['rest', 'rest', 'rest', 'rest', '', '']
    """
    plain = plain_key(text).split(" (")[0].strip(" :*")
    found = _names().get(plain, "")
    if found:
        return found
    words = [word for word in plain.split() if not meanings(word)[0] & {"total", "noc", "athletes"}]
    found = _names().get(" ".join(words).strip(" :*()"), "")
    if found:
        return found
    return REST if _is_rest(text) else ""


def _is_rest(text: str) -> bool:
    if is_open(text):
        return any(c.isalpha() for c in text)  # a question mark alone is an NOC that nobody can read
    known, rest = meanings(text)
    own = {word for word in plain_key(text).replace("-", " ").split() if word in REST_WORDS} | (rest & REST_WORDS)
    of_table = {word for word in known if not word.isdecimal()} <= {"total", "noc", "athletes", "places", "number"}
    beside = {word for word in rest - own if word not in BESIDE_REST}
    return bool(own) and of_table and not beside


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that is no NOC's: its numbers, all that is written in it, and how many NOCs are above it."""

    name: str
    numbers: Mapping[str, int]
    texts: Mapping[str, str]
    above: int
    cells: tuple[Cell, ...]

    @property
    def shown(self) -> str:
        """What it has, column by column."""
        return ", ".join(f"{role} {text}" for role, text in self.texts.items()) or "none"


@dataclass(slots=True)
class Regions:
    """The rows that are no NOC's, as they come among those of NOCs."""

    place: str
    _rows: list[_Row] = field(default_factory=list)
    _rest: list[_Row] = field(default_factory=list)

    @property
    def rest(self) -> list[Mapping[str, int]]:
        """The numbers of the rows of others and of places that nobody has."""
        return [row.numbers for row in self._rest]

    def add(
        self,
        name: str,
        values: Mapping[str, ReadPlaces],
        cells: Mapping[str, Cell],
        above: int,
        *,
        is_rest: bool = False,
    ) -> None:
        """Keep a row; `values` and `cells` are those of the columns of places and athletes."""
        numbers = {role: value.number for role, value in values.items() if value.number}
        texts = {role: cell.shown for role, cell in cells.items() if values[role].number != 0}
        row = _Row(name, numbers, texts, above, tuple(cells.values()))
        (self._rest if is_rest else self._rows).append(row)

    def finish(
        self, cells: Mapping[str, Mapping[str, int]], totals: dict[str, int], sums: Mapping[str, int], remarks: Remarks
    ) -> None:
        """Say of each whether its numbers are the sums of the rows next to it, and what of it is not kept.

        Printed totals that count rows which are no NOC's are taken away, since they are no sums of NOCs.
        """
        rows = list(cells.values())
        borders = [row.above for row in self._rows]
        for number, row in enumerate(self._rows):
            before = borders[number - 1] if number else 0
            behind = borders[number + 1] if number + 1 < len(borders) else len(rows)
            groups = (rows[before : row.above], rows[row.above : behind])
            numbers = row.numbers
            is_whole = row.texts.keys() == numbers.keys()
            if is_whole and any(
                group and all(sum(r[k] for r in group) == n for k, n in numbers.items()) for group in groups
            ):
                words = f"{row.name[:60]!r} has the sums of the rows beside it; it is no NOC"
                remarks.add("read", self.place, words)
            else:
                words = f"{row.name[:60]!r} is a part of the world and no NOC; its numbers are not kept, and are not"
                remarks.add("unclear", self.place, f"{words} the sums of the rows beside it: {row.shown}", 2, row.cells)
        for row in self._rest:
            words = f"{row.name[:60]!r} is no NOC, so its numbers are not kept: {row.shown}"
            remarks.add("unclear", self.place, words, 4, row.cells)
        self._totals(totals, sums, remarks)

    def _totals(self, totals: dict[str, int], sums: Mapping[str, int], remarks: Remarks) -> None:
        """Take away the totals that count the rows of others."""
        counting = []
        for role in list(totals):
            more = sum(row.numbers.get(role, 0) for row in self._rest)
            if more and role in sums and totals[role] == sums[role] + more:
                counting.append(f"{role} {totals.pop(role)} ({sums[role]} of NOCs, {more} besides)")
        if counting:
            names = " and ".join(repr(row.name[:40]) for row in self._rest[:3])
            words = f"printed totals that count {names} are no sums of NOCs, and not kept: {', '.join(counting)}"
            remarks.add("unclear", self.place, words, 4)
