"""What holds for every answer: who may ask from where, and what a browser is told to refuse.

A change is taken only from a page of ours: browsers say of each request whether it comes from the same site
(``Sec-Fetch-Site``, and before it ``Origin``), and what says neither is no browser. With cookies that other sites'
requests do not carry (``SameSite=Lax``) this needs no token in any form. The policy lets a page load what this server
gives and nothing else; not a script and not a style stands inside a page.
"""

from __future__ import annotations

from typing import Any, Final, cast
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

__all__ = ["POLICY", "Connection", "from_our_pages", "guarded_answers"]

Connection = ASGIConnection[Any, Any, Any, Any]  # of handlers, users and states that no guard looks at

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'"
)
"""The content security policy of every page."""

_ALWAYS: Final = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("content-security-policy", POLICY),
    ("cache-control", "private, no-store"),
)
_HSTS: Final = "max-age=31536000"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def guarded_answers(app: ASGIApp, *, https: bool) -> ASGIApp:
    """Return the app with the headers of a careful site on each answer, and nothing private kept by a cache."""
    added = (*_ALWAYS, *([("strict-transport-security", _HSTS)] if https else []))

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders(message)
                for name, value in added:
                    if name not in headers:
                        headers[name] = value
            await send(message)

        await app(scope, receive, with_headers if str(scope["type"]) == "http" else send)

    return serve


def from_our_pages(connection: Connection, _: BaseRouteHandler) -> None:
    """Refuse what would change something and does not come from one of our own pages.

    Raises:
        PermissionDeniedException: it comes from elsewhere, or does not say where from.
    """
    if cast("HTTPScope", connection.scope)["method"] in _SAFE:
        return
    site, origin = connection.headers.get("sec-fetch-site"), connection.headers.get("origin", "")
    if site is not None:
        good = site in {"same-origin", "none"}
    else:
        good = bool(origin) and urlsplit(origin).netloc == connection.headers.get("host", "")
    if not good:
        raise PermissionDeniedException(detail="this request does not come from one of our pages")
