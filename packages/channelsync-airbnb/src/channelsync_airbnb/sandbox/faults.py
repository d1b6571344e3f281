"""Which faults of the API are on, for how many more requests or calls, and what a spoiled answer looks like."""

from __future__ import annotations

from typing import Final, final

import httpx
from attrs import define, field

from channelsync.testing.partner import ApiFault
from channelsync_airbnb.sandbox.answers import broken

__all__ = ["CALLS", "INSTEAD", "READS", "SPOILED", "WRITES", "Faults", "instead", "spoiled"]

INSTEAD: Final = (
    ApiFault.REFUSED,
    ApiFault.ERROR,
    ApiFault.UNAVAILABLE,
    ApiFault.THROTTLED,
    ApiFault.HTML,
)
"""Faults in place of an answer: nothing is done."""
SPOILED: Final = (ApiFault.TRUNCATED, ApiFault.EMPTY_BODY)
"""Faults of the answer alone: what was asked is done."""
READS: Final = (ApiFault.NOTHING, ApiFault.STALE)
WRITES: Final = (ApiFault.ANSWER_LOST,)
CALLS: Final = (ApiFault.CALL_LOST, ApiFault.CALL_TWICE, ApiFault.CALL_LATE, ApiFault.CALLS_SWAPPED)
_PAGE: Final = "<!DOCTYPE html>\n<html><head><title>Just a moment</title></head><body></body></html>\n"
_LATER: Final = {"Retry-After": "60"}


@final
@define
class Faults:
    """The faults that are on."""

    left: dict[ApiFault, int | None] = field(factory=dict[ApiFault, "int | None"])
    """How many more requests or calls each concerns, None until healed."""

    def takes(self, *concerning: ApiFault) -> ApiFault | None:
        """Return the first of these that is on, and count one use of it."""
        fault = next((each for each in concerning if each in self.left), None)
        if fault is None:
            return None
        left = self.left[fault]
        if left is not None:
            self.left[fault] = left - 1
            if left <= 1:
                del self.left[fault]
        return fault


def instead(fault: ApiFault | None) -> httpx.Response | None:
    """Return what is answered in place of an answer, None where the fault is no such one."""
    match fault:
        case ApiFault.REFUSED:
            body = {"error_code": 401, "error": "authentication_required", "error_message": "The token is not valid."}
            return httpx.Response(401, json=body)
        case ApiFault.ERROR:
            return broken()
        case ApiFault.UNAVAILABLE:
            return httpx.Response(503, json={"code": 503, "message": "Service Unavailable"}, headers=_LATER)
        case ApiFault.THROTTLED:
            body = {"error_code": 429, "error": "rate_limit_exceeded", "error_message": "Too many requests."}
            return httpx.Response(429, json=body, headers=_LATER)
        case ApiFault.HTML:
            return httpx.Response(200, html=_PAGE)
        case _:
            return None


def spoiled(answer: httpx.Response, fault: ApiFault | None) -> httpx.Response:
    """Return an answer as a fault leaves it."""
    if fault is ApiFault.ANSWER_LOST:
        return broken()
    if fault not in SPOILED or not answer.content:
        return answer
    kept = answer.content[: len(answer.content) * 2 // 3] if fault is ApiFault.TRUNCATED else b""
    return httpx.Response(answer.status_code, headers={"Content-Type": "application/json"}, content=kept)
