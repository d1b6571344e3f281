"""The simulators' forms beside real recorded calendars, where those are at hand: lines equal but for their values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.unit.sandbox.support import NOW, booked, make, nights, stay

FEEDS = ROOT.parent / "shared" / "feeds"


def recorded(name: str) -> bytes:
    """A recorded calendar."""
    path: Path = FEEDS / f"{name}.ics"
    if not path.exists():
        pytest.skip(f"the recorded calendar {name} is not at hand")
    return path.read_bytes()


def skeleton(body: bytes) -> tuple[bytes, set[bytes], bytes]:
    """The head, the shapes of all events, and the ending of a calendar, with digits and identifiers blanked."""
    head, _, rest = body.partition(b"BEGIN:VEVENT")
    shapes: set[bytes] = set()
    for event in re.findall(rb"(.*?)END:VEVENT", b"BEGIN:VEVENT" + rest, re.DOTALL):
        blanked = re.sub(rb"UID:([0-9a-f]{12}-)?[0-9a-f]{32}@", rb"UID:\1*@", event)
        blanked = re.sub(rb"details/HM[A-Z0-9]{8}|tails/HM[A-Z0-9]{8}", b"details/*", blanked)
        shapes.add(re.sub(rb"(?<!Last )\d{4,}", b"*", blanked).strip())
    return head, shapes, rest.rpartition(b"END:VCALENDAR")[2]


@pytest.mark.parametrize("name,feed", [("airbnb", "airbnb-9"), ("airbnb", "airbnb-12"), ("booking", "booking-8")])
def test_written_as_recorded(name: str, feed: str) -> None:
    """Head, every event's lines, folds and line ends are those of a recorded calendar of 2026."""
    platform = make(name)
    booked(platform, "03-15/03-18")
    platform.close(stay("04-01/04-05"), NOW)
    ours, theirs = skeleton(platform.export(NOW)), skeleton(recorded(feed))
    assert ours[2] in {b"", theirs[2]}  # copies of Airbnb's end with CRLF, the measurement says the original does not
    assert ours[0] == theirs[0]
    assert ours[1] >= theirs[1]


def test_a_recorded_calendar_can_be_played() -> None:
    """The stays of a recorded calendar, booked on the simulator, come out as the same nights."""
    theirs = nights(recorded("booking-1"))
    platform = make("booking", horizon_months=36)
    for run in theirs.runs():
        booked(platform, str(run), NOW.replace(year=2026))
    assert nights(platform.export(NOW.replace(year=2026))) == theirs
