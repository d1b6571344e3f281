"""GreenGo's routes: its calendar feed, and the habits of that feed.

GreenGo has no interface for hosts beyond the calendar, as far as public sources tell, so this is all there is. Hardly
a habit has been measured: where nothing is known the careful default stands.
"""

from __future__ import annotations

from typing import Final

from channelsync.adapter import FeedRoute
from channelsync.claims import Kind
from channelsync.traits import EchoHabit, Traits
from channelsync_greengo.wire import DIALECT

__all__ = ["FEED", "TRAITS"]

TRAITS: Final = Traits(
    echo=EchoHabit.UNKNOWN,  # inferred: probably none (one empty export beside three imports); it is learned
    echo_kinds=frozenset({Kind.CLOSURE}),  # there is no other kind
    empty_is_normal=True,  # measured: an empty feed before a block was set, and few bookings are made there
    hosts=("calendars.greengo.voyage",),  # seen in code
)
"""The habits of GreenGo's feed. How often it reads ours is unknown: the default stands until it is learned."""

FEED: Final = FeedRoute(DIALECT, TRAITS)
"""The iCal route."""
