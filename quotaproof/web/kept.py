"""A memory of bounded size: what was used last stays, the rest is forgotten."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Keeps at most `number` values of at most `size` bytes together."""

    def __init__(self, number: int, size: int) -> None:
        self._number = number
        self._size = size
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._total = 0

    def __len__(self) -> int:
        return len(self._values)

    @property
    def total(self) -> int:
        """Bytes of all values kept."""
        return self._total

    def get(self, key: K) -> V | None:
        """Return a value, if it is still kept."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value of so many bytes, and forget what was not used for longest if that is too much."""
        if key in self._values:
            self._total -= self._values.pop(key)[1]
        self._values[key] = (value, size)
        self._total += size
        while len(self._values) > self._number or self._total > self._size:
            _, (_, gone) = self._values.popitem(last=False)
            self._total -= gone
