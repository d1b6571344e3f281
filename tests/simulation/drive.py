"""A small deterministic driver: one unit, simulated platforms, a virtual clock, and the truth beside what we believe.

Nothing sleeps and nothing is sent. A platform's export is read as bytes and folded into the unit with `observe`; the
unit is settled; platforms read the calendars we publish, written as bytes, at their own rhythm and with their own lag.
Guests only book what a platform itself lets them book. After each step the driver compares what we publish with what
the platforms have really sold, and keeps a time line that a person can read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final, final

import httpx
from attrs import Factory, define, evolve

from channelsync.conflicts import Certainty, Conflict
from channelsync.errors import WireFormatError
from channelsync.ical import Entry, read, render
from channelsync.ical.dialect import observe as told
from channelsync.ids import ListingId, OwnerId, UnitId, derived
from channelsync.inventory import Listing, Unit
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Observation
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.proof import Revision
from channelsync.reconcile import fetched, observe, settle
from channelsync.state import Did, ListingState, Takeover, UnitState
from channelsync.takeover import Answer, answer, questions
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Refusal, Reservation
from tests.simulation.channels import CHANNELS
from tests.simulation.judge import Side, Tally, double_sales, meant, standing

__all__ = ["START", "World", "stay"]

START: Final = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
QUARTER: Final = timedelta(minutes=15)
_OURS: Final = "https://calendars.example.org/"


def stay(first: int, nights: int, start: datetime = START) -> Stay:
    """Return the stay that begins so many days after the start."""
    arrival = start.date() + timedelta(days=first)
    return Stay(arrival, arrival + timedelta(days=nights))


@final
@define(eq=False)
class World:
    """The unit, its listings, the clock and the time line."""

    sides: dict[str, Side]
    state: UnitState
    rng: Random
    start: datetime = START
    now: datetime = START
    policy: Policy = DEFAULT_POLICY
    line: list[str] = Factory(list)
    tally: Tally = Factory(Tally)
    served: dict[str, bytes] = Factory(dict)
    conflicts: dict[str, Conflict] = Factory(dict)
    compared: tuple[object, ...] = ()
    judged: tuple[object, ...] = ()
    conflicts_now: tuple[Conflict, ...] = ()
    idle: int = 0
    hidden: Nights = NO_NIGHTS
    """Nights that a listing opened by itself while a guest elsewhere stood behind an echo of ours."""
    _lost: dict[str, Nights] = Factory(dict)

    # -- building ------------------------------------------------------------------------------------------------------

    @classmethod
    def of(
        cls,
        *names: str,
        seed: int = 1,
        habits: Mapping[str, Mapping[str, object]] | None = None,
        turnover: int = 0,
        takeover: bool = False,
        linked: bool = True,
    ) -> World:
        """Build a unit with one listing a channel; ``habits`` are changes to a platform's habits, by channel."""
        rng = Random(seed)
        unit = Unit(UnitId("lodging"), OwnerId("owner"), "lodging", turnover=turnover)
        sides: dict[str, Side] = {}
        listings: list[ListingState] = []
        for name in names:
            channel = CHANNELS[name.partition(":")[0]]
            platform = channel.platform(room=name, rng=Random(rng.getrandbits(64)))
            if habits and name in habits:
                platform.habits = evolve(platform.habits, **habits[name])
            sides[name] = Side(name, platform, ListingId(name))
            listing = Listing(ListingId(name), unit.id, channel.name, name.partition(":")[2], channel.feed.traits)
            listings.append(ListingState(listing, habit=channel.feed.traits.echo))
        state = UnitState(unit, tuple(listings), takeover=Takeover(active=takeover))
        world = cls(sides, state, rng)
        if linked:
            world.link_all()
        return world

    def link_all(self) -> None:
        """Let the owner paste our calendar's address into every platform."""
        for side in self.sides.values():
            side.platform.link(_OURS + side.name, self.now)

    def __getitem__(self, name: str) -> Platform:
        """Return a platform."""
        return self.sides[name].platform

    def listing(self, name: str) -> ListingState:
        """Return what we remember of a listing."""
        return self.state.of(ListingId(name))

    # -- acting --------------------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Write a line of the time line."""
        self.line.append(f"{self.now - START!s:>18}  {text}")

    def book(self, name: str, wanted: Stay, *, force: bool = False, quiet: bool = False) -> Reservation | None:
        """Let a guest book; None where the platform refuses."""
        result = self[name].book(wanted, self.now, force=force)
        if isinstance(result, Refusal):
            if not quiet:
                self.say(f"{name} refuses {wanted}: {'; '.join(result.why)}")
            return None
        self.tally.acts += 1
        self.say(f"{name} sells {wanted}")
        return result

    def sell(self, name: str, wanted: Stay) -> Reservation:
        """Let a guest book what must be bookable."""
        result = self.book(name, wanted)
        assert result is not None, self.told()
        return result

    def cancel(self, name: str, gone: Reservation) -> None:
        """Let a guest cancel."""
        self[name].cancel(gone.id, self.now)
        self.tally.acts += 1
        self.say(f"{name} cancels {gone.stay}")

    def move(self, name: str, which: Reservation, to: Stay) -> bool:
        """Let a guest change dates; False where the platform refuses."""
        result = self[name].change(which.id, to, self.now)
        if isinstance(result, Refusal):
            return False
        self.tally.acts += 1
        self.say(f"{name} moves {which.stay} to {to}")
        return True

    def close(self, name: str, nights: Stay) -> None:
        """Let the owner close nights on a platform."""
        self[name].close(nights, self.now)
        self.tally.acts += 1
        self.say(f"the owner closes {nights} on {name}")

    def open(self, name: str, nights: Stay) -> None:
        """Let the owner open nights on a platform."""
        self[name].open(nights, self.now)
        self.tally.acts += 1
        self.say(f"the owner opens {nights} on {name}")

    def owner_answers(self) -> None:
        """Let the owner say which of the open questions are no guests: the platform itself shows it."""
        unclear = {one.claim for one in questions(self.state) if one.claim}
        unclear |= {claim for one in self.conflicts_now for claim in one.claims}
        for claim in sorted(unclear, key=lambda one: one.id):
            side = next((one for one in self.sides.values() if one.id == claim.listing), None)
            if side is None or claim.kind in self.state.of(side.id).listing.traits.identified:
                continue
            taken = side.platform.sold(self.now) | self.closed_by_owner(side.name)
            if not taken.overlaps(claim.nights.since(self.state.unit.today(self.now))):
                self.state = answer(self.state, claim.id, Answer.OLD_LINK)
                self.say(f"the owner says that {claim} is a copy")

    # -- time ----------------------------------------------------------------------------------------------------------

    def run(
        self, hours: float, *, each: Callable[[World], None] | None = None, skip: Iterable[str] = (), looks: bool = True
    ) -> World:
        """Let so many hours pass, a quarter of an hour at a time."""
        for _ in range(round(hours * 4)):
            self.now += QUARTER
            if each is not None:
                each(self)
            self.imports()
            if looks:
                self.step(skip=skip)
        return self

    def step(self, *, skip: Iterable[str] = ()) -> None:
        """Look at every platform and settle."""
        for name in self.sides:
            if name not in skip:
                self.look(name)
        self.settle()

    def look(self, name: str) -> None:
        """Read a platform's export once."""
        side = self.sides[name]
        before = self.state.of(side.id)
        seen = self._observed(side)
        step = observe(self.state, side.id, seen, self.policy)
        self.state = step.state
        if seen.usable:
            self._note_shown(side)
        for finding in step.findings:
            nights = ", ".join(map(str, finding.nights.runs()))
            self.say(f"  {name}: {finding.did.value} {nights} ({finding.why})")
        if before.habit is not self.state.of(side.id).habit:
            self.say(f"  {name}: habit is now {self.state.of(side.id).habit.value}")

    def settle(self) -> None:
        """Decide, publish, and compare with the truth."""
        before = {one.id: one.published for one in self.state.listings}
        step = settle(self.state, self.now, self.policy)
        self.state = step.state
        today = self.state.unit.today(self.now)
        for finding in step.findings:
            if finding.did is Did.PUBLISH:
                self.tally.revisions += 1
        for change in step.plan.changes:
            self.tally.opened += bool(change.open)
            name = str(change.listing)
            self.say(f"  -> {name}: close [{_told(change.close)}] open [{_told(change.open)}] ({change.why})")
            self.served.pop(name, None)
        self._compare(before, today)
        self.conflicts_now = step.plan.conflicts
        self._judge(step.plan.conflicts)

    def imports(self) -> None:
        """Let the platforms read what is due."""
        for side in self.sides.values():
            for name in side.platform.due_imports(self.now):
                request = side.platform.import_request(name, self.now)
                side.platform.imported(name, self._answer(side, request), self.now)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _answer(self, side: Side, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        if not url.startswith(_OURS):
            other = next(one for one in self.sides.values() if one.platform.knows(request.url))
            return other.platform.handle(request, self.now)
        revisions = self.state.of(side.id).revisions
        if not revisions:
            return httpx.Response(503)
        if not side.editions or side.editions[-1][1].number != revisions[-1].number:
            side.editions.append((revisions[-1].at, revisions[-1]))
            side.editions = side.editions[-20:]
        served = [one for at, one in side.editions if at <= self.now - side.stale_by] or [side.editions[0][1]]
        self.state = fetched(self.state, side.id, self.now, served[-1].number)
        return httpx.Response(200, content=self._rendered(side.name, served[-1]))

    def _rendered(self, name: str, revision: Revision) -> bytes:
        entries = (Entry(run.stay, derived(name, run.stay), run.stamp) for run in revision.runs)
        return render(entries, name="lodging")

    def _observed(self, side: Side) -> Observation:
        version = side.platform.version(self.now)
        if version == side.version and side.observation is not None and not side.platform.faults:
            last = side.observation
            stamp = self.now if last.stamp is not None and not side.platform.habits.export_cache else last.stamp
            side.observation = evolve(last, at=self.now, stamp=stamp)
            return side.observation
        answer = side.platform.answer(self.now)
        side.version = ()
        if answer.status != 200:
            return Observation(self.now, failure=f"answered {answer.status}")
        channel = CHANNELS[side.name.partition(":")[0]]
        try:
            side.reading = read(
                answer.body, timezone=self.state.unit.timezone, dates=channel.feed.dialect.dates, previous=side.reading
            )
        except WireFormatError as error:
            return Observation(self.now, failure=str(error))
        side.observation = told(side.reading, channel.feed.dialect, self.now)
        if not side.platform.faults:
            side.version = version
        return side.observation

    def _note_shown(self, side: Side) -> None:
        """Remember which nights of which reservations were shown: a wrong answer or a cached copy shows less."""
        version = (side.platform.version(self.now), id(side.observation) if side.platform.faults else 0)
        if version == side.noted or side.observation is None:
            return
        side.noted = version
        shown = side.observation.nights
        for one in side.platform.reservations():
            side.seen[one.id] = side.seen.get(one.id, NO_NIGHTS) | one.stay.nights & shown

    def _sold_seen(self, side: Side) -> Nights:
        """Return the nights of standing reservations that we have been shown."""
        booked = side.platform.reservations()
        return Nights.union(one.stay.nights & side.seen.get(one.id, NO_NIGHTS) for one in booked)

    def _compare(self, before: Mapping[ListingId, Nights], today: date) -> None:
        for side in self.sides.values():
            side.platform.sold(self.now)  # what was read before and is due takes force
        version = (
            today,
            *((side.platform.edition(self.now), side.noted) for side in self.sides.values()),
            *(one.published for one in self.state.listings),
        )
        if version == self.compared:
            self.tally.held_hours += self.idle / 4
            return
        self.compared = version
        self.idle = 0
        for side in self.sides.values():
            listing = self.state.of(side.id)
            others = [other for other in self.sides.values() if other is not side]
            own = side.platform.sold(self.now)
            sold = Nights.union(other.platform.sold(self.now) for other in others)
            seen = Nights.union(self._sold_seen(other) for other in others).since(today) - own
            opened = before[side.id] - listing.published
            if opened & seen:
                self.tally.wrong.append(self._mark(f"WRONG OPENING on {side.name}: {_told(opened & seen)}"))
            unclosed = seen - listing.published - opened - side.platform.closed(self.now)
            hidden = unclosed & Nights.union(self.state.of(other.id).echo for other in others)
            unclosed -= hidden
            self.hidden |= hidden
            if unclosed and not unclosed <= self._told_lost(side.name):
                self.tally.lost.append(self._mark(f"NOT CLOSED on {side.name}: {_told(unclosed)}"))
                self._lost[side.name] = unclosed
            true = sold | Nights.union(self.closed_by_owner(other.name) for other in others)
            idle = (listing.published.since(today) - true).since(today)
            self.idle += len(idle)
        self.tally.held_hours += self.idle / 4

    def _told_lost(self, name: str) -> Nights:
        return self._lost.get(name, NO_NIGHTS)

    def _mark(self, text: str) -> str:
        self.say(f"  !! {text}")
        return self.line[-1]

    def closed_by_owner(self, name: str) -> Nights:
        """Return what the owner closed on a platform."""
        return self[name].reasons(self.now)["closed by the owner"]

    def _judge(self, found: tuple[Conflict, ...]) -> None:
        version = (self.compared, tuple((one.id, one.certainty, one.nights) for one in found))
        if version == self.judged:
            return
        self.judged = version
        guests = standing(self.sides.values(), self.state.unit.today(self.now))
        self.tally.real |= double_sales(guests)
        for conflict in found:
            if conflict.id not in self.conflicts:
                self.say(f"  CONFLICT {conflict.certainty.value} {_told(conflict.nights)} {conflict.claims}")
            self.conflicts[conflict.id] = conflict
            pairs = meant(conflict, guests)
            if not pairs and conflict.certainty is Certainty.CERTAIN:
                self._mark(f"FALSE CERTAIN {conflict.claims}")
            self.tally.note(conflict, pairs)

    # -- judging -------------------------------------------------------------------------------------------------------

    def ghosts(self) -> list[str]:
        """Return where our calendars differ from the union of the true claims elsewhere.

        Nights that the listing itself has sold or closed do not count: what else closes them there shows when they end.
        """
        today = self.state.unit.today(self.now)
        found: list[str] = []
        for side in self.sides.values():
            true = NO_NIGHTS
            for other in self.sides.values():
                if other is not side:
                    true |= other.platform.sold(self.now) | self.closed_by_owner(other.name)
            published = self.listing(side.name).published.since(today)
            own = side.platform.sold(self.now) | self.closed_by_owner(side.name)
            true = true.since(today)
            if published - true - own or true - published - own:
                found.append(
                    f"{side.name}: ghosts [{_told(published - true - own)}] missing [{_told(true - published - own)}]"
                )
        return found

    def told(self) -> str:
        """Return the time line."""
        return "\n".join(["", *self.line])


def _told(nights: Nights) -> str:
    return ", ".join(map(str, nights.runs()))
