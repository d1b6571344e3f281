"""Looking at an installation from outside: what is right, what stands in front of it, and what is somebody else's."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from litestar.testing import TestClient

import channelsync as cs
from channelsync.engine.drive import Driver
from channelsync.manager import Manager
from channelsync.service.outside import (
    Answered,
    calendar_answers,
    certificate_of,
    clock_is_kept,
    hook_answers,
    name_of,
    unknown_answers,
)
from channelsync_web.asgi import create_app
from tests.contract.command import run
from tests.integration.test_library import Town, town  # noqa: F401 - a fixture

BASE = "https://gites.example.org"


@pytest.fixture
def manager(town: Town, tmp_path: Path):  # noqa: F811
    """A lodging whose address for Booking.com has been given out."""
    environ = {"CHANNELSYNC_BASE_URL": BASE}
    place = str(tmp_path / "gite.db")
    with cs.open(place, now=town.now, allow_private_addresses=True, environ=environ) as made:
        made.link(made.add_unit("Gîte du Lac"), "booking", feed=town.url("booking"))
        made.sync()
        made.feed_url("gite-du-lac", "booking")
        yield made


@contextmanager
def through(answer: Callable[[httpx.Request], httpx.Response]) -> Iterator[Driver]:
    """A driver whose every request is answered so."""
    with httpx.Client(transport=httpx.MockTransport(answer)) as client, Driver(client=client) as driver:
        yield driver


@contextmanager
def in_front_of(manager: Manager) -> Iterator[Driver]:
    """A driver that reaches the real app by its public name."""
    with TestClient(create_app(manager, environ={"CHANNELSYNC_BASE_URL": BASE}), base_url=BASE) as web:

        def answer(request: httpx.Request) -> httpx.Response:
            got = web.get(request.url.raw_path.decode(), headers=dict(request.headers))
            return httpx.Response(got.status_code, headers=got.headers, content=got.content)

        with through(answer) as driver:
            yield driver


def test_our_own_is_known(manager: Manager) -> None:
    """Everything is right where this installation answers, and its reading counts as nobody's."""
    with in_front_of(manager) as driver:
        assert unknown_answers(driver, BASE) == (Answered.RIGHT, "")
        assert hook_answers(driver, BASE) == (Answered.RIGHT, "")
        assert calendar_answers(manager, driver, BASE) == (Answered.RIGHT, "")
    (reader,) = manager.feed_readers("gite-du-lac", "booking").readers
    assert not reader.platform


def test_a_copy_elsewhere_is_not_this_one(manager: Manager, town: Town, tmp_path: Path) -> None:  # noqa: F811
    """The same addresses served out of another database are found out: this one has written no fetch down."""
    with manager.ledger.reading() as tx:
        (link,) = tx.listings()
        sealed = tx.secret("calendar", link.id)
    assert sealed is not None

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "text/calendar"}, content=b"BEGIN:VCALENDAR\r\n")

    with through(answer) as driver:
        assert calendar_answers(manager, driver, BASE) == (Answered.ANOTHER, "")


@pytest.mark.parametrize(
    "response, expected",
    [
        pytest.param(httpx.Response(200, html="<h1>Sign in</h1>"), Answered.PAGE, id="a sign-in"),
        pytest.param(httpx.Response(403, html="Are you a robot?"), Answered.PAGE, id="a check for robots"),
        pytest.param(httpx.Response(404, text="nothing here"), Answered.STRANGE, id="another server"),
        pytest.param(httpx.Response(502, text=""), Answered.STRANGE, id="a proxy with nobody behind it"),
    ],
)
def test_what_stands_in_front_is_told(manager: Manager, response: httpx.Response, expected: Answered) -> None:
    """A page, or an answer that is not ours, is never taken for us."""
    with through(lambda _: response) as driver:
        assert unknown_answers(driver, BASE)[0] is expected
        assert hook_answers(driver, BASE)[0] is expected
        found = calendar_answers(manager, driver, BASE)
        assert found is not None
        assert found[0] is expected


def test_silence_is_told_without_the_address(manager: Manager) -> None:
    """Where nothing answers that is said, and not by which secret path it was asked."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(str(request.url))

    with through(answer) as driver:
        found = calendar_answers(manager, driver, BASE)
    assert found is not None
    assert found[0] is Answered.SILENT
    assert "/c/" not in found[1]


def test_a_name_must_lead_to_a_public_address() -> None:
    """What leads nowhere has no address; what leads into a private network has a fault."""
    assert name_of("x.example", resolve=lambda *_: ["11.0.0.1"]).fault == ""
    assert name_of("x.example", resolve=lambda *_: ["11.0.0.1", "10.0.0.1"]).fault == "a private or reserved address"

    def nowhere(*_: object) -> list[str]:
        raise OSError

    assert name_of("x.example", resolve=nowhere).addresses == ()


def test_a_certificate_tells_how_long_it_holds(tmp_path: Path) -> None:
    """A trusted one gives its times; one that is not trusted, or none at all, gives none."""
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    with encrypted(tmp_path, until) as port:
        trust = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        assert certificate_of("localhost", port, trust).until == until
        stranger = certificate_of("localhost", port, ssl.create_default_context())
    assert (stranger.until, bool(stranger.fault)) == (None, True)
    assert certificate_of("localhost", port, trust).until is None


def test_the_clock_is_asked_of_the_system() -> None:
    """The system says whether a time server keeps its clock, or says nothing; nothing is set by that."""
    before = datetime.now(UTC)
    assert clock_is_kept() in {True, False, None}
    assert abs(datetime.now(UTC) - before) < timedelta(seconds=5)


def test_without_a_public_address_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    """`doctor --public` says what to set where the installation is only for its own machine."""
    answer = run("--db", tmp_path / "none.db", "--json", "doctor", "--public")
    assert answer.code == 1
    found = {one["what"]: one for one in answer.document["checks"]}
    assert found["name"]["state"] == "fail"
    assert "CHANNELSYNC_BASE_URL" in found["name"]["advice"]


@contextmanager
def encrypted(folder: Path, until: datetime) -> Iterator[int]:
    """A server on loopback that shows a certificate of its own and says nothing."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(until - timedelta(days=90))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for _ in range(2):
                wire, _ = server.accept()
                try:
                    context.wrap_socket(wire, server_side=True).close()
                except OSError:
                    wire.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)
