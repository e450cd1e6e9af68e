"""What the pages say in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from markdown_it import MarkdownIt
from markupsafe import Markup

from quotaproof.model.decisions import ONE
from quotaproof.model.quantities import counted, spelled
from quotaproof.model.rules import GENDERS
from quotaproof.reading_words import label_of

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(
    ["link", "image", "autolink", "html_inline", "html_block", "reference", "lheading", "hr", "code"]
)


OPTIONS = re.compile(r" \[(?:whatif: |--witness )[^\]\n]*\]| \(--from [^)\n]*\)")
"""What the command line says of its own options, which a page has links for."""


_BOLD = re.compile(r"\*\*([^*\n]+)\*\*(?:\n|$)")


def prose(text: str, level: int = 3, said: Callable[[str], str] = str) -> Markup:
    """Return an answer's Markdown as HTML, its first line (the title) and its tables left out; headings of a level.

    `said` puts it in other words. Neither HTML nor links in it are taken as such: an upload's title is only text.
    """
    blocks = text.strip().split("\n\n")
    kept = [block for block in blocks[1:] if not block.startswith("|")]
    if kept and blocks[-1].startswith("|") and kept[-1].startswith("###"):
        kept.pop()
    kept = [OPTIONS.sub("", block) for block in kept]
    plain = (re.sub(r"^#+", "#" * level, block) for block in kept)
    return Markup(_MARKDOWN.render(said("\n\n".join(plain))))


_CODE = re.compile(r"(?<![\w`:/=(-])([A-Z]{3})('s)?(?![\w`/=-]|:\S)( \((?=[a-z]))?")
_BEGINS = re.compile(r"(?:^|[.!?]\s|\n[-\s*\d.]*|^[-\s*]+)$")


def named(text: str, names: Mapping[str, str]) -> str:
    """Return a text in which each NOC has its name where its code is mentioned first: `Kazakhstan (KAZ)`."""
    from quotaproof.nations import in_prose

    seen: set[str] = set()

    def one(match: re.Match[str]) -> str:
        noc, own, bracket = match.groups()
        if noc in seen or names.get(noc, noc) == noc:
            return match[0]
        seen.add(noc)
        begins = _BEGINS.search(text[max(0, match.start() - 12) : match.start()]) is not None
        follows = text[match.end() : match.end() + 1]
        name = names[noc] if begins and follows in (",", ":") else in_prose(noc)
        name = f"{name[0].upper()}{name[1:]}" if begins else name
        return f"{name}{own or ''} ({noc}{', ' if bracket else ')'}"

    return _CODE.sub(one, text)


def plainly(text: str, names: Mapping[str, str]) -> str:
    """Return a text with the names of NOCs in place of their codes."""
    return _CODE.sub(lambda m: f"{names.get(m[1], m[1])}{m[2] or ''}{m[3] or ''}", text)


_WHY_NOT = re.compile(
    r"Why not ([\w-]+)>=(\d+) for ([^?]+)\? Because of [\w ]+; (?:it excludes|together they exclude) it, and without "
    r"(?:it|any one of them) it would be possible\."
)
_READ = re.compile(r"(^|\n)(- )?([a-z][a-z-]+)\. ([A-Z][^\n?]*\?) ([^\n]*)")
_WAYS = re.compile(r"\b([Rr])ead as ([^.;\n]*?), the rules")
_READING = re.compile(r"reading ([a-z-]+)=([a-z-]+)")


def for_readers(text: str, names: Mapping[str, str], nocs: Mapping[str, str]) -> str:
    """Return an answer's Markdown in words of the field: no identifiers of events, readings or targets.

    Parameters
    ----------
    names, nocs
        Event or gender -> words, and NOC -> name.
    """
    text = _WHY_NOT.sub(lambda match: _why_not(match, names), text)
    text = _READING.sub(lambda match: f"read as “{label_of(match[1], match[2])}”", text)
    text = _READ.sub(lambda match: f"{match[1]}{match[2] or ''}{match[4]} {_ways(match[3], match[5])}", text)
    events = [re.escape(event) for event in names if "-" in event]
    if events:
        found = re.compile(rf"(?<![\w`:=-])(?:{'|'.join(sorted(events, key=len, reverse=True))})(?![\w`:=>-])")
        text = found.sub(lambda match: f"the {names[match[0]]}", text)
    return named(text, nocs)


def _why_not(match: re.Match[str], names: Mapping[str, str]) -> str:
    column, least, noc = match[1], int(match[2]), match[3]
    what = (
        spelled(least, ONE[column])
        if column in ONE
        else f"{spelled(least, 'place')} in the {names.get(column, column)}"
    )
    return (
        f"Why not {what} or more for {noc}? What follows, taken together, excludes it; without any one part of it, it "
        "would be possible."
    )


def _ways(reading: str, rest: str) -> str:
    """What is said of the ways to read a clause, each by its words."""

    def one(match: re.Match[str]) -> str:
        values = re.sub(
            r"[a-z][a-z-]+(?= \(chosen\)|,| or|$)", lambda value: f"“{label_of(reading, value[0])}”", match[2]
        )
        return f"{match[1]}ead as {values.replace('(chosen)', '(as here)')}, the rules"

    return _WAYS.sub(one, rest)


def in_a_row(parts: Sequence[str]) -> str:
    """Return parts in a row: `A, B and C`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def in_words(kind: str, words: str, names: Mapping[str, str]) -> str:
    """Return a change as a person would say it, such as "KAZ gives back men's 1000 m"."""
    what, _, value = words.partition("=")
    noc, _, rest = what.partition(":")
    match kind:
        case "decline":
            if rest in GENDERS and names.get(rest) != rest and value:
                return (
                    f"{noc} sends {counted(int(value), 'athlete')} fewer among its {rest}"
                    if value.isdecimal()
                    else words
                )
            if rest in GENDERS and names.get(rest) != rest:  # an event may have the name of a gender
                return f"{noc} gives back everything of its {rest}"
            number = f" ({value} {'place' if value == '1' else 'places'})" if value else ""
            return f"{noc} gives back {names.get(rest, rest) or 'everything'}{number}"
        case "withdraw":
            return f"{noc} withdraws{f' from the {names.get(rest, rest)}' if rest else ''}"
        case "exclude":
            return f"{words} is out"
        case "host":
            return "no host" if words == "none" else f"{words} is the host"
        case "set":
            label = f"{names.get(noc, noc)} per NOC" if rest else names.get(noc, noc) if noc not in GENDERS else noc
            return f"{label}: {value} {'place' if value == '1' else 'places'}"
        case "reading":
            return f"{what.replace('-', ' ')} read as “{label_of(what, value)}”"
        case "disqualify":
            result, _, meet = rest.partition("@")
            event, _, qualifier = result.partition(":")
            which = f"result {qualifier}" if qualifier else "best result"
            return f"{noc} loses its {which} in {names.get(event, event)} at {meet}"
        case _:
            event, _, qualifier = rest.partition(":")
            entry = f" (qualifier {qualifier})" if qualifier else ""
            return f"{noc}{entry} moves to rank {value} of {names.get(event, event)}"


def each_in_words(changes: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return changes, as an answer names those that lead to a table, as a person would say them."""
    return [
        in_words("decline", text.removeprefix("decline "), names) if text.startswith("decline ") else text
        for text in changes
    ]


def listed_changes(text: str) -> list[str]:
    """Return the changes that a verification leads with, one sentence each, from its Markdown."""
    blocks = text.strip().split("\n\n")
    return [line.removeprefix("- ") for line in blocks[1].splitlines()] if len(blocks) > 1 else []


def verdict(text: str) -> str:
    """Return what an answer's title says behind the scenario's name, such as "the published table is …".

    Where the title is that of a published list, with its source, the verdict is the sentence in bold below it.
    """
    first, _, rest = text.strip().partition("\n")
    first = first.lstrip("# ")
    bold = _BOLD.match(rest.strip())
    if bold:
        return bold[1]
    said = first.rpartition(": ")[2]
    return said[:1].upper() + said[1:]
