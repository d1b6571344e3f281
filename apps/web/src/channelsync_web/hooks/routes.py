"""``/hooks/<channel>/<token>``: one address for each source, answered once what came is durable; a question, at once.

Who knows the token may call; a plugin checks its platform's signature besides, when the delivery is acted on. Whatever
is wrong with an address is answered alike, before anything is read. No address and nothing that came is ever logged.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime
from math import ceil
from typing import Final, final

from attrs import Factory, define
from litestar import Response, Router, route
from litestar.background_tasks import BackgroundTask
from litestar.enums import MediaType

from channelsync.adapter import Reply
from channelsync.errors import LedgerError, VaultError, WireFormatError
from channelsync.manager import Manager
from channelsync.service.hooks import MAIL, find_hook, note_question
from channelsync.service.inbox import LONGEST_BODY, Inbox
from channelsync.service.questions import answered, is_caller, receipt
from channelsync_web.hooks.forms import Asked, raw_mail
from channelsync_web.hosts import host_of
from channelsync_web.limits import Buckets, network

__all__ = ["LONGEST_REQUEST", "hook_routes"]

LONGEST_REQUEST: Final = 2 * 1024 * 1024
"""Bytes of a request: a mail with its pictures. A webhook's delivery has `LONGEST_BODY` at most."""

_PATIENCE: Final = 30.0
"""Seconds that a caller has to send what it has to say."""
_RETRY: Final = 60
_DELIVERY_TYPES: Final = ("application/", "text/")
_NAMES: Final = ("webhook-id", "x-webhook-id", "x-delivery-id")
"""Headers in which a sender names its delivery, the same when it sends again (Standard Webhooks, and its like)."""

_BASE: Final = "/{channel:str}/{token:str}"
_PATHS: Final = [_BASE, f"{_BASE}/{{rest:path}}"]
_KEPT: Final = Reply(202, b"", MediaType.TEXT)

_log = logging.getLogger("channelsync.hooks")


def hook_routes(
    inbox: Callable[[], Inbox], now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
) -> Router:
    """Return the routes, for the app to mount.

    Args:
        inbox: where deliveries and mails go; asked for at each call, because it is opened after the routes are made.
        now: the time.
        clock: seconds that only go forward, for the limits.
    """
    door = _Door()

    @route(_PATHS, http_method=["GET", "POST", "PUT"], status_code=202, include_in_schema=False)
    async def call(request: Asked) -> Response[bytes]:
        """Answer a question, or take in a delivery or a mail."""
        manager = inbox().manager
        try:
            source = await door.opened(request, manager, clock())
            async with asyncio.timeout(_PATIENCE):
                body = await _body(request)
            host = host_of(request.scope) or ""
            reply = await asyncio.to_thread(_replied, manager, source, request, body)
            if reply is not None:
                return _answer(reply, BackgroundTask(asyncio.to_thread, note_question, manager, source, host, at=now()))
            if request.method != "POST":
                raise _RefusedError(404, "not found")
            headers = dict(request.headers)
            key = next((headers[name] for name in _NAMES if headers.get(name)), "")
            await asyncio.to_thread(inbox().receive, source, key, headers, body, now(), host)
        except _RefusedError as refused:
            return refused.answer
        except TimeoutError:
            return _said(408, "too slow")
        except (LedgerError, VaultError) as error:
            _log.error("a call could not be kept: %s", error)
            return _said(503, "try again later", _RETRY)
        return _answer(_receipt(manager, source), BackgroundTask(act))

    async def act() -> None:
        """Act on what waits; the answer is out by now, and a worker does it within a minute where this fails."""
        try:
            await asyncio.to_thread(inbox().handle_due, now())
        except LedgerError as error:
            _log.warning("what came in waits: %s", error)

    return Router("/hooks", route_handlers=[call], request_max_body_size=LONGEST_REQUEST)


@final
@define
class _Door:
    """Who may come in, and how often."""

    callers: Buckets = Factory(lambda: Buckets(size=120, every=0.1))
    """By network: a service that hands on the mails of many owners is one caller."""
    sources: Buckets = Factory(lambda: Buckets(size=60, every=1))

    async def opened(self, request: Asked, manager: Manager, at: float) -> str:
        """Return the source whose address is called."""
        channel, token = request.path_params["channel"], request.path_params["token"]
        if wait := self.callers.take(network(request.client.host if request.client else ""), at):
            raise _RefusedError(429, "too many calls", wait)
        source = await asyncio.to_thread(find_hook, manager, channel, token)
        if source is None:
            raise _RefusedError(404, "not found")
        if wait := self.sources.take(source.encode(), at):
            raise _RefusedError(429, "too many calls", wait)
        return source


@final
class _RefusedError(Exception):
    """A call is refused, and this is the answer."""

    def __init__(self, status: int, text: str, wait: float = 0) -> None:
        super().__init__(text)
        self.answer = _said(status, text, wait)


def _replied(manager: Manager, source: str, request: Asked, body: bytes) -> Reply | None:
    """Return the answer to a platform's question, None where this is none."""
    if source.startswith(f"{MAIL}/"):
        return None
    if not is_caller(manager, source, request.headers):
        raise _RefusedError(404, "not found")
    rest = str(request.path_params.get("rest", "")).strip("/")
    try:
        return answered(manager, source, request.method, rest, dict(request.query_params), body)
    except WireFormatError:
        raise _RefusedError(400, "this cannot be read") from None


def _receipt(manager: Manager, source: str) -> Reply:
    return _KEPT if source.startswith(f"{MAIL}/") else receipt(manager, source) or _KEPT


def _answer(reply: Reply, after: BackgroundTask | None = None) -> Response[bytes]:
    return Response(reply.body, status_code=reply.status, media_type=reply.content_type, background=after)


async def _body(request: Asked) -> bytes:
    """Return what is to be kept."""
    if request.method == "GET":
        return b""
    if request.path_params["channel"] == MAIL:
        mail = await raw_mail(request)
        if mail is None:
            raise _RefusedError(415, "no whole mail in here")
        return mail
    if not request.headers.get("content-type", "").startswith(_DELIVERY_TYPES):
        raise _RefusedError(415, "no delivery in here")
    body = await request.body()
    if len(body) > LONGEST_BODY:
        raise _RefusedError(413, "too long")
    return body


def _said(status: int, text: str, wait: float = 0) -> Response[bytes]:
    headers = {"Retry-After": str(ceil(wait))} if wait else None
    return Response(text.encode(), status_code=status, media_type=MediaType.TEXT, headers=headers)
