"""Airbnb's calendar, rule by rule, on the simulator's own bytes."""

from __future__ import annotations

import re
from datetime import date, timedelta

from channelsync.testing import Refusal
from tests.unit.sandbox.support import NOW, booked, events, make, nights, shown, stay

PROPERTIES = ["DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "UID", "DESCRIPTION"]


def test_header_line_ends_and_ending() -> None:
    """The header stands in the recorded order, lines end with CRLF, nothing follows END:VCALENDAR."""
    airbnb = make("airbnb")
    booked(airbnb, "03-15/03-18")
    body = airbnb.export(NOW)
    head = b"BEGIN:VCALENDAR\r\nPRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN\r\nCALSCALE:GREGORIAN\r\nVERSION:2.0\r\n"
    assert body.startswith(head + b"BEGIN:VEVENT\r\n")
    assert body.endswith(b"\r\nEND:VEVENT\r\nEND:VCALENDAR")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", body)


def test_empty_calendar() -> None:
    """A calendar without events is the header alone."""
    lines = make("airbnb").export(NOW).decode().split("\r\n")
    assert lines == [
        "BEGIN:VCALENDAR",
        "PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN",
        "CALSCALE:GREGORIAN",
        "VERSION:2.0",
        "END:VCALENDAR",
    ]


def test_properties_and_folding() -> None:
    """Properties in the recorded order; DESCRIPTION is folded at 75 octets and carries code and four digits only."""
    airbnb = make("airbnb")
    guest = booked(airbnb, "03-15/03-18")
    body = airbnb.export(NOW)
    (event,) = events(body)
    assert list(event) == PROPERTIES
    assert b"\r\nDTSTART;VALUE=DATE:20270315\r\nDTEND;VALUE=DATE:20270318\r\n" in body
    assert b"\r\nDESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/reservations/de\r\n tails/HM" in body
    assert re.fullmatch(
        rf"Reservation URL: https://www\.airbnb\.com/hosting/reservations/details/{guest.code}"
        rf"\\nPhone Number \(Last 4 Digits\): {guest.phone}",
        event["DESCRIPTION"],
    )
    assert re.fullmatch(r"HM[A-Z0-9]{8}", guest.code)
    assert max(len(line) for line in body.split(b"\r\n")) == 75


def test_the_prefix_tells_guest_from_block() -> None:
    """UID ``1418fb94e984-`` is a guest, ``7f662ec65913-`` a block, which has no DESCRIPTION."""
    airbnb = make("airbnb")
    booked(airbnb, "03-15/03-18")
    airbnb.close(stay("04-01/04-05"), NOW)
    guest, block = events(airbnb.export(NOW))
    assert guest["SUMMARY"] == "Reserved"
    assert re.fullmatch(r"1418fb94e984-[0-9a-f]{32}@airbnb\.com", guest["UID"])
    assert block["SUMMARY"] == "Airbnb (Not available)"
    assert re.fullmatch(r"7f662ec65913-[0-9a-f]{32}@airbnb\.com", block["UID"])
    assert list(block) == PROPERTIES[:-1]


def test_a_guest_keeps_the_uid_over_date_changes() -> None:
    """A date change keeps UID and code; the same nights sold again have others."""
    airbnb = make("airbnb")
    guest = booked(airbnb, "03-15/03-18")
    before = events(airbnb.export(NOW))[0]
    airbnb.change(guest.id, stay("03-17/03-21"), NOW)
    after = events(airbnb.export(NOW))[0]
    assert (after["UID"], after["DESCRIPTION"]) == (before["UID"], before["DESCRIPTION"])
    assert after["DTSTART"] == "20270317"
    airbnb.cancel(guest.id, NOW)
    again = booked(airbnb, "03-17/03-21")
    resold = events(airbnb.export(NOW))[0]
    assert resold["UID"] != after["UID"]
    assert again.code != guest.code


def test_a_block_changes_its_uid_with_its_dates() -> None:
    """A block's UID stays while its dates do, and changes with them."""
    airbnb = make("airbnb")
    airbnb.close(stay("04-01/04-05"), NOW)
    first = events(airbnb.export(NOW))[0]["UID"]
    assert events(airbnb.export(NOW + timedelta(hours=1)))[0]["UID"] == first
    airbnb.close(stay("04-05/04-06"), NOW)
    (event,) = events(airbnb.export(NOW))
    assert (event["DTSTART"], event["DTEND"]) == ("20270401", "20270406")
    assert event["UID"] != first


def test_guests_by_date_then_blocks_by_date() -> None:
    """All reservations come first; stays back to back are two events, adjacent blocks one, and nothing overlaps."""
    airbnb = make("airbnb")
    airbnb.close(stay("03-10/03-17"), NOW)
    airbnb.close(stay("03-05/03-06"), NOW)
    booked(airbnb, "03-18/03-20")
    booked(airbnb, "03-15/03-18", force=True)
    assert shown(airbnb.export(NOW)) == [
        ("20270315", "20270318"),
        ("20270318", "20270320"),
        ("20270305", "20270306"),
        ("20270310", "20270315"),
    ]


def test_kept_until_the_day_after_departure() -> None:
    """An event keeps its true arrival, and goes at the second UTC midnight after its departure's."""
    airbnb = make("airbnb")
    booked(airbnb, "03-02/03-04")
    last = NOW.replace(month=3, day=5, hour=23, minute=59)
    assert shown(airbnb.export(last)) == [("20270302", "20270304")]
    assert shown(airbnb.export(last + timedelta(minutes=1))) == []


def test_rolling_blocks() -> None:
    """Advance notice at today, closed window up to a year ahead: both move every day, with new UIDs.

    On the calendars on record the far end's DTEND is a year and a day after the request.
    """
    airbnb = make("airbnb", notice_nights=1, window_days=90)
    today, tomorrow = (events(airbnb.export(NOW + timedelta(days=days))) for days in (0, 1))
    assert [(e["DTSTART"], e["DTEND"]) for e in today] == [("20270301", "20270302"), ("20270530", "20280302")]
    assert [(e["DTSTART"], e["DTEND"]) for e in tomorrow] == [("20270302", "20270303"), ("20270531", "20280303")]
    assert not {e["UID"] for e in today} & {e["UID"] for e in tomorrow}
    for refused in ("03-01/03-03", "05-29/05-31"):
        assert isinstance(airbnb.book(stay(refused), NOW), Refusal)
    booked(airbnb, "03-02/03-03")


def test_preparation_nights_are_blocks_around_stays() -> None:
    """Preparation time closes nights on both sides of a stay, as blocks."""
    airbnb = make("airbnb", preparation=1)
    booked(airbnb, "03-15/03-18")
    assert shown(airbnb.export(NOW)) == [("20270315", "20270318"), ("20270314", "20270315"), ("20270318", "20270319")]
    assert not airbnb.bookable(NOW, stay("03-18/03-20"))


def test_address() -> None:
    """The address has the recorded shape; its token is what tells, ``locale`` may follow."""
    airbnb = make("airbnb")
    assert re.fullmatch(r"https://www\.airbnb\.fr/calendar/ical/\d+\.ics\?t=[0-9a-f]{32}", airbnb.urls[0])
    assert "?s=" in airbnb.urls[1]
    assert nights(airbnb.export(NOW)).first is None
    assert airbnb.today(NOW.replace(hour=23, minute=59)) == date(2027, 3, 1)
