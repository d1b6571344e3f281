"""What Booking.com says of one reservation, whichever of its formats it says it in, and the words by which it ends one.

A message is whole: it names everything that the reservation takes now, so that a later one replaces an earlier one,
and a room that is in it no longer was cancelled (inferred from a production client; both formats are documented as
whole). It carries no version and no time of change, and no order is documented: which of two is later is known only
from when it was asked for.

Nothing but the code, the nights and the property is read. Guests' names, addresses and cards stand in the same
documents and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from attrs import frozen

from channelsync.errors import WireFormatError
from channelsync.nights import Stay

__all__ = ["CANCELLED", "Message", "counted", "joined"]

CANCELLED: Final = frozenset({"cancelled", "canceled"})
"""The statuses that end a reservation (documented, and its other spelling), in small letters; no other word does.

A word that only begins like these, such as one for a cancellation that was asked for, ends nothing.
"""
_MOST: Final = 10_000
"""Reservations in one answer."""


@final
@frozen
class Message:
    """One reservation: what it takes, listing by listing, or that it is cancelled.

    ``code`` is the reservation's id, ``hotel`` the property's; empty where the message does not say. The same listing
    stands in ``stays`` twice where two of its rooms are taken. ``cancelled`` is said in so many words, and then nothing
    is taken; a message that takes nothing and does not say so leaves it to be inferred. ``odd`` is a status that is
    not known: the reservation stands. ``aged`` says that it was read a while ago: later words may be known by now.
    """

    code: str
    stays: tuple[tuple[str, Stay], ...] = ()
    cancelled: bool = False
    hotel: str = ""
    odd: str = ""
    aged: bool = False

    def on(self, listing: str) -> tuple[Stay, ...]:
        """Return what it takes of one listing, each stay once."""
        return tuple(dict.fromkeys(taken for room, taken in self.stays if room == listing))


def counted(messages: list[Message], elements: int) -> tuple[Message, ...]:
    """Return the messages, once it is sure that none is missing.

    Raises:
        WireFormatError: there are more or fewer than elements, or too many.
    """
    if len(messages) != elements:
        msg = f"{elements} reservations are in the answer, and {len(messages)} were understood"
        raise WireFormatError(msg)
    if elements > _MOST:
        msg = f"more than {_MOST} reservations are in the answer"
        raise WireFormatError(msg, cap="reservations")
    return joined(messages)


def joined(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Return one message for each reservation of one answer.

    Where an answer names a reservation twice nobody knows which is later: it takes the nights of both, and is cancelled
    only where both say so.
    """
    found: dict[str, Message] = {}
    for one in messages:
        before = found.get(one.code)
        if before is None or before.cancelled:
            found[one.code] = one
        elif not one.cancelled:
            stays = tuple(dict.fromkeys((*before.stays, *one.stays)))
            found[one.code] = Message(one.code, stays, hotel=one.hotel or before.hotel, odd=one.odd or before.odd)
    return tuple(found.values())
