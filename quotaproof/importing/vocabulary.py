"""Words of headers in the languages in which federations publish, and what a header means by them.

A concept is a word of the events' identifiers (`men`, `relay`, `mass`), or the name of a kind of column (`noc`).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "words.toml"
"""The table: concept -> language -> words and phrases, in the languages in which federations publish."""

METRES = frozenset({
    "m", "metre", "metres", "meter", "meters", "mètres", "metri", "metros", "metrów", "méter", "м", "метров", "米",
    "公尺", "メートル", "미터", "mtr", "mts", "metrow",
})  # fmt: skip
FILLERS = frozenset(
    {
        "the", "of", "for", "in", "on", "by", "and", "a", "an", "de", "des", "du", "la", "le", "les", "l", "d",
        "der", "die", "das", "den", "dem", "und", "im", "von", "für", "pro", "per", "et", "par", "di", "del",
        "della", "dei", "degli", "e", "van", "het", "een", "en", "voor", "y", "el", "los", "las", "w", "na",
        "i", "z", "az", "és", "is", "и", "в", "на", "по", "each", "only", "各", "の", "의", "及", "与", "at",
        "total",
    }
) - {"total"}  # fmt: skip
"""Words that a header may have besides, without another meaning."""

LETTERS: tuple[tuple[str, str], ...] = (
    ("m", "w"), ("m", "f"), ("m", "l"), ("m", "d"), ("m", "v"), ("m", "k"), ("h", "d"), ("h", "f"), ("h", "v"),
    ("h", "m"), ("u", "d"), ("f", "n"), ("м", "ж"), ("ч", "ж"), ("g", "l"), ("b", "g"),
    ("m", "ž"), ("m", "n"), ("e", "k"), ("v", "s"), ("α", "γ"),
)  # fmt: skip
"""Single letters for men and women as headers pair them: men and women, male and female, men and ladies, messieurs and
dames, mannen and vrouwen, mężczyźni and kobiety, Herren and Damen, hommes and femmes, heren and vrouwen, hombres and
mujeres, uomini and donne, férfi and nők, мужчины and женщины."""


APOSTROPHES = str.maketrans(dict.fromkeys("‘’‛ʼ´`′ʹ", "'"))
FORMS = {ord("ș"): "ş", ord("ț"): "ţ"}
"""Letters of Romanian that older programs write with a cedilla."""

KILOMETRES = re.compile(r"(?<![\d.,])(\d{1,2})(?:[.,](\d{1,3}))?\s?(?:km|км|公里|キロ|킬로미터)(?![^\W\d_])")


def plain_key(text: str) -> str:
    """Return a text in small letters, with straight apostrophes and each letter in one form."""
    folded = unicodedata.normalize("NFKC", text.translate(APOSTROPHES)).casefold()
    return folded.translate(FORMS).replace("i\u0307", "i")


def _bare(word: str) -> str:
    """A word without accents; letters of other scripts stay whole."""
    spread = "".join(c for c in unicodedata.normalize("NFD", word) if not "\u0300" <= c <= "\u036f").replace("ı", "i")
    return unicodedata.normalize("NFC", spread)


def _key(text: str) -> str:
    """A word or phrase without the points of abbreviations and with one blank between words."""
    key = " ".join(plain_key(text).replace(".", " ").replace(":", " ").replace("-", " ").split())
    return key if len(key) > 1 else plain_key(text).strip()


@cache
def concepts() -> dict[str, frozenset[str]]:
    """Return every word or phrase in the form of `plain_key` -> the concepts that it may stand for.

    Words without their accents are in it as well, unless that makes them another word (nő, woman, is not no).
    """
    found: dict[str, set[str]] = {}
    for concept, languages in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        for words in languages.values():
            for word in words:
                found.setdefault(_key(word), set()).add(concept)
    bare: dict[str, set[str]] = {}
    for word, names in found.items():
        if _bare(word) not in found:
            bare.setdefault(_bare(word), set()).update(names)
    return {word: frozenset(names) for word, names in (found | bare).items() if word}


@cache
def _longest() -> int:
    return max(len(word.split()) for word in concepts())


CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
LINKS = ("s", "n", "en", "er", "e")


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a header; `1,000m`, `1000 m` and `1.000 m` all begin with 1000, and 500m is 500 and m."""
    folded = KILOMETRES.sub(_in_metres, plain_key(text[:500]))
    joined = re.sub(r"(?<!\d)(\d{1,3})[,.\u2009\u202f' ](?=\d{3}(?!\d))", r"\1", folded)
    return tuple(re.findall(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)?|#|№", joined.replace("-", " ").replace("・", "")))


def _in_metres(found: re.Match[str]) -> str:
    return f"{found[1]}{(found[2] or '').ljust(3, '0')}".lstrip("0") + " m"


@lru_cache(maxsize=20_000)
def meanings(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the concepts and numbers that a header names, and the words of it that mean nothing here.

    A word that may stand for several concepts gives all of them.
    """
    words = list(tokens(text))
    whole = concepts().get(_key(text[:500]))
    if whole:
        return _split(whole), frozenset()
    found: set[str] = set()
    rest: set[str] = set()
    at = 0
    while at < len(words):
        for size in range(min(_longest(), len(words) - at), 0, -1):
            known = concepts().get(" ".join(words[at : at + size]))
            if known:
                found |= _split(known)
                at += size
                break
        else:
            word = words[at]
            parts = (word,) if word.isdecimal() else _parts(word)
            if word.isdecimal():
                found.add(str(int(word)) if len(word) < 10 else word)
            elif parts:
                for part in parts:
                    found |= _split(concepts().get(part, frozenset()))
            elif word not in METRES and word not in FILLERS:
                rest.add(word)
            at += 1
    return frozenset(found), frozenset(rest)


def _split(names: frozenset[str]) -> frozenset[str]:
    return frozenset(part for name in names for part in name.split())


def _parts(word: str) -> tuple[str, ...]:
    """The words of which one is put together: Herrenstaffel, 男子接力; none if some part of it is not known."""
    known = concepts()
    if CJK.search(word):
        parts: list[str] = []
        at = 0
        while at < len(word):
            size = next((n for n in range(len(word) - at, 0, -1) if word[at : at + n] in known), 0)
            if not size:
                skip = next((n for n in (3, 2, 4, 1) if word[at : at + n] in METRES | FILLERS), 0)
                if not skip:
                    return ()
                at += skip
                continue
            parts.append(word[at : at + size])
            at += size
        return tuple(parts)
    if len(word) > 40:
        return ()
    for cut in range(3, len(word) - 2):
        front, back = word[:cut], word[cut:]
        if back in known and (front in known or any(front.removesuffix(link) in known for link in LINKS)):
            fronts = (front, *(front.removesuffix(link) for link in LINKS))
            return next(part for part in fronts if part in known), back
    return ()


def letters_for_genders(headers: tuple[str, ...]) -> dict[str, str]:
    """Return letter -> gender, where headers tell men and women by single letters; nothing if no one pair fits.

    An m right behind a number is metres, unless the headers have a letter for women there too.
    """
    behind: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for header in headers:
        words = tokens(header)
        for before, word in zip(("", *words), words, strict=False):
            if len(word) == 1 and word.isalpha():
                (behind if before.isdecimal() else alone)[word] += 1
    found = {pair: seen for seen in (behind, alone) for pair in LETTERS if set(pair) <= set(seen)}
    pairs = list(found)
    if len(pairs) > 1:  # an N that numbers the rows is no letter for nők: those for men and women are as many
        pairs = [pair for pair, seen in found.items() if seen[pair[0]] == seen[pair[1]]]
    if len(pairs) != 1:
        return {}
    return {pairs[0][0]: "men", pairs[0][1]: "women"}


def genders_by_letters(title: str, letters: Mapping[str, str]) -> frozenset[str]:
    """Return the genders that letters of a header tell; an m right behind a number is metres if another tells."""
    words = tokens(title)
    pairs = list(zip(("", *words), words, strict=False))
    alone = frozenset(letters[word] for before, word in pairs if word in letters and not before.isdecimal())
    return alone or frozenset(letters[word] for before, word in pairs if word in letters)
