"""The service that `benchmarks.month` plays with: web app and worker in a process of its own, on a clock that is put.

Nothing of it is simulated but the time: the app answers over HTTP, the queue's threads take the steps. For each line on
its standard input it does what is due at the time that stands in the clock's file, and says so; it ends with its input.

    python -m benchmarks.month_service DATABASE CLOCK PORT
"""

from __future__ import annotations

import logging
import mmap
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, final

import uvicorn

from channelsync.manager import open_manager
from channelsync.service.people import People
from channelsync_web.asgi import create_app
from channelsync_worker.composition import Parts, composed
from channelsync_worker.run import Running

__all__ = ["Clock", "main"]

_FORM: Final = struct.Struct("d")
_PATIENCE: Final = 60.0
"""Seconds of real time that what is due may take."""


@final
class Clock:
    """A time that several processes see, in a file."""

    def __init__(self, file: Path) -> None:
        """Open it; the file is made where there is none."""
        with file.open("a+b") as held:
            held.truncate(_FORM.size)
            self._shared = mmap.mmap(held.fileno(), _FORM.size)

    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(_FORM.unpack_from(self._shared)[0], UTC)

    def put(self, at: datetime) -> None:
        """Set it."""
        _FORM.pack_into(self._shared, 0, at.timestamp())


def main() -> int:
    """Serve and work until the input ends."""
    database, clock, port = sys.argv[1], Clock(Path(sys.argv[2])), int(sys.argv[3])
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(message)s")
    environ = dict(os.environ)
    with ExitStack() as stack:
        manager = stack.enter_context(open_manager(database, now=clock.now, environ=environ))
        stack.enter_context(_served(create_app(manager, environ=environ), port))
        parts = stack.enter_context(composed(database, now=clock.now, environ=environ))
        running = Running(parts.queue.run)
        stack.callback(running.stop)
        running.start()
        owners = manager.owners()
        print(People(manager.ledger, manager.vault, clock.now).begin(owners[0].id), flush=True)
        for _ in sys.stdin:
            print("done" if _worked(parts) else "late", flush=True)
    return 0


def _worked(parts: Parts) -> bool:
    """Let everything that is due now be done; whether it was."""
    parts.duties.run_due()
    end, pause = time.monotonic() + _PATIENCE, threading.Event()
    while time.monotonic() < end:
        with parts.manager.ledger.reading() as tx:
            due, _ = tx.backlog(parts.now())
        if not due:
            return True
        parts.queue.sweep()
        pause.wait(0.005)
    return False


@contextmanager
def _served(app: object, port: int) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", port)) as listening:
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)  # type: ignore[arg-type]
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    sys.exit(main())
