"""Airbnb's API in made-up answers: what a test says is answered, whatever the simulator would make of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import httpx

from channelsync.adapter import Access, ApiSource, Secret
from channelsync.ids import AccountId
from channelsync.nights import Nights, Stay
from channelsync.observation import Observation
from channelsync_airbnb.api import API

AT = datetime(2027, 1, 1, 12, tzinfo=UTC)
LISTING = "1355078859895588226"
"""Nineteen digits, far beyond 2**53: no float could hold it."""
WINDOW = Stay(date(2027, 1, 1), date(2027, 2, 1))
ACCESS = Access(
    AccountId("account-1"),
    Secret("token-1"),
    {
        "client_id": Secret("client"),
        "client_secret": Secret("hush"),
        "refresh_token": Secret("again/1"),
        "user_id": Secret("987"),
    },
)
SOURCE = ApiSource(ACCESS, LISTING, "Europe/Paris", WINDOW)

T = TypeVar("T")
Answer = Callable[[httpx.Request], httpx.Response]


def run(flow: Generator[httpx.Request, httpx.Response, T], answer: Answer) -> T:
    """Send a flow what a function answers, until it returns."""
    try:
        request = next(flow)
        while True:
            request = flow.send(answer(request))
    except StopIteration as done:
        value: T = done.value
        return value


def said(body: object, status: int = 200, **headers: str) -> httpx.Response:
    """An answer in JSON, or in the bytes given."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.Response(
        status, content=content, headers={name.replace("_", "-"): one for name, one in headers.items()}
    )


def reservation(code: str, stay: str, state: str = "accept", **more: object) -> dict[str, object]:
    """A reservation as the API lists it."""
    first, last = stay.split("/")
    nights = Stay.parse(stay).length
    fields = {"start_date": first, "end_date": last, "nights": nights, "status_type": state}
    return {"confirmation_code": code, "listing_id": int(LISTING), "listing_id_str": LISTING, **fields, **more}


def calendar(window: Stay, closed: Nights, **more: object) -> dict[str, object]:
    """A calendar that shows every night of a window."""
    days = [
        {"date": f"{night}", "availability": "unavailable" if night in closed else "available", **more}
        for night in window
    ]
    return {"calendar": {"days": days}}


class Shown:
    """What the API shows of one listing, and which requests it was sent."""

    def __init__(self, *reservations: dict[str, object], closed: str = "", **answers: Answer) -> None:
        self.reservations = list(reservations)
        self.alterations: list[dict[str, object]] = []
        self.closed = Nights.union(Stay.parse(one).nights for one in closed.split()) if closed else Nights()
        self.answers = answers
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.requests.append(request)
        kind = request.url.path.removeprefix("/v2/").split("/")[0]
        if kind in self.answers:
            return self.answers[kind](request)
        if kind == "reservations":
            return said({"reservations": self.reservations, "paging": {"total_count": len(self.reservations)}})
        if kind == "reservation_alterations":
            return said({"reservation_alterations": self.alterations})
        assert kind == "calendars"
        first, last = (date.fromisoformat(one) for one in request.url.path.split("/")[-2:])
        return said(calendar(Stay(first, last + timedelta(days=1)), self.closed))

    def asked(self, kind: str) -> list[Mapping[str, str]]:
        """The queries of one kind, in order."""
        return [one.url.params for one in self.requests if one.url.path.removeprefix("/v2/").split("/")[0] == kind]


def seen(shown: Answer, source: ApiSource = SOURCE) -> Observation:
    """What one look shows."""
    return run(API.look(source, AT), shown).observation


def told(observation: Observation) -> list[tuple[str, str, str]]:
    """Stay, kind and code of each event."""
    return [(str(event.stay), event.kind.value, event.code) for event in observation.events]
