r"""A simulated Booking.com room: its calendar as recorded in 2026, and its reading of ours as far as it is known.

The form (measured on 26,441 readings of five rooms, October 2025 to August 2026, unless it says otherwise):

* address: ``/v1/export?t=<uuid>`` or ``/v1/export/t/<uuid>.ics`` (seen in code);
* header: VERSION, PRODID with literal backslashes (``admin.booking.com\\\, b.v.``), CALSCALE, METHOD; event: DTSTAMP,
  DTSTART, DTEND, UID, SUMMARY, and ORGANIZER since 2026-07-07; dates without a time; CRLF (measured on all);
* one kind, ``CLOSED - Not available``, for guests, closures and the unopened calendar alike: no code, no name, no
  STATUS (measured);
* UID: 32 hexadecimal digits that depend on the room and the first night shown, on nothing else: a new end keeps it, a
  new start changes it, another guest with the same arrival has the same one (measured: 1,327 and 318 of all changes);
* contiguous nights are one event since 2026-07-01 (measured: 3,911 readings); with ``merges`` off the form of before,
  in which a closure may lie over a stay (measured in one room);
* a running stay is clipped to today, by local midnight, and so has a new UID each day; on the day of departure it is
  gone (measured, Europe/Rome; here Europe/Paris);
* a calendar that is not opened is one closure from a fixed day to today + 18 months, whose end moves every day while
  its UID stays (measured: 4,811 of 5,289);
* a cancellation is a disappearance, which shortens or splits an event (measured).

The reading of linked calendars: about hourly (reported). Imported closures in the export: not seen in 14 months
(measured on one lodging), so off here; when on they merge with everything else (inferred).
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from random import Random
from typing import Final

from channelsync.ids import ChannelName
from channelsync.testing.calendars import compact
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Event, Form, Habits, hex_of

__all__ = ["BOOKING", "HABITS", "platform"]

HABITS: Final = Habits(
    zone="Europe/Paris",
    merges=True,
    overlaps=True,
    clips=True,
    horizon_months=18,
    import_every=timedelta(hours=1),
)
"""As measured or reported; see the head of the module."""


def _urls(room: str, secret: str) -> tuple[str, ...]:
    """Return the addresses; the room is in their secret alone."""
    del room
    token = uuid.UUID(secret)
    return (f"https://ical.booking.com/v1/export?t={token}", f"https://ical.booking.com/v1/export/t/{token}.ics")


def _code(rng: Random) -> str:
    """Draw a reservation number: ten digits, never shown in the calendar."""
    return str(rng.randrange(10**9, 10**10))


def _uid(event: Event, room: str) -> str:
    """Return the UID: the room's and the first night's."""
    return f"{hex_of('room', room, event.stay.arrival)}@booking.com"


def _lines(event: Event, stamp: str) -> tuple[str, ...]:
    """Return the event's lines."""
    return (
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{compact(event.stay.arrival)}",
        f"DTEND;VALUE=DATE:{compact(event.stay.departure)}",
        f"UID:{event.uid}",
        "SUMMARY:CLOSED - Not available",
        "ORGANIZER:mailto:noreply@booking.com",
    )


BOOKING: Final = Form(
    channel=ChannelName("booking"),
    header=(
        "VERSION:2.0",
        r"PRODID:-//admin.booking.com\\\, b.v.//NONSGML v1.0//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ),
    agent="Mozilla/5.0 (compatible; BookingCalendarReader/1.0)",
    urls=_urls,
    code=_code,
    uid=_uid,
    lines=_lines,
)
"""How Booking.com writes."""


def platform(*, room: str = "lodging", rng: Random, habits: Habits = HABITS) -> Platform:
    """Return a simulated Booking.com room."""
    return Platform(BOOKING, room, rng, habits)
