"""How a simulated machine account is made."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

import attrs

from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Habits, hex_of
from channelsync_booking.sandbox.account import Account
from channelsync_booking.sandbox.feed import BOOKING, HABITS
from channelsync_booking.sandbox.hotel import Hotel, Rates
from channelsync_booking.sandbox.property import Property
from channelsync_booking.sandbox.quirks import Quirks
from channelsync_booking.sandbox.register import Numbers
from channelsync_booking.sandbox.tokens import Tokens

__all__ = ["partner"]

_FIRST_RATE: Final = 49_111_777


def partner(
    *,
    rng: Random,
    rooms: Sequence[str] = ("801185501", "801185502"),
    unlisted: Sequence[str] = (),
    hotel_id: str = "8011855",
    habits: Habits = HABITS,
    quirks: Quirks | None = None,
    reopens: bool = True,
) -> Account:
    """Return a simulated machine account over one property, connected, its rooms open.

    ``unlisted`` rooms can be booked too, but no list or read-back has them: a room that nobody mapped. ``reopens`` is
    what `Quirks.reopens` says, for whoever names no other quirks.
    """
    numbers = Numbers()
    form = attrs.evolve(BOOKING, code=numbers.draw)
    every = (*rooms, *unlisted)
    platforms = {each: Platform(form, each, Random(rng.getrandbits(64)), habits) for each in every}
    first = [_FIRST_RATE + 10 * position for position in range(len(every))]
    rates = {each: Rates(str(rate), str(rate + 1), str(rate + 2)) for each, rate in zip(every, first, strict=True)}
    tokens = Tokens(f"client-{rng.getrandbits(32):08x}", hex_of("client secret", rng.getrandbits(128)))
    hotel = Hotel(hotel_id, "Gîte les Tilleuls", rates, quirks or Quirks(reopens=reopens))
    return Account(Property(hotel, platforms, tuple(rooms)), tokens, numbers)
