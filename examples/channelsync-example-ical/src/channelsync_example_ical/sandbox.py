"""A simulated lodging at Example Cottages: how its calendar is written, and what is shown in it.

Written from what is known of the platform, never from the plugin beside it; here all of it is made up:

* days are UTC midnights, and the end is the day of departure;
* a guest's UID is the code of the reservation, for life; a closure's depends on its dates;
* a running stay is cut to begin today, and a year ahead everything is closed;
* a linked calendar is read every two hours, and its closures stand in the export.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from channelsync.ids import ChannelName
from channelsync.testing import Event, Form, Habits, Platform
from channelsync.testing.calendars import compact

__all__ = ["FORM", "HABITS", "platform"]

HABITS: Final = Habits(
    typed=True, clips=True, echo=True, import_every=timedelta(hours=2), not_modified=True, horizon_months=12
)
"""What is shown, and how linked calendars are read."""


def _urls(room: str, secret: str) -> tuple[str, ...]:
    """Return the address of the export."""
    return (f"https://cottages.example/calendars/{room}/{secret}.ics",)


def _code(rng: Random) -> str:
    """Draw a reservation's code."""
    return f"EC{rng.randrange(10**6):06}"


def _uid(event: Event, room: str) -> str:
    """Return the UID: the guest's code, or the closure's dates."""
    if event.guest:
        return f"{event.guest.code}@cottages.example"
    return f"closed-{room}-{compact(event.stay.arrival)}-{compact(event.stay.departure)}@cottages.example"


def _midnight(day: date) -> str:
    return f"{compact(day)}T000000Z"


def _lines(event: Event, stamp: str) -> tuple[str, ...]:
    """Return the event's lines."""
    return (
        f"UID:{event.uid}",
        f"DTSTAMP:{stamp}",
        f"DTSTART:{_midnight(event.stay.arrival)}",
        f"DTEND:{_midnight(event.stay.departure)}",
        f"SUMMARY:{event.guest.guest if event.guest else 'Closed'}",
    )


FORM: Final = Form(
    channel=ChannelName("example-ical"),
    header=("VERSION:2.0", "PRODID:-//Example Cottages//Calendar 2//EN"),
    agent="ExampleCottagesCalendar/2",
    urls=_urls,
    code=_code,
    uid=_uid,
    lines=_lines,
)
"""How it writes."""


def platform(*, room: str = "lodging", rng: Random, habits: Habits = HABITS) -> Platform:
    """Return a simulated lodging."""
    return Platform(FORM, room, rng, habits)
