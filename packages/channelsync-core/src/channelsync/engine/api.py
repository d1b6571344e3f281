"""What is decided around a platform's API, whoever speaks with it: the manager, the service, the deterministic world.

Which nights to ask for, what to write and what that proves, what a calendar read in the API's place is worth, when a
waiting message may be acknowledged, and the answer to a platform's question. Pure: the caller asks, writes and stores.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, final

from attrs import frozen

from channelsync.adapter.messages import Closing, Delivery, Question, Written
from channelsync.availability import desired, withheld
from channelsync.claims import Kind
from channelsync.engine.step import Answer, by_code
from channelsync.evolving import evolve
from channelsync.ids import ListingId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import window
from channelsync.orders import recovering
from channelsync.policy import Policy
from channelsync.proof import Revision
from channelsync.pushing import cause, owed
from channelsync.reconcile import sending
from channelsync.state import ListingState, UnitState
from channelsync.traits import Traits

__all__ = ["Write", "about", "is_free", "is_settled", "owners", "stood_in", "unheard", "unlinked", "writes"]

_AGAIN: Final = timedelta(minutes=1)
"""After a write that came to nothing, so long until the listing is looked at and written to again."""
_READ_BACK: Final = timedelta(seconds=1)
"""So long after a write its listing is looked at: what it then shows is the proof."""
_LAST_ZONE: Final = timedelta(hours=12)
"""So far behind UTC a day ends last."""


# -- looking -----------------------------------------------------------------------------------------------------------


def stood_in(failed: Answer, other: Answer, habits: Traits) -> Answer:
    """Return what a listing's calendar shows while its API gives no look; the API's failure counts all the same.

    It may be older than what the API showed, and knows less: it adds, and ends nothing.

    Args:
        failed: what came of asking the API.
        other: what came of reading the calendar.
        habits: of the calendar's route.
    """
    if not other.observation.usable:
        return failed
    why = f"the API did not answer ({failed.observation.failure}); its calendar was read instead"
    seen = evolve(by_code(other.observation), notes=(*other.observation.notes, why), stands_in=True)
    return evolve(failed, observation=seen, look=other.look, habits=habits)


# -- writing -----------------------------------------------------------------------------------------------------------


@final
@frozen
class Write:
    """What is to be written to one listing, by which revision, the closings with what has taken them."""

    listing: ListingId
    revision: int
    closing: tuple[Closing, ...]
    opening: Nights
    sent: datetime
    """When it was noted that it is being sent."""
    looked_at: datetime | None = None
    """When the listing had shown everything the last time, by what was known when the write was ordered."""
    accepted_for: timedelta | None = None
    """For how long the platform has accepted this revision and shown something else, None where it has not."""
    unseen: Nights = NO_NIGHTS
    """The nights never written before, where the listing was not looked at in this step: its owner may have closed them
    since."""
    unheard: bool = False
    """Whether the platform could not be looked at the last time."""

    def look_after(self, *, accepted: bool) -> timedelta | None:
        """Return how long after the write its listing is to be looked at, None where its usual time will do.

        What was accepted is read back at once. Neither what the platform accepts and does not do, nor a platform that
        does not answer, may make us look and write without end: closings that do not show are tried again after a
        minute, then less and less often; openings, and whatever a platform in trouble is owed, at its usual looks.
        """
        if not accepted:
            return None if self.unheard else _AGAIN
        if self.accepted_for is None:
            return _READ_BACK
        return max(self.accepted_for, _AGAIN) if self.closing else None

    def without(self, shut: Nights) -> Write:
        """Return the same without nights that are closed there already."""
        left = [evolve(one, nights=one.nights - shut) for one in self.closing]
        return evolve(self, closing=tuple(one for one in left if one.nights))

    @property
    def closes(self) -> Nights:
        """All nights to be closed."""
        return Nights.union([one.nights for one in self.closing])

    def accepted(self, written: Written) -> bool:
        """Whether the platform has accepted all that the revision closes."""
        return self.closes <= written.closed


def writes(
    state: UnitState, now: datetime, looked: Mapping[ListingId, datetime]
) -> tuple[UnitState, tuple[Write, ...]]:
    """Return what is owed to the listings of a settled unit, and the unit in which it is noted that it is being sent.

    That note is to be stored before the first request leaves.

    Args:
        state: the unit.
        now: the time of the step.
        looked: which listings were looked at in this very step, and when: only there may anything open.
    """
    today, may_open = state.unit.today(now), not recovering(state)
    found: list[Write] = []
    marked = state
    for one in state.active:
        seen = looked.get(one.id) if may_open else None
        if one.revisions and _was_just_opened(one.revisions[-1], now):
            seen = None
        push = owed(one, today, looked=seen, until=window(one.listing.traits, today).departure)
        if push:
            causes = cause(state, one, push.closing)
            closing = tuple(Closing(nights, taken_on) for nights, taken_on in causes)
            current = one.revisions[-1]
            age = None if current.first_fetch is None else now - current.first_fetch
            unseen = NO_NIGHTS if one.id in looked else push.closing - current.carried - one.echo
            unheard = one.health is not None and bool(one.health.failures)
            write = Write(one.id, current.number, closing, push.opening, now, one.complete_at, age, unseen, unheard)
            found.append(write)
            marked = sending(marked, one.id, now, push.closing, push.opening)
    return marked, tuple(found)


def owners(state: UnitState, write: Write, shut: Nights) -> Nights:
    """Return which of the nights that stood closed when a write came are their owner's closing, and not ours.

    Another step may have begun to write since this write was ordered: another listing's, or the listing's own right
    after a look. What the last look showed open, that one has closed. Where nothing was written, whoever closed them
    was not we.

    Args:
        state: the unit as it is stored now.
        write: what was to be written.
        shut: the nights of it that stood closed already.
    """
    one = state.of(write.listing)
    looked = one.complete_at != write.looked_at  # by the listing's own step, which then writes at once
    sent = [each.sent - write.sent for each in one.revisions if each.sent is not None]
    at_once = any(timedelta() < wait < _AGAIN or (looked and not wait) for wait in sent)
    return shut & one.closed_there if at_once else shut


def _was_just_opened(current: Revision, now: datetime) -> bool:
    """Whether it is too early to open again what the platform accepts and goes on showing closed.

    Something else closes it there, such as another calendar: we ask less and less often, and never insist. What was
    accepted a moment ago is never sent twice: an old copy may show it closed, and it may be sold meanwhile.
    """
    if current.first_fetch is None or current.sent is None:
        return False
    return now - current.sent < max(current.sent - current.first_fetch, _AGAIN)


# -- messages that wait ------------------------------------------------------------------------------------------------


def is_settled(delivery: Delivery, listings: Mapping[str, tuple[ListingState, date]]) -> bool:
    """Whether the ledger holds what a message says.

    Args:
        delivery: the message.
        listings: those of the account that are linked, by the platform's ids, each with today's date there. What a
            message says of others is not asked here (`unlinked`). A stay that is over keeps no message waiting.
    """
    stays = () if delivery.cancelled else delivery.stays
    for listing, (state, today) in listings.items():
        said = {stay for room, stay in stays if room == listing and stay.departure > today}
        mine = [one for one in state.claims if one.code == delivery.code]
        waits = [one for one in mine if one.missing is not None and not one.missing.moved]
        if waits or (delivery.cancelled and mine):  # released by what is said: until then that must be said again
            return False
        if said != {one.stay for one in mine if one.missing is None}:
            return False
    return True


def unlinked(delivery: Delivery, listings: Collection[str], now: datetime) -> tuple[tuple[str, Stay], ...]:
    """Return what a message takes of listings that are linked to nothing: nobody closes those nights elsewhere.

    No lodging's time is known there: a stay is over once it is over everywhere on earth.
    """
    if delivery.cancelled:
        return ()
    today = (now.astimezone(UTC) - _LAST_ZONE).date()
    return tuple((room, stay) for room, stay in delivery.stays if room not in listings and stay.departure > today)


def about(delivery: Delivery, listings: Collection[str]) -> tuple[str, ...]:
    """Return which of the linked listings a message may be about: all of them where it names none that is linked."""
    named = tuple(listing for listing, _ in delivery.stays if listing in listings)
    return named if named and not delivery.cancelled else tuple(listings)


# -- questions ---------------------------------------------------------------------------------------------------------


def is_free(state: UnitState, listing: ListingId, question: Question, now: datetime, policy: Policy) -> bool:
    """Whether a platform that asks may sell the nights: only where nothing that is known takes any of them.

    Nor where a guest may hide behind an echo: of a night that we never closed there, nothing but our answer keeps a
    second guest away. Where another listing was not looked at for long, what was sold there is not known.
    """
    stay = question.stay
    if stay is None or recovering(state):
        return False
    today = state.unit.today(now)
    if stay.arrival < today or unheard(state, listing, now, policy):
        return False
    elsewhere = desired(state, today)[listing].nights | withheld(state, today).get(listing, NO_NIGHTS)
    return not stay.nights.overlaps(elsewhere | _own(state, state.of(listing), question.code))


def unheard(state: UnitState, listing: ListingId, now: datetime, policy: Policy) -> tuple[ListingState, ...]:
    """Return the other listings of a unit that gave no usable look for `Policy.silence`, or never gave one.

    What was sold there since is not known, so a platform that asks about ``listing`` is told no, whatever the nights.
    """
    others = [one for one in state.active if one.id != listing]
    return tuple(one for one in others if one.looked_at is None or now - one.looked_at > policy.silence)


def _own(state: UnitState, listing: ListingState, code: str) -> Nights:
    """Return the nights taken on a listing itself, those of the reservation that is made or changed left out.

    What only waits there for an answer, such as another request to book, is the platform's own to weigh.
    """
    entered = [one for one in state.own if one.channel == listing.listing.key]
    known = [one for one in listing.claims if not (code and one.kind is Kind.HOLD)]
    return Nights.union([one.nights for one in (*known, *entered) if not code or one.code != code])
