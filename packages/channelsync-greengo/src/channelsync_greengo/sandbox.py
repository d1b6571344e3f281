"""A simulated GreenGo lodging: the little that is known of its calendar, and careful guesses for the rest.

The form:

* address: ``/calendar/greengo-icalendar/<uuid>``, with or without ``.ics`` (seen in code), one per lodging (reported);
* **dates are timed UTC midnights**, ``DTSTART:20280301T000000Z``; DTEND is the morning after the last night (measured
  by a host, two readings around a click, August 2026);
* SUMMARY ``GreenGo (Not Available)`` for an owner's closure (measured). A guest's title is not known: with ``typed``
  off, the harder case and the default, a guest's event looks the same; with it on it has a made-up title;
* the export shows a change at once (measured); an empty calendar is often true (measured);
* UID, PRODID, DTSTAMP, order, CRLF, one event a stay, gone on the day of departure (UTC): all inferred, nobody has
  published a whole calendar. A guest's UID, where typed, stays for life; otherwise it depends on the dates (inferred).

The reading of linked calendars: several per lodging (reported); its rhythm is not known, an hour is a guess. Imported
closures in the export: probably none (inferred from one empty calendar of a lodging with imports), so off here. The
owner's limit on early bookings (six months to two years) probably does not show in the calendar (inferred).
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from random import Random
from typing import Final

from channelsync.ids import ChannelName
from channelsync.testing.calendars import compact
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Event, Form, Habits, hex_of

__all__ = ["GREENGO", "HABITS", "platform"]

HABITS: Final = Habits(zone="UTC", horizon_months=24, import_every=timedelta(hours=1))
"""As measured, reported or guessed; see the head of the module."""


def _urls(room: str, secret: str) -> tuple[str, ...]:
    """Return the addresses; the room is in their secret alone."""
    del room
    address = f"https://calendars.greengo.voyage/calendar/greengo-icalendar/{uuid.UUID(secret)}"
    return (f"{address}.ics", address)


def _uid(event: Event, room: str) -> str:
    """Return a UUID: the guest's own, or the closure's, which depends on its dates."""
    return str(uuid.UUID(event.guest.key if event.guest else hex_of("closure", room, event.stay)))


def _midnight(day: date) -> str:
    """Return the UTC midnight that begins a day."""
    return f"{compact(day)}T000000Z"


def _lines(event: Event, stamp: str) -> tuple[str, ...]:
    """Return the event's lines."""
    return (
        f"UID:{event.uid}",
        f"DTSTAMP:{stamp}",
        f"DTSTART:{_midnight(event.stay.arrival)}",
        f"DTEND:{_midnight(event.stay.departure)}",
        "SUMMARY:GreenGo" if event.guest else "SUMMARY:GreenGo (Not Available)",
    )


GREENGO: Final = Form(
    channel=ChannelName("greengo"),
    header=("VERSION:2.0", "PRODID:-//GreenGo//Calendar//FR"),
    agent="Mozilla/5.0 (compatible; GreenGoCalendarReader/1.0)",
    urls=_urls,
    uid=_uid,
    lines=_lines,
)
"""How GreenGo writes, as far as it is known."""


def platform(*, room: str = "lodging", rng: Random, habits: Habits = HABITS) -> Platform:
    """Return a simulated GreenGo lodging."""
    return Platform(GREENGO, room, rng, habits)
