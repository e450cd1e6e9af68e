"""Names of NOCs in the languages in which federations and papers write them.

Countries come from Unicode's Common Locale Data Repository (library babel). What it lacks is in `nation_names.toml`:
the names that results use instead (Great Britain for the United Kingdom), short names, and those of neutral teams.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from quotaproof.extras import library

LANGUAGES = (
    "en", "de", "fr", "it", "nl", "es", "pl", "hu", "ru", "zh", "zh_Hant", "ja", "ko", "pt", "cs", "sk", "sv", "nb",
    "da", "fi", "uk", "ro", "bg", "hr", "sl", "sr", "et", "lv", "lt", "be", "kk", "tr", "el",
)  # fmt: skip
"""A name that means one country in one of them and another in the next is unknown, unless English has it."""

FILE = Path(__file__).parent / "nation_names.toml"
"""IOC code -> further names."""


@cache
def countries(language: str) -> Mapping[str, str]:
    """Return ISO 3166 code of two letters -> name of every country in a language; InputError without babel."""
    names = library("babel", "import").Locale.parse(language).territories
    return {code: name for code, name in sorted(names.items()) if len(code) == 2 and code.isalpha()}


@cache
def territories() -> tuple[tuple[str, str, str], ...]:
    """Return (language, ISO 3166 code of two letters, name) of every country in every language.

    Raises
    ------
    InputError
        If babel is not installed.
    """
    return tuple((language, code, name) for language in LANGUAGES for code, name in countries(language).items())


@cache
def parts_of_the_world() -> tuple[tuple[str, str], ...]:
    """Return (code of three digits, name) of the world (001) and its continents and regions in every language.

    Raises
    ------
    InputError
        If babel is not installed.
    """
    locale = library("babel", "import").Locale
    return tuple(
        (code, name)
        for language in LANGUAGES
        for code, name in sorted(locale.parse(language).territories.items())
        if code.isdecimal()
    )


def names_in_languages(code_of: Callable[[str], str | None], key: Callable[[str], str]) -> dict[str, str]:
    """Return every name in the form of `key` -> IOC code; a name that means two NOCs has none.

    Parameters
    ----------
    code_of
        The IOC code of a country by its code of two letters, None if it has no NOC.
    """
    found: dict[str, set[str]] = {}
    english: dict[str, str] = {}
    for language, two, name in territories():
        code = code_of(two)
        if code is not None:
            for text in {name, name.partition(" (")[0]}:
                found.setdefault(key(text), set()).add(code)
                if language == "en":
                    english[key(text)] = code
    for code, names in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        for name in names:
            found[key(name)] = {code}
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1} | english
