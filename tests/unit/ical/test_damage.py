"""Thirty-seven ways in which a feed of three events arrives damaged, and what must come of each.

Thirty-three can be recovered: the three stays are there for anybody to see. Four are no feed. What must never happen,
in any of them, is fewer events without a word: it would open nights that are sold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from channelsync.errors import WireFormatError
from channelsync.ical import Reading
from tests.unit.ical.feeds import FOOT, HEAD, STAMP, at_paris, calendar, event, shown, stay

BODY: Final = calendar(*map(stay, range(3)))
NIGHTS: Final = shown(at_paris(BODY))
ENDS: Final = b"DTEND;VALUE=DATE:20270404"


def swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """A damage that replaces some bytes everywhere."""
    assert old in BODY
    return lambda body: body.replace(old, new)


RECOVERABLE: Final[dict[str, Callable[[bytes], bytes]]] = {
    "LF only": swap(b"\r\n", b"\n"),
    "CR only": swap(b"\r\n", b"\r"),
    "CR CR LF": swap(b"\r\n", b"\r\r\n"),
    "mixed line ends": swap(b"SUMMARY:Reserved\r\n", b"SUMMARY:Reserved\n"),
    "byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "UTF-16": lambda body: body.decode().encode("utf-16"),
    "Latin-1 in a text": swap(b"Reserved", b"R\xe9serv\xe9"),
    "NUL in a text": swap(b"Reserved", b"Res\x00erved"),
    "trailing blanks": swap(b"Reserved\r\n", b"Reserved  \t\r\n"),
    "trailing blanks on dates": swap(b"20270404\r\n", b"20270404 \r\n"),
    "blank in front of a date": swap(ENDS, b"DTEND;VALUE=DATE: 20270404"),
    "blank lines": swap(b"END:VEVENT\r\n", b"END:VEVENT\r\n\r\n \r\n"),
    "no last line end": bytes.rstrip,
    "blanks behind the end": lambda body: body + b"\r\n \r\n\t",
    "NULs behind the end": lambda body: body + b"\x00" * 512,
    "line ends in front": lambda body: b"\r\n\r\n" + body,
    "lower case": lambda body: body.replace(b"VEVENT", b"vevent").replace(b"DTSTART", b"dtstart"),
    "no DTSTAMP": swap(STAMP.encode() + b"\r\n", b""),
    "no UID": swap(b"UID:", b"X-UID:"),
    "the same UID": lambda body: body.replace(b"%032x@" % 1, b"%032x@" % 0).replace(b"%032x@" % 2, b"%032x@" % 0),
    "no PRODID, no VERSION": lambda body: body.replace(HEAD, b"BEGIN:VCALENDAR\r\n"),
    "unfolded": swap(b"\r\n etails", b"etails"),
    "folded with a tab": swap(b"\r\n etails", b"\r\n\tetails"),
    "folded inside a date": swap(b"DTSTART;VALUE=DATE:2027", b"DTSTART;VALUE=DATE:20\r\n 27"),
    "no VALUE=DATE": swap(b";VALUE=DATE", b""),
    "timed, an unknown zone": lambda body: body.replace(b";VALUE=DATE:", b";TZID=Gone/Town:").replace(
        b"\r\nSUMMARY", b"T110000\r\nSUMMARY"
    ),
    "mixed date and time": swap(ENDS, b"DTEND:20270404T110000"),
    "duration for an end": swap(ENDS, b"DURATION:P3D"),
    "an alarm left open": swap(b"END:VEVENT", b"BEGIN:VALARM\r\nTRIGGER:-PT1H\r\nEND:VEVENT"),
    "two calendars": lambda body: body.replace(stay(2), FOOT + HEAD + stay(2)),
    "a task in between": swap(b"END:VEVENT\r\n", b"END:VEVENT\r\nBEGIN:VTODO\r\nDUE:soon\r\nEND:VTODO\r\n"),
    "text behind the end": lambda body: body + b"<!-- from the cache -->",
    "a line without a colon": swap(b"SUMMARY:Reserved\r\n", b"SUMMARY:Reserved\r\nfor the season\r\n"),
}
NOT_A_FEED: Final[dict[str, bytes]] = {
    "cut inside an event": BODY[: BODY.rindex(b"SUMMARY")],
    "cut behind an event": BODY.removesuffix(FOOT),
    "a web page": b"<html><body>Please log in</body></html>",
    "empty": b"",
}
DOUBTFUL: Final = {"text behind the end", "a line without a colon"}
"""Refused on purpose: the text may be the rest of another answer, or of a property that decides nights."""


def attempt(body: bytes) -> Reading | None:
    """The reading, or None where the body is refused."""
    try:
        return at_paris(body)
    except WireFormatError:
        return None


@pytest.mark.parametrize("name", RECOVERABLE)
def test_recovered(name: str) -> None:
    """The three stays are read as if nothing had happened, or the body is refused; never fewer."""
    reading = attempt(RECOVERABLE[name](BODY))
    assert (None if reading is None else shown(reading)) == (None if name in DOUBTFUL else NIGHTS)


@pytest.mark.parametrize("name", NOT_A_FEED)
def test_refused(name: str) -> None:
    """What is no feed is never read as a calendar without guests."""
    assert attempt(NOT_A_FEED[name]) is None


def test_score() -> None:
    """At least 28 of 33 recovered; all four others refused; none silently fewer."""
    readings = {name: attempt(damage(BODY)) for name, damage in RECOVERABLE.items()}
    assert len(RECOVERABLE) == 33
    assert sum(reading is not None and shown(reading) == NIGHTS for reading in readings.values()) >= 28
    assert not [name for name, reading in readings.items() if reading and len(reading.events) < 3]


def test_events_without_nights_are_said() -> None:
    """Events and noted events without nights together are as many as begin in the body."""
    body = calendar(stay(0), event("UID:c", "DTSTART:20270401", "STATUS:CANCELLED"), event("DTSTART:20270401T100000"))
    reading = at_paris(body)
    assert len(reading.events) + sum("takes no night" in note for note in reading.notes) == body.count(b"BEGIN:VEVENT")
