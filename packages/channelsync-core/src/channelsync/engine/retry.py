"""A request that may be repeated is repeated, twice at most, when the fault is likely to be over in a moment.

That is a connection that broke or could not be made (one kept open may have been closed by the other side just then), a
gateway's 502, 503 or 504, or a 429 that asks for a few seconds. Everything else is the answer: a 500 or a time-out is
seldom over so soon, and how often a listing that fails is looked at is not decided here but by its health
(`channelsync.cadence`). All tries and the waits between them share the one time budget of the request, so a look never
takes longer for being repeated. The waits and their jitter are tenacity's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from typing import Final, Protocol, TypeAlias, TypeVar, cast

import httpx
from tenacity import (
    DoAttempt,
    DoSleep,
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    retry_if_result,
    stop_after_attempt,
    wait_random_exponential,
)

from channelsync.adapter.flow import REPEATABLE
from channelsync.engine.budget import Pause
from channelsync.errors import ChannelSyncError, ChannelUnavailableError

__all__ = ["REPEATABLE", "ConnectionBrokenError", "Steps", "TimeLeft", "repeated"]

T = TypeVar("T")

_Error: TypeAlias = tuple[type[BaseException], BaseException, None]
"""A caught error, as tenacity takes it."""

Steps: TypeAlias = Generator[httpx.Request | Pause, httpx.Response | None, T]
"""A flow as a driver runs it: it yields requests, for which it is sent responses, and pauses, for which it is not."""

_TRIES: Final = 3
_ALWAYS: Final = frozenset({"GET", "HEAD"})
_PASSING: Final = frozenset({502, 503, 504})
_SLOW_DOWN: Final = 429
_SHORT: Final = 5.0
"""Seconds of a Retry-After that are waited for on the spot."""
_LONGEST: Final = 2.0
"""Seconds between two tries where the platform does not say."""


class ConnectionBrokenError(ChannelUnavailableError):
    """The connection could not be made, or broke: the same request may succeed a moment later."""


class TimeLeft(Protocol):
    """The time budget of one request with all its tries."""

    left: float
    """Seconds."""


def _asked_for(response: httpx.Response) -> float | None:
    """Return the seconds of a short Retry-After, None where there is none that could be waited for."""
    text = response.headers.get("Retry-After", "").strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > len("86400"):
        return None
    return float(text) if float(text) <= _SHORT else None


def _passes(response: httpx.Response) -> bool:
    if response.status_code == _SLOW_DOWN:
        return _asked_for(response) is not None
    return response.status_code in _PASSING and not (
        response.headers.get("Retry-After") and _asked_for(response) is None
    )


_jitter = wait_random_exponential(multiplier=0.25, max=_LONGEST)


def _wait(state: RetryCallState) -> float:
    outcome = state.outcome
    response = None if outcome is None or outcome.failed else outcome.result()
    asked = _asked_for(response) if isinstance(response, httpx.Response) else None
    return _jitter(state) + (asked or 0.0)


def _out_of_time(state: RetryCallState) -> bool:
    budget: TimeLeft = state.args[0]
    return state.upcoming_sleep >= budget.left


def _last(state: RetryCallState) -> object:
    """Return the last answer, or raise the last error: as if it had been the only one."""
    return state.outcome.result() if state.outcome is not None else None


_RETRYING: Final = Retrying(
    retry=retry_if_exception_type(ConnectionBrokenError) | retry_if_result(_passes),
    wait=_wait,
    stop=lambda state: stop_after_attempt(_TRIES)(state) or _out_of_time(state),
    retry_error_callback=_last,
)


def repeated(
    request: httpx.Request, send: Callable[[], Steps[httpx.Response]], budget: TimeLeft
) -> Steps[httpx.Response]:
    """Return the request's answer, which may take several tries where it may be repeated.

    Raises:
        ChannelSyncError: what the last try raised.
    """
    if request.method not in _ALWAYS and not request.extensions.get(REPEATABLE):
        return (yield from send())
    try:
        first = yield from send()
    except ConnectionBrokenError:
        outcome: httpx.Response | _Error = cast("_Error", sys.exc_info())
    else:
        if not _passes(first):  # nearly always: nothing is to be counted or timed
            return first
        outcome = first
    return (yield from _again(send, budget, outcome))


def _again(
    send: Callable[[], Steps[httpx.Response]], budget: TimeLeft, outcome: httpx.Response | _Error
) -> Steps[httpx.Response]:
    """Go on after a first try that may be repeated."""
    _RETRYING.begin()
    state = RetryCallState(_RETRYING, None, (budget,), {})
    _noted(state, outcome)
    while True:
        do = _RETRYING.iter(state)
        if isinstance(do, DoAttempt):
            try:
                state.set_result((yield from send()))
            except ChannelSyncError:
                state.set_exception(cast("_Error", sys.exc_info()))
        elif isinstance(do, DoSleep):
            state.prepare_for_next_attempt()
            budget.left -= float(do)
            yield Pause(float(do))
        else:
            return cast("httpx.Response", do)


def _noted(state: RetryCallState, outcome: httpx.Response | _Error) -> None:
    if isinstance(outcome, httpx.Response):
        state.set_result(outcome)
    else:
        state.set_exception(outcome)
