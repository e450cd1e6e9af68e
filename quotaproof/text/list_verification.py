"""Whether a published list is what the results give, as text."""

from __future__ import annotations

from quotaproof.model.scenario import Scenario
from quotaproof.solver.verify.list_verification import ListVerification

from .grid import Tone, grid, toned, with_names, wrap


def list_verification(result: ListVerification, scenario: Scenario, form: str, *, color: bool = False) -> str:
    """Return the verdict, what was compared, and each finding."""
    if form == "csv":
        header = ["kind", "noc", "column", "published", "expected", "message"]
        rows = [
            [one.kind, one.noc or "", one.column, _number(one.published), _number(one.expected), one.message]
            for one in (*result.findings, *result.unused)
        ]
        return grid(header, rows, form, color=color)
    fits = "What the rules give." if result.standings == "complete" else "Nothing in it is against the rules."
    verdict = fits if result.consistent else "Not what the rules give."
    about = [f"{result.title}: {result.what}."]
    about += [f"Source: {result.source}."] if result.source else []
    about += [result.note] if result.note else []
    parts = [" ".join(about), verdict if form != "markdown" else f"**{verdict}**", "\n".join(_lines(result.summary))]
    for heading, own in (("Differences", result.findings), ("Not used", result.unused)):
        if own:
            parts.append(f"{heading}:\n" + "\n".join(_lines([f"{one.message}." for one in own])))
    text = with_names("\n\n".join(parts) + "\n", scenario)
    if form == "markdown":
        return text
    tone: Tone = "good" if result.consistent else "bad"
    return f"{wrap(text)}\n".replace(verdict, toned(verdict, tone, color=color), 1)


def _lines(sentences: tuple[str, ...] | list[str]) -> list[str]:
    return [f"  - {sentence}" for sentence in sentences]


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
