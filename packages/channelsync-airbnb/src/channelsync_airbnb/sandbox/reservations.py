"""Reservations of the simulated API as they are written and listed.

Members as seen in code and in the field's own list; amounts are texts, date and time carry their zone in brackets
(reported, July 2026), the guest's address is a stand-in. A list shows accepted ones that begin on or after
``start_date`` and end before ``end_date``, a year in all unless asked otherwise (quoted).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from channelsync.testing.values import hex_of
from channelsync_airbnb.sandbox.answers import Ask, DeclinedError, Json, moment
from channelsync_airbnb.sandbox.calendar import span
from channelsync_airbnb.sandbox.lodging import Lodging
from channelsync_airbnb.sandbox.trips import ACCEPTED, STATUSES, Trip

__all__ = ["chosen", "told"]

_RENAMED_SINCE: Final = "2024.12.31"
_CHECK_IN: Final = time(15)
_CHECK_IN_ENDS: Final = time(22)
_CHECK_OUT: Final = time(10)
_YEAR: Final = timedelta(days=365)
_FARTHEST: Final = date.max - 2 * _YEAR


def told(trip: Trip, lodging: Lodging, host: int, version: str) -> Json:
    """Return a reservation as the API writes it."""
    stay, price = trip.stay, f"{100 * trip.stay.length}.00"
    renamed = version >= _RENAMED_SINCE
    return {
        "confirmation_code": trip.code,
        "status_type": trip.status,
        "host_id": host,
        "guest_id": trip.guest_id,
        "guest_id_str": str(trip.guest_id),
        "listing_id": int(trip.listing),
        "listing_id_str": trip.listing,
        "thread_id": int(trip.thread),
        "thread_id_str": trip.thread,
        "start_date": stay.arrival.isoformat(),
        "end_date": stay.departure.isoformat(),
        "nights": stay.length,
        "created_at": moment(trip.created_at),
        "updated_at": moment(trip.updated_at),
        "booked_at": moment(trip.booked_at) if trip.booked_at else None,
        "check_in_datetime": _zoned(stay.arrival, _CHECK_IN, lodging.zone),
        "check_in_ends_at_datetime": _zoned(stay.arrival, _CHECK_IN_ENDS, lodging.zone),
        "check_out_datetime": _zoned(stay.departure, _CHECK_OUT, lodging.zone),
        "time_zone": lodging.zone,
        "number_of_guests": 2,
        "guest_details": _guests(),
        "guest_first_name": trip.guest,
        "guest_email": f"{hex_of('guest', trip.code)[:16]}@guest.airbnb.com",
        "cleanup_days": 0,
        "base_price" if renamed else "listing_base_price": price,
        "payout_amount_before_taxes" if renamed else "expected_payout_amount": price,
    }


def _guests() -> Json:
    """Return who travels."""
    return {
        "localized_description": "2 guests",
        "number_of_adults": 2,
        "number_of_children": 0,
        "number_of_infants": 0,
    }


def _zoned(day: date, at: time, zone: str) -> str:
    """Return a local time with its offset and its zone in brackets."""
    local = datetime.combine(day, at, ZoneInfo(zone))
    return f"{local.isoformat(timespec='minutes')}[{zone}]"


def chosen(ask: Ask, trips: Iterable[Trip], listings: frozenset[str], host: int) -> list[Trip]:
    """Return the reservations a list request asks for, by arrival.

    Raises:
        DeclinedError: it asks for somebody else's, or for what cannot be had together.
    """
    query = ask.query
    listing = query.get("listing_id", "")
    if not listing and "host_id" not in query:
        raise DeclinedError(400, "host_id or listing_id is missing.")
    if (listing and listing not in listings) or query.get("host_id", str(host)) != str(host):
        raise DeclinedError(403, "You do not have permission to access this resource.", "forbidden")
    begins = query.get("start_date") or ask.now.date().isoformat()
    first = span(begins, begins).arrival
    ends = query.get("end_date") or (min(first, _FARTHEST) + _YEAR).isoformat()
    last, statuses = span(begins, ends).departure - timedelta(days=1), _statuses(ask)
    return sorted(
        (
            trip
            for trip in trips
            if (trip.listing == listing if listing else trip.listing in listings)
            and trip.status in statuses
            and trip.stay.arrival >= first
            and trip.stay.departure < last
        ),
        key=lambda trip: (trip.stay, trip.code),
    )


def _statuses(ask: Ask) -> frozenset[str]:
    """Return the statuses asked for: accepted ones, all, or only some."""
    every, only = ask.query.get("all_status", "").lower() == "true", ask.query.get("include_only_status", "")
    if every and only:
        raise DeclinedError(400, "all_status and include_only_status exclude each other.")
    wanted = frozenset(only.split(",")) if only else STATUSES if every else frozenset({ACCEPTED})
    if not wanted <= STATUSES:
        raise DeclinedError(400, "There is no such status.")
    return wanted
