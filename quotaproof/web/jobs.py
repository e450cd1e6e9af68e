"""One question answered in a worker process: plain values in, plain values out."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from quotaproof.model.allocation import EngineName
from quotaproof.model.errors import InputError, LimitError, QuotaError

from .changes import Asked
from .formats import FORMATS
from .schemas import PublishedDocument, ScenarioDocument, StartsDocument
from .worker_process import bound_memory, end_with_parent

if TYPE_CHECKING:
    from quotaproof.model.changes import Change
    from quotaproof.model.documents import AllocationDocument
    from quotaproof.model.published import Published
    from quotaproof.model.scenario import Scenario

HEAVY = (
    "quotaproof.api",
    "quotaproof.text",
    "quotaproof.solver.explain",
    "quotaproof.solver.infer",
    "quotaproof.solver.whatif.recipient_search",
    "quotaproof.solver.verify.verify",
    "quotaproof.solver.whatif.whatif",
)
"""Modules that answers need; they take seconds to import, so that is done before the first question."""

INFER_LIMIT = 20.0
"""Deterministic seconds for the ranges that a page shows; what is not proved then is marked."""

KEPT = 8
"""Scenarios that a worker keeps loaded."""


@dataclass(frozen=True, slots=True)
class Job:
    """A question about a scenario folder.

    Attributes
    ----------
    kind
        `describe`, `table` (the allocation without its decisions, and what questions can start from), `published` (the
        table as published), `allocate`, `verify`, `whatif`, `after` (the allocation after a what-if), `explain`,
        `reserve`, `infer` (what follows from single facts).
    identifier, folder, digest
        The scenario: its name, where it is, and what is in it.
    about
        NOC and column for `explain`, event for `reserve`.
    engine
        What a what-if with complete standings is answered by. The reference gives what CP-SAT proves, ten times sooner.
    form
        A format to write the answer in, instead of the document.
    """

    kind: str
    identifier: str
    folder: str
    digest: str
    asked: Asked = field(default_factory=Asked)
    about: tuple[str, ...] = ()
    why_not: str | None = None
    how_close: bool = False
    engine: EngineName = "greedy"
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker hands back.

    Attributes
    ----------
    document
        With the JSON keys of the command line.
    prose
        The same in words, as Markdown without tables.
    text
        The answer in the job's format, if it has one.
    refusal
        Why there is no answer: (`input` or `limit` or `internal`, a sentence).
    """

    document: Any = None
    prose: str = ""
    text: str = ""
    refusal: tuple[str, str] | None = None


_loaded: LRUCache[tuple[str, str], Scenario] = LRUCache(KEPT)


def warm(memory: int) -> None:
    """Bound the bytes of data of this process, and import what solves need, so that the first one need not wait."""
    # A request to terminate comes to the whole group of processes, and is the server's to answer.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    bound_memory(memory)
    for module in HEAVY:
        import_module(module)


def run(job: Job) -> Answer:
    """Return the answer to a job; whatever is wrong with the question is a refusal."""
    try:
        return _KINDS[job.kind](job, _scenario(job))
    except InputError as error:
        return Answer(refusal=("input", _without_folder(error, job)))
    except LimitError as error:
        return Answer(refusal=("limit", f"{error}."))
    except QuotaError as error:
        return Answer(refusal=("internal", f"The answer failed its own check ({error}), so it is not given."))
    except (MemoryError, RecursionError):
        return Answer(refusal=("limit", "The question needs more memory than a solve may take, so it was stopped."))


def _without_folder(error: InputError, job: Job) -> str:
    """The sentence without the place of the folder, which is nobody's business."""
    file = Path(error.file).name if error.file else None
    sentence = str(InputError(error.problem, file=file, line=error.line, field=error.field))
    sentence = sentence.replace(f"{job.folder}/", "").replace(job.folder, job.identifier)
    return sentence if file else sentence[:1].upper() + sentence[1:]


def _scenario(job: Job) -> Scenario:
    from quotaproof.model.scenario_loading import load_folder

    key = (job.folder, job.digest)
    if key not in _loaded:
        _loaded[key] = load_folder(Path(job.folder))
    return _loaded[key]


def _changes(asked: Asked, scenario: Scenario) -> list[Change]:
    """The changes that the words state. There is no file among them: a link must not name one."""
    from quotaproof.model import changes as c

    read: dict[str, Callable[[str], Change]] = {
        "exclude": c.Exclude,
        "host": c.parse_host,
        "set": c.parse_cap,
        "reading": c.parse_reading,
        "move": lambda words: c.parse_move(words, scenario.rules),
        "decline": lambda words: c.parse_decline(words, scenario.rules),
    }
    return [read[name](words) for name, words in asked.changes]


def _changed(asked: Asked, scenario: Scenario) -> Scenario:
    from quotaproof.model.changes import apply

    return apply(scenario, _changes(asked.without_declines(), scenario)) if asked else scenario


def _answer(job: Job, document: Any, write: Callable[[str], str]) -> Answer:
    """The document with its prose, or in the format asked for; `write` is a text of the command line."""
    if job.form is not None:
        return Answer(text=FORMATS[job.form].write(document, write))
    return Answer(document, prose=write("markdown"))


def _describe(job: Job, scenario: Scenario) -> Answer:
    from quotaproof.solver.declines import undone_first

    rules, published = scenario.rules, scenario.published
    chosen = scenario.readings.to_dict()
    missing = scenario.standings.incomplete_events(rules)
    document: ScenarioDocument = {
        "scenario": job.identifier,
        "title": scenario.title,
        "games": scenario.games,
        "host": scenario.host,
        "total": rules.total,
        "gender_caps": dict(rules.gender_caps),
        "events": [
            {
                "id": event.identifier,
                "label": event.label,
                "gender": event.gender,
                "kind": event.kind,
                "start_places": event.start_places,
                "noc_cap": event.noc_cap,
            }
            for event in rules.events
        ],
        "nocs": list(scenario.nocs),
        "shown": {noc: alias.shown(noc) for alias in scenario.aliases for noc in alias.federations},
        "pathways": [{"id": p.identifier, "title": p.title, "clause": p.clause} for p in rules.pathways],
        "readings": [
            {
                "name": reading.name,
                "question": reading.question,
                "clause": reading.clause,
                "values": list(reading.values),
                "chosen": chosen[reading.name],
            }
            for reading in scenario.open_readings
        ],
        "by_lists": rules.by_lists,
        "reserve_events": list(rules.reserve_events),
        "complete": not missing,
        "undone_first": None if missing else undone_first(scenario),
        "incomplete_events": sorted(missing),
        "published": None if published is None else _published(published),
        "on_record": bool(scenario.declines or scenario.invitations),
        "dates": dict(scenario.dates),
        "sources": list(scenario.sources),
    }
    return Answer(document)


def _published(table: Published) -> PublishedDocument:
    return {
        "columns": list(table.columns),
        "cells": {noc: dict(row) for noc, row in table.cells.items()},
        "totals": dict(table.totals),
    }


def _allocate(job: Job, scenario: Scenario) -> Answer:
    from quotaproof import text
    from quotaproof.api import allocate, report

    changed = _changed(job.asked, scenario)
    if job.form == "wikitext":
        return _answer(job, {}, lambda form: str(report(changed, "wikitext", table="rules")))
    allocation = allocate(changed)
    document: AllocationDocument = {**allocation.to_dict(), "scenario": job.identifier}
    if scenario.rules.by_lists:
        return _answer(job, document, lambda form: text.listed_allocation(allocation, scenario, form))
    return _answer(job, document, lambda form: text.allocation(allocation, form, shown=scenario.shown))


def _table(job: Job, scenario: Scenario) -> Answer:
    """The allocation, and which tables a question can start from."""
    from quotaproof.api import allocate

    document = {**allocate(scenario).to_dict(), "scenario": job.identifier, "start": _starts(scenario)}
    del document["decisions"]
    return Answer(document)


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
    from quotaproof import text
    from quotaproof.api import report

    published = scenario.published
    if published is None:
        raise InputError("no table was published", file="published.csv")
    if job.form == "wikitext":
        return _answer(job, {}, lambda form: str(report(scenario, "wikitext", table="published")))
    document = {"scenario": job.identifier, "table": "as published", "published": _published(published)}
    return _answer(job, document, lambda form: text.quota_table(published, form, shown=scenario.shown))


def _verify(job: Job, scenario: Scenario) -> Answer:
    from quotaproof import text
    from quotaproof.api import verify
    from quotaproof.solver.verify.list_verification import ListVerification

    changed = _changed(job.asked, scenario)
    result = verify(changed)
    document = {**result.to_dict(), "scenario": job.identifier}
    if isinstance(result, ListVerification):
        return _answer(job, document, lambda form: text.list_verification(result, form))
    return _answer(job, document, lambda form: text.verification(result, changed, form))


def _whatif(job: Job, scenario: Scenario) -> Answer:
    from quotaproof import text
    from quotaproof.api import whatif
    from quotaproof.solver.whatif.recipients import Recipients

    mode: Any = job.asked.mode
    result = whatif(scenario, _changes(job.asked, scenario), mode, job.engine, job.asked.start)
    document = {**result.to_dict(), "scenario": job.identifier}
    show: Any = text.recipients if isinstance(result, Recipients) else text.whatif
    return _answer(job, document, lambda form: show(result, scenario, form))


def _after(job: Job, scenario: Scenario) -> Answer:
    """The allocation after a what-if."""
    from quotaproof import text
    from quotaproof.api import whatif
    from quotaproof.solver.whatif.recipients import Recipients

    mode: Any = job.asked.mode
    result = whatif(scenario, _changes(job.asked, scenario), mode, job.engine, job.asked.start)
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
    return _answer(job, document, lambda form: text.allocation(result.after, form))


def _explain(job: Job, scenario: Scenario) -> Answer:
    from quotaproof import text
    from quotaproof.api import explain

    noc, *column = job.about
    changed = _changed(job.asked, scenario)
    result = explain(changed, noc, column[0] if column else None, job.why_not, how_close=job.how_close)
    document = {**result.to_dict(), "scenario": job.identifier}
    return _answer(job, document, lambda form: text.explanation(result, form, how_close=job.how_close))


def _reserve(job: Job, scenario: Scenario) -> Answer:
    from quotaproof import text
    from quotaproof.api import reserve

    entries = reserve(
        scenario, job.about[0], start=job.asked.start or "rules", changes=_changes(job.asked.starting(), scenario)
    )
    document = [entry.to_dict() for entry in entries]
    return _answer(job, document, lambda form: text.reserve(entries, form))


def _infer(job: Job, scenario: Scenario) -> Answer:
    """What each number can be where no table is known, or not in full; reasons are left to the command line."""
    from quotaproof import text
    from quotaproof.api import infer

    result = infer(scenario, reasons=False, limit=INFER_LIMIT)
    document = {**result.to_dict(), "scenario": job.identifier}
    return _answer(job, document, lambda form: text.inference(result, form))


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
    "infer": _infer,
}
