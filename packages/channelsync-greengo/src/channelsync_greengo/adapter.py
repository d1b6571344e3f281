"""GreenGo's routes: its calendar feed, and the habits of that feed.

GreenGo has no API for hosts, as far as public sources tell, so this is all there is: how fast a closing arrives is
GreenGo's own rhythm of reading, and until then the nights are shown as open to be sold there. Hardly a habit has been
measured: where nothing is known the careful default stands.

The one option of a listing, ``lodging``, changes nothing in how it is read: it names the lodging on GreenGo, so that a
warning can open its calendar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from channelsync.adapter import FeedRoute
from channelsync.claims import Kind
from channelsync.errors import UsageError
from channelsync.traits import EchoHabit, Traits
from channelsync_greengo.wire import DIALECT

__all__ = ["FEED", "TRAITS", "configure"]

_LODGING: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")

TRAITS: Final = Traits(
    echo=EchoHabit.UNKNOWN,  # inferred: probably none (one empty export beside three imports); it is learned
    echo_kinds=frozenset({Kind.CLOSURE}),  # there is no other kind
    empty_is_normal=True,  # measured: an empty feed before a block was set, and few bookings are made there
    hosts=("calendars.greengo.voyage",),  # seen in code
)
"""The habits of GreenGo's feed. How often it reads ours is unknown: the default stands until it is learned."""

FEED: Final = FeedRoute(DIALECT, TRAITS)
"""The iCal route."""


def configure(options: Mapping[str, str]) -> FeedRoute:
    """Return the route of one lodging, which is the same for all.

    Raises:
        UsageError: an option is unknown, or the lodging's id is none.
    """
    for name, value in options.items():
        if name != "lodging":
            msg = f"unknown option {name[:40]!r}"
            raise UsageError(msg, advice="The only option is lodging, the lodging's id on GreenGo.")
        if not _LODGING.fullmatch(value):
            msg = "lodging is not the id of a lodging on GreenGo"  # not repeated: it may be the private link
            raise UsageError(
                msg, advice="Copy the id alone: what follows host-calendar/ in the address of its calendar."
            )
    return FEED
