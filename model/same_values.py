"""Values that hold arrays compare by what is in them; `==` of two arrays is an array, neither true nor false."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import ClassVar


class WithArrays:
    """A dataclass (with `eq=False`) some of whose fields are arrays, or hold some."""

    __slots__ = ()
    __hash__: ClassVar[None]  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        names = [one.name for one in fields(self) if one.compare]  # type: ignore[arg-type]
        return all(same(getattr(self, name), getattr(other, name)) for name in names)


def same(one: object, other: object) -> bool:
    """Return whether two values are the same; arrays are if they have the same shape and are alike everywhere."""
    import numpy as np

    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and bool(np.array_equal(one, other))
    if isinstance(one, list | tuple) and type(one) is type(other):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    return bool(one == other)
