"""Templates of encyclopaedias that are known without being expanded, and what each puts into a cell."""

from __future__ import annotations

import re
from typing import Literal

TemplateKind = Literal["nation", "struck", "note", "text", "list", "sign", "function", "nothing", "unknown"]

CODE = re.compile(r"[A-Z]{3}(-[A-Za-z]{1,6})?")
NATION = frozenset(
    {"flag", "flagicon", "flagcountry", "flagdeco", "flagu", "flagu/core", "flagathlete", "flagmedalist", "flagioc",
     "flagioc2", "flagiocathlete", "flagiocmedalist", "flagiocteam", "flagioc2team", "flagioc2athlete", "flagicon2",
     "image", "flagg", "flaglink", "flagteam", "flagteam2", "team", "noc", "ioc", "code", "country", "fb", "fbicon",
     "flagge", "flaggenikon", "drapeau", "drapeau2", "bandera", "bandera2", "bandiera", "naz", "nazionale", "vlag",
     "vlagland", "flaga", "państwo", "zászló", "флаг", "флагификация", "国旗", "國旗", "국기", "team flag", "ioc code",
     "flagicon image", "country flag", "country data"}
)  # fmt: skip
SECOND = frozenset(
    {"flagiocathlete", "flagiocmedalist", "flagiocteam", "flagioc2athlete", "flagioc2team", "flagathlete",
     "flagmedalist"}
)  # fmt: skip
"""Templates for a nation that name it by their second argument."""

STRUCK = frozenset({"s", "strike", "strikethrough", "strike out", "strikeout", "del"})
NOTES = frozenset(
    {"efn", "efn-ua", "efn-la", "efn-lr", "refn", "sfn", "sfnp", "r", "rp", "note", "ref", "reflink", "label",
     "notetag", "cite", "web", "news", "citation", "#tag:ref", "dagger", "ddagger", "double-dagger", "hash-tag",
     "asterisk", "sup", "anmerkung", "fußnote", "cite web", "cite news", "cite journal", "cite book", "ref label",
     "note label", "double dagger", "citation needed", "cn", "fact", "update inline", "as of"}
)  # fmt: skip
SIGNS = {"dagger": "†", "ddagger": "‡", "double-dagger": "‡", "double dagger": "‡", "asterisk": "*"}
FIRST = frozenset(
    {"nowrap", "nobr", "small", "smaller", "big", "larger", "large", "center", "centre", "left", "right", "abbr",
     "tooltip", "bold", "b", "strong", "em", "i", "u", "ul", "ins", "mark", "yes", "no", "n/a", "na", "won", "lost",
     "partial", "okay", "good", "bad", "terminated", "nom", "draw", "cancelled", "maybe", "unknown", "dunno", "tba",
     "tbd", "tbc", "formatnum", "nts", "val", "vert", "header", "resize", "hover", "midsize", "smalldiv", "nowrap2",
     "noitalic", "normal", "noboldspan", "align-left", "q", "dq", "sort-value", "tooltip2",
     "ya", "y", "aye", "cross", "tick", "check", "nay"}
)  # fmt: skip
LISTS = frozenset(
    {
        "flatlist",
        "plainlist",
        "plain list",
        "list",
        "unbulleted list",
        "bulleted list",
        "ublist",
        "ubl",
        "hlist",
        "bulletlist",
    }
)
"""Templates that show each of their arguments, set apart."""

LAST = frozenset(
    {"sort", "color", "colour", "font", "fontcolor", "lang", "align", "text-align", "sortname", "hidden", "key",
     "font color", "hidden sort key"}
)  # fmt: skip
TICKS = frozenset(
    {"y", "ya", "yes", "yesc", "yesy", "aye", "tick", "check", "checkmark", "check mark", "checked", "ok", "okay", "x",
     "cross mark dark", "yesc2", "green tick", "greentick", "yea", "good", "won", "q", "да", "есть", "ja", "oui", "sí",
     "si", "sì", "tak", "igen", "ano", "áno", "sim", "evet", "kyllä", "так", "是", "はい"}
)  # fmt: skip
CROSSES = frozenset(
    {"n", "no", "na", "n/a", "nay", "cross", "xmark", "x mark", "cross mark", "red x", "noc2", "bad", "lost", "нет",
     "nein", "non", "nie", "nem", "ne", "não", "nej", "nei", "ei", "hayır", "ні", "否"}
)  # fmt: skip
DASHES = frozenset({"-", "ndash", "mdash", "dash", "snd", "spnd", "spaced ndash", "en dash", "em dash", "--"})
QUESTIONS = frozenset({"dunno", "unknown", "tba", "tbd", "tbc", "maybe", "?", "partial"})
RANKS = {
    "gold1": "1", "gold01": "1", "gold medal": "1", "silver2": "2", "silver02": "2", "silver medal": "2",
    "bronze3": "3", "bronze03": "3", "bronze medal": "3",
}  # fmt: skip
"""Medals in place of ranks."""

BULLETS = frozenset({"bullet", "•", "·", "middot"})
NOTHING = frozenset(
    {"notelist", "reflist", "main", "see", "anchor", "0", "00", "col-begin", "col-end", "update",
     "hs", "ntsh", "hidden", "short", "description", "use", "dmy", "dates",
     "mdy", "italic", "title", "--", "references", "further", "about", "hatnote", "short description",
     "use dmy dates", "use mdy dates", "see also", "col-2", "col-3", "col-4", "div col", "div col end",
     "legend"}
)  # fmt: skip
GAPS = {
    "nbsp": " ", "spaces": " ", "space": " ", "sp": " ", "thinsp": " ", "pad": " ", "break": "\n", "br": "\n",
    "clear": "\n", "clear left": "\n", "col-break": "\n",
}  # fmt: skip
"""Templates that set apart what is beside them, and by what."""

FUNCTIONS = ("formatnum:", "lc:", "uc:", "ucfirst:", "lcfirst:", "nowiki:")
CATEGORIES = frozenset({"category", "kategorie", "catégorie", "categoria", "categoría", "categorie", "категория"})
PICTURES = frozenset(
    {"file", "image", "datei", "bild", "fichier", "archivo", "imagen", "immagine", "bestand", "afbeelding", "plik",
     "grafika", "fájl", "kép", "файл", "изображение", "文件", "檔案", "图像", "ファイル", "画像", "파일", "그림"}
)  # fmt: skip
PICTURE_OPTION = re.compile(
    r"\d{0,4}x?\d{0,4} ?px|frameless|frame|framed|border|thumb|thumbnail|mini|rahmenlos|sub|super|baseline|middle|top|"
    r"bottom|text-top|text-bottom|left|right|center|none|upright",
    re.IGNORECASE,
)


def kind_of(name: str, arguments: int) -> tuple[TemplateKind, int]:
    """Return what a template puts into a cell, and by which of its arguments if that matters."""
    low = name.lower()
    if CODE.fullmatch(name) and name not in ("TBA", "TBC", "TBD"):
        return "nation", 0
    if low in SECOND:
        return ("nation", 1 if arguments > 1 else 0) if arguments else ("unknown", 0)
    if low in NATION:
        return ("nation", 0) if arguments else ("unknown", 0)
    if low in STRUCK and arguments:
        return "struck", 0
    if low in NOTES or low.startswith(("cite ", "efn")):
        return "note", 0
    if low in LISTS and arguments:
        return "list", 0
    if low in LAST and arguments:
        return "text", arguments - 1
    if low in FIRST and arguments:
        # {{yes|3}} is a cell in the colour of a tick with the text 3.
        return "text", 0
    if sign_of(name):
        return ("text", 0) if arguments and not low.isascii() else ("sign", 0)
    if low.startswith(FUNCTIONS) and not arguments:
        return "function", 0
    if low in NOTHING or low in GAPS:
        return "nothing", 0
    return "unknown", 0


def sign_of(name: str) -> str:
    """Return the sign that a template without arguments stands for, empty if it is none of those."""
    low = name.lower()
    if low in RANKS:
        return RANKS[low]
    for names, sign in ((TICKS, "✓"), (CROSSES, "✗"), (DASHES, "–"), (QUESTIONS, "?"), (BULLETS, "•")):
        if low in names:
            return sign
    return ""
