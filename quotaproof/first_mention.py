"""NOCs in prose: each has its name where its code is mentioned first."""

from __future__ import annotations

import re
from collections.abc import Mapping

CODE = re.compile(r"(?<![\w`:/=-])(?:(?<!\()|(?=[A-Z]{3} \d))([A-Z]{3})('s)?(?![\w`/=-]|:\S)( \((?=[a-z]))?")
"""The code of an NOC in prose, and not in a command; with the genitive and the bracket that it may have.

Behind a bracket it stands for a name that is before it, unless numbers of several follow: `(CHN 3, RUS 3)`.
"""

_BEGINS = re.compile(r"(?:^|[.!?]\s|\n[-\s*\d.]*|^[-\s*]+)$")


def named(text: str, names: Mapping[str, str], articles: bool = True) -> str:
    """Return a text in which each NOC has its name where its code is mentioned first: `Kazakhstan (KAZ)`.

    One that has its name already keeps it.
    `articles` says that the text is English, where names within a sentence may have an article.
    """
    from quotaproof.nations import in_prose

    seen: set[str] = set()

    def one(match: re.Match[str]) -> str:
        noc, own, bracket = match.groups()
        if noc in seen or names.get(noc, noc) == noc:
            return match[0]
        seen.add(noc)
        if re.search(rf"{re.escape(names[noc])}(?:'s?)? \({noc}[,)]", text[: match.start()]):
            return match[0]
        begins = _BEGINS.search(text[max(0, match.start() - 12) : match.start()]) is not None
        follows = text[match.end() : match.end() + 1]
        name = names[noc] if not articles or (begins and follows in (",", ":")) else in_prose(noc)
        name = f"{name[:1].upper()}{name[1:]}" if begins else name
        own = "'" if own and re.fullmatch("[Tt]he .*s", name) else own or ""
        return f"{name}{own} ({noc}{', ' if bracket else ')'}"

    return CODE.sub(one, text)
