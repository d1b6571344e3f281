"""What Booking.com knows of a reservation: one number, and its rooms, each with its own nights.

The rooms' truth is in their `Platform`, where guests may also book by the private hand (`channelsync.testing.control`).
So nothing is told here: the register looks at the rooms, puts together what has the same number, and says what differs
from the last time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from random import Random
from typing import Final, final

import attrs
from attrs import define, field, frozen

from channelsync.nights import NO_NIGHTS, Nights
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Reservation

__all__ = ["Booking", "Difference", "Numbers", "Register", "Room"]

_FIRST_INDEX: Final = 460
_FIRST_TICKET: Final = 3_120_666_312
_BEYOND_32_BITS: Final = 2**31


@final
@frozen
class Room:
    """One room of a reservation; both numbers stay with it for life.

    ``index`` is IndexNumber in the OTA messages, ``ticket`` is roomreservation_id in the others.
    """

    index: int
    ticket: int
    listing: str
    reservation: Reservation


@final
@frozen
class Booking:
    """A reservation as Booking.com knows it. A cancelled one keeps the rooms it had."""

    number: str
    made_at: datetime
    changed_at: datetime
    rooms: tuple[Room, ...]
    cancelled: bool = False

    @property
    def guest(self) -> str:
        """Who booked, a made-up first name."""
        return self.rooms[0].reservation.guest


@final
@frozen
class Difference:
    """What has happened to a room's nights: those sold since, and those that nobody has any more."""

    listing: str
    sold: Nights
    freed: Nights


@final
@define
class Numbers:
    """Draws reservation numbers of ten digits beyond 32 bits; rooms booked together share one."""

    shared: str = ""
    used: set[str] = field(factory=set[str])

    def draw(self, rng: Random) -> str:
        """Return a number that nobody has had, or the one being shared."""
        if self.shared:
            return self.shared
        number = str(rng.randrange(_BEYOND_32_BITS, 10**10))
        while number in self.used:
            number = str(rng.randrange(_BEYOND_32_BITS, 10**10))
        self.used.add(number)
        return number


@final
@define
class Register:
    """The reservations of all rooms of a property, by number."""

    platforms: Mapping[str, Platform]
    bookings: dict[str, Booking] = field(init=False, factory=dict[str, Booking])
    _rooms: dict[str, Room] = field(init=False, factory=dict[str, Room])
    _seen: dict[str, tuple[Reservation, ...]] = field(init=False, factory=dict[str, tuple[Reservation, ...]])
    _sold: dict[str, Nights] = field(init=False, factory=dict[str, Nights])

    def look(self, now: datetime) -> tuple[list[Booking], list[Difference]]:
        """Return the reservations that are new or different since the last look, and what that did to the rooms."""
        standing = {listing: each.reservations() for listing, each in self.platforms.items()}
        if all(self._seen.get(listing) is each for listing, each in standing.items()):
            return [], []
        self._seen = standing
        return list(self._changes(standing, now)), list(self._differences(now))

    def _changes(self, standing: Mapping[str, tuple[Reservation, ...]], now: datetime) -> Iterator[Booking]:
        """Yield what differs, in order of number, and keep it."""
        found: dict[str, list[Room]] = {}
        for listing, reservations in standing.items():
            for each in reservations:
                found.setdefault(each.code, []).append(self._room(listing, each))
        for number in sorted(found.keys() | self.bookings.keys()):
            rooms = tuple(sorted(found.get(number, ()), key=lambda room: room.index))
            known = self.bookings.get(number)
            if known is None:
                made = Booking(number, rooms[0].reservation.booked_at, now, rooms)
            elif rooms == (() if known.cancelled else known.rooms):
                continue
            else:
                made = attrs.evolve(known, changed_at=now, rooms=rooms or known.rooms, cancelled=not rooms)
            self.bookings[number] = made
            yield made

    def _room(self, listing: str, reservation: Reservation) -> Room:
        """Return a room of a reservation, with the numbers it has had from its beginning."""
        known = self._rooms.get(reservation.id)
        if known is None:
            count = len(self._rooms)
            known = Room(_FIRST_INDEX + count, _FIRST_TICKET + 7 * count, listing, reservation)
        elif known.reservation is not reservation:
            known = attrs.evolve(known, reservation=reservation)
        self._rooms[reservation.id] = known
        return known

    def _differences(self, now: datetime) -> Iterator[Difference]:
        """Yield what has happened to the nights of each room."""
        for listing, platform in self.platforms.items():
            before, after = self._sold.get(listing, NO_NIGHTS), platform.sold(now)
            self._sold[listing] = after
            if before != after:
                yield Difference(listing, after - before, before - after)
