"""Every malformed input is refused in one sentence that names the file, the line, the field and what is wrong."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotaproof.model.errors import InputError
from quotaproof.model.files import SIZE_LIMIT, TOML_LIMIT
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_loading import load_folder
from quotaproof.scenarios import FOLDER

BEIJING = "beijing-2022"
SOCHI = "sochi-2014"

Edit = Callable[[str], str | bytes]


@dataclass(frozen=True)
class Case:
    """A change to one file of a scenario, and what the refusal must say.

    `line` is a number, a text that only the line in question holds, such a text with an offset, or None.
    """

    name: str
    file: str
    edit: Edit
    says: str
    line: int | str | tuple[str, int] | None = None
    field: str | None = None
    base: str = BEIJING

    def line_in(self, text: str) -> int | None:
        if self.line is None or isinstance(self.line, int):
            return self.line
        mark, offset = self.line if isinstance(self.line, tuple) else (self.line, 0)
        (number,) = (number for number, content in enumerate(text.split("\n"), 1) if mark in content)
        return number + offset


def swap(old: str, new: str) -> Edit:
    """Replace one passage, which must be there exactly once."""

    def edit(text: str) -> str:
        assert text.count(old) == 1, f"{old!r} appears {text.count(old)} times"
        return text.replace(old, new)

    return edit


def first(old: str, new: str) -> Edit:
    """Replace the first occurrence of a passage."""

    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


def within(mark: str, old: str, new: str) -> Edit:
    """Replace the first `old` behind a `mark` that is there exactly once."""

    def edit(text: str) -> str:
        assert text.count(mark) == 1, f"{mark!r} appears {text.count(mark)} times"
        start = text.index(mark)
        assert old in text[start:]
        return text[:start] + text[start:].replace(old, new, 1)

    return edit


def append(line: str) -> Edit:
    return lambda text: f"{text.rstrip()}\n{line}\n"


def whole(text: str | bytes) -> Edit:
    return lambda _: text


def each(*edits: Edit) -> Edit:
    def edit(text: str) -> str | bytes:
        result: str | bytes = text
        for one in edits:
            assert isinstance(result, str)
            result = one(result)
        return result

    return edit


HEADER = "event,rank,noc,qualifier"


def standings(name: str, rows: str, says: str, line: int | None, field: str | None, header: str = HEADER) -> Case:
    text = "\n".join([header, *rows.split()]) + "\n"
    return Case(f"standings: {name}", "standings.csv", whole(text), says, line, field)


def known(name: str, row: str, says: str, field: str | None, *before: str) -> Case:
    """A fact appended to the known ones, after the facts `before`."""
    edit = append("\n".join((*before, row)))
    return Case(f"known: {name}", "known.csv", edit, says, row, field)


def declines(name: str, rows: str, says: str, line: int | None, field: str | None, base: str = SOCHI) -> Case:
    text = "\n".join(["event,noc,qualifier,date,source", *rows.split()]) + "\n"
    return Case(f"declines: {name}", "declines.csv", whole(text), says, line, field, base)


def returned(name: str, row: str, says: str, field: str) -> Case:
    text = f"event,noc,qualifier,date,source,taken-by,number\n{row}\n"
    return Case(f"declines: quota places, {name}", "declines.csv", whole(text), says, 2, field)


def rules(
    name: str, edit: Edit, says: str, line: int | str | tuple[str, int] | None, field: str | None, base: str = BEIJING
) -> Case:
    return Case(f"rules: {name}", "rules.toml", edit, says, line, field, base)


STANDINGS = [
    Case("standings: empty", "standings.csv", whole(""), "empty", 1),
    Case("standings: comments only", "standings.csv", whole("# to do\n\n"), "empty", 1),
    standings("missing column", "men-500,1,CAN", "column is missing", 1, "qualifier", "event,rank,noc"),
    standings("unknown column", "men-500,1,CAN,1,x", "column is unknown", 1, "skater", f"{HEADER},skater"),
    standings("column without a name", "men-500,1,CAN,1,x", "column is unknown", 1, "''", f"{HEADER},"),
    standings("doubled column", "men-500,1,CAN,1,1", "column appears twice", 1, "rank", f"{HEADER},rank"),
    standings("columns parted by semicolons", "men-500;1;CAN;1", "missing", 1, "event", HEADER.replace(",", ";")),
    standings("short row", "men-500,1,CAN,1 men-500,2,ITA", "has 3 fields; the header has 4", 3, None),
    standings("long row", "men-500,1,CAN,1,", "has 5 fields; the header has 4", 2, None),
    standings("no header", "men-500,2,ITA,1", "column is missing", 1, "event", "men-500,1,CAN,1"),
    standings("unknown event", "men-3000,1,CAN,1", "'men-3000' is unknown", 2, "event"),
    standings("event in capitals", "MEN-500,1,CAN,1", "'MEN-500' is unknown", 2, "event"),
    standings("duplicate rank", "men-500,1,CAN,1 men-500,1,ITA,1", "appears twice", 3, "rank"),
    standings("gap in ranks", "men-500,1,CAN,1 men-500,3,ITA,1", "rank 2 of men-500 is missing", 3, "rank"),
    standings("ranks from 2 on", "men-500,2,CAN,1", "rank 1 of men-500 is missing", 2, "rank"),
    standings("rank 0", "men-500,0,CAN,1", "not a whole number from 1", 2, "rank"),
    standings("negative rank", "men-500,-1,CAN,1", "not a whole number", 2, "rank"),
    standings("decimal rank", "men-500,1.0,CAN,1", "'1.0' is not a whole number", 2, "rank"),
    standings("rank in words", "men-500,first,CAN,1", "'first' is not a whole number", 2, "rank"),
    standings("rank in other digits", "men-500,١,CAN,1", "is not a whole number", 2, "rank"),
    standings("no rank", "men-500,,CAN,1", "'' is not a whole number", 2, "rank"),
    standings("huge rank", f"men-500,{'9' * 40},CAN,1", "is not a whole number from 1 to 999,999,999", 2, "rank"),
    standings("rank far away", "men-500,1,CAN,1 men-500,999999999,CAN,2", "rank 2 of men-500 is missing", 3, "rank"),
    standings("lower-case NOC", "men-500,1,can,1", "three capital letters", 2, "noc"),
    standings("NOC by its name", "men-500,1,Canada,1", "'Canada' is not an IOC code", 2, "noc"),
    standings("long NOC", f"men-500,1,{'A' * 5000},1", "is not an IOC code", 2, "noc"),
    standings("no NOC", "men-500,1,,1", "or ?", 2, "noc"),
    standings("qualifier 2 before 1", "men-500,1,CAN,2 men-500,2,CAN,1", "before its qualifier 1", 2, "qualifier"),
    standings("qualifier 1 left out", "men-500,1,CAN,1 men-500,2,CAN,3", "before its qualifier 2", 3, "qualifier"),
    standings(
        "qualifier behind", "men-500,1,?,? men-500,2,CAN,2 men-500,3,CAN,1", "behind its qualifier 2", 4, "qualifier"
    ),
    standings(
        "one unknown entry for two", "men-500,1,?,? men-500,2,CAN,2 men-500,3,ITA,2", "too few unknown", 4, "qualifier"
    ),
    standings("qualifier twice", "men-500,1,CAN,1 men-500,2,CAN,1", "1 appears twice in men-500", 3, "qualifier"),
    standings("relay twice", "men-relay,1,CAN,1 men-relay,2,CAN,1", "appears twice in men-relay", 3, "qualifier"),
    standings("relay qualifier 2", "men-relay,1,CAN,1 men-relay,2,ITA,2", "one team per NOC", 3, "qualifier"),
    standings("qualifier 0", "men-500,1,CAN,0", "not a whole number from 1", 2, "qualifier"),
    standings("decimal qualifier", "men-500,1,CAN,1.5", "not a whole number", 2, "qualifier"),
    standings("no qualifier of a known NOC", "men-500,1,CAN,", "'' is not a whole number", 2, "qualifier"),
    standings(
        "a row too many", "men-500,1,CAN,1 men-500,2,CAN,? men-500,3,CAN,2", "behind 2 of its entries", 4, "qualifier"
    ),
    standings("negative points", "men-500,1,CAN,1,-5", "'-5' is not a whole", 2, "points", f"{HEADER},points"),
    standings("decimal points", "men-500,1,CAN,1,5.5", "not a whole number", 2, "points", f"{HEADER},points"),
    standings("huge points", f"men-500,1,CAN,1,{10**30}", "not a whole number", 2, "points", f"{HEADER},points"),
    standings("tie of one", "men-500,1,CAN,1 men-500,2=,ITA,1", "shared with no other row", 3, "rank"),
    standings("tie at rank 0", "men-500,0=,CAN,1 men-500,0=,ITA,1", "ranks count from 1", 2, "rank"),
    standings("tie marked once", "men-500,1=,CAN,1 men-500,1,ITA,1", "write 1= on every row", 3, "rank"),
    standings("rank behind a tie", "men-500,1=,CAN,1 men-500,1=,ITA,1 men-500,2,NED,1", "rank 3 of men-500", 4, "rank"),
    standings("tie by two marks", "men-500,1==,CAN,1 men-500,1==,ITA,1", "'1==' is not a whole number", 2, "rank"),
    standings("draw without a tie", "men-500,1,CAN,1,1", "where there is no tie", 2, "draw", f"{HEADER},draw"),
    standings("draw from 0", "men-500,1=,CAN,1,0 men-500,1=,ITA,1,1", "from 1", 2, "draw", f"{HEADER},draw"),
    standings(
        "half a draw", "men-500,1=,CAN,1,1 men-500,1=,ITA,1,", "must number them 1 to 2", 2, "draw", f"{HEADER},draw"
    ),
    standings(
        "draw with a number twice",
        "men-500,1=,CAN,1,1 men-500,1=,ITA,1,1",
        "must number them 1 to 2",
        3,
        "draw",
        f"{HEADER},draw",
    ),
    standings(
        "draw with a gap",
        "men-500,1=,CAN,1,1 men-500,1=,ITA,1,3",
        "must number them 1 to 2",
        3,
        "draw",
        f"{HEADER},draw",
    ),
    Case(
        "standings: unclosed quotation mark",
        "standings.csv",
        whole(f'{HEADER}\nmen-500,1,"CAN,1\nmen-500,2,ITA,1\n'),
        "quotation mark is not closed",
        2,
    ),
    Case(
        "standings: text behind a quotation",
        "standings.csv",
        whole(f'{HEADER}\nmen-500,1,"CAN"x,1\n'),
        "not valid CSV",
        2,
    ),
    Case("standings: huge cell", "standings.csv", whole(f"{HEADER}\n{'x' * 200_000},1,CAN,1\n"), "not valid CSV", 2),
    Case("standings: zero byte", "standings.csv", whole(f"{HEADER}\nmen-500,1,CA\0,1\n"), "zero byte", 2),
    Case(
        "standings: Latin-1",
        "standings.csv",
        whole("event,rank,noc,qualifier\n# Zürich\n".encode("latin-1")),
        "not UTF-8",
        2,
    ),
    Case("standings: UTF-16", "standings.csv", whole(f"{HEADER}\nmen-500,1,CAN,1\n".encode("utf-16")), "not UTF-8", 1),
    Case(
        "standings: UTF-16 without a mark",
        "standings.csv",
        whole(f"{HEADER}\nmen-500,1,CAN,1\n".encode("utf-16-le")),
        "zero byte",
        1,
    ),
    Case("standings: a picture", "standings.csv", whole(bytes(range(256)) * 10), "not UTF-8", 2),
    Case(
        "standings: rank given to a second NOC",
        "standings.csv",
        append("men-500,1,TUR,1,1800"),
        "rank 1 of men-500 appears twice",
        "men-500,1,TUR",
        "rank",
        SOCHI,
    ),
    Case(
        "standings: a row lost",
        "standings.csv",
        swap("men-500,2,CAN,1,1512\n", ""),
        "rank 2 of men-500 is missing before rank 3",
        "men-500,3,RUS,2,1312",
        "rank",
        SOCHI,
    ),
]

TABLE = "noc,men-500,men-1000,men-1500,men-relay,women-500,women-1000,women-1500,women-relay,mixed-relay,athletes"

PUBLISHED = [
    Case("published: empty", "published.csv", whole(""), "empty", 1),
    Case("published: header only", "published.csv", whole(f"{TABLE}\n"), "table has no NOC", 1),
    Case(
        "published: total only",
        "published.csv",
        whole(f"{TABLE}\nTOTAL,0,0,0,0,0,0,0,0,0,0\n"),
        "table has no NOC",
        1,
    ),
    Case("published: missing event", "published.csv", first("men-1500,", ""), "is missing", 1, "men-1500"),
    Case("published: missing athletes", "published.csv", first("athletes", "people"), "is unknown", 1, "people"),
    Case("published: unknown column", "published.csv", first("athletes", "athletes,men"), "is unknown", 1, "men"),
    Case(
        "published: column with a line break",
        "published.csv",
        first("athletes", 'athletes,"a\nb"'),
        "quotation mark is not closed",
        1,
    ),
    Case(
        "published: column with a control character",
        "published.csv",
        first("athletes", "athletes,a\x0bb"),
        "is unknown",
        1,
        r"'a\x0bb'",
    ),
    Case("published: doubled column", "published.csv", first("athletes", "athletes,noc"), "twice", 1, "noc"),
    Case("published: second row", "published.csv", swap("BEL,1,1,1", "AUS,1,1,1"), "AUS has a second row", 3, "noc"),
    Case(
        "published: row after the total",
        "published.csv",
        append("SVK,0,0,0,0,0,0,1,0,0,1"),
        "must be the last",
        "SVK,0",
        "noc",
    ),
    Case("published: second total", "published.csv", append("TOTAL,,,,,,,,,,112"), "must be the last", 26, "noc"),
    Case("published: lower-case total", "published.csv", swap("TOTAL", "total"), "not an IOC code", "total,", "noc"),
    Case("published: lower-case NOC", "published.csv", swap("AUS", "aus"), "three capital letters", 2, "noc"),
    Case("published: unknown NOC", "published.csv", swap("AUS", "??"), "or ?", 2, "noc"),
    Case("published: no NOC", "published.csv", swap("AUS", ""), "not an IOC code", 2, "noc"),
    Case("published: tick", "published.csv", swap("AUS,1", "AUS,x"), "'x' is not a whole number", 2, "men-500"),
    Case("published: negative", "published.csv", swap("AUS,1", "AUS,-1"), "not a whole number from 0", 2, "men-500"),
    Case("published: decimal", "published.csv", swap("AUS,1", "AUS,1.0"), "not a whole number", 2, "men-500"),
    Case("published: exponent", "published.csv", swap("AUS,1", "AUS,1e0"), "not a whole number", 2, "men-500"),
    Case("published: too large", "published.csv", swap("AUS,1", "AUS,1000"), "from 0 to 999", 2, "men-500"),
    Case("published: huge total", "published.csv", swap("TOTAL,32", f"TOTAL,{10**12}"), "not a whole", 25, "men-500"),
    Case("published: short row", "published.csv", swap("AUS,1,", "AUS,"), "has 10 fields; the header has 11", 2),
    Case("published: zero byte", "published.csv", swap("AUS", "A\0S"), "zero byte", 2),
    Case("published: quotation mark", "published.csv", swap("AUS", '"AUS'), "quotation mark is not closed", 2),
    Case("published: Latin-1", "published.csv", lambda text: f"{text}# Côte\n".encode("latin-1"), "not UTF-8", 26),
]

KNOWN = [
    Case("known: empty", "known.csv", whole(""), "empty", 1),
    Case("known: missing column", "known.csv", first(",source", ""), "column is missing", 1, "source"),
    Case("known: unknown column", "known.csv", first(",source", ",source,by"), "column is unknown", 1, "by"),
    known("unknown event", "team,rank,CAN,1,press", "'team' is unknown", "event"),
    known("unknown kind", "men-500,place,CAN,1,press", "'place' is unknown; use one of rank, ranked", "fact"),
    known("no source", "men-500,rank,CAN,1,", "a fact needs a source", "source"),
    known("blank source", "men-500,rank,CAN,1,  ", "a fact needs a source", "source"),
    known("short row", "men-500,rank,CAN,1", "has 4 fields; the header has 5", None),
    known("comma in the source", "men-500,rank,CAN,1,press, May", "has 6 fields", None),
    known("lower-case NOC", "men-500,rank,can,1,press", "three capital letters", "noc"),
    known("rank of an unknown NOC", "men-500,rank,?,1,press", "not an IOC code", "noc"),
    known("membership of an unknown NOC", "men-500,ranked,?,1,press", "not an IOC code", "noc"),
    known("rank 0", "men-500,rank,CAN,0,press", "not a whole number from 1", "value"),
    known("negative rank", "men-500,rank,CAN,-3,press", "not a whole number", "value"),
    known("decimal rank", "men-500,rank,CAN,3.5,press", "not a whole number", "value"),
    known("huge rank", "men-500,rank,CAN,1000,press", "not a whole number from 1 to 999", "value"),
    known("half a membership", "men-500,ranked,CAN,2,press", "neither 1 (in the ranking) nor 0", "value"),
    known("ahead of nobody", "men-500,ahead-of,CAN,,press", "'' is not the code of another NOC", "value"),
    known("ahead of itself", "men-500,ahead-of,CAN,CAN,press", "is not the code of another NOC", "value"),
    known("ahead of a rank", "men-500,ahead-of,CAN,3,press", "'3' is not the code of another NOC", "value"),
    known(
        "rank given twice",
        "men-1000,rank,CAN,3,press",
        "CAN's qualifier 1 is at rank 3 of men-1000, but by line",
        "value",
        "men-1000,rank,ITA,3,press",
    ),
    known(
        "rank given twice, an unknown NOC between",
        "men-1000,came-in-rank,CAN,3,press",
        "at rank 3 of men-1000, but by line",
        "value",
        "men-1000,declined-rank,?,3,press",
        "men-1000,rank,ITA,3,press",
    ),
    known(
        "two ranks",
        "men-1000,rank,CAN,4,press",
        "CAN's qualifier 1 is at rank 3 of men-1000",
        "value",
        "men-1000,rank,CAN,3,press",
    ),
    known(
        "ranked and not",
        "men-1000,ranked,CAN,0,press",
        "CAN's qualifier 1 is not in the ranking of men-1000, but by line",
        "value",
        "men-1000,ranked,CAN,1,press",
    ),
    known(
        "a rank outside the ranking",
        "men-1000,rank,CAN,5,press",
        "is not in the ranking of men-1000",
        "value",
        "men-1000,ranked,CAN,0,press",
    ),
    known(
        "places and none",
        "men-1000,qualified,CAN,0,press",
        "CAN holds none of the start places of men-1000, but by line",
        "value",
        "men-1000,qualified,CAN,2,press",
    ),
    known(
        "each ahead of the other",
        "men-1000,ahead-of,ITA,CAN,press",
        "ITA is ahead of CAN in men-1000, but by line",
        "value",
        "men-1000,ahead-of,CAN,ITA,press",
    ),
    Case(
        "known: relay qualifier 2",
        "known.csv",
        whole("event,fact,noc,value,source,qualifier\nmen-relay,rank,CAN,1,press,2\n"),
        "one team per NOC",
        2,
        "qualifier",
    ),
    Case(
        "known: qualifier 0",
        "known.csv",
        whole("event,fact,noc,value,source,qualifier\nmen-500,rank,CAN,1,press,0\n"),
        "not a whole number from 1",
        2,
        "qualifier",
    ),
    Case("known: zero byte", "known.csv", first("rank,CHN", "rank,\0HN"), "zero byte", 2),
    Case("known: Latin-1", "known.csv", whole("# Zürich\n".encode("latin-1")), "not UTF-8", 1),
]

DECLINES = [
    Case("declines: empty", "declines.csv", whole(""), "empty", 1),
    Case("declines: missing column", "declines.csv", whole("event,noc,date,source\n"), "missing", 1, "qualifier"),
    declines("unknown event", "team,CAN,1,,", "'team' is unknown", 2, "event"),
    declines("a quota place with a qualifier", "men,CAN,1,,", "a quota place has no qualifier", 2, "qualifier"),
    declines("a quota place of whom", "men,?,,,", "must be known; name the NOC", 2, "noc"),
    declines("a quota place twice", "men,CAN,,, men,CAN,,,", "has a second row for men of that date", 3, "noc"),
    declines("who declined before", "men,CAN,,, men-500,?,?,,", "depends on who declined here", 3, "noc"),
    returned("no number", "men,CAN,,,,,two", "not a whole number", "number"),
    returned("number 0", "men,CAN,,,,,0", "not a whole number from 1", "number"),
    returned("number of an event", "men-500,CAN,1,,,,2", "a row of an event is one start place", "number"),
    returned("taker", "men,CAN,,,,FRA,1", "follows from the rules; leave it empty", "taken-by"),
    returned("date", "men,CAN,,January,,,1", "not a date", "date"),
    declines("lower-case NOC", "men-500,can,1,,", "three capital letters", 2, "noc"),
    declines("unknown NOC", "men-500,?,1,,", "so its qualifier is too", 2, "qualifier"),
    declines("qualifier 0", "men-500,CAN,0,,", "not a whole number from 1", 2, "qualifier"),
    declines("no qualifier", "men-500,CAN,,,", "not a whole number", 2, "qualifier"),
    declines("not in the ranking", "men-500,CAN,9,,", "CAN has no qualifier 9 in men-500", 2, "qualifier"),
    declines("NOC not in the ranking", "men-relay,LAT,1,,", "LAT has no qualifier 1 in men-relay", 2, "qualifier"),
    declines("twice", "men-500,CAN,1,, men-500,RUS,1,, men-500,CAN,1,,", "is declined twice", 4, "qualifier"),
    declines("relay qualifier 2", "men-relay,CAN,2,,", "one team per NOC", 2, "qualifier", BEIJING),
    declines("huge qualifier", "men-500,CAN,1000,,", "from 1 to 999", 2, "qualifier", BEIJING),
    declines("short row", "men-500,CAN,1", "has 3 fields; the header has 5", 2, None),
]

AGAIN = 'title = "Again"\nclause = "none"\n'
MINIMAL = """title = "x"
events = []
pathways = [3]
[total]
athletes = 1
men = 1
women = 1
[host]
events = []
clause = "none"
"""
ONE_EVENT = 'events = [{ id = "men-500", gender = "men", kind = "individual", start-places = 1 }]'
EVENT_5 = 'id = "women-500"'
EVENT_8 = 'id = "women-relay"'
HEAD_5, HEAD_8, HEAD_9 = (EVENT_5, -1), (EVENT_8, -1), ('id = "mixed-relay"', -1)
P1, P2, P3, P4, P5, P7 = ((f'id = "{name}"', -1) for name in ("P1", "P2", "P3", "P4", "P5", "P7"))
"""Lines of headers: the id of a table is on the next line."""

HOST_EVENTS = ("[host]", 1)
RELAYS = 'events = ["men-relay", "women-relay"]'
LATER_QUOTA_PLACES = 'kind = "quota-places"\ntitle = "Again"\nclause = "none"\nrelay-athletes = 4'
SECOND_QUOTA_PLACES = f'{LATER_QUOTA_PLACES}\n\n[[pathways]]\nid = "P41"\nkind = "team-top-up"'
SECOND_REALLOCATION = (
    '[[pathways]]\nid = "P8"\nkind = "reallocation"\ntitle = "Again"\nclause = "none"\nrepeats = []\n\n[[readings]]'
)


def without_quota_places(text: str) -> str:
    text = re.sub(r'\[\[pathways\]\]\nid = "P3".*?(?=\[\[pathways)', "", text, flags=re.DOTALL)
    return text.replace('uses = ["P3"]\n', "")


def reading(name: str, offset: int = 0) -> tuple[str, int]:
    return f'name = "{name}"', offset


RULES = [
    rules("empty", whole(""), "the key is missing", None, "title"),
    rules("no TOML", whole("Quota rules\n"), "not valid TOML", 1, None),
    rules("unclosed text", append('x = """'), "not valid TOML (Unterminated string)", 'x = """', None),
    rules("unclosed list", whole('title = "x"\nevents = [\n  1,\n'), "not valid TOML", 3, None),
    rules("key twice", swap("men = 56\nwomen", "men = 56\nmen = 57\nwomen"), "Cannot overwrite", "men = 57", None),
    rules("table twice", whole("[total]\n[host]\n[total]\n"), "not valid TOML", 3, None),
    rules("lists in lists", whole("x = [\n" + ("[" * 2000 + "\n") * 20), "nested too deeply", None, None),
    rules("long line", append(f"x = {'9' * 5000}"), "the line has 5,004 characters", "x = 9", None),
    rules("large", lambda text: text + "# more\n" * 20_000, "at most 100,000 are read", None, None),
    rules("zero byte", whole("# rules\ntit\0e = 3\n"), "zero byte", 2, None),
    rules("UTF-16", lambda text: text.encode("utf-16"), "not UTF-8", 1, None),
    rules("unknown table", append("[weights]"), "the key is unknown; known here are events", "[weights]", "weights"),
    rules("unknown key", swap("[total]", "[total]\nmixed = 3"), "the key is unknown", "mixed = 3", "total.mixed"),
    rules("line break in a key", swap("[total]", '[total]\n"a\\nb" = 3'), "unknown", "[total]", r"total.'a\nb'"),
    rules("long key", swap("[total]", f"[total]\n{'k' * 99} = 3"), "unknown", "kkk", f"total.'{'k' * 60}'…"),
    rules("missing table", swap("[total]", "[sum]"), "the key is missing", None, "total"),
    rules("missing key", swap("men = 56\nwomen = 56\n", "women = 56\n"), "is missing", "[total]", "total.men"),
    rules("key of an event", within(EVENT_5, 'kind = "individual"\n', ""), "is missing", HEAD_5, "events.5.kind"),
    rules(
        "underscore in a key",
        within(EVENT_5, "start-places", "start_places"),
        "the key is missing",
        HEAD_5,
        "events.5.start-places",
    ),
    rules(
        "key as the program names it",
        swap(EVENT_5, 'identifier = "women-500"'),
        "the key is missing",
        ('identifier = "women-500"', -1),
        "events.5.id",
    ),
    rules(
        "text for a number",
        swap("athletes = 112", 'athletes = "112"'),
        "this must be a whole number, not '112'",
        'athletes = "112"',
        "total.athletes",
    ),
    rules("decimal", swap("athletes = 112", "athletes = 112.5"), "not 112.5", "112.5", "total.athletes"),
    rules("yes for a number", swap("athletes = 112", "athletes = true"), "not True", "= true", "total.athletes"),
    rules("negative cap", swap("athletes = 112", "athletes = -1"), "not -1", "athletes = -1", "total.athletes"),
    rules(
        "huge cap",
        swap("athletes = 112", f"athletes = {'9' * 2000}"),
        "not a number of more than 18 digits",
        "athletes = 9",
        "total.athletes",
    ),
    rules("number for text", first('title = "', 'title = 3 # "'), "in quotation marks, not 3", "title = 3", "title"),
    rules("empty text", swap('title = "Relays"', 'title = ""'), "not ''", 'title = ""', "pathways.1.title"),
    rules("number for a table", whole('title = "x"\ntotal = 3\n'), "this must be a table, not 3", 2, "total"),
    rules("table for a list", whole(first("events = []\n", "")(MINIMAL) + "[events]"), "must be a list", 10, "events"),
    rules("no events", whole(MINIMAL), "at least 1 item", 2, "events"),
    rules(
        "text for a list",
        within("[host]", "events = [", 'events = "all"\nothers = ['),
        "this must be a list, not 'all'",
        'events = "all"',
        "host.events",
    ),
    rules("event in capitals", swap(EVENT_5, 'id = "Women-500"'), "not 'Women-500'", '"Women-500"', "events.5.id"),
    rules("event twice", swap(EVENT_5, 'id = "men-500" #'), "men-500 is defined twice", '0" #', "events.5.id"),
    rules("unknown gender", within(EVENT_5, '"women"', '"girls"'), "not 'girls'", '"girls"', "events.5.gender"),
    rules("unknown kind", within(EVENT_5, '"individual"', '"team"'), "not 'team'", '"team"', "events.5.kind"),
    rules(
        "mixed individual event",
        within(EVENT_5, '"women"', '"mixed"'),
        "an individual event is for men or for women",
        (EVENT_5, 1),
        "events.5.gender",
    ),
    rules(
        "two teams per NOC",
        within(EVENT_8, "start-places = 8", "per-noc = 2\nstart-places = 8"),
        "per-noc must be 1",
        "per-noc = 2",
        "events.8.per-noc",
    ),
    rules("team missing", swap("team = {", "# team = {"), "states team = {", HEAD_9, "events.9.team"),
    rules("team of women only", swap("{ men = 2, ", "{ "), "both men and women", "team = {", "events.9.team"),
    rules("team without men", swap("{ men = 2", "{ men = 0"), "not 0", "team = {", "events.9.team.men"),
    rules("team of girls", swap("{ men = 2", "{ girls = 2"), "not 'girls'", "team = {", "events.9.team.girls"),
    rules(
        "large team", swap("{ men = 2", "{ men = 5"), "more athletes than a relay brings", "team = {", "events.9.team"
    ),
    rules(
        "team in a relay of one gender",
        within(EVENT_8, "start-places = 8", "team = { men = 1, women = 1 }\nstart-places = 8"),
        "and no other event",
        "women = 1",
        "events.8.team",
    ),
    rules(
        "second relay",
        within(EVENT_8, 'gender = "women"', 'gender = "men"'),
        "second relay for men",
        (EVENT_8, 1),
        "events.8.gender",
    ),
    rules("host event unknown", first('"men-500"', '"men-5"'), "'men-5' is not an event", HOST_EVENTS, "host.events"),
    rules("host event twice", first('"men-500"', '"men-1000"'), "men-1000 appears twice", HOST_EVENTS, "host.events"),
    rules(
        "host event without a start place",
        within(EVENT_8, "start-places = 8", "start-places = 0"),
        "women-relay has no start place to keep for the host",
        HOST_EVENTS,
        "host.events",
    ),
    rules(
        "host event without a place per NOC",
        within(EVENT_5, "per-noc = 3", "per-noc = 0"),
        "women-500 has no start place to keep for the host",
        HOST_EVENTS,
        "host.events",
    ),
    rules(
        "mixed host without a relay",
        within("[host]", '"men-relay",', ""),
        "needs host places in both other relays",
        HOST_EVENTS,
        "host.events",
    ),
    rules(
        "unknown kind of pathway",
        swap('"quota-places"', '"magic"'),
        "'magic' is unknown; use one of 'relay-places'",
        '"magic"',
        "pathways.3.kind",
    ),
    rules("pathway without a kind", swap('kind = "quota-places"\n', ""), "is missing", P3, "pathways.3.kind"),
    rules("kind that is a number", swap('"quota-places"', "3"), "'3' is unknown", "kind = 3", "pathways.3.kind"),
    rules(
        "pathway that is no table",
        whole(first("events = []", ONE_EVENT)(MINIMAL)),
        "this must be a table, not 3",
        3,
        "pathways.1",
    ),
    rules("pathway without a clause", within('id = "P3"', "clause", "says"), "is missing", P3, "pathways.3.clause"),
    rules(
        "key of another pathway",
        within('id = "P3"', "relay-athletes = 4", "relay-athletes = 4\nrepeats = []"),
        "the key is unknown",
        "repeats = []",
        "pathways.3.repeats",
    ),
    rules(
        "key that is a kind",
        within('id = "P3"', "relay-athletes = 4", "quota-places = 3\nrelay-athletes = 4"),
        "the key is unknown",
        "quota-places = 3",
        "pathways.3.quota-places",
    ),
    rules("pathway twice", swap('id = "P5"', 'id = "P4" #'), "P4 is defined twice", '"P4" #', "pathways.5.id"),
    rules("pathway in lower case", swap('id = "P5"', 'id = "p5"'), "not 'p5'", '"p5"', "pathways.5.id"),
    rules(
        "cycle of two",
        within('id = "P1"', RELAYS, f'{RELAYS}\nuses = ["P2"]'),
        "pathways use each other in a cycle, P1 -> P2 -> P1",
        'uses = ["P2"]',
        "pathways.1.uses",
    ),
    rules(
        "cycle of four",
        within('id = "P1"', RELAYS, f'{RELAYS}\nuses = ["P4"]'),
        "in a cycle, P1 -> P4 -> P3 -> P1",
        'uses = ["P4"]',
        "pathways.1.uses",
    ),
    rules("cycle of one", within('id = "P2"', '["P1"]', '["P2"]'), "cycle, P2 -> P2", '["P2"]', "pathways.2.uses"),
    rules(
        "later pathway",
        within('id = "P4"', '["P3"]', '["P5"]'),
        "pathway P4 uses P5, which comes after it; put P5 first",
        '["P5"]',
        "pathways.4.uses",
    ),
    rules("unknown pathway", within('id = "P4"', '["P3"]', '["P9"]'), "P9 is not defined", '"P9"', "pathways.4.uses"),
    rules("repeats an unknown one", swap('"P6"]', '"P9"]'), "P9 is not defined", '"P9"', "pathways.7.repeats"),
    rules(
        "repeats start places",
        swap('["P4", "P5", "P6"]', '["P2"]'),
        "P2 does not hand out quota places",
        "repeats",
        "pathways.7.repeats",
    ),
    rules(
        "event handed out twice",
        within('id = "P2"', '"men-1000"', '"men-500"'),
        "men-500 is handed out twice, by P2",
        '["men-500", "men-500"',
        "pathways.2.events",
    ),
    rules(
        "event handed out by two",
        within('id = "P1"', RELAYS, f'{RELAYS}\n[[pathways]]\nid = "P11"\nkind = "relay-places"\n{AGAIN}{RELAYS} #'),
        "men-relay is handed out twice, by P1 too",
        "] #",
        "pathways.2.events",
    ),
    rules("event never handed out", within('id = "P2"', '"men-1000", ', ""), "places of men-1000", P1, "pathways"),
    rules(
        "unknown event in a pathway",
        within('id = "P2"', '"men-1000"', '"men-10"'),
        "'men-10' is not an event (do you mean men-",
        '"men-10"',
        "pathways.2.events",
    ),
    rules(
        "relay in the walk",
        within('id = "P2"', '"men-1000"', '"men-relay"'),
        "men-relay does not fit; an individual event is meant",
        '["men-500", "men-relay"',
        "pathways.2.events",
    ),
    rules(
        "mixed relay among the relays",
        within('id = "P1"', RELAYS, 'events = ["mixed-relay"]'),
        "mixed-relay does not fit; a relay of one gender is meant",
        '["mixed-relay"]',
        "pathways.1.events",
    ),
    rules(
        "top-up for a relay of one gender",
        swap('event = "mixed-relay"', 'event = "men-relay"'),
        "men-relay does not fit; a mixed relay is meant",
        'event = "men-relay"',
        "pathways.4.event",
    ),
    rules("no relays", within('id = "P1"', RELAYS, "events = []"), "at least 1", "events = []", "pathways.1.events"),
    rules("relays missing", within('id = "P1"', RELAYS, ""), "the key is missing", P1, "pathways.1.events"),
    rules(
        "pathways in a wrong order",
        each(
            within('id = "P5"', 'kind = "remainder"', 'kind = "quota-places"\nrelay-athletes = 4'),
            within('id = "P5"', "quota-places = 4\nindividual-places = 7\n", ""),
        ),
        "pathways must come in the order start places, quota-places",
        P5,
        "pathways.5",
    ),
    rules(
        "two quota-places",
        swap('kind = "team-top-up"', SECOND_QUOTA_PLACES),
        "one pathway of kind quota-places; there are 2",
        P1,
        "pathways",
    ),
    rules("no quota-places", without_quota_places, "one pathway of kind quota-places; there are 0", P1, "pathways"),
    rules("two reallocations", first("[[readings]]", SECOND_REALLOCATION), "more than one", P1, "pathways"),
    rules(
        "relay without athletes",
        swap("relay-athletes = 4", "relay-athletes = 0"),
        "not 0",
        "relay-athletes = 0",
        "pathways.3.relay-athletes",
    ),
    rules("unknown reading", swap('"fifth-in-walk"', '"fifth"'), "not 'fifth'", '"fifth"', "readings.3.name"),
    rules(
        "reading twice", swap('"declines"', '"gender-cap" #'), "gender-cap is defined twice", '" #', "readings.4.name"
    ),
    rules(
        "unknown value of a reading",
        swap('["yes", "no"]', '["yes", "maybe"]'),
        "'maybe' is no value of fifth-in-walk; use yes, no",
        '"maybe"',
        "readings.3.values",
    ),
    rules("value twice", swap('["yes", "no"]', '["yes", "yes"]'), "yes appears twice", '["yes"', "readings.3.values"),
    rules("no values", swap('["yes", "no"]', "[]"), "at least 1 item", "values = []", "readings.3.values"),
    rules(
        "default that is no value",
        swap('default = "yes"', 'default = "maybe"'),
        "the default must be one of yes, no, not 'maybe'",
        '"maybe"',
        "readings.3.default",
    ),
    rules(
        "long default", swap('default = "yes"', f'default = "{"y" * 999}"'), "of yes, no", "yyyy", "readings.3.default"
    ),
]


def scenario(name: str, edit: Edit, says: str, line: int | str | None, field: str | None, base: str = BEIJING) -> Case:
    return Case(f"scenario: {name}", "scenario.toml", edit, says, line, field, base)


SCENARIO = [
    scenario("empty", whole(""), "the key is missing", None, "title"),
    scenario("no TOML", whole("title: Beijing\n"), "not valid TOML", 1, None),
    scenario("Latin-1", lambda text: f"# Zürich\n{text}".encode("latin-1"), "not UTF-8", 1, None),
    scenario("unknown key", first("title", "name = 'x'\ntitle"), "unknown; known here are aliases", 1, "name"),
    scenario("key of the rule file", first("title", "pathways = 3\ntitle"), "the key is unknown", 1, "pathways"),
    scenario("missing games", swap("games =", "# games ="), "the key is missing", None, "games"),
    scenario("number for the title", whole("title = 3\n"), "in quotation marks, not 3", 1, "title"),
    scenario("lower-case host", swap('"CHN"', '"chn"'), "not 'chn'", '"chn"', "host"),
    scenario("host by its name", swap('"CHN"', '"China"'), "not 'China'", '"China"', "host"),
    scenario("rule file elsewhere", swap('"rules.toml"', '"../rules.toml"'), "not '../rules.toml'", "../", "rules"),
    scenario(
        "date that is no text",
        swap('"2021-12-09"', "2021-12-09"),
        "marks, not 2021-12-09",
        "announced",
        "dates.announced",
    ),
    scenario("unknown date", swap("announced", "published"), "the key is unknown", "published =", "dates.published"),
    scenario(
        "complete that is unknown",
        swap("complete = []", 'complete = ["men-5"]'),
        "'men-5' is not an event",
        "men-5",
        "complete",
    ),
    scenario(
        "complete without standings",
        swap("complete = []", 'complete = ["men-500"]'),
        "standings.csv does not have it in full",
        "men-500",
        "complete",
    ),
    scenario(
        "complete that is text",
        swap("complete = []", 'complete = "all"'),
        "must be a list, not 'all'",
        '"all"',
        "complete",
    ),
    scenario(
        "unknown reading",
        append('[readings]\nmood = "good"'),
        "'mood' is not a reading; readings are gender-cap",
        "[readings]",
        "readings",
    ),
    scenario(
        "unknown value",
        append('[readings]\ngender-cap = "soft"'),
        "'soft' is no value of reading gender-cap",
        "[readings]",
        "readings",
    ),
    scenario(
        "value that is no text",
        append("[readings]\ngender-cap = 3"),
        "marks, not 3",
        "gender-cap = 3",
        "readings.gender-cap",
    ),
    scenario(
        "source that is a table",
        swap("sources = [", "sources = [ { name = 3 },"),
        "in quotation marks",
        "sources",
        "sources.1",
    ),
]

CASES = [*STANDINGS, *PUBLISHED, *KNOWN, *DECLINES, *RULES, *SCENARIO]


@pytest.fixture
def folder_of(tmp_path: Path) -> Callable[[str], Path]:
    def copy(base: str) -> Path:
        return Path(shutil.copytree(FOLDER / base, tmp_path / base))

    return copy


def refusal(folder: Path, file: str) -> InputError:
    """Return the error with which a folder is refused, after a look at its form."""
    with pytest.raises(InputError) as caught:
        load_folder(folder)
    error = caught.value
    message = str(error)
    own_words = message.replace(str(folder), "")
    assert "\n" not in message
    assert own_words.isprintable()
    assert len(own_words) < 500
    assert message.endswith(".") and not message.endswith("..")
    assert not re.search(r"[.!?] [A-Z]", own_words), "more than one sentence"
    assert "Traceback" not in message
    assert error.file == str(folder / file)
    assert message.startswith(str(folder / file))
    return error


def judge(case: Case, folder: Path) -> None:
    """Make the change of a case in a copy of its scenario, and look at the refusal."""
    path = folder / case.file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    after = case.edit(before)
    assert after != before or not path.exists()
    path.write_bytes(after if isinstance(after, bytes) else after.encode())

    error = refusal(folder, case.file)

    assert case.says in str(error)
    assert error.line == case.line_in(after.decode("latin-1") if isinstance(after, bytes) else after)
    assert error.field == case.field
    assert error.line is None or f"line {error.line}" in str(error)
    assert error.field is None or f"field {error.field}" in str(error)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_malformed_input_is_refused_in_one_sentence(case: Case, folder_of: Callable[[str], Path]) -> None:
    judge(case, folder_of(case.base))


def test_the_cases_have_names_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 60


@pytest.mark.parametrize("base", [BEIJING, SOCHI])
def test_an_unchanged_copy_loads(base: str, folder_of: Callable[[str], Path]) -> None:
    assert isinstance(load_folder(folder_of(base)), Scenario)


OPTIONAL = ["standings.csv", "known.csv", "published.csv", "declines.csv"]


@pytest.mark.parametrize("file", ["scenario.toml", "rules.toml"])
def test_a_file_that_must_be_there_is_named(file: str, folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(BEIJING)
    (folder / file).unlink()
    assert "the file does not exist" in str(refusal(folder, file))


@pytest.mark.parametrize("file", OPTIONAL)
def test_other_files_may_be_absent(file: str, folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(BEIJING)
    (folder / file).unlink(missing_ok=True)
    load_folder(folder)


def test_a_rule_file_of_another_name_is_named(folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(BEIJING)
    path = folder / "scenario.toml"
    path.write_text(path.read_text().replace("rules.toml", "other-rules.toml"))
    assert "the file does not exist" in str(refusal(folder, "other-rules.toml"))


@pytest.mark.parametrize("file", ["scenario.toml", "rules.toml", *OPTIONAL])
def test_a_folder_in_the_place_of_a_file_is_refused(file: str, folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(BEIJING)
    (folder / file).unlink(missing_ok=True)
    (folder / file).mkdir()
    assert "this is not a file" in str(refusal(folder, file))


@pytest.mark.parametrize("file", ["scenario.toml", "rules.toml", *OPTIONAL])
def test_a_file_of_100_megabytes_is_refused_unread(
    file: str, folder_of: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(BEIJING)
    with (folder / file).open("wb") as stream:
        stream.truncate(100_000_000)
    read = Path.read_bytes

    def read_small(path: Path) -> bytes:
        assert path.stat().st_size <= SIZE_LIMIT
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_small)
    limit = TOML_LIMIT if file.endswith(".toml") else SIZE_LIMIT
    assert f"the file has 100,000,000 bytes; at most {limit:,} are read" in str(refusal(folder, file))


@pytest.mark.parametrize("file", OPTIONAL)
def test_a_link_to_nowhere_is_not_an_absent_file(file: str, folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(BEIJING)
    (folder / file).unlink(missing_ok=True)
    (folder / file).symlink_to(folder / "nowhere.csv")
    assert "the file does not exist" in str(refusal(folder, file))


def test_a_file_that_cannot_be_read_is_refused(
    folder_of: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(BEIJING)

    def deny(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", deny)
    assert "the file cannot be read (Permission denied)" in str(refusal(folder, "scenario.toml"))


@pytest.mark.parametrize("name", ["nowhere", "scenario.toml", "n" * 5000])
def test_what_is_no_folder_is_refused(name: str, folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(BEIJING) / name
    with pytest.raises(InputError, match="there is no such scenario folder"):
        load_folder(folder)


FILES = [
    *((BEIJING, file) for file in ("scenario.toml", "rules.toml", "published.csv", "known.csv", "declines.csv")),
    *((SOCHI, file) for file in ("standings.csv", "scenario.toml")),
]
DECLINED = "event,noc,qualifier,date,source\nmen-500,CAN,1,2022-01-20,press\nmen-relay,ITA,1,,\n"


@st.composite
def corruptions(draw: st.DrawFn, data: bytes) -> bytes:
    """Some bytes of a file changed, removed or added, or a stretch of it moved or cut away."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(data) - 1)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        other = draw(
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from(
                    [b",", b"\n", b'"', b"=", b"?", b"[", b"]", b"[[", b".", b"-", b"9" * 20, b"\xff", b"#"]
                ),
                st.integers(0, max(0, len(data) - 1)).map(lambda at, now=data: now[at : at + 60]),
            )
        )
        data = data[:start] + other + data[end:]
    return data


@pytest.mark.parametrize(("base", "file"), FILES, ids=[f"{base}/{file}" for base, file in FILES])
def test_a_corrupted_file_gives_a_scenario_or_a_refusal(base: str, file: str, folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(base)
    path = folder / file
    whole_file = path.read_bytes() if path.exists() else DECLINED.encode()

    @settings(max_examples=120)
    @given(corruptions(whole_file))
    def check(data: bytes) -> None:
        path.write_bytes(data)
        try:
            assert isinstance(load_folder(folder), Scenario)
        except InputError as error:
            assert "\n" not in str(error)
            assert error.file is not None and Path(error.file).parent == folder

    check()
