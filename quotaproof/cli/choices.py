"""What options take: words, whatever their case and hyphens (what is near is suggested and never taken), and times."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import click


class Word(click.Choice[str]):
    """One of some words."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__(tuple(words))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word that is meant."""
        from .words import word_meant

        found = value if value in self.choices else word_meant(str(value), self.choices)[0]
        return super().convert(found or value, param, ctx)

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Return what is said of another word: all there are, and the nearest."""
        from .words import word_meant

        said = super().get_invalid_choice_message(value, ctx)
        return f"{said} {word_meant(str(value), self.choices)[1]}".rstrip()


class Seconds(click.FloatRange):
    """A time within a range; `nan`, which is in no range and out of none, is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the time that is meant; InputError if it is none."""
        found: float = super().convert(value, param, ctx)
        if math.isnan(found):
            from quotaproof.model.errors import InputError

            option = param.opts[0] if param is not None else "the option"
            raise InputError(f"{option} {value} is no time; use seconds from {self.min:g} to {self.max:g}")
        return found
