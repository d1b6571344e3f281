"""What holds for any feed: nothing lost, nothing remembered wrongly, nothing but a reading or a refusal."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from time import process_time

from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from channelsync.errors import WireFormatError
from channelsync.ical import DateRule, Entry, Reading, read, render
from channelsync.nights import Stay
from tests.unit.ical.feeds import FOOT, HEAD, calendar, event, idle, stay

days = st.dates(date(1990, 1, 1), date(2190, 1, 1))
stays = st.builds(lambda day, nights: Stay(day, day + timedelta(days=nights)), days, st.integers(1, 800))
instants = st.datetimes(datetime(1990, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=90)
words = st.text(
    st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\xa0"), min_size=1, max_size=90
)
uids = words.filter(lambda text: text.isprintable() and text == text.strip() and "\\" not in text)

LINES = [
    *(b"BEGIN:" + name for name in (b"VCALENDAR", b"VEVENT", b"VALARM", b"VTODO")),
    *(b"END:" + name for name in (b"VCALENDAR", b"VEVENT", b"VALARM", b"VTODO")),
    *(b"DTSTART;VALUE=DATE:20270401", b"DTSTART:20270401T100000Z"),
    *(b"DTEND;VALUE=DATE:20270405", b"DTEND;TZID=Europe/Paris:20270405T100000", b"DURATION:P3D", b"DURATION:-P1W"),
    *(b"UID:a", b"UID:b", b"STATUS:CANCELLED", b"RECURRENCE-ID:20270402"),
    *(b"RRULE:FREQ=DAILY;COUNT=3", b"RRULE:FREQ=YEARLY", b"RDATE:20270601", b"EXDATE:20270401"),
    *(b"DTSTAMP:20270101T120000Z", b"DTSTAMP:20270101T120001Z", b"dtstamp:x"),
    *(b"SUMMARY:BEGIN:VEVENT", b" folded", b"", b"\xff"),
]
shuffled = st.lists(st.sampled_from(LINES), max_size=30).map(b"\r\n".join)
some_events = st.lists(
    st.lists(st.sampled_from([line.decode() for line in LINES[8:-4]]), max_size=6).map(lambda lines: event(*lines))
    | st.integers(0, 6).map(stay),
    max_size=6,
)
feeds = some_events.map(lambda events: calendar(*events))


def attempt(body: bytes, **options: object) -> Reading | str:
    """The reading, or the text of the refusal."""
    try:
        return read(body, **({"timezone": "Europe/Paris"} | options))  # type: ignore[arg-type]
    except WireFormatError as error:
        return str(error)


@given(st.lists(st.tuples(stays, instants), max_size=12), st.lists(uids, min_size=12, max_size=12, unique=True), texts)
def test_what_is_written_is_read(parts: list[tuple[Stay, datetime]], names: list[str], name: str) -> None:
    """Whatever is published is read back: the same stays and uids, in the order of their nights."""
    entries = [Entry(stay, uid, stamp) for (stay, stamp), uid in zip(parts, names, strict=False)]
    body = render(entries, name=name)
    reading = read(body, timezone="Asia/Tokyo")
    expected = sorted((entry.stay, entry.uid) for entry in entries)
    assert [(each.stay, each.uid) for each in reading.events] == expected
    assert reading.notes == ()
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))


@given(shuffled | feeds | some_events.map(b"".join).map(lambda body: HEAD + body))
@example(HEAD + stay(0))
@example(calendar(stay(0)) + calendar(stay(1)))
def test_none_is_lost(body: bytes) -> None:
    """An accepted body gives an event or a note for each BEGIN:VEVENT, and every calendar in it is closed."""
    reading = attempt(body)
    if isinstance(reading, str):
        return
    begins = len(re.findall(rb"^BEGIN:VEVENT\s*$", body, re.MULTILINE | re.IGNORECASE))
    replaced = body.count(b"RECURRENCE-ID")  # an event that stands for another's occurrence takes that one out
    assert len(reading.events) + idle(reading) + replaced >= begins
    assert body.upper().count(b"BEGIN:VCALENDAR") == body.upper().count(b"END:VCALENDAR") >= 1


@given(feeds, feeds, feeds, st.sampled_from(DateRule))
def test_memory_changes_nothing(first: bytes, second: bytes, third: bytes, dates: DateRule) -> None:
    """Reading with what was read before gives what reading afresh gives, through any chain of answers."""
    previous = None
    for body in (first, second, third, second, first):
        fresh = attempt(body, dates=dates)
        assert attempt(body, dates=dates, previous=previous) == fresh
        previous = previous if isinstance(fresh, str) else fresh


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 59), st.integers(1, 4)), min_size=1, max_size=8))
def test_edits_of_one_feed(edits: list[tuple[int, int, int]]) -> None:
    """Events that change, and stamps that move with every answer, are seen as if for the first time."""
    lengths = [3] * 6
    previous = None
    for number, minute, nights in edits:
        lengths[number] = nights
        stamp = f"DTSTAMP:20270101T12{minute:02}00Z"
        body = calendar(*(stay(each, nights=length, stamp=stamp) for each, length in enumerate(lengths)))
        reading = attempt(body, previous=previous)
        assert reading == attempt(body)
        assert isinstance(reading, Reading)
        assert [each.stay.length for each in reading.events] == lengths
        previous = reading


@given(st.binary(max_size=300) | shuffled | st.tuples(feeds, st.integers(0, 2000), st.binary(max_size=4)))
def test_any_bytes(body: bytes | tuple[bytes, int, bytes]) -> None:
    """Any bytes give a reading or a refusal in one line, soon, and nothing else."""
    if isinstance(body, tuple):
        feed, place, noise = body
        body = feed[:place] + noise + feed[place + len(noise) :]
    for whole in (body, HEAD + body + FOOT, HEAD + b"BEGIN:VEVENT\r\n" + body + b"\r\nEND:VEVENT\r\n" + FOOT):
        begun = process_time()
        result = attempt(whole)
        assert process_time() - begun < 5
        assert isinstance(result, Reading) or (result and "\n" not in result)


@given(st.from_regex(r"[0-9]{6,9}", fullmatch=True) | days.map("{:%Y%m%d}".format), days, st.sampled_from(["", "T{}Z"]))
@example("20270229", date(2027, 3, 1), "")
@example("00000101", date(2027, 3, 1), "")
@example("20270228", date(2027, 3, 1), "T240000Z")
@example("20270228", date(2027, 3, 1), "T235960Z")
def test_plain_dates_are_read_as_the_library_reads_them(written: str, last: date, time: str) -> None:
    """They are read here, and in small letters by the library: the same events, or a refusal of both."""
    value = "" if time else ";VALUE=DATE"
    told: list[object] = []
    for start, end in ((f"DTSTART{value}", f"DTEND{value}"), (f"dtstart{value.lower()}", f"dtend{value.lower()}")):
        dates = (f"{start}:{written}{time.format('150000')}", f"{end}:{last:%Y%m%d}{time.format('225959')}")
        try:
            told.append(read(calendar(event("UID:a", *dates)), timezone="Europe/Paris").events)
        except WireFormatError as error:
            told.append(error.line)
    assert told[0] == told[1]


@given(st.from_regex(r"[0-9A-Za-z@._-]{1,70}", fullmatch=True), stays, instants)
def test_a_plain_event_is_written_as_the_library_writes_it(uid: str, nights: Stay, stamp: datetime) -> None:
    """What the library makes of our calendar is our calendar, to the byte."""
    body = render([Entry(nights, uid, stamp)], name="Lac")
    assert Calendar.from_ical(body).to_ical() == body
