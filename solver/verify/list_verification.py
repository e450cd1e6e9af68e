"""What `verify` answers about a ranked list that somebody published, or about who entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from quotaproof.solver.documents import DeviationDocument, VerificationDocument

from .findings import Finding


@dataclass(frozen=True)
class ListVerification:
    """The answer to whether a published list, or the entries, are what the rules give.

    Attributes
    ----------
    what, source, note
        What was compared, where it comes from, and what is to be known of it.
    summary
        What was compared, in sentences.
    findings
        What is not as the rules give it; empty if all is.
    unused
        Places that nobody entered for, which contradicts nothing.
    unjudged
        Columns that could not be judged: events that had not been raced or that a tie leaves open, athletes if nothing
        says how they are counted.
    standings
        Whether the lists are known.
    """

    scenario: str
    title: str
    what: str
    source: str
    note: str
    summary: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    unused: tuple[Finding, ...] = ()
    unjudged: tuple[str, ...] = ()
    standings: Literal["complete", "incomplete"] = "complete"

    @property
    def consistent(self) -> bool:
        """Whether nothing differs from what the rules give."""
        return not self.findings

    def to_dict(self) -> VerificationDocument:
        """Return the answer with the JSON keys of the command line."""
        deviations: list[DeviationDocument] = [
            {
                "noc": one.noc,
                "column": one.column,
                "published": one.published or 0,
                "expected": one.expected,
                "message": one.message,
                "explained_by": [],
            }
            for one in self.unused
        ]
        return {
            "scenario": self.scenario,
            "verdict": "as-the-rules-give" if self.consistent else "not",
            "consistent": self.consistent,
            "standings": self.standings,
            "explanation": [],
            "explanation_unique": None,
            "findings": [one.to_dict() for one in self.findings],
            "repairs": [],
            "repairs_complete": False,
            "repairs_at_least": 0,
            "why_only": {},
            "readings": [],
            "repaired_readings": [],
            "chosen_readings": {},
            "changes": [],
            "deviations": deviations,
            "unjudged": list(self.unjudged),
            "judged": "published",
            "totals": None,
            "implied": [],
            "published_list": {"title": self.what, "source": self.source, "note": self.note},
            "summary": list(self.summary),
        }
