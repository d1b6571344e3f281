"""Whether the worker works, over HTTP: ``GET /health`` answers 200, or 503 when it is stuck, with the figures as JSON.

``GET /metrics`` answers with the figures for Prometheus.

It is stuck when the database cannot be read, when a part of it has ended, or when, running for a while, it is far
behind: what is longest due is due since `FAR_BEHIND`. The answer names no lodging and no link.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, final

from attrs import frozen

from channelsync.errors import LedgerError, UsageError
from channelsync.service.gauges import SWEEP
from channelsync_worker.composition import Parts

__all__ = ["FAR_BEHIND", "Health", "health_of", "parsed", "serving"]

FAR_BEHIND: Final = timedelta(minutes=10)
"""What is due for so long is late: a poll period or less."""
_LAST_PORT: Final = 65535
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
_PATIENCE: Final = 5.0
"""Seconds before a silent visitor is given up."""


@final
@frozen
class Health:
    """How the worker fares. ``lag`` is for how long the longest due listing has been due."""

    running: bool
    database: bool
    waiting: int = 0
    lag: timedelta = timedelta()
    sweep: datetime | None = None
    stuck: bool = False

    @property
    def document(self) -> dict[str, object]:
        """The answer's body."""
        return {
            "status": "stuck" if self.stuck else "ok",
            "running": self.running,
            "database": self.database,
            "waiting": self.waiting,
            "lag_seconds": round(self.lag.total_seconds(), 1),
            "last_sweep": self.sweep.isoformat() if self.sweep else None,
        }


def health_of(parts: Parts, *, running: bool, since: datetime) -> Health:
    """Return how a worker fares that has been running since then."""
    now = parts.now()
    try:
        with parts.manager.ledger.reading() as tx:
            waiting, first = tx.backlog(now)
        sweep = parts.duties.last(SWEEP)
    except LedgerError:
        return Health(running, database=False, stuck=True)
    lag = now - first if first is not None else timedelta()
    late = lag > FAR_BEHIND and now - since > FAR_BEHIND
    return Health(running, True, waiting, lag, sweep, stuck=late or not running)  # noqa: FBT003 - the fields in order


def parsed(place: str) -> tuple[str, int]:
    """Return the host and the port of ``HOST:PORT``.

    Raises:
        UsageError: it is none.
    """
    host, _, port = place.rpartition(":")
    if not host or not (port.isascii() and port.isdecimal()) or int(port[:6]) > _LAST_PORT:
        msg = f"not a place to listen at: {place[:60]!r}"
        raise UsageError(msg, advice="Give HOST:PORT, for example 127.0.0.1:8081.")
    return host.strip("[]"), int(port)


@contextmanager
def serving(place: tuple[str, int], probe: Callable[[], Health], metrics: Callable[[], str]) -> Generator[int]:
    """Answer ``GET /health`` and ``GET /metrics`` until the block ends; yields the port.

    Raises:
        UsageError: the place is taken, or is not this machine's.
    """
    try:
        server = ThreadingHTTPServer(place, _handler(probe, metrics))
    except OSError as error:
        msg = f"cannot listen at {place[0]}:{place[1]}: {error.strerror or 'the host is not known'}"
        raise UsageError(msg, advice="Choose another port with --health.") from None
    with server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.2,), name="health", daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


def _handler(probe: Callable[[], Health], metrics: Callable[[], str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One visitor."""

        timeout = _PATIENCE
        server_version = "channelsync-worker"
        sys_version = ""

        def do_GET(self) -> None:  # the name http.server calls
            """Answer."""
            path = self.path.partition("?")[0]
            if path == "/health":
                health = probe()
                self._answer(503 if health.stuck else 200, "application/json", json.dumps(health.document))
            elif path == "/metrics":
                self._answer(200, _TEXT, metrics())
            else:
                self.send_error(404)

        def _answer(self, status: int, kind: str, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Stay silent: monitors call often."""

    return Handler
