"""The short cuts of reading: each gives what the long way gives, and costs a fraction of it."""

from __future__ import annotations

import pytest

from channelsync.ical import Caps, DateRule, Reading, fields, parse, read
from tests.unit.ical.feeds import END, START, at_paris, calendar, event, shown, stay

LATER = "DTSTAMP:20270101T121500Z"


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lines of the events that the library was given."""
    lines: list[int] = []

    def counting(block: fields.Block) -> fields.Fields:
        lines.append(block.line)
        return fields.decode(block)

    monkeypatch.setattr(parse, "decode", counting)
    return lines


def again(before: bytes, after: bytes, **options: object) -> Reading:
    """Read two answers in turn; the second reading equals one made afresh."""
    reading = at_paris(after, previous=at_paris(before), **options)
    assert reading == at_paris(after, **options)
    return reading


def test_same_bytes() -> None:
    """The same bytes give the previous reading itself."""
    first = at_paris(calendar(stay(0)))
    assert at_paris(calendar(stay(0)), previous=first) is first


def test_new_stamps_only(decoded: list[int]) -> None:
    """Where only DTSTAMPs differ no event is decoded, and the stamp is the new one, again and again."""
    reading = at_paris(calendar(*map(stay, range(5))))
    decoded.clear()
    for minute in range(3):
        body = calendar(*(stay(number, stamp=f"DTSTAMP:20270101T12{minute:02}30Z") for number in range(5)))
        reading = at_paris(body, previous=reading)
        assert reading.stamp is not None
        assert reading.stamp.minute == minute
        assert len(reading.events) == 5
    assert decoded == []


def test_one_event_changed(decoded: list[int]) -> None:
    """Only the event whose text is new is decoded; the others move to their new lines."""
    first = at_paris(calendar(*map(stay, range(5))))
    decoded.clear()
    reading = at_paris(
        calendar(stay(9, stamp=LATER), *(stay(number, stamp=LATER) for number in range(5))), previous=first
    )
    assert decoded == [5]
    assert [each.line for each in reading.events] == [5, 14, 23, 32, 41, 50]


@pytest.mark.parametrize(
    "after",
    [
        calendar(stay(0)),
        calendar(),
        calendar(stay(1), stay(0)),
        calendar(stay(0), stay(0)),
        calendar(stay(0), stay(1, nights=4)),
        calendar(stay(0, stamp=LATER), stay(1)),
        calendar(stay(0, stamp="X-NOTHING:1"), stay(1)),
        calendar(stay(0), stay(1)) + calendar(stay(2)),
        calendar(stay(0), stay(1)).replace(b"DTSTAMP", b"dtstamp"),
        calendar(stay(0), stay(1)).replace(b"0Z\r\n", b"\r\n 0Z\r\n"),
        calendar(stay(0), stay(1)).replace(b"0Z\r\n", b"\r\n\r\n 0Z\r\n"),
        calendar(stay(0), stay(1)).replace(b"0Z\r\n", b"0Z\x00\r\n"),
        calendar(stay(0), stay(1)).replace(b"\r\n", b"\r"),
        calendar(stay(0), event("UID:t", START, END, "SUMMARY:BEGIN:VEVENT")),
        calendar(stay(0), event("UID:w", LATER, START, END, "RRULE:FREQ=WEEKLY")),
    ],
)
def test_any_change(after: bytes) -> None:
    """Whatever changes, and back again: the reading is the one made afresh."""
    before = calendar(stay(0), stay(1))
    again(before, after)
    again(after, before)
    again(after, after.replace(b"T12", b"T13"))


def test_repetition_follows_its_stamp() -> None:
    """A repetition without end depends on its DTSTAMP, so that a new one is never passed over."""
    rule = (START, "DTEND:20270402", "RRULE:FREQ=YEARLY")
    before, after = (calendar(event("UID:r", f"DTSTAMP:{year}0101T000000Z", *rule)) for year in (2027, 2031))
    assert len(again(before, after).events) > len(at_paris(before).events)


def test_other_options() -> None:
    """What was read under another rule, zone or cap is not used."""
    body = calendar(event("UID:z", "DTSTART:20270401T000000Z", "DTEND:20270402T000000Z"))
    first = read(body, timezone="America/New_York")
    assert shown(first) == ["2027-03-31/2027-04-01"]
    assert shown(read(body, timezone="Europe/Paris", previous=first)) == ["2027-04-01/2027-04-02"]
    assert shown(read(body, timezone="America/New_York", dates=DateRule.UTC, previous=first)) != shown(first)
    assert read(body, timezone="America/New_York", caps=Caps(events=1), previous=first) is not first


def test_memory_holds_no_text() -> None:
    """What a reading keeps for the next one is digests and its own events, and is not shown."""
    reading = at_paris(calendar(event("UID:m", START, END, "X-SECRET:hush", "LOCATION:hush")))
    assert "hush" not in repr(reading.memo)
    assert "memo" not in repr(reading)
