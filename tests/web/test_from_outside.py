"""What strangers can make us fetch or read: addresses into our own network, bombs, and what is nested without end."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.service.preferences import APPRISE
from channelsync_web.asgi import create_app
from tests.web.phone import Phone
from tests.web.site import Browser, Site
from tests.web.walking import places

INWARD = (
    "http://127.0.0.1:22/x.ics",
    "http://localhost/x.ics",
    "http://127.1/x.ics",
    "http://2130706433/x.ics",
    "http://0x7f000001/x.ics",
    "http://0.0.0.0/x.ics",
    "http://10.0.0.1/x.ics",
    "http://192.168.1.1/x.ics",
    "http://100.64.0.1/x.ics",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/metadata",
    "http://[::1]/x.ics",
    "http://[fe80::1]/x.ics",
    "http://[fd00:ec2::254]/x.ics",
    "http://[::ffff:127.0.0.1]/x.ics",
    "http://[::ffff:7f00:1]/x.ics",
    "http://[64:ff9b::7f00:1]/x.ics",
    "http://[2002:7f00:1::]/x.ics",
    "http://inward.example/x.ics",
    "http://both.example/x.ics",
    "https://user:password@calendar.example/x.ics",
    "file:///etc/passwd",
    "gopher://127.0.0.1/x",
    "dict://127.0.0.1:11211/stat",
)
NAMES = {"inward.example": ["10.1.2.3"], "both.example": ["93.184.216.34", "127.0.0.1"]}
"""What names resolve to here; every other name that looks like one does not exist."""


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[tuple[Browser, cs.Manager]]:
    """A browser of an installation that reads public addresses only, and its manager."""

    def found(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        if host == "localhost" or host[0].isdigit() or ":" in host:
            return real(host, port, type=socket.SOCK_STREAM)  # type: ignore[return-value]
        if host not in NAMES:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in NAMES[host]]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", found)
    with cs.open(str(tmp_path / "guarded.db"), environ={}) as manager:
        app = create_app(manager, environ={})
        owner = manager.add_owner("Camille").owner.id
        with Browser(app) as browser:
            browser.enter(owner)
            yield browser, manager


def test_no_pasted_address_leads_inward(guarded: tuple[Browser, cs.Manager]) -> None:
    """No address of our own machine or network is fetched, however it is written, and whatever its name resolves to."""
    browser, manager = guarded
    unit = manager.add_unit("Gîte du Lac")
    for feed in INWARD:
        for platform in ("airbnb", "ical.autre"):
            answer = browser.post(
                f"/logements/{unit.id}/relier?plateforme={platform}", data={"feed": feed, "name": "Abritel"}
            )
            assert answer.status_code == 422, feed
            assert "root:" not in answer.text
    assert manager.links(unit) == ()


def test_a_name_that_does_not_exist(guarded: tuple[Browser, cs.Manager]) -> None:
    """A link with a wrong letter in its host's name is told as that, and nothing is linked that could never be read."""
    browser, manager = guarded
    unit = manager.add_unit("Gîte du Lac")
    answer = browser.post(
        f"/logements/{unit.id}/relier?plateforme=airbnb", data={"feed": "https://airbnd.fr/x.ics?s=1"}
    )
    assert answer.status_code == 422
    assert "irbnd.fr n’existe pas : aucune adresse n’est connue sous ce nom" in answer.text
    assert "recopiez le lien" in answer.text
    assert manager.links(unit) == ()


def test_no_device_is_reached_but_by_a_push_service(guarded: tuple[Browser, cs.Manager]) -> None:
    """A browser's subscription may lead to the browsers' own push services only: it is a URL that we post to."""
    browser, _ = guarded
    phone = Phone()
    for address in (*INWARD, "https://calendar.example/send", "https://fcm.googleapis.com.evil.example/send"):
        phone.address = address
        answer = browser.post("/reglages/appareils", data={"abonnement": phone.subscription})
        assert answer.status_code == 422, address
    assert "/retirer" not in browser.get("/reglages/appareils").text


def test_a_service_of_any_kind_is_for_who_runs_this(site: Site) -> None:
    """Apprise may lead into our own network, or to this machine: only the installation's own owner sets one."""
    site.owner("Camille")
    order, address = "/reglages/notifications/service", {"adresse": "json://169.254.169.254/latest"}
    other = site.browser("Dominique")
    assert order not in other.get("/reglages/notifications").text
    assert other.post(order, data=address).status_code == 404
    with site.manager.ledger.reading() as tx:
        assert tx.secret(APPRISE, site.owner("Dominique")) is None
    assert order in site.browser().get("/reglages/notifications").text


# --- what a calendar's server may do to us ----------------------------------------------------------------------------


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.end_headers()
    handler.wfile.write(HEAD)
    while True:
        handler.wfile.write(b"X-NOTHING:" + b"a" * 60_000 + b"\r\n")


def _packed(body: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        handler.wfile.write(gzip.compress(body))

    return send


HEAD = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n"
EVENT = b"BEGIN:VEVENT\r\nUID:%d\r\nDTSTART;VALUE=DATE:20270401\r\nDTEND;VALUE=DATE:20270402\r\nEND:VEVENT\r\n"
RRULE = HEAD + EVENT.replace(b"END:VEVENT", b"RRULE:FREQ=SECONDLY\r\nEND:VEVENT") % 1 + b"END:VCALENDAR\r\n"
BOMBS: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
    "endless": _endless,
    "packed": _packed(HEAD + b"X-NOTHING:" + b"a" * 60_000_000),
    "packed twice": _packed(gzip.compress(b"a" * 60_000_000)),
    "one line": _packed(HEAD + b"SUMMARY:" + b" \r\n " * 1_000_000),
    "events": _packed(HEAD + b"".join(EVENT % number for number in range(60_000)) + b"END:VCALENDAR\r\n"),
    "nested": _packed(HEAD + b"BEGIN:VEVENT\r\n" * 100_000),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_calendar_that_is_a_bomb(site: Site, kind: str) -> None:
    """What is endless, unpacks without measure or is nested deep is let go of at a limit, said so, and not linked."""
    unit = site.manager.add_unit("Gîte du Lac", owner=site.owner())
    with _served(BOMBS[kind]) as address:
        answer = site.browser().post(
            f"/logements/{unit.id}/relier?plateforme=airbnb", data={"feed": f"{address}/x.ics"}
        )
    assert answer.status_code == 422
    assert site.manager.links(unit) == ()


@contextmanager
def _served(send: Callable[[BaseHTTPRequestHandler], None]) -> Generator[str]:
    """Serve one answer on loopback, whoever asks."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar")
            with suppress(OSError):  # who asked has gone
                send(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


# --- what is sent to our own forms ------------------------------------------------------------------------------------


DEEP = {
    "application/json": b"[" * 100_000,
    "application/x-www-form-urlencoded": b"abonnement=" + b"[" * 100_000 + b"&credential=" + b'{"a":' * 20_000,
    "multipart/form-data; boundary=x": b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n' * 500,
    "text/plain": b"name=x",
    "application/x-msgpack": b"\x91" * 100_000,
    "application/json; charset=utf-7": b"+AHs-",
    "": b"\x00",
}


@pytest.mark.slow
def test_nothing_is_nested_too_deep(site: Site) -> None:
    """What is nested without end, or of a kind that no form of ours has, is refused like any other nonsense."""
    site.lodging()
    wrong, browser, rest = [], site.browser(), cycle([*DEEP][2:])
    for place in places(site.app):
        for kind in (*[*DEEP][:2], next(rest)) if place.method == "POST" and place.path != "/deconnexion" else ():
            answer = browser.post(place.filled({}), content=DEEP[kind], headers={"content-type": kind})
            if answer.status_code >= 500:
                wrong.append((str(place), kind, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize(
    "odd",
    [
        {"cookie": "channelsync=" + "a" * 30_000},
        {"cookie": "channelsync=\x00; language=\xff; =; ;;; channelsync"},
        {"cookie": "language=../../etc/passwd; channelsync=' or 1=1 --"},
        {"accept-language": "fr;q=x," * 2000},
        {"accept": "text/html" + ";q=0.1" * 2000},
        {"x-forwarded-for": "'; drop table owners", "x-forwarded-proto": "gopher", "x-forwarded-host": "evil.example"},
        {"range": "bytes=0-0,-1", "if-none-match": '"' * 500, "if-modified-since": "yesterday"},
        {"content-length": "5", "transfer-encoding": "identity", "expect": "100-continue"},
    ],
)
def test_odd_headers_are_no_fault(site: Site, odd: dict[str, str]) -> None:
    """Whatever a browser says of itself, pages are made, or refused in words; nobody is signed in by it."""
    given = [(name.encode(), value.encode("latin-1")) for name, value in odd.items()]
    for browser in (site.browser(), site.browser(None)):
        for path in ("/", "/connexion", "/calendrier", "/manifest.webmanifest", "/rien"):
            answer = browser.get(path, headers=given)
            assert answer.status_code < 500, path
            assert "evil.example" not in answer.text
    assert "cookie" not in odd or browser.get("/", headers=given).status_code in {303, 400}


ONWARD = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "\\\\evil",
)


def test_no_form_leads_away(site: Site) -> None:
    """Whatever a form says to go on to once it is done, the answer stays on this site."""
    site.lodging()
    browser, others = site.browser(), cycle(ONWARD[1:])
    for place in places(site.app):
        for where in (ONWARD[0], next(others)) if place.method == "POST" and place.path != "/deconnexion" else ():
            data = dict.fromkeys(("vers", "retour", "next", "to", "avec"), where) | {"langue": "fr"}
            onward = browser.post(place.filled({}), data=data).headers.get("location", "/")
            assert onward.startswith("/"), (str(place), onward)
            assert not onward.startswith(("//", "/\\")), (str(place), onward)
            assert "evil" not in onward.partition("?")[0], (str(place), onward)
