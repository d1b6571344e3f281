"""A listing that goes from one route to the other, its calendar or its API: each stay is one claim all the while."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

import httpx
import pytest
from attrs import define, field

import channelsync
from channelsync.claims import Claim
from channelsync.engine.address import AddressPolicy
from channelsync.engine.budget import Rate, Rates
from channelsync.engine.drive import Driver
from channelsync.manager import Manager
from channelsync.manager.reading import Reader
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.testing import Platform, Reservation
from channelsync.testing.partner import Partner
from channelsync_airbnb import sandbox as airbnb
from channelsync_booking import sandbox as booking

UNIT: Final = "gite-du-lac"
BACK: Final = "https://gite.example/back"
START: Final = datetime(2027, 1, 4, 9, tzinfo=UTC)
STAYS: Final = tuple(map(Stay.parse, ("2027-03-01/2027-03-05", "2027-03-05/2027-03-08", "2027-04-10/2027-04-12")))
TAKEN: Final = Nights.of(*STAYS)
ROUTES: Final = [
    pytest.param(channel, way, id=f"{channel}: {name}")
    for channel in ("airbnb", "booking")
    for way, name in [
        (("feed", "api"), "its calendar, then its API"),
        (("feed", "unlink", "api"), "its calendar, unlinked, then its API"),
        (("api", "unlink", "feed"), "its API, unlinked, then its calendar"),
        (("api", "unlink", "api"), "its API, unlinked, then its API"),
    ]
]


@define
class House:
    """A lodging that guests have booked on a platform, and a calendar of another site that shows what is closed."""

    manager: Manager
    partner: Partner
    account: str
    channel: str
    now: datetime = START
    sold: list[Reservation] = field(factory=list[Reservation])

    @property
    def platform(self) -> Platform:
        """The listing, as its platform knows it."""
        return next(iter(self.partner.lodgings.values()))

    def link(self, step: str) -> None:
        """Link the listing by a route, or unlink it."""
        if step == "feed":
            self.manager.link(UNIT, self.channel, feed=self.platform.urls[0])
        elif step == "api":
            self.manager.connect(UNIT, self.account, next(iter(self.partner.lodgings)))
        else:
            self.manager.unlink(UNIT, self.channel)

    def sync(self, *, minutes: int = 16) -> channelsync.SyncReport:
        """Let time pass, and look at everything."""
        self.now += timedelta(minutes=minutes)
        return self.manager.sync(everything=True)

    def synced(self, times: int) -> None:
        """Look at everything so often, an hour apart."""
        for _ in range(times):
            self.sync(minutes=60)

    def claims(self) -> list[Claim]:
        """What takes nights, in order."""
        return sorted(self.manager.state(UNIT).claims, key=lambda one: one.stay)

    def closed_elsewhere(self) -> Nights:
        """The nights closed in the calendar that we publish for the other site."""
        state = self.manager.state(UNIT)
        return next((one.published for one in state.active if one.listing.channel == "ical"), NO_NIGHTS)


@contextmanager
def opened(folder: Path, channel: str) -> Generator[House]:
    """A lodging, booked on a platform that can be read either way, and linked to another site."""
    partner = _partner(channel)
    houses: list[House] = []

    def now() -> datetime:
        return houses[0].now if houses else START

    def answer(request: httpx.Request) -> httpx.Response:
        known = [one for one in partner.lodgings.values() if one.knows(request.url)]
        if known:
            return known[0].handle(request, now())
        if request.url.host == "gites.example":
            return httpx.Response(200, text="BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nEND:VCALENDAR\r\n")
        return partner.handle(request, now())

    policy = AddressPolicy(allow_private=True)
    with (
        channelsync.open(str(folder / "gite.db"), now=now) as manager,
        httpx.Client(transport=httpx.MockTransport(answer)) as client,
    ):
        rates = Rates(account=Rate(1e6, 10_000))
        driver = Driver(policy, client=client, rates=rates, ticks=lambda: now().timestamp())
        manager._reader = Reader(policy, driver)
        manager.add_unit("Gîte du Lac", timezone="Europe/Paris")
        given = {name: one for name, one in partner.fields.items() if name not in {"refresh_token", "user_id"}}
        account = manager.add_account(channel, given)
        if channel == "airbnb":
            page = manager.consent_page(account.id, BACK, "state")
            back = answer(httpx.Request("POST", page.reveal(), data={"decision": "approve"}))
            manager.grant(account.id, httpx.URL(back.headers["Location"]).params["code"], BACK)
        house = House(manager, partner, account.id, channel)
        houses.append(house)
        manager.link(UNIT, "ical:gites", feed="https://gites.example/feed.ics")
        for stay in STAYS:
            made = house.platform.book(stay, house.now, force=True)
            assert isinstance(made, Reservation)
            house.sold.append(made)
        yield house


def _partner(channel: str) -> Partner:
    if channel == "airbnb":
        return airbnb.partner(rng=Random(7), rooms=("lac",), connected=False)
    return booking.partner(rng=Random(7), rooms=("801",))


def relinked(house: House, way: tuple[str, ...]) -> list[channelsync.SyncReport]:
    """Link the listing as ``way`` says, and let it be read a few times after each turn."""
    reports: list[channelsync.SyncReport] = []
    for step in way:
        house.link(step)
        if reports:
            assert house.closed_elsewhere() >= TAKEN, "a change of route opens nothing"
        reports += [house.sync(), house.sync()]
        assert house.closed_elsewhere() >= TAKEN
    return reports


@pytest.mark.parametrize("channel, way", ROUTES)
def test_a_stay_is_one_claim_by_either_route(tmp_path: Path, channel: str, way: tuple[str, ...]) -> None:
    """A stay known by one route is the same claim by the other: none doubled, missing, opened, or told as news.

    Who cancels later is gone as soon as without a change of route.
    """
    with opened(tmp_path, channel) as house:
        reports = relinked(house, way[:1])
        known = {one.stay: one.id for one in house.claims()}
        reports += relinked(house, way[1:])
        claims = house.claims()
        assert not [one for one in claims if one.missing]
        assert Nights.of(*[one.stay for one in claims]) == TAKEN
        assert sum(one.stay.length for one in claims) == len(TAKEN)
        assert all(known[one.stay] == one.id for one in claims if one.stay in known)
        assert not house.manager.conflicts()
        assert not [notice for one in reports for notice in one.notices]
        with house.manager.ledger.reading() as tx:
            told = {one.kind for one in tx.notices()}
        assert not told & {"reservation", "dates_taken", "changed", "kept_closed", "released"}
        house.platform.cancel(house.sold[2].id, house.now)
        house.synced(5)
        assert house.closed_elsewhere() == Nights.of(*STAYS[:2])


@pytest.mark.parametrize("channel", ["airbnb", "booking"])
def test_who_cancelled_meanwhile_is_kept_first(tmp_path: Path, channel: str) -> None:
    """What the first look by a new route does not show is not opened by that look: looks must agree, as ever."""
    with opened(tmp_path, channel) as house:
        relinked(house, ("api", "unlink"))
        house.platform.cancel(house.sold[2].id, house.now)
        house.link("feed")
        house.sync()
        assert house.closed_elsewhere() >= TAKEN
        house.synced(5)
        assert not house.closed_elsewhere().overlaps(STAYS[2].nights)
