"""What the tables of a page seem to be, for somebody who is to say what they are: nothing is refused here."""

from __future__ import annotations

from dataclasses import dataclass

from quotaproof.model.errors import InputError
from quotaproof.model.rules import Rules
from quotaproof.pages import Grid, Page, ToldColumns
from quotaproof.pages.page import Deadline

from .columns import Layout, quota_layout, told_titles
from .headers import header_of
from .long_form import long_columns
from .outcome import Remarks
from .own_files import own_file
from .recognised import is_of_results
from .records import Records, is_record, read_about
from .roles import OTHER
from .run import template_of


@dataclass(frozen=True, slots=True)
class Outline:
    """The rules by which a page is read, and its tables.

    Attributes
    ----------
    rules, named
        The rules and the scenario or file that they are of; None and empty if nothing tells which they are.
    layouts
        For each table what its columns are, as far as that is known.
    quota
        For each table whether it is taken for a quota table or a part of one.
    """

    rules: Rules | None
    named: str
    layouts: tuple[Layout, ...]
    quota: tuple[bool, ...]


def outline(page: Page, rules: str | None) -> Outline:
    """Return what the tables of a page seem to be by the rules that are named, or else guessed."""
    records = Records()
    for grid in page.grids:
        read_about(grid, records, Remarks())
    try:
        template = template_of(page, rules, records, Remarks())
    except InputError:
        return Outline(None, "", tuple(map(_bare, page.grids)), (False,) * len(page.grids))
    deadline = Deadline()
    found = [_layout(grid, template.rules, deadline) for grid in page.grids]
    return Outline(
        template.rules, template.name, tuple(layout for layout, _ in found), tuple(is_quota for _, is_quota in found)
    )


def _layout(grid: Grid, rules: Rules, deadline: Deadline) -> tuple[Layout, bool]:
    """What the columns of a table are, and whether it is a quota table by them; beyond the deadline nobody knows."""
    try:
        deadline.check()
    except InputError:
        width = max(map(len, grid.rows), default=0)
        return Layout((OTHER,) * width, 0, ("",) * width), False
    if grid.told is not None:
        bare = _bare(grid)
        roles = (*grid.told.roles, *[OTHER] * len(bare.columns))[: len(bare.columns)]
        return Layout(roles, min(grid.told.header_rows, len(grid.rows)), bare.titles), True
    if is_record(grid) or own_file(grid) is not None or long_columns(grid, ()) is not None:
        return _bare(grid), False
    layout = quota_layout(grid, rules, strict=False) or _bare(grid)
    if not layout.events or is_of_results(layout):
        return layout, False
    try:
        return layout, quota_layout(grid, rules) is not None
    except InputError:  # two columns may be the same event's, which is to be said
        return layout, True


def _bare(grid: Grid) -> Layout:
    """The columns of a table by their titles alone."""
    told = grid.told or ToldColumns((), header_of(grid).depth)
    titles = told_titles(grid, told)
    return Layout((OTHER,) * len(titles), min(told.header_rows, len(grid.rows)), titles)
