"""What the ways in have in common: forms with limits, the end of a sign-in, and proving again who one is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final, cast, final
from urllib.parse import quote

from litestar import Response
from litestar.connection import ASGIConnection
from litestar.enums import RequestEncodingType
from litestar.exceptions import PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler
from litestar.params import Body
from litestar.response import Redirect

from channelsync.errors import ChannelSyncError
from channelsync.ids import OwnerId
from channelsync.manager import Manager
from channelsync.service.people import SignedIn
from channelsync_web.areas.signin.door import Door
from channelsync_web.screen import Asking, Screen, local_path
from channelsync_web.signing import cookie_name, session_cookie

__all__ = [
    "STEP",
    "ConfirmFirstError",
    "Form",
    "agent_of",
    "arrived",
    "ask_to_confirm",
    "client_of",
    "is_fresh",
    "let_in",
    "recently_confirmed",
    "said",
    "session_of",
    "text",
]

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
"""The fields of a form."""
STEP: Final = "step"
"""The kind of the slip of somebody whose password was right, and who owes a code."""
_CONFIRMED_FOR: Final = timedelta(minutes=15)
_LONGEST_FIELD: Final = 254
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)


def text(form: Mapping[str, str], name: str, longest: int = _LONGEST_FIELD) -> str:
    """Return a field of a form without blanks around it; nothing where it is missing or longer than any could be."""
    found = form.get(name, "").strip()
    return found if len(found) <= longest else ""


def said(screen: Screen, error: ChannelSyncError) -> str:
    """Return what the library refused, and what to do, as sentences in the reader's language."""
    parts = [screen.say.ours(part).rstrip(".") for part in (str(error), error.advice) if part]
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts)


def client_of(request: Asking) -> str:
    """Return the address that a request comes from."""
    return request.client.host if request.client else ""


def agent_of(request: Asking) -> str:
    """Return the browser and its device in a few words, such as ``Firefox, Windows``; nothing for an unknown one."""
    told = request.headers.get("user-agent", "")[:1000]
    browser = next((name for mark, name in _BROWSERS if mark in told), "")
    system = next((name for mark, name in _SYSTEMS if mark in told), "")
    return ", ".join(one for one in (browser, system) if one)


def session_of(request: Asking) -> SignedIn:
    """Return the session of a request behind the sign-in."""
    return cast("SignedIn", request.state.signed_in)


def arrived(request: Asking, screen: Screen, door: Door, owner: OwnerId, how: str, to: str) -> Redirect:
    """End the first step: sign the owner in, or ask for the code that they owe still."""
    if door.people.person(owner).totp_at is None:
        return let_in(request, door, door.people.begin(owner, agent_of(request), how=how), to)
    path = local_path(to)
    onward = Redirect("/connexion/code", status_code=303)
    onward.set_cookie(door.slips.cookie(STEP, {"owner": owner, "how": how, "to": path}, screen.now))
    return onward


def let_in(request: Asking, door: Door, token: str, to: str) -> Redirect:
    """Return the way in with a new session; one that this browser had before ends."""
    before = door.people.session(request.cookies.get(cookie_name(https=door.slips.https), "")[:200])
    if before is not None:
        door.people.end(before.id, before.owner.id)
    onward = Redirect(local_path(to), status_code=303)
    onward.set_cookie(session_cookie(token, https=door.slips.https))
    onward.set_cookie(door.slips.gone(STEP))
    return onward


def is_fresh(request: Asking, screen: Screen) -> bool:
    """Whether who is signed in has proved within the last minutes who they are."""
    return screen.now - session_of(request).confirmed_at < _CONFIRMED_FOR


@final
class ConfirmFirstError(PermissionDeniedException):
    """Who is signed in has to prove again who they are; `ask_to_confirm` answers it."""


async def recently_confirmed(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let only those on who have proved within the last minutes who they are.

    Raises:
        ConfirmFirstError: they have not.
    """
    manager = cast("Manager", connection.app.state.manager)
    session = cast("SignedIn", connection.state.signed_in)
    if manager.time() - session.confirmed_at >= _CONFIRMED_FOR:
        raise ConfirmFirstError


def ask_to_confirm(request: Asking, _: ConfirmFirstError) -> Redirect | Response[dict[str, str]]:
    """Send a page to the question for the password, and a script the address of that question."""
    path = request.url.path if request.method == "GET" else "/reglages/securite"
    to = f"/reglages/securite/confirmer?vers={quote(path)}"
    if "text/html" in request.headers.get("accept", ""):
        return Redirect(to, status_code=303)
    return Response({"to": to}, status_code=403)
