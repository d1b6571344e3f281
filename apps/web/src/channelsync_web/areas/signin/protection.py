"""``/reglages/securite``: address, password, where one is signed in, and proving again who one is."""

from __future__ import annotations

from typing import Final

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Template

from channelsync.errors import UsageError
from channelsync.inventory import Owner
from channelsync.service.people import acceptable
from channelsync_web.areas.signin.arriving import Form, client_of, said, session_of, text
from channelsync_web.areas.signin.door import Door
from channelsync_web.areas.signin.letters import word_of_change
from channelsync_web.screen import Asking, Screen, local_path

__all__ = ["HERE", "routes"]

HERE: Final = "/reglages/securite"


def _page(request: Asking, screen: Screen, door: Door, *, status: int = 200, **more: object) -> Template:
    owner = session_of(request).owner
    known: dict[str, object] = {
        "person": door.people.person(owner.id),
        "sessions": door.people.sessions(owner.id),
        "passkeys": door.people.passkeys(owner.id),
        "identities": door.people.identities(owner.id),
        "codes_left": door.people.recovery_codes_left(owner.id),
        "door": door,
        "wrong": {},
        "email": "",
    }
    return screen.page("signin/protection.html", "Sign-in and safety", status=status, **{**known, **more})


@get("/", sync_to_thread=True)
def page(request: Asking, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Template:
    """Show how the owner signs in, and where they are signed in."""
    return _page(request, screen, door)


@post("/mot-de-passe", sync_to_thread=True)
def change_password(
    request: Asking, data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Template | Redirect:
    """Keep a new password; every other browser is signed out."""
    owner = session_of(request).owner
    if not _is_theirs(request, door, owner, data):
        return _page(request, screen, door, status=422, wrong={"current": screen.say("This is not your password.")})
    try:
        password = acceptable(data.get("new", ""), door.people.person(owner.id).email or "")
    except UsageError as error:
        return _page(request, screen, door, status=422, wrong={"new": said(screen, error)})
    door.people.set_password(owner.id, door.passwords.hashed(password), but=screen.session)
    door.people.confirm(screen.session)
    answer, address = screen.go(HERE, "password-changed"), door.people.person(owner.id).email
    answer.background = word_of_change(door, screen, owner, address, "Your password was changed.")
    return answer


@post("/adresse", sync_to_thread=True)
def change_email(
    request: Asking, data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Template | Redirect:
    """Keep another address to sign in with."""
    owner, email = session_of(request).owner, text(data, "email")
    if not _is_theirs(request, door, owner, data):
        return _page(
            request,
            screen,
            door,
            status=422,
            wrong={"current_email": screen.say("This is not your password.")},
            email=email,
        )
    before = door.people.person(owner.id).email
    try:
        door.people.set_email(owner.id, email)
    except UsageError as error:
        return _page(request, screen, door, status=422, wrong={"email": said(screen, error)}, email=email)
    answer = screen.go(HERE, "address-changed")
    answer.background = word_of_change(door, screen, owner, before, "You sign in with another address from now on.")
    return answer


@post("/sessions", sync_to_thread=True)
def end_session(request: Asking, data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Redirect:
    """Sign one browser out, or every other one.

    Raises:
        NotFoundException: the owner is not signed in there.
    """
    owner, session = session_of(request).owner, text(data, "session", 40)
    if session == "others":
        door.people.end_all(owner.id, but=screen.session)
    elif not door.people.end(session, owner.id):
        raise NotFoundException
    return screen.go(HERE, "signed-out")


@get("/confirmer", sync_to_thread=True)
def ask_again(request: Asking, screen: NamedDependency[Screen]) -> Template:
    """Ask for the password before something that matters."""
    to = local_path(request.query_params.get("vers", HERE))
    return screen.page("signin/confirm.html", "Is it you?", error="", to=to)


@post("/confirmer", sync_to_thread=True)
def confirm(
    request: Asking, data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Template | Redirect:
    """Go on, where it is their password."""
    to = local_path(text(data, "vers", 500))
    if not _is_theirs(request, door, session_of(request).owner, data):
        return screen.page(
            "signin/confirm.html", "Is it you?", status=422, error=screen.say("This is not your password."), to=to
        )
    door.people.confirm(screen.session)
    return screen.go(to)


def _is_theirs(request: Asking, door: Door, owner: Owner, data: Form) -> bool:
    """Whether the form holds the owner's present password; tries are counted as those of signing in."""
    person = door.people.person(owner.id)
    door.gates.try_password(client_of(request), person.email or owner.id)
    return door.passwords.fits(person.password, data.get("current", ""))


routes = Router("/", route_handlers=[page, change_password, change_email, end_session, ask_again, confirm])
