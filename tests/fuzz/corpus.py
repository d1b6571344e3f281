"""What the fuzzers start from: calendars of the simulated platforms, made anew at each run.

Every platform lives a few months with several habits and settings, and its export is taken as its guests made it. A
handful of events in forms that no simulator writes (zones, lengths, repetitions, alarms) stands beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from attrs import evolve

import channelsync_airbnb.sandbox
import channelsync_booking.sandbox
import channelsync_greengo.sandbox
from channelsync.nights import Stay
from channelsync.testing import plain
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Habits
from tests.fuzz.choices import Choices

__all__ = ["NOW", "ODD", "PLATFORMS", "SEPARATOR", "exports", "lived"]

NOW: Final = datetime(2026, 11, 22, 10, tzinfo=UTC)
SEPARATOR: Final = b"\n%%\n"
"""What stands between the parts of an input that has several."""

PLATFORMS: Final[dict[str, tuple[Callable[..., Platform], Habits]]] = {
    "airbnb": (channelsync_airbnb.sandbox.platform, channelsync_airbnb.sandbox.HABITS),
    "booking": (channelsync_booking.sandbox.platform, channelsync_booking.sandbox.HABITS),
    "greengo": (channelsync_greengo.sandbox.platform, channelsync_greengo.sandbox.HABITS),
    "ical": (plain.platform, plain.HABITS),
}
"""How each is made, and its measured habits."""

_EVENTS: Final = (
    "DTSTART;TZID=Europe/Paris:20270501T160000\r\nDTEND;TZID=Europe/Paris:20270504T110000\r\nUID:zoned",
    'DTSTART;TZID="(UTC+01:00) Paris":20270601T160000\r\nDURATION:P2DT19H\r\nUID:long',
    "DTSTART;VALUE=DATE:20270701\r\nRRULE:FREQ=WEEKLY;COUNT=4;BYDAY=FR,SA\r\nDURATION:P1D\r\nUID:weekly",
    "DTSTART;VALUE=DATE:20270708\r\nDTEND;VALUE=DATE:20270710\r\nRECURRENCE-ID;VALUE=DATE:20270702\r\nUID:weekly",
    "DTSTART:20270801T220000Z\r\nDTEND:20270803T080000Z\r\nRDATE:20270810T220000Z\r\nEXDATE:20270801T220000Z\r\nUID:z",
    "DTSTART;VALUE=DATE:20270901\r\nRRULE:FREQ=YEARLY;UNTIL=20290901\r\nDTEND;VALUE=DATE:20270903\r\nUID:yearly",
    "DTSTART;VALUE=DATE:20271001\r\nUID:endless\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;INTERVAL=2",
    "DTSTART;VALUE=DATE:20271101\r\nDTEND;VALUE=DATE:20271101\r\nUID:same\r\nSTATUS:CONFIRMED",
    "DTSTART;VALUE=DATE:20271110\r\nDTEND;VALUE=DATE:20271112\r\nUID:gone\r\nSTATUS:CANCELLED",
    "DTSTART;VALUE=DATE:20271120\r\nDTEND;VALUE=DATE:20271122\r\nUID:a\r\nBEGIN:VALARM\r\nTRIGGER:-PT1H\r\nEND:VALARM",
)
_ZONE: Final = (
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\n"
    "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def _odd(*lines: str) -> bytes:
    inside = "".join(f"BEGIN:VEVENT\r\n{one}\r\nDTSTAMP:20261122T080000Z\r\nEND:VEVENT\r\n" for one in lines)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Odd//EN\r\n{_ZONE}{inside}END:VCALENDAR\r\n".encode()


ODD: Final = (_odd(*_EVENTS), _odd(), *map(_odd, _EVENTS))
"""Calendars in forms that no simulator writes: all forms together, none, and each by itself."""


def lived(name: str, choices: Choices, *, most: int = 12) -> Platform:
    """Return a simulated platform to which some things have happened until `NOW`."""
    make, habits = PLATFORMS[name]
    habits = evolve(
        habits,
        typed=choices.yes() if name == "greengo" else habits.typed,
        preparation=choices.one((0, 0, 0, 1, 2)),
        notice_nights=choices.one((0, 0, 1, 2)),
        window_days=choices.one((None, None, 90, 180)),
        opened_until=choices.one((None, None, NOW.date() + timedelta(days=200))),
    )
    platform = make(rng=Random(choices.number(0, 255)), habits=habits)
    for _ in range(choices.number(0, most)):
        at = NOW - timedelta(hours=choices.number(0, 500))
        arrival = NOW.date() + timedelta(days=choices.number(-20, 400))
        stay = Stay(arrival, arrival + timedelta(days=choices.number(1, 20)))
        standing = platform.reservations()
        match choices.number(0, 5):
            case 0 | 1 | 2:
                platform.book(stay, at, force=choices.yes())
            case 3:
                platform.close(stay, at)
            case 4 if standing:
                platform.cancel(choices.one(standing).id, at)
            case _ if standing:
                platform.change(choices.one(standing).id, stay, at, force=True)
            case _:
                platform.book(stay, at)
    return platform


def exports(rng: Random, *, each: int = 6) -> Iterator[bytes]:
    """Yield calendars of every platform: one nobody has booked, and some that have been lived with."""
    for name in PLATFORMS:
        yield lived(name, Choices(b"")).export(NOW)
        for _ in range(each):
            yield lived(name, Choices(rng.randbytes(120))).export(NOW)
