"""``/reglages/appareils``: which devices are alerted; and ``/avis``, where a click on an alert leads."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final, cast

from litestar import Response, Router, get, post
from litestar.datastructures import Cookie, State
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException, TooManyRequestsException
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect, Template

from channelsync.config import Config
from channelsync.errors import ChannelSyncError, DeliveryError
from channelsync.manager import Manager
from channelsync.notices import Notice
from channelsync.notify.push import PUSH_HOSTS
from channelsync.service.addresses import drop_device, subscribe, vapid_public_key
from channelsync.service.devices import devices, rehearse
from channelsync.service.post import open_post
from channelsync_web.areas.device.forms import label_of, notice_key, subscription_of
from channelsync_web.areas.device.views import guessed, page_of, rows
from channelsync_web.limits import Buckets
from channelsync_web.mine import Mine
from channelsync_web.screen import Asking, Screen

__all__ = ["routes"]

_PATH: Final = "/reglages/appareils"
_HERE: Final = "appareil"
_YEAR: Final = 365 * 24 * 3600
Fields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get(_PATH, sync_to_thread=True)
def listed(request: Asking, screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show the owner's devices, and let this one be added."""
    return _page(request, screen, mine)


@post(_PATH, sync_to_thread=True)
def added(
    request: Asking, state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Fields
) -> Template | Redirect:
    """Take this device among those that are alerted."""
    config, manager = cast("Config", state.config), mine.manager
    hosts = None if config.allow_private_addresses else (*PUSH_HOSTS, *config.push_hosts)
    label = label_of(data) or guessed(request.headers.get("user-agent", "")[:400], screen.say)
    take = partial(subscribe, label=label, actor=mine.owner.id, at=screen.now, hosts=hosts)
    try:
        with manager.ledger.transaction() as tx:
            device = take(tx, manager.vault, mine.owner.id, subscription_of(data))
    except ChannelSyncError as error:
        return _page(request, screen, mine, error=error, status=422)
    answer = screen.go(_PATH, "device-added")
    answer.set_cookie(_cookie(device, https=bool(state.https)))
    return answer


@post(f"{_PATH}/cle", sync_to_thread=True)
def key(screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Response[dict[str, str]]:
    """Tell a browser the public key that it subscribes with; the first time one is asked for, it is made."""
    manager = mine.manager
    return Response({"key": vapid_public_key(manager.ledger, manager.vault, screen.now)}, status_code=200)


@post(f"{_PATH}/{{device:str}}/retirer", sync_to_thread=True)
def removed(screen: NamedDependency[Screen], mine: NamedDependency[Mine], device: FromPath[str]) -> Redirect:
    """Alert a device no more."""
    _known(mine, device)
    with mine.manager.ledger.transaction() as tx:
        drop_device(tx, device, actor=mine.owner.id, at=screen.now)
    return screen.go(_PATH, "device-removed")


@post(f"{_PATH}/{{device:str}}/essai", sync_to_thread=True)
def tried(
    request: Asking,
    state: State,
    screen: NamedDependency[Screen],
    mine: NamedDependency[Mine],
    device: FromPath[str],
) -> Template | Redirect:
    """Send a trial to one device."""
    _known(mine, device)
    if cast("Buckets", state.trials).take(mine.owner.id.encode(), screen.now.timestamp()):
        raise TooManyRequestsException
    manager: Manager = mine.manager
    try:
        with open_post(manager, cast("Config", state.config), manager.time) as letters:
            rehearse(letters.delivering, mine.owner, device)
    except ChannelSyncError as error:
        return _page(request, screen, mine, error=error, status=502 if isinstance(error, DeliveryError) else 422)
    return screen.go(_PATH, "trial-sent")


@get("/avis", sync_to_thread=True)
def told(screen: NamedDependency[Screen], mine: NamedDependency[Mine], cle: FromQuery[str] = "") -> Redirect:
    """Lead on to the page that tells more about a notice; to the first page where nobody knows of it."""
    if cle.startswith("trial:"):
        return screen.go(_PATH)
    notice = mine.notice(notice_key(cle, mine.owner.id))
    return screen.go(page_of(notice, mine.conflicts()) if notice else "/")


@post("/avis/vu", sync_to_thread=True, status_code=204)
def seen(screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Fields) -> None:
    """Note that the owner has seen a notice: nobody else needs to be told by another way."""
    notice: Notice | None = mine.notice(notice_key(data.get("cle", ""), mine.owner.id))
    if notice is not None:
        with mine.manager.ledger.transaction() as tx:
            tx.mark_seen([notice.key], at=screen.now)


def _page(
    request: Asking, screen: Screen, mine: Mine, *, error: ChannelSyncError | None = None, status: int = 200
) -> Template:
    with mine.manager.ledger.reading() as tx:
        known = devices(tx, mine.owner)
    say, here = screen.say, request.cookies.get(_HERE, "")
    wrong = ". ".join(say.ours(part).rstrip(".") for part in (str(error), error.advice) if part) if error else ""
    return screen.page(
        "device/devices.html",
        "Alerts on your devices",
        status=status,
        devices=rows(known, here, say),
        here=any(one.id == here for one in known),
        guess=guessed(request.headers.get("user-agent", "")[:400], say),
        wrong=f"{wrong[:1].upper()}{wrong[1:]}." if wrong else "",
    )


def _known(mine: Mine, device: str) -> None:
    """Refuse a device that is not the owner's.

    Raises:
        NotFoundException: they have none of that id.
    """
    with mine.manager.ledger.reading() as tx:
        if device not in {one.id for one in tx.subscribers(mine.owner.id)}:
            raise NotFoundException


def _cookie(device: str, *, https: bool) -> Cookie:
    """Return what lets the list say which of the devices is this one; it opens nothing."""
    return Cookie(key=_HERE, value=device, path=_PATH, httponly=True, secure=https, samesite="lax", max_age=_YEAR)


routes = Router("/", route_handlers=[listed, added, key, removed, tried, told, seen])
