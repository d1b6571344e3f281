"""``GET /c/{token}.ics``: a request becomes `channelsync.manager.Asked`, and what the manager answers becomes HTTP.

A thread asks the manager, so the loop never waits for the database. The path is a secret: nothing here writes it, and
`channelsync_web.feeds.quiet` keeps the server from writing it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from math import ceil
from typing import Any, Final

from litestar import HttpMethod, Request, Response, Router, route

from channelsync.manager import Asked, Manager, Served
from channelsync_web.hosts import host_of
from channelsync_web.limits import Limits

__all__ = ["feed_routes"]

_log = logging.getLogger("channelsync.web.feeds")

_SUFFIX: Final = ".ics"
_LONGEST_PATH: Final = 512
_LONGEST_HEADERS: Final = 16_384
_PLAIN: Final = ("Cache-Control", "no-store")
_BUSY: Final = Served(503, (("Retry-After", "60"), _PLAIN))

Calls = Request[Any, Any, Any]  # of users and state, which these requests have none of


def feed_routes(
    manager: Callable[[], Manager], limits: Limits | None = None, clock: Callable[[], float] = time.monotonic
) -> Router:
    """Return the routes, for the app to mount.

    Args:
        manager: who decides; asked for at each request, because it is opened after the routes are made.
        limits: how often may be asked.
        clock: seconds that only go forward, for the limits.
    """
    paced = limits or Limits()

    @route("/{name:path}", http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
    async def calendar(request: Calls) -> Response[bytes]:
        """Answer for one address."""
        if refused := _too_long(request):
            return _said(refused)
        name, client = str(request.path_params["name"]).strip("/"), request.client.host if request.client else ""
        wait = paced.asked(name, client, clock())
        if wait > 0:
            return _said(Served(429, (("Retry-After", str(ceil(wait))), _PLAIN)))
        async with _watched(request) as hung_up:
            answer = await _answer(manager, name, _asked(request), hung_up)
        paced.answered(name, client, clock(), known=answer.known)
        return _said(answer)

    return Router("/c", route_handlers=[calendar])


@asynccontextmanager
async def _watched(request: Calls) -> AsyncGenerator[Callable[[], bool]]:
    """Give what tells, while the block runs and from any thread, whether the caller has hung up."""
    gone = threading.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass  # a body that nobody asked for
        gone.set()

    watching = asyncio.create_task(watch())
    try:
        yield gone.is_set
    finally:
        watching.cancel()


async def _answer(manager: Callable[[], Manager], name: str, asked: Asked, hung_up: Callable[[], bool]) -> Served:
    """Ask the manager; a name that is none of ours is looked up as well, so that it takes as long."""
    token = name.removesuffix(_SUFFIX) if name.endswith(_SUFFIX) else ""
    try:
        return await asyncio.to_thread(manager().serve, token, asked, hung_up)
    except Exception as error:  # noqa: BLE001 - whatever it is, a platform keeps what it read last; no traceback
        _log.error("a calendar could not be given out: %s", type(error).__name__)
        return _BUSY


def _too_long(request: Calls) -> Served | None:
    if len(request.scope["path"]) > _LONGEST_PATH:
        return Served(414)
    longest = sum(len(name) + len(value) for name, value in request.scope["headers"]) > _LONGEST_HEADERS
    return Served(431) if longest else None


def _asked(request: Calls) -> Asked:
    """Return what a request says of itself."""
    values = _joined(request.scope["headers"])
    return Asked(
        head=request.method == HttpMethod.HEAD,
        client=values.get("user-agent", ""),
        accept=values.get("accept", ""),
        fetch_site=next((text for name, text in values.items() if name.startswith("sec-fetch-")), ""),
        if_none_match=values.get("if-none-match", ""),
        if_modified_since=values.get("if-modified-since", ""),
        host=host_of(request.scope) or "",
    )


def _joined(given: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers; several of one name as one."""
    values: dict[str, str] = {}
    for name, value in given:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        values[key] = f"{values[key]}, {text}" if key in values else text
    return values


def _said(answer: Served) -> Response[bytes]:
    return Response(answer.body, status_code=answer.status, headers=dict(answer.headers), media_type="text/plain")
