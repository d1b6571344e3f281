"""A site to visit: the whole app on a database of its own, platforms on loopback, and browsers, signed in or not."""

from __future__ import annotations

import random
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

import channelsync as cs
from channelsync.ids import OwnerId
from channelsync.inventory import Unit
from channelsync.testing import Platform, plain
from channelsync.testing.serve import Served, serve
from channelsync_web.asgi import create_app
from channelsync_web.signing import cookie_name

START = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:8000"
PAGE = {"accept": "text/html", "sec-fetch-site": "same-origin"}


def as_typed(text: str) -> str:
    """Return a French text as it was typed: which spaces keep words together is not what most tests are about."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


class Browser(TestClient[Litestar]):
    """A browser whose pages read as they were typed; it follows no redirects."""

    def __init__(self, app: Litestar) -> None:
        super().__init__(app, base_url=ADDRESS)
        self.headers.update(PAGE)
        self.follow_redirects = False

    def enter(self, owner: OwnerId) -> None:
        """Take the cookie of an owner who has signed in."""
        self.cookies.set(cookie_name(https=False), self.app.state.people.begin(owner))

    def request(self, *args: Any, **kwargs: Any) -> Response:
        """Ask, and return the answer."""
        answer = super().request(*args, **kwargs)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return answer
        kept = [one for one in answer.headers.multi_items() if one[0] not in {"content-encoding", "content-length"}]
        text = as_typed(answer.text)
        return Response(answer.status_code, headers=kept, text=text, request=answer.request, history=answer.history)


class Site:
    """The app, its manager, and its platforms; ``time`` is everybody's."""

    def __init__(self, manager: cs.Manager, app: Litestar) -> None:
        self.manager = manager
        self.app = app
        self.time = START
        self.platforms: dict[str, Platform] = {}
        self.served: Served

    def pass_time(self, **span: float) -> None:
        """Let time pass."""
        self.time += timedelta(**span)

    def owner(self, name: str = "Camille") -> OwnerId:
        """Return the owner of that name, added where there is none."""
        known = next((one for one in self.manager.owners() if one.name == name), None)
        return (known or self.manager.add_owner(name).owner).id

    def browser(self, owner: str | None = "Camille") -> Browser:
        """Return a browser, signed in as that owner; None: nobody is signed in."""
        client = Browser(self.app)  # not entered: the app is open already
        if owner is not None:
            client.enter(self.owner(owner))
        return client

    def lodging(
        self, name: str = "Gîte du Lac", *, owner: str = "Camille", sides: tuple[str, ...] = ("ical:a", "ical:b")
    ) -> Unit:
        """Return a new lodging, linked to a platform for each side; `platform` finds them again."""
        unit = self.manager.add_unit(name, owner=self.owner(owner))
        for side in sides:
            self.manager.link(unit, side, feed=self.served.export_url(self.platforms[side.partition(":")[2]]))
        return unit


_standing: list[cs.Manager] = []


@cache
def _app() -> Litestar:
    """Return the app of all sites of this process, one after the other: a start makes it a new one."""
    return create_app(lambda: _standing[-1], environ={})


@contextmanager
def open_site(tmp_path: Path) -> Generator[Site]:
    """Open a site; its platforms are called ``a`` to ``d``, each good for one listing."""
    clock: list[Site] = []

    def now() -> datetime:
        return clock[0].time if clock else START

    platforms = {name: plain.platform(room=f"r-{name}", rng=random.Random(index)) for index, name in enumerate("abcd")}
    with (
        cs.open(str(tmp_path / "site.db"), now=now, allow_private_addresses=True, environ={}) as manager,
        serve(platforms.values(), now) as served,
    ):
        _standing[:] = [manager]
        site = Site(manager, _app())
        site.platforms, site.served = platforms, served
        clock.append(site)
        with TestClient(site.app, base_url=ADDRESS):  # keeps the app open while browsers come and go
            yield site
