"""A question and its answer as a card: title, sentence, and the preview picture that pages of others show of a link."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import escape

from quotaproof.first_mention import named

from . import phrases
from .badges import TONES
from .changes import Asked
from .charts import who
from .jobs import Answer
from .languages import SOURCE, first_capital, gettext, language, ngettext
from .list_words import from_whom, note

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FONTS = resources.files(__package__) / "fonts"
WIDTH, HEIGHT = 1200, 630
"""What pages of others show without cutting it."""

COLOURS = {"right": "#1f6236", "changed": "#73520a", "wrong": "#9c2f19", "": "#0d5560"}
"""Of the bar on the left, as in the pages; the sentence says the same in words."""

PAPER, INK, SOFT = "#fbfaf7", "#1c2024", "#565c63"


@dataclass(frozen=True, slots=True)
class Card:
    """What is said of a page elsewhere.

    Attributes
    ----------
    picture
        Address of the preview picture.
    """

    title: str
    sentence: str
    picture: str
    tone: str = ""


def of_table(scenario: Mapping[str, Any], home: str, verification: Answer | None, sentence: str) -> Card:
    """Return the card of a verdict, which is the sentence, or of a table that nothing is said of."""
    picture = f"{home}/preview.png"
    if verification is None:
        return Card(scenario["title"], gettext("The table, and why each number is what it is."), picture)
    found = verification.document
    changes = phrases.listed_changes(verification.prose) if found.get("explanation") else []
    if changes and language() == SOURCE:
        sentence = f"{sentence} {named(changes[0], scenario['names'])}"
    return Card(scenario["title"], sentence, picture, TONES[found["verdict"]])


def of_whatif(scenario: Mapping[str, Any], home: str, asked: Asked, names: Mapping[str, str], headline: str) -> Card:
    """Return the card of a what-if."""
    what = [phrases.plainly(phrases.in_words(name, words, names), scenario["names"]) for name, words in asked.changes]
    question = f"{phrases.in_a_row(what)}:" if what else gettext("What if:")
    sentence = headline or gettext("Who gains if a nation gives places back?")
    query = f"?{quote(asked.query(), safe='=&:,')}" if asked.query() else ""
    return Card(f"{question} {scenario['title']}", sentence, f"{home}/whatif/preview.png{query}")


def of_nation(scenario: Mapping[str, Any], home: str, found: Mapping[str, Any], certain: str) -> Card:
    """Return the card of an NOC: what it has, and its next place or what it missed."""
    noc = found["noc"]
    who = scenario["names"].get(noc, found["name"])
    labels = {event["id"]: event["label"] for event in scenario["events"]}
    held = sum(number for column, number in found["cells"].items() if column in labels)
    parts: list[str] = []
    if held or found["cells"].get("athletes"):
        number = found["cells"].get("athletes")
        athletes = [] if number is None else [ngettext("%(num)s athlete", "%(num)s athletes", number)]
        what = phrases.in_a_row([*athletes, _start_places(held)])
        parts += [gettext("%(nation)s: %(what)s.", nation=who, what=what)]
    elif certain:
        parts += [certain]
    elif scenario["complete"]:
        parts += [gettext("%(nation)s has no place.", nation=who)]
    for one in found["first_out"][:1]:
        next_in_line = ngettext(
            "Next in line: %(event)s, if %(num)s place comes free.",
            "Next in line: %(event)s, if %(num)s places come free.",
            one["entry"]["turn"],
            event=labels[one["event"]],
        )
        parts.append(next_in_line)
    blocked = [one for one in found["entries"] if one["entry"]["standing"] == "blocked"]
    for one in blocked[: 0 if found["first_out"] or held else 1]:
        behind = one["entry"]["behind"]
        told = {"event": labels[one["event"]], "rank": one["entry"]["rank"], "behind": from_whom(behind)}
        if behind.endswith("behind"):
            parts.append(gettext("In the %(event)s it is at rank %(rank)s, %(behind)s.", **told))
        else:
            parts.append(gettext("In the %(event)s it is at rank %(rank)s.", **told))
    sentence = " ".join(parts) or gettext("What %(nation)s has, and what was close.", nation=who)
    return Card(f"{who}, {scenario['title']}", sentence, f"{home}/nations/{quote(noc)}/preview.png")


def of_list(scenario: Mapping[str, Any], home: str, event: Mapping[str, Any]) -> Card:
    """Return the card of an event: the last that is in, and who is next."""
    names = scenario["names"]
    label = {one["id"]: one["label"] for one in scenario["events"]}[event["event"]]
    parts: list[str] = [f"{_start_places(event['places'])}."]
    for ranked in event["lists"][:1]:
        if ranked["cut"] is not None:
            last = ranked["entries"][ranked["cut"] - 1]
            named_last = who(last, names)
            if last["points"] is None:
                parts.append(gettext("The last that is in: %(who)s.", who=named_last))
            else:
                points = ngettext("%(num)s point", "%(num)s points", last["points"])
                parts.append(gettext("The last that is in: %(who)s with %(points)s.", who=named_last, points=points))
    if event["next"]:
        following = ", ".join(who(one, names) for one in event["next"][:3])
        parts.append(gettext("Next in line: %(nocs)s.", nocs=following))
    elif event["note"]:
        parts.append(escape(note(event["note"], label)).striptags())
    return Card(
        f"{first_capital(label)}, {scenario['title']}",
        " ".join(parts),
        f"{home}/lists/{quote(event['event'])}/preview.png",
    )


def _start_places(number: int) -> str:
    return ngettext("%(num)s start place", "%(num)s start places", number)


# The picture ----------------------------------------------------------------------------------------------------------


def drawn(card: Card) -> bytes:
    """Return the preview picture of a card as PNG; the same card gives the same bytes."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    colour = COLOURS.get(card.tone, COLOURS[""])
    draw.rectangle((0, 0, 23, HEIGHT), fill=colour)
    y = 64
    for line, font in _lines(card.title, 40, 3):
        draw.text((80, y), line, font=font, fill=SOFT)
        y += 52
    y += 28
    room = HEIGHT - 90 - y
    sizes = (60, 52, 44, 38, 32)
    size = next((one for one in sizes if len(_wrapped(card.sentence, one, True)) * one * 1.3 <= room), sizes[-1])
    for line, font in _lines(card.sentence, size, int(room / (size * 1.3)), bold=True):
        draw.text((80, y), line, font=font, fill=INK)
        y += int(size * 1.3)
    draw.text((80, HEIGHT - 72), "quotaproof", font=_font(34, bold=True), fill=colour)
    buffer = io.BytesIO()
    image.quantize(32).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _font(size: int, bold: bool = False) -> FreeTypeFont:
    """The font that comes with quotaproof, the same on every machine."""
    from PIL import ImageFont

    return ImageFont.truetype(str(FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")), size)


def _wrapped(text: str, size: int, bold: bool = False) -> list[str]:
    """The lines of a text that fit between the margins."""
    font = _font(size, bold)
    lines = [""]
    for word in text.split():
        for part in textwrap.wrap(word, 25):
            longer = f"{lines[-1]} {part}".strip()
            if font.getlength(longer) <= WIDTH - 160:
                lines[-1] = longer
            else:
                lines.append(part)
    return [line for line in lines if line]


def _lines(text: str, size: int, most: int, bold: bool = False) -> list[tuple[str, FreeTypeFont]]:
    found = _wrapped(text, size, bold)
    kept = found[:most]
    if len(found) > most:
        kept[-1] = f"{kept[-1].rstrip('.,;')} …"
    return [(line, _font(size, bold)) for line in kept]
