"""What a worker tells of its machine: a database that is away, a clock that was set; each once, in one line."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, final

from channelsync.errors import LedgerError

__all__ = ["Watch"]

_CLOCK_SET: Final = timedelta(minutes=1)
"""By so much the clock must leave the monotonic one to have been set; less is drift, or a machine that was busy."""

_log = logging.getLogger("channelsync.worker")


@final
class Watch:
    """One worker's watch; threads may share it."""

    def __init__(self, name: str, now: Callable[[], datetime]) -> None:
        """``name`` is how the database is shown to people."""
        self._name = name
        self._now = now
        self._lock = threading.Lock()
        self._away = False
        self._at: tuple[datetime, float] | None = None

    def database(self, broken: LedgerError | None) -> None:
        """Hear that the database could not be used, or (None) that it could."""
        with self._lock:
            before, self._away = self._away, broken is not None
        if broken is not None and not before:
            _log.error("%s. %s", broken, broken.advice)
        elif broken is None and before:
            _log.info("the database %s can be used again", self._name)

    def clock(self) -> None:
        """Compare the clock with the monotonic one; to be called every few seconds, from one thread."""
        now, ticks = self._now(), time.monotonic()
        if self._at is not None:
            moved = now - self._at[0] - timedelta(seconds=ticks - self._at[1])
            if abs(moved) > _CLOCK_SET:
                _log.warning(
                    "the clock was set %s by %s: every listing is looked at once more; check the machine's time",
                    "forward" if moved > timedelta() else "back",
                    timedelta(minutes=round(abs(moved) / timedelta(minutes=1))),
                )
        self._at = now, ticks
