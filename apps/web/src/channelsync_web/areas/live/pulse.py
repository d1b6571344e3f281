"""One question to the ledger a second, for all open pages together, and how many pages may be open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Final, final

from attrs import define, field

from channelsync.ids import OwnerId

__all__ = ["MOST_STREAMS", "Pulse"]

MOST_STREAMS: Final = 6
"""Open pages of one sign-in that hear of changes."""
_EVERY: Final = 1.0
"""Seconds between two questions."""
_WATCHED: Final = 5.0
"""Seconds after which an owner nobody asked about is not asked about any more."""


@final
@define
class Pulse:
    """What was last heard of each owner; ``read`` asks the ledger, ``clock`` counts seconds from anywhere."""

    read: Callable[[Collection[OwnerId]], Mapping[OwnerId, str]]
    clock: Callable[[], float]
    _words: Mapping[OwnerId, str] = field(init=False, factory=dict[OwnerId, str])
    _asked: dict[OwnerId, float] = field(init=False, factory=dict[OwnerId, float])
    _read_at: float = field(init=False, default=float("-inf"))
    _reading: bool = field(init=False, default=False)
    _open: dict[str, dict[object, float]] = field(init=False, factory=dict[str, dict[object, float]])

    async def word(self, owner: OwnerId) -> str:
        """Return the word for what there is of an owner's now, at most a second old; empty while none is known yet."""
        now = self.clock()
        self._asked[owner] = now
        stale = now - self._read_at >= _EVERY or owner not in self._words
        if stale and not self._reading:  # who comes meanwhile makes do with what is known
            self._reading = True
            try:
                watched = [one for one, at in self._asked.items() if now - at < _WATCHED]
                self._asked = {one: self._asked[one] for one in watched}
                self._words = await asyncio.to_thread(self.read, watched)
                self._read_at = self.clock()
            finally:
                self._reading = False
        return self._words.get(owner, "")

    def admits(self, session: str, stream: object) -> bool:
        """Note that a page is open and alive; False where the sign-in has too many others.

        One that has not been heard of for a while is taken to be closed: a connection may end without a word.
        """
        now = self.clock()
        alive = {one: at for one, at in self._open.get(session, {}).items() if now - at < _WATCHED}
        admitted = stream in alive or len(alive) < MOST_STREAMS
        if admitted:
            alive[stream] = now
        self._open[session] = alive
        return admitted

    def leave(self, session: str, stream: object) -> None:
        """Note that a page was closed."""
        alive = self._open.get(session, {})
        alive.pop(stream, None)
        if not alive:
            self._open.pop(session, None)
