"""``/connexion/oidc``: in by a service that vouches for people, and linking one's account there to the lodgings here.

A link is made from within a sign-in only; whoever comes from that service and is not linked is nobody here, whatever
their mail address. Where the owner has turned a second step on, it is asked for after this first one too.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Final

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from channelsync.errors import ChannelSyncError, UsageError
from channelsync_web.areas.signin.arriving import (
    Form,
    arrived,
    client_of,
    is_fresh,
    recently_confirmed,
    said,
    session_of,
    text,
)
from channelsync_web.areas.signin.door import Door
from channelsync_web.areas.signin.letters import word_of_change
from channelsync_web.areas.signin.protection import HERE
from channelsync_web.areas.signin.provider import Asked, Provider, asked_for
from channelsync_web.screen import Asking, Screen, local_path

__all__ = ["routes", "settings"]

_SLIP: Final = "oidc"
_LONGEST_CODE: Final = 2000


@get("/connexion/oidc", sync_to_thread=True)
def go(request: Asking, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Template | Redirect:
    """Send the browser to the service's own sign-in page."""
    return _sent(request, screen, door, {"to": local_path(request.query_params.get("vers", "/"))})


@get("/lier", sync_to_thread=True, guards=[recently_confirmed])
def link(request: Asking, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Template | Redirect:
    """Send the browser there to link the owner's account; only a link of ours leads here."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return screen.go(HERE)
    return _sent(request, screen, door, {"to": HERE, "session": screen.session})


def _sent(request: Asking, screen: Screen, door: Door, purpose: Mapping[str, str]) -> Template | Redirect:
    door.gates.try_other(client_of(request))
    if door.provider is None:
        return screen.go("/connexion")
    asked = asked_for()
    try:
        address = door.documents.run(door.driver, door.provider.address(asked))
    except ChannelSyncError:
        return _silent(screen, door.provider)
    onward = Redirect(address, status_code=303)
    slip = {"state": asked.state, "nonce": asked.nonce, "verifier": asked.verifier, **purpose}
    onward.set_cookie(door.slips.cookie(_SLIP, slip, screen.now))
    return onward


@get("/connexion/oidc/retour", sync_to_thread=True)
def back(request: Asking, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Template | Redirect:
    """Take what the service says: link the account, or sign in whose it is."""
    door.gates.try_other(client_of(request))
    slip = door.slips.read(_SLIP, request.cookies, screen.now)
    query, provider = request.query_params, door.provider
    code, state = query.get("code", "")[:_LONGEST_CODE], query.get("state", "")[:_LONGEST_CODE]
    same = bool(slip) and hmac.compare_digest(state.encode(), slip["state"].encode())
    if provider is None or not same or not code or query.get("iss", provider.issuer) != provider.issuer:
        return _failed(screen, _broken(screen))
    asked = Asked(slip["state"], slip["nonce"], slip["verifier"])
    try:
        subject = door.documents.run(door.driver, provider.subject(asked, code, screen.now))
    except ChannelSyncError:
        return _silent(screen, provider)
    try:
        answer = _taken(request, screen, door, slip, (provider.issuer, subject))
    except UsageError as error:
        return _failed(screen, said(screen, error))
    answer.set_cookie(door.slips.gone(_SLIP))
    return answer


def _taken(
    request: Asking, screen: Screen, door: Door, slip: Mapping[str, str], who: tuple[str, str]
) -> Template | Redirect:
    if "session" in slip:
        if not screen.owner or screen.session != slip["session"] or not is_fresh(request, screen):
            return _failed(screen, _broken(screen))
        door.people.link_identity(screen.owner.id, *who)
        answer, address = screen.go(HERE, "identity-linked"), door.people.person(screen.owner.id).email
        answer.background = word_of_change(
            door, screen, screen.owner, address, "Another service may sign you in from now on."
        )
        return answer
    owner = door.people.use_identity(*who)
    if owner is None:
        return _failed(screen, _stranger(screen))
    return arrived(request, screen, door, owner.id, "identity", slip["to"])


@post("/retirer", sync_to_thread=True, guards=[recently_confirmed])
def unlink(request: Asking, data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Redirect:
    """Sign in by that service no more."""
    door.people.unlink_identity(session_of(request).owner.id, text(data, "issuer", _LONGEST_CODE))
    return screen.go(HERE, "identity-unlinked")


def _broken(screen: Screen) -> str:
    return str(screen.say("The sign-in there was not finished. Try again."))


def _stranger(screen: Screen) -> str:
    text = screen.say(
        "This account opens no lodgings here yet. Sign in with your address, then link it in your settings."
    )
    return str(text)


def _silent(screen: Screen, provider: Provider) -> Template:
    return _failed(screen, str(screen.say("{name} does not answer as it should. Try again later.", name=provider.name)))


def _failed(screen: Screen, why: str) -> Template:
    return screen.page("signin/over.html", "This sign-in did not work", status=422, text=why)


routes = Router("/", route_handlers=[go, back])
settings = Router("/compte", route_handlers=[link, unlink])
