"""NOCs by name and by code: names as pages write them, IOC codes, and the names to print.

Countries come from pycountry (ISO 3166), their names in other languages from Unicode's list (`nation_languages`). What
both lack is here: IOC codes that differ from the ISO ones, NOCs that are no country, and names in use on sports
pages. The table of codes was compared with a second library's when it was made.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

from quotaproof.model.files import NOC_PATTERN
from quotaproof.nation_languages import names_in_languages

IOC_OF_ISO = {
    "ABW": "ARU", "AGO": "ANG", "ANT": "AHO", "ARE": "UAE", "ASM": "ASA", "ATG": "ANT", "BFA": "BUR", "BGD": "BAN",
    "BGR": "BUL", "BHR": "BRN", "BHS": "BAH", "BLZ": "BIZ", "BMU": "BER", "BRB": "BAR", "BRN": "BRU", "BTN": "BHU",
    "BWA": "BOT", "CHE": "SUI", "CHL": "CHI", "COG": "CGO", "CRI": "CRC", "CYM": "CAY", "DEU": "GER", "DNK": "DEN",
    "DZA": "ALG", "FJI": "FIJ", "GIN": "GUI", "GMB": "GAM", "GNB": "GBS", "GNQ": "GEQ", "GRC": "GRE", "GRD": "GRN",
    "GTM": "GUA", "HND": "HON", "HRV": "CRO", "HTI": "HAI", "IDN": "INA", "IRN": "IRI", "KHM": "CAM", "KNA": "SKN",
    "KWT": "KUW", "LBY": "LBA", "LKA": "SRI", "LSO": "LES", "LVA": "LAT", "MCO": "MON", "MDG": "MAD", "MMR": "MYA",
    "MNG": "MGL", "MRT": "MTN", "MUS": "MRI", "MWI": "MAW", "MYS": "MAS", "NER": "NIG", "NGA": "NGR", "NIC": "NCA",
    "NLD": "NED", "NPL": "NEP", "OMN": "OMA", "PHL": "PHI", "PRI": "PUR", "PRT": "POR", "PRY": "PAR", "PSE": "PLE",
    "SAU": "KSA", "SDN": "SUD", "SLB": "SOL", "SLV": "ESA", "SVN": "SLO", "SYC": "SEY", "TCD": "CHA", "TGO": "TOG",
    "TON": "TGA", "TWN": "TPE", "TZA": "TAN", "URY": "URU", "VCT": "VIN", "VGB": "IVB", "VIR": "ISV", "VNM": "VIE",
    "VUT": "VAN", "WSM": "SAM", "ZAF": "RSA", "ZMB": "ZAM", "ZWE": "ZIM",
}  # fmt: skip
"""IOC codes of NOCs whose country has another code in ISO 3166; all others have the same one."""

NO_NOC = frozenset({
    "AIA", "ALA", "ATA", "ATF", "BES", "BLM", "BVT", "CCK", "CUW", "CXR", "ESH", "FLK", "FRO", "GGY",
    "GIB", "GLP", "GRL", "GUF", "HMD", "IMN", "IOT", "JEY", "MAC", "MAF", "MNP", "MSR", "MTQ", "MYT",
    "NCL", "NFK", "NIU", "PCN", "PYF", "REU", "SGS", "SHN", "SJM", "SPM", "SXM", "TCA", "TKL", "UMI",
    "VAT", "WLF",
})  # fmt: skip
"""Countries and territories of ISO 3166 that have no NOC."""

NAMES = {
    "AIN": "Individual Neutral Athletes",
    "ANA": "Authorised Neutral Athletes",
    "COR": "Unified Korea",
    "CIV": "Ivory Coast",
    "COD": "DR Congo",
    "CGO": "Congo",
    "CPV": "Cape Verde",
    "EUN": "Unified Team",
    "IOA": "Independent Olympic Athletes",
    "IOP": "Independent Olympic Participants",
    "FSM": "Micronesia",
    "GBR": "Great Britain",
    "GDR": "East Germany",
    "FRG": "West Germany",
    "ISV": "Virgin Islands",
    "IVB": "British Virgin Islands",
    "KOS": "Kosovo",
    "NED": "Netherlands",
    "OAR": "Olympic Athletes from Russia",
    "PLE": "Palestine",
    "ROC": "ROC",
    "RUS": "Russia",
    "SCG": "Serbia and Montenegro",
    "SWZ": "Eswatini",
    "TCH": "Czechoslovakia",
    "TPE": "Chinese Taipei",
    "TUR": "Turkey",
    "URS": "Soviet Union",
    "YUG": "Yugoslavia",
}
"""Names to print where pycountry has none, or another than sports pages use."""

ALIASES = {
    "russian olympic committee": "ROC", "neutral athletes": "AIN", "authorized neutral athletes": "ANA",
    "ain": "AIN", "olympic athlete from russia": "OAR", "russian federation": "RUS", "republic of korea": "KOR",
    "korea": "KOR", "s korea": "KOR", "n korea": "PRK", "dpr korea": "PRK", "people's republic of china": "CHN",
    "pr china": "CHN", "united states of america": "USA", "us": "USA", "uk": "GBR",
    "united kingdom": "GBR", "britain": "GBR",
    "great britain and northern ireland": "GBR", "team gb": "GBR", "holland": "NED", "the netherlands": "NED",
    "czech republic": "CZE", "turkiye": "TUR", "macedonia": "MKD", "swaziland": "SWZ", "cote d'ivoire": "CIV",
    "brunei": "BRU", "burma": "MYA", "democratic republic of the congo": "COD", "east timor": "TLS",
    "the gambia": "GAM", "us virgin islands": "ISV", "cabo verde": "CPV", "macau": "", "hong kong, china": "HKG",
    "commonwealth of australia": "AUS", "great britain & ni": "GBR", "great britain and ni": "GBR", "gb and ni": "GBR",
    "nippon": "JPN", "russian fed": "RUS", "czech rep": "CZE", "slovak rep": "SVK", "rep of korea": "KOR",
    "korea rep": "KOR", "korea (south)": "KOR", "korea (north)": "PRK", "fyr macedonia": "MKD", "ussr": "URS",
    "gdr": "GDR", "ddr": "GDR", "brd": "FRG", "hellas": "GRE", "republic of ireland": "IRL", "eire": "IRL",
    "rep of moldova": "MDA", "dpr of korea": "PRK", "united arab emirates (uae)": "UAE",
    "belorussia": "BLR", "unified team at the olympics": "EUN",
}  # fmt: skip
"""Further names, in the form of `_key`; no code where a name has no NOC."""

NO_CODES = frozenset({"TBA", "TBC", "TBD", "DNS", "DNF", "DNQ", "DSQ", "YES", "NOC", "WCR"})
"""Three letters on pages that are no NOC."""


def _key(name: str) -> str:
    """A name in small letters without accents, points and blanks in a row."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(plain.casefold().replace(".", "").replace("’", "'").split())


def _countries() -> Any:
    """The countries of ISO 3166; importing them takes time."""
    import pycountry

    return pycountry.countries


def _of_country(country: Any) -> str | None:
    """The IOC code of a country of ISO 3166; None for no country, or one without an NOC."""
    if country is None or country.alpha_3 in NO_NOC:
        return None
    return IOC_OF_ISO.get(country.alpha_3, str(country.alpha_3))


@cache
def _names() -> dict[str, str]:
    """Every name in the form of `_key` -> IOC code."""
    found: dict[str, str] = {}
    for country in _countries():
        if (code := _of_country(country)) is None:
            continue
        for field in ("name", "common_name", "official_name"):
            name = getattr(country, field, None)
            if name:
                found.setdefault(_key(name), code)
                found.setdefault(_key(name.partition(",")[0]), code)
    found |= {_key(name): code for code, name in NAMES.items()}
    found |= {name: code for name, code in ALIASES.items() if code}
    # Names that begin alike and are different NOCs are not distinguished by the text before the comma.
    found |= {"congo": "CGO", "korea": "KOR"}
    return found


@cache
def codes() -> frozenset[str]:
    """Return all IOC codes that are known, of the past as well."""
    return frozenset({*_names().values(), *NAMES})


NEUTRAL = frozenset({"AIN", "ANA"})
"""Codes under which the athletes of several federations start, each with rows of its own in a table."""


@cache
def _foreign_names() -> dict[str, str]:
    """The same for other languages than English."""
    return names_in_languages(_of_two_letters, _key)


LONGEST = 150
"""Characters of a text that may name an NOC."""

FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
HOST = re.compile(r"\((h|hosts?|host nation|gastgeber|organisateur|pays hôte|p|q|r|\d{1,3})\)$", re.IGNORECASE)
SEVERAL = re.compile(r"\s?[,;/•]\s?|\sand\s")
NUMBERED = re.compile(r"\d{1,3}[.)]\s{0,3}(?=\D)")


@lru_cache(maxsize=10_000)
def noc_of(text: str) -> str | None:
    """Return the IOC code that a name, a code, a flag or a page's title stands for; None if there is none.

    Examples
    --------
    >>> [noc_of(name) for name in ("Kazakhstan", "Germany (GER)", "Canada at the 2022 Winter Olympics", "Narnia")]
    ['KAZ', 'GER', 'CAN', None]
    >>> [noc_of(name) for name in ("SUEDKOREA", "Germany / Deutschland", "Bosnia & Herzegovina", "Italy / Japan")]
    ['KOR', 'GER', 'BIH', None]
    >>> [noc_of(name) for name in ("1. Südkorea", "Италия (H)", "🇨🇦 Canada", "DE", "ITAItaly")]
    ['KOR', 'ITA', 'CAN', 'GER', 'ITA']
    >>> [noc_of(name) for name in ("China, PR (CHN)", "Canada (CAN), China (CHN)", "Canada, China (CHN)")]
    ['CHN', None, None]
    """
    if len(text) > LONGEST:
        return None
    words = " ".join(re.sub(r"\[[^\[\]]*\]", "", text).split()).strip(" *†‡§'")
    words = words.removesuffix("(page does not exist)").strip()
    if words.lower().startswith("flag of "):
        words = words[8:].removeprefix("the ")
    words = HOST.sub("", NUMBERED.sub("", words, count=1) if NUMBERED.match(words) else words).strip()
    if not words:
        return None
    flags = FLAG.findall(words)
    if flags:
        rest = FLAG.sub(" ", words).strip()
        own = {_of_two_letters(letters_of(flag)) for flag in flags}
        code = own.pop() if len(own) == 1 else None
        return (noc_of(rest) if rest else None) or (code if not rest or not rest.isalpha() else None)
    return _of_words(words) or _of_title(words) or _in_two_languages(words)


def letters_of(flag: str) -> str:
    """Return the letters that the regional letters of a flag stand for."""
    return "".join(chr(ord(sign) - 0x1F1E6 + ord("A")) for sign in flag)


def _of_two_letters(letters: str) -> str | None:
    return "KOS" if letters == "XK" else _of_country(_countries().get(alpha_2=letters))


def _of_words(words: str) -> str | None:
    front, bracket, inside = words.rpartition("(")
    if bracket and inside.endswith(")") and re.fullmatch(r"[A-Z]{2,3}", inside[:-1]) and inside[:-1] not in NO_CODES:
        if _are_several(front.strip(), inside[:-1]):
            return None
        return _code(inside[:-1]) if len(inside) == 4 else _named(front.strip()) or _of_two_letters(inside[:-1])
    if NOC_PATTERN.fullmatch(words):
        if words in NO_CODES:
            return None
        code = _code(words)
        return code if code in codes() else _foreign_names().get(_key(words), code)  # SUA, ASV: the USA, shortened
    if re.fullmatch(r"[A-Z]{2}", words):
        return _named(words) or _of_two_letters(words)
    first = re.fullmatch(r"([A-Z]{3})\s?[-–—:,/]?\s(.{1,140})", words)
    if first and first[1] in codes():
        return first[1]
    last = re.fullmatch(r"(.{1,140}?)[\s,/–—-]{1,4}([A-Z]{3})", words)
    if last and last[2] in codes() and _named(last[1]) in (last[2], None):
        return last[2] if _named(last[1]) else None
    for code, name in ((words[:3], words[3:]), (words[-3:], words[:-3])):  # glued together: CANCanada
        if code in codes() and name and _named(name) == code:
            return code
    return _named(words)


def _are_several(front: str, code: str) -> bool:
    """Whether what is ahead of a code in brackets names another NOC, as in `Canada (CAN), China (CHN)`."""
    if re.search(r"\([A-Z]{3}\)", front):
        return True
    parts = SEVERAL.split(front)
    return len(parts) > 1 and _named(front) is None and any(_named(part) not in (None, _code(code)) for part in parts)


def _named(name: str) -> str | None:
    """An NOC by its name alone; with & for and, and ue for ü."""
    key = _key(name).removeprefix("the ")
    found = _names().get(_key(name)) or _names().get(key) or _foreign_names().get(key)
    first, comma, last = key.partition(", ")
    if found is None and comma:
        return _named(f"{last} {first}")  # China, PR
    if found is None and " & " in key:
        return _named(key.replace(" & ", " and "))
    return found or _foreign_names().get(re.sub("(?<=[aou])e", "", key))


def _in_two_languages(words: str) -> str | None:
    """An NOC that is named several times, such as `Germany / Deutschland`."""
    parts = re.split(r"\s?[/|·]\s?|\s[-–—]\s", words)
    found = {noc_of(part) for part in parts} if 1 < len(parts) < 5 else set()
    return found.pop() if len(found) == 1 else None


def _of_title(words: str) -> str | None:
    """An NOC by the title of its page at some Games, such as `Canada at the 2022 Winter Olympics`."""
    if not re.search(r"\b(19|20)\d\d\b", words):
        return None
    parts = words.split()
    return next((code for n in range(min(len(parts) - 1, 8), 0, -1) if (code := _named(" ".join(parts[:n])))), None)


def _code(code: str) -> str:
    """Three letters as an IOC code: they may be the ISO code of a country whose IOC code is another."""
    return code if code in codes() else IOC_OF_ISO.get(code, code)


def federation_of(text: str) -> tuple[str, str] | None:
    """Return (federation, code that it starts under) of a text such as `Russia (AIN)` or `AIN (RUS)`; else None.

    Examples
    --------
    >>> [federation_of(text) for text in ("Russia (AIN)", "AIN (BLR)", "Russia (ROC)")]
    [('RUS', 'AIN'), ('BLR', 'AIN'), None]
    """
    front, bracket, inside = text.strip().rpartition("(")
    if len(text) > LONGEST or not bracket or not inside.endswith(")"):
        return None
    first, second = noc_of(front.strip()), noc_of(inside[:-1].strip())
    if first is None or second is None or first == second:
        return None
    if second in NEUTRAL and first not in NEUTRAL:
        return first, second
    return (second, first) if first in NEUTRAL and second not in NEUTRAL else None


def is_known(noc: str) -> bool:
    """Return whether a code is the IOC code of an NOC that is known here."""
    return noc in codes()


@cache
def name_of(noc: str) -> str:
    """Return the name to print for an IOC code; the code itself if it is not known."""
    if noc in NAMES:
        return NAMES[noc]
    iso = {code: country for country, code in IOC_OF_ISO.items()}.get(noc, noc)
    country = _countries().get(alpha_3=iso)
    if country is None:
        return noc
    name: str = getattr(country, "common_name", None) or country.name
    return name.partition(",")[0]


ARTICLE = frozenset({
    "BAH", "CAF", "CGO", "COD", "COM", "CZE", "DOM", "EUN", "GAM", "IVB", "ISV", "MDV", "MHL", "NED", "PHI", "SCG",
    "SEY", "SOL", "UAE", "URS", "USA",
})  # fmt: skip
"""NOCs whose English name takes an article."""


def in_prose(noc: str) -> str:
    """Return the name as it is written in a sentence: `the United States`."""
    name = name_of(noc)
    with_article = noc in ARTICLE and not name.endswith(("Czechia", "Seychelles"))
    return f"the {name}" if with_article and not name.lower().startswith("the ") else name


def flag_of(noc: str) -> str:
    """Return the flag of an NOC's country as two regional letters; empty where it has none of its own."""
    return _flags().get(noc, "")


@cache
def _flags() -> dict[str, str]:
    """IOC code -> flag."""
    flags = {"KOS": _flag("XK")}
    for country in _countries():
        if (code := _of_country(country)) is not None:
            flags[code] = _flag(country.alpha_2)
    return flags


def _flag(letters: str) -> str:
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in letters)
