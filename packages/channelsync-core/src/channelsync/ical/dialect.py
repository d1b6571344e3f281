"""What a platform's events mean: the one step from raw events to the kernel's, as data with two small functions.

A reading says which nights each event takes and repeats its texts; it has no opinion. A `Dialect` is a platform's way
of using them: how its times become dates, which events are a guest's for certain, which are certainly nobody's, where
the confirmation code stands. What a dialect does not know is a closure: *taken without saying why, may be a guest*.
Claiming less than the truth costs a later reopening; claiming more could open a night that is sold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import final

from attrs import frozen

from channelsync.claims import Kind
from channelsync.evolving import kept
from channelsync.ical.reading import RawEvent, Reading
from channelsync.ical.times import DateRule
from channelsync.observation import Event, Observation

__all__ = ["Dialect", "always_closure", "no_text", "observe"]


def always_closure(event: RawEvent) -> Kind:
    """Return `Kind.CLOSURE`, whatever the event says: the careful answer, and the default."""
    del event
    return Kind.CLOSURE


def no_text(event: RawEvent) -> str:
    """Return nothing: the platform gives no code, or there is nothing to remark."""
    del event
    return ""


@final
@frozen
class Dialect:
    """How one platform writes its calendar.

    ``dates`` says how a UTC instant becomes a date; ``kind`` what an event is; ``code`` its confirmation code, empty
    where there is none; ``remark`` what the owner should know about such an event, empty for an ordinary one. A
    remark must not repeat the event's texts: they may hold a guest's name.
    """

    name: str
    dates: DateRule = DateRule.LOCAL
    kind: Callable[[RawEvent], Kind] = always_closure
    code: Callable[[RawEvent], str] = no_text
    remark: Callable[[RawEvent], str] = no_text


def observe(reading: Reading, dialect: Dialect, at: datetime) -> Observation:
    """Return what a reading shows, told in the dialect's terms.

    Every event of the reading is an event of the observation. Equal remarks become one note with their number.

    Args:
        reading: the answer, read.
        dialect: the platform's way of writing.
        at: when the look was taken.
    """
    events, notes = _said(reading.events, dialect)
    return Observation(at=at, events=events, stamp=reading.stamp, notes=reading.notes + notes)


@kept(1)
def _said(raws: tuple[RawEvent, ...], dialect: Dialect) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """Return events in the dialect's terms, and the notes on them; most looks show those of the last one."""
    events = tuple([Event(raw.stay, dialect.kind(raw), raw.uid, dialect.code(raw)) for raw in raws])
    remarks = Counter[str](remark for raw in raws if (remark := dialect.remark(raw)))
    return events, tuple([f"{count} x {remark}" for remark, count in sorted(remarks.items())])
