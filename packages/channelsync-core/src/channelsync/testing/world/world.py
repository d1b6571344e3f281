"""One life played: a heap of events, one virtual clock, the platforms on one side and our installation on the other.

No sockets, no threads, no waiting: an event is taken from the heap, the clock is put to its time, and what follows from
it is put into the heap. The same script gives the same history, to the byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final, final

import httpx
from attrs import frozen

from channelsync import orders
from channelsync.adapter import Registry, discover
from channelsync.claims import Category, Claim
from channelsync.errors import UsageError
from channelsync.ids import ChannelName, ClaimId, OwnerId, UnitId
from channelsync.inventory import Unit
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Verdict
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.reconcile import Plan
from channelsync.state import Finding, UnitState
from channelsync.takeover import Answer, Question, answer, links_removed, open_until, questions
from channelsync.testing.faults import Fault
from channelsync.testing.values import Refusal, Reservation
from channelsync.testing.world.house import House, KilledError
from channelsync.testing.world.judge import Breach, Judge, Law
from channelsync.testing.world.script import Act, Deed, Script
from channelsync.testing.world.side import Side, sides
from channelsync.testing.world.tally import Tally

__all__ = ["QUIET", "Life", "World", "play"]

QUIET: Final = timedelta(days=6)
"""How long everything is left in peace after the last act, before the laws of convergence are held."""
_OURS: Final = "https://calendars.example.org/"
_RESTART: Final = timedelta(seconds=20)
_REVISIONS_PER_ACT: Final = 6
"""A stay of one guest closes and opens on three other listings."""


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


def play(script: Script, *, policy: Policy = DEFAULT_POLICY, registry: Registry | None = None) -> Life:
    """Play a script to its end."""
    return World(script, policy=policy, registry=registry).played()


@final
class World:
    """The world of one unit; see the head of the module."""

    def __init__(
        self, script: Script, *, policy: Policy = DEFAULT_POLICY, registry: Registry | None = None
    ) -> None:
        self.script = script
        self.now = script.start
        self.registry = registry or discover()
        cast = script.cast
        self.sides = sides(cast, self.registry, script.seed, script.start)
        self.unit = Unit(UnitId(cast.name), OwnerId(cast.owner), cast.name, cast.timezone, cast.turnover)
        self.tally = Tally(lives=1)
        self.judge = Judge(self.sides, self.tally)
        self.history: list[tuple[datetime, str, tuple[object, ...]]] = []
        self._rng = Random(f"{script.seed}/hints")
        takeover = any(role.direct for role in cast.roles)
        rng = Random(f"{script.seed}/proofs")
        self.house = House(
            self.unit, self.sides, self.now, takeover=takeover, policy=policy, rng=rng, told=self._stepped
        )
        self._heap: list[tuple[datetime, int, Callable[..., None], tuple[object, ...]]] = []
        self._turn = count()
        self._cancelled: list[Stay] = []
        self._sold: list[tuple[datetime, Side, Stay]] = []
        self._made = count(1)
        self._today: tuple[datetime, date] = (self.now, self.unit.today(self.now))
        self._begin()

    # -- time ------------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        for side in self.sides:
            side.platform.link(_OURS + side.id, self.now)
            self._plan_look(side, self.now)
            for name in side.platform.links.by_name:
                self._plan_read(side, name)
        for act in self.script.acts:
            self._at(self.script.start + timedelta(seconds=act.at), self._act, act)
        for day in range(self.script.days):
            self._at(self.script.start + timedelta(days=day, hours=3), self._back_up)

    def _at(self, when: datetime, what: Callable[..., None], *with_: object) -> None:
        heappush(self._heap, (when, next(self._turn), what, with_))

    def run(self, until: datetime) -> None:
        """Let time pass."""
        heap = self._heap
        events = 0
        while heap and heap[0][0] <= until:
            self.now, _, what, with_ = heappop(heap)
            events += 1
            what(*with_)
        self.now = until
        self.tally.events += events

    def played(self) -> Life:
        """Play the acts, then let everything be quiet, and hold the laws of convergence."""
        end = self.script.start + timedelta(days=self.script.days)
        self.run(end)
        self._calm_down()
        self.run(end + QUIET / 3)
        self._evening()
        self.run(end + 2 * QUIET / 3)
        self._evening()
        self.run(end + QUIET)
        self.house.flush()
        self.judge.ended(self.house.state, self.now, self.today)
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

    # -- our side ----------------------------------------------------------------------------------------------------------

    def _plan_look(self, side: Side, when: datetime) -> None:
        side.due = when
        self._at(when, self._look, side, when)

    def _plan_all(self) -> None:
        """Put the next look of each listing into the heap, after anything that may have moved it."""
        for side in self.sides:
            if side.due is not None:
                side.due = max(side.due, self.now)
                self._at(side.due, self._look, side, side.due)

    def _look(self, side: Side, when: datetime) -> None:
        if side.due != when or not self.house.up:
            self.tally.events -= 1  # planned anew meanwhile: nothing happens
            return
        try:
            self.house.look(side, self.now)
        except KilledError:
            self._die()
            return
        assert side.due is not None
        self._at(side.due, self._look, side, side.due)

    def _die(self) -> None:
        self.say("our process is killed")
        self.house.die()
        self._at(self.now + _RESTART, self._rise)

    def _rise(self) -> None:
        if self.house.up:
            return
        self.say("our process starts again")
        try:
            self.house.rise(self.now)
        except KilledError:
            self._die()
            return
        self._plan_all()

    def _stepped(self, before: UnitState, after: UnitState, findings: tuple[Finding, ...], plan: Plan) -> None:
        """Hear of a step of our side: note it, and hold the laws against it."""
        for finding in findings:
            self.say("  {}: {} {} ({})", finding.listing or "all", finding.did.value, finding.nights, finding.why)
        for change in plan.changes:
            self.tally.revisions += 1
            self.say("  -> {}: close {} open {} ({})", change.listing, change.close, change.open, change.why)
        self.judge.stepped(before, after, plan, self.now, self.today)

    # -- platforms read calendars ------------------------------------------------------------------------------------------

    def _plan_read(self, side: Side, name: str) -> None:
        link = side.platform.links.by_name.get(name)
        if link is not None:
            due = max(link.due, self.now)
            side.reads[name] = due
            self._at(due, self._read, side, name, due)

    def _read(self, side: Side, name: str, when: datetime) -> None:
        """Let a platform read one calendar that its owner linked: ours, or another platform's."""
        platform = side.platform
        link = platform.links.by_name.get(name)
        if link is None or side.reads.get(name) != when:
            self.tally.events -= 1
            return
        if Fault.DEAF in platform.faults:
            side.reads[name] = self.now + link.every
            self._at(side.reads[name], self._read, side, name, side.reads[name])
            return
        if link.url.startswith(_OURS):
            self._read_ours(side, name)
        else:
            request = platform.import_request(name, self.now)
            other = next(one for one in self.sides if one.platform.knows(request.url))
            platform.imported(name, other.platform.handle(request, self.now), self.now)
            self._taken_in(side, name)
        self._plan_read(side, name)

    @staticmethod
    def _taken_in(side: Side, name: str) -> None:
        """Let what was read change the calendar once it takes force."""
        coming = side.platform.links.by_name[name].coming
        if coming and side.watch.lasting is not None:
            side.watch.lasting = min(side.watch.lasting, coming[0][0])

    def _read_ours(self, side: Side, name: str) -> None:
        platform, house = side.platform, self.house
        link = platform.links.by_name[name]
        if house.up and link.read_at is not None and not link.failures and house.reads_the_same(side):
            platform.imported_again(name, self.now)
            house.note_read(side, self.now)
            return
        platform.import_request(name, self.now)
        try:
            response, number = house.serve(side, self.now)
        except KilledError:
            response, number = httpx.Response(503), -1
            self._die()
        platform.imported(name, response, self.now)
        self._taken_in(side, name)
        before, side.served = side.served, number
        if number < 0:
            return
        if number != before:
            self.say("  {} reads our calendar, revision {}", side.key, number)
        try:
            house.record(side, number, self.now)
        except KilledError:
            side.served = -1
            self._die()
            return
        if side.due is not None and side.due <= self.now:
            self._plan_look(side, self.now)

    # -- acts ----------------------------------------------------------------------------------------------------------------

    def _act(self, act: Act) -> None:
        """Let somebody do something, if it can still be done."""
        getattr(self, f"_do_{act.deed.value}")(act)

    def _count(self, act: Act, text: str, *with_: object) -> None:
        self.tally.acts[act.deed.value] += 1
        self.say(text, *with_)

    def _wanted(self, act: Act) -> Stay:
        arrival = self.today + timedelta(days=act.first)
        return Stay(arrival, arrival + timedelta(days=max(1, act.nights)))

    def _standing(self) -> list[tuple[Side, Reservation]]:
        """Return the reservations that have not begun, with their platforms."""
        return [
            (side, one)
            for side in self.sides
            for one in side.platform.reservations()
            if one.stay.arrival > self.today
        ]

    def _book(self, act: Act, side: Side, stay: Stay) -> None:
        result = side.platform.book(stay, self.now)
        if isinstance(result, Refusal):
            self.tally.refused += 1
            return
        self._count(act, "{} sells {}", side.key, stay)
        self.tally.reservations += 1
        self._sold.append((self.now, side, stay))
        self._hint(side)

    def _do_book(self, act: Act) -> None:
        self._book(act, self.sides[act.on], self._wanted(act))

    def _do_race(self, act: Act) -> None:
        """Let a second guest buy what was sold elsewhere a moment ago."""
        side = self.sides[act.on]
        recent = [stay for at, other, stay in self._sold[-3:] if other is not side and stay.arrival > self.today]
        if recent:
            stay = recent[act.draw % len(recent)]
            shift = timedelta(days=act.draw // 7 % 3 - 1)
            other = Stay(stay.arrival + shift, stay.departure + shift) if act.draw % 2 else stay
            self._book(act, side, other)

    def _do_cancel(self, act: Act) -> None:
        standing = self._standing()
        if standing:
            side, gone = standing[act.draw % len(standing)]
            side.platform.cancel(gone.id, self.now)
            self._count(act, "{} cancels {}", side.key, gone.stay)
            self.tally.cancellations += 1
            self._cancelled.append(gone.stay)
            self._hint(side)

    def _do_resell(self, act: Act) -> None:
        if self._cancelled and self._cancelled[-1].arrival > self.today:
            self._book(act, self.sides[act.on], self._cancelled[-1])

    def _do_move(self, act: Act) -> None:
        standing = self._standing()
        if not standing:
            return
        side, one = standing[act.draw % len(standing)]
        arrival = one.stay.arrival + timedelta(days=act.first)
        departure = max(arrival + timedelta(days=1), one.stay.departure + timedelta(days=act.first + act.nights))
        if arrival <= self.today:
            return
        result = side.platform.change(one.id, Stay(arrival, departure), self.now)
        if not isinstance(result, Refusal):
            side.seen[one.id] = side.seen.get(one.id, NO_NIGHTS) & result.stay.nights
            side.shown += 1
            self._count(act, "{} moves {} to {}", side.key, one.stay, result.stay)
            self.tally.moves += 1
            self._hint(side)

    def _do_close_there(self, act: Act) -> None:
        side, stay = self.sides[act.on], self._wanted(act)
        if side.platform.bookable(self.now, stay):
            side.platform.close(stay, self.now)
            self._count(act, "the owner closes {} on {}", stay, side.key)

    def _do_open_there(self, act: Act) -> None:
        closed = [(side, run) for side in self.sides for run in side.closed_by_owner(self.now).runs()]
        if closed:
            side, run = closed[act.draw % len(closed)]
            side.platform.open(run, self.now)
            self._count(act, "the owner opens {} on {}", run, side.key)

    # -- the owner, here -----------------------------------------------------------------------------------------------------

    def _order(self, change: Callable[[UnitState], UnitState]) -> bool:
        """Let the owner order something; False where it was refused, or our machine is off."""
        if not self.house.up:
            return False
        try:
            self.house.order(change, self.now)
        except UsageError:
            return False
        except KilledError:
            self._die()
            return False
        return True

    def _claim_id(self) -> ClaimId:
        return ClaimId(f"own-{next(self._made)}")

    def _do_block_here(self, act: Act) -> None:
        stay, name, at = self._wanted(act), self._claim_id(), self.now + self.house.skew
        if self._order(lambda state: orders.block(state, name, stay, Category.PERSONAL, "", at)):
            self._count(act, "the owner blocks {} here", stay)

    def _do_reserve_here(self, act: Act) -> None:
        stay, name, at = self._wanted(act), self._claim_id(), self.now + self.house.skew
        if self._order(lambda state: orders.reserve(state, name, stay, at)):
            self._count(act, "the owner takes a guest for {}", stay)

    def _do_adopt_here(self, act: Act) -> None:
        """Let the owner type in a platform's newest guest, whom its calendar may not show yet."""
        side = self.sides[act.on]
        new = max(side.platform.reservations(), key=lambda one: (one.booked_at, one.id), default=None)
        if new is None or new.stay.departure <= self.today:
            return
        name, at, stay, key = self._claim_id(), self.now + self.house.skew, new.stay, side.key
        if self._order(lambda state: orders.reserve(state, name, stay, at, channel=ChannelName(key))):
            self._count(act, "the owner types in {} of {}", stay, side.key)

    def _do_end_here(self, act: Act) -> None:
        own = [claim for claim in self.house.state.own if claim.channel is None]
        if own:
            gone = own[act.draw % len(own)]
            if self._order(lambda state: orders.cancel(state, gone.id, gone.kind)[0]):
                self._count(act, "the owner ends {} here", gone.stay)

    def _do_evening(self, act: Act) -> None:
        if self.house.up:
            self.tally.acts[act.deed.value] += 1
            self._evening()

    def _evening(self) -> None:
        """Let the owner, who sees each platform's own pages, answer what is asked, and end what is over."""
        for _ in range(8):
            change = self._next_answer()
            if change is None or not self._order(change):
                return

    def _next_answer(self) -> Callable[[UnitState], UnitState] | None:
        """Return the owner's next answer, None when nothing is asked any more."""
        self.house.flush()
        state, at = self.house.state, self.now + self.house.skew
        for question in questions(state):
            change = self._answer(state, question)
            if change is not None:
                return change
        for side in self.sides:
            if self._all_gone(state, side):
                self.say("the owner confirms what vanished from {}", side.key)
                return lambda state, side=side: orders.confirm(state, side.id, at)[0]
        for claim in state.own:
            if claim.channel is not None and not self._still_booked(claim):
                self.say("the owner ends {} here", claim.stay)
                return lambda state, claim=claim: orders.cancel(state, claim.id, claim.kind)[0]
        return self._copy_in_conflict(state)

    def _answer(self, state: UnitState, question: Question) -> Callable[[UnitState], UnitState] | None:
        """Return what the owner says to a question: the truth."""
        side = self._side(question.listing)
        at = self.now + self.house.skew
        if question.claim is None:
            day = side.platform.habits.opened_until
            if day is None or day <= self.today:
                return None
            self.say("the owner says that {} is open until {}", side.key, day)
            return lambda state: open_until(state, question.listing, day, at)
        said = self._what(side, question.claim, question.of)
        self.say("the owner says that {!r} is {}", question.claim, said.value)
        return lambda state: answer(state, question.id, said)

    def _what(self, side: Side, claim: Claim, of: Claim | None) -> Answer:
        nights = claim.nights.since(self.today)
        if nights.overlaps(side.platform.sold(self.now)):
            double = of is not None and of.listing is not None and self._is_guest(self._side(of.listing), of)
            return Answer.DOUBLE if double else Answer.RESERVATION
        return Answer.MINE if nights.overlaps(side.closed_by_owner(self.now)) else Answer.OLD_LINK

    def _is_guest(self, side: Side, claim: Claim) -> bool:
        return claim.nights.overlaps(side.platform.sold(self.now))

    def _all_gone(self, state: UnitState, side: Side) -> bool:
        """Whether what a suspect look lost is really gone, so that the owner may confirm it."""
        listing = state.of(side.id)
        if listing.verdict is not Verdict.SUSPECT:
            return False
        gone = Nights.union(claim.nights for claim in listing.claims if claim.missing) | listing.hiding
        return bool(gone) and not gone.overlaps(side.platform.sold(self.now) | side.closed_by_owner(self.now))

    def _still_booked(self, claim: Claim) -> bool:
        side = next(one for one in self.sides if one.key == claim.channel)
        return claim.nights <= side.platform.sold(self.now)

    def _copy_in_conflict(self, state: UnitState) -> Callable[[UnitState], UnitState] | None:
        """Return the owner's word on one side of a double booking that is no guest's and nobody's."""
        for conflict in self.house.plan.conflicts:
            for claim in conflict.claims:
                if claim.listing is None or claim not in state.claims:
                    continue
                side = self._side(claim.listing)
                if claim.kind in side.listing.traits.identified or claim.missing or claim.answered:
                    continue
                taken = side.platform.sold(self.now) | side.closed_by_owner(self.now)
                if not taken.overlaps(claim.nights.since(self.today)):
                    self.say("the owner says that {!r} is a copy", claim)
                    return lambda state, claim=claim: answer(state, claim.id, Answer.OLD_LINK)
        return None

    def _side(self, listing: object) -> Side:
        return next(side for side in self.sides if side.id == listing)

    def _do_unlink_direct(self, act: Act) -> None:
        for side in self.sides:
            for name in [name for name in side.platform.links.by_name if name.startswith("direct-")]:
                side.platform.unlink(name, self.now)
        if self._order(lambda state: links_removed(state, self.now + self.house.skew)):
            self._count(act, "the owner removes the old direct links")
        else:
            self._at(self.now + timedelta(hours=6), self._act, act)

    # -- faults --------------------------------------------------------------------------------------------------------------

    def _do_fault(self, act: Act) -> None:
        side = self.sides[act.on]
        side.platform.fail(Fault(act.fault), self.now, times=None)
        self.tally.faults[act.fault] += 1
        self.say("{} begins to fail: {}", side.key, act.fault)

    def _do_heal(self, act: Act) -> None:
        side = self.sides[act.on]
        if Fault(act.fault) in side.platform.faults:
            side.platform.heal(Fault(act.fault))
            side.watch.lasting = None
            self.say("{} is over its {}", side.key, act.fault)

    def _do_stale_proxy(self, act: Act) -> None:
        side = self.sides[act.on]
        side.stale_until = self.now + timedelta(seconds=act.span)
        self.tally.faults["stale_proxy"] += 1
        self.say("{} is given an old copy of our calendar", side.key)

    def _hint(self, side: Side) -> None:
        """Let a platform announce that something has changed, in its own time."""
        climate, rng = self.script.climate, self._rng
        if not side.role.hints:
            return
        if rng.random() < climate["lost_hint"]:
            self.tally.faults["lost_hint"] += 1
            return
        times = 1
        if rng.random() < climate["repeated_hint"]:
            times = rng.randint(2, 4)
            self.tally.faults["repeated_hint"] += 1
        for _ in range(times):
            wait = rng.uniform(1, 20)
            if rng.random() < climate["late_hint"]:
                wait = rng.uniform(60, 7200)
                self.tally.faults["late_hint"] += 1
            self._at(self.now + timedelta(seconds=wait), self._hinted, side)

    def _hinted(self, side: Side) -> None:
        if not self.house.up:
            return
        try:
            self.house.hint(side, self.now)
        except KilledError:
            self._die()
            return
        self._plan_look(side, max(side.due or self.now, self.now))

    # -- our machine ---------------------------------------------------------------------------------------------------------

    def _do_kill(self, act: Act) -> None:
        self.house.fuse = act.draw % 12
        self.tally.faults["kill"] += 1

    def _do_down(self, act: Act) -> None:
        if self.house.up:
            self.say("our machine is switched off for {} s", act.span)
            self.tally.faults["down"] += 1
            self.house.die()
            self._at(self.now + timedelta(seconds=act.span), self._rise)

    def _back_up(self) -> None:
        if self.house.up:
            self.house.back_up()

    def _do_restore(self, act: Act) -> None:
        if not self.house.up:
            return
        self._count(act, "our database is put back to last night's backup")
        self.tally.faults["restore"] += 1
        self.house.put_back(self.now)
        for side in self.sides:
            side.served = -1
            side.forget()
        self._plan_all()

    def _do_clock(self, act: Act) -> None:
        self.say("our clock steps by {} s", act.span)
        self.tally.faults["clock"] += 1
        self.house.step_clock(timedelta(seconds=act.span), self.now)
        self._plan_all()

    # -- the end ---------------------------------------------------------------------------------------------------------------

    def _calm_down(self) -> None:
        """Let every fault be over."""
        self.say("quiet from here on")
        for side in self.sides:
            side.platform.heal()
            side.watch.lasting = None
            side.stale_until = None
            side.stale = None
        self.house.fuse = None
        if self.house.skew:
            self.house.step_clock(-self.house.skew, self.now)
            self._plan_all()
        if not self.house.up:
            self._rise()

    def _close_books(self) -> None:
        """Count what is left to count."""
        tally, house = self.tally, self.house
        tally.days += self.script.days
        tally.looks, tally.left_out, tally.proved = house.looks, house.left_out, house.proved
        tally.notices = len(house.sent)
        tally.repeated_notices = sum(times - 1 for times in house.sent.values())
        lost = house.known - house.sent.keys()
        broken = [(Law.NOTICES, f"{len(lost)} notices never sent")] if lost else []
        broken += [(Law.SHORT_CUT, problem) for problem in house.problems]
        most = _REVISIONS_PER_ACT * (tally.acts.total() + tally.faults["restore"] + 4) + 4 * tally.faults.total()
        if tally.revisions > most:
            broken.append((Law.PING_PONG, f"{tally.revisions} revisions for {tally.acts.total()} acts"))
        for law, what in broken:
            tally.broken[law] += 1
            self.judge.breaches.append(Breach(law, self.now, None, NO_NIGHTS, what))
