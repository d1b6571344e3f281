"""What a simulated API is: an account over several lodgings, with the platform's own rules and its faults.

A plugin's ``sandbox`` brings one; tests, the deterministic world and the servers on loopback all use it by this one
Protocol. Like a `Platform` it decides without doing: no clock, no sockets, chance only from the generator it is given.
The lodgings' truth is in their `Platform`; the API shows and changes it by the platform's rules, written from the facts
and never from our adapter.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import datetime
from enum import Enum
from typing import Protocol, final

import httpx
from attrs import frozen

from channelsync.nights import Stay
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Refusal, Reservation

__all__ = ["ApiFault", "Enforced", "Partner", "enforced"]


@final
@frozen
class Enforced:
    """One rule that a simulator enforces: what it is called, what it says, where that is from, and how sure it is.

    The marks are those of `channelsync.testing.values`; a simulator's tests have one of the same name for each rule.
    """

    id: str
    text: str
    source: str
    mark: str


def enforced(mark: str, source: str, **rules: str) -> tuple[Enforced, ...]:
    """Return rules that share a source, each by its id."""
    return tuple(Enforced(name, text, source, mark) for name, text in rules.items())


class ApiFault(Enum):
    """What goes wrong with an API; `Partner.fail` switches one on for so many requests or calls, or until healed."""

    ERROR = "error"
    """500 in place of an answer; nothing was done."""
    UNAVAILABLE = "unavailable"
    """503, with Retry-After."""
    THROTTLED = "throttled"
    """429, with Retry-After."""
    HTML = "html"
    """A page in place of an answer, with status 200."""
    TRUNCATED = "truncated"
    """The answer breaks off in the middle."""
    EMPTY_BODY = "empty body"
    """Status 200 and not one byte."""
    NOTHING = "nothing"
    """A well-formed answer that lists nothing, though there is something."""
    STALE = "stale"
    """Reads show what was true some minutes ago."""
    REFUSED = "refused"
    """401, whatever the token."""
    TOKENS = "tokens"
    """No token is given out: the token's address answers 500."""
    ANSWER_LOST = "answer lost"
    """A write is done, and its answer is 500: nobody knows."""
    PARTLY = "partly"
    """A write is done for the first night or message only; the answer says so in the platform's way."""
    CALL_LOST = "call lost"
    """A call to us is never made."""
    CALL_TWICE = "call twice"
    """A call to us is made twice."""
    CALL_LATE = "call late"
    """A call to us is made an hour late."""
    CALLS_SWAPPED = "calls swapped"
    """A call to us is made after the one that follows it."""


class Partner(Protocol):
    """A platform's API as a partner meets it."""

    @property
    def fields(self) -> Mapping[str, str]:
        """What an owner fills in to connect this account: `ChannelPlugin.account`."""
        ...

    @property
    def lodgings(self) -> Mapping[str, Platform]:
        """The lodgings of the account, by the platform's id of the listing; two at least, to be told apart."""
        ...

    def knows(self, url: httpx.URL) -> bool:
        """Whether an address is one of this API's, whatever host it is asked under."""
        ...

    def handle(self, request: httpx.Request, now: datetime) -> httpx.Response:
        """Answer a request as the platform does."""
        ...

    def book(
        self, listing: str, stay: Stay, now: datetime, *, force: bool = False
    ) -> Generator[httpx.Request, httpx.Response | None, Reservation | Refusal]:
        """Let a guest book; yields the questions the platform asks us first, and is sent our answers (None: none came).

        A forced booking stands for the race in which a night is sold that is about to be closed: no question is asked.
        """
        ...

    def cancel(self, listing: str, reservation_id: str, now: datetime) -> Reservation:
        """Let a guest cancel.

        Raises:
            UsageError: no such reservation stands.
        """
        ...

    def change(
        self, listing: str, reservation_id: str, stay: Stay, now: datetime, *, force: bool = False
    ) -> Generator[httpx.Request, httpx.Response | None, Reservation | Refusal]:
        """Let a guest change the dates; asks us as `book` does."""
        ...

    def call_at(self, url: str) -> None:
        """Let the platform ask and call us under this address from now on; one that calls nobody forgets it."""
        ...

    def calls(self, now: datetime) -> tuple[httpx.Request, ...]:
        """Return the calls it makes to us now, each once; none where it calls nobody."""
        ...

    def next_call(self, now: datetime) -> datetime | None:
        """Return when it next calls us, None where nothing waits."""
        ...

    def fail(self, fault: ApiFault, now: datetime, *, times: int | None = 1) -> None:
        """Switch a fault on for so many requests or calls that it concerns, or until healed."""
        ...

    def heal(self, fault: ApiFault | None = None) -> None:
        """Switch a fault off, or all of them."""
        ...
