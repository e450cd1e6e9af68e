"""What is written in a cell, a heading or a caption of an HTML page, as the parser comes across it."""

from __future__ import annotations

from dataclasses import dataclass

from .page import Spanned, Written, tidy
from .styles import is_small_mark

LONGEST_CELL = 20_000
"""Characters of one cell that are kept; the longest real cell has about 300."""

NESTED = "a table within the cell"
TOO_LONG = f"a text of more than {LONGEST_CELL:,} characters"


@dataclass(slots=True)
class CellText(Written):
    """What is written in a cell, a heading or a caption."""

    tag: str = ""
    shade: str = ""
    rows: int = 1
    columns: int = 1
    strikes: int = 0
    size: int = 0
    in_note: int = 0
    blank: str = ""
    """What may be drawn in it without a text."""

    @property
    def written(self) -> int:
        """How much has been written, named or seen; it grows with each."""
        return self.size + len(self.names) + len(self.struck_names) + len(self.unclear)

    def write(self, text: str, *, is_small: bool = False) -> None:
        """Add a text to what is written, struck out or a note, whichever is open; `is_small` for small print."""
        if is_small and is_small_mark("".join(self.kept[-1:]), text):
            self.notes.append(f"\n{text}\n")
            self.size += len(text)
        elif self.size < LONGEST_CELL:
            (self.notes if self.in_note else self.struck if self.strikes else self.kept).append(text[:LONGEST_CELL])
            self.size += len(text)
        elif not self.unclear or self.unclear[-1] != TOO_LONG:
            self.unclear.append(TOO_LONG)

    def part(self, sign: str) -> None:
        """Set what follows apart from what is written, by a blank or a line."""
        if sign:
            (self.notes if self.in_note else self.struck if self.strikes else self.kept).append(sign)

    def see(self, what: str) -> None:
        """Keep something that is seen and cannot be read."""
        if len(self.unclear) < 20:
            self.unclear.append(what)

    def name(self, text: str) -> None:
        """Keep what a flag, link or picture says."""
        if text and len(self.names) + len(self.struck_names) < 200:
            (self.struck_names if self.strikes else self.names).append(text[:200])

    def spanned(self) -> Spanned:
        """Return the cell, with the rows and columns over which it goes."""
        self.notes = tidy("".join(self.notes)).split("\n")
        return Spanned(self.cell(header=self.tag == "th", shade=self.shade), self.rows, self.columns)
