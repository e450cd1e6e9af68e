"""Pictures of a season's odds: reliability, the entries around each event's cut, and the page of one NOC.

All are in tones of one colour with labels, so that they can be read in black and white.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from quotaproof import figure
from quotaproof.model.errors import InputError
from quotaproof.model.quantities import counted, joined, meet_words
from quotaproof.model.rules import GENDERS

if TYPE_CHECKING:
    from collections.abc import Collection

    from matplotlib.axes import Axes

    from quotaproof.solver.season.answer import SeasonAnswer
    from quotaproof.solver.season.backtest import Backtest
    from quotaproof.solver.season.odds import Odds

OPEN = 0.005
"""An entry is drawn where its chance of a place is at least so much, and at most so much from certain."""

AROUND = 14
"""Entries drawn per event at most, those nearest to the cut."""

LIGHT, DARK = 0.93, 0.2
"""How light the tones of no place and of the most are."""

LEAST_ROWS = 8
"""Rows for which there is room in a panel at least, so that bars are alike."""


def reliability(found: Backtest, form: str) -> bytes:
    """Return a reliability diagram: chances that were given against how often it came, with 90 % of chance around."""
    from scipy.stats import binom

    drawn = figure.figure(6.4, 6.0)
    upper, lower = drawn.subplots(2, 1, height_ratios=(4, 1), sharex=True)
    upper.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--", label="as reliable as can be")
    bins = found.reliability
    means = [one.mean for one in bins]
    low = [float(binom.ppf(0.05, one.number, one.mean)) / one.number for one in bins]
    high = [float(binom.ppf(0.95, one.number, one.mean)) / one.number for one in bins]
    upper.vlines(
        means, low, high, color=figure.tone(0.3), linewidth=6, label="90 % of what chance gives if the odds are right"
    )
    upper.plot(means, [one.share for one in bins], "o", color=figure.tone(1.0), markersize=5, label="what came")
    upper.set_ylabel("how often it came")
    upper.legend(loc="upper left", fontsize=8, frameon=False)
    names = joined(dict.fromkeys(row.season.scenario.title for row in found.rows))
    upper.set_title(
        "\n".join(
            [
                "At least 1, 2, 3 start places of an NOC in an event",
                *textwrap.wrap(f"{names}: {counted(len(found.rows), 'forecast')}", 70),
            ]
        ),
        loc="left",
        fontsize=10,
    )
    lower.bar(means, [one.number for one in bins], width=0.03, color=figure.tone(0.7))
    lower.set_yscale("log")
    lower.set_ylabel("forecasts")
    lower.set_xlabel("chance by the odds")
    for axes in (upper, lower):
        axes.set_xlim(-0.03, 1.03)
        axes.spines[["top", "right"]].set_visible(False)
    return figure.saved(drawn, form)


def season(found: SeasonAnswer, form: str) -> bytes:
    """Return the picture of an answer: the page of the NOC that was asked about, or a panel per event.

    Raises
    ------
    InputError
        If there are no odds, or the NOC has no results so far.
    """
    if found.odds is None:
        raise InputError(f"there are no odds to draw: {found.unforecast or 'none were asked for'}")
    if found.nocs:
        return nation(found.odds, found.nocs[0], form, found.events)
    return events(found.odds, form, found.events)


def events(odds: Odds, form: str, shown: Collection[str] = ()) -> bytes:
    """Return a small panel per event: the entries whose place is open, by their chance, and the cut among them.

    `shown` are the events that have one; all if empty.
    """
    identifiers = [event.identifier for event in odds.scenario.rules.events if not shown or event.identifier in shown]
    columns = min(3 if len(identifiers) > 4 else 2, len(identifiers))
    rows = -(-len(identifiers) // columns)
    drawn = figure.figure(3.6 * columns, 2.9 * rows)
    panels: Any = drawn.subplots(rows, columns, squeeze=False)
    for panel, event in zip(panels.flat, identifiers, strict=False):
        _event(panel, odds, event)
    for panel in list(panels.flat)[len(identifiers) :]:
        panel.set_visible(False)
    drawn.suptitle(
        _title(odds, "Chance of an NOC's first, second, third start place (in %); dashed: where the places end"),
        x=0.01,
        ha="left",
        fontsize=10,
    )
    return figure.saved(drawn, form)


def _event(panel: Axes, odds: Odds, event: str) -> None:
    """An NOC's k-th entry has the chance of at least k places; entries in order, a line where the places end."""
    rules = odds.scenario.rules.event(event)
    entries = [
        (float(odds.places(event, noc)[number:].sum()), noc, number)
        for noc in odds.nocs
        for number in range(1, len(odds.places(event, noc)))
    ]
    entries.sort(key=lambda one: (-one[0], one[1], one[2]))
    cut = rules.start_places
    shown = [rank for rank, one in enumerate(entries) if OPEN <= one[0] <= 1 - OPEN]
    while len(shown) > AROUND:
        shown.remove(shown[0] if cut - shown[0] > shown[-1] - cut else shown[-1])
    panel.set_title(f"{_label(odds, event)}, {counted(cut, 'place')}", loc="left", fontsize=9)
    panel.set_xlim(0, 1)
    panel.set_xticks([0, 0.5, 1], ["0", "50 %", "100 %"], fontsize=7)
    panel.spines[["top", "right"]].set_visible(False)
    if not shown:
        panel.set_yticks([])
        panel.text(0.5, 0.5, "nothing is open", ha="center", va="center", fontsize=8, transform=panel.transAxes)
        return
    chances = [entries[rank][0] for rank in shown]
    panel.barh(range(len(shown)), chances, color=figure.tone(0.35), height=0.7)
    for place, chance in enumerate(chances):
        inside = chance > 0.75
        panel.text(
            chance - 0.02 if inside else chance + 0.02,
            place,
            f"{100 * chance:.0f}" if 0.01 <= chance <= 0.99 else f"{100 * chance:.1f}",
            ha="right" if inside else "left",
            va="center",
            fontsize=6,
        )
    several = rules.noc_cap > 1
    labels = [f"{entries[r][1]} {entries[r][2]}" if several else entries[r][1] for r in shown]
    panel.set_yticks(range(len(shown)), labels, fontsize=7)
    panel.set_ylim(max(len(shown), LEAST_ROWS) - 0.4, -0.6)
    before = sum(rank < cut for rank in shown)
    if 0 < before < len(shown):
        panel.axhline(before - 0.5, color="black", linewidth=1.2, linestyle="--")


def nation(odds: Odds, noc: str, form: str, shown: Collection[str] = ()) -> bytes:
    """Return the page of an NOC: the chance of each number of start places per event, and of athletes per gender.

    Raises
    ------
    InputError
        If the NOC has no results so far.
    """
    if noc not in odds.number:
        raise InputError(f"{noc} has no results in the meets held; NOCs are {', '.join(odds.nocs)}")
    names = [event.identifier for event in odds.scenario.rules.events if not shown or event.identifier in shown]
    rows: list[tuple[str, Any]] = [(_label(odds, name), odds.places(name, noc)) for name in names]
    people: list[tuple[str, Any]] = [(gender, odds.athletes(gender, noc)) for gender in GENDERS]
    drawn = figure.figure(7.2, 1.6 + 0.34 * (len(rows) + 2))
    upper, lower = drawn.subplots(2, 1, height_ratios=(len(rows), 3))
    _bars(upper, rows)
    upper.set_title("start places", loc="left", fontsize=9)
    _bars(lower, people)
    lower.set_title("athletes (quota places)", loc="left", fontsize=9)
    drawn.suptitle(_title(odds, _name(odds, noc)), x=0.01, ha="left", fontsize=10)
    return figure.saved(drawn, form)


def _label(odds: Odds, event: str) -> str:
    """An event in words, its first letter a capital."""
    label = odds.scenario.rules.event(event).label
    return label[:1].upper() + label[1:]


def _name(odds: Odds, noc: str) -> str:
    """An NOC by name and code."""
    from quotaproof.nations import name_of

    shown = odds.scenario.shown(noc)
    return shown if shown != noc or name_of(noc) == noc else f"{name_of(noc)} ({noc})"


def _bars(axes: Axes, rows: list[tuple[str, Any]]) -> None:
    """Bars of the chances of 0, 1, 2, ... side by side, darker for more, each with its number if there is room."""
    from quotaproof.solver.season.odds import percent

    most = max(len(chances) for _, chances in rows) - 1
    for place, (_, chances) in enumerate(rows):
        left = 0.0
        for number, chance in enumerate(chances):
            shade = LIGHT - (LIGHT - DARK) * number / max(most, 1)
            axes.barh(
                place, chance, left=left, color=figure.tone(1 - shade), height=0.8, edgecolor="white", linewidth=0.5
            )
            if chance >= 0.06:
                text = f"{number}: {percent(float(chance))}" if chance >= 0.13 else str(number)
                color = "white" if shade < 0.42 else "black"
                axes.text(left + chance / 2, place, text, ha="center", va="center", fontsize=7, color=color)
            left += chance
    axes.set_yticks(range(len(rows)), [name for name, _ in rows], fontsize=8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.spines[["top", "right", "bottom"]].set_visible(False)


def _title(odds: Odds, what: str) -> str:
    """A title on two lines: what is shown, and of which season after which meet."""
    season = odds.season
    held = f"after {meet_words(season.meets_held[-1])} ({len(season.meets_held)} of {len(season.meets)} meets)"
    return f"{what}\n{season.scenario.games}, {held}; {odds.samples:,} seasons drawn"
