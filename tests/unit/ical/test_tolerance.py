"""What is read although it is not as it should be, because its meaning is certain."""

from __future__ import annotations

import pytest

from channelsync.ical import DateRule
from tests.unit.ical.feeds import END, FOOT, HEAD, STAMP, START, at_paris, calendar, event, idle, shown, stay

NIGHTS = ["2027-04-01/2027-04-05"]


@pytest.mark.parametrize(
    "start, end, nights",
    [
        (START, END, NIGHTS),
        ("DTSTART:20270401", "DTEND:20270405", NIGHTS),
        ("dtstart;value=date:20270401", "dtend;value=date:20270405", NIGHTS),
        ("DTSTART;VALUE=DATE: 20270401", "DTEND;VALUE=DATE:20270405 ", NIGHTS),
        ("DTSTART:20270401T160000", "DTEND:20270405T110000", NIGHTS),
        ("DTSTART;TZID=Europe/Paris:20270401T160000", "DTEND;TZID=Europe/Paris:20270405T110000", NIGHTS),
        ("DTSTART;TZID=Nowhere/Town:20270401T160000", "DTEND;TZID=Nowhere/Town:20270405T110000", NIGHTS),
        ('DTSTART;TZID="America/Denver":20270401T233000', 'DTEND;TZID="America/Denver":20270405T003000', NIGHTS),
        ("DTSTART;TZID=(UTC+01:00) Paris:20270401T160000", "DTEND;TZID=(UTC+01:00) Paris:20270405T110000", NIGHTS),
        ("DTSTART:20270331T223000Z", "DTEND:20270404T223000Z", NIGHTS),
        (START, "DTEND:20270405T110000", NIGHTS),
        ("DTSTART:20270401T160000", END, NIGHTS),
        (START, "DURATION:P4D", NIGHTS),
        (START, "DURATION:PT84H", NIGHTS),
        ("DTSTART:20270401T160000", "DURATION:P3DT19H", NIGHTS),
        ("DTSTART:20270331T223000Z", "DURATION:P4D", NIGHTS),
    ],
)
def test_ends_in_every_form(start: str, end: str, nights: list[str]) -> None:
    """Dates, local times, zones known and unknown, UTC instants, durations and mixtures all give the same nights."""
    assert shown(at_paris(calendar(event(STAMP, "UID:a", start, end)))) == nights


@pytest.mark.parametrize(
    "rule, timezone, nights",
    [
        (DateRule.UTC, "America/New_York", "2028-03-01/2028-08-30"),
        (DateRule.UTC, "Europe/Paris", "2028-03-01/2028-08-30"),
        (DateRule.LOCAL, "Europe/Paris", "2028-03-01/2028-08-30"),
        (DateRule.LOCAL, "America/New_York", "2028-02-29/2028-08-29"),
    ],
)
def test_utc_midnights(rule: DateRule, timezone: str, nights: str) -> None:
    """UTC midnights are days under the UTC rule, wherever the property is; under the local one they are instants."""
    from channelsync.ical import read

    body = calendar(event("UID:g", "DTSTART:20280301T000000Z", "DTEND:20280830T000000Z"))
    assert shown(read(body, timezone=timezone, dates=rule)) == [nights]


@pytest.mark.parametrize("rule", DateRule)
def test_wrong_zone_definition(rule: DateRule) -> None:
    """A time in a zone keeps the date that is written, whatever the calendar says that zone is."""
    zone = (
        b"BEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\nBEGIN:STANDARD\r\nDTSTART:19981025T030000\r\n"
        b"RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+1400\r\nTZOFFSETTO:-1200\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    ends = ("DTSTART;TZID=Europe/Paris:20270401T003000", "DTEND;TZID=Europe/Paris:20270405T003000")
    assert shown(at_paris(calendar(zone, event("UID:z", *ends)), dates=rule)) == NIGHTS


@pytest.mark.parametrize(
    "lines, nights, note",
    [
        ((START,), ["2027-04-01/2027-04-02"], "no DTEND"),
        ((START, "DTEND;VALUE=DATE:20270401"), ["2027-04-01/2027-04-02"], "one night"),
        ((START, "DURATION:PT0S"), ["2027-04-01/2027-04-02"], "one night"),
        ((START, "DTEND:20270401T110000"), ["2027-04-01/2027-04-02"], "one night"),
        (("DTSTART:20270401T160000",), ["2027-04-01/2027-04-02"], "one night"),
        (("DTSTART:20270401T000000Z", "DTEND:20270401T000000Z"), ["2027-04-01/2027-04-02"], "one night"),
        (("DTSTART:20270401T100000", "DTEND:20270401T180000"), [], "takes no night"),
        ((START, END, "STATUS:CANCELLED"), [], "takes no night: cancelled"),
        ((START, END, "status:cancelled"), [], "takes no night: cancelled"),
    ],
)
def test_noted(lines: tuple[str, ...], nights: list[str], note: str) -> None:
    """What is missing closes one night rather than none; an event without a night is noted, by line."""
    reading = at_paris(calendar(event("UID:n", *lines)))
    assert shown(reading) == nights
    assert any(note in each and each.startswith("line 5: ") for each in reading.notes)
    assert idle(reading) == (not nights)


def test_transparent_events_count() -> None:
    """TRANSP and a status other than CANCELLED change nothing: platforms write them carelessly."""
    body = calendar(event("UID:t", START, END, "TRANSP:TRANSPARENT"), event("UID:u", START, END, "STATUS:TENTATIVE"))
    assert shown(at_paris(body)) == NIGHTS * 2


def test_missing_and_repeated_uids() -> None:
    """An event without a UID is kept under an empty one; two events of one UID are both kept."""
    reading = at_paris(calendar(event(START, END), event("UID:d", START, END), event("UID:d", START, END)))
    assert [each.uid for each in reading.events] == ["", "d", "d"]
    assert reading.notes == ("line 5: no UID",)


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: body.decode().encode("utf-16"),
        lambda body: body.replace(b"\r\n", b"\n"),
        lambda body: body.replace(b"\r\n", b"\r"),
        lambda body: body.replace(b"\r\n", b"\r\r\n"),
        lambda body: body.replace(b"SUMMARY:Reserved\r\n", b"SUMMARY:Reserved\n").replace(b"4.0\r\n", b"4.0\r"),
        lambda body: body.replace(b"\r\n", b" \t\r\n").replace(b"reservations/d \t\r\n", b"reservations/d\r\n"),
        lambda body: body.replace(b"\r\n", b"\r\n\r\n").replace(b"\r\n\r\n etails", b"\r\n etails"),
        lambda body: body.replace(b"\r\n etails", b"\r\n\r\n etails"),
        lambda body: body + b"\r\n\n \t\n\x00\x1a",
        lambda body: b"\r\n \n" + body,
        lambda body: body.rstrip(),
        lambda body: body.replace(b"BEGIN:", b"begin:").replace(b"END:VEVENT", b"End:vEvent"),
        lambda body: body.replace(b"SUMMARY:Reserved", b"SUMMARY:R\xe9serv\xe9e"),
        lambda body: body.replace(b"DTSTART", b"\xef\xbb\xbfDTSTART"),
        lambda body: body.replace(b"BEGIN:VEVENT", b"BEGIN:VEV\r\n ENT"),
    ],
    ids=[
        "BOM", "UTF-16", "LF", "CR", "CRCRLF", "mixed", "trailing blanks", "blank lines", "blank line in a fold",
        "padding", "blanks before", "no last line end", "lower case", "Latin-1", "BOM inside", "folded BEGIN",
    ],
)  # fmt: skip
def test_bytes(damage: object) -> None:
    """Line ends, marks, blanks, case and encoding change what the bytes are, not what the calendar says."""
    body = calendar(*map(stay, range(3)))
    assert shown(at_paris(damage(body))) == shown(at_paris(body))


def test_texts() -> None:
    """Texts are unescaped and unfolded, whatever their encoding, and hold no control characters."""
    lines = (
        b'SUMMARY;LANGUAGE=fr;X="a:b": R\xc3\xa9serv\r\n \xc3\xa9e\\, \\;\x07',
        b"DESCRIPTION:a\\nb\\\\c",
        b"UID:\xe9\x00",
    )
    body = calendar(event(START, END).replace(b"END:VEVENT", b"\r\n".join([*lines, b"END:VEVENT"])))
    (read,) = at_paris(body).events
    assert (read.summary, read.description, read.uid) == ("Réservée, ;", "a\nb\\c", "é")


def test_order_and_lines() -> None:
    """Events come in the order of the body, each with the line its BEGIN stands on, folds and blank lines counted."""
    body = calendar(stay(1), b"\r\n", stay(0))
    assert [(each.line, str(each.stay.arrival)) for each in at_paris(body).events] == [
        (5, "2027-04-06"),
        (15, "2027-04-01"),
    ]


def test_several_calendars() -> None:
    """Calendars written one behind the other are one look: their events together."""
    reading = at_paris(calendar(stay(0)) + b"\xef\xbb\xbf" + calendar(stay(1), stay(2)))
    assert len(reading.events) == 3
    assert reading.notes == ("2 calendars in one answer, taken together",)


def test_other_components() -> None:
    """Tasks, journals, zones and alarms are walked over; tasks are noted, since they are no events."""
    task = b"BEGIN:VTODO\r\nDTSTART:20270101T000000Z\r\nDUE:x\r\nEND:VTODO\r\n"
    alarm = "BEGIN:VALARM\r\nTRIGGER:-PT1H\r\nDURATION:garbage\r\nEND:VALARM"
    reading = at_paris(calendar(task, event("UID:a", START, alarm, END)))
    assert shown(reading) == NIGHTS
    assert reading.notes == ("line 5: left out, not an event",)


def test_open_alarm() -> None:
    """An alarm that was never closed is forgiven where the event had said its nights before it."""
    reading = at_paris(calendar(event("UID:a", START, END, "BEGIN:VALARM", "TRIGGER:-PT1H"), stay(2)))
    assert shown(reading) == [*NIGHTS, "2027-04-11/2027-04-14"]
    assert reading.notes == ("line 11: an alarm without an end",)


def test_nested_event() -> None:
    """An event inside something else is read by the library from the whole calendar, and none is lost."""
    body = HEAD + b"BEGIN:VTODO\r\n" + stay(0) + b"END:VTODO\r\nBEGIN:VEVENT\r\n" + stay(1)
    body += b"\r\n".join([START.encode(), END.encode(), b"END:VEVENT", b""]) + FOOT
    reading = at_paris(body)
    assert shown(reading) == ["2027-04-01/2027-04-04", "2027-04-01/2027-04-05", "2027-04-06/2027-04-09"]
    assert [each.line for each in reading.events] == [6, 16, 17]


def test_open_alarm_in_a_nested_event() -> None:
    """Both slips together: the library is shown the calendar without the alarm."""
    inner = event("UID:b", START, END, "BEGIN:VALARM", "TRIGGER:-PT1H", "begin:valarm").decode().rstrip()
    assert shown(at_paris(calendar(event("UID:a", START, END, inner, "X-A:b"), stay(2)))) == [
        *NIGHTS * 2,
        "2027-04-11/2027-04-14",
    ]


def test_event_in_a_text() -> None:
    """A text that says BEGIN:VEVENT makes no event, and loses none."""
    assert len(at_paris(calendar(event("UID:x", START, END, "SUMMARY:BEGIN:VEVENT"), stay(1))).events) == 2


@pytest.mark.parametrize(
    "stamps, expected",
    [
        (("20270101T120000Z", "20270101T120000Z"), "2027-01-01T12:00:00+00:00"),
        (("20270101T120000Z", "20270101T120001Z"), None),
        (("20270101T120000Z", None), None),
        ((None, None), None),
        (("garbage", "garbage"), None),
        (("20271301T120000Z", "20271301T120000Z"), None),
    ],
)
def test_stamp(stamps: tuple[str | None, ...], expected: str | None) -> None:
    """The stamp is the DTSTAMP that all events share; a missing or broken one decides no night."""
    events = [event(*([f"DTSTAMP:{stamp}"] if stamp else []), "UID:s", START, END) for stamp in stamps]
    reading = at_paris(calendar(*events))
    assert len(reading.events) == 2
    assert (reading.stamp.isoformat() if reading.stamp else None) == expected


def test_prodid() -> None:
    """The PRODID is read past its parameters and unescaped; a calendar without one has an empty one."""
    head = HEAD.replace(b"PRODID:", b'PRODID;X-SOURCE="a:b":').replace(b"Feed", b"a\\, b")
    assert at_paris(head + FOOT).prodid == "-//Example//a, b 1.0//EN"
    assert at_paris(b"BEGIN:VCALENDAR\r\n" + FOOT).prodid == ""
