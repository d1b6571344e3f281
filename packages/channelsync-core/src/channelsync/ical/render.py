"""Writing the feeds that platforms read: small, stable to the byte, and without a guest in them.

A platform compares what it fetches with what it fetched before, so the same stays must give the same bytes: UID and
DTSTAMP come from the caller and change only with the stay, events are in order of their nights, and nothing depends
on the time of writing. Each event is made once and remembered as bytes; a whole calendar too. Both memories are
bounded, and hold nothing that could not be made again. What needs escaping or folding is left to the icalendar library;
an event with a plain UID, as ours are, is written here, just as the library would.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, final

from attrs import Attribute, field, frozen
from icalendar import Calendar, Event

from channelsync.errors import UsageError
from channelsync.nights import Stay

__all__ = ["Entry", "etag", "render"]

PRODID: Final = "-//channelsync//channelsync//EN"
SUMMARY: Final = "Not available"
_PLAIN_UID: Final = re.compile(r"[0-9A-Za-z@._-]{1,64}")
"""What is written as it stands, on one line."""
_EVENT: Final = (
    "BEGIN:VEVENT\r\nSUMMARY:{}\r\nDTSTART;VALUE=DATE:{}\r\nDTEND;VALUE=DATE:{}\r\n"
    "DTSTAMP:{}\r\nUID:{}\r\nEND:VEVENT\r\n"
)


def _an_instant(instance: object, attribute: Attribute[datetime], value: datetime) -> None:
    """Refuse times without a zone: which moment they mean is anybody's guess."""
    del instance
    if value.tzinfo is None:
        msg = f"{attribute.name} must be a time with a zone"
        raise UsageError(msg)


def _a_name(instance: object, attribute: Attribute[str], value: str) -> None:
    """Refuse what cannot identify an event in a calendar."""
    del instance
    if not value or not value.isprintable() or "\\" in value:  # written out, a backslash may become a line's end
        msg = f"{attribute.name} must be printable text without a backslash, not empty"
        raise UsageError(msg)


@final
@frozen(cache_hash=True)
class Entry:
    """One closure to publish: its nights, a UID that stays with it, and when it last changed.

    Raises:
        UsageError: the uid is empty, not printable or has a backslash, or the stamp has no zone.
    """

    stay: Stay
    uid: str = field(validator=_a_name)
    stamp: datetime = field(validator=_an_instant)


def render(entries: Iterable[Entry], *, name: str) -> bytes:
    """Return a calendar of closures as ``text/calendar; charset=utf-8``; valid with no entries as well.

    Args:
        entries: one event each, in any order.
        name: the calendar's name, shown by some platforms; it must not name a guest.

    Raises:
        UsageError: two entries have the same uid.
    """
    return _calendar(tuple(entries), name)


def etag(body: bytes) -> str:
    """Return the strong ETag of a body: equal if and only if the bytes are."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


@lru_cache(maxsize=256)
def _calendar(entries: tuple[Entry, ...], name: str) -> bytes:
    """Put a calendar together; an unchanged one is the same object again."""
    if len({entry.uid for entry in entries}) != len(entries):
        msg = "two entries of a calendar have the same uid"
        raise UsageError(msg, advice="Give each closure a uid of its own.")
    head, foot = _frame(name)
    ordered = sorted(entries, key=lambda entry: (entry.stay, entry.uid))
    return b"".join([head, *(_event(entry) for entry in ordered), foot])


@lru_cache(maxsize=8192)
def _event(entry: Entry) -> bytes:
    """Write one event."""
    stamp = entry.stamp.astimezone(UTC).replace(microsecond=0)
    if _PLAIN_UID.fullmatch(entry.uid):
        first, last = _compact(entry.stay.arrival), _compact(entry.stay.departure)
        written = f"{_compact(stamp.date())}T{stamp:%H%M%S}Z"
        return _EVENT.format(SUMMARY, first, last, written, entry.uid).encode()
    event: Any = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", stamp)
    event.add("DTSTART", entry.stay.arrival)
    event.add("DTEND", entry.stay.departure)
    event.add("SUMMARY", SUMMARY)
    return bytes(event.to_ical())


def _compact(day: date) -> str:
    """Return ``YYYYMMDD``."""
    return day.isoformat().replace("-", "")


@lru_cache(maxsize=256)
def _frame(name: str) -> tuple[bytes, bytes]:
    """Write the calendar around the events: what comes before them, and after."""
    frame: Any = Calendar()
    frame.add("VERSION", "2.0")
    frame.add("PRODID", PRODID)
    frame.add("CALSCALE", "GREGORIAN")
    frame.add("METHOD", "PUBLISH")
    frame.add("X-WR-CALNAME", "".join(char for char in name if char.isprintable()))
    head, end, rest = bytes(frame.to_ical()).partition(b"END:VCALENDAR")
    return head, end + rest
