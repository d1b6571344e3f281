"""The calendars that `check` is given, each read once: a file, or a web address.

A calendar that cannot be read is an *unusable* look with its reason, never an empty calendar. What is the caller's
fault (a channel nobody knows, a file that is not there, an address that may not be fetched) is refused before anything
is read.
"""

from __future__ import annotations

import os
import re
import stat
from datetime import datetime
from pathlib import Path
from typing import Final, final
from urllib.parse import unquote, urlsplit

import httpx
from attrs import frozen

from channelsync.adapter import ChannelPlugin, FeedLook, FeedRoute, FeedSource, Flow, Registry, SecretUrl
from channelsync.engine.address import AddressPolicy
from channelsync.engine.drive import Driver
from channelsync.errors import ChannelError, UsageError
from channelsync.ical import Caps
from channelsync.observation import Observation

__all__ = ["Source", "read_sources", "resolve"]

_LABEL: Final = re.compile(r"[^\W_][\w .-]{0,39}")
_WEB: Final = re.compile(r"(https?|webcals?):", re.IGNORECASE)
_NOWHERE: Final = SecretUrl.pasted("https://file.invalid/calendar.ics")


@final
@frozen
class Source:
    """One calendar to be read: its key among the others, the channel's plugin and route, and where it is."""

    key: str
    label: str
    plugin: ChannelPlugin
    route: FeedRoute
    place: Path | SecretUrl


def resolve(given: list[tuple[str, str]], registry: Registry) -> tuple[Source, ...]:
    """Return the sources; a channel given twice is called ``channel-2`` the second time.

    Raises:
        UsageError: a channel is unknown, or what it is given is no file and no web address.
        PluginError: the channel's plugin is broken.
    """
    found: list[Source] = []
    for index, (name, where) in enumerate(given):
        channel, _, label = name.partition(":")
        plugin = registry.get(channel)
        if label and not (plugin.several_per_unit and _LABEL.fullmatch(label)):
            msg = f"{channel} takes no name behind a colon, or this one cannot be used: {label[:40]!r}"
            raise UsageError(msg, advice="Only `ical` has names of its own, such as ical:abritel.")
        place = _place(where)
        number = 1 + sum(earlier == name for earlier, _ in given[:index])
        key = name if number == 1 else f"{name}-{number}"
        found.append(
            Source(key, key.partition(":")[2] or ("" if number == 1 else str(number)), plugin, plugin.route(), place)
        )
    return tuple(found)


def _place(where: str) -> Path | SecretUrl:
    """Return where a calendar is: a web address, or a file that is there."""
    if _WEB.match(where):
        return SecretUrl.pasted(where)
    if where.lower().startswith("file:"):
        parts = urlsplit(where)
        if parts.netloc not in {"", "localhost"}:
            msg = "a file: address names another machine"
            raise UsageError(msg, advice="Give the path of a file on this machine.")
        where = unquote(parts.path)
    elif "://" in where:
        msg = "this is not the address of a calendar"
        raise UsageError(msg, advice="Give an https:// address or the path of a file.")
    path = Path(where)
    try:
        kind = path.stat().st_mode
    except (OSError, ValueError) as error:
        msg = f"cannot read {path.name[:60]!r}: {(getattr(error, 'strerror', '') or 'not a path').lower()}"
        raise UsageError(msg, advice="Give the path of an .ics file, or an https:// address.") from None
    if stat.S_ISDIR(kind):
        msg = f"{path.name[:60]!r} is a folder"
        raise UsageError(msg, advice="Give the .ics file in it.")
    if not stat.S_ISREG(kind) or not os.access(path, os.R_OK):
        msg = f"cannot read {path.name[:60]!r}: it is no ordinary file, or not readable for this user"
        raise UsageError(msg, advice="Give an .ics file that this user may read.")
    return path


def read_sources(
    sources: tuple[Source, ...], *, timezone: str, at: datetime, allow_private: bool
) -> tuple[FeedLook, ...]:
    """Read each calendar once.

    Raises:
        UsageError: an address may not be fetched.
    """
    with Driver(AddressPolicy(allow_private=allow_private)) as driver:
        return tuple(_look(one, driver, timezone, at) for one in sources)


def _look(one: Source, driver: Driver, timezone: str, at: datetime) -> FeedLook:
    try:
        if isinstance(one.place, SecretUrl):
            return driver.run(one.route.look(FeedSource(one.place, timezone), at))
        return _answered(one.route.look(FeedSource(_NOWHERE, timezone), at), _content(one.place))
    except ChannelError as error:
        return FeedLook(Observation(at=at, failure=str(error)))


def _content(path: Path) -> bytes:
    """Return what a file holds; of one beyond the limit just enough to be refused."""
    with path.open("rb") as file:
        return file.read(Caps().body + 1)


def _answered(flow: Flow[FeedLook], body: bytes) -> FeedLook:
    """Run a look whose one request is answered with what a file holds."""
    next(flow)
    try:
        flow.send(httpx.Response(httpx.codes.OK, content=body))
    except StopIteration as done:
        look: FeedLook = done.value
        return look
    msg = "a look at a feed takes one request"
    raise RuntimeError(msg)
