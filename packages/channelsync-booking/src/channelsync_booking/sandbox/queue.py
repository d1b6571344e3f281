"""The reservation messages that wait to be fetched: one current message for each reservation, and its clock.

Booking.com calls nobody; connected software fetches (documented). By OTA a message is given out again and again until
it is acknowledged; by B.XML to fetch it is to have it. Both take from the same queue, so whoever mixes them misses
messages (documented). A message that waits too long is sent to the property by mail, and no longer given out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, final

from attrs import define, field

from channelsync_booking.sandbox.hotel import ZONE
from channelsync_booking.sandbox.register import Booking
from channelsync_booking.sandbox.wire import WrongRequestError

__all__ = ["Kind", "Message", "Queue"]

_DEADLINE: Final = timedelta(minutes=30)
_LONG_DEADLINE: Final = timedelta(hours=24)
_SOON: Final = timedelta(hours=48)


class Kind(Enum):
    """Which of the two OTA addresses a message is given out by."""

    NEW = "new"
    MODIFY = "modify"


@final
@define
class Message:
    """What Booking.com has to say of a reservation now; what it had to say before is gone."""

    booking: Booking
    kind: Kind
    since: datetime
    given: bool = False
    """Whether this very content was given out: only then can it be acknowledged."""

    @property
    def status(self) -> str:
        """The status that B.XML writes."""
        if self.booking.cancelled:
            return "cancelled"
        return "new" if self.kind is Kind.NEW else "modified"


@final
@define
class Queue:
    """The messages of one property."""

    recovery: bool
    waiting: dict[str, Message] = field(init=False, factory=dict[str, Message])
    known: set[str] = field(init=False, factory=set[str])
    """The reservations whose first message is dealt with: what follows is a modification."""
    charged: set[str] = field(init=False, factory=set[str])
    """The reservations whose card was given out: it is once, then it is deleted (documented)."""
    fallbacks: list[str] = field(init=False, factory=list[str])
    """The reservations that went to the property by mail because nobody fetched or acknowledged them in time."""

    def put(self, booking: Booking, now: datetime) -> None:
        """Let a reservation's current message be this; an unacknowledged new one stays new, with the new content."""
        self.waiting.pop(booking.number, None)
        kind = Kind.MODIFY if booking.number in self.known else Kind.NEW
        self.waiting[booking.number] = Message(booking, kind, now)

    def forget(self, bookings: Iterable[Booking]) -> None:
        """Take reservations as dealt with: those that were made while nothing was connected."""
        for each in bookings:
            self._done(each.number)

    def settle(self, now: datetime) -> None:
        """Send by mail what has waited too long."""
        for number, message in list(self.waiting.items()):
            if now >= message.since + self._patience(message, now):
                self.fallbacks.append(number)
                self._done(number)

    def give(self, kind: Kind, most: int) -> list[Message]:
        """Give out the first messages of a kind; they stay until they are acknowledged."""
        found = [each for each in self.waiting.values() if each.kind is kind][:most]
        for each in found:
            each.given = True
        return found

    def take(self) -> list[Message]:
        """Give out all messages, of both kinds, for good."""
        found = list(self.waiting.values())
        for each in found:
            self._done(each.booking.number)
        return found

    def with_card(self, message: Message) -> bool:
        """Whether card data goes with a message that is being given out: the first time only."""
        first = message.booking.number not in self.charged and not message.booking.cancelled
        self.charged.add(message.booking.number)
        return first

    def acknowledge(self, kind: Kind, numbers: Iterable[str], refused: Iterable[str]) -> None:
        """Take messages away that were dealt with; those refused stay.

        Raises:
            WrongRequestError: 404 no such reservation; 400 its message is another by now, of the other kind, or gone.
                Nothing of the request is taken then.
        """
        wanted = list(numbers)
        for number in (*wanted, *refused):
            self._check(kind, number)
        for number in wanted:
            self._done(number)

    def _check(self, kind: Kind, number: str) -> None:
        """Refuse to acknowledge what was not given out."""
        message = self.waiting.get(number)
        if message is None and number not in self.known:
            raise WrongRequestError(404, "Hotel reservation was not found")
        if message is None or message.kind is not kind or not message.given:
            raise WrongRequestError(400, "Hotel reservation has transaction message of the wrong type")

    def _done(self, number: str) -> None:
        """Deal with a reservation's message."""
        self.waiting.pop(number, None)
        self.known.add(number)

    def _patience(self, message: Message, now: datetime) -> timedelta:
        """Return how long a message waits: longer with the recovery feature, but not shortly before arrival."""
        arrival = min((room.reservation.stay.arrival for room in message.booking.rooms), default=None)
        if not self.recovery or arrival is None:
            return _DEADLINE
        midnight = datetime(arrival.year, arrival.month, arrival.day, tzinfo=ZONE)
        return _DEADLINE if midnight - now < _SOON else _LONG_DEADLINE
