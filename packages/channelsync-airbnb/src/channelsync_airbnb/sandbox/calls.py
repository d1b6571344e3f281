"""The three kinds of calls that Airbnb makes to a software: may these nights be sold, may this be booked, and what was.

The first two are questions, asked while the guest waits: ``GET <url>?action=check_availability``, ``POST <url>`` for a
new reservation and ``PUT <url>/{code}`` for a change; the answers are ``{"available": bool}`` and ``{"succeed": bool}``
(seen in code). The third are notifications, ``POST <url>/notification`` (seen in code); they may be lost, doubled, late
or out of order (reported). A constant ``Authorization`` header goes along where the software has chosen one (inferred).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final, cast, final

import httpx
from attrs import define, evolve, field, frozen

from channelsync.nights import Stay
from channelsync.testing.partner import ApiFault
from channelsync_airbnb.sandbox.answers import Json
from channelsync_airbnb.sandbox.faults import CALLS, Faults
from channelsync_airbnb.sandbox.trips import Trip, guest_of

__all__ = ["NOBODY", "Callback", "Calls", "agreed"]

NOBODY: Final = "0"
"""The listing that test calls name; they must succeed (seen in code)."""
_LATE: Final = timedelta(hours=1)
_LONGEST_ANSWER: Final = 100_000


def agreed(response: httpx.Response | None, member: str, *, silence_is_yes: bool) -> bool:
    """Whether an answer agrees; what is no usable answer counts as the ways say."""
    try:
        usable = response is not None and response.status_code == 200 and len(response.content) <= _LONGEST_ANSWER
        body: object = json.loads(response.content) if response is not None and usable else None
    except ValueError:
        body = None
    word = cast("Json", body).get(member) if isinstance(body, dict) else None
    return word if isinstance(word, bool) else silence_is_yes


@final
@frozen
class Callback:
    """Where a software is called, and the constant header that says it is Airbnb."""

    url: str = field(repr=False)
    secret: str = field(repr=False)

    def check(self, listing: str, stay: Stay) -> httpx.Request:
        """Return the question whether nights can be sold."""
        query = {
            "action": "check_availability",
            "listing_id": listing,
            "start_date": stay.arrival.isoformat(),
            "nights": str(stay.length),
        }
        return httpx.Request("GET", self.url, params=query, headers=self._headers())

    def make(self, code: str, listing: str, stay: Stay) -> httpx.Request:
        """Return the question whether a paid reservation may be made."""
        return self._sent("POST", self.url, _wanted(code, listing, stay))

    def change(self, code: str, listing: str, stay: Stay) -> httpx.Request:
        """Return the question whether a reservation may be moved to other dates."""
        return self._sent("PUT", f"{self.url}/{code}", _wanted(code, listing, stay))

    def notification(self, body: Json) -> httpx.Request:
        """Return a notification."""
        return self._sent("POST", f"{self.url}/notification", body)

    def _sent(self, method: str, url: str, body: Json) -> httpx.Request:
        return httpx.Request(method, url, json=body, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        """Return the headers; how Airbnb calls itself is inferred."""
        named = {"User-Agent": "Airbnb", "Accept": "application/json"}
        return named | ({"Authorization": self.secret} if self.secret else {})


def _wanted(code: str, listing: str, stay: Stay) -> Json:
    """Return the body of a question about a reservation."""
    return {
        "confirmation_code": code,
        "guest_id": guest_of(code),
        "listing_id": int(listing),
        "listing_id_str": listing,
        "start_date": stay.arrival.isoformat(),
        "nights": stay.length,
        "number_of_guests": 2,
        "listing_base_price": f"{100 * stay.length}.00",
        "guest_details": {
            "localized_description": "2 guests",
            "number_of_adults": 2,
            "number_of_children": 0,
            "number_of_infants": 0,
        },
    }


@final
@frozen
class _Waiting:
    """A notification on its way: when it is sent, its place among those of that moment, and what it says."""

    at: datetime
    place: int
    body: Json = field(repr=False)
    held: bool = False
    """Whether it goes after the one that follows it."""


@final
@define
class Calls:
    """The notifications that wait to be sent."""

    faults: Faults
    _waiting: list[_Waiting] = field(factory=list[_Waiting])
    _made: int = 0

    def tell(self, body: Json, at: datetime) -> None:
        """Let a notification wait, as the faults that are on let it."""
        fault = self.faults.takes(*CALLS)
        if fault is ApiFault.CALL_LOST:
            return
        late = fault in {ApiFault.CALL_LATE, ApiFault.CALLS_SWAPPED}
        new = _Waiting(at + _LATE if late else at, self._place(), body, held=fault is ApiFault.CALLS_SWAPPED)
        self._waiting = [
            evolve(each, at=new.at, place=self._place(), held=False) if each.held else each for each in self._waiting
        ]
        self._waiting.append(new)
        if fault is ApiFault.CALL_TWICE:
            self._waiting.append(evolve(new, place=self._place()))

    def due(self, now: datetime) -> list[Json]:
        """Return what is sent now, each once, in order."""
        ready = sorted((each for each in self._waiting if each.at <= now), key=lambda each: (each.at, each.place))
        self._waiting = [each for each in self._waiting if each.at > now]
        return [each.body for each in ready]

    def next(self) -> datetime | None:
        """Return when the next one is sent."""
        return min((each.at for each in self._waiting), default=None)

    def message(self, trip: Trip) -> Json:
        """Return what is told of a new message in a reservation's conversation."""
        thread = {"id": int(trip.thread), "id_str": trip.thread}
        message = {"id": int(trip.thread) + 1, "id_str": str(int(trip.thread) + 1), "message": "A new reservation."}
        return {"action": "message_added", "message": message, "thread": thread}

    def _place(self) -> int:
        """Return the next place in the order."""
        self._made += 1
        return self._made
