"""What is refused whole, and how the refusal says why without repeating the body."""

from __future__ import annotations

import pytest

from channelsync.errors import UsageError, WireFormatError
from channelsync.ical import Caps, read
from tests.unit.ical.feeds import END, FOOT, HEAD, START, at_paris, calendar, event, stay

SECRET = "s3cr3t-Jane-Doe"


def refused(body: bytes, **options: object) -> WireFormatError:
    """The error that reading the body ends in; it never repeats the body."""
    with pytest.raises(WireFormatError) as caught:
        at_paris(body, **options)
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


@pytest.mark.parametrize(
    "body, words",
    [
        (b"", "empty"),
        (b" \r\n\xef\xbb\xbf\x00", "empty"),
        (b"<!DOCTYPE html><html><body>Hello s3cr3t-Jane-Doe</body></html>", "a web page"),
        (b"<html><form>s3cr3t-Jane-Doe <input type=password></form></html>", "a log-in page"),
        (b'{"code":500,"message":"There was an error (ID s3cr3t-Jane-Doe)."}', "a JSON answer (code 500)"),
        (b'[{"s3cr3t-Jane-Doe": 1}]', "a JSON answer"),
        (b"s3cr3t-Jane-Doe: service unavailable", "plain text"),
        (b"<?xml version='1.0'?><error>s3cr3t-Jane-Doe</error>", "an XML document"),
        (b"\x1f\x8b\x08\x00s3cr3t-Jane-Doe", "compressed data"),
        (b"\xff\xfeB\x00C", "binary data"),
        (b"Warning: s3cr3t-Jane-Doe\n" + HEAD + FOOT, "other text before BEGIN:VCALENDAR"),
        (stay(0), "a fragment without BEGIN:VCALENDAR"),
        (FOOT, "plain text"),
    ],
)
def test_not_a_calendar(body: bytes, words: str) -> None:
    """A body that does not begin as a calendar is named by its kind, and nothing of it is repeated."""
    assert words in str(refused(body))


def test_cut_anywhere() -> None:
    """A body cut at any byte is refused, also behind an END:VEVENT: it would be a calendar with fewer guests."""
    body = calendar(stay(0), stay(1)).rstrip()
    for length in range(len(body)):
        refused(body[:length])
    assert len(at_paris(body).events) == 2


@pytest.mark.parametrize(
    "body, words, line",
    [
        (HEAD + stay(0), "stops: no END:VCALENDAR", 13),
        (HEAD + stay(0)[:-40], "stops inside an event", 11),
        (HEAD + stay(0).replace(b"BEGIN:VEVENT\r\n", b"") + FOOT, "END that belongs to no BEGIN", 12),
        (calendar(stay(0).replace(b"END:VEVENT\r\n", b""), stay(1)), "END in the wrong place", 22),
        (calendar(b"END:VTODO\r\n"), "END that belongs to no BEGIN", 5),
        (calendar(stay(0)) + b"s3cr3t-Jane-Doe", "outside the calendar", 15),
        (calendar(stay(0)) + stay(1), "outside the calendar", 15),
        (calendar(stay(0).replace(b"BEGIN:", b"BEGIN;X=1:").replace(b"END:", b"END;X=1:")), "BEGIN or END that is", 5),
        (calendar(stay(0).replace(b"BEGIN:", b"BEGIN :").replace(b"END:", b"END :")), "BEGIN or END that is", 5),
        (calendar(b"BEGIN:VTODO\r\nBEGIN;X=1:VEVENT\r\nEND;X=1:VEVENT\r\nEND:VTODO\r\n"), "BEGIN or END that is", 6),
        (calendar(b"s3cr3t-Jane-Doe\r\n"), "not a property", 5),
        (calendar(event(START, END, "s3cr3t-Jane-Doe")), "not a property", 8),
        (calendar(event("UID:s3cr3t-Jane-Doe", END)), "no DTSTART", 5),
        (calendar(event("DTSTART:s3cr3t-Jane-Doe", END)), "undecodable DTSTART", 5),
        (calendar(event("DTSTART:2027-04-01", END)), "undecodable DTSTART", 5),
        (calendar(event("DTSTART;VALUE=DATE:20270230", END)), "undecodable DTSTART", 5),
        (calendar(event("DTSTART:P3D", END)), "undecodable DTSTART", 5),
        (calendar(event(START, "DTEND:s3cr3t-Jane-Doe")), "undecodable DTEND", 5),
        (calendar(event(START, "DTEND:")), "undecodable DTEND", 5),
        (calendar(event(START, "DURATION:20270405")), "undecodable DURATION", 5),
        (calendar(event(START, "DURATION:P99999999999999D")), "undecodable DURATION", 5),
        (calendar(event(START, "DURATION:P99999999D")), "outside the calendar", 5),
        (calendar(event("DTSTART:99991231T235959Z", "DTEND:99991231T235959Z")), "outside the calendar", 5),
        (calendar(event(START, START, END)), "DTSTART more than once", 5),
        (calendar(event(START, END, "DTEND;VALUE=DATE:20270406")), "DTEND more than once", 5),
        (calendar(event(START, END, "DURATION:P3D")), "disagree", 5),
        (calendar(stay(0), event("DTSTART;VALUE=DATE:20270601", "DTEND;VALUE=DATE:20270227")), "2027-02-27", 14),
        (calendar(event("DTSTART:20270401T160000", "DTEND:20270401T110000")), "before it starts", 5),
        (calendar(event(START, "DURATION:-P3D")), "before it starts", 5),
        (calendar(event(START, "BEGIN:VALARM", "TRIGGER:x", END)), "END in the wrong place", 10),
        (calendar(event(START, END, "BEGIN:VALARM", "STATUS:CANCELLED")), "END in the wrong place", 10),
        (calendar(b"BEGIN:VFREEBUSY\r\nFREEBUSY:20270401T000000Z/P3D\r\nEND:VFREEBUSY\r\n"), "free/busy", 5),
    ],
)  # fmt: skip
def test_broken(body: bytes, words: str, line: int) -> None:
    """A calendar that is cut, does not match, or holds one event in doubt is refused whole, naming the line."""
    error = refused(body)
    assert words in str(error)
    assert error.line == line
    assert error.cap is None


@pytest.mark.parametrize(
    "body, cap",
    [
        (calendar(*map(stay, range(60))), "body"),
        (calendar(*map(stay, range(11))), "events"),
        (calendar(event(START, END, "SUMMARY:" + "x" * 600)), "line"),
        (calendar(event(START, END, "SUMMARY:" + "x\r\n " * 600)), "line"),
        (calendar(event(START, END, *["X-A:b"] * 150)), "lines"),
        (calendar(event(START, END, *["UID:b"] * 60)), "properties"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X-A\r\n" * 10, "depth"),
        (calendar(*[event(START, END, "RRULE:FREQ=YEARLY;COUNT=2")] * 3), "repeating"),
        (calendar(event(START, END, "RRULE:FREQ=DAILY;COUNT=1000000000")), "occurrences"),
        (calendar(event(START, END, "EXDATE:" + "20270401," * 20)), "listed"),
        (calendar(event(START, END, *["RRULE:FREQ=DAILY;COUNT=1;BYDAY=MO,TU"] * 12)), "listed"),
        (calendar(event(START, END, "rdate;VALUE=DATE:20270", *[" 401,20270"] * 20, " 401")), "listed"),
    ],
)
def test_caps(body: bytes, cap: str) -> None:
    """Each limit is named by the error that it causes."""
    caps = Caps(
        body=8192, events=10, occurrences=9, line=512, lines=100, properties=50, depth=8, repeating=2, listed=20
    )
    assert refused(body, caps=caps).cap == cap


def test_event_inside_what_is_passed_over() -> None:
    """An event inside an alarm or a zone definition, which the library is not shown, cannot be accounted for."""
    for name in ("VALARM", "VTIMEZONE"):
        inner = event("UID:b", START, END).decode().rstrip()
        outer = event("UID:a", START, END, f"BEGIN:{name}", inner, f"END:{name}")
        assert "2 events begin, 1 can be read" in str(refused(calendar(outer)))


@pytest.mark.parametrize(
    "body", [calendar(event(START, "DURATION:P2D")), calendar(stay(0), event(START, END, "SUMMARY:BEGIN:VEVENT"))]
)
def test_failing_library(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library does on a body, the answer is a refusal, without the library's words."""

    def fail(*_: object, **__: object) -> None:
        raise RecursionError(SECRET)

    monkeypatch.setattr("channelsync.ical.fields.Event.from_ical", fail)
    monkeypatch.setattr("channelsync.ical.fields.Calendar.from_ical", fail)
    assert "cannot be read" in str(refused(body))


def test_unknown_zone() -> None:
    """A time zone that does not exist is the caller's mistake, not the feed's."""
    for zone in ("Europe/Nowhere", "", "../etc/passwd", "\x00"):
        with pytest.raises(UsageError):
            read(calendar(), timezone=zone)


def test_nothing_refused_is_remembered() -> None:
    """A refused body leaves the previous reading as it was: the next good answer is read as if nothing had been."""
    first = at_paris(calendar(stay(0)))
    with pytest.raises(WireFormatError):
        at_paris(HEAD + stay(0), previous=first)
    assert at_paris(calendar(stay(0), stay(1)), previous=first) == at_paris(calendar(stay(0), stay(1)))
