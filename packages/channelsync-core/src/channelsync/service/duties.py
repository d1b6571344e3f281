"""What an installation does again and again beside looking at listings: each a name, a rhythm and a function.

When each is due next stands in the ledger, so that neither a restart nor a second worker doubles it: whoever begins one
takes a lease on it, in one row that only changes from what was read. One that fails is logged and tried again, later
each time but never later than its own rhythm; it stops no other. A worker that is killed leaves a lease that runs out;
a row that was written "in the future", because the clock was set back since, is due.
"""

from __future__ import annotations

import json
import logging
import random
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import Final, final

from attrs import define, evolve, frozen

from channelsync.cadence import backoff
from channelsync.codec import converter
from channelsync.errors import ChannelSyncError, LedgerError
from channelsync.ledger import Ledger
from channelsync.service.telemetry import NO_TELEMETRY, Telemetry

__all__ = ["Duties", "Duty", "last_done"]

_LEASE: Final = timedelta(minutes=2)
"""How long a duty of a worker that was killed waits for another; renewed while it runs."""
_RENEW: Final = _LEASE / 3
_LONGEST_WAIT: Final = timedelta(seconds=30)
"""A duty that another worker left, or a clock that was set, is noticed after so long."""
_SHORTEST_WAIT: Final = timedelta(seconds=1)
_AT_ONCE: Final = 4
_GRACE: Final = 8.0
"""Seconds that running duties are given to end; the leases of the others run out."""
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)

_log = logging.getLogger("channelsync.duties")


@final
@frozen
class Duty:
    """Something to be done every so often. ``act`` may be called by any worker, in any thread, one at a time."""

    name: str
    every: timedelta
    act: Callable[[], object]


@final
@frozen
class _Noted:
    """What stands in the ledger about a duty: when it is due, since when that is noted, and who is at it until when."""

    due_at: datetime = _BEGINNING
    set_at: datetime = _BEGINNING
    failures: int = 0
    last_ok: datetime | None = None
    lease_until: datetime | None = None

    def free_at(self, now: datetime) -> datetime:
        """Return when somebody may begin."""
        if self.set_at > now:
            return now
        return max(self.due_at, self.lease_until or self.due_at)


@final
@define
class _Held:
    """A lease in hand: what this worker last wrote, as text and as a value."""

    text: str
    noted: _Noted


@final
class Duties:
    """Runs the duties of one worker."""

    def __init__(
        self,
        ledger: Ledger,
        duties: Iterable[Duty],
        now: Callable[[], datetime],
        telemetry: Telemetry = NO_TELEMETRY,
    ) -> None:
        """``telemetry`` hears how long each took."""
        self._telemetry = telemetry
        self._ledger = ledger
        self._duties = {duty.name: duty for duty in duties}
        self._now = now
        self._running: dict[str, Future[None]] = {}

    def run(self, stop: threading.Event) -> None:
        """Do what is due until told to stop, and let what runs come to its end."""
        pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="duty")
        while not stop.is_set():
            try:
                seconds = self._turn(pool)
            except LedgerError as error:  # the queue tells, and waits for the same database
                _log.debug("%s", error)
                seconds = _SHORTEST_WAIT.total_seconds()
            stop.wait(seconds)
        wait(self._running.values(), _GRACE)
        pool.shutdown(wait=False, cancel_futures=True)

    def run_due(self) -> tuple[str, ...]:
        """Do everything that is due now, one after the other, and return what was done.

        Raises:
            LedgerError: the database cannot be used.
        """
        done: list[str] = []
        for name in self._duties:
            now = self._now()
            text, noted = self._noted(name)
            if noted.free_at(now) <= now and (held := self._taken(name, text, noted, now)) is not None:
                self._acted(name, held)
                done.append(name)
        return tuple(done)

    def last(self, name: str) -> datetime | None:
        """Return when a duty was last done by any worker, None where never."""
        return last_done(self._ledger, name)

    def _turn(self, pool: ThreadPoolExecutor) -> float:
        """Begin what is due, and return for how many seconds nothing will be."""
        now, waits = self._now(), [_LONGEST_WAIT]
        for name in [one for one, future in self._running.items() if future.done()]:
            del self._running[name]
        for name in self._duties:
            if name in self._running:
                continue
            text, noted = self._noted(name)
            coming = noted.free_at(now) - now
            if coming > timedelta():
                waits.append(coming)
            elif len(self._running) >= _AT_ONCE:
                waits.append(_SHORTEST_WAIT)
            elif (held := self._taken(name, text, noted, now)) is not None:
                self._running[name] = pool.submit(self._acted, name, held)
        return max(min(waits), _SHORTEST_WAIT).total_seconds()

    def _noted(self, name: str) -> tuple[str | None, _Noted]:
        return _noted(self._ledger, name)

    def _swapped(self, name: str, old: str | None, new: _Noted) -> str | None:
        """Store in place of what was read; None where another worker was faster."""
        text = json.dumps(converter.unstructure(new))
        with self._ledger.transaction() as tx:
            return text if tx.swap_meta(_key(name), old, text) else None

    def _taken(self, name: str, text: str | None, noted: _Noted, now: datetime) -> _Held | None:
        leased = evolve(noted, set_at=now, lease_until=now + _LEASE)
        stored = self._swapped(name, text, leased)
        return None if stored is None else _Held(stored, leased)

    def _acted(self, name: str, held: _Held) -> None:
        """Do one duty, its lease renewed meanwhile, and note how it went."""
        duty, over = self._duties[name], threading.Event()
        keeper = threading.Thread(target=self._keep, args=(name, held, over), name="duty lease", daemon=True)
        keeper.start()
        good = False
        try:
            with self._telemetry.span("duty", name=name):
                duty.act()
            good = True
        except ChannelSyncError as error:
            _log.error("%s failed: %s. %s", name, error, error.advice)
        except Exception:  # noqa: BLE001 - a fault of ours in one duty must not stop the others
            _log.exception("%s failed: a fault of channelsync", name)
        finally:
            over.set()
            keeper.join()
        self._ended(duty, held, good=good)

    def _ended(self, duty: Duty, held: _Held, *, good: bool) -> None:
        now, noted = self._now(), held.noted
        failures = 0 if good else noted.failures + 1
        drawn = random.random()  # noqa: S311 - spreads requests, guards nothing
        wait_for = duty.every if good else min(duty.every, backoff(failures, drawn))
        last_ok = now if good else noted.last_ok
        try:
            self._swapped(duty.name, held.text, _Noted(now + wait_for, now, failures, last_ok))
        except LedgerError as error:  # its lease runs out, and it is done once more
            _log.error("%s: %s. %s", duty.name, error, error.advice)

    def _keep(self, name: str, held: _Held, over: threading.Event) -> None:
        """Renew a lease until it is over, or lost."""
        while not over.wait(_RENEW.total_seconds()):
            now = self._now()
            longer = evolve(held.noted, set_at=now, lease_until=now + _LEASE)
            try:
                stored = self._swapped(name, held.text, longer)
            except LedgerError:
                continue
            if stored is None:
                return
            held.text, held.noted = stored, longer


def last_done(ledger: Ledger, name: str) -> datetime | None:
    """Return when a duty was last done by any worker of an installation, None where never."""
    return _noted(ledger, name)[1].last_ok


def _noted(ledger: Ledger, name: str) -> tuple[str | None, _Noted]:
    """Return what stands in the ledger, as text and as a value; what cannot be read counts for nothing."""
    with ledger.reading() as tx:
        text = tx.meta(_key(name))
    try:
        return text, _Noted() if text is None else converter.structure(json.loads(text), _Noted)
    except Exception:  # noqa: BLE001 - cattrs and json raise many things; a duty too many does no harm
        return text, _Noted()


def _key(name: str) -> str:
    return f"duty:{name}"
