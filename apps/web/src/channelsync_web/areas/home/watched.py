"""The listings as the first page sees them: how each fares, what it must know of us, and whether it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import final
from urllib.parse import quote

from attrs import evolve, frozen

from channelsync.ids import ListingId
from channelsync.inventory import Unit
from channelsync.manager import LinkStatus
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.policy import DEFAULT_POLICY
from channelsync.state import ListingState, UnitState

__all__ = ["Watched", "quiet", "watched", "withheld"]


@final
@frozen
class Watched:
    """One listing.

    ``closed`` are the nights from today on that we close there, ``shown`` those of them that the platform itself shows
    closed. ``every`` is within what time it comes back to read us, as its platform is expected to, or as learned where
    it is `quiet`;
    ``waiting_since`` is when it last did, or since when it could have, None where it reads nothing of ours (``pushed``)
    or nothing was published yet. ``instead`` says that its calendar is read while its API does not answer.
    """

    unit: Unit
    key: str
    health: str
    observation: str = ""
    last_look: datetime | None = None
    next_look: datetime | None = None
    last_read: datetime | None = None
    waiting_since: datetime | None = None
    every: timedelta = timedelta(hours=4)
    pushed: bool = False
    recovering: bool = False
    awaited: tuple[str, ...] = ()
    """The keys of the lodging's listings, unlinked ones too, that owe a look since a restore: nothing is given out."""
    problems: tuple[str, ...] = ()
    closed: Nights = NO_NIGHTS
    shown: Nights = NO_NIGHTS
    instead: bool = False

    @property
    def path(self) -> str:
        """The listing's own page."""
        return f"/logements/{self.unit.id}/{quote(self.key, safe='')}"

    @property
    def never_read(self) -> bool:
        """Whether it has been tried, and no reading has succeeded: nothing is known of it."""
        return self.last_look is None and self.observation == "unusable" and not self.recovering

    @property
    def silent_for(self) -> timedelta:
        """The silence from which on something is wrong, as far as the rhythm alone tells."""
        return 2 * self.every


def withheld(listings: Iterable[Watched]) -> frozenset[tuple[str, str]]:
    """Return the unit and key of those listings that read us, and are given no calendar since a restore."""
    return frozenset((str(one.unit.id), one.key) for one in listings if one.awaited and not one.pushed)


def quiet(states: Iterable[UnitState], now: datetime) -> tuple[ListingId, ...]:
    """Return the listings whose platforms have not read us for so long that it matters how often they come."""
    every = (one for state in states for one in state.active)
    return tuple(one.id for one in every if (last := _last_read(one)) is None or now - last > DEFAULT_POLICY.silence)


def _last_read(one: ListingState) -> datetime | None:
    return max((each.last_fetch for each in one.revisions if each.last_fetch), default=None)


def watched(
    states: Iterable[UnitState],
    statuses: Iterable[LinkStatus],
    rhythms: Mapping[ListingId, timedelta],
    now: datetime,
    served: datetime | None = None,
) -> tuple[Watched, ...]:
    """Return the linked listings of some units, in their order.

    Args:
        states: the units.
        statuses: how their listings fare.
        rhythms: how often each listing's platform is known to read us.
        now: the time of asking.
        served: since when there has been something to read; no platform is silent while we are away.
    """
    told = {(str(one.unit.id), one.listing): one for one in statuses}
    every = _all(states, told, rhythms, now)
    return tuple(evolve(one, waiting_since=_later(one.waiting_since, served)) for one in every)


def _later(waiting: datetime | None, served: datetime | None) -> datetime | None:
    return waiting if waiting is None or served is None else max(waiting, served)


def _all(
    states: Iterable[UnitState],
    told: Mapping[tuple[str, str], LinkStatus],
    rhythms: Mapping[ListingId, timedelta],
    now: datetime,
) -> Iterator[Watched]:
    for state in states:
        for one in state.active:
            status = told.get((state.unit.id, one.listing.key))
            if status is not None:
                yield _one(state, one, status, rhythms.get(one.id), now)


def _one(state: UnitState, one: ListingState, status: LinkStatus, every: timedelta | None, now: datetime) -> Watched:
    unit = state.unit
    closed, traits = one.published.since(unit.today(now)), one.listing.traits
    published = one.revisions[0].at if one.revisions else None
    return Watched(
        unit,
        one.listing.key,
        status.health,
        status.observation,
        status.last_look,
        status.next_look,
        status.last_fetch,
        None if traits.pushed else status.last_fetch or published,
        every or traits.imports_every,
        traits.pushed,
        status.recovering,
        tuple(dict.fromkeys(each.listing.key for each in state.listings if each.owed_since is not None)),
        status.problems,
        closed,
        closed & one.closed_there,
        one.health is not None and one.health.instead_since is not None,
    )
