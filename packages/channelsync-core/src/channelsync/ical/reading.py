"""The values a feed is read into: events, limits, and one whole reading.

They carry no opinion. Whether an event is a guest or a closure is for the platform's plugin to say; whether nights
may open again is for the engine. What is promised here is that nothing was lost on the way: each ``BEGIN:VEVENT`` of
an accepted body is an event of the reading, or a note that says why it takes no night.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import final

from attrs import field, frozen

from channelsync.ical.times import DateRule
from channelsync.nights import Stay

__all__ = ["Caps", "Memo", "Parsed", "RawEvent", "Reading"]


@final
@frozen
class RawEvent:
    """One event as the platform wrote it, its nights worked out.

    ``uid`` is empty when the feed gives none. ``line`` is where its ``BEGIN:VEVENT`` stands, counted from 1; the
    occurrences of a repeating event all share it.
    """

    stay: Stay
    uid: str
    summary: str
    description: str
    line: int


@final
@frozen
class Caps:
    """The limits of what is read; a body beyond one is refused, and the error names it."""

    body: int = 5 * 2**20
    """Bytes of the whole answer."""
    events: int = 5000
    """Events in one body."""
    occurrences: int = 1000
    """Occurrences that repeating events may add, together."""
    line: int = 64 * 1024
    """Bytes of one property, its folds undone."""
    lines: int = 200_000
    """Properties in one body, counted before unknown ones are set aside."""
    properties: int = 50_000
    """Properties of events that are looked at, together."""
    depth: int = 8
    """Components inside one another."""
    listed: int = 5000
    """Values of RRULE, RDATE and EXDATE, together: each costs many times what a byte of text does."""
    repeating: int = 50
    """Events with a repetition rule."""
    years: int = 3
    """How far a repetition without end is followed, from the later of its start and its DTSTAMP."""


@final
@frozen
class Parsed:
    """What one event's text means, kept so that the same text need not be decoded again.

    ``replaces`` is the day of the occurrence that this event stands for (RECURRENCE-ID), of the repeating event with
    the same ``uid``.
    """

    line: int
    uid: str
    events: tuple[RawEvent, ...]
    notes: tuple[str, ...]
    repeats: bool = False
    replaces: date | None = None


@final
@frozen
class Memo:
    """What a reading remembers for the next one: digests only, no text of the feed beyond its events.

    It holds for the same ``options`` alone. ``bare`` is the digest without the DTSTAMPs' values, None where leaving
    them out would prove nothing; ``begins`` counts ``BEGIN:VEVENT`` anywhere in the body, so that a short cut can be
    proven to have lost none.
    """

    options: tuple[str, DateRule, Caps]
    whole: bytes
    bare: bytes | None
    begins: int
    parsed: Mapping[bytes, Parsed]


@final
@frozen
class Reading:
    """One answer, read.

    ``stamp`` is the DTSTAMP that all events share, in UTC: for platforms that write the time of the request there, it
    tells a new answer from a cached one. None when events differ, lack it, or there are none. ``notes`` say what was
    tolerated, by line, without any text of the feed. ``memo`` makes the next reading cheap; it is for `read` alone.
    """

    prodid: str
    events: tuple[RawEvent, ...]
    stamp: datetime | None
    notes: tuple[str, ...] = ()
    memo: Memo | None = field(default=None, eq=False, repr=False)
