"""What the platforms have really taken from our calendars, held against what we publish.

The judge's other laws are about what is meant: the nights of the revision in force. A platform knows only bytes, and
only those that were given out. A calendar that comes out empty, lacks a night, or is never given opens what we publish
as closed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from channelsync.nights import NO_NIGHTS, Nights
from channelsync.state import UnitState
from channelsync.testing.links import Link
from channelsync.testing.world.judge import Breach, Judge, Law
from channelsync.testing.world.side import Side

__all__ = ["OURS", "hold_in_the_end", "hold_reading", "newest"]

OURS: Final = "channelsync"
"""The name under which a platform's owner has linked our calendar."""
_TO_READ: Final = timedelta(days=2)
"""Within this time every platform that is well has read us, and what it read has taken force."""


def newest(link: Link) -> Nights:
    """Return the nights that a linked calendar closes as it was last read, in force already or not."""
    return Nights.of(*(link.coming[-1][1] if link.coming else link.stays))


def hold_reading(judge: Judge, side: Side, before: Nights, state: UnitState, now: datetime) -> None:
    """No reading of ours takes a night away that we publish as closed, and that is sold elsewhere and shown.

    An old copy between us and the platform is not our doing.
    """
    link = side.platform.links.by_name[OURS]
    lost = (before - newest(link)) & state.of(side.id).published if side.stale is None else NO_NIGHTS
    if not lost:
        return
    for one in judge.sides:
        one.count_sold()
    sold = Nights.union(one.sold_seen for one in judge.sides if one is not side) - side.platform.sold(now)
    if lost & sold:
        what = "published as closed, sold elsewhere and shown, but taken away by the calendar given out:"
        judge.broke(Breach(Law.WRONG, now, side.id, lost & sold, what))


def hold_in_the_end(judge: Judge, now: datetime, today: date) -> None:
    """When all has been quiet for long enough, each platform has imported from us what we publish, no more nor less.

    What the date moves has its time to be read.
    """
    for side in judge.sides:
        if side.line is not None:
            continue
        side.platform.sold(now)  # what was read and is due takes force
        imported = side.platform.fixed.get(f"imported from {OURS}", NO_NIGHTS).since(today)
        steady, lately = _published(side, now - _TO_READ)
        if lost := steady.since(today) - imported:
            judge.broke(Breach(Law.LOST, now, side.id, lost, "published as closed, but the platform has not imported:"))
        if left := imported - lately:
            judge.broke(Breach(Law.GHOST, now, side.id, left, "imported by the platform, and published no more:"))


def _published(side: Side, since: datetime) -> tuple[Nights, Nights]:
    """Return the nights closed in each of the calendars in force since then, and in any of them."""
    *older, last = side.published
    steady = lately = last[1]
    began = last[0]
    for at, nights in reversed(older):
        if began <= since:
            break
        steady, lately, began = steady & nights, lately | nights, at
    return steady, lately
