"""``GET /metrics``: figures for whoever watches an installation, in Prometheus' text form; nothing of any owner.

Requests are counted by route, not by path: a path may hold a token. They are shown to this machine, or to whoever knows
the token of the environment (``Authorization: Bearer ...``).
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final, cast, final

from litestar import Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from channelsync.service.gauges import GAUGES, Gauges
from channelsync.service.metrics import Metric, Sample, lines
from channelsync.service.telemetry import NO_TELEMETRY, Telemetry
from channelsync_web.hosts import LOOPBACK, Asked, host_of
from channelsync_web.screen import Asking

__all__ = ["HTTP", "Counts", "counted", "metrics_route"]

_BOUNDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
"""Seconds; pages are to come within two."""
_KIND: Final = "text/plain; version=0.0.4; charset=utf-8"
_FORWARDED: Final = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
_OTHER: Final = "other"

Key = tuple[str, str, int]
"""Method, route, status."""


HTTP: Final = (
    Metric(
        "channelsync_http_requests_total",
        "counter",
        "requests answered by this process since it began",
        ("method", "route", "status"),
    ),
    Metric("channelsync_http_request_seconds", "histogram", "until the answer begins, in this process since it began"),
)
"""What the web app counts of itself."""
_REQUESTS, _SECONDS = (one.name for one in HTTP)


@final
class Counts:
    """How often each route was asked, how it answered, and how long that took; of this process, since it began."""

    telemetry: Telemetry = NO_TELEMETRY
    """Hears of each answer as well."""

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
        method, route, status = key
        self.telemetry.count(_REQUESTS, method=method, route=route, status=str(status))
        self.telemetry.took(_SECONDS, seconds, route=route)

    def lines(self) -> Iterator[str]:
        """Yield what was counted."""
        with self._lock:
            answers, within, seconds = dict(self._answers), list(self._within), self._seconds
        yield from lines(
            HTTP,
            [
                Sample(_REQUESTS, number, {"method": method, "route": route, "status": str(status)})
                for (method, route, status), number in sorted(answers.items())
            ],
        )
        yield f"# HELP {_SECONDS} {HTTP[1].about}"
        yield f"# TYPE {_SECONDS} histogram"
        so_far = 0
        for bound, number in zip((*map(str, _BOUNDS), "+Inf"), within, strict=True):
            so_far += number
            yield f'{_SECONDS}_bucket{{le="{bound}"}} {so_far}'
        yield f"{_SECONDS}_sum {seconds:.6f}"
        yield f"{_SECONDS}_count {so_far}"


def counted(app: ASGIApp, counts: Counts, clock: Callable[[], float] = time.perf_counter) -> ASGIApp:
    """Return the app with each answer counted; the time is that until the answer begins."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        begun, asked = clock(), cast("Asked", scope)
        if asked["type"] != "http":
            await app(scope, receive, send)
            return
        with counts.telemetry.span("request") as span:

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    method, route = _method(asked), str(asked.get("path_template") or _OTHER)
                    counts.note((method, route, message["status"]), clock() - begun)
                    span.set("http.request.method", method)
                    span.set("http.route", route)
                    span.set("http.response.status_code", message["status"])
                await send(message)

            await app(scope, receive, noted)

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
        shown = lines(GAUGES, cast("Gauges", state.gauges)())
        text = "\n".join([*counts.lines(), *shown]) + "\n"
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
