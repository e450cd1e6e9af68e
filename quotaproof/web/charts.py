"""Charts as shapes: the points around a cut, athletes per NOC, Games side by side. The template draws them.

What a shape is, its class says: filled, hollow and dashed are told apart in grey and on paper too.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .languages import SOURCE, first_capital, gettext, language, ngettext
from .list_words import entry_name

AROUND = 8
"""How many entries on each side of a cut are drawn."""

ROW = 22
PLOT = 250
REMARK = 172
"""Width of what is plotted, and the least of the words on its right."""

LETTER = 8.3
"""About the width of a letter of a label, in any font and in bold."""

CAPITAL = 1.8
"""By about so much a capital is wider than another letter, in bold."""

REMARK_LETTER = 7.2
"""The same of the words on the right, which are smaller."""

CHARACTERS = 34
"""About as many characters as fit in a label."""

Span = tuple[int, int] | None
"""Certain and possible number of athletes; None where nothing says anything of it."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line; `kind` is its class."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, by its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Dot:
    """An entry on its axis."""

    x: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True)
class Caption:
    """A text; `anchor` is where it is held."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    kind: str = ""


@dataclass(slots=True)
class Chart:
    """Everything to draw, in units of a view box; `title` and `description` say it in words.

    `label` is the width of what stands on the left of the rows.
    """

    name: str
    title: str
    description: str
    label: float
    width: float
    height: float
    lines: list[Stroke] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    words: list[Caption] = field(default_factory=list)

    @property
    def slim(self) -> bool:
        """Whether it can be read on the narrowest screen as a whole."""
        return self.width <= 430

    def named(self, number: int, top: float, text: str, kind: str = "") -> float:
        """Write the label of a row, and return the row's middle."""
        y = top + ROW * (number + 0.5)
        self.words.append(Caption(self.label - 9, y + 5, _short(text), "end", kind))
        return y


def _short(text: str) -> str:
    return textwrap.shorten(text, CHARACTERS, placeholder=" …")


def _width(labels: Sequence[str]) -> float:
    return 16 + max(map(_length, map(_short, labels)))


def _length(label: str) -> float:
    """About how long a label is; names written in capitals are longer."""
    capitals = sum(len(word) - 1 for word in label.split() if word.isupper())
    return LETTER * len(label) + CAPITAL * capitals


# The points around a cut ----------------------------------------------------------------------------------------------


def around_the_cut(
    event: Mapping[str, Any], ranked: Mapping[str, Any], names: Mapping[str, str], games: str
) -> Chart | None:
    """Return the entries on both sides of the cut of a list, by points or time; None where there are no figures.

    Better is on the right, whether that is more points or less time.
    """
    cut = ranked["cut"]
    if cut is None:
        return None
    by_time = ranked["ranking"] == "times"
    chosen = ranked["entries"][max(0, cut - AROUND) : cut + AROUND]
    figures = [(one, _seconds(one["time"]) if by_time else one["points"]) for one in chosen]
    known = [(one, float(number)) for one, number in figures if number is not None]
    last = next((number for one, number in known if one is ranked["entries"][cut - 1]), None)
    if last is None or len(known) < 2:
        return None
    lowest, highest = (end(number for _, number in known) for end in (min, max))
    span = highest - lowest or 1.0

    def place(number: float) -> float:
        share = (number - lowest) / span
        return label + 14 + (PLOT - 28) * (1 - share if by_time else share)

    def figure(one: Mapping[str, Any]) -> str:
        return str(one["time"]) if by_time else ngettext("%(num)s point", "%(num)s points", one["points"])

    top, final = 26, ranked["entries"][cut - 1]
    label = _width([_label(one, names) for one, _ in known])
    remarks = [_remark(one, figure(one), behind=ranked["entries"].index(one) >= cut) for one, _ in known]
    out = [one for one, _ in known if one["standing"] == "next"]
    told = {"figure": figure(final), "nocs": ", ".join(who(one, names) for one in out[:3])}
    headed = {"event": first_capital(event["label"]), "games": games}
    chart = Chart(
        name=f"cut-{event['event']}-{ranked['ranking'] or 'ranking'}".replace(" ", "-"),
        title=gettext("%(event)s, %(games)s: times around the cut", **headed)
        if by_time
        else gettext("%(event)s, %(games)s: points around the cut", **headed),
        description=gettext(
            "The last that is in has %(figure)s; next in line %(nocs)s. The table below has all of it.", **told
        )
        if out
        else gettext("The last that is in has %(figure)s. The table below has all of it.", **told),
        label=label,
        width=label + PLOT + max(REMARK, 12 + REMARK_LETTER * max(map(len, remarks))),
        height=top + ROW * len(known) + 10,
    )
    at = place(last)
    chart.lines.append(Stroke(at, top - 6, at, top + ROW * len(known), "cut"))
    chart.words.append(Caption(at, top - 11, gettext("cut: %(figure)s", figure=figure(final)), "middle", "axis"))
    for number, (one, value) in enumerate(known):
        y, x = chart.named(number, top, _label(one, names), one["standing"]), place(value)
        chart.lines.append(Stroke(at, y, x, y, "stick"))
        chart.dots.append(Dot(x, y, one["standing"]))
        chart.words.append(Caption(label + PLOT + 4, y + 5, remarks[number], "start", "remark"))
    return chart


def _seconds(text: str | None) -> float | None:
    """A time such as `1:08.32` in seconds."""
    if not text:
        return None
    minutes, colon, seconds = text.rpartition(":")
    return (60 * float(minutes) if colon else 0.0) + float(seconds)


def who(one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the nation of an entry, with which of its entries it is, or the athlete."""
    nation = names.get(one["noc"], one["noc"])
    return f"{nation} ({entry_name(one['name'])})" if one["name"] else nation


def _label(one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Rank and nation, with which of its entries it is; an athlete with the code of the NOC."""
    nation = names.get(one["noc"], one["noc"])
    who = nation if not one["name"] else f"{nation} {entry_name(one['name'])}"
    if one["name"] and one["name"] not in ("second", "third"):
        who = f"{one['name']} {one['noc']}" if one["noc"] not in one["name"] else one["name"]
    return f"{one['rank']} {who}"


def _remark(one: Mapping[str, Any], figure: str, *, behind: bool) -> str:
    """Figure and state of an entry; one that is in behind the cut has its place by another pathway."""
    state = {
        "next": gettext("in line: %(number)s", number=one["turn"]),
        "blocked": gettext("held up"),
        "gone": gettext("given back"),
        "host": gettext("host place"),
        "out": gettext("out"),
        "in": _other_pathway(one["words"]) if behind else "",
    }.get(one["standing"], "")
    return f"{figure}, {state}" if state else figure


def _other_pathway(words: str) -> str:
    return words.lower() if language() == SOURCE else gettext("by another pathway")


# Athletes per NOC -----------------------------------------------------------------------------------------------------


def athletes(spans: Sequence[tuple[str, Span]], games: str) -> Chart | None:
    """Return the athletes of each NOC as bars, the most first; None where nobody has any.

    Parameters
    ----------
    spans
        (Name, certain and possible number).
    """
    known = sorted(((name, span) for name, span in spans if span and span[1]), key=lambda one: _order(one[1], one[0]))
    if not known:
        return None
    most = max(span[1] for _, span in known)
    sure = all(low == high for _, (low, high) in known)
    label = _width([name for name, _ in known])
    number = sum(span[0] for _, span in known)
    athletes_of = gettext(
        "%(athletes)s of %(nocs)s",
        athletes=ngettext("%(num)s athlete", "%(num)s athletes", number),
        nocs=ngettext("%(num)s NOC", "%(num)s NOCs", len(known)),
    )
    told = {"total": athletes_of, "noc": known[0][0]}
    chart = Chart(
        name="athletes",
        title=gettext("Athletes per NOC, %(games)s", games=games),
        description=gettext("%(total)s. The most has %(noc)s. The list below has the numbers.", **told)
        if sure
        else gettext(
            "%(total)s for certain; hollow is what is possible beyond. The most has %(noc)s. "
            "The list below has the numbers.",
            **told,
        ),
        label=label,
        width=label + PLOT + 50,
        height=ROW * len(known) + 12,
    )
    for number, (name, span) in enumerate(known):
        _bar(chart, label, chart.named(number, 6, name), span, PLOT / most)
    return chart


def _order(span: tuple[int, int], name: str) -> tuple[int, int, str]:
    return -span[0], -span[1], name


def _bar(chart: Chart, x: float, y: float, span: Span, unit: float) -> None:
    """A bar with its number; what is only possible is hollow, what nobody knows a question mark."""
    if span is None:
        chart.words.append(Caption(x + 4, y + 5, "?", "start", "unknown"))
        return
    low, high = span
    if low:
        chart.bars.append(Bar(x, y - 7, low * unit, 14, "sure"))
    if high > low:
        chart.bars.append(Bar(x + low * unit, y - 7, (high - low) * unit, 14, "maybe"))
    if high:
        chart.words.append(Caption(x + high * unit + 5, y + 5, in_short(span), "start", "number"))


def in_short(span: Span) -> str:
    """Return a number, a range, `?` where nothing is known."""
    if span is None:
        return "?"
    return str(span[0]) if span[0] == span[1] else f"{span[0]}–{span[1]}"


# Games side by side ---------------------------------------------------------------------------------------------------

PANEL = 150
"""Width of one Games."""


def side_by_side(title: str, games: Sequence[str], rows: Sequence[tuple[str, Sequence[Span]]], name: str) -> Chart:
    """Return what each NOC has at several Games, a column of bars for each.

    Parameters
    ----------
    rows
        (Name, certain and possible number at each of the Games).
    """
    top = 28
    label = _width([noc for noc, _ in rows])
    most = max((span[1] for _, spans in rows for span in spans if span), default=1) or 1
    chart = Chart(
        name=name,
        title=title,
        description=gettext(
            "A column of bars each for %(games)s. Hollow is possible, a question mark is not known. "
            "The table below has the numbers.",
            games=", ".join(games),
        ),
        label=label,
        width=label + PANEL * (len(games) - 1) + max(PANEL, 9 * len(games[-1])),
        height=top + ROW * len(rows) + 8,
    )
    for place, one in enumerate(games):
        x = label + PANEL * place
        chart.words.append(Caption(x, 16, one, "start", "axis"))
        chart.lines.append(Stroke(x, top - 4, x, top + ROW * len(rows), "base"))
    for number, (noc, spans) in enumerate(rows):
        y = chart.named(number, top, noc)
        for place, span in enumerate(spans):
            _bar(chart, label + PANEL * place, y, span, (PANEL - 52) / most)
    return chart
