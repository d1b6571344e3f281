"""Our installation's dealings with the platforms' APIs: looks, writes, queues, questions, notifications.

What is decided is decided by the product's own functions (`channelsync.engine.api`); here is only the order of effects,
which is the manager's: that a write is being sent is stored before its first request leaves, that it was accepted
after; a hold before the yes; a reservation before its message is acknowledged. Before each of them the process may be
killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Final, Protocol, cast, final

import httpx

from channelsync import orders
from channelsync.adapter import (
    Access,
    AcknowledgesReservations,
    ApiSource,
    AsksQuestions,
    Delivery,
    FeedSource,
    PushesAvailability,
    Question,
    ReadsAvailability,
    ReceivesWebhooks,
)
from channelsync.cadence import HealthEvent
from channelsync.engine.api import Write, about, is_free, is_settled, stood_in, writes
from channelsync.engine.step import Answer, answered, by_code, refused
from channelsync.errors import ChannelSyncError
from channelsync.ids import ChannelName, ClaimId, ListingId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import window
from channelsync.reconcile import Change, fetched, spared
from channelsync.state import UnitState
from channelsync.testing.world.line import Line
from channelsync.testing.world.side import Side

if TYPE_CHECKING:
    from channelsync.testing.world.house import House

__all__ = ["Calls", "Heard"]

_MOMENT: Final = timedelta(milliseconds=200)
"""So long after a step its writes have been accepted."""
_SOON: Final = timedelta(seconds=1)
_MOST: Final = 500


class Heard(Protocol):
    """Told of what leaves us for a platform, before it does: `channelsync.testing.world.judge.Judge`."""

    def wrote(self, side: Side, closing: Nights, opening: Nights, now: datetime) -> None:
        """Hear of a write."""
        ...

    def gave(self, side: Side, nights: Nights, now: datetime) -> None:
        """Hear of a calendar that is given out."""
        ...

    def acknowledged(self, side: Side, deliveries: tuple[Delivery, ...], state: UnitState, now: datetime) -> None:
        """Hear of an acknowledgement."""
        ...

    def answered(self, side: Side, stay: Stay, state: UnitState, now: datetime, *, free: bool) -> None:
        """Hear of an answer to a question."""
        ...


@final
class Calls:
    """All lines of one installation."""

    def __init__(self, house: House, effect: Callable[[], None]) -> None:
        self.house = house
        self.heard: Heard | None = None
        self.hurried: list[Side] = []
        """The listings that are due sooner than the world knows."""
        self.done = 0
        """How many writes were answered."""
        self._effect = effect
        self._lines = {side.id: (side, side.line) for side in house.sides if side.line is not None}
        self._holds = count(1)

    # -- when to look --------------------------------------------------------------------------------------------------

    def hurry(self, side: Side, when: datetime) -> None:
        """Look at a listing then, if it was not due before."""
        side.marked = when if side.marked is None else min(side.marked, when)
        side.due = when if side.due is None else min(side.due, when)
        self.hurried.append(side)

    def make_due(self, changes: Iterable[Change], at: datetime) -> None:
        """Look soon at the listings that take our writes and have a new revision."""
        for change in changes:
            if change.listing in self._lines:
                self.hurry(self._lines[change.listing][0], at - self.house.skew + _SOON)

    # -- looking -------------------------------------------------------------------------------------------------------

    def answer(self, side: Side, line: Line, at: datetime, now: datetime) -> Answer:
        """Ask the API, and where it gives no look, the calendar if there is one."""
        unit = self.house.state.unit
        line.day = unit.today(at)
        nights = window(line.traits, line.day)

        def source(access: Access) -> ApiSource:
            return ApiSource(access, line.listing, unit.timezone, nights)

        try:
            seen = line.look(source, at, now).observation
        except ChannelSyncError as error:
            return self._instead(side, line, refused(side.id, error, at), at, now)
        if seen.usable:
            return Answer(side.id, by_code(seen), HealthEvent.LOOK_OK)
        return self._instead(side, line, Answer(side.id, seen, HealthEvent.LOOK_FAILED), at, now)

    def _instead(self, side: Side, line: Line, failed: Answer, at: datetime, now: datetime) -> Answer:
        if not line.calendar:
            return failed
        last = side.watch.look
        source = FeedSource(side.url, self.house.state.unit.timezone, previous=last.reading if last else None)
        flow = side.route.look(source, at)
        try:
            request = next(flow)
            while True:
                request = flow.send(side.platform.handle(request, now))
        except StopIteration as done:
            return stood_in(failed, answered(side.id, done.value), side.route.traits)
        except ChannelSyncError:
            return failed

    # -- writing -------------------------------------------------------------------------------------------------------

    def owes(self, side: Side, at: datetime) -> bool:
        """Whether something is to be written to a listing."""
        return side.line is not None and any(one.listing == side.id for one in self._due(at, {side.id: at})[1])

    def _due(self, at: datetime, looked: Mapping[ListingId, datetime]) -> tuple[UnitState, tuple[Write, ...]]:
        return writes(self.house.state, at, looked)

    def write(self, now: datetime, looked: Mapping[ListingId, datetime]) -> None:
        """Write what is owed to the listings, as the end of a step; ``looked`` are those looked at in it, and when."""
        if not self._lines:
            return
        house = self.house
        house.flush()
        at = now + house.skew
        marked, todo = self._due(at, looked)
        if not todo:
            return
        self._effect()
        house.state = marked
        self._effect()
        came = [(write, *self._sent(write, at, now)) for write in todo]
        self._effect()
        for write, good, spare in came:
            side, _ = self._lines[write.listing]
            if spare:
                house.state = spared(house.state, write.listing, spare, write.revision)
            if good:
                house.state = fetched(house.state, write.listing, at + _MOMENT, write.revision, written=True)
            wait = write.look_after(accepted=good)
            if wait is not None:
                self.hurry(side, now + wait)

    def _sent(self, write: Write, at: datetime, now: datetime) -> tuple[bool, Nights]:
        """Write to one listing; return whether all that is closed was accepted, and what stood closed there already."""
        side, line = self._lines[write.listing]
        api = cast("PushesAvailability", line.api)
        shut = self._shut(write, line, at, now) if write.unseen else NO_NIGHTS
        left, spare = write.without(shut), write.unseen & shut
        if not (left.closing or left.opening):
            return True, spare
        if self.heard is not None:
            self.heard.wrote(side, left.closes, left.opening, now)
        try:
            came = line.call(
                lambda access: api.push(access, line.listing, left.closing, left.opening), at, now, self._effect
            )
        except ChannelSyncError:
            return False, spare
        finally:
            line.touched += 1
        self.done += 1
        return left.accepted(came), spare

    def _shut(self, write: Write, line: Line, at: datetime, now: datetime) -> Nights:
        """Ask which of the nights to be closed are closed already; none where the platform does not tell."""
        nights, api = write.closes, cast("ReadsAvailability", line.api)
        if nights.first is None:
            return NO_NIGHTS
        window = Stay(nights.first, nights.runs()[-1].departure)
        try:
            return line.call(lambda access: api.closed(access, line.listing, window), at, now)
        except ChannelSyncError:
            return NO_NIGHTS

    def gave(self, side: Side, nights: Nights, now: datetime) -> None:
        """Let it be heard that a calendar is given out."""
        if self.heard is not None:
            self.heard.gave(side, nights, now)

    # -- queues --------------------------------------------------------------------------------------------------------

    def take(self, side: Side, line: Line, now: datetime) -> int:
        """Ask a queue, look where something new is said, acknowledge what is known; return how much goes on waiting.

        Raises:
            ChannelSyncError: the queue cannot be used just now.
        """
        house, api = self.house, cast("AcknowledgesReservations", line.api)
        at = now + house.skew
        deliveries = line.call(api.waiting, at, now)[:_MOST]
        house.flush()
        theirs = {line.listing: (house.state.of(side.id), house.state.unit.today(at))}
        known = tuple(one for one in deliveries if is_settled(one, theirs))
        if any(about(one, theirs) for one in deliveries if one not in known):
            self._hint(side, now)
        if known:
            if self.heard is not None:
                self.heard.acknowledged(side, known, house.state, now)
            line.touched += 1
            line.call(lambda access: api.acknowledge(access, known), at, now, self._effect)
        return len(deliveries) - len(known)

    # -- being called --------------------------------------------------------------------------------------------------

    def answered(self, side: Side, line: Line, request: httpx.Request, now: datetime) -> httpx.Response | None:
        """Answer a platform's question; None while our machine is off."""
        api = cast("AsksQuestions", line.api)
        if not self.house.up:
            return None
        rest = request.url.path.partition(_OURS)[2].strip("/")
        question = api.question(request.method, rest, dict(request.url.params), request.content)
        if question is None:
            return None
        free = question.probe or (question.listing == line.listing and self._may_sell(side, question, now))
        reply = api.reply(question, free=free)
        return httpx.Response(reply.status, content=reply.body)

    def _may_sell(self, side: Side, question: Question, now: datetime) -> bool:
        house = self.house
        house.flush()
        at, stay = now + house.skew, question.stay
        free = is_free(house.state, side.id, question, at, house.policy)
        if free and stay is not None:
            if question.code:
                name, key = ClaimId(f"hold-{next(self._holds)}"), ChannelName(side.key)
                code, until = question.code, at + house.policy.held_for
                self.hurry(side, now + house.policy.held_for)
                house.order(
                    lambda state: orders.hold(state, name, stay, at, channel=key, code=code, expires=until), now
                )
            if self.heard is not None:
                self.heard.answered(side, stay, house.state, now, free=free)
        return free

    def called(self, side: Side, line: Line, request: httpx.Request, now: datetime) -> None:
        """Take a notification: a reason to look, and no more."""
        api = cast("ReceivesWebhooks", line.api)
        if self.house.up and any(
            one.listing in {"", line.listing} for one in api.hints(request.headers, request.content)
        ):
            self._hint(side, now)

    def _hint(self, side: Side, now: datetime) -> None:
        self.house.hint(side, now)
        self.hurried.append(side)


_OURS: Final = "/x"
"""Where the address ends under which a platform calls us."""
