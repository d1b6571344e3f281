"""The simulators' own small reader and writer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelsync.testing.calendars import folded, months_after, read_stays
from tests.unit.sandbox.support import stay


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_folding_is_undone_by_unfolding(line: str) -> None:
    """No piece is longer than 75 octets, and the pieces less their leading spaces are the line."""
    pieces = list(folded(line))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


@pytest.mark.parametrize(
    "day,months,then",
    [("2026-08-22", 18, "2028-02-22"), ("2027-08-31", 18, "2029-02-28"), ("2027-12-31", 12, "2028-12-31")],
)
def test_months_after(day: str, months: int, then: str) -> None:
    """The same day of a later month, or its last."""
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(then)


def test_reading() -> None:
    """Dates, UTC midnights and events without an end are read; lines may end with LF and be folded."""
    body = (
        b"BEGIN:VCALENDAR\nVERSION:2.0\n"
        b"BEGIN:VEVENT\nDTSTART;VALUE=DA\n TE:20270315\nDTEND;VALUE=DATE:20270318\nEND:VEVENT\n"
        b"BEGIN:VEVENT\r\nDTSTART:20270401T000000Z\r\nDTEND:20270403T000000Z\r\nEND:VEVENT\r\n"
        b"BEGIN:VEVENT\nDTSTART;VALUE=DATE:20270501\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert read_stays(body) == (stay("03-15/03-18"), stay("04-01/04-03"), stay("05-01/05-02"))


def test_too_many_events_are_refused() -> None:
    """A calendar with more events than a platform takes is no calendar."""
    event = b"BEGIN:VEVENT\nDTSTART:20270315\nEND:VEVENT\n"
    with pytest.raises(ValueError, match="too many"):
        read_stays(b"BEGIN:VCALENDAR\n" + event * 5001 + b"END:VCALENDAR\n")
