"""Alerts through Azure Notification Hubs, against a stand-in that holds installations and checks every signature.

The stand-in answers as documented for installations and messages (learn.microsoft.com/rest/api/notificationhubs), and
checks the token the other way round: it takes it apart and signs again with the key of the policy.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from attrs import define, field
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from channelsync.adapter.flow import Flow
from channelsync.config import Config
from channelsync.engine.address import AddressPolicy
from channelsync.engine.drive import Driver
from channelsync.errors import DeliveryError, Retry, UsageError
from channelsync.notify.hub import Hub, HubPush
from channelsync.notify.push import new_vapid_key, private_number, public_key
from channelsync.ports import Message
from channelsync.service.post import hub_way

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
MESSAGE = Message("conflict:u:1", "Double réservation – Gîte du Lac", "Du 15 au 18 mars.", NOW, urgent=True, link="/l")
POLICY, KEY = "apps", "bWFkZS11cC1rZXktb2YtdGhlLXRlc3Q="


@define
class Azure:
    """A hub: its installations, what was sent to whom, and what it answers instead."""

    port: int = 0
    installations: dict[str, dict[str, Any]] = field(factory=dict)
    sent: list[tuple[str, dict[str, Any]]] = field(factory=list)
    asked: list[str] = field(factory=list)
    status: dict[str, int] = field(factory=dict)
    now: datetime = NOW

    @property
    def connection(self) -> str:
        """What Azure shows for the policy."""
        space = f"http://127.0.0.1:{self.port}/"
        return f"Endpoint={space};SharedAccessKeyName={POLICY};SharedAccessKey={KEY};EntityPath=channelsync"

    def lets_in(self, token: str) -> bool:
        """Whether a token is one of the policy's, for this place, and still good."""
        kind, _, rest = token.partition(" ")
        parts = dict(one.split("=", 1) for one in rest.split("&"))
        signed = f"{parts['sr']}\n{parts['se']}".encode()
        expected = base64.b64encode(hmac.digest(KEY.encode(), signed, hashlib.sha256)).decode()
        here = unquote(parts["sr"]) == f"http://127.0.0.1:{self.port}/"
        good = 0 < int(parts["se"]) - self.now.timestamp() <= 3600
        return kind == "SharedAccessSignature" and here and good and unquote(parts["sig"]) == expected

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """Answer a request that was let in."""
        parts = urlsplit(path)
        assert parse_qs(parts.query)["api-version"] == [headers["x-ms-version"]]
        _, hub, what, name = parts.path.split("/")
        assert hub == "channelsync"
        self.asked.append(f"{method} {what}")
        if f"{method} {what}" in self.status:
            return self.status[f"{method} {what}"], None
        if what == "messages":
            assert headers["ServiceBusNotification-Format"] == "browser"
            to = headers["ServiceBusNotification-Tags"].removeprefix("$InstallationId:{").removesuffix("}")
            self.sent.append((to, json.loads(body)))
            return 201, None
        if method == "PUT":
            document = json.loads(body)
            assert document["installationId"] == name
            assert document["platform"] == "browser"
            self.installations[name] = document
            return 200, None
        if method == "DELETE":
            self.installations.pop(name, None)
            return 204, None
        return (200, self.installations[name]) if name in self.installations else (404, None)


def handler(azure: Azure) -> type[BaseHTTPRequestHandler]:
    """The stand-in's way of answering."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            known = azure.lets_in(self.headers.get("Authorization", ""))
            status, document = azure.answer(self.command, self.path, self.headers, body) if known else (401, None)
            out = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", str(len(out)))
            self.end_headers()
            self.wfile.write(out)

        do_GET = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 - the names http.server calls

        def log_message(self, *_: object) -> None:
            return

    return Handler


@pytest.fixture
def azure() -> Iterator[Azure]:
    """The hub, being served."""
    azure = Azure()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(azure)) as server:
        azure.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield azure
        server.shutdown()
        thread.join()


@define
class Direct:
    """The way past the hub."""

    name: str = "push"
    sent: list[str] = field(factory=list)

    def send(self, message: Message, address: str) -> None:
        """Note that a message came."""
        self.sent.append(address)


@pytest.fixture
def direct() -> Direct:
    """The way past the hub, as nothing has gone there."""
    return Direct()


@pytest.fixture
def pushing(azure: Azure, direct: Direct) -> Iterator[HubPush]:
    """The transport, with the engine's real driver."""
    with Driver(AddressPolicy(allow_private=True)) as driver:
        hub = Hub.parse(azure.connection, insecure=True)
        yield HubPush(driver.run, hub, direct, lambda: azure.now)


def device(host: str = "fcm.googleapis.com", *, auth: str = "AAAAAAAAAAAAAAAAAAAAAA") -> str:
    """What a browser gives for its subscription."""
    p256dh = base64.urlsafe_b64encode(b"\x04" + b"\x01" * 64).rstrip(b"=").decode()
    return json.dumps({"endpoint": f"https://{host}/fcm/send/s3cret", "keys": {"p256dh": p256dh, "auth": auth}})


def refusal(pushing: HubPush, address: str) -> DeliveryError:
    """How a message was refused."""
    with pytest.raises(DeliveryError) as refused:
        pushing.send(MESSAGE, address)
    assert "s3cret" not in f"{refused.value} {refused.value.advice}"
    assert KEY not in f"{refused.value} {refused.value.advice} {pushing!r}"
    return refused.value


def test_a_device_is_made_known_once(azure: Azure, direct: Direct, pushing: HubPush) -> None:
    """The first message makes the installation and goes past the hub, which may not know it yet; the next go by it."""
    for _ in range(3):
        pushing.send(MESSAGE, device())
    known = ["GET installations", "POST messages"]
    assert azure.asked == ["GET installations", "PUT installations", *known, *known]
    ((name, installation),) = azure.installations.items()
    assert installation["pushChannel"] == {
        "endpoint": "https://fcm.googleapis.com/fcm/send/s3cret",
        **json.loads(device())["keys"],
    }
    assert direct.sent == [device()]
    assert [to for to, _ in azure.sent] == [name, name]
    assert azure.sent[0][1] == {
        "key": MESSAGE.key,
        "title": MESSAGE.title,
        "body": MESSAGE.text,
        "urgent": True,
        "link": "/l",
    }


def test_a_browser_that_subscribed_anew_is_written_anew(azure: Azure, direct: Direct, pushing: HubPush) -> None:
    """New keys for the same address replace the old ones before anything is encrypted with those."""
    pushing.send(MESSAGE, device())
    pushing.send(MESSAGE, device(auth="BBBBBBBBBBBBBBBBBBBBBB"))
    ((_, installation),) = azure.installations.items()
    assert installation["pushChannel"]["auth"] == "BBBBBBBBBBBBBBBBBBBBBB"
    assert len(direct.sent) == 2
    assert azure.sent == []


def test_a_device_that_the_hub_has_given_up_is_gone(azure: Azure, direct: Direct, pushing: HubPush) -> None:
    """What the push service has told the hub is over (or 410) is removed there and forgotten here, and sent nothing."""
    pushing.send(MESSAGE, device())
    (installation,) = azure.installations.values()
    installation["pushChannelExpired"] = True
    assert refusal(pushing, device()).gone
    assert azure.installations == {}
    azure.status["GET installations"] = 410
    assert refusal(pushing, device()).gone
    assert (len(direct.sent), azure.sent) == (1, [])


@pytest.mark.parametrize("host", ["web.push.apple.com", "push.example"])
def test_what_a_hub_cannot_reach_is_written_to_directly(
    azure: Azure, direct: Direct, pushing: HubPush, host: str
) -> None:
    """Apple's devices, and services that no hub knows, get their alerts all the same, and the hub hears nothing."""
    pushing.send(MESSAGE, device(host))
    assert direct.sent == [device(host)]
    assert azure.asked == []


@pytest.mark.parametrize(
    "status, retry",
    [(400, Retry.NEVER), (403, Retry.LATER), (404, Retry.LATER), (429, Retry.LATER), (503, Retry.LATER)],
)
def test_what_a_hub_answers(azure: Azure, pushing: HubPush, status: int, retry: Retry) -> None:
    """A hub that refuses loses no device: only what the push service itself has ended is gone."""
    pushing.send(MESSAGE, device())
    azure.status["POST messages"] = status
    error = refusal(pushing, device())
    assert (error.gone, error.retry) == (False, retry)
    azure.status = {"PUT installations": status}
    azure.installations.clear()
    assert not refusal(pushing, device()).gone


def test_a_wrong_key_is_told(azure: Azure, direct: Direct) -> None:
    """A token that was signed with another key is refused, and the advice names the setting, not the key."""
    with Driver(AddressPolicy(allow_private=True)) as driver:
        hub = Hub.parse(azure.connection.replace(KEY, "another"), insecure=True)
        error = refusal(HubPush(driver.run, hub, direct, lambda: NOW), device())
    assert "CHANNELSYNC_NOTIFICATION_HUB" in error.advice
    assert not error.gone


def test_a_token_ends(azure: Azure, pushing: HubPush) -> None:
    """Each request is signed for the time it is sent at: a service that runs for months is not locked out."""
    pushing.send(MESSAGE, device())
    azure.now = NOW + timedelta(days=90)
    pushing.send(MESSAGE, device())
    assert len(azure.sent) == 1


def test_a_hub_that_is_away(azure: Azure, direct: Direct) -> None:
    """A hub that cannot be reached is tried again later."""

    def broken(flow: Flow[bool]) -> bool:
        with Driver(AddressPolicy()) as driver:  # loopback is not for this one
            return driver.run(flow)

    hub = Hub.parse(azure.connection, insecure=True)
    assert refusal(HubPush(broken, hub, direct, lambda: NOW), device()).retry is Retry.LATER


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "Endpoint=sb://space.servicebus.windows.net/;SharedAccessKeyName=apps;SharedAccessKey=s3cret",
        "Endpoint=http://space.servicebus.windows.net/;SharedAccessKeyName=apps;SharedAccessKey=s3cret;EntityPath=h",
        "Endpoint=sb://[space/;SharedAccessKeyName=apps;SharedAccessKey=s3cret;EntityPath=h",
    ],
)
def test_what_is_no_connection_string(text: str) -> None:
    """A setting that cannot be one is told by its name, without repeating it; a hub is spoken to encrypted."""
    with pytest.raises(UsageError, match="CHANNELSYNC_NOTIFICATION_HUB") as refused:
        hub_way(Config.from_environment({"CHANNELSYNC_NOTIFICATION_HUB": text}))
    assert "s3cret" not in f"{refused.value} {refused.value.advice}"


def test_the_hub_of_the_settings() -> None:
    """A connection string as Azure shows it is taken; without one, alerts go straight to the browsers' services."""
    text = (
        "Endpoint=sb://space.servicebus.windows.net/;SharedAccessKeyName=apps;SharedAccessKey=s3cret=;EntityPath=ours"
    )
    config = Config.from_environment({"CHANNELSYNC_NOTIFICATION_HUB": text})
    hub = hub_way(config)
    assert hub is not None
    assert (hub.address, hub.policy, hub.key) == ("https://space.servicebus.windows.net/ours", "apps", "s3cret=")
    assert "s3cret" not in f"{config!r} {hub!r}"
    assert hub_way(Config.from_environment({})) is None


def test_the_key_that_a_hub_is_given_is_ours() -> None:
    """The number handed over is the private half of the key that browsers have subscribed with."""
    key = new_vapid_key()
    number = int.from_bytes(base64.urlsafe_b64decode(private_number(key) + "=="), "big")
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    assert base64.urlsafe_b64encode(point.public_bytes(*form)).rstrip(b"=").decode() == public_key(key)
