"""Booking.com's calendar route: its feed, and the habits of that feed.

Each habit names its source. *Measured* is what 26,441 recorded fetches of five rooms show; *reported* is what hosts,
vendors and the press say. The other route is `channelsync_booking.api`; a property has one or the other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from channelsync.adapter import FeedRoute
from channelsync.claims import Kind
from channelsync.traits import EchoHabit, Horizon, Traits
from channelsync_booking.wire import DIALECT, PRODID

__all__ = ["FEED", "TRAITS"]

TRAITS: Final = Traits(
    identified=frozenset[Kind](),  # measured: the UID is a function of the room and the first day
    merges=True,  # measured: since July 2026, no two events touch
    clips=True,  # measured: a running stay begins today, local midnight, with a new UID each day
    horizon=Horizon(18, frozenset({Kind.CLOSURE})),  # measured: 4,811 of 5,289 exactly today + 18 months
    echo=EchoHabit.UNKNOWN,  # undocumented; inferred: where the owner exports closed dates too, expect it
    echo_kinds=frozenset({Kind.CLOSURE}),  # there is no other kind
    imports_every=timedelta(hours=2),  # reported: official help, as the press quotes it; hosts say 15 minutes to 12 h
    hosts=("ical.booking.com", "admin.booking.com"),  # seen in code
    prodids=(PRODID,),
)
"""The habits of Booking.com's feed."""

FEED: Final = FeedRoute(DIALECT, TRAITS)
"""The iCal route."""
