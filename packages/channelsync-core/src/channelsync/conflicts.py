"""Double bookings and near misses: which claims share a night, and how certain it is that both are guests.

* **certain**: two reservations with identities, on two listings or on one. The owner's word identifies one as well; but
  it says that a guest is in a run, not on which of its nights, nor for how long: certain is whom they meet on a night
  that our own closing does not cover, under which they may have left it, and, where a platform merges what touches,
  on any night of the run;
* **probable**: a reservation and a closure, or two closures of different platforms, that no echo and no old link
  explains;
* **possible**: a copy, a suspected claim, or one that is missing: the next evidence resolves it, so it is shown
  quietly.

Not conflicts: a reservation that vanished and was sold again on the same platform, a turnover, an echo, a rolling run
(none of them is a claim), and a block beside a reservation, for no guest stands behind a block. A block *over* a
reservation is listed apart, by `blocked_guests`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from typing import final

from attrs import frozen

from channelsync.claims import Claim, Kind, Standing
from channelsync.evolving import kept
from channelsync.ids import ListingId, derived
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.proof import ever_fetched
from channelsync.state import ListingState, UnitState
from channelsync.traits import EchoHabit

__all__ = ["Certainty", "Conflict", "blocked_guests", "conflicts"]


class Certainty(Enum):
    """How certain it is that both sides are guests."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"


@final
@frozen
class Conflict:
    """Two claims on the same nights, the one first seen standing first.

    The id depends on the two claims alone: the same conflict keeps it.
    """

    id: str
    certainty: Certainty
    nights: Nights
    claims: tuple[Claim, Claim]

    @property
    def alarming(self) -> bool:
        """Whether the owner is to be told at once."""
        return self.certainty is not Certainty.POSSIBLE


@kept(1)
def conflicts(state: UnitState, today: date) -> tuple[Conflict, ...]:
    """Return every conflict on the unit from today on, the earliest night first."""
    contested = _contested(state).since(today)
    if not contested:
        return ()
    suspects = [claim for claim in state.claims if claim.may_be_guest and claim.nights.overlaps(contested)]
    there = {one.id: one for one in state.listings}
    remembered = {one.id for one in state.active if one.owed_since is not None and one.looked_at is None}
    found: list[Conflict] = []
    for pair in _overlapping(suspects):
        first, second = sorted(pair, key=lambda claim: (claim.first_seen, claim.id))
        nights = _shared(state, first, second).since(today)
        certainty = _certainty(first, second, nights, there) if nights else None
        if certainty is not None:
            if remembered & {first.listing, second.listing}:  # put back to an earlier day: one may have cancelled since
                certainty = Certainty.POSSIBLE
            found.append(Conflict(derived(*sorted((first.id, second.id))), certainty, nights, (first, second)))
    return tuple(sorted(found, key=lambda conflict: (conflict.nights.bits & -conflict.nights.bits, conflict.id)))


def blocked_guests(state: UnitState, today: date) -> tuple[tuple[Claim, Claim], ...]:
    """Return the pairs of a firm block and a guest's reservation elsewhere that it lies over."""
    blocks = [one for one in state.claims if one.kind is Kind.BLOCK and one.standing is Standing.FIRM]
    guests = [one for one in state.claims if one.kind is Kind.RESERVATION]
    return tuple(
        (block, guest)
        for block in blocks
        for guest in guests
        if block.listing != guest.listing and (block.nights & guest.nights).since(today)
    )


def _overlapping(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Yield the pairs whose stays overlap: by arrival, each claim meets those whose departure has not come."""
    staying: list[Claim] = []
    for claim in sorted(claims, key=lambda one: one.stay.arrival):
        staying = [one for one in staying if one.stay.departure > claim.stay.arrival]
        for one in staying:
            yield one, claim
        staying.append(claim)


def _shared(state: UnitState, first: Claim, second: Claim) -> Nights:
    """Return the nights that both take; on one listing those that its last look shows for both.

    A claim keeps the nights of a stay that was shortened until the release is due: for other listings that is caution,
    but beside the next guest of its own calendar it would be a double booking that the platform never sold.
    """
    nights = first.nights & second.nights
    if first.listing is None or first.listing != second.listing:
        return nights
    shown = state.of(first.listing).events
    for claim in (first, second):
        nights &= Nights.union(event.stay.nights for event in shown if event.uid == claim.uid)
    return nights


def _contested(state: UnitState) -> Nights:
    """Return the nights that more than one claim takes, a guest or not."""
    return Nights.shared([claim.stay.nights for claim in state.claims if claim.kind is not Kind.BLOCK])


def _certainty(
    first: Claim, second: Claim, nights: Nights, there: Mapping[ListingId, ListingState]
) -> Certainty | None:
    """Return how certain it is that both are guests, None when they are one and the same or no conflict at all."""
    if _same_stay(first, second, there):
        return None
    both = _is_identified(first, there) and _is_identified(second, there) and _surely_meet(first, second, nights, there)
    gone = first.missing is not None or second.missing is not None
    if first.listing is not None and first.listing == second.listing:
        return Certainty.CERTAIN if both and not gone else None
    if gone or Standing.FIRM is not first.standing or Standing.FIRM is not second.standing:
        return Certainty.POSSIBLE
    return Certainty.CERTAIN if both else Certainty.PROBABLE


def _same_stay(first: Claim, second: Claim, there: Mapping[ListingId, ListingState]) -> bool:
    """Whether the two are one stay: one code, an entry typed in for that platform, or nights a stay has just left."""
    if first.code and first.code == second.code:
        return True
    platforms = {there[one.listing].listing.channel if one.listing else None for one in (first, second)}
    if first.uid and (first.uid, first.stay) == (second.uid, second.stay) and len(platforms) == 1:
        return True  # one calendar read twice: a platform gives a UID once
    if any(one.missing and one.missing.moved for one in (first, second)):
        return True
    entry, seen = (first, second) if first.is_ours else (second, first)
    return entry.channel is not None and seen.listing is not None and there[seen.listing].listing.key == entry.channel


def _is_identified(claim: Claim, there: Mapping[ListingId, ListingState]) -> bool:
    """Whether this is known to be one guest's reservation: the platform says so, or the owner does."""
    return claim.kind is Kind.RESERVATION and (claim.answered or _is_named(claim, there))


def _is_named(claim: Claim, there: Mapping[ListingId, ListingState]) -> bool:
    """Whether it is of a kind that its platform tells from all others, or was made here."""
    return claim.listing is None or claim.kind in there[claim.listing].listing.traits.identified


def _surely_meet(first: Claim, second: Claim, nights: Nights, there: Mapping[ListingId, ListingState]) -> bool:
    """Whether two known guests are both there on one of these nights, on whichever nights of its run each may be."""
    one, other = _in_sight(first, there), _in_sight(second, there)
    sure = NO_NIGHTS if _may_be_merged(first, there) else one
    too = NO_NIGHTS if _may_be_merged(second, there) else other
    within = (bool(one) and first.nights <= too) or (bool(other) and second.nights <= sure)
    return within or nights.overlaps(sure & too)


def _in_sight(claim: Claim, there: Mapping[ListingId, ListingState]) -> Nights:
    """Return the nights of a claim that would be seen to open: its guest may have left the others under our closing.

    A guest whom the platform names is seen to go, and one who is here because the owner says so.
    """
    if claim.listing is None or _is_named(claim, there):
        return claim.nights
    listing = there[claim.listing]
    covered = NO_NIGHTS if listing.habit is EchoHabit.NEVER else ever_fetched(listing.revisions)
    return claim.nights - covered


def _may_be_merged(claim: Claim, there: Mapping[ListingId, ListingState]) -> bool:
    """Whether a claim may hold more nights than its guest does: known by the owner's word, where a platform merges."""
    if claim.listing is None or claim.stay.length == 1 or _is_named(claim, there):
        return False
    return there[claim.listing].listing.traits.merges
