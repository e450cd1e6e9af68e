"""What `verify` answers about a ranked list that somebody published, or about who entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from quotaproof.model.documents import document_of
from quotaproof.solver.documents import DeviationDocument, VerificationDocument
from quotaproof.solver.verify.findings import verified

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
        return verified(
            self,
            verdict="as-the-rules-give" if self.consistent else "not",
            deviations=[
                document_of(DeviationDocument, one, published=one.published or 0, explained_by=[])
                for one in self.unused
            ],
            judged="published",
            published_list={"title": self.what, "source": self.source, "note": self.note},
            summary=self.summary,
        )
