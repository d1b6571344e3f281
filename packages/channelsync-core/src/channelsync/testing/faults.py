"""How a platform fails: each wrong answer that was seen or must be feared, as a named value.

A fault is switched on for one answer, for a number of them, or until it is healed. What it does is decided by its seed
alone, so that a lasting fault fails in the same way at every reading, and the same history gives the same bytes.
Several can be on at once; a refusal or an error then hides the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import Enum
from random import Random
from typing import Final, final

from attrs import frozen

from channelsync.evolving import evolve
from channelsync.nights import Stay
from channelsync.testing.values import Answer, Event

__all__ = ["BODIES", "FAILED", "SLOW_BY", "Fault", "Trouble", "cut", "glued", "thinned"]

SLOW_BY: Final = timedelta(seconds=45)
"""The virtual time that a slow answer takes."""


class Fault(Enum):
    """One way of answering wrong."""

    EMPTY = "empty"
    """200, a valid calendar, no event (measured: Airbnb once in 12,420 readings, Booking.com once in 26,441)."""
    PARTIAL = "partial"
    """200, a valid calendar that lost at least one event (measured: two Booking.com rooms for one hour)."""
    TRUNCATED = "truncated"
    """200, the calendar breaks off (inferred: a connection cut by something in between)."""
    HTML_LOGIN = "html_login"
    """200, a page that asks to sign in (seen in code: others had to tell it apart)."""
    JSON_ERROR = "json_error"
    """An error as JSON (measured: Airbnb once; the status is not on record, 200 is the harder case)."""
    HTTP_500 = "http_500"
    HTTP_403 = "http_403"
    """Refused (reported: Airbnb in 2019, to readers without a User-Agent)."""
    HTTP_429 = "http_429"
    """Asked to slow down, with a Retry-After (reported for other pages of Airbnb, never for calendars)."""
    STALE = "stale"
    """The copy of the time the fault began, with its DTSTAMP, whatever has happened since (reported)."""
    SLOW = "slow"
    """The answer takes `SLOW_BY`: virtual time, told in `Answer.delay` and a header."""
    REISSUED_UIDS = "reissued_uids"
    """Every UID is a new one (inferred)."""
    REGROUPED = "regrouped"
    """Merged events come apart, separate ones are merged (measured: Booking.com for a day or two in June 2026)."""
    DEAF = "deaf"
    """The platform no longer reads the calendars linked to it, and shows no error (reported of Booking.com)."""


_PLAIN: Final = (("Content-Type", "text/plain; charset=utf-8"),)

FAILED: Final = {
    Fault.HTTP_500: Answer(500, _PLAIN, b"Internal Server Error"),
    Fault.HTTP_403: Answer(403, _PLAIN, b"Forbidden"),
    Fault.HTTP_429: Answer(429, (*_PLAIN, ("Retry-After", "120")), b"Too Many Requests"),
}
"""Answers that say themselves that they failed, the one that hides the others first."""

BODIES: Final = {
    Fault.HTML_LOGIN: Answer(
        200,
        (("Content-Type", "text/html; charset=utf-8"),),
        b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form method=post></form></body></html>\n",
    ),
    Fault.JSON_ERROR: Answer(
        200,
        (("Content-Type", "application/json"),),
        b'{"code":500,"message":"There was an error processing your request. It has been logged (ID 00000000)."}',
    ),
}
"""Answers that claim to be good and are no calendar."""


@final
@frozen
class Trouble:
    """A fault that is on: for ``left`` more answers, or until healed when that is None."""

    fault: Fault
    seed: int
    left: int | None = 1

    def used(self) -> Trouble | None:
        """Return what is left of it after one more answer, None when it is over."""
        if self.left is None:
            return self
        return evolve(self, left=self.left - 1) if self.left > 1 else None


def thinned(events: tuple[Event, ...], seed: int) -> tuple[Event, ...]:
    """Return some of the events, in their order: at least one is lost."""
    draw = Random(seed)
    kept = set(draw.sample(range(len(events)), draw.randrange(len(events)))) if events else set[int]()
    return tuple(event for place, event in enumerate(events) if place in kept)


def cut(body: bytes, seed: int) -> bytes:
    """Return the beginning of a calendar, between a third and nine tenths of it."""
    return body[: Random(seed).randrange(len(body) // 3, len(body) * 9 // 10)]


def glued(events: Iterable[Event], *, typed: bool) -> tuple[Event, ...]:
    """Return the events with those that touch or overlap made one, which keeps the first one's guest.

    Where guests can be told from closures (``typed``) only like is merged with like.
    """
    merged: list[Event] = []
    for event in sorted(events, key=lambda each: (typed and each.guest is None, each.stay)):
        last = merged[-1] if merged else None
        alike = last is not None and not (typed and (last.guest is None) != (event.guest is None))
        if last is not None and alike and event.stay.arrival <= last.stay.departure:
            departure = max(last.stay.departure, event.stay.departure)
            merged[-1] = evolve(last, stay=Stay(last.stay.arrival, departure))
        else:
            merged.append(event)
    return tuple(merged)
