"""``GET /metrics``: figures for whoever watches an installation, in Prometheus' text form; nothing of any owner.

Requests are counted by route, not by path: a path may hold a token. They are shown to this machine, or to whoever knows
the token of the environment (``Authorization: Bearer ...``).
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final, cast, final

from litestar import Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from channelsync.errors import LedgerError
from channelsync.manager import Manager
from channelsync_web.hosts import LOOPBACK, Asked, host_of
from channelsync_web.screen import Asking

__all__ = ["Counts", "counted", "metrics_route"]

_BOUNDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
"""Seconds; pages are to come within two."""
_KIND: Final = "text/plain; version=0.0.4; charset=utf-8"
_FORWARDED: Final = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
_OTHER: Final = "other"

Key = tuple[str, str, int]
"""Method, route, status."""


@final
class Counts:
    """How often each route was asked, how it answered, and how long that took; of this process, since it began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[Key, int] = {}
        self._within = [0] * (len(_BOUNDS) + 1)
        self._seconds = 0.0

    def note(self, key: Key, seconds: float) -> None:
        """Count one answer."""
        place = next((index for index, bound in enumerate(_BOUNDS) if seconds <= bound), len(_BOUNDS))
        with self._lock:
            self._answers[key] = self._answers.get(key, 0) + 1
            self._within[place] += 1
            self._seconds += seconds

    def lines(self) -> Iterator[str]:
        """Yield what was counted."""
        with self._lock:
            answers, within, seconds = dict(self._answers), list(self._within), self._seconds
        yield "# TYPE channelsync_http_requests_total counter"
        for (method, route, status), number in sorted(answers.items()):
            labels = f'method="{method}",route="{_quoted(route)}",status="{status}"'
            yield f"channelsync_http_requests_total{{{labels}}} {number}"
        yield "# TYPE channelsync_http_request_seconds histogram"
        so_far = 0
        for bound, number in zip((*map(str, _BOUNDS), "+Inf"), within, strict=True):
            so_far += number
            yield f'channelsync_http_request_seconds_bucket{{le="{bound}"}} {so_far}'
        yield f"channelsync_http_request_seconds_sum {seconds:.6f}"
        yield f"channelsync_http_request_seconds_count {so_far}"


def counted(app: ASGIApp, counts: Counts, clock: Callable[[], float] = time.perf_counter) -> ASGIApp:
    """Return the app with each answer counted; the time is that until the answer begins."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        begun, asked = clock(), cast("Asked", scope)

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                key = (_method(asked), str(asked.get("path_template") or _OTHER), message["status"])
                counts.note(key, clock() - begun)
            await send(message)

        await app(scope, receive, noted if asked["type"] == "http" else send)

    return serve


def _method(asked: Asked) -> str:
    return method if (method := str(asked["method"])) in _METHODS else _OTHER


def metrics_route(counts: Counts, token: str | None) -> HTTPRouteHandler:
    """Return the route; ``token`` is what a visitor from elsewhere must show, None where nobody from elsewhere may."""

    @get("/metrics", sync_to_thread=True, include_in_schema=False)
    def metrics(request: Asking, state: State) -> Response[str]:
        """Show the figures; to everybody else there is no such page."""
        if not (_is_local(request) or _shows(request, token)):
            raise NotFoundException
        manager = cast("Manager", state.manager)
        text = "\n".join([*counts.lines(), *_state(manager, manager.time())]) + "\n"
        return Response(text, media_type=_KIND)

    return metrics


def _shows(request: Asking, token: str | None) -> bool:
    shown = request.headers.get("authorization", "").encode("utf-8", "replace")
    return token is not None and secrets.compare_digest(shown, f"Bearer {token}".encode())


def _is_local(request: Asking) -> bool:
    """Whether a program of this machine asks, and no proxy of this machine for somebody else."""
    client = request.client.host if request.client else ""
    passed_on = any(name in request.headers for name in _FORWARDED)
    return client in LOOPBACK and host_of(cast("Asked", request.scope)) in LOOPBACK and not passed_on


def _state(manager: Manager, now: datetime) -> Iterator[str]:
    """Yield what waits to be looked at; without a database that is the only thing there is to say."""
    try:
        with manager.ledger.reading() as tx:
            waiting, first = tx.backlog(now)
    except LedgerError:
        yield "channelsync_database_up 0"
        return
    lag = max(0.0, (now - first).total_seconds()) if first is not None else 0.0
    yield "channelsync_database_up 1"
    yield f"channelsync_listings_due {waiting}"
    yield f"channelsync_listings_lag_seconds {lag:.1f}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
