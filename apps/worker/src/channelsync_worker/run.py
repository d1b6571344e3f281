"""A worker that runs: its queue, its duties, its mailbox, and the order to stop.

It keeps nothing that the database does not know, so it may be killed at any moment and started again anywhere.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final, final

__all__ = ["PATIENCE", "Running"]

PATIENCE: Final = 10.0
"""Seconds that a worker told to stop waits: queue and duties give what runs a little less, and then let go of it."""

_HEED: Final = 0.5
"""Seconds after which whoever waits looks up: a signal that comes just before the waiting begins interrupts nothing."""

_log = logging.getLogger("channelsync.worker")


@final
class Running:
    """Works in threads of its own, from `start` until `stop`."""

    def __init__(self, *parts: Callable[[threading.Event], None]) -> None:
        """Each part works until told to stop."""
        self._stop = threading.Event()
        # An event may not be set by a signal's handler: where the thread that it interrupts is about to wait for that
        # event, the handler waits for this thread's lock for ever. To put into such a queue takes no lock.
        self._told: SimpleQueue[None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._guarded, args=(part,), name=part.__qualname__) for part in parts]

    @property
    def alive(self) -> bool:
        """Whether it works: neither stopped, nor broken."""
        return not self._stop.is_set() and all(one.is_alive() for one in self._threads)

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Wait until somebody stops it, or one of its parts ends; one thread waits."""
        while True:
            with suppress(Empty):
                return self._told.get(timeout=_HEED)

    def end(self) -> None:
        """Have whoever waits stop it; a signal's handler may call this."""
        self._told.put(None)

    def stop(self) -> None:
        """Tell it to stop, and let running steps and duties come to their end, for `PATIENCE` at most."""
        self._stop.set()
        self.end()
        until = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _guarded(self, part: Callable[[threading.Event], None]) -> None:
        """Run one part; one that ends by a fault of ours ends the whole, to be started anew from outside."""
        try:
            part(self._stop)
        except Exception:  # noqa: BLE001 - whatever it is, it is told, and ends this process only
            _log.exception("a fault of channelsync: the worker stops")
        finally:
            self._stop.set()
            self.end()
