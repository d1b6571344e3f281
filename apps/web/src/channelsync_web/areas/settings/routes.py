"""``/reglages`` and what is behind it, but for devices and sign-in, which have areas of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, cast

from litestar import Router, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from channelsync.config import Config
from channelsync.service.addresses import preferences_of
from channelsync.service.indicators import indicators
from channelsync_web.areas.settings import languages, own_data
from channelsync_web.areas.settings.alerts import routes as alerts
from channelsync_web.areas.settings.figures import figures
from channelsync_web.areas.settings.rhythm import lodgings
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen

__all__ = ["for_anybody", "routes"]

_SPANS: Final = (7, 30, 90)
"""Days that figures may be asked for."""


@get("/reglages", sync_to_thread=True)
def index(screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show what can be set, and how it stands."""
    with mine.manager.ledger.reading() as tx:
        wishes, _ = preferences_of(tx, mine.owner)
        devices = len(tx.subscribers(mine.owner.id))
    return screen.page("settings/index.html", "Settings", wishes=wishes, devices=devices, every=_every(mine))


@get("/reglages/synchronisation", sync_to_thread=True)
def rhythm(screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show how often platforms are read and read us."""
    with mine.picture() as it:
        told = lodgings(it.units, it.states, it.status(), it.rhythms(), screen.say)
    return screen.page("settings/rhythm.html", "Synchronisation", lodgings=told, every=_every(mine))


@get("/reglages/indicateurs", sync_to_thread=True)
def shown(
    state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine], jours: FromQuery[int] = 30
) -> Template:
    """Show how well it all goes, beside what is aimed at."""
    days = jours if jours in _SPANS else 30
    today = screen.now.date()
    since = today - timedelta(days=days - 1)
    with mine.manager.ledger.reading() as tx:
        own = indicators(tx, since, today, screen.now, owner=mine.owner.id)
        whole = indicators(tx, since, today, screen.now)
        first = tx.first_measured("available")
    told = figures(own, whole, screen.say)
    watched = cast("Config", state.config).heartbeat_url is not None
    return screen.page(
        "settings/figures.html", "Indicators", figures=told, days=days, spans=_SPANS, first=first, watched=watched
    )


def _every(mine: Mine) -> int:
    """Return the minutes between two looks when nothing hurries."""
    return round(mine.manager.policy.poll_every / timedelta(minutes=1))


routes = Router("/", route_handlers=[index, rhythm, shown, alerts, languages.page, languages.change, own_data.routes])
for_anybody = Router("/", route_handlers=[languages.switch, own_data.farewell])
