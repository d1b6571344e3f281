"""An API's answers: which status is which error, and JSON that is read whole or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from channelsync.adapter import Record, answered, refusal, retry_after
from channelsync.errors import (
    ChangeRefusedError,
    ChannelError,
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    WireFormatError,
)
from channelsync.nights import Nights, Stay

AT = datetime(2027, 1, 1, 12, tzinfo=UTC)
TITLE = "Example Stays"
NAME = "Ada Lovelace"


def record(text: str) -> Record:
    """An object of an answer."""
    return Record.of(text.encode(), TITLE)


@pytest.mark.parametrize(
    "status, error",
    [
        (401, CredentialRejectedError),
        (403, CredentialRejectedError),
        (404, ListingGoneError),
        (410, ListingGoneError),
        (400, ChangeRefusedError),
        (409, ChangeRefusedError),
        (422, ChangeRefusedError),
        (429, RateLimitedError),
        (503, ChannelUnavailableError),
        (500, ChannelUnavailableError),
        (302, ChannelUnavailableError),
        (418, ChannelUnavailableError),
    ],
)
def test_statuses(status: int, error: type[ChannelError]) -> None:
    """Every answer but a good one is an error by its status, and repeats nothing of what came with it."""
    response = httpx.Response(status, json={"error": NAME})
    with pytest.raises(error) as caught:
        answered(response, TITLE)
    assert type(caught.value) is error
    assert str(status) in str(caught.value)
    assert NAME not in f"{caught.value} {caught.value.advice}"


def test_a_wait_is_kept() -> None:
    """A 429, and a 503 that names a wait, are told with it; a date counts from the time that the flow was told."""
    for status in (429, 503):
        error = refusal(httpx.Response(status, headers={"Retry-After": "120"}), TITLE)
        assert isinstance(error, RateLimitedError)
        assert error.retry_after == timedelta(minutes=2)
    dated = httpx.Response(429, headers={"Retry-After": "Fri, 01 Jan 2027 12:05:00 GMT"})
    assert retry_after(dated, AT) == timedelta(minutes=5)
    assert retry_after(dated) is None, "a time of day means nothing without a clock"


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"a"', "7", "<html></html>", "[" * 100_000, "1" * 10_000])
def test_what_is_no_object(body: str) -> None:
    """A body that is no whole JSON object is none, whatever it is."""
    with pytest.raises(WireFormatError) as caught:
        answered(httpx.Response(200, content=body), TITLE)
    assert TITLE in str(caught.value)


def test_members() -> None:
    """Each member is had in the form that is asked for; others beside it do not matter."""
    found = record('{"a": "x", "n": 3, "arrival": "2027-01-02", "departure": "2027-01-05", "l": [{"a": "y"}], "o": {}}')
    assert found.text("a") == "x"
    assert found.text("none", "") == ""
    assert found.number("n") == 3
    assert found.stay() == Stay(date(2027, 1, 2), date(2027, 1, 5))
    assert [one.text("a") for one in found.records("l")] == ["y"]
    nights = record('{"nights": ["2027-01-02", "2027-01-03"]}').nights("nights")
    assert nights == Nights.of(Stay(date(2027, 1, 2), date(2027, 1, 4)))


LONG = f'"{"x" * 3000}"'


@pytest.mark.parametrize("odd", ["null", "true", "7.5", "-1", "{}", LONG, str(2**60), '["x"]', "[7]", None])
def test_odd_members(odd: str | None) -> None:
    """A member that is missing or in another form refuses the whole answer, by its name and without its value."""
    found = record("{}" if odd is None else f'{{"a": {odd}}}')
    for read in (found.text, found.number, found.stay, found.records, found.nights):
        with pytest.raises(WireFormatError, match="has no a in a form that is known"):
            read("a")


def test_a_default_is_for_what_is_missing() -> None:
    """A default stands for a member that is missing, never for one in another form."""
    with pytest.raises(WireFormatError):
        record('{"a": 7}').text("a", "")


@pytest.mark.parametrize("departure", ["2027-01-02", "2027-01-01", "20270105", "2027-1-5", "soon", ""])
def test_stays_that_are_none(departure: str) -> None:
    """A stay that ends before it begins, or has no such dates, is none."""
    with pytest.raises(WireFormatError):
        record(f'{{"arrival": "2027-01-02", "departure": "{departure}"}}').stay()


@pytest.mark.parametrize("day", ["20270105", "2027-W01-1", "2027-01-05T00:00:00", "2027-02-30", "soon"])
def test_nights_that_are_none(day: str) -> None:
    """A night is an ISO date and nothing else; one that is none refuses them all."""
    for written in (f'"{day}"', "20270105"):
        with pytest.raises(WireFormatError):
            record(f'{{"nights": ["2027-01-01", {written}]}}').nights("nights")


def test_it_prints_without_its_members() -> None:
    """What an answer says may hold a guest's name: it is in no repr."""
    assert NAME not in repr(record(f'{{"guest": "{NAME}"}}'))
