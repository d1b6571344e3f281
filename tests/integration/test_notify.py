"""The ways of reaching people against real servers: SMTP with and without encryption, a push service, any web hook."""

from __future__ import annotations

import base64
import json
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import http_ece
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from attrs import define, evolve, field
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from py_vapid import Vapid02

from channelsync.engine.address import AddressPolicy
from channelsync.engine.client import DriverLimits
from channelsync.engine.drive import Driver
from channelsync.errors import DeliveryError, Retry, UsageError
from channelsync.notify.apprise_ import Apprise
from channelsync.notify.push import PUSH_HOSTS, Push, known_service, new_vapid_key, public_key, subscription
from channelsync.notify.smtp import Smtp, SmtpServer
from channelsync.ports import Message, Transport

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
ANNE = "anne@example.org"
MESSAGE = Message(
    "conflict:u:1:o:mail",
    "Double réservation – Gîte du Lac",
    "Du 15 au 18 mars.",
    NOW,
    "<p>Du 15 au 18 mars.</p>",
    True,
)


# --- SMTP -------------------------------------------------------------------------------------------------------------
@define
class Postman:
    """What an SMTP server does with what it is handed; an answer by command, or none to take it."""

    mails: list[Mail] = field(factory=list)
    recipients: list[str] = field(factory=list)
    answers: dict[str, str] = field(factory=dict)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        """Take a recipient, or not."""
        self.recipients.append(address)
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as above
        """Take a mail, or not."""
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return self.answers.get("DATA", "250 OK")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for this machine: as a server shows it, and as a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    file: Path = tmp_path_factory.mktemp("tls") / "cert.pem"
    file.write_bytes(pem + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    client = ssl.create_default_context(cadata=pem.decode())
    return server, client


def known(server, session, envelope, mechanism, data) -> AuthResult:
    """Let in who has the right password."""
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"anne", b"s3cret-p@ss")
    return AuthResult(success=right, handled=False)


class ImplicitTls(Controller):
    """A server that speaks TLS from the first byte; its own check of whether it is up must do so too."""

    def _trigger_server(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), 5) as plain:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            with context.wrap_socket(plain) as encrypted:
                encrypted.recv(100)


@contextmanager
def server(postman: Postman, kind: type[Controller] = Controller, **options: Any) -> Iterator[int]:
    """A real SMTP server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    control = kind(postman, hostname="127.0.0.1", port=port, **options)
    control.start()
    try:
        yield port
    finally:
        control.stop()


def smtp(scheme: str, port: int, tls: ssl.SSLContext | None = None, login: str = "", **options: Any) -> Smtp:
    """The way by e-mail to that server."""
    there = SmtpServer.parse(f"{scheme}://{login}127.0.0.1:{port}")
    return Smtp(there, "alerts@gite.example", tls=tls, **options)


def refusal(way: Transport, message: Message = MESSAGE, address: str = ANNE) -> DeliveryError:
    """Why a message was not taken; whatever it is, no address and no password is told."""
    with pytest.raises(DeliveryError) as caught:
        way.send(message, address)
    told = f"{caught.value!s} {caught.value!r} {caught.value.advice}"
    for secret in (ANNE, "s3cret", "Lac", address):
        assert secret not in told
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


def test_a_mail_in_the_open() -> None:
    """A mail has text and HTML, says that no person wrote it, and has the same Message-ID whenever it is sent."""
    postman = Postman()
    with server(postman) as port:
        way = smtp("smtp+insecure", port)
        way.send(MESSAGE, ANNE)
        way.send(evolve(MESSAGE, at=NOW + timedelta(hours=1)), ANNE)
        way.send(evolve(MESSAGE, key="another"), ANNE)
    first, again, other = postman.mails
    assert first["Subject"] == "Double réservation – Gîte du Lac"
    assert first["From"] == "channelsync <alerts@gite.example>"
    assert (first["To"], first["Auto-Submitted"]) == (ANNE, "auto-generated")
    assert first["Date"].datetime == NOW
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert first["Message-ID"].endswith("@gite.example>")
    assert "List-Unsubscribe" not in first
    assert isinstance(first, Mail)
    assert [part.get_content_type() for part in first.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert first.get_body(("plain",)).get_content().strip() == MESSAGE.text
    assert first.get_body(("html",)).get_content().strip() == MESSAGE.html


def test_a_mail_over_starttls_with_a_login(certificate) -> None:
    """With STARTTLS the password goes over an encrypted connection only; the certificate must be right."""
    postman, (shown, trusted) = Postman(), certificate
    options = {"require_starttls": True, "auth_required": True, "authenticator": known}
    with server(postman, tls_context=shown, **options) as port:
        smtp("smtp", port, trusted, "anne:s3cret-p%40ss@").send(MESSAGE, ANNE)
        assert "password" in str(refusal(smtp("smtp", port, trusted, "anne:s3cret@")))
        assert "certificate" in str(refusal(smtp("smtp", port, None, "anne:s3cret-p%40ss@")))
    assert len(postman.mails) == 1


def test_a_mail_over_tls(certificate) -> None:
    """A server that speaks TLS from the first byte takes mails too, and one with a wrong certificate gets none."""
    postman, (shown, trusted) = Postman(), certificate
    with server(postman, ImplicitTls, ssl_context=shown) as port:
        smtp("smtps", port, trusted).send(MESSAGE, ANNE)
        assert "certificate" in str(refusal(smtp("smtps", port)))
    assert len(postman.mails) == 1


def test_without_encryption_nothing_is_sent() -> None:
    """Where STARTTLS is expected and not offered, neither the password nor the mail leaves."""
    postman = Postman()
    with server(postman) as port:
        assert "STARTTLS" in str(refusal(smtp("smtp", port, None, "anne:s3cret-p%40ss@")))
        assert "STARTTLS" in str(refusal(smtp("smtp", port)))
    assert not postman.recipients


@pytest.mark.parametrize(
    "command, answer, gone, retry",
    [
        ("RCPT", "451 4.7.1 Greylisted, come back later, anne@example.org", False, Retry.LATER),
        ("RCPT", "550 5.1.1 <anne@example.org>: no such user", True, Retry.NEVER),
        ("RCPT", "550 5.7.1 anne@example.org: relaying denied", False, Retry.NEVER),
        ("RCPT", "550 unknown", False, Retry.NEVER),
        ("DATA", "452 4.2.2 mailbox full", False, Retry.LATER),
        ("DATA", "554 5.7.1 spam", False, Retry.NEVER),
    ],
)
def test_refusals(command, answer, gone, retry) -> None:
    """What is put off is tried again, what is refused is not, and only a recipient that is not there is gone."""
    postman = Postman(answers={command: answer})
    with server(postman) as port:
        error = refusal(smtp("smtp+insecure", port))
    assert (error.gone, error.retry) == (gone, retry)


def test_a_server_that_hangs_or_is_not_there() -> None:
    """A server that says nothing, or is away, costs a bounded time, and the mail is tried again."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert "in time" in str(refusal(smtp("smtp+insecure", port, patience=0.2)))
        assert "in time" in str(refusal(smtp("smtp+insecure", port, total=0.2)))
    assert refusal(smtp("smtp+insecure", port)).retry is Retry.LATER


@pytest.mark.parametrize(
    "address", ["", "anne", "anne@", "a nne@example.org", "anne@example.org\nBcc: x@example.org", "a@b@c", "é@x.fr"]
)
def test_no_header_can_be_smuggled_in(address) -> None:
    """A bad address is refused before a server hears of it; a title with line breaks stays one line."""
    postman = Postman()
    with server(postman) as port:
        way = smtp("smtp+insecure", port)
        assert refusal(way, address=address or "(none)").gone
        way.send(evolve(MESSAGE, title="Gîte\r\nBcc: all@example.org\x00 du Lac"), ANNE)
    assert postman.recipients == [ANNE]
    assert postman.mails[0]["Subject"] == "Gîte Bcc: all@example.org du Lac"
    assert "Bcc" not in postman.mails[0]


def test_a_server_hears_only_of_the_recipient() -> None:
    """A server that is too old for anything but HELO is spoken to as well."""

    class Old(SMTP):
        async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
            await self.push("502 unknown")

    class Controlled(Controller):
        def factory(self) -> SMTP:
            return Old(self.handler)

    postman = Postman()
    with server(postman, Controlled) as port:
        smtp("smtp+insecure", port).send(MESSAGE, ANNE)
    assert len(postman.mails) == 1


# --- Web Push, and web hooks ------------------------------------------------------------------------------------------
@define
class Place:
    """A web server that notes what is posted to it, and answers as told."""

    port: int = 0
    status: int = 201
    headers: dict[str, str] = field(factory=dict)
    posts: list[tuple[str, dict[str, str], bytes]] = field(factory=list)
    hang: threading.Event | None = None


@pytest.fixture
def place() -> Iterator[Place]:
    """That server, on this machine."""
    here = Place()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            here.posts.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            if here.hang is not None:
                here.hang.wait(20)
            self.send_response(here.status)
            for name, value in here.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        here.port = served.server_port
        thread = threading.Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        yield here
        served.shutdown()
        thread.join()


@define
class Browser:
    """A browser with a subscription: it alone can read what is sent to it."""

    place: Place
    key: ec.EllipticCurvePrivateKey = field(factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"0123456789abcdef"

    @property
    def subscription(self) -> str:
        """What it hands over."""
        form = serialization.PublicFormat.UncompressedPoint
        point = self.key.public_key().public_bytes(serialization.Encoding.X962, form)
        keys = {"p256dh": _text(point), "auth": _text(self.auth)}
        return json.dumps({"endpoint": f"http://127.0.0.1:{self.place.port}/send/s3cret", "keys": keys})

    def read(self, body: bytes) -> dict[str, Any]:
        """Decrypt what came."""
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.fixture
def pushing() -> Iterator[Callable[..., Push]]:
    """The way to browsers, over the engine's driver; rehearsals may stay on this machine."""
    key = new_vapid_key()
    with Driver(AddressPolicy(allow_private=True), DriverLimits(total=0.5)) as driver:
        yield lambda: Push(driver.run, lambda: key, "mailto:alerts@gite.example", insecure=True)


def test_a_push_message(place, pushing) -> None:
    """Only the browser reads a push message; the service sees how urgent it is, how long it is good for, who sends."""
    browser, way = Browser(place), pushing()
    way.send(MESSAGE, browser.subscription)
    ((path, headers, body),) = place.posts
    assert path == "/send/s3cret"
    assert browser.read(body) == {
        "key": MESSAGE.key,
        "title": MESSAGE.title,
        "body": MESSAGE.text,
        "urgent": True,
    }
    assert b"Lac" not in body
    assert (headers["urgency"], headers["ttl"], headers["content-encoding"]) == ("high", "86400", "aes128gcm")
    assert len(headers["topic"]) <= 32
    assert Vapid02.verify(headers["authorization"])
    claims = json.loads(base64.urlsafe_b64decode(headers["authorization"].split("t=")[1].split(".")[1] + "=="))
    assert claims["aud"] == f"http://127.0.0.1:{place.port}"
    assert NOW.timestamp() < claims["exp"] <= NOW.timestamp() + 86_400
    assert headers["authorization"].endswith(public_key(way.key()))


def test_a_push_message_replaces_itself(place, pushing) -> None:
    """The same message has the same topic, another has another; a long text is cut, so that the service takes it."""
    way, browser = pushing(), Browser(place)
    long = evolve(MESSAGE, text="é" * 5000, urgent=False, key="other", link="https://gite.example/")
    for message in (MESSAGE, MESSAGE, long):
        way.send(message, browser.subscription)
    topics = [headers["topic"] for _, headers, _ in place.posts]
    assert topics[0] == topics[1] != topics[2]
    assert len(place.posts[2][2]) <= 4096
    assert browser.read(place.posts[2][2])["link"] == "https://gite.example/"
    assert place.posts[2][1]["urgency"] == "normal"


@pytest.mark.parametrize(
    "status, gone, retry",
    [
        (404, True, Retry.NEVER),
        (410, True, Retry.NEVER),
        (403, False, Retry.NEVER),
        (413, False, Retry.NEVER),
        (429, False, Retry.LATER),
        (500, False, Retry.LATER),
        (302, False, Retry.NEVER),
    ],
)
def test_what_a_push_service_answers(place, pushing, status, gone, retry) -> None:
    """Gone is gone, a busy service is asked again when it says, and no redirect is followed."""
    place.status, place.headers = status, {"Retry-After": "120", "Location": "/elsewhere"}
    error = refusal(pushing(), address=Browser(place).subscription)
    assert (error.gone, error.retry) == (gone, retry)
    assert error.retry_after == (None if gone else timedelta(minutes=2))
    assert len(place.posts) == 1


def test_a_push_service_that_hangs_or_is_away(place, pushing) -> None:
    """A service that does not answer costs a bounded time; one that is away is tried again."""
    address = Browser(place).subscription
    place.hang = threading.Event()
    try:
        assert refusal(pushing(), address=address).retry is Retry.LATER
    finally:
        place.hang.set()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    assert refusal(pushing(), address=address.replace(str(place.port), str(free))).retry is Retry.LATER


def test_push_goes_to_public_hosts_only(place) -> None:
    """A subscription that leads into the house, or without TLS, gets nothing, and is forgotten."""
    key = new_vapid_key()
    address = Browser(place).subscription
    with Driver(AddressPolicy()) as driver:
        closed = Push(driver.run, lambda: key, "mailto:alerts@gite.example")
        assert refusal(closed, address=address).gone
        assert refusal(closed, address=address.replace("http://", "https://")).gone
    assert not place.posts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"endpoint": "https://push.example/1", "keys": {"p256dh": "AA", "auth": "AA"}}',
        '{"endpoint": "https://push.example/1"}',
        '{"endpoint": "https://[push", "keys": {"p256dh": "é", "auth": "AA"}}',
    ],
)
def test_what_is_no_subscription(text) -> None:
    """Only what a browser gives is taken for a subscription."""
    with pytest.raises(UsageError):
        subscription(text)


def test_a_subscription_leads_to_https(place) -> None:
    """An endpoint without TLS is no subscription, wherever it leads."""
    text = Browser(place).subscription.replace("127.0.0.1", "push.example")
    with pytest.raises(UsageError, match="https"):
        subscription(text)
    assert subscription(text.replace("http:", "https:"))["endpoint"].startswith("https://push.example")


@pytest.mark.parametrize(
    "host, known",
    [
        ("fcm.googleapis.com", True),
        ("updates.push.services.mozilla.com", True),
        ("push.services.mozilla.com", False),
        ("evil-push.services.mozilla.com", False),
        ("fcm.googleapis.com.example", False),
        ("127.0.0.1", False),
        ("push.example", False),
    ],
)
def test_push_services_are_known_by_name(host, known) -> None:
    """Only the browsers' own push services are written to, and those that whoever runs the server has added."""
    device = {"endpoint": f"https://{host}/1"}
    if known:
        known_service(device)
    else:
        with pytest.raises(UsageError, match="not known") as refused:
            known_service(device)
        assert host in refused.value.advice
        known_service(device, (*PUSH_HOSTS, host))


def test_a_damaged_subscription_is_gone(place, pushing) -> None:
    """Keys that are no point on the curve can never be written to."""
    text = json.loads(Browser(place).subscription)
    text["keys"]["p256dh"] = _text(b"\x04" + b"\x01" * 64)
    assert refusal(pushing(), address=json.dumps(text)).gone


def test_any_service_of_apprise(place, caplog) -> None:
    """A service that apprise knows takes title and text; one that does not answer well is tried again; nothing logs."""
    address = f"json://anne:s3cret@127.0.0.1:{place.port}/hook-s3cret"
    place.status = 200
    with caplog.at_level(logging.DEBUG):
        Apprise().send(MESSAGE, address)
        (_, _, body), *_ = place.posts
        sent = json.loads(body)
        assert (sent["title"], sent["message"], sent["type"]) == (MESSAGE.title, MESSAGE.text, "warning")
        place.status = 503
        assert refusal(Apprise(), address=address).retry is Retry.LATER
        assert refusal(Apprise(), address="nothing-we-know://s3cret").retry is Retry.NEVER
    assert "s3cret" not in caplog.text
