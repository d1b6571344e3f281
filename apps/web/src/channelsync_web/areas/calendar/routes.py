"""``/calendrier`` and what is looked at from there: one stay, one night."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from channelsync_web.areas.calendar import stays
from channelsync_web.areas.calendar.forms import DAYS, Ordered, Window, day_in, window
from channelsync_web.areas.calendar.labels import CATEGORIES
from channelsync_web.areas.calendar.ordering import ORDERS, today
from channelsync_web.areas.calendar.stories import story
from channelsync_web.areas.calendar.views import Grid, grid
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen
from channelsync_web.unread import unread

__all__ = ["routes"]

_ONE_DAY: Final = timedelta(days=1)


@get("/calendrier", sync_to_thread=True)
def calendar(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], du: FromQuery[str] = "", jours: FromQuery[str] = ""
) -> Template:
    """Show every lodging that is in our hands, night by night."""
    shown, say, day = window(du, jours, today(screen)), screen.say, today(screen)
    with mine.picture() as it:
        states = it.in_hand

        def drawn() -> Grid:
            gone = it.over(since=shown.stay.arrival, before=shown.stay.departure)
            return grid(states, [gone[one.unit.id] for one in states], shown.stay, say, it.dismissed())

        table = it.kept(("calendar", say.language, day, shown.stay), drawn)
    here = _address(shown)
    return screen.page(
        "calendar/calendar.html",
        "Calendar",
        grid=table,
        unread=unread(states, say),
        window=shown,
        choices=DAYS,
        form=Ordered(back=here),
        units=[one.unit for one in states],
        categories=CATEGORIES,
        obstacles=(),
    )


def _address(shown: Window) -> str:
    """Return the address that shows this window again."""
    days = "" if shown.days == DAYS[1] else f"jours={shown.days}"
    first = "" if shown.plain else f"du={shown.stay.arrival}"
    return "/calendrier" + "?" * bool(days or first) + "&".join(filter(None, (first, days)))


@get("/calendrier/occupation/{claim:str}", sync_to_thread=True)
def occupation(screen: NamedDependency[Screen], mine: NamedDependency[Mine], claim: FromPath[str]) -> Template:
    """Show one stay."""
    state, found = mine.taking(claim)
    shown = stays.page(state, found, screen.say, mine.dismissed())
    return screen.page(
        "calendar/stay.html",
        shown.kind,
        stay=shown,
        form=stays.filled(found),
        categories=CATEGORIES,
        obstacles=(),
    )


@get("/calendrier/nuit/{unit:str}/{night:str}", sync_to_thread=True)
def night(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit: FromPath[str], night: FromPath[str]
) -> Template:
    """Show why a night is as it is."""
    day = day_in(night, today(screen))
    if day is None:
        raise NotFoundException
    chosen = mine.unit(unit)
    told = story(mine.manager.state(chosen), day, screen.say)
    pages = {one.listing: one.page for one in mine.manager.exposed(chosen) if day in one.nights}
    title = "Why is this night closed?" if told.closed else "Why is this night open?"
    return screen.page(
        "calendar/night.html", title, story=told, pages=pages, before=day - _ONE_DAY, next=day + _ONE_DAY
    )


@get("/calendrier/nuit", sync_to_thread=True)
def choose_night(
    screen: NamedDependency[Screen],
    mine: NamedDependency[Mine],
    logement: FromQuery[str] = "",
    nuit: FromQuery[str] = "",
) -> Redirect:
    """Go to the night that was chosen."""
    day = day_in(nuit, today(screen)) or today(screen)
    return screen.go(f"/calendrier/nuit/{mine.unit(logement).id}/{day}")


routes = Router("/", route_handlers=[calendar, occupation, night, choose_night, *ORDERS])
