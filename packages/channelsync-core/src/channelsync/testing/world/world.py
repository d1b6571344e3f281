"""One life played: a heap of events, one virtual clock, the platforms on one side and our installation on the other.

No sockets, no threads, no waiting: an event is taken from the heap, the clock is put to its time, and what follows from
it is put into the heap. The same script gives the same history, to the byte.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final, final

from attrs import frozen

from channelsync.adapter import Registry, discover
from channelsync.ids import OwnerId, UnitId
from channelsync.inventory import Unit
from channelsync.nights import NO_NIGHTS, Stay
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.reconcile import Plan
from channelsync.state import Finding, UnitState
from channelsync.testing.faults import Fault
from channelsync.testing.links import Link
from channelsync.testing.world.accounts import Accounts
from channelsync.testing.world.acts import Acts
from channelsync.testing.world.house import House, KilledError
from channelsync.testing.world.imported import hold_in_the_end, hold_reading, newest
from channelsync.testing.world.judge import Breach, Judge, Law
from channelsync.testing.world.script import Act, Script
from channelsync.testing.world.side import Side, sides
from channelsync.testing.world.tally import Tally

__all__ = ["QUIET", "Life", "World", "play"]

QUIET: Final = timedelta(days=6)
"""How long everything is left in peace after the last act, before the laws of convergence are held."""
_OURS: Final = "https://calendars.example.org/"
_RESTART: Final = timedelta(seconds=20)
_INSTANT: Final = timedelta.resolution
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_REVISIONS_PER_ACT: Final = 6
"""A stay of one guest closes and opens on three other listings."""
_WRITES_PER_REVISION: Final = 2


@final
@frozen
class Life:
    """A life that was played: its script, what it counted, which laws broke, and its history line by line."""

    script: Script
    tally: Tally
    breaches: tuple[Breach, ...]
    history: tuple[str, ...]

    @property
    def digest(self) -> str:
        """A fingerprint of the history: the same for the same script, wherever it is played."""
        return hashlib.sha256("\n".join(self.history).encode()).hexdigest()[:16]


def play(
    script: Script,
    *,
    policy: Policy = DEFAULT_POLICY,
    registry: Registry | None = None,
    heard: Callable[[Breach], None] | None = None,
) -> Life:
    """Play a script to its end; ``heard`` is told of every breach of a step as it happens."""
    with _undisturbed():
        world = World(script, policy=policy, registry=registry)
        world.judge.heard = heard
        return world.played()


@contextmanager
def _undisturbed() -> Generator[None]:
    """Let nobody look for cycles of values meanwhile: a life makes few, and thousands of values a second."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@final
class World:
    """The world of one unit; see the head of the module."""

    def __init__(self, script: Script, *, policy: Policy = DEFAULT_POLICY, registry: Registry | None = None) -> None:
        self.script = script
        self.now = script.start
        self.registry = registry or discover()
        cast = script.cast
        self.sides = sides(cast, self.registry, script.seed, script.start)
        self.unit = Unit(UnitId(cast.name), OwnerId(cast.owner), cast.name, cast.timezone, cast.turnover)
        self.tally = Tally(lives=1)
        self.judge = Judge(self.sides, self.tally, policy.grace)
        self.history: list[tuple[datetime, str, tuple[object, ...]]] = []
        takeover = any(role.direct for role in cast.roles)
        rng = Random(f"{script.seed}/proofs")
        self.house = House(
            self.unit, self.sides, script.met, takeover=takeover, policy=policy, rng=rng, told=self._stepped
        )
        self._heap: list[tuple[datetime, int, Callable[..., None], tuple[object, ...]]] = []
        self._turn = count()
        self._waking = _NEVER
        """When a listing asleep may have to be looked at again, while nothing happens."""
        self.accounts = Accounts(self)
        self.house.calls.heard = self.judge
        self.acts = Acts(self)
        self._begin()

    # -- time ----------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Let the platforms read one another, and us come: at once, or once the lodging has been let for a while."""
        if self.script.furnished:
            self.house.up = False
            for side in self.sides:
                self._plan_reads(side)
            self.plan(self.script.met, self._come)
        else:
            self._come()
        for act in self.script.acts:
            self.plan(self.script.start + timedelta(seconds=act.at), self.acts.do, act)
        for day in range(self.script.days):
            self.plan(self.script.start + timedelta(days=day, hours=3), self._back_up)

    def _come(self) -> None:
        """Let us look for the first time, and the platforms read our calendars from now on."""
        if self.script.furnished:
            self.say("we come")
        self.house.up = True
        for side in self.sides:
            if side.line is None:
                side.platform.link(_OURS + side.id, self.now)
            self.plan_look(side, self.now)
            self._plan_reads(side)

    def _plan_reads(self, side: Side) -> None:
        for name in side.platform.links.by_name:
            if name not in side.reads:
                self._plan_read(side, name)

    def plan(self, when: datetime, what: Callable[..., None], *with_: object) -> None:
        """Put something into the heap."""
        heappush(self._heap, (when, next(self._turn), what, with_))

    def run(self, until: datetime) -> None:
        """Let time pass."""
        heap, read = self._heap, self._read
        events = 0
        self._rouse()
        while (heap and heap[0][0] <= until) or self._waking <= until:
            if not heap or self._waking <= heap[0][0]:
                self._wake(self._waking)
                continue
            self.now, _, what, with_ = heappop(heap)
            events += 1
            if what == read:  # most readings disturb nobody
                what(*with_)
                continue
            self._doze(self.now)
            what(*with_)
            self._look_sooner()
            self._rouse()
        self._doze(until + _INSTANT)
        self.now = until
        self.tally.events += events

    def _look_sooner(self) -> None:
        """Plan the looks that were brought forward, and what the platforms' APIs do by themselves."""
        self.accounts.tend()
        calls = self.house.calls
        hurried, calls.hurried = calls.hurried, []
        for side in hurried:
            if side.due is not None and self.house.up:
                self.plan_look(side, max(side.due, self.now))

    def _doze(self, before: datetime) -> None:
        """Note the looks at listings asleep that come before a time."""
        for side in self.sides:
            if side.watch.asleep is not None and side.due is not None and side.due < before:
                self.tally.events += self.house.doze(side, before)

    def _rouse(self) -> None:
        """Let those listings sleep on whose sleep nothing has disturbed, and plan to look at the others."""
        waking = _NEVER
        for side in self.sides:
            asleep = side.watch.asleep
            if asleep is None or side.due is None:
                continue
            if side.watch.is_disturbed(side.shows, self.house.state.listings[side.place]):
                self.plan_look(side, side.due)
            else:
                waking = min(waking, asleep, self.house.settled_until)
        self._waking = waking

    def _wake(self, at: datetime) -> None:
        """Plan to look at the listings that may not sleep longer."""
        self._doze(at)
        due = at >= self.house.settled_until
        for side in self.sides:
            asleep = side.watch.asleep
            if side.due is not None and asleep is not None and (due or asleep <= at):
                self.plan_look(side, side.due)
        self._rouse()

    def played(self) -> Life:
        """Play the acts, then let everything be quiet, and hold the laws of convergence."""
        end = self.script.start + timedelta(days=self.script.days)
        self.run(end)
        self._calm_down()
        self.run(end + QUIET / 3)
        self.acts.owner.look_in()
        self.run(end + 2 * QUIET / 3)
        self.acts.owner.look_in()
        self.run(end + QUIET)
        self.house.flush()
        self.judge.ended(self.house.state, self.now, self.today)
        hold_in_the_end(self.judge, self.now, self.today)
        self._close_books()
        return Life(self.script, self.tally, tuple(self.judge.breaches), tuple(self.lines()))

    @property
    def today(self) -> date:
        """The date at the unit."""
        return self.unit.today(self.now)

    def lines(self) -> list[str]:
        """Return the history, a line an event."""
        start = self.script.start
        return [f"{at - start!s:>18}  {text.format(*with_)}" for at, text, with_ in self.history]

    def say(self, text: str, *with_: object) -> None:
        """Write a line of the history; it is put together only when somebody reads it."""
        self.history.append((self.now, text, with_))

    def did(self, act: Act, text: str, *with_: object) -> None:
        """Count an act that could be done, and write it down."""
        self.tally.acts[act.deed.value] += 1
        self.say(text, *with_)

    def wanted(self, act: Act) -> Stay:
        """Return the stay that an act speaks of."""
        arrival = self.today + timedelta(days=act.first)
        return Stay(arrival, arrival + timedelta(days=max(1, act.nights)))

    # -- our side ------------------------------------------------------------------------------------------------------

    def plan_look(self, side: Side, when: datetime) -> None:
        """Let our side look at a listing then, and not when it meant to before."""
        side.due = when
        side.watch.asleep = None
        self.plan(when, self._look, side, when)

    def plan_looks(self) -> None:
        """Put the next look of each listing into the heap, after anything that may have moved it."""
        for side in self.sides:
            if side.due is not None:
                self.plan_look(side, max(side.due, self.now))

    def _look(self, side: Side, when: datetime) -> None:
        if side.due != when or not self.house.up:
            self.tally.events -= 1  # planned anew meanwhile: nothing happens
            return
        try:
            self.house.look(side, self.now)
        except KilledError:
            self.die()
            return
        assert side.due is not None
        if side.watch.asleep is None:
            self.plan(side.due, self._look, side, side.due)

    def die(self) -> None:
        """Let our process be killed, and started again a moment later."""
        self.say("our process is killed")
        self.house.die()
        self.plan(self.now + _RESTART, self.rise)

    def rise(self) -> None:
        """Let our process start, unless it runs."""
        if self.house.up:
            return
        self.say("our process starts again")
        try:
            self.house.rise(self.now)
        except KilledError:
            self.die()
            return
        self.plan_looks()

    def _back_up(self) -> None:
        if self.house.up:
            self.house.back_up()
            self.judge.entries.back_up()
            for side in self.sides:
                side.back_up()

    def _stepped(self, before: UnitState, after: UnitState, findings: tuple[Finding, ...], plan: Plan) -> None:
        """Hear of a step of our side: note it, and hold the laws against it."""
        for finding in findings:
            self.say("  {}: {} {} ({})", finding.listing or "all", finding.did.value, finding.nights, finding.why)
        for side in self.sides:
            nights = after.of(side.id).published
            if not side.published or side.published[-1][1] != nights:
                side.published.append((self.now, nights))
        for change in plan.changes:
            self.tally.revisions += 1
            self.say("  -> {}: close {} open {} ({})", change.listing, change.close, change.open, change.why)
        ours = self.unit.today(self.now + self.house.skew)  # a clock that is ahead ends our day before the unit's
        self.judge.noticing.heard(self.house.outbox.values())
        self.judge.stepped(before, after, plan, self.now, max(self.today, ours))

    # -- platforms read calendars --------------------------------------------------------------------------------------

    def _plan_read(self, side: Side, name: str) -> None:
        link = side.platform.links.by_name.get(name)
        if link is not None:
            due = max(link.due, self.now)
            side.reads[name] = due
            self.plan(due, self._read, side, name, due)

    def _read(self, side: Side, name: str, when: datetime) -> None:
        """Let a platform read one calendar that its owner linked: ours, or another platform's."""
        platform = side.platform
        link = platform.links.by_name.get(name)
        if link is None or side.reads.get(name) != when:
            self.tally.events -= 1
            return
        if platform.failing and Fault.DEAF in platform.faults:
            side.reads[name] = self.now + link.every
            self.plan(side.reads[name], self._read, side, name, side.reads[name])
            return
        if self._reads_the_same(side, link):
            platform.imported_again(name, self.now)
            self.house.note_read(side, self.now)
            self._plan_read(side, name)
            return
        self._doze(self.now)
        if link.url.startswith(_OURS):
            self._read_ours(side, name)
        else:
            request = platform.import_request(name, self.now)
            other = next(one for one in self.sides if one.platform.knows(request.url))
            platform.imported(name, other.platform.handle(request, self.now), self.now)
            self._taken_in(side, name)
        self._plan_read(side, name)
        self._rouse()

    def _reads_the_same(self, side: Side, link: Link) -> bool:
        """Whether a platform that reads a calendar now reads ours, and what it read the last time."""
        house = self.house
        read = link.url.startswith(_OURS) and link.read_at is not None and not link.failures
        return read and house.up and house.reads_the_same(side, self.now)

    @staticmethod
    def _taken_in(side: Side, name: str) -> None:
        """Let what was read change the calendar once it takes force."""
        coming = side.platform.links.by_name[name].coming
        if coming and side.watch.lasting is not None:
            side.watch.lasting = min(side.watch.lasting, coming[0][0])

    def _read_ours(self, side: Side, name: str) -> None:
        platform, house = side.platform, self.house
        held = newest(platform.links.by_name[name])
        try:
            body, number = house.serve(side, self.now)
        except KilledError:
            body, number = None, -1
            self.die()
        platform.imported_as(name, 503 if body is None else 200, body or b"", self.now)
        self._taken_in(side, name)
        hold_reading(self.judge, side, held, house.state, self.now)
        before, side.served = side.served, number
        if number not in {before, -1}:
            self.say("  {} reads our calendar, revision {}", side.key, number)
        if side.due is not None and side.due <= self.now:
            self.plan_look(side, self.now)

    # -- the end -------------------------------------------------------------------------------------------------------

    def _calm_down(self) -> None:
        """Let every fault be over."""
        self.say("quiet from here on")
        for side in self.sides:
            side.platform.heal()
            side.watch.lasting = None
            side.stale_until = None
            side.stale = None
        self.accounts.calm_down()
        self.house.fuse = None
        if self.house.skew:
            self.house.step_clock(-self.house.skew, self.now)
            self.plan_looks()
        if not self.house.up:
            self.rise()

    def _close_books(self) -> None:
        """Count what is left to count."""
        tally, house = self.tally, self.house
        tally.days += self.script.days - self.script.furnished  # those that the lodging is ours for
        tally.looks, tally.left_out, tally.proved = house.looks, house.left_out, house.proved
        tally.notices = len(house.sent)
        tally.writes = house.calls.done
        tally.repeated_notices = sum(times - 1 for times in house.sent.values())
        lost = house.known - house.sent.keys()
        broken = [(Law.NOTICES, f"{len(lost)} notices never sent")] if lost else []
        broken += [(Law.SHORT_CUT, problem) for problem in house.problems]
        most = _REVISIONS_PER_ACT * (tally.acts.total() + tally.faults["restore"] + 4) + 4 * tally.faults.total()
        if tally.revisions > most:
            broken.append((Law.PING_PONG, f"{tally.revisions} revisions for {tally.acts.total()} acts"))
        if tally.writes > _WRITES_PER_REVISION * most:
            broken.append((Law.PING_PONG, f"{tally.writes} writes for {tally.acts.total()} acts"))
        for law, what in broken:
            tally.broken[law] += 1
            self.judge.breaches.append(Breach(law, self.now, None, NO_NIGHTS, what))
