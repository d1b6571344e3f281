"""A lodging's own settings, its end, and the sheet of paper with which its owner manages without this server."""

from __future__ import annotations

from typing import Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from channelsync.errors import UsageError
from channelsync.inventory import Unit
from channelsync_web.areas.lodgings.forms import Form, Named, named, refusal
from channelsync_web.areas.lodgings.guides import TIMEZONES, sentences
from channelsync_web.areas.lodgings.views import lodging, path_of
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen
from channelsync_web.unread import unread

__all__ = ["routes"]

_MOST_PRINTED: Final = 200


@get("/logements/{unit_id:str}/reglages", sync_to_thread=True)
def settings(screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str]) -> Template:
    """Show what can be changed about a lodging."""
    unit = mine.unit(unit_id)
    return _settings(screen, mine, unit, Named(unit.name, unit.timezone, unit.turnover))


@post("/logements/{unit_id:str}/reglages", sync_to_thread=True)
def change(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], data: Form
) -> Template | Redirect:
    """Change a lodging's name, time zone or turnover nights."""
    unit, given = mine.unit(unit_id), named(data)
    try:
        mine.manager.change_unit(unit, name=given.name, timezone=given.timezone, turnover=given.turnover)
    except UsageError as error:
        return _settings(screen, mine, unit, given, refusal(screen, error))
    return screen.go(path_of(unit), "logement")


def _settings(screen: Screen, mine: Mine, unit: Unit, given: Named, error: str = "") -> Template:
    known = [name for name, _ in TIMEZONES]
    shown = lodging(mine.manager.state(unit), screen.now)
    zones = TIMEZONES if given.timezone in known else (*TIMEZONES, (given.timezone, given.timezone))
    return screen.page(
        "lodgings/settings.html",
        "Settings of the lodging",
        status=422 if error else 200,
        unit=unit,
        path=path_of(unit),
        lodging=shown,
        linked=_names(screen, [one.key for one in shown.cards]),
        given=given,
        timezones=zones,
        error=error,
    )


def _names(screen: Screen, keys: list[str]) -> str:
    return screen.say.joined([screen.say.platform(key) for key in keys])


@post("/logements/{unit_id:str}/arreter", sync_to_thread=True)
def retire(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], data: Form
) -> Template | Redirect:
    """Take a lodging out of our hands, where its owner has said that this is understood."""
    unit = mine.unit(unit_id)
    if data.get("understood") != "yes":
        return _settings(
            screen,
            mine,
            unit,
            Named(unit.name, unit.timezone, unit.turnover),
            str(screen.say("Tick the box first: nothing was changed.")),
        )
    mine.manager.retire(unit)
    return screen.go(path_of(unit), "arrete")


@get("/logements/{unit_id:str}/fiche", sync_to_thread=True)
def sheet(screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str]) -> Template:
    """Show the sheet to print: what is taken now, and how the platforms are linked to one another without us."""
    unit = mine.unit(unit_id)
    state, registry, french = mine.manager.state(unit), mine.manager.registry, screen.say.language == "fr"
    cards = lodging(state, screen.now).cards
    guides = {
        one.key: (
            sentences(plugin.help_export_fr if french else plugin.help_export_en),
            sentences(plugin.help_import_fr if french else plugin.help_import_en)[:1],
        )
        for one in cards
        for plugin in [registry.get(one.channel)]
    }
    claims = mine.manager.claims(unit)
    return screen.page(
        "lodgings/sheet.html",
        "Emergency sheet",
        unit=unit,
        path=path_of(unit),
        cards=cards,
        guides=guides,
        others={one.key: _names(screen, [each.key for each in cards if each.key != one.key]) for one in cards},
        claims=claims[:_MOST_PRINTED],
        unread=unread([state], screen.say),
        more=max(0, len(claims) - _MOST_PRINTED),
    )


routes = (settings, change, retire, sheet)
