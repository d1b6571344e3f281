"""Calendars of the simulated API: days as they are read, and operations as they are written.

Ranges are inclusive of their last night (seen in code), a call names at most 731 dates (quoted of the ``_requests``
form, here of both), operations may name a date twice only where ``_allow_dates_overlap`` says so, and the later one
then counts (quoted). From version 2024.06.30 that parameter is no longer known, and a closing must say its
``busy_subtype`` (documented; that the three members stand in each operation is inferred).
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, cast

from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync_airbnb.sandbox.answers import Ask, DeclinedError, Json, text
from channelsync_airbnb.sandbox.lodging import Mark, Shown, Write

__all__ = ["MOST_DATES", "days", "span", "written"]

MOST_DATES: Final = 731
_LONGEST_READ: Final = 1_100
"""Days in one reading; no limit is known, this one is ours."""
_BUSY_SINCE: Final = "2024.06.30"
_HOST_UNTIL: Final = "2022.12.31"
_SUBTYPES: Final = frozenset({"BLOCKED_BY_HOST", "OUTSIDE_RESERVATION"})
_PLATFORMS: Final = frozenset({"VRBO", "BOOKING_COM", "OTHER"})
_AVAILABILITIES: Final = frozenset({"available", "unavailable", "default"})
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST_TEXT: Final = 1_000
_DAY: Final = timedelta(days=1)
_REMEMBERED: Final = 4_096
"""Days kept as they are written: nearly all that a calendar shows are those that it showed before."""


def span(first: str, last: str) -> Stay:
    """Return the nights from one date to another, the last one included.

    Raises:
        DeclinedError: these are not two dates in order.
    """
    try:
        arrival, end = _date(first), _date(last)
        return Stay(arrival, end + _DAY)
    except (ValueError, OverflowError):
        raise DeclinedError(400, "Dates are YYYY-MM-DD, the first one first.", "invalid_dates") from None


def _date(written: str) -> date:
    if not _DATE.fullmatch(written):
        raise ValueError
    return date.fromisoformat(written)


def days(ask: Ask, listing: str, host: int, shown: Shown, window: Stay) -> Json:
    """Return the calendar of a window, a day each.

    Raises:
        DeclinedError: the window is too long.
    """
    if window.length > _LONGEST_READ:
        raise DeclinedError(400, f"At most {_LONGEST_READ} days are shown.", "invalid_dates")
    calendar: Json = {
        "listing_id": int(listing),
        "listing_id_str": listing,
        "start_date": window.arrival.isoformat(),
        "end_date": (window.departure - _DAY).isoformat(),
        "days": [_day(shown, night) for night in window],
    }
    if not ask.since(_HOST_UNTIL):
        calendar |= {"host_id": host, "listing_currency": "EUR"}
    return {"calendar": calendar, "metadata": {}}


def _day(shown: Shown, night: date) -> Json:
    """Return one day."""
    if night in shown.closed:
        mark = shown.marks.get(night)
        return _told(night, "unavailable", mark.notes if mark else "")
    return _told(night, "available" if night in shown.overriding else "default", "")


@lru_cache(_REMEMBERED)
def _told(night: date, availability: str, notes: str) -> Json:
    """Return one day as it is written; the values of the two breakdowns are not known, so that none is given."""
    return {
        "date": night.isoformat(),
        "availability": availability,
        "availability_type": None,
        "availability_sub_type": None,
        "daily_price": 100,
        "min_nights": None,
        "max_nights": None,
        "closed_to_arrival": False,
        "closed_to_departure": False,
        "notes": notes or None,
    }


def written(ask: Ask, body: Json) -> Write:
    """Return what a call's operations write, the later one counting where two name the same night.

    Raises:
        DeclinedError: the call is not in order; nothing of it is done.
    """
    detailed = ask.since(_BUSY_SINCE)
    overlap = "_allow_dates_overlap" in ask.query
    if overlap and detailed:
        raise DeclinedError(400, "_allow_dates_overlap is not supported.", "unsupported_parameter")
    overlap = overlap and ask.query["_allow_dates_overlap"].lower() == "true"
    whole, count = Write(NO_NIGHTS, NO_NIGHTS), 0
    for operation in _operations(body):
        stays = _stays(operation)
        count += sum(stay.length for stay in stays)
        if count > MOST_DATES:
            raise DeclinedError(400, f"At most {MOST_DATES} dates can be changed in one call.", "too_many_dates")
        nights = Nights.of(*stays)
        if not overlap and (len(nights) < sum(stay.length for stay in stays) or nights & whole.nights):
            raise DeclinedError(400, "Dates overlap.", "dates_overlap")
        whole = _joined(whole, _one(operation, nights, detailed=detailed))
    return whole


def _joined(earlier: Write, later: Write) -> Write:
    """Return both; of a night that both name the later one counts."""
    kept = earlier.part(earlier.nights - later.nights)
    return Write(
        kept.closing | later.closing,
        kept.opening | later.opening,
        kept.overriding | later.overriding,
        {**kept.marks, **later.marks},
    )


def _operations(body: Json) -> list[Json]:
    """Return the operations of a call."""
    operations = body.get("operations")
    if not isinstance(operations, list) or not operations:
        raise DeclinedError(400, "operations is missing.")
    every = cast("list[object]", operations)
    if not all(isinstance(each, dict) for each in every):
        raise DeclinedError(400, "An operation is an object.")
    return cast("list[Json]", every)


def _stays(operation: Json) -> list[Stay]:
    """Return the ranges of an operation: a date, or two with a colon between, the last one included."""
    dates = operation.get("dates")
    if not isinstance(dates, list) or not dates:
        raise DeclinedError(400, "dates is missing.", "invalid_dates")
    found: list[Stay] = []
    for each in cast("list[object]", dates):
        first, colon, last = each.partition(":") if isinstance(each, str) else ("", "", "")
        found.append(span(first, last if colon else first))
    return found


def _one(operation: Json, nights: Nights, *, detailed: bool) -> Write:
    """Return what one operation writes; one that says nothing of availability, such as a price, writes nothing."""
    availability = text(operation, "availability")
    if not availability:
        return Write(NO_NIGHTS, NO_NIGHTS)
    if availability not in _AVAILABILITIES:
        raise DeclinedError(400, "availability must be available, unavailable or default.", "invalid_availability")
    if availability == "unavailable":
        mark = _mark(operation, detailed=detailed)
        return Write(nights, NO_NIGHTS, NO_NIGHTS, dict.fromkeys(nights, mark))
    return Write(NO_NIGHTS, nights, nights if availability == "available" else NO_NIGHTS)


def _mark(operation: Json, *, detailed: bool) -> Mark:
    """Return what a closing says of itself."""
    notes = text(operation, "notes")
    if len(notes) > _LONGEST_TEXT:
        raise DeclinedError(400, "notes is too long.")
    if not detailed:
        return Mark(notes)
    subtype, sold_on = text(operation, "busy_subtype"), text(operation, "platform")
    name = text(operation, "other_platform_name")
    if subtype not in _SUBTYPES:
        raise DeclinedError(400, "busy_subtype is mandatory when blocking.", "missing_busy_subtype")
    if (sold_on and sold_on not in _PLATFORMS) or len(name) > _LONGEST_TEXT:
        raise DeclinedError(400, "platform must be VRBO, BOOKING_COM or OTHER.", "invalid_platform")
    if (sold_on or name) and subtype != "OUTSIDE_RESERVATION":
        raise DeclinedError(400, "Only OUTSIDE_RESERVATION has a platform.", "invalid_platform")
    return Mark(notes, subtype, sold_on, name)
