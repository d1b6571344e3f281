"""Evidence that a closing reached a platform: recorded < sent < accepted < fetched < read back.

A feed listing is told by publishing *revisions* of its calendar. A revision is evidence only once the platform has
fetched it; a night is *exposed* on a listing while it is taken elsewhere and nothing proves it closed there. "Fetched"
means read by the platform, never "closed" for certain; "read back" means that the platform itself shows it closed.

A listing that takes our writes has revisions as well: what they close is written to it, night by night. One is *sent*
from the moment before its first write; it counts as read once the platform has accepted all that it closes. What was
sent may stand there although no answer came.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import IntEnum
from itertools import pairwise
from typing import final

from attrs import frozen

from channelsync.evolving import evolve, kept
from channelsync.nights import NO_NIGHTS, Nights, Stay

__all__ = [
    "Evidence",
    "Exposure",
    "Revision",
    "Run",
    "contradicted",
    "ever_fetched",
    "evidence",
    "explained",
    "exposures",
    "fetched_nights",
    "pruned",
    "reach",
    "settled",
    "taken_over",
    "with_fetch",
]


class Evidence(IntEnum):
    """The ladder; a higher rung is stronger."""

    RECORDED = 1
    """In our ledger and in the calendar we publish; the platform has not read it."""
    SENT = 2
    ACCEPTED = 3
    FETCHED = 4
    """The platform has fetched a revision that holds it."""
    READ_BACK = 5
    """The platform itself shows the night closed."""

    @property
    def word(self) -> str:
        """The rung as people and JSON write it."""
        return self.name.lower().replace("_", " ")


@final
@frozen
class Run:
    """A run of nights in a published calendar; ``stamp`` is when the run took this shape."""

    stay: Stay
    stamp: datetime


@final
@frozen
class Revision:
    """One version of the calendar published for a listing.

    ``first_fetch`` and ``last_fetch`` are when the platform read it, or accepted its writes; None while it has not.
    ``sent`` is when we last began to write it, None where it was never written; ``written`` are the nights of it that
    we ever wrote, None for a calendar, which is read whole: what stood closed there already is not ours.
    """

    number: int
    at: datetime
    runs: tuple[Run, ...]
    nights: Nights
    first_fetch: datetime | None = None
    last_fetch: datetime | None = None
    sent: datetime | None = None
    written: Nights | None = None

    @property
    def told(self) -> Nights:
        """The nights that the platform can have closed because of it."""
        return self.nights if self.written is None else self.written

    @property
    def carried(self) -> Nights:
        """What of it the next revision, written night by night, need not write again."""
        if self.written is None and self.first_fetch is None:
            return NO_NIGHTS
        return self.told

    def fetched(self, at: datetime) -> Revision:
        """Return the revision with one more fetch on record."""
        first = self.first_fetch
        return evolve(self, first_fetch=at if first is None or first > at else first, last_fetch=at)

    def fetched_before(self, at: datetime) -> Revision:
        """Return the revision with no fetch at that time or later: such were noted by a clock that was ahead."""
        if self.first_fetch is None or self.last_fetch is None or self.last_fetch < at:
            return self
        latest = at - timedelta(microseconds=1)
        return evolve(self, first_fetch=min(self.first_fetch, latest), last_fetch=latest)


@final
@frozen
class Exposure:
    """Nights taken elsewhere that nothing proves closed on this listing, and since when."""

    nights: Nights
    since: datetime
    evidence: Evidence = Evidence.RECORDED

    def late(self, rhythm: timedelta, now: datetime) -> bool:
        """Whether it has lasted longer than the platform usually takes to read us, or to show what it was sent."""
        return now - self.since > rhythm


def with_fetch(revisions: tuple[Revision, ...], number: int, at: datetime) -> tuple[Revision, ...]:
    """Return the revisions once the platform has read the one of that number, or accepted what was written of it.

    What counts is which was read last, so what was read before comes before, also where our clock was set back.
    """
    return tuple(one.fetched(at) if one.number == number else one.fetched_before(at) for one in revisions)


def taken_over(revisions: tuple[Revision, ...], left: Nights, at: datetime) -> tuple[Revision, ...]:
    """Take nights that a platform keeps closed for a closing of ours, as if it had accepted one: only then may we open.

    They are what it leaves closed of a guest who is gone, or a write of ours that our memory has lost. What else is in
    force stays so; what the platform has not accepted is no more proven by this than before.
    """
    return _with_taken_over(revisions, left, at) if revisions and left else revisions


@kept(1)
def _with_taken_over(revisions: tuple[Revision, ...], left: Nights, at: datetime) -> tuple[Revision, ...]:
    nights, written = revisions[-1].nights | left, fetched_nights(revisions) | left
    known = {run.stay: run for run in revisions[-1].runs}
    runs = tuple(known.get(stay) or Run(stay, at) for stay in nights.runs())
    number = revisions[-1].number + 1
    return (*revisions, Revision(number, at, runs, nights, first_fetch=at, last_fetch=at, written=written))


def fetched_nights(revisions: tuple[Revision, ...]) -> Nights:
    """Return the nights of the revision the platform read last, none while it has read nothing."""
    last = _last_fetched(revisions)
    return last.told if last else NO_NIGHTS


def ever_fetched(revisions: tuple[Revision, ...]) -> Nights:
    """Return the nights of every remembered revision that the platform has read."""
    return Nights.union([one.told for one in revisions if one.first_fetch is not None])


def reach(revisions: tuple[Revision, ...], now: datetime, grace: timedelta) -> Nights:
    """Return the nights that our own calendar may have closed on the platform by now.

    Those of the revision it read last, and of every one that a fetch superseded less than the grace period ago: an
    import may lag.
    """
    return Nights.union([one.told for one in _in_reach(revisions, now, grace)])


def explained(revisions: tuple[Revision, ...], shown: Nights, now: datetime, grace: timedelta, window: Stay) -> Nights:
    """Return the nights of our runs in `reach` that the platform shows whole.

    An import takes a run as one event, so that a platform which shows only a part of it is not, or no longer, showing
    *our* run: what it shows there is its own (inferred: no platform is known to import half an event).

    Args:
        revisions: what we published and the platform read.
        shown: the nights the platform shows as closed.
        now: the time of the look.
        grace: how long an import may lag.
        window: the nights the platform's calendar shows at all: a run reaches into the past, or beyond its horizon.
    """
    runs = [run.stay.nights for one in _in_reach(revisions, now, grace) for run in one.runs]
    open_there = window.nights - shown
    return Nights.union([run for run in runs if not run.overlaps(open_there)]) & shown


def settled(revisions: tuple[Revision, ...], now: datetime, grace: timedelta) -> Nights:
    """Return the nights the platform has been reading as closed, without a break, for at least the grace period."""
    since = now - grace
    old = [one for one in revisions if one.first_fetch is not None and one.first_fetch <= since]
    if not old:
        return NO_NIGHTS
    nights = max(old, key=_when_last_read).nights
    for one in revisions:
        if one.last_fetch is not None and one.last_fetch > since:
            nights &= one.nights
    return nights


def pruned(revisions: tuple[Revision, ...], now: datetime, grace: timedelta) -> tuple[Revision, ...]:
    """Drop the revisions no decision can need any more.

    Kept are the one in force, those read within the last two grace periods, and the newest read before that. One that
    was superseded before the platform read it is no evidence of anything, but for a grace period a copy of it may
    still stand in a cache between us and the platform, and be read from there; one that was written may stand longer.
    """
    *older, current = revisions
    read = [one for one in older if one.last_fetch is not None]
    recent = [one for one in read if one.last_fetch and now - one.last_fetch < 2 * grace]
    oldest = [one for one in read if one.last_fetch and now - one.last_fetch >= 2 * grace][-1:]
    cached = [
        one
        for one in older
        if one.last_fetch is None and (now - one.at < grace or _may_have_arrived(one, read, now - grace))
    ]
    return (*sorted([*oldest, *recent, *cached], key=lambda one: one.number), current)


def contradicted(revisions: tuple[Revision, ...], shown: Nights, looked: datetime | None, asked: Stay) -> Nights:
    """Return the nights that a platform accepted as closed, and that the last whole look, taken since, shows open.

    Args:
        revisions: what was written to it.
        shown: nights that look showed closed.
        looked: when it was taken, None where there was none.
        asked: the nights that it asked for.
    """
    last = _last_fetched(revisions)
    if looked is None or last is None or _when_last_read(last) >= looked:
        return NO_NIGHTS
    return last.told.within(asked) - shown


def exposures(
    wanted: Nights,
    revisions: tuple[Revision, ...],
    shown: Nights,
    before: tuple[Exposure, ...],
    now: datetime,
    doubted: Nights = NO_NIGHTS,
) -> tuple[Exposure, ...]:
    """Return which of the wanted nights nothing proves closed on the platform, and since when each has been so.

    Args:
        wanted: nights, from today on, that are taken elsewhere.
        revisions: what we published and the platform read.
        shown: nights the platform itself shows closed: read back.
        before: the exposures as of the last step, which keep their beginning.
        now: the time of this step.
        doubted: nights for which what the platform has accepted is no proof (`contradicted`).
    """
    open_nights = wanted - shown
    if open_nights:
        open_nights -= fetched_nights(revisions) - doubted
    found: list[Exposure] = []
    for old in before:
        still = old.nights & open_nights
        if still:
            found.append(evolve(old, nights=still))
            open_nights -= still
    if open_nights:
        found.append(Exposure(open_nights, now))
    return tuple(found)


def evidence(night: date, revisions: tuple[Revision, ...], shown: Nights, *, pushed: bool = False) -> Evidence:
    """Return the highest rung that a night closed by us has reached; ``pushed`` where the platform takes our writes."""
    if night in shown:
        return Evidence.READ_BACK
    if night in fetched_nights(revisions):
        return Evidence.ACCEPTED if pushed else Evidence.FETCHED
    if any(one.sent is not None and night in one.told for one in revisions[-1:]):
        return Evidence.SENT
    return Evidence.RECORDED


def _in_reach(revisions: tuple[Revision, ...], now: datetime, grace: timedelta) -> list[Revision]:
    """Return the revisions that may be in force on the platform.

    One may have been read again, from a stale copy between us, after a newer one: it supersedes that one only then.
    """
    read = _read(revisions)
    since = now - grace
    held = [
        revision
        for revision, newer in pairwise(read)
        if _when_last_read(newer) > since and _when_superseded(revision, newer) > since
    ]
    return [*held, *read[-1:], *[one for one in revisions if _may_have_arrived(one, read, since)]]


@kept(1)
def _read(revisions: tuple[Revision, ...]) -> tuple[Revision, ...]:
    """Return what the platform has read, in the order of its last readings."""
    return tuple(sorted([one for one in revisions if one.first_fetch is not None], key=_when_last_read))


def _may_have_arrived(sent: Revision, read: Iterable[Revision], since: datetime) -> bool:
    """Whether a revision was written and no answer came, and none later has been in force since then."""
    if sent.sent is None or sent.first_fetch is not None:
        return False
    return not any(one.number > sent.number and one.first_fetch and one.first_fetch <= since for one in read)


def _when_superseded(older: Revision, newer: Revision) -> datetime:
    """Return when a revision that was read took the place of another: at its first reading, if that came after."""
    first = newer.first_fetch
    return first if first is not None and first >= _when_last_read(older) else _when_last_read(newer)


def _when_last_read(revision: Revision) -> datetime:
    return revision.last_fetch or revision.at


def _last_fetched(revisions: tuple[Revision, ...]) -> Revision | None:
    read = [one for one in revisions if one.last_fetch is not None]
    return max(reversed(read), key=_when_last_read, default=None)  # of two read at one time the newer one
