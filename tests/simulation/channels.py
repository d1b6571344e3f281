"""The channels of the simulation: each platform's simulator beside the dialect and the traits it is read with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, final

import channelsync_airbnb.sandbox
import channelsync_booking.sandbox
import channelsync_greengo.sandbox
from attrs import frozen

import channelsync.testing.plain
from channelsync.claims import Kind
from channelsync.ical.dialect import Dialect
from channelsync.ical.reading import RawEvent
from channelsync.ical.times import DateRule
from channelsync.ids import ChannelName
from channelsync.testing.sandbox import Platform
from channelsync.traits import Horizon, Traits

__all__ = ["CHANNELS", "Channel"]


@final
@frozen
class Channel:
    """One channel: its name, its simulator, and how it is read."""

    name: ChannelName
    platform: Callable[..., Platform]
    dialect: Dialect
    traits: Traits


def _airbnb_kind(event: RawEvent) -> Kind:
    if event.uid.startswith("1418fb94e984-"):
        return Kind.RESERVATION
    return Kind.BLOCK if event.uid.startswith("7f662ec65913-") else Kind.CLOSURE


CHANNELS: Final = {
    "airbnb": Channel(
        ChannelName("airbnb"),
        channelsync_airbnb.sandbox.platform,
        Dialect("airbnb", kind=_airbnb_kind),
        Traits(
            identified=frozenset({Kind.RESERVATION}),
            echo_kinds=frozenset({Kind.BLOCK}),
            horizon=Horizon(12, frozenset({Kind.BLOCK})),
            notice=True,
            imports_every=timedelta(hours=2),
        ),
    ),
    "booking": Channel(
        ChannelName("booking"),
        channelsync_booking.sandbox.platform,
        Dialect("booking"),
        Traits(
            merges=True, clips=True, horizon=Horizon(18, frozenset({Kind.CLOSURE})), imports_every=timedelta(hours=1)
        ),
    ),
    "greengo": Channel(
        ChannelName("greengo"),
        channelsync_greengo.sandbox.platform,
        Dialect("greengo", dates=DateRule.UTC),
        Traits(empty_is_normal=True, imports_every=timedelta(hours=1)),
    ),
    "ical": Channel(ChannelName("ical"), channelsync.testing.plain.platform, Dialect("ical"), Traits()),
}
