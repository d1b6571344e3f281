"""What is remembered of a unit between looks: explicit, frozen, and enough to decide everything.

Rule 1: everything a decision depends on is in a `UnitState`, in the observation, in the policy, or in ``now``.
Nothing is kept anywhere else, so a step can be replayed from the ledger, killed between any two effects, or run
twice.

Rule 2: a state is a value. Each step returns a new one and the *findings* that led to it; the shell stores both
together.

Of each listing we remember what it showed last (``shown``), and for each of those nights whose it is: **aside** (a
rolling end of the calendar), **echo** (our own closing come back) or a **claim**. The attribution is made once, when
a look first shows the night closed after showing it open, and lasts until a complete look shows it open again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from typing import final

from attrs import Factory, frozen

from channelsync.cadence import HealthState
from channelsync.claims import Claim, Missing
from channelsync.errors import UsageError
from channelsync.evolving import evolve, kept
from channelsync.ids import ClaimId, ListingId
from channelsync.inventory import Listing, Unit
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Aside, Event, Verdict, window
from channelsync.proof import Evidence, Exposure, Revision, contradicted, evidence
from channelsync.traits import EchoHabit

__all__ = ["Did", "Fading", "Finding", "Freed", "Lessons", "ListingState", "Takeover", "UnitState"]


class Did(Enum):
    """What a step found or decided."""

    CLAIM = "claim"
    RELEASE = "release"
    KEEP = "keep"
    SET_ASIDE = "set_aside"
    ECHO = "echo"
    CONFLICT = "conflict"
    SUSPECT = "suspect"
    UNUSABLE = "unusable"
    HABIT = "habit"
    PUBLISH = "publish"


@final
@frozen
class Finding:
    """One thing a step found or decided about a listing, and why. ``listing`` is None for what concerns the unit."""

    at: datetime
    did: Did
    nights: Nights
    why: str
    listing: ListingId | None = None
    claims: tuple[ClaimId, ...] = ()


@final
@frozen
class Freed:
    """Nights released because they disappeared, and for how many guests they may count (they brake later releases)."""

    at: datetime
    nights: Nights
    weight: int


@final
@frozen
class Fading:
    """Nights that an echo behind which a guest may stand has left: open once looks agree, as with a vanished claim."""

    nights: Nights
    missing: Missing


@final
@frozen
class Lessons:
    """What a listing taught us about its echo: closings it read, had time to show, and did not.

    ``taught`` are nights already counted, so that one closing is one lesson. ``followed`` counts what it showed closed
    because of us for certain: closings that came back and went again once it had read a calendar without them.
    """

    silent: int = 0
    taught: Nights = NO_NIGHTS
    followed: int = 0


@final
@frozen
class ListingState:
    """Everything remembered of one listing; times are aware datetimes, None while there is nothing to remember."""

    listing: Listing
    looked_at: datetime | None = None
    """When the last usable answer came."""
    looked_before: datetime | None = None
    """When the usable answer before that one came: how often this listing is looked at."""
    complete_at: datetime | None = None
    """When the last complete look was."""
    verdict: Verdict | None = None
    """What the last answer was worth, usable or not."""
    failure: str | None = None
    """Why the last answer was unusable."""
    events: tuple[Event, ...] = ()
    """What the last usable look showed."""
    stamp: datetime | None = None
    live_stamps: bool = False
    """Whether this listing's DTSTAMP has been seen to be the time of the request."""
    shown: Nights = NO_NIGHTS
    """Nights closed in the last complete look, and those a suspect one added since."""
    aside: Aside = Factory(Aside)
    tail_gone: datetime | None = None
    """Since when the rolling end of its calendar is not shown any more, all of it; None while it is, or has none."""
    open_until: date | None = None
    """The owner's word on where its open calendar ends; closed nights before it are claims."""
    echo: Nights = NO_NIGHTS
    """Nights attributed to our own closing."""
    hiding: Nights = NO_NIGHTS
    """The echo nights behind which a guest may stand, those that fade included."""
    ignored: Nights = NO_NIGHTS
    """Those of them that went on being shown once the platform had read a calendar without them."""
    fading: tuple[Fading, ...] = ()
    """What of them is not shown any more, and since when."""
    claims: tuple[Claim, ...] = ()
    freed: tuple[Freed, ...] = ()
    seen_empty: bool = False
    """Whether a complete look has shown it without any claim before."""
    revisions: tuple[Revision, ...] = ()
    """Published revisions that still matter, oldest first; the last one is in force."""
    cleared: Nights = NO_NIGHTS
    """Nights shown open after the platform had read a calendar without them: no echo any more."""
    habit: EchoHabit = EchoHabit.UNKNOWN
    lessons: Lessons = Lessons()
    tainted: Nights = NO_NIGHTS
    """Nights closed here only because of a suspected claim: they never raise another suspicion."""
    exposed: tuple[Exposure, ...] = ()
    health: HealthState | None = None
    """How its route fares and when to look next; None before the first look."""
    retired: bool = False
    """Unlinked: no longer read nor written; its claims are kept until they pass."""
    owed_since: datetime | None = None
    """When its memory was put back to an earlier day, while no look has shown whole what may have come since."""

    @property
    def id(self) -> ListingId:
        """The listing's id."""
        return self.listing.id

    @property
    def claimed(self) -> Nights:
        """Nights it takes, vanished but unreleased ones included."""
        return _nights_of(self.claims)

    @property
    def closed_there(self) -> Nights:
        """Nights that the last usable look showed closed too, even one too odd to open anything."""
        return self.shown & _nights_of(self.events)

    @property
    def published(self) -> Nights:
        """Nights closed in the calendar in force."""
        return self.revisions[-1].nights if self.revisions else NO_NIGHTS

    def evidence(self, night: date) -> Evidence:
        """Return the highest rung that a night closed by us has reached here."""
        rung = evidence(night, self.revisions, self.closed_there, pushed=self.listing.traits.pushed)
        return Evidence.SENT if rung is Evidence.ACCEPTED and night in self.contradicted else rung

    @property
    def contradicted(self) -> Nights:
        """Nights that one which takes our writes has accepted as closed, and has shown open since.

        Whoever reads a calendar may close late: of such a one nothing is known better than what it read.
        """
        if not self.listing.traits.pushed or self.complete_at is None:
            return NO_NIGHTS
        asked = window(self.listing.traits, self.complete_at.date() - timedelta(days=1))  # its date, wherever it is
        return contradicted(self.revisions, self.closed_there, self.complete_at, asked)

    @property
    def may_echo(self) -> bool:
        """Whether one of our closings may come back in its calendar."""
        return self.habit is not EchoHabit.NEVER

    def since(self, today: date) -> ListingState:
        """Return the listing without what is over: past nights, and the claims whose departure has come."""
        nights = Nights.union((self.shown, self.echo, self.hiding, self.cleared, self.tainted))
        if not nights.before(today) and all(claim.stay.departure > today for claim in self.claims):
            return self
        return evolve(
            self,
            claims=tuple(claim for claim in self.claims if claim.stay.departure > today),
            shown=self.shown.since(today),
            echo=self.echo.since(today),
            hiding=self.hiding.since(today),
            ignored=self.ignored.since(today),
            cleared=self.cleared.since(today),
            tainted=self.tainted.since(today),
        )


@kept(1)
def _nights_of(taking: tuple[Claim, ...] | tuple[Event, ...]) -> Nights:
    """Return the nights that any of them takes."""
    return Nights.union([one.stay.nights for one in taking])


@final
@frozen
class Takeover:
    """Where a unit stands in taking over from direct links between its platforms.

    While ``active``, a closure that covers another listing's claim may be a copy of it. ``links_removed_at`` is when
    the owner ticked that the old links are gone; the watch ends by itself once every platform has read our calendar
    since.
    """

    active: bool = True
    links_removed_at: datetime | None = None
    restored_at: datetime | None = None
    """When the unit's memory was last put back to an earlier day while this takeover went on."""
    copied: bool = False
    """Whether copies have been seen: there were direct links, and nobody has said since that they are gone."""

    @property
    def ours_since(self) -> datetime | None:
        """Since when a new copy may have been brought by a calendar of ours that is forgotten; None where none may."""
        return self.links_removed_at or self.restored_at

    @property
    def may_be_linked(self) -> bool:
        """Whether direct links may still bring copies: what outlives our calendar is then no news."""
        return self.active and self.links_removed_at is None


@final
@frozen
class UnitState:
    """Everything remembered of one unit: its listings, what the owner made here, and where taking over stands."""

    unit: Unit
    listings: tuple[ListingState, ...] = ()
    own: tuple[Claim, ...] = ()
    """What the owner made here: blocks, manual reservations, holds, and what an unlinked listing left behind."""
    takeover: Takeover = Takeover()

    def of(self, listing: ListingId) -> ListingState:
        """Return that listing's state.

        Raises:
            UsageError: the unit has no such listing.
        """
        for state in self.listings:
            if state.listing.id == listing:
                return state
        msg = f"{self.unit.name} has no listing {listing}"
        raise UsageError(msg)

    def with_listing(self, changed: ListingState) -> UnitState:
        """Return the same unit with one listing's state replaced."""
        listings = tuple([changed if one.listing.id == changed.listing.id else one for one in self.listings])
        return UnitState(self.unit, listings, self.own, self.takeover)

    @property
    def active(self) -> tuple[ListingState, ...]:
        """The listings that are linked now."""
        return tuple(one for one in self.listings if not one.retired)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim on the unit, whoever it comes from."""
        return (*self.own, *[claim for one in self.listings for claim in one.claims])
