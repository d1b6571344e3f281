"""The channels of the simulation: each platform's simulator beside the route, dialect and habits, that reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, final

from attrs import frozen

import channelsync.testing.plain
import channelsync_airbnb.adapter
import channelsync_airbnb.sandbox
import channelsync_booking.adapter
import channelsync_booking.sandbox
import channelsync_greengo.adapter
import channelsync_greengo.sandbox
from channelsync.adapter.feed import FeedRoute
from channelsync.ical.dialect import Dialect
from channelsync.ids import ChannelName
from channelsync.testing.sandbox import Platform

__all__ = ["CHANNELS", "Channel"]


@final
@frozen
class Channel:
    """One channel: its name, its simulator, and how it is read."""

    name: ChannelName
    platform: Callable[..., Platform]
    feed: FeedRoute


CHANNELS: Final = {
    "airbnb": Channel(ChannelName("airbnb"), channelsync_airbnb.sandbox.platform, channelsync_airbnb.adapter.FEED),
    "booking": Channel(ChannelName("booking"), channelsync_booking.sandbox.platform, channelsync_booking.adapter.FEED),
    "greengo": Channel(ChannelName("greengo"), channelsync_greengo.sandbox.platform, channelsync_greengo.adapter.FEED),
    "ical": Channel(ChannelName("ical"), channelsync.testing.plain.platform, FeedRoute(Dialect("other"))),
}
"""By name; a listing's name may carry a label after a colon."""
