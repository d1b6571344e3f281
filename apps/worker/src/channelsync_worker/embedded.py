"""A worker inside another program's process: `channelsync-web --with-worker` finds it by an entry point.

For an installation of one owner on one small machine: one process in place of two. Whoever starts it is told when it
ends by itself, and ends too, to be started anew from outside.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime

from channelsync_worker.composition import composed
from channelsync_worker.run import Running

__all__ = ["working"]


@contextmanager
def working(
    where: str | None,
    environ: Mapping[str, str],
    ended: Callable[[], None],
    *,
    now: Callable[[], datetime] | None = None,
) -> Generator[None]:
    """Work in threads of this process until the block ends.

    Args:
        where: the database; None for the environment's.
        environ: the environment.
        ended: called, from a thread, once it has stopped: told to, or because of a fault.
        now: the clock; None for the real time.

    Raises:
        ChannelSyncError: the worker cannot be set up; the line says why and what to do.
    """
    with composed(where, now=now, environ=environ, logs=False) as parts:  # the whole process has one log
        running = Running(parts.queue.run, parts.duties.run, *([parts.mailbox.watch] if parts.mailbox else []))

        def watch() -> None:
            running.wait()
            ended()

        running.start()
        watching = threading.Thread(target=watch, name="worker-watch", daemon=True)
        watching.start()
        try:
            yield
        finally:
            running.stop()
            watching.join()
