"""``/repetition``: guests who book and cancel, platforms that fail, time that passes; and the way in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final, cast

from litestar import Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect, Template

from channelsync.errors import UsageError
from channelsync.inventory import Unit
from channelsync.nights import Stay
from channelsync.service.people import People
from channelsync.testing import Platform, Refusal
from channelsync.testing.sample import Sample
from channelsync_web.areas.rehearsal.stage import Stage
from channelsync_web.areas.rehearsal.views import days, sides
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen
from channelsync_web.signing import session_cookie

__all__ = ["entrance", "routes"]

Fields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_HOURS: Final = {"1", "6", "24"}


@get("/repetition", sync_to_thread=True)
def shown(
    state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine], logement: FromQuery[str] = ""
) -> Template:
    """Show the simulated platforms of one lodging."""
    units = [unit for unit in mine.units() if unit.id in _town(state).platforms]
    if not units:
        raise NotFoundException
    return _page(state, screen, mine, next((unit for unit in units if unit.id == logement), units[0]))


@post("/repetition/reserver", sync_to_thread=True)
def book(
    state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Fields
) -> Template | Redirect:
    """Let a guest book."""
    unit, platform = _chosen(state, mine, data)
    try:
        stay = Stay(_day(data, "arrivee"), _day(data, "depart"))
    except UsageError:
        return _page(state, screen, mine, unit, data, "Choose an arrival, and a departure after it.")
    if isinstance(_stage(state).book(platform, stay), Refusal):
        return _page(state, screen, mine, unit, data, "This platform does not sell these nights: it shows them closed.")
    _look(state, unit)
    return screen.go(f"/repetition?logement={unit.id}", "joue-reserve")


@post("/repetition/annuler", sync_to_thread=True)
def cancel(state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Fields) -> Redirect:
    """Let a guest cancel."""
    unit, platform = _chosen(state, mine, data)
    _stage(state).cancel(platform, data.get("reservation", "")[:100])
    _look(state, unit)
    return screen.go(f"/repetition?logement={unit.id}", "joue-annule")


@post("/repetition/panne", sync_to_thread=True)
def turn(state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Fields) -> Redirect:
    """Let a platform fail, or recover."""
    unit, platform = _chosen(state, mine, data)
    down = data.get("etat") == "panne"
    _stage(state).turn(platform, down=down)
    return screen.go(f"/repetition?logement={unit.id}", "joue-panne" if down else "joue-retour")


@post("/repetition/avancer", sync_to_thread=True)
def later(state: State, screen: NamedDependency[Screen], data: Fields) -> Redirect:
    """Let some hours pass at once."""
    hours = data.get("heures", "1")
    if hours in _HOURS:
        _town(state).clock.ahead += timedelta(hours=int(hours))
    return screen.go("/repetition", "joue-avance")


@get("/repetition/entrer/{ticket:str}", sync_to_thread=True)
def enter(state: State, ticket: FromPath[str]) -> Redirect:
    """Let whoever started the rehearsal in; a ticket is good for once."""
    owner = _stage(state).admitted(ticket[:100])
    if owner is None:
        raise NotFoundException
    onward = Redirect("/repetition", status_code=303)
    onward.set_cookie(session_cookie(cast("People", state.people).begin(owner), https=False))
    return onward


def _page(
    state: State,
    screen: Screen,
    mine: Mine,
    unit: Unit,
    typed: dict[str, str] | None = None,
    wrong: str = "",
) -> Template:
    """Return the page, with what was typed and what is wrong with it."""
    town = _town(state)
    free = town.free(unit, 3, 1)
    asked = {"arrivee": str(free.arrival), "depart": str(free.departure), "plateforme": "airbnb"}
    return screen.page(
        "rehearsal/rehearsal.html",
        "Rehearsal",
        status=422 if wrong else 200,
        unit=unit,
        units=[one for one in mine.units() if one.id in town.platforms],
        days=days(town),
        sides=sides(town, unit, screen.say),
        asked=asked | (typed or {}),
        wrong=wrong and screen.say(wrong),
    )


def _stage(state: State) -> Stage:
    return cast("Stage", state.stage)


def _town(state: State) -> Sample:
    town = _stage(state).town
    if town is None:  # its past is still being lived through
        raise NotFoundException
    return town


def _chosen(state: State, mine: Mine, data: dict[str, str]) -> tuple[Unit, Platform]:
    """Return the owner's lodging and the platform that a form names."""
    unit = mine.unit(data.get("logement", ""))
    platform = _stage(state).platform(unit, data.get("plateforme", ""))
    if platform is None:
        raise NotFoundException
    return unit, platform


def _day(data: dict[str, str], name: str) -> date:
    try:
        return date.fromisoformat(data.get(name, "")[:10])
    except ValueError:
        msg = "no date"
        raise UsageError(msg) from None


def _look(state: State, unit: Unit) -> None:
    """Let us look soon, as a platform's signal would make us."""
    manager = _town(state).manager
    for one in manager.state(unit).active:
        manager.hint(one.id)


routes = Router("/", route_handlers=[shown, book, cancel, turn, later])
entrance = Router("/", route_handlers=[enter])
