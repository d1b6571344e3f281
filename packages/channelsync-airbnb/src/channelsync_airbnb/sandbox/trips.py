"""Reservations as the API keeps them: all there ever were, each with its status, over those that stand on a `Platform`.

What guests do is decided by the `Platform`; `Trips.settle` finds out what has changed there, however it came about, and
says which notification each change causes. A request to book waits here and takes no nights until it is accepted
(inferred); after 24 hours it is over (inferred; the status ``timeout`` is quoted).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, final

from attrs import define, evolve, field, frozen

from channelsync.nights import Nights, Stay
from channelsync.testing import Reservation
from channelsync.testing.values import hex_of
from channelsync_airbnb.sandbox.lodging import Lodging

__all__ = ["ACCEPTED", "CANCELLED", "PENDING", "STATUSES", "Trip", "Trips", "guest_of"]

ACCEPTED: Final = "accept"
PENDING: Final = "pending"
CANCELLED: Final = {each: f"cancelled_by_{each}" for each in ("guest", "host", "admin")}
STATUSES: Final = frozenset({PENDING, "deny", "timeout", ACCEPTED, *CANCELLED.values()})
"""All values of ``status_type`` (quoted)."""
_ANSWERED_WITHIN: Final = timedelta(hours=24)
_INSTANT: Final = timedelta(milliseconds=1)
_ACTIONS: Final = {
    "new": "reservation_acceptance_confirmation",
    "changed": "reservation_alteration_confirmation",
    "cancelled": "reservation_cancellation_confirmation",
}


def guest_of(code: str) -> int:
    """Return the number of the guest of a reservation."""
    return 10**8 + int(hex_of("guest", code), 16) % 10**8


@final
@frozen
class Trip:
    """A reservation, or a request for one; ``standing`` is its id on the `Platform`, empty while it is a request."""

    code: str
    listing: str
    status: str
    stay: Stay
    guest: str = field(repr=False)
    created_at: datetime
    updated_at: datetime
    booked_at: datetime | None = None
    standing: str = ""

    @property
    def thread(self) -> str:
        """The number of its conversation."""
        return str(10**9 + int(hex_of("thread", self.code), 16) % 10**9)

    @property
    def guest_id(self) -> int:
        """The number of its guest."""
        return guest_of(self.code)

    def at(self, now: datetime, *, status: str | None = None, stay: Stay | None = None) -> Trip:
        """Return it changed now; two changes never carry the same moment."""
        moment = max(now, self.updated_at + _INSTANT)
        return evolve(self, updated_at=moment, status=status or self.status, stay=stay or self.stay)


@final
@define
class Trips:
    """All reservations of the account, by confirmation code."""

    by_code: dict[str, Trip] = field(factory=dict[str, Trip])
    _asked: dict[str, Trip] = field(factory=dict[str, Trip])
    """Those that are only asked for."""
    _edits: dict[str, int] = field(factory=dict[str, int])
    """How often each listing's lodging had changed when it was last looked at."""

    def put(self, trip: Trip) -> None:
        """Keep a trip in place of what was known of it."""
        self.by_code[trip.code] = trip
        if trip.status == PENDING:
            self._asked[trip.code] = trip
        else:
            self._asked.pop(trip.code, None)

    def standing(self, listing: str, reservation_id: str) -> Trip | None:
        """Return the accepted trip of a reservation that stands."""
        every = (trip for trip in self.by_code.values() if trip.listing == listing and trip.status == ACCEPTED)
        return next((trip for trip in every if trip.standing == reservation_id), None)

    def asked_for(self, listing: str) -> Nights:
        """Return the nights of the requests for a listing that wait for an answer."""
        return Nights.of(*(trip.stay for trip in self._asked.values() if trip.listing == listing))

    def renumber(self, listing: str, new: str) -> None:
        """Give a listing's trips its new id."""
        for trip in [each for each in self.by_code.values() if each.listing == listing]:
            self.put(evolve(trip, listing=new))

    def settle(self, lodging: Lodging, now: datetime, *, by: str = "guest") -> Iterator[tuple[str, Trip]]:
        """Take in what has changed on the lodging, and yield each notification's action with the trip.

        ``by`` is who cancelled what is gone.
        """
        yield from self._over(lodging, now)
        if self._edits.get(lodging.listing) == lodging.platform.edits:
            return
        self._edits[lodging.listing] = lodging.platform.edits
        there = {each.id: each for each in lodging.platform.reservations()}
        for trip in [each for each in self.by_code.values() if each.listing == lodging.listing]:
            if trip.status != ACCEPTED:
                continue
            reservation = there.pop(trip.standing, None)
            if reservation is None:
                yield self._changed("cancelled", trip.at(now, status=CANCELLED[by]))
            elif reservation.stay != trip.stay:
                yield self._changed("changed", trip.at(now, stay=reservation.stay))
        for reservation in there.values():
            yield self._changed("new", self._accepted(lodging.listing, reservation, now))

    def _accepted(self, listing: str, reservation: Reservation, now: datetime) -> Trip:
        """Return the trip of a reservation that has come to stand."""
        at = reservation.booked_at
        asked = self.by_code.get(reservation.code)
        if asked is not None:
            return evolve(asked.at(now, status=ACCEPTED), standing=reservation.id, booked_at=at)
        return Trip(
            code=reservation.code,
            listing=listing,
            status=ACCEPTED,
            stay=reservation.stay,
            guest=reservation.guest,
            created_at=at,
            updated_at=at,
            booked_at=at,
            standing=reservation.id,
        )

    def _over(self, lodging: Lodging, now: datetime) -> Iterator[tuple[str, Trip]]:
        """Let requests that nobody has answered be over."""
        for trip in list(self._asked.values()):
            if trip.listing == lodging.listing and now - trip.created_at >= _ANSWERED_WITHIN:
                late = trip.at(now, status="timeout")
                self.put(late)
                yield "reservation_request_voided", late

    def _changed(self, what: str, trip: Trip) -> tuple[str, Trip]:
        """Keep a change and return its notification."""
        self.put(trip)
        return _ACTIONS[what], trip
