"""What is decided around a platform's API, whoever speaks with it: the manager, the service, the deterministic world.

Which nights to ask for, what to write and what that proves, what a calendar read in the API's place is worth, when a
waiting message may be acknowledged, and the answer to a platform's question. Pure: the caller asks, writes and stores.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Final, final

from attrs import frozen

from channelsync.adapter.messages import Closing, Delivery, Question, Written
from channelsync.availability import desired
from channelsync.engine.step import Answer, by_code
from channelsync.evolving import evolve
from channelsync.ids import ListingId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import months_after
from channelsync.orders import recovering
from channelsync.policy import Policy
from channelsync.proof import Revision
from channelsync.pushing import cause, owed
from channelsync.reconcile import sending
from channelsync.state import ListingState, UnitState
from channelsync.traits import Traits

__all__ = ["Write", "about", "is_free", "is_settled", "owners", "stood_in", "window", "writes"]

_AGAIN: Final = timedelta(minutes=1)
"""After a write that came to nothing, so long until the listing is looked at and written to again."""
_READ_BACK: Final = timedelta(seconds=1)
"""So long after a write its listing is looked at: what it then shows is the proof."""
_MONTHS: Final = 18
"""So far ahead a calendar is asked for, where its platform's does not end sooner."""


# -- looking -----------------------------------------------------------------------------------------------------------


def window(habits: Traits, today: date) -> Stay:
    """Return the nights to ask for: from yesterday, which may be today on the platform, to where its calendar ends."""
    months = habits.horizon.months if habits.horizon else _MONTHS
    return Stay(today - timedelta(days=1), months_after(today, months))


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
    accepted_for: timedelta | None = None
    """For how long the platform has accepted this revision and shown something else, None where it has not."""
    unseen: Nights = NO_NIGHTS
    """The nights never written before, where the listing was not looked at in this step: its owner may have closed them
    since."""
    unheard: bool = False
    """Whether the platform could not be looked at the last time."""
    looked_at: datetime | None = None
    """When the listing had shown everything the last time, by what was known when the write was ordered."""

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
            unseen = NO_NIGHTS if one.id in looked else push.closing - current.carried
            unheard = one.health is not None and bool(one.health.failures)
            found.append(Write(one.id, current.number, closing, push.opening, age, unseen, unheard, one.complete_at))
            marked = sending(marked, one.id, now, push.closing)
    return marked, tuple(found)


def owners(state: UnitState, write: Write, shut: Nights) -> Nights:
    """Return which of the nights that stood closed when a write came are their owner's closing, and not ours.

    The listing's own step may have looked, and begun to write at once, since this write was ordered: what it saw open
    just before, it has closed. Where it wrote nothing then, whoever closed them was not we.

    Args:
        state: the unit as it is stored now.
        write: what was to be written.
        shut: the nights of it that stood closed already.
    """
    one = state.of(write.listing)
    sent = one.revisions[-1].sent if one.revisions else None
    if one.complete_at is None or one.complete_at == write.looked_at or sent is None:
        return shut
    if not timedelta(0) <= sent - one.complete_at < _AGAIN:
        return shut
    return shut & one.closed_there


def _was_just_opened(current: Revision, now: datetime) -> bool:
    """Whether it is too early to open again what the platform accepts and goes on showing closed.

    Something else closes it there, such as another calendar: we ask less and less often, and never insist.
    """
    if current.first_fetch is None or current.sent is None:
        return False
    return now - current.sent < current.sent - current.first_fetch


# -- messages that wait ------------------------------------------------------------------------------------------------


def is_settled(delivery: Delivery, listings: Mapping[str, tuple[ListingState, date]]) -> bool:
    """Whether the ledger holds what a message says.

    Args:
        delivery: the message.
        listings: those of the account that are linked, by the platform's ids, each with today's date there. Rooms that
            are not linked are nobody's here: they keep no message waiting. Nor does a stay that is over.
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


def about(delivery: Delivery, listings: Collection[str]) -> tuple[str, ...]:
    """Return which of the linked listings a message may be about: all of them where it names none that is linked."""
    named = tuple(listing for listing, _ in delivery.stays if listing in listings)
    return named if named and not delivery.cancelled else tuple(listings)


# -- questions ---------------------------------------------------------------------------------------------------------


def is_free(state: UnitState, listing: ListingId, question: Question, now: datetime, policy: Policy) -> bool:
    """Whether a platform that asks may sell the nights: only where nothing that is known takes any of them.

    Where another listing was not looked at for long, what was sold there is not known.
    """
    stay = question.stay
    if stay is None or recovering(state):
        return False
    today = state.unit.today(now)
    if stay.arrival < today or any(_is_unheard(one, now, policy) for one in state.active if one.id != listing):
        return False
    elsewhere = desired(state, today)[listing].nights
    return not stay.nights.overlaps(elsewhere | _own(state, state.of(listing), question.code))


def _is_unheard(listing: ListingState, now: datetime, policy: Policy) -> bool:
    return listing.looked_at is None or now - listing.looked_at > policy.silence


def _own(state: UnitState, listing: ListingState, code: str) -> Nights:
    """Return the nights taken on a listing itself, those of the reservation that is being changed left out."""
    entered = [one for one in state.own if one.channel == listing.listing.key]
    return Nights.union([one.nights for one in (*listing.claims, *entered) if not code or one.code != code])
