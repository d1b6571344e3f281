"""``/``."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.response import Template

from channelsync.service.telling import notices_of
from channelsync_web.areas.home.agenda import DAYS, agenda
from channelsync_web.areas.home.verdict import verdict
from channelsync_web.areas.home.views import EVENTS, entries, events, rows, tiles
from channelsync_web.areas.home.watched import quiet, watched, withheld
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen
from channelsync_web.unread import unread

__all__ = ["routes"]

_LATELY: Final = timedelta(days=14)
_ONE_DAY: Final = timedelta(days=1)


@get("/", sync_to_thread=True)
def home(screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show the first page; a new owner is led to their first lodging."""
    say, today = screen.say, screen.say.local(screen.now).date()
    with mine.picture() as it:
        states = it.in_hand
        units = tuple(one.unit for one in it.in_hand or it.states)
        if not units:
            return screen.page("home/welcome.html", "Home")
        silent = quiet(it.states, screen.now)
        served = it.served_since() if silent else None
        listings = watched(it.states, it.status(), it.rhythms(silent), screen.now, served)
        conflicts, exposed, questions = it.conflicts(), it.exposed(), it.questions()
        claims = it.claims(since=today, before=today + DAYS * _ONE_DAY)
        span = {"since": screen.now - _LATELY, "before": screen.now + timedelta(seconds=1)}
        latest = it.kept(
            ("events", say.language, it.tx.newest().notice),
            lambda: events(tuple(notices_of(it.tx.notices_for(mine.owner.id, **span, limit=EVENTS))), say),
        )
        days = it.kept(
            ("agenda", say.language, today),
            lambda: [(one.day, entries(one.lines, say)) for one in agenda(units, claims, today).days],
        )
    found = verdict(units, listings, conflicts, exposed, say)
    return screen.page(
        "home/home.html",
        "Home",
        verdict=found,
        rows=rows(found, conflicts, exposed, questions, withheld(listings), say),
        days=days,
        unread=unread(states, say),
        doubtful=any(not one.sure for _, lines in days for one in lines),
        today=today,
        lodgings=tiles(listings, say),
        events=latest,
    )


routes = Router("/", route_handlers=[home])
