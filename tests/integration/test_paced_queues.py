"""A property with several rooms: its one queue is asked at the pace Booking.com wants, and no sale is seen later."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import httpx
import pytest
from attrs import Factory, define

import channelsync
from channelsync.engine.address import AddressPolicy
from channelsync.engine.budget import Rate, Rates
from channelsync.engine.drive import Driver
from channelsync.manager import Manager
from channelsync.manager.reading import Reader
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.service.taking import EVERY, Taking
from channelsync.testing import Reservation
from channelsync_booking import sandbox as booking
from tests.support import Clock

ROOMS = ("801", "802", "803")
STAY = Stay.parse("2027-03-01/2027-03-05")


@define
class Hotel:
    """A property of which three rooms are lodgings here, and when each of its queues was asked."""

    platform: booking.Account
    clock: Clock = Factory(Clock)
    asked: dict[str, list[float]] = Factory(dict[str, list[float]])

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Be the Internet."""
        if request.method == "GET" and "/hotels/ota/" in request.url.path:
            self.asked.setdefault(request.url.path, []).append(self.clock.ticks())
        return self.platform.handle(request, self.clock.now)


@pytest.fixture
def hotel() -> Hotel:
    """The property; nothing has been asked yet."""
    return Hotel(booking.partner(rng=Random(7), rooms=ROOMS))


@pytest.fixture
def manager(hotel: Hotel, tmp_path: Path) -> Generator[Manager]:
    """Three lodgings, one for each room, linked through one account."""
    policy, rates = AddressPolicy(allow_private=True), Rates(account=Rate(1e6, 10_000))
    with (
        channelsync.open(str(tmp_path / "hotel.db"), now=hotel.clock) as made,
        httpx.Client(transport=httpx.MockTransport(hotel.answer)) as client,
    ):
        made._reader = Reader(policy, Driver(policy, client=client, rates=rates, ticks=hotel.clock.ticks))
        account = made.add_account("booking", dict(hotel.platform.fields))
        for room in hotel.platform.lodgings:
            made.add_unit(room, timezone="Europe/Paris")
            made.connect(room, account.id, room)
        yield made


def test_three_rooms_ask_no_more_than_one(hotel: Hotel, manager: Manager) -> None:
    """For ten minutes the queue is read every 20 s and the rooms are looked at in between, whenever it may be."""
    taking, rng, room = Taking(manager, hotel.clock), Random(11), list(hotel.platform.lodgings)[1]
    seen = NO_NIGHTS
    for turn in range(30):
        if turn == 10:
            made = hotel.platform.lodgings[room].book(STAY, hotel.clock.now, force=True)
            assert isinstance(made, Reservation)
        taking.take()
        between = sorted(rng.uniform(0, EVERY.total_seconds()) for _ in range(3))
        for since, until in zip([0.0, *between], [*between, EVERY.total_seconds()], strict=True):
            hotel.clock.now += timedelta(seconds=until - since)
            if until != EVERY.total_seconds():
                manager.sync(rng.choice(list(hotel.platform.lodgings)), everything=True)
        if turn == 11:
            seen = Nights.union(one.nights for one in manager.state(room).claims)
    assert seen == STAY.nights
    assert len(hotel.asked) == 2
    for times in hotel.asked.values():
        gaps = [after - before for before, after in pairwise(times)]
        assert min(gaps) >= EVERY.total_seconds() - 0.001, gaps
        assert len(times) >= 30
