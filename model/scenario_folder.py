"""The files of a scenario folder: names, headers and what they hold, in one list.

Loading, uploads, imports, witnesses and the documentation all go by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .aliases import Alias
from .errors import one_line
from .files import TOML_LINE_LIMIT, csv_text

EVENTS = "<events>"
"""Written in a header for one column per event."""

WORDS_LIMIT = 2000
"""Most characters of a title or a source."""


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A file of a scenario folder.

    Attributes
    ----------
    holds
        What is in it, in the words of the documentation.
    required, optional
        Columns, if it is a CSV file; `EVENTS` stands for those of the events.
    omissible
        Those of `required` that a file may lack, and that are written all the same.
    needed
        Whether a folder without it is no scenario.
    """

    name: str
    holds: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    needed: bool = False
    omissible: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """The header as the documentation writes it, optional columns in brackets; empty if it is no CSV file."""
        first, *others = self.required or ("",)
        return first + "".join(
            f"[,{column}]" if column in (*self.omissible, *self.optional) else f",{column}"
            for column in (*others, *self.optional)
        )

    @property
    def asked(self) -> tuple[str, ...]:
        """The columns that every file must have."""
        return tuple(column for column in self.required if column not in self.omissible)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The columns that a file may have besides."""
        return (*self.omissible, *self.optional)

    def columns(self, events: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the required columns, with those of the events in their place."""
        position = self.required.index(EVENTS) if EVENTS in self.required else len(self.required)
        own = tuple(events) if EVENTS in self.required else ()
        return (*self.required[:position], *own, *self.required[position + 1 :])

    def csv_text(
        self, rows: Iterable[Sequence[object]], further: Sequence[str] = (), events: Iterable[str] = ()
    ) -> str:
        """Return rows as the text of this file; `further` are the optional columns that the rows have.

        Raises
        ------
        ValueError
            If one of `further` is no column of this file.
        """
        if not set(further) <= set(self.optional):
            raise ValueError(f"{self.name} has no columns {', '.join(sorted(set(further) - set(self.optional)))}")
        return csv_text((*self.columns(events), *further), rows)


SCENARIO = ScenarioFile(
    "scenario.toml", "title, games, host, rule file, dates, complete events, readings, aliases, sources", needed=True
)
RULES = ScenarioFile("rules.toml", "events, caps, pathways with their clauses, readings", needed=True)
STANDINGS = ScenarioFile(
    "standings.csv",
    "rankings; rank 1 is best",
    ("event", "rank", "noc", "qualifier"),
    ("points", "time", "draw", "tie_broken_by"),
)
RANKED_LISTS = ScenarioFile(
    STANDINGS.name,
    "ranked lists, where places go by lists; without it they are computed from `results.csv`",
    ("event", "ranking", "rank", "noc", "athlete"),
    ("name", "points", "time", "draw", "division"),
    omissible=("ranking",),
)
RESULTS = ScenarioFile(
    "results.csv",
    "results of races, by athlete or team",
    ("meet", "event", "rank", "noc"),
    ("race", "division", "athlete", "name", "time", "points", "note"),
)
CLASSIFICATIONS = ScenarioFile(
    "classifications.csv",
    "results at meets; without `standings.csv` the standings are computed from them",
    ("meet", "event", "noc", "qualifier", "position"),
    ("certain",),
)
DRAWS = ScenarioFile(
    "draws.csv",
    "draws that settled ties of computed standings",
    ("event", "noc", "qualifier", "draw"),
    ("date", "source"),
)
KNOWN = ScenarioFile(
    "known.csv",
    "facts on unknown standings and places, and remarks",
    ("event", "fact", "noc", "value", "source"),
    ("qualifier",),
)
PUBLISHED = ScenarioFile(
    "published.csv",
    "the published table; `athletes` may be absent, a `TOTAL` row may come last, and a cell that is not known "
    "is `?` or empty",
    ("noc", EVENTS, "athletes"),
)
ENTRIES = ScenarioFile("entries.csv", "who entered at the Games", ("event", "noc", "name"), ("note",))
DECLINES = ScenarioFile(
    "declines.csv",
    "what was given back after the allocation",
    ("event", "noc", "qualifier", "date", "source"),
    ("taken-by", "number"),
)
INVITATIONS = ScenarioFile(
    "invitations.csv", "what was added or withheld outside the rules", ("event", "noc", "number", "date", "source")
)
CRITERIA = ScenarioFile(
    "criteria.csv",
    "relay tables by criterion as printed, for comparison in reports",
    ("event", "criterion", "athletes-per-noc", "athletes", "nocs"),
)
SOURCES = ScenarioFile("SOURCES.md", "where each figure comes from, and what is uncertain")

FILES = (
    SCENARIO,
    RULES,
    STANDINGS,
    RANKED_LISTS,
    RESULTS,
    CLASSIFICATIONS,
    DRAWS,
    KNOWN,
    PUBLISHED,
    ENTRIES,
    DECLINES,
    INVITATIONS,
    CRITERIA,
    SOURCES,
)
NAMES = tuple(dict.fromkeys(file.name for file in FILES))
"""Nothing else in a folder is read or written, but for what `scenario.toml` names: a rule file, published lists."""

NEEDED = tuple(file.name for file in FILES if file.needed)


def told_by_header(header: Iterable[str]) -> ScenarioFile | None:
    """Return which CSV file has such a header; None if no file has, or several might.

    One required column may be missing: the sentence of the one who reads the file then says which.
    """
    columns = set(header)
    fits: list[tuple[tuple[int, int, int], ScenarioFile]] = []
    for file in FILES:
        required = set(file.columns()) - set(file.omissible)
        missing = len(required - columns)
        if required and missing <= 1 and len(required) - missing >= min(3, len(required)):
            unknown = 0 if EVENTS in file.required else len(columns - required - set(file.allowed))
            fits.append(((missing, unknown, missing - len(required)), file))
    fits.sort(key=lambda fit: fit[0])
    if not fits or (len(fits) > 1 and fits[0][0] == fits[1][0]):
        return None
    return fits[0][1]


def scenario_text(
    *,
    title: str,
    games: str,
    host: str | None = None,
    rules: str = RULES.name,
    dates: Mapping[str, str] | None = None,
    complete: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    aliases: Sequence[Alias] = (),
    sources: Sequence[str] = (),
) -> str:
    """Return the text of a `scenario.toml`; words that are too long for one are cut.

    Parameters
    ----------
    complete
        Events whose ranking is known in full.
    """
    table: dict[str, object] = {"title": _fitting(title), "games": _fitting(games)}
    table |= {"host": host} if host else {}
    table |= {"rules": rules, "sources": [_fitting(source) for source in sources]}
    table |= {"complete": list(complete)} if complete else {}
    table |= {"dates": dict(dates)} if dates else {}
    table |= {"readings": dict(readings)} if readings else {}
    table |= {"aliases": [_alias(alias) for alias in aliases]} if aliases else {}
    return toml_text(table)


def toml_text(table: Mapping[str, object]) -> str:
    """Return a table as TOML."""
    import tomli_w

    return tomli_w.dumps(table)


def _alias(alias: Alias) -> dict[str, object]:
    most = {} if alias.per_event is None else {"per-event": alias.per_event}
    named = {"code": alias.code, "federations": list(alias.federations)}
    return {**named, **most, "clause": _fitting(alias.clause), "source": _fitting(alias.source)}


def _fitting(words: str) -> str:
    """Words that can be read again: neither longer than a title may be nor, with what must be escaped, than a line."""
    words = one_line(words)  # as it will be read
    while len(words) > WORDS_LIMIT or len(toml_text({"sources": [words]})) > TOML_LINE_LIMIT:
        words = f"{words[: len(words) * 9 // 10 - 1]}…"
    return words
