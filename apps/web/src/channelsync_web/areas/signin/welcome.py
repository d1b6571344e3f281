"""``/bienvenue``: the first sign-in, with the code that ``channelsync owner add`` has shown; address and password."""

from __future__ import annotations

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from channelsync.errors import UsageError
from channelsync.service.people import acceptable
from channelsync.service.people.accounts import sign_in_address
from channelsync_web.areas.signin.arriving import Form, agent_of, client_of, let_in, said, text
from channelsync_web.areas.signin.door import Door
from channelsync_web.screen import Asking, Screen

__all__ = ["routes"]


def _asked(screen: Screen, *, status: int = 200, **more: object) -> Template:
    known: dict[str, object] = {"code": "", "email": "", "wrong": {}, "anybody": bool(screen.manager.owners())}
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
    wrong: dict[str, str] = {}
    try:
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
    if not wrong:
        try:
            token = door.people.welcome(code, email, door.passwords.hashed(password), agent_of(request))
        except UsageError as error:
            wrong["email"] = said(screen, error)
        else:
            return let_in(request, door, token, "/")
    return _asked(screen, status=422, code=code, email=email, wrong=wrong)


routes = Router("/", route_handlers=[page, begin])
