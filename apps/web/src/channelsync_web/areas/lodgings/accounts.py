"""``/logements/comptes``: access to a platform's API, for owners who have it: given, agreed to, and given anew.

The page on which a platform asks its host for consent sends the browser back with a code. What it brings back counts
only for the sign-in that set out, and only once the owner presses the button: coming back alone changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, NoReturn, final

from attrs import frozen
from litestar import get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Template

from channelsync.adapter import ChannelPlugin, GrantsAccess, ListsListings, RemoteListing
from channelsync.errors import ChannelSyncError
from channelsync.manager import AccountReport
from channelsync_web.areas.lodgings.forms import Form, refusal
from channelsync_web.areas.lodgings.guides import fields, secrets
from channelsync_web.areas.lodgings.views import path_of
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen

__all__ = ["WORDS", "routes"]

HERE: Final = "/logements/comptes"
_BACK: Final = f"{HERE}/retour"
_LONGEST: Final = 4000
_MOST_SHOWN: Final = 100

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "connected": ("good", "Connected"),
    "waiting": ("warn", "Your consent is missing"),
    "failing": ("warn", "Its access could not be renewed; we try again"),
    "revoked": ("bad", "Refused by the platform: connect it again"),
}
"""An account's state: tone, and words in English."""


@final
@frozen
class _Theirs:
    """The listings that an account has, or why they are not known."""

    listings: tuple[RemoteListing, ...] = ()
    asks: bool = True
    error: str = ""


@get(HERE, sync_to_thread=True)
def every(screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show the owner's accounts."""
    offered = [one for one in mine.manager.registry.plugins if one.api is not None and one.account]
    return screen.page(
        "lodgings/accounts.html", "Accounts on platforms", accounts=mine.accounts(), words=WORDS, offered=offered
    )


@get(f"{HERE}/nouveau", sync_to_thread=True)
def new(screen: NamedDependency[Screen], mine: NamedDependency[Mine], plateforme: FromQuery[str] = "") -> Template:
    """Ask for what a platform has given the owner."""
    return _form(screen, _plugin(mine, plateforme))


@post(f"{HERE}/nouveau", sync_to_thread=True)
def add(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Form, plateforme: FromQuery[str] = ""
) -> Template | Redirect:
    """Add an account."""
    plugin = _plugin(mine, plateforme)
    try:
        made = mine.manager.add_account(plugin.name, _given(plugin, data), owner=mine.owner.id)
    except ChannelSyncError as error:
        return _form(screen, plugin, data=data, error=refusal(screen, error))
    return screen.go(f"{HERE}/{made.id}", "compte")


def _form(
    screen: Screen,
    plugin: ChannelPlugin,
    account: AccountReport | None = None,
    data: Mapping[str, str] | None = None,
    error: str = "",
) -> Template:
    language = screen.say.language
    return screen.page(
        "lodgings/account_form.html",
        "Connect an account",
        status=422 if error else 200,
        plugin=plugin,
        account=account,
        action=f"{HERE}/{account.id}/reconnecter" if account else f"{HERE}/nouveau?plateforme={plugin.name}",
        fields=fields(plugin.account, data or {}, language),
        secrets=secrets(plugin.account, language),
        error=error,
    )


@get(f"{HERE}/{{account_id:str}}", sync_to_thread=True)
def show(
    screen: NamedDependency[Screen],
    mine: NamedDependency[Mine],
    account_id: FromPath[str],
    logement: FromQuery[str] = "",
) -> Template:
    """Show an account: what it is worth now, and the listings it has."""
    return _page(screen, mine, _account(mine, account_id), logement[:100])


def _page(screen: Screen, mine: Mine, account: AccountReport, chosen: str = "", error: str = "") -> Template:
    plugin = mine.manager.registry.get(account.channel)
    agrees = isinstance(plugin.api, GrantsAccess)
    return screen.page(
        "lodgings/account.html",
        "An account",
        status=422 if error else 200,
        account=account,
        plugin=plugin,
        words=WORDS,
        consent=_consent(screen, mine, account) if agrees and account.state in {"waiting", "revoked"} else "",
        theirs=_theirs(screen, mine, account, plugin) if account.state in {"connected", "failing"} else None,
        units=mine.units(),
        chosen=chosen,
        error=error,
    )


def _theirs(screen: Screen, mine: Mine, account: AccountReport, plugin: ChannelPlugin) -> _Theirs:
    if not isinstance(plugin.api, ListsListings):
        return _Theirs(asks=False)
    try:
        return _Theirs(mine.manager.remote_listings(account.id)[:_MOST_SHOWN])
    except ChannelSyncError as error:
        return _Theirs(error=refusal(screen, error))


def _consent(screen: Screen, mine: Mine, account: AccountReport) -> str:
    """Return the platform's page on which the owner agrees."""
    redirect = mine.manager.base_url + _BACK
    return mine.manager.consent_page(account.id, redirect, _mark(screen, mine, account)).reveal()


def _mark(screen: Screen, mine: Mine, account: AccountReport) -> str:
    """Return what comes back with the platform's answer: nobody else's sign-in has the same."""
    return mine.manager.vault.fingerprint(f"consent {screen.session} {account.id}")


@get(_BACK, sync_to_thread=True)
def returned(
    screen: NamedDependency[Screen],
    mine: NamedDependency[Mine],
    code: FromQuery[str] = "",
    mark: Annotated[str, QueryParameter(name="state")] = "",
    error: FromQuery[str] = "",
) -> Template:
    """Show that the platform has answered, and ask the owner to go on."""
    account = _set_out(screen, mine, mark)
    refused = "The platform says that you did not agree." if error or not code else ""
    return screen.page(
        "lodgings/account_back.html",
        "Finish the connection",
        account=account,
        code=code[:_LONGEST],
        state=mark[:_LONGEST],
        refused=refused and screen.say(refused),
    )


@post(_BACK, sync_to_thread=True)
def grant(screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Form) -> Template | Redirect:
    """Exchange what the platform gave for our access."""
    account = _set_out(screen, mine, data.get("state", ""))
    try:
        mine.manager.grant(account.id, data.get("code", "")[:_LONGEST], mine.manager.base_url + _BACK)
    except ChannelSyncError as error:
        return _page(screen, mine, account, error=refusal(screen, error))
    return screen.go(f"{HERE}/{account.id}", "compte")


def _set_out(screen: Screen, mine: Mine, state: str) -> AccountReport:
    """Return the account that this sign-in set out for."""
    return next((one for one in mine.accounts() if _mark(screen, mine, one) == state), None) or _nothing()


@get(f"{HERE}/{{account_id:str}}/reconnecter", sync_to_thread=True)
def again(screen: NamedDependency[Screen], mine: NamedDependency[Mine], account_id: FromPath[str]) -> Template:
    """Ask anew for what the platform has given."""
    account = _account(mine, account_id)
    return _form(screen, mine.manager.registry.get(account.channel), account)


@post(f"{HERE}/{{account_id:str}}/reconnecter", sync_to_thread=True)
def reconnect(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], account_id: FromPath[str], data: Form
) -> Template | Redirect:
    """Put a new access in the place of one that was refused: listings and stays are what they were."""
    account = _account(mine, account_id)
    plugin = mine.manager.registry.get(account.channel)
    try:
        mine.manager.reconnect(account.id, _given(plugin, data))
    except ChannelSyncError as error:
        return _form(screen, plugin, account, data, refusal(screen, error))
    return screen.go(f"{HERE}/{account.id}", "reconnecte")


@post(f"{HERE}/{{account_id:str}}/relier", sync_to_thread=True)
def connect(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], account_id: FromPath[str], data: Form
) -> Template | Redirect:
    """Link one of the account's listings to a lodging."""
    account, unit = _account(mine, account_id), mine.unit(data.get("unit", ""))
    try:
        report = mine.manager.connect(unit, account.id, data.get("listing", "").strip()[:100])
    except ChannelSyncError as error:
        return _page(screen, mine, account, unit.id, refusal(screen, error))
    return screen.go(path_of(unit, report.listing), "relie")


def _given(plugin: ChannelPlugin, data: Mapping[str, str]) -> dict[str, str]:
    found = {one.name: data.get(one.name, "").strip()[:_LONGEST] for one in plugin.account}
    return {name: value for name, value in found.items() if value}


def _plugin(mine: Mine, name: str) -> ChannelPlugin:
    """Return the plugin of that name that has an API."""
    known = (one for one in mine.manager.registry.plugins if one.api is not None and one.account)
    return next((one for one in known if one.name == name), None) or _nothing()


def _account(mine: Mine, account: str) -> AccountReport:
    return next((one for one in mine.accounts() if one.id == account), None) or _nothing()


def _nothing() -> NoReturn:
    raise NotFoundException


routes = (every, new, add, show, returned, grant, again, reconnect, connect)
