"""The calendars that the benchmarks read and write, and how each library reads and writes them.

A feed is in the form of a real platform's: all-day events, a description with a link folded over two lines, a DTSTAMP
with the time of the request. Each reader gives what matters of an event: its UID, arrival and departure.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from icalendar import Calendar, Event

from channelsync.ical import Entry
from channelsync.nights import Stay

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # deprecated forms in what they import
    import ics
    import vobject
    from ical.calendar import Calendar as IcalCalendar
    from ical.calendar_stream import IcsCalendarStream
    from ical.event import Event as IcalEvent

NAME: Final = "Lac"
ZONE: Final = "Europe/Paris"
FIRST: Final = date(2027, 1, 1)
STAMP: Final = datetime(2027, 1, 1, 12, tzinfo=UTC)
PRODID: Final = "-//channelsync//channelsync//EN"
SUMMARY: Final = "Not available"

Event3 = tuple[str, date, date]
Reader = Callable[[bytes], list[Event3]]


# --- feeds ------------------------------------------------------------------------------------------------------------
def feed(events: int, *, stamp: datetime = STAMP, changed: int | None = None, first: date = FIRST) -> bytes:
    """Return a feed of so many events; ``changed`` is the one that is a night longer."""
    lines = ["BEGIN:VCALENDAR", "PRODID:-//Example//Hosting Calendar 1.0//EN", "CALSCALE:GREGORIAN", "VERSION:2.0"]
    for number in range(events):
        stay = stay_of(number, longer=number == changed, first=first)
        lines += [
            "BEGIN:VEVENT",
            f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{stay.arrival:%Y%m%d}",
            f"DTEND;VALUE=DATE:{stay.departure:%Y%m%d}",
            "SUMMARY:Reserved",
            f"UID:1418fb94e984-{number:032x}@example.com",
            "DESCRIPTION:Reservation URL: https://www.example.com/hosting/reservations/",
            f" details/HM{number:08d}\\nPhone Number (Last 4 Digits): 0000",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def stay_of(number: int, *, longer: bool = False, first: date = FIRST) -> Stay:
    """Return one of a feed's stays."""
    arrival = first + timedelta(days=6 * number)
    return Stay(arrival, arrival + timedelta(days=5 if longer else 4))


def entries(count: int, stamp: datetime = STAMP) -> list[Entry]:
    """Return what is published."""
    return [Entry(stay_of(number), f"{number:012x}@channelsync", stamp) for number in range(count)]


# --- readers ----------------------------------------------------------------------------------------------------------
def by_icalendar(body: bytes) -> list[Event3]:
    """Read with icalendar."""
    calendar: Any = Calendar.from_ical(body)
    return [(str(each["UID"]), _day(each.start), _day(each.end)) for each in calendar.events]


def by_ical(body: bytes) -> list[Event3]:
    """Read with ical."""
    calendar = IcsCalendarStream.calendar_from_ics(body.decode())
    return [(str(each.uid), _day(each.dtstart), _day(each.dtend)) for each in calendar.events]


def by_vobject(body: bytes) -> list[Event3]:
    """Read with vobject."""
    calendar: Any = vobject.readOne(body.decode())
    return [(each.uid.value, _day(each.dtstart.value), _day(each.dtend.value)) for each in calendar.vevent_list]


def by_ics(body: bytes) -> list[Event3]:
    """Read with ics."""
    calendar: Any = ics.Calendar(body.decode())
    return sorted(((each.uid, each.begin.date(), each.end.date()) for each in calendar.events), key=lambda one: one[1])


READERS: Final[dict[str, Reader]] = {
    "icalendar": by_icalendar,
    "ical": by_ical,
    "vobject": by_vobject,
    "ics": by_ics,
}


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


# --- writers ----------------------------------------------------------------------------------------------------------
def with_icalendar(published: list[Entry]) -> bytes:
    """Write with icalendar."""
    calendar: Any = Calendar()
    for name, value in (
        ("VERSION", "2.0"),
        ("PRODID", PRODID),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("X-WR-CALNAME", NAME),
    ):
        calendar.add(name, value)
    for each in published:
        event: Any = Event()
        event.add("UID", each.uid)
        event.add("DTSTAMP", each.stamp)
        event.add("DTSTART", each.stay.arrival)
        event.add("DTEND", each.stay.departure)
        event.add("SUMMARY", SUMMARY)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def with_ical(published: list[Entry]) -> bytes:
    """Write with ical."""
    calendar = IcalCalendar(prodid=PRODID)
    for each in published:
        stay = each.stay
        calendar.events.append(
            IcalEvent(uid=each.uid, dtstamp=each.stamp, dtstart=stay.arrival, dtend=stay.departure, summary=SUMMARY)
        )
    return IcsCalendarStream.calendar_to_ics(calendar).encode()


def with_vobject(published: list[Entry]) -> bytes:
    """Write with vobject."""
    calendar: Any = vobject.iCalendar()
    for each in published:
        event = calendar.add("vevent")
        event.add("uid").value = each.uid
        event.add("dtstamp").value = each.stamp.astimezone(vobject.icalendar.utc)  # the only UTC that it knows
        event.add("dtstart").value = each.stay.arrival
        event.add("dtend").value = each.stay.departure
        event.add("summary").value = SUMMARY
    return bytes(calendar.serialize().encode())


def with_ics(published: list[Entry]) -> bytes:
    """Write with ics, which orders its events by a set of its own."""
    calendar: Any = ics.Calendar(creator=PRODID)
    for each in published:
        event: Any = ics.Event(uid=each.uid, name=SUMMARY, begin=each.stay.arrival.isoformat(), created=each.stamp)
        event.end = (each.stay.departure - timedelta(days=1)).isoformat()
        event.make_all_day()
        calendar.events.add(event)
    return str(calendar.serialize()).encode()


WRITERS: Final[dict[str, Callable[[list[Entry]], bytes]]] = {
    "icalendar": with_icalendar,
    "ical": with_ical,
    "vobject": with_vobject,
    "ics": with_ics,
}
