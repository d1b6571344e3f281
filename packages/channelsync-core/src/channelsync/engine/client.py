"""The clients that the drivers send with: plain httpx clients whose connections obey the address policy.

An ``httpx.Client`` hands each request to a *transport*; ours is httpcore's connection pool with a network backend of
our own under it. The backend resolves a host's name, lets the policy judge every address, and connects to one of those
judged: between the judgement and the connection nothing is looked up again. TLS still sees the host's name, so
certificates are checked against it. A connection is kept open for a moment: the next request to that host goes to the
address that was judged, not to what the name has become meanwhile, and saves the handshake, the dearest part of reading
a calendar that has not changed (measured in ``benchmarks/service.py``). One that the other side has closed since is
noticed, or the request is repeated. Everything else that a client does of its own accord is switched off: cookies (one
owner's must not reach another's), redirects (the driver follows them, hop by hop), proxies and ``.netrc`` (they would
go around the policy).

Each read also ends at the deadline of its request (`DEADLINE`), because a server that sends a byte every nine
seconds never trips a time-out between two bytes.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final, cast, final

import httpcore
import httpx
from attrs import frozen

from channelsync.engine.address import AddressPolicy

__all__ = ["DEADLINE", "DriverLimits", "NameUnknownError", "open_async_client", "open_client"]

DEADLINE: Final[ContextVar[float]] = ContextVar("DEADLINE")
"""When the request being sent in this thread must be over, on the monotonic clock; unset where nobody said."""

_TRIES: Final = 4
"""Of a host's addresses, so many are tried."""
_NO_NAME: Final = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
"""The system's codes for a name that does not exist; there are others for one that it could not ask about."""


class NameUnknownError(httpcore.ConnectError):
    """The host's name does not exist: whoever knows names was asked, and said so."""


@final
@frozen
class DriverLimits:
    """The bounds of one request: seconds, bytes and counts."""

    connect: float = 5.0
    """Seconds for one connection to be made."""
    read: float = 10.0
    """Seconds between two pieces of an answer."""
    total: float = 30.0
    """Seconds on the wire for one request with all its redirects."""
    body: int = 5 * 2**20
    """Bytes of an answer's body, unpacked."""
    redirects: int = 3
    """Redirects followed."""
    per_host: int = 4
    """Connections to one host at a time."""
    connections: int = 40
    """Connections at a time, in all."""
    idle: float = 30.0
    """Seconds for which a connection that nobody uses is kept open; 0 for a new one each time."""

    @property
    def timeouts(self) -> dict[str, float]:
        """The time-outs of one exchange, as httpx wants them in a request's extensions."""
        return {"connect": self.connect, "read": self.read, "write": self.read, "pool": self.total}


def open_client(
    policy: AddressPolicy,
    limits: DriverLimits,
    *,
    network: httpcore.NetworkBackend | None = None,
    tls: ssl.SSLContext | None = None,
) -> httpx.Client:
    """Open a client whose connections obey the policy.

    Args:
        policy: where connections may go.
        limits: how many connections there may be.
        network: what makes the connections, in place of the system's sockets.
        tls: which certificates are trusted, in place of the usual ones.
    """
    pool = httpcore.ConnectionPool(
        ssl_context=tls or httpx.create_ssl_context(),
        max_connections=limits.connections,
        max_keepalive_connections=limits.connections if limits.idle else 0,
        keepalive_expiry=limits.idle,
        network_backend=_Guarded(policy, network or httpcore.SyncBackend()),
    )
    return httpx.Client(transport=_Transport(pool), trust_env=False, cookies=_no_cookies())


def open_async_client(
    policy: AddressPolicy,
    limits: DriverLimits,
    *,
    network: httpcore.AsyncNetworkBackend | None = None,
    tls: ssl.SSLContext | None = None,
) -> httpx.AsyncClient:
    """Open the same client for async code; see `open_client`."""
    pool = httpcore.AsyncConnectionPool(
        ssl_context=tls or httpx.create_ssl_context(),
        max_connections=limits.connections,
        max_keepalive_connections=limits.connections if limits.idle else 0,
        keepalive_expiry=limits.idle,
        network_backend=_AsyncGuarded(policy, network or cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())),
    )
    return httpx.AsyncClient(transport=_AsyncTransport(pool), trust_env=False, cookies=_no_cookies())


def _no_cookies() -> CookieJar:
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


# Connections, to judged addresses only --------------------------------------------------------------------------------
@final
class _Guarded(httpcore.NetworkBackend):
    """Connects to the addresses that the policy judged, one after the other."""

    def __init__(self, policy: AddressPolicy, network: httpcore.NetworkBackend) -> None:
        self._policy = policy
        self._network = network

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._policy.addresses(host, port)[:_TRIES]
        except OSError as error:
            raise _unknown(error) from None
        failure: Exception = _unknown()
        for address in addresses:
            try:
                within = _within_deadline(timeout)
                return _Timed(self._network.connect_tcp(address, port, within, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


@final
class _AsyncGuarded(httpcore.AsyncNetworkBackend):
    """The same for async code, which keeps its deadlines by cancelling."""

    def __init__(self, policy: AddressPolicy, network: httpcore.AsyncNetworkBackend) -> None:
        self._policy = policy
        self._network = network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            addresses = (await asyncio.to_thread(self._policy.addresses, host, port))[:_TRIES]
        except OSError as error:
            raise _unknown(error) from None
        failure: Exception = _unknown()
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


def _unknown(error: OSError | None = None) -> httpcore.ConnectError:
    kind = NameUnknownError if isinstance(error, socket.gaierror) and error.errno in _NO_NAME else httpcore.ConnectError
    return kind("the host's name is not known")


def _within_deadline(timeout: float | None) -> float | None:
    """The time-out, or what is left until the deadline where that is less."""
    deadline = DEADLINE.get(None)
    if deadline is None:
        return timeout
    left = deadline - time.monotonic()
    if left <= 0:
        msg = "the time for the whole request is over"
        raise httpcore.ReadTimeout(msg)
    return left if timeout is None else min(timeout, left)


@final
class _Timed(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline of the request being sent."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within_deadline(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within_deadline(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _within_deadline(timeout)))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        return self._stream.get_extra_info(info)


# Between httpx and httpcore -------------------------------------------------------------------------------------------
@contextmanager
def _as_httpx() -> Generator[None]:
    """Turn httpcore's errors into httpx's: the four families that a driver tells apart."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error)) from error
    except httpcore.NetworkError as error:
        raise httpx.NetworkError(str(error)) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.ProtocolError(str(error)) from error


def _request(request: httpx.Request) -> httpcore.Request:
    url = httpcore.URL(
        scheme=request.url.raw_scheme,
        host=request.url.raw_host,
        port=request.url.port,
        target=request.url.raw_path,
    )
    return httpcore.Request(
        request.method, url, headers=request.headers.raw, content=request.stream, extensions=dict(request.extensions)
    )


@final
class _Transport(httpx.BaseTransport):
    """An httpcore pool as httpx wants it."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with _as_httpx():
            answer = self._pool.handle_request(_request(request))
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer))

    def close(self) -> None:
        self._pool.close()


@final
class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        with _as_httpx():
            self._answer.close()


@final
class _AsyncTransport(httpx.AsyncBaseTransport):
    """The same for async code."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with _as_httpx():
            answer = await self._pool.handle_async_request(_request(request))
        return httpx.Response(answer.status, headers=answer.headers, stream=_AsyncStream(answer))

    async def aclose(self) -> None:
        await self._pool.aclose()


@final
class _AsyncStream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        with _as_httpx():
            await self._answer.aclose()
