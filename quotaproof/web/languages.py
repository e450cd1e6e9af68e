"""The languages of the pages: which one a request is answered in, and their words, from gettext catalogues.

A message is its English text. Catalogues are `locale/<language>/LC_MESSAGES/messages.po`; they are compiled when a
language is first asked for, so that no tool is needed and none is ever out of date.
"""

from __future__ import annotations

import gettext as standard
import io
import re
import unicodedata
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from http.cookies import CookieError, SimpleCookie
from importlib import resources
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers

from quotaproof.extras import library

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "it": "Italiano"}
"""Code -> the language's name in itself; the first is that of the messages, and has no catalogue."""

SOURCE = "en"
COOKIE = "lang"
PARAMETER = "lang"
YEAR = 31_536_000
"""Seconds for which a browser keeps the language that somebody chose."""

CATALOGUES = resources.files(__package__) / "locale"

_QUALITY = re.compile(r"\s*([a-zA-Z]{1,8})(?:-[a-zA-Z0-9-]{1,40})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")
_ANSWERS = re.compile(r"/(api/.*|static/.*|scenarios/[^/]*/download/.*)")
"""Addresses whose answers are the same in every language."""

_current: ContextVar[str] = ContextVar("language", default=SOURCE)


# Words ---------------------------------------------------------------------------------------------------------------


def language() -> str:
    """Return the language of the page that is being made."""
    return _current.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Make what is done within it in a language."""
    token = _current.set(code)
    try:
        yield
    finally:
        _current.reset(token)


@cache
def catalogue(code: str) -> standard.NullTranslations:
    """Return the messages of a language; what a catalogue lacks is in English.

    Raises
    ------
    InputError
        If babel is not installed.
    """
    if code == SOURCE:
        return standard.NullTranslations()
    text = (CATALOGUES / code / "LC_MESSAGES" / "messages.po").read_bytes()
    compiled = io.BytesIO()
    read = library("babel.messages.pofile", "web").read_po(io.BytesIO(text), locale=code)
    library("babel.messages.mofile", "web").write_mo(compiled, read)
    compiled.seek(0)
    return standard.GNUTranslations(compiled)


class Said(str):
    """A sentence in the language of the page; any other text is in English."""

    __slots__ = ()


def gettext(message: str, **values: object) -> Said:
    """Return a message in the language of the page, with values put into it."""
    text = catalogue(language()).gettext(message)
    return Said(text % values if values else text)


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Return a message in the form that goes with a number, which is its value `num`."""
    return catalogue(language()).ngettext(one, many, number) % {"num": number, **values}


def pgettext(context: str, message: str, **values: object) -> str:
    """Return a message that has different words in different places."""
    text = catalogue(language()).pgettext(context, message)
    return text % values if values else text


def noted(message: str) -> str:
    """Mark a message that is put into words later; it is returned as it is."""
    return message


def stop(mark: str) -> str:
    """Return a colon, or another sign of its kind, as it stands behind a word: in French with a blank that holds it."""
    return f"\N{NO-BREAK SPACE}{mark}" if language() == "fr" else mark


def first_capital(text: str) -> str:
    """Return a text as it begins a line; all but its first letter stays, such as the capitals of German nouns."""
    return text[:1].upper() + text[1:]


def decimal(number: float) -> str:
    """Return a number as the language writes it: `5,000,000`, `5.000.000`."""
    text: str = library("babel.numbers", "web").format_decimal(number, locale=language())
    return text


def percent(share: float) -> str:
    """Return a share of 1 in percent, with one digit behind the point or comma."""
    text: str = library("babel.numbers", "web").format_decimal(100 * share, "#,##0.0", locale=language())
    return f"{text} %"


def collated(name: str) -> str:
    """Return what names are ordered by: accents and capitals make no difference."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


# Requests ------------------------------------------------------------------------------------------------------------


def has_language(path: str) -> bool:
    """Return whether what is at an address is in a language that can be chosen: a page, and no answer or file."""
    return _ANSWERS.fullmatch(path) is None


def asked_for(scope: MutableMapping[str, Any]) -> str | None:
    """Return the language that an address names with `?lang=`; None if it names none that there is."""
    named = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))).get(PARAMETER, "")
    return named if named in LANGUAGES else None


def language_of(scope: MutableMapping[str, Any]) -> str:
    """Return the language to answer a request in: that of its address, of its cookie, or what the browser prefers."""
    if not has_language(scope["path"]):
        return SOURCE
    headers = Headers(scope=scope)
    named = asked_for(scope) or _of_cookie(headers.get("cookie", ""))
    return named if named in LANGUAGES else preferred(headers.get("accept-language", ""))


def _of_cookie(text: str) -> str:
    try:
        found = SimpleCookie(text).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def preferred(header: str) -> str:
    """Return the language of the pages that an Accept-Language header likes best; English if it names none of them.

    Examples
    --------
    >>> [preferred(text) for text in ("de-AT,de;q=0.9,en;q=0.8", "es, fr;q=0.5, en;q=0.4", "nl", "it;q=0, de;q=0.1")]
    ['de', 'fr', 'en', 'de']
    """
    best, found = 0.0, SOURCE
    for part in header[:1000].split(","):
        match = _QUALITY.fullmatch(part)
        quality = float(match[2] or 1) if match else 0.0
        if match and match[1].lower() in LANGUAGES and quality > best:
            best, found = quality, match[1].lower()
    return found


def without_language(query: str) -> str:
    """Return a query string without the language."""
    return "&".join(part for part in query.split("&") if part.partition("=")[0] != PARAMETER)


def switches(path: str, query: str) -> list[tuple[str, str, str]]:
    """Return (code, name, address) of every language: the same page in it."""
    rest = without_language(query)
    return [
        (code, name, f"{path}?{rest}{'&' if rest else ''}{urlencode({PARAMETER: code})}")
        for code, name in LANGUAGES.items()
    ]


def in_page_language(address: str) -> str:
    """Return an address as that of the same in the language of the page, for whoever has no cookie."""
    return address if language() == SOURCE else f"{address}{'&' if '?' in address else '?'}{PARAMETER}={language()}"


def cookie_of(code: str) -> str:
    """Return the header that has a browser keep a language."""
    return f"{COOKIE}={code}; Path=/; Max-Age={YEAR}; SameSite=Lax; HttpOnly"
