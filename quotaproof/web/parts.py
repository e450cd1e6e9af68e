"""The further parts of a scenario's page: ranked lists, nations, before the last meet, rules and sources."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from quotaproof.model.published import ATHLETES

from . import cards, charts, tables
from .answers import for_certain
from .cells import names_of
from .changes import Asked, noc_in
from .games import GamesContent, answer_whatif, common, content_of, infers, table_card, whatif_card
from .jobs import Answer
from .languages import collated, gettext
from .meant import unknown_event, unknown_nation
from .problems import NotFoundError, RequestError
from .rendering import rendered
from .services import ask
from .wording import is_english, known_noc

PNG = "image/png"

# Ranked lists ---------------------------------------------------------------------------------------------------------


async def lists(request: Request) -> Response:
    """All events: the cut, and who is next; or, with an event in the address, its list in full."""
    content = await content_of(request, "lists", Asked())
    event = request.path_params.get("event")
    if event is not None and all(one["id"] != event for one in content.scenario["events"]):
        home = f"/scenarios/{content.source.identifier}"
        raise unknown_event(event, content.scenario, lambda right: f"{home}/lists/{right}", NotFoundError)
    answer = await ask(request, content.source, "lists", about=(event,) if event else ())
    found: list[dict[str, Any]] = answer.document
    if event is not None and not found[0]["lists"] and infers(content):
        await content.put("inference", ask(request, content.source, "infer"))

    def context() -> dict[str, Any]:
        scenario, names = content.scenario, names_of(content.scenario)
        drawn = [
            charts.around_the_cut({**one, "label": names[one["event"]]}, ranked, scenario["names"], _games(scenario))
            for one in (found if event else ())
            for ranked in one["lists"]
        ]
        card = {"card": cards.of_list(scenario, f"/scenarios/{content.source.identifier}", found[0])} if event else {}
        known = content.inference.document if content.inference is not None else None
        held = tables.holders(scenario, known, event) if event and not found[0]["lists"] else []
        return {**common(content), **card, "events": found, "event": event, "cuts": drawn, "holders": held}

    return await rendered(request, "lists.html", context)


def _games(scenario: Mapping[str, Any]) -> str:
    """The Games as a title has them, without what it remarks of them; or as the rules name them."""
    title: str = scenario["title"]
    return str(scenario["games"]) if is_english(title) else re.split(r"\xa0?: |, ", title.partition(", ")[2])[0]


async def joint_reserve(request: Request) -> Response:
    """Who is next for what over all events, and how far each nation is from one more athlete."""
    content = await content_of(request, "lists", Asked())
    found: dict[str, Any] | None = None
    try:
        found = (await ask(request, content.source, "joint-reserve")).document
    except RequestError as problem:
        content.problems.append(problem)

    def context() -> dict[str, Any]:
        ways = (found or {"next_athlete": {}})["next_athlete"]
        nearest = sorted(
            ((noc, own) for noc, own in ways.items() if own), key=lambda row: (row[1][0]["places"], row[0])
        )
        ties = {(one["column"], one["with_athletes"]): one["place"] for one in found["ties"]} if found else {}
        kinds = ((True, found["lines_with_athletes"]), (False, found["lines"])) if found else ()
        return {
            **common(content),
            "found": found,
            "nations": nearest,
            "far": [noc for noc, own in ways.items() if not own],
            "lines": [
                (together, column, line, ties.get((column, together)))
                for together, lines in kinds
                for column, line in lines.items()
                if line or (column, together) in ties
            ],
            "mixed_events": _mixed_events(content),
            "genders": {"men": gettext("men"), "women": gettext("women")},
        }

    return await rendered(request, "joint_reserve.html", context, content.problem)


# Nations --------------------------------------------------------------------------------------------------------------


async def nations(request: Request) -> Response:
    """All nations that the scenario knows of."""
    content = await content_of(request, "nations", Asked())
    answer = await ask(request, content.source, "nations")
    rows = [{**row, "name": content.scenario["names"].get(row["noc"], row["name"])} for row in answer.document]
    rows.sort(key=lambda row: collated(row["name"]))
    if infers(content):
        await content.put("inference", ask(request, content.source, "infer"))

    def context() -> dict[str, Any]:
        spans = _spans(content, rows)
        chart = charts.athletes(spans, _games(content.scenario))
        shown = {"nations": rows, "chart": chart, "spans": dict(spans), "in_short": charts.in_short}
        return {**common(content), **shown}

    return await rendered(request, "nations.html", context)


def _spans(content: GamesContent, rows: list[dict[str, Any]]) -> list[tuple[str, charts.Span]]:
    """Name and number of athletes of each nation, certain and possible."""
    if content.inference is not None:
        known = content.inference.document
        cells = known["cells"].items() if known["consistent"] else ()
        named = {row["noc"]: row["name"] for row in rows}
        return [
            (
                named.get(noc) or content.scenario["shown"].get(noc) or known_noc(noc, content.scenario["names"]),
                (row[ATHLETES]["lowest"], row[ATHLETES]["highest"]),
            )
            for noc, row in cells
            if ATHLETES in row
        ]
    return [(row["name"], (row["cells"][ATHLETES],) * 2) for row in rows if ATHLETES in row["cells"]]


async def nation(request: Request) -> Response:
    """One nation: what it has, what was close on both sides, and how far it is from its next place."""
    content, noc, found = await _asked_nation(request)
    ways = await _ways(request, content, noc)

    def context() -> dict[str, Any]:
        known, certain = _certain(content, noc)
        return {
            **common(content),
            "noc": noc,
            "found": found,
            "known": known,
            "certain": certain,
            "card": _nation_card(content, found),
            "ways": ways,
            "mixed_events": _mixed_events(content),
        }

    return await rendered(request, "nation.html", context)


async def _ways(request: Request, content: GamesContent, noc: str) -> list[dict[str, Any]] | None:
    """The ways to an NOC's next athlete, the nearest of each column; None where there is no joint waiting list."""
    scenario = content.scenario
    if not scenario["complete"] or scenario["by_lists"] or not scenario["reserve_events"]:
        return None
    try:
        found = (await ask(request, content.source, "joint-reserve")).document
    except RequestError:
        return None  # a tie, or a table that no declines explain: the page of the list says so
    nearest: dict[tuple[str, str], dict[str, Any]] = {}
    for way in found["next_athlete"].get(noc, ()):
        nearest.setdefault((way["column"], way["gender"]), way)
    return list(nearest.values())


def _mixed_events(content: GamesContent) -> list[str]:
    return [one["id"] for one in content.scenario["events"] if one["gender"] == "mixed"]


async def _asked_nation(request: Request) -> tuple[GamesContent, str, dict[str, Any]]:
    """The page's content, the NOC in the address, and what there is to say of it."""
    content = await content_of(request, "nations", Asked())
    noc = request.path_params["noc"].upper()
    try:
        found = (await ask(request, content.source, "nation", about=(noc,))).document
    except RequestError as problem:
        if problem.status != 400:
            raise
        home = f"/scenarios/{content.source.identifier}"
        written = request.path_params["noc"]
        raise unknown_nation(
            written, content.scenario, lambda right: f"{home}/nations/{right}", NotFoundError
        ) from problem
    if infers(content):
        await content.put("inference", ask(request, content.source, "infer"))
    return content, noc, found


def _certain(content: GamesContent, noc: str) -> tuple[list[tuple[Any, int, int]], str]:
    """What an NOC has for certain and at most, where single facts are all there is, and that in a sentence."""
    if content.inference is None:
        return [], ""
    known = tables.certain_and_possible(content.scenario, content.inference.document, noc)
    ends = [(column.identifier, least, most) for column, least, most in known]
    nation = known_noc(noc, content.scenario["names"])
    return known, for_certain(noc, ends, names_of(content.scenario), nation) if known else ""


def _nation_card(content: GamesContent, found: dict[str, Any]) -> cards.Card:
    home = f"/scenarios/{content.source.identifier}"
    return cards.of_nation(content.scenario, home, found, _certain(content, found["noc"])[1])


# Preview pictures -----------------------------------------------------------------------------------------------------


async def table_preview(request: Request) -> Response:
    """The picture of a verdict."""
    content = await content_of(request, "table", Asked())
    if content.verifiable:
        await content.put("verification", ask(request, content.source, "verify"))
    return await _picture(lambda: table_card(content), content)


async def whatif_preview(request: Request) -> Response:
    """The picture of a what-if."""
    content = await content_of(request, "whatif")
    await answer_whatif(request, content)
    return await _picture(lambda: whatif_card(content), content)


async def list_preview(request: Request) -> Response:
    """The picture of an event: the cut, and who is next."""
    content = await content_of(request, "lists", Asked())
    answer = await ask(request, content.source, "lists", about=(request.path_params["event"],))
    home = f"/scenarios/{content.source.identifier}"
    return await _picture(lambda: cards.of_list(content.scenario, home, answer.document[0]), content)


async def nation_preview(request: Request) -> Response:
    """The picture of an NOC."""
    content, _, found = await _asked_nation(request)
    return await _picture(lambda: _nation_card(content, found), content)


async def _picture(card: Callable[[], cards.Card], content: GamesContent) -> Response:
    """A card drawn in a thread; what has no answer has no picture."""
    if content.problem is not None:
        raise content.problem
    return Response(await asyncio.to_thread(lambda: cards.drawn(card())), media_type=PNG)


# Before the last meet ------------------------------------------------------------------------------------------------


async def season(request: Request) -> Response:
    """What was certain, possible and likely for a nation after some of the meets."""
    content = await content_of(request, "season", Asked())
    parameters = request.query_params
    after, nation_ = parameters.get("after", "").strip()[:80], parameters.get("for", "").strip()[:80]
    found: Answer | None = None
    if nation_ and content.scenario["meets"]:
        try:
            noc = noc_in(nation_, content.scenario["names"])
            found = await ask(request, content.source, "season", about=(noc, after))
        except RequestError as problem:
            content.problems.append(problem)
    context = {"after": after, "nation": nation_, "found": found.document if found else None}
    return await rendered(request, "season.html", lambda: {**common(content), **context}, content.problem)


# Rules and sources ----------------------------------------------------------------------------------------------------


async def rules(request: Request) -> Response:
    """The clauses, the readings, the sources."""
    content = await content_of(request, "rules", Asked())
    return await rendered(request, "rules.html", lambda: common(content))
