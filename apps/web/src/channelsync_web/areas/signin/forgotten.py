"""``/mot-de-passe-oublie`` and ``/mot-de-passe/...``: a link by mail to choose another password with.

Whoever asks is told the same, as fast, whether somebody has that address or not: it is looked up after the answer.
"""

from __future__ import annotations

from typing import Final

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from channelsync.errors import UsageError
from channelsync.service.people import acceptable
from channelsync_web.areas.signin.arriving import Form, client_of, said, text
from channelsync_web.areas.signin.door import Door
from channelsync_web.areas.signin.letters import link_letter, word_of_change
from channelsync_web.screen import Asking, Screen

__all__ = ["routes"]

_LONGEST_TICKET: Final = 100


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
        answer.background = link_letter(door, screen, text(data, "email"))
    return answer


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
        owner = door.people.owner(door.people.reset(ticket, door.passwords.hashed(password)))
    except UsageError as error:
        return screen.page("signin/choose.html", "Choose a password", status=422, error=said(screen, error))
    answer, address = screen.go("/connexion", "password-changed"), door.people.person(owner.id).email
    answer.background = word_of_change(door, screen, owner, address, "Your password was changed.")
    return answer


routes = Router("/", route_handlers=[page, ask, opened, choose])
