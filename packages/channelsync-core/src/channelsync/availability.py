"""From claims to what must be closed on each listing: the union of everything claimed elsewhere, and little more.

For one listing the *desired* nights are

* every night claimed on another listing of the unit, or by the owner here. Its own claims are left out: the platform
  knows them, and sending them back would hide a cancellation. For the same reason a copy is not sent to the listing it
  copies, unless what it copies is an identified reservation, whose end shows anyway, or the old direct links are gone
  and that listing shows the night open: the two may have been taken for each other. A suspected claim closes only where
  the night was last shown open or sold to an identified guest, so that two stale platforms cannot keep each other
  closed;
* the turnover nights around guests, its own guests included;
* *held* nights: nobody claims them any more, but some listing still shows them as an echo behind which a guest may
  stand. They stay closed where they are closed, except on one such listing at a time, the one being *tried*: if its
  calendar opens, the echo was only an echo.

Held nights remember nothing of their own: where the calendar in force has them closed they stay closed, where it has
them open they stay open.
"""

from __future__ import annotations

from datetime import date
from typing import final

from attrs import frozen

from channelsync.claims import Claim, Kind, Standing
from channelsync.ids import ListingId
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.state import ListingState, UnitState

__all__ = ["Desired", "desired"]


@final
@frozen
class Desired:
    """What must be closed on one listing.

    ``nights`` is all of it, the past part of running stays included. ``held`` are the nights nobody claims; ``tainted``
    those closed only because of a suspected claim.
    """

    nights: Nights
    held: Nights = NO_NIGHTS
    tainted: Nights = NO_NIGHTS


def desired(state: UnitState, today: date) -> dict[ListingId, Desired]:
    """Return what must be closed on each linked listing of the unit, from the claims and calendars remembered."""
    tried = _tried(state, today)
    return {listing.id: _for_listing(state, listing, *tried) for listing in state.active}


def _for_listing(state: UnitState, listing: ListingState, held: Nights, tried: dict[ListingId, Nights]) -> Desired:
    firm = suspected = NO_NIGHTS
    for claim in _claims_elsewhere(state, listing):
        nights = _with_turnover(claim, state.unit.turnover)
        if claim.credited == listing.id and not _still_identified(claim, listing):
            nights &= listing.published | (nights - listing.shown if state.takeover.links_removed_at else NO_NIGHTS)
        if claim.standing is Standing.SUSPECTED:
            suspected |= nights & (listing.published | nights - listing.shown | _identified(listing))
        else:
            firm |= nights
    closed = listing.published if listing.revisions else held  # a listing linked just now takes part in the hold
    kept = held & closed - tried.get(listing.id, NO_NIGHTS)
    firm |= _own_turnover(state, listing)
    return Desired(firm | suspected | kept, kept - firm - suspected, suspected - firm)


def _claims_elsewhere(state: UnitState, listing: ListingState) -> list[Claim]:
    """Return the claims that close nights on this listing."""
    ours = [claim for claim in state.own if claim.channel is None or claim.channel != listing.listing.key]
    theirs = [claim for other in state.listings if other.id != listing.id for claim in other.claims]
    return ours + theirs


def _identified(listing: ListingState) -> Nights:
    """Return the nights of the listing's identified reservations: shown closed, and certainly not because of us."""
    kinds = listing.listing.traits.identified
    return Nights.union(claim.nights for claim in listing.claims if claim.kind in kinds)


def _still_identified(copy: Claim, listing: ListingState) -> bool:
    """Whether what a copy copies still stands here, as a reservation whose end will be seen whatever we publish."""
    identified = listing.listing.traits.identified
    return any(claim.id == copy.mirrors and claim.kind in identified for claim in listing.claims)


def _with_turnover(claim: Claim, turnover: int) -> Nights:
    """Return a claim's nights, widened when a guest may stand behind it."""
    return claim.nights.widened(turnover) if turnover and claim.may_be_guest else claim.nights


def _own_turnover(state: UnitState, listing: ListingState) -> Nights:
    """Return the turnover nights around the listing's own guests."""
    if not state.unit.turnover:
        return NO_NIGHTS
    guests = [claim for claim in listing.claims if claim.kind is not Kind.BLOCK]
    guests += [claim for claim in state.own if claim.channel == listing.listing.key]
    own = Nights.union(claim.nights for claim in guests)
    return own.widened(state.unit.turnover) - own


def _tried(state: UnitState, today: date) -> tuple[Nights, dict[ListingId, Nights]]:
    """Return the held nights, and which of them each listing's calendar leaves open to see whether it opens.

    A listing being tried is one that may hide a guest and whose calendar in force lacks the night already. Nights
    with no such listing get the one that reads us most often.
    """
    claimed = Nights.union(claim.nights for claim in state.claims)
    hiding = {one.id: (one.hiding - claimed).since(today) for one in state.active}
    held = Nights.union(hiding.values())
    if not held:
        return NO_NIGHTS, {}
    tried = {one.id: hiding[one.id] - one.published for one in state.active}
    waiting = held - Nights.union(tried.values())
    for one in sorted(state.active, key=_eagerness):
        pick = waiting & hiding[one.id]
        tried[one.id] |= pick
        waiting -= pick
    return held, tried


def _eagerness(listing: ListingState) -> tuple[float, str]:
    """Order listings by how often they are expected to read us."""
    return listing.listing.traits.imports_every.total_seconds(), listing.id
