"""What the tests of the simulated Airbnb API share: a software that knows nothing but the recorded wire shapes."""

from __future__ import annotations

import base64
import json
from collections.abc import Generator
from datetime import timedelta
from random import Random
from typing import Any, Final, TypeVar

import httpx
from attrs import define, evolve, field

from channelsync.testing import Reservation
from channelsync_airbnb.sandbox import HABITS, Account, Ways, partner
from tests.unit.sandbox.support import NOW, stay

API: Final = "https://api.airbnb.com/v2/"
LATEST: Final = "2025.06.30"
T = TypeVar("T")
CLASSIC: Final = "2023.06.30"
YES: Final = (httpx.Response(200, json={"available": True}), httpx.Response(200, json={"succeed": True}))
NO: Final = (httpx.Response(200, json={"available": False, "failure_code": None}),)


@define
class Software:
    """A connected software: it has a token and asks."""

    account: Account
    token: str = ""
    version: str = LATEST
    minutes: float = 0
    """How long after `NOW` it is."""
    refresh: str = field(init=False, default="")

    def __attrs_post_init__(self) -> None:
        self.refresh = self.account.fields.get("refresh_token", "")
        if self.refresh:
            self.token = self.tokens(refresh_token=self.refresh).json()["access_token"]

    @property
    def now(self):
        """What time it is."""
        return NOW + timedelta(minutes=self.minutes)

    @property
    def listing(self) -> str:
        """The first listing."""
        return next(iter(self.account.lodgings))

    @property
    def lodging(self):
        """The first listing's lodging."""
        return self.account.lodgings[self.listing]

    def basic(self, method: str, path: str = "", body: Any = None, query: str = "?_unwrapped=true", secret: str = ""):
        """Ask the token's address."""
        fields = self.account.fields
        pair = base64.b64encode(f"{fields['client_id']}:{secret or fields['client_secret']}".encode()).decode()
        url = f"{API}oauth2/authorizations{path}{query}"
        request = httpx.Request(method, url, json=body, headers={"Authorization": f"Basic {pair}"})
        return self.account.handle(request, self.now)

    def tokens(self, **body: object) -> httpx.Response:
        """Exchange a code, or renew."""
        return self.basic("POST", body=body)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Ask the API; a header's name has _ for -."""
        given = httpx.Headers(
            {
                "X-Airbnb-API-Key": self.account.fields["client_id"],
                "X-Airbnb-OAuth-Token": self.token,
                "X-AIRBNB-REQ-API-VERSION": self.version,
            }
        )
        given.update({name.replace("_", "-"): value for name, value in headers.items()})
        return self.account.handle(httpx.Request(method, API + path, json=body, headers=given), self.now)

    def get(self, path: str) -> dict[str, Any]:
        """Read what must be there."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def write(self, *operations: dict[str, Any], path: str = "calendar_operations", query: str = "") -> httpx.Response:
        """Write operations on the first listing."""
        body = {"listing_id": int(self.listing), "operations": list(operations)}
        return self.ask("POST", path + query, body)

    def days(self, first: str, last: str) -> dict[str, str]:
        """Each day's availability, as it is read."""
        days = self.get(f"calendars/{self.listing}/2027-{first}/2027-{last}")["calendar"]["days"]
        return {day["date"][5:]: day["availability"] for day in days}

    def codes(self, query: str = "") -> list[str]:
        """The codes of the first listing's reservations."""
        found = self.get(f"reservations?listing_id={self.listing}{query}")["reservations"]
        return [each["confirmation_code"] for each in found]

    def told(self) -> list[dict[str, Any]]:
        """What is notified now."""
        return [json.loads(call.content) for call in self.account.calls(self.now)]

    def actions(self) -> list[str]:
        """The actions that are notified now."""
        return [each["action"] for each in self.told()]

    def booked(self, text: str = "05-01/05-04") -> Reservation:
        """A booking without a question, which must succeed."""
        made, _ = answered(self.account.book(self.listing, stay(text), self.now, force=True))
        assert isinstance(made, Reservation), made
        return made


def software(*, seed: int = 7, habits: dict[str, Any] | None = None, connected: bool = True, **ways: Any) -> Software:
    """A software and the account it keeps."""
    changed = evolve(HABITS, **(habits or {}))
    return Software(partner(rng=Random(seed), habits=changed, connected=connected, ways=Ways(**ways)))


def answered(
    asking: Generator[httpx.Request, httpx.Response | None, T], *answers: httpx.Response | None
) -> tuple[T, list[httpx.Request]]:
    """How a booking ends with these answers, the last repeated, and what was asked."""
    questions: list[httpx.Request] = []
    try:
        question = next(asking)
        while True:
            questions.append(question)
            question = asking.send(answers[min(len(questions), len(answers)) - 1] if answers else None)
    except StopIteration as done:
        value: T = done.value
        return value, questions


def closing(*dates: str, subtype: str = "BLOCKED_BY_HOST", **more: str) -> dict[str, Any]:
    """An operation that closes dates of 2027, single or as ``first:last``."""
    return {"dates": years(dates), "availability": "unavailable", "busy_subtype": subtype, **more}


def opening(*dates: str, to: str = "default") -> dict[str, Any]:
    """An operation that opens dates."""
    return {"dates": years(dates), "availability": to}


def years(dates: tuple[str, ...]) -> list[str]:
    """Dates of 2027."""
    return [":".join(f"2027-{part}" for part in each.split(":")) for each in dates]
