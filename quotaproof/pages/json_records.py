"""A JSON document as a page: a list of records, records by key, or columns with their data, wherever they are in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from quotaproof.model.errors import InputError

from .frame import shown
from .page import Budget, Cell, Grid, Headings, Page, tidy

DEEPEST = 12
TITLES = ("title", "name", "caption")
ABOVE = ("competition", "meet", "gender", "event", "discipline")
"""Keys of a document whose text is a heading above its tables."""


def is_json(text: str) -> bool:
    """Return whether a text is a JSON document with an object or a list in it."""
    start = text.lstrip()
    if not start.startswith(("{", "[")) or start.startswith("{|"):
        return False
    try:
        json.loads(start)
    except (ValueError, RecursionError):
        return False
    return True


def page_of_json(text: str, name: str) -> Page:
    """Return the page of a JSON text; `name` (the file's) is the heading of a table that has none of its own.

    Objects within a record give columns with both keys in their header; a list of objects within each gives a row for
    each of them, beside the other values. null is an empty cell.

    Raises
    ------
    InputError
        If it is no JSON, or an object has a key twice.
    """
    try:
        document = json.loads(text, object_pairs_hook=_object)
    except RecursionError as error:
        raise InputError("the JSON is nested too deeply; save its table as CSV") from error
    except InputError:
        raise
    except ValueError as error:
        document = _lines(text)
        if document is not None:
            return page_of_json(json.dumps(document), name)
        line = getattr(error, "lineno", None)
        raise InputError(f"the text is not valid JSON ({error}); save its table as CSV", line=line) from error
    reader = _Reader(name, document)
    reader.read(document, (), 0)
    title = next((document[key] for key in TITLES if isinstance(document, dict) and document.get(key)), "")
    return Page(str(title)[:300], tuple(reader.grids), "json", tuple(reader.budget.asides))


def _lines(text: str) -> list[Any] | None:
    """The values of a text with a JSON value in each line; None if it is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        found = [json.loads(line, object_pairs_hook=_object) for line in lines]
    except (ValueError, RecursionError):
        return None
    return found if len(found) > 1 and all(isinstance(one, dict) for one in found) else None


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, number in Counter(key for key, _ in pairs).items() if number > 1)
        raise InputError(f"an object of the JSON has the key {twice[:60]!r} twice, so one of its values would be lost")
    return found


MOST_LACKING = 12
"""Keys that a remark names."""


class _Reader:
    def __init__(self, name: str, document: Any) -> None:
        self.name = name
        self.above = [
            str(document[key])[:200]
            for key in ABOVE
            if isinstance(document, dict) and isinstance(document.get(key), str)
        ]
        self.budget = Budget()
        self.grids: list[Grid] = []

    def read(self, value: Any, path: tuple[str, ...], depth: int) -> None:
        """Read the tables in a value, which is under some keys."""
        if _is_records(value):
            self._records([({}, one) for one in value], path)
        elif isinstance(value, list) and value and all(isinstance(one, list) for one in value):
            self._add([[_cell(one) for one in row] for row in value], path)
        elif isinstance(value, dict) and _is_split(value):
            self._split(value, path)
        elif isinstance(value, dict) and len(value) > 1 and all(isinstance(one, dict) for one in value.values()):
            self._records([({"": key}, one) for key, one in value.items()], path)
        elif isinstance(value, dict) and depth < DEEPEST:
            for key, own in value.items():
                self.read(own, (*path, key), depth + 1)
        elif value not in (None, "", [], {}) and not (depth == 1 and path[0] in (*TITLES, *ABOVE)):
            place = " > ".join(path) or "the document"
            self.budget.note("ignored", place[:100], f"{tidy(str(value)[:200])!r} is in no table")

    def _split(self, value: Mapping[str, Any], path: tuple[str, ...]) -> None:
        index = value.get("index") or []
        rows = [value["columns"], *value["data"]]
        if len(index) == len(value["data"]) and index != list(range(len(index))):
            rows = [["", *value["columns"]], *([key, *row] for key, row in zip(index, value["data"], strict=True))]
        self._add([[_cell(one) for one in row] for row in rows], path)

    def _records(self, records: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], path: tuple[str, ...]) -> None:
        flat = [{**above, **own} for above, record in records for own in _with_inner(_flat(record))]
        titles = dict.fromkeys(title for record in flat for title in record)
        self.budget.spend(len(titles) * (len(flat) + 1))
        lacking = [f"{n} {title[:40]!r}" for n, record in enumerate(flat, 1) for title in titles if title not in record]
        if lacking:
            more = f" and {len(lacking) - MOST_LACKING} more" if len(lacking) > MOST_LACKING else ""
            words = "what a record lacks and others have counts as empty: record "
            place = (" > ".join(path) or "the document")[:100]
            self.budget.note("guessed", place, f"{words}{', '.join(lacking[:MOST_LACKING])}{more}")
        header = [Cell(tidy(title), header=True) for title in titles]
        self._add([header, *([_cell(record.get(title)) for title in titles] for record in flat)], path)

    def _add(self, rows: Sequence[Sequence[Cell]], path: tuple[str, ...]) -> None:
        self.budget.begin_table()
        self.budget.spend(sum(map(len, rows)))
        headings = Headings()
        for level, text in enumerate(self.above, 2):
            headings.add(level, text)
        headings.add(9, " > ".join(path) or self.name.replace("_", " "))
        self.grids.append(Grid(tuple(map(tuple, rows)), headings.above()))


def _is_split(value: Mapping[str, Any]) -> bool:
    columns, data = value.get("columns"), value.get("data")
    return isinstance(columns, list) and isinstance(data, list) and all(isinstance(row, list) for row in data)


def _flat(record: Mapping[str, Any], above: str = "", depth: int = 0) -> dict[str, Any]:
    """The values of a record and of the objects within it, by their keys from the outside to the inside."""
    found: dict[str, Any] = {}
    for key, value in record.items():
        title = f"{above} {key}".strip()
        inner = _flat(value, title, depth + 1) if isinstance(value, dict) and depth < DEEPEST else {title: value}
        if found.keys() & inner.keys():
            raise InputError(f"two values of a record of the JSON are both under {title[:60]!r}")
        found |= inner
    return found


def _with_inner(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of a record: one, or one for each object of the only list of objects within it."""
    inner = [key for key, value in record.items() if _is_records(value)]
    if len(inner) != 1:
        return [record]
    beside = {key: value for key, value in record.items() if key != inner[0]}
    rows = [_flat(one, inner[0]) for one in record[inner[0]]]
    if any(row.keys() & beside.keys() for row in rows):
        return [record]
    return [{**beside, **row} for row in rows]


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        if any(isinstance(one, list | dict) for one in value):
            return Cell(unclear=(f"the list {str(value)[:60]}",))
        return Cell(", ".join(shown(one) for one in value))
    if isinstance(value, dict):
        return Cell(unclear=(f"the object {str(value)[:60]}",))
    return Cell(shown(value))
