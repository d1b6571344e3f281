"""``/reglages/notifications``: where and when an owner is told what, and a trial of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from litestar import Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, TooManyRequestsException
from litestar.response import Redirect, Template

from channelsync.config import Config
from channelsync.errors import ChannelSyncError, UsageError
from channelsync.service.addresses import preferences_of, set_apprise, set_preferences
from channelsync.service.post import mail_way, open_post
from channelsync.service.preferences import APPRISE, Preferences
from channelsync.service.trials import Trial, rehearse_all
from channelsync_web.areas.settings.forms import Form, service_of, wishes_of
from channelsync_web.areas.settings.kinds import GROUPS, OWN, WAYS, chosen
from channelsync_web.limits import Buckets
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen
from channelsync_web.speech import Say

__all__ = ["routes"]

_HERE: Final = "/reglages/notifications"
_ZONES: Final[Mapping[str, str]] = {
    "Europe/Paris": "Mainland France",
    "America/Guadeloupe": "Guadeloupe",
    "America/Martinique": "Martinique",
    "America/Cayenne": "French Guiana",
    "Indian/Reunion": "Réunion",
    "Indian/Mayotte": "Mayotte",
    "Pacific/Noumea": "New Caledonia",
    "Pacific/Tahiti": "French Polynesia",
    "Europe/London": "United Kingdom",
}


@get(_HERE, sync_to_thread=True)
def shown(state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show an owner's wishes."""
    return _page(state, screen, mine, _wishes(mine))


@post(_HERE, sync_to_thread=True)
def changed(
    state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Form
) -> Template | Redirect:
    """Keep an owner's wishes."""
    known = _wishes(mine)
    try:
        wishes = wishes_of(data, known)
    except UsageError as error:
        typed = data.get("courriel", "")[:300]
        return _page(state, screen, mine, known, wrong={"courriel": _told(screen.say, error)}, typed=typed)
    with mine.manager.ledger.transaction() as tx:
        set_preferences(tx, mine.owner, wishes, actor=mine.owner.id, at=screen.now)
    return screen.go(_HERE, "wishes-kept")


@post(f"{_HERE}/service", sync_to_thread=True)
def service(
    state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Form
) -> Template | Redirect:
    """Keep, or forget, the address of another service; it is never shown again.

    Such an address may lead into this machine's own network, or to this machine, and it is written to on a button's
    press: only the owner who runs the installation sets one.
    """
    manager, address = mine.manager, "" if "retirer" in data else service_of(data)
    if address and not _runs_this(mine):
        raise NotFoundException
    try:
        with manager.ledger.transaction() as tx:
            set_apprise(tx, manager.vault, mine.owner.id, address, actor=mine.owner.id, at=screen.now)
    except UsageError as error:
        return _page(state, screen, mine, _wishes(mine), wrong={"adresse": _told(screen.say, error)})
    return screen.go(_HERE, "service-kept" if address else "service-removed")


@post(f"{_HERE}/essai", sync_to_thread=True)
def trial(state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Send a trial by every way, and show what came of each."""
    if cast("Buckets", state.trials).take(mine.owner.id.encode(), screen.now.timestamp()):
        raise TooManyRequestsException
    with open_post(mine.manager, cast("Config", state.config), mine.manager.time) as letters:
        found = rehearse_all(letters.delivering, mine.owner)
    return _page(state, screen, mine, _wishes(mine), trials=found)


def _runs_this(mine: Mine) -> bool:
    """Whether it is the first owner: whoever set the installation up."""
    with mine.manager.ledger.reading() as tx:
        return tx.owners()[0].id == mine.owner.id


def _wishes(mine: Mine) -> Preferences:
    with mine.manager.ledger.reading() as tx:
        return preferences_of(tx, mine.owner)[0]


def _page(
    state: State,
    screen: Screen,
    mine: Mine,
    wishes: Preferences,
    *,
    wrong: Mapping[str, str] | None = None,
    typed: str | None = None,
    trials: tuple[Trial, ...] | None = None,
) -> Template:
    say = screen.say
    with mine.manager.ledger.reading() as tx:
        devices = tx.subscribers(mine.owner.id)
        service_set = tx.secret(APPRISE, mine.owner.id) is not None
    groups = [(one, chosen(one, wishes)) for one in GROUPS]
    return screen.page(
        "settings/alerts.html",
        "Notifications",
        status=422 if wrong else 200,
        wishes=wishes,
        mail=wishes.mail if typed is None else typed,
        groups=[(one, key, _offered(say, key)) for one, key in groups],
        devices=len(devices),
        service_set=service_set,
        may_set=_runs_this(mine),
        can_mail=mail_way(cast("Config", state.config)) is not None,
        hours=[(hour, _hour(say, hour)) for hour in range(24)],
        zones=_zones(say, wishes.timezone),
        wrong=wrong or {},
        trials=None if trials is None else [(say(_way(one)), one.name, _why(say, one)) for one in trials],
    )


def _offered(say: Say, now: str) -> list[tuple[str, str]]:
    """Return what can be chosen about a group of notices."""
    usual = [("", str(say("As usual (advised)")))]
    others = [(key, str(say(name))) for key, (name, _) in WAYS.items()]
    return [*usual, *others, *([(OWN, str(say("As set on the command line")))] if now == OWN else [])]


def _hour(say: Say, hour: int) -> str:
    return f"{hour} h" if say.language == "fr" else f"{hour:02}:00"


def _zones(say: Say, now: str) -> list[tuple[str, str]]:
    known = [(key, str(say(name))) for key, name in _ZONES.items()]
    return known if now in _ZONES else [*known, (now, now)]


def _way(one: Trial) -> str:
    return WAYS[one.way][0]


def _why(say: Say, one: Trial) -> str:
    return "" if one.problem is None else _told(say, one.problem)


def _told(say: Say, error: ChannelSyncError) -> str:
    """Return an error of the library's as sentences."""
    text = ". ".join(say.ours(part).rstrip(".") for part in (str(error), error.advice) if part)
    return f"{text[:1].upper()}{text[1:]}."


routes = Router("/", route_handlers=[shown, changed, service, trial])
