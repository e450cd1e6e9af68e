"""Aliases: a code under which the athletes of one or several federations start, such as neutral athletes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .errors import InputError


@dataclass(frozen=True, slots=True)
class Alias:
    """One code of a Games that stands for federations which do not start under their own.

    Attributes
    ----------
    code
        What the Games print, such as AIN.
    federations
        The federations that start under it, by their own codes. Each is an NOC of its own to the rules.
    per_event
        Most start places that each of the federations may have in an event, or None: no more and no fewer than others.
    clause, source
        The rule that says so, and where it was read.
    """

    code: str
    federations: tuple[str, ...]
    per_event: int | None
    clause: str
    source: str

    def shown(self, federation: str) -> str:
        """Return what tables call a federation: `AIN (RUS)`."""
        return f"{self.code} ({federation})"


def alias_of(aliases: Iterable[Alias], noc: str) -> Alias | None:
    """Return the alias under which a federation starts, if there is one."""
    return next((alias for alias in aliases if noc in alias.federations), None)


def noc_cap(of_event: int, noc: str | None, aliases: Iterable[Alias]) -> int:
    """Return the most start places an NOC may have in an event: that of the event or, if lower, that of its alias."""
    alias = alias_of(aliases, noc) if noc is not None else None
    return of_event if alias is None or alias.per_event is None else min(of_event, alias.per_event)


def holder(aliases: Iterable[Alias], noc: str) -> str:
    """Return whom a cap on start places is about, in a sentence: `an NOC`, or `a federation under AIN`."""
    alias = alias_of(aliases, noc)
    return "an NOC" if alias is None or alias.per_event is None else f"a federation under {alias.code}"


def check_aliases(aliases: Iterable[Alias]) -> None:
    """Raise InputError where two aliases share a code or a federation, or an alias is a federation's own code."""
    codes: set[str] = set()
    under: dict[str, str] = {}
    for alias in aliases:
        if alias.code in codes:
            raise InputError(f"{alias.code} is the code of two aliases; state all its federations in one")
        codes.add(alias.code)
        for federation in alias.federations:
            if federation in under:
                other = f" and under {under[federation]}" if under[federation] != alias.code else ", twice"
                raise InputError(f"{federation} starts under {alias.code}{other}; name each federation once")
            under[federation] = alias.code
    for federation, code in under.items():
        if federation in codes:
            raise InputError(f"{federation} is an alias, so it cannot start under {code}; use the federation's code")


def require_federation(aliases: Iterable[Alias], noc: str | None) -> None:
    """Raise InputError if a code is an alias where the NOC itself must be named."""
    for alias in aliases:
        if alias.code == noc:
            own = alias.federations
            names = own[0] if len(own) == 1 else f"{', '.join(own[:-1])} or {own[-1]}"
            raise InputError(f"{noc} is a code that {names} starts under; name the federation itself, {names}")
