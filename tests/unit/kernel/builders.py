"""Small, readable builders: days counted from 1 March 2027, one unit with three listings, and looks at them.

`Unit3` drives the two pure functions of the kernel as the shell does: a look is folded in and the unit settled, at a
time that only moves when a test says so.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, Self

from attrs import define, evolve
from hypothesis import strategies as st

from channelsync.claims import Claim, Kind, Missing, Standing
from channelsync.conflicts import Conflict, conflicts
from channelsync.ids import ChannelName, ClaimId, ListingId, OwnerId, UnitId
from channelsync.inventory import Listing, Unit
from channelsync.nights import Nights, Stay
from channelsync.observation import Event, Observation, Verdict, months_after
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.proof import Revision, Run
from channelsync.pushing import Push, owed
from channelsync.reconcile import Step, fetched, observe, sending, settle
from channelsync.state import ListingState, Takeover, UnitState
from channelsync.traits import EchoHabit, Horizon, Traits

MARCH: Final = date(2027, 3, 1)
START: Final = datetime(2027, 3, 1, 9, tzinfo=UTC)
AIRBNB: Final = ListingId("airbnb")
BOOKING: Final = ListingId("booking")
GREENGO: Final = ListingId("greengo")
TYPED: Final = Traits(
    identified=frozenset({Kind.RESERVATION}),
    echo_kinds=frozenset({Kind.BLOCK}),
    horizon=Horizon(12, frozenset({Kind.BLOCK})),
    notice=True,
)
MERGING: Final = Traits(merges=True, clips=True, horizon=Horizon(18, frozenset({Kind.CLOSURE})))
PLAIN: Final = Traits(empty_is_normal=True)
TOLD: Final = Traits(
    identified=frozenset({Kind.RESERVATION}),
    echo=EchoHabit.ECHOES,
    echo_kinds=frozenset({Kind.BLOCK}),
    pushed=True,
)
HABITS: Final = {AIRBNB: TYPED, BOOKING: MERGING, GREENGO: PLAIN}


def day(number: int) -> date:
    """Return a day of March 2027; numbers beyond 31 run on into April, and 0 is the last of February."""
    return MARCH + timedelta(days=number - 1)


def stay(arrival: int, departure: int) -> Stay:
    """Return the stay between two days of March 2027."""
    return Stay(day(arrival), day(departure))


def nights(*edges: int) -> Nights:
    """Return the nights of stays given as arrival, departure, arrival, departure ..."""
    return Nights.of(*(stay(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)))


def at(number: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a time of that day of March 2027, in UTC."""
    return datetime.combine(day(number), START.timetz()).replace(hour=hour, minute=minute)


def guest(arrival: int, departure: int, uid: str = "", code: str = "") -> Event:
    """Return a reservation; its UID follows from its arrival unless given."""
    return Event(stay(arrival, departure), Kind.RESERVATION, uid or f"guest-{arrival}", code)


def block(arrival: int, departure: int) -> Event:
    """Return a block."""
    return Event(stay(arrival, departure), Kind.BLOCK, f"block-{arrival}")


def closure(arrival: int, departure: int) -> Event:
    """Return a closure."""
    return Event(stay(arrival, departure), Kind.CLOSURE, f"closure-{arrival}")


def unopened(arrival: int) -> Event:
    """Return the calendar of Booking.com that is not open from that night on, with what is merged into it."""
    return Event(Stay(day(arrival), months_after(MARCH, 18)), Kind.CLOSURE, "unopened")


def claim(arrival: int, departure: int, kind: Kind = Kind.CLOSURE, **more) -> Claim:
    """Return a claim, Booking.com's closure unless said otherwise."""
    made = Claim(
        id=ClaimId(f"c{arrival}-{departure}"),
        kind=kind,
        stay=stay(arrival, departure),
        first_seen=START,
        last_seen=START,
        listing=BOOKING,
    )
    return evolve(made, **more)


def missing(since: datetime = START, looks: int = 1, *, moved: bool = False) -> Missing:
    """Return what marks a claim that is not shown any more."""
    return Missing(since, since, looks, moved)


def listing(name: ListingId = BOOKING, *claims: Claim, traits: Traits | None = None, **more) -> ListingState:
    """Return a listing's state with these claims."""
    made = Listing(name, UnitId("lac"), ChannelName(name), traits=HABITS[name] if traits is None else traits)
    return ListingState(made, claims=claims, **more)


def revision(number: int, closed: Nights, published: datetime, *reads: datetime) -> Revision:
    """Return a version of a calendar and when the platform read it."""
    made = Revision(number, published, tuple(Run(run, published) for run in closed.runs()), closed)
    for read in reads:
        made = made.fetched(read)
    return made


def state(*listings: ListingState, turnover: int = 0, own: tuple[Claim, ...] = (), active: bool = False) -> UnitState:
    """Return a unit with these listings; no takeover is going on unless it is said to."""
    unit = Unit(UnitId("lac"), OwnerId("owner"), "Gîte du Lac", turnover=turnover)
    return UnitState(unit, listings, own, Takeover(active=active))


@define
class Unit3:
    """One unit on Airbnb, Booking.com and GreenGo, and the time."""

    state: UnitState
    now: datetime = START
    policy: Policy = DEFAULT_POLICY

    @classmethod
    def new(cls, *, turnover: int = 0, active: bool = False, **traits: Traits) -> Self:
        """Return a unit nobody has looked at; traits may be given by the listing's name."""
        made = (listing(name, traits=traits.get(name)) for name in HABITS)
        return cls(state(*made, turnover=turnover, active=active))

    @classmethod
    def quiet(cls, *, turnover: int = 0, active: bool = False, **traits: Traits) -> Self:
        """Return a unit whose three calendars were read empty, and whose platforms have read ours, an hour ago."""
        unit = cls.new(turnover=turnover, active=active, **traits)
        for name in HABITS:
            unit.look(name)
        unit.read(*HABITS)
        return unit.wait(hours=1)

    def wait(self, **much: float) -> Self:
        """Let time pass."""
        self.now += timedelta(**much)
        return self

    def look(self, name: ListingId, *events: Event, **more) -> Step:
        """Fold in a complete answer that shows these events, and settle; return what was found."""
        return self.fold(name, Observation(self.now, events, **more))

    def fold(self, name: ListingId, seen: Observation) -> Step:
        """Fold in a look, and settle."""
        step = observe(self.state, name, seen, self.policy)
        settled = settle(step.state, self.now, self.policy)
        self.state = settled.state
        return evolve(settled, findings=(*step.findings, *settled.findings))

    def looks(self, name: ListingId, *events: Event, times: int, every: timedelta) -> Self:
        """Look several times, waiting before each."""
        for _ in range(times):
            self.now += every
            self.look(name, *events)
        return self

    def settle(self) -> Step:
        """Settle the unit without a look."""
        step = settle(self.state, self.now, self.policy)
        self.state = step.state
        return step

    def read(self, *names: ListingId) -> Self:
        """Let platforms read the calendars we publish for them."""
        for name in names:
            self.state = fetched(self.state, name, self.now)
        return self

    def own(self, *claims: Claim) -> Self:
        """Let the owner make claims here."""
        self.state = evolve(self.state, own=(*self.state.own, *(evolve(one, listing=None) for one in claims)))
        self.settle()
        return self

    def change(self, name: ListingId, **fields) -> Self:
        """Set what is remembered of a listing."""
        self.state = self.state.with_listing(evolve(self.state.of(name), **fields))
        return self

    def of(self, name: ListingId) -> ListingState:
        """Return what is remembered of a listing."""
        return self.state.of(name)

    def claims(self, name: ListingId) -> tuple[Claim, ...]:
        """Return the claims of a listing."""
        return self.state.of(name).claims

    def only(self, name: ListingId) -> Claim:
        """Return the one claim of a listing."""
        (one,) = self.state.of(name).claims
        return one

    def closed(self, name: ListingId) -> Nights:
        """Return the nights from today on that the calendar in force for a listing closes."""
        return self.state.of(name).published.since(self.state.unit.today(self.now))

    def verdict(self, name: ListingId) -> Verdict | None:
        """Return what the last look at a listing was worth."""
        return self.state.of(name).verdict

    def conflicts(self) -> tuple[Conflict, ...]:
        """Return the conflicts that stand now."""
        return conflicts(self.state, self.state.unit.today(self.now))

    def suspected(self, name: ListingId) -> Nights:
        """Return the nights of a listing's suspected claims."""
        return Nights.union(one.nights for one in self.claims(name) if one.standing is Standing.SUSPECTED)


class Written(Unit3):
    """A unit whose first two listings take our writes, driven as the shell drives it."""

    @property
    def today(self):
        """The date at the unit."""
        return self.state.unit.today(self.now)

    def owed(self, name: ListingId, *, looked: bool = True) -> Push:
        """Return what is owed to a listing, having been looked at just now or not."""
        return owed(self.state.of(name), self.today, looked=self.now if looked else None)

    def sent(self, name: ListingId) -> None:
        """Note that a listing is being written to."""
        self.state = sending(self.state, name, self.now, self.owed(name, looked=False).closing)

    def accepted(self, name: ListingId) -> Self:
        """Note that it has accepted what was written, and return the unit."""
        self.state = fetched(self.state, name, self.now, written=True)
        return self


def written(traits: Traits = TOLD) -> Written:
    """Return a quiet unit on two listings that take our writes, and one that reads a calendar."""
    unit = Written.new(airbnb=traits, booking=traits)
    for one in (AIRBNB, BOOKING):
        unit.state = unit.state.with_listing(evolve(unit.state.of(one), habit=EchoHabit.ECHOES))
    for name in (AIRBNB, BOOKING, GREENGO):
        unit.look(name)
    unit.read(AIRBNB, BOOKING, GREENGO)
    unit.wait(hours=1)
    return unit


# --- random histories -------------------------------------------------------------------------------------------------

_POOLS: Final = {
    AIRBNB: (
        guest(5, 8, "a"),
        guest(6, 9, "a"),
        guest(10, 13, "b"),
        guest(12, 15, "c"),
        guest(20, 40, "d"),
        block(9, 11),
    ),
    BOOKING: (closure(10, 13), closure(9, 14), closure(13, 15), closure(40, 60), closure(70, 73), closure(2, 4)),
    GREENGO: (closure(12, 16), block(30, 33), closure(30, 32), guest(50, 52), closure(5, 7), closure(80, 84)),
}
_NAMES: Final = st.sampled_from(tuple(HABITS))
_LOOKS: Final = _NAMES.flatmap(
    lambda name: st.tuples(
        st.just("look"),
        st.just(name),
        st.lists(st.sampled_from(_POOLS[name]), unique=True, max_size=6).map(tuple),
        st.sampled_from(["", "", "echo", "part"]),
    )
)
_OTHERS: Final = st.tuples(st.sampled_from(["304", "failure", "read", "again"]), _NAMES, st.just(()), st.just(""))
HISTORIES: Final = st.lists(
    st.tuples(st.sampled_from([0, 1, 15, 15, 31, 300, 1500, 2400]), st.one_of(_LOOKS, _LOOKS, _OTHERS)), max_size=15
)
"""What may happen to a unit: minutes that pass, then a look (with our own closings sent back, or half of them), an
unusable answer, a 304, the last answer again, or a fetch of our calendar."""

Act = tuple[str, ListingId, tuple[Event, ...], str]
"""What happens, on which listing, what it shows, and whether our own closings come with it."""


def seen_by(unit: Unit3, act: Act) -> Observation | None:
    """Return the look that an act of a history is, None when it is a fetch."""
    what, name, events, echoed = act
    if what == "read":
        return None
    if what == "failure":
        return Observation(unit.now, failure="HTTP 500")
    if what == "304":
        return Observation(unit.now, not_modified=True)
    if what == "again":
        return Observation(unit.now, unit.of(name).events)
    runs = unit.closed(name).runs() if echoed else ()
    kept = runs[::2] if echoed == "part" else runs
    kind = Kind.BLOCK if name == AIRBNB else Kind.CLOSURE
    return Observation(unit.now, events + tuple(Event(run, kind, f"echo-{run.arrival}") for run in kept))


def lived(unit: Unit3, history: list[tuple[int, Act]]) -> Unit3:
    """Let a history happen to a unit."""
    for minutes, act in history:
        unit.wait(minutes=minutes)
        seen = seen_by(unit, act)
        if seen is None:
            unit.settle()
            unit.read(act[1])
        else:
            unit.fold(act[1], seen)
    return unit
