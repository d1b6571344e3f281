"""What the rehearsal shows of a lodging: each platform's own truth, night by night, as its guests meet it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, final

from attrs import frozen

from channelsync.inventory import Unit
from channelsync.nights import Stay
from channelsync.testing.sample import Sample
from channelsync_web.speech import Say

__all__ = ["Guest", "Night", "Side", "days", "sides"]

_NIGHTS: Final = 28
_MOST: Final = 6


@final
@frozen
class Night:
    """One night on one platform; ``state`` is ``open``, ``sold`` or ``shut``."""

    state: str
    text: str


@final
@frozen
class Guest:
    """A reservation that can be cancelled."""

    id: str
    stay: str


@final
@frozen
class Side:
    """One platform: whether it answers, when it read us, its nights from today on, and its next guests."""

    channel: str
    name: str
    down: bool
    read: str
    nights: tuple[Night, ...]
    guests: tuple[Guest, ...]


_TEXTS: Final = {"open": "bookable", "sold": "sold here", "shut": "closed"}


def days(town: Sample) -> tuple[date, ...]:
    """Return the nights that are shown."""
    return tuple(town.day(ahead) for ahead in range(_NIGHTS))


def sides(town: Sample, unit: Unit, say: Say) -> tuple[Side, ...]:
    """Return a lodging's platforms."""
    with town.served.held():
        return tuple(_side(town, unit, channel, say) for channel in town.platforms[unit.id])


def _side(town: Sample, unit: Unit, channel: str, say: Say) -> Side:
    platform, now = town.platforms[unit.id][channel], town.now()
    sold, read = platform.sold(now), [link.read_at for link in platform.links.by_name.values()]
    nights = [
        "sold" if day in sold else "open" if platform.bookable(now, Stay(day, day + timedelta(days=1))) else "shut"
        for day in days(town)
    ]
    coming = [one for one in platform.reservations() if one.stay.departure > town.day(0)]
    return Side(
        channel,
        say.platform(channel),
        platform.failing,
        say.ago(read[0] if read else None),
        tuple(Night(state, str(say(_TEXTS[state]))) for state in nights),
        tuple(Guest(one.id, say.stay(one.stay)) for one in coming[:_MOST]),
    )
