"""Azure Notification Hubs: alerts on browsers that go out by Azure, for who wants everything there.

A hub signs and encrypts for the browsers' push services in our place, so it holds our key and reads what it carries;
`channelsync.notify.push` does without it. It knows Chrome, Edge and Firefox, and neither Safari nor anything on an
iPhone (documented: https://learn.microsoft.com/azure/notification-hubs/browser-push), so those are written to directly.

A device is an *installation* there, named after its address: it is made when it is first written to, and once the
push service has said that the device is gone, the hub says so of the installation and we forget the device. A hub takes
its time to know a new installation (documented: what is asked of it is done later), so that first message goes directly
too. Requests carry a token that we sign ourselves (HMAC-SHA256 over the address and the time it ends; documented for
Service Bus).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Self, cast, final
from urllib.parse import quote, urlsplit

import httpx
from attrs import field, frozen

from channelsync.adapter.flow import Flow
from channelsync.errors import ChannelSyncError, DeliveryError, Retry, UsageError
from channelsync.notify.push import known_service, payload, subscription

if TYPE_CHECKING:
    from channelsync.ports import Message, Transport

__all__ = ["HUB_SERVICES", "Hub", "HubPush"]

HUB_SERVICES: Final = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
)
"""The hosts of the push services that a hub writes to; devices of any other are written to directly."""

_VERSION: Final = "2020-06"  # what Microsoft's own library for JavaScript asks for (seen in code)
_VALID: Final = timedelta(minutes=20)
_LONGEST: Final = 2000
_TAKEN: Final = frozenset({200, 201, 202, 204})
_UNKNOWN: Final = 404
_GONE: Final = 410
_DENIED: Final = frozenset({401, 403})
_PASSES: Final = frozenset({403, 408, 429})  # 403 also says that a quota is used up for now (documented)
_SERVER_ERRORS: Final = 500


@final
@frozen
class Hub:
    """A notification hub and what opens it: ``address`` ends with its name, ``key`` is that of ``policy``."""

    address: str
    policy: str
    key: str = field(repr=False)

    @classmethod
    def parse(cls, text: str, *, insecure: bool = False) -> Self:
        """Read a connection string: ``Endpoint=sb://...;SharedAccessKeyName=...;SharedAccessKey=...;EntityPath=HUB``.

        ``insecure`` takes an ``http://`` end point too, for rehearsals on one machine.

        Raises:
            UsageError: it is none; the text repeats nothing of it.
        """
        parts: dict[str, str] = {}
        for one in text[:_LONGEST].split(";"):
            name, _, value = one.partition("=")
            parts[name] = value
        hub = parts.get("EntityPath", "")
        try:
            where = urlsplit(parts.get("Endpoint", ""))
            host, scheme = where.netloc, {"sb": "https", "https": "https"}.get(where.scheme, "")
        except ValueError:
            where, host, scheme = urlsplit(""), "", ""
        if insecure and where.scheme == "http":
            scheme = "http"
        policy, key = parts.get("SharedAccessKeyName", ""), parts.get("SharedAccessKey", "")
        if not (scheme and host and hub and policy and key) or "@" in host:
            msg = "CHANNELSYNC_NOTIFICATION_HUB is not the connection string of a notification hub"
            advice = "Copy one of the hub's access policies, and write ;EntityPath= and its name after it."
            raise UsageError(msg, advice=advice)
        return cls(f"{scheme}://{host}/{quote(hub, safe='')}", policy, key)

    def token(self, now: datetime) -> str:
        """Return what a request shows to be let in, good for some minutes."""
        space = self.address.rpartition("/")[0] + "/"  # what the policies of a hub are looked up in (seen in code)
        audience, ends = quote(space.lower(), safe=""), int((now + _VALID).timestamp())
        digest = hmac.digest(self.key.encode(), f"{audience}\n{ends}".encode(), hashlib.sha256)
        signature = quote(base64.b64encode(digest).decode(), safe="")
        return f"SharedAccessSignature sr={audience}&sig={signature}&se={ends}&skn={quote(self.policy, safe='')}"

    def request(self, method: str, path: str, now: datetime, *, body: object = None, **more: str) -> httpx.Request:
        """Return a request to the hub; ``more`` are headers, with ``_`` for ``-``."""
        headers = {"Authorization": self.token(now), "x-ms-version": _VERSION}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        if content:
            headers["Content-Type"] = "application/json;charset=utf-8"
        url = httpx.URL(f"{self.address}/{path}", params={"api-version": _VERSION})
        return httpx.Request(method, url, headers=headers, content=content)


@final
@frozen
class HubPush:
    """Sends push messages through a hub. The address of a device is its subscription, as JSON, as for `Push`.

    ``run`` sends requests (the engine's driver), ``direct`` takes the devices that a hub cannot reach, ``now`` is the
    clock, ``insecure`` as in `channelsync.notify.push.subscription`.
    """

    run: Callable[[Flow[bool]], bool]
    hub: Hub
    direct: Transport
    now: Callable[[], datetime] = field(repr=False)
    insecure: bool = False
    name: str = field(default="push", init=False)

    def send(self, message: Message, address: str) -> None:
        """Hand a message to the hub, or to the device's own push service where the hub does not reach it.

        Raises:
            DeliveryError: it was not taken, or the device is gone.
        """
        try:
            device = subscription(address, insecure=self.insecure)
        except UsageError as error:
            raise DeliveryError(str(error), gone=True) from None
        if not (self._reaches(device) and self.run(self._handed(message, device))):
            self.direct.send(message, address)

    def _reaches(self, device: Mapping[str, object]) -> bool:
        try:
            known_service(device, HUB_SERVICES)
        except UsageError:
            return self.insecure
        return True

    def _handed(self, message: Message, device: Mapping[str, object]) -> Flow[bool]:
        """Hand the message to the hub where it knows the device; else make it known, and return False."""
        name, channel = _installation(device), _channel(device)
        path = f"installations/{name}"
        found = yield from self._asked("GET", path)
        if found.status_code == _GONE or _is_over(found):
            yield from self._asked("DELETE", path)
            msg = "this device takes no messages any more, says the notification hub"
            raise DeliveryError(msg, gone=True)
        if found.status_code == _UNKNOWN or _said(found).get("pushChannel") != channel:
            known = {"installationId": name, "platform": "browser", "pushChannel": channel}
            yield from self._asked("PUT", path, body=known)
            return False
        tags = f"$InstallationId:{{{name}}}"
        yield from self._asked(
            "POST",
            "messages/",
            body=payload(message),
            ServiceBusNotification_Format="browser",
            ServiceBusNotification_Tags=tags,
        )
        return True

    def _asked(self, method: str, path: str, *, body: object = None, **headers: str) -> Flow[httpx.Response]:
        """Ask the hub; an answer about an installation that is not there is one too.

        Raises:
            DeliveryError: it refuses, or cannot be asked.
        """
        try:
            answer = yield self.hub.request(method, path, self.now(), body=body, **headers)
        except ChannelSyncError as error:
            msg = f"the notification hub {error}"
            raise DeliveryError(msg) from None
        if answer.status_code in _TAKEN or (method in {"GET", "DELETE"} and answer.status_code in {_UNKNOWN, _GONE}):
            return answer
        raise _refusal(answer.status_code)


def _refusal(status: int) -> DeliveryError:
    """Return what to say of an answer that is none of those expected."""
    passes = status in _PASSES or status >= _SERVER_ERRORS
    advice = None
    if status in _DENIED or status == _UNKNOWN:
        advice = "Check CHANNELSYNC_NOTIFICATION_HUB: its policy needs the rights Listen and Send."
    msg = f"the notification hub answered {status}"
    return DeliveryError(msg, retry=Retry.LATER if passes or advice else Retry.NEVER, advice=advice)


def _installation(device: Mapping[str, object]) -> str:
    """Return how a device is called at the hub: always the same for one address, and nothing can be read from it."""
    return hashlib.sha256(str(device["endpoint"]).encode()).hexdigest()[:32]


def _channel(device: Mapping[str, object]) -> dict[str, object]:
    return {"endpoint": device["endpoint"], **cast("dict[str, object]", device["keys"])}


def _said(response: httpx.Response) -> Mapping[str, object]:
    """Return an answer's document; an empty one where there is none that can be read."""
    try:
        found = json.loads(response.content)
    except ValueError:
        return {}
    return cast("dict[str, object]", found) if isinstance(found, dict) else {}


def _is_over(response: httpx.Response) -> bool:
    """Whether the push service has told the hub that the device is gone (``pushChannelExpired``, documented)."""
    return response.status_code in _TAKEN and _said(response).get("pushChannelExpired") in {True, "true", "True"}
