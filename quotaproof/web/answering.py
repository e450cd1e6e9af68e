"""The questions that a worker answers, each from a scenario and as a document with its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from quotaproof.model.errors import InputError

from .changes import Asked
from .folder_digest import digest_of
from .formats import CHANGED, FORMATS
from .jobs import Answer, Job
from .scenario_document import described, published_cells
from .schemas import StartsDocument

if TYPE_CHECKING:
    from quotaproof.model.allocation import Allocation
    from quotaproof.model.changes import Change
    from quotaproof.model.documents import AllocationDocument
    from quotaproof.model.scenario import Scenario
    from quotaproof.solver.whatif.consequences import WhatIf
    from quotaproof.solver.whatif.recipients import Recipients

INFER_LIMIT = 20.0
"""Deterministic seconds for the ranges that a page shows; what is not proved then is marked."""

SEASON_SECONDS = 25.0
"""Time for the proofs of a season on a page; what is not proved by then is what the caps say."""

KEPT = 8
"""Scenarios that a worker keeps loaded."""


_loaded: LRUCache[tuple[str, str], Scenario] = LRUCache(KEPT)


def answer(job: Job) -> Answer:
    """Return the answer to a job.

    Raises
    ------
    QuotaError
        If the question cannot be answered.
    ChangedError
        If the folder holds something else by now.
    """
    return _KINDS[job.kind](job, _scenario(job))


class ChangedError(Exception):
    """The files of a scenario are not those any more that the question is about."""


def _scenario(job: Job) -> Scenario:
    from quotaproof.model.scenario_loading import load_folder

    key, folder = (job.folder, job.digest), Path(job.folder)
    if key not in _loaded:
        try:
            _loaded[key] = load_folder(folder)
        finally:
            # Whatever came of it: what was read may be new, gone, or half of each.
            if _digest_of(folder) != job.digest:
                _loaded.pop(key, None)
                raise ChangedError
    return _loaded[key]


def _digest_of(folder: Path) -> str | None:
    """What a folder holds; None if it cannot be read."""
    try:
        return digest_of(folder)
    except OSError:
        return None


def _changes(asked: Asked, scenario: Scenario) -> list[Change]:
    """The changes that the words state. There is no file among them: a link must not name one."""
    from quotaproof.api.changes import checked_host
    from quotaproof.model import changes as c

    read: dict[str, Callable[[str], Change]] = {
        "exclude": c.Exclude,
        "host": lambda words: checked_host(scenario, c.parse_host(words)),
        "set": c.parse_cap,
        "reading": c.parse_reading,
        "move": lambda words: c.parse_move(words, scenario.rules),
        "disqualify": lambda words: c.parse_disqualification(words, scenario.rules),
        "decline": lambda words: c.parse_decline(words, scenario.rules),
        "withdraw": lambda words: c.parse_withdrawal(words, scenario.rules),
    }
    return [read[name](words) for name, words in asked.changes]


def _readings(asked: Asked) -> dict[str, str]:
    """The readings among the changes, which a table that is known in part takes as they are chosen."""
    pairs = (words.partition("=") for name, words in asked.changes if name == "reading")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _changed(asked: Asked, scenario: Scenario) -> Scenario:
    from quotaproof.model.changes import apply

    return apply(scenario, _changes(asked.without_declines(), scenario)) if asked else scenario


def _answer(job: Job, document: Any, written: Callable[[Any, str], str]) -> Answer:
    """The document with its prose, or in the format asked for, as it is `written` with `quotaproof.text` in a form."""
    from quotaproof import text

    def write(form: str) -> str:
        return written(text, form)

    if job.form is not None:
        return Answer(text=FORMATS[job.form].write(document, write))
    return Answer(document, prose=write("markdown"))


def _describe(job: Job, scenario: Scenario) -> Answer:
    return Answer(described(job.identifier, scenario))


def _allocate(job: Job, scenario: Scenario) -> Answer:
    from quotaproof.api import allocate, report

    changed = _changed(job.asked, scenario)
    if job.form == "wikitext":
        return _answer(job, {}, lambda _, form: str(report(changed, "wikitext", table="rules")))
    allocation = allocate(changed)
    document: AllocationDocument = {**allocation.to_dict(), "scenario": job.identifier}
    if scenario.rules.by_lists:
        return _answer(job, document, lambda text, form: text.listed_allocation(allocation, scenario, form))
    return _answer(job, document, lambda text, form: text.allocation(allocation, form, shown=scenario.shown))


def _table(job: Job, scenario: Scenario) -> Answer:
    """The allocation, and which tables a question can start from."""
    from quotaproof.api import allocate

    allocation = allocate(scenario)
    document = {**allocation.to_dict(), "scenario": job.identifier, "start": _starts(scenario)}
    del document["decisions"]
    return Answer({**document, "origins": _origins(scenario, allocation)})


def _origins(scenario: Scenario, allocation: Allocation) -> dict[str, dict[str, str]]:
    """NOC -> column -> where a number comes from, if not from the rankings alone: `host`, `top-up`, `remainder`."""
    kinds = {pathway.identifier: pathway.kind for pathway in scenario.rules.pathways}
    named = {"team-top-up": "top-up", "remainder": "remainder", "host-places": "host"}
    found: dict[str, dict[str, str]] = {}
    for award in allocation.awards:
        if award.number and kinds.get(award.pathway) in named:
            found.setdefault(award.noc, {})["athletes"] = named[kinds[award.pathway]]
    for one in allocation.decisions:
        by_host = one.kind in ("host", "enters-host") or kinds.get(one.pathway) == "host-places"
        if one.granted and by_host and one.event is not None:
            found.setdefault(one.noc, {})[one.event] = "host"
    return found


def _starts(scenario: Scenario) -> StartsDocument:
    """What a question can start from, and what the published table is as a beginning, or why it is none."""
    from quotaproof.api import starts_from

    rules = starts_from(scenario, "rules", "greedy")
    found: StartsDocument = {
        "differs": rules.differs,
        "undone_first": rules.undone,
        "invited": rules.invited,
        "changes": [],
        "places": {},
        "athletes": {},
        "refused": "",
    }
    if rules.differs:
        try:
            published = starts_from(scenario, "published", "greedy")
            document = published.before.allocation.to_dict()
            found["changes"] = list(published.changes)
            found["places"], found["athletes"] = document["places"], document["athletes"]
        except InputError as error:
            found["refused"] = f"{error.problem[:1].upper()}{error.problem[1:]}."
    return found


def _as_published(job: Job, scenario: Scenario) -> Answer:
    """The table as it was published, cell by cell."""
    from quotaproof.api import report

    published = scenario.published
    if published is None:
        raise InputError("no table was published", file="published.csv")
    if job.form == "wikitext":
        return _answer(job, {}, lambda _, form: str(report(scenario, "wikitext", table="published")))
    altered = any(source.startswith(CHANGED) for source in scenario.sources)
    table = "changed by hand" if altered else "as published"
    document = {"scenario": job.identifier, "table": table, "published": published_cells(published)}
    return _answer(job, document, lambda text, form: text.quota_table(published, form, shown=scenario.shown))


def _verify(job: Job, scenario: Scenario) -> Answer:
    from quotaproof.api import verify

    changed = _changed(job.asked, scenario)
    result = verify(changed, _readings(job.asked))
    document = {**result.to_dict(), "scenario": job.identifier}
    return _answer(job, document, lambda text, form: text.verification(result, changed, form))


def _consequences(job: Job, scenario: Scenario) -> WhatIf | Recipients:
    from quotaproof.api import whatif

    mode: Any = job.asked.mode
    return whatif(scenario, _changes(job.asked, scenario), mode, job.engine, job.asked.start)


def _whatif(job: Job, scenario: Scenario) -> Answer:
    result = _consequences(job, scenario)
    document = {**result.to_dict(), "scenario": job.identifier}
    return _answer(job, document, lambda text, form: text.whatif(result, scenario, form))


def _after(job: Job, scenario: Scenario) -> Answer:
    """The allocation after a what-if."""
    from quotaproof.solver.whatif.recipients import Recipients

    result = _consequences(job, scenario)
    if isinstance(result, Recipients):
        raise InputError("the standings are not known in full, so there is no one table after these changes")
    document = {
        **result.after.to_dict(),
        "scenario": job.identifier,
        "table": "after changes",
        "changes": list(result.changes),
        "mode": result.mode,
        "from": result.start,
    }
    if scenario.rules.by_lists:
        return _answer(job, document, lambda text, form: text.listed_allocation(result.after, scenario, form))
    return _answer(job, document, lambda text, form: text.allocation(result.after, form))


def _explain(job: Job, scenario: Scenario) -> Answer:
    from quotaproof.api import explain
    from quotaproof.brief import brief

    noc, *column = job.about
    changed = _changed(job.asked, scenario)
    result = explain(
        changed, noc, column[0] if column else None, job.why_not, how_close=job.how_close, readings=_readings(job.asked)
    )
    document = {**result.to_dict(), "scenario": job.identifier}
    told = _answer(job, document, lambda text, form: text.explanation(result, form, changed, how_close=job.how_close))
    return replace(told, brief=brief(result, changed))


def _reserve(job: Job, scenario: Scenario) -> Answer:
    from quotaproof.api import reserve

    entries = reserve(
        scenario, job.about[0], start=job.asked.start or "rules", changes=_changes(job.asked.starting(), scenario)
    )
    document = [entry.to_dict() for entry in entries]
    return _answer(job, document, lambda text, form: text.reserve(entries, form))


def _joint_reserve(job: Job, scenario: Scenario) -> Answer:
    from quotaproof.solver.whatif.joint_reserve import joint_reserve

    return Answer(joint_reserve(scenario).to_dict())


def _infer(job: Job, scenario: Scenario) -> Answer:
    """What each number can be where no table is known, or not in full; reasons are left to the command line."""
    from quotaproof.api import infer

    result = infer(scenario, reasons=False, limit=INFER_LIMIT)
    document = {**result.to_dict(), "scenario": job.identifier}
    return _answer(job, document, lambda text, form: text.inference(result, form))


def _season(job: Job, scenario: Scenario) -> Answer:
    """What was certain, possible and likely for an NOC, `about`, after a meet."""
    from quotaproof.api import season

    noc, after = job.about
    found = season(scenario, after or None, nocs=(noc,), seconds=SEASON_SECONDS)
    document = found.to_dict()
    return Answer({**document, "scenario": job.identifier}, cut_off=document["limit_reached"])


def _lists(job: Job, scenario: Scenario) -> Answer:
    from quotaproof.event_lists import event_lists

    return Answer(event_lists(scenario, job.about))


def _nations(job: Job, scenario: Scenario) -> Answer:
    from quotaproof.nation_summary import nations

    return Answer(nations(scenario))


def _nation(job: Job, scenario: Scenario) -> Answer:
    from quotaproof.nation_summary import nation

    return Answer(nation(scenario, job.about[0]))


_KINDS: dict[str, Callable[[Job, Scenario], Answer]] = {
    "describe": _describe,
    "table": _table,
    "published": _as_published,
    "allocate": _allocate,
    "verify": _verify,
    "whatif": _whatif,
    "after": _after,
    "explain": _explain,
    "reserve": _reserve,
    "joint-reserve": _joint_reserve,
    "lists": _lists,
    "nations": _nations,
    "nation": _nation,
    "infer": _infer,
    "season": _season,
}
