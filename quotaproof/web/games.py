"""The pages of one scenario, a part each: table, ranked lists, what if, nations, rules and sources."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from quotaproof.first_mention import named

from . import cards, drawing, form, tables
from . import phrases as words
from .answers import told_and_headline
from .badges import badge_of
from .cells import names_of
from .changes import Asked, from_form, parse
from .formats import FORMATS
from .jobs import Answer
from .languages import SOURCE, first_capital, gettext, language, ngettext, noted
from .meant import clearer, unknown_nation_asked_for
from .problems import RequestError
from .rendering import rendered
from .services import ask, services_of, source_of
from .sessions import Source
from .starting import begins_of
from .wording import english_names, english_nocs, worded

PARTS = {
    "table": noted("Table"),
    "lists": noted("Ranked lists"),
    "whatif": noted("What if"),
    "nations": noted("Nations"),
    "season": noted("Before the last meet"),
    "rules": noted("Rules and sources"),
}
"""Part -> its name; each but the table has an address of its own below that of the scenario."""


@dataclass
class GamesContent:
    """What a page of a scenario has to show; what could not be answered is among the problems."""

    source: Source
    scenario: dict[str, Any]
    part: str
    asked: Asked
    allocation: Answer | None = None
    verification: Answer | None = None
    before: Answer | None = None
    result: Answer | None = None
    inference: Answer | None = None
    problems: list[RequestError] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether all standings are known."""
        return bool(self.scenario["complete"])

    @property
    def verifiable(self) -> bool:
        """Whether there is anything published to verify."""
        return self.scenario["published"] is not None or bool(self.scenario["published_lists"])

    @property
    def names_recipient(self) -> bool:
        """Whether somebody gives something back, which is what can be asked with unknown standings."""
        return bool(self.asked.of("decline") or self.asked.of("exclude"))

    async def put(self, name: str, question: Awaitable[Answer]) -> None:
        """Keep the answer to a question under a name, or why there is none."""
        try:
            setattr(self, name, await question)
        except RequestError as problem:
            if all(problem.sentence != other.sentence for other in self.problems):
                self.problems.append(problem)

    @property
    def problem(self) -> RequestError | None:
        """The first of the problems."""
        return next(iter(self.problems), None)


async def content_of(request: Request, part: str, asked: Asked | None = None) -> GamesContent:
    """The page of a part, with nothing asked yet but what the scenario is."""
    source = source_of(request, request.path_params["scenario"])
    described = worded((await ask(request, source, "describe")).document)
    if asked is not None:
        return GamesContent(source, described, part, asked)
    try:
        found, problem = parse(request.query_params.multi_items(), services_of(request).limits.changes), None
    except RequestError as error:
        found, problem = Asked(), error
    return GamesContent(source, described, part, found, problems=[problem] if problem else [])


def common(content: GamesContent) -> dict[str, Any]:
    """What all parts show."""
    names = names_of(content.scenario)
    return {
        "source": content.source,
        "home": f"/scenarios/{content.source.identifier}",
        "scenario": content.scenario,
        "part": content.part,
        "parts": {part: gettext(label) for part, label in PARTS.items()},
        "asked": content.asked,
        "shared": not content.source.uploaded,
        "shown": content,
        "names": names,
        **said_of(content.scenario),
        "verdict": words.verdict,
        "judgement": lambda answer: judgement(content.scenario, answer),
        "persons": words.persons,
        "in_words": words.in_words,
        "in_turn": lambda changes, names: gettext(", then ").join(words.each_in_words(changes, names)),
        "formats": FORMATS,
    }


def said_of(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """How the pages of a scenario say things: answers by the English names of its events and NOCs."""
    names, nocs, own = english_names(scenario), english_nocs(scenario), scenario["names"]
    english = language() == SOURCE

    def lines(found: Sequence[str]) -> list[str]:
        return said("\n".join(found)).split("\n") if found else []

    def said(text: str) -> str:
        return words.for_readers(text, names, nocs)

    return {
        "prose": lambda text, level=3: words.prose(text, level, said),
        "each_said": lines,
        "listed_changes": lambda text: lines(words.listed_changes(text)),
        "with_name": lambda text: named(text, own, articles=english),
        "with_english_name": lambda text: named(text, nocs),
    }


# The table -----------------------------------------------------------------------------------------------------------


async def table(request: Request) -> Response:
    """The table of a scenario, and the verdict on it; changes in the address are answered on the page of what-ifs."""
    content = await content_of(request, "table")
    if content.asked:
        extra = {"verify": "1"} if "verify" in request.query_params else {}
        query = content.asked.query(**extra)
        return RedirectResponse(f"{request.url.path}/whatif?{query}", status_code=303)
    # What takes long is asked by a browser once it shows the table, or by a link.
    asks = content.complete or not content.source.uploaded or "verify" in request.query_params
    await _answer_table(request, content, verifies=asks)
    return await rendered(request, "table.html", lambda: _table_context(content), content.problem)


async def _answer_table(request: Request, content: GamesContent, *, verifies: bool) -> None:
    """Ask for the table, or for what follows from single facts, and for the verdict."""
    questions = []
    if content.complete:
        questions.append(content.put("allocation", ask(request, content.source, "table")))
    if content.verifiable and verifies:
        questions.append(content.put("verification", ask(request, content.source, "verify")))
    if infers(content):
        questions.append(content.put("inference", ask(request, content.source, "infer")))
    await asyncio.gather(*questions)
    if content.inference is not None and content.inference.document["facts"] and verifies:
        await content.put("verification", ask(request, content.source, "verify"))


def infers(content: GamesContent) -> bool:
    """Whether single facts are all there is, so that each number is a range."""
    return not content.complete and content.scenario["published"] is None and not content.scenario["by_lists"]


def _table_context(content: GamesContent) -> dict[str, Any]:
    allocation = content.allocation.document if content.allocation else None
    verification = content.verification.document if content.verification else None
    said = _verified(content.scenario, content.verification) if content.verification is not None else ""
    return {
        **common(content),
        "card": table_card(content),
        "table": tables.quota_table(content.scenario, allocation, verification),
        "ranges": tables.ranges(content.scenario, content.inference.document) if content.inference else None,
        "origins": allocation["origins"] if allocation is not None else {},
        "said": content.problems[0].sentence if content.problems else said,
    }


def judgement(described: Mapping[str, Any], answer: Answer) -> str:
    """Return the verdict of a verification in its own words.

    It is in those of its badge on a page in another language, and where a published list was compared.
    """
    if language() == SOURCE and "published_list" not in answer.document:
        return words.verdict(answer.prose)
    said = badge_of(described, answer.document)["words"]
    return f"{first_capital(said)}."


def _verified(described: Mapping[str, Any], answer: Answer) -> str:
    return gettext("Verified: %(verdict)s", verdict=judgement(described, answer))


def table_card(content: GamesContent) -> cards.Card:
    """Return what is said of a table elsewhere."""
    found = content.verification
    said = judgement(content.scenario, found) if found else ""
    return cards.of_table(content.scenario, f"/scenarios/{content.source.identifier}", found, said)


async def embed(request: Request) -> Response:
    """The table alone with its verdict, for a page of somebody else."""
    content = await content_of(request, "table", Asked())
    await _answer_table(request, content, verifies=True)
    return await rendered(request, "embed.html", lambda: _table_context(content), content.problem)


# What if -------------------------------------------------------------------------------------------------------------


async def whatif(request: Request) -> Response:
    """What changes if nations give places back, or under other rules; the form of it states what is asked."""
    if "form" in request.query_params:
        content = await content_of(request, "whatif", Asked())
        more = {"verify": "1"} if "verify" in request.query_params else {}
        limit = services_of(request).limits.changes
        try:
            query = from_form(request.query_params.multi_items(), content.scenario, limit).query(**more)
        except RequestError as problem:
            content.problems.append(problem)
            content.asked = parse(request.query_params.multi_items(), limit)
        else:
            return RedirectResponse(f"{request.url.path}{'?' if query else ''}{query}", status_code=303)
    else:
        content = await content_of(request, "whatif")
    items = [] if "form" in request.query_params else request.query_params.multi_items()
    stranger = unknown_nation_asked_for(items, content.scenario, request.url.path)
    if stranger is not None:
        content.problems[:0] = [stranger]
    await answer_whatif(request, content)
    content.problems = [clearer(one, items, content.scenario, request.url.path) for one in content.problems]
    content.problems = list({one.sentence: one for one in content.problems}.values())
    return await rendered(request, "whatif.html", lambda: _whatif_context(content), content.problem)


async def answer_whatif(request: Request, content: GamesContent) -> None:
    """Ask everything that the page shows, all at once."""
    source, asked = content.source, content.asked.asked_by(None)
    questions = []
    if content.complete:
        questions.append(content.put("allocation", ask(request, source, "table")))
    # With unknown standings, changes without a decline ask whether the table can come out under them.
    under_changes = bool(asked) and not content.complete and not content.names_recipient
    if asked and not content.problems:
        if under_changes and (content.verifiable or content.scenario["partly_known"]):
            questions.append(content.put("verification", ask(request, source, "verify", asked.without_declines())))
            questions.append(content.put("before", ask(request, source, "verify")))
        else:
            questions.append(content.put("result", ask(request, source, "whatif", asked)))
    await asyncio.gather(*questions)


def _whatif_context(content: GamesContent) -> dict[str, Any]:
    allocation = content.allocation.document if content.allocation else None
    context: dict[str, Any] = {
        **common(content),
        "card": whatif_card(content),
        "starts": _starts(content),
        "begins": begins_of(content.result.document, content.scenario) if content.result is not None else "",
        "order": _order(content),
        "fields": form.fields(content.scenario, allocation, content.asked),
        "said": _said(content),
        "nation": content.asked.nation or "",
    }
    if content.result is not None:
        result = content.result.document
        names = context["names"]
        after = tables.after_changes(content.scenario, result)
        unknown = result.get("standings") == "incomplete"
        asked = content.asked
        givers = ", ".join(dict.fromkeys(w.split(":")[0] for kind in ("decline", "exclude") for w in asked.of(kind)))
        picture = drawing.recipients(result, givers, names) if unknown else drawing.moves(result["moves"], names)
        told, answer = told_and_headline(result, names, content.scenario["names"], asked.nation)
        context |= {
            "result": result,
            "unknown": unknown,
            "after": after,
            "picture": picture,
            "told": told,
            "headline": answer,
        }
    return context


def whatif_card(content: GamesContent) -> cards.Card:
    """Return what is said of a what-if elsewhere."""
    names, asked, sentence = names_of(content.scenario), content.asked, ""
    if content.result is not None:
        sentence = told_and_headline(content.result.document, names, content.scenario["names"], asked.nation)[1]
    elif content.verification is not None:
        sentence = judgement(content.scenario, content.verification)
    return cards.of_whatif(content.scenario, f"/scenarios/{content.source.identifier}", asked, names, sentence)


def _starts(content: GamesContent) -> dict[str, Any]:
    """What a question can start from: whether the published table is another one, and whether it can be chosen."""
    if content.allocation is not None:
        found: dict[str, Any] = content.allocation.document["start"]
        return found
    return {"differs": None, "changes": [], "refused": "", "invited": False}


def _order(content: GamesContent) -> str:
    """Whether the order of several declines matters, in words; empty with fewer, or if that was not asked."""
    result = content.result.document if content.result is not None else {}
    if len(content.asked.of("decline")) < 2 or "order_matters" not in result:
        return ""
    if result["order_matters"] is None:
        return gettext("Whether their order matters was not tried: that is done for up to six.")
    if not result["order_matters"]:
        if content.scenario["by_lists"]:
            return gettext("Their order does not matter: every order gives every NOC the same.")
        return gettext("Their order does not matter: every order has the same result.")
    if result["other_order_refused"]:
        return gettext(
            "Their order matters: another is not possible, since then %(reason)s.", reason=result["other_order_refused"]
        )
    return gettext("Their order matters: another order has another result.")


def _said(content: GamesContent) -> str:
    """What a screen reader says when the page has changed in place."""
    if content.problems:
        return content.problems[0].sentence
    parts: list[str] = []
    if content.verification is not None:
        parts.append(_verified(content.scenario, content.verification))
    if content.result is not None:
        result = content.result.document
        if result.get("standings") == "incomplete":
            parts.append(
                ngettext(
                    "%(certain)s certain and %(num)s possible gain.",
                    "%(certain)s certain and %(num)s possible gains.",
                    len(result["possible"]),
                    certain=len(result["necessary"]),
                )
            )
        else:
            number = len(result["moves"])
            parts.append(ngettext("%(num)s place changes hands.", "%(num)s places change hands.", number))
            if result["order_matters"]:
                parts.append(_order(content))
    return " ".join(parts)
