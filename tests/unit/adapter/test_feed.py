"""The iCal route: one conditional GET, and what each answer is taken for.

No answer but a good calendar can ever lead to a night being opened.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from channelsync.adapter import Dialect, FeedLook, FeedRoute, FeedSource, SecretUrl, retry_after
from channelsync.claims import Kind
from channelsync.errors import (
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    UsageError,
    WireFormatError,
)
from channelsync.nights import Nights, Stay
from channelsync.traits import Traits

AT = datetime(2027, 1, 1, 12, tzinfo=UTC)
TOKEN = "0123456789abcdef0123456789abcdef"
URL = SecretUrl(f"https://www.example.fr/calendar/ical/1.ics?s={TOKEN}")
SOURCE = FeedSource(URL, "Europe/Paris")
ROUTE = FeedRoute(Dialect("Example"), Traits(prodids=("Example Inc",)))
STAY = Stay.parse("2027-04-01/2027-04-05")
CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Example Inc//Feed 1.0//EN\r
BEGIN:VEVENT\r
DTSTAMP:20270101T120000Z\r
DTSTART;VALUE=DATE:20270401\r
DTEND;VALUE=DATE:20270405\r
UID:1@example.com\r
SUMMARY:Jeanne Exemple\r
END:VEVENT\r
END:VCALENDAR\r
"""


def asked(source: FeedSource = SOURCE) -> httpx.Request:
    """The request that a look begins with."""
    return next(ROUTE.look(source, AT))


def looked(response: httpx.Response, source: FeedSource = SOURCE, route: FeedRoute = ROUTE) -> FeedLook:
    """The look that one response makes; a flow that asks for more fails the test."""
    flow = route.look(source, AT)
    next(flow)
    with pytest.raises(StopIteration) as done:
        flow.send(response)
    return done.value.value


def good() -> FeedLook:
    """A look at the calendar above, with both validators."""
    stamped = {"ETag": '"v1"', "Last-Modified": "Fri, 01 Jan 2027 12:00:00 GMT"}
    return looked(httpx.Response(200, headers=stamped, content=CALENDAR))


def after(look: FeedLook) -> FeedSource:
    """The source of the next look."""
    return FeedSource(URL, "Europe/Paris", look.etag, look.last_modified, look.reading)


def test_asks_for_a_calendar() -> None:
    """The first look is a plain GET of the whole link that asks for text/calendar."""
    request = asked()
    assert (request.method, str(request.url), request.headers["Accept"]) == ("GET", URL.reveal(), "text/calendar")
    assert not {"if-none-match", "if-modified-since", "referer", "cookie"} & set(request.headers)


def test_a_calendar() -> None:
    """A 200 with a calendar is an observation in the dialect's terms, with the validators for the next look."""
    look = good()
    assert look.observation.usable
    assert [(event.stay, event.kind, event.uid) for event in look.observation.events] == [
        (STAY, Kind.CLOSURE, "1@example.com")
    ]
    assert look.observation.at == AT
    assert look.observation.stamp == AT
    assert (look.etag, look.last_modified) == ('"v1"', "Fri, 01 Jan 2027 12:00:00 GMT")


def test_not_modified() -> None:
    """The next look sends the validators; a 304 shows the same events, marked as no new look, and keeps all of it."""
    first = good()
    request = asked(after(first))
    assert request.headers["If-None-Match"] == '"v1"'
    assert request.headers["If-Modified-Since"] == "Fri, 01 Jan 2027 12:00:00 GMT"
    second = looked(httpx.Response(304), after(first))
    assert second.observation.not_modified
    assert second.observation.events == first.observation.events
    assert (second.reading, second.etag) == (first.reading, first.etag)


def test_no_validator_without_a_reading() -> None:
    """Without the last reading no validator is sent, because a 304 would leave nothing to show."""
    assert "if-none-match" not in asked(FeedSource(URL, "Europe/Paris", etag='"v1"')).headers


def test_unasked_304() -> None:
    """A 304 to a request without a last reading is no answer: it must not look like an empty calendar."""
    with pytest.raises(ChannelUnavailableError):
        looked(httpx.Response(304))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"code":500,"message":"There was an error processing your request."}',
        b"<!doctype html><title>Log in</title>",
        CALENDAR[:-20],
        CALENDAR.replace(b"DTSTART;VALUE=DATE:20270401", b"DTSTART;VALUE=DATE:2027"),
        b"\x00\xff\xfe",
    ],
    ids=["empty", "json", "html", "truncated", "bad date", "bytes"],
)
def test_not_a_calendar(body: bytes) -> None:
    """A 200 that is no whole calendar is an unusable look with a one-line reason; the last good reading stays."""
    first = good()
    look = looked(httpx.Response(200, headers={"ETag": '"bad"'}, content=body), after(first))
    assert look.observation.failure
    assert "\n" not in look.observation.failure
    assert look.observation.events == ()
    assert (look.reading, look.etag, look.last_modified) == (first.reading, first.etag, first.last_modified)


def test_the_reason_names_the_line() -> None:
    """Where reading stopped at a line, the reason says which."""
    look = looked(httpx.Response(200, content=CALENDAR.replace(b"DTEND;VALUE=DATE:20270405", b"DTEND:soon")))
    assert "line" in str(look.observation.failure)


def test_an_empty_calendar_is_an_answer() -> None:
    """A valid calendar without events is a usable look: whether to believe it is decided elsewhere."""
    head, _, rest = CALENDAR.partition(b"BEGIN:VEVENT")
    look = looked(httpx.Response(200, content=head + rest.partition(b"END:VEVENT\r\n")[2]))
    assert look.observation.usable
    assert look.observation.nights == Nights()


def test_error_of_the_driver() -> None:
    """A body that the driver refuses for its size is an unusable look, like one that the reader refuses."""
    flow = ROUTE.look(SOURCE, AT)
    next(flow)
    with pytest.raises(StopIteration) as done:
        flow.throw(WireFormatError("the answer is too large", cap="body"))
    assert done.value.value.observation.failure == "the answer is too large"


@pytest.mark.parametrize(
    "status, headers, error",
    [
        (401, {}, CredentialRejectedError),
        (403, {}, CredentialRejectedError),
        (404, {}, ListingGoneError),
        (410, {}, ListingGoneError),
        (429, {}, RateLimitedError),
        (503, {"Retry-After": "60"}, RateLimitedError),
        (503, {}, ChannelUnavailableError),
        (500, {}, ChannelUnavailableError),
        (204, {}, ChannelUnavailableError),
        (206, {}, ChannelUnavailableError),
        (302, {}, ChannelUnavailableError),
        (418, {}, ChannelUnavailableError),
    ],
)
def test_other_statuses(status: int, headers: dict[str, str], error: type[Exception]) -> None:
    """Every other status is an error of the platform's, also with a calendar in its body; its text keeps the link."""
    with pytest.raises(error) as caught:
        looked(httpx.Response(status, headers=headers, content=CALENDAR), after(good()))
    assert f"www.example.fr answered {status}" in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "value, wait",
    [
        ("0", timedelta(0)),
        ("120", timedelta(minutes=2)),
        ("99999999999999999999", timedelta(days=1)),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("Fri, 01 Jan 2027 12:05:00 GMT", timedelta(minutes=5)),
        ("Fri, 01 Jan 2027 11:00:00 GMT", timedelta(0)),
        ("Fri, 01 Jan 2038 11:00:00 GMT", timedelta(days=1)),
    ],
)
def test_retry_after(value: str, wait: timedelta | None) -> None:
    """Retry-After is read as seconds or a date, never negative, never more than a day; nonsense counts as nothing."""
    assert retry_after(httpx.Response(429, headers={"Retry-After": value}), AT) == wait


def test_retry_after_by_their_clock() -> None:
    """A date is counted from the platform's own clock where it tells it."""
    headers = {"Retry-After": "Fri, 01 Jan 2027 18:05:00 GMT", "Date": "Fri, 01 Jan 2027 18:00:00 GMT"}
    assert retry_after(httpx.Response(429, headers=headers), AT) == timedelta(minutes=5)


def test_rate_limit_carries_the_wait() -> None:
    """The error of a 429 carries the time asked for."""
    with pytest.raises(RateLimitedError) as caught:
        looked(httpx.Response(429, headers={"Retry-After": "120"}))
    assert caught.value.retry_after == timedelta(minutes=2)


def test_foreign_prodid() -> None:
    """A calendar whose PRODID is another platform's is read, with a note: it may be pasted the wrong way round."""
    foreign = CALENDAR.replace(b"Example Inc", b"Other Ltd")
    look = looked(httpx.Response(200, content=foreign))
    assert look.observation.events
    assert any("PRODID" in note for note in look.observation.notes)
    assert not good().observation.notes
    assert not looked(httpx.Response(200, content=foreign), route=FeedRoute(Dialect("Any"))).observation.notes


def test_no_address() -> None:
    """A link that is no address is refused before anything is sent, without being repeated."""
    with pytest.raises(UsageError) as caught:
        asked(FeedSource(SecretUrl(f"https://example.com:{TOKEN}/"), "Europe/Paris"))
    assert TOKEN not in str(caught.value)


def test_nothing_secret_in_print() -> None:
    """Neither the link nor a guest's name is in the repr of what goes in or comes out."""
    look = good()
    printed = f"{after(look)!r} {look!r} {look.observation!r}"
    assert TOKEN not in printed
    assert "Jeanne" not in printed
