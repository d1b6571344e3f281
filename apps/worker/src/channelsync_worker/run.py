"""The loop of the worker: look at what is due, wait until something is due again, stop when told to.

It keeps nothing between two turns: what is due stands in the database, so a worker may be killed at any moment and
started again anywhere.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from channelsync.errors import ChannelSyncError, LedgerError
from channelsync.manager import Manager, SyncReport

__all__ = ["run", "turn"]

_LONGEST_WAIT: Final = timedelta(minutes=1)
"""A listing linked or hinted at meanwhile waits no longer than this."""

_log = logging.getLogger("channelsync.worker")


def turn(manager: Manager) -> SyncReport:
    """Look at every listing that is due, once, and log what came of it: listings and dates, nothing private."""
    report = manager.sync()
    for look in report.looks:
        _log.info("%s %s: %s", look.unit.id, look.listing, look.observation)
    for change in report.changes:
        _log.info("%s %s: close %s, open %s", change.unit.id, change.listing, change.close, change.open)
    for conflict in report.conflicts:
        if conflict.alarming:
            _log.warning("%s: %s conflict %s on %s", conflict.unit.id, conflict.certainty, conflict.id, conflict.nights)
    return report


def run(manager: Manager, stop: threading.Event, now: Callable[[], datetime]) -> None:
    """Take turns until told to stop; a database that is busy for a moment costs one turn."""
    _log.info("watching %s", manager.ledger.name)
    while not stop.is_set():
        try:
            turn(manager)
            wait = _until_due(manager, now())
        except LedgerError as error:
            _log.error("%s; %s", error, error.advice)
            wait = _LONGEST_WAIT
        stop.wait(wait.total_seconds())


def _until_due(manager: Manager, now: datetime) -> timedelta:
    """Return how long nothing is due, a minute at most."""
    try:
        coming = manager.next_due()
    except ChannelSyncError:
        return _LONGEST_WAIT
    wait = _LONGEST_WAIT if coming is None else min(_LONGEST_WAIT, coming - now)
    return max(wait, timedelta(seconds=1))
