"""From claims to what must be closed on each listing: the union of everything claimed elsewhere, and little more.

For one listing the *desired* nights are

* every night claimed on another listing of the unit, or by the owner here. Its own claims are left out: the platform
  knows them, and sending them back would hide a cancellation. For the same reason a copy is not sent to the listing it
  copies, unless what it copies is an identified reservation, whose end shows anyway, or that listing shows the night
  open: the two may have been taken for each other. Only where direct links may stand and the listing sends our closings
  back is it left open all the same, for the copy would live on what we close there. A suspected claim closes only where
  the night was last shown open or sold to an identified guest, so that two stale platforms cannot keep each other
  closed: unless its platform sends nothing back;
* the turnover nights around guests, its own guests included, but for the nights that it has taken itself: they are
  closed there without us, and two guests side by side on two platforms that send our closings back would keep each
  other's night closed when both are gone;
* *held* nights: nobody claims them any more, but some listing still shows them as an echo behind which a guest may
  stand. They stay closed where they are closed, except on one such listing at a time, the one being *tried*: if its
  calendar opens, the echo was only an echo. A listing's own closure ends no hold there where a direct link may have
  brought it: it closes nothing there, and may be a copy of that guest, and go with the link.

Held nights remember nothing of their own: where the calendar in force has them closed they stay closed, where it has
them open they stay open. On a listing that takes our writes an opening that still waits, while the platform shows the
nights closed by us, has not come about: they stay closed too.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import final

from attrs import frozen

from channelsync.claims import Claim, Kind, Standing
from channelsync.evolving import kept
from channelsync.ids import ListingId
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.state import ListingState, UnitState
from channelsync.traits import EchoHabit

__all__ = ["Desired", "desired", "withheld"]


@final
@frozen
class Desired:
    """What must be closed on one listing.

    ``nights`` is all of it, the past part of running stays included. ``held`` are the nights nobody claims; ``tainted``
    those closed only because of a suspected claim: not those beside a closure that may be our own, which, once closed,
    stay so for its sake as well.
    """

    nights: Nights
    held: Nights = NO_NIGHTS
    tainted: Nights = NO_NIGHTS


def desired(state: UnitState, today: date) -> dict[ListingId, Desired]:
    """Return what must be closed on each linked listing of the unit, from the claims and calendars remembered."""
    held, tried = _tried(state, today)
    turnover = state.unit.turnover
    copied = _copied_since(state)
    taken = {one.id: _Taken.by(one.claims, turnover, copied) for one in state.listings}
    found: dict[ListingId, Desired] = {}
    for listing in state.active:
        ours = [claim for claim in state.own if claim.channel is None or claim.channel != listing.listing.key]
        theirs = [taken[one.id] for one in state.listings if one.id != listing.id]
        elsewhere = [_Taken.by(tuple(ours), turnover, None), *theirs] if ours else theirs
        found[listing.id] = _for_listing(state, listing, elsewhere, held.get(listing.id, NO_NIGHTS), tried)
    return found


def withheld(state: UnitState, today: date) -> dict[ListingId, Nights]:
    """Return, of each linked listing, the nights that nobody is known to have and a guest may, behind an echo anywhere.

    `desired` keeps those closed which are; where none of them was closed by us, none may be promised either.
    """
    return _tried(state, today)[0]


@final
@frozen
class _Taken:
    """What some claims close elsewhere: the same everywhere, but for copies and suspected claims."""

    nights: Nights
    doubtful: tuple[Claim, ...]
    around: Nights
    """Turnover nights, those taken by a claim left out."""
    beside: Nights
    """Turnover nights around closures that may be our own: they close nothing more, but what is closed stays so."""

    @staticmethod
    @kept(1)
    def by(claims: tuple[Claim, ...], turnover: int, copied: datetime | None) -> _Taken:
        """Sort out the claims that close their nights wherever they count, whatever is shown or published there.

        A closure first seen since ``copied`` may be our own calendar come back, turnover nights included: it is not
        widened any further while that may be.
        """
        doubtful = tuple([one for one in claims if one.credited or one.standing is Standing.SUSPECTED])
        plain = [claim for claim in claims if claim not in doubtful] if doubtful else claims
        nights = Nights.union([claim.stay.nights for claim in plain])
        guests = [claim for claim in plain if claim.may_be_guest] if turnover else []
        sure = [claim for claim in guests if not _may_be_ours(claim, copied)]
        around = _widened(sure, turnover) - nights if sure else NO_NIGHTS
        beside = _widened(guests, turnover) - nights if guests != sure else NO_NIGHTS
        return _Taken(nights, doubtful, around, beside)


def _widened(claims: list[Claim], turnover: int) -> Nights:
    return Nights.union([claim.stay.nights for claim in claims]).widened(turnover)


def _copied_since(state: UnitState) -> datetime | None:
    """Return since when a new closure may be our own calendar brought back by old links or after a restore.

    Turnover nights that come back so, and are widened again, would grow by a night with every round of imports.
    """
    if not state.takeover.active:
        return None
    seen = state.takeover.copied and state.takeover.may_be_linked  # where copies were, there are links
    linked = seen or any(claim.standing is Standing.MIRRORED for claim in state.claims)
    return datetime.min.replace(tzinfo=UTC) if linked else state.takeover.ours_since


def _may_be_ours(claim: Claim, copied: datetime | None) -> bool:
    """Whether a closure may be our own, brought back."""
    return copied is not None and claim.first_seen >= copied and claim.kind is Kind.CLOSURE


def _for_listing(
    state: UnitState,
    listing: ListingState,
    elsewhere: list[_Taken],
    held: Nights,
    tried: dict[ListingId, Nights],
) -> Desired:
    around, beside = _own_turnover(state, listing)
    own = _unnamed(listing) if state.unit.turnover else NO_NIGHTS
    around |= Nights.union([taken.around for taken in elsewhere])
    beside |= Nights.union([taken.beside for taken in elsewhere])
    beside -= own
    firm = Nights.union([taken.nights for taken in elsewhere])
    firm |= around - own
    firm |= beside & listing.published
    suspected = NO_NIGHTS
    for claim in [claim for taken in elsewhere for claim in taken.doubtful]:
        nights = claim.nights | (_with_turnover(claim, state.unit.turnover) - own)
        if claim.credited == listing.id and not _still_identified(claim, listing):
            nights &= _protected(state, listing, claim, nights)
        if claim.standing is Standing.SUSPECTED:
            allowed = listing.published | nights - listing.closed_there | _identified(listing)
            suspected |= nights & (allowed if _may_be_fed(state, claim) else nights)
        else:
            firm |= nights
    closed = listing.published if listing.revisions else held - listing.claimed  # one linked just now takes part
    if listing.listing.traits.pushed:
        closed |= listing.echo & listing.closed_there
    kept = held & closed - tried.get(listing.id, NO_NIGHTS)
    return Desired(firm | suspected | kept, kept - firm - suspected, suspected - firm - beside)


def _protected(state: UnitState, listing: ListingState, copy: Claim, nights: Nights) -> Nights:
    """Return the nights that a copy closes on the listing it copies: those that might be the other way round.

    Where the owner has said which of the two is the guest's, nothing is left to protect, and both would keep each other
    closed when the guest cancels. What came after the direct links were gone (or after a restore) was brought by our
    own calendar, which must go on closing what may be the other's guest. While direct links may stand, only a listing
    that sends our closings back could feed the copy with them: any other is closed where it shows the night open.
    """
    ours, feeds = state.takeover.ours_since, state.takeover.may_be_linked and listing.habit is EchoHabit.ECHOES
    if copy.answered:
        return NO_NIGHTS
    if ours is not None and copy.first_seen >= ours:
        return nights
    return listing.published | (NO_NIGHTS if feeds else nights - listing.closed_there)


def _identified(listing: ListingState) -> Nights:
    """Return the nights of the listing's identified reservations: shown closed, and certainly not because of us."""
    kinds = listing.listing.traits.identified
    return Nights.union(claim.nights for claim in listing.claims if claim.kind in kinds)


def _may_be_fed(state: UnitState, suspect: Claim) -> bool:
    """Whether a closing of ours may keep a suspected claim in sight: not on a platform that sends nothing back."""
    return suspect.listing is None or state.of(suspect.listing).habit is not EchoHabit.NEVER


def _unnamed(listing: ListingState) -> Nights:
    """Return the nights of the listing's own firm claims whose end would not be seen under a closing of ours."""
    kinds = listing.listing.traits.identified
    own = [claim for claim in listing.claims if claim.standing is Standing.FIRM and claim.kind not in kinds]
    return Nights.union(claim.nights for claim in own)


def _still_identified(copy: Claim, listing: ListingState) -> bool:
    """Whether what a copy copies still stands here, as a reservation whose end will be seen whatever we publish."""
    identified = listing.listing.traits.identified
    return any(claim.id == copy.mirrors and claim.kind in identified for claim in listing.claims)


def _with_turnover(claim: Claim, turnover: int) -> Nights:
    """Return a claim's nights, widened when a guest may stand behind it; a copy's original is widened by itself."""
    guest = turnover and claim.may_be_guest and claim.standing is not Standing.MIRRORED
    return claim.nights.widened(turnover) if guest else claim.nights


def _own_turnover(state: UnitState, listing: ListingState) -> tuple[Nights, Nights]:
    """Return the turnover nights around the listing's own guests, and around closures that may be our own."""
    if not state.unit.turnover:
        return NO_NIGHTS, NO_NIGHTS
    copied = _copied_since(state)
    guests = [one for one in listing.claims if one.may_be_guest and one.standing is not Standing.MIRRORED]
    perhaps = Nights.union(one.nights for one in guests if _may_be_ours(one, copied))
    guests = [one for one in guests if not _may_be_ours(one, copied)]
    guests += [claim for claim in state.own if claim.channel == listing.listing.key]
    own = Nights.union(claim.nights for claim in guests)
    return own.widened(state.unit.turnover) - own, perhaps.widened(state.unit.turnover) - perhaps


def _tried(state: UnitState, today: date) -> tuple[dict[ListingId, Nights], dict[ListingId, Nights]]:
    """Return each listing's held nights, and which its calendar leaves open to see whether it opens.

    A listing being tried is one that may hide a guest and whose calendar in force lacks the night already. Nights
    with no such listing get the likeliest one: that which went on showing them although it had read them as open,
    or else by `_eagerness`.
    """
    hidden = Nights.union([one.hiding for one in state.active]).since(today)
    if not hidden:
        return {}, {}
    firm = [claim for claim in state.claims if claim.standing is Standing.FIRM]  # an echo or a copy vouches for nobody
    held = {
        one.id: hidden - Nights.union([claim.stay.nights for claim in firm if not _may_be_copy_here(state, one, claim)])
        for one in state.active
    }
    waiting = hidden - Nights.union([claim.stay.nights for claim in firm])
    hiding = {one.id: one.hiding & waiting for one in state.active}
    tried = {one.id: hiding[one.id] - one.published for one in state.active}
    waiting -= Nights.union(tried.values())
    eager = sorted(state.active, key=_eagerness)
    doubted = [(one.id, hiding[one.id] & one.ignored) for one in eager]
    for name, nights in (*doubted, *((one.id, hiding[one.id]) for one in eager)):
        pick = waiting & nights
        tried[name] |= pick
        waiting -= pick
    return held, tried


def _may_be_copy_here(state: UnitState, listing: ListingState, claim: Claim) -> bool:
    """Whether a firm claim is a listing's own, and may be a copy that a direct link has brought, standing or not."""
    unnamed = claim.kind not in listing.listing.traits.identified and not claim.answered
    return claim.listing == listing.id and unnamed and (claim.inventory or state.takeover.may_be_linked)


def _eagerness(listing: ListingState) -> tuple[bool, float, str]:
    """Order listings by how likely a guest hides there, and then by how often they are expected to read us.

    One that was never seen to follow us may not echo at all: what it shows is then a guest, and trying another listing
    first would open the nights there.
    """
    followed = listing.lessons.followed > 0
    return followed, listing.listing.traits.imports_every.total_seconds(), listing.id
