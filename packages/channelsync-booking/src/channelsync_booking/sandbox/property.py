"""A property at Booking.com: its rooms, what is kept of their availability, and what is told of their reservations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, final

from attrs import define, field

from channelsync.testing.sandbox import Platform
from channelsync_booking.sandbox.hotel import ZONE, Hotel
from channelsync_booking.sandbox.inventory import Inventory
from channelsync_booking.sandbox.queue import Queue
from channelsync_booking.sandbox.register import Booking, Register

__all__ = ["Property"]

_FIRST_STRAY: Final = 4_100_000_001


@final
@define(eq=False)
class Property:
    """One property; ``listed`` are the rooms that connected software can see, of all there are."""

    hotel: Hotel
    rooms: Mapping[str, Platform]
    listed: tuple[str, ...]
    connected: bool = True
    connected_at: datetime | None = None
    inventory: Inventory = field(init=False)
    register: Register = field(init=False)
    queue: Queue = field(init=False)
    _strays: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        """Put its parts together."""
        self.inventory = Inventory(self.rooms, self.hotel.quirks)
        self.register = Register(self.rooms)
        self.queue = Queue(recovery=self.hotel.quirks.recovery)

    @property
    def open_rooms(self) -> dict[str, Platform]:
        """The rooms that connected software can see."""
        return {listing: self.rooms[listing] for listing in self.listed}

    def notice(self, now: datetime) -> None:
        """Take note of what guests have done, and of what has waited too long."""
        if self.connected_at is None:
            self.connected_at = now
        self.queue.settle(now)
        bookings, differences = self.register.look(now)
        self.inventory.follow(differences, now)
        if not self.connected:
            self.queue.forget(bookings)
            return
        for each in bookings:
            self.queue.put(each, now)

    def connect(self, now: datetime, *, reset: bool) -> None:
        """Begin the connection: what was booked before is in no message; ``reset`` forgets what was loaded before."""
        self.notice(now)
        self.connected, self.connected_at = True, now
        if reset:
            self.inventory.reset(now)

    def disconnect(self, now: datetime) -> None:
        """End the connection: whatever still waits is told to nobody."""
        self.notice(now)
        self.connected = False
        self.queue.forget([each.booking for each in self.queue.waiting.values()])

    def stray(self, now: datetime) -> str:
        """Let a cancellation arrive of a reservation that connected software never heard of; return its number."""
        self.notice(now)
        number = str(_FIRST_STRAY + self._strays)
        self._strays += 1
        booking = Booking(number, now, now, (), cancelled=True)
        self.queue.forget([booking])
        self.queue.put(booking, now)
        return number

    def coming(self, now: datetime) -> list[Booking]:
        """Return what the summary lists: reservations of which a room's departure is still to come."""
        today = now.astimezone(ZONE).date()
        return [
            each
            for each in self.register.bookings.values()
            if any(room.reservation.stay.departure > today for room in each.rooms)
            and (self.hotel.quirks.summary_lists_cancelled or not each.cancelled)
        ]
