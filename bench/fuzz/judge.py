"""What an import must never do: raise anything but a QuotaError, take long, or lose a cell without a word."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass

from quotaproof.importing import template
from quotaproof.importing.run import import_contents
from quotaproof.model.errors import QuotaError
from quotaproof.scenarios import load_scenario

SECONDS = 10
"""Time of the processor within which a file is read or refused."""

RULES = "sochi-2014"
setattr(template, "load_scenario", functools.cache(load_scenario))  # noqa: B010 - no other scenario is read
SHORTENED = re.compile(r"and \d+ more|more cells|rows? and \d+ columns?|\d+ remarks? more")
"""A remark that names a table by its size, or many cells by their number."""


class FaultError(Exception):
    """An import did what it must not do."""


@dataclass(frozen=True)
class Told:
    """What an import says: `refused` is its sentence, or `text` the table it made with all remarks."""

    refused: str = ""
    text: str = ""


def told(name: str, data: bytes, rules: str | None = RULES) -> Told:
    """Return what an import of a file says.

    Raises
    ------
    FaultError
        If it raises what is no QuotaError, says what is no sentence, or takes too long.
    """
    begin = time.process_time()
    try:
        imported = import_contents([(name, data)], rules=rules)
    except QuotaError as error:
        found = Told(refused=str(error))
        if "\n" in found.refused or not found.refused.endswith("."):
            raise FaultError(f"a refusal that is no sentence on a line: {found.refused!r}") from error
    except Exception as error:
        raise FaultError(f"{type(error).__name__}: {error}") from error
    else:
        table = imported.scenario.published or imported.scenario.partial
        made = [table.to_csv()] if table is not None else []
        made += [imported.scenario.standings.to_csv()] if imported.scenario.standings.rankings else []
        made += [imported.scenario.title, *imported.scenario.sources]
        made += [f"{one.kind} {one.subject}: {one.message}" for one in imported.report.remarks]
        found = Told(text="\n".join(made))
    spent = time.process_time() - begin
    if spent > SECONDS:
        raise FaultError(f"it took {spent:.1f} s of the processor")
    return found


def require_conserved(texts: Iterable[str], found: Told) -> None:
    """Raise FaultError if a text of a cell is neither in the table that was made nor in a remark.

    A refusal keeps everything: nothing is written then. Where a remark gives the number of what it leaves out, a text
    may be among those.
    """
    if found.refused:
        return
    lost = [text for text in texts if text not in found.text]
    if lost and not SHORTENED.search(found.text):
        raise FaultError(f"lost in silence: {', '.join(lost)}; all that was said:\n{found.text}")
