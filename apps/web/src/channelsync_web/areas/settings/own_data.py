"""``/reglages/donnees``: everything of an owner to take away, and leaving for good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast

from litestar import Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import TooManyRequestsException
from litestar.params import FromQuery
from litestar.response import Redirect, Stream, Template

from channelsync.service.exporting import export
from channelsync_web.areas.settings.forms import Form, same_name
from channelsync_web.areas.signin.arriving import ConfirmFirstError, ask_to_confirm, recently_confirmed
from channelsync_web.limits import Buckets
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen
from channelsync_web.signing import session_cookie

__all__ = ["farewell", "routes"]

_HERE: Final = "/reglages/donnees"
_PIECE: Final = 65_536
_LONGEST_DATE: Final = 10


@get(_HERE, sync_to_thread=False)
def page(screen: NamedDependency[Screen]) -> Template:
    """Show what an owner can ask for."""
    return screen.page("settings/data.html", "Your data")


@post(f"{_HERE}/exporter", sync_to_thread=True, status_code=200)
def taken(state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Stream:
    """Give the owner everything that is theirs, in one file."""
    if cast("Buckets", state.exports).take(mine.owner.id.encode(), screen.now.timestamp()):
        raise TooManyRequestsException
    file = TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
    try:
        made = export(mine.manager, mine.owner, file, screen.now, actor=mine.owner.id)
    except BaseException:
        file.close()
        raise
    headers = {"content-disposition": f'attachment; filename="{made.name}"', "content-length": str(file.tell())}
    return Stream(_pieces(file), media_type="application/zip", headers=headers)


@get(f"{_HERE}/effacer", sync_to_thread=True, guards=[recently_confirmed])
def asked(screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Say what leaving means, and ask."""
    return _question(screen, mine)


@post(f"{_HERE}/effacer", sync_to_thread=True, guards=[recently_confirmed])
def left(state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Form) -> Template | Redirect:
    """Forget an owner who has typed their name for it."""
    if not same_name(data.get("nom", ""), mine.owner.name):
        wrong = str(screen.say("This is not the name of your account: {name}.", name=mine.owner.name))
        return _question(screen, mine, wrong=wrong)
    gone = mine.manager.delete_owner(mine.owner.id, calendars_removed="retires" in data, actor=mine.owner.id)
    until = f"&jusque={gone.until.date().isoformat()}" if gone.until else ""
    onward = Redirect(f"/au-revoir?calendriers={gone.calendars}{until}", status_code=303)
    onward.set_cookie(session_cookie("", https=bool(state.https)))
    onward.headers["clear-site-data"] = '"cache", "storage"'
    return onward


@get("/au-revoir", sync_to_thread=False)
def farewell(
    screen: NamedDependency[Screen], calendriers: FromQuery[str] = "", jusque: FromQuery[str] = ""
) -> Template:
    """Say good-bye, and what is left to do on the platforms."""
    count = int(calendriers) if re.fullmatch("[0-9]{1,4}", calendriers) else 0
    return screen.page("settings/farewell.html", "Your account is deleted", calendars=count, until=_day(jusque))


def _question(screen: Screen, mine: Mine, *, wrong: str = "") -> Template:
    units = mine.units()
    links = {unit.id: [screen.say.platform(one.key) for one in mine.manager.links(unit)] for unit in units}
    return screen.page(
        "settings/leave.html",
        "Delete the account",
        status=422 if wrong else 200,
        lodgings=[(unit, links[unit.id]) for unit in units],
        linked=any(links.values()),
        wrong=wrong,
    )


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file from its beginning; it is gone once it is sent, or nobody waits for it any more."""
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == _LONGEST_DATE else None
    except ValueError:
        return None


routes = Router("/", route_handlers=[page, taken, asked, left], exception_handlers={ConfirmFirstError: ask_to_confirm})
