"""The platforms' side of their APIs in the world: guests book through them, they ask us, call us, and keep queues.

Nothing here decides for us: it is the Internet and the clock between an account (`channelsync.testing.partner`) and our
side's `channelsync.testing.world.calls`. Tokens are renewed before their end, and queues asked every twenty seconds
while something may wait in them; an empty queue that is not asked tells as much.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, final

import httpx

from channelsync.adapter import AcknowledgesReservations
from channelsync.cadence import backoff
from channelsync.errors import ChannelSyncError
from channelsync.nights import Stay
from channelsync.testing.partner import ApiFault
from channelsync.testing.values import Refusal, Reservation
from channelsync.testing.world.house import KilledError
from channelsync.testing.world.line import Line
from channelsync.testing.world.script import Act
from channelsync.testing.world.side import Side

if TYPE_CHECKING:
    from channelsync.testing.world.world import World

__all__ = ["API_FAULT", "Accounts"]

API_FAULT: Final = "api_"
"""With this the names of the faults of APIs begin."""
_EVERY: Final = timedelta(seconds=20)
"""How often a queue is asked; see `channelsync.service.taking`."""
_PATIENCE: Final = timedelta(minutes=2)
"""After a queue could not be asked it is asked again, so long after at most."""
_SOMETIMES: Final = 3

Asking = Generator[httpx.Request, httpx.Response | None, Reservation | Refusal]


@final
class Accounts:
    """All accounts of one unit."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._rng = Random(f"{world.script.seed}/accounts")
        self._lines = [(side, side.line) for side in world.sides if side.line is not None]

    # -- guests --------------------------------------------------------------------------------------------------------

    def book(self, line: Line, side: Side, stay: Stay, *, force: bool = False) -> Reservation | Refusal:
        """Let a guest book; a forced booking is sold in the moment before it would be asked for."""
        forced = force and side.platform.bookable(self.world.now, stay)
        return self._played(line, side, stay, line.partner.book(line.listing, stay, self.world.now, force=forced))

    def change(self, line: Line, side: Side, reservation: str, stay: Stay) -> Reservation | Refusal:
        """Let a guest change dates."""
        before = {one.id: one for one in side.platform.reservations()}[reservation]
        asking = line.partner.change(line.listing, reservation, stay, self.world.now)
        result = self._played(line, side, stay, asking)
        if isinstance(result, Reservation):
            side.leave(before, before.stay.nights - result.stay.nights)
        return result

    def cancel(self, line: Line, side: Side, reservation: str) -> None:
        """Let a guest cancel."""
        gone = line.partner.cancel(line.listing, reservation, self.world.now)
        side.leave(gone, gone.stay.nights)

    def _played(self, line: Line, side: Side, stay: Stay, asking: Asking) -> Reservation | Refusal:
        """Carry the platform's questions to us, and our answers back."""
        climate, tally = self.world.script.climate, self.world.tally
        try:
            request = next(asking)
            while True:
                unheard = self._rng.random() < climate["api_unheard"]
                if unheard:
                    tally.faults["api_unheard"] += 1
                answer = self._asked(line, side, request)
                if request.method == "POST" and self._rng.random() < climate["api_unpaid"]:
                    tally.faults["api_unpaid"] += 1
                    asking.close()
                    return Refusal(stay, ("the guest gives up",))
                request = asking.send(None if unheard else answer)
        except StopIteration as end:
            outcome: Reservation | Refusal = end.value
            return outcome

    def _asked(self, line: Line, side: Side, request: httpx.Request) -> httpx.Response | None:
        try:
            return self.world.house.calls.answered(side, line, request, self.world.now)
        except KilledError:
            self.world.die()
            return None

    # -- faults --------------------------------------------------------------------------------------------------------

    def fail(self, line: Line, act: Act) -> None:
        """Let an API begin to fail: some faults last, others are over after a few requests."""
        fault = _fault(act)
        line.partner.fail(fault, self.world.now, times=None if act.draw % _SOMETIMES == 0 else act.draw % 7 + 1)
        line.begins(fault)

    def heal(self, line: Line, act: Act) -> None:
        """Let a fault be over."""
        line.partner.heal(_fault(act))
        line.ends(_fault(act))

    def calm_down(self) -> None:
        """Let every fault be over."""
        for _, line in self._lines:
            line.partner.heal()
            line.ends()

    def granted(self) -> None:
        """Let the owner give access anew where a platform has refused it, if it does no more."""
        for side, line in self._lines:
            if line.rejected and ApiFault.REFUSED not in line.faults:
                line.grant()
                self.world.say("the owner connects {} anew", side.key)
                self.world.house.calls.hurry(side, self.world.now)

    # -- what comes by itself ------------------------------------------------------------------------------------------

    def tend(self) -> None:
        """Plan what is to come by itself: renewals, questions to the queues, notifications."""
        house, now = self.world.house, self.world.now
        for side, line in self._lines:
            if line.noticed != line.edits:
                line.noticed = line.edits
                line.waiting = isinstance(line.api, AcknowledgesReservations)
                self._plan_call(side, line)
            if not house.up:
                continue
            if line.renew_at is not None and not line.rejected:
                self._plan(side, line, self._renew, max(now, line.renew_at - house.skew))
            if line.waiting and self._poll.__name__ not in line.planned:
                self._plan(side, line, self._poll, now + _EVERY * self._rng.random())

    def _plan_call(self, side: Side, line: Line) -> None:
        coming = line.partner.next_call(self.world.now)
        if coming is not None:
            when = max(coming, self.world.now) + timedelta(seconds=self._rng.uniform(0.2, 20))
            self._plan(side, line, self._call, when)

    def _plan(self, side: Side, line: Line, what: Callable[[Side, Line], None], when: datetime) -> None:
        planned = line.planned.get(what.__name__)
        if planned is None or (planned > when):
            line.planned[what.__name__] = when
            self.world.plan(when, self._do, side, line, what, when)

    def _do(self, side: Side, line: Line, what: Callable[[Side, Line], None], when: datetime) -> None:
        if line.planned.get(what.__name__) != when:
            self.world.tally.events -= 1  # planned anew meanwhile
            return
        del line.planned[what.__name__]
        try:
            what(side, line)
        except KilledError:
            self.world.die()

    def _renew(self, _: Side, line: Line) -> None:
        house, now = self.world.house, self.world.now
        at = now + house.skew
        if house.up and line.renew_at is not None and line.renew_at <= at and not line.renew(at, now):
            line.renew_at = at + backoff(line.failures, 0.5)

    def _poll(self, side: Side, line: Line) -> None:
        house = self.world.house
        if not house.up:
            return
        wait = _EVERY
        try:
            left = house.calls.take(side, line, self.world.now)
        except ChannelSyncError:
            left, wait = 1, _PATIENCE
        if left:
            self._plan(side, line, self._poll, self.world.now + wait)
        else:
            line.waiting = False
            line.touched += 1
            line.noticed = line.edits

    def _call(self, side: Side, line: Line) -> None:
        for request in line.partner.calls(self.world.now):
            self.world.tally.calls += 1
            self.world.house.calls.called(side, line, request, self.world.now)
        self._plan_call(side, line)


def _fault(act: Act) -> ApiFault:
    return ApiFault(act.fault.removeprefix(API_FAULT).replace("_", " "))
