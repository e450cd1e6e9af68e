"""What the styles of a page or sheet say of a text: how an element is laid out, and whether anybody sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .page import Budget, shade_of

DISPLAY = re.compile(r"(?<![\w-])display\s{0,9}:\s{0,9}([a-z-]{1,20})")
NOUGHT = r"\s{0,9}:\s{0,9}0{0,9}\.?0{0,9}"
NOT_SHOWN = re.compile(
    r"(?<![\w-])(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}(?:hidden|collapse)"
    r"|color\s{0,9}:\s{0,9}transparent"
    rf"|opacity{NOUGHT}%?\s{{0,9}}(?:[;!]|$)|font-size{NOUGHT}\s{{0,9}}(?:px|pt|em|rem|%)?\s{{0,9}}(?:[;!]|$))"
)
COLOUR = re.compile(r"(?<![\w-])color\s{0,9}:\s{0,9}([^;!]{1,60})")
MEDIA = re.compile(r"@media[^{}]{0,300}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
"""Rules for paper or small screens."""

RULES = re.compile(r"([^{}]{1,300})\{([^{}]{0,2000})\}")
CLASS = re.compile(r"\.([\w-]+)\s*(?:,|$)")
CLASS_ALONE = re.compile(r"(?:^|[,;])\s*\w*\.([\w-]+)\s*(?=,|$)")
"""A class that is all of a selector: what stands ahead of others tells in which elements they hold."""

SIGNED = re.compile(r"\.([\w-]+)::?(?:before|after)")
CONTENT = re.compile(r"(?<![\w-])content\s{0,9}:\s{0,9}(?!none|normal|\"\"|''|inherit)[^;]{1,200}")
ATTRIBUTE = re.compile(r"attr\(\s{0,9}([\w-]+)")

OF_CELLS = re.compile(r"(?<![\w.#-])(?:t[dhr]|col)(?![\w-])")

CLASS_OF_ROWS = re.compile(r"\.([\w-]+)\s*>?\s*(?:t[dh]|\*)\s*(?=,|$)")
"""A class whose cells a selector is of: `tr.gone td`."""

TOLD = ("color", "background", "line-through", "vertical-align", "font-size")
"""What is remembered of the rules of a class, besides those that hide."""

RAISED = re.compile(r"vertical-align\s{0,9}:\s{0,9}(?:super|sub)(?![\w-])")
SMALL = re.compile(
    r"font-size\s{0,9}:\s{0,9}(?:x{0,2}-?small|smaller|[1-8]?\d(?:\.\d{1,3})?%|0?\.\d{1,3}r?em|[1-7](?:\.\d{1,3})?p[tx])"
)
SMALL_MARK = re.compile(r"[\w*†‡§]{1,2}[.)]?")
"""What is a footnote mark in small print right behind a number."""

HIDDEN = "hidden"
"""In place of the colour of a text that nobody sees whatever its colours."""

WHITE = "ffffff"
NAMES = {
    "white": WHITE, "black": "000000", "red": "ff0000", "green": "008000", "blue": "0000ff", "yellow": "ffff00",
    "gray": "808080", "grey": "808080", "silver": "c0c0c0", "lightgray": "d3d3d3", "lightgrey": "d3d3d3",
    "lime": "00ff00", "orange": "ffa500", "snow": "fffafa", "ivory": "fffff0", "whitesmoke": "f5f5f5",
}  # fmt: skip
MOST_SHOWN = 20


def colour(text: str) -> str:
    """Return a colour as six digits of base 16 in small letters; empty if it is not known which one it is."""
    own = "".join(text.lower().split())
    if own in NAMES:
        return NAMES[own]
    digits = re.match(r"#?([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z])", own)
    if digits:
        found = digits[1]
        return "".join(2 * one for one in found) if len(found) == 3 else found[:6]
    parts = re.match(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})[,)]", own)
    return "".join(f"{min(int(part), 255):02x}" for part in parts.groups()) if parts else ""


@dataclass(slots=True)
class Styles:
    """What the style sheet in a page says of the classes of its elements."""

    _displays: dict[str, str] = field(default_factory=dict)
    _rules: dict[str, str] = field(default_factory=dict)
    signs: set[str] = field(default_factory=set)
    """Classes before or behind whose elements a text is written."""

    hiding: list[str] = field(default_factory=list)
    """Selectors of cells, rows or columns that a rule hides by their place."""

    written: set[str] = field(default_factory=set)
    """Attributes whose values are written before or behind an element."""

    def learn(self, text: str) -> None:
        """Remember how a page lays out the classes of its elements, and in which colours."""
        first, *others = text[:200_000].split("/*")
        said = "".join((first, *(other.partition("*/")[2] for other in others)))
        for selectors, rules in RULES.findall(MEDIA.sub(" ", said)):
            own = rules.lower()
            content = CONTENT.search(own)
            if content and ":" in selectors:
                self.signs.update(SIGNED.findall(selectors))
                self.written.update(ATTRIBUTE.findall(content[0]))
            if NOT_SHOWN.search(own) and OF_CELLS.search(selectors) and not CLASS_ALONE.search(selectors):
                self.hiding.append(" ".join(selectors.split())[:60])
            shown = DISPLAY.search(own)
            if shown and shown[1] != "none":
                self._displays.update(dict.fromkeys(CLASS.findall(selectors), shown[1]))
            if "line-through" in own:
                for name in CLASS_OF_ROWS.findall(selectors):
                    self._rules[name] = f"text-decoration:line-through;{self._rules.get(name, '')}"[:4000]
            if NOT_SHOWN.search(own) or any(word in own for word in TOLD):
                for name in CLASS_ALONE.findall(selectors):
                    self._rules[name] = f"{own};{self._rules.get(name, '')}"[:4000]

    def display(self, style: str, classes: Iterable[str]) -> str:
        """Return how an element is laid out: its own style counts before its classes."""
        return layout_of(style) or next((self._displays[name] for name in classes if name in self._displays), "")

    def of(self, style: str, classes: Iterable[str]) -> str:
        """Return the style of an element with what its classes add to it, its own first."""
        known = [self._rules[name] for name in classes if name in self._rules] if self._rules else []
        return ";".join((style, *known)) if known else style


def layout_of(style: str) -> str:
    """Return how a style lays an element out; empty if it does not say."""
    found = DISPLAY.search(style)
    return found[1] if found else ""


def is_hidden(style: str) -> bool:
    """Return whether a style keeps a text from being seen, whatever its colours."""
    found = NOT_SHOWN.search(style)
    if found is None:
        return False
    shown = DISPLAY.search(style)
    return not (found[0].startswith("display") and shown is not None and shown[1] != "none")


def is_raised(style: str) -> bool:
    """Return whether a style raises or lowers a text, as that of a footnote mark."""
    return "vertical-align" in style and RAISED.search(style) is not None


def is_small(tag: str, style: str, size: str = "") -> bool:
    """Return whether an element is in small print, by its tag, its style or the size of a `<font>`."""
    return (
        tag == "small" or size in ("1", "-1", "-2", "-3") or ("font-size" in style and SMALL.search(style) is not None)
    )


def is_small_mark(before: str, text: str) -> bool:
    """Return whether a text in small print is a footnote mark, since it is short and right behind a digit."""
    return before[-1:].isdecimal() and SMALL_MARK.fullmatch(text.rstrip()) is not None


def colours(
    style: str, attributes: Mapping[str, str], above: tuple[str, str], *, hidden: bool = False
) -> tuple[str, str]:
    """Return the colour of the text of an element and of what is behind it: its own, or those of what it is in.

    Parameters
    ----------
    style
        In small letters.
    attributes
        Of which `color` and `bgcolor` count where the style says nothing.
    above
        The same of what it is in; empty is a colour that is not known.
    hidden
        Whether nobody sees the text; its colour is `HIDDEN` then.
    """
    said, shade = COLOUR.search(style), shade_of(style, attributes.get("bgcolor"))
    ink = HIDDEN if hidden else colour(said[1] if said else attributes.get("color", ""))
    return ink or above[0], colour(shade) if shade else above[1]


def nobody_sees(ink: str, behind: str) -> bool:
    """Return whether a text of one colour cannot be seen before another, as `colours` gives them."""
    return ink != "" and ink in (HIDDEN, behind)


@dataclass(slots=True)
class Unseen:
    """Texts of cells that nobody sees: those in the colour of what is behind them, or of no size."""

    subject: str
    _places: list[str] = field(default_factory=list)

    def see(self, place: str, text: str) -> None:
        """Keep a text that is read although nobody sees it."""
        self._places.append(f"{text[:40]!r} ({place})")

    def say(self, budget: Budget) -> None:
        """List them in the report."""
        if self._places:
            more = f" and {len(self._places) - MOST_SHOWN} more" if len(self._places) > MOST_SHOWN else ""
            words = "texts in the colour of what is behind them, or hidden otherwise, are read as if they were seen"
            budget.note("guessed", self.subject, f"{words}: {', '.join(self._places[:MOST_SHOWN])}{more}")
