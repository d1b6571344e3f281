"""What a page is made with: who reads it, in which language, and how it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast, final
from urllib.parse import parse_qsl, quote, urlencode

from attrs import frozen
from litestar import Request
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from channelsync.ids import derived
from channelsync.inventory import Owner
from channelsync.manager import Manager
from channelsync.service.people import SignedIn
from channelsync_web.mine import Mine
from channelsync_web.sayings import SAYINGS
from channelsync_web.speech import LANGUAGES, Say

__all__ = ["Asking", "Screen", "local_path", "provide_mine", "provide_screen"]

Asking = Request[Any, Any, Any]

LANGUAGE_COOKIE: Final = "language"
_LONGEST_PATH: Final = 500
_SAID: Final = frozenset({"dit", "de"})


@final
@frozen
class Screen:
    """One request for a page. ``owner`` is None where nobody is signed in; ``session`` is then empty."""

    path: str
    say: Say
    manager: Manager
    owner: Owner | None = None
    session: str = ""
    said: str = ""
    """The key of what was just done, in `channelsync_web.sayings`, and what it was done to."""
    about: str = ""
    rehearsing: bool = False
    """Whether the platforms are imitated ones, to be played with."""
    here: str = "/"
    """The address of this page, without what was just said on it: undoing leads back to it."""
    heard: str = ""
    """The word for what there was of the owner's before this page was made: what changed since, it hears at once."""

    @property
    def now(self) -> datetime:
        """The time of this request."""
        return self.say.now

    def page(self, template: str, title: str, *, status: int = 200, **context: object) -> Template:
        """Return a page. ``title`` is English, and shown translated; context names are for the template alone.

        A page for somebody says by ``x-reader`` for which session it is, so that a device which keeps a copy shows it
        to nobody else.
        """
        said = SAYINGS.get(self.said)
        known: Mapping[str, object] = {
            "_": self.say,
            "say": self.say,
            "screen": self,
            "title": self.say(title),
            "toast": said and said.shown(self.about),
        }
        reader = {"x-reader": derived("reader", self.session)} if self.session else {}
        return Template(template, context={**known, **context}, status_code=status, headers=reader)

    def go(self, path: str, said: str = "", about: str = "") -> Redirect:
        """Return the way to a page of ours after a change; it tells what was done, and offers to undo it."""
        told = {"dit": said, "de": about}
        query = urlencode({key: value for key, value in told.items() if value}, quote_via=quote)
        before, mark, fragment = path.partition("#")
        joined = before + (("&" if "?" in before else "?") + query if query else "")
        return Redirect(joined + mark + fragment, status_code=303)


def provide_screen(request: Asking) -> Screen:
    """Return the screen of a request, for somebody or for nobody; asks no database."""
    manager = cast("Manager", request.app.state.manager)
    signed_in = cast("SignedIn | None", getattr(request.state, "signed_in", None))
    owner = signed_in.owner if signed_in else None
    say = Say(language_of(request, owner), manager.time(), manager.titles, laid_out=manager.laid_out)
    query = request.query_params
    return Screen(
        request.url.path,
        say,
        manager,
        owner,
        signed_in.id if signed_in else "",
        query.get("dit", "")[:40],
        query.get("de", "")[:300],
        here=_here(request),
        rehearsing=request.app.state.stage is not None,
        heard=signed_in.heard if signed_in else "",
    )


def _here(request: Asking) -> str:
    asked = urlencode([(key, value) for key, value in parse_qsl(request.url.query[:_LONGEST_PATH]) if key not in _SAID])
    return local_path(request.url.path + "?" * bool(asked) + asked)


def provide_mine(screen: NamedDependency[Screen]) -> Mine:
    """Return what the signed-in owner may see; only routes behind `signing.signed_in` ask for it."""
    assert screen.owner is not None, "a route that shows an owner's things is not guarded"  # noqa: S101
    return Mine(screen.manager, screen.owner)


def language_of(request: Asking, owner: Owner | None) -> str:
    """Return the language of the owner, else that once chosen here, else the browser's first of ours, else French."""
    wished = [owner.language] if owner else []
    wished.append(request.cookies.get(LANGUAGE_COOKIE, ""))
    wished += [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((one for one in wished if one in LANGUAGES), "fr")


def local_path(text: str) -> str:
    """Return a path of this site to go on to, ``/`` for whatever else somebody has written there."""
    plain = text.isprintable() and text.isascii() and len(text) <= _LONGEST_PATH and "\\" not in text
    return text if plain and text.startswith("/") and not text.startswith("//") else "/"
