"""Calendars made up in the forms that the platforms were measured to write; no text of a real calendar is in here."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx

from channelsync.adapter import ChannelPlugin, FeedLook, FeedSource, SecretUrl, discover
from channelsync.observation import Observation

AT = datetime(2027, 1, 1, 12, tzinfo=UTC)
AIRBNB = ("PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN", "CALSCALE:GREGORIAN", "VERSION:2.0")
AIRBNB_OLD = (
    "PRODID;X-RICAL-TZSOURCE=TZINFO:-//Airbnb Inc//Hosting Calendar 0.8.8//EN",
    "CALSCALE:GREGORIAN",
    "VERSION:2.0",
)
BOOKING = (
    "VERSION:2.0",
    r"PRODID:-//admin.booking.com\\\, b.v.//NONSGML v1.0//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
)
GREENGO = ("VERSION:2.0", "PRODID:-//Unknown//EN")
ABRITEL = ("VERSION:2.0", "CALSCALE:GREGORIAN", "PRODID:-//HomeAway.com, Inc.//EN")
STAMP = "DTSTAMP:20270101T115958Z"


def plugin(name: str) -> ChannelPlugin:
    """An installed plugin."""
    return discover().get(name)


def days(arrival: str, departure: str) -> tuple[str, str]:
    """The two dates as dates."""
    return f"DTSTART;VALUE=DATE:{arrival}", f"DTEND;VALUE=DATE:{departure}"


def calendar(head: tuple[str, ...], *events: tuple[str, ...]) -> bytes:
    """A calendar of events, each a tuple of lines."""
    lines = ["BEGIN:VCALENDAR", *head]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR"]).encode()


def looked(
    name: str, body: bytes, *, options: dict[str, str] | None = None, timezone: str = "Europe/Paris"
) -> FeedLook:
    """What a plugin's route makes of a body."""
    flow = plugin(name).route(options).look(FeedSource(SecretUrl("https://example.com/1.ics"), timezone), AT)
    next(flow)
    try:
        flow.send(httpx.Response(200, content=body))
    except StopIteration as done:
        return done.value
    raise AssertionError


def seen(name: str, body: bytes, *, options: dict[str, str] | None = None) -> Observation:
    """The observation that a plugin's route makes of a body."""
    return looked(name, body, options=options).observation


def told(observation: Observation) -> list[tuple[str, str]]:
    """Stay and kind of each event."""
    return [(str(event.stay), event.kind.value) for event in observation.events]
