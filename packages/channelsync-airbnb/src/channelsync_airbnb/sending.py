"""Requests in the name of an account, and what a refusal of one means.

=================  ====================================================================================================
answer             outcome
=================  ====================================================================================================
2xx, an object     the answer, unless it says that it is an error: then as if that had been its status
2xx, anything else `WireFormatError`
401                `CredentialRejectedError`: the token has expired, or the owner has taken our access back
403                of a listing `ListingGoneError` (a deleted one is answered so: seen in code), else as 401
404, 410           of a listing `ListingGoneError`
400, 409, 422      of a write `ChangeRefusedError`, with the reason that was given
405, 429, 503      `RateLimitedError` (all three seen in code), with the time asked for if there is one
5xx, others        `ChannelUnavailableError`
=================  ====================================================================================================
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import httpx

from channelsync.adapter import ACCOUNT, REPEATABLE, Access, retry_after
from channelsync.errors import (
    ChangeRefusedError,
    ChannelError,
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    UsageError,
)
from channelsync_airbnb.settings import ADDRESS
from channelsync_airbnb.wire_json import Document, document, error_in

__all__ = ["ADVICE", "API_VERSION", "Query", "answered", "asked", "basic", "checked", "field", "refusal"]

API_VERSION: Final = "2025.06.30"
"""The newest version of Airbnb's API that is documented; a header selects it."""
ADVICE: Final = "Open the account in channelsync and connect Airbnb again, as the listing's owner, not as a co-host."


_LISTING: Final = re.compile(r"[0-9]{1,20}")
_SLOW_DOWN: Final = frozenset({405, 429, 503})
_REFUSED: Final = frozenset({400, 409, 422})
_GONE: Final = frozenset({404, 410})
_NO_RIGHT: Final = 403
_NO_ACCESS: Final = 401
_SUCCESS: Final = range(200, 300)

Query = Sequence[tuple[str, str]]
"""The names and values of a query, in order."""


def field(access: Access, name: str, default: str = "") -> str:
    """Return what the owner filled in, or what the platform gave along with the token."""
    held = access.fields.get(name)
    return (held.reveal().strip() if held is not None else "") or default


def checked(listing: str) -> str:
    """Return the id of a listing as it is.

    Raises:
        UsageError: it is none of Airbnb's.
    """
    if not _LISTING.fullmatch(listing):
        msg = f"not the id of a listing on Airbnb: {listing[:40]!r}"
        raise UsageError(msg, advice="It is a number, as in the address of the listing's page.")
    return listing


def asked(access: Access, method: str, path: str, query: Query = (), body: object = None) -> httpx.Request:
    """Return a request with the token of the account; every one of them may be repeated without harm.

    Raises:
        UsageError: the address of the API, as the owner filled it in, is none.
    """
    headers = {
        "Accept": "application/json",
        "X-Airbnb-API-Key": field(access, "client_id"),
        "X-Airbnb-OAuth-Token": access.token.reveal(),
        "X-Airbnb-Req-Api-Version": API_VERSION,
    }
    return _request(access, method, path, query, body, headers)


def basic(access: Access, method: str, path: str, body: object = None) -> httpx.Request:
    """Return a request with the client's own id and secret: how tokens are asked for.

    Raises:
        UsageError: the address of the API, as the owner filled it in, is none.
    """
    pair = f"{field(access, 'client_id')}:{field(access, 'client_secret')}".encode()
    headers = {"Accept": "application/json", "Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    return _request(access, method, path, [("_unwrapped", "true")], body, headers)


def _request(
    access: Access, method: str, path: str, query: Query, body: object, headers: Mapping[str, str]
) -> httpx.Request:
    address = f"{field(access, 'address', ADDRESS).rstrip('/')}/{path}"
    if query:
        address = f"{address}?{urlencode(query)}"
    content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
    typed = {} if content is None else {"Content-Type": "application/json"}
    extensions = {ACCOUNT: access.account, REPEATABLE: True}
    try:
        return httpx.Request(method, address, headers={**headers, **typed}, content=content, extensions=extensions)
    except (httpx.InvalidURL, UnicodeError):  # whose text repeats parts of the address, or of a key
        msg = "the address of Airbnb's API, or a key for it, cannot be sent"
        raise UsageError(
            msg, advice="Correct the account's fields; leave the address empty for Airbnb's own."
        ) from None


def answered(
    response: httpx.Response, *, listing: bool = False, write: bool = False, at: datetime | None = None
) -> Document:
    """Return the object that was answered.

    Args:
        response: the answer.
        listing: whether one listing was asked about.
        write: whether something was to be changed.
        at: now, where that is known: it dates a Retry-After that names a time.

    Raises:
        ChannelError: as the table at the head of this module says; no text repeats an address or a token.
    """
    if response.status_code not in _SUCCESS:
        raise refusal(response, listing=listing, write=write, at=at)
    found = document(response.content)
    wrong = error_in(found)
    if wrong is not None:
        raise refusal(response, status=wrong[0], listing=listing, write=write, at=at)
    return found


def refusal(
    response: httpx.Response,
    *,
    status: int | None = None,
    listing: bool = False,
    write: bool = False,
    at: datetime | None = None,
) -> ChannelError:
    """Return the error that a refusal is: by its status, or by the one that its body names.

    Only the reason for refusing a change is repeated: another text may hold what was sent, such as a token.
    """
    status = response.status_code if status is None else status
    answer = f"Airbnb answered {status}"
    if status == _NO_ACCESS or (status == _NO_RIGHT and not listing):
        return CredentialRejectedError(f"{answer}: our access is no longer accepted", advice=ADVICE)
    if listing and (status == _NO_RIGHT or status in _GONE):
        return ListingGoneError(f"{answer}: the listing is not there, or not ours", advice=_LOOK)
    if write and status in _REFUSED:
        return ChangeRefusedError(f"{answer}: {_reason(response) or 'the change is refused'}")
    if status in _SLOW_DOWN:
        return RateLimitedError(f"{answer}: it asks us to slow down", retry_after=_wait(response, at))
    return ChannelUnavailableError(f"{answer} in place of what was asked for")


_LOOK: Final = "Check on Airbnb that the listing still exists, and that it is still connected to this software."


def _wait(response: httpx.Response, at: datetime | None) -> timedelta | None:
    """Return how long we are asked to wait; a time of day means nothing without a clock, ours or theirs."""
    named = response.headers.get("Retry-After", "").strip()
    if at is None and not named.isdecimal() and "Date" not in response.headers:
        return None
    return retry_after(response, at or datetime.min.replace(tzinfo=UTC))


def _reason(response: httpx.Response) -> str:
    """Return the reason that an error's body gives, empty where it gives none that can be read."""
    try:
        wrong = error_in(document(response.content))
    except ChannelError:
        return ""
    return wrong[1] if wrong is not None else ""
