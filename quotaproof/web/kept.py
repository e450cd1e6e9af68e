"""A memory of bounded size: what was used last stays, the rest is forgotten."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Keeps at most `number` values of at most `size` bytes together."""

    def __init__(self, number: int, size: int) -> None:
        self._number = number
        self._values: LRUCache[K, tuple[V, int]] = LRUCache(size, getsizeof=lambda kept: kept[1])

    def __len__(self) -> int:
        return len(self._values)

    @property
    def total(self) -> int:
        """Bytes of all values kept."""
        return int(self._values.currsize)

    def get(self, key: K) -> V | None:
        """Return a value, if it is still kept."""
        found = self._values.get(key)
        return None if found is None else found[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value of so many bytes, and forget what was not used for longest if that is too much.

        A value larger than all that may be kept leaves nothing: it was used last, and does not fit.
        """
        if size > self._values.maxsize:
            self._values.clear()
            return
        self._values[key] = (value, size)
        while len(self._values) > self._number:
            self._values.popitem()
