"""Another platform: a simulated Abritel listing, for the channel of calendars nobody wrote a plugin for.

Its form is that of Abritel's French calendar (seen in one real feed of 2020, and in the addresses of others):

* address: ``/icalendar/<32 hex>.ics?nonTentative``; ``nonTentative`` leaves unpaid requests out (reported), so there
  are none here, and anything may follow in the query (seen in code);
* header: VERSION, CALSCALE, ``PRODID:-//HomeAway.com, Inc.//EN``; event: UID, DTSTAMP, DTSTART, DTEND, SUMMARY, dates
  without a time (seen in the feed); CRLF and the newline at the end (inferred: the copy that was found had lost them);
* SUMMARY: ``Réservée - <first name>`` for a guest, ``Indisponible`` for a closure (seen in the feed);
* UID: a UUID for a guest; for a closure its dates, ``MMDDYYYY-MMDD-YYYY-MMDD-YYYYMMDDYYYY`` (seen in the feed). That a
  guest's UID stays when the dates change is inferred;
* past stays are kept for about half a year (seen in the feed); its day begins in Paris (inferred);
* it reads linked calendars hourly to every six hours (reported; every two hours is taken here); no echo (inferred).
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from random import Random
from typing import Final

from channelsync.ids import ChannelName
from channelsync.testing.calendars import compact
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Event, Form, Habits

__all__ = ["ABRITEL", "HABITS", "platform"]

HABITS: Final = Habits(
    zone="Europe/Paris",
    typed=True,
    retention=180,
    horizon_months=24,
    import_every=timedelta(hours=2),
)
"""As seen, reported or inferred; see the head of the module."""


def _urls(room: str, secret: str) -> tuple[str, ...]:
    """Return the address; the room is in its secret alone."""
    del room
    return (
        f"http://www.abritel.fr/icalendar/{secret}.ics?nonTentative",
        f"http://www.abritel.fr/icalendar/{secret}.ics",
    )


def _uid(event: Event, room: str) -> str:
    """Return the UID: the guest's own, or the closure's dates."""
    del room
    if event.guest:
        return str(uuid.UUID(event.guest.key))
    first, last = event.stay.arrival, event.stay.departure
    years = f"{first:%Y}{last:%m%d}{last:%Y}"
    return f"{first:%m%d%Y}-{first:%m%d}-{first:%Y}-{last:%m%d}-{years}"


def _lines(event: Event, stamp: str) -> tuple[str, ...]:
    """Return the event's lines."""
    return (
        f"UID:{event.uid}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{compact(event.stay.arrival)}",
        f"DTEND;VALUE=DATE:{compact(event.stay.departure)}",
        f"SUMMARY:Réservée - {event.guest.guest}" if event.guest else "SUMMARY:Indisponible",
    )


ABRITEL: Final = Form(
    channel=ChannelName("ical"),
    header=("VERSION:2.0", "CALSCALE:GREGORIAN", "PRODID:-//HomeAway.com, Inc.//EN"),
    agent="Mozilla/5.0 (compatible; AbritelCalendarReader/1.0)",
    urls=_urls,
    uid=_uid,
    lines=_lines,
)
"""How it writes."""


def platform(*, room: str = "lodging", rng: Random, habits: Habits = HABITS) -> Platform:
    """Return a simulated Abritel listing."""
    return Platform(ABRITEL, room, rng, habits)
