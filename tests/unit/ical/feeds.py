"""Feeds made up for tests, in the forms platforms use; no text of a real calendar is in here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from channelsync.ical import Reading, read

HEAD: Final = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Feed 1.0//EN\r\nCALSCALE:GREGORIAN\r\n"
FOOT: Final = b"END:VCALENDAR\r\n"
START: Final = "DTSTART;VALUE=DATE:20270401"
END: Final = "DTEND;VALUE=DATE:20270405"
STAMP: Final = "DTSTAMP:20270101T120000Z"


def compact(day: date) -> str:
    """The date as iCalendar writes it."""
    return day.strftime("%Y%m%d")


def event(*lines: str) -> bytes:
    """An event of just these lines."""
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]).encode()


def stay(number: int, *, nights: int = 3, stamp: str = STAMP) -> bytes:
    """An all-day event, five days after the one before it, as Airbnb writes a reservation."""
    arrival = date(2027, 4, 1) + timedelta(days=5 * number)
    return event(
        stamp,
        f"DTSTART;VALUE=DATE:{compact(arrival)}",
        f"DTEND;VALUE=DATE:{compact(arrival + timedelta(days=nights))}",
        "SUMMARY:Reserved",
        f"UID:1418fb94e984-{number:032x}@example.com",
        "DESCRIPTION:Reservation URL: https://www.example.com/hosting/reservations/d",
        f" etails/HM{number:08d}\\nPhone Number (Last 4 Digits): 0000",
    )


def calendar(*parts: bytes) -> bytes:
    """A calendar around the parts."""
    return HEAD + b"".join(parts) + FOOT


def at_paris(body: bytes, **options: object) -> Reading:
    """Read a body for a property in Paris."""
    return read(body, timezone="Europe/Paris", **options)  # type: ignore[arg-type]


def shown(reading: Reading) -> list[str]:
    """The nights read, as arrival/departure."""
    return [str(each.stay) for each in reading.events]


def idle(reading: Reading) -> int:
    """How many events are noted as taking no night."""
    return sum("takes no night" in note for note in reading.notes)
