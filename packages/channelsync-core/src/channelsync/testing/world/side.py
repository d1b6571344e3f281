"""One listing of the world: its simulated platform, how we read it, and what of its guests we have been shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import cast, final

from attrs import define, evolve, field, fields

from channelsync.adapter import FeedLook, Registry, SecretUrl
from channelsync.adapter.feed import FeedRoute
from channelsync.engine.step import Answer
from channelsync.ids import ChannelName, ListingId, UnitId
from channelsync.inventory import Listing
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.proof import Revision
from channelsync.state import ListingState, UnitState
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Habits
from channelsync.testing.world.script import Cast, Role

__all__ = ["Side", "Watch", "differing", "sides"]


@final
@define(eq=False)
class Watch:
    """What our process keeps in mind of one listing: short cuts, not knowledge. It is lost when the process is killed.

    ``steady`` is the state that the last look did not change but for its times. While the state is that very one, the
    platform's calendar is the same (``edits``, until ``lasting``) and nothing comes due (``until``), looks and readings
    are only noted here: the last look (``looked``), the last one that counts as new with the one before it (``new``),
    the ``stamp``, when to look next (``next_at``), and the platform's last reading of ours (``read``).
    """

    look: FeedLook | None = None
    answer: Answer | None = None
    """The last answer, if it was usable."""
    steady: ListingState | None = None
    fresh: bool = True
    """Whether that look counted as a new one; otherwise only copies given before are left out."""
    until: datetime | None = None
    edits: int = -1
    lasting: datetime | None = None
    version: tuple[object, ...] = ()
    page: str | None = None
    """The calendar that the platform wrote, but for DTSTAMP; None where it gives copies, or its answer was spoilt."""
    cached: bool = False
    """Whether the platform gives everybody a copy for some time."""
    looked: datetime | None = None
    new: tuple[datetime, datetime | None] | None = None
    stamp: datetime | None = None
    given: datetime | None = None
    """The DTSTAMP of the last look that was only noted."""
    next_at: datetime | None = None
    read: datetime | None = None

    def clear(self) -> None:
        """Forget what was noted: it is written into the state."""
        self.looked = self.new = self.next_at = self.read = self.given = None


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
    watch: Watch = field(factory=Watch)
    due: datetime | None = None
    """When we look next, by the world's clock; None while our machine is down."""
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

    shown: int = 0
    """How often an answer has shown something new."""
    _noted: tuple[int, Nights] | None = None
    _counted: tuple[int, int] | None = None

    def forget(self) -> None:
        """Forget all that we were shown, as our memory has."""
        self.seen.clear()
        self._noted = self._counted = None

    @property
    def id(self) -> ListingId:
        """The listing's id."""
        return self.listing.id

    @property
    def key(self) -> str:
        """The listing's key: how people name it."""
        return self.listing.key

    def note_shown(self, shown: Nights) -> None:
        """Remember which nights of which reservations an answer has shown."""
        noted = (self.platform.edits, shown)
        if noted == self._noted:
            return
        self._noted = noted
        for one in self.platform.reservations():
            self.seen[one.id] = self.seen.get(one.id, NO_NIGHTS) | one.stay.nights & shown
        self.shown += 1

    def count_sold(self) -> None:
        """Count anew which nights are sold and known to be."""
        if self._counted == (self.platform.edits, self.shown):
            return
        self._counted = (self.platform.edits, self.shown)
        booked = self.platform.reservations()
        self.sold_seen = Nights.union(one.stay.nights & self.seen.get(one.id, NO_NIGHTS) for one in booked)

    def closed_by_owner(self, now: datetime) -> Nights:
        """Return what the owner closed on the platform."""
        self.platform.sold(now)
        return self.platform.fixed["closed by the owner"]

    def closed_by_others(self, now: datetime) -> Nights:
        """Return what is closed on the platform and not by us: by the owner's hand or settings, or an old link."""
        self.platform.sold(now)
        fixed = self.platform.fixed
        direct = [nights for why, nights in fixed.items() if why.startswith("imported from direct-")]
        return Nights.union([*direct, fixed["closed by the owner"], fixed["preparation"]])


def sides(cast_: Cast, registry: Registry, seed: int, start: datetime) -> list[Side]:
    """Return the listings of a cast, their simulators set up from the plugins installed."""
    made: list[Side] = []
    for place, role in enumerate(cast_.roles):
        plugin = registry.get(role.channel)
        factory = cast("Callable[..., Platform]", plugin.load_sandbox())
        platform = factory(room=f"{cast_.name}-{place}", rng=Random(f"{seed}/platform/{place}"))
        platform.habits = _habits(platform.habits, role, start.date())
        options = {"preset": role.label} if role.channel == "ical" else {}
        route = plugin.route(options)
        name = ListingId(f"{place}-{role.channel}")
        listing = Listing(name, _unit(cast_), ChannelName(role.channel), role.label, route.traits)
        rng = Random(f"{seed}/looks/{place}")
        made.append(Side(place, role, platform, listing, route, SecretUrl(platform.urls[0]), rng))
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
