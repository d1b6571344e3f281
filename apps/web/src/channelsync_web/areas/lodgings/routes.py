"""``/logements``: the list, and the page of one lodging."""

from __future__ import annotations

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from channelsync.inventory import Unit
from channelsync_web.areas.lodgings import accounts, beginning, keeping, listing, taking
from channelsync_web.areas.lodgings.views import Lodging, lodging, steps, watch_until
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen

__all__ = ["routes"]


@get("/logements", sync_to_thread=True)
def every(screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show the owner's lodgings."""
    lodgings = [_lodging(screen, mine, unit) for unit in mine.units()]
    return screen.page("lodgings/list.html", "Lodgings", lodgings=lodgings)


@get("/logements/{unit_id:str}", sync_to_thread=True)
def one(screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str]) -> Template:
    """Show one lodging: its listings, and what waits for its owner."""
    unit = mine.unit(unit_id)
    state = mine.manager.state(unit)
    return screen.page(
        "lodgings/lodging.html",
        unit.name,
        lodging=_lodging(screen, mine, unit),
        takeover=state.takeover,
        steps=steps(state),
        watch_until=watch_until(state, mine.manager.policy.takeover_watch),
        watch_hours=int(mine.manager.policy.takeover_watch.total_seconds() // 3600),
    )


def _lodging(screen: Screen, mine: Mine, unit: Unit) -> Lodging:
    asked = len(mine.manager.questions(unit))
    return lodging(mine.manager.state(unit), screen.now, asked, mine.left(unit))


routes = Router(
    "/",
    route_handlers=[
        every,
        one,
        *accounts.routes,
        *beginning.routes,
        *listing.routes,
        *taking.routes,
        *keeping.routes,
    ],
)
