"""The calendars of GreenGo and of another platform (Abritel), rule by rule."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx

from tests.unit.sandbox.support import NOW, booked, events, make, nights, shown, stay

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def test_greengo_writes_utc_midnights() -> None:
    """GreenGo's dates are UTC midnights without VALUE=DATE; the last is the morning after the last night."""
    greengo = make("greengo")
    greengo.close(stay("2028-03-01/2028-08-30"), NOW)
    body = greengo.export(NOW)
    assert b"\r\nDTSTART:20280301T000000Z\r\nDTEND:20280830T000000Z\r\nSUMMARY:GreenGo (Not Available)\r\n" in body
    assert b"VALUE=DATE" not in body
    assert nights(body) == stay("2028-03-01/2028-08-30").nights


def test_greengo_shows_guests_like_closures_unless_typed() -> None:
    """Nobody knows a guest's title on GreenGo: the default hides guests among closures, `typed` tells them apart."""
    for typed, titles in ((False, {"GreenGo (Not Available)"}), (True, {"GreenGo", "GreenGo (Not Available)"})):
        greengo = make("greengo", typed=typed)
        booked(greengo, "03-15/03-18")
        greengo.close(stay("03-18/03-19"), NOW)
        found = events(greengo.export(NOW))
        assert {event["SUMMARY"] for event in found} == titles
        assert len(found) == 2
        assert all(re.fullmatch(UUID, event["UID"]) for event in found)


def test_greengo_has_two_addresses() -> None:
    """The calendar is had with and without ``.ics``, and nowhere else."""
    greengo = make("greengo")
    with_ics, without = greengo.urls
    assert with_ics == f"{without}.ics"
    assert re.fullmatch(rf"https://calendars\.greengo\.voyage/calendar/greengo-icalendar/{UUID}", without)
    for url, status in ((with_ics, 200), (without, 200), (f"{without}.txt", 404)):
        assert greengo.handle(httpx.Request("GET", url), NOW).status_code == status


def test_another_platform_writes_as_abritel() -> None:
    """Header and properties stand in the recorded order; a closure's UID is its dates; a guest's is a UUID."""
    plain = make("plain")
    guest = booked(plain, "03-15/03-18")
    plain.close(stay("2028-02-29/2028-03-05"), NOW)
    body = plain.export(NOW)
    assert body.startswith(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\nPRODID:-//HomeAway.com, Inc.//EN\r\nBEGIN:VEVENT\r\n"
    )
    first, second = events(body)
    assert list(first) == ["UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"]
    assert re.fullmatch(UUID, first["UID"])
    assert first["SUMMARY"] == f"Réservée - {guest.guest}"
    assert second["SUMMARY"] == "Indisponible"
    assert second["UID"] == "02292028-0229-2028-0305-202803052028"
    assert re.fullmatch(r"http://www\.abritel\.fr/icalendar/[0-9a-f]{32}\.ics\?nonTentative", plain.urls[0])


def test_another_platform_keeps_past_stays() -> None:
    """Past stays are kept for about half a year."""
    plain = make("plain")
    booked(plain, "03-15/03-18")
    assert shown(plain.export(NOW + timedelta(days=190))) == [("20270315", "20270318")]
    assert shown(plain.export(NOW + timedelta(days=200))) == []
