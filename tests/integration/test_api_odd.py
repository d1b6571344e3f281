"""Odd turns of listings linked through accounts: another listing in a listing's place, two accounts that are one."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

import httpx
import pytest
from attrs import frozen

import channelsync
from channelsync.engine.address import AddressPolicy
from channelsync.engine.budget import Rate, Rates
from channelsync.engine.drive import Driver
from channelsync.errors import UsageError
from channelsync.manager import Manager
from channelsync.manager.reading import Reader
from channelsync.nights import Stay
from channelsync.service.questions import is_caller
from channelsync.service.taking import Taking
from channelsync.testing import Platform, Reservation
from channelsync_airbnb import sandbox as airbnb
from channelsync_booking import sandbox as booking

NOW: Final = datetime(2027, 1, 4, 9, tzinfo=UTC)
CONSTANT: Final = "a-constant-of-theirs"


@frozen
class Host:
    """A lodging, and an Airbnb account with two listings."""

    manager: Manager
    host: airbnb.Account
    account: str

    def listing(self, index: int) -> str:
        """Return the id of a listing."""
        return list(self.host.lodgings)[index]

    def platform(self, index: int) -> Platform:
        """Return a listing."""
        return self.host.lodgings[self.listing(index)]

    def sold(self, index: int, *stays: str) -> None:
        """Let guests book a listing."""
        for stay in stays:
            self.platform(index).book(Stay.parse(stay), NOW, force=True)

    def connect(self, index: int) -> None:
        """Link a listing of the account to the lodging."""
        self.manager.connect("gite-du-lac", self.account, self.listing(index))

    def calendar(self, index: int) -> None:
        """Link a listing's calendar to the lodging."""
        self.manager.link("gite-du-lac", "airbnb", feed=self.platform(index).urls[0])


@pytest.fixture
def host(tmp_path: Path) -> Generator[Host]:
    """An account whose owner has agreed; nothing is linked yet."""
    theirs = airbnb.partner(rng=Random(7), rooms=("lac", "mer"), call_secret=CONSTANT)

    def answer(request: httpx.Request) -> httpx.Response:
        if theirs.knows(request.url):
            return theirs.handle(request, NOW)
        known = (one for one in theirs.lodgings.values() if one.knows(request.url))
        platform = next(known, None)
        return httpx.Response(404) if platform is None else platform.handle(request, NOW)

    with channelsync.open(str(tmp_path / "gite.db"), now=lambda: NOW) as manager:
        policy = AddressPolicy(allow_private=True)
        with httpx.Client(transport=httpx.MockTransport(answer)) as client:
            manager._reader = Reader(policy, Driver(policy, client=client))
            manager.add_unit("Gîte du Lac", timezone="Europe/Paris")
            account = manager.add_account("airbnb", {**_known(theirs.fields), "call_secret": CONSTANT})
            page = manager.consent_page(account.id, "https://gite.example/back", "state")
            back = answer(httpx.Request("POST", page.reveal(), data={"decision": "approve"}))
            manager.grant(account.id, httpx.URL(back.headers["Location"]).params["code"], "https://gite.example/back")
            yield Host(manager, theirs, account.id)


def _known(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in {"refresh_token", "user_id"}}


def test_no_listing_takes_anothers_place(host: Host) -> None:
    """A second listing of the channel is refused while one is linked by the API: what is sold on it would be lost."""
    host.connect(0)
    with pytest.raises(UsageError, match="another listing of Airbnb already"):
        host.connect(1)


def test_a_calendar_shows_which_listing_it_is(host: Host) -> None:
    """A listing linked by its calendar goes on by the API only as the listing whose reservations are known of it."""
    host.sold(0, "2027-03-01/2027-03-05")
    host.sold(1, "2027-04-01/2027-04-05")
    host.calendar(0)
    host.manager.sync(everything=True)
    with pytest.raises(UsageError, match="none of the 1 reservations known"):
        host.connect(1)
    host.connect(0)


def test_another_listings_calendar_does_not_stand_in(host: Host) -> None:
    """The calendar that is to be read while the API does not answer is the same listing's: another's is refused."""
    host.sold(0, "2027-03-01/2027-03-05")
    host.sold(1, "2027-04-01/2027-04-05")
    host.connect(0)
    host.manager.sync(everything=True)
    with pytest.raises(UsageError, match="none of the 1 reservations known"):
        host.calendar(1)
    host.calendar(0)


def test_a_refused_account_still_knows_its_callers(host: Host) -> None:
    """Who calls at an account's address sends its constant along, also once the account's access was refused."""
    source = f"airbnb/{host.account}"
    assert is_caller(host.manager, source, {"authorization": CONSTANT})
    assert not is_caller(host.manager, source, {})
    assert host.manager.access_refused(host.manager.held_access(host.account), "its owner has taken it back")
    assert is_caller(host.manager, source, {"authorization": CONSTANT})
    assert not is_caller(host.manager, source, {})
    assert is_caller(host.manager, "airbnb/owner", {})


@pytest.fixture
def hotel(tmp_path: Path) -> Generator[tuple[Manager, booking.Account]]:
    """Two lodgings, each linked to a room of one hotel through an account of its own."""
    theirs = booking.partner(rng=Random(7), rooms=("801", "802"), quirks=booking.Quirks(reopens=False))
    policy = AddressPolicy(allow_private=True)
    transport = httpx.MockTransport(lambda request: theirs.handle(request, NOW))
    with (
        channelsync.open(str(tmp_path / "hotel.db"), now=lambda: NOW) as manager,
        httpx.Client(transport=transport) as one,
    ):
        rates, minutes = Rates(account=Rate(1e6, 10_000)), count(step=60.0)
        manager._reader = Reader(policy, Driver(policy, client=one, rates=rates, ticks=minutes.__next__))
        for room in theirs.lodgings:
            manager.add_unit(room, timezone="Europe/Paris")
            account = manager.add_account("booking", dict(theirs.fields), name=f"for {room}")
            manager.connect(room, account.id, room)
        yield manager, theirs


def test_accounts_that_share_a_queue(hotel: tuple[Manager, booking.Account]) -> None:
    """A message that waits for one account's listing is not acknowledged by another account of the same hotel."""
    manager, theirs = hotel
    room = list(theirs.lodgings)[1]
    made = theirs.lodgings[room].book(Stay.parse("2027-03-01/2027-03-05"), NOW, force=True)
    assert isinstance(made, Reservation)
    taking = Taking(manager, lambda: NOW)
    assert taking.take() == 2  # told to either account, and nothing of it is in the ledger
    manager.sync(room, everything=True)
    assert [str(one.stay) for one in manager.state(room).claims] == ["2027-03-01/2027-03-05"]
    assert taking.take() == 0
