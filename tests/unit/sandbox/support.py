"""What the simulators' tests share: every platform, a moment, and two readers that know nothing of the simulators."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Final

import icalendar

from channelsync.nights import Nights, Stay
from channelsync.testing import Platform, Reservation

NOW: Final = datetime(2027, 3, 1, 9, 30, 12, tzinfo=UTC)
FACTORIES: Final[dict[str, Callable[..., Platform]]] = {
    "airbnb": importlib.import_module("channelsync_airbnb.sandbox").platform,
    "booking": importlib.import_module("channelsync_booking.sandbox").platform,
    "greengo": importlib.import_module("channelsync_greengo.sandbox").platform,
    "plain": importlib.import_module("channelsync.testing.plain").platform,
}
HABITS: Final = {
    "airbnb": importlib.import_module("channelsync_airbnb.sandbox").HABITS,
    "booking": importlib.import_module("channelsync_booking.sandbox").HABITS,
    "greengo": importlib.import_module("channelsync_greengo.sandbox").HABITS,
    "plain": importlib.import_module("channelsync.testing.plain").HABITS,
}


def stay(text: str) -> Stay:
    """A stay in 2027, from ``MM-DD/MM-DD`` or two whole dates."""
    first, last = text.split("/")
    return Stay.parse("/".join(part if len(part) == 10 else f"2027-{part}" for part in (first, last)))


def booked(platform: Platform, text: str, at: datetime = NOW, *, force: bool = False) -> Reservation:
    """A booking that must succeed."""
    made = platform.book(stay(text), at, force=force)
    assert isinstance(made, Reservation), made
    return made


def events(body: bytes) -> list[dict[str, str]]:
    """Each event's properties by name, read with three regular expressions."""
    text = re.sub(r"\r\n ", "", body.decode())
    found = re.findall(r"BEGIN:VEVENT\r\n(.*?)\r\nEND:VEVENT", text, re.DOTALL)
    return [dict(re.findall(r"^([A-Z]+)[^:\r\n]*:(.*?)\r?$", each, re.MULTILINE)) for each in found]


def shown(body: bytes) -> list[tuple[str, str]]:
    """The first and last date of each event as they are written, without years before 2027 being touched."""
    return [(event["DTSTART"][:8], event["DTEND"][:8]) for event in events(body)]


def nights(body: bytes) -> Nights:
    """The nights of a calendar, read with the icalendar library."""
    spans: list[Stay] = []
    for event in icalendar.Calendar.from_ical(body.decode()).walk("VEVENT"):
        first, last = event["DTSTART"].dt, event["DTEND"].dt
        if isinstance(first, datetime):
            first, last = first.astimezone(UTC).date(), last.astimezone(UTC).date()
        spans.append(Stay(first, last))
    return Nights.of(*spans)


def make(name: str, seed: int = 7, **changes: object) -> Platform:
    """A platform of that name with some habits changed."""
    from attrs import evolve

    return FACTORIES[name](room="lac", rng=Random(seed), habits=evolve(HABITS[name], **changes))
