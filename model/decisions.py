"""Decisions: what was granted or refused, on which pathway, and the fact that decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .documents import DecisionDocument
from .pathways import KINDS, ListedPathway, Pathway, Reallocation
from .quantities import counted
from .rules import Gender, Rules

Figures = dict[str, int | str | None]
"""The numbers and names of a deciding fact."""

ONE = {"men": "man", "women": "woman"}

BY_LISTS: tuple[type[Pathway], ...] = (ListedPathway, Reallocation)
"""Kinds whose sentences are of places that go by ranked lists."""

SENTENCES: dict[str, str] = {
    "ranked": "rank {rank} of {event}; start place {number} of {places}",
    "host": "the host has one start place in {event} in any case",
    "event-full": "rank {rank} of {event}; better-ranked entries have its {places:start place}",
    "host-kept": "rank {rank} of {event}; the last of {places:start place} is kept for the host {host}",
    "noc-cap": "rank {rank} of {event}; {noc} already has {cap}, the most it may have",
    "gender-cap": "rank {rank} of {event}; it needs {more}, and the {gender} already need {needed} of {cap}",
    "total-cap": "rank {rank} of {event}; it needs {more}, and all NOCs already need {needed} of {cap}",
    "declined": "rank {rank} of {event}; {noc} gave back what it had there",
    "no-quota-place": "rank {rank}: no quota place is left, {total} of {cap} are given",
    "gender-full": "rank {rank}: the {gender} already have {total} of {cap}, and the cap is read as a hard one",
    "tie": "rank {rank} is shared with {others}, and fewer quota places are left than they are",
    **{name: words for kind in KINDS if not issubclass(kind, BY_LISTS) for name, words in kind.sentences.items()},
}
"""The wording of each kind of deciding fact: those that kinds of pathways share, then each kind's own.

Names in braces are its figures, with the noun that one counts, if any.
"""


LISTED_SENTENCES = {
    name: words for kind in KINDS if issubclass(kind, BY_LISTS) for name, words in kind.sentences.items()
}
"""The same for what goes by ranked lists."""


class _Figure(int):
    """A number that a noun may follow where it is formatted: `{places:start place}`."""

    def __format__(self, noun: str) -> str:
        return counted(self, noun) if noun else str(int(self))


TO_NOBODY = ("reallocated-none", "returned-none", "returned-elsewhere", "returned-open")
"""The kinds of decision that say of a place given back, and its NOC, why nobody has it now."""


class Decision(NamedTuple):
    """One grant or refusal.

    `kind` names the deciding fact (a key of `SENTENCES` or `LISTED_SENTENCES`), `figures` its numbers and names.
    `event` and `qualifier` are
    None for quota places, `gender` is None for the mixed relay's start places.
    """

    pathway: str
    event: str | None
    noc: str
    gender: Gender | None
    qualifier: int | None
    granted: bool
    kind: str
    figures: Mapping[str, int | str | None]

    @property
    def reason(self) -> str:
        """The deciding fact in words."""
        figures = {
            name: "unranked" if value is None and name == "rank" else value for name, value in self.figures.items()
        }
        words = {"event": self.event, "noc": self.noc, "gender": self.gender, **figures}
        if "lacking" in words:
            words["one"] = ONE[str(words["lacking"])]
        elif self.gender in ONE:
            words["one"] = ONE[str(self.gender)]
        if "more" in words:
            words["more"] = "one more athlete" if words["more"] == 1 else f"{words['more']} more athletes"
        return (SENTENCES.get(self.kind) or LISTED_SENTENCES[self.kind]).format(
            **{name: _Figure(value) if isinstance(value, int) else value for name, value in words.items()}
        )

    def to_dict(self, rules: Rules) -> DecisionDocument:
        """Return the decision with the JSON keys of the command line."""
        clause = next((p.clause for p in rules.pathways if p.identifier == self.pathway), rules.host_clause)
        return {
            "pathway": self.pathway,
            "event": self.event,
            "noc": self.noc,
            "gender": self.gender,
            "qualifier": self.qualifier,
            "granted": self.granted,
            "clause": rules.host_clause if self.kind in ("host", "host-kept", "enters-host") else clause,
            "reason": self.reason,
            "fact": {"kind": self.kind, **self.figures},
        }
