"""Booking.com's calendar, rule by rule, on the simulator's own bytes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from tests.unit.sandbox.support import NOW, booked, events, make, nights, shown, stay


def test_header_with_literal_backslashes() -> None:
    """The header stands in the recorded order; the PRODID has three literal backslashes; a newline comes last."""
    head = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//admin.booking.com\\\\\\, b.v.//NONSGML v1.0//EN\r\n"
        b"CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
    )
    assert head.count(b"\\") == 3
    assert make("booking").export(NOW) == head + b"END:VCALENDAR\r\n"


def test_one_kind_in_the_recorded_order() -> None:
    """Guests and closures look the same: no code, no name; ORGANIZER comes last."""
    booking = make("booking")
    guest = booked(booking, "03-15/03-18")
    booking.close(stay("04-01/04-05"), NOW)
    body = booking.export(NOW)
    for event in events(body):
        assert list(event) == ["DTSTAMP", "DTSTART", "DTEND", "UID", "SUMMARY", "ORGANIZER"]
        assert event["SUMMARY"] == "CLOSED - Not available"
        assert event["ORGANIZER"] == "mailto:noreply@booking.com"
        assert re.fullmatch(r"[0-9a-f]{32}@booking\.com", event["UID"])
    assert b"DTSTART;VALUE=DATE:20270315\r\nDTEND;VALUE=DATE:20270318\r\n" in body
    assert guest.code.encode() not in body


def test_uid_depends_on_room_and_first_night_alone() -> None:
    """A new end keeps the UID, a new start changes it, another guest with the same arrival has the same one."""
    booking = make("booking")
    guest = booked(booking, "03-15/03-18")
    uid = events(booking.export(NOW))[0]["UID"]
    booking.change(guest.id, stay("03-15/03-20"), NOW)
    assert events(booking.export(NOW))[0]["UID"] == uid
    booking.change(guest.id, stay("03-16/03-20"), NOW)
    assert events(booking.export(NOW))[0]["UID"] != uid
    booking.cancel(guest.id, NOW)
    booked(booking, "03-15/03-16")
    assert events(booking.export(NOW))[0]["UID"] == uid


def test_contiguous_nights_are_one_event() -> None:
    """Stays back to back and a closure touching them are one event; a cancellation splits it."""
    booking = make("booking")
    booked(booking, "03-15/03-18")
    middle = booked(booking, "03-18/03-20")
    booking.close(stay("03-20/03-25"), NOW)
    assert shown(booking.export(NOW)) == [("20270315", "20270325")]
    booking.cancel(middle.id, NOW)
    assert shown(booking.export(NOW)) == [("20270315", "20270318"), ("20270320", "20270325")]


def test_the_form_of_before_does_not_merge() -> None:
    """Without merging, stays are separate, and a closure may lie over one."""
    booking = make("booking", merges=False)
    booking.close(stay("11-24/12-15"), NOW)
    booked(booking, "12-06/12-07", force=True)
    booked(booking, "12-15/12-16")
    assert shown(booking.export(NOW)) == [
        ("20271124", "20271215"),
        ("20271206", "20271207"),
        ("20271215", "20271216"),
    ]


def test_a_running_stay_is_clipped_at_local_midnight() -> None:
    """A running stay begins today, with a new UID each day, and is gone from the local midnight of its departure."""
    booking = make("booking")
    booked(booking, "07-01/07-04")
    seen: list[tuple[str, str]] = []
    uids: set[str] = set()
    for hour in (20, 22, 46, 70):  # 22 h UTC is midnight in Paris in summer
        body = booking.export(datetime(2027, 6, 30, tzinfo=UTC) + timedelta(hours=hour + 24))
        seen += shown(body)
        uids |= {event["UID"] for event in events(body)}
    assert seen == [("20270701", "20270704"), ("20270702", "20270704"), ("20270703", "20270704")]
    assert len(uids) == 3


def test_the_unopened_calendar_ends_eighteen_months_ahead() -> None:
    """What is not opened is one closure from a fixed day to today + 18 months: the end moves, the UID stays."""
    booking = make("booking", opened_until=stay("12-31/2028-01-01").arrival)
    today, tomorrow = (events(booking.export(NOW + timedelta(days=days)))[0] for days in (0, 1))
    assert (today["DTSTART"], today["DTEND"]) == ("20271231", "20280901")
    assert (tomorrow["DTSTART"], tomorrow["DTEND"]) == ("20271231", "20280902")
    assert today["UID"] == tomorrow["UID"]


def test_a_guest_can_stand_merged_with_the_unopened_calendar() -> None:
    """A stay that touches the unopened calendar is one event with it."""
    booking = make("booking", opened_until=stay("12-31/2028-01-01").arrival)
    booked(booking, "12-28/12-31")
    assert shown(booking.export(NOW)) == [("20271228", "20280901")]
    assert not booking.bookable(NOW, stay("12-31/2028-01-02"))


def test_addresses() -> None:
    """Both shapes of the address carry the same UUID."""
    first, second = make("booking").urls
    token = re.fullmatch(r"https://ical\.booking\.com/v1/export\?t=([0-9a-f-]{36})", first)
    assert token
    assert second == f"https://ical.booking.com/v1/export/t/{token[1]}.ics"
    assert not nights(make("booking").export(NOW))
