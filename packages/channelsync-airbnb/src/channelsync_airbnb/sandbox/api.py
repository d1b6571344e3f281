"""The routes of the simulated API: what an authenticated request is answered.

One function for each method and path; `ROUTES` pairs them. Objects come in an envelope, lists with paging (seen in
code); from version 2023.06.30 a ``POST`` answers an ``id`` only, and a ``PUT`` has said less since before that
(documented; that it then says nothing, and since 2022.12.31, is inferred).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import httpx

from channelsync.nights import NO_NIGHTS
from channelsync.testing import Refusal
from channelsync.testing.partner import ApiFault
from channelsync_airbnb.sandbox.alterations import DECISIONS
from channelsync_airbnb.sandbox.answers import Ask, DeclinedError, Json, listed, said, text
from channelsync_airbnb.sandbox.calendar import days, span, written
from channelsync_airbnb.sandbox.host import Host
from channelsync_airbnb.sandbox.lodging import Lodging, Write
from channelsync_airbnb.sandbox.reservations import chosen, told
from channelsync_airbnb.sandbox.trips import ACCEPTED, PENDING, Trip
from channelsync_airbnb.sandbox.ways import OverStay

__all__ = ["ROUTES", "Route", "answered", "routed"]

Route = Callable[[Host, Ask, tuple[str, ...]], Json]
"""Answers a request; the texts are what the path says."""
_ONLY_IDS_SINCE: Final = "2023.06.30"
_PUTS_CUT_SINCE: Final = "2022.12.31"
_TWO_CATEGORIES_SINCE: Final = "2024.06.30"
_CATEGORIES: Final = ("sync_all", "sync_rates_and_availability", "sync_undecided")
_REASONS: Final = frozenset(
    {"dates_not_available", "not_a_good_fit", "waiting_for_better_reservation", "not_comfortable"}
)


def _lodging(host: Host, listing: str) -> Lodging:
    """Return a listing of this host; another's is refused (quoted: of a deleted one)."""
    try:
        return host.lodgings[listing]
    except KeyError:
        raise DeclinedError(403, "You do not have permission to access this resource.", "forbidden") from None


def _listing(host: Host, lodging: Lodging) -> Json:
    """Return a listing as the API writes it."""
    return {
        "id": int(lodging.listing),
        "id_str": lodging.listing,
        "user_id": host.user_id,
        "name": f"Maison {lodging.platform.room}",
        "city": "Annecy",
        "country_code": "FR",
        "zipcode": "74000",
        "person_capacity": 4,
        "has_availability": True,
        "synchronization_category": lodging.category,
        "check_in_time": "15:00",
        "check_out_time": "10:00",
        "time_zone": lodging.zone,
    }


def _listings(host: Host, ask: Ask, _: tuple[str, ...]) -> Json:
    """List the host's listings."""
    if ask.query.get("user_id", str(host.user_id)) != str(host.user_id):
        raise DeclinedError(403, "You do not have permission to access this resource.", "forbidden")
    every = [] if ask.fault is ApiFault.NOTHING else [_listing(host, each) for each in host.lodgings.values()]
    return listed(ask, "listings", every)


def _one_listing(host: Host, _: Ask, path: tuple[str, ...]) -> Json:
    """Show one listing."""
    return {"listing": _listing(host, _lodging(host, path[0])), "metadata": {}}


def _put_listing(host: Host, ask: Ask, path: tuple[str, ...]) -> Json:
    """Link a listing, or unlink it."""
    lodging, body = _lodging(host, path[0]), said(ask.request)
    if "synchronization_category" in body:
        category = text(body, "synchronization_category") or None
        allowed = _CATEGORIES[:1] if ask.since(_TWO_CATEGORIES_SINCE) else _CATEGORIES
        if category is not None and category not in allowed:
            raise DeclinedError(400, "synchronization_category is no longer supported.", "unsupported_category")
        host.link(lodging, category, ask.now)
    return {"listing": _listing(host, lodging), "metadata": {}}


def _calendar(host: Host, ask: Ask, path: tuple[str, ...]) -> Json:
    """Show a calendar, its end included."""
    lodging, window = _lodging(host, path[0]), span(path[1], path[2])
    answer = days(ask, lodging.listing, host.user_id, host.shown(lodging, ask.now, ask.fault), window)
    return {"calendar": {"days": []}, "metadata": {}} if ask.fault is ApiFault.NOTHING else answer


def _put_calendar(host: Host, ask: Ask, path: tuple[str, ...]) -> Json:
    """Write one range, the old way."""
    lodging = _lodging(host, path[0])
    operation = said(ask.request) | {"dates": [f"{path[1]}:{path[2]}"]}
    _apply(host, ask, lodging, written(ask, {"operations": [operation]}))
    window = span(path[1], path[2])
    return days(ask, lodging.listing, host.user_id, host.shown(lodging, ask.now, None), window)


def _operations(host: Host, ask: Ask, _: tuple[str, ...]) -> Json:
    """Write operations, in force at once."""
    body = said(ask.request)
    lodging = _lodging(host, text(body, "listing_id"))
    _apply(host, ask, lodging, written(ask, body))
    done: Json = {"id": f"{lodging.listing}-{len(lodging.platform.history)}"}
    if not ask.since(_ONLY_IDS_SINCE):
        done |= {"listing_id": int(lodging.listing), "operations": body["operations"]}
    return {"calendar_operation": done, "metadata": {}}


def _operation_requests(host: Host, ask: Ask, _: tuple[str, ...]) -> Json:
    """Write operations, in force a moment later."""
    body = said(ask.request)
    lodging = _lodging(host, text(body, "listing_id"))
    write = _checked(host, ask, lodging, written(ask, body))
    partly = ask.fault is ApiFault.PARTLY
    kept = write.first() if partly else write
    lodging.coming.append((ask.now + host.ways.applied_after, kept, host.ways.over_stay))
    lodging.settle(ask.now)
    return {"success": not partly}


def _apply(host: Host, ask: Ask, lodging: Lodging, write: Write) -> None:
    """Put a write into force.

    Raises:
        DeclinedError: it may not be, or was for its first night only.
    """
    checked = _checked(host, ask, lodging, write)
    partly = ask.fault is ApiFault.PARTLY
    lodging.write(checked.first() if partly else checked, host.ways.over_stay, ask.now)
    if partly:
        raise DeclinedError(400, "Some dates could not be changed.", "partial_failure")


def _checked(host: Host, ask: Ask, lodging: Lodging, write: Write) -> Write:
    """Return a write that may be done."""
    taken = lodging.platform.sold(ask.now) if host.ways.over_stay is OverStay.REFUSED else NO_NIGHTS
    if taken & write.closing:
        raise DeclinedError(400, "Some dates hold a reservation.", "dates_reserved")
    return write


def _trip(host: Host, ask: Ask, code: str) -> Trip:
    """Return a reservation of this host."""
    trip = next((each for each in host.known(ask.fault) if each.code == code), None)
    if trip is None:
        raise DeclinedError(404, "There is no such reservation.", "not_found")
    return trip


def _reservation(host: Host, ask: Ask, trip: Trip) -> Json:
    return told(trip, host.lodgings[trip.listing], host.user_id, ask.version)


def _one_reservation(host: Host, ask: Ask, path: tuple[str, ...]) -> Json:
    """Show one reservation."""
    return {"reservation": _reservation(host, ask, _trip(host, ask, path[0])), "metadata": {}}


def _reservations(host: Host, ask: Ask, _: tuple[str, ...]) -> Json:
    """List reservations."""
    known = () if ask.fault is ApiFault.NOTHING else host.known(ask.fault)
    found = chosen(ask, known, frozenset(host.lodgings), host.user_id)
    return listed(ask, "reservations", [_reservation(host, ask, each) for each in found])


def _put_reservation(host: Host, ask: Ask, path: tuple[str, ...]) -> Json:
    """Accept or deny a request, or cancel for the host."""
    trip, body = _trip(host, ask, path[0]), said(ask.request)
    attempt, status = text(body, "attempt_action"), text(body, "status_type")
    if attempt in {"accept", "deny"} and trip.status == PENDING:
        _decide(host, ask, trip, body)
    elif status == "cancelled_by_host" and trip.status == ACCEPTED and text(body, "reason"):
        host.lodgings[trip.listing].platform.cancel(trip.standing, ask.now)
        host.settle(ask.now, by="host")
    else:
        raise DeclinedError(400, "This cannot be done with the reservation as it is.", "invalid_state")
    return _one_reservation(host, ask, path)


def _decide(host: Host, ask: Ask, trip: Trip, body: Json) -> None:
    """Accept or deny a request to book; no question is asked back (inferred)."""
    lodging = host.lodgings[trip.listing]
    if text(body, "attempt_action") == "deny":
        if text(body, "decline_reason") not in _REASONS:
            raise DeclinedError(400, "decline_reason is missing.")
        denied = trip.at(ask.now, status="deny")
        host.trips.put(denied)
        host.told("reservation_request_voided", denied, ask.now)
    elif isinstance(lodging.take(trip.stay, ask.now, trip.code), Refusal):
        raise DeclinedError(400, "The dates are no longer available.", "dates_not_available")
    host.settle(ask.now)


def _alterations(host: Host, ask: Ask, _: tuple[str, ...]) -> Json:
    """List the alterations of some reservations."""
    codes = frozenset(ask.query.get_list("confirmation_codes[]"))
    found = [each.told() for each in host.alterations.by_number.values() if each.code in codes]
    return listed(ask, "reservation_alterations", [] if ask.fault is ApiFault.NOTHING else found)


def _one_alteration(host: Host, _: Ask, path: tuple[str, ...]) -> Json:
    """Show one alteration."""
    found = host.alterations.by_number.get(int(path[0]))
    if found is None:
        raise DeclinedError(404, "There is no such alteration.", "not_found")
    return {"reservation_alteration": found.told(), "metadata": {}}


def _put_alteration(host: Host, ask: Ask, path: tuple[str, ...]) -> Json:
    """Accept, decline or cancel an alteration that waits."""
    found, status = host.alterations.by_number.get(int(path[0])), text(said(ask.request), "status")
    if found is None or found.status != "PENDING" or status not in DECISIONS:
        raise DeclinedError(400, "Only a waiting alteration can be decided.", "invalid_state")
    if status == "ACCEPTED":
        standing = host.trips.by_code[found.code].standing
        moved = host.lodgings[found.listing].platform.change(standing, found.stay, ask.now)
        if isinstance(moved, Refusal):
            raise DeclinedError(400, "The dates are no longer available.", "dates_not_available")
    host.alterations.decide(found, status, ask.now)
    host.settle(ask.now)
    return _one_alteration(host, ask, path)


ROUTES: Final[tuple[tuple[str, re.Pattern[str], Route], ...]] = tuple(
    (method, re.compile(f"/v2/{path}/?"), route)
    for method, path, route in (
        ("GET", r"listings", _listings),
        ("GET", r"listings/(\d+)", _one_listing),
        ("PUT", r"listings/(\d+)", _put_listing),
        ("GET", r"calendars/(\d+)/([\d-]+)/([\d-]+)", _calendar),
        ("PUT", r"calendars/(\d+)/([\d-]+)/([\d-]+)", _put_calendar),
        ("POST", r"calendar_operations", _operations),
        ("POST", r"calendar_operations_requests", _operation_requests),
        ("GET", r"reservations", _reservations),
        ("GET", r"reservations/([A-Z0-9]+)", _one_reservation),
        ("PUT", r"reservations/([A-Z0-9]+)", _put_reservation),
        ("GET", r"reservation_alterations", _alterations),
        ("GET", r"reservation_alterations/(\d{1,12})", _one_alteration),
        ("PUT", r"reservation_alterations/(\d{1,12})", _put_alteration),
    )
)
"""Every method and path, with the function that answers."""


def routed(request: httpx.Request) -> tuple[Route, tuple[str, ...]]:
    """Return who answers a request, and what its path says.

    Raises:
        DeclinedError: nobody does.
    """
    found = [(method, route, match) for method, shape, route in ROUTES if (match := shape.fullmatch(request.url.path))]
    for method, route, match in found:
        if method == request.method:
            return route, match.groups()
    raise DeclinedError(404, "There is nothing here.", "not_found")


def answered(route: Route, host: Host, ask: Ask, path: tuple[str, ...]) -> Json:
    """Return what a route answers, as much of it as the version shows."""
    body = route(host, ask, path)
    return {} if ask.request.method == "PUT" and ask.since(_PUTS_CUT_SINCE) else body
