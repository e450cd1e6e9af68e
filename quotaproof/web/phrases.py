"""What the pages say in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from markdown_it import MarkdownIt
from markupsafe import Markup

from quotaproof.first_mention import CODE, named
from quotaproof.model.decisions import ONE
from quotaproof.model.quantities import meet_words, spelled
from quotaproof.model.rules import GENDERS
from quotaproof.reading_words import label_of, meaning_of

from .languages import first_capital, gettext, ngettext, stop
from .wording import athletes_name

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


def persons(gender: str, number: int) -> str:
    """Return a number of athletes of a gender: `56 men`."""
    if gender == "men":
        return ngettext("%(num)s man", "%(num)s men", number)
    return ngettext("%(num)s woman", "%(num)s women", number)


def plainly(text: str, names: Mapping[str, str]) -> str:
    """Return a text with the names of NOCs in place of their codes."""
    return CODE.sub(lambda m: f"{names.get(m[1], m[1])}{m[2] or ''}{m[3] or ''}", text)


_WHY_NOT = re.compile(
    r"Why not ([\w-]+)>=(\d+) for ([^?]+)\? Because of [\w ]+; (?:it excludes|together they exclude) it, and without "
    r"(?:it|any one of them) it would be possible\."
)
_READ = re.compile(r"(^|\n)(- )?([a-z][a-z-]+)\. ([A-Z][^\n?]*\?) ([^\n]*)")
_WAYS = re.compile(r"\b([Rr])ead as ([^.;\n]*?), the rules")
_READING = re.compile(r"reading ([a-z-]+)=([a-z-]+)")
_CHOSEN = re.compile(r"(?<=\(open clauses read as )[^)]+(?=\))")
_FACTS = re.compile(r"\b(\d+ )fact(s?)\b(?! and clauses)")


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
    text = _statements(_CHOSEN.sub(_chosen, text))
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


def _chosen(match: re.Match[str]) -> str:
    """What is said of the readings of a table, `gender-cap walk and fifth-in-walk yes`, each by its words."""
    return re.sub(r"([a-z][a-z-]+) ([a-z][a-z-]+)(?=,| and |$)", lambda one: f"“{label_of(one[1], one[2])}”", match[0])


def _statements(text: str) -> str:
    """Return a text in which a number of facts is one of published statements, as the page says elsewhere."""
    return _FACTS.sub(r"\1published statement\2", text)


def reading_label(reading: str, value: str) -> str:
    """Return a way to read a clause in a few words, in the language of the page."""
    return gettext(label_of(reading, value))


def meaning(reading: str, value: str) -> str:
    """Return what a way to read a clause means, in the language of the page."""
    text = meaning_of(reading, value)
    return gettext(text) if text else ""


def in_a_row(parts: Sequence[str]) -> str:
    """Return parts in a row: `A, B and C`."""
    if len(parts) < 2:
        return "".join(parts)
    return gettext("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1])


def in_words(kind: str, words: str, names: Mapping[str, str]) -> str:
    """Return a change as a person would say it, such as "KAZ gives back men's 1000 m"."""
    what, _, value = words.partition("=")
    noc, _, rest = what.partition(":")
    match kind:
        case "decline":
            if rest in GENDERS and names.get(rest) != rest and value:
                return _fewer(noc, rest, int(value)) if value.isdecimal() else words
            if rest in GENDERS and names.get(rest) != rest:  # an event may have the name of a gender
                if rest == "men":
                    return gettext("%(noc)s gives back everything of its men", noc=noc)
                return gettext("%(noc)s gives back everything of its women", noc=noc)
            given: str = names.get(rest, rest) or gettext("everything")
            given += f" ({_places(value)})" if value else ""
            return gettext("%(noc)s gives back %(what)s", noc=noc, what=given)
        case "withdraw":
            who = names.get(noc, noc)
            if rest:
                return gettext("%(name)s withdraws from the %(event)s", name=who, event=names.get(rest, rest))
            return gettext("%(name)s withdraws", name=who)
        case "exclude":
            return gettext("%(noc)s is out", noc=words)
        case "host":
            return gettext("no host") if words == "none" else gettext("%(noc)s is the host", noc=words)
        case "set":
            if rest:
                label: str = gettext("%(event)s per NOC", event=names.get(noc, noc))
            elif noc == "total":
                label = gettext("total")
            else:
                label = athletes_name(noc) if noc in GENDERS else names.get(noc, noc)
            return f"{label}{stop(':')} {_places(value)}"
        case "reading":
            read = {"reading": what.replace("-", " "), "value": reading_label(what, value)}
            return gettext("%(reading)s read as “%(value)s”", **read)
        case "disqualify":
            result, _, meet = rest.partition("@")
            event, _, qualifier = result.partition(":")
            told = {"noc": noc, "event": names.get(event, event), "meet": meet_words(meet)}
            if qualifier:
                return gettext("%(noc)s loses its result %(number)s in %(event)s at %(meet)s", number=qualifier, **told)
            return gettext("%(noc)s loses its best result in %(event)s at %(meet)s", **told)
        case _:
            event, _, qualifier = rest.partition(":")
            told = {"noc": noc, "rank": value, "event": names.get(event, event)}
            if qualifier:
                return gettext(
                    "%(noc)s (qualifier %(number)s) moves to rank %(rank)s of %(event)s", number=qualifier, **told
                )
            return gettext("%(noc)s moves to rank %(rank)s of %(event)s", **told)


def _fewer(noc: str, gender: str, number: int) -> str:
    """What an NOC says that sends fewer of a gender."""
    if gender == "men":
        return ngettext(
            "%(noc)s sends %(num)s athlete fewer among its men",
            "%(noc)s sends %(num)s athletes fewer among its men",
            number,
            noc=noc,
        )
    return ngettext(
        "%(noc)s sends %(num)s athlete fewer among its women",
        "%(noc)s sends %(num)s athletes fewer among its women",
        number,
        noc=noc,
    )


def _places(number: str) -> str:
    """A number of places as it was written, which may be no number."""
    return ngettext("%(num)s place", "%(num)s places", int(number) if number.isdecimal() else 0, num=number)


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
    said = _statements(first.rpartition(": ")[2])
    return first_capital(said)
