"""A small Internet for tests of the drivers: one server that answers for every name, and a network that leads there.

The server is real, and so are the sockets. Only the last step is bent: whatever public address the driver connects to,
the connection ends at the server, and the address is written down.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore
import httpx
from attrs import define, field

from channelsync.adapter import Flow
from channelsync.engine.address import AddressPolicy
from channelsync.engine.client import DriverLimits, open_async_client, open_client
from channelsync.engine.drive import AsyncDriver, Driver

PUBLIC = "93.184.216.34"
Page = Callable[[BaseHTTPRequestHandler], None]


@define
class Town:
    """A server with its pages by path, and what was asked of it."""

    pages: dict[str, Page]
    port: int = 0
    requests: list[tuple[str, dict[str, str]]] = field(factory=list)
    connections: list[str] = field(factory=list)
    dead: set[str] = field(factory=set)
    over: threading.Event = field(factory=threading.Event)
    limits: DriverLimits = field(factory=DriverLimits)
    names: Callable[[str, int], list[str]] = lambda _host, _port: [PUBLIC]

    def url(self, path: str, host: str = "calendar.example") -> str:
        """Where a page is."""
        return f"http://{host}:{self.port}{path}"

    def knock(self, address: str) -> None:
        """Write down that somebody connects there; a dead address does not answer."""
        self.connections.append(address)
        if address in self.dead:
            raise httpcore.ConnectError

    def run(self, flow: Flow[Any], colour: str) -> Any:
        """Run one flow with a driver of that colour, public addresses only."""
        return self.run_all([flow], colour)[0]

    def run_all(self, flows: list[Flow[Any]], colour: str) -> list[Any]:
        """Run flows with one driver: one after the other in sync code, together in async code."""
        policy = AddressPolicy(resolve=self.names)
        if colour == "async":
            return asyncio.run(self._run_async(flows, policy))
        with open_client(policy, self.limits, network=_Streets(self)) as client:
            driver = Driver(policy, self.limits, client=client)
            return [driver.run(flow) for flow in flows]

    async def _run_async(self, flows: list[Flow[Any]], policy: AddressPolicy) -> list[Any]:
        async with open_async_client(policy, self.limits, network=_AsyncStreets(self)) as client:
            driver = AsyncDriver(policy, self.limits, client=client)
            return await asyncio.gather(*(driver.run(flow) for flow in flows))


class _Streets(httpcore.SyncBackend):
    def __init__(self, town: Town) -> None:
        self.town = town

    def connect_tcp(self, host: str, port: int, *rest: Any, **options: Any) -> httpcore.NetworkStream:
        self.town.knock(host)
        return super().connect_tcp("127.0.0.1", port, *rest, **options)


class _AsyncStreets(httpcore.AnyIOBackend):
    def __init__(self, town: Town) -> None:
        self.town = town

    async def connect_tcp(self, host: str, port: int, *rest: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        self.town.knock(host)
        return await super().connect_tcp("127.0.0.1", port, *rest, **options)


def _handler(town: Town) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            town.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            self.close_connection = True
            with suppress(OSError):  # the driver hung up on us
                town.pages[self.path.partition("?")[0]](self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    return Handler


@contextmanager
def town(pages: dict[str, Page], **options: Any) -> Iterator[Town]:
    """Open a town on a free port; leaving the block ends whatever its pages wait for."""
    place = Town(pages, **options)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(place)) as server:
        place.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield place
        finally:
            place.over.set()
            server.shutdown()
            thread.join()


def page(body: bytes = b"", status: int = 200, **headers: str) -> Page:
    """A page that answers just this; header names are written with underscores."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def get(url: str, **headers: str) -> Flow[httpx.Response]:
    """The simplest flow: one GET, whose response it returns."""
    return (yield httpx.Request("GET", url, headers={name.replace("_", "-"): value for name, value in headers.items()}))
