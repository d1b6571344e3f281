"""Requests that a platform wants seldom, and never two at once: whoever asks too soon gets the answer of before.

Several rooms of one property are looked at side by side, or one after the other, and each look asks the property's one
queue. Were each to wait for its turn, the last would close its nights a minute late; so the first asks, and the others
are sent what it was told, marked with its age. The flow decides what an old answer is good for.

What is kept is kept in memory alone, and dropped as soon as it is too old to be of use.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final, final

import httpx
from attrs import Factory, define, evolve, frozen

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
class _Asked:
    """What was read from an address last, when, and until when it may not be read again."""

    at: float = 0.0
    response: httpx.Response | None = None
    closed_until: float = 0.0


_NOTHING: Final = _Asked()


@final
@define
class Spacings:
    """What was asked, and who is asking. Threads may share it; seconds are those of any monotonic clock."""

    _asked: dict[tuple[str, str], _Asked] = Factory(dict[tuple[str, str], _Asked])
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
        spaced: object = request.extensions.get(SPACED)
        if not isinstance(spaced, Spaced):
            return (yield from send())
        account = f"{request.url.host} {spaced.account}"
        yield from self._turn(account, request.url.host)
        try:
            key = (account, request.url.path)
            again, wait = self._before(key, request, spaced, ticks())
            if again is not None:
                return again
            if wait:
                yield Pause(wait)
            response = yield from send()
            self._note(key, request, spaced, response, ticks())
            return response
        finally:
            self._asking.discard(account)

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

    def _before(
        self, key: tuple[str, str], request: httpx.Request, spaced: Spaced, now: float
    ) -> tuple[httpx.Response | None, float]:
        """Return the answer of before where it will do; else how long to wait before asking, in seconds."""
        self._forget(now)
        last = self._asked.get(key)
        if request.method != "GET" or last is None:
            return None, 0.0
        early = last.at + spaced.seconds - now if last.response is not None else 0.0
        if last.response is not None and early > _NEARLY:
            return _aged(request, last.response, now - last.at), 0.0
        return None, max(0.0, early, last.closed_until - now)

    def _note(
        self, key: tuple[str, str], request: httpx.Request, spaced: Spaced, response: httpx.Response, now: float
    ) -> None:
        """Keep a good answer to a GET, and how long a POST wants quiet."""
        with self._lock:
            last = self._asked.get(key, _NOTHING)
            if request.method == "GET":
                self._asked[key] = _Asked(now, response if response.status_code == _OK else None, last.closed_until)
            else:
                self._asked[key] = evolve(last, closed_until=now + spaced.seconds)

    def _forget(self, now: float) -> None:
        with self._lock:
            for key in [
                one for one, last in self._asked.items() if now - max(last.at, last.closed_until) > LONGEST_KEPT
            ]:
                del self._asked[key]


def _aged(request: httpx.Request, response: httpx.Response, seconds: float) -> httpx.Response:
    """Return an answer as it is given again; its body is unpacked already."""
    headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() != "age"]
    return httpx.Response(
        response.status_code,
        headers=[*headers, ("Age", str(int(seconds)))],
        content=response.content,
        request=request,
    )
