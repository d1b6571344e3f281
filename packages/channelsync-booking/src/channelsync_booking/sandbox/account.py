"""A machine account at Booking.com with one property: who may ask what, under which address.

The API is known by its paths, whatever host it is asked under, so that it can be served on this machine; under the real
hosts' names each answers only what it is there for. Every answer ends in an identifier that support asks for. The same
seed and the same requests give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final, final

import attrs
import httpx
from attrs import define, field

from channelsync.errors import UsageError
from channelsync.nights import Stay
from channelsync.testing.partner import ApiFault
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Habits, Refusal, Reservation, hex_of
from channelsync_booking.sandbox.answers import AVAILABILITY, EXCHANGE, HOSTS, ROUTES, STATUS, Call, Route, status
from channelsync_booking.sandbox.feed import BOOKING, HABITS
from channelsync_booking.sandbox.hotel import Hotel, Rates
from channelsync_booking.sandbox.pace import Pace
from channelsync_booking.sandbox.property import Property
from channelsync_booking.sandbox.quirks import Quirks
from channelsync_booking.sandbox.register import Numbers
from channelsync_booking.sandbox.tokens import Tokens
from channelsync_booking.sandbox.troubles import Troubles
from channelsync_booking.sandbox.wire import WrongRequestError, json_answer, ruid_of, xml_answer

__all__ = ["Account", "partner"]

_FIRST_RATE: Final = 49_111_777
_PATHS: Final = frozenset(path for _, path in ROUTES)


@final
@define(repr=False, eq=False)
class Account:
    """A machine account over one property; a `channelsync.testing.partner.Partner`."""

    property: Property
    _tokens: Tokens
    _numbers: Numbers
    pace: Pace = field(init=False, factory=Pace)
    """How well the reader keeps to the documented rhythm."""
    _troubles: Troubles = field(init=False, factory=Troubles)
    _asked: int = field(init=False, default=0)

    def __repr__(self) -> str:
        """Return the property's id: no credentials, no guests."""
        return f"Account({self.property.hotel.id})"

    # -- what an owner fills in --------------------------------------------------------------------------------------

    @property_
    def fields(self) -> Mapping[str, str]:
        """What an owner fills in to connect this account."""
