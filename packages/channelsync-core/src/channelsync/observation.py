"""What one look at a listing showed, and which of it is only the rolling end of a calendar.

An `Observation` is what a flow makes of a platform's answer; nothing in it is interpreted yet beyond the kind of each
event. Whether a usable answer is *complete* or *suspect* depends on what was known before and is decided in `release`.

Platforms show as closed what is merely not open yet: Booking.com one closure up to today + 18 months, Airbnb a block
from the end of the booking window to today + 1 year and a block at today for the advance notice (measured: 4,811 of
5,289 Booking.com looks ended on that very day). These *rolling runs* move every day, and an importer that takes them
for claims closes a year elsewhere or finds a new guest every morning. `set_aside` tells them from claims by how they
move:

* a run that reaches the horizon is set aside as soon as it is seen, and the nights it gains at its far end as well;
* so is one that reaches the horizon of a calendar farther ahead, while a direct link may bring that one's end here;
* nights it gains at its near end are a guest (or the owner) merged with it: claims;
* nights known as claims or as our own echo before the run swallowed them stay what they were;
* a short block at today is a claim until it has moved along with the date once.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final, final

from attrs import frozen

from channelsync.claims import Claim, Kind
from channelsync.ids import ClaimId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.policy import Policy
from channelsync.traits import Horizon, Traits

__all__ = ["Aside", "Event", "Notice", "Observation", "Verdict", "months_after", "set_aside", "window"]

_MONTHS: Final = 18
"""So far ahead a calendar is asked for, where its platform's does not end sooner."""


class Verdict(Enum):
    """How far one look is to be trusted."""

    COMPLETE = "complete"
    SUSPECT = "suspect"
    """It lost too much at once: it may add nights, it frees none."""
    UNUSABLE = "unusable"
    """Nothing can be read from it: the last good look stays in force."""


@final
@frozen
class Event:
    """One entry that a look showed. ``uid`` and ``code`` are the platform's, empty where it gives none."""

    stay: Stay
    kind: Kind
    uid: str = ""
    code: str = ""


@final
@frozen
class Observation:
    """One look at one listing.

    ``at`` is when it was asked for: what is shown was true then or a moment later. ``stamp`` is the one DTSTAMP all
    events share, if they do: some platforms put the time of the request there, which unmasks a cached copy. ``failure``
    is why nothing usable came, None when something did. ``notes`` say what was tolerated. ``not_modified`` marks a 304:
    the same as before, and no new look. ``cancelled`` are the codes of reservations that the platform itself says are
    cancelled: their absence needs no second look. ``stands_in`` marks a look by another route than the listing's own:
    it adds what it shows, and ends nothing. ``unseen`` are the kinds of which it may not show everything, because that
    part of the platform gave no answer: what it shows of them counts, and it ends none, but for what is cancelled.
    """

    at: datetime
    events: tuple[Event, ...] = ()
    stamp: datetime | None = None
    failure: str | None = None
    notes: tuple[str, ...] = ()
    not_modified: bool = False
    cancelled: frozenset[str] = frozenset[str]()
    stands_in: bool = False
    unseen: frozenset[Kind] = frozenset[Kind]()

    @property
    def usable(self) -> bool:
        """Whether there is anything to read."""
        return self.failure is None

    @property
    def nights(self) -> Nights:
        """All nights shown as closed."""
        return Nights.union([event.stay.nights for event in self.events])

    def unseen_of(self, claims: Iterable[Claim]) -> frozenset[ClaimId]:
        """Return which of these claims may stand although it does not show them: their kind is not all seen."""
        may_stand = [one for one in claims if one.kind in self.unseen and one.code not in self.cancelled]
        return frozenset([one.id for one in may_stand])


@final
@frozen
class Notice:
    """A short block at today, which may be a platform's advance notice: it is one once it has moved with the date."""

    day: date
    length: int
    moved: bool = False


@final
@frozen
class Aside:
    """What of a look is set aside, and what must be remembered to recognise it the next time.

    ``unopened`` and ``noticed`` are the nights, by reason; ``rolling`` is the rolling end of the calendar as seen now.
    """

    unopened: Nights = NO_NIGHTS
    noticed: Nights = NO_NIGHTS
    rolling: Stay | None = None
    notice: Notice | None = None

    @property
    def nights(self) -> Nights:
        """All nights set aside."""
        return self.unopened | self.noticed


def set_aside(  # noqa: PLR0913 - one look, and what is known of where it comes from
    events: Iterable[Event],
    traits: Traits,
    today: date,
    policy: Policy,
    *,
    before: Aside,
    known: Nights,
    open_until: date | None = None,
    utc: date | None = None,
    copied: Iterable[int] = (),
) -> Aside:
    """Return what of these events is the rolling end of the calendar, or an advance notice.

    Args:
        events: what the look showed.
        traits: the habits of the platform's route.
        today: the date at the unit.
        policy: the tolerances.
        before: what was set aside at the last look, empty at the first.
        known: nights already known as claims or echoes: they stay what they were.
        open_until: the owner's word on where the open calendar ends: closed nights before that date are claims.
        utc: the date in UTC, which a platform's day may follow wherever the unit is.
        copied: how far, in months, the calendars reach whose rolling ends this one may copy by a direct link.
    """
    events = tuple(events)
    unopened, rolling = _unopened(
        events, traits, today, policy, before=before, known=known, open_until=open_until, copied=copied
    )
    notice, event = _notice(events, {today, utc or today}, policy, before.notice) if traits.notice else (None, None)
    noticed = NO_NIGHTS
    if notice and notice.moved and event:
        end = rolling.departure if rolling else None
        others = (one.stay for one in events if one is not event and one.stay.departure != end)
        noticed = event.stay.nights.since(today) - known - Nights.of(*others)
    return Aside(unopened, noticed - unopened, rolling, notice)


def _ends(horizon: Horizon, today: date, copied: Iterable[int]) -> tuple[date, ...]:
    """Return where the rolling end of a calendar may end: at its horizon, or farther ahead where it copies another's.

    Nobody can book beyond the horizon; what ends nearer may be a guest's.
    """
    own = horizon.months
    return tuple(months_after(today, months) for months in sorted({own, *(far for far in copied if far > own)}))


def _unopened(
    events: tuple[Event, ...],
    traits: Traits,
    today: date,
    policy: Policy,
    *,
    before: Aside,
    known: Nights,
    open_until: date | None,
    copied: Iterable[int],
) -> tuple[Nights, Stay | None]:
    """Return the nights of the unopened calendar and the run they form."""
    if traits.horizon is None:
        return NO_NIGHTS, None
    ends, kinds = _ends(traits.horizon, today, copied), traits.horizon.kinds
    rolling = [event for event in events if event.kind in kinds and _rolls(event, ends, policy, before.rolling)]
    if not rolling:
        return NO_NIGHTS, _remembered(before.rolling, events, ends, policy)
    rest = Nights.union([event.stay.nights for event in events if event not in rolling])
    nights = Nights.union([event.stay.nights for event in rolling]) - rest - known
    if before.rolling is not None:
        may_hide_guest = Nights.union([event.stay.nights for event in rolling if event.kind is not Kind.BLOCK])
        nights -= may_hide_guest.before(before.rolling.arrival) - before.unopened
    if open_until is not None:
        nights = nights.since(open_until)
    if nights.first is None:
        return NO_NIGHTS, _remembered(before.rolling, events, ends, policy)
    return nights, Stay(nights.first, max(event.stay.departure for event in rolling))


def _rolls(event: Event, ends: tuple[date, ...], policy: Policy, before: Stay | None) -> bool:
    """Whether this event ends where the rolling end does: at the horizon, or there lately and has not drawn back."""
    short = [(end - event.stay.departure).days for end in ends]
    if any(abs(days) <= policy.horizon_tolerance for days in short):
        return True
    lately = any(0 < days <= policy.horizon_patience for days in short)
    return lately and before is not None and event.stay.departure >= before.departure


def _remembered(rolling: Stay | None, events: tuple[Event, ...], ends: tuple[date, ...], policy: Policy) -> Stay | None:
    """Return the run of earlier looks while nothing is shown in its place: where it began tells a guest beside it."""
    if rolling is None or any(event.stay.overlaps(rolling) for event in events):
        return None
    short = (ends[0] - rolling.departure).days
    return rolling if short <= policy.horizon_patience else None


def window(traits: Traits, today: date) -> Stay:
    """Return the nights to ask an API for: from yesterday, which may be today there, to where its calendar ends."""
    months = traits.horizon.months if traits.horizon else _MONTHS
    return Stay(today - timedelta(days=1), months_after(today, months))


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _notice(
    events: tuple[Event, ...], today: set[date], policy: Policy, before: Notice | None
) -> tuple[Notice | None, Event | None]:
    """Return the block at today that may be an advance notice, and whether it has moved since an earlier day.

    Where the platform's date is not the unit's, both are today.
    """
    for event in events:
        stay = event.stay
        if event.kind is Kind.BLOCK and stay.arrival in today and stay.length <= policy.notice_nights:
            day = stay.arrival
            if before is None or before.length != stay.length:
                return Notice(day, stay.length), event
            stood = before.day == day
            followed = before.day < day and day - before.day <= timedelta(days=policy.horizon_patience)
            old_gone = not any(other.stay.arrival == before.day for other in events if other.kind is Kind.BLOCK)
            return Notice(day, stay.length, before.moved if stood else followed and (before.moved or old_gone)), event
    if before is not None and (max(today) - before.day).days <= policy.horizon_patience:
        return before, None
    return None, None
