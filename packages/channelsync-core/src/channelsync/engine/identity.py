"""One stay by whichever route it is seen: a listing may be read by its calendar today and by its API tomorrow.

Each route has names of its own for the same reservation. A calendar gives it a UID, an API goes by its code, and some
calendars give the code as well (Airbnb's: measured) or nothing at all (Booking.com's: measured). Taken for two stays,
one of them would seem to have vanished: its nights would stay closed for a day after the other was cancelled, and a
change of route would look like a loss of everything. So before a look is folded in, what is remembered gets the names
that the look uses: by the code where both have it, by the very nights where a listing's route has just changed.

Nothing here ends a claim or changes a night: it only says which one is meant. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from channelsync.claims import Claim, Kind, Standing
from channelsync.evolving import evolve
from channelsync.ids import ClaimId, derived
from channelsync.nights import Nights
from channelsync.observation import Event
from channelsync.state import ListingState

__all__ = ["adopted", "recognised"]


def recognised(listing: ListingState, events: tuple[Event, ...]) -> ListingState:
    """Return a listing whose reservations go by the UIDs under which a look shows their codes.

    A code that the look shows under several UIDs says nothing, nor does a UID under which another claim is known.
    """
    shown = {event.uid for event in events}
    strays = {claim.code for claim in listing.claims if _is_coded(claim) and claim.uid not in shown}
    if not strays or not events:
        return listing
    taken = {claim.uid for claim in listing.claims}
    named: dict[str, set[str]] = {}
    for event in events:
        if event.code in strays and event.kind is Kind.RESERVATION:
            named.setdefault(event.code, set()).add(event.uid)
    uids = {code: next(iter(found)) for code, found in named.items() if len(found) == 1 and not found & {"", *taken}}
    if not uids:
        return listing
    claims = tuple(
        evolve(one, uid=uids[one.code]) if _is_coded(one) and one.code in uids and one.uid not in shown else one
        for one in listing.claims
    )
    return evolve(listing, claims=claims)


def adopted(listing: ListingState, events: Iterable[Event], today: date) -> ListingState:
    """Return a listing just turned to another route, where its first look names what was known by its nights only.

    A reservation with a code whose nights from today on are all known as taken, without anybody having said by whom, is
    that stay: it keeps its claim, and what else the claim held stays a claim of its own.
    """
    claims = list(listing.claims)
    known = {claim.code for claim in claims if claim.code}
    for event in events:
        if event.kind is not Kind.RESERVATION or not event.code or event.code in known:
            continue
        nights = event.stay.nights.since(today)
        mine = [one for one in claims if _is_unnamed(one) and one.nights.overlaps(nights)]
        if nights and nights <= Nights.union([one.nights for one in mine]):
            first = min(mine, key=lambda one: (one.first_seen, one.id))
            named = evolve(first.shown_again(), kind=event.kind, stay=event.stay, uid=event.uid, code=event.code)
            rest = [part for one in mine for part in _besides(one, nights, today)]
            claims = [*(one for one in claims if one not in mine), named, *rest]
    return evolve(listing, claims=tuple(claims)) if claims != list(listing.claims) else listing


def _is_coded(claim: Claim) -> bool:
    return claim.kind is Kind.RESERVATION and bool(claim.code)


def _is_unnamed(claim: Claim) -> bool:
    """Whether a claim is known by its nights only, and may be a guest's for all we know."""
    return claim.may_be_guest and not claim.code and claim.standing is Standing.FIRM


def _besides(claim: Claim, nights: Nights, today: date) -> list[Claim]:
    """Return what a claim holds besides these nights, as claims of their own."""
    parts = [claim.during(run) for run in (claim.nights.since(today) - nights).runs()]
    return [evolve(part, id=ClaimId(derived(claim.id, "beside", part.stay))) for part in parts]
