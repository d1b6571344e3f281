"""Others call over real HTTP: what comes is durable before it is answered, and only then acted on."""

from __future__ import annotations

import hmac
import json
import logging
import socket
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint
from typing import Any

import httpx
import pytest
import uvicorn
from attrs import define, frozen
from litestar import Litestar
from litestar.logging import LoggingConfig
from litestar.testing import TestClient

from channelsync.adapter import Capability, ChannelPlugin, Hint, Registry, discover
from channelsync.engine.address import AddressPolicy
from channelsync.errors import LedgerError, UsageError, WireFormatError
from channelsync.ids import AccountId, ChannelName
from channelsync.ledger import open_ledger
from channelsync.manager import Manager
from channelsync.manager.reading import Reader
from channelsync.service.hooks import called_by, close_hook, find_hook, hook
from channelsync.service.inbox import LONGEST_BODY, Inbox
from channelsync.vault import open_vault
from channelsync_web.asgi import create_app
from channelsync_web.hooks import hook_routes
from channelsync_web.hooks.routes import LONGEST_REQUEST
from tests.unit.mail.letters import GMAIL, letter

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
KEY = b"the platform's signing key"


@frozen
class Webhooks:
    """A platform's API that calls: it signs what it sends, and names a listing, or none for all of the account."""

    def hints(self, headers: Mapping[str, str], body: bytes) -> tuple[Hint, ...]:
        """Take only what is signed."""
        if not hmac.compare_digest(headers.get("x-example-signature", ""), signed(body)):
            msg = "the signature is wrong"
            raise WireFormatError(msg)
        return tuple(Hint(one) for one in json.loads(body)["listings"])


def signed(body: bytes) -> str:
    """The signature of a delivery."""
    return hmac.new(KEY, body, "sha256").hexdigest()


plugin = ChannelPlugin(
    name=ChannelName("example"),
    title="Example",
    api=Webhooks(),
    capabilities=frozenset({Capability.RECEIVES_WEBHOOKS}),
)


@define
class Port:
    """The app being served, and what stands behind it."""

    url: str
    manager: Manager
    inbox: Inbox

    def post(self, path: str, content: bytes | None = None, **more: Any) -> httpx.Response:
        """Call."""
        return httpx.request(more.pop("method", "POST"), f"{self.url}{path}", content=content, timeout=30, **more)

    def outcomes(self) -> list[str]:
        """How what came in ended, oldest first; waits until everything has."""
        pause = threading.Event()
        for _ in range(600):
            with self.manager.ledger.reading() as tx:
                rows = tx._connection.exec_driver_sql("SELECT outcome FROM inbox ORDER BY seq").all()
            if all(row.outcome for row in rows):
                break
            pause.wait(0.02)
        return [row.outcome for row in rows]

    def due(self) -> set[str]:
        """The listings that are due, by their ids on the platform or their channel."""
        with self.manager.ledger.reading() as tx:
            links = [tx.listing(one.listing) for one in tx.due_listings(NOW)]
        return {link.external_id or link.channel for link in links}


def registry() -> Registry:
    """Airbnb, and a platform that calls."""
    return discover(
        [
            EntryPoint("airbnb", "channelsync_airbnb:plugin", "channelsync.channels"),
            EntryPoint("example", f"{__name__}:plugin", "channelsync.channels"),
        ]
    )


@pytest.fixture
def port(tmp_path) -> Iterator[Port]:
    """Two listings on an account that calls, one on another account, one of Airbnb; none of them due."""
    database = str(tmp_path / "gite.db")
    vault = open_vault(database, secrets_exist=False)
    with Manager(open_ledger(database, now=NOW), vault, registry(), Reader(AddressPolicy()), lambda: NOW) as manager:
        _house(manager)
        inbox = Inbox(manager, servers=[GMAIL])
        app = Litestar(
            [hook_routes(lambda: inbox, lambda: NOW)],
            openapi_config=None,
            logging_config=LoggingConfig(configure_root_logger=False),
        )
        with served(app) as url:
            yield Port(url, manager, inbox)


def _house(manager: Manager) -> None:
    with manager.ledger.transaction() as tx:
        owner = tx.add_owner("Anne", at=NOW)
        unit = tx.add_unit(owner.id, "Lac", at=NOW)
        first, second = (tx.add_account(owner.id, ChannelName("example"), name, at=NOW).id for name in "ab")
        listings: list[tuple[str, str, AccountId | None, str]] = [
            ("example", "1", first, "L1"),
            ("example", "2", first, "L2"),
            ("example", "3", second, "L3"),
            ("airbnb", "", None, ""),
        ]
        for channel, label, account, name in listings:
            link = tx.add_listing(unit.id, ChannelName(channel), label=label, account=account, external_id=name, at=NOW)
            tx.done(link.id, 1, NOW + timedelta(hours=1), now=NOW)


class served:  # noqa: N801 - used as a function
    """Serve an app on a free port in a thread, as uvicorn does in earnest."""

    def __init__(self, app: Litestar) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as for a server that binds its port itself
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]})

    def __enter__(self) -> str:
        self.thread.start()
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(30)
        self.socket.close()


@pytest.fixture
def account(port: Port) -> AccountId:
    """The account with two listings."""
    with port.manager.ledger.reading() as tx:
        return tx.accounts()[0].id


def delivery(*listings: str) -> dict[str, Any]:
    """What the platform sends."""
    body = json.dumps({"listings": listings}).encode()
    headers = {"Content-Type": "application/json", "X-Example-Signature": signed(body), "Cookie": "geheim=1"}
    return {"content": body, "headers": headers}


def test_webhook(port: Port, account: AccountId) -> None:
    """A delivery is about the listing it names, or all of the account; the answer is empty."""
    token = hook(port.manager, "example", account, now=NOW)
    answer = port.post(f"/hooks/example/{token}", **delivery("L2"))
    assert (answer.status_code, answer.content) == (202, b"")
    assert port.outcomes() == ["example"]
    assert port.due() == {"L2"}
    port.post(f"/hooks/example/{token}", **delivery(""))
    assert port.outcomes() == ["example"] * 2
    assert port.due() == {"L1", "L2"}, "and nothing of the other account"


def test_a_wrong_signature_causes_nothing(port: Port, account: AccountId) -> None:
    """Who knows the address and not the platform's key makes nothing due."""
    token = hook(port.manager, "example", account, now=NOW)
    call = delivery("L2")
    call["headers"]["X-Example-Signature"] = "0" * 64
    assert port.post(f"/hooks/example/{token}", **call).status_code == 202
    assert port.outcomes() == ["refused: its plugin does not take it"]
    assert port.due() == set()


def test_the_same_delivery_twice(port: Port, account: AccountId) -> None:
    """One that names itself counts once; equal ones without a name may be two events."""
    token = hook(port.manager, "example", account, now=NOW)
    named = delivery("L2")
    named["headers"]["Webhook-Id"] = "msg_1"
    for call in (named, named, delivery("L1"), delivery("L1")):
        assert port.post(f"/hooks/example/{token}", **call).status_code == 202
    assert port.outcomes() == ["example"] * 3


@pytest.mark.parametrize(
    "form",
    [
        {"content": letter(), "headers": {"Content-Type": "message/rfc822"}},
        {"files": {"email": (None, letter())}, "data": {"SPF": "pass"}},
        {"data": {"body-mime": letter().decode(), "recipient": "a@example.org"}},
        {"files": {"body-mime": ("message.eml", letter(), "message/rfc822")}},
        {"json": {"From": "x", "RawEmail": letter().decode()}},
    ],
    ids=["plain", "sendgrid", "mailgun", "file", "postmark"],
)
@pytest.mark.parametrize("end", ["", "/mime"])
def test_mail(port: Port, form: dict[str, Any], end: str) -> None:
    """A mail that a service hands on causes looks, in each of the forms that services use."""
    token = hook(port.manager, "mail", now=NOW)
    assert port.post(f"/hooks/mail/{token}{end}", **form).status_code == 202
    assert port.outcomes() == ["mail of airbnb"]
    assert port.due() == {"airbnb"}


@pytest.mark.parametrize(
    "form",
    [
        {"content": b"", "headers": {"Content-Type": "message/rfc822"}},
        {"content": letter()},
        {"content": letter(), "headers": {"Content-Type": "text/html"}},
        {"content": b"{", "headers": {"Content-Type": "application/json"}},
        {"json": [1]},
        {"json": {"RawEmail": 1}},
        {"data": {"subject": "Reservation confirmed", "from": "automated@airbnb.com"}},
        {"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"--x\r\nContent-Dispo", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"files": {"email": (None, b"\xff\xfe")}},
    ],
    ids=range(10),
)
def test_no_mail(port: Port, form: dict[str, Any]) -> None:
    """What holds no whole mail is refused as such, and nothing is kept."""
    token = hook(port.manager, "mail", now=NOW)
    assert port.post(f"/hooks/mail/{token}", **form).status_code == 415
    assert port.outcomes() == []


def test_addresses(port: Port, account: AccountId) -> None:
    """Unknown, void and other channels' addresses are answered alike; a renewed one takes the old one's place."""
    token, mail = hook(port.manager, "example", account, now=NOW), hook(port.manager, "mail", now=NOW)
    assert hook(port.manager, "example", account, now=NOW) == token
    answers = [
        port.post(path, **delivery("L1"))
        for path in (f"/hooks/example/{'x' * 32}", f"/hooks/nothing/{token}", f"/hooks/example/{mail}", "/hooks/mail/é")
    ]
    assert {(one.status_code, one.content) for one in answers} == {(404, b"not found")}
    renewed = hook(port.manager, "example", account, now=NOW, renew=True)
    assert port.post(f"/hooks/example/{token}", **delivery("L1")).status_code == 404
    assert port.post(f"/hooks/example/{renewed}", **delivery("L1")).status_code == 202
    assert close_hook(port.manager, "example", account, now=NOW)
    assert not close_hook(port.manager, "example", account, now=NOW)
    assert port.post(f"/hooks/example/{renewed}", **delivery("L1")).status_code == 404
    assert find_hook(port.manager, "mail", mail) == "mail/"
    with port.manager.ledger.reading() as tx:
        told = [line.what for line in tx.audit_lines()]
    assert told.count("hook opened") == 3
    assert told[-1] == "hook closed"
    for channel, scope in (("booking", ""), ("mail", "nobody"), ("nothing", "")):
        with pytest.raises(UsageError):
            hook(port.manager, channel, scope, now=NOW)


def test_the_name_by_which_it_was_called(port: Port) -> None:
    """Which of our names a caller used is noted while the address is the same; a refused call says nothing."""
    token = hook(port.manager, "mail", now=NOW)

    def names() -> dict[str, datetime]:
        with port.manager.ledger.reading() as tx:
            return dict(called_by(tx, "mail/"))

    mail = {"content": letter(), "headers": {"Content-Type": "message/rfc822", "Host": "Gites.example.org:8443"}}
    assert port.post("/hooks/mail/unknown", **mail).status_code == 404
    assert names() == {}
    assert port.post(f"/hooks/mail/{token}", **mail).status_code == 202
    assert names() == {"gites.example.org": NOW}
    hook(port.manager, "mail", now=NOW, renew=True)
    assert names() == {}
    port.post(f"/hooks/mail/{hook(port.manager, 'mail', now=NOW)}", **mail)
    close_hook(port.manager, "mail", now=NOW)
    assert names() == {}


def test_limits(port: Port, account: AccountId) -> None:
    """Other methods, other content and too much of it are refused; what was refused is not kept."""
    token, mail = hook(port.manager, "example", account, now=NOW), hook(port.manager, "mail", now=NOW)
    assert port.post(f"/hooks/example/{token}", method="DELETE").status_code == 405
    assert port.post(f"/hooks/example/{token}", method="GET").status_code == 404  # this platform asks no questions
    assert port.post(f"/hooks/example/{token}", b"x", headers={"Content-Type": "image/png"}).status_code == 415
    text = {"Content-Type": "text/plain"}
    assert port.post(f"/hooks/example/{token}", b"x" * (LONGEST_BODY + 1), headers=text).status_code == 413
    kind = {"Content-Type": "message/rfc822"}
    assert port.post(f"/hooks/mail/{mail}", b"x" * (LONGEST_REQUEST + 1), headers=kind).status_code == 413
    assert port.outcomes() == []
    assert port.post(f"/hooks/mail/{mail}", letter() + b"x" * (LONGEST_REQUEST // 2), headers=kind).status_code == 202
    assert port.outcomes() == ["mail of airbnb"]


def test_floods(port: Port) -> None:
    """Who calls too often is told when to come again, whether the address is known or not."""
    mail = hook(port.manager, "mail", now=NOW)
    with httpx.Client(base_url=port.url) as client:
        many = [client.post(f"/hooks/mail/{mail}", json={}) for _ in range(70)]
        assert {one.status_code for one in many} == {415, 429}
        assert many[-1].headers["Retry-After"] == "1"
        unknown = [client.post("/hooks/mail/unknown", json={}) for _ in range(200)]
        assert {one.status_code for one in unknown} == {404, 429}


def test_a_database_that_cannot_be_written(port: Port, monkeypatch, caplog) -> None:
    """What could not be kept is not answered as if it were: the sender is asked to try again."""
    mail = hook(port.manager, "mail", now=NOW)

    def receive(*_: object) -> None:
        msg = "the database is locked"
        raise LedgerError(msg)

    monkeypatch.setattr(port.inbox, "receive", receive)
    answer = port.post(f"/hooks/mail/{mail}", letter(), headers={"Content-Type": "message/rfc822"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert len([one for one in caplog.records if one.levelno >= logging.ERROR]) == 1


def test_durable_before_the_answer_and_kept_when_acting_fails(port: Port, monkeypatch) -> None:
    """When 202 has been said the message is in the database, though nothing has acted on it yet."""
    mail = hook(port.manager, "mail", now=NOW)

    def nothing(_: datetime) -> int:
        msg = "busy"
        raise LedgerError(msg)

    with monkeypatch.context() as patch:
        patch.setattr(port.inbox, "handle_due", nothing)
        assert port.post(f"/hooks/mail/{mail}", letter(), headers={"Content-Type": "message/rfc822"}).status_code == 202
        with port.manager.ledger.reading() as tx:
            assert len(tx.incoming()) == 1
    assert port.due() == set()
    assert port.inbox.handle_due(NOW) == 1
    assert port.due() == {"airbnb"}


def test_nothing_secret_is_logged(port: Port, account: AccountId, caplog) -> None:
    """No log line holds a token, a guest's name, or what came with a call."""
    token, mail = hook(port.manager, "example", account, now=NOW), hook(port.manager, "mail", now=NOW)
    with caplog.at_level(logging.DEBUG, "channelsync"), caplog.at_level(logging.DEBUG, "litestar"):
        port.post(f"/hooks/example/{token}", **delivery("L2"))
        port.post(f"/hooks/mail/{mail}", letter(), headers={"Content-Type": "message/rfc822"})
        port.post(f"/hooks/mail/{token}", letter(), headers={"Content-Type": "message/rfc822"})
        assert len(port.outcomes()) == 2
    said = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore")))
    for secret in (token, mail, "Ada", "geheim", "12345678"):
        assert secret not in said
    with port.manager.ledger.reading() as tx:
        rows = str(tx._connection.exec_driver_sql("SELECT * FROM inbox").all())
    assert "geheim" not in rows


def test_the_app_has_them(port: Port) -> None:
    """The web app takes calls as it stands, with the servers that its environment trusts."""
    token = hook(port.manager, "mail", now=NOW)
    with TestClient(
        create_app(port.manager, environ={"CHANNELSYNC_MAIL_AUTHSERV": GMAIL}), base_url="http://127.0.0.1"
    ) as client:
        kind = {"Content-Type": "message/rfc822"}
        assert client.post(f"/hooks/mail/{token}", content=letter(), headers=kind).status_code == 202
        assert client.post(f"/hooks/mail/{'x' * 32}", content=letter(), headers=kind).status_code == 404
    assert port.outcomes() == ["mail of airbnb"]
