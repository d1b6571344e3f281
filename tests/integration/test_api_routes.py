"""Listings linked through accounts, against the platforms' simulated APIs: no network, a clock in the test's hand."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from attrs import define, field

import channelsync
from channelsync.adapter import SecretUrl
from channelsync.claims import Kind
from channelsync.engine.address import AddressPolicy
from channelsync.engine.drive import Driver
from channelsync.manager import Manager
from channelsync.manager.reading import Reader
from channelsync.nights import Stay
from channelsync.service.hooks import hook
from channelsync.service.inbox import Inbox
from channelsync.service.questions import answered
from channelsync.service.taking import Taking
from channelsync.testing import Reservation
from channelsync.testing.partner import ApiFault, Partner
from channelsync_airbnb import sandbox as airbnb
from channelsync_booking import sandbox as booking

REDIRECT = "https://gite.example/accounts/airbnb"


@define
class Clock:
    """The time, in the test's hand."""

    now: datetime = datetime(2027, 1, 4, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now


@define
class House:
    """One lodging on both APIs."""

    manager: Manager
    airbnb: airbnb.Account
    booking: booking.Account
    clock: Clock
    accounts: dict[str, str] = field(factory=dict[str, str])
    """The accounts, by channel."""

    @property
    def now(self) -> datetime:
        """What time it is."""
        return self.clock.now

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Be the Internet."""
        for one in (self.airbnb, self.booking):
            if one.knows(request.url):
                return one.handle(request, self.now)
        for platform in self.airbnb.lodgings.values():
            if platform.knows(request.url):
                return platform.handle(request, self.now)
        return httpx.Response(404)

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.now += timedelta(**by)

    def sync(self) -> channelsync.SyncReport:
        """Look at everything, and once more at what was written to."""
        self.manager.sync(everything=True)
        self.later(seconds=5)
        return self.manager.sync()

    def book(self, partner: Partner, stay: str, *, room: int = 0, force: bool = False) -> object:
        """Let a guest book; the platform's questions are answered as the web app does."""
        asking = partner.book(list(partner.lodgings)[room], Stay.parse(stay), self.now, force=force)
        return self.played(asking)

    def played(self, asking: Generator[httpx.Request, httpx.Response | None, object]) -> object:
        """Answer what a platform asks, and return what came of it."""
        response: httpx.Response | None = None
        try:
            request = next(asking)
            while True:
                rest = request.url.path.removeprefix("/hooks/airbnb/x").strip("/")
                source = f"airbnb/{self.accounts['airbnb']}"
                reply = answered(
                    self.manager, source, request.method, rest, dict(request.url.params), request.read()
                )
                response = None if reply is None else httpx.Response(reply.status, content=reply.body)
                request = asking.send(response)
        except StopIteration as end:
            return end.value

    def shut(self, partner: Partner, stay: str) -> bool:
        """Whether a platform sells none of these nights."""
        platform = next(iter(partner.lodgings.values()))
        nights = Stay.parse(stay).nights
        return nights <= platform.sold(self.now) | platform.closed(self.now)

    def free(self, partner: Partner, stay: str) -> bool:
        """Whether a guest can book this stay."""
        return next(iter(partner.lodgings.values())).bookable(self.now, Stay.parse(stay))


@pytest.fixture
def house(tmp_path: Path) -> Generator[House]:
    """A lodging linked through both accounts."""
    rng = Random(7)
    clock = Clock()
    with channelsync.open(str(tmp_path / "gite.db"), now=clock) as manager:
        hosts = airbnb.partner(rng=rng, rooms=("lac",), connected=False), booking.partner(rng=rng, rooms=("801",))
        made = House(manager, *hosts, clock)
        transport = httpx.MockTransport(made.answer)
        policy = AddressPolicy(allow_private=True)
        with httpx.Client(transport=transport) as client:
            manager._reader = Reader(policy, Driver(policy, client=client))
            connect(made)
            yield made


def connect(house: House) -> None:
    """Add both accounts as their owner does, and link the lodging's listings."""
    manager = house.manager
    lac = manager.add_unit("Gîte du Lac", timezone="Europe/Paris")
    fields = {k: v for k, v in house.airbnb.fields.items() if k not in {"refresh_token", "user_id"}}
    host = manager.add_account("airbnb", fields)
    assert host.state == "waiting"
    page = manager.consent_page(host.id, REDIRECT, "state")
    back = house.answer(httpx.Request("POST", page.reveal(), data={"decision": "approve"}))
    code = parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]
    assert manager.grant(host.id, code, REDIRECT).state == "connected"
    hotel = manager.add_account("booking", dict(house.booking.fields))
    house.accounts = {"airbnb": host.id, "booking": hotel.id}
    for account in (host.id, hotel.id):
        theirs = manager.remote_listings(account)
        manager.connect(lac, account, theirs[0].id)


def test_a_sale_closes_the_other_platform_and_is_proven(house: House) -> None:
    """What is sold on one platform is written to the other at once, and read back there."""
    house.sync()
    assert isinstance(house.book(house.booking, "2027-03-01/2027-03-05"), Reservation)
    house.sync()
    assert house.shut(house.airbnb, "2027-03-01/2027-03-05")
    state = house.manager.state("gite-du-lac")
    airbnb_ = next(one for one in state.listings if one.listing.channel == "airbnb")
    assert {airbnb_.evidence(night).word for night in Stay.parse("2027-03-01/2027-03-05").nights} == {"read back"}
    assert not airbnb_.exposed
    assert not [one for one in airbnb_.claims if one.kind is not Kind.RESERVATION]


def test_a_cancellation_that_is_said_opens_at_once(house: House) -> None:
    """A reservation that its platform itself calls cancelled opens elsewhere in the steps that follow, without a wait."""
    house.sync()
    made = house.book(house.booking, "2027-03-01/2027-03-05")
    other = house.book(house.booking, "2027-05-01/2027-05-05")
    assert isinstance(made, Reservation)
    assert isinstance(other, Reservation)
    house.sync()
    Taking(house.manager, house.clock).take()
    house.later(minutes=1)
    house.booking.cancel(next(iter(house.booking.lodgings)), made.id, house.now)
    for _ in range(3):
        house.sync()
        house.later(minutes=1)
    assert house.free(house.airbnb, "2027-03-01/2027-03-05")
    assert house.shut(house.airbnb, "2027-05-01/2027-05-05")
    assert house.free(house.booking, "2027-03-01/2027-03-05")
