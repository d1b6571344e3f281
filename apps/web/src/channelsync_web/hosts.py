"""By which names the server is reached: any other is refused, and whoever came unencrypted is sent to the real address.

A browser that was led here under a strange name (DNS rebinding) sends that name along, and is refused before anything
is looked up; so are links that somebody else's ``Host`` would spoil. Loopback is always known. Whoever only asks for
``/health`` may use any name: an orchestrator has none for us.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast
from urllib.parse import urlsplit

from litestar.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["LOOPBACK", "Asked", "host_of", "known_hosts", "under_known_hosts"]

Asked = Mapping[str, Any]
"""A request as ASGI has it."""

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
"""How this machine calls itself."""
_LONGEST: Final = 255
_SAFE: Final = frozenset({"GET", "HEAD"})
_PLAIN: Final = ((b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"))


def host_of(scope: Asked) -> str | None:
    """Return the name a request was sent to, without its port; None where it names none, or several."""
    found = [value for name, value in scope["headers"] if name == b"host"]
    if len(found) != 1 or len(found[0]) > _LONGEST:
        return None
    try:
        return urlsplit(f"//{found[0].decode('ascii')}").hostname
    except ValueError:
        return None


def known_hosts(base_url: str, others: Iterable[str] = ()) -> frozenset[str]:
    """Return the names under which an installation answers: its address's, those added to it, and loopback's."""
    return LOOPBACK | {urlsplit(base_url).hostname or ""} | {one.lower() for one in others}


def under_known_hosts(app: ASGIApp, *, hosts: frozenset[str], base_url: str) -> ASGIApp:
    """Return the app behind this gate; 400 without a name, 421 under a strange one, 308 to https where we have it."""
    https = base_url.startswith("https://")

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        asked = cast("Asked", scope)
        if asked["type"] != "http" or asked["path"] == "/health":
            await app(scope, receive, send)
            return
        host = host_of(asked)
        if host is None:
            await _refuse(send, 400, "Bad Request")
        elif host not in hosts:
            await _refuse(send, 421, "Misdirected Request")
        elif https and _came_open(asked):
            if asked["method"] in _SAFE:
                await _refuse(send, 308, "Permanent Redirect", base_url + _path(asked))
            else:
                await _refuse(send, 400, "Send this by https")
        else:
            await app(scope, receive, send)

    return serve


def _came_open(scope: Asked) -> bool:
    """Whether the proxy before us says that it was asked without encryption; without a proxy nobody says so."""
    said = next((value for name, value in scope["headers"] if name == b"x-forwarded-proto"), b"")
    return said.split(b",")[0].strip().lower() == b"http"


def _path(scope: Asked) -> str:
    raw = (scope.get("raw_path") or scope["path"].encode()).split(b"?")[0]
    query = scope.get("query_string", b"")
    path: bytes = b"/" + raw.lstrip(b"/") + (b"?" + query if query else b"")
    return path.decode("ascii", "replace")


async def _refuse(send: Send, status: int, text: str, location: str = "") -> None:
    """Answer in a few words."""
    headers = [*_PLAIN, *([(b"location", location.encode("ascii", "replace"))] if location else [])]
    await send(cast("Message", {"type": "http.response.start", "status": status, "headers": headers}))
    await send(cast("Message", {"type": "http.response.body", "body": text.encode() + b"\n", "more_body": False}))
