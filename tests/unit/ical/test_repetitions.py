"""Repeating events: what they add, what they leave out, and that no rule can hold the reader up."""

from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest

from channelsync.errors import WireFormatError
from tests.unit.ical.feeds import END, START, at_paris, calendar, event, idle, shown

ONE_NIGHT = "DTEND;VALUE=DATE:20270402"


def arrivals(*lines: str) -> list[str]:
    """The arrivals of one event with these lines beside its ends."""
    return [str(each.stay.arrival) for each in at_paris(calendar(event("UID:r", START, END, *lines))).events]


@pytest.mark.parametrize(
    "lines, expected",
    [
        (["RRULE:FREQ=DAILY;COUNT=3"], ["2027-04-01", "2027-04-02", "2027-04-03"]),
        (["RRULE:FREQ=DAILY;INTERVAL=10;UNTIL=20270421"], ["2027-04-01", "2027-04-11", "2027-04-21"]),
        (["RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TH,SA"], ["2027-04-01", "2027-04-03", "2027-04-08"]),
        (["rrule:freq=monthly;count=3;bymonthday=-1"], ["2027-04-01", "2027-04-30", "2027-05-31", "2027-06-30"]),
        (["RRULE:FREQ=MONTHLY;COUNT=2;BYDAY=1TH"], ["2027-04-01", "2027-05-06"]),
        (["RRULE:FREQ=YEARLY;COUNT=2"], ["2027-04-01", "2028-04-01"]),
        (["RDATE;VALUE=DATE:20270601,20270601"], ["2027-04-01", "2027-06-01"]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20270402"], ["2027-04-01", "2027-04-03"]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20270401"], ["2027-04-02", "2027-04-03"]),
        (["RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=YEARLY;COUNT=2"], ["2027-04-01", "2027-04-02", "2028-04-01"]),
        (["RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5"], ["2027-04-01"]),
        (["RRULE:FREQ=DAILY;UNTIL=20200101"], ["2027-04-01"]),
        (["RRULE:FREQ=YEARLY;INTERVAL=1000000"], ["2027-04-01"]),
        (["RRULE:FREQ=YEARLY;BYDAY=53TH,-52TH;COUNT=1"], ["2027-04-01", "2028-01-06"]),
    ],
)
def test_occurrences(lines: list[str], expected: list[str]) -> None:
    """The event itself comes first; rules and added dates follow, each day once, exceptions left out."""
    assert arrivals(*lines) == expected


def test_every_occurrence_takes_as_many_nights() -> None:
    """An occurrence has the length of the event, or that of its own period."""
    period = "RDATE;VALUE=PERIOD:20270601T120000Z/P2D,20270701T120000Z/20270702T120000Z,20270801T100000Z/PT1H"
    assert shown(at_paris(calendar(event("UID:r", START, END, "RRULE:FREQ=WEEKLY;COUNT=2", period)))) == [
        "2027-04-01/2027-04-05",
        "2027-04-08/2027-04-12",
        "2027-06-01/2027-06-03",
        "2027-07-01/2027-07-02",
    ]


def test_endless() -> None:
    """A rule without end is followed for three years from the later of its start and its DTSTAMP, and noted."""
    body = calendar(event("UID:r", "DTSTAMP:20300101T000000Z", START, ONE_NIGHT, "RRULE:FREQ=WEEKLY"))
    reading = at_paris(body)
    assert (shown(reading)[0], shown(reading)[1]) == ("2027-04-01/2027-04-02", "2028-01-06/2028-01-07")
    assert shown(reading)[-1] == "2032-12-30/2032-12-31"
    assert reading.notes == ("line 5: repeats without end: followed until 2032-12-31",)


def test_end_of_a_rule_in_utc() -> None:
    """UNTIL in UTC is compared on the clock that the start is written on."""
    ends = ("DTSTART;TZID=America/New_York:20270401T190000", "DTEND;TZID=America/New_York:20270402T110000")
    until = "RRULE:FREQ=DAILY;UNTIL=20270404T035959Z"
    assert len(at_paris(calendar(event("UID:r", *ends, until))).events) == 3
    unknown = (each.replace("America/New_York", "Nowhere") for each in ends)
    assert len(at_paris(calendar(event("UID:r", *unknown, until))).events) == 3


def test_altered_occurrence() -> None:
    """An event with a RECURRENCE-ID stands for that occurrence: moved, or cancelled."""
    body = calendar(
        event("UID:r", START, ONE_NIGHT, "RRULE:FREQ=WEEKLY;COUNT=3"),
        event("UID:r", "RECURRENCE-ID;VALUE=DATE:20270408", "DTSTART:20270410", "DTEND:20270412"),
        event("UID:r", "RECURRENCE-ID;VALUE=DATE:20270415", START, END, "STATUS:CANCELLED"),
        event("UID:r", "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20270401", "DTSTART:20270501", "DTEND:20270502"),
    )
    reading = at_paris(body)
    assert shown(reading) == ["2027-04-01/2027-04-02", "2027-04-10/2027-04-12", "2027-05-01/2027-05-02"]
    assert idle(reading) == 1


def test_all_excluded() -> None:
    """A repetition of which nothing is left is noted as an event without a night."""
    reading = at_paris(calendar(event("UID:r", START, END, "RRULE:FREQ=DAILY;COUNT=1", "EXDATE:20270401")))
    assert (shown(reading), idle(reading)) == ([], 1)


@pytest.mark.parametrize(
    "rule, cap",
    [
        ("FREQ=SECONDLY", "occurrences"),
        ("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "occurrences"),
        ("FREQ=DAILY;COUNT=1000000000", "occurrences"),
        ("FREQ=DAILY", "occurrences"),
        ("FREQ=DAILY;INTERVAL=0", None),
        ("FREQ=DAILY;INTERVAL=-1", None),
        ("FREQ=DAILY;COUNT=0", None),
        ("FREQ=DAILY;COUNT=2,3", None),
        ("FREQ=WEEKLY;BYDAY=2MO", None),
        ("FREQ=MONTHLY;BYDAY=XX", None),
        ("FREQ=MONTHLY;BYMONTHDAY=0", None),
        ("FREQ=MONTHLY;BYMONTHDAY=32", None),
        ("FREQ=YEARLY;BYMONTH=13", None),
        ("FREQ=YEARLY;BYMONTH=-1", None),
        ("FREQ=YEARLY;BYWEEKNO=20", None),
        ("FREQ=DAILY;BYHOUR=1,2,3", None),
        ("FREQ=DAILY;UNTIL=never", None),
        ("FREQ=FORTNIGHTLY", None),
        ("COUNT=3", None),
        ("garbage", None),
        ("", None),
    ],
)
def test_refused_rules(rule: str, cap: str | None) -> None:
    """A rule that repeats within the day, too often, or by parts not understood refuses the body; it is not guessed."""
    with pytest.raises(WireFormatError) as caught:
        arrivals(f"RRULE:{rule}")
    assert (caught.value.cap, caught.value.line) == (cap, 5)


@pytest.mark.parametrize(
    "line, words",
    [
        ("RRULE;VALUE=TEXT:FREQ=DAILY", "undecodable RRULE"),
        ("RDATE:P3D", "undecodable RDATE"),
        ("EXDATE:tomorrow", "undecodable EXDATE"),
        ("RECURRENCE-ID:P3D", "undecodable RECURRENCE-ID"),
        ("RDATE;VALUE=PERIOD:20270601T120000Z/20270501T120000Z", "RDATE|added occurrence ends before it starts"),
    ],
)
def test_undecodable(line: str, words: str) -> None:
    """A repetition that cannot be decoded refuses the body: left out it would open nights."""
    with pytest.raises(WireFormatError, match=words):
        arrivals(line)


@pytest.mark.parametrize("name", ["America/New_York", "Nowhere/Town", "../etc", ""])
def test_repetition_of_times(name: str) -> None:
    """A repetition of local times ends with its UNTIL, whether that is local, UTC or a date."""
    zone = f";TZID={name}" if name else ""
    ends = (f"DTSTART{zone}:20270401T120000", f"DTEND{zone}:20270402T100000")
    for until in ("20270403", "20270403T120000", "20270403T180000Z"):
        body = calendar(event("UID:r", *ends, f"RRULE:FREQ=DAILY;UNTIL={until}"))
        assert len(at_paris(body).events) == 3


def test_repetition_without_nights() -> None:
    """A repetition of something within a day takes no night, however often; an added period may."""
    ends = ("DTSTART:20270401T100000", "DTEND:20270401T120000", "RRULE:FREQ=DAILY;COUNT=3")
    added = "RDATE;VALUE=PERIOD:20270601T120000Z/P2D"
    assert shown(at_paris(calendar(event("UID:r", *ends, "RDATE:20270501T100000")))) == []
    assert shown(at_paris(calendar(event("UID:r", *ends, added)))) == ["2027-06-01/2027-06-03"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=1000000000;BYMONTHDAY=30;BYDAY=MO;BYYEARDAY=1",
        "FREQ=YEARLY;COUNT=1000000000;BYMONTHDAY=" + ",".join(map(str, range(1, 32))) + ";BYYEARDAY=-366",
        "FREQ=MONTHLY;BYSETPOS=" + ",".join(map(str, range(1, 367))) + ";BYDAY=5MO,-5TU",
        "FREQ=WEEKLY;UNTIL=99991231;BYMONTH=2;BYMONTHDAY=31",
    ],
)
def test_bombs(rule: str) -> None:
    """However a rule is built, and however many there are, a body is read or refused within seconds."""
    body = calendar(*[event("UID:b", "DTSTART:20150101", "DTEND:20150102", f"RRULE:{rule}")] * 50)
    begun = process_time()
    with suppress(WireFormatError):
        at_paris(body)
    assert process_time() - begun < 5
