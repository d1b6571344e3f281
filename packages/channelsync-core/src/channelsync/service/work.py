"""One reconcile step of one listing: take a lease, look, decide and store, let go.

Theory of operation. A listing's row in the ledger says that it is due; `Work.step` takes a lease on it, reads its feed
outside any transaction, and stores everything that came of it in one, in which the lease ends too. It is safe to call
at any time, twice, and from several workers at once:

* what is not due, or leased by another, is left alone;
* killed before that one transaction commits, nothing has happened: the lease runs out and somebody looks again; killed
  after it, everything has;
* a hint that came meanwhile has raised the row's generation, so the listing stays due;
* a lease that was lost (a machine asleep, a clock set forward) does no harm: each lease has a holder of its own, and a
  step whose holder is no longer the row's stores nothing. Whoever holds it now looks later than we did, and sees more.

A lease is kept through the end of its worker, but not through a power cut, which ends every worker of the machine:
it costs no wait for the disk.

While a slow platform is being read the lease is renewed, so that it can be short: the listings of a worker that was
killed wait `LEASE`, not as long as the slowest platform may take.
"""

from __future__ import annotations

import logging
import random
import secrets
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import count
from typing import Final, final

from channelsync.cadence import backoff
from channelsync.errors import ChannelSyncError, LedgerError
from channelsync.ids import ListingId
from channelsync.ledger import Due
from channelsync.manager import Manager, SyncReport
from channelsync.manager.syncing import Taken
from channelsync.service.telemetry import NO_TELEMETRY, Telemetry

__all__ = ["AT_ONCE", "LEASE", "Work", "log_report"]

AT_ONCE: Final = 8
"""Steps that a worker takes at a time: they wait for platforms nearly all the time."""

LEASE: Final = timedelta(seconds=10)
"""How long the listings of a worker that was killed wait for another."""

_log = logging.getLogger("channelsync.worker")


def log_report(report: SyncReport) -> None:
    """Log what came of a step: ids and dates, nothing private."""
    for look in report.looks:
        why = f" ({'; '.join(look.problems)})" if look.problems else ""
        _log.info("%s %s: %s%s", look.unit.id, look.listing, look.observation, why)
    for change in report.changes:
        _log.info("%s %s: close %s, open %s", change.unit.id, change.listing, change.close, change.open)
    for conflict in report.conflicts:
        if conflict.alarming:
            _log.warning("%s: %s conflict %s on %s", conflict.unit.id, conflict.certainty, conflict.id, conflict.nights)


@final
class Work:
    """The steps of one worker; threads may share it. Close it when the worker ends."""

    def __init__(
        self,
        manager: Manager,
        now: Callable[[], datetime],
        *,
        told: Callable[[SyncReport], None] = log_report,
        lease: timedelta = LEASE,
        telemetry: Telemetry = NO_TELEMETRY,
        ticks: Callable[[], float] | None = None,
    ) -> None:
        """``told`` hears the report of each step, in the thread that took it; ``telemetry`` how long it took.

        ``ticks`` are the seconds that the clock is held against, None for the machine's own; a rehearsal, whose clock
        is set on purpose, gives its own.
        """
        self.manager = manager
        self.now = now
        self.ticks = ticks
        self._told = told
        self._lease = lease
        self._telemetry = telemetry
        self._name = secrets.token_hex(6)
        self._numbers = count(1)
        self._keeper = _Keeper(self._renew, lease / 3)

    def step(self, listing: ListingId) -> bool:
        """Look at a listing if it is due and nobody else does, and return whether it was looked at.

        Whatever goes wrong with this one listing is logged, and it is tried again later and later.

        Raises:
            LedgerError: the database cannot be used; what was leased is free again by itself.
        """
        taken = self._leased(listing)
        if taken is None:
            return False
        due = taken.due
        with self._keeper.keeping(due), self._telemetry.span("step", listing=listing) as span:
            report = self._taken(taken)
            for look in report.looks:
                span.set("channelsync.outcome", look.observation)
        if not report.looks or any(look.observation == "unusable" for look in report.looks):
            self._retreat(due)
        self._told(report)
        return True

    def _taken(self, work: Taken) -> SyncReport:
        """Take a step, and return what came of it: nothing, where it failed.

        Raises:
            LedgerError: the database cannot be used.
        """
        try:
            return self.manager.step(work)
        except LedgerError:
            raise
        except ChannelSyncError as error:
            _log.error("listing %s: %s. %s", work.due.listing, error, error.advice)
        except Exception:  # noqa: BLE001 - a fault of ours with one listing must not stop the others
            _log.exception("listing %s: a fault of channelsync", work.due.listing)
        return SyncReport()

    def drain(self) -> int:
        """Take the steps of what is due now, each listing once, and return how many were looked at.

        Raises:
            LedgerError: the database cannot be used.
        """
        with self.manager.ledger.reading() as tx:
            due = [one.listing for one in tx.due_listings(self.now(), limit=None)]
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="step") as pool:
            return sum(pool.map(self.step, due))

    def close(self) -> None:
        """Stop renewing leases: those still held run out."""
        self._keeper.close()

    def _leased(self, listing: ListingId) -> Taken | None:
        now, holder = self.now(), f"{self._name}-{next(self._numbers)}"
        return self.manager.take(listing, holder, now=now, until=now + self._lease)

    def _retreat(self, due: Due) -> None:
        """Give back what is still leased: the step came to nothing, so the listing waits as after a failure."""
        with self.manager.ledger.reading() as tx:
            row = tx.due_of(due.listing)
        if row is None or row.lease_owner != due.lease_owner:
            return
        now = self.now()
        wait = backoff(due.attempts + 1, random.random())  # noqa: S311 - spreads requests, guards nothing
        with self.manager.ledger.transaction() as tx:
            tx.give_back(due.listing, due.lease_owner, due.generation, now + wait, now=now)

    def _renew(self, held: dict[ListingId, str]) -> None:
        """Prolong the leases of the steps that are running; where that fails they run out, which does no harm."""
        now = self.now()
        with suppress(LedgerError), self.manager.ledger.transaction(fleeting=True) as tx:
            tx.renew(held, now=now, until=now + self._lease)


@final
class _Keeper:
    """Renews the leases of whatever runs for long, from a thread of its own that sleeps while nothing does."""

    def __init__(self, renew: Callable[[dict[ListingId, str]], None], every: timedelta) -> None:
        self._renew = renew
        self._every = every.total_seconds()
        self._held: dict[ListingId, str] = {}
        self._changed = threading.Condition()
        self._over = False
        self._thread: threading.Thread | None = None

    @contextmanager
    def keeping(self, due: Due) -> Generator[None]:
        """Keep a lease alive for as long as the block runs."""
        with self._changed:
            self._held[due.listing] = due.lease_owner
            if self._thread is None and not self._over:
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                if self._held.get(due.listing) == due.lease_owner:
                    del self._held[due.listing]

    def close(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        old: dict[ListingId, str] = {}
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._over or self._held)
                self._changed.wait_for(lambda: self._over, self._every)
                if self._over:
                    return
                old = {one: holder for one, holder in self._held.items() if old.get(one) == holder}
                held, old = old, dict(self._held)
            if held:  # what began less than one round ago does not need it yet
                self._renew(held)
