"""The drivers against a real server on loopback: time, size, redirects and addresses are bounded, in both colours."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import logging
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from channelsync.adapter import Dialect, FeedLook, FeedRoute, FeedSource, Flow, SecretUrl
from channelsync.engine.address import AddressPolicy
from channelsync.engine.client import DriverLimits, open_client
from channelsync.engine.drive import USER_AGENT, AsyncDriver, Driver
from channelsync.errors import (
    AddressRefusedError,
    ChannelUnavailableError,
    RateLimitedError,
    Retry,
    UsageError,
    WireFormatError,
)
from tests.integration.town import PUBLIC, Page, Town, get, page, town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

AT = dt.datetime(2027, 1, 1, 12, tzinfo=dt.UTC)
TOKEN = "0123456789abcdef"
QUICK = DriverLimits(connect=1.0, read=0.3, total=0.6, body=1000)
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nDTSTAMP:20270101T120000Z\r\n"
    b"DTSTART;VALUE=DATE:20270401\r\nDTEND;VALUE=DATE:20270405\r\nUID:1@example.com\r\nSUMMARY:Reserved\r\n"
    b"END:VEVENT\r\nEND:VCALENDAR\r\n"
)
BOTH = pytest.mark.parametrize("colour", ["sync", "async"])


def look(place: Town, path: str, colour: str, last: FeedLook | None = None) -> FeedLook:
    """One look at a page of the town through the iCal route."""
    url = SecretUrl(place.url(f"{path}?s={TOKEN}"))
    source = FeedSource(url, "Europe/Paris")
    if last is not None:
        source = FeedSource(url, "Europe/Paris", last.etag, last.last_modified, last.reading)
    return place.run(FeedRoute(Dialect("Example")).look(source, AT), colour)


@BOTH
def test_a_calendar_then_304(colour: str) -> None:
    """A calendar is read; the next look is conditional, and its 304 shows the same events."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        same = handler.headers.get("If-None-Match") == '"v1"'
        (page(status=304, ETag='"v1"') if same else page(CALENDAR, ETag='"v1"'))(handler)

    with town({"/1.ics": answer}) as place:
        first = look(place, "/1.ics", colour)
        second = look(place, "/1.ics", colour, first)
    assert [str(event.stay) for event in first.observation.events] == ["2027-04-01/2027-04-05"]
    assert second.observation.not_modified
    assert second.observation.events == first.observation.events


@BOTH
def test_how_a_request_is_dressed(colour: str) -> None:
    """A request says who we are and what it wants; it names the host, and carries no cookie and no Referer."""
    with town({"/1.ics": page(CALENDAR, Set_Cookie="id=1; Path=/")}) as place:
        place.run_all([get(place.url("/1.ics")), get(place.url("/1.ics"))], colour)
        for _, headers in place.requests:
            assert headers["user-agent"] == USER_AGENT
            assert USER_AGENT.startswith("channelsync/")
            assert headers["host"] == f"calendar.example:{place.port}"
            assert headers["accept-encoding"] == "gzip"
            assert not {"cookie", "referer", "authorization"} & set(headers)


@BOTH
def test_slow_down(colour: str) -> None:
    """A 429 is the platform's wish, with the time it asks for."""
    with town({"/1.ics": page(status=429, Retry_After="90")}) as place, pytest.raises(RateLimitedError) as caught:
        look(place, "/1.ics", colour)
    assert caught.value.retry_after == dt.timedelta(seconds=90)


@BOTH
@pytest.mark.parametrize(
    "answer",
    [
        page(b"<!doctype html><html><body>Log in</body></html>", Content_Type="text/html"),
        page(b'{"code":500}', Content_Type="application/json"),
        page(CALENDAR[:-30]),
        page(b"x" * 1001),
        page(gzip.compress(b"\0" * 20_000_000), Content_Encoding="gzip"),
        page(gzip.compress(CALENDAR)[:-12], Content_Encoding="gzip"),
        page(CALENDAR, Content_Encoding="br"),
    ],
    ids=["html", "json", "truncated", "too large", "bomb", "truncated gzip", "unasked packing"],
)
def test_not_a_calendar(answer: Page, colour: str) -> None:
    """What is no whole calendar of bounded size is an unusable look; nothing is inferred from it."""
    with town({"/1.ics": answer}, limits=DriverLimits(body=1000)) as place:
        seen = look(place, "/1.ics", colour)
    assert seen.observation.failure
    assert TOKEN not in seen.observation.failure
    assert not seen.observation.events


@BOTH
def test_packed(colour: str) -> None:
    """A calendar packed by gzip is read like any other."""
    with town({"/1.ics": page(gzip.compress(CALENDAR), Content_Encoding="gzip")}) as place:
        assert look(place, "/1.ics", colour).observation.events


@BOTH
def test_reading_stops_at_the_limit(colour: str) -> None:
    """A body without end is left as soon as it is over the limit."""

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not handler.wfile.closed:
            handler.wfile.write(b"x" * 65536)

    limits = DriverLimits(body=1_000_000)
    with town({"/1.ics": endless}, limits=limits) as place, pytest.raises(WireFormatError) as caught:
        place.run(get(place.url("/1.ics")), colour)
    assert caught.value.cap == "body"


def silent(place: Town) -> Page:
    """A page that never answers."""
    return lambda _handler: place.over.wait(30) and None


def dripping(place: Town, *, headers: bool) -> Page:
    """A page that sends a byte at a time, for ever: each in time, the whole never."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if not headers:
            handler.send_response(200)
            handler.end_headers()
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not place.over.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    return answer


@BOTH
@pytest.mark.parametrize("kind", ["silent", "dripping body", "dripping head"])
def test_slow(kind: str, colour: str) -> None:
    """A server that does not answer, or a byte at a time, costs no more than its time."""
    with town({}, limits=QUICK) as place:
        place.pages["/1.ics"] = silent(place) if kind == "silent" else dripping(place, headers=kind == "dripping head")
        with pytest.raises(ChannelUnavailableError, match=r"calendar\.example did not answer in time"):
            look(place, "/1.ics", colour)


def short(handler: BaseHTTPRequestHandler) -> None:
    """Promises more than it sends."""
    page(CALENDAR, Content_Length="5000")(handler)


def broken_chunks(handler: BaseHTTPRequestHandler) -> None:
    """Stops between two chunks."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"5\r\nBEGIN\r\n")


def garbage(handler: BaseHTTPRequestHandler) -> None:
    """Does not speak HTTP."""
    handler.wfile.write(b"\x00\x01\x02 hello\r\n\r\n")


@BOTH
@pytest.mark.parametrize("answer", [short, broken_chunks, garbage])
def test_broken_off(answer: Page, colour: str) -> None:
    """An answer that breaks off, or is no HTTP, is no answer."""
    with town({"/1.ics": answer}) as place, pytest.raises(ChannelUnavailableError, match="broke off"):
        look(place, "/1.ics", colour)


@BOTH
def test_nobody_there(colour: str) -> None:
    """A closed port and an unknown name are told by the host's name alone."""
    with town({}) as place:
        pass
    with pytest.raises(ChannelUnavailableError, match=r"calendar\.example cannot be reached") as caught:
        look(place, "/1.ics", colour)
    assert TOKEN not in str(caught.value)

    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError

    place.names = unknown
    with pytest.raises(ChannelUnavailableError, match="cannot be reached"):
        look(place, "/1.ics", colour)


@BOTH
@pytest.mark.parametrize("code", [socket.EAI_NONAME, socket.EAI_AGAIN])
def test_a_name_that_does_not_exist(code: int, colour: str) -> None:
    """A name that is said not to exist is for its owner to look at; one not asked about will come back."""
    with town({}) as place:
        pass
    missing = code == socket.EAI_NONAME

    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(code, "in the system's own words")

    place.names = unknown
    with pytest.raises(ChannelUnavailableError, match="does not exist" if missing else "cannot be reached") as caught:
        look(place, "/1.ics", colour)
    assert caught.value.retry is (Retry.AFTER_OWNER_ACTS if missing else Retry.LATER)
    assert "system" not in str(caught.value)
    assert TOKEN not in str(caught.value)


# Redirects ------------------------------------------------------------------------------------------------------------
def to(location: str, status: int = 302) -> Page:
    """A page that is somewhere else."""
    return page(status=status, Location=location)


@BOTH
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects(status: int, colour: str) -> None:
    """Three redirects of a GET are followed, relative ones too, without a Referer; the fourth is one too many."""
    ways = {"/0": to("/a"), "/a": to("/b", status), "/b": to("c", status), "/c": to("/d", status)}
    with town({**ways, "/d": page(CALENDAR)}) as place:
        assert look(place, "/a", colour).observation.events
        assert [path for path, _ in place.requests] == [f"/a?s={TOKEN}", "/b", "/c", "/d"]
        assert not any("referer" in headers for _, headers in place.requests)
        with pytest.raises(ChannelUnavailableError, match="redirects without end"):
            look(place, "/0", colour)


@BOTH
@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/secret",
        "http://[::1]:{port}/secret",
        "http://169.254.169.254/latest/meta-data",
        "http://internal.example:{port}/secret",
        "http://user:word@calendar.example:{port}/secret",
        "file:///etc/passwd",
        "ftp://calendar.example/secret",
    ],
)
def test_redirects_to_nowhere_good(location: str, colour: str) -> None:
    """Each hop is judged anew: a redirect to a private address, by number or by name, is refused and not asked."""

    def names(host: str, _port: int) -> list[str]:
        return ["10.0.0.7"] if host == "internal.example" else [PUBLIC]

    with town({"/secret": page(CALENDAR)}, names=names) as place:
        place.pages["/1.ics"] = to(location.format(port=place.port))
        with pytest.raises(AddressRefusedError):
            look(place, "/1.ics", colour)
        assert [path for path, _ in place.requests] == [f"/1.ics?s={TOKEN}"]


@BOTH
def test_redirect_to_no_address(colour: str) -> None:
    """A redirect that cannot be read is a broken answer, told without its text."""
    nowhere = {"/1.ics": to(f"http://calendar.example:{TOKEN}/")}
    with town(nowhere) as place, pytest.raises(ChannelUnavailableError, match="garbled") as caught:
        look(place, "/1.ics", colour)
    assert TOKEN not in str(caught.value)


@BOTH
def test_the_next_address_is_tried(colour: str) -> None:
    """Where a host has several addresses and the first is out of reach, the next one is tried; at most four in all."""
    names = [f"8.8.8.{number}" for number in range(1, 8)]
    with town({"/1.ics": page(CALENDAR)}, names=lambda _host, _port: names) as place:
        place.dead = {"8.8.8.1", "8.8.8.2"}
        assert look(place, "/1.ics", colour).observation.events
        assert place.connections == names[:3]
        place.dead = set(names)
        with pytest.raises(ChannelUnavailableError, match="cannot be reached"):
            look(place, "/1.ics", colour)
        assert place.connections[3:] == names[:4] * 3, "and the request is repeated twice"


@BOTH
def test_keys_stay_at_home(colour: str) -> None:
    """A redirect to another host takes no key along; one on the same host does."""
    with town({"/here": to("/there"), "/there": page(b"")}) as place:
        place.pages["/away"] = to(place.url("/there", host="other.example"))
        for path in ("/here", "/away"):
            place.run(get(place.url(path), Authorization="Bearer 1", X_Api_Key="2", Accept="text/calendar"), colour)
        same, other = place.requests[1][1], place.requests[3][1]
    assert (same["authorization"], same["x-api-key"]) == ("Bearer 1", "2")
    assert not {"authorization", "x-api-key"} & set(other)
    assert other["accept"] == "text/calendar"


@BOTH
def test_a_write_is_not_repeated(colour: str) -> None:
    """A redirect of anything but a GET is handed to the flow as it is."""

    def post() -> Flow[int]:
        response = yield httpx.Request("POST", "https://example.com/", content=b"1")
        return response.status_code

    assert (
        run_simulated(post(), lambda _: httpx.Response(307, headers={"Location": "https://example.com/b"}), colour)
        == 307
    )


@BOTH
def test_no_way_down_from_https(colour: str) -> None:
    """A redirect from https to http is refused: the private link could be read on the way."""
    with pytest.raises(AddressRefusedError, match="https to http"):
        run_simulated(
            get("https://example.com/1.ics"),
            lambda _: httpx.Response(302, headers={"Location": "http://example.com/1.ics"}),
            colour,
        )


def run_simulated(flow: Flow[Any], answer: Any, colour: str) -> Any:
    """Run a flow against a simulator behind an httpx transport: no network at all."""
    if colour == "sync":
        with httpx.Client(transport=httpx.MockTransport(answer)) as client:
            return Driver(client=client).run(flow)

    async def run() -> Any:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            return await AsyncDriver(client=client).run(flow)

    return asyncio.run(run())


# Addresses ------------------------------------------------------------------------------------------------------------
def run_as_it_comes(url: str, colour: str, policy: AddressPolicy | None = None) -> httpx.Response:
    """Run one GET with a driver that nobody gave a client."""

    async def run() -> httpx.Response:
        async with AsyncDriver(policy) as driver:
            return await driver.run(get(url))

    if colour == "async":
        return asyncio.run(run())
    with Driver(policy) as driver:
        return driver.run(get(url))


@BOTH
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1"])
def test_loopback_is_refused_by_default(host: str, colour: str) -> None:
    """A driver as it comes refuses a server on this machine, by number and by name, and never knocks."""
    with town({"/1.ics": page(CALENDAR)}) as place:
        with pytest.raises((AddressRefusedError, ChannelUnavailableError)):
            run_as_it_comes(place.url("/1.ics", host), colour)
        assert not place.requests


@BOTH
def test_rehearsal(colour: str) -> None:
    """With private addresses allowed, the driver as it comes reaches a server on this machine."""
    with town({"/1.ics": page(CALENDAR)}) as place:
        url = place.url("/1.ics", "127.0.0.1")
        assert run_as_it_comes(url, colour, AddressPolicy(allow_private=True)).content == CALENDAR


@BOTH
def test_rebinding(colour: str) -> None:
    """A name is looked up once, and the connection goes to the address judged, not to what it is a moment later."""
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    asked: list[str] = []

    def names(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    with town({"/1.ics": page(CALENDAR)}, names=names) as place:
        assert look(place, "/1.ics", colour).observation.events
        assert (asked, place.connections) == (["calendar.example"], [PUBLIC])
        with pytest.raises(AddressRefusedError):
            look(place, "/1.ics", colour)
        assert len(place.requests) == len(place.connections) == 1


@BOTH
def test_mixed_addresses(colour: str) -> None:
    """A name that has a private address beside a public one is refused, whichever comes first."""
    with town({"/1.ics": page(CALENDAR)}, names=lambda _host, _port: [PUBLIC, "192.168.1.1"]) as place:
        with pytest.raises(AddressRefusedError):
            look(place, "/1.ics", colour)
        assert not place.connections


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[ssl.SSLContext, ssl.SSLContext]]:
    """A certificate for calendar.example that nobody signed: the server's context, and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "calendar.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("calendar.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "both.pem").write_bytes(pem + secret)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "both.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


def test_certificates_are_for_names(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    """The connection goes to a judged address, and the certificate is still checked against the name."""
    from http.server import ThreadingHTTPServer

    from tests.integration.town import _handler

    server_side, client_side = tls
    seen: list[str | None] = []
    server_side.sni_callback = lambda _socket, name, _context: seen.append(name)
    place = Town({"/1.ics": page(CALENDAR)})
    policy = AddressPolicy(allow_private=True, resolve=lambda _host, _port: ["127.0.0.1"])
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(place)) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        server.socket = server_side.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            with open_client(policy, DriverLimits(), tls=client_side) as client:
                driver = Driver(policy, client=client)
                good = f"https://calendar.example:{server.server_port}/1.ics"
                assert driver.run(get(good)).content == CALENDAR
                with pytest.raises(ChannelUnavailableError, match="certificate"):
                    driver.run(get(good.replace("calendar.example", "other.example")))
        finally:
            server.shutdown()
            thread.join()
    assert seen == ["calendar.example", "other.example"]


# Sharing --------------------------------------------------------------------------------------------------------------
@BOTH
def test_connections_per_host(colour: str) -> None:
    """No more than so many requests are at one host at a time; the others wait their turn."""
    lock, full, release = threading.Lock(), threading.Event(), threading.Event()
    active: list[int] = [0, 0]

    def busy(handler: BaseHTTPRequestHandler) -> None:
        with lock:
            active[0] += 1
            active[1] = max(active)
            if active[0] == 2:
                full.set()
        release.wait(30)
        with lock:
            active[0] -= 1
        page(CALENDAR)(handler)

    with town({"/1.ics": busy}, limits=DriverLimits(per_host=2)) as place:
        opener = threading.Thread(target=lambda: full.wait(30) and release.set())
        opener.start()
        if colour == "async":
            answers = place.run_all([get(place.url("/1.ics")) for _ in range(6)], colour)
        else:
            answers = in_threads(place, 6)
        opener.join()
    assert len(answers) == 6
    assert active == [0, 2]


def in_threads(place: Town, number: int) -> list[Any]:
    """Run so many flows in threads that share one driver."""
    policy, answers = AddressPolicy(allow_private=True), []
    with Driver(policy, place.limits) as driver:
        threads = [
            threading.Thread(target=lambda: answers.append(driver.run(get(place.url("/1.ics", "127.0.0.1")))))
            for _ in range(number)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return answers


# Flows ----------------------------------------------------------------------------------------------------------------
@BOTH
def test_errors_reach_the_flow(colour: str) -> None:
    """What goes wrong is thrown into the flow where it waits: it may ask again, and its end is still its own."""

    def stubborn() -> Flow[str]:
        try:
            yield httpx.Request("GET", "http://127.0.0.1/")
        except AddressRefusedError:
            response = yield httpx.Request("GET", "https://example.com/")
            return response.text
        return "answered"

    assert run_simulated(stubborn(), lambda _: httpx.Response(200, text="second"), colour) == "second"


@BOTH
def test_a_flow_is_always_closed(colour: str) -> None:
    """Whatever ends a run, the flow's own cleaning up is done."""
    closed: list[str] = []

    def tidy(url: str) -> Flow[None]:
        try:
            yield httpx.Request("GET", url)
            msg = "its own mistake"
            raise UsageError(msg)
        finally:
            closed.append(url)

    for url in ("http://127.0.0.1/", "https://example.com/"):
        with pytest.raises(UsageError):
            run_simulated(tidy(url), lambda _: httpx.Response(200), colour)
    assert closed == ["http://127.0.0.1/", "https://example.com/"]


@BOTH
def test_a_flow_without_requests(colour: str) -> None:
    """A flow that knows its answer already asks nobody."""

    def knowing() -> Flow[int]:
        if not TOKEN:
            yield httpx.Request("GET", "https://example.com/")
        return 42

    assert run_simulated(knowing(), lambda _: pytest.fail("asked"), colour) == 42


@BOTH
def test_no_secret_in_logs(colour: str, caplog: pytest.LogCaptureFixture) -> None:
    """Even with every logger open, no log line holds the private part of a link."""
    with town({"/1.ics": to("/2.ics?s=" + TOKEN), "/2.ics": page(CALENDAR)}) as place:
        caplog.set_level(logging.DEBUG)
        look(place, "/1.ics", colour)
        for name in ("httpx", "httpcore", "httpcore.connection", "httpcore.http11"):
            caplog.set_level(logging.DEBUG, logger=name)
        with httpx.Client() as plain:
            plain.get(place.url(f"/2.ics?s={TOKEN}", "127.0.0.1"))
    assert "127.0.0.1" in caplog.text
    assert TOKEN not in caplog.text
