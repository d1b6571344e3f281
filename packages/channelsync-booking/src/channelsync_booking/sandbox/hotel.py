"""What is the same in every message about one simulated property."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, final
from zoneinfo import ZoneInfo

from attrs import frozen

from channelsync_booking.sandbox.quirks import Quirks

__all__ = ["CARD", "NIGHTLY", "SURNAME", "ZONE", "Hotel", "Rates"]

CARD: Final = "4111111111111111"
"""The card number in every simulated reservation, so that a test can look for it where it must not be."""
NIGHTLY: Final = 120
"""The price of every night, in euros."""
SURNAME: Final = "Exemple"
"""The surname of every guest."""
ZONE: Final = ZoneInfo("Europe/Amsterdam")
"""Booking.com's own clock: CET (documented for past dates, inferred for the rest)."""


@final
@frozen
class Rates:
    """The rates of one room: the one that may be written, one that follows it, and one that cannot be written."""

    standard: str
    child: str
    readonly: str


@final
@frozen
class Hotel:
    """A property's id and name, the rates of each room, and the switches."""

    id: str
    name: str
    rates: Mapping[str, Rates]
    quirks: Quirks

    def rate(self, listing: str) -> str:
        """Return the rate that guests book a room at."""
        return self.rates[listing].standard
