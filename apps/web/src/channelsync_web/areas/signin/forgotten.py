"""``/mot-de-passe-oublie`` and ``/mot-de-passe/...``: a link by mail to choose another password with.

Whoever asks is told the same, as fast, whether somebody has that address or not: it is looked up after the answer.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

from litestar import Router, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from channelsync.errors import ChannelSyncError, UsageError
from channelsync.ports import Message
from channelsync.service.people import acceptable
from channelsync.service.people.base import hashed
from channelsync_web.areas.signin.arriving import Form, client_of, said, text
from channelsync_web.areas.signin.door import Door
from channelsync_web.screen import Asking, Screen
from channelsync_web.speech import Say

__all__ = ["routes"]

_log = logging.getLogger("channelsync.web")
_LONGEST_TICKET: Final = 100
_AT_ONCE: Final = threading.BoundedSemaphore(4)
"""Mails being sent: more than these wait for nobody."""


@get("/mot-de-passe-oublie", sync_to_thread=True)
def page(screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Template:
    """Ask for the address."""
    return screen.page("signin/forgotten.html", "Forgotten password", mail=door.mail is not None, sent=False)


@post("/mot-de-passe-oublie", sync_to_thread=True)
def ask(request: Asking, data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Template:
    """Send a link to the address, if it is somebody's; the answer does not say so."""
    door.gates.try_other(client_of(request))
    answer = screen.page("signin/forgotten.html", "Forgotten password", mail=door.mail is not None, sent=True)
    if door.mail is not None:
        answer.background = BackgroundTask(_send, door, screen, text(data, "email"))
    return answer


def _send(door: Door, screen: Screen, email: str) -> None:
    """Write to an address that is somebody's; runs after the answer."""
    if door.mail is None or not _AT_ONCE.acquire(blocking=False):
        _log.warning("a link to choose a password was not sent: too many were asked for")
        return
    try:
        known = door.people.reset_ticket(email) if door.gates.may_write(email) else None
        if known is None:
            return
        owner, address, ticket = known
        say = Say(owner.language, screen.now, screen.say.names)
        link = f"{door.base_url}/mot-de-passe/{ticket}"
        title, words = str(say("Choose another password")), "\n\n".join(map(str, _words(say, link)))
        door.mail.send(Message(hashed("mail", ticket), title, words, screen.now, urgent=True), address)
    except ChannelSyncError as error:
        _log.warning("a link to choose a password was not sent: %s", error)
    finally:
        _AT_ONCE.release()


def _words(say: Say, link: str) -> tuple[object, ...]:
    return (
        say("Somebody, you we hope, has asked to choose another password for your lodgings."),
        say("Open this link within half an hour; it serves once:"),
        link,
        say("If it was not you, do nothing: your password stays as it is."),
    )


@get("/mot-de-passe/{ticket:str}", sync_to_thread=True)
def opened(
    request: Asking, ticket: FromPath[str], screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Template:
    """Ask for the new password."""
    door.gates.try_other(client_of(request))
    try:
        door.people.check_ticket(ticket[:_LONGEST_TICKET])
    except UsageError as error:
        return screen.page("signin/over.html", "This link is over", status=410, text=said(screen, error))
    return screen.page("signin/choose.html", "Choose a password", error="")


@post("/mot-de-passe/{ticket:str}", sync_to_thread=True)
def choose(
    request: Asking, ticket: FromPath[str], data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Template | Redirect:
    """Keep the new password; every browser is signed out, and the owner signs in with it."""
    door.gates.try_other(client_of(request))
    try:
        door.people.check_ticket(ticket[:_LONGEST_TICKET])
    except UsageError as error:
        return screen.page("signin/over.html", "This link is over", status=410, text=said(screen, error))
    try:
        password = acceptable(data.get("password", ""))
        door.people.reset(ticket, door.passwords.hashed(password))
    except UsageError as error:
        return screen.page("signin/choose.html", "Choose a password", status=422, error=said(screen, error))
    return screen.go("/connexion", "password-changed")


routes = Router("/", route_handlers=[page, ask, opened, choose])
