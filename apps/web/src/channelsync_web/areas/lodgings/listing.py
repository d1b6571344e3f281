"""One listing: how it fares, who reads our calendar there, and what its owner may change about the connection."""

from __future__ import annotations

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from channelsync.coherence import LinkProblem, ProblemKind
from channelsync.errors import ChannelSyncError, UsageError
from channelsync.inventory import Unit
from channelsync.manager import ReaderReport
from channelsync_web.areas.lodgings.forms import LONGEST_URL, Form, options, refusal
from channelsync_web.areas.lodgings.guides import Field, fields, quicker, sentences
from channelsync_web.areas.lodgings.views import lodging, path_of
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen

__all__ = ["HOW", "doubts", "routes"]

_LONGEST_CLIENT = 200

HOW = {
    "said": "you said so",
    "learned": "learned from its rhythm",
    "platform": "it gives its name",
    "unknown": "unknown so far",
    "other": "another platform: our link was pasted in the wrong place",
    "person": "a person, with a browser",
    "browser": "a browser, or what says so",
    "tool": "a tool, or a calendar program",
}
"""How it is known who a reader is, in English."""


def doubts(mine: Mine, unit: Unit, key: str) -> list[LinkProblem]:
    """Return what is odd about a link; on a rehearsal's own machine nothing goes by https, so that is not odd there."""
    public = mine.manager.base_url.startswith("https://")
    return [one for one in mine.manager.doubts(unit, key) if public or one.kind is not ProblemKind.NOT_HTTPS]


def how(one: ReaderReport) -> str:
    """Return how it is known who a reader is, in English."""
    return HOW.get(one.visitor if one.how == "seen" else one.how, HOW["unknown"])


@get("/logements/{unit_id:str}/{key:str}", sync_to_thread=True)
def show(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], key: FromPath[str]
) -> Template:
    """Show a listing's connection."""
    return _page(screen, mine, mine.unit(unit_id), key)


def _page(screen: Screen, mine: Mine, unit: Unit, key: str, part: str = "", error: str = "") -> Template:
    """Return a listing's page; ``error`` is what was refused in one of its ``part``s."""
    link = mine.linked(unit, key)
    manager, state = mine.manager, mine.manager.state(unit)
    status = next(one for one in manager.status(unit) if one.listing == key)
    plugin = manager.registry.get(link.channel)
    french = screen.say.language == "fr"
    shown = lodging(state, screen.now, laid=mine.laid(state))
    return screen.page(
        "lodgings/listing.html",
        "A connection",
        status=422 if error else 200,
        unit=unit,
        path=path_of(unit),
        link=link,
        health=status,
        card=next(one for one in shown.cards if one.key == key),
        awaited=shown.awaited,
        doubts=doubts(mine, unit, key),
        page=next((one.page for one in manager.exposed(unit) if one.listing == key), ""),
        readers=manager.feed_readers(unit, key),
        how=how,
        fields=_fields(screen, mine, link.channel, dict(link.options)) if link.route == "ical" else (),
        quicker=quicker(link.channel),
        export=sentences(plugin.help_export_fr if french else plugin.help_export_en),
        stands_in=link.route != "ical" and plugin.both_routes,
        account=next((one for one in mine.accounts() if one.id == link.account), None),
        wrong={part: error},
    )


def _fields(screen: Screen, mine: Mine, channel: str, values: dict[str, object]) -> tuple[Field, ...]:
    return fields(mine.manager.registry.get(channel).options, values, screen.say.language)


@post("/logements/{unit_id:str}/{key:str}/lire", sync_to_thread=True)
def read(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], key: FromPath[str]
) -> Redirect:
    """Read the platform's calendar now."""
    unit = mine.unit(unit_id)
    mine.manager.hint(mine.linked(unit, key).id)
    mine.manager.sync(unit)
    return screen.go(path_of(unit, key), "lu")


@post("/logements/{unit_id:str}/{key:str}/confirmer", sync_to_thread=True)
def confirm(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], key: FromPath[str]
) -> Redirect:
    """Take the owner's word that what vanished there is cancelled."""
    unit = mine.unit(unit_id)
    mine.linked(unit, key)
    mine.manager.confirm(unit, key)
    return screen.go(path_of(unit, key), "confirme")


@post("/logements/{unit_id:str}/{key:str}/reconnecter", sync_to_thread=True)
def reconnect(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], key: FromPath[str], data: Form
) -> Template | Redirect:
    """Read the same listing by another export link from now on."""
    unit = mine.unit(unit_id)
    mine.linked(unit, key)
    try:
        mine.manager.relink(unit, key, feed=data.get("feed", "").strip()[: LONGEST_URL + 1])
    except ChannelSyncError as error:
        return _page(screen, mine, unit, key, "feed", refusal(screen, error))
    mine.manager.sync(unit)
    return screen.go(path_of(unit, key), "reconnecte")


@post("/logements/{unit_id:str}/{key:str}/reglages", sync_to_thread=True)
def change(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], key: FromPath[str], data: Form
) -> Template | Redirect:
    """Change a listing's settings."""
    unit = mine.unit(unit_id)
    link = mine.linked(unit, key)
    try:
        mine.manager.set_options(unit, key, options(mine.manager.registry.get(link.channel).options, data))
    except UsageError as error:
        return _page(screen, mine, unit, key, "settings", refusal(screen, error))
    return screen.go(path_of(unit, key), "reglages")


@post("/logements/{unit_id:str}/{key:str}/remplacer", sync_to_thread=True)
def replace(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], key: FromPath[str], data: Form
) -> Template | Redirect:
    """Give the platform another link to us: in its own time, or at once where the present one has leaked."""
    unit = mine.unit(unit_id)
    mine.linked(unit, key)
    cut = data.get("how") == "cut"
    try:
        if cut:
            mine.manager.cut_feed_url(unit, key)
        else:
            mine.manager.rotate_feed_url(unit, key)
    except UsageError as error:
        return _page(screen, mine, unit, key, "replace", refusal(screen, error))
    return screen.go(f"{path_of(unit, key)}/lien", "coupe" if cut else "remplace")


@post("/logements/{unit_id:str}/{key:str}/lecteur", sync_to_thread=True)
def reader(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], key: FromPath[str], data: Form
) -> Template | Redirect:
    """Take the owner's word on who reads our calendar."""
    unit = mine.unit(unit_id)
    mine.linked(unit, key)
    said, client = data.get("said") == "platform", data.get("client", "")[:_LONGEST_CLIENT]
    try:
        mine.manager.teach_reader(unit, key, client, platform=said)
    except UsageError as error:
        return _page(screen, mine, unit, key, "reader", refusal(screen, error))
    return screen.go(f"{path_of(unit, key)}#lecteurs", "lecteur")


@get("/logements/{unit_id:str}/{key:str}/retirer", sync_to_thread=True)
def leave(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], key: FromPath[str]
) -> Template:
    """Ask what becomes of a listing's future stays where it is unlinked."""
    unit = mine.unit(unit_id)
    mine.linked(unit, key)
    cards = lodging(mine.manager.state(unit), screen.now).cards
    return screen.page(
        "lodgings/leave.html",
        "Unlink a listing",
        unit=unit,
        path=path_of(unit),
        card=next(one for one in cards if one.key == key),
        others=[one.key for one in cards if one.key != key],
    )


@post("/logements/{unit_id:str}/{key:str}/retirer", sync_to_thread=True)
def unlink(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], key: FromPath[str], data: Form
) -> Redirect:
    """Unlink a listing; its future stays remain closed elsewhere unless the owner decides otherwise."""
    unit = mine.unit(unit_id)
    mine.linked(unit, key)
    release = data.get("stays") == "release"
    mine.manager.unlink(unit, key, release=release)
    return screen.go(path_of(unit), "retire-ouvert" if release else "retire-garde")


@post("/logements/{unit_id:str}/{key:str}/lien-retire", sync_to_thread=True)
def removed(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], key: FromPath[str]
) -> Redirect:
    """Note that our calendar is removed on the platform of an unlinked listing."""
    unit = mine.unit(unit_id)
    if key in mine.left(unit):
        mine.manager.link_removed(unit, key)
    return screen.go(path_of(unit), "lien-retire")


@post("/logements/{unit_id:str}/{key:str}/rien-de-plus", sync_to_thread=True)
def no_more(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], key: FromPath[str]
) -> Redirect:
    """Take the owner's word that an unlinked listing sold no more than is known: what is known stays closed."""
    unit = mine.unit(unit_id)
    if any(one.key == key and one.way == "unlinked" for one in lodging(mine.manager.state(unit), screen.now).awaited):
        mine.manager.unlink(unit, key)
    return screen.go(path_of(unit), "rien-de-plus")


routes = (show, read, confirm, reconnect, change, replace, reader, leave, unlink, removed, no_more)
