"""The private hand on a simulated platform: JSON under ``/_sandbox/<label>/``, for demonstrations and tests.

It lets a browser or a test play the guests and the owner over loopback, and shows the truth beside what is exported:

========  =========  ==========================================================================================
``GET``   state      today, export address, reservations, nights sold, nights closed and why, links, faults
``POST``  book       ``{"stay": "2027-03-15/2027-03-18", "force": false}``
``POST``  cancel     ``{"id": ...}``
``POST``  change     ``{"id": ..., "stay": ..., "force": false}``
``POST``  close      ``{"stay": ...}``
``POST``  open       ``{"stay": ...}``
``POST``  link       ``{"url": ..., "name": "channelsync", "every_minutes": 60}``
``POST``  unlink     ``{"name": "channelsync"}``
``POST``  fault      ``{"fault": "empty", "times": 1}``; ``times`` null lasts; ``fault`` null heals all
========  =========  ==========================================================================================

A lodging of an account on a simulated API has some more: `channelsync.testing.control_api`.

A booking answers 201 with the reservation, or 409 with why it was refused; the others 200; a wrong request 400.
Requests must say ``Content-Type: application/json``, which no form of a foreign web page can.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

import httpx

from channelsync.errors import UsageError
from channelsync.nights import Nights, Stay
from channelsync.testing.faults import Fault
from channelsync.testing.values import Refusal, Reservation

if TYPE_CHECKING:
    from channelsync.testing.sandbox import Platform

__all__ = ["Wish", "answered", "control", "is_forced", "number_of", "state", "stay_of", "text_of", "unfit", "wish_of"]

_JSON: Final = "application/json"
Wish = Mapping[str, object]
"""What a request asks for."""


def control(platform: Platform, request: httpx.Request, now: datetime) -> httpx.Response:
    """Answer a request below a platform's control path."""
    action = request.url.path.rpartition("/")[2]
    if request.method == "GET" and action == "state":
        return httpx.Response(200, json=state(platform, now))
    if request.method != "POST" or action not in _ACTIONS:
        return httpx.Response(404, json={"error": "no such action"})
    if (refusal := unfit(request)) is not None:
        return refusal
    try:
        return answered(action, _ACTIONS[action](platform, wish_of(request.content), now))
    except UsageError as error:
        return httpx.Response(400, json={"error": str(error)})


def unfit(request: httpx.Request) -> httpx.Response | None:
    """Return the refusal of a request that does not say it is JSON: a form of a foreign web page cannot."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip() == _JSON:
        return None
    return httpx.Response(415, json={"error": f"send {_JSON}"})


def answered(action: str, done: Reservation | Refusal | None) -> httpx.Response:
    """Return the answer to what was done."""
    if isinstance(done, Refusal):
        return httpx.Response(409, json={"stay": str(done.stay), "refused": list(done.why)})
    if isinstance(done, Reservation):
        return httpx.Response(201, json=_told(done))
    return httpx.Response(200, json={"done": action})


def state(platform: Platform, now: datetime) -> dict[str, object]:
    """Return the truth about a platform as JSON; guests' names and the addresses of links are left out."""
    return {
        "label": platform.label,
        "channel": platform.form.channel,
        "now": now.isoformat(),
        "today": platform.today(now).isoformat(),
        "export": platform.urls[0],
        "reservations": [_told(each) for each in platform.reservations()],
        "sold": _runs(platform.sold(now)),
        "closed": [
            {"stay": stay, "why": why} for why, nights in platform.reasons(now).items() for stay in _runs(nights)
        ],
        "links": [
            {
                "name": link.name,
                "every_seconds": link.every.total_seconds(),
                "due": link.due.isoformat(),
                "read_at": link.read_at.isoformat() if link.read_at else None,
                "failures": link.failures,
                "closes": _runs(link.nights),
            }
            for link in platform.links.by_name.values()
        ],
        "faults": sorted(fault.value for fault in platform.faults),
    }


def _told(reservation: Reservation) -> dict[str, str]:
    """Return what is told of a reservation."""
    return {
        "id": reservation.id,
        "code": reservation.code,
        "stay": str(reservation.stay),
        "booked_at": reservation.booked_at.isoformat(),
    }


def _runs(nights: Nights) -> list[str]:
    """Return the runs of nights as stays."""
    return [str(stay) for stay in nights.runs()]


def wish_of(content: bytes) -> Wish:
    """Return the JSON object a request holds.

    Raises:
        UsageError: it holds no JSON object.
    """
    try:
        wish: object = json.loads(content or b"{}")
    except ValueError:
        wish = None
    if not isinstance(wish, dict):
        msg = "the request holds no JSON object"
        raise UsageError(msg)
    return cast("Wish", wish)


def text_of(wish: Wish, name: str, default: str | None = None) -> str:
    """Return a text of the request.

    Raises:
        UsageError: it is missing, or no text.
    """
    value = wish.get(name, default)
    if not isinstance(value, str):
        msg = f"{name!r} must be a text"
        raise UsageError(msg)
    return value


def number_of(wish: Wish, name: str, default: int | None) -> int | None:
    """Return a whole number from 1 to 100,000 of the request, or None where it says null.

    Raises:
        UsageError: it is something else.
    """
    value = wish.get(name, default)
    if value is None or (type(value) is int and 1 <= value <= 100_000):
        return value
    msg = f"{name!r} must be a whole number from 1 to 100000, or null"
    raise UsageError(msg)


def stay_of(wish: Wish) -> Stay:
    """Return the stay of the request."""
    return Stay.parse(text_of(wish, "stay"))


def is_forced(wish: Wish) -> bool:
    """Whether the request insists."""
    return wish.get("force") is True


def _link(platform: Platform, wish: Wish, now: datetime) -> None:
    """Link a calendar."""
    minutes = number_of(wish, "every_minutes", None)
    every = timedelta(minutes=minutes) if minutes else None
    platform.link(text_of(wish, "url"), now, name=text_of(wish, "name", "channelsync"), every=every)


def _fault(platform: Platform, wish: Wish, now: datetime) -> None:
    """Switch a fault on, or heal all."""
    if wish.get("fault") is None:
        platform.heal()
        return
    try:
        fault = Fault(text_of(wish, "fault"))
    except ValueError:
        msg = f"no such fault; there are {', '.join(each.value for each in Fault)}"
        raise UsageError(msg) from None
    platform.fail(fault, now, times=number_of(wish, "times", 1))


_ACTIONS: Final[Mapping[str, Callable[[Platform, Wish, datetime], Reservation | Refusal | None]]] = {
    "book": lambda platform, wish, now: platform.book(stay_of(wish), now, force=is_forced(wish)),
    "cancel": lambda platform, wish, now: _nothing(platform.cancel(text_of(wish, "id"), now)),
    "change": lambda platform, wish, now: platform.change(
        text_of(wish, "id"), stay_of(wish), now, force=is_forced(wish)
    ),
    "close": lambda platform, wish, now: platform.close(stay_of(wish), now),
    "open": lambda platform, wish, now: platform.open(stay_of(wish), now),
    "link": _link,
    "unlink": lambda platform, wish, now: platform.unlink(text_of(wish, "name", "channelsync"), now),
    "fault": _fault,
}


def _nothing(_: object) -> None:
    """Return nothing: what was cancelled is no new reservation."""
