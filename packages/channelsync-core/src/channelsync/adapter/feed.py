"""The iCal route that all platforms share: one conditional GET, and what its answer means.

=================  ====================================================================================================
answer             outcome
=================  ====================================================================================================
200, a calendar    a look: the platform's dialect turns its events into an observation
200, anything else an *unusable* look whose ``failure`` says where reading stopped; the last good reading is kept
304                the same events as before, ``not_modified``; only believed where we asked with a validator
401, 403           `CredentialRejectedError`: the link was rotated, or access was taken away
404, 410           `ListingGoneError`
429, 503 + wait    `RateLimitedError` with the time asked for
5xx, others        `ChannelUnavailableError`
=================  ====================================================================================================

No row frees a night: errors and unusable looks leave the last good look in force, and what a good look no longer
shows is judged elsewhere. An empty calendar is a good answer here, because it sometimes is true.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, final

import httpx
from attrs import Factory, frozen

from channelsync.adapter.flow import Flow
from channelsync.adapter.messages import FeedLook, FeedSource
from channelsync.errors import (
    ChannelError,
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    UsageError,
    WireFormatError,
)
from channelsync.evolving import evolve
from channelsync.ical.dialect import Dialect, observe
from channelsync.ical.parse import read
from channelsync.observation import Observation
from channelsync.traits import Traits

__all__ = ["FeedRoute", "retry_after"]

_OK: Final = 200
_NOT_MODIFIED: Final = 304
_REJECTED: Final = frozenset({401, 403})
_GONE: Final = frozenset({404, 410})
_SLOW_DOWN: Final = 429
_UNAVAILABLE: Final = 503
_LONGEST_WAIT: Final = timedelta(days=1)
_LONGEST_VALIDATOR: Final = 256


@final
@frozen
class FeedRoute:
    """One platform's calendar feed: how it writes, and its habits."""

    dialect: Dialect
    traits: Traits = Factory(Traits)

    @property
    def imports_every(self) -> timedelta:
        """How often the platform is expected to read the calendar we publish, until that is learned."""
        return self.traits.imports_every

    def knows_prodid(self, prodid: str) -> bool | None:
        """Whether a calendar with this PRODID is this platform's: None when nothing is known of its PRODID."""
        if not self.traits.prodids:
            return None
        return any(known in prodid for known in self.traits.prodids)

    def look(self, source: FeedSource, at: datetime) -> Flow[FeedLook]:
        """Look at the feed once.

        Args:
            source: the link, and what the last reading left behind.
            at: when the request is made. What the answer shows was true then or a moment later, so that dating it
                here is the careful side for every question of the kind "was this seen *after* that?".

        Raises:
            ChannelError: by status, as the table above says; its text names the host and nothing more of the link.
            UsageError: the link is no web address.
        """
        try:
            response = yield _request(source)
        except WireFormatError as error:  # too large, or its compression is broken: found before the body was whole
            return _unusable(source, at, _line_of(error))
        if response.status_code == _OK:
            return self._read(source, response, at)
        if response.status_code == _NOT_MODIFIED and source.previous is not None:
            same = observe(source.previous, self.dialect, at)
            return _look(source, evolve(same, not_modified=True))
        raise _refusal(source.url.host, response, at)

    def _read(self, source: FeedSource, response: httpx.Response, at: datetime) -> FeedLook:
        try:
            reading = read(
                response.content, timezone=source.timezone, dates=self.dialect.dates, previous=source.previous
            )
        except WireFormatError as error:
            return _unusable(source, at, _line_of(error))
        observation = observe(reading, self.dialect, at)
        if self.knows_prodid(reading.prodid) is False:
            note = f"this does not look like a calendar of {self.dialect.name}: its PRODID is another one"
            observation = evolve(observation, notes=(*observation.notes, note))
        return FeedLook(
            observation,
            reading=reading,
            etag=_validator(response, "ETag"),
            last_modified=_validator(response, "Last-Modified"),
        )


def _request(source: FeedSource) -> httpx.Request:
    headers = {"Accept": "text/calendar"}
    if source.previous is not None:  # without it a 304 would leave us with nothing to show
        if source.etag:
            headers["If-None-Match"] = source.etag
        if source.last_modified:
            headers["If-Modified-Since"] = source.last_modified
    try:
        return httpx.Request("GET", source.url.parsed, headers=headers)
    except httpx.InvalidURL:  # whose text repeats parts of the link
        msg = "the calendar's link is not a web address"
        raise UsageError(msg, advice="Copy the whole export link from the platform; it begins with https://.") from None


def _look(source: FeedSource, observation: Observation) -> FeedLook:
    """A look that leaves behind what the last good one did."""
    return FeedLook(observation, source.previous, source.etag, source.last_modified)


def _unusable(source: FeedSource, at: datetime, failure: str) -> FeedLook:
    return _look(source, Observation(at=at, failure=failure))


def _line_of(error: WireFormatError) -> str:
    text = str(error)
    known = error.line is None or f"line {error.line}" in text
    return text if known else f"{text} (line {error.line})"


def _validator(response: httpx.Response, name: str) -> str:
    """A validator worth repeating; one of absurd length is left out."""
    value: str = response.headers.get(name, "")
    return value if len(value) <= _LONGEST_VALIDATOR else ""


def _refusal(host: str, response: httpx.Response, at: datetime) -> ChannelError:
    status = response.status_code
    answered = f"{host} answered {status}"
    wait = retry_after(response, at)
    if status in _REJECTED:
        return CredentialRejectedError(f"{answered}: the link is no longer accepted")
    if status in _GONE:
        return ListingGoneError(f"{answered}: there is no such calendar")
    if status == _SLOW_DOWN or (status == _UNAVAILABLE and wait is not None):
        return RateLimitedError(f"{answered}: it asks us to slow down", retry_after=wait)
    return ChannelUnavailableError(f"{answered} in place of a calendar")


def retry_after(response: httpx.Response, at: datetime | None = None) -> timedelta | None:
    """Return how long the platform asks us to wait, at most a day; None when it does not say so intelligibly.

    A date is counted from the response's own ``Date``, so that our clock need not agree with theirs; where it has none
    it is counted from ``at``, and means nothing without that.
    """
    value: str = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        wait = timedelta(seconds=min(int(value[:9]), _LONGEST_WAIT.total_seconds()))
    else:
        until = _http_date(value)
        begin = _http_date(response.headers.get("Date", "")) or at
        if until is None or begin is None:
            return None
        wait = until - begin
    return min(max(wait, timedelta(0)), _LONGEST_WAIT)


def _http_date(value: str) -> datetime | None:
    try:
        read_date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return read_date if read_date.tzinfo else read_date.replace(tzinfo=UTC)
