"""Calendars as the simulators read and write them: small, and independent of the product's own.

Writing is the lines with CRLF, folded at 75 octets, as measured on the calendars of Airbnb and Booking.com. Reading is
how a platform is thought to take a linked calendar in (inferred; nobody has published how they do it): the dates of
each event count, a time of day does not, an event without an end is one night, and what is not a whole calendar is no
calendar at all.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from channelsync.nights import Stay

__all__ = ["LONGEST_BODY", "compact", "folded", "months_after", "read_stays", "written"]

LONGEST_BODY: Final = 2_000_000
"""Octets of a linked calendar that a platform is willing to read."""
_MOST_EVENTS: Final = 5_000
_WIDTH: Final = 75
_DATE: Final = re.compile(r"(\d{8})(?:T\d{6}Z?)?")


def compact(day: date) -> str:
    """Return ``YYYYMMDD``."""
    return day.isoformat().replace("-", "")


def months_after(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def folded(line: str) -> Iterator[str]:
    """Yield a content line in pieces of at most 75 octets, each but the first begun with a space; no letter is cut."""
    if line.isascii():
        yield line[:_WIDTH]
        yield from (" " + line[begin : begin + _WIDTH - 1] for begin in range(_WIDTH, len(line), _WIDTH - 1))
        return
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _WIDTH:
            yield piece
            piece, size = " ", 1
        piece += letter
        size += octets
    yield piece


def written(lines: Iterable[str], ending: str) -> str:
    """Return the lines folded and joined with CRLF, then the ending."""
    pieces = [piece for line in lines for piece in (folded(line) if len(line.encode()) > _WIDTH else (line,))]
    return "\r\n".join(pieces) + ending


def read_stays(body: bytes) -> tuple[Stay, ...]:
    """Return the stay of each event of a calendar, in the order they stand.

    Raises:
        ValueError: it is not one whole calendar, or too long, or an event has no dates in their order.
    """
    if len(body) > LONGEST_BODY:
        msg = "the calendar is too long"
        raise ValueError(msg)
    text = re.sub(r"\r?\n[ \t]", "", body.decode("utf-8-sig"))
    lines = [line for line in re.split(r"\r?\n", text) if line.strip()]
    if not lines or lines[0].upper() != "BEGIN:VCALENDAR" or lines[-1].upper() != "END:VCALENDAR":
        msg = "not a whole calendar"
        raise ValueError(msg)
    return tuple(_events(lines))


def _events(lines: list[str]) -> Iterator[Stay]:
    """Yield the stay of each VEVENT."""
    inside: dict[str, str] | None = None
    count = 0
    for line in lines:
        name, _, value = line.partition(":")
        match name.partition(";")[0].upper(), value.upper():
            case "BEGIN", "VEVENT":
                inside = {}
                count += 1
            case "END", "VEVENT" if inside is not None and count <= _MOST_EVENTS:
                yield _stay(inside)
                inside = None
            case ("DTSTART" | "DTEND") as which, _ if inside is not None:
                inside[which] = value
            case _:
                continue
    if inside is not None or count > _MOST_EVENTS:
        msg = "an event does not end, or there are too many"
        raise ValueError(msg)


def _stay(event: dict[str, str]) -> Stay:
    """Return an event's nights."""
    arrival = _day(event.get("DTSTART", ""))
    return Stay(arrival, _day(event["DTEND"]) if "DTEND" in event else arrival + timedelta(days=1))


def _day(value: str) -> date:
    """Return the date of a DATE or DATE-TIME value as it is written."""
    found = _DATE.fullmatch(value.strip())
    if not found:
        msg = "an event's date cannot be read"
        raise ValueError(msg)
    return date.fromisoformat(found[1])
