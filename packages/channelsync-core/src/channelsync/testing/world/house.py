"""Our installation as it stands in the world: the product's own decisions and flows, around a memory that survives.

Durable is what the ledger would keep: the unit's state, the notices to send, last night's backup. Volatile is the rest
(`Watch`), and a kill loses it. Each thing done to the outside or to the memory is an *effect*; before each of them the
process may be killed.

A look whose answer, state and time can decide nothing new is only noted (`channelsync.quiet`); one in `PROVED` of those
is made in full as well, and the two results must be equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from math import log
from random import Random
from typing import Final, final

from channelsync import quiet
from channelsync.adapter import FeedSource
from channelsync.cadence import HealthEvent, HealthState, begun, poll_wait
from channelsync.cadence import after as health_after
from channelsync.conflicts import conflicts
from channelsync.engine.step import Answer, answered, folded, refused
from channelsync.errors import ChannelSyncError
from channelsync.evolving import evolve, kept
from channelsync.ical import Entry, render
from channelsync.ids import derived
from channelsync.inventory import Unit
from channelsync.notices import Notice, from_findings, overdue
from channelsync.observation import Observation
from channelsync.orders import recovering, restored
from channelsync.policy import Policy
from channelsync.proof import Revision
from channelsync.reconcile import Plan, Step, fetched, settle
from channelsync.state import Finding, ListingState, Takeover, UnitState
from channelsync.testing.world.calls import Calls
from channelsync.testing.world.side import Side, differing
from channelsync.testing.world.watch import Watch

__all__ = ["House", "KilledError", "Stepped"]

PROVED: Final = 1 / 400
"""The share of the looks and readings left out that are made in full all the same, to prove the short cut equal."""

_ASKED: Final = 1 / 50
"""The share of full looks that ask the platform although its answer is known to be the last one, and of those that
settle the unit although it is known to be settled."""

Stepped = Callable[[UnitState, UnitState, tuple[Finding, ...], Plan], None]
"""Told of every step that changed something: the unit before and after, the findings, the plan."""


class KilledError(Exception):
    """The process has been killed; what it had not stored is lost."""


@final
class House:
    """The installation of one unit."""

    def __init__(
        self,
        unit: Unit,
        sides: list[Side],
        now: datetime,
        *,
        takeover: bool,
        policy: Policy,
        rng: Random,
        told: Stepped,
    ) -> None:
        listings = tuple(ListingState(one.listing, habit=one.listing.traits.echo, health=begun(now)) for one in sides)
        self.state = UnitState(unit, listings, takeover=Takeover(active=takeover))
        self.sides = sides
        self.policy = policy
        self.skew = timedelta(0)
        self.up = True
        self.fuse: int | None = None
        self.share = PROVED
        """The share of what is left out that is made in full all the same; 1 proves the short cut everywhere."""
        self.plan = Plan()
        self.outbox: dict[str, Notice] = {}
        self.known: frozenset[str] = frozenset()
        self.sent: Counter[str] = Counter()
        self.looks = self.left_out = self.proved = 0
        self.problems: list[str] = []
        self.backup = (self.state, self.known)
        self._rng = rng
        self._told = told
        self._base = self.state
        """The unit as it was last settled in full."""
        self._until = now
        self._due = True
        """Whether time may have decided something since the unit was last settled."""
        self._bodies: dict[tuple[str, int, datetime], bytes] = {}
        self.calls = Calls(self, self._effect)

    # -- looking -------------------------------------------------------------------------------------------------------

    def look(self, side: Side, now: datetime) -> None:
        """Look at a listing, and say in ``side.due`` when to look next."""
        self.looks += 1
        side.marked = None
        at = now + self.skew
        jitter = side.rng.random()
        if at >= self._until:
            self._come_due(at)
        if not self._is_quiet(side, at, now):
            self._look(side, at, now, jitter)
        elif self._is_to_be_proved(side):
            self._prove(side, at, now, jitter)
        else:
            self._note(side, at, now, jitter)
            self._let_sleep(side, now)

    def _is_quiet(self, side: Side, at: datetime, now: datetime) -> bool:
        """Whether a look now would show and decide what the last one did."""
        watch = side.watch
        steady, until = watch.steady, watch.until
        if steady is None or until is None or steady is not self.state.listings[side.place]:
            return False
        if (watch.looked or steady.looked_at or at) >= at:
            return False
        same = watch.same_answer(side.shows, now, counted=self.fuse is not None)
        if not same or at >= until:
            return self._is_quiet_on(side, at, now, same=same)
        return watch.fresh or not watch.is_new(side.shows, now)

    def _is_quiet_on(self, side: Side, at: datetime, now: datetime, *, same: bool) -> bool:
        """Whether a look is quiet although what was waited for has come: to the platform's calendar, or to us.

        The calendar may be written as it was; the moment may have been put off by readings of ours since then, or
        decide nothing. Not while a kill is due: it counts the effects of looks made in full.
        """
        watch, shows = side.watch, side.shows
        if self.fuse is not None or watch.cached or not (same or watch.same_page(shows, now)):
            return False
        listing = watch.noted(self.state.listings[side.place], self.policy)
        assert listing.looked_at is not None
        if not quiet.stays_so(listing, listing.looked_at, at, self.policy):
            return False
        if not same:
            watch.compare_from(shows, now)
            assert watch.answer is not None
            side.note_shown(watch.answer.observation)  # other guests may stand behind what is shown
        watch.until = quiet.listing_until(listing, at, self.policy)
        return True

    def _is_to_be_proved(self, side: Side) -> bool:
        """Whether a quiet look is one of those that are made in full all the same: one in so many, by chance."""
        if side.unproved <= 0:
            proved = side.unproved == 0
            side.unproved = 0 if self.share >= 1 else int(log(1 - self._rng.random()) / log(1 - self.share))
            return proved or not side.unproved
        side.unproved -= 1
        return False

    def _note(self, side: Side, at: datetime, now: datetime, jitter: float) -> None:
        """Note a look that changes nothing."""
        self.left_out += 1
        wait = poll_wait(jitter, self.policy)
        side.watch.note(side.shows, at, now, at + wait, self.policy)
        side.due = now + wait

    def _let_sleep(self, side: Side, now: datetime) -> None:
        """Let a listing sleep until its calendar, time or a proof may ask for a look."""
        assert side.due is not None
        assert side.watch.until is not None
        proof = side.due + side.unproved * poll_wait(1, self.policy)  # it cannot come sooner
        side.watch.fall_asleep(side.shows, min(side.watch.until, proof + self.skew) - self.skew, now, side.due)

    def doze(self, side: Side, before: datetime) -> int:
        """Note the looks of a listing asleep that come before a time, and return how many there are."""
        assert side.due is not None
        looks, side.due = side.watch.doze(side.shows, side.due, before, self.skew, side.rng, self.policy)
        side.unproved -= looks
        self.looks += looks
        self.left_out += looks
        return looks

    @property
    def settled_until(self) -> datetime:
        """When, by the world's clock, time may decide something: the next look then settles the unit."""
        return self._until - self.skew

    def flush(self, *, read: bool = False) -> None:
        """Write what was only noted into the state; of those listings alone whose platform ``read`` ours, if so."""
        for side in self.sides:
            if not read or side.watch.read is not None:
                self._flush(side)

    def _flush(self, side: Side) -> None:
        watch = side.watch
        if watch.looked is not None or watch.read is not None:
            steady = watch.steady is self.state.of(side.id)
            listing = watch.noted(self.state.of(side.id), self.policy)
            self.state = self.state.with_listing(listing)
            watch.steady = listing if steady else None
            watch.clear()

    def _come_due(self, at: datetime) -> None:
        """Settle at the next look: time may decide something now."""
        self.flush()
        self._forget()
        self._until = quiet.until(self.state, at, self.policy)
        self._due = True

    def _prove(self, side: Side, at: datetime, now: datetime, jitter: float) -> None:
        """Make a look in full that could have been left out, and compare."""
        self.flush()
        before, watch = self.state, side.watch
        self._note(side, at, now, jitter)
        expected = before.with_listing(watch.noted(before.of(side.id), self.policy))
        watch.clear()
        answer = self._read(side, at, now)
        step = settle(folded(before, answer, at, jitter, self.policy).state, at, self.policy)
        self.proved += 1
        if step.state == expected:
            self.state = expected  # this very one: a proof, drawn at random, must not make others look in full
            watch.steady = expected.of(side.id)
        else:
            self.state = step.state
            what = differing(expected, step.state)
            self.problems.append(f"a look at {side.key} at {at:%Y-%m-%d %H:%M} was not without effect: {what}")
            self._forget()

    def _forget(self) -> None:
        for side in self.sides:
            side.watch.steady = None

    def _look(self, side: Side, at: datetime, now: datetime, jitter: float) -> None:
        """Make a look in full."""
        self._flush(side)
        before = self.state
        answer = self._again(side, at, now) or self._read(side, at, now)
        self._effect()
        step = folded(before, answer, at, jitter, self.policy)
        old, new = before.of(side.id), step.state.of(side.id)
        side.came_back(old, new)
        same = answer.observation.usable and quiet.same_but_for_looks(old, new)
        if same and not self._due:
            self.state = step.state
            side.note_shown(answer.observation)
        else:
            alike = not self._due and quiet.settles_alike(self._base, step.state)
            self.flush(read=alike)  # the others: a look leaves them alone
            state = self.state.with_listing(new)
            looked = (side, answer.observation)
            self._settle(self.state, state, at, step.findings, step.notices, looked=looked, alike=alike)
        assert new.health is not None
        side.due = now + (new.health.next_at - at)
        self._effect()
        good = answer.event is HealthEvent.LOOK_OK
        same = same and (side.line is None or (good and not self.calls.owes(side, at)))
        side.watch.remember(answer, self.state.of(side.id), side.shows, now, same=same, policy=self.policy)
        self._send()
        self.calls.write(now, {side.id: at} if good else {})

    def _again(self, side: Side, at: datetime, now: datetime) -> Answer | None:
        """Return the last answer anew where the platform would give the same one, None where it must be asked."""
        watch, platform = side.watch, side.shows
        if watch.answer is None or (side.line is not None and side.line.day != self.state.unit.today(at)):
            return None
        seen = watch.answer.observation
        if seen.usable:
            same = watch.same_answer(platform, now, counted=self.fuse is not None) or watch.same_page(platform, now)
        else:
            same = watch.same_failure(platform, now)
        if not same or self._rng.random() < _ASKED:
            return None
        seen = watch.answer.observation
        stamp = platform.stamped(now) if seen.stamp is not None else None
        return evolve(watch.answer, observation=evolve(seen, at=at, stamp=stamp))

    def _read(self, side: Side, at: datetime, now: datetime) -> Answer:
        """Drive the platform's own flow against its simulator."""
        if side.line is not None:
            return self.calls.answer(side, side.line, at, now)
        last = side.watch.look
        source = FeedSource(side.url, self.state.unit.timezone)
        if last is not None:
            anew = any(claim.missing for claim in self.state.of(side.id).claims)
            source = FeedSource(
                side.url,
                self.state.unit.timezone,
                "" if anew else last.etag,
                "" if anew else last.last_modified,
                last.reading,
            )
        flow = side.route.look(source, at)
        try:
            request = next(flow)
            while True:
                request = flow.send(side.platform.handle(request, now))
        except StopIteration as done:
            return answered(side.id, done.value)
        except ChannelSyncError as error:
            return refused(side.id, error, at)

    # -- deciding ------------------------------------------------------------------------------------------------------

    def _settle(
        self,
        before: UnitState,
        state: UnitState,
        at: datetime,
        findings: tuple[Finding, ...] = (),
        notices: tuple[Notice, ...] = (),
        *,
        looked: tuple[Side, Observation] | None = None,
        alike: bool = False,
    ) -> None:
        """Decide, and store everything together; ``alike`` where all is decided (`channelsync.quiet.settles_alike`)."""
        if at >= self._until:  # what time decides concerns the other listings too
            self._forget()
        step = self._as_before(state, at) if alike else settle(state, at, self.policy)
        if alike and self._rng.random() < max(self.share, _ASKED):
            self._prove_settled(step, at)
        found = (*findings, *step.findings)
        news = () if alike and not found else from_findings(before, step.state, found, at)
        told = (*notices, *news, *overdue(step.state, at, self.policy))
        self._effect()
        self._due = False
        if looked is not None:
            looked[0].note_shown(looked[1])
        self.state, self.plan = step.state, step.plan
        self._base = self._base if alike else step.state
        fresh = {one.key: one for one in told if one.key not in self.known}
        self.outbox |= fresh
        self.known |= fresh.keys()
        self._until = quiet.until(self.state, at, self.policy)
        self._told(before, self.state, found, step.plan)
        self.calls.make_due(step.plan.changes, at)
        self._effect()

    def _as_before(self, state: UnitState, at: datetime) -> Step:
        """Return the step of a unit that settles as it did: the same conflicts, with their claims as they are now."""
        stand = conflicts(state, state.unit.today(at)) if self.plan.conflicts else ()
        return Step(state, plan=Plan(conflicts=stand))

    def _prove_settled(self, step: Step, at: datetime) -> None:
        """Settle in full what need not have been settled, and compare."""
        full = settle(step.state, at, self.policy)
        self.proved += 1
        if full != step:
            what = differing(step.state, full.state) or "the plan"
            self.problems.append(f"settling at {at:%Y-%m-%d %H:%M} was not without effect: {what}")

    def order(self, change: Callable[[UnitState], UnitState], now: datetime) -> None:
        """Let the owner change something: a pure function from state to state, settled and stored."""
        self.flush()
        before = self.state
        self._settle(before, change(before), now + self.skew)
        self._send()

    def _send(self) -> None:
        """Deliver what is in the outbox; killed in between, a notice is delivered again, under the same key."""
        for key in list(self.outbox):
            self._effect()
            self.sent[key] += 1
            self._effect()
            del self.outbox[key]

    # -- hints ---------------------------------------------------------------------------------------------------------

    def hint(self, side: Side, now: datetime) -> None:
        """Take an announcement that something has changed there: look sooner."""
        self.flush()
        at = now + self.skew
        listing = self.state.of(side.id)
        health = health_after(listing.health or begun(at), HealthEvent.HINT, at, 0.0, self.policy)
        self._effect()
        self.state = self.state.with_listing(evolve(listing, health=health))
        side.due = max(now, now + (health.next_at - at))

    # -- being read ----------------------------------------------------------------------------------------------------

    def reads_the_same(self, side: Side, now: datetime) -> bool:
        """Whether a platform that reads our calendar now reads what it read the last time, and proves nothing new."""
        revisions = self.state.listings[side.place].revisions
        if not revisions or side.served != revisions[-1].number or side.stale is not None:
            return False
        last = revisions[-1].last_fetch  # our clock may have been set back since then
        return last is not None and last < now + self.skew and _is_alone(revisions)

    def note_read(self, side: Side, now: datetime) -> None:
        """Note that the platform has read the same once more."""
        at = now + self.skew
        if self._rng.random() < self.share:
            self.flush()
            self.proved += 1
            after = fetched(self.state, side.id, at, side.served)
            if after != self.state.with_listing(quiet.read_again(self.state.of(side.id), at)):
                self.problems.append(f"a reading by {side.key} at {at:%Y-%m-%d %H:%M} was not without effect")
                self._forget()
                self.state = after
                return
        side.watch.read = at

    def serve(self, side: Side, now: datetime) -> tuple[bytes | None, int]:
        """Return our calendar for a platform, and the number of its revision (None and -1: there is none).

        That it was given out is stored before it leaves: a closing that comes back must never meet a memory that does
        not know of it. An answer that is lost then is made up for by the platform's next visit.
        """
        revisions = self.state.of(side.id).revisions
        if not self.up or not revisions or recovering(self.state):
            return None, -1
        revision = revisions[-1]
        if side.stale_until is not None:
            if now < side.stale_until:
                side.stale = side.stale or revision
                revision = side.stale
            else:
                side.stale_until = side.stale = None
        self._record(side, revision.number, now)
        self.calls.gave(side, revision.nights, now)
        self._effect()
        return self._body(side, revision), revision.number

    def _record(self, side: Side, number: int, now: datetime) -> None:
        """Record that a platform has read a revision."""
        self.flush()
        before = self.state
        self._effect()
        self.state = fetched(before, side.id, now + self.skew, number)
        if self.state.of(side.id).exposed != before.of(side.id).exposed:
            side.due = now

    def _body(self, side: Side, revision: Revision) -> bytes:
        key = (side.id, revision.number, revision.at)
        if key not in self._bodies:
            if len(self._bodies) > 64:
                self._bodies.clear()
            entries = [Entry(run.stay, derived(side.id, run.stay), run.stamp) for run in revision.runs]
            self._bodies[key] = render(entries, name=self.state.unit.name)
        return self._bodies[key]

    # -- our machine ---------------------------------------------------------------------------------------------------

    def _effect(self) -> None:
        """Do the next effect, or die before it."""
        if self.fuse is not None:
            if self.fuse <= 0:
                raise KilledError
            self.fuse -= 1

    def die(self) -> None:
        """Lose everything that is not durable."""
        self.fuse = None
        self.up = False
        self.flush()
        for side in self.sides:
            side.watch = Watch()
            side.due = None

    def rise(self, now: datetime) -> None:
        """Start again from what is durable."""
        self.up = True
        at = self._until = now + self.skew
        for side in self.sides:
            health = self.state.of(side.id).health or begun(at)
            side.due = max(now, now + (health.next_at - at))
            if side.marked is not None:
                side.due = max(now, min(side.due, side.marked))
        self._send()

    def step_clock(self, by: timedelta, now: datetime) -> None:
        """Let our clock step."""
        self.flush()
        self.skew += by
        self._until = now + self.skew
        if self.up:
            for side in self.sides:
                health = self.state.of(side.id).health or HealthState(begun(now).state, now, now)
                side.due = max(now, now + (health.next_at - now - self.skew))

    def back_up(self) -> None:
        """Copy what is durable."""
        self.flush()
        self.backup = (self.state, self.known)

    def put_back(self, now: datetime) -> None:
        """Put yesterday's backup in the place of what is remembered."""
        state, self.known = self.backup
        self.state = restored(state, now + self.skew)
        self.outbox = {}
        for side in self.sides:
            side.watch = Watch()
            side.due = now
        self._until = now + self.skew


@kept(1)
def _is_alone(revisions: tuple[Revision, ...]) -> bool:
    """Whether the platform has read the last of our revisions, and no other one since."""
    first = revisions[-1].first_fetch
    return first is not None and all(one.last_fetch is None or one.last_fetch <= first for one in revisions[:-1])
