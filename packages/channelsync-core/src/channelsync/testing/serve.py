"""Simulated platforms on a loopback port, for whoever has to meet them over real HTTP.

::

    with serve([airbnb, booking], clock) as served:
        served.export_url(airbnb)       # what the owner pastes into channelsync
        served.control_url(booking)     # play its guests and its owner: channelsync.testing.control
        served.import_due()             # let the platforms read what is linked to them, now

    with serve(partner.lodgings.values(), clock, partners=[partner]) as served:
        served.fields(partner)          # what the owner fills in to connect the account
        served.book(partner, listing, stay)     # a guest books; what the platform asks us goes over HTTP
        served.call_due()               # let it notify us of what has happened, now

The clock is a callable, so that real time and a clock in a test's hand both work. One server carries all platforms: the
secrets in their paths tell them apart, and whatever else should answer on the same port can be added as ``extra``. With
``importing`` background threads read the linked calendars in each platform's own rhythm and make the calls of the APIs,
as the real ones do; without it a test calls `Served.import_due` and `Served.call_due` itself and needs no waiting.

Everything stays on this machine: the server listens on 127.0.0.1 and answers to no other name, and only addresses of
this machine are read or called. Threads end with the context, and those in the background also after ``at_most`` of
real time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, TypeVar, final

import httpx
from attrs import define, field, frozen

from channelsync.nights import Stay
from channelsync.testing.calendars import LONGEST_BODY
from channelsync.testing.control_api import ordered
from channelsync.testing.partner import Partner
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Refusal, Reservation

__all__ = ["Clock", "Extra", "Served", "played", "sent", "serve"]

T = TypeVar("T")
Clock = Callable[[], datetime]
"""Says what time it is, aware."""
Extra = Callable[[httpx.Request, datetime], httpx.Response | None]
"""Answers a request that no platform knows, or passes it on with None."""

_HOST: Final = "127.0.0.1"
_LOOPBACK: Final = frozenset({_HOST, "localhost", "::1"})
_LONGEST_REQUEST: Final = 65_536
_PATIENCE: Final = 10.0
"""Seconds before a silent peer is given up."""
_READ_EVERY: Final = 0.5
_CALL_EVERY: Final = 0.05
"""Seconds between two looks at what is due in the background."""


@final
@frozen
class Served:
    """Simulators that are being served."""

    base_url: str
    _platforms: tuple[Platform, ...] = field(repr=False)
    _partners: tuple[Partner, ...] = field(repr=False)
    _clock: Clock = field(repr=False)
    _lock: threading.Lock = field(repr=False)

    def export_url(self, platform: Platform) -> str:
        """Return the address of a platform's export on this port."""
        return self.base_url + httpx.URL(platform.urls[0]).raw_path.decode("ascii")

    @contextmanager
    def held(self) -> Generator[None]:
        """Hold the platforms still while the block runs: to act on them, or to look at several things at once."""
        with self._lock:
            yield

    def control_url(self, platform: Platform) -> str:
        """Return where a platform's control API is, without a slash at the end."""
        return f"{self.base_url}/_sandbox/{platform.label}"

    def import_due(self) -> int:
        """Let every platform read the linked calendars it reads now, and return how many were tried.

        A link that leads off this machine is not read, and counts as a failure.
        """
        return sum(self._import(platform) for platform in self._platforms)

    def fields(self, partner: Partner) -> Mapping[str, str]:
        """Return what the owner fills in to connect an account, each address of the platform leading to this port."""
        return {name: self._here(value) for name, value in partner.fields.items()}

    def _here(self, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            return value
        path = httpx.URL(value).raw_path.decode("ascii")
        return self.base_url + (path if path != "/" else "")

    def book(self, partner: Partner, listing: str, stay: Stay, *, force: bool = False) -> Reservation | Refusal:
        """Let a guest book by an account's lodging; what the platform asks us first is asked over HTTP.

        Raises:
            UsageError: the account has no such listing.
        """
        with self._lock:
            asking = partner.book(listing, stay, self._clock(), force=force)
        return played(asking, self._lock)

    def call_due(self) -> int:
        """Let every account make the calls that it makes to us now, and return how many there were.

        A call to an address off this machine is not made, and is lost.
        """
        with self._lock:
            calls = [call for partner in self._partners for call in partner.calls(self._clock())]
        for call in calls:
            sent(call)
        return len(calls)

    def _import(self, platform: Platform) -> int:
        """Drive one platform's reading; the platform is held only while it decides."""
        with self._lock:
            flow = platform.imports(self._clock())
            request = next(flow, None)
        count = 0
        while request is not None:
            count += 1
            answer = sent(request)
            with self._lock:
                request = _advanced(flow, answer)
        return count


@contextmanager
def serve(
    platforms: Iterable[Platform],
    clock: Clock,
    *,
    port: int = 0,
    partners: Sequence[Partner] = (),
    extra: Sequence[Extra] = (),
    importing: bool = False,
    at_most: timedelta = timedelta(hours=12),
) -> Generator[Served, None, None]:
    """Serve simulators on 127.0.0.1 until the context ends; port 0 takes a free one.

    ``partners`` are simulated APIs; their lodgings answer for themselves where they are among ``platforms``.

    Raises:
        OSError: the port is taken.
    """
    lock = threading.Lock()
    carried = tuple(platforms)
    handler = _handler(_Router(carried, tuple(partners), tuple(extra), clock, lock))
    with ThreadingHTTPServer((_HOST, port), handler) as server:
        served = Served(f"http://{_HOST}:{server.server_address[1]}", carried, tuple(partners), clock, lock)
        over = threading.Event()
        serving = threading.Thread(target=server.serve_forever, args=(0.05,), name="sandbox", daemon=True)
        rounds = {"imports": (served.import_due, _READ_EVERY), "calls": (served.call_due, _CALL_EVERY)}
        calling = [
            threading.Thread(target=_go_on, args=(do, every, over, at_most), name=name, daemon=True)
            for name, (do, every) in (rounds.items() if importing else ())
        ]
        for thread in (serving, *calling):
            thread.start()
        try:
            yield served
        finally:
            over.set()
            for thread in calling:  # before the server: what they ask of it must be answered
                thread.join(2 * _PATIENCE)
            server.shutdown()
            serving.join(2 * _PATIENCE)


def _go_on(do: Callable[[], int], every: float, over: threading.Event, at_most: timedelta) -> None:
    """Do what is due every so many seconds, until it is over."""
    end = time.monotonic() + at_most.total_seconds()
    while time.monotonic() < end and not over.wait(every):
        do()


def sent(request: httpx.Request) -> httpx.Response | httpx.TransportError:
    """Send a platform's request, to this machine only, and take no more of the answer than a calendar has.

    Sent by the standard library, because httpx writes each address into its log, and these are secrets.
    """
    if request.url.host not in _LOOPBACK or request.url.scheme != "http":
        return httpx.ConnectError("only this machine is read")
    connection = HTTPConnection(request.url.host, request.url.port or 80, timeout=_PATIENCE)
    try:
        where, headers = request.url.raw_path.decode("ascii"), dict(request.headers)
        connection.request(request.method, where, request.read() or None, headers)
        response = connection.getresponse()
        body = response.read(LONGEST_BODY + 1)
        return httpx.Response(response.status, headers=response.getheaders(), content=body)
    except (OSError, HTTPException, httpx.DecodingError):
        return httpx.ReadError("no answer")
    finally:
        connection.close()


def played(asking: Generator[httpx.Request, httpx.Response | None, T], lock: threading.Lock) -> T:
    """Send what a platform asks us before a guest may book, and return what came of it; held only while it decides."""
    answer: httpx.Response | None = None
    try:
        with lock:
            request = next(asking)
        while True:
            reply = sent(request)
            answer = reply if isinstance(reply, httpx.Response) else None
            with lock:
                request = asking.send(answer)
    except StopIteration as end:
        outcome: T = end.value
        return outcome


def _advanced(
    flow: Generator[httpx.Request, httpx.Response, None], answer: httpx.Response | httpx.TransportError
) -> httpx.Request | None:
    """Give a flow its answer and return its next request, None at its end."""
    try:
        return flow.throw(answer) if isinstance(answer, httpx.TransportError) else flow.send(answer)
    except StopIteration:
        return None


@final
@define
class _Router:
    """Who on this port answers what."""

    platforms: tuple[Platform, ...]
    partners: tuple[Partner, ...]
    extra: tuple[Extra, ...]
    clock: Clock
    lock: threading.Lock

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Return the answer of whoever knows the address; simulators take one request at a time."""
        if request.url.host not in _LOOPBACK:
            return httpx.Response(421, text="Misdirected Request")
        if (order := self._ordered(request)) is not None:
            return played(order, self.lock)
        asked: tuple[Platform | Partner, ...] = (*self.platforms, *self.partners)
        with self.lock:
            now = self.clock()
            for each in asked:
                if each.knows(request.url):
                    return each.handle(request, now)
        if request.url.path == "/_sandbox/":
            return httpx.Response(200, json=[platform.label for platform in self.platforms])
        found = (add(request, now) for add in self.extra)
        return next((response for response in found if response), httpx.Response(404, text="Not Found"))

    def _ordered(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response | None, httpx.Response] | None:
        """Return what carries out an order to a lodging of an account, None where this is none."""
        for partner in self.partners:
            for listing, platform in partner.lodgings.items():
                if request.url.path.startswith(f"/_sandbox/{platform.label}/"):
                    return ordered(partner, listing, request, self.clock())
        return None


def _handler(router: _Router) -> type[BaseHTTPRequestHandler]:
    """Return the class that speaks HTTP for a router."""

    class Handler(BaseHTTPRequestHandler):
        """One connection, one request."""

        timeout = _PATIENCE
        server_version = "sandbox"
        sys_version = ""

        def do_GET(self) -> None:  # the name http.server calls
            """Read the request, ask the router, write its answer."""
            length = self.headers.get("Content-Length", "0")
            if not length.isdecimal() or int(length) > _LONGEST_REQUEST:
                self.send_error(413)
                return
            try:
                url = httpx.URL(f"http://{self.headers.get('Host', '')}{self.path}")
                headers = [(name, value) for name, value in self.headers.items() if name.lower() != "host"]
                request = httpx.Request(self.command, url, content=self.rfile.read(int(length)))
                request.headers = httpx.Headers(headers)
            except httpx.InvalidURL:
                self.send_error(400)
                return
            self._write(router.answer(request))

        do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  # as above

        def _write(self, response: httpx.Response) -> None:
            """Write a whole answer."""
            self.send_response(response.status_code)
            for name, value in response.headers.multi_items():
                if name not in {"content-length", "transfer-encoding"}:
                    self.send_header(name, value)
            if response.status_code != HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(response.content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name http.server gives
            """Stay silent: addresses are secrets."""

    return Handler
