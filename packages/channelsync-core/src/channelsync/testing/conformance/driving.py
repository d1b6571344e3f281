"""Runs a plugin's flows with no client: a request goes to a simulator, its answer goes back, and nothing else happens.

Between the two an answer can be spoilt, in the ways in which real platforms and the boxes before them spoil answers.
The simulator is not asked then, and what was to be done was not done; only of a truncated answer is there more.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from types import MappingProxyType
from typing import Final, TypeVar, cast, final

import httpx
from attrs import define, field

from channelsync.adapter import Flow
from channelsync.errors import ChannelSyncError, ChannelUnavailableError
from channelsync.testing.conformance.rule import BrokenRuleError

__all__ = ["SPOILS", "Answers", "Spoil", "Wire"]

T = TypeVar("T")

Answers = Callable[[httpx.Request], httpx.Response]
"""Answers a request as the platform does."""
Spoil = Callable[[Answers, httpx.Request], httpx.Response]
"""Answers in the platform's stead; raises a `ChannelSyncError` where no answer comes, as the engine's driver does."""

_MOST: Final = 400
"""Requests of one flow; a calendar of a year is read in a few."""


@final
@define
class Wire:
    """What stands between flows and a simulator; ``requests`` is all that was asked."""

    answers: Answers
    spoil: Spoil | None = None
    first: int = 0
    """The request from which on answers are spoilt, the first being 0."""
    requests: list[httpx.Request] = field(factory=list[httpx.Request])
    """What the last flow asked."""

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return what it returns.

        Raises:
            BrokenRuleError: it is no flow, yields something else than requests, or does not end.
            ChannelSyncError: what the flow raises.
        """
        if not isinstance(cast("object", flow), Generator):
            msg = f"it is a {type(flow).__name__}, no generator of requests"
            raise BrokenRuleError(msg)
        self.requests = []
        try:
            request: object = next(flow)
            while True:
                checked = self._asked(request)
                try:
                    response = self.answered(checked)
                except ChannelSyncError as error:
                    request = flow.throw(error)
                else:
                    request = flow.send(response)
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            flow.close()

    def _asked(self, request: object) -> httpx.Request:
        if not isinstance(request, httpx.Request):
            msg = f"it yielded a {type(request).__name__}, no httpx.Request"
            raise BrokenRuleError(msg)
        if len(self.requests) >= _MOST:
            msg = f"it asks for ever: {_MOST} requests and no end"
            raise BrokenRuleError(msg)
        self.requests.append(request)
        return request

    def answered(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to a request, spoilt where that is wanted, as the driver hands it over: body read."""
        request.read()
        if self.spoil is not None and len(self.requests) > self.first:
            response = self.spoil(self.answers, request)
        else:
            response = self.answers(request)
        response.request = request
        response.read()
        return response


_PAGE: Final = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form></form></body></html>\n"
_TROUBLE: Final = b'{"code": 500, "message": "There was an error processing your request."}'


def _fixed(status: int, body: bytes = b"", **headers: str) -> Spoil:
    """Answer always the same."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda answers, request: httpx.Response(status, headers=told, content=body)  # noqa: ARG005


def _cut(answers: Answers, request: httpx.Request) -> httpx.Response:
    """Answer with the first half of what the platform says."""
    whole = answers(request)
    headers = {name: value for name, value in whole.headers.items() if name.lower() == "content-type"}
    return httpx.Response(whole.status_code, headers=headers, content=whole.content[: len(whole.content) // 2])


def _late(answers: Answers, request: httpx.Request) -> httpx.Response:
    """Answer too late: the driver gives up and says so."""
    del answers
    msg = f"{request.url.host} did not answer in time"
    raise ChannelUnavailableError(msg)


SPOILS: Final[Mapping[str, Spoil]] = MappingProxyType(
    {
        "throttled": _fixed(429, b"Too Many Requests", Retry_After="120"),
        "error": _fixed(500, b"Internal Server Error"),
        "gateway": _fixed(502, _PAGE, Content_Type="text/html"),
        "unauthorised": _fixed(401, b"Unauthorized"),
        "gone": _fixed(404, b"Not Found"),
        "truncated": _cut,
        "page": _fixed(200, _PAGE, Content_Type="text/html; charset=utf-8"),
        "trouble": _fixed(200, _TROUBLE, Content_Type="application/json"),
        "nothing": _fixed(200),
        "late": _late,
    }
)
"""Ways of spoiling an answer, by name."""
