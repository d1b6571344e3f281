"""How often each listing is read, and how often its platform reads us, as an owner is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import final

from attrs import frozen

from channelsync.ids import ListingId
from channelsync.inventory import Unit
from channelsync.manager import LinkStatus
from channelsync.state import UnitState
from channelsync_web.speech import Say

__all__ = ["Line", "Lodging", "lodgings"]


@final
@frozen
class Line:
    """One listing: when we read it last and will next, when its platform read us, and how often it comes.

    ``often`` is in words, empty where it is not known yet.
    """

    channel: str
    name: str
    last_look: datetime | None
    next_look: datetime | None
    last_fetch: datetime | None
    often: str


@final
@frozen
class Lodging:
    """One lodging with its listings; ``turnover`` is how many nights stay free on either side of a guest."""

    id: str
    name: str
    timezone: str
    turnover: int
    lines: tuple[Line, ...]


def lodgings(
    units: Iterable[Unit],
    states: Iterable[UnitState],
    status: Iterable[LinkStatus],
    rhythms: Mapping[ListingId, timedelta],
    say: Say,
) -> tuple[Lodging, ...]:
    """Put together what is told of each lodging."""
    often = {(state.unit.id, one.listing.key): rhythms.get(one.id) for state in states for one in state.active}
    lines = [(one.unit.id, _line(one, often.get((one.unit.id, one.listing)), say)) for one in status]
    return tuple(
        Lodging(one.id, one.name, one.timezone, one.turnover, tuple(line for unit, line in lines if unit == one.id))
        for one in units
    )


def _line(one: LinkStatus, often: timedelta | None, say: Say) -> Line:
    channel = one.listing.partition(":")[0]
    every = "" if often is None else _span(often, say)
    return Line(channel, say.platform(one.listing), one.last_look, one.next_look, one.last_fetch, every)


def _span(often: timedelta, say: Say) -> str:
    """Return a time in the unit that says enough."""
    minutes = max(1, round(often / timedelta(minutes=1)))
    if minutes < 90:  # noqa: PLR2004 - below, hours would hide too much
        return str(say.count(minutes, "{count} minute", "{count} minutes"))
    return str(say.count(round(minutes / 60), "{count} hour", "{count} hours"))
