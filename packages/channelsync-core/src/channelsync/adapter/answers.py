"""Reading an API's answers: the table of statuses that most platforms share, and JSON that is believed whole or not.

=================  ====================================================================================================
answer             outcome
=================  ====================================================================================================
2xx, an object     a `Record`, to be read member by member
2xx, anything else `WireFormatError`
401, 403           `CredentialRejectedError`: the token has expired, or access was taken away
404, 410           `ListingGoneError`
400, 409, 422      `ChangeRefusedError`: what was asked or written is refused
429, 503 + wait    `RateLimitedError` with the time asked for
5xx, others        `ChannelUnavailableError`
=================  ====================================================================================================

A platform with another table, or another format, reads its answers by itself. No text repeats anything that it said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, NoReturn, Self, cast, final

import httpx
from attrs import field, frozen

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
from channelsync.nights import Nights, Stay

__all__ = ["Record", "answered", "refusal"]

_NO_ACCESS: Final = frozenset({401, 403})
_GONE: Final = frozenset({404, 410})
_REFUSED: Final = frozenset({400, 409, 422})
_SLOW_DOWN: Final = 429
_UNAVAILABLE: Final = 503
_LONGEST_TEXT: Final = 2000
"""Letters; names, codes and ids are shorter."""
_MOST: Final = 2**53
_RECONNECT: Final = "Open the account in channelsync and connect it again."


@final
@frozen
class Record:
    """One JSON object of an answer, or inside it, read member by member; members that nobody asks for do not matter.

    ``title`` is the platform's name, for the text of an error. What is missing, or has another form than is asked for,
    raises `WireFormatError`: an answer of which a part was left out would show nights as free.
    """

    title: str
    _members: Mapping[str, object] = field(repr=False)

    @classmethod
    def of(cls, body: bytes, title: str) -> Self:
        """Read a body that must be one whole JSON object.

        Raises:
            WireFormatError: it is none.
        """
        try:
            found: object = json.loads(body)
        except (ValueError, RecursionError):
            msg = f"what {title} says is no whole JSON document"
            raise WireFormatError(msg) from None
        if not isinstance(found, dict):
            msg = f"what {title} says is no JSON object"
            raise WireFormatError(msg)
        return cls(title, cast("dict[str, object]", found))

    def text(self, name: str, default: str | None = None) -> str:
        """Return a short text, or ``default`` where there is one and the member is missing.

        Raises:
            WireFormatError: it is no text, or a long one.
        """
        found = self._members.get(name, default)
        if not isinstance(found, str) or len(found) > _LONGEST_TEXT:
            self.refuse(name)
        return found

    def number(self, name: str) -> int:
        """Return a whole number, not below zero.

        Raises:
            WireFormatError: it is none.
        """
        found = self._members.get(name)
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= _MOST:
            self.refuse(name)
        return found

    def stay(self, arrival: str = "arrival", departure: str = "departure") -> Stay:
        """Return the stay between two members, ISO dates of which the second is the day of departure.

        Raises:
            WireFormatError: they are none, or it ends before it begins.
        """
        try:
            return Stay.parse(f"{self.text(arrival)}/{self.text(departure)}")
        except ValueError:
            self.refuse(departure)

    def nights(self, name: str) -> Nights:
        """Return a list of ISO dates as nights.

        Raises:
            WireFormatError: it is none.
        """
        try:
            return Nights.of(*(_day(one) for one in self._list(name)))
        except ValueError:
            self.refuse(name)

    def records(self, name: str) -> tuple[Record, ...]:
        """Return a list of objects.

        Raises:
            WireFormatError: it is none.
        """
        found = self._list(name)
        if not all(isinstance(one, dict) for one in found):
            self.refuse(name)
        return tuple(Record(self.title, cast("dict[str, object]", one)) for one in found)

    def refuse(self, name: str) -> NoReturn:
        """Refuse the answer for one of its members.

        Raises:
            WireFormatError: always; its text names the member and repeats nothing of it.
        """
        msg = f"what {self.title} says has no {name} in a form that is known"
        raise WireFormatError(msg) from None

    def _list(self, name: str) -> list[object]:
        found = self._members.get(name)
        if not isinstance(found, list):
            self.refuse(name)
        return cast("list[object]", found)


def _day(found: object) -> date:
    """Read exactly ``YYYY-MM-DD``; the standard reader also takes other forms, and numbers are no dates."""
    day = date.fromisoformat(found if isinstance(found, str) else "")
    if str(day) != found:
        raise ValueError
    return day


def answered(response: httpx.Response, title: str, at: datetime | None = None) -> Record:
    """Return what a good answer holds.

    Args:
        response: the answer.
        title: the platform's name, for the text of an error.
        at: now, where the flow was told it: it dates a Retry-After that names a time.

    Raises:
        ChannelError: as the table at the head of this module says.
    """
    if not response.is_success:
        raise refusal(response, title, at)
    return Record.of(response.content, title)


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
