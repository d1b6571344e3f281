"""How long nothing can change by itself: until when the same looks lead to the same state.

Most looks show what the last one showed. Then only time can change a decision, and every decision about time compares
``now`` with a moment that the state remembers and a duration that the policy sets. `until` and `listing_until` return
the first such moment still to come. Before it, a look that shows the same calendar changes nothing but the times of
looking, and a settled unit stays settled: whoever looks at thousands of listings may leave the rest out and note the
look alone (`looked_again`, `read_again`). What counts looks (a missing claim, a fading echo) is changed by each of
them: whether a look changed nothing is for `same_but_for_looks` to say. And much of what a look changes is no matter to
the unit as a whole, which was settled before: `settles_alike`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from operator import attrgetter
from typing import Final

from attrs import fields

from channelsync.cadence import HealthState
from channelsync.claims import Claim
from channelsync.echo import explaining
from channelsync.evolving import evolve
from channelsync.inventory import zone
from channelsync.policy import Policy
from channelsync.proof import Revision
from channelsync.state import ListingState, UnitState
from channelsync.traits import EchoHabit

__all__ = ["listing_until", "looked_again", "read_again", "same_but_for_looks", "settles_alike", "stays_so", "until"]

_FAR: Final = datetime.max.replace(tzinfo=UTC)
_TIMES: Final = frozenset({"looked_at", "looked_before", "complete_at", "stamp", "health"})
"""What every look changes."""
_lasting: Final = attrgetter(*(one.name for one in fields(ListingState) if one.name not in _TIMES))
_FOR_LOOKS: Final = _TIMES | {"verdict", "failure", "live_stamps", "fading", "freed", "seen_empty", "cleared"}
"""What of a listing only its next look is judged by: `channelsync.reconcile.settle` reads none of it."""
_APART: Final = frozenset({"claims", "revisions"})
_deciding: Final = attrgetter(*(one.name for one in fields(ListingState) if one.name not in _FOR_LOOKS | _APART))
_of_claim: Final = attrgetter(*(one.name for one in fields(Claim) if one.name not in {"last_seen", "missing"}))
_of_revision: Final = attrgetter(*(one.name for one in fields(Revision) if one.name != "last_fetch"))


def until(state: UnitState, now: datetime, policy: Policy) -> datetime:
    """Return the first moment after now at which a settled unit could settle into something else; at most midnight.

    It is now where a hold that has run out waits for the next whole look at its platform.

    Args:
        state: the unit, settled.
        now: the time of its last step.
        policy: the thresholds.
    """
    if any(claim.expires is not None and claim.expires <= now for claim in state.own):
        return now
    tomorrow = state.unit.today(now) + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), zone(state.unit.timezone))
    return min((midnight, *(moment for moment in _moments(state, policy) if moment > now)))


def listing_until(listing: ListingState, now: datetime, policy: Policy) -> datetime:
    """Return the first moment after now at which a look that shows the same could change what is remembered of it.

    What is over by midnight neither explains an echo nor teaches a habit.
    """
    soonest = min((moment for moment in _of_listing(listing, policy) if moment > now), default=_FAR)
    dated = listing.listing.traits.notice or listing.echo or listing.habit is EchoHabit.UNKNOWN
    return min(soonest, _tomorrow(now)) if dated else soonest


def _tomorrow(now: datetime) -> datetime:
    """Return the next midnight in UTC: an advance notice may follow that date."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def _moments(state: UnitState, policy: Policy) -> Iterator[datetime]:
    """Yield every moment at which time alone may decide something about the unit."""
    yield from (claim.expires for claim in state.own if claim.expires is not None)
    if state.takeover.active and state.takeover.links_removed_at is not None:
        yield state.takeover.links_removed_at + policy.takeover_watch
    for listing in state.active:
        yield from (claim.orphaned + policy.grace for claim in listing.claims if claim.orphaned is not None)
        if listing.tainted:  # what stays so depends on which of our calendars may still be in force there
            yield from _of_listing(listing, policy)


def _of_listing(listing: ListingState, policy: Policy) -> Iterator[datetime]:
    """Yield every moment at which a revision may begin or stop to explain what is shown, or a count forgets."""
    for revision in listing.revisions:
        if revision.first_fetch is not None and revision.last_fetch is not None:
            yield revision.first_fetch + policy.grace
            yield revision.last_fetch + policy.grace
    yield from _of_counts(listing, policy)


def _of_counts(listing: ListingState, policy: Policy) -> Iterator[datetime]:
    """Yield every moment at which something that was counted for a while is so no more."""
    yield from (freed.at + policy.counting_window for freed in listing.freed)
    if listing.tail_gone is not None:
        yield listing.tail_gone + policy.counting_window + timedelta(microseconds=1)  # it counts for all of the window
    if listing.stamp is not None:
        yield listing.stamp - policy.live_stamp  # a stamp that lay in the future


def stays_so(listing: ListingState, since: datetime, at: datetime, policy: Policy) -> bool:
    """Whether a look that shows the same decides nothing although moments of `listing_until` have come since the last.

    Most of them end what one revision of our calendar may explain, where another one explains as much.
    """
    if at < listing_until(listing, since, policy):
        return True
    if listing.listing.traits.notice and at >= _tomorrow(since):
        return False
    if any(since < moment <= at for moment in _of_counts(listing, policy)):
        return False
    return explaining(listing, since, policy) == explaining(listing, at, policy)


def same_but_for_looks(before: ListingState, after: ListingState) -> bool:
    """Whether a look has changed nothing but the times of looking, and those as any look does."""
    return not _set_back(before, after) and _lasting(before) == _lasting(after) and _is_proof(before, after)


def _is_proof(before: ListingState, after: ListingState) -> bool:
    """Whether what one that takes our writes has accepted proves after some looks what it did before them."""
    return not after.listing.traits.pushed or before.contradicted == after.contradicted


def _set_back(before: ListingState, after: ListingState) -> bool:
    """Whether our clock was set back between two looks: what it had ended too early is then settled anew."""
    return before.looked_at is not None and after.looked_at is not None and after.looked_at < before.looked_at


def settles_alike(settled: UnitState, after: UnitState) -> bool:
    """Whether a unit settles into itself because another one did, while time decides nothing (`until`).

    The two then differ in nothing that settling reads: for how many looks a claim has been missing, how a listing's
    last answer was, and when the platform last read once more what it had read before are no matter to it.

    Args:
        settled: the unit as it was last settled.
        after: the unit now.
    """
    if settled.own != after.own or settled.takeover != after.takeover or settled.unit != after.unit:
        return False
    watched = after.takeover.active  # its end waits for the platforms' readings
    since = after.takeover.links_removed_at if watched else None
    if since is not None and _shown_since(settled, since) != _shown_since(after, since):
        return False
    return len(settled.listings) == len(after.listings) and all(
        one is other or _decides_alike(one, other, watched=watched)
        for one, other in zip(settled.listings, after.listings, strict=True)
    )


def _shown_since(state: UnitState, since: datetime) -> list[bool]:
    """Return which of those that take our writes have been looked at whole since then."""
    pushed = [one for one in state.listings if one.listing.traits.pushed]
    return [one.complete_at is not None and one.complete_at >= since for one in pushed]


def _decides_alike(one: ListingState, other: ListingState, *, watched: bool) -> bool:
    """Whether two states of a listing are the same to settling."""
    if _set_back(one, other) or not _is_proof(one, other):
        return False
    revisions = one.revisions == other.revisions or (not watched and _read_alike(one.revisions, other.revisions))
    return revisions and _claims_alike(one.claims, other.claims) and _deciding(one) == _deciding(other)


def _claims_alike(some: tuple[Claim, ...], others: tuple[Claim, ...]) -> bool:
    """Whether claims are the same but for how long they have been missing."""
    return some is others or (
        len(some) == len(others)
        and all(one is other or _claim_alike(one, other) for one, other in zip(some, others, strict=True))
    )


def _claim_alike(one: Claim, other: Claim) -> bool:
    if one.missing is None or other.missing is None:
        return one == other
    return one.missing.moved is other.missing.moved and _of_claim(one) == _of_claim(other)


def _read_alike(some: tuple[Revision, ...], others: tuple[Revision, ...]) -> bool:
    """Whether revisions differ only in when the last one was last read, since that began to be the only one read."""
    if not some or not others or some[:-1] != others[:-1]:
        return False
    *older, last = some
    first = last.first_fetch
    alone = first is not None and all(one.last_fetch is None or one.last_fetch <= first for one in older)
    return alone and _of_revision(last) == _of_revision(others[-1])


def looked_again(
    listing: ListingState,
    at: datetime,
    new: tuple[datetime, datetime | None] | None,
    stamp: datetime | None,
    health: HealthState | None = None,
) -> ListingState:
    """Note looks that showed what the last one did.

    Args:
        listing: what is remembered, after a look that changed nothing.
        at: when the last of these looks was.
        new: when the last of them was that counted as a new look, and when the look before it was; None where all of
            them were copies that the platform had given before.
        stamp: the DTSTAMP now remembered.
        health: how its route fares after them; None leaves it as it was.
    """
    health = health or listing.health
    if new is None:
        return evolve(listing, looked_at=at, stamp=stamp, health=health)
    return evolve(listing, looked_at=at, looked_before=new[1], complete_at=new[0], stamp=stamp, health=health)


def read_again(listing: ListingState, at: datetime) -> ListingState:
    """Note that the platform has read once more the revision that it had read last, the one in force."""
    *older, last = listing.revisions
    return evolve(listing, revisions=(*older, last.fetched(at)))
