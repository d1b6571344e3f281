"""What is really so, whatever our side believes: what the owner made here, and what nobody can tell from our closing.

Our side may take for an echo only what a calendar of ours can have closed there. The judge reckons that from the
calendars really given to the platform, and excuses nothing else. What the owner makes here is kept on a list of the
owner's own, which knows nothing of our memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, final

from attrs import define, field, frozen

from channelsync.ids import ClaimId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.state import ListingState, UnitState
from channelsync.takeover import questions
from channelsync.testing.world.side import Side
from channelsync.traits import EchoHabit

__all__ = ["Entries", "Entry", "copied", "echoed", "veiled"]

_CLOCKS: Final = timedelta(hours=6)
"""By how much our clock may have misjudged an age: two steps of three hours."""


def echoed(side: Side, state: UnitState, now: datetime, grace: timedelta) -> Nights:
    """Return the nights on which a listing may show our own closing, in a form that a guest may stand behind.

    None where its guests are known as such. What stays although our calendar has long been open there, and was closed
    for a claim that was itself in doubt, only the owner can tell: it may, while they are asked about it.
    """
    if side.names_guests:
        return NO_NIGHTS
    listing = state.of(side.id)
    return copied(side, listing, now, grace) | _asked_about(state, listing)


def veiled(side: Side, state: UnitState, now: datetime, grace: timedelta) -> Nights:
    """Return the nights of `echoed`, and those that were among them and are not shown since.

    Whose they are is no plainer while an answer leaves them out.
    """
    return side.veiled - state.of(side.id).shown | echoed(side, state, now, grace)


def _asked_about(state: UnitState, listing: ListingState) -> Nights:
    """Return the echo nights of a listing that the owner is asked about."""
    doubted = listing.echo & listing.hiding & listing.tainted
    if not doubted:
        return NO_NIGHTS
    asked = [one.claim for one in questions(state) if one.listing == listing.id and one.claim is not None]
    return doubted & Nights.union(claim.nights for claim in asked)


def copied(side: Side, listing: ListingState, now: datetime, grace: timedelta) -> Nights:
    """Return the nights on which a listing may show our own closing.

    None on a platform that has neither an echo nor a direct link, from the look on that follows the lesson. Nothing new
    is decided between complete looks, so that the last one counts.
    """
    looked = listing.complete_at or now
    known = side.never is not None and looked > side.never and listing.habit is EchoHabit.NEVER
    if known and not (side.platform.habits.echo or side.role.direct):
        return NO_NIGHTS
    return listing.echo & side.given.since(min(now, looked) - grace - _CLOCKS)


@final
@frozen
class Entry:
    """What the owner made here: its nights, for which listing, by its key (empty for none), and whether for a guest."""

    stay: Stay
    channel: str = ""
    guest: bool = False


@final
@define
class Entries:
    """All that the owner made here and did not end, by its id; ``both_guests`` are claims that they said are guests."""

    standing: dict[ClaimId, Entry] = field(factory=dict[ClaimId, Entry])
    both_guests: set[frozenset[ClaimId]] = field(factory=set[frozenset[ClaimId]])
    _backed_up: dict[ClaimId, Entry] = field(factory=dict[ClaimId, Entry])

    def back_up(self) -> None:
        """Copy them, as our memory is copied."""
        self._backed_up = dict(self.standing)

    def put_back(self) -> None:
        """Let the owner find what was copied, and nothing that was made since."""
        self.standing = dict(self._backed_up)

    def keep(self, state: UnitState, sides: Iterable[Side]) -> None:
        """Let what was typed in for a platform become its own guest's, where its calendar has shown all the nights."""
        known = {claim.id for claim in state.own}
        places = {side.key: side for side in sides}
        for name, one in list(self.standing.items()):
            if one.channel and name not in known and one.stay.nights <= places[one.channel].shown_ever:
                del self.standing[name]

    def elsewhere(self, side: Side, today: date) -> Nights:
        """Return the nights from today on that they close on a listing."""
        return Nights.union(one.stay.nights for one in self.standing.values() if one.channel != side.key).since(today)
