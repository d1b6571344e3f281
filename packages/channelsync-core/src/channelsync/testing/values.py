"""The values a simulated platform is made of: habits, reservations, refusals, events, and the form it writes.

`Habits` is what differs between platforms in *what* their calendar shows; `Form` is how they write it down. A
platform's plugin gives one of each, every rule with its mark:

* measured: on recorded real calendars, or by a host around an action;
* documented: the platform's own text;
* seen in code: in the programs of others;
* reported: by hosts or vendors;
* inferred: nobody knows, this is the likeliest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Final, final

from attrs import field, frozen

from channelsync.ids import ChannelName
from channelsync.nights import Nights, Stay

__all__ = ["Answer", "Event", "Form", "Habits", "Moment", "Refusal", "Reservation", "hex_of"]

_AT_ONCE: Final = timedelta(0)


@final
@frozen
class Habits:
    """What a platform, and the owner's settings on it, do to the calendar; the defaults are a platform without quirks.

    The first part is the export, the second the import of other calendars, the third the answers over HTTP.
    """

    zone: str = "UTC"
    """The IANA zone whose midnight begins the platform's day."""
    typed: bool = False
    """Whether a guest's event can be told from a closure."""
    merges: bool = False
    """Whether events that touch or overlap are written as one."""
    overlaps: bool = False
    """Whether, unmerged, a closure may lie over a guest's stay; otherwise it is cut around it."""
    clips: bool = False
    """Whether a running stay is cut to begin today."""
    retention: int = 0
    """For how many days an event is still shown from its departure day on, which counts as the first."""
    horizon_months: int = 12
    """How far ahead the calendar reaches, from today."""
    horizon_nights: int = 0
    """Further nights after those months."""
    opened_until: date | None = None
    """The owner's setting: nights from here to the horizon are not opened yet. A fixed edge, and an end that rolls."""
    window_days: int | None = None
    """The owner's setting: guests may book so many days ahead; what lies beyond, to the horizon, rolls as a whole."""
    notice_nights: int = 0
    """The owner's setting, advance notice: so many nights from today are closed, and move along every day."""
    preparation: int = 0
    """The owner's setting: so many nights are closed on either side of each stay."""
    echo: bool = False
    """Whether imported closures stand in the export."""

    import_every: timedelta = timedelta(hours=4)
    """How often the platform reads a calendar that the owner linked."""
    import_jitter: timedelta = _AT_ONCE
    """Up to how much later each reading may come."""
    import_lag: timedelta = _AT_ONCE
    """How long after a reading its closures are in force."""
    conditional: bool = False
    """Whether the platform sends the last ETag along when it reads."""

    export_cache: timedelta = _AT_ONCE
    """For how long one written export, with its DTSTAMP, is given to everybody."""
    not_modified: bool = False
    """Whether an unchanged calendar is answered with 304 to one who knows its ETag."""
    needs_agent: bool = False
    """Whether a request without a User-Agent is refused with 403."""


@final
@frozen
class Reservation:
    """A guest's reservation as the platform itself knows it.

    ``key`` is 128 bits in hexadecimal that stay with it for life, ``code`` what the guest is told, ``guest`` a made-up
    first name, there so that a test can find out where names leak.
    """

    id: str
    key: str = field(repr=False)
    code: str
    phone: str = field(repr=False)
    guest: str = field(repr=False)
    stay: Stay
    booked_at: datetime


@final
@frozen
class Refusal:
    """A platform's no to a guest: the stay that was asked for, and in words why each part cannot be had."""

    stay: Stay
    why: tuple[str, ...]


@final
@frozen
class Event:
    """One event of an export before it is written.

    ``guest`` is None for a closure, and for everybody where the platform does not say who is one.
    """

    stay: Stay
    guest: Reservation | None = None
    uid: str = ""


@final
@frozen
class Moment:
    """What guests met from a moment on: nights sold, and nights closed for another reason.

    Closures that follow the date by themselves (notice, booking window, unopened calendar) are left out.
    """

    at: datetime
    sold: Nights
    closed: Nights


@final
@frozen
class Answer:
    """What the platform answers to one reading of its export; ``delay`` is virtual time that the answer takes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    delay: timedelta = _AT_ONCE


@final
@frozen
class Form:
    """How one platform writes its calendar, as data and four small functions.

    Attributes:
        channel: the platform's name.
        header: the lines between ``BEGIN:VCALENDAR`` and the first event.
        ending: what follows ``END:VCALENDAR``.
        guests_first: whether guests' events come before all closures; otherwise all are in order of date.
        agent: the User-Agent it reads linked calendars with (what the real ones send is not known).
        urls: (room, secret of 32 hexadecimal digits) -> the addresses of the export, the first being the one shown.
        code: draws a reservation's code.
        uid: (event, room) -> UID.
        lines: (event, DTSTAMP's value) -> the unfolded lines between ``BEGIN:VEVENT`` and ``END:VEVENT``.
    """

    channel: ChannelName
    header: tuple[str, ...]
    agent: str
    urls: Callable[[str, str], tuple[str, ...]]
    uid: Callable[[Event, str], str]
    lines: Callable[[Event, str], tuple[str, ...]]
    code: Callable[[Random], str] = lambda _: ""
    ending: str = "\r\n"
    guests_first: bool = False


def hex_of(*parts: object) -> str:
    """Return 32 hexadecimal digits that depend on the parts alone: what the platforms' identifiers look like."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2s(text.encode(), digest_size=16).hexdigest()
