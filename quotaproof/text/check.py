"""What the checker says of a certificate, as text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .grid import wrap

SHOWN = 20
"""Most problems that are listed; the rest are counted."""


def checked(file: Path, scenario: str, problems: Sequence[str], form: str) -> str:
    """Return the verdict, with a sentence for each problem."""
    heading, bullet = ("## ", "- ") if form == "markdown" else ("", "  - ")
    if not problems:
        sentence = (
            f"accepted. Under the readings it names, the rules and standings of {scenario} give exactly the places and "
            "quota places it states."
        )
        verdict = f"{heading}{file}: {sentence}"
        blocks = [wrap(verdict) if form == "table" else verdict]
    else:
        number = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        lines = [f"{bullet}{problem}." for problem in problems[:SHOWN]]
        if len(problems) > SHOWN:
            lines.append(f"{bullet}and {len(problems) - SHOWN} more.")
        blocks = [f"{heading}{file}: rejected for {scenario}, {number}.", "\n".join(lines)]
    return "\n\n".join(blocks) + "\n"
