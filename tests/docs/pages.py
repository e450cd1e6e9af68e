"""What a page of documentation shows: files, commands with their output, Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))

FENCE = re.compile(r"^```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?$")
MARK = re.compile(r"^<!-- (?P<word>long|run)(?:: (?P<rest>.*))? -->$")
INLINE = re.compile(r"`(quotaproof(?: [^`\n]*)?)`")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it is the content of (or none) and what marks stand above it.

    `<!-- long -->` above a block keeps it for `QUOTAPROOF_FULL=1`; `<!-- run: COMMAND -->` prepares for it.
    """

    page: Path
    line: int
    language: str
    title: str | None
    text: str
    long: bool
    prepare: tuple[str, ...]

    @property
    def where(self) -> str:
        return f"{self.page.relative_to(ROOT)}, line {self.line}"


@dataclass(frozen=True)
class Shown:
    """A command and the output that is shown under it; `...` stands for anything."""

    command: str
    output: tuple[str, ...]


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    number, marks = 0, []
    while number < len(lines):
        fence, mark = FENCE.match(lines[number]), MARK.match(lines[number])
        if mark:
            marks.append(mark)
        elif fence:
            end = lines.index("```", number + 1)
            yield Block(
                page,
                number + 1,
                fence["language"],
                fence["title"],
                "\n".join(lines[number + 1 : end]) + "\n",
                any(mark["word"] == "long" for mark in marks),
                tuple(mark["rest"] for mark in marks if mark["word"] == "run"),
            )
            number, marks = end, []
        elif lines[number].strip():
            marks = []
        number += 1


def commands(block: Block) -> list[Shown]:
    """Return the commands of a console block."""
    shown: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            shown.append((line[2:], []))
        elif shown and shown[-1][0].endswith("\\"):
            shown[-1] = (shown[-1][0][:-1] + line.strip(), [])
        elif shown:
            shown[-1][1].append(line)
        else:
            raise ValueError(f"{block.where}: a console block begins with a command")
    return [Shown(command, tuple(output)) for command, output in shown]


def inline(page: Path) -> list[str]:
    """Return the commands in running text and tables that name all their words (no SCENARIO, FILE, <id> or `...`)."""
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
    return [
        command
        for command in dict.fromkeys(INLINE.findall(text))
        if not re.search(r"[<>\[\]]|\.\.\.", command)
        and not any(re.fullmatch(r"[A-Z][A-Z_]{3,}", word) for word in command.replace("=", " ").split())
    ]


def is_part(shown: tuple[str, ...], real: str) -> bool:
    """Return whether the shown lines are in the real output, one after the other; a line `...` skips any number."""
    lines = [line.rstrip() for line in real.splitlines()]
    pieces: list[list[str]] = [[]]
    for line in shown:
        if line.strip() == "...":
            pieces.append([])
        else:
            pieces[-1].append(line.rstrip())
    position = 0
    for number, piece in enumerate(pieces):
        starts = [position] if number == 0 else range(position, len(lines) + 1)
        found = next((start for start in starts if lines[start : start + len(piece)] == piece), None)
        if found is None:
            return False
        position = found + len(piece)
    return not pieces[-1] or position == len(lines)
