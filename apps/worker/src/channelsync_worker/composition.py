"""What a worker is made of: the manager, its queue, and the duties of an installation that runs by itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, final

from attrs import frozen

from channelsync.config import Config
from channelsync.manager import Manager, open_manager
from channelsync.ports import Queue
from channelsync.service.duties import Duties, Duty
from channelsync.service.queues import open_queue
from channelsync.service.work import Work

__all__ = ["SWEEP", "Parts", "composed", "real_time"]

SWEEP: Final = "sweep"
"""The duty that shows that this installation's workers are alive."""


@final
@frozen
class Parts:
    """A worker's parts, open."""

    manager: Manager
    work: Work
    queue: Queue
    duties: Duties
    now: Callable[[], datetime]


@contextmanager
def composed(
    where: str | None = None,
    *,
    now: Callable[[], datetime] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Generator[Parts]:
    """Open everything a worker needs; leaving the block closes it.

    Args:
        where: the database; None for the environment's.
        now: the clock; None for the real time.
        environ: the environment; None for the process's own.

    Raises:
        ChannelSyncError: it cannot be opened; the line says why and what to do.
    """
    environ = os.environ if environ is None else environ
    database, clock = where or Config.from_environment(environ).database, now or real_time
    with open_manager(database, now=clock, environ=environ) as manager:
        work = Work(manager, clock)
        try:
            with open_queue(database, work) as queue:
                yield Parts(manager, work, queue, Duties(manager.ledger, _duties(queue), clock), clock)
        finally:
            work.close()


def _duties(queue: Queue) -> tuple[Duty, ...]:
    """Return what is done again and again."""
    return (Duty(SWEEP, timedelta(minutes=1), queue.sweep),)


def real_time() -> datetime:
    """Return the time."""
    return datetime.now(UTC)  # noqa: TID251 - here the clock comes in
