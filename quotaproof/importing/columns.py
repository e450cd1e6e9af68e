"""What the columns of a quota table are: the text above them, matched with the events of a rule file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS, Event, Rules
from quotaproof.nations import noc_of
from quotaproof.pages import Cell, Grid, ToldColumns

from .headers import Column, Header, header_of, one_text
from .named_columns import NamedColumns, as_named, with_named
from .roles import IGNORE, NOC, NUMBER, OTHER, ROLES, SUM
from .vocabulary import genders_by_letters, letters_for_genders, meanings, plain_key

SHORT_RELAY = re.compile(r"(\w)[ .]?[rs]")
"""How tables shorten a relay (relais, Staffel), behind the letter for a gender."""

GLUED_LETTER = re.compile(r"(\w)[ .]?([^\W\d]{3,40})")
"""The letter for a gender right in front of a word: Mrelay."""

EVENT_WORDS = frozenset({"relay", "mass", "pursuit"})
GENDER_WORDS = frozenset({"men", "women", "mixed"})
NEUTRAL = frozenset({"event", "individual", "places", "team"})
"""Words that a header of an event may have besides; `team` only where no event has it."""


def words_of(text: str) -> frozenset[str]:
    """Return the concepts, numbers and other words of a header."""
    known, rest = meanings(text)
    return known | rest


@lru_cache(maxsize=1000)
def _wanted(identifier: str) -> frozenset[str]:
    """The words that name an event, without its gender."""
    return words_of(identifier.replace("-", " ")) - GENDER_WORDS


def event_of(rules: Rules, text: str, context: Iterable[str] = ()) -> Event | None:
    """Return the event that a header names, with the headings above it (innermost first) for what it leaves out.

    An event may be named by its gender alone if the rules have only one of that gender.
    """
    identifier = "-".join(text.lower().split())
    exact = next((event for event in rules.events if event.identifier == identifier), None)
    if exact is not None:
        return exact
    found = words_of(text)
    rest, genders = found - GENDER_WORDS, found & GENDER_WORDS
    for heading in context:
        above = words_of(heading)
        if not genders and len(above & GENDER_WORDS) == 1:
            genders = above & GENDER_WORDS
        if not any(_wanted(event.identifier) <= rest for event in rules.events):
            rest = rest | (above - GENDER_WORDS)
    return _matched(rules, rest, genders)


def _matched(rules: Rules, rest: frozenset[str], genders: frozenset[str]) -> Event | None:
    if not genders:
        # Couples need no gender: pairs, ice dance.
        couples = [event for event in rules.events if event.kind == "couple" and _fits(event, rest)]
        return couples[0] if len(couples) == 1 and _wanted(couples[0].identifier) else None
    if len(genders) != 1:
        return None
    gender = next(iter(genders))
    events = [event for event in rules.events if event.gender == gender]
    fitting = [event for event in events if _fits(event, rest)]
    if not fitting:
        alone = (
            len(events) == 1 and not any(word.isdecimal() for word in rest) and not rest & {"athletes", "total", "noc"}
        )
        return events[0] if alone and (gender == "mixed" or len(_wanted(events[0].identifier)) < 2) else None
    most = max(len(_wanted(event.identifier)) for event in fitting)
    best = [event for event in fitting if len(_wanted(event.identifier)) == most]
    return best[0] if len(best) == 1 else None


def _fits(event: Event, rest: frozenset[str]) -> bool:
    """Whether some words name an event; the length of a relay is no distance of its own."""
    wanted = _wanted(event.identifier)
    return wanted <= rest and ("relay" in wanted or "relay" not in rest)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a quota table.

    Attributes
    ----------
    columns
        The role of each: an event, one of `ROLES`, or nothing where it is not known.
    first_row
        Where the rows below the header begin.
    titles
        The text above each column.
    guesses
        What it rests on that the page does not say.
    named
        Events of the rules; one may have the name of a role, such as `men` in figure skating.
    """

    columns: tuple[str, ...]
    first_row: int
    titles: tuple[str, ...]
    guesses: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    events: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        own = frozenset(c for c in self.columns if c in self.named or c not in (*ROLES, OTHER))
        object.__setattr__(self, "events", own)

    def at(self, role: str) -> tuple[int, ...]:
        """Return the numbers of the columns with a role."""
        return tuple(number for number, column in enumerate(self.columns) if column == role)


def quota_layout(grid: Grid, rules: Rules, named: NamedColumns = (), *, strict: bool = True) -> Layout | None:
    """Return the layout of a quota table, or of a part of one; None if no column of the table is an event's.

    Parameters
    ----------
    named
        Where whoever imports the table says which column is which.
    strict
        Whether it must be a quota table. If not, what is known of its columns is returned, to be completed.

    Raises
    ------
    InputError
        If two columns are the same event's, or a header that is named is not there.
    """
    if grid.told is not None:
        return _told_layout(grid, rules, grid.told)
    header = with_named(header_of(grid), grid, named)
    context = (*reversed(header.titles), grid.caption, *reversed(grid.headings))
    found: list[Layout] = []
    problem: InputError | None = None
    bare = tuple(Column(()) for _ in range(max(map(len, grid.rows), default=0))) if named and not header.rows else ()
    for columns in (header.columns, header.filled, _flattened(header, rules), bare):
        try:
            layout = _layout(columns, header, grid, rules, context, named, strict) if columns else None
        except InputError as error:  # the header may still fit in another of these ways
            problem = problem or error
            continue
        if layout is not None:
            found.append(layout)
    if problem is not None and not any(layout.events for layout in found):
        raise problem
    best = [layout for layout in found if len(layout.events) == max(len(other.events) for other in found)]
    return max(best, key=lambda layout: (ATHLETES in layout.columns, -len(layout.guesses)), default=None)


def _layout(
    columns: Sequence[Column],
    header: Header,
    grid: Grid,
    rules: Rules,
    context: Sequence[str],
    named: NamedColumns,
    strict: bool,
) -> Layout | None:
    titles = tuple(column.words for column in columns)
    letters = letters_for_genders(titles)
    body = grid.rows[header.depth :]
    events = frozenset(event.identifier for event in rules.events)
    roles = [_role(rules, title, letters) for title in titles]
    guesses: list[str] = []
    if letters and any(role in events for role in roles):
        told = ", ".join(f"{letter.upper()} for {gender}" for letter, gender in letters.items())
        guesses.append(f"the headers' letters are read as {told}")
    _without_gender(roles, titles, rules, context, guesses)
    by_content(roles, titles, body)
    _for_one_event(roles, titles, rules, context)
    as_named(roles, named, titles, columns)
    _one_of_each(roles, titles, events)
    if strict and (NOC not in roles or not any(role and role not in (NOC, NUMBER, SUM, IGNORE) for role in roles)):
        return None
    if strict:
        _require_once(roles, titles, events)
    return Layout(tuple(roles), header.depth, titles, tuple(guesses), events)


def _require_once(roles: Sequence[str], titles: Sequence[str], events: Collection[str]) -> None:
    doubled = next((role for role in roles if role in events and roles.count(role) > 1), None)
    if doubled is not None:
        alike = [repr(title[:60]) for title, role in zip(titles, roles, strict=True) if role == doubled]
        both = " and ".join(alike[:3]) + (f" and {len(alike) - 3} more" if len(alike) > 3 else "")
        as_one = "both" if len(alike) == 2 else "all"
        raise InputError(f"the columns {both} are {as_one} read as {doubled}; say which one it is with --columns")


def _told_layout(grid: Grid, rules: Rules, told: ToldColumns) -> Layout:
    """The layout as somebody says it is: nothing is guessed."""
    titles = told_titles(grid, told)
    roles = tuple(told.roles[number] if number < len(told.roles) else OTHER for number in range(len(titles)))
    events = frozenset(event.identifier for event in rules.events)
    wrong = next((role for role in roles if role not in {*events, *ROLES, OTHER}), None)
    if wrong is not None:
        raise InputError(f"{wrong[:60]!r} is no event of these rules and nothing else that a column can be")
    for role in (ATHLETES, *GENDERS):
        if roles.count(role) > 1:
            raise InputError(f"two columns are said to be {role}; choose the one that is, and sum for the other")
    if NOC not in roles:
        raise InputError(f"no column of the table ({grid.place}) is said to be the NOC; choose which one it is")
    _require_once(roles, [title or f"#{number}" for number, title in enumerate(titles, 1)], events)
    return Layout(roles, min(told.header_rows, len(grid.rows)), titles, named=events)


def told_titles(grid: Grid, told: ToldColumns) -> tuple[str, ...]:
    """Return the text above each column, in the rows that are said to be the header; a title across all is none."""
    rows = tuple(row for row in grid.rows[: told.header_rows] if one_text(row) is None)
    columns = Header((), len(rows), rows).columns
    width = max(map(len, grid.rows), default=0)
    return tuple(columns[number].words if number < len(columns) else "" for number in range(width))


def _role(rules: Rules, title: str, letters: Mapping[str, str]) -> str:
    identifier = "-".join(title.lower().split())
    events = {event.identifier for event in rules.events}
    if identifier in events:
        return identifier
    found = words_of(title)
    genders = (found | genders_by_letters(title, letters)) & GENDER_WORDS
    rest = found - GENDER_WORDS
    glued = GLUED_LETTER.fullmatch(plain_key(title))
    if glued and glued[1] in letters and (own := words_of(glued[2])) <= EVENT_WORDS:
        genders, rest = frozenset({letters[glued[1]]}), own
    short = SHORT_RELAY.fullmatch(plain_key(title))
    if short and short[1] in letters:
        genders, rest = frozenset({letters[short[1]]}), frozenset({"relay"})
    event = _matched(rules, rest, genders)
    if event is None and len(genders) == 1 and plain_key(title).split()[-1:] == ["r"]:
        event = _matched(rules, rest | {"relay"}, genders)
    if event is not None:
        return event.identifier
    if found & {"noc", "code"} and not found & {"athletes"}:
        return NOC
    if found & {"athletes", "total"} and not any(word.isdecimal() and int(word[:9]) >= 400 for word in found):
        own = genders & {*GENDERS}
        if own & events:
            return OTHER  # the role of a gender's athletes is that of an event in these rules
        return next(iter(own)) if len(own) == 1 else OTHER if "mixed" in genders else ATHLETES
    if found and found <= {"men", "women"} and len(found) == 1:
        return next(iter(found))
    return NUMBER if found & {"number", "rank"} else OTHER


def _without_gender(
    roles: list[str], titles: Sequence[str], rules: Rules, context: Sequence[str], guesses: list[str]
) -> None:
    """Give columns that name an event without a gender theirs: that of the headings, or men first, then women.

    Where the header names women before men in other columns, they are first in these too.
    """
    open_columns: dict[frozenset[str], list[int]] = {}
    for number, title in enumerate(titles):
        rest = words_of(title) - GENDER_WORDS
        if roles[number] == OTHER and not words_of(title) & GENDER_WORDS:
            fitting = {_wanted(event.identifier) for event in rules.events if _fits(event, rest)}
            if fitting:
                best = max(fitting, key=lambda wanted: (len(wanted), sorted(wanted)))
                open_columns.setdefault(best, []).append(number)
    above = next((words_of(text) & GENDER_WORDS for text in context if len(words_of(text) & GENDER_WORDS) == 1), None)
    named = (words_of(title) & {*GENDERS} for title in titles)
    first = next((next(iter(own)) for own in named if len(own) == 1), GENDERS[0])
    in_order = GENDERS if first == GENDERS[0] else GENDERS[::-1]
    for wanted, numbers in open_columns.items():
        if len(numbers) == 2:
            for number, gender in zip(numbers, in_order, strict=True):
                event = _matched(rules, wanted, frozenset({gender}))
                if event is not None and event.identifier not in roles:
                    roles[number] = event.identifier
            guesses.append(f"of the two columns {titles[numbers[0]]!r} the first is taken for the {first}'s")
        elif len(numbers) == 1 and above:
            event = _matched(rules, wanted, above)
            if event is not None and event.identifier not in roles:
                roles[numbers[0]] = event.identifier
    if above and len(above & {*GENDERS}) == 1:
        gender = next(one for one in GENDERS if one in above)
        events = {event.identifier: event.gender for event in rules.events}
        others = {events[role] for role in roles if role in events}
        if others <= {gender} and gender not in events:
            for number, role in enumerate(roles):
                if role == ATHLETES:
                    roles[number] = gender


def _one_of_each(roles: list[str], titles: Sequence[str], events: frozenset[str]) -> None:
    """Of several columns of athletes keep the one that says so, or else the last; the others are compared with it."""
    for role in (one for one in (ATHLETES, *GENDERS) if one not in events):
        columns = [number for number, own in enumerate(roles) if own == role]
        named = [number for number in columns if "athletes" in words_of(titles[number])]
        kept = (named or columns)[-1:]
        for number in columns:
            if number not in kept:
                roles[number] = SUM


def _for_one_event(roles: list[str], titles: Sequence[str], rules: Rules, context: Sequence[str]) -> None:
    """Take the numbers of a table that is under the heading of one event, and has no other, for its places."""
    known = {event.identifier for event in rules.events}
    if any(role in known for role in roles) or any(words_of(title) & {"rank", "time"} for title in titles):
        return
    events = [
        event
        for number, text in enumerate(context)
        if words_of(text) - GENDER_WORDS and (event := event_of(rules, text, context[number + 1 :])) is not None
    ]
    columns = [n for n, title in enumerate(titles) if words_of(title) & {"places", "athletes", "total"}]
    if events and len(columns) == 1:
        roles[columns[0]] = events[0].identifier


def by_content(roles: list[str], titles: Sequence[str], body: Sequence[Sequence[Cell]]) -> None:
    """Find columns by what is in them, where there is no text above them: NOCs, and the numbers of rows."""
    for number, title in enumerate(titles):
        if roles[number] != OTHER or (title and NOC in roles):
            continue
        cells = [row[number] for row in body if number < len(row) and not row[number].empty]
        named = sum(any(noc_of(text) for text in (cell.text, *cell.names)) for cell in cells)
        if cells and named * 2 > len(cells):
            roles[number] = NOC
        elif not title and cells and all(cell.text.rstrip(".)").isdecimal() for cell in cells) and number == 0:
            roles[number] = NUMBER


def _flattened(header: Header, rules: Rules) -> tuple[Column, ...]:
    """Columns of a header of two rows that has lost its spans: each group is filled with the names below in order."""
    if len(header.rows) < 2:
        return ()
    groups = [cell.text for cell in header.rows[-2] if cell.text]
    below = [cell.text for cell in header.rows[-1] if cell.text]
    columns: list[Column] = []
    for group in groups:
        named = words_of(group) & GENDER_WORDS
        gender = next(iter(named)) if len(named) == 1 else None
        events = [event for event in rules.events if event.gender == gender]
        if gender in GENDERS or (gender == "mixed" and len(events) > 1):
            columns += [Column((group, text)) for text in below[: len(events)]]
            below = below[len(events) :]
        else:
            columns.append(Column((group,)))
    return tuple(columns)
