"""What an installation shows to whoever watches it: each figure once, by one name, whoever asks and in whatever form.

The figures are the installation's, so every process of it shows the same; what a process counts of itself (requests,
looks) stands with it. No figure names an owner, a lodging, a guest or a link: the labels are platforms and outcomes.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, final

from channelsync.errors import LedgerError
from channelsync.ledger import Transaction
from channelsync.ledger.waiting import waiting
from channelsync.manager import ExposureReport, LinkStatus, Manager
from channelsync.service.duties import last_done
from channelsync.service.metrics import Metric, Sample
from channelsync.service.unlaid import unlaid

__all__ = ["GAUGES", "SWEEP", "Gauges"]

SWEEP: Final = "sweep"
"""The duty that shows that this installation's workers are alive."""
_FRESH: Final = 15.0
"""Seconds for which the figures are shown again: to find them every unit is loaded."""
_SPARING: Final = 20
"""Where finding them takes long they are kept so many times as long: a twentieth of a core is the most they take."""


GAUGES: Final = tuple(
    Metric(name, "gauge", about, labels)
    for name, about, labels in (
        ("channelsync_database_up", "1 while the database can be read; 0, and nothing else, while it cannot", ()),
        ("channelsync_worker_age_seconds", "since a worker last looked for due listings; a minute is usual", ()),
        ("channelsync_units", "lodgings", ()),
        ("channelsync_listings", "linked listings, by how the link fares", ("channel", "health")),
        ("channelsync_listings_due", "listings that are due to be looked at", ()),
        ("channelsync_listings_lag_seconds", "for how long the first of them has been due", ()),
        ("channelsync_look_age_seconds", "since the listing that was read longest ago was read", ("channel",)),
        (
            "channelsync_platform_read_age_seconds",
            "since the platform read the one of our calendars that it read longest ago",
            ("channel",),
        ),
        ("channelsync_exposed_nights", "nights taken elsewhere and not proven closed there", ("channel",)),
        ("channelsync_exposed_seconds", "for how long the first of them has stood open", ("channel",)),
        ("channelsync_exposed_overdue", "listings whose exposed nights stand open past their time", ("channel",)),
        ("channelsync_conflicts", "conflicts that stand and were not dismissed", ("certainty",)),
        ("channelsync_notices_untold", "facts of which it is not decided yet who hears of them", ()),
        ("channelsync_messages_waiting", "messages to owners that are still to be sent", ()),
        ("channelsync_mails_waiting", "mails and hooks that came in and were not looked at", ()),
        ("channelsync_calendars_unlaid", "calendars that could not be laid on static hosting", ()),
        ("channelsync_backup_age_seconds", "since the last good backup; absent where there never was one", ()),
        ("channelsync_backup_failed", "1 where the latest backup failed", ()),
    )
)
"""The figures of an installation."""


@final
class Gauges:
    """The figures of one installation, found anew at most every few seconds; threads may share it."""

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds that only go forward."""
        self._manager = manager
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[Sample, ...] = ()
        self._until: float | None = None

    def __call__(self) -> tuple[Sample, ...]:
        """Return them; without a database that is the only thing there is to say."""
        with self._lock:
            begun = self._clock()
            if self._until is None or begun >= self._until:
                self._kept = tuple(_found(self._manager))
                ended = self._clock()
                self._until = ended + max(_FRESH, _SPARING * (ended - begun))
            return self._kept


def _found(manager: Manager) -> Iterator[Sample]:
    now = manager.time()
    try:
        found = [*_counted(manager, now), *_listings(manager.status(), now), *_exposed(manager.exposed(), now)]
        standing = Counter(one.certainty for one in manager.conflicts() if not one.dismissed)
        found += [Sample("channelsync_conflicts", number, {"certainty": one}) for one, number in standing.items()]
    except LedgerError:
        yield Sample("channelsync_database_up", 0)
        return
    yield from found


def _counted(manager: Manager, now: datetime) -> Iterator[Sample]:
    """Yield what rows say."""
    with manager.ledger.reading() as tx:
        due, first = tx.backlog(now)
        queues, units, missing = waiting(tx), len(tx.units()), unlaid(tx, now)
        backups = list(_backups(tx, now))
    swept = last_done(manager.ledger, SWEEP)
    yield Sample("channelsync_database_up", 1)
    if swept is not None:
        yield Sample("channelsync_worker_age_seconds", _since(swept, now))
    yield Sample("channelsync_units", units)
    yield Sample("channelsync_listings_due", due)
    yield Sample("channelsync_listings_lag_seconds", _since(first, now) if first else 0.0)
    yield Sample("channelsync_notices_untold", queues.notices)
    yield Sample("channelsync_messages_waiting", queues.messages)
    yield Sample("channelsync_mails_waiting", queues.mails)
    yield Sample("channelsync_calendars_unlaid", missing)
    yield from backups


def _backups(tx: Transaction, now: datetime) -> Iterator[Sample]:
    made = tx.backups()
    good = [one.at for one in made if one.failure is None]
    if good:
        yield Sample("channelsync_backup_age_seconds", _since(max(good), now))
    if made:
        yield Sample("channelsync_backup_failed", made[0].failure is not None)


def _listings(every: Iterable[LinkStatus], now: datetime) -> Iterator[Sample]:
    """Yield how the listings fare, and the oldest evidence of each platform."""
    fares: Counter[tuple[str, str]] = Counter()
    looked: dict[str, float] = {}
    read: dict[str, float] = {}
    for one in every:
        channel = _channel(one.listing)
        fares[channel, one.health] += 1
        for at, oldest in ((one.last_look, looked), (one.last_fetch, read)):
            if at is not None:
                oldest[channel] = max(oldest.get(channel, 0.0), _since(at, now))
    for (channel, health), number in sorted(fares.items()):
        yield Sample("channelsync_listings", number, {"channel": channel, "health": health})
    yield from _by_channel("channelsync_look_age_seconds", looked)
    yield from _by_channel("channelsync_platform_read_age_seconds", read)


def _exposed(every: Iterable[ExposureReport], now: datetime) -> Iterator[Sample]:
    nights: Counter[str] = Counter()
    overdue: Counter[str] = Counter()
    longest: dict[str, float] = {}
    for one in every:
        channel = _channel(one.listing)
        nights[channel] += len(one.nights)
        overdue[channel] += one.overdue
        longest[channel] = max(longest.get(channel, 0.0), _since(one.since, now))
    yield from _by_channel("channelsync_exposed_nights", nights)
    yield from _by_channel("channelsync_exposed_seconds", longest)
    yield from _by_channel("channelsync_exposed_overdue", overdue)


def _by_channel(name: str, values: Mapping[str, float]) -> Iterator[Sample]:
    for channel, value in sorted(values.items()):
        yield Sample(name, value, {"channel": channel})


def _channel(listing: str) -> str:
    """Return the platform of a listing's key; what follows its colon was typed in by the owner."""
    return listing.partition(":")[0]


def _since(at: datetime, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds())
