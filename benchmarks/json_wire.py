"""Reading what an API answers in JSON beside cattrs with orjson doing the same.

Airbnb's plugin reads with the standard library and by hand, because an answer is only half of what it must decide: a
field may have one of several forms, and what is missing makes the whole look unusable. That must not cost much more
than the common way, for which another dependency would have to be carried. Each reader turns the same bytes into the
same values, which is asserted: a page of reservations into codes and stays, a year's calendar into its closed nights.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

import attrs
from cattrs.preconf.orjson import OrjsonConverter, make_converter

from benchmarks.timing import Part, Row, Subject, figures
from channelsync.nights import Nights, Stay
from channelsync_airbnb.wire_answers import reserved, shut
from channelsync_airbnb.wire_json import document, page

GOAL: Final = 1 / 1.2
SIZE: Final = 50
"""Reservations of a page, the most that Airbnb gives."""
YEAR: Final = Stay(date(2027, 1, 1), date(2028, 1, 1))
LISTING: Final = 1355078859895588226
OURS: Final = "by hand"
PEER: Final = "cattrs with orjson"
LEAN: Final = "the same, without detailed errors"
PEERS: Final = (PEER, LEAN)
LOOK: Final = "a look: both"
NOTES: Final = (
    (
        "The promise is held for a look, against the converter as cattrs makes it. Ours remembers the stays that it "
        "has read, since every look shows them again; the peer remembers nothing."
    ),
)

Read = Callable[[OrjsonConverter], Any]


@attrs.frozen
class Entry:
    """A reservation as the peer structures it."""

    confirmation_code: str
    status_type: str
    listing_id_str: str
    start_date: date
    end_date: date
    nights: int


@attrs.frozen
class Paging:
    """Where the next page is."""

    total_count: int
    next_cursor: str | None


@attrs.frozen
class Entries:
    """A page of reservations."""

    reservations: list[Entry]
    paging: Paging


@attrs.frozen
class Day:
    """A day of the calendar."""

    date: date
    availability: str
    availability_type: str | None
    availability_sub_type: str | None


@attrs.frozen
class Days:
    """The calendar in its envelope."""

    days: list[Day]


@attrs.frozen
class Calendar:
    """The answer that holds it."""

    calendar: Days


def measured() -> Part:
    """Measure both answers of a look, alone and together."""
    page_body = json.dumps({"reservations": [entry(number) for number in range(SIZE)], "paging": paging()}).encode()
    nights = [(night, night.isocalendar().week % 3 == 0) for night in YEAR]
    year_body = json.dumps({"calendar": {"listing_id": LISTING, "days": [day(*one) for one in nights]}}).encode()
    usual, lean = make_converter(), make_converter(detailed_validation=False)
    answers: dict[str, tuple[Subject, Read]] = {
        f"{SIZE} reservations": (lambda: stays(page_body), lambda peer: their_stays(peer, page_body)),
        "a year's calendar": (lambda: closed(year_body), lambda peer: their_closed(peer, year_body)),
        LOOK: (
            lambda: (stays(page_body), closed(year_body)),
            lambda peer: (their_stays(peer, page_body), their_closed(peer, year_body)),
        ),
    }
    rows: list[Row] = []
    for group, (ours, theirs) in answers.items():
        subjects: dict[str, Subject] = {
            OURS: ours,
            PEER: lambda theirs=theirs: theirs(usual),
            LEAN: lambda theirs=theirs: theirs(lean),
        }
        times = figures(subjects, check=same)
        goal = GOAL if group == LOOK else None
        rows += [Row(group, OURS, peer, times[OURS], times[peer], goal if peer == PEER else None) for peer in PEERS]
    return Part("json_wire", "Reading an API's JSON", rows, notes=NOTES)


def same(answers: Mapping[str, Any]) -> None:
    """All readers read the same."""
    assert answers[OURS]
    assert all(answers[OURS] == answers[peer] for peer in PEERS)


def stays(body: bytes) -> list[tuple[str, str, Stay]]:
    """Read a page of reservations as the plugin does."""
    entries = page(document(body), "reservations", SIZE).entries
    return [(one.code, one.listing, one.stay) for one in map(reserved, entries) if one.stands]


def their_stays(peer: OrjsonConverter, body: bytes) -> list[tuple[str, str, Stay]]:
    """Read a page of reservations as the peer does."""
    stand = [one for one in peer.loads(body, Entries).reservations if one.status_type == "accept"]
    return [(one.confirmation_code, one.listing_id_str, Stay(one.start_date, one.end_date)) for one in stand]


def closed(body: bytes) -> Nights:
    """Read a year's calendar as the plugin does."""
    return shut(document(body), YEAR).nights


def their_closed(peer: OrjsonConverter, body: bytes) -> Nights:
    """Read a year's calendar as the peer does."""
    days = peer.loads(body, Calendar).calendar.days
    return Nights.of(*(one.date for one in days if one.availability == "unavailable"))


def entry(number: int) -> dict[str, object]:
    """Return a reservation with the fields that were seen in real answers, the guest made up."""
    arrival = YEAR.arrival + timedelta(days=7 * number)
    return {
        "confirmation_code": f"HM{number:08}",
        "status_type": "accept",
        "listing_id": LISTING,
        "listing_id_str": str(LISTING),
        "start_date": f"{arrival}",
        "end_date": f"{arrival + timedelta(days=5)}",
        "nights": 5,
        "created_at": "2026-09-06T15:00:00Z",
        "updated_at": "2026-09-06T15:00:00Z",
        "guest_first_name": "Camille",
        "guest_details": {"number_of_adults": 2, "number_of_children": 0, "number_of_infants": 0},
        "expected_payout_amount_accurate": "512.00",
        "host_currency": "EUR",
        "thread_id_str": "123456789012",
        "time_zone": "Europe/Paris",
    }


def paging() -> dict[str, object]:
    """Return what a last page says of itself."""
    return {"total_count": SIZE, "limit": SIZE, "next_cursor": None}


def day(night: date, closed: bool) -> dict[str, object]:  # noqa: FBT001 - one of a pair
    """Return a day of a calendar."""
    return {
        "date": f"{night}",
        "availability": "unavailable" if closed else "available",
        "availability_type": None,
        "availability_sub_type": None,
        "daily_price": 90,
        "min_nights": 2,
        "max_nights": 30,
        "closed_to_arrival": False,
        "closed_to_departure": False,
        "notes": None,
    }
