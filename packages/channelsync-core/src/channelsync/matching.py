"""Which claims a look shows, which are new, and which are missing: a feed compared with the claims remembered.

Where a platform identifies its reservations, the UID decides: a reservation whose dates changed stays the same claim,
as does a request to book that becomes one. Everywhere else only the nights are real: platforms merge, clip and renumber
events, and another guest may get the same UID. There a claim is a run of nights that appeared together; an event that
grows brings a *new* claim for its new nights, an event that shrinks leaves a *missing* claim for the nights it lost.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import final

from attrs import frozen

from channelsync.claims import Claim, Kind, Missing, Standing
from channelsync.evolving import evolve
from channelsync.ids import ClaimId, derived
from channelsync.inventory import Listing
from channelsync.nights import Nights, Stay
from channelsync.observation import Event

__all__ = ["Matched", "match"]


@final
@frozen
class Matched:
    """The claims after a look, the missing ones marked, and what of them is new."""

    claims: tuple[Claim, ...]
    appeared: tuple[Claim, ...]
    """New claims, and known ones on the nights their date change brought."""


@final
@frozen
class _Look:
    """What the parts of a comparison share."""

    listing: Listing
    at: datetime
    today: date
    inventory: bool
    may_miss: bool
    last: datetime | None
    sure: date
    """The first night whose absence says anything: an earlier one may be over by the platform's clock."""
    patience: int
    """How many looks must agree that something is gone."""
    unseen: frozenset[ClaimId]
    """The claims whose absence says nothing."""

    def claim(self, stay: Stay, event: Event, standing: Standing = Standing.FIRM) -> Claim:
        """Make a new claim of what an event shows on these nights."""
        name = ClaimId(derived(self.listing.id, event.kind.value, event.uid, stay, self.at.isoformat()))
        return Claim(
            id=name,
            kind=event.kind,
            stay=stay,
            first_seen=self.at,
            last_seen=self.at,
            listing=self.listing.id,
            uid=event.uid,
            code=event.code,
            standing=standing,
            inventory=self.inventory,
        )

    def missed(self, claim: Claim, *, moved: bool = False) -> Claim:
        """Mark a claim that this look does not show; a look that may not miss it leaves it as it was."""
        if claim.missing or not self.may_miss or claim.id in self.unseen or claim.stay.departure <= self.sure:
            return claim
        return evolve(claim, last_seen=self.last or claim.last_seen, missing=Missing(self.at, self.at, 0, moved))


def match(  # noqa: PLR0913 - one comparison, told apart by name
    listing: Listing,
    known: tuple[Claim, ...],
    events: tuple[Event, ...],
    *,
    free: Nights,
    suspected: Nights,
    at: datetime,
    today: date,
    inventory: bool,
    may_miss: bool,
    last: datetime | None = None,
    sure: date | None = None,
    patience: int = 1,
    unseen: frozenset[ClaimId] = frozenset(),
) -> Matched:
    """Compare the events of a look with the claims remembered of a listing.

    Args:
        listing: the listing; its traits say which kinds are identified by their UID.
        known: its claims, those that are over left out.
        events: what the look showed.
        free: nights of the look that take nothing: set aside, or our own echo.
        suspected: nights that an echo no longer explains: they become suspected claims.
        at: when the look was taken.
        today: the date at the unit.
        inventory: whether nobody knows since when the new claims have been there.
        may_miss: whether the look may mark claims as missing: it is new and not a first one after an outage.
        last: when the look before this one was, the last to show what is missing now.
        sure: the first night whose absence says anything, today where nothing is said.
        patience: how many looks must agree that a copy was gone, before it comes back as a claim of its own.
        unseen: the claims that the look cannot miss, because it may not show all of their kind.
    """
    look = _Look(listing, at, today, inventory, may_miss, last, sure or today, patience, unseen)
    named: list[Event] = []
    soft: list[Event] = []
    for event in events:
        (named if event.uid and event.kind in listing.traits.identified else soft).append(event)
    by_name, appeared = _named(look, known, named)
    hard = Nights.union([event.stay.nights for event in named])
    shown = Nights.union([event.stay.nights for event in soft]).since(today) - free - hard
    by_night = _known_by_night(look, known, shown, hard, _maybe_guests(soft))
    fresh = _new_by_night(look, soft, shown - Nights.union(one.nights for one in by_night), suspected)
    return Matched((*by_name, *_joined((*by_night, *fresh))), (*appeared, *fresh))


def _named(look: _Look, known: tuple[Claim, ...], events: list[Event]) -> tuple[list[Claim], list[Claim]]:
    """Match identified reservations by UID; one that moved leaves its old nights behind as missing."""
    waiting: dict[str, list[Event]] = {}
    for event in dict.fromkeys(events):
        waiting.setdefault(event.uid, []).append(event)
    named = [claim for claim in known if _is_named(claim, look.listing)]
    times = Counter(claim.uid for claim in named)
    claims: list[Claim] = []
    appeared: list[Claim] = []
    for claim in sorted(named, key=lambda one: one.stay not in [event.stay for event in waiting.get(one.uid, [])]):
        shown = _event_of(claim, waiting.get(claim.uid, []), alone=times[claim.uid] == 1)
        if shown is None:
            claims.append(look.missed(claim))
            continue
        waiting[claim.uid].remove(shown)
        code = shown.code or claim.code
        if (shown.stay, shown.kind, code) == (claim.stay, claim.kind, claim.code):
            claims.append(claim.shown_again())
            continue
        now = evolve(claim.shown_again(), kind=shown.kind, stay=shown.stay, code=code)
        claims.append(now)
        sold = claim.kind is Kind.HOLD and shown.kind is Kind.RESERVATION  # all of it is news, whatever was held of it
        gained = shown.stay.nights if sold else shown.stay.nights - claim.nights
        appeared += [now.during(run) for run in gained.since(look.today).runs()]
        claims += _left_behind(look, claim, shown)
    for event in (event for left in waiting.values() for event in left):
        claims.append(look.claim(event.stay, event))
        appeared.append(claims[-1])
    return claims, appeared


def _event_of(claim: Claim, events: list[Event], *, alone: bool) -> Event | None:
    """Return the event that is this claim's among those of its UID; a feed may use one UID twice.

    Its nights decide first, then its arrival. Only where there is one of either has a claim changed its dates.
    """
    for event in events:
        if event.stay == claim.stay:
            return event
    for event in events:
        if event.stay.arrival == claim.stay.arrival:
            return event
    return events[0] if alone and len(events) == 1 else None


def _is_named(claim: Claim, listing: Listing) -> bool:
    moved = claim.missing is not None and claim.missing.moved
    return claim.kind in listing.traits.identified and bool(claim.uid) and not moved


def _left_behind(look: _Look, claim: Claim, event: Event) -> list[Claim]:
    """Return the nights a date change left, as claims of their own that the next agreeing look frees."""
    left = (claim.nights - event.stay.nights).since(look.sure)
    return [
        evolve(
            claim,
            id=ClaimId(derived(claim.id, "left", run, look.at.isoformat())),
            stay=run,
            missing=Missing(look.at, look.at, 0, moved=True),
        )
        for run in left.runs()
    ]


def _maybe_guests(events: list[Event]) -> Nights:
    return Nights.union([event.stay.nights for event in events if event.kind is not Kind.BLOCK])


def _known_by_night(look: _Look, known: tuple[Claim, ...], shown: Nights, hard: Nights, maybe: Nights) -> list[Claim]:
    """Match the other claims by their nights: what is shown of each stays, what is not is missing."""
    claims: list[Claim] = []
    for claim in known:
        if _is_named(claim, look.listing):
            continue
        future = claim.nights.since(look.today)
        if claim.missing and claim.missing.moved:
            future -= hard | shown  # another event's now
        here = future & shown | future.before(look.sure)
        seen = _back(look, claim) if here and claim.orphaned else _surer(claim, here, maybe).shown_again()
        if here and here == future:
            claims.append(seen)
            continue
        gone = future - here - hard  # a named reservation has them now
        parts = [seen.during(run) for run in here.runs()]
        parts += [look.missed(claim.during(run)) for run in gone.runs()]
        if here:
            parts = [_unsaid(part) for part in parts]
        claims += _renamed(claim, sorted(parts, key=lambda part: part.stay), look.today)
    return claims


def _back(look: _Look, copy: Claim) -> Claim:
    """Return a copy whose original is gone; one that was missing and is shown again copies nothing, and is new.

    Where too few looks missed it to be sure, it is suspected: a guest may have bought the nights meanwhile.
    """
    if copy.missing is None:
        return copy
    if copy.missing.looks < look.patience:
        return copy.shown_again().suspected()
    return evolve(
        copy,
        id=ClaimId(derived(copy.id, "back", look.at.isoformat())),
        first_seen=look.at,
        standing=Standing.FIRM,
        mirrors=None,
        credited=None,
        orphaned=None,
        missing=None,
    )


def _surer(claim: Claim, here: Nights, maybe: Nights) -> Claim:
    """Where a block was and now something else is shown, a guest may have come."""
    if claim.kind is Kind.BLOCK and not claim.answered and here.overlaps(maybe):
        return evolve(claim, kind=Kind.CLOSURE)
    return claim


def _unsaid(part: Claim) -> Claim:
    """Take back the owner's word that a guest has these nights: nobody has said so of a part of them.

    Where our calendar closes the nights too, what is left may be that: a guest of a double booking who has cancelled.
    """
    said = part.answered and part.kind is Kind.RESERVATION and part.standing is Standing.FIRM
    return evolve(part, answered=False) if said else part


def _renamed(claim: Claim, parts: list[Claim], today: date) -> list[Claim]:
    """Keep the claim's id and true arrival on its first part; the other parts get ids of their own."""
    if not parts:
        return []
    first, *others = parts
    if claim.stay.arrival < today and first.stay.arrival == today:
        first = first.during(Stay(claim.stay.arrival, first.stay.departure))
    return [first, *(evolve(part, id=ClaimId(derived(claim.id, part.stay.arrival))) for part in others)]


def _new_by_night(look: _Look, events: list[Event], nights: Nights, suspected: Nights) -> list[Claim]:
    """Make a claim of each run of nights that nothing explains yet, guests before blocks."""
    claims: list[Claim] = []
    for event in sorted(events, key=lambda one: one.kind is Kind.BLOCK) if nights else ():
        mine = nights & event.stay.nights
        nights -= mine
        for part, standing in ((mine - suspected, Standing.FIRM), (mine & suspected, Standing.SUSPECTED)):
            for run in part.runs():
                whole = run.departure == event.stay.departure and run.arrival == max(event.stay.arrival, look.today)
                stay = event.stay if whole else run
                claims.append(look.claim(stay, event, standing))
    return claims


def _joined(claims: tuple[Claim, ...]) -> list[Claim]:
    """Join the parts of one claim that touch again."""
    joined: list[Claim] = []
    for claim in sorted(claims, key=lambda one: (one.stay.arrival, one.stay.departure, one.id)):
        last = joined[-1] if joined else None
        if last is not None and last.stay.departure == claim.stay.arrival and _one_piece(last, claim):
            joined[-1] = last.during(Stay(last.stay.arrival, claim.stay.departure))
        else:
            joined.append(claim)
    return joined


def _one_piece(first: Claim, second: Claim) -> bool:
    """Whether two touching claims are parts of one: alike in everything but their nights."""
    same = evolve(second, id=first.id, stay=first.stay)
    return same == first and (first.missing is None or first.missing == second.missing)
