"""Our own feeds: valid, stable to the byte, and without a guest in them."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from icalendar import Calendar

from channelsync.errors import UsageError
from channelsync.ical import Entry, etag, read, render
from channelsync.nights import Stay

STAMP = datetime(2027, 1, 1, 12, tzinfo=UTC)


def entry(number: int, **changes: object) -> Entry:
    """A closure of two nights."""
    arrival = date(2027, 4, 1) + timedelta(days=5 * number)
    values = {"stay": Stay(arrival, arrival + timedelta(days=2)), "uid": f"{number}@channelsync", "stamp": STAMP}
    return Entry(**(values | changes))  # type: ignore[arg-type]


def test_form() -> None:
    """CRLF, VALUE=DATE, DTEND exclusive, one event an entry, and the same words for every closure."""
    assert render([entry(0)], name="Lac").decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//channelsync//channelsync//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Lac",
        "BEGIN:VEVENT",
        "SUMMARY:Not available",
        "DTSTART;VALUE=DATE:20270401",
        "DTEND;VALUE=DATE:20270403",
        "DTSTAMP:20270101T120000Z",
        "UID:0@channelsync",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_empty() -> None:
    """A calendar without entries is a valid calendar."""
    body = render([], name="Lac")
    assert read(body, timezone="Europe/Paris").events == ()
    assert body.endswith(b"END:VCALENDAR\r\n")


def test_folding() -> None:
    """No line is longer than 75 octets, and nothing is lost in the folds."""
    body = render([entry(0, uid="é" * 80)], name="Là-haut, " * 30)
    assert max(map(len, body.split(b"\r\n"))) <= 75
    assert Calendar.from_ical(body).calendar_name == "Là-haut, " * 30
    assert read(body, timezone="Europe/Paris").events[0].uid == "é" * 80


def test_order_does_not_matter() -> None:
    """The same entries give the same bytes in whatever order they come."""
    entries = [entry(number) for number in range(5)]
    assert render(entries, name="Lac") == render(reversed(entries), name="Lac")


def test_stable() -> None:
    """The bytes change with a stay, a uid, a stamp or the name, and with nothing else."""
    body = render([entry(0)], name="Lac")
    assert render([entry(0)], name="Lac") == body
    elsewhere = STAMP.astimezone(timezone(timedelta(hours=9))).replace(microsecond=7)
    assert render([entry(0, stamp=elsewhere)], name="Lac") == body
    others = [
        render([entry(0, uid="x")], name="Lac"),
        render([entry(0, stamp=STAMP + timedelta(seconds=1))], name="Lac"),
        render([entry(1)], name="Lac"),
        render([entry(0), entry(1)], name="Lac"),
        render([entry(0)], name="Lune"),
    ]
    assert len({body, *others}) == 6


@pytest.mark.parametrize("name", ["a\r\nMETHOD:CANCEL", "a\nb", "a\x00b", "", "a:b;c,d\\"])
def test_names_stay_names(name: str) -> None:
    """No name can add a line to the calendar."""
    body = render([entry(0)], name=name)
    assert body.count(b"\r\n") == 14
    assert b"\nMETHOD:CANCEL" not in body
    assert len(read(body, timezone="Europe/Paris").events) == 1


@pytest.mark.parametrize("changes", [{"uid": ""}, {"uid": "a\r\nb"}, {"uid": "\\N"}, {"stamp": datetime(2027, 1, 1)}])
def test_refused_entries(changes: dict[str, object]) -> None:
    """An entry has a printable uid and a moment in time."""
    with pytest.raises(UsageError):
        entry(0, **changes)


def test_refused_doubles() -> None:
    """Two entries of one calendar cannot share a uid: readers would keep one of them."""
    with pytest.raises(UsageError):
        render([entry(0), entry(1, uid="0@channelsync")], name="Lac")


def test_etag() -> None:
    """The ETag is strong, quoted, and the content's own."""
    assert etag(b"a") == f'"{hashlib.sha256(b"a").hexdigest()[:32]}"'
    assert etag(render([], name="a")) == etag(render([], name="a")) != etag(render([], name="b"))
