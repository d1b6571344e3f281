"""``/journal`` and ``/journal/audit``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Template

from channelsync.errors import UsageError
from channelsync_web.areas.journal.forms import KINDS, Wish, wish_of
from channelsync_web.areas.journal.reading import Place, places, read
from channelsync_web.areas.journal.trail import intact, trail
from channelsync_web.areas.journal.views import Day, days
from channelsync_web.areas.journal.words import act, kinds
from channelsync_web.mine import Mine
from channelsync_web.screen import Asking, Screen

__all__ = ["routes"]

_LONGEST_NUMBER: Final = 12


@get("/", sync_to_thread=True)
def journal(request: Asking, screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show what happened, latest first."""
    say = screen.say
    with mine.picture() as it:
        every = places(it.states)
        try:
            wish = wish_of(request.query_params)
        except UsageError as error:
            return _shown(screen, every, Wish(), error=say.ours(str(error)))
        chosen = [one for one in every if wish.unit in {"", one.unit.id}]
        if not chosen and wish.unit:
            raise NotFoundException
        today = say.local(screen.now).date()

        def drawn() -> tuple[tuple[Day, ...], datetime | None]:
            page = read(it.tx, wish, chosen, say.timezone, it.now)
            return days(page.steps, it.conflicts(), say), page.older

        return _shown(screen, every, wish, *it.kept(("journal", say.language, today, wish, it.tx.newest()), drawn))


def _shown(
    screen: Screen,
    every: tuple[Place, ...],
    wish: Wish,
    found: tuple[Day, ...] = (),
    older: datetime | None = None,
    *,
    error: str = "",
) -> Template:
    say, today = screen.say, screen.say.local(screen.now).date()
    keys = dict.fromkeys(key for one in every for key in one.keys.values())
    return screen.page(
        "journal/journal.html",
        "Journal",
        status=422 if error else 200,
        error=error,
        wish=wish,
        units=[one.unit for one in every],
        platforms=[(key, say.platform(key)) for key in keys],
        kinds=list(zip(KINDS, kinds(say), strict=True)),
        days=found,
        today=today,
        yesterday=today - timedelta(days=1),
        older=_address(wish, older) if older else "",
        filtered=wish != Wish(before=wish.before),
    )


def _address(wish: Wish, before: datetime) -> str:
    asked = {
        "logement": wish.unit,
        "plateforme": wish.platform,
        "genre": wish.kind,
        "depuis": wish.since.isoformat() if wish.since else "",
        "avant": str(_micros(before)),
    }
    return "/journal?" + urlencode({name: value for name, value in asked.items() if value})


def _micros(at: datetime) -> int:
    """Return a moment as whole microseconds, which a float would round."""
    return int(at.timestamp()) * 1_000_000 + at.microsecond


@get("/audit", sync_to_thread=True)
def audit(request: Asking, screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show what the owner did, latest first, and whether the trail is whole."""
    asked = request.query_params.get("avant", "")[:_LONGEST_NUMBER]
    found = trail(mine, int(asked) if asked.isdecimal() else None)
    every = places(mine.states())
    names: dict[str, str] = {one.unit.id: one.unit.name for one in every}
    names |= {listing: one.unit.name for one in every for listing in one.keys}
    verify = not found.long or request.query_params.get("verifier") == "1"
    return screen.page(
        "journal/audit.html",
        "Your operations",
        lines=[(one, act(one, names, screen.say)) for one in found.lines],
        older=found.older,
        verified=intact(mine) if verify else None,
    )


routes = Router("/journal", route_handlers=[journal, audit])
