"""``/bienvenue``: the first sign-in, with the code that ``channelsync owner add`` has shown; address and password.

Where there is no owner yet, the code that the web app printed as it started makes the first one, under the name given.
"""

from __future__ import annotations

from typing import Final

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from channelsync.errors import UsageError
from channelsync.service.people import acceptable
from channelsync.service.people.accounts import sign_in_address
from channelsync_web.areas.signin import first
from channelsync_web.areas.signin.arriving import Form, agent_of, client_of, let_in, said, text
from channelsync_web.areas.signin.door import Door
from channelsync_web.screen import Asking, Screen

__all__ = ["routes"]

_LONGEST_NAME: Final = 200


def _asked(screen: Screen, *, status: int = 200, **more: object) -> Template:
    known: dict[str, object] = {"code": "", "name": "", "email": "", "wrong": {}}
    known["anybody"] = bool(screen.manager.owners())
    return screen.page("signin/welcome.html", "Welcome", status=status, **{**known, **more})


@get("/bienvenue", sync_to_thread=True)
def page(screen: NamedDependency[Screen]) -> Template:
    """Ask for the code, an address and a password."""
    return _asked(screen)


@post("/bienvenue", sync_to_thread=True)
def begin(
    request: Asking, data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Template | Redirect:
    """Use the code up, and sign its owner in; it stays whole until address and password will do."""
    code, email, password = text(data, "code", 80), text(data, "email"), data.get("password", "")
    door.gates.try_other(client_of(request))
    beginning, name = first.opens(screen.manager, code), text(data, "name", _LONGEST_NAME)
    wrong = _wrong(screen, door, None if beginning else code, email, password)
    if not wrong and beginning:
        try:
            code = first.begun(screen.manager, code, name, screen.say.language)
        except UsageError as error:
            wrong["name"] = said(screen, error)
    if not wrong:
        try:
            token = door.people.welcome(code, email, door.passwords.hashed(password), agent_of(request))
        except UsageError as error:
            wrong["email"] = said(screen, error)
        else:
            return let_in(request, door, token, "/")
    return _asked(screen, status=422, code=code, name=name, email=email, wrong=wrong)


def _wrong(screen: Screen, door: Door, code: str | None, email: str, password: str) -> dict[str, str]:
    """Return what will not do, by field; no code is one that was looked at already."""
    wrong: dict[str, str] = {}
    try:
        if code is not None:
            door.people.invited(code)
    except UsageError as error:
        wrong["code"] = said(screen, error)
    try:
        sign_in_address(email)
    except UsageError as error:
        wrong["email"] = said(screen, error)
    try:
        acceptable(password, email)
    except UsageError as error:
        wrong["password"] = said(screen, error)
    return wrong


routes = Router("/", route_handlers=[page, begin])
