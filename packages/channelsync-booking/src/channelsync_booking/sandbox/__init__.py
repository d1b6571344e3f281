"""A simulated Booking.com: a room as its calendar shows it, and a property as its API shows it.

`platform` is one room behind its export address, `partner` a whole property behind the API that connected software
speaks. At the real Booking.com a property has the one or the other, never both (documented).

Requests to book, which take nights before there is a reservation (documented), are not simulated: where they are
listed, and whether their nights are read back as closed, is not known.
"""

from __future__ import annotations

from channelsync_booking.sandbox.account import Account
from channelsync_booking.sandbox.create import partner
from channelsync_booking.sandbox.feed import BOOKING, HABITS, platform
from channelsync_booking.sandbox.quirks import Quirks

__all__ = ["BOOKING", "HABITS", "Account", "Quirks", "partner", "platform"]
