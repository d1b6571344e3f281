"""What the pages about devices show, and which page tells more about a notice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final
from urllib.parse import quote

from attrs import frozen

from channelsync.manager import ConflictReport
from channelsync.notices import Notice, NoticeKind
from channelsync.service.devices import Device
from channelsync_web.speech import Say

__all__ = ["KEPT", "Row", "guessed", "page_of", "rows"]

KEPT: Final = ("/", "/semaine", "/calendrier")
"""The pages that a device keeps a copy of, to show where there is no network."""

_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android telephone"),
    ("Windows", "Windows computer"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux computer"),
)
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
_LISTING: Final = frozenset(
    {
        NoticeKind.DISCONNECTED,
        NoticeKind.RECONNECTED,
        NoticeKind.DEGRADED,
        NoticeKind.RESTORED,
        NoticeKind.FALLBACK,
        NoticeKind.API_BACK,
        NoticeKind.KEPT_CLOSED,
        NoticeKind.NOT_READ,
        NoticeKind.HABIT_CHANGED,
        NoticeKind.FAILED,
    }
)
_CONFLICTS: Final = frozenset({NoticeKind.CONFLICT_CURRENT, NoticeKind.CONFLICT_LIKELY, NoticeKind.CONFLICT_POSSIBLE})
_OTHERS: Final = {
    NoticeKind.NO_DEVICE: "/reglages/appareils",
    NoticeKind.MAIL_REFUSED: "/reglages/notifications",
}


@final
@frozen
class Row:
    """A device in the list."""

    id: str
    name: str
    told: str
    here: bool
    working: bool


def rows(devices: Iterable[Device], here: str, say: Say) -> tuple[Row, ...]:
    """Return the devices as they are listed; ``here`` is the id of the one that asks."""
    return tuple(
        Row(
            one.id,
            one.label or str(say("Device without a name")),
            str(
                say("Last alert {when}", when=say.moment(one.reached))
                if one.reached
                else say("Since {day}, no alert yet", day=say.day(say.local(one.since).date(), year=False))
            ),
            one.id == here,
            one.working,
        )
        for one in devices
    )


def guessed(agent: str, say: Say) -> str:
    """Return what to call a device, from what its browser says of itself; empty where that says nothing."""
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    return ", ".join(part for part in (str(say(system)) if system else "", browser) if part)


def page_of(notice: Notice, conflicts: Iterable[ConflictReport]) -> str:
    """Return the path of the page that tells more about a notice; ``conflicts`` are its owner's that stand."""
    if notice.unit is None:
        return _OTHERS.get(notice.kind, "/")
    lodging = f"/logements/{quote(notice.unit, safe='')}"
    if notice.kind in _CONFLICTS:
        standing = (one for one in conflicts if one.unit.id == notice.unit and one.nights.overlaps(notice.data.nights))
        return next((f"/conflits/{quote(one.id, safe='')}" for one in standing), "/")
    if notice.kind is NoticeKind.TO_CLARIFY:
        return f"{lodging}/questions"
    if notice.kind in _LISTING:
        return f"{lodging}/{quote(notice.data.where, safe=':')}" if notice.data.where else lodging
    first = notice.data.nights.first
    return f"/calendrier?du={first}" if first else "/"
