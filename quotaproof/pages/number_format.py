"""What the format of a number in a workbook makes a reader see: `[=1]"✓";0` shows ✓ for 1."""

from __future__ import annotations

import re

LONGEST = 255
PARTS = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|\\(?P<escaped>.)|(?P<blank>_.)|\*.|\[(?P<brackets>[^\]]*)\]|(?P<general>general|standard)"
    r"|(?P<digits>[0#?](?:[0#?.,]*[0#?])?)|(?P<end>;)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s?(-?\d{1,6}(?:\.\d{1,6})?)")
COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d{1,2}", re.IGNORECASE)
CURRENCY = re.compile(r"\$([^-]{0,9})(?:-.{0,9})?")
LITERAL = frozenset(" +-()$:!&~{}<>='^€£¥–−")
"""Signs that are shown as they are."""


def shown_by(value: float, form: str) -> str | None:
    """Return the text that a number of nought or more has in a format; None if that is not worked out here.

    A number that is not whole keeps its fraction, which a format may round away.

    Examples
    --------
    >>> [shown_by(3, form) for form in ("0", '0" places"', '_(* #,##0_);_(* (#,##0);_(* "-"??_)', "+0;-0;0", "0.0%")]
    ['3', '3 places', '3', '+3', None]
    >>> [shown_by(0, form) for form in ("0;-0;", '_(* #,##0_);_(* (#,##0);_(* "-"??_)', '[=1]"✓";[=0]"–";General')]
    ['', '-', '–']
    """
    if value < 0 or len(form) > LONGEST:
        return None
    number = str(int(value)) if value == int(value) else str(value)
    if form.strip() == "@":  # the format for texts shows a number as it is
        return number
    sections: list[tuple[str | None, str]] = [("", "")]
    counts = [0]
    for part in PARTS.finditer(form):
        condition, text = sections[-1]
        if part["end"]:
            sections.append(("", ""))
            counts.append(0)
            continue
        own: str | None = ""
        if part["quoted"] is not None:
            own = part["quoted"]
        elif part["escaped"]:
            own = part["escaped"]
        elif part["blank"]:
            own = " "
        elif part["general"] or part["digits"]:
            counts[-1] += 1
            own = number if part["general"] or "0" in part["digits"] or value else ""
        elif part["brackets"] is not None:
            found, money = CONDITION.fullmatch(part["brackets"]), CURRENCY.fullmatch(part["brackets"])
            if found:
                condition = found[0]
            own = money[1] if money else "" if found or COLOUR.fullmatch(part["brackets"]) else None
        elif part["other"]:
            own = part["other"] if part["other"] in LITERAL else "" if part["other"] == "@" else None
        is_known = own is not None and condition is not None and counts[-1] < 2
        sections[-1] = (condition, text + str(own)) if is_known else (None, "")
    condition, text = _chosen(value, sections)
    return None if condition is None else " ".join(text.split())


def _chosen(value: float, sections: list[tuple[str | None, str]]) -> tuple[str | None, str]:
    """The section of a format that holds for a number."""
    if any(condition for condition, _ in sections):
        holding = (one for one in sections if one[0] is None or not one[0] or _holds(value, one[0]))
        return next(holding, (None, ""))
    return sections[2] if len(sections) > 2 and not value else sections[0]


def _holds(value: float, condition: str) -> bool:
    found = CONDITION.fullmatch(condition)
    if found is None:
        return False
    other = float(found[2])
    return {
        "=": value == other, "<>": value != other, "<": value < other, ">": value > other, "<=": value <= other,
        ">=": value >= other,
    }[found[1]]  # fmt: skip
