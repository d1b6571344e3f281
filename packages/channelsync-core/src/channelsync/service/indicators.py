"""How well it all goes, day by day: the figures by which the product is to be judged, from what the ledger has.

================  =====================================================================================================
``synchronised``  how many reservations, and the share that we saw by ourselves and closed on every other listing
``looks``         how many looks, and the share that brought nothing usable
``messages``      how many messages to owners were tried, and the share that nobody took
``closed``        seconds from the look that first showed a reservation to the calendar that closes it elsewhere
``proven``        seconds from that look to the evidence that another platform has read it, or shows it closed
``exposed``       seconds for which nights have been standing open elsewhere, at the last measuring of the day
``available``     how many minutes, and the share of them in which a worker was alive
================  =====================================================================================================

A day is measured again while it may still change (`LATER`), and then kept. A reservation counts on the day on which it
was first seen; one that was there when its listing was linked is no news. Where a platform does not say whether dates
are a guest's, they count. ``closed`` says what happened inside one step: the look itself may take seconds, and a hint
may have come before it (that is measured by the benchmarks).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, final

from attrs import Factory, define, frozen

from channelsync.claims import Claim, Kind, Standing
from channelsync.ids import ListingId, OwnerId, UnitId
from channelsync.ledger import Link, Measure, Transaction
from channelsync.ledger.measure_rows import Begun
from channelsync.manager import Manager
from channelsync.proof import Revision

__all__ = ["LATER", "Indicator", "alive", "at_work", "indicators", "measure"]

LATER: Final = timedelta(days=3)
"""Evidence may come so late; by then every platform has read us, or the owner has been told."""

_DAY: Final = timedelta(days=1)
_MINUTES: Final = 1440
_MOST: Final = 200
_ENOUGH: Final = 2000
_GUESTS: Final = frozenset({Kind.RESERVATION, Kind.CLOSURE})
_TAKEN: Final = "taken"
_BEATS: Final = "available"
_RECENT: Final = timedelta(minutes=3)
"""A worker says every minute that it is alive."""
_SHARES: Final = ("synchronised", "looks", "messages")
_TIMES: Final = ("closed", "proven", "exposed")


@final
@frozen
class Indicator:
    """One figure over some days: ``share`` from 0 to 1, times in seconds, None where there is nothing to say."""

    name: str
    count: int
    share: float | None = None
    median: float | None = None
    p95: float | None = None
    worst: float | None = None


@final
@define
class _Sums:
    """What one owner's day adds up to."""

    shares: dict[str, tuple[int, int]] = Factory(dict[str, tuple[int, int]])
    times: dict[str, list[float]] = Factory(lambda: defaultdict[str, list[float]](list))

    def add(self, other: _Sums) -> None:
        """Add another owner's."""
        for name, (count, some) in other.shares.items():
            mine = self.shares.get(name, (0, 0))
            self.shares[name] = mine[0] + count, mine[1] + some
        for name, values in other.times.items():
            self.times[name] += values

    def measures(self, day: date, owner: str) -> Iterator[Measure]:
        """Yield them as they are kept."""
        for name in _SHARES:
            count, some = self.shares.get(name, (0, 0))
            yield Measure(day, name, count, float(some), owner=owner)
        for name in _TIMES:
            values = sorted(self.times[name])
            worst = values[-1] if values else 0.0
            yield Measure(day, name, len(values), sum(values), worst, tuple(_thinned(values)), owner)


# Measuring -----------------------------------------------------------------------------------------------------------
def measure(manager: Manager, now: datetime) -> None:
    """Measure today and the days that may still change; a duty that may be called at any time, by any worker."""
    today = now.astimezone(UTC).date()
    standing = manager.exposed()
    for back in range(LATER.days, -1, -1):
        day = today - back * _DAY
        with manager.ledger.reading() as tx:
            sums = _sums(tx, day)
        if day == today:
            for one in standing:
                sums[one.unit.owner].times["exposed"].append((now - one.since).total_seconds())
        whole = _Sums()
        for theirs in sums.values():
            whole.add(theirs)
        found = [kept for owner, theirs in sums.items() for kept in theirs.measures(day, owner)]
        found += whole.measures(day, "")
        if day != today:  # what was exposed then is only known then
            found = [kept for kept in found if kept.name != "exposed"]
        with manager.ledger.transaction() as tx:
            tx.put_measures(day, found)


def alive(tx: Transaction, now: datetime) -> None:
    """Note that a worker is alive in this minute; to be called every minute, by any of them."""
    local = now.astimezone(UTC)
    minute, known = local.hour * 60 + local.minute, tx.measure(local.date(), _BEATS)
    first = tx.first_measured(_BEATS)
    if known is None:  # what is before the first minute of all is nobody's fault
        known = Measure(local.date(), _BEATS, 0, float(minute) if first is None else 0.0, -1.0)
    if minute > known.worst:
        beat = Measure(known.day, _BEATS, known.count + 1, known.total, float(minute))
        tx.put_measures(known.day, [beat])


def at_work(tx: Transaction, now: datetime) -> bool:
    """Return whether a worker has said within the last minutes that it is alive."""
    early = (now - _RECENT).astimezone(UTC)
    for one in tx.measures(since=early.date(), until=now.astimezone(UTC).date()):
        last = datetime.combine(one.day, time(), UTC) + timedelta(minutes=one.worst)
        if one.name == _BEATS and one.worst >= 0 and early - timedelta(minutes=1) < last <= now:
            return True
    return False


def _sums(tx: Transaction, day: date) -> dict[OwnerId, _Sums]:
    """Add up one day of each owner."""
    since = datetime.combine(day, time(), UTC)
    until = since + _DAY
    found: dict[OwnerId, _Sums] = defaultdict(_Sums)
    for owner, looks in tx.count_looks(since, until).items():
        found[owner].shares["looks"] = looks
    for owner, messages in tx.count_deliveries(since, until, _TAKEN).items():
        found[owner].shares["messages"] = messages
    units: dict[UnitId, list[Begun]] = defaultdict(list)
    for one in tx.claims_begun(since - LATER, until):
        if _is_news(one.claim):
            units[one.unit].append(one)
    for unit, begun in units.items():
        typed_in = [one.claim for one in begun if one.claim.is_ours]
        fresh = [one.claim for one in begun if one.claim.first_seen >= since]
        _add_unit(found[begun[0].owner], _Closings(tx, unit), fresh, typed_in)
    return found


def _is_news(claim: Claim) -> bool:
    return claim.kind in _GUESTS and claim.standing is Standing.FIRM and not claim.inventory


def _add_unit(sums: _Sums, closings: _Closings, fresh: Sequence[Claim], typed_in: Sequence[Claim]) -> None:
    """Add the reservations of one unit's day; what the owner typed in and a platform showed later is one."""
    count, automatic = sums.shares.get("synchronised", (0, 0))
    for claim in fresh:
        if claim.is_ours:
            shown = any(one.listing is not None and one.nights.overlaps(claim.nights) for one in fresh)
            count += not shown
            continue
        others = closings.others(claim)
        if not others:
            continue
        took = [closings.took(claim, link) for link in others]
        by_hand = any(one.nights.overlaps(claim.nights) and one.first_seen <= claim.first_seen for one in typed_in)
        count += 1
        automatic += not by_hand and all(closed is not None for closed, _ in took)
        sums.times["closed"] += [closed for closed, _ in took if closed is not None]
        sums.times["proven"] += [proven for _, proven in took if proven is not None]
    sums.shares["synchronised"] = count, automatic


@final
class _Closings:
    """When one unit's calendars closed what, and since when that is proven."""

    def __init__(self, tx: Transaction, unit: UnitId) -> None:
        self._tx = tx
        self._links = tx.listings(unit, retired=True)
        self._revisions: dict[ListingId, tuple[Revision, ...]] = {}

    def others(self, claim: Claim) -> list[Link]:
        """Return the listings that were to close because of a claim."""
        at = claim.first_seen
        return [
            link
            for link in self._links
            if link.id != claim.listing and link.linked_at <= at and (link.retired_at is None or link.retired_at > at)
        ]

    def took(self, claim: Claim, link: Link) -> tuple[float | None, float | None]:
        """Return after how many seconds a listing's calendar closed a claim's nights, and after how many it is proven.

        None is not yet. The evidence is a fetch of a calendar that holds them all, or a look that shows them all.
        """
        begun, nights = claim.first_seen, claim.nights
        found = [one for one in self._in_force(link.id, begun) if nights <= one.nights]
        if not found:
            return None, None
        closed = max(found[0].at, begun)
        evidence = [max(one.first_fetch, begun) for one in found if one.first_fetch is not None]
        looks = self._tx.observations(link.id, since=closed, limit=_ENOUGH)
        evidence += [look.at for look in looks if look.failure is None and nights <= look.nights]
        proven = min(evidence, default=None)
        return (closed - begun).total_seconds(), None if proven is None else (proven - begun).total_seconds()

    def _in_force(self, listing: ListingId, since: datetime) -> list[Revision]:
        """Return the calendars that were in force then or later, oldest first."""
        if listing not in self._revisions:
            latest = self._tx.revisions(listing, limit=_ENOUGH)
            self._revisions[listing] = latest[::-1]
        every = self._revisions[listing]
        ends = [*(one.at for one in every[1:]), None]
        return [one for one, end in zip(every, ends, strict=True) if end is None or end > since]


def _thinned(values: Sequence[float]) -> list[float]:
    """Return values of which there are not too many, from the same spread."""
    if len(values) <= _MOST:
        return list(values)
    return [values[round(place * (len(values) - 1) / (_MOST - 1))] for place in range(_MOST)]


# Telling -------------------------------------------------------------------------------------------------------------
def indicators(tx: Transaction, since: date, until: date, now: datetime, *, owner: str = "") -> tuple[Indicator, ...]:
    """Return the indicators of the days ``since <= day <= until``, of an owner or of the whole installation."""
    days = tx.measures(since=since, until=until, owner=owner)
    named: dict[str, list[Measure]] = defaultdict(list)
    for one in days:
        named[one.name].append(one)
    found = [_share(name, named[name]) for name in _SHARES]
    found += [_times(name, named[name]) for name in _TIMES]
    if not owner:
        found.append(_available(named[_BEATS], tx.first_measured(_BEATS), since, until, now))
    return tuple(found)


def _share(name: str, days: Iterable[Measure]) -> Indicator:
    every = list(days)
    count = sum(one.count for one in every)
    return Indicator(name, count, sum(one.total for one in every) / count if count else None)


def _times(name: str, days: Sequence[Measure]) -> Indicator:
    """Return median, 95th percentile and worst; each kept value stands for as many as its day had of them."""
    if name == "exposed":  # a state, not a sum: the last day tells
        days = days[-1:]
    weighed = sorted((value, one.count / len(one.spread)) for one in days for value in one.spread)
    count = sum(one.count for one in days)
    if not weighed:
        return Indicator(name, count)
    return Indicator(name, count, None, _rank(weighed, 0.5), _rank(weighed, 0.95), max(one.worst for one in days))


def _rank(weighed: Sequence[tuple[float, float]], share: float) -> float:
    wanted, passed = share * sum(weight for _, weight in weighed), 0.0
    for value, weight in weighed:
        passed += weight
        if passed >= wanted or math.isclose(passed, wanted):
            return value
    return weighed[-1][0]


def _available(beats: Iterable[Measure], first: date | None, since: date, until: date, now: datetime) -> Indicator:
    """Return the share of minutes with a worker alive; the minute that runs is not over, and does not count."""
    if first is None:
        return Indicator(_BEATS, 0)
    days = {one.day: one for one in beats}
    local = now.astimezone(UTC)
    minutes = lived = 0
    day = max(since, first)
    while day <= min(until, local.date()):
        known = days.get(day)
        end = local.hour * 60 + local.minute if day == local.date() else _MINUTES
        running = known is not None and known.worst >= end
        minutes += max(0, end - (int(known.total) if known else 0))
        lived += (known.count - running) if known else 0
        day += _DAY
    return Indicator(_BEATS, minutes, min(1.0, lived / minutes) if minutes else None)
