"""What the checker says of a certificate, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quotaproof.model.quantities import counted, men_and_women

from .grid import wrap

SHOWN = 20
"""Most problems that are listed; the rest are counted."""


def accepted(file: Path, scenario: str, certificate: Mapping[str, Any], form: str) -> str:
    """Return what an accepted certificate proves."""
    totals = certificate["totals"]["men"], certificate["totals"]["women"]
    readings = ", ".join(f"{name} = {value}" for name, value in certificate["readings"].items())
    starts = counted(sum(sum(numbers.values()) for numbers in certificate["places"].values()), "start place")
    given = f"places and quota places: {men_and_women(totals)}" if any(totals) else starts
    sentences = [f"{file}: accepted.", f"The rules and standings of {scenario} give exactly these {given}."]
    if readings:
        sentences.append(f"Read with {readings}.")
    if certificate["ties"]:
        sentences.append(f"The order of {counted(len(certificate['ties']), 'tied entry')} is that of the file.")
    text = " ".join(sentences)
    return f"## {text}\n" if form == "markdown" else f"{wrap(text)}\n"


def rejected(file: Path, scenario: str, problems: Sequence[str], form: str) -> str:
    """Return why a certificate is rejected, a sentence for each problem."""
    heading, bullet = ("## ", "- ") if form == "markdown" else ("", "  - ")
    lines = [f"{bullet}{problem}." for problem in problems[:SHOWN]]
    if len(problems) > SHOWN:
        lines.append(f"{bullet}and {len(problems) - SHOWN} more.")
    head = f"{heading}{file}: rejected for {scenario}, {counted(len(problems), 'problem')}."
    listed = "\n".join(lines)
    return f"{head}\n\n{listed}\n" if form == "markdown" else f"{wrap(head)}\n\n{wrap(listed)}\n"
