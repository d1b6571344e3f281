"""``/conflits`` and ``/conflits/<id>``."""

from __future__ import annotations

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from channelsync_web.areas.conflicts.reading import case, was_mine
from channelsync_web.areas.conflicts.views import story
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen

__all__ = ["routes"]


@get("/", sync_to_thread=True)
def every(screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show all conflicts that stand, those the owner knows of at the end."""
    found = sorted(mine.conflicts(), key=lambda one: (one.dismissed, not one.alarming))
    return screen.page("conflicts/conflicts.html", "Double bookings", conflicts=found)


@get("/{conflict_id:str}", sync_to_thread=True)
def one(screen: NamedDependency[Screen], mine: NamedDependency[Mine], conflict_id: FromPath[str]) -> Template:
    """Show what is known of a conflict and what to do; one that is over is told as such."""
    try:
        found = case(mine, conflict_id)
    except NotFoundException:
        unit = was_mine(mine, conflict_id)
        if unit is None:
            raise
        return screen.page("conflicts/over.html", "It is resolved", unit=unit)
    told = story(found, screen.say)
    title = "Perhaps taken twice" if told.quiet else "Double booking"
    return screen.page("conflicts/conflict.html", title, report=found.report, story=told)


@post("/{conflict_id:str}/ecarter", sync_to_thread=True)
def dismiss(screen: NamedDependency[Screen], mine: NamedDependency[Mine], conflict_id: FromPath[str]) -> Redirect:
    """Take the owner's word that it is no double booking."""
    mine.manager.dismiss(mine.conflict(conflict_id).id)
    return screen.go("/", "conflict-dismissed", conflict_id)


@post("/{conflict_id:str}/reprendre", sync_to_thread=True)
def take_back(screen: NamedDependency[Screen], mine: NamedDependency[Mine], conflict_id: FromPath[str]) -> Redirect:
    """Take that word back."""
    mine.manager.undismiss(mine.conflict(conflict_id).id)
    return screen.go(f"/conflits/{conflict_id}", "conflict-back")


routes = Router("/conflits", route_handlers=[every, one, dismiss, take_back])
