"""What a worker tells of its machine: a database that is away, a disk that is full, a clock that was set.

Each is one line in the log when it is found. What was long enough to matter is told to the owner as well, once all is
well again: a database that answers counts as back when something could be written to it, because a full disk can be
read. Several workers see the same interruption; the first one that writes tells it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, final

from channelsync.errors import LedgerError
from channelsync.ledger import Ledger
from channelsync.manager.desk import notice_record
from channelsync.notices import Notice, NoticeKind, of_service

__all__ = ["Watch"]

_CLOCK_SET: Final = timedelta(minutes=1)
"""By so much the clock must leave the monotonic one to have been set; less is drift, or a machine that was busy."""
_WORTH_TELLING: Final = timedelta(minutes=15)
"""A clock set by so much, or a machine asleep for so long, missed a look at least: the owner is told."""
_INTERRUPTED: Final = timedelta(minutes=1)
"""A database that was away for longer is told to the owner."""
_TOLD_UNTIL: Final = "interruptions_told_until"
_WRITTEN: Final = "written_after_interruption"

_log = logging.getLogger("channelsync.worker")


@final
class Watch:
    """One worker's watch; threads may share it."""

    def __init__(self, ledger: Ledger, now: Callable[[], datetime], ticks: Callable[[], float] | None = None) -> None:
        """``ledger`` is what is watched, and where the owner's notices are kept; ``ticks`` are seconds."""
        self._ledger = ledger
        self._now = now
        self._ticks = ticks
        self._lock = threading.Lock()
        self._away: datetime | None = None
        self._owed: tuple[Notice, ...] = ()
        self._at: tuple[datetime, float] | None = None

    def database(self, broken: LedgerError | None) -> None:
        """Hear that the database could not be used, or (None) that it could be read."""
        with self._lock:
            before, owed = self._away, self._owed
            if broken is not None and before is None:
                self._away = self._now()
        if broken is not None:
            if before is None:
                _log.error("%s. %s", broken, broken.advice)
        elif (before is not None or owed) and self._written(before, owed):
            with self._lock:
                self._away, self._owed = None, self._owed[len(owed) :]
            if before is not None:
                _log.info("the database %s can be used again", self._ledger.name)

    def clock(self) -> None:
        """Compare the clock with the monotonic one; to be called every few seconds, one call at a time."""
        now, ticks = self._now(), (self._ticks or time.monotonic)()
        if self._at is not None:
            moved = now - self._at[0] - timedelta(seconds=ticks - self._at[1])
            if abs(moved) > _CLOCK_SET:
                self._clock_set(moved, now)
        self._at = now, ticks

    def _clock_set(self, moved: timedelta, now: datetime) -> None:
        minutes = round(abs(moved) / timedelta(minutes=1))
        _log.warning(
            "the clock was set %s by %s: every listing is looked at once more; check the machine's time",
            "forward" if moved > timedelta() else "back",
            timedelta(minutes=minutes),
        )
        if abs(moved) >= _WORTH_TELLING:
            quarters = round(moved / _WORTH_TELLING)  # the same for every worker of one machine
            told = of_service(NoticeKind.CLOCK_SET, now, quarters, now.date(), count=minutes)
            with self._lock:
                self._owed = (*self._owed, told)

    def _written(self, away: datetime | None, owed: tuple[Notice, ...]) -> bool:
        """Write what the owner is to be told; return whether the database took it."""
        now = self._now()
        try:
            with self._ledger.transaction() as tx:
                tx.set_meta(_WRITTEN, now.isoformat())
                for one in owed:
                    tx.add_notice(notice_record(one))
                if away is None or now - away <= _INTERRUPTED:
                    return True
                until = tx.meta(_TOLD_UNTIL)
                if until is not None and away <= datetime.fromisoformat(until) <= now:
                    return True  # another worker, which was as long without it, has told it
                told = of_service(NoticeKind.INTERRUPTED, now, away, since=away)
                return tx.swap_meta(_TOLD_UNTIL, until, now.isoformat()) and tx.add_notice(notice_record(told))
        except LedgerError as error:
            _log.debug("%s", error)
            return False
