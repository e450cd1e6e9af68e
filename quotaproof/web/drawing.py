"""Moves as a picture: the position of each giver, taker and arrow. The template draws it."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .charts import Caption
from .languages import gettext, ngettext, noted

FREE, NOBODY = noted("free before"), noted("nobody")
ROW = 46
TOP = 18
BOX_WIDTH, BOX_HEIGHT = 84, 30
LEFT, RIGHT = 10, 330
WORDS = RIGHT + BOX_WIDTH + 14
WIDTH = 800
CHARACTERS = 48
"""About as many characters as fit between the takers and the edge."""

LINE = 17


@dataclass(frozen=True, slots=True)
class Box:
    """A giver or taker, by its upper left corner."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow as a path; `kind` is `start-place`, `quota-place` or `possible`."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything to draw, in units of a view box `width` by `height`; `title` says it in one sentence."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    labels: tuple[Caption, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Way:
    """Something that goes from a giver to a taker."""

    giver: str
    taker: str
    what: str
    kind: str


def moves(document: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Picture | None:
    """Return the picture of the moves of a what-if; None if there are none."""
    ways = [
        Way(
            move["from"] or gettext(FREE),
            move["to"] or gettext(NOBODY),
            names.get(move["event"], move["event"]),
            move["kind"],
        )
        for move in document
    ]
    title = ngettext(
        "%(num)s place changing hands; the table that follows says the same.",
        "%(num)s places changing hands; the table that follows says the same.",
        len(ways),
    )
    return _picture(ways, title) if ways else None


def recipients(document: Mapping[str, Any], givers: str, names: Mapping[str, str]) -> Picture | None:
    """Return the picture of who gains for certain and who may gain; None if nobody can."""
    certain = {(claim["noc"], claim["column"]) for claim in document["necessary"]}
    ways = [
        Way(
            givers,
            gettext("NOCs not named") if claim["noc"] == "OTHER" else claim["noc"],
            names.get(claim["column"], claim["column"]),
            "start-place" if (claim["noc"], claim["column"]) in certain else "possible",
        )
        for claim in [
            *document["necessary"],
            *(c for c in document["possible"] if (c["noc"], c["column"]) not in certain),
        ]
    ]
    title = gettext("Who gains for certain and who may gain; the table says the same.")
    return _picture(ways, title) if ways else None


def _picture(ways: Sequence[Way], title: str) -> Picture:
    """Givers on the left, takers on the right, words beside the takers."""
    givers = list(dict.fromkeys(way.giver for way in ways))
    takers = list(dict.fromkeys(way.taker for way in ways))
    words = {taker: _wrapped(_words([way for way in ways if way.taker == taker], len(givers) > 1)) for taker in takers}
    heights = [max(ROW, LINE * len(words[taker]) + 14) for taker in takers]
    height = max(sum(heights), ROW * len(givers)) + 2 * TOP
    middle_right: dict[str, float] = {}
    y: float = TOP + (height - 2 * TOP - sum(heights)) / 2
    for taker, own in zip(takers, heights, strict=True):
        middle_right[taker] = y + own / 2
        y += own
    step = (height - 2 * TOP) / len(givers)
    middle_left = {giver: TOP + (number + 0.5) * step for number, giver in enumerate(givers)}
    boxes = [Box(name, LEFT, middle - BOX_HEIGHT / 2) for name, middle in middle_left.items()]
    boxes += [Box(name, RIGHT, middle - BOX_HEIGHT / 2) for name, middle in middle_right.items()]
    arrows: list[Arrow] = []
    for giver, taker in dict.fromkeys((way.giver, way.taker) for way in ways):
        kinds = list(dict.fromkeys(way.kind for way in ways if (way.giver, way.taker) == (giver, taker)))
        for number, kind in enumerate(kinds):
            shift = 7 * (number - (len(kinds) - 1) / 2)
            arrows.append(Arrow(_curve(middle_left[giver] + shift, middle_right[taker] + shift), kind))
    labels = [
        Caption(WORDS, middle_right[taker] + LINE * (number - (len(lines) - 1) / 2) + 5, line)
        for taker, lines in words.items()
        for number, line in enumerate(lines)
    ]
    return Picture(WIDTH, height, tuple(boxes), tuple(arrows), tuple(labels), title)


def _words(ways: Sequence[Way], name_giver: bool) -> list[str]:
    """What one taker gets, a line for each giver."""
    lines: list[str] = []
    for giver in dict.fromkeys(way.giver for way in ways):
        counts = Counter(way.what for way in ways if way.giver == giver)
        text = ", ".join(what if number == 1 else f"{number} × {what}" for what, number in counts.items())
        lines.append(gettext("from %(giver)s: %(what)s", giver=giver, what=text) if name_giver else text)
    return lines


def _wrapped(lines: Sequence[str]) -> list[str]:
    return [part for line in lines for part in textwrap.wrap(line, CHARACTERS)]


def _curve(start: float, end: float) -> str:
    left, right = LEFT + BOX_WIDTH + 3, RIGHT - 9
    middle = (left + right) / 2
    return f"M{left:.1f} {start:.1f}C{middle:.1f} {start:.1f} {middle:.1f} {end:.1f} {right:.1f} {end:.1f}"
