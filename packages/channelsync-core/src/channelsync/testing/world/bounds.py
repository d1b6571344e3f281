"""For how long a platform's wrong but valid answer may last before it is believed: no longer than was promised.

An answer that lacks three claims or more is believed after 24 hours of agreeing looks, one that lacks a single claim
after half an hour (`channelsync.release`). How many it lacks depends on what has been sold when it begins, and changes
while it lasts; so a script only says how long it lasts at most, and here it ends once it has lasted for as long as what
it lacks allows. Left out of the promise is, by that same table, one claim that a wrong answer lacks for longer.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from attrs import evolve

from channelsync.nights import Nights
from channelsync.testing.calendars import read_stays
from channelsync.testing.faults import Fault
from channelsync.testing.world.script import Act, Deed
from channelsync.testing.world.side import Side

if TYPE_CHECKING:
    from channelsync.testing.world.world import World

__all__ = ["bound", "lacking"]

_FEW: Final = {"empty": timedelta(hours=3), "partial": timedelta(minutes=30)}
"""How long an answer may last that lacks fewer claims than `_MANY`."""
_MANY: Final = 3
_AGAIN: Final = timedelta(minutes=5)


def bound(world: World, side: Side, act: Act) -> None:
    """See to it that a fault which begins now ends in time."""
    few = _FEW.get(act.fault)
    if few is not None and timedelta(seconds=act.span) > few:
        world.plan(world.now + few, _end_in_time, world, side, act, world.now + timedelta(seconds=act.span))


def _end_in_time(world: World, side: Side, act: Act, end: datetime) -> None:
    """End a fault that lacks too little to last longer, or ask again in a while."""
    if world.now >= end or Fault(act.fault) not in side.platform.faults:
        return
    claimed = world.house.state.of(side.id).claimed.since(world.today + timedelta(days=2))
    if side.line is None and lacking(side, claimed, world.now) >= _MANY:
        world.plan(world.now + _AGAIN, _end_in_time, world, side, act, end)
    else:
        world.acts.do(evolve(act, deed=Deed.HEAL))


def lacking(side: Side, claimed: Nights, now: datetime) -> int:
    """Return how many claims, at least, the answer that a look would get now lacks: those that touch count as one."""
    try:
        shown = Nights.of(*read_stays(side.platform.answer(now).body))
    except ValueError:  # no calendar at all: it opens nothing
        return _MANY
    return len((claimed - shown).runs())
