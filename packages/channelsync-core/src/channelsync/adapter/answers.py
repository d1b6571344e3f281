"""What an API's answer comes to before anything of it is read: the table that most platforms share.

=================  ====================================================================================================
answer             outcome
=================  ====================================================================================================
2xx, JSON          what it holds
2xx, anything else `WireFormatError`
401, 403           `CredentialRejectedError`: the token has expired, or access was taken away
404, 410           `ListingGoneError`
400, 409, 422      `ChangeRefusedError`: what was asked or written is refused
429, 503 + wait    `RateLimitedError` with the time asked for
5xx, others        `ChannelUnavailableError`
=================  ====================================================================================================

A platform with a table of its own reads its answers by itself. No text repeats anything that the platform said.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

import httpx

from channelsync.adapter.feed import retry_after
from channelsync.errors import (
    ChangeRefusedError,
    ChannelError,
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    WireFormatError,
)

__all__ = ["answered", "read_json", "refusal"]

_NO_ACCESS: Final = frozenset({401, 403})
_GONE: Final = frozenset({404, 410})
_REFUSED: Final = frozenset({400, 409, 422})
_SLOW_DOWN: Final = 429
_UNAVAILABLE: Final = 503
_RECONNECT: Final = "Open the account in channelsync and connect it again."


def answered(response: httpx.Response, title: str, at: datetime | None = None) -> object:
    """Return what a good answer holds, read as JSON.

    Args:
        response: the answer.
        title: the platform's name, for the text of an error.
        at: now, where the flow was told it: it dates a Retry-After that names a time.

    Raises:
        ChannelError: as the table at the head of this module says.
    """
    if not response.is_success:
        raise refusal(response, title, at)
    return read_json(response.content, title)


def read_json(body: bytes, title: str) -> object:
    """Read a body that must be one whole JSON document.

    Raises:
        WireFormatError: it is none.
    """
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        msg = f"what {title} says is no whole JSON document"
        raise WireFormatError(msg) from None
    return found


def refusal(response: httpx.Response, title: str, at: datetime | None = None) -> ChannelError:
    """Return the error that an answer is by its status; see `answered`."""
    status = response.status_code
    said, wait = f"{title} answered {status}", retry_after(response, at)
    if status in _NO_ACCESS:
        return CredentialRejectedError(f"{said}: our access is not accepted", advice=_RECONNECT)
    if status in _GONE:
        return ListingGoneError(f"{said}: it does not know what was asked for")
    if status in _REFUSED:
        return ChangeRefusedError(f"{said}: it refuses what was asked")
    if status == _SLOW_DOWN or (status == _UNAVAILABLE and wait is not None):
        return RateLimitedError(f"{said}: it asks us to slow down", retry_after=wait)
    return ChannelUnavailableError(f"{said} in place of what was asked for")
