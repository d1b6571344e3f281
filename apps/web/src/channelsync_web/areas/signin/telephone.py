"""``/reglages/securite/telephone``: codes of an authenticator app as a second step, and recovery codes beside it."""

from __future__ import annotations

from typing import Final

import segno
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template
from markupsafe import Markup
from pyotp import random_base32
from pyotp.totp import TOTP

from channelsync_web.areas.signin.arriving import Form, client_of, recently_confirmed, session_of, text
from channelsync_web.areas.signin.door import Door
from channelsync_web.areas.signin.entering import code_step
from channelsync_web.areas.signin.letters import word_of_change
from channelsync_web.areas.signin.protection import HERE
from channelsync_web.screen import Asking, Screen

__all__ = ["routes"]

_GROUP: Final = 4


@get("/", sync_to_thread=True)
def page(request: Asking, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Template | Redirect:
    """Show the picture that sets an app up; where one is set up, there is nothing to show."""
    owner = session_of(request).owner
    if door.people.person(owner.id).totp_at is not None:
        return screen.go(HERE)
    return _shown(request, screen, door)


@post("/", sync_to_thread=True)
def turn_on(
    request: Asking, data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Template | Redirect:
    """Ask for codes from now on, once the app has shown a right one; show the recovery codes, this once."""
    owner = session_of(request).owner
    door.gates.try_digits(client_of(request), owner.id)
    secret = door.people.totp_secret(owner.id)
    if secret is None or door.people.person(owner.id).totp_at is not None:
        return screen.go(HERE)
    step = code_step(secret, text(data, "code", 20), screen.now)
    if step is None:
        return _shown(
            request,
            screen,
            door,
            status=422,
            error=screen.say("This code is not right. Take the one that the app shows just now."),
        )
    codes = door.people.turn_on_totp(owner.id, step)
    return screen.page("signin/codes.html", "Your recovery codes", codes=codes)


@post("/arreter", sync_to_thread=True)
def turn_off(request: Asking, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Redirect:
    """Ask for no codes any more."""
    owner = session_of(request).owner
    door.people.turn_off_totp(owner.id)
    answer, address = screen.go(HERE, "second-step-off"), door.people.person(owner.id).email
    answer.background = word_of_change(door, screen, owner, address, "The second step of your sign-in was turned off.")
    return answer


@post("/codes", sync_to_thread=True)
def more_codes(request: Asking, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Template | Redirect:
    """Show new recovery codes, this once; the earlier ones end."""
    owner = session_of(request).owner
    if door.people.person(owner.id).totp_at is None:
        return screen.go(HERE)
    return screen.page("signin/codes.html", "Your recovery codes", codes=door.people.new_recovery_codes(owner.id))


def _shown(request: Asking, screen: Screen, door: Door, *, status: int = 200, error: object = "") -> Template:
    owner = session_of(request).owner
    secret = door.people.propose_totp(owner.id, random_base32())
    name = door.people.person(owner.id).email or owner.name
    link = TOTP(secret).provisioning_uri(name=name, issuer_name="channelsync")
    picture = segno.make(link, error="m").svg_inline(omitsize=True, dark="#000", light="#fff", border=4)
    groups = " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))
    known = {"picture": Markup(picture), "secret": groups, "link": link, "error": error}  # noqa: S704 - made here, of our own
    return screen.page("signin/telephone.html", "A code from your telephone", status=status, **known)


routes = Router("/telephone", route_handlers=[page, turn_on, turn_off, more_codes], guards=[recently_confirmed])
