"""How a simulated platform reads the calendars linked to it: rhythm, lag, last good copy, echo."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from channelsync.errors import UsageError
from channelsync.nights import NO_NIGHTS
from channelsync.testing import Fault, Platform
from tests.unit.sandbox.support import FACTORIES, NOW, booked, events, make, nights, stay

NAMES = sorted(FACTORIES)
FEED = "https://feeds.example.org/7f3a.ics"
HOUR = timedelta(hours=1)


def feed(*stays: str) -> bytes:
    """A calendar as channelsync publishes it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//channelsync//EN"]
    for each in map(stay, stays):
        dates = [f"DTSTART;VALUE=DATE:{each.arrival:%Y%m%d}", f"DTEND;VALUE=DATE:{each.departure:%Y%m%d}"]
        lines += ["BEGIN:VEVENT", f"UID:{each}", "DTSTAMP:20270101T000000Z", *dates, "SUMMARY:Closed", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read(platform: Platform, at: datetime, body: bytes = b"", status: int = 200) -> list[httpx.Request]:
    """Let a platform read what is due, always with that answer; returns what it asked."""
    asked: list[httpx.Request] = []
    flow = platform.imports(at)
    request = next(flow, None)
    while request is not None:
        asked.append(request)
        try:
            request = flow.send(httpx.Response(status, content=body))
        except StopIteration:
            request = None
    return asked


@pytest.mark.parametrize("name", NAMES)
@given(lag=st.integers(0, 300), echo=st.booleans())
def test_echo_comes_after_reading_and_lag(name: str, lag: int, *, echo: bool) -> None:
    """An imported closure closes, and is echoed where the platform echoes, from the lag on and not a second before."""
    platform = make(name, echo=echo, import_lag=timedelta(minutes=lag))
    platform.link(FEED, NOW)
    read(platform, NOW, feed("03-15/03-18"))
    force = NOW + timedelta(minutes=lag)
    wanted = stay("03-15/03-18").nights
    if lag:
        assert platform.bookable(force - timedelta(seconds=1), stay("03-15/03-18"))
        assert nights(platform.export(force - timedelta(seconds=1))) == NO_NIGHTS
    assert platform.closed(force) == wanted
    assert nights(platform.export(force)) == (wanted if echo else NO_NIGHTS)


def test_the_forms_of_an_echo() -> None:
    """An echo is a block on Airbnb, melts into the neighbours on Booking.com, and is a closure elsewhere."""
    titles = {"airbnb": "Airbnb (Not available)", "greengo": "GreenGo (Not Available)", "plain": "Indisponible"}
    for name in NAMES:
        platform = make(name, echo=True)
        booked(platform, "03-18/03-20")
        platform.link(FEED, NOW)
        read(platform, NOW, feed("03-15/03-18"))
        found = events(platform.export(NOW))
        if name == "booking":
            assert [(each["DTSTART"], each["DTEND"]) for each in found] == [("20270315", "20270320")]
        else:
            assert [each["SUMMARY"] for each in found if each["DTSTART"].startswith("20270315")] == [titles[name]]


def test_rhythm() -> None:
    """A link is read at once, then in its own rhythm, however often one asks; jitter only makes it later."""
    platform = make("booking", import_every=HOUR, import_jitter=timedelta(minutes=10))
    assert not platform.due_import(NOW)
    platform.link(FEED, NOW)
    assert len(read(platform, NOW, feed())) == 1
    assert not platform.due_import(NOW + timedelta(minutes=59))
    due = platform.links.get("channelsync").due
    assert NOW + HOUR <= due <= NOW + timedelta(minutes=70)
    assert len(read(platform, due, feed())) == 1


def test_each_link_has_its_own_rhythm_and_can_go() -> None:
    """Old direct links stand beside ours; removing one takes its closures away and no other's."""
    platform = make("airbnb")
    platform.link(FEED, NOW)
    platform.link("https://www.example.com/old.ics", NOW, name="old", every=timedelta(minutes=30))
    answers = {"feeds.example.org": feed("03-15/03-18"), "www.example.com": feed("03-17/03-20")}
    flow = platform.imports(NOW)
    first = next(flow)
    second = flow.send(httpx.Response(200, content=answers[first.url.host]))
    with pytest.raises(StopIteration):
        flow.send(httpx.Response(200, content=answers[second.url.host]))
    assert platform.due_imports(NOW + timedelta(minutes=30)) == ("old",)
    assert platform.closed(NOW) == stay("03-15/03-20").nights
    platform.unlink("old", NOW)
    assert platform.closed(NOW) == stay("03-15/03-18").nights
    with pytest.raises(UsageError, match="no calendar"):
        platform.unlink("old", NOW)
    with pytest.raises(UsageError, match="linked already"):
        platform.link(FEED, NOW)
    with pytest.raises(UsageError, match="address"):
        platform.link("ftp://example.org/x.ics", NOW, name="other")


@pytest.mark.parametrize(
    "status,body",
    [
        (500, b"oops"),
        (403, feed()),
        (410, b""),
        (200, b""),
        (200, b"<html>sign in</html>"),
        (200, feed("03-15/03-18")[:-20]),
        (200, feed().replace(b"END:VCALENDAR", b"BEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR")),
        (200, b"\xff\xfe"),
        (200, b" " * 2_000_001),
    ],
)
def test_bad_answers_leave_the_last_good_copy(status: int, body: bytes) -> None:
    """An error, or anything that is not one whole calendar, changes nothing, and is counted."""
    platform = make("airbnb")
    platform.link(FEED, NOW)
    read(platform, NOW, feed("03-15/03-18"))
    read(platform, NOW + 3 * HOUR, body, status)
    link = platform.links.get("channelsync")
    assert platform.closed(NOW + 9 * HOUR) == stay("03-15/03-18").nights
    assert (link.failures, link.read_at) == (1, NOW)
    read(platform, NOW + 6 * HOUR, feed())
    assert platform.closed(NOW + 9 * HOUR) == NO_NIGHTS
    assert link.failures == 0


def test_a_link_can_go_while_another_is_read() -> None:
    """A link removed in the middle of a round is not read, and an answer that comes too late is forgotten."""
    platform = make("airbnb")
    for name in ("first", "second"):
        platform.link(FEED, NOW, name=name)
    flow = platform.imports(NOW)
    next(flow)
    platform.unlink("first", NOW)
    platform.unlink("second", NOW)
    with pytest.raises(StopIteration):
        flow.send(httpx.Response(200, content=feed("03-15/03-18")))
    assert platform.closed(NOW + HOUR) == NO_NIGHTS


def test_no_answer_at_all_is_a_failure() -> None:
    """A connection that fails leaves the last good copy in force."""
    platform = make("airbnb")
    platform.link(FEED, NOW)
    flow = platform.imports(NOW)
    next(flow)
    with pytest.raises(StopIteration):
        flow.throw(httpx.ConnectError("refused"))
    assert platform.links.get("channelsync").failures == 1


def test_requests_look_real() -> None:
    """A reading has a User-Agent, asks for calendars, and sends an ETag along only where the platform does so."""
    for conditional in (False, True):
        platform = make("booking", conditional=conditional)
        platform.link(FEED, NOW)
        request = platform.import_request("channelsync", NOW)
        assert request.headers["User-Agent"].startswith("Mozilla/5.0")
        assert "text/calendar" in request.headers["Accept"]
        assert "If-None-Match" not in request.headers
        platform.imported("channelsync", httpx.Response(200, content=feed("03-15/03-18"), headers={"ETag": '"a"'}), NOW)
        again = platform.import_request("channelsync", NOW + HOUR)
        assert again.headers.get("If-None-Match") == ('"a"' if conditional else None)
        platform.imported("channelsync", httpx.Response(304), NOW + HOUR)
        assert platform.closed(NOW + HOUR) == stay("03-15/03-18").nights
        assert platform.links.get("channelsync").read_at == NOW + HOUR


def test_readings_take_force_in_their_order() -> None:
    """Two readings inside the lag take force one after the other, each at its own time, and history shows both."""
    platform = make("booking", import_every=HOUR, import_lag=3 * HOUR)
    platform.link(FEED, NOW)
    read(platform, NOW, feed("03-15/03-18"))
    read(platform, NOW + HOUR, feed("03-20/03-21"))
    read(platform, NOW + 2 * HOUR, feed("03-20/03-21"))
    assert platform.closed(NOW + 3 * HOUR) == stay("03-15/03-18").nights
    assert platform.closed(NOW + 9 * HOUR) == stay("03-20/03-21").nights
    assert [moment.at for moment in platform.history] == [NOW + 3 * HOUR, NOW + 4 * HOUR]


def test_a_deaf_platform_reads_nothing_and_says_nothing() -> None:
    """A platform that silently stopped reading keeps what it has."""
    platform = make("booking")
    platform.link(FEED, NOW)
    platform.fail(Fault.DEAF, NOW)
    platform.handle(httpx.Request("GET", platform.urls[0]), NOW)
    assert read(platform, NOW + 9 * HOUR, feed("03-15/03-18")) == []
    platform.heal(Fault.DEAF)
    assert platform.due_import(NOW + 9 * HOUR)


def test_any_platform_reads_any_other() -> None:
    """The old direct links: each platform understands the calendar of each other."""
    for writer in NAMES:
        source = make(writer)
        booked(source, "03-15/03-18")
        for reader in NAMES:
            target = make(reader)
            target.link(source.urls[0], NOW, name=writer)
            read(target, NOW, source.export(NOW))
            assert target.closed(NOW) == stay("03-15/03-18").nights


def test_habits_can_change_later() -> None:
    """A platform that begins to echo shows at once what it imported before."""
    platform = make("airbnb")
    platform.link(FEED, NOW)
    read(platform, NOW, feed("03-15/03-18"))
    assert not nights(platform.export(NOW))
    platform.adopt(evolve(platform.habits, echo=True), NOW + HOUR)
    assert nights(platform.export(NOW + HOUR)) == stay("03-15/03-18").nights
