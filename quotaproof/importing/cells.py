"""What a cell of a quota table means: a number of start places, a mark, nothing, or something that is not understood.

The table of notations in docs/import.md is this module in examples; a test walks it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from quotaproof.pages import Cell

from .vocabulary import meanings

Sure = Literal["plain", "guess", "unknown", "refused"]
MOST_DRAWN = 5
MOST = 399
"""Largest number that is read as one of places; a distance is longer."""

TICKS = frozenset("✓✔√☑✅🗸●•⬤■◉◆★☆⦿")
LETTERS = frozenset("xX×ХхＸｘ")
CIRCLES = frozenset("○◯〇⭕")
CROSSES = frozenset("✗✘❌☐")
"""Signs for no place. A box with a cross (☒) or a cross that may be an x (✕ ✖ ❎) is neither this nor a mark."""

DASHES = frozenset("-–—➖−‐‑‒―─⁻－ー")
YES = frozenset(
    {
        "yes", "y", "ja", "oui", "sì", "si", "sí", "tak", "igen", "да", "есть", "是", "有", "はい", "有り", "예", "네",
        "q", "qualified", "qualifiziert", "qualifié", "true", "ano", "áno", "evet", "kyllä", "sim", "jah", "jā", "taip",
        "так", "ναι", "da",
    }
)  # fmt: skip
NO = frozenset(
    {
        "no", "n", "nein", "non", "nee", "nie", "nem", "нет", "否", "无", "無", "なし", "いいえ", "아니오", "아니요",
        "n/a", "na", "none", "nil", "nichts", "aucun", "keine", "-", "false", "ne", "nej", "nei", "ei", "hayır", "não",
        "nē", "ні", "не", "όχι", "nu", "brak", "žádný", "ninguno", "nessuno", "geen",
    }
)  # fmt: skip
PICTURES_YES = frozenset(
    {
        "green tick", "tick", "check", "check mark", "checkmark", "yes", "yes check", "green check",
        "green check mark", "qualified", "black check", "ok", "grünes häkchen", "häkchen", "haken", "ja", "oui",
        "coche verte", "coche", "sì", "spunta", "sí", "marca de verificación", "vinkje", "tak", "да", "x",
    }
)  # fmt: skip
PICTURES_NO = frozenset(
    {
        "red x", "red cross", "no", "cross", "x mark", "xmark", "not qualified", "nein", "non", "kein", "nee", "nie",
        "нет", "rotes kreuz",
    }
)  # fmt: skip
SHORTCODES = {
    ":heavy_check_mark:": "✔", ":white_check_mark:": "✅", ":ballot_box_with_check:": "☑", ":check:": "✓",
    ":check_mark:": "✓", ":x:": "❌", ":cross_mark:": "❌", ":negative_squared_cross_mark:": "❎", ":o:": "⭕",
}  # fmt: skip
"""Signs by the names that forums and chats give them."""

COUNTERS = frozenset("人名席枠명개") | {
    "чел", "fő", "pers", "place", "spot", "slot", "berth", "platz", "pl", "quotenplatz", "quotenplätze", "posto",
    "plaats", "plaza", "cupo", "miejsce", "hely", "место", "мест", "місце", "місць", "místo", "míst", "miesto", "plats",
    "plads", "plass", "paikka", "vaga", "loc", "mjesto", "mesto", "koht", "vieta", "vietų", "място", "θέση", "орын",
    "athlete", "athlet", "athletin", "athlète", "atleta", "sportif", "sportler",
}  # fmt: skip
"""Words that count people or places, behind a number, where they are not also words of headers with that meaning."""

CHINESE = "零一二三四五六七八九十"
"""Numerals from nought to ten."""

BOXES = {"[x]": 1, "[X]": 1, "[✓]": 1, "[ ]": 0, "[]": 0}
"""Boxes as they are written in texts."""

OPEN = frozenset(
    {
        "?", "tbd", "tbc", "tba", "to be determined", "to be confirmed", "to be announced", "to be decided", "unknown",
        "not known", "n.k", "unk", "offen", "noch offen", "unbekannt", "wird noch bekanntgegeben", "à déterminer",
        "à confirmer", "inconnu", "da definire", "da determinare", "da confermare", "sconosciuto", "nog te bepalen",
        "n.t.b", "onbekend", "por determinar", "por definir", "por confirmar", "desconocido", "a definir",
        "a confirmar",
        "desconhecido", "nieznane", "do ustalenia", "neznámo", "neznámé", "bude upřesněno", "ismeretlen",
        "неизвестно", "уточняется", "будет определено", "невідомо", "okänt", "ukendt", "ukjent", "tuntematon",
        "未定", "待定", "未知", "不明", "미정", "미상",
    }
)  # fmt: skip
"""What stands for a number that is not known, or not yet."""

SUPERSCRIPTS = re.compile("[⁰¹²³⁴-⁹ªºᵃ-ᵿⁱⁿ⁺-⁾]{1,6}\\)?$")
NOTE = re.compile(r"(?:\[[^\[\]]{1,20}\]|(?:[*†‡§¶#]{1,4}|\([*†‡§¶#]{1,4})\)?|\^\[?\w{1,3}\]?\^?)$")
LETTER_NOTE = re.compile(r"(\d{1,3}) ?(?:\(([a-zA-Z])\)|([a-ln-wyz])\)?|\((host|H|h)\))$")
DECIMAL = re.compile(r"(\d{1,3})[.,]0{1,2}$")


@dataclass(frozen=True, slots=True)
class ReadPlaces:
    """What a cell says.

    Attributes
    ----------
    number
        Places; None if the cell says that they are not known, or is not understood.
    sure
        `plain`; `guess`, where `why` says what it rests on; `unknown`; or `refused`, where `why` says what is not
        understood.
    notes
        Marks of footnotes in it.
    mark
        The sign that was counted as a place or as none, if it is one whose meaning depends on those beside it.
    """

    number: int | None
    sure: Sure = "plain"
    why: str = ""
    notes: tuple[str, ...] = ()
    mark: str = ""


def read_places(cell: Cell, *, relay: bool = False) -> ReadPlaces:
    """Return what a cell says of start places; `relay` for a column in which a mark is usual."""
    if cell.unclear:
        return ReadPlaces(None, "refused", f"{cell.unclear[0]} is seen and not understood")
    if cell.text in BOXES:
        number = BOXES[cell.text]
        return ReadPlaces(
            number, "guess", f"it is taken for a box that is {'ticked' if number else 'empty'}", cell.notes
        )
    text, notes = without_notes(cell.text)
    notes = (*cell.notes, *notes)
    if not text and cell.names:
        return _picture(cell.names, notes)
    if not text:
        return _nothing(cell, notes)
    if is_open(text):
        return ReadPlaces(None, "unknown", f"{cell.text[:60]!r} says that it is not known", notes)
    text = SHORTCODES.get(text.casefold(), text)
    found = _number(text) or _repeated(text) or _sign(text, relay=relay) or _word(text)
    if found is None:
        return ReadPlaces(None, "refused", f"{cell.text[:60]!r} is no number of places", notes)
    return ReadPlaces(found.number, found.sure, found.why, (*notes, *found.notes), found.mark)


def without_notes(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without the footnote marks at its end, and these."""
    rest = " ".join(text.split())
    notes: list[str] = []
    for _ in range(6):
        mark = SUPERSCRIPTS.search(rest[-8:]) or NOTE.search(rest[-24:])
        if mark is None:
            break
        front = rest[: len(rest) - len(mark[0])].rstrip()
        if not front and not mark[0].startswith("["):
            break  # a star alone may be a mark
        notes.insert(0, mark[0])
        rest = front
    return rest, tuple(notes)


def is_open(text: str) -> bool:
    """Whether a text says that something is not known.

    Examples
    --------
    >>> [is_open(text) for text in ("?", "T.B.D.", "noch offen", "0", "none")]
    [True, True, True, False, False]
    """
    word = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .()[]:")
    return word in OPEN or (word.replace(".", "") in OPEN and len(word) < 6) or (bool(word) and set(word) == {"?"})


def _picture(names: tuple[str, ...], notes: tuple[str, ...]) -> ReadPlaces:
    said = {name: _said(name) for name in names}
    unknown = [name for name, number in said.items() if number is None]
    if unknown or len(set(said.values())) != 1:
        return ReadPlaces(None, "refused", f"a picture that says {(unknown or list(said))[0][:60]!r}", notes)
    return ReadPlaces(next(iter(said.values())), "plain", "", notes)


def _said(name: str) -> int | None:
    words = " ".join(name.casefold().replace("_", " ").split())
    for ending in (".svg", ".png", ".gif", ".jpg", ".webp"):
        words = words.removesuffix(ending)
    if words in PICTURES_YES or words in YES:
        return 1
    if words in PICTURES_NO or words in NO:
        return 0
    found = _number(words) or _sign(words, relay=True)
    return found.number if found and found.sure == "plain" else None


def _nothing(cell: Cell, notes: tuple[str, ...]) -> ReadPlaces:
    if not notes:
        return ReadPlaces(0)
    if all(note.startswith("[") or note == "ref" for note in notes) or cell.struck:
        return ReadPlaces(
            0, "guess", f"only a footnote mark ({' '.join(notes)[:40]}) is in it, which counts as nothing", notes
        )
    return ReadPlaces(None, "refused", f"only {' '.join(notes)[:40]!r} in superscript or as a footnote mark", notes)


def _number(text: str) -> ReadPlaces | None:
    digits = unicodedata.normalize("NFKC", text) if len(text) < 12 and not SUPERSCRIPTS.search(text) else text
    digits = digits.removeprefix("'") if re.fullmatch(r"'\d{1,3}", digits) else digits
    if re.fullmatch(r"\d{1,3}", digits) and "/" not in text and "⁄" not in digits:
        number = int(digits)
        return ReadPlaces(number) if number <= MOST else None
    decimal = DECIMAL.fullmatch(digits)
    if decimal:
        return ReadPlaces(int(decimal[1]))
    lettered = LETTER_NOTE.fullmatch(digits)
    if lettered and int(lettered[1]) <= MOST:
        note = lettered[2] or lettered[3] or lettered[4]
        return ReadPlaces(int(lettered[1]), "guess", f"the letter {note!r} is taken for a footnote mark", (note,))
    bracketed = re.fullmatch(r"[(\[] ?(\d{1,3}) ?[)\]]", digits)
    if bracketed and text.startswith("("):
        return ReadPlaces(int(bracketed[1]), "guess", "the number in brackets counts as one without them")
    return None


def _repeated(text: str) -> ReadPlaces | None:
    """A number that is drawn: a mark for each place (x x x, ●●●, III), or one with a sign for times or a noun."""
    signs = "".join(text.replace("\ufe0f", "").split())
    if 2 <= len(signs) <= MOST_DRAWN and len(set(signs)) == 1 and signs[0] in TICKS | LETTERS:
        return ReadPlaces(len(signs), "guess", f"{len(signs)} marks count as as many places")
    if text in CHINESE:
        return ReadPlaces(CHINESE.index(text), "guess", f"{text} is taken for the Chinese numeral")
    roman = unicodedata.normalize("NFKC", text)
    if roman in ("I", "II", "III"):
        return ReadPlaces(len(roman), "guess", "it is taken for a Roman number")
    times = re.fullmatch(r"(\d{1,2}) ?[x×]|[x×] ?(\d{1,2})", signs, re.IGNORECASE)
    keys = re.fullmatch(r"\d{1,2}", signs.replace("\u20e3", ""))
    if keys and "\u20e3" in signs:
        return ReadPlaces(int(keys[0]))
    if times:
        return ReadPlaces(int(times[1] or times[2]), "guess", "the sign beside the number says how often")
    noun = re.fullmatch(r"(\d{1,2}) ?([^\W\d][^\d]{0,30})", text)
    if noun:
        known, rest = meanings(noun[2])
        counts = noun[2].casefold().removesuffix(".") in COUNTERS
        if counts or (known and known <= {"places", "athletes", "name"} and not rest):
            return ReadPlaces(int(noun[1]), "guess", f"{noun[2][:30]!r} is taken for the noun that it counts")
    return None


def _sign(text: str, *, relay: bool) -> ReadPlaces | None:
    sign = text.replace("\ufe0f", "").replace("\ufe0e", "").strip()
    if sign in TICKS:
        return ReadPlaces(1, mark="tick")
    if sign in LETTERS:
        return ReadPlaces(1, mark="x")
    if sign in CIRCLES:
        return ReadPlaces(1, "guess", f"the circle {sign} counts as a mark", mark="circle")
    if sign in CROSSES:
        return ReadPlaces(0, mark="cross")
    if set(sign) <= DASHES and len(sign) <= 3:
        return ReadPlaces(0)
    if sign in ("+", "＋"):
        return ReadPlaces(1, "guess", "the plus counts as a mark, since no number is behind it", mark="plus")
    if sign in ("*", "†", "‡") and relay and sign == "*":
        return ReadPlaces(1, "guess", "the star counts as a mark, since nothing else is in the cell", mark="star")
    return None


def _word(text: str) -> ReadPlaces | None:
    word = unicodedata.normalize("NFC", text).casefold().strip(" .")
    if word in ("q", "qualified", "qualifiziert", "qualifié"):
        return ReadPlaces(1, "guess", f"{text!r} counts as a mark")
    if word in YES:
        return ReadPlaces(1)
    return ReadPlaces(0) if word in NO else None


def conflict(marks: dict[str, str]) -> str:
    """Return why the marks of a column contradict each other, empty if they do not; `marks` has an example of each."""
    for one, other in (
        ("tick", "x"),
        ("circle", "x"),
        ("circle", "tick"),
        ("circle", "cross"),
        ("star", "tick"),
        ("star", "x"),
        ("plus", "x"),
        ("plus", "tick"),
        ("plus", "circle"),
    ):
        if one in marks and other in marks:
            return f"{marks[one]} and {marks[other]} are in one column, so that one of them may mean no place"
    return ""
