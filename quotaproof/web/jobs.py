"""One question for a worker process, and its answer: plain values, that go from process to process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from quotaproof.model.allocation import EngineName

from .changes import Asked


@dataclass(frozen=True, slots=True)
class Job:
    """A question about a scenario folder.

    Attributes
    ----------
    kind
        `describe`, `table` (the allocation without its decisions, and what questions can start from), `published` (the
        table as published), `allocate`, `verify`, `whatif`, `after` (the allocation after a what-if), `explain`,
        `reserve`, `joint-reserve`, `lists` (ranked lists), `nations`, `nation`, `infer` (what follows from single
        facts), `season`.
    identifier, folder, digest
        The scenario: its name, where it is, and what is in it.
    about
        NOC and column for `explain`, event for `reserve` and perhaps `lists`, NOC for `nation`, with the meet for
        `season`.
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
    brief
        An explanation in up to three sentences: why, what would change it, how sure that is.
    refusal
        Why there is no answer: (`input` or `limit` or `internal`, a sentence), that the folder holds something else by
        now, `changed`, or that the solve was stopped: `ended`, `memory` or (`time`, the seconds that it had).
    cut_off
        Whether a clock ended it before all was found out: the next time it may say more, so it is not kept.
    """

    document: Any = None
    prose: str = ""
    text: str = ""
    brief: tuple[str, ...] = ()
    refusal: tuple[str, str] | None = None
    cut_off: bool = False
