"""What an answer's status means, and the document in it.

==================  ===================================================================================================
answer              outcome
==================  ===================================================================================================
200, a document     it is returned
200, a fault        as 401 or 403 where it says so, `ChannelUnavailableError` otherwise
200, anything else  `WireFormatError`: empty, a page, cut off, or of another form
401                 `CredentialRejectedError`: the token is no longer good (documented)
403                 `ListingGoneError`: the connection with the property is lost, or the machine account has no right to
                    it (documented; which of the two is not said). No other token mends that, and few are given
429, 503 + wait     `RateLimitedError` with the time asked for (documented for another of its interfaces)
others              `ChannelUnavailableError`
==================  ===================================================================================================

Errors name the host and Booking.com's own number of the answer, which its support asks for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias, TypeVar, cast

import httpx

from channelsync.adapter import Flow, retry_after
from channelsync.errors import (
    ChannelError,
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    WireFormatError,
)
from channelsync_booking import bxml
from channelsync_booking.markup import Element, parse, ruid

__all__ = ["OK", "Fields", "answer", "lost", "numbered", "object_of", "refused", "understood"]

T = TypeVar("T")

OK: Final = 200
"""The status of a good answer, and of some that are not."""
_UNAUTHORISED: Final = 401
_FORBIDDEN: Final = 403
_SLOW_DOWN: Final = 429
_UNAVAILABLE: Final = 503
_LONGEST: Final = 65536
"""Bytes of a JSON answer; those seen have some hundred."""
_ANY_TIME: Final = datetime(2027, 1, 1, tzinfo=UTC)
"""Stands where no time is needed."""
_LOST: Final = (
    "Check in the extranet that the connection with channelsync is still active, and in the provider's portal that the "
    "machine account may reach the property; then connect the account anew."
)

Fields: TypeAlias = Mapping[str, object]
"""A JSON object."""


def answer(request: httpx.Request, what: str, read: Callable[[Element], T], at: datetime | None = None) -> Flow[T]:
    """Send a request and return what is read from the root of its answer; see `understood`."""
    return understood(request, (yield request), what, read, at)


def understood(
    request: httpx.Request,
    response: httpx.Response,
    what: str,
    read: Callable[[Element], T],
    at: datetime | None = None,
) -> T:
    """Return what is read from the root of an answer.

    Args:
        request: the request.
        response: its answer.
        what: what was asked for, as errors name it.
        read: the reader.
        at: now, where it is known.

    Raises:
        ChannelError: as the table above says.
    """
    if response.status_code != OK:
        raise refused(request, response, what, at)
    try:
        root = parse(response.content)
        if root.tag not in bxml.FAULTS:
            return read(root)
    except WireFormatError as error:
        where = f" (line {error.line})" if error.line is not None else ""
        line = numbered(f"{what}: {error}{where}", response)
        raise WireFormatError(line, line=error.line, cap=error.cap) from None
    raise _fault(request, response, root, what)


def object_of(response: httpx.Response, what: str) -> Fields:
    """Return the JSON object in an answer.

    Raises:
        WireFormatError: there is none.
    """
    body = response.content
    try:
        found: object = json.loads(body) if len(body) <= _LONGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        msg = f"{what}: the answer is not the JSON object that it should be"
        raise WireFormatError(msg)
    return cast("Fields", found)


def refused(request: httpx.Request, response: httpx.Response, what: str, at: datetime | None = None) -> ChannelError:
    """Return the error that an answer with another status than 200 comes to."""
    status = response.status_code
    line = numbered(f"{request.url.host} answered {status} in place of {what}", response)
    if status == _UNAUTHORISED:
        return CredentialRejectedError(f"{line}: the token is no longer accepted", advice=_LOST)
    if status == _FORBIDDEN:
        return ListingGoneError(f"{line}: the connection with the property is lost", advice=_LOST)
    wait = _wait(response, at)
    if status == _SLOW_DOWN or (status == _UNAVAILABLE and wait is not None):
        return RateLimitedError(f"{line}: it asks us to slow down", retry_after=wait)
    return ChannelUnavailableError(line)


def lost(line: str, faults: tuple[bxml.Refused, ...]) -> ChannelError | None:
    """Return the error that faults come to by which we have no access; None where they say something else."""
    if any(one.code == str(_UNAUTHORISED) for one in faults):
        return CredentialRejectedError(f"{line}: the token is no longer accepted", advice=_LOST)
    if bxml.tells_lost(faults):
        return ListingGoneError(f"{line}: the connection with the property is lost", advice=_LOST)
    return None


def numbered(line: str, response: httpx.Response) -> str:
    """Return a line with Booking.com's number of the answer after it, where it has one."""
    number = ruid(response.content)
    return f"{line} (RUID {number})" if number else line


def _wait(response: httpx.Response, at: datetime | None) -> timedelta | None:
    """Return how long we are asked to wait; a date says nothing where neither their time nor ours is known."""
    known = at is not None or "Date" in response.headers or response.headers.get("Retry-After", "").strip().isdecimal()
    return retry_after(response, at or _ANY_TIME) if known else None


def _fault(request: httpx.Request, response: httpx.Response, root: Element, what: str) -> ChannelError:
    faults = bxml.refusals(root)
    told = "; ".join(str(one) for one in faults)
    line = numbered(f"{request.url.host} answered with a fault in place of {what}: {told}", response)
    return lost(line, faults) or ChannelUnavailableError(line)
