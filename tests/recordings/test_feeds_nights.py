"""Calendars recorded from platforms, read to the right nights.

The recordings stay outside the tree (their data is not ours to publish); without them these tests are skipped. What to
expect is worked out by a reader of its own, far simpler than the product's: recorded feeds are tidy, one property to a
line once unfolded.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from channelsync.errors import WireFormatError
from channelsync.ical import DateRule, read
from tests.support import ROOT

FEEDS = ROOT.parent / "shared" / "feeds"
REFUSED = {
    "airbnb-18-error-body": ("a JSON answer (code 500)", 1),
    "airbnb-4-odd": ("ends (2025-02-27) before it starts (2025-06-01)", 20),
}
"""Recordings that are no calendar, or contradict themselves: what the refusal says, and of which line."""
NAMES = sorted(path.stem for path in FEEDS.glob("*.ics"))
PARIS = "Europe/Paris"


@pytest.fixture(params=NAMES or ["none"])
def feed(request: pytest.FixtureRequest) -> Path:
    """One recorded answer."""
    if request.param == "none":
        pytest.skip(f"no recorded feeds at {FEEDS}")
    return FEEDS / f"{request.param}.ics"


def naive(body: bytes, rule: DateRule) -> list[tuple[date, date, str]]:
    """Arrival, departure and UID of each event, by plain text search."""
    text = re.sub(r"\r?\n[ \t]", "", body.decode())
    found: list[tuple[date, date, str]] = []
    for block in text.split("BEGIN:VEVENT")[1:]:
        lines = re.findall(r"^([A-Z-]+)[^:\n]*:(.*?)\r?$", block.split("END:VEVENT")[0], re.MULTILINE)
        fields = dict(lines)
        found.append((naive_date(fields["DTSTART"], rule), naive_date(fields["DTEND"], rule), fields["UID"]))
    return found


def naive_date(value: str, rule: DateRule) -> date:
    """The date of one end."""
    if not value.endswith("Z"):
        return date.fromisoformat(value[:8])
    moment = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return moment.astimezone(UTC if rule is DateRule.UTC else ZoneInfo(PARIS)).date()


@pytest.mark.parametrize("rule", DateRule)
def test_nights(feed: Path, rule: DateRule) -> None:
    """Every recording gives each of its events with its nights and UID, or is refused for the reason known."""
    body = feed.read_bytes()
    if feed.stem in REFUSED:
        words, line = REFUSED[feed.stem]
        with pytest.raises(WireFormatError, match=re.escape(words)) as caught:
            read(body, timezone=PARIS, dates=rule)
        assert caught.value.line == line
        return
    reading = read(body, timezone=PARIS, dates=rule)
    assert [(each.stay.arrival, each.stay.departure, each.uid) for each in reading.events] == naive(body, rule)
    assert reading.notes == ()
    lines = body.replace(b"\r\n", b"\n").split(b"\n")
    assert all(lines[each.line - 1] == b"BEGIN:VEVENT" for each in reading.events)
    assert reading.prodid == str(Calendar.from_ical(body)["PRODID"])


def test_stamps_of_requests(feed: Path) -> None:
    """Where every event has the same DTSTAMP, that is the reading's stamp."""
    if feed.stem in REFUSED:
        return
    body = feed.read_bytes()
    stamps = re.findall(rb"^DTSTAMP:(\d{8}T\d{6})Z", body, re.MULTILINE)
    stamp = read(body, timezone=PARIS).stamp
    if stamps and len(stamps) == body.count(b"BEGIN:VEVENT") and len(set(stamps)) == 1:
        assert stamp is not None
        assert stamp.strftime("%Y%m%dT%H%M%S").encode() == stamps[0]
    else:
        assert stamp is None


def test_cheap_way_gives_the_same(feed: Path) -> None:
    """A recording asked for again later, and with an event less, reads as if for the first time."""
    if feed.stem in REFUSED:
        return
    body = feed.read_bytes()
    first = read(body, timezone=PARIS)
    later = re.sub(rb"DTSTAMP:(\d{8})T\d{6}Z", rb"DTSTAMP:\1T235959Z", body)
    fewer = re.sub(rb"BEGIN:VEVENT.*?END:VEVENT\r?\n", b"", later, count=1, flags=re.DOTALL)
    for answer in (body, later, fewer):
        assert read(answer, timezone=PARIS, previous=first) == read(answer, timezone=PARIS)
    assert len(read(fewer, timezone=PARIS).events) == max(0, len(first.events) - 1)


def test_rolling_series() -> None:
    """Booking.com clips a running stay to today and gives it a new UID each day; only its departure stays."""
    series = [FEEDS / f"booking-9{letter}-rolling.ics" for letter in "abcd"]
    if not all(path.exists() for path in series):
        pytest.skip(f"no recorded feeds at {FEEDS}")
    events = [read(path.read_bytes(), timezone="Europe/Rome").events for path in series]
    running = [[each for each in found if each.stay.departure == date(2026, 2, 22)] for found in events]
    assert [[each.stay.arrival.day for each in found] for found in running] == [[19], [20], [21], []]
    assert len({each.uid for found in running for each in found}) == 3
    assert timedelta(days=3) == running[0][0].stay.departure - running[0][0].stay.arrival
