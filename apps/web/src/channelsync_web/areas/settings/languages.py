"""``/reglages/langue``, and the switch at the foot of every page, which serves strangers too."""

from __future__ import annotations

from typing import Final

from litestar import get, post
from litestar.datastructures import Cookie, State
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.response import Redirect, Template

from channelsync.service.addresses import set_language
from channelsync_web.areas.settings.forms import Form
from channelsync_web.screen import LANGUAGE_COOKIE, Screen, local_path
from channelsync_web.speech import LANGUAGES

__all__ = ["change", "page", "switch"]

_HERE: Final = "/reglages/langue"
_YEAR: Final = 365 * 24 * 3600


@get(_HERE, sync_to_thread=False)
def page(screen: NamedDependency[Screen]) -> Template:
    """Show the languages there are."""
    return screen.page("settings/language.html", "Language")


@post(_HERE, sync_to_thread=True)
def change(state: State, screen: NamedDependency[Screen], data: Form) -> Redirect:
    """Speak another language, on pages and in messages."""
    return _spoken(state, screen, data, _HERE)


@post("/langue", sync_to_thread=True)
def switch(state: State, screen: NamedDependency[Screen], data: Form) -> Redirect:
    """Speak another language, and come back to the page one is on."""
    return _spoken(state, screen, data, local_path(data.get("vers", "/")))


def _spoken(state: State, screen: Screen, data: Form, to: str) -> Redirect:
    language = data.get("langue", "")
    if language not in LANGUAGES:
        raise ValidationException
    if screen.owner is not None and screen.owner.language != language:
        with screen.manager.ledger.transaction() as tx:
            set_language(tx, screen.owner, language, actor=screen.owner.id, at=screen.now)
    onward = screen.go(to)
    kept = Cookie(
        key=LANGUAGE_COOKIE, value=language, httponly=True, secure=bool(state.https), samesite="lax", max_age=_YEAR
    )
    onward.set_cookie(kept)
    return onward
