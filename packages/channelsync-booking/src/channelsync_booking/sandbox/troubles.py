"""What goes wrong with the API: which faults are on, whom they concern, and what they make of an answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, final

import httpx
from attrs import define, field

from channelsync.testing.partner import ApiFault

__all__ = ["Troubles"]

_OLD: Final = timedelta(minutes=5)
_REMEMBERED: Final = 64
_PAGE: Final = "<!DOCTYPE html><html><head><title>Booking.com</title></head><body>Please wait</body></html>"
_INSTEAD: Final = {
    ApiFault.ERROR: httpx.codes.INTERNAL_SERVER_ERROR,
    ApiFault.UNAVAILABLE: httpx.codes.SERVICE_UNAVAILABLE,
    ApiFault.THROTTLED: httpx.codes.TOO_MANY_REQUESTS,
    ApiFault.HTML: httpx.codes.OK,
    ApiFault.EMPTY_BODY: httpx.codes.OK,
}
"""The faults that take the place of an answer: nothing is done."""


@final
@define
class Troubles:
    """The faults that are on, and the answers that a stale read shows."""

    _on: dict[ApiFault, int | None] = field(init=False, factory=dict[ApiFault, int | None])
    _seen: dict[tuple[str, bytes], list[tuple[datetime, bytes]]] = field(
        init=False, factory=dict[tuple[str, bytes], list[tuple[datetime, bytes]]]
    )

    def fail(self, fault: ApiFault, times: int | None) -> None:
        """Switch a fault on for so many requests that it concerns, or until healed."""
        self._on[fault] = times

    def heal(self, fault: ApiFault | None) -> None:
        """Switch a fault off, or all of them."""
        for each in [fault] if fault else list(self._on):
            self._on.pop(each, None)

    def take(self, fault: ApiFault) -> bool:
        """Whether a fault is on for the request at hand, which then counts."""
        if fault not in self._on:
            return False
        left = self._on[fault]
        if left is not None:
            self._on[fault] = left - 1
            if left <= 1:
                del self._on[fault]
        return True

    def instead(self) -> httpx.Response | None:
        """Return what is given in place of an answer, None where nothing is wrong."""
        fault = next((each for each in _INSTEAD if self.take(each)), None)
        if fault is None:
            return None
        if fault is ApiFault.EMPTY_BODY:
            return httpx.Response(200, headers={"Content-Type": "application/xml; charset=UTF-8"})
        if fault is ApiFault.HTML:
            return httpx.Response(200, html=_PAGE)
        waits = {"Retry-After": "30"} if fault in {ApiFault.UNAVAILABLE, ApiFault.THROTTLED} else {}
        return httpx.Response(_INSTEAD[fault], headers=waits, text="")

    def stale(self, request: httpx.Request, now: datetime) -> bytes | None:
        """Return what the same read showed some minutes ago, or as long ago as is known; None where it is new."""
        seen = self._seen.get(_key(request))
        if not seen or not self.take(ApiFault.STALE):
            return None
        return next((body for at, body in reversed(seen) if now - at >= _OLD), seen[0][1])

    def remember(self, request: httpx.Request, body: bytes, now: datetime) -> None:
        """Keep what a read has shown, for stale ones to come."""
        seen = self._seen.pop(_key(request), [])
        recent = [each for each in seen if now - each[0] < _OLD]
        self._seen[_key(request)] = [*seen[: len(seen) - len(recent)][-1:], *recent[-_REMEMBERED:], (now, body)]
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]


def _key(request: httpx.Request) -> tuple[str, bytes]:
    """Return what makes two reads the same."""
    return f"{request.method} {request.url.raw_path.decode('ascii')}", request.content
