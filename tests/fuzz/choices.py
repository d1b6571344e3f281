"""Bytes as a sequence of choices: how a fuzzer that only knows bytes decides what a target builds.

The same bytes make the same choices, so an input that failed can be kept as a file. Where the bytes are used up every
choice is the first one, which keeps cut inputs meaningful.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, final

__all__ = ["Choices"]

T = TypeVar("T")


@final
class Choices:
    """A reader of choices."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        """Whether bytes are left."""
        return self._at < len(self._data)

    def number(self, low: int, high: int) -> int:
        """Return a number from low to high, both included."""
        value, reach = 0, 1
        while reach < high - low + 1:
            value = value << 8 | self._byte()
            reach <<= 8
        return low + value % (high - low + 1)

    def one(self, of: Sequence[T]) -> T:
        """Return one of them."""
        return of[self.number(0, len(of) - 1)]

    def yes(self) -> bool:
        """Return True for an odd byte."""
        return bool(self._byte() & 1)

    def text(self, longest: int) -> str:
        """Return text of any letters that UTF-8 has."""
        length = self.number(0, longest)
        taken = self._data[self._at : self._at + length]
        self._at += length
        return taken.decode("utf-8", "ignore")

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0
