"""From bytes to text: UTF-8 and UTF-16 as they say so, and what older programs of many countries write."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from quotaproof.model.errors import InputError

from .dialects import without_escapes
from .page import Aside

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


CODE_PAGES = {
    "cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp1251": "Windows-1251", "cp1253": "Windows-1253",
    "cp1254": "Windows-1254", "cp1257": "Windows-1257", "cp932": "Shift-JIS", "euc_jp": "EUC-JP", "gb18030": "GB 18030",
    "cp949": "EUC-KR (cp949)", "big5": "Big5", "koi8_r": "KOI8-R", "mac_roman": "Mac Roman", "cp852": "DOS 852",
    "cp850": "DOS 850", "cp866": "DOS 866",
}  # fmt: skip
"""What a text may be in that is not Unicode; the first is taken if none makes more of its words known."""

KnownWords = Callable[[str], int]
"""How many words of a text are known to whoever interprets it."""


def text_of(data: bytes, known: KnownWords | None = None) -> tuple[str, tuple[Aside, ...]]:
    """Return the text of a file, and what there is to say of its encoding if that had to be guessed.

    Without a mark it is UTF-8 if it can be, UTF-16 if every other byte of its beginning is zero, and else what makes
    the most of its words known, or Windows-1252.

    Raises
    ------
    InputError
        If it is none of these.
    """
    for mark, name in BOMS:
        if data.startswith(mark):
            return _strict(data, name), ()
    for name, zeros in (("utf-16-le", data[1:400:2]), ("utf-16-be", data[0:400:2])):
        if len(zeros) > 3 and zeros.count(0) > 0.8 * len(zeros):
            return _strict(data, name), ()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _of_code_page(data, error, known)
    return _without_zero(text), ()


def _without_zero(text: str) -> str:
    if "\0" in text:
        raise InputError("the file holds a zero byte, so it is not a text file")
    return without_escapes(text)


def _strict(data: bytes, name: str) -> str:
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise InputError(f"the text is not valid {name.upper()}; save the file as UTF-8") from error
    return _without_zero(text).removeprefix("\ufeff")


def _of_code_page(data: bytes, error: UnicodeDecodeError, known: KnownWords | None) -> tuple[str, tuple[Aside, ...]]:
    line = data[: error.start].count(b"\n") + 1
    best, most, text = "", -1, ""
    controls = sum(data.count(bytes((code,))) for code in range(32) if code not in (9, 10, 11, 12, 13, 26, 27))
    for name in () if controls else CODE_PAGES if known else ("cp1252",):
        try:
            decoded = data.decode(name)
        except UnicodeDecodeError:
            continue
        number = known(decoded) if known else 0
        if number > most and (number or name == "cp1252"):
            best, most, text = name, number, decoded
    if not text:
        raise InputError("the text is neither UTF-8 nor Windows-1252; save the file as UTF-8", line=line)
    words = f"taken for {CODE_PAGES[best]}, since line {line} is not UTF-8; letters may be wrong if it is neither"
    return text, (Aside("guessed", "encoding", words),)
