"""A simulated Airbnb listing: its calendar as recorded in 2026, and its reading of ours as far as it is known.

The form (measured on 12,420 readings of six listings, February to August 2026, unless it says otherwise):

* address: ``/calendar/ical/<listing id>.ics?t=<32 hex>`` (measured), ``?s=`` in older ones, ``&locale=en`` may follow
  (seen in code);
* header: PRODID ``Hosting Calendar 1.0``, CALSCALE, VERSION; event: DTSTAMP, DTSTART, DTEND, SUMMARY, UID, DESCRIPTION;
  dates without a time; CRLF, folded at 75 octets, no newline after ``END:VCALENDAR`` (measured on 339,495 events; but
  five of five copies at hand end with CRLF, so that readers must bear both);
* two kinds: ``Reserved`` with UID ``1418fb94e984-`` and ``Airbnb (Not available)`` with UID ``7f662ec65913-`` (measured
  on all); a guest's UID stays for life, also across date changes (measured: 69 of 69); a block's changes with its dates
  (measured: 6 of 6); nights sold again have a new UID and a new code (measured);
* DESCRIPTION for guests only: address with the code, last four digits of the telephone number; no name (measured);
* all reservations by date, then all blocks by date (measured: 246 of 246); stays back to back are separate events,
  adjacent blocks normally one (measured); nothing overlaps (measured);
* an event stays, unclipped, until the day after its departure, by UTC days (measured: 435 of 436; the real one goes
  within six hours after midnight, here at midnight);
* owner's settings that close nights as blocks: advance notice at today, a booking window that rolls to today + 1 year
  (measured; that night is closed too, so DTEND is a day later, on the three calendars that show it), preparation nights
  around stays (measured shape, inferred cause);
* a cancellation is a disappearance, there is no STATUS (measured: 273 of 273).

The reading of linked calendars: every five minutes (documented once) to every few hours (reported); two hours here.
Whether imported closures come back in the export is contradictory: not seen in 14 months (measured on one lodging),
seen by others (reported); off here, and when on they are blocks. That a reader without a User-Agent is refused was
reported in 2019: ``needs_agent``, off here.
"""

from __future__ import annotations

import string
from datetime import timedelta
from random import Random
from typing import Final

from channelsync.ids import ChannelName
from channelsync.testing.calendars import compact
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Event, Form, Habits, hex_of

__all__ = ["AIRBNB", "HABITS", "listing_of", "platform"]

HABITS: Final = Habits(
    zone="UTC",
    typed=True,
    retention=2,
    horizon_months=12,
    horizon_nights=1,
    import_every=timedelta(hours=2),
)
"""As measured or reported; see the head of the module."""

_GUEST: Final = "1418fb94e984"
_BLOCK: Final = "7f662ec65913"
_DETAILS: Final = "https://www.airbnb.com/hosting/reservations/details"


def listing_of(room: str) -> str:
    """Return a lodging's listing id: 19 digits (seen in code), the same in the feed's address and in the API."""
    return str(10**18 + int(hex_of("listing", room), 16) % 10**18)


def _urls(room: str, secret: str) -> tuple[str, ...]:
    """Return the addresses: the listing's id is a number."""
    address = f"https://www.airbnb.fr/calendar/ical/{listing_of(room)}.ics"
    return (f"{address}?t={secret}", f"{address}?s={secret}")


def _code(rng: Random) -> str:
    """Draw a confirmation code."""
    return "HM" + "".join(rng.choices(string.ascii_uppercase + string.digits, k=8))


def _uid(event: Event, room: str) -> str:
    """Return the UID: the guest's own, or the block's, which depends on its dates."""
    kind, key = (_GUEST, event.guest.key) if event.guest else (_BLOCK, hex_of("block", room, event.stay))
    return f"{kind}-{key}@airbnb.com"


def _lines(event: Event, stamp: str) -> tuple[str, ...]:
    """Return the event's lines."""
    dates = (
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{compact(event.stay.arrival)}",
        f"DTEND;VALUE=DATE:{compact(event.stay.departure)}",
    )
    if event.guest is None:
        return (*dates, "SUMMARY:Airbnb (Not available)", f"UID:{event.uid}")
    told = f"Reservation URL: {_DETAILS}/{event.guest.code}\\nPhone Number (Last 4 Digits): {event.guest.phone}"
    return (*dates, "SUMMARY:Reserved", f"UID:{event.uid}", f"DESCRIPTION:{told}")


AIRBNB: Final = Form(
    channel=ChannelName("airbnb"),
    header=("PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN", "CALSCALE:GREGORIAN", "VERSION:2.0"),
    ending="",
    guests_first=True,
    agent="Mozilla/5.0 (compatible; AirbnbCalendarReader/1.0)",
    urls=_urls,
    code=_code,
    uid=_uid,
    lines=_lines,
)
"""How Airbnb writes."""


def platform(*, room: str = "lodging", rng: Random, habits: Habits = HABITS) -> Platform:
    """Return a simulated Airbnb listing."""
    return Platform(AIRBNB, room, rng, habits)
