"""Games of one sport side by side: how many athletes each NOC has, as published or as far as facts say."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from quotaproof.model.published import ATHLETES
from quotaproof.nations import flag_of
from quotaproof.scenarios import kind_of_data

from . import charts
from .charts import Span
from .languages import collated, gettext
from .problems import RequestError
from .rendering import rendered
from .services import ask, sources_of
from .sessions import Source
from .wording import games_name, known_noc, sport_name

Described = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """One Games in a comparison: its numbers by NOC, and what an NOC has that it says nothing of."""

    source: Source
    described: Described
    label: str
    spans: Mapping[str, Span]
    others: Span
    basis: str


async def compare(request: Request) -> Response:
    """The Games of each sport that has several, side by side."""
    sources = sources_of(request, None)
    answers = await asyncio.gather(*(ask(request, one, "describe") for one in sources))
    groups = sports([(one, answer.document) for one, answer in zip(sources, answers, strict=True)])
    found = [
        (sport, await asyncio.gather(*(_compared(request, source, described) for source, described in group)))
        for sport, group in groups.items()
    ]
    return await rendered(request, "compare.html", lambda: {"sports": [_sport(*one) for one in found]})


def sports(entries: Sequence[tuple[Source, Described]]) -> dict[str, list[tuple[Source, Described]]]:
    """Return the Games that can be compared, by sport, the oldest first: real ones, several of a sport."""
    found: dict[str, list[tuple[Source, Described]]] = {}
    for source, described in entries:
        if kind_of_data(source.identifier) == "real":
            found.setdefault(described["title"].partition(",")[0], []).append((source, described))
    several = {sport: group for sport, group in found.items() if len({one["games"] for _, one in group}) > 1}
    return {
        sport: sorted(group, key=lambda one: (_year(one[1]), one[0].identifier)) for sport, group in several.items()
    }


def _year(described: Described) -> int:
    found = re.search(r"\b(\d{4})$", described["games"])
    return int(found[1]) if found else 0


async def _compared(request: Request, source: Source, described: Described) -> Compared:
    label = games_name(described["title"].partition(", ")[2]) or described["games"]
    # Of lists, places are known and not how many athletes fill them.
    if described["complete"] or described["published"] is not None:
        rows = (await ask(request, source, "nations")).document
        spans: dict[str, Span] = {}
        for row in rows:
            number = row["cells"].get(ATHLETES, None if ATHLETES in _measured(rows) else sum(row["cells"].values()))
            spans[row["noc"]] = (number, number) if number is not None else (0, 0)
        basis = gettext("as published") if described["published"] is not None else gettext("by the rules")
        return Compared(source, described, label, spans, (0, 0), basis)
    known: Described | None = None
    with contextlib.suppress(RequestError):
        known = (await ask(request, source, "infer")).document
    if known is None or not known["consistent"]:
        return Compared(source, described, label, {}, None, gettext("not known"))
    ranges = {noc: _span(row) for noc, row in known["cells"].items()}
    other = _span(known["any_other_noc"]) if known["any_other_noc"] else None
    return Compared(
        source, described, label, ranges, other if other == (0, 0) else None, gettext("as far as facts say")
    )


def _measured(rows: Sequence[Mapping[str, Any]]) -> set[str]:
    return {column for row in rows for column in row["cells"]}


def _span(row: Mapping[str, Any]) -> Span:
    number = row.get(ATHLETES)
    return None if number is None else (number["lowest"], number["highest"])


def _sport(sport: str, games: Sequence[Compared]) -> dict[str, Any]:
    """The chart and the table of a sport."""
    nocs = {noc for one in games for noc, span in one.spans.items() if span is None or span[1]}
    rows = [(noc, [_found(noc, one) for one in games]) for noc in nocs]
    names = {noc: known_noc(noc, {}) for noc in nocs}
    rows.sort(key=lambda row: (-sum(span[0] for span in row[1] if span), collated(names[row[0]])))
    of_athletes = all(ATHLETES in (one.described["published"] or {"columns": (ATHLETES,)})["columns"] for one in games)
    labels = [one.label for one in games]
    named = {"sport": sport_name(sport), "first": labels[0], "last": labels[-1]}
    if of_athletes and not games[0].described["by_lists"]:
        heading = gettext("%(sport)s: athletes per nation", **named)
        caption = gettext("%(sport)s: athletes per nation and Games", **named)
        title = gettext("%(sport)s: athletes per NOC, %(first)s to %(last)s", **named)
    else:
        heading = gettext("%(sport)s: start places per nation", **named)
        caption = gettext("%(sport)s: start places per nation and Games", **named)
        title = gettext("%(sport)s: start places per NOC, %(first)s to %(last)s", **named)
    drawn = [(names.get(noc, noc), spans) for noc, spans in rows]
    slug = re.sub(r"[^a-z]+", "-", sport.lower()).strip("-")
    return {
        "sport": named["sport"],
        "heading": heading,
        "caption": caption,
        "games": games,
        "names": names,
        "rows": [(noc, [_cell(noc, one, span) for one, span in zip(games, spans, strict=True)]) for noc, spans in rows],
        "totals": [_total(one) for one in games],
        "aliases": [
            (one.label, names[noc], shown)
            for one in games
            for noc, shown in one.described["shown"].items()
            if noc in nocs
        ],
        "chart": charts.side_by_side(title, labels, drawn, slug),
    }


def _in_use(noc: str, one: Compared) -> bool:
    """Whether a code can stand for anybody at these Games; one that is no country's is of other Games."""
    return noc in one.spans or bool(flag_of(noc))


def _found(noc: str, one: Compared) -> Span:
    return one.spans.get(noc, one.others) if _in_use(noc, one) else (0, 0)


def _cell(noc: str, one: Compared, span: Span) -> str:
    return charts.in_short(span) if _in_use(noc, one) else "–"


def _total(one: Compared) -> str:
    known = [span for span in one.spans.values() if span]
    sure = one.others == (0, 0) and all(span[0] == span[1] for span in known) and len(known) == len(one.spans)
    total = sum(span[0] for span in known)
    return str(total) if sure else gettext("%(number)s or more", number=total) if known else "?"
