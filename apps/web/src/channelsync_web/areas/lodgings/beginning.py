"""First steps: a lodging's name, then one platform after the other: its link to us, and ours to it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from litestar import get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from channelsync.adapter.plugin import API
from channelsync.errors import ChannelSyncError, UsageError
from channelsync.inventory import Unit
from channelsync_web.areas.lodgings.forms import LONGEST_URL, Form, Named, label, named, options, refusal, wanted
from channelsync_web.areas.lodgings.guides import TIMEZONES, Choice, choices, chosen, fields, sentences
from channelsync_web.areas.lodgings.listing import doubts
from channelsync_web.areas.lodgings.views import lodging, path_of
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen

__all__ = ["routes"]

_USUAL = ("airbnb", "booking", "greengo")


@get("/logements/nouveau", sync_to_thread=True)
def new(screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Ask for a lodging's name, and where it is listed."""
    return _new(screen, mine, Named(""), _USUAL)


@post("/logements/nouveau", sync_to_thread=True)
def add(screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Form) -> Template | Redirect:
    """Add a lodging, and go on to its first platform."""
    given, ticked = named(data), wanted(data)
    try:
        unit = mine.manager.add_unit(given.name, timezone=given.timezone, turnover=given.turnover, owner=mine.owner.id)
    except UsageError as error:
        return _new(screen, mine, given, ticked, refusal(screen, error))
    rest = [one.id for one in chosen(mine.manager.registry, ticked)]
    return screen.go(_next(unit, rest))


def _new(screen: Screen, mine: Mine, given: Named, ticked: tuple[str, ...], error: str = "") -> Template:
    return screen.page(
        "lodgings/new.html",
        "A new lodging",
        status=422 if error else 200,
        given=given,
        ticked=ticked,
        error=error,
        choices=choices(mine.manager.registry),
        timezones=TIMEZONES,
    )


@get("/logements/{unit_id:str}/relier", sync_to_thread=True)
def choose(
    screen: NamedDependency[Screen],
    mine: NamedDependency[Mine],
    unit_id: FromPath[str],
    plateforme: FromQuery[str] = "",
    avec: FromQuery[str] = "",
) -> Template:
    """Ask for a platform's export link; without a platform, which one."""
    unit = mine.unit(unit_id)
    found = chosen(mine.manager.registry, [plateforme[:100]])
    if found:
        return _ask(screen, mine, unit, found[0], _rest(mine, avec))
    return screen.page(
        "lodgings/choose.html",
        "Link a listing",
        lodging=lodging(mine.manager.state(unit), screen.now),
        choices=choices(mine.manager.registry),
        accounts=mine.accounts(),
    )


@post("/logements/{unit_id:str}/relier", sync_to_thread=True)
def join(
    screen: NamedDependency[Screen],
    mine: NamedDependency[Mine],
    unit_id: FromPath[str],
    data: Form,
    plateforme: FromQuery[str] = "",
    avec: FromQuery[str] = "",
) -> Template | Redirect:
    """Link a listing by its export link: it is read at once, and what is wrong with it is said beside it."""
    unit, rest = mine.unit(unit_id), _rest(mine, avec)
    found = chosen(mine.manager.registry, [plateforme[:100]])
    if not found:
        raise NotFoundException
    choice, feed = found[0], data.get("feed", "").strip()[: LONGEST_URL + 1]
    settings = {**choice.options, **options(choice.plugin.options, data)}
    name = str(screen.say(choice.label)) or label(data)
    if choice.several and not name:
        return _ask(screen, mine, unit, choice, rest, data, str(screen.say("Give the platform’s name.")))
    try:
        key = f"{choice.channel}:{name}" if choice.several else choice.channel
        report = mine.manager.link(unit, key, feed=feed, options=settings)
    except ChannelSyncError as error:
        return _ask(screen, mine, unit, choice, rest, data, refusal(screen, error))
    mine.manager.sync(unit)
    if mine.linked(unit, report.listing).route == API:  # its calendar stands in; nothing is to be pasted there
        return screen.go(path_of(unit, report.listing), "relie")
    return screen.go(_with_rest(f"{path_of(unit, report.listing)}/lien", rest))


def _ask(
    screen: Screen,
    mine: Mine,
    unit: Unit,
    choice: Choice,
    rest: list[str],
    data: Mapping[str, str] | None = None,
    error: str = "",
) -> Template:
    given = {name: value[:LONGEST_URL] for name, value in (data or {}).items()}
    known = {**choice.options, **given}
    others = [one for one in mine.accounts() if one.channel == choice.channel]
    return screen.page(
        "lodgings/link.html",
        "Link a listing",
        status=422 if error else 200,
        unit=unit,
        path=path_of(unit),
        choice=choice,
        steps=choice.export_steps(screen.say.language),
        rest=rest,
        action=_with_rest(f"{path_of(unit)}/relier?" + urlencode({"plateforme": choice.id}), rest),
        skip=_next(unit, rest),
        given=given,
        fields=fields(choice.plugin.options, known, screen.say.language),
        accounts=others,
        error=error,
    )


def _rest(mine: Mine, text: str) -> list[str]:
    """Return the platforms that are still to be linked, as an address names them."""
    return [one.id for one in chosen(mine.manager.registry, text[:400].split(","))]


def _next(unit: Unit, rest: list[str]) -> str:
    """Return where to go on: to the next platform's link, or to the lodging where none is left."""
    if not rest:
        return path_of(unit)
    return _with_rest(f"{path_of(unit)}/relier?" + urlencode({"plateforme": rest[0]}), rest[1:])


def _with_rest(path: str, rest: list[str]) -> str:
    return path + (("&" if "?" in path else "?") + urlencode({"avec": ",".join(rest)}, safe=",") if rest else "")


@get("/logements/{unit_id:str}/{key:str}/lien", sync_to_thread=True)
def ours(
    screen: NamedDependency[Screen],
    mine: NamedDependency[Mine],
    unit_id: FromPath[str],
    key: FromPath[str],
    avec: FromQuery[str] = "",
) -> Template:
    """Show what was found on a platform, and the link that it is to be given: nowhere else is that link shown."""
    unit, rest = mine.unit(unit_id), _rest(mine, avec)
    if mine.linked(unit, key).route == API:
        raise NotFoundException
    state = mine.manager.state(unit)
    card = next(one for one in lodging(state, screen.now, laid=mine.laid(state)).cards if one.key == key)
    plugin = mine.manager.registry.get(card.channel)
    text = plugin.help_import_fr if screen.say.language == "fr" else plugin.help_import_en
    return screen.page(
        "lodgings/ours.html",
        "The link to paste",
        unit=unit,
        path=path_of(unit),
        card=card,
        address=mine.manager.feed_url(unit, key).reveal(),
        public=mine.manager.base_url.startswith("https://"),
        doubts=doubts(mine, unit, key),
        readers=mine.manager.feed_readers(unit, key),
        steps=sentences(text),
        rest=rest,
        next=_next(unit, rest),
    )


routes = (new, add, choose, join, ours)
