"""NOCs by name and by code: names as pages write them, IOC codes, and the names to print.

Countries come from pycountry (ISO 3166). What it lacks stands here: IOC codes that differ from the ISO ones, NOCs that
are no country, and names in use on sports pages. The table of codes was compared with a second library's when it was
made.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from quotaproof.extras import library
from quotaproof.model.files import NOC_PATTERN

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
    "CIV": "Ivory Coast",
    "COD": "DR Congo",
    "CGO": "Congo",
    "CPV": "Cape Verde",
    "EUN": "Unified Team",
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
    "russian olympic committee": "ROC", "neutral athletes": "AIN", "authorised neutral athletes": "AIN",
    "ain": "AIN", "olympic athlete from russia": "OAR", "russian federation": "RUS", "republic of korea": "KOR",
    "korea": "KOR", "s korea": "KOR", "n korea": "PRK", "dpr korea": "PRK", "people's republic of china": "CHN",
    "pr china": "CHN", "united states of america": "USA", "us": "USA", "united kingdom": "GBR", "britain": "GBR",
    "great britain and northern ireland": "GBR", "team gb": "GBR", "holland": "NED", "the netherlands": "NED",
    "czech republic": "CZE", "turkiye": "TUR", "macedonia": "MKD", "swaziland": "SWZ", "cote d'ivoire": "CIV",
    "brunei": "BRU", "burma": "MYA", "democratic republic of the congo": "COD", "east timor": "TLS",
    "the gambia": "GAM", "us virgin islands": "ISV", "cabo verde": "CPV", "macau": "", "hong kong, china": "HKG",
    "belorussia": "BLR", "unified team at the olympics": "EUN",
}  # fmt: skip
"""Further names, in the form of `_key`; no code where a name has no NOC."""

NO_CODES = frozenset({"TBA", "TBC", "TBD", "DNS", "DNF", "DNQ", "DSQ", "YES", "NOC", "WCR"})
"""Three letters on pages that are no NOC."""


def _key(name: str) -> str:
    """A name in small letters without accents, points and blanks in a row."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(plain.lower().replace(".", "").replace("’", "'").split())


@cache
def _names() -> dict[str, str]:
    """Every name in the form of `_key` -> IOC code."""
    found: dict[str, str] = {}
    for country in library("pycountry", "import").countries:
        if country.alpha_3 in NO_NOC:
            continue
        code = IOC_OF_ISO.get(country.alpha_3, country.alpha_3)
        for field in ("name", "common_name", "official_name"):
            name = getattr(country, field, None)
            if name:
                found.setdefault(_key(name), code)
                found.setdefault(_key(name.partition(",")[0]), code)
    found |= {_key(name): code for code, name in NAMES.items()}
    found |= {name: code for name, code in ALIASES.items() if code}
    # Names that begin alike and are different NOCs are not told apart by what stands before the comma.
    found |= {"congo": "CGO", "korea": "KOR"}
    return found


@cache
def codes() -> frozenset[str]:
    """Return all IOC codes that are known, of the past as well."""
    return frozenset({*_names().values(), *NAMES})


@lru_cache(maxsize=10_000)
def noc_of(text: str) -> str | None:
    """Return the IOC code that a name, a code or a page's title stands for; None if there is none.

    Examples
    --------
    >>> [noc_of(name) for name in ("Kazakhstan", "Germany (GER)", "Canada at the 2022 Winter Olympics", "Narnia")]
    ['KAZ', 'GER', 'CAN', None]
    """
    words = re.sub(r"\[[^\]]*\]", "", text).strip(" *†‡§\n\t'")
    words = re.sub(r"\s*\(page does not exist\)$", "", words)
    words = re.sub(r"^flag of (the )?", "", words, flags=re.IGNORECASE)
    words = re.split(r"\s+(?:at|in) the \d{4}\b", words)[0].strip()
    if not words or len(words) > 120:
        return None
    bracketed = re.fullmatch(r"([^(;\n]*?)\s*\(([A-Z]{3})\)", words)
    if bracketed and bracketed[2] not in NO_CODES:
        return _code(bracketed[2])
    if NOC_PATTERN.fullmatch(words):
        return None if words in NO_CODES else _code(words)
    first = re.fullmatch(r"([A-Z]{3})\s*[-–:]?\s+(.+)", words)
    if first and first[1] in codes():
        return first[1]
    return _names().get(_key(words)) or _names().get(_key(words).removeprefix("the "))


def _code(code: str) -> str:
    """Three letters as an IOC code: they may be the ISO code of a country whose IOC code is another."""
    return code if code in codes() else IOC_OF_ISO.get(code, code)


def is_known(noc: str) -> bool:
    """Return whether a code is the IOC code of an NOC that is known here."""
    return noc in codes()


@cache
def name_of(noc: str) -> str:
    """Return the name to print for an IOC code; the code itself if it is not known."""
    if noc in NAMES:
        return NAMES[noc]
    iso = {code: country for country, code in IOC_OF_ISO.items()}.get(noc, noc)
    country = library("pycountry", "report").countries.get(alpha_3=iso)
    if country is None:
        return noc
    name: str = getattr(country, "common_name", None) or country.name
    return name.partition(",")[0]
