"""The answer to `season`: what is certain, what is possible, what an NOC needs, and the odds."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotaproof.model.documents import document_of
from quotaproof.model.errors import InputError, UnsupportedError
from quotaproof.model.pathways import ParallelWalk, RelayPlaces
from quotaproof.model.rules import GENDERS

from .bounds import Bounds, Certainty
from .bounds_search import bounds
from .lists.list_needs import needs_of_lists
from .needs import Need, needs_of
from .season import Season
from .season_documents import BoundDocument, NeedDocument, QuotaBoundsDocument, SeasonDocument

if TYPE_CHECKING:
    import pandas as pd

    from .odds import Odds, Proved

FRAME = ("column", "noc", "certain", "certain_exact", "possible", "possible_exact")
"""Columns of the frame before those of the odds."""


@dataclass(frozen=True)
class SeasonAnswer:
    """What can be said of a season before its last meets.

    Attributes
    ----------
    nocs, events
        Those that were asked about; all if empty.
    bounds, unproved
        What is certain and possible, or why nothing is proved.
    needs
        What an NOC needs at the next meet, where one was named.
    odds, unforecast
        The odds, or why there are none.
    """

    season: Season
    nocs: tuple[str, ...]
    events: tuple[str, ...]
    bounds: Bounds | None
    unproved: str | None
    needs: tuple[Need, ...]
    odds: Odds | None
    unforecast: str | None

    def asked(self, event: str, noc: str) -> bool:
        """Return whether an event of an NOC was asked about."""
        return (not self.nocs or noc in self.nocs) and (not self.events or event in self.events)

    def certainty(self, column: str, noc: str) -> Certainty | None:
        """Return what is certain and possible in an event, or of quota places; None where nothing is proved."""
        if self.bounds is None:
            return None
        if self.season.scenario.rules.is_quota_column(column):
            return self.bounds.athletes.get((noc, column))
        return self.bounds.places.get((column, noc))

    def nocs_by_certainty(self) -> list[str]:
        """Return the NOCs with anything possible, those with most certain places first."""
        sums: dict[str, tuple[int, int]] = {}
        for (_, noc), one in (self.bounds.places if self.bounds is not None else {}).items():
            certain, possible = sums.get(noc, (0, 0))
            sums[noc] = (certain + one.certain.number, possible + one.possible.number)
        return sorted((noc for noc, total in sums.items() if total[1]), key=lambda noc: (-sums[noc][0], noc))

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each event, or gender, and NOC.

        Its columns are column, noc, certain, certain_exact, possible, possible_exact (missing where nothing is proved)
        and the chances p0, p1, ... of 0, 1, ... places (missing where none are drawn).
        """
        import pandas as pd

        document, rules = self.to_dict(), self.season.scenario.rules
        odds: dict[str, dict[str, list[float]]] = dict(document["odds"])
        for gender in filter(rules.is_quota_column, GENDERS):
            odds[gender] = {noc: rows[gender] for noc, rows in document["athletes"].items() if gender in rows}
        chances = [
            f"p{number}" for number in range(max((len(p) for of in odds.values() for p in of.values()), default=0))
        ]
        rows: list[dict[str, object]] = []
        for column in (*(event.identifier for event in rules.events), *filter(rules.is_quota_column, GENDERS)):
            drawn = odds.get(column, {})
            for noc in sorted({*self.nocs_by_certainty(), *drawn}):
                row: dict[str, object] = {"column": column, "noc": noc}
                if (one := self.certainty(column, noc)) is not None:
                    for side, bound in (("certain", one.certain), ("possible", one.possible)):
                        row |= {side: bound.number, f"{side}_exact": bound.exact}
                row |= dict(zip(chances, drawn.get(noc, ()), strict=False))
                if len(row) > 2:
                    rows.append(row)
        frame = pd.DataFrame(rows, columns=[*FRAME, *chances])
        whole = {name: "boolean" if name.endswith("_exact") else "Int64" for name in FRAME[2:]}
        return frame.astype({**whole, **dict.fromkeys(chances, float)})

    def to_dict(self) -> SeasonDocument:
        """Return the answer with the JSON keys of the command line."""
        found = self.bounds
        drawn = self.odds.to_dict() if self.odds is not None else {"odds": {}, "athletes": {}}
        return {
            "scenario": self.season.scenario.identifier,
            "meets_held": list(self.season.meets_held),
            "meets_left": list(self.season.meets_left),
            "certain": found.numbers("certain") if found is not None else {},
            "possible": found.numbers("possible") if found is not None else {},
            "not_exact": self._not_exact(),
            "quota_places": self._quota_places(),
            "bounds_refused": self.unproved,
            "limit_reached": found is not None and found.ended,
            "needs": [
                document_of(
                    NeedDocument,
                    one,
                    certain_by_ranking_at=one.by_ranking_at,
                    last_position=one.last,
                    possible_by_time=one.by_time,
                )
                for one in self.needs
            ],
            "odds": {
                event: {noc: row for noc, row in rows.items() if self.asked(event, noc)}
                for event, rows in drawn["odds"].items()
                if not self.events or event in self.events
            },
            "athletes": {noc: rows for noc, rows in drawn["athletes"].items() if not self.nocs or noc in self.nocs},
            "model": None if self.odds is None else _model(),
            "samples": 0 if self.odds is None else self.odds.samples,
            "seed": None if self.odds is None else self.odds.seed,
            "odds_refused": self.unforecast,
        }

    def _not_exact(self) -> list[BoundDocument]:
        """The numbers of start places that are bounds only."""
        if self.bounds is None:
            return []
        return [
            {"event": event, "noc": noc, "side": side, "bound": one.number, "attained": one.attained}
            for (event, noc), both in self.bounds.places.items()
            for side, one in (("certain", both.certain), ("possible", both.possible))
            if not one.exact
        ]

    def _quota_places(self) -> dict[str, dict[str, QuotaBoundsDocument]]:
        found: dict[str, dict[str, QuotaBoundsDocument]] = {}
        for (noc, gender), both in (self.bounds.athletes if self.bounds is not None else {}).items():
            if both.possible.number:
                found.setdefault(noc, {})[gender] = {
                    "certain": both.certain.number,
                    "certain_exact": both.certain.exact,
                    "possible": both.possible.number,
                    "possible_exact": both.possible.exact,
                }
        return found


def _model() -> str:
    from .odds import MODEL

    return MODEL


def answer(
    season: Season,
    nocs: Collection[str] = (),
    events: Collection[str] = (),
    samples: int | None = None,
    seed: int = 0,
    seconds: float | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> SeasonAnswer:
    """Return what can be said of a season.

    Parameters and errors as of `season` in Python. If no number of samples is given, as many are drawn as are quick,
    and none where what draws them is not installed or slow.
    """
    rules = season.scenario.rules
    asked = tuple(dict.fromkeys(rules.event(event).identifier for event in events))
    known = _nocs(season)
    for noc in nocs:
        if noc not in known:
            raise InputError(f"{noc!r} has no result in this season so far; NOCs that have are {', '.join(known)}")
    if samples:
        from . import odds as drawn

        drawn.require()  # before the proofs, which take long
    found, unproved = None, None
    try:
        found = bounds(season, nocs, asked, tell, seconds)
    except UnsupportedError as error:
        unproved = error.problem
    needed: tuple[Need, ...] = ()
    if found is not None and len(nocs) == 1 and not found.ended and season.by_lists and season.meets_left:
        needed = needs_of_lists(season, next(iter(nocs)), asked or season.events, found)
    elif found is not None and len(nocs) == 1 and not found.ended and not season.by_lists:
        ranked = {
            event
            for pathway in rules.pathways
            if isinstance(pathway, RelayPlaces | ParallelWalk)
            for event in pathway.events
        }
        needed = needs_of(season, next(iter(nocs)), [e for e in asked or season.events if e in ranked], found)
    odds, unforecast = _odds(season, samples, seed, found)
    return SeasonAnswer(season, tuple(nocs), asked, found, unproved, needed, odds, unforecast)


def _nocs(season: Season) -> tuple[str, ...]:
    if season.by_lists:
        from .lists.open_lists import nocs_of

        return nocs_of(season) if season.meets_left else season.scenario.nocs
    from .open_event import OpenEvent

    return OpenEvent.of(season, season.events[0]).nocs if season.events else ()


def _odds(season: Season, samples: int | None, seed: int, found: Bounds | None) -> tuple[Odds | None, str | None]:
    """The odds, or why there are none."""
    from . import odds

    if not season.meets_left:
        return None, "the season is over"
    if samples == 0:
        return None, "no samples were asked for"
    if samples is None:
        try:
            odds.require()
        except InputError as error:
            return None, error.problem
        if odds.slow():
            return (
                None,
                "odds take long without numba; install it with pip install 'quotaproof[fast]', or name --samples",
            )
    proved: Proved = {}
    if found is not None:
        limits = {key: (both.certain.number, both.possible.number) for key, both in found.places.items()}
        for gender in GENDERS:
            limits |= {
                (gender, noc): (both.certain.number, both.possible.number)
                for (noc, own), both in found.athletes.items()
                if own == gender
            }
        proved = limits
    try:
        return odds.odds_of(season, odds.SAMPLES if samples is None else samples, seed, proved=proved), None
    except UnsupportedError as error:
        return None, error.problem
