"""Reading and writing feeds against the icalendar library doing the same from scratch.

A feed of fifty events in Airbnb's form. The peer is what the product would do without its short cuts: parse the whole
answer with icalendar and look at every event, or build the whole calendar with it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from icalendar import Calendar, Event

from benchmarks.timing import Row, seconds
from channelsync.ical import Entry, Reading, read, render
from channelsync.nights import Stay

EVENTS: Final = 50
ZONE: Final = "Europe/Paris"
NAME: Final = "Lac"
FIRST: Final = date(2027, 1, 1)
STAMP: Final = datetime(2027, 1, 1, 12, tzinfo=UTC)
GOAL_UNCHANGED: Final = 30
GOAL_ONE_CHANGED: Final = 10
GOAL_FIRST: Final = 1 / 1.1
GOAL_REPUBLISHED: Final = 500


def measured() -> list[Row]:
    """Measure reading and writing."""
    return [*reading(), *writing()]


def reading() -> list[Row]:
    """Measure the ways of reading an answer, from the cheapest to the first."""
    before, restamped, changed = feed(stamp=STAMP), feed(stamp=STAMP + timedelta(minutes=15)), feed(changed=7)
    known = read(before, timezone=ZONE)
    for body in (before, restamped, changed):
        found = read(body, timezone=ZONE, previous=known)
        assert found == read(body, timezone=ZONE)
        assert nights(found) == nights_by_icalendar(body)
    times = seconds(
        {
            "icalendar": lambda: Calendar.from_ical(restamped),
            "icalendar, events looked at": lambda: nights_by_icalendar(restamped),
            "same bytes": lambda: read(before, timezone=ZONE, previous=known),
            "new DTSTAMPs only": lambda: read(restamped, timezone=ZONE, previous=known),
            f"one of {EVENTS} changed": lambda: read(changed, timezone=ZONE, previous=known),
            "first reading": lambda: read(before, timezone=ZONE),
        }
    )
    goals = {
        "new DTSTAMPs only": GOAL_UNCHANGED,
        f"one of {EVENTS} changed": GOAL_ONE_CHANGED,
        "first reading": GOAL_FIRST,
    }
    return [
        Row("read", name, "icalendar", spent, times["icalendar"], goals.get(name))
        for name, spent in times.items()
        if name != "icalendar"
    ]


def writing() -> list[Row]:
    """Measure publishing the same again, the same made anew, and one closure changed."""
    same = entries()
    changed = [Entry(same[0].stay, same[0].uid, STAMP + timedelta(seconds=second)) for second in range(1, 8192)]
    turn = iter(changed * 1000)
    assert render(same, name=NAME) == built_by_icalendar(same)
    times = seconds(
        {
            "icalendar": lambda: built_by_icalendar(same),
            "unchanged": lambda: render(same, name=NAME),
            "unchanged, entries made anew": lambda: render(entries(), name=NAME),
            f"one of {EVENTS} changed": lambda: render([next(turn), *same[1:]], name=NAME),
        }
    )
    goals = {"unchanged": GOAL_REPUBLISHED}
    return [
        Row("render", name, "icalendar", spent, times["icalendar"], goals.get(name))
        for name, spent in times.items()
        if name != "icalendar"
    ]


def feed(*, stamp: datetime = STAMP, changed: int | None = None) -> bytes:
    """Return a feed; ``changed`` is the event that is one night longer."""
    lines = ["BEGIN:VCALENDAR", "PRODID:-//Example//Hosting Calendar 1.0//EN", "CALSCALE:GREGORIAN", "VERSION:2.0"]
    for number in range(EVENTS):
        stay = stay_of(number, longer=number == changed)
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
    return "\r\n".join([*lines, "END:VCALENDAR"]).encode()


def stay_of(number: int, *, longer: bool = False) -> Stay:
    """Return one of the feed's stays."""
    arrival = FIRST + timedelta(days=6 * number)
    return Stay(arrival, arrival + timedelta(days=5 if longer else 4))


def nights(found: Reading) -> list[tuple[str, date, date]]:
    """Return what matters of a reading."""
    return [(each.uid, each.stay.arrival, each.stay.departure) for each in found.events]


def nights_by_icalendar(body: bytes) -> list[tuple[str, date, date]]:
    """Return the same, by the library alone."""
    calendar: Any = Calendar.from_ical(body)
    return [(str(each["UID"]), each.start, each.end) for each in calendar.events]


def entries() -> list[Entry]:
    """Return what is published."""
    return [Entry(stay_of(number), f"{number:012x}@channelsync", STAMP) for number in range(EVENTS)]


def built_by_icalendar(published: list[Entry]) -> bytes:
    """Return the calendar that `render` gives, built from scratch."""
    calendar: Any = Calendar()
    for name, value in (
        ("VERSION", "2.0"),
        ("PRODID", "-//channelsync//channelsync//EN"),
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
        event.add("SUMMARY", "Not available")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
