"""Which queue an installation has: the database's URL says it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from channelsync.ports import Queue
from channelsync.service.queue_embedded import EmbeddedQueue
from channelsync.service.queue_procrastinate import ProcrastinateQueue
from channelsync.service.work import Work

__all__ = ["open_queue"]


@contextmanager
def open_queue(where: str, work: Work) -> Generator[Queue]:
    """Open the queue for a database, woken by the manager's hints until the block ends.

    PostgreSQL has workers on several machines; a SQLite file has the threads of one process.

    Args:
        where: the path or URL of the database that ``work``'s manager has open.
        work: what a worker does with a listing.

    Raises:
        LedgerError: the database does not answer.
        UsageError: the extra ``postgres`` is needed, and not installed.
    """
    queue = ProcrastinateQueue(where, work) if where.startswith(("postgresql", "postgres:")) else EmbeddedQueue(work)
    work.manager.wake = queue.submit
    try:
        yield queue
    finally:
        work.manager.wake = None
        if isinstance(queue, ProcrastinateQueue):
            queue.close()
