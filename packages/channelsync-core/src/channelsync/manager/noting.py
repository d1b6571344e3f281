"""Looks that can change nothing but the times of looking: recognised by what the last one left behind, and only noted.

A full step that left its unit as it was shows that the same calendar leads to the same state, until time decides
something (`channelsync.quiet`). So what a listing showed then is remembered with the version of its unit; an answer
that shows it again, while that version is the stored one, needs neither the state nor a decision. It is in memory only:
a short cut, not knowledge. Where anything is odd there is no short cut: the full step decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import final

from attrs import evolve, frozen

from channelsync import quiet
from channelsync.adapter import FeedLook
from channelsync.cadence import after as health_after
from channelsync.cadence import told
from channelsync.engine.step import Answer
from channelsync.ical.reading import Reading
from channelsync.ids import ListingId
from channelsync.ledger import Looks
from channelsync.manager.reports import SyncReport
from channelsync.observation import Verdict
from channelsync.policy import Policy
from channelsync.state import ListingState, UnitState

__all__ = ["Steady", "looked_again", "steady", "waits"]

Rhythms = Mapping[ListingId, timedelta]


@final
@frozen
class Steady:
    """What a look showed that left its unit as it was, and for which version of the unit and how long that is true.

    ``fresh`` says that it was a look of its own: after one that was a copy (a 304, or an answer given before), only
    copies are known to lead to the same. ``plain`` says that nothing waits for looks: else a copy is not only noted.
    ``every`` is how often its owner wishes the listing to be looked at. ``report`` is what was told of it.
    """

    version: str
    since: datetime
    until: datetime
    reading: Reading | None
    fresh: bool
    plain: bool
    live_stamps: bool
    every: timedelta | None
    report: SyncReport

    def shown_in(self, look: FeedLook) -> Steady:
        """Return the same for the latest look, whose reading is the one kept."""
        return evolve(self, reading=look.reading)

    def shown_by(self, answer: Answer) -> bool:
        """Whether an answer shows the same, but for the DTSTAMP."""
        look = answer.look
        if look is None or look.reading is None or self.reading is None or not answer.observation.usable:
            return False
        return look.reading is self.reading or evolve(look.reading, stamp=self.reading.stamp) == self.reading


def steady(
    state: UnitState,
    answer: Answer,
    now: datetime,
    policy: Policy,
    *,
    version: str,
    report: SyncReport,
    rhythms: Rhythms,
    served: datetime,
) -> Steady | None:
    """Return what to remember of a look that left its unit as it was, None where a look like it may do something.

    Args:
        state: the unit after the step, stored and settled.
        answer: what that look brought.
        now: the time of the step.
        policy: the thresholds.
        version: the unit's version, the same before and after the step.
        report: what was told of the unit.
        rhythms: how often each platform is known to read us.
        served: since when there has been something to read.
    """
    listing = state.of(answer.listing)
    fresh, plain = listing.complete_at == answer.observation.at, not (waits(listing) or listing.hiding)
    if answer.look is None or answer.look.reading is None or listing.verdict is not Verdict.COMPLETE:
        return None
    if listing.looked_at != answer.observation.at or not (fresh or plain):
        return None
    if (
        listing.fading or listing.owed_since or any(claim.missing for claim in listing.claims)
    ):  # what counts looks is changed by each
        return None
    mine = tuple(one for one in report.looks if one.listing == listing.listing.key)
    return Steady(
        version,
        now,
        _until(state, now, policy, rhythms, served),
        answer.look.reading,
        fresh,
        plain,
        listing.live_stamps,
        listing.listing.traits.poll_every,
        evolve(report, looks=mine),
    )


def looked_again(last: Steady, was: Looks, answer: Answer, jitter: float, policy: Policy) -> Looks | None:
    """Return the looks after an answer that shows the same as ``last``, None where it may do more than be noted."""
    now, stamp = answer.observation.at, answer.observation.stamp
    if was.looked_at is None or was.health is None or not last.since <= now < last.until:
        return None
    if not timedelta() < now - was.looked_at <= policy.outage or not _is_plain(
        last, was, stamp, now + policy.live_stamp
    ):
        return None
    if stamp is not None and not last.live_stamps and abs(now - stamp) <= policy.live_stamp:
        return None  # it teaches that this listing's DTSTAMP is the time of the request
    instead = answer.observation.stands_in
    health = health_after(was.health, answer.event, now, jitter, policy.paced(last.every), instead=instead)
    if told(was.health, health) is not None:
        return None
    known = [one for one in (stamp, was.stamp) if one is not None and one <= now + policy.live_stamp]
    given_before = last.live_stamps and stamp is not None and was.stamp is not None and stamp <= was.stamp
    if answer.observation.not_modified or given_before:
        return Looks(now, was.looked_before, was.complete_at, max(known, default=None), health) if last.plain else None
    return Looks(now, was.looked_at, now, max(known, default=None), health) if last.fresh else None


def _is_plain(last: Steady, was: Looks, stamp: datetime | None, ahead: datetime) -> bool:
    """Whether no DTSTAMP is in the near future: one far ahead tells nothing, one that is soon past may begin to."""
    if was.stamp is not None and was.stamp > ahead:
        return False
    return stamp is None or stamp <= ahead or stamp > last.until + timedelta(days=2)


def waits(listing: ListingState) -> bool:
    """Whether looks of its own are waited for: "not modified" is none, and would make the wait last for ever."""
    return bool(listing.fading or listing.echo or listing.owed_since) or any(claim.missing for claim in listing.claims)


def _until(state: UnitState, now: datetime, policy: Policy, rhythms: Rhythms, served: datetime) -> datetime:
    """Return the first moment at which time alone may change the unit or what is told of it."""
    coming = [quiet.until(state, now, policy), _sure_until(now, policy)]
    coming += [moment for moment in _overdue(state, policy, rhythms, served) if moment >= now]
    return min((*coming, *(quiet.listing_until(one, now, policy) for one in state.active)))


def _sure_until(now: datetime, policy: Policy) -> datetime:
    """Return when, by some platform's clock, the next night may be over; a DTSTAMP may be ahead of our clock a little.

    The look's own question: `channelsync.look`.
    """
    ahead = policy.day_ahead + policy.live_stamp
    return datetime.combine((now.astimezone(UTC) + ahead).date() + timedelta(days=1), time(), UTC) - ahead


def _overdue(state: UnitState, policy: Policy, rhythms: Rhythms, served: datetime) -> Iterator[datetime]:
    """Yield the moments at which something has lasted too long (`notices.overdue`, `telling.exposure_reports`)."""
    for one in state.active:
        rhythm = rhythms.get(one.id, one.listing.traits.imports_every)
        yield from (exposure.since + rhythm for exposure in one.exposed)
        reads = [revision.last_fetch for revision in one.revisions if revision.last_fetch]
        for waiting in (max(reads),) if reads else tuple(revision.at for revision in one.revisions[:1]):
            yield max(waiting, served) + max(policy.silence, 2 * rhythm)
