"""Listings linked through accounts, against the platforms' simulated APIs: no network, a clock in the test's hand."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event, Thread, current_thread
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from attrs import define, evolve, field

import channelsync
from channelsync.adapter import AcknowledgesReservations
from channelsync.claims import Kind
from channelsync.engine.address import AddressPolicy
from channelsync.engine.budget import Rate, Rates
from channelsync.engine.drive import Driver
from channelsync.ids import AccountId, ListingId
from channelsync.manager import Manager
from channelsync.manager.reading import Reader
from channelsync.nights import Stay
from channelsync.service.questions import answered
from channelsync.service.taking import Taking
from channelsync.takeover import questions
from channelsync.testing import Refusal, Reservation
from channelsync.testing.partner import ApiFault, Partner
from channelsync_airbnb import sandbox as airbnb
from channelsync_booking import plugin as booking_plugin
from channelsync_booking import sandbox as booking
from tests.support import Clock

REDIRECT = "https://gite.example/accounts/airbnb"


@define
class House:
    """One lodging on both APIs."""

    manager: Manager
    airbnb: airbnb.Account
    booking: booking.Account
    clock: Clock
    accounts: dict[str, str] = field(factory=dict[str, str])
    """The accounts, by channel."""
    before: Callable[[httpx.Request], None] | None = None
    """What happens before a request is answered."""
    after: Callable[[httpx.Request], None] | None = None
    """What happens once it is answered, before the answer comes."""

    @property
    def now(self) -> datetime:
        """What time it is."""
        return self.clock.now

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Be the Internet."""
        if self.before is not None:
            self.before(request)
        response = self._answer(request)
        if self.after is not None:
            self.after(request)
        return response

    def _answer(self, request: httpx.Request) -> httpx.Response:
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
                reply = answered(self.manager, source, request.method, rest, dict(request.url.params), request.read())
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
    with opened(tmp_path) as made:
        yield made


@contextmanager
def opened(tmp_path: Path, quirks: booking.Quirks | None = None) -> Generator[House]:
    """Link a lodging through both accounts; ``quirks`` are what the facts leave open of Booking.com."""
    rng = Random(7)
    clock = Clock()
    with channelsync.open(str(tmp_path / "gite.db"), now=clock) as manager:
        hosts = (
            airbnb.partner(rng=rng, rooms=("lac",), connected=False),
            booking.partner(rng=rng, rooms=("801",), quirks=quirks),
        )
        made = House(manager, *hosts, clock)
        transport = httpx.MockTransport(made.answer)
        policy = AddressPolicy(allow_private=True)
        with httpx.Client(transport=transport) as client:
            manager._reader = Reader(
                policy, Driver(policy, client=client, rates=Rates(account=Rate(1e6, 10_000)), ticks=clock.ticks)
            )
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
    """A reservation that its platform itself calls cancelled opens elsewhere in the next steps, without a wait."""
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


def test_a_sale_on_airbnb_is_asked_for_held_and_closed(house: House) -> None:
    """Airbnb asks first; a yes holds the nights, and closes them on Booking.com before the reservation is seen."""
    house.sync()
    assert isinstance(house.book(house.airbnb, "2027-04-10/2027-04-12"), Reservation)
    assert [one.kind for one in house.manager.state("gite-du-lac").own] == [Kind.HOLD]
    house.manager.sync()  # the hold has made both due
    assert house.shut(house.booking, "2027-04-10/2027-04-12")
    house.sync()
    state = house.manager.state("gite-du-lac")
    assert state.own == ()
    assert [one.kind for one in state.claims] == [Kind.RESERVATION]
    assert house.shut(house.booking, "2027-04-10/2027-04-12")


@pytest.mark.parametrize("away", [{"minutes": 10}, {"hours": 30}])
def test_a_listing_linked_again(house: House, away: dict[str, float]) -> None:
    """What we closed before may be its owner's by now, who kept the calendar alone meanwhile: they are asked."""
    house.sync()
    made = house.book(house.airbnb, "2027-03-01/2027-03-05")
    assert isinstance(made, Reservation)
    house.sync()
    house.manager.unlink("gite-du-lac", "booking")
    house.later(**away)
    account = house.accounts["booking"]
    house.manager.connect("gite-du-lac", account, house.manager.remote_listings(account)[0].id)
    house.sync()
    house.airbnb.cancel(next(iter(house.airbnb.lodgings)), made.id, house.now)
    for _ in range(5):
        house.later(minutes=20)
        house.sync()
    assert house.shut(house.booking, "2027-03-01/2027-03-05")
    asked = [one for one in questions(house.manager.state("gite-du-lac")) if one.claim is not None]
    assert [str(one.claim.stay) for one in asked if one.claim] == ["2027-03-01/2027-03-05"] * ("minutes" in away)


def test_a_night_that_is_taken_is_refused(house: House) -> None:
    """Airbnb hears no while another platform's guest has a night of the stay, even before its calendar is closed."""
    house.sync()
    house.book(house.booking, "2027-03-01/2027-03-05")
    house.manager.sync("gite-du-lac")
    house.manager.sync(everything=True)
    house.airbnb.lodgings[next(iter(house.airbnb.lodgings))].write(
        Stay.parse("2028-01-01/2028-01-02").nights, Stay.parse("2027-03-01/2027-03-05").nights, house.now
    )
    assert isinstance(house.book(house.airbnb, "2027-03-04/2027-03-07"), Refusal)
    assert isinstance(house.book(house.airbnb, "2027-03-05/2027-03-07"), Reservation)


@pytest.mark.parametrize("ways", [{}, {"requests_take": True}, {"requests_asked": True}])
def test_requests_to_book_are_no_double_booking(house: House, ways: dict[str, bool]) -> None:
    """Nights that guests ask for are closed elsewhere; two who ask for the same are no conflict, and one gets them.

    Nights of a request that came to nothing open again by the platform's own word.
    """
    house.airbnb.ways = evolve(house.airbnb.ways, **ways)
    house.sync()
    listing = next(iter(house.airbnb.lodgings))
    first, second = (Stay.parse(text) for text in ("2027-03-01/2027-03-05", "2027-03-03/2027-03-08"))
    wanted = house.airbnb.request(listing, first, house.now)
    other = house.airbnb.request(listing, second, house.now)
    house.sync()
    assert house.shut(house.booking, "2027-03-01/2027-03-08")
    assert not house.manager.conflicts()
    assert isinstance(house.played(house.airbnb.accept(wanted.code, house.now)), Reservation)
    house.airbnb.withdraw(other.code, house.now)
    house.later(minutes=1)
    house.sync()
    assert not house.manager.conflicts()
    mine = [one for one in house.manager.state("gite-du-lac").claims if one.kind is Kind.RESERVATION]
    assert [(one.stay, one.code) for one in mine] == [(first, wanted.code)]
    for _ in range(4):
        house.later(minutes=20)
        house.sync()
    assert house.shut(house.booking, "2027-03-01/2027-03-05")
    assert house.free(house.booking, "2027-03-05/2027-03-08")


def test_the_owner_blocks_and_unblocks(house: House) -> None:
    """What the owner blocks here is written everywhere, and opened everywhere when the block ends."""
    house.sync()
    block = house.manager.block("gite-du-lac", Stay.parse("2027-06-01/2027-06-04"), category="personal")
    house.sync()
    assert house.shut(house.airbnb, "2027-06-01/2027-06-04")
    assert house.shut(house.booking, "2027-06-01/2027-06-04")
    house.later(hours=1)
    house.manager.unblock(block.id)
    house.sync()
    house.sync()
    assert house.free(house.airbnb, "2027-06-01/2027-06-04")
    assert house.free(house.booking, "2027-06-01/2027-06-04")


def test_what_the_owner_closed_there_is_never_opened(house: House) -> None:
    """A night that its owner closed on a platform is a claim: closed elsewhere, and not ours to open."""
    house.sync()
    platform = next(iter(house.airbnb.lodgings.values()))
    platform.close(Stay.parse("2027-07-01/2027-07-03"), house.now)
    house.sync()
    assert house.shut(house.booking, "2027-07-01/2027-07-03")
    for _ in range(5):
        house.later(hours=1)
        house.sync()
    assert house.shut(house.airbnb, "2027-07-01/2027-07-03")
    platform.open(Stay.parse("2027-07-01/2027-07-03"), house.now)
    for _ in range(6):
        house.later(hours=2)
        house.sync()
    assert house.free(house.booking, "2027-07-01/2027-07-03")


@pytest.mark.parametrize("reopens", [True, False])
@pytest.mark.parametrize("listed", [True, False])
def test_a_cancelled_night_opens_again_there(tmp_path: Path, *, reopens: bool, listed: bool) -> None:
    """Whether Booking.com opens the nights of a cancelled reservation by itself or not, they are open in the end."""
    with opened(tmp_path, booking.Quirks(reopens=reopens, summary_lists_cancelled=listed)) as house:
        _cancelled(house)


def _cancelled(house: House) -> None:
    house.sync()
    house.book(house.booking, "2027-05-01/2027-05-05")
    made = house.book(house.booking, "2027-03-01/2027-03-05")
    assert isinstance(made, Reservation)
    house.sync()
    Taking(house.manager, house.clock).take()
    house.booking.cancel(next(iter(house.booking.lodgings)), made.id, house.now)
    for _ in range(8):
        house.later(minutes=20)
        house.sync()
        Taking(house.manager, house.clock).take()
    assert house.free(house.booking, "2027-03-01/2027-03-05")
    assert house.free(house.airbnb, "2027-03-01/2027-03-05")
    assert house.shut(house.airbnb, "2027-05-01/2027-05-05")


@pytest.mark.parametrize("first", [True, False])
def test_two_who_write_at_once(house: House, *, first: bool) -> None:
    """What another step of ours has closed since is not taken for its owner's closing: it stays ours to open.

    One step writes for what Airbnb showed; while it asks whether the nights are closed already, Booking.com's own step
    closes them, and stores that before the other or after it.
    """
    house.sync()
    sold = house.book(house.airbnb, "2027-04-10/2027-04-12", force=True)
    assert isinstance(sold, Reservation)
    listings = {one.listing.channel: one.id for one in house.manager.state("gite-du-lac").listings}
    late = AtOnce(house, listings["booking"], first=first)
    house.before, house.after = late.asked, late.written
    house.manager.hint(listings["airbnb"])
    house.manager.sync()
    late.over()
    house.later(minutes=1)
    house.sync()
    state = house.manager.state("gite-du-lac")
    assert [(one.listing, one.kind) for one in state.claims] == [(listings["airbnb"], Kind.RESERVATION)]
    house.airbnb.cancel(next(iter(house.airbnb.lodgings)), sold.id, house.now)
    for _ in range(4):
        house.later(minutes=16)
        house.sync()
    assert house.free(house.booking, "2027-04-10/2027-04-12")


@define
class AtOnce:
    """A second worker, which steps Booking.com's listing while the first asks which nights are closed there.

    Where it is ``first`` it has stored what it wrote before the other stores anything, else it comes later.
    """

    house: House
    listing: ListingId
    first: bool
    _worker: Thread | None = None
    _closed: Event = field(factory=Event)
    _goes_on: Event = field(factory=Event)

    def asked(self, request: httpx.Request) -> None:
        """Let the second worker close the nights, at the first question about them."""
        if self._worker is None and request.url.path.endswith("/roomrateavailability"):
            self._worker = Thread(target=self._step)
            self._worker.start()
            assert self._closed.wait(20)
            if self.first:
                self.over()

    def written(self, request: httpx.Request) -> None:
        """Keep the second worker waiting once it has closed them."""
        if current_thread() is self._worker and request.url.path.endswith("/xml/availability"):
            self._closed.set()
            if not self.first:
                assert self._goes_on.wait(20)

    def over(self) -> None:
        """Let the second worker end."""
        self._goes_on.set()
        assert self._worker is not None
        self._worker.join(20)

    def _step(self) -> None:
        manager, now = self.house.manager, self.house.now
        with manager.ledger.transaction() as tx:
            tx.mark_due(self.listing, now, now=now)
        taken = manager.take(self.listing, "second", now=now, until=now + timedelta(minutes=1))
        assert taken is not None
        manager.step(taken)


@pytest.mark.parametrize("fault", [ApiFault.ANSWER_LOST, ApiFault.PARTLY, ApiFault.ERROR, ApiFault.HTML])
@pytest.mark.parametrize("where", ["airbnb", "booking"])
def test_a_write_that_nobody_knows_of(house: House, where: str, fault: ApiFault) -> None:
    """A write whose answer is lost, or half of it, is made good; what it closed stays ours, and opens when freed."""
    house.sync()
    partner: Partner = house.airbnb if where == "airbnb" else house.booking
    block = house.manager.block("gite-du-lac", Stay.parse("2027-06-01/2027-06-09"), category="personal")
    partner.fail(fault, house.now)
    for _ in range(4):
        house.sync()
        house.later(minutes=16)
    assert house.shut(partner, "2027-06-01/2027-06-09")
    assert not [one for state in house.manager.state("gite-du-lac").listings for one in state.claims]
    house.manager.unblock(block.id)
    for _ in range(4):
        house.sync()
        house.later(minutes=16)
    assert house.free(partner, "2027-06-01/2027-06-09")


def test_the_calendar_serves_while_the_api_is_down(house: House) -> None:
    """An Airbnb listing whose API does not answer is read by its calendar, and by the API again once it does."""
    platform = next(iter(house.airbnb.lodgings.values()))
    house.manager.link("gite-du-lac", "airbnb", feed=platform.urls[0])
    house.sync()
    house.airbnb.fail(ApiFault.ERROR, house.now, times=None)
    house.later(minutes=16)
    made = platform.book(Stay.parse("2027-08-01/2027-08-08"), house.now, force=True)
    assert isinstance(made, Reservation)
    house.sync()
    assert house.shut(house.booking, "2027-08-01/2027-08-08")
    before = next(one for one in house.manager.state("gite-du-lac").listings if one.listing.channel == "airbnb")
    assert before.health is not None
    house.airbnb.heal()
    house.later(minutes=16)
    house.sync()
    after = next(one for one in house.manager.state("gite-du-lac").listings if one.listing.channel == "airbnb")
    assert [one.id for one in after.claims] == [one.id for one in before.claims]
    assert len(after.claims) == 1


def test_a_queue_is_acknowledged_once_the_ledger_holds_it(house: House) -> None:
    """A message waits in Booking.com's queue until what it says is stored, then no longer."""
    house.sync()
    house.book(house.booking, "2027-03-01/2027-03-05")
    taking = Taking(house.manager, house.clock)
    house.later(seconds=20)
    assert taking.take() == 1
    house.later(seconds=20)
    assert taking.take() == 1
    house.manager.sync()
    house.later(seconds=20)
    assert taking.take() == 0
    house.later(seconds=20)
    api = booking_plugin.api
    assert isinstance(api, AcknowledgesReservations)
    assert house.manager.call(AccountId(house.accounts["booking"]), api.waiting) == ()
