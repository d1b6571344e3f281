"""What only waits on Airbnb: changes of dates that cannot be asked about, and several requests for the same nights.

And a listing to which Airbnb has given another number. Against the platforms' simulated APIs.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from attrs import evolve

from channelsync.claims import Kind
from channelsync.engine.address import AddressPolicy
from channelsync.engine.budget import Rate, Rates
from channelsync.engine.drive import Driver
from channelsync.errors import UsageError
from channelsync.manager.reading import Reader
from channelsync.nights import Stay
from channelsync.testing import Refusal, Reservation
from tests.integration.test_api_routes import House, opened

NUMBER = "1355078859895588999"
"""Another number that Airbnb may give a listing."""


@pytest.fixture
def house(tmp_path: Path) -> Generator[House]:
    """A lodging linked through both accounts, which were looked at."""
    with opened(tmp_path) as made:
        made.sync()
        yield made


@contextmanager
def answering(house: House, answer: Callable[[httpx.Request], httpx.Response]) -> Generator[None]:
    """Let the Internet be another one for a while."""
    policy, before = AddressPolicy(allow_private=True), house.manager._reader
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        house.manager._reader = Reader(
            policy, Driver(policy, client=client, rates=Rates(account=Rate(1e6, 10_000)), ticks=house.clock.ticks)
        )
        yield
    house.manager._reader = before


def listing(house: House) -> str:
    """The number of the listing on Airbnb."""
    return next(iter(house.airbnb.lodgings))


def sold(house: House, stay: str) -> Reservation:
    """Let a guest book on Airbnb."""
    made = house.book(house.airbnb, stay)
    assert isinstance(made, Reservation)
    return made


def odd(house: House, status: int, state: bytes) -> Callable[[httpx.Request], httpx.Response]:
    """Be an Internet in which the question about changes of dates is refused, or tells a state that nobody knows."""

    def answer(request: httpx.Request) -> httpx.Response:
        told = house.answer(request)
        if "reservation_alterations" not in request.url.path:
            return told
        if status != 200:
            return httpx.Response(status, json={"error_code": status, "error_message": "no"})
        return httpx.Response(200, content=told.content.replace(b'"PENDING"', state))

    return answer


@pytest.mark.parametrize(
    "status, state", [(403, b""), (404, b""), (410, b""), (200, b'"PENDING_HOST_REVIEW"'), (200, b"null")]
)
def test_a_change_that_waits_unseen_opens_nothing(house: House, status: int, state: bytes) -> None:
    """Nights asked for by a change of dates stay closed elsewhere while nobody says what has become of it."""
    made = sold(house, "2027-03-01/2027-03-05")
    number = house.airbnb.propose(listing(house), made.id, Stay.parse("2027-03-05/2027-03-09"), house.now)
    house.sync()
    assert house.shut(house.booking, "2027-03-01/2027-03-09")
    with answering(house, odd(house, status, state)):
        for _ in range(8):
            house.later(minutes=20)
            house.sync()
            assert house.shut(house.booking, "2027-03-01/2027-03-09")
    change = house.airbnb.host.alterations.by_number[number]
    house.airbnb.host.alterations.decide(change, "DECLINED", house.now)
    for _ in range(4):
        house.later(minutes=20)
        house.sync()
    assert house.free(house.booking, "2027-03-05/2027-03-09")
    assert house.shut(house.booking, "2027-03-01/2027-03-05")


def test_a_request_that_is_denied_opens_although_changes_are_unseen(house: House) -> None:
    """What Airbnb itself calls over needs nothing else to be seen."""
    sold(house, "2027-03-01/2027-03-05")
    asked = house.airbnb.request(listing(house), Stay.parse("2027-04-01/2027-04-05"), house.now)
    house.sync()
    assert house.shut(house.booking, "2027-04-01/2027-04-05")
    house.airbnb.withdraw(asked.code, house.now)
    with answering(house, odd(house, 403, b"")):
        for _ in range(2):
            house.later(minutes=20)
            house.sync()
    assert house.free(house.booking, "2027-04-01/2027-04-05")


def test_the_host_accepts_the_second_of_two_requests(house: House) -> None:
    """Each may be accepted, and one only: what was asked for is one claim from the request on, closed all the while."""
    house.airbnb.ways = evolve(house.airbnb.ways, requests_asked=True)
    first, second = Stay.parse("2027-05-01/2027-05-05"), Stay.parse("2027-05-03/2027-05-08")
    house.airbnb.request(listing(house), first, house.now)
    wanted = house.airbnb.request(listing(house), second, house.now)
    house.sync()
    (before,) = [one for one in house.manager.state("gite-du-lac").claims if one.code == wanted.code]
    assert before.kind is Kind.HOLD
    assert isinstance(house.played(house.airbnb.accept(wanted.code, house.now)), Reservation)
    for _ in range(3):
        assert house.shut(house.booking, "2027-05-01/2027-05-08")
        house.later(minutes=1)
        house.sync()
    (after,) = [one for one in house.manager.state("gite-du-lac").claims if one.code == wanted.code]
    assert (after.id, after.kind, after.stay) == (before.id, Kind.RESERVATION, second)
    assert not house.manager.conflicts()


def test_what_another_platform_sold_is_still_refused(house: House) -> None:
    """A request does not stand in the way of another; a guest of another platform does."""
    house.airbnb.ways = evolve(house.airbnb.ways, requests_asked=True)
    wanted = house.airbnb.request(listing(house), Stay.parse("2027-05-03/2027-05-08"), house.now)
    assert isinstance(house.book(house.booking, "2027-05-06/2027-05-09"), Reservation)
    house.sync()
    assert isinstance(house.played(house.airbnb.accept(wanted.code, house.now)), Refusal)


# -- another number ----------------------------------------------------------------------------------------------------
def test_a_listing_with_another_number_goes_on(house: House) -> None:
    """A listing that Airbnb has renumbered is linked anew in its place: nothing of what was known of it is lost."""
    made = sold(house, "2027-03-01/2027-03-05")
    house.sync()
    (link,) = [one for one in house.manager.status() if one.listing == "airbnb"]
    (before,) = [one for one in house.manager.state("gite-du-lac").claims if one.code == made.code]
    house.airbnb.renumber(listing(house), NUMBER, house.now)
    house.later(minutes=20)
    house.sync()
    house.manager.connect("gite-du-lac", house.accounts["airbnb"], NUMBER)
    sold(house, "2027-04-01/2027-04-05")
    house.later(minutes=20)
    house.sync()
    assert [one.id for one in house.manager.state("gite-du-lac").claims if one.code == made.code] == [before.id]
    assert house.shut(house.booking, "2027-03-01/2027-03-05")
    assert house.shut(house.booking, "2027-04-01/2027-04-05")
    (now,) = [one for one in house.manager.status() if one.listing == "airbnb"]
    assert (now.listing, now.problems) == (link.listing, ())


def test_a_number_that_still_answers_is_not_replaced(house: House) -> None:
    """While the platform has the listing that is linked, no other takes its place."""
    made = sold(house, "2027-03-01/2027-03-05")
    house.sync()
    with pytest.raises(UsageError, match="another listing"):
        house.manager.connect("gite-du-lac", house.accounts["airbnb"], NUMBER)
    assert [one.code for one in house.manager.state("gite-du-lac").claims] == [made.code]


@pytest.mark.parametrize("known", [True, False])
def test_only_a_known_reservation_proves_the_number(house: House, known: bool) -> None:
    """A listing that shows no reservation known of the one that is gone may be any other: it takes no place."""
    if known:
        sold(house, "2027-03-01/2027-03-05")
        house.sync()
    house.airbnb.renumber(listing(house), NUMBER, house.now)
    house.later(minutes=20)
    house.sync()
    host = house.airbnb.host
    for trip in list(host.trips.by_code.values()) if known else ():
        del host.trips.by_code[trip.code]
    with pytest.raises(UsageError, match="another"):
        house.manager.connect("gite-du-lac", house.accounts["airbnb"], NUMBER)
