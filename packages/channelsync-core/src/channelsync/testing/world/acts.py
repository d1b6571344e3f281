"""What people and machines do in the world: each act of a script, carried out as things stand when its time comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, final

from channelsync.nights import NO_NIGHTS, Stay
from channelsync.takeover import links_removed
from channelsync.testing.faults import Fault
from channelsync.testing.values import Refusal, Reservation
from channelsync.testing.world.accounts import API_FAULT
from channelsync.testing.world.bounds import bound
from channelsync.testing.world.house import KilledError
from channelsync.testing.world.owner import Owner
from channelsync.testing.world.script import Act, Deed
from channelsync.testing.world.side import Side

if TYPE_CHECKING:
    from channelsync.testing.world.world import World

__all__ = ["Acts"]


@final
class Acts:
    """Everybody but our own process: guests, the owner, the platforms' faults, and who switches our machine off."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.owner = Owner(world)
        self._rng = Random(f"{world.script.seed}/hints")
        self._cancelled: list[Stay] = []
        self._sold: list[tuple[datetime, Side, Stay]] = []

    # -- acts ----------------------------------------------------------------------------------------------------------

    def do(self, act: Act) -> None:
        """Let somebody do something, if it can still be done."""
        self._deeds[act.deed](act)

    @cached_property
    def _deeds(self) -> Mapping[Deed, Callable[[Act], None]]:
        """Who does what."""
        owner = self.owner
        return {
            Deed.BOOK: self._book,
            Deed.RACE: self._race,
            Deed.CANCEL: self._cancel,
            Deed.RESELL: self._resell,
            Deed.MOVE: self._move,
            Deed.CLOSE_THERE: self._close_there,
            Deed.OPEN_THERE: self._open_there,
            Deed.BLOCK_HERE: owner.block_here,
            Deed.RESERVE_HERE: owner.reserve_here,
            Deed.ADOPT_HERE: owner.adopt_here,
            Deed.END_HERE: owner.end_here,
            Deed.EVENING: owner.evening,
            Deed.UNLINK_DIRECT: self._unlink_direct,
            Deed.FAULT: self._fault,
            Deed.HEAL: self._heal,
            Deed.STALE_PROXY: self._stale_proxy,
            Deed.KILL: self._kill,
            Deed.DOWN: self._down,
            Deed.RESTORE: self._restore,
            Deed.CLOCK: self._clock,
        }

    def _standing(self) -> list[tuple[Side, Reservation]]:
        """Return the reservations that have not begun, with their platforms."""
        return [
            (side, one)
            for side in self.world.sides
            for one in side.platform.reservations()
            if one.stay.arrival > self.world.today
        ]

    def _sell(self, act: Act, side: Side, stay: Stay) -> None:
        result = self._booked(act, side, stay)
        if isinstance(result, Refusal):
            self.world.tally.refused += 1
            return
        self.world.did(act, "{} sells {}", side.key, stay)
        self.world.tally.reservations += 1
        self._sold.append((self.world.now, side, stay))
        self._hint(side)

    def _booked(self, act: Act, side: Side, stay: Stay) -> Reservation | Refusal:
        if side.line is None:
            return side.platform.book(stay, self.world.now)
        return self.world.accounts.book(side.line, side, stay, force=act.deed is Deed.RACE)

    def _book(self, act: Act) -> None:
        self._sell(act, self.world.sides[act.on], self.world.wanted(act))

    def _race(self, act: Act) -> None:
        """Let a second guest buy what was sold elsewhere a moment ago."""
        side = self.world.sides[act.on]
        recent = [stay for _, other, stay in self._sold[-3:] if other is not side and stay.arrival > self.world.today]
        if recent:
            stay = recent[act.draw % len(recent)]
            shift = timedelta(days=act.draw // 7 % 3 - 1)
            other = Stay(stay.arrival + shift, stay.departure + shift) if act.draw % 2 else stay
            self._sell(act, side, other)

    def _cancel(self, act: Act) -> None:
        standing = self._standing()
        if standing:
            side, gone = standing[act.draw % len(standing)]
            if side.line is None:
                side.platform.cancel(gone.id, self.world.now)
            else:
                self.world.accounts.cancel(side.line, side, gone.id)
            self.world.did(act, "{} cancels {}", side.key, gone.stay)
            self.world.tally.cancellations += 1
            self._cancelled.append(gone.stay)
            self._hint(side)

    def _resell(self, act: Act) -> None:
        if self._cancelled and self._cancelled[-1].arrival > self.world.today:
            self._sell(act, self.world.sides[act.on], self._cancelled[-1])

    def _move(self, act: Act) -> None:
        standing = self._standing()
        if not standing:
            return
        side, one = standing[act.draw % len(standing)]
        arrival = one.stay.arrival + timedelta(days=act.first)
        departure = max(arrival + timedelta(days=1), one.stay.departure + timedelta(days=act.first + act.nights))
        if arrival <= self.world.today:
            return
        stay = Stay(arrival, departure)
        if side.line is None:
            result = side.platform.change(one.id, stay, self.world.now)
        else:
            result = self.world.accounts.change(side.line, side, one.id, stay)
        if not isinstance(result, Refusal):
            side.seen[one.id] = side.seen.get(one.id, NO_NIGHTS) & result.stay.nights
            side.shown += 1
            self.world.did(act, "{} moves {} to {}", side.key, one.stay, result.stay)
            self.world.tally.moves += 1
            self._hint(side)

    def _close_there(self, act: Act) -> None:
        side, stay = self.world.sides[act.on], self.world.wanted(act)
        if (side.line is None or side.line.calendar) and side.platform.bookable(self.world.now, stay):
            side.platform.close(stay, self.world.now)
            self.world.did(act, "the owner closes {} on {}", stay, side.key)

    def _open_there(self, act: Act) -> None:
        closed = [(side, run) for side in self.world.sides for run in side.closed_by_owner(self.world.now).runs()]
        if closed:
            side, run = closed[act.draw % len(closed)]
            side.platform.open(run, self.world.now)
            self.world.did(act, "the owner opens {} on {}", run, side.key)

    def _unlink_direct(self, act: Act) -> None:
        for side in self.world.sides:
            for name in [name for name in side.platform.links.by_name if name.startswith("direct-")]:
                side.platform.unlink(name, self.world.now)
        if self.owner.order(lambda state: links_removed(state, self.world.now + self.world.house.skew)):
            self.world.did(act, "the owner removes the old direct links")
        else:
            self.world.plan(self.world.now + timedelta(hours=6), self.do, act)

    # -- faults --------------------------------------------------------------------------------------------------------

    def _fault(self, act: Act) -> None:
        side = self.world.sides[act.on]
        if act.fault.startswith(API_FAULT):
            if side.line is None:
                return
            self.world.accounts.fail(side.line, act)
        else:
            side.platform.fail(Fault(act.fault), self.world.now, times=None)
            bound(self.world, side, act)
        self.world.tally.faults[act.fault] += 1
        self.world.say("{} begins to fail: {}", side.key, act.fault)

    def _heal(self, act: Act) -> None:
        side = self.world.sides[act.on]
        if act.fault.startswith(API_FAULT):
            if side.line is not None:
                self.world.accounts.heal(side.line, act)
        elif Fault(act.fault) in side.platform.faults:
            side.platform.heal(Fault(act.fault))
            side.watch.lasting = None
            self.world.say("{} is over its {}", side.key, act.fault)

    def _stale_proxy(self, act: Act) -> None:
        side = self.world.sides[act.on]
        side.stale_until = self.world.now + timedelta(seconds=act.span)
        self.world.tally.faults["stale_proxy"] += 1
        self.world.say("{} is given an old copy of our calendar", side.key)

    def _hint(self, side: Side) -> None:
        """Let a platform announce that something has changed, in its own time."""
        climate, rng = self.world.script.climate, self._rng
        if not side.role.hints:
            return
        if rng.random() < climate["lost_hint"]:
            self.world.tally.faults["lost_hint"] += 1
            return
        times = 1
        if rng.random() < climate["repeated_hint"]:
            times = rng.randint(2, 4)
            self.world.tally.faults["repeated_hint"] += 1
        for _ in range(times):
            wait = rng.uniform(1, 20)
            if rng.random() < climate["late_hint"]:
                wait = rng.uniform(60, 7200)
                self.world.tally.faults["late_hint"] += 1
            self.world.plan(self.world.now + timedelta(seconds=wait), self._hinted, side)

    def _hinted(self, side: Side) -> None:
        if not self.world.house.up:
            return
        try:
            self.world.house.hint(side, self.world.now)
        except KilledError:
            self.world.die()
            return
        self.world.plan_look(side, max(side.due or self.world.now, self.world.now))

    # -- our machine ---------------------------------------------------------------------------------------------------

    def _kill(self, act: Act) -> None:
        self.world.house.fuse = act.draw % 12
        self.world.tally.faults["kill"] += 1

    def _down(self, act: Act) -> None:
        if self.world.house.up:
            self.world.say("our machine is switched off for {} s", act.span)
            self.world.tally.faults["down"] += 1
            self.world.house.die()
            self.world.plan(self.world.now + timedelta(seconds=act.span), self.world.rise)

    def _restore(self, act: Act) -> None:
        if not self.world.house.up:
            return
        self.world.did(act, "our database is put back to last night's backup")
        self.world.tally.faults["restore"] += 1
        self.world.house.put_back(self.world.now)
        self.world.judge.entries.put_back()
        for side in self.world.sides:
            side.served = -1
            side.put_back(self.world.house.state.of(side.id), self.world.now)
        self.world.plan_looks()

    def _clock(self, act: Act) -> None:
        self.world.say("our clock steps by {} s", act.span)
        self.world.tally.faults["clock"] += 1
        self.world.house.step_clock(timedelta(seconds=act.span), self.world.now)
        self.world.plan_looks()
