"""What goes wrong, as its reader needs it: a page for people, problem details (RFC 9457) for programs, no traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from channelsync.errors import ChannelSyncError, LedgerError, UsageError, VaultError
from channelsync_web.screen import Asking, Screen, provide_screen

__all__ = ["HANDLERS"]

_log = logging.getLogger("channelsync.web")

_TITLES: Final = {
    401: ("Sign in", ""),
    403: ("This was refused", "Open the page again and try once more."),
    404: ("This page does not exist", "It may have moved, or belong to somebody else."),
    429: ("Too many attempts", "Wait a little, then try again."),
}
_OTHER: Final = ("This cannot be done", "Open the page again and try once more.")
_FAULT: Final = (
    "Something went wrong on our side",
    "Nothing is lost: what was closed stays closed. Try again in a minute.",
)


def _http(request: Asking, error: HTTPException) -> Response[Any]:
    """Answer what was asked wrongly; whoever only has to sign in is sent to do so, and comes back."""
    if error.status_code == 401 and _is_page(request) and request.method == "GET":  # noqa: PLR2004
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return Redirect("/connexion" + (f"?vers={quote(path, safe='/')}" if path != "/" else ""), status_code=303)
    title, text = _FAULT if error.status_code >= 500 else _TITLES.get(error.status_code, _OTHER)  # noqa: PLR2004
    return _answer(request, error.status_code, title, text, dict(error.headers or {}))


def _refused(request: Asking, error: ChannelSyncError) -> Response[Any]:
    """Answer what the library refused, in its own words."""
    if isinstance(error, (LedgerError, VaultError)):
        _log.error("a page could not be made: %s", error)
        return _answer(request, 503, *_FAULT, {"retry-after": "60"})
    status = 422 if isinstance(error, UsageError) else 502
    screen = provide_screen(request)
    text = ". ".join(screen.say.ours(part).rstrip(".") for part in (str(error), error.advice) if part) + "."
    return _answer(request, status, "This cannot be done", text[:1].upper() + text[1:])


def _fault(request: Asking, error: Exception) -> Response[Any]:
    """Answer a fault of ours; where in the code it happened stands in the log."""
    _log.error("a fault of channelsync, on %s", request.method, exc_info=error)
    return _answer(request, 500, *_FAULT)


def _answer(
    request: Asking, status: int, title: str, text: str, headers: dict[str, str] | None = None
) -> Response[Any]:
    if not _is_page(request):
        body = {"type": "about:blank", "title": title, "status": status, "detail": text}
        return Response(body, status_code=status, headers=headers, media_type="application/problem+json")
    try:
        screen: Screen = provide_screen(request)
        page = screen.page("trouble.html", title, status=status, text=screen.say(text))
    except Exception:  # noqa: BLE001 - whatever stands in the way, an answer goes out
        return Response(f"{title}. {text}", status_code=status, headers=headers, media_type="text/plain")
    page.headers.update(headers or {})
    return page


def _is_page(request: Asking) -> bool:
    return "text/html" in request.headers.get("accept", "")


HANDLERS: Final[dict[int | type[Exception], Callable[[Asking, Any], Response[Any]]]] = {
    HTTPException: _http,
    ChannelSyncError: _refused,
    Exception: _fault,
}
"""Who answers for which error, for the app to take."""
