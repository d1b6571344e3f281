"""What takes nights: reservations, blocks, closures and holds, with where they come from and how sure we are.

A claim is what the ledger believes: *this listing* (or the owner, here) takes *these nights*, first seen *then*. It
is not an event of a feed: platforms merge, clip and renumber events. Where a platform identifies its reservations a
claim is one reservation; elsewhere it is one run of nights that first appeared together.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import final

from attrs import frozen

from channelsync.evolving import evolve
from channelsync.ids import ChannelName, ClaimId, ListingId
from channelsync.nights import Nights, Stay

__all__ = ["Category", "Claim", "Kind", "Missing", "Standing"]


class Kind(Enum):
    """What takes the nights."""

    RESERVATION = "reservation"
    """A guest's, known as such."""
    BLOCK = "block"
    """Certainly no guest: the owner's own, made here or on a channel."""
    CLOSURE = "closure"
    """Taken without saying why: may be a guest."""
    HOLD = "hold"
    """Temporary: ends by itself."""

    __hash__ = object.__hash__  # a kind is itself and no other; hashing its name would cost more than what it decides


class Standing(Enum):
    """How sure we are that the claim is one of its own."""

    FIRM = "firm"
    MIRRORED = "mirrored"
    """A copy of another listing's claim, found when taking over; keeps nights closed, is never an alarm."""
    SUSPECTED = "suspected"
    """Looked like our own closure and outlived its cause by the grace period, or may be one that a restore forgot."""


class Category(Enum):
    """Why the owner blocks nights."""

    PERSONAL = "personal"
    MAINTENANCE = "maintenance"
    HOLIDAY = "holiday"
    OTHER = "other"


@final
@frozen
class Missing:
    """Since when a claim is not shown any more, and how many agreeing looks say so.

    ``moved`` marks the nights that a known reservation left by changing its dates.
    """

    since: datetime
    last: datetime
    looks: int
    moved: bool = False


@final
@frozen
class Claim:
    """Something that takes nights.

    ``listing`` is None for what the owner made here; ``channel`` then names the listing, by its key, that a manual
    reservation was made on, if any: the claim later seen there adopts it. ``uid`` and ``code`` are the platform's own,
    empty where it has none. ``last_seen`` is kept up only once the claim is missing: until then its listing's last look
    shows it. ``mirrors`` names the claim this one copies. Times are aware datetimes.
    """

    id: ClaimId
    kind: Kind
    stay: Stay
    first_seen: datetime
    last_seen: datetime
    listing: ListingId | None = None
    uid: str = ""
    code: str = ""
    standing: Standing = Standing.FIRM
    mirrors: ClaimId | None = None
    credited: ListingId | None = None
    """The listing whose claim this one copies: nothing is published there because of the copy."""
    orphaned: datetime | None = None
    """Since when what it copies is gone."""
    missing: Missing | None = None
    inventory: bool = False
    """Already there at an inventory look: nobody knows since when."""
    answered: bool = False
    """The owner has said what this is."""
    channel: ChannelName | None = None
    category: Category | None = None
    note: str = ""
    guest: str = ""
    expires: datetime | None = None

    @property
    def nights(self) -> Nights:
        """The nights it takes."""
        return self.stay.nights

    @property
    def is_ours(self) -> bool:
        """Whether the owner made it here."""
        return self.listing is None

    @property
    def may_be_guest(self) -> bool:
        """Whether a guest may stand behind it."""
        return self.kind is not Kind.BLOCK

    def during(self, stay: Stay) -> Claim:
        """Return the same claim on other nights."""
        return evolve(self, stay=stay)

    def shown_again(self) -> Claim:
        """Return the same claim, no longer missing: itself where it was not."""
        return self if self.missing is None else evolve(self, missing=None)

    def suspected(self) -> Claim:
        """Return the same claim, of which nobody knows any more whose it is: what was said of it is over."""
        return evolve(self, standing=Standing.SUSPECTED, credited=None, answered=False)

    def __repr__(self) -> str:
        """Leave out the guest's name and the note: claims end up in logs."""
        where = self.listing or self.channel or "here"
        extra = "" if self.standing is Standing.FIRM else f" {self.standing.value}"
        gone = " missing" if self.missing else ""
        return f"<{self.kind.value} {self.stay} {where}{extra}{gone} {self.id}>"
