"""The queue of one process: a loop over what is due in the ledger, and a few threads that take the steps.

The default with SQLite. A hint goes to a free thread at once. The loop asks the ledger what is due, hands it to free
threads, and waits: until the next listing is due, until a finished step or a hint that found no free thread wakes it,
and never longer than `LONGEST_WAIT`, because another process (the command line, a web server) may have written to the
same database. It keeps nothing that the ledger does not know: a killed process loses the waiting alone.

A clock that is set does no harm. Waiting is measured on the monotonic clock; set back, rows written "in the future" are
due at once and leases taken there are void; set forward, everything is due once, and its next look is booked by the new
time. Either is told in one line.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Final, final

from channelsync.errors import LedgerError
from channelsync.ids import ListingId
from channelsync.service.watch import Watch
from channelsync.service.work import AT_ONCE, Work

__all__ = ["LONGEST_WAIT", "EmbeddedQueue"]

LONGEST_WAIT: Final = timedelta(seconds=1)
"""A hint that another process wrote waits no longer than this."""
_PAUSE: Final = 1.0
"""Seconds before a database that could not be used is tried again."""
_HEED: Final = 0.2
"""Seconds after which an order to stop is heeded."""
_GRACE: Final = 8.0
"""Seconds that running steps are given to end: nearly all need less, and the leases of the others run out."""

_log = logging.getLogger("channelsync.worker")


@final
class EmbeddedQueue:
    """See the head of the module; a `channelsync.ports.Queue`."""

    def __init__(self, work: Work, *, threads: int = AT_ONCE, grace: float = _GRACE) -> None:
        """``grace`` is how many seconds running steps may take to end once told to stop."""
        self._work = work
        self._ledger = work.manager.ledger
        self._now = work.now
        self._threads = threads
        self._grace = grace
        self._woken = threading.Event()
        self._watch = Watch(self._ledger, work.now, work.ticks)
        self._running: dict[ListingId, Future[bool]] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()

    def submit(self, listing: ListingId) -> None:
        """Hand a listing that has just become due to a free thread; where there is none the loop finds it later."""
        with self._lock:
            taken = self._pool is not None and self._hand_out(self._pool, listing)
        if not taken:
            self._woken.set()

    def sweep(self) -> int:
        """Wake the loop, and return how many listings are due and free."""
        self._woken.set()
        with self._ledger.reading() as tx:
            return len(tx.due_listings(self._now(), limit=None))

    def drain(self) -> int:
        """Take the steps of what is due now; see `Work.drain`."""
        return self._work.drain()

    def run(self, stop: threading.Event) -> None:
        """Take steps until told to stop, then let those that run come to their end."""
        pool = self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="step")
        while not stop.is_set():
            self._woken.clear()
            self._watch.clock()
            try:
                self._reap()
                seconds = self._turn(pool)
                self._watch.database(None)
            except LedgerError as error:
                self._watch.database(error)
                stop.wait(_PAUSE)
            else:
                self._wait(stop, seconds)
        with self._lock:
            self._pool = None
        wait(self._running.values(), self._grace)
        pool.shutdown(wait=False, cancel_futures=True)

    def _reap(self) -> None:
        """Forget the steps that have ended.

        Raises:
            LedgerError: one of them could not use the database.
        """
        broken: LedgerError | None = None
        with self._lock:
            ended = [listing for listing, one in self._running.items() if one.done()]
            futures = [self._running.pop(one) for one in ended]
        for future in futures:
            error = future.exception()
            if isinstance(error, LedgerError):
                broken = error
            elif error is not None:
                _log.error("a fault of channelsync", exc_info=error)
        if broken is not None:
            raise broken

    def _turn(self, pool: ThreadPoolExecutor) -> float:
        """Hand what is due to free threads, and return for how many seconds there is nothing more to do."""
        longest = LONGEST_WAIT.total_seconds()
        if len(self._running) >= self._threads:  # a step that ends wakes us
            return longest
        with self._ledger.reading() as tx:
            now = self._now()
            due = tx.due_listings(now, limit=self._threads)
            coming = None if due else tx.next_due(now)
        with self._lock:
            for one in due:
                self._hand_out(pool, one.listing)
        return longest if coming is None else min(longest, max((coming - now).total_seconds(), 0.0))

    def _hand_out(self, pool: ThreadPoolExecutor, listing: ListingId) -> bool:
        """Let a free thread take a listing's step; False where none is free, or one is at it already."""
        if listing in self._running or len(self._running) >= self._threads:
            return False
        future = self._running[listing] = pool.submit(self._work.step, listing)
        future.add_done_callback(lambda _: self._woken.set())
        return True

    def _wait(self, stop: threading.Event, seconds: float) -> None:
        """Sleep until woken or told to stop, whoever stops us."""
        end = time.monotonic() + seconds
        while not stop.is_set() and (left := end - time.monotonic()) > 0:
            if self._woken.wait(min(left, _HEED)):
                return
