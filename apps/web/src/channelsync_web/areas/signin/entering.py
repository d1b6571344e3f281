"""``/connexion``, ``/connexion/code`` and ``/deconnexion``: in by address and password, the second step, and out."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Final

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template
from pyotp.totp import TOTP

from channelsync.ids import OwnerId
from channelsync_web.areas.signin.arriving import STEP, Form, agent_of, arrived, client_of, let_in, text
from channelsync_web.areas.signin.door import Door
from channelsync_web.screen import Asking, Screen, local_path
from channelsync_web.signing import session_cookie

__all__ = ["code_step", "routes"]

_DIGITS: Final = 6
_INTERVAL: Final = 30


def _asked(screen: Screen, door: Door, to: str, *, status: int = 200, **more: object) -> Template:
    known = {"email": "", "error": "", "to": local_path(to), "door": door, "anybody": bool(screen.manager.owners())}
    return screen.page("signin/enter.html", "Sign in", status=status, **{**known, **more})


@get("/connexion", sync_to_thread=True)
def page(request: Asking, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Template | Redirect:
    """Ask for address and password; whoever is signed in is sent on."""
    to = local_path(request.query_params.get("vers", "/"))
    return screen.go(to) if screen.owner else _asked(screen, door, to)


@post("/connexion", sync_to_thread=True)
def enter(
    request: Asking, data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Template | Redirect:
    """Sign in by address and password. An address that nobody has is answered as a password that is wrong."""
    email, password, to = text(data, "email"), data.get("password", ""), text(data, "vers", 500)
    door.gates.try_password(client_of(request), email)
    person = door.people.by_email(email)
    if not door.passwords.fits(person.password if person else None, password) or person is None:
        return _asked(
            screen, door, to, status=422, email=email, error=screen.say("The address or the password is not right.")
        )
    door.gates.came_in(client_of(request), email)
    if person.password and door.passwords.is_old(person.password):
        door.people.rehash(person.owner, person.password, door.passwords.hashed(password))
    return arrived(request, screen, door, person.owner, "password", to)


@get("/connexion/code", sync_to_thread=True)
def second(request: Asking, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Template | Redirect:
    """Ask for the code of the second step."""
    if not door.slips.read(STEP, request.cookies, screen.now):
        return screen.go("/connexion")
    return screen.page("signin/code.html", "A second step", error="")


@post("/connexion/code", sync_to_thread=True)
def second_done(
    request: Asking, data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Template | Redirect:
    """Sign in with the code of an app, or with a recovery code; each serves once."""
    slip = door.slips.read(STEP, request.cookies, screen.now)
    if not slip:
        return screen.go("/connexion")
    owner = OwnerId(slip["owner"])
    door.gates.try_digits(client_of(request), owner)
    if not _proved(door, owner, text(data, "code", 60), screen.now):
        return screen.page(
            "signin/code.html",
            "A second step",
            status=422,
            error=screen.say("This code is not right, or was used already."),
        )
    return let_in(request, door, door.people.begin(owner, agent_of(request), how=slip["how"]), slip["to"])


@post("/deconnexion", sync_to_thread=True)
def leave(screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Redirect:
    """Sign out of this browser."""
    if screen.owner:
        door.people.end(screen.session, screen.owner.id)
    out = screen.go("/connexion")
    out.set_cookie(session_cookie("", https=door.slips.https))
    out.headers["clear-site-data"] = '"cache"'
    return out


def _proved(door: Door, owner: OwnerId, code: str, now: datetime) -> bool:
    """Whether a code is the app's of just now, or one of the recovery codes; it is used up by that."""
    plain = "".join(char for char in code if char.isalnum())
    secret = door.people.totp_secret(owner)
    if len(plain) == _DIGITS and secret is not None:
        step = code_step(secret, plain, now)
        return step is not None and door.people.use_totp(owner, step)
    return door.people.use_recovery_code(owner, plain)


def code_step(secret: str, code: str, now: datetime) -> int | None:
    """Return in which 30 seconds an app made a code: these, those before or those after; None for none of them."""
    app, present = TOTP(secret), int(now.timestamp()) // _INTERVAL
    given = "".join(char for char in code if char.isalnum()).encode()
    steps = [one for one in (present, present - 1, present + 1) if hmac.compare_digest(_code(app, one), given)]
    return next(iter(steps), None)


def _code(app: TOTP, step: int) -> bytes:
    return app.generate_otp(step).encode()


routes = Router("/", route_handlers=[page, enter, second, second_done, leave])
