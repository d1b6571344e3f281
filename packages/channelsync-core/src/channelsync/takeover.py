"""Taking over from platforms that were linked directly to one another: an inventory first, never an alarm.

Owners come with Airbnb importing Booking.com and Booking.com importing Airbnb. Each calendar then holds copies of the
other one's stays, and a copy looks like a closure. While a takeover is active, a closure that covers another
listing's claim *whole* is a **mirrored** claim: it keeps its nights closed, is at most a possible conflict, is never
published back to the listing it copies (that would keep both alive for ever), and becomes a *suspected* claim when it
outlives what it copies by the grace period. A closure that covers only part of a claim is no copy of it: a copy would
have brought all its nights.

Which of two is the copy: the one first shown later; when both were there from the start, or came within one poll of
each other, the less certain of the two.

The owner answers one question per unclear stay (`Answer`). Where a platform merges what touches, a suspected claim may
be several stays: it is asked about in parts, one for each claim elsewhere that it lies on, for no word is true of a
guest and of copies of others together. To whoever counts what is missing the parts are still one. The takeover ends by
itself once the owner has ticked that the direct links are gone, every platform has read our calendar since, and the
watch of 48 hours is over.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from typing import final

from attrs import frozen

from channelsync.claims import Claim, Kind, Standing
from channelsync.errors import UsageError
from channelsync.evolving import evolve
from channelsync.ids import ClaimId, ListingId, derived
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.proof import Revision, reach, taken_over
from channelsync.state import ListingState, Takeover, UnitState

__all__ = ["Answer", "Question", "answer", "credit", "links_removed", "open_until", "questions", "watch"]


class Answer(Enum):
    """What the owner says an unclear stay is."""

    RESERVATION = "reservation"
    """A guest of that platform; what overlapped it is the copy."""
    MINE = "mine"
    """My own closing there; whether what overlapped it is a copy or a guest is asked next."""
    OLD_LINK = "old-link"
    """A copy brought by a direct link."""
    DOUBLE = "double"
    """Both are real: a double booking."""


@final
@frozen
class Question:
    """One stay that only the owner can explain.

    ``claim`` is None when the question is where a calendar's open part ends: the answer is then a date.
    """

    id: str
    listing: ListingId
    nights: Nights
    claim: Claim | None
    of: Claim | None
    credited: ListingId | None


_CERTAINTY = {Kind.RESERVATION: 0, Kind.HOLD: 1, Kind.CLOSURE: 2, Kind.BLOCK: 3}


def credit(state: UnitState, today: date, policy: Policy) -> UnitState:
    """Mark the claims that copy another listing's.

    A claim that covers a copied stay and more is split: the rest is a claim of its own.
    """
    if state.takeover.active:
        for listing in state.active:
            elsewhere = Nights.union([one.claimed for one in state.active if one.id != listing.id]).since(today)
            elsewhere = elsewhere.widened(state.unit.turnover)
            doubtful = [
                one for one in listing.claims if _may_copy(state, listing, one) and one.nights.overlaps(elsewhere)
            ]
            if doubtful:
                parts = {one.id: _credited(state, listing, one, today, policy) for one in doubtful}
                claims = tuple(part for one in listing.claims for part in parts.get(one.id, (one,)))
                state = state.with_listing(evolve(listing, claims=claims))
    return state


def parted(state: UnitState, today: date) -> UnitState:
    """Part the suspected claims that may be several stays."""
    for listing in state.active:
        if listing.listing.traits.merges and any(one.standing is Standing.SUSPECTED for one in listing.claims):
            claims = tuple(part for one in listing.claims for part in _parts(state, listing, one, today))
            state = state if claims == listing.claims else state.with_listing(evolve(listing, claims=claims))
    return state


def _parts(state: UnitState, listing: ListingState, claim: Claim, today: date) -> list[Claim]:
    """Return a suspected claim in parts: each lies on one claim elsewhere, or on none; whose nights it is, is no part.

    The next look that compares nights joins what is alike (`channelsync.matching`), so that how many claims are missing
    is counted by what the platform shows, and a part is not asked about for longer than what it lies on. The name of a
    part tells it from the others by its end: what is over drops off its beginning.
    """
    rest = claim.nights.since(today)
    runs: list[Stay] = []
    if claim.standing is Standing.SUSPECTED:
        others = [one for one in state.claims if one.listing != listing.id and one.standing is Standing.FIRM]
        others.sort(key=lambda one: (_CERTAINTY[one.kind], one.nights != rest, one.stay.length, one.stay))
        for other in others:
            runs += (rest & other.nights).runs()
            rest -= other.nights
    runs += rest.runs() if runs else ()
    if len(runs) < 2:  # noqa: PLR2004 - one stay, or none that is known
        return [claim]
    seen = claim.first_seen.isoformat()
    return [
        evolve(claim, id=ClaimId(derived(listing.id, "part", seen, run.departure)), stay=run) for run in sorted(runs)
    ]


def _may_copy(state: UnitState, listing: ListingState, claim: Claim) -> bool:
    """Whether a claim can be a copy at all: nothing else is known of it, and a copy can only be what an echo can."""
    traits = listing.listing.traits
    if claim.answered or not (claim.standing is Standing.FIRM or _may_be_forgotten(state, listing, claim)):
        return False
    return claim.kind in traits.echo_kinds and claim.kind not in traits.identified


def _may_be_forgotten(state: UnitState, listing: ListingState, claim: Claim) -> bool:
    """Whether a claim is suspected because we may have written it ourselves, for what another listing holds."""
    ours, suspected = state.takeover.ours_since, claim.standing is Standing.SUSPECTED
    return suspected and listing.listing.traits.pushed and ours is not None and claim.first_seen >= ours


def _credited(state: UnitState, listing: ListingState, claim: Claim, today: date, policy: Policy) -> tuple[Claim, ...]:
    """Return a claim, or its parts where some of it copies another listing's claim."""
    rest = claim.nights.since(today)
    parts: list[Claim] = []
    for other in _originals(state, listing, claim, today, policy):
        copied = rest & _closed_for(state, other, claim, rest)
        for run in copied.runs():
            part = evolve(claim, stay=run, standing=Standing.MIRRORED, mirrors=other.id, credited=other.listing)
            parts.append(part)
        rest -= copied
    if not parts:
        return (claim,)
    parts += [claim.during(run) for run in rest.runs()]
    parts.sort(key=lambda part: part.stay)
    first, *others = parts
    return (first, *(evolve(part, id=ClaimId(derived(claim.id, part.stay))) for part in others))


def _originals(state: UnitState, listing: ListingState, claim: Claim, today: date, policy: Policy) -> list[Claim]:
    """Return the other listings' claims that this one may copy, whole."""
    return [
        other
        for source in state.active
        if source.id != listing.id
        for other in source.claims
        if other.standing is Standing.FIRM
        and other.missing is None
        and _closed_for(state, other, claim, claim.nights.since(today)).overlaps(claim.nights.since(today))
        and other.nights.since(today) <= listing.shown
        and _precedes(state, other, claim, policy)
    ]


def _closed_for(state: UnitState, original: Claim, copy: Claim, rest: Nights) -> Nights:
    """Return what a copy of a claim may hold.

    What our own calendar brought back has the turnover nights around a guest as well; a stay that reaches beyond them
    is another guest's.
    """
    widened = original.nights.widened(state.unit.turnover) if original.may_be_guest else original.nights
    beside = rest - original.nights
    if not beside or not beside <= widened or not _may_be_brought_by_us(state, copy, beside):
        return original.nights
    return widened


def _may_be_brought_by_us(state: UnitState, copy: Claim, nights: Nights) -> bool:
    """Whether our own calendar may have brought these nights: one that is forgotten, or one sent back and passed on.

    For the latter, another platform that may echo had read them as closed before they were shown here. What has been
    found to be a copy stays one.
    """
    ours = state.takeover.ours_since
    if copy.credited is not None or (ours is not None and copy.first_seen >= ours):
        return True
    return any(
        one.first_fetch is not None and one.first_fetch <= copy.first_seen and nights <= one.nights
        for source in state.active
        if source.id != copy.listing and source.may_echo
        for one in source.revisions
    )


def _precedes(state: UnitState, original: Claim, copy: Claim, policy: Policy) -> bool:
    """Whether the first can be what the second copies."""
    apart = copy.first_seen - original.first_seen
    together = (original.inventory and copy.inventory) or abs(apart) <= _one_poll(state, (original, copy), policy)
    if not together:
        return apart.total_seconds() > 0 and not copy.inventory
    if original.kind is not copy.kind:
        return _CERTAINTY[original.kind] < _CERTAINTY[copy.kind]
    order = [one.id for one in state.listings]
    return (
        original.listing is not None
        and copy.listing is not None
        and (order.index(original.listing) < order.index(copy.listing))
    )


def _one_poll(state: UnitState, claims: tuple[Claim, ...], policy: Policy) -> timedelta:
    """Return the longest time between two looks at a listing of these: within it nobody is known to be first."""
    looked_at = [state.of(one.listing).listing.traits for one in claims if one.listing is not None]
    return max(policy.paced(one.poll_every).poll_every for one in looked_at)


def watch(state: UnitState, now: datetime, policy: Policy) -> UnitState:
    """Suspect the copies that outlived what they copy, and end the takeover when its watch is over."""
    for listing in state.active:
        if any(claim.standing is Standing.MIRRORED for claim in listing.claims):
            claims = tuple(_watched(state, claim, now, policy) for claim in listing.claims)
            state = state.with_listing(evolve(listing, claims=claims))
            if state.takeover.may_be_linked and not state.takeover.copied:
                state = evolve(state, takeover=evolve(state.takeover, copied=True))
    if state.takeover.active and _is_over(state, now, policy):
        state = evolve(state, takeover=evolve(state.takeover, active=False))
    return state


def _watched(state: UnitState, claim: Claim, now: datetime, policy: Policy) -> Claim:
    """Note since when a copy's original is gone; a grace period later it is a suspected claim.

    A claim may be split into parts: the copy then names the part that holds its nights.
    """
    if claim.standing is not Standing.MIRRORED or claim.credited is None:
        return claim
    standing = [
        one
        for listing in state.listings
        if listing.id == claim.credited
        for one in listing.claims
        if one.standing is not Standing.MIRRORED and _closed_for(state, one, claim, claim.nights).overlaps(claim.nights)
    ]
    if standing:
        ids = [one.id for one in standing]
        if claim.orphaned is None and claim.mirrors in ids:  # the very same value: who compares has nothing to do
            return claim
        return evolve(claim, orphaned=None, mirrors=claim.mirrors if claim.mirrors in ids else ids[0])
    if claim.orphaned is None:
        return evolve(claim, orphaned=now)
    if now - claim.orphaned < policy.grace:
        return claim
    return claim.suspected()


def _is_over(state: UnitState, now: datetime, policy: Policy) -> bool:
    """Whether the links are gone, every platform has read our calendar since, and the watch is over."""
    since = state.takeover.links_removed_at
    if since is None or now - since < policy.takeover_watch:
        return False
    return all(read is not None and read >= since for read in map(_last_read, state.active))


def _last_read(listing: ListingState) -> datetime | None:
    """Return when a platform last read our calendar: one that takes our writes, by its last whole look."""
    reads = [one.last_fetch for one in listing.revisions if one.last_fetch]
    if listing.listing.traits.pushed and listing.complete_at is not None:
        reads.append(listing.complete_at)
    return max(reads, default=None)


def questions(state: UnitState, policy: Policy = DEFAULT_POLICY) -> tuple[Question, ...]:
    """Return what only the owner can explain: copies, suspected claims, and where an open calendar ends.

    Suspected, as far as asking goes, is also what outlived our closing where only a suspicion had closed it: it closes
    nothing more, but is held while a guest may stand behind it, and only the owner can end that. So is a closure that
    was there at the first look, where our calendar closes it too because a guest may hide behind another's echo.
    """
    asked: list[Question] = []
    by_id = {claim.id: claim for claim in state.claims}
    for listing in state.active:
        for claim in (*listing.claims, *_outliving(listing, policy)):
            if not claim.answered and (claim.standing is not Standing.FIRM or _keeps_a_hold(state, listing, claim)):
                original = by_id.get(claim.mirrors) if claim.mirrors else None
                asked.append(Question(claim.id, listing.id, claim.nights, claim, original, claim.credited))
        if state.takeover.active and _tail_may_hide_guest(listing):
            asked.append(Question(f"{listing.listing.key}-opens", listing.id, listing.aside.unopened, None, None, None))
    return tuple(asked)


def _keeps_a_hold(state: UnitState, listing: ListingState, claim: Claim) -> bool:
    """Whether a listing's own closure and a night held there may keep each other closed (`availability`)."""
    if not claim.inventory or claim.kind in listing.listing.traits.identified:
        return False
    held = claim.nights & listing.published
    return bool(held) and any(one.hiding.overlaps(held) for one in state.active if one.id != listing.id)


def _outliving(listing: ListingState, policy: Policy) -> tuple[Claim, ...]:
    """Return what would be suspected if it were not tainted, as the claims it may be."""
    tainted = listing.echo & listing.hiding & listing.tainted
    at = listing.looked_at
    if not tainted or at is None:
        return ()
    return tuple(
        Claim(name, Kind.CLOSURE, run, at, at, listing.id, standing=Standing.SUSPECTED)
        for run in (tainted - reach(listing.revisions, at, policy.grace)).runs()
        for name in [ClaimId(derived(listing.id, "outlives", run.departure))]
    )


def _tail_may_hide_guest(listing: ListingState) -> bool:
    """Whether a guest may stand merged with the rolling end of the calendar, which only the owner can tell."""
    rolling = listing.aside.rolling
    return (
        rolling is not None
        and listing.open_until is None
        and any(event.stay.departure == rolling.departure and event.kind is not Kind.BLOCK for event in listing.events)
    )


def answer(state: UnitState, question: str, said: Answer, policy: Policy = DEFAULT_POLICY) -> UnitState:
    """Return the unit as the owner's answer explains it.

    Raises:
        UsageError: no such question is open.
    """
    listing, claim = _asked(state, question, policy)
    by_id = {one.id: one for one in state.claims}
    original = by_id.get(claim.mirrors) if claim.mirrors else None
    firm = evolve(claim, standing=Standing.FIRM, mirrors=None, credited=None, orphaned=None, answered=True)
    if said is Answer.OLD_LINK:
        tainted = claim.nights if state.takeover.may_be_linked else NO_NIGHTS
        rest = tuple(one for one in listing.claims if one.id != claim.id)
        hides = claim.nights if claim.may_be_guest else NO_NIGHTS
        return state.with_listing(
            evolve(
                listing,
                claims=rest,
                echo=listing.echo | claim.nights,
                hiding=listing.hiding - hides,
                tainted=listing.tainted | tainted,
                revisions=_ours_there(listing, claim.nights),
            )
        )
    kind = {Answer.RESERVATION: Kind.RESERVATION, Answer.MINE: Kind.BLOCK, Answer.DOUBLE: Kind.RESERVATION}[said]
    claims = tuple(evolve(firm, kind=kind) if one.id == claim.id else one for one in listing.claims)
    echo, hiding = listing.echo - claim.nights, listing.hiding - claim.nights
    state = state.with_listing(evolve(listing, claims=claims, echo=echo, hiding=hiding))
    if original is not None and said in {Answer.RESERVATION, Answer.MINE} and not original.answered:
        copy = evolve(original, standing=Standing.MIRRORED, mirrors=claim.id, credited=claim.listing)
        copied = claim.nights.widened(state.unit.turnover)
        return _with_original(state, evolve(copy, answered=said is Answer.RESERVATION), copied)
    if said is Answer.DOUBLE and original is not None:
        return _with_original(state, evolve(original, kind=Kind.RESERVATION, answered=True))
    if said is Answer.RESERVATION and claim.standing is Standing.SUSPECTED and claim.inventory:
        for block in _blocks_over(state, listing, claim):
            copy = evolve(block, standing=Standing.MIRRORED, mirrors=claim.id, credited=listing.id)
            state = _with_original(state, copy, claim.nights.widened(state.unit.turnover))
    return state


def _blocks_over(state: UnitState, listing: ListingState, claim: Claim) -> list[Claim]:
    """Return the firm blocks of other listings, there from the start, that may copy a guest who is known only now.

    Nothing copies what is suspected, and the takeover may be over. A copy that stood as a claim of its own would keep
    itself alive, once that guest has gone: our calendar brings it back. Closures are left alone, for a guest may stand
    behind them: they are told as a conflict, which the owner explains.
    """
    return [
        block
        for other in state.active
        if other.id != listing.id
        for block in other.claims
        if block.kind is Kind.BLOCK and block.inventory and block.standing is Standing.FIRM and not block.answered
        if claim.nights <= block.nights and Kind.BLOCK in other.listing.traits.echo_kinds
    ]


def _ours_there(listing: ListingState, nights: Nights) -> tuple[Revision, ...]:
    """Return a listing's revisions once the owner has said that nights closed there are a copy of ours.

    A listing that takes our writes opens what we closed when we write it, and only then: so it is ours to open.
    """
    if not listing.listing.traits.pushed or listing.looked_at is None:
        return listing.revisions
    last = max([listing.looked_at, *(one.last_fetch for one in listing.revisions if one.last_fetch is not None)])
    return taken_over(listing.revisions, nights, last)


def _with_original(state: UnitState, explained: Claim, nights: Nights | None = None) -> UnitState:
    """Put the owner's explanation of the other side in its place, unless its platform says itself what it is.

    Of one that is longer than what was asked about, only these nights are explained: behind the rest another guest may
    stand.
    """
    if explained.listing is None:
        return state
    source = state.of(explained.listing)
    kept = next(one for one in source.claims if one.id == explained.id)
    if kept.kind in source.listing.traits.identified:
        return state
    rest = NO_NIGHTS if nights is None else kept.nights - nights
    parts = [
        *[explained.during(run) for run in (kept.nights - rest).runs()],
        *[kept.during(run) for run in rest.runs()],
    ]
    first, *others = sorted(parts, key=lambda part: part.stay)
    named = (first, *(evolve(part, id=ClaimId(derived(kept.id, part.stay))) for part in others))
    claims = tuple(part for one in source.claims for part in (named if one.id == kept.id else (one,)))
    return state.with_listing(evolve(source, claims=claims))


def _asked(state: UnitState, question: str, policy: Policy) -> tuple[ListingState, Claim]:
    """Return the claim the owner speaks of, an unclear one or one that nothing identifies, and its listing with it."""
    for listing in state.active:
        for claim in (*listing.claims, *_outliving(listing, policy)):
            unclear = claim.standing is not Standing.FIRM or claim.kind not in listing.listing.traits.identified
            if claim.id == question and unclear:
                claims = listing.claims if claim in listing.claims else (*listing.claims, claim)
                return evolve(listing, claims=claims), claim
    msg = f"no open question {question[:40]!r}"
    raise UsageError(msg, advice="Run `channelsync takeover UNIT` to see the questions and their ids.")


def open_until(state: UnitState, listing: ListingId, day: date, at: datetime) -> UnitState:
    """Record the owner's word on where a listing's open calendar ends: closed nights before that date are claims."""
    before = state.of(listing)
    taken = before.aside.unopened.before(day)
    claims = tuple(
        Claim(ClaimId(derived(listing, "open", run)), Kind.CLOSURE, run, at, at, listing, inventory=True)
        for run in taken.runs()
    )
    aside = evolve(before.aside, unopened=before.aside.unopened - taken)
    return state.with_listing(evolve(before, open_until=day, aside=aside, claims=before.claims + claims))


def links_removed(state: UnitState, now: datetime) -> UnitState:
    """Record that the owner has removed the direct links; the watch begins.

    What stays closed from now on without our calendar is kept closed by nothing we know of: it may be suspected again.
    """
    listings = tuple(evolve(one, tainted=NO_NIGHTS) if one.tainted else one for one in state.listings)
    return evolve(state, listings=listings, takeover=Takeover(active=True, links_removed_at=now))
