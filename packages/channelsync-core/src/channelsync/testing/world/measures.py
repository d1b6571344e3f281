"""How long a sold night stayed open elsewhere, and a freed one closed: read off the histories once a life is over.

A platform's history says what its guests met, a side's what our calendar for it said. A sale is *closed* by us when our
calendar for another platform has its nights, and *exposed* on that platform until its own guests could not book them
any more. What ends before that, because the guest cancels or the life is over, is not counted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from channelsync.nights import NO_NIGHTS, Nights
from channelsync.testing.world.side import Side
from channelsync.testing.world.tally import Durations, Tally

__all__ = ["measure"]

_MINUTE: Final = 60.0

_History = Sequence[tuple[datetime, Nights]]


def measure(sides: Sequence[Side], tally: Tally) -> None:
    """Count, of every sale and of every cancellation, how long the other listings took."""
    sold = {side.id: [(one.at, one.sold) for one in side.platform.history] for side in sides}
    taken = {side.id: [(one.at, one.sold | one.closed) for one in side.platform.history] for side in sides}
    for side in sides:
        for at, came, went in _changes(sold[side.id]):
            gone = _next_loss(sold[side.id], at, came)
            for other in sides:
                if other is side:
                    continue
                if came:
                    _count(tally.closing, at, _first(other.published, at, came, closed=True), gone)
                    exposed = tally.exposed.setdefault(other.key, Durations())
                    _count(exposed, at, _first(taken[other.id], at, came, closed=True), gone)
                free = went - Nights.union(_at(sold[one.id], at) for one in sides if one is not side)
                if free:
                    again = [_next_gain(sold[one.id], at, free) for one in sides]
                    until = min((when for when in again if when), default=None)
                    _count(tally.opening, at, _first(other.published, at, free, closed=False), until)


def _changes(history: _History) -> Iterator[tuple[datetime, Nights, Nights]]:
    """Yield each moment with the nights that were sold then, and those that were freed."""
    before = NO_NIGHTS
    for at, now in history:
        if now != before:
            yield at, now - before, before - now
        before = now


def _at(history: _History, at: datetime) -> Nights:
    """Return what held at a moment."""
    place = bisect_right(history, at, key=lambda one: one[0])
    return history[place - 1][1] if place else NO_NIGHTS


def _first(history: _History, at: datetime, nights: Nights, *, closed: bool) -> datetime | None:
    """Return the first moment, from one on, at which all these nights were closed, or all open."""
    place = max(0, bisect_right(history, at, key=lambda one: one[0]) - 1)
    for when, taken in history[place:]:
        if nights <= taken if closed else not nights.overlaps(taken):
            return max(when, at)
    return None


def _next_loss(history: _History, at: datetime, nights: Nights) -> datetime | None:
    """Return when some of these nights were free again."""
    place = bisect_right(history, at, key=lambda one: one[0])
    return next((when for when, taken in history[place:] if not nights <= taken), None)


def _next_gain(history: _History, at: datetime, nights: Nights) -> datetime | None:
    """Return when some of these nights were sold again."""
    place = bisect_right(history, at, key=lambda one: one[0])
    return next((when for when, taken in history[place:] if nights.overlaps(taken)), None)


def _count(durations: Durations, since: datetime, until: datetime | None, censored: datetime | None) -> None:
    """Count how long it took, if it was done before it had become pointless."""
    if until is not None and (censored is None or until <= censored):
        durations.add((until - since).total_seconds() / _MINUTE)
