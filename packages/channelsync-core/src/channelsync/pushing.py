"""What to write to a listing that takes our writes: closings at once, openings only from what it just showed.

Like everything here this is derived anew each time, so a lost answer, a second worker or a crash do no harm:

* *closing* is what the revision in force closes and the listing neither showed closed nor has accepted since it was
  looked at. It needs no look of this moment: to close a night twice costs nothing. But one that was never looked at is
  not written to: what its owner had closed there would be taken for ours.
* *opening* is what the listing showed closed at the look just taken, by our own closing, and nobody takes any more.
  What its owner closed there, what a guest has there and what nobody explains is never opened. Nights that a guest
  who is gone has left closed wait for one more look: they may have been sold again meanwhile.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import final

from attrs import frozen

from channelsync.claims import Claim, Kind
from channelsync.ids import ChannelName
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Verdict
from channelsync.proof import Revision, fetched_nights
from channelsync.state import ListingState, UnitState

__all__ = ["Push", "cause", "owed"]


@final
@frozen
class Push:
    """Nights to close and to open on one listing; both may be empty."""

    closing: Nights = NO_NIGHTS
    opening: Nights = NO_NIGHTS

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.closing or self.opening)


def owed(listing: ListingState, today: date, *, looked: datetime | None = None, until: date | None = None) -> Push:
    """Return what is still to be written to a listing that takes our writes, the revision in force being settled.

    Args:
        listing: the listing; nothing is owed to one that is told by a calendar.
        today: the date at the unit.
        looked: when it was looked at in this very step; None where it was not, and nothing may open.
        until: where its looks end: what is closed beyond is never shown, so it is written until it is accepted.
    """
    if not listing.listing.traits.pushed or listing.retired or not listing.revisions or listing.looked_at is None:
        return Push()
    wanted = listing.published.since(today)
    closing = wanted - listing.closed_there - _accepted_since(listing.revisions, listing.looked_at)
    if until is not None:
        closing -= fetched_nights(listing.revisions).since(until)
    fresh = looked is not None and listing.complete_at == looked and listing.verdict is Verdict.COMPLETE
    if not fresh or listing.owed_since:
        return Push(closing)
    taken_over = Nights.union([one.nights for one in listing.revisions if one.first_fetch == looked])
    return Push(closing, (listing.echo & listing.closed_there).since(today) - wanted - listing.claimed - taken_over)


def _accepted_since(revisions: tuple[Revision, ...], looked: datetime) -> Nights:
    """Return the nights that a listing has accepted since it was last looked at."""
    accepted = [one for one in revisions if one.last_fetch is not None and one.last_fetch > looked]
    return max(accepted, key=lambda one: one.number).told if accepted else NO_NIGHTS


def cause(state: UnitState, listing: ListingState, closing: Nights) -> tuple[tuple[Nights, ChannelName | None], ...]:
    """Return the closing by what has taken the nights: each other channel's guests first, then the owner (None).

    Nights that are closed for another reason, such as a turnover, count as the owner's.
    """
    parts: list[tuple[Nights, ChannelName | None]] = []
    left = closing
    for other in state.active:
        if other.id == listing.id:
            continue
        mine = left & _guests(other.claims)
        if mine:
            parts.append((mine, other.listing.channel))
            left -= mine
    return (*parts, (left, None)) if left else tuple(parts)


def _guests(claims: tuple[Claim, ...]) -> Nights:
    return Nights.union([one.nights for one in claims if one.kind is not Kind.BLOCK])
