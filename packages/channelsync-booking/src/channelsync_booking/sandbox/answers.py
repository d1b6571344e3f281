"""What each address of the API answers, once the request may be asked at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final, final
from xml.etree.ElementTree import Element

import httpx
from attrs import frozen

from channelsync_booking.sandbox.bxml import bxml, summary
from channelsync_booking.sandbox.hotel import Hotel
from channelsync_booking.sandbox.load import Loading, read_back, room_list
from channelsync_booking.sandbox.ota import ROOTS, acknowledged, ota, ota_errors, ota_root
from channelsync_booking.sandbox.property import Property
from channelsync_booking.sandbox.queue import Kind
from channelsync_booking.sandbox.wire import WrongRequestError, child, integer, read, told

__all__ = ["AVAILABILITY", "EXCHANGE", "HOSTS", "ROUTES", "STATUS", "Call", "Route", "status"]

HOSTS: Final[Mapping[str, str]] = {
    "address": "supply-xml.booking.com",
    "secure_address": "secure-supply-xml.booking.com",
    "token_address": "connectivity-authentication.booking.com",
}
"""The real hosts, by the name of the field that holds their address."""
EXCHANGE: Final = "/token-based-authentication/exchange"
STATUS: Final = "/connections-api/properties/"
AVAILABILITY: Final = frozenset({"/hotels/xml/availability", "/hotels/xml/roomrateavailability"})
"""The addresses that look at Accept-Version."""

_FEWEST: Final = 10
_MOST: Final = 200


@final
@frozen
class Call:
    """A request that may be asked, and what goes wrong with its answer.

    ``nothing`` lists nothing though there is something; ``partly`` is asked where there are several parts: whether only
    the first is to be done.
    """

    request: httpx.Request
    now: datetime
    nothing: bool
    partly: Callable[[], bool]


Answer = tuple[int, Element]


@final
@frozen
class Route:
    """How one address is answered; ``reads`` and ``writes`` say which faults concern it."""

    answer: Callable[[Property, Call], Answer]
    refusal: Callable[[WrongRequestError, datetime], Element]
    reads: bool = False
    writes: bool = False


def _owned(hotel: Hotel, asked: str) -> None:
    """Refuse another property.

    Raises:
        WrongRequestError: 403, it is not this account's.
    """
    if asked != hotel.id:
        raise WrongRequestError(403, "Access denied for hotel")


# -- reservations by OTA -----------------------------------------------------------------------------------------------


def _give(kind: Kind, to: Property, call: Call) -> Answer:
    """Give out messages of a kind."""
    wish = call.request.url.params
    if set(wish) - {"hotel_ids", "limit", "last_change"}:
        raise WrongRequestError(400, "Unknown parameter")
    for each in (wish.get("hotel_ids") or to.hotel.id).split(","):
        _owned(to.hotel, each.strip())
    if "last_change" in wish:
        _refuse_last_change(to)
    most = integer(wish.get("limit", str(_MOST)), _MOST)
    if most < _FEWEST:
        raise WrongRequestError(400, f"limit is a number from {_FEWEST} to {_MOST}")
    messages = [] if call.nothing else to.queue.give(kind, most)
    return 200, ota(to.hotel, kind, [(each, to.queue.with_card(each)) for each in messages], call.now)


def _acknowledge(kind: Kind, to: Property, call: Call) -> Answer:
    """Take an acknowledgement."""
    name = f"{ROOTS[kind]}RS"
    accepted, refused = acknowledged(read(call.request.content, name), kind)
    if len(accepted) > 1 and call.partly():
        to.queue.acknowledge(kind, accepted[:1], ())
        return 200, ota_errors(name, call.now, [("450", "Unable to process", each) for each in accepted[1:]])
    to.queue.acknowledge(kind, accepted, refused)
    root = ota_root(name, call.now)
    told(root, "Success")
    return 200, root


def _refuse_last_change(to: Property) -> None:
    """Refuse the filter by date: documented with the recovery feature; without it, how it filters is not known."""
    why = "last_change cannot be used with Reservation Recovery" if to.hotel.quirks.recovery else "Not simulated"
    raise WrongRequestError(400, why)


def _ota_refusal(name: str, error: WrongRequestError, now: datetime) -> Element:
    """Return how OTA's addresses refuse."""
    return ota_errors(name, now, [(error.code or str(error.status), error.text, "")])


# -- B.XML -------------------------------------------------------------------------------------------------------------


def _take(to: Property, call: Call) -> Answer:
    """Give out all messages, for good."""
    root = read(call.request.content, "request")
    if hotel := child(root, "hotel_id"):
        _owned(to.hotel, hotel)
    if root.find("last_change") is not None:
        _refuse_last_change(to)
    messages = [] if call.nothing else to.queue.take()
    return 200, bxml(to.hotel, [(each, to.queue.with_card(each)) for each in messages])


def _summary(to: Property, call: Call) -> Answer:
    """List what is to come."""
    _the_hotel(to, read(call.request.content, "request"))
    return 200, summary(to.hotel, [] if call.nothing else to.coming(call.now))


def _load(to: Property, call: Call) -> Answer:
    """Take availability."""
    root = read(call.request.content, "request")
    if hotel := child(root, "hotel_id"):
        _owned(to.hotel, hotel)
    seen = {listing: to.hotel.rates[listing] for listing in to.listed}
    return Loading(to.inventory, seen, call.now).run(root, call.partly)


def _read_back(to: Property, call: Call) -> Answer:
    """Show availability."""
    root = read(call.request.content, "request")
    _the_hotel(to, root)
    return 200, read_back(root, to.open_rooms, to.inventory, call.now, nothing=call.nothing)


def _rooms(to: Property, call: Call) -> Answer:
    """List the rooms."""
    _the_hotel(to, read(call.request.content, "request"))
    return 200, room_list(to.hotel, () if call.nothing else to.listed)


def _the_hotel(to: Property, root: Element) -> None:
    """Check that exactly one property is named, and that it is this one."""
    if len(root.findall("hotel_id")) != 1:
        raise WrongRequestError(400, "Exactly one hotel_id is required")
    _owned(to.hotel, child(root, "hotel_id"))


def _fault(error: WrongRequestError, now: datetime) -> Element:
    """Return how most of B.XML refuses (seen in code)."""
    del now
    return Element("fault", {"code": str(error.status), "string": error.text})


def _load_refusal(error: WrongRequestError, now: datetime) -> Element:
    """Return how availability refuses (seen in code)."""
    del now
    root = Element("availability")
    listed = told(told(root, "errors"), "error", code=error.code or f"HTTP_{error.status}")
    told(listed, "message", error.text)
    return root


# -- connections -------------------------------------------------------------------------------------------------------


def status(to: Property, asked: str) -> Mapping[str, object]:
    """Return the state of the connection; what it is called after its end is inferred."""
    if not (asked.isascii() and asked.isdecimal()):
        raise WrongRequestError(400, "Invalid value", "320")
    _owned(to.hotel, asked)
    since = to.connected_at or datetime.min.replace(tzinfo=UTC)
    return {
        "property_id": int(to.hotel.id),
        "status": "connected" if to.connected else "disconnected",
        "connected_at": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _of(kind: Kind) -> dict[tuple[str, str], Route]:
    """Return the two routes of a kind of message."""
    path, refusal = f"/hotels/ota/{ROOTS[kind]}", partial(_ota_refusal, f"{ROOTS[kind]}RS")
    return {
        ("GET", path): Route(partial(_give, kind), refusal, reads=True),
        ("POST", path): Route(partial(_acknowledge, kind), refusal, writes=True),
    }


ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    **_of(Kind.NEW),
    **_of(Kind.MODIFY),
    ("POST", "/hotels/xml/reservations"): Route(_take, _fault, reads=True, writes=True),
    ("POST", "/hotels/xml/reservationssummary"): Route(_summary, _fault, reads=True),
    ("POST", "/hotels/xml/availability"): Route(_load, _load_refusal, writes=True),
    ("POST", "/hotels/xml/roomrateavailability"): Route(_read_back, _load_refusal, reads=True),
    ("POST", "/hotels/xml/roomrates"): Route(_rooms, _fault, reads=True),
}
"""Every XML address by method and path."""
