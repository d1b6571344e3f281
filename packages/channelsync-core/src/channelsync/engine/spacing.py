"""Requests that a platform wants seldom, and never two at once: whoever asks too soon gets the answer of before.

Several rooms of one property are looked at side by side, or one after the other, and each look asks the property's one
queue. Were each to wait for its turn, the last would close its nights a minute late; so the first asks, and the others
are sent what it was told, marked with its age. The flow decides what an old answer is good for.

What is kept is kept in memory alone, without the request it answered, and dropped with the first request of any kind
once it is too old to be of use.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final, final

import httpx
from attrs import Factory, define, frozen

from channelsync.adapter.flow import SPACED, Spaced
from channelsync.engine.budget import Pause
from channelsync.engine.retry import Steps
from channelsync.errors import RateLimitedError

__all__ = ["LONGEST_KEPT", "Spacings"]

LONGEST_KEPT: Final = 60.0
"""Seconds; an older answer is not kept, whatever a flow would still take."""
_NEARLY: Final = 2.0
"""Seconds; whoever comes so little too soon waits, and asks."""
_GLANCE: Final = 0.05
"""Seconds between two tries of one who waits until nobody else asks."""
_LONGEST_WAIT: Final = 30.0
_OK: Final = 200


@final
@frozen
class _Read:
    """The last good answer from an address, and when it was asked for."""

    at: float
    response: httpx.Response


@final
@define
class Spacings:
    """What was asked, and who is asking. Threads may share it; seconds are those of any monotonic clock."""

    _read: dict[tuple[str, str], _Read] = Factory(dict[tuple[str, str], _Read])
    _quiet_until: dict[str, float] = Factory(dict[str, float])
    _asking: set[str] = Factory(set[str])
    _lock: threading.Lock = Factory(threading.Lock)

    def sent(
        self, request: httpx.Request, send: Callable[[], Steps[httpx.Response]], ticks: Callable[[], float]
    ) -> Steps[httpx.Response]:
        """Return the answer to a request, asked for when it may be, or the one of before.

        Raises:
            RateLimitedError: another request of the account is underway, and does not end.
            ChannelSyncError: what sending it raised.
        """
        self._forget(ticks())
        spaced: object = request.extensions.get(SPACED)
        if not isinstance(spaced, Spaced):
            return (yield from send())
        account = f"{request.url.host} {spaced.account}"
        yield from self._turn(account, request.url.host)
        try:
            if request.method != "GET":
                response = yield from send()
                self._quiet_until[account] = ticks() + spaced.seconds
                return response
            return (yield from self._got((account, request.url.path), request, spaced, send, ticks))
        finally:
            self._asking.discard(account)

    def _got(
        self,
        key: tuple[str, str],
        request: httpx.Request,
        spaced: Spaced,
        send: Callable[[], Steps[httpx.Response]],
        ticks: Callable[[], float],
    ) -> Steps[httpx.Response]:
        """Return the answer of before where it will do; else ask when it is time, and keep what is good."""
        now, last = ticks(), self._read.get(key)
        early = 0.0 if last is None else last.at + spaced.seconds - now
        if last is not None and early > _NEARLY:
            return _aged(request, last.response, now - last.at)
        wait = max(early, self._quiet_until.get(key[0], now) - now)
        if wait > 0:
            yield Pause(wait)
        asked = ticks()
        response = yield from send()
        if response.status_code == _OK:
            self._read[key] = _Read(asked, _aged(None, response, 0))
        return response

    def _turn(self, account: str, host: str) -> Steps[None]:
        """Wait until nobody else asks for the account, and ask."""
        waited = 0.0
        while not self._begun(account):
            if waited >= _LONGEST_WAIT:
                msg = f"too many requests to {host} from here"
                raise RateLimitedError(msg, retry_after=timedelta(seconds=_LONGEST_WAIT))
            yield Pause(_GLANCE)
            waited += _GLANCE

    def _begun(self, account: str) -> bool:
        with self._lock:
            free = account not in self._asking
            self._asking.add(account)
        return free

    def _forget(self, now: float) -> None:
        if not self._read and not self._quiet_until:
            return
        with self._lock:
            for key in [one for one, last in list(self._read.items()) if now - last.at > LONGEST_KEPT]:
                self._read.pop(key, None)
            for account in [one for one, end in list(self._quiet_until.items()) if end <= now]:
                self._quiet_until.pop(account, None)


def _aged(request: httpx.Request | None, response: httpx.Response, seconds: float) -> httpx.Response:
    """Return an answer as it is kept, or given again to a request; its body is unpacked already."""
    headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() != "age"]
    return httpx.Response(
        response.status_code,
        headers=[*headers, ("Age", str(int(seconds)))],
        content=response.content,
        request=request,
    )
