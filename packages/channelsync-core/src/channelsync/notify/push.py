"""Web Push (RFC 8030): short messages to the browsers and telephones that asked for them, encrypted end to end.

The browser's push service carries what it cannot read (RFC 8291); who we are is proven by a key of our own (VAPID, RFC
8292). The service is whatever host the browser named, so the request is a flow, which the engine's driver sends under
the address policy, its time limits and its size limits: https to public hosts and nowhere else.

A message replaces an earlier one of the same key on the device (``Topic``); one that reaches nobody within a day is
dropped by the service (``TTL``): by then it is in the digest. 404 and 410 say that the subscription is over for good.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast, final

import httpx
from attrs import field, frozen

from channelsync.adapter.flow import Flow
from channelsync.errors import AddressRefusedError, ChannelSyncError, DeliveryError, Retry, UsageError
from channelsync.ids import derived

if TYPE_CHECKING:
    from channelsync.ports import Message

__all__ = [
    "PUSH_HOSTS",
    "Push",
    "known_service",
    "new_vapid_key",
    "payload",
    "private_number",
    "public_key",
    "subscription",
]

PUSH_HOSTS: Final = (
    "fcm.googleapis.com",  # Chrome and what is built like it, on every system
    "jmt17.google.com",  # Chromium as Debian builds it (seen)
    "*.push.services.mozilla.com",  # Firefox
    "web.push.apple.com",  # Safari, also on telephones
    "*.notify.windows.com",  # Edge
)
"""The hosts of the browsers' push services; ``*.`` stands for one or more names before it."""

_TTL: Final = timedelta(days=1)
_VALID: Final = timedelta(hours=12)  # a signed claim may be valid for a day at most (RFC 8292 section 2)
_LONGEST_TEXT: Final = 1200
"""Characters; what is encrypted may have 3993 bytes (RFC 8291 section 4)."""
_LONGEST_ENDPOINT: Final = 1000
_POINT_BYTES: Final = 65
_AUTH_BYTES: Final = 16
_TAKEN: Final = frozenset({200, 201, 202, 204})
_OVER: Final = frozenset({404, 410})
_PASSES: Final = frozenset({408, 425, 429})
_SERVER_ERRORS: Final = 500
_MOST_SECONDS: Final = 86_400


def new_vapid_key() -> str:
    """Return a new private key to sign with: made once for an installation, because subscriptions are bound to it."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - only where a key is made
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    made = ec.generate_private_key(ec.SECP256R1())
    plain = serialization.NoEncryption()
    return _text(made.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain))


def public_key(vapid_key: str) -> str:
    """Return the public half, as a browser wants it in ``applicationServerKey``."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    loaded = serialization.load_der_private_key(_bytes(vapid_key), password=None)
    point = cast("ec.EllipticCurvePrivateKey", loaded).public_key()
    return _text(point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint))


def private_number(vapid_key: str) -> str:
    """Return the private half as other programs want it: its number alone, in base64."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    loaded = cast("ec.EllipticCurvePrivateKey", serialization.load_der_private_key(_bytes(vapid_key), password=None))
    return _text(loaded.private_numbers().private_value.to_bytes(32, "big"))


def subscription(text: str, *, insecure: bool = False) -> Mapping[str, object]:
    """Read what a browser gives for a subscription (``JSON.stringify(subscription)``), and check its form.

    ``insecure`` takes an endpoint without TLS, for rehearsals on one machine.

    Raises:
        UsageError: it is no subscription; the text repeats nothing of it.
    """
    try:
        found = json.loads(text)
        endpoint, keys = str(found["endpoint"]), {name: str(found["keys"][name]) for name in ("p256dh", "auth")}
        sizes = len(_bytes(keys["p256dh"])), len(_bytes(keys["auth"]))
        scheme = httpx.URL(endpoint).scheme
    except (ValueError, KeyError, TypeError, RecursionError, httpx.InvalidURL):
        endpoint, keys, sizes, scheme = "", {}, (0, 0), ""
    if sizes != (_POINT_BYTES, _AUTH_BYTES) or len(endpoint) > _LONGEST_ENDPOINT:
        msg = "this is not a push subscription"
        raise UsageError(msg, advice="Hand over what the browser's pushManager.subscribe() gives, as JSON.")
    if scheme != "https" and not (insecure and scheme == "http"):
        msg = "a push subscription must lead to https"
        raise UsageError(msg)
    return {"endpoint": endpoint, "keys": keys}


def known_service(device: Mapping[str, object], hosts: Collection[str] = PUSH_HOSTS) -> None:
    """Refuse a subscription that leads to no push service of these: anybody could make us write to a host of theirs.

    Raises:
        UsageError: its host is none of them; the advice names it.
    """
    host = httpx.URL(str(device["endpoint"])).host
    if not any(host.endswith(one[1:]) if one.startswith("*.") else host == one for one in hosts):
        msg = "the push service of this browser is not known here"
        raise UsageError(msg, advice=f"Whoever runs this server can add it to CHANNELSYNC_PUSH_HOSTS: {host[:80]!r}.")


@final
@frozen
class Push:
    """Sends push messages. The address of a device is its subscription, as JSON.

    ``run`` sends the request (the engine's driver), ``key`` returns the private key, ``contact`` is a ``mailto:`` or
    ``https:`` address under which a push service finds us (Apple's refuses one that leads nowhere: reported),
    ``insecure`` as in `subscription`.
    """

    run: Callable[[Flow[None]], None]
    key: Callable[[], str] = field(repr=False)
    contact: str
    insecure: bool = False
    name: str = field(default="push", init=False)

    def send(self, message: Message, address: str) -> None:
        """Hand a message to a device's push service.

        Raises:
            DeliveryError: it did not take it.
            UsageError: the package that encrypts it is not installed.
        """
        try:
            device = subscription(address, insecure=self.insecure)
        except UsageError as error:
            raise DeliveryError(str(error), gone=True) from None
        self.run(_posted(self._request(message, device)))

    def _request(self, message: Message, device: Mapping[str, object]) -> httpx.Request:
        """Encrypt and sign."""
        try:
            vapid, pusher = import_module("py_vapid"), import_module("pywebpush")  # an extra, and without types
        except ImportError:
            msg = "push messages need one more package"
            raise UsageError(msg, advice="Install channelsync-core[notices].") from None
        url = httpx.URL(str(device["endpoint"]))
        claims = {
            "aud": f"{url.scheme}://{url.netloc.decode()}",
            "exp": int((message.at + _VALID).timestamp()),
            "sub": self.contact,
        }
        signed: Mapping[str, str] = vapid.Vapid02.from_der(self.key().encode()).sign(claims)
        try:
            body: bytes = pusher.WebPusher(device).encode(payload(message))["body"]
        except (pusher.WebPushException, ValueError):  # a point that is not on the curve
            msg = "the keys of this push subscription are damaged"
            raise DeliveryError(msg, gone=True) from None
        headers = {
            "Authorization": signed["Authorization"],
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(_TTL.total_seconds())),
            "Topic": derived(message.key),
            "Urgency": "high" if message.urgent else "normal",
        }
        return httpx.Request("POST", url, headers=headers, content=body)


def payload(message: Message) -> bytes:
    """Return what the device is to show, as small JSON."""
    text = message.text if len(message.text) <= _LONGEST_TEXT else f"{message.text[:_LONGEST_TEXT]}..."
    shown = {"key": message.key, "title": message.title[:100], "body": text, "urgent": message.urgent}
    if message.link:
        shown["link"] = message.link
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


def _posted(request: httpx.Request) -> Flow[None]:
    """Send it, and read the answer."""
    try:
        response = yield request
    except AddressRefusedError as error:
        msg = "this push subscription leads where nothing is sent"
        raise DeliveryError(msg, gone=True, advice=error.advice) from None
    except ChannelSyncError as error:
        msg = f"the push service {error}"
        raise DeliveryError(msg) from None
    status = response.status_code
    if status in _TAKEN:
        return
    if status in _OVER:
        msg = f"this push subscription is over ({status})"
        raise DeliveryError(msg, gone=True)
    msg = f"the push service answered {status}"
    passes = status in _PASSES or status >= _SERVER_ERRORS
    raise DeliveryError(msg, retry=Retry.LATER if passes else Retry.NEVER, retry_after=_after(response))


def _after(response: httpx.Response) -> timedelta | None:
    """Return how long the service asks us to wait, where it says so in seconds."""
    said = response.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(said), _MOST_SECONDS)) if said.isascii() and said.isdigit() else None


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Read base64 as browsers write it.

    Raises:
        ValueError: it is none.
    """
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError) as error:
        raise ValueError from error
