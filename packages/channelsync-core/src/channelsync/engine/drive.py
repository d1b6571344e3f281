"""Runs flows: sends what they ask for, under time limits, size limits and the address policy.

A flow yields requests and knows nothing of connections (see `channelsync.adapter.flow`). Here it is driven twice, by
the same few lines in two colours: `Driver` with an ``httpx.Client``, `AsyncDriver` with an ``httpx.AsyncClient``.
Between the flow and either of them stands `guarded`, itself nearly a flow: it dresses each request, holds it against
the policy, follows redirects, keeps to the rate budgets (`channelsync.engine.budget`), leaves a host that is down alone
(`breaker`) and repeats what may be repeated (`retry`), so that neither driver has to and both do it alike. Beside
requests it yields pauses, which a driver sleeps through in its own way.

Redirects of GET requests are followed, a few. Each hop is judged anew; none may lead from https to http, where the link
could be read on the way; a hop to another host takes along only what says which document is wanted, no key and no
``Referer``. Errors of the network become `ChannelUnavailableError`, whose text names the host and nothing more of the
URL, and are thrown into the flow where it waits.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, closing, contextmanager
from functools import partial
from importlib.metadata import version
from types import TracebackType
from typing import Final, Self, TypeVar, cast, final
from weakref import WeakValueDictionary

import httpx
from attrs import Factory, define, frozen

from channelsync.adapter.flow import Flow
from channelsync.engine.address import AddressPolicy
from channelsync.engine.body import ENCODINGS, Body, rebuilt
from channelsync.engine.breaker import Breakers
from channelsync.engine.budget import ACCOUNT, Budgets, Pause, Rates
from channelsync.engine.client import DEADLINE, DriverLimits, NameUnknownError, open_async_client, open_client
from channelsync.engine.redact import quiet_http_logs
from channelsync.engine.retry import ConnectionBrokenError, Steps, repeated
from channelsync.engine.spacing import Spacings
from channelsync.errors import AddressRefusedError, ChannelSyncError, ChannelUnavailableError, Retry

__all__ = ["USER_AGENT", "AsyncDriver", "Driver", "Manners", "guarded"]

USER_AGENT: Final = f"channelsync/{version('channelsync-core')} (+calendar sync)"
"""Who we say we are: platforms refuse clients without a name (only reported: Airbnb, 403 in 2019)."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_FOLLOWED: Final = frozenset({"GET", "HEAD"})
_TAKEN_ALONG: Final = ("Accept", "Accept-Encoding", "User-Agent", "If-None-Match", "If-Modified-Since")
_BUDGET: Final = "channelsync.budget"
_ERROR: Final = 500
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
"""Rehearsals run every platform on one host here, and there is nobody to be polite to."""
_MISSPELT: Final = "A letter of it may be wrong: copy the link from the platform again."

T = TypeVar("T")


@final
@define
class _Budget:
    """Seconds on the wire that one request of a flow has left, all its redirects together."""

    left: float

    @contextmanager
    def spent(self, host: str) -> Generator[None]:
        """Count the time of what is inside, and turn its errors into ours.

        Raises:
            ChannelUnavailableError: there was no usable answer.
        """
        started = time.monotonic()
        token = DEADLINE.set(started + self.left)
        try:
            yield
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, TimeoutError, UnicodeError) as error:
            msg = f"{host} {_told(error)}"
            if _nameless(error):
                raise ChannelUnavailableError(msg, advice=_MISSPELT, retry=Retry.AFTER_OWNER_ACTS) from None
            raise (ConnectionBrokenError(msg) if _passing(error) else ChannelUnavailableError(msg)) from None
        finally:
            DEADLINE.reset(token)
            self.left -= time.monotonic() - started


def _told(error: BaseException | None) -> str:
    """What went wrong, without the library's own words: they may hold parts of the URL."""
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "did not answer in time"
    if not isinstance(error, httpx.NetworkError):
        return "broke off or garbled its answer"
    if _nameless(error):
        return "does not exist: no address is known under this name"
    if _untrusted(error):
        return "has no valid certificate, or its encryption failed"
    return "cannot be reached, or closed the connection"


def _passing(error: BaseException) -> bool:
    """Whether it is a fault of the connection, which may be over in a moment."""
    return isinstance(error, httpx.NetworkError | httpx.ProtocolError) and not _untrusted(error)


def _untrusted(error: BaseException) -> bool:
    return _stems(error, ssl.SSLError)


def _nameless(error: BaseException) -> bool:
    return _stems(error, NameUnknownError)


def _stems(error: BaseException, kind: type[BaseException]) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, kind):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


@final
@frozen
class Manners:
    """What a driver remembers of the hosts it speaks to. ``ticks`` is the monotonic clock, in seconds."""

    budgets: Budgets = Factory(Budgets)
    breakers: Breakers = Factory(Breakers)
    ticks: Callable[[], float] = time.monotonic
    spacings: Spacings = Factory(Spacings)

    def sent(self, request: httpx.Request) -> Steps[httpx.Response]:
        """Send one request when its host may be asked, and remember how that went."""
        host = request.url.host
        if host in _THIS_MACHINE:
            return cast("httpx.Response", (yield request))
        return (yield from self.spacings.sent(request, partial(self._within_budget, request), self.ticks))

    def _within_budget(self, request: httpx.Request) -> Steps[httpx.Response]:
        host = request.url.host
        self.breakers.ask(host, self.ticks())
        account = request.extensions.get(ACCOUNT)
        wait = self.budgets.reserve(host, None if account is None else str(account), self.ticks())
        if wait:
            yield Pause(wait)
        try:
            response = cast("httpx.Response", (yield request))
        except ChannelUnavailableError:
            self.breakers.failed(host, self.ticks())
            raise
        if response.status_code < _ERROR:
            self.breakers.succeeded(host)
        else:
            self.breakers.failed(host, self.ticks())
        return response


# What a flow's request becomes ----------------------------------------------------------------------------------------
def guarded(flow: Flow[T], policy: AddressPolicy, limits: DriverLimits, manners: Manners) -> Steps[T]:
    """Return the flow with each request dressed and judged, sent with manners, and its redirects followed."""
    with closing(flow):
        try:
            request = next(flow)
            while True:
                try:
                    response = yield from _followed(request, policy, limits, manners)
                except ChannelSyncError as error:
                    request = flow.throw(error)
                else:
                    request = flow.send(response)
        except StopIteration as done:
            result: T = done.value
            return result


def _followed(
    request: httpx.Request, policy: AddressPolicy, limits: DriverLimits, manners: Manners
) -> Steps[httpx.Response]:
    budget = _Budget(limits.total)
    for _ in range(limits.redirects + 1):
        policy.check(request.url)
        request.headers.setdefault("User-Agent", USER_AGENT)
        request.headers.setdefault("Accept-Encoding", ENCODINGS)
        request.extensions = {**request.extensions, "timeout": limits.timeouts, _BUDGET: budget}
        response = yield from repeated(request, partial(manners.sent, request), budget)
        hop = _next_hop(request, response)
        if hop is None:
            return response
        request = hop
    msg = f"{request.url.host} redirects without end"
    raise ChannelUnavailableError(msg)


def _next_hop(request: httpx.Request, response: httpx.Response) -> httpx.Request | None:
    """The request that a redirect asks for; None where there is nothing to follow."""
    location = response.headers.get("Location")
    if request.method not in _FOLLOWED or response.status_code not in _REDIRECTS or not location:
        return None
    url = request.url.join(location)  # httpx has read it already, and would have refused nonsense
    if request.url.scheme == "https" and url.scheme == "http":
        msg = f"{request.url.host} redirects from https to http, where the private link could be read on the way"
        raise AddressRefusedError(msg)
    same = (url.scheme, url.host, url.port) == (request.url.scheme, request.url.host, request.url.port)
    names = [name for name in request.headers if name != "host"] if same else _TAKEN_ALONG
    headers = {name: request.headers[name] for name in names if name in request.headers}
    return httpx.Request(request.method, url, headers=headers)


def _budget(request: httpx.Request) -> _Budget:
    budget: _Budget = request.extensions[_BUDGET]
    return budget


def _body(response: httpx.Response, limits: DriverLimits) -> Body:
    """What the response's body is to be taken into; a simulator's is there already, and unpacked."""
    host = response.request.url.host
    if not response.is_stream_consumed:
        return Body(host, limits.body, response.headers.get("Content-Encoding", ""))
    body = Body(host, limits.body, "")
    body.feed(response.content)
    return body


# The two drivers ------------------------------------------------------------------------------------------------------
@final
class Driver:
    """Runs flows one at a time in each thread; threads may share it.

    Without a ``client`` it opens one that obeys the policy down to the connection. A ``client`` of the caller's own (a
    simulator behind ``httpx.MockTransport``) is left open when the driver closes; for it the policy judges URLs only.
    ``ticks`` is a clock of seconds, for one whose time is not ours.
    """

    def __init__(
        self,
        policy: AddressPolicy | None = None,
        limits: DriverLimits | None = None,
        *,
        client: httpx.Client | None = None,
        rates: Rates | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        quiet_http_logs()
        self.policy = policy or AddressPolicy()
        self.limits = limits or DriverLimits()
        self._manners = Manners(Budgets(rates or Rates()), ticks=ticks)
        self._own = client is None
        self._client = client or open_client(self.policy, self.limits)
        self._lock = threading.Lock()
        self._gates = WeakValueDictionary[str, threading.Semaphore]()  # a gate lives as long as somebody is at it

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return what it returns.

        Raises:
            ChannelSyncError: what the flow raises, or what it let pass of the network's errors.
        """
        steps = guarded(flow, self.policy, self.limits, self._manners)
        with closing(steps):
            try:
                step = next(steps)
                while True:
                    try:
                        answer = self._done(step)
                    except ChannelSyncError as error:
                        step = steps.throw(error)
                    else:
                        step = steps.send(answer)
            except StopIteration as done:
                result: T = done.value
                return result

    def _done(self, step: httpx.Request | Pause) -> httpx.Response | None:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        return self._send(step)

    def _send(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        with self._lock:
            gate = self._gates.setdefault(host, threading.Semaphore(self.limits.per_host))
        with gate, _budget(request).spent(host), closing(self._client.send(request, stream=True)) as response:
            body = _body(response, self.limits)
            if not response.is_stream_consumed:
                for chunk in response.iter_raw():
                    body.feed(chunk)
            return rebuilt(response, body.finished())

    def close(self) -> None:
        """Close the connections."""
        if self._own:
            self._client.close()

    def __enter__(self) -> Self:
        """Return the driver; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


@final
class AsyncDriver:
    """Runs any number of flows at a time, in one event loop; otherwise like `Driver`."""

    def __init__(
        self,
        policy: AddressPolicy | None = None,
        limits: DriverLimits | None = None,
        *,
        client: httpx.AsyncClient | None = None,
        rates: Rates | None = None,
    ) -> None:
        quiet_http_logs()
        self.policy = policy or AddressPolicy()
        self.limits = limits or DriverLimits()
        self._manners = Manners(Budgets(rates or Rates()))
        self._own = client is None
        self._client = client or open_async_client(self.policy, self.limits)
        self._gates = WeakValueDictionary[str, asyncio.Semaphore]()

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return what it returns; see `Driver.run`."""
        steps = guarded(flow, self.policy, self.limits, self._manners)
        with closing(steps):
            try:
                step = next(steps)
                while True:
                    try:
                        answer = await self._done(step)
                    except ChannelSyncError as error:
                        step = steps.throw(error)
                    else:
                        step = steps.send(answer)
            except StopIteration as done:
                result: T = done.value
                return result

    async def _done(self, step: httpx.Request | Pause) -> httpx.Response | None:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        return await self._send(step)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        host, budget = request.url.host, _budget(request)
        gate = self._gates.setdefault(host, asyncio.Semaphore(self.limits.per_host))
        async with gate:
            with budget.spent(host):
                async with asyncio.timeout(budget.left), self._answer(request) as response:
                    body = _body(response, self.limits)
                    if not response.is_stream_consumed:
                        async for chunk in response.aiter_raw():
                            body.feed(chunk)
                    return rebuilt(response, body.finished())

    @asynccontextmanager
    async def _answer(self, request: httpx.Request) -> AsyncGenerator[httpx.Response]:
        response = await self._client.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        if self._own:
            await self._client.aclose()

    async def __aenter__(self) -> Self:
        """Return the driver; leaving the block closes it."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
