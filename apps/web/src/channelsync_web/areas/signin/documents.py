"""What a service that vouches for people says of itself, its settings and its keys, kept in memory for a while.

It is kept for as long as the service allows (``Cache-Control``, ``Expires``: RFC 9111, documented), five minutes where
it says nothing, an hour at most. Several who sign in at once wait for one answer. A refusal is given to who waited for
it and kept for nobody; and when a sign-in fails, everything kept is forgotten, so that none fails by what was true a
while ago. A flow that finds a key missing asks past this memory, with ``Cache-Control: no-cache``.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar, final

import httpx
from attrs import frozen

from channelsync.adapter import Flow
from channelsync.engine.drive import Driver
from channelsync.errors import ChannelSyncError

__all__ = ["AFRESH", "Documents", "is_kept"]

AFRESH: Final = "no-cache"
"""The ``Cache-Control`` of a request that wants the service's own answer of now."""
_KEPT: Final = "x-channelsync-kept"
_LONGEST: Final = 3600.0
_SILENT: Final = 300.0
"""Seconds for which an answer is kept that says nothing of it."""
_MOST: Final = 8
_MAX_AGE: Final = re.compile(r"max-age\s*=\s*\"?(\d{1,10})")

T = TypeVar("T")
_Send = Callable[[httpx.Request], httpx.Response]


@final
@frozen
class _Document:
    content: bytes
    until: float


@final
class Documents:
    """The memory; threads share it. ``clock`` counts seconds from anywhere and only goes forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock: Final = clock
        self._kept: Final[dict[str, _Document]] = {}
        self._flights: Final[dict[str, Future[httpx.Response]]] = {}
        self._lock: Final = threading.Lock()

    def run(self, driver: Driver, flow: Flow[T]) -> T:
        """Run a flow as the driver does, but answer from memory what is known.

        Raises:
            ChannelSyncError: as the flow or the driver raises it; everything kept is then forgotten.
        """
        try:
            return driver.run(self._answered(driver, flow))
        except ChannelSyncError:
            with self._lock:
                self._kept.clear()
            raise

    def _answered(self, driver: Driver, flow: Flow[T]) -> Flow[T]:
        """Hand on what only the service can answer."""
        try:
            request = next(flow)
            while True:
                if request.method == "GET":
                    answer = self._document(request, lambda one: driver.run(_alone(one)))
                else:
                    answer = yield request
                request = flow.send(answer)
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            flow.close()

    def _document(self, request: httpx.Request, send: _Send) -> httpx.Response:
        """Return a document: the one that is kept, that of whoever is asking for it just now, or a new one."""
        address, afresh = str(request.url), request.headers.get("cache-control") == AFRESH
        with self._lock:
            kept = self._kept.get(address)
            if kept is not None and not afresh and self._clock() < kept.until:
                return httpx.Response(200, content=kept.content, headers={_KEPT: "1"})
            flight = self._flights.get(address)
            leading = flight is None
            if flight is None:
                flight = self._flights[address] = Future[httpx.Response]()
        if leading:
            self._fly(request, send, flight)
        return flight.result()

    def _fly(self, request: httpx.Request, send: _Send, flight: Future[httpx.Response]) -> None:
        """Ask for a document, and give it to everybody who waits for it."""
        address, asked_at = str(request.url), self._clock()
        try:
            answer = send(request)
        except BaseException as error:  # noqa: BLE001 - whoever waits must not wait for ever; it is raised there
            with self._lock:
                self._flights.pop(address, None)
            flight.set_exception(error)
            return
        lasts = _lasts(answer)
        with self._lock:
            self._flights.pop(address, None)
            if lasts > 0:
                while len(self._kept) >= _MOST:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[address] = _Document(answer.content, asked_at + lasts)
        flight.set_result(answer)


def is_kept(answer: httpx.Response) -> bool:
    """Whether an answer comes from memory, so that the service itself may say another thing by now."""
    return _KEPT in answer.headers


def _alone(request: httpx.Request) -> Generator[httpx.Request, httpx.Response, httpx.Response]:
    return (yield request)


def _lasts(answer: httpx.Response) -> float:
    """Return for how many seconds an answer may be kept, 0 for not at all."""
    said = answer.headers.get("cache-control", "").lower()
    if answer.status_code != 200 or "no-store" in said or "no-cache" in said:  # noqa: PLR2004 - OK
        return 0.0
    age, found = answer.headers.get("age", ""), _MAX_AGE.search(said)
    if found:
        lasts = float(found[1])
    elif "expires" in answer.headers:
        lasts = _until(answer.headers["expires"], answer.headers.get("date", ""))
    else:
        lasts = _SILENT
    return min(lasts - (float(age[:9]) if age.isdecimal() else 0.0), _LONGEST)


def _until(expires: str, date: str) -> float:
    """Return the seconds from an answer's date until it is over; what cannot be read is over."""
    try:
        return (parsedate_to_datetime(expires) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
