"""``/logements``: the list, and the page of one lodging."""

from __future__ import annotations

from collections import Counter

from attrs import evolve
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from channelsync_web.areas.lodgings import accounts, beginning, keeping, listing, taking
from channelsync_web.areas.lodgings.views import lodging, steps, watch_until
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen

__all__ = ["routes"]


@get("/logements", sync_to_thread=True)
def every(screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show the owner's lodgings."""
    with mine.picture() as it:
        left, asked = it.left(), Counter(one.unit.id for one in it.questions())
        states = it.states
        known = it.kept(("lodgings",), lambda: [lodging(one, screen.now, asked[one.unit.id]) for one in states])
    if mine.manager.laid_out:  # when they were laid, the states do not tell
        known = [lodging(one, screen.now, asked[one.unit.id], laid=mine.laid(one)) for one in states]
    lodgings = [evolve(one, left=left[one.unit.id]) for one in known]
    return screen.page("lodgings/list.html", "Lodgings", lodgings=lodgings)


@get("/logements/{unit_id:str}", sync_to_thread=True)
def one(screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str]) -> Template:
    """Show one lodging: its listings, and what waits for its owner."""
    unit = mine.unit(unit_id)
    state, asked = mine.manager.state(unit), len(mine.manager.questions(unit))
    return screen.page(
        "lodgings/lodging.html",
        unit.name,
        lodging=lodging(state, screen.now, asked, mine.left(unit), mine.laid(state)),
        takeover=state.takeover,
        steps=steps(state),
        watch_until=watch_until(state, mine.manager.policy.takeover_watch),
        watch_hours=int(mine.manager.policy.takeover_watch.total_seconds() // 3600),
    )


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
