"""One listing of the world: its simulated platform, how we read it, and what of its guests we have been shown."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import cast, final

from attrs import define, evolve, field, fields

from channelsync.adapter import Registry, SecretUrl
from channelsync.adapter.feed import FeedRoute
from channelsync.claims import Claim, Kind
from channelsync.ids import ChannelName, ListingId, UnitId
from channelsync.inventory import Listing
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Observation
from channelsync.proof import Revision, fetched_nights
from channelsync.state import ListingState, UnitState
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Habits, Reservation
from channelsync.testing.world.line import Line, connected
from channelsync.testing.world.script import Cast, Role
from channelsync.testing.world.watch import Shows, Watch
from channelsync.traits import EchoHabit

__all__ = ["Side", "differing", "sides"]


@final
@define
class Given:
    """The calendars of ours that a platform was given, or may have been: our process may be killed as it answers."""

    _entries: list[tuple[datetime, Nights]] = field(factory=list[tuple[datetime, Nights]])

    def add(self, nights: Nights, now: datetime) -> None:
        """Note that it was given one."""
        if not self._entries or self._entries[-1][1] != nights:
            self._entries.append((now, nights))

    @property
    def last(self) -> Nights:
        """The nights of the last one."""
        return self._entries[-1][1] if self._entries else NO_NIGHTS

    def since(self, when: datetime) -> Nights:
        """Return the nights of those that were the last one given at that time, or later."""
        place = bisect_right(self._entries, when, key=lambda one: one[0])
        return Nights.union(nights for _, nights in self._entries[max(0, place - 1) :])

    def doubt(self, believed: Nights, now: datetime) -> None:
        """Note that our memory was put back to a day when another was the last one given."""
        last = self.last
        self.add(believed, now)
        self.add(last, now)


@final
@define(eq=False)
class Side:
    """One listing; ``seen`` are, of each reservation, the nights that some answer has shown us."""

    place: int
    role: Role
    platform: Platform
    listing: Listing
    route: FeedRoute
    url: SecretUrl
    rng: Random
    id: ListingId = field(init=False)
    """The listing's id."""
    line: Line | None = None
    """The line to its platform's API, None where it is linked by its calendar."""
    watch: Watch = field(factory=Watch)
    due: datetime | None = None
    """When we look next, by the world's clock; None while our machine is down."""
    marked: datetime | None = None
    """When it is due by a mark in the ledger, beside its usual time."""
    unproved: int = -1
    """How many quiet looks are still left out before one is made in full, to prove them equal; -1 if not drawn yet."""
    reads: dict[str, datetime] = field(factory=dict[str, datetime])
    """When the platform reads each linked calendar next."""
    served: int = -1
    """The number of the revision that the platform read last, -1 after any other answer."""
    stale_until: datetime | None = None
    """Until when something between us gives the platform the copy of `stale`."""
    stale: Revision | None = None
    published: list[tuple[datetime, Nights]] = field(factory=list[tuple[datetime, Nights]])
    """What our calendar for it said, one entry a change."""
    seen: dict[str, Nights] = field(factory=dict[str, Nights])
    sold_seen: Nights = NO_NIGHTS
    """The nights of standing reservations that we have been shown."""

    forgotten: dict[str, Nights] = field(factory=dict[str, Nights])
    """What ``seen`` was before our memory was put back to an earlier day."""
    given: Given = field(factory=Given)
    shown: int = 0
    """How often an answer has shown something new."""
    unsaid: dict[str, Nights] = field(factory=dict[str, Nights])
    """Nights that only the owner's word can open, by whom they were of: guests who are gone, of whose going the
    platform, which left them closed, has not told us; what came back under a write of ours; and what the owner, who
    cannot see that, has called theirs above one."""
    never: datetime | None = None
    """The look that taught us that the listing never echoes: what a look teaches serves the next one."""
    shown_ever: Nights = NO_NIGHTS
    """All nights that an answer has ever shown."""
    named: Nights = NO_NIGHTS
    """The nights that the last answer said to be a guest's; it may be an old copy, and the guest gone."""
    veiled: Nights = NO_NIGHTS
    """The nights that nobody could tell from our own closing when an answer showed them last."""
    _closings: Nights = NO_NIGHTS
    """The nights that the owner had closed there when an answer showed them."""
    _backed_up: tuple[dict[str, Nights], Nights] = field(factory=lambda: ({}, NO_NIGHTS))
    _noted: tuple[int, Nights, Nights] | None = None
    _counted: tuple[int, int] | None = None
    _others: tuple[int, Nights] = (-1, NO_NIGHTS)

    def __attrs_post_init__(self) -> None:
        """Keep the id at hand: it is asked for more often than anything else."""
        self.id = self.listing.id

    def back_up(self) -> None:
        """Copy what we were shown, as our memory is copied."""
        self._backed_up = dict(self.seen), self._closings

    def put_back(self, listing: ListingState, now: datetime) -> None:
        """Forget all that we were shown since our memory was copied, as it has."""
        for name, nights in self.seen.items():
            self.forgotten[name] = self.forgotten.get(name, NO_NIGHTS) | nights
        seen, self._closings = self._backed_up
        self.seen = dict(seen)
        self._noted = self._counted = None
        self.given.doubt(fetched_nights(listing.revisions), now)

    @property
    def shows(self) -> Shows:
        """What a look at it meets."""
        return self.line or self.platform

    @property
    def key(self) -> str:
        """The listing's key: how people name it."""
        return self.listing.key

    @property
    def names_guests(self) -> bool:
        """Whether its guests are known as such where they are shown, and nobody stands behind anything else."""
        typed = self.platform.habits.typed and Kind.RESERVATION in self.listing.traits.identified
        return typed or self.line is not None

    def note_shown(self, seen: Observation) -> None:
        """Remember which nights of which reservations an answer has shown.

        Where guests are known as such, only as theirs: an old copy may show our own closing where one has just booked.
        """
        shown = guests = seen.nights
        if self.names_guests:
            known = self.listing.traits.identified
            guests = self.named = Nights.union([one.stay.nights for one in seen.events if one.kind in known])
        noted = (self.platform.edits, shown, guests)
        if noted == self._noted:
            return
        self._noted = noted
        for one in self.platform.reservations():
            self.seen[one.id] = self.seen.get(one.id, NO_NIGHTS) | one.stay.nights & guests
        if self.line is None:
            self._closings = (self._closings | shown) & self.platform.fixed["closed by the owner"]
        self.shown_ever |= shown if self.line is None else guests
        self.shown += 1

    def count_sold(self) -> None:
        """Count anew which nights are sold and known to be."""
        if self._counted == (self.platform.edits, self.shown):
            return
        self._counted = (self.platform.edits, self.shown)
        booked = self.platform.reservations()
        self.sold_seen = Nights.union(one.stay.nights & self.seen.get(one.id, NO_NIGHTS) for one in booked)

    @property
    def sold_forgotten(self) -> Nights:
        """The nights of standing reservations that we were shown before our memory was put back, and not since."""
        if not self.forgotten:
            return NO_NIGHTS
        standing = self.platform.reservations()
        known = Nights.union(one.stay.nights & self.forgotten.get(one.id, NO_NIGHTS) for one in standing)
        self.count_sold()
        return known - self.sold_seen

    @property
    def closings_seen(self) -> Nights:
        """The nights that the owner keeps closed there and that its calendar has shown; none by an API.

        By an API they are blocks, as our own closings are, and what of them was shown is not kept apart here.
        """
        return self._closings & self.platform.fixed["closed by the owner"]

    def note_habit(self, listing: ListingState) -> None:
        """Remember which look taught us that it never echoes."""
        if listing.habit is not EchoHabit.NEVER:
            self.never = None
        elif self.never is None:
            self.never = listing.complete_at

    def closed_by_owner(self, now: datetime) -> Nights:
        """Return what the owner closed on the platform."""
        self.platform.sold(now)
        return self.platform.fixed["closed by the owner"] if self.line is None else self.platform.hands[0]

    def closed_by_others(self, now: datetime) -> Nights:
        """Return what is closed on the platform and not by us: by the owner's hand or settings, or an old link."""
        self.platform.sold(now)
        if self._others[0] != self.platform.edits:
            fixed = self.platform.fixed
            direct = [nights for why, nights in fixed.items() if why.startswith("imported from direct-")]
            others = Nights.union([*direct, self.closed_by_owner(now), fixed["preparation"]])
            self._others = (self.platform.edits, others)
        return self._others[1] | self.left_over if self.unsaid else self._others[1]

    @property
    def left_over(self) -> Nights:
        """The nights left closed that only the owner's word can open; what was opened all the same is not any more."""
        still = {name: nights & self.platform.hands[1] for name, nights in self.unsaid.items()}
        self.unsaid = {name: nights for name, nights in still.items() if nights}
        return Nights.union(self.unsaid.values())

    def leave(self, gone: Reservation, nights: Nights) -> None:
        """Note that a guest leaves nights, which the platform may keep closed."""
        if self.role.leaves_closed:
            code = gone.code if self.seen.get(gone.id) else f"{gone.code}, never shown"
            self.unsaid[code] = self.unsaid.get(code, NO_NIGHTS) | nights

    def came_back(self, before: ListingState, after: ListingState) -> None:
        """Note what had vanished and is shown again where we have written: it, or our own closing, nobody can tell."""
        if self.line is None:
            return
        vanished = {claim.id for claim in before.claims if claim.missing}
        for claim in after.claims if vanished else ():
            written = claim.nights & self.platform.hands[1]
            if written and claim.id in vanished and not claim.missing:
                self.unsaid[claim.id] = written
        if self.unsaid:  # what is released after all is ours to open
            for gone in {claim.id for claim in before.claims} - {claim.id for claim in after.claims}:
                self.unsaid.pop(gone, None)

    def called_theirs(self, claim: Claim) -> None:
        """Note what the owner has called theirs although a write of ours closes it too: only they can open it now."""
        written = claim.nights & self.platform.hands[1] if self.line is not None else NO_NIGHTS
        if written:
            self.unsaid[claim.id] = written

    def said(self, code: str, known: ListingState) -> None:
        """Note that the platform has told us of a guest's going, in time: of one whom it had shown to us."""
        if not self.unsaid.get(code, NO_NIGHTS).overlaps(known.claimed):
            self.unsaid.pop(code, None)


def sides(cast_: Cast, registry: Registry, seed: int, start: datetime) -> list[Side]:
    """Return the listings of a cast, their simulators set up from the plugins installed."""
    made: list[Side] = []
    for place, role in enumerate(cast_.roles):
        plugin = registry.get(role.channel)
        rng = Random(f"{seed}/platform/{place}")
        line = connected(plugin, role, place, rng) if role.api else None
        if line is not None:
            platform = line.platform
        else:
            factory = cast("Callable[..., Platform]", plugin.load_sandbox())
            platform = factory(room=f"{cast_.name}-{place}", rng=rng)
        platform.habits = _habits(platform.habits, role, start.date())
        options = {"preset": role.label} if role.channel == "ical" else {}
        route = plugin.route(options)
        name = ListingId(f"{place}-{role.channel}")
        traits = route.traits if line is None else line.traits
        listing = Listing(name, _unit(cast_), ChannelName(role.channel), role.label, traits)
        rng = Random(f"{seed}/looks/{place}")
        made.append(Side(place, role, platform, listing, route, SecretUrl(platform.urls[0]), rng, line))
    for side in made:
        for other in side.role.direct:
            side.platform.link(made[other].platform.urls[0], start, name=f"direct-{other}")
    return made


def _unit(cast_: Cast) -> UnitId:
    return UnitId(cast_.name)


def _habits(habits: Habits, role: Role, today: date) -> Habits:
    """Return a platform's habits with what its role says."""
    opened = today + timedelta(days=role.opened_days) if role.opened_days is not None else habits.opened_until
    return evolve(
        habits,
        echo=role.echo,
        typed=habits.typed if role.typed is None else role.typed,
        import_every=timedelta(seconds=role.import_every),
        import_jitter=timedelta(seconds=role.import_jitter),
        import_lag=timedelta(seconds=role.import_lag),
        export_cache=timedelta(seconds=role.export_cache),
        opened_until=opened,
        window_days=role.window_days if role.window_days is not None else habits.window_days,
        notice_nights=role.notice_nights or habits.notice_nights,
        preparation=role.preparation or habits.preparation,
    )


def differing(expected: UnitState, found: UnitState) -> str:
    """Name the fields that differ."""
    names = [
        f"unit.{one.name}" for one in fields(UnitState) if one.name != "listings" and _differ(expected, found, one.name)
    ]
    for first, second in zip(expected.listings, found.listings, strict=True):
        names += [f"{first.id}.{one.name}" for one in fields(ListingState) if _differ(first, second, one.name)]
    return ", ".join(names)


def _differ(first: object, second: object, name: str) -> bool:
    return bool(getattr(first, name) != getattr(second, name))
