"""A platform that refuses every token: how often another is asked for, by all processes of an installation together."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import httpx
from attrs import Factory, define

import channelsync
from channelsync.adapter import AcknowledgesReservations
from channelsync.cadence import Health
from channelsync.engine.address import AddressPolicy
from channelsync.engine.budget import Rate, Rates
from channelsync.engine.drive import Driver
from channelsync.errors import ChannelSyncError, CredentialRejectedError
from channelsync.ids import AccountId
from channelsync.manager import Manager
from channelsync.manager.reading import Reader
from channelsync.service.taking import Taking
from channelsync.testing.partner import ApiFault
from channelsync_booking import plugin as booking_plugin
from channelsync_booking import sandbox as booking
from tests.support import Clock

HOUR = timedelta(hours=1)


@define
class House:
    """A lodging on Booking.com, and two processes that speak with it."""

    platform: booking.Account
    clock: Clock
    managers: list[Manager] = Factory(list)
    name: str = ""
    exchanges: list[datetime] = Factory(list)
    """When a token was asked for."""
    asked: int = 0
    """How much else was asked."""

    @property
    def account(self) -> AccountId:
        """The account."""
        return AccountId(self.name)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Be Booking.com."""
        if request.url.path.endswith("/exchange"):
            self.exchanges.append(self.clock.now)
        else:
            self.asked += 1
        return self.platform.handle(request, self.clock.now)

    def work(self, span: timedelta, every: timedelta = timedelta(seconds=20)) -> None:
        """Let both processes ask the queue every so often, renew what is due and look at what is due."""
        end = self.clock.now + span
        while self.clock.now < end:
            for manager in self.managers:
                Taking(manager, self.clock).take()
                manager.credentials.refresh_due()
            self.managers[0].sync()
            self.clock.now += every

    def call(self, manager: Manager) -> str:
        """Ask for what waits, and return what came of it."""
        api = booking_plugin.api
        assert isinstance(api, AcknowledgesReservations)
        try:
            manager.call(self.account, api.waiting)
        except ChannelSyncError as error:
            return type(error).__name__
        return "answered"


@contextmanager
def opened(folder: Path) -> Generator[House]:
    """Link a lodging, and look at it."""
    made, policy = House(booking.partner(rng=Random(7)), Clock()), AddressPolicy(allow_private=True)
    rates = Rates(host=Rate(1e6, 10_000), account=Rate(1e6, 10_000))
    with ExitStack() as stack:
        client = stack.enter_context(httpx.Client(transport=httpx.MockTransport(made.answer)))
        for _ in range(2):
            manager = stack.enter_context(channelsync.open(str(folder / "lac.db"), now=made.clock))
            manager._reader = Reader(policy, Driver(policy, client=client, rates=rates, ticks=made.clock.ticks))
            made.managers.append(manager)
        manager = made.managers[0]
        manager.add_unit("Lac", timezone="Europe/Paris")
        made.name = manager.add_account("booking", dict(made.platform.fields)).id
        manager.connect("lac", made.name, next(iter(made.platform.lodgings)))
        manager.sync(everything=True)
        made.clock.now += timedelta(minutes=1)
        yield made


def test_a_refusal_that_no_token_cures(tmp_path: Path) -> None:
    """One token is asked for because of it, and the usual ones after that; the owner is told that access is refused."""
    with opened(tmp_path) as house:
        house.exchanges.clear()
        house.platform.fail(ApiFault.REFUSED, house.clock.now, times=None)
        house.work(timedelta(minutes=40))
        assert len(house.exchanges) == 1
        (listing,) = house.managers[0].state("lac").listings
        assert listing.health is not None
        assert listing.health.state is Health.DISCONNECTED
        house.work(4 * HOUR - timedelta(minutes=40), timedelta(minutes=3))
        assert 4 <= len(house.exchanges) <= 9
        house.platform.heal()
        house.work(timedelta(minutes=16), timedelta(minutes=1))
        assert house.managers[0].state("lac").listings[0].failure is None
        assert house.call(house.managers[1]) == "answered"


def test_one_refusal_is_cured_at_once(tmp_path: Path) -> None:
    """A token that is refused once is renewed in the same call; refused again within the hour, the refusal stands."""
    with opened(tmp_path) as house:
        house.exchanges.clear()
        for manager, came in zip(house.managers, ("answered", CredentialRejectedError.__name__), strict=True):
            house.platform.fail(ApiFault.REFUSED, house.clock.now)
            assert house.call(manager) == came
            assert house.call(manager) == "answered"
            assert len(house.exchanges) == 1
            house.clock.now += timedelta(minutes=20)
        house.clock.now += HOUR
        house.call(house.managers[0])
        house.clock.now += timedelta(seconds=20)  # the queue is asked again
        before = len(house.exchanges)
        house.platform.fail(ApiFault.REFUSED, house.clock.now)
        assert house.call(house.managers[0]) == "answered"
        assert len(house.exchanges) == before + 1


def test_who_used_the_token_before(tmp_path: Path) -> None:
    """A process whose token was refused while another renewed it takes the new one, and asks for none."""
    with opened(tmp_path) as house:
        held = house.managers[1].credentials.usable(house.account)
        house.platform.fail(ApiFault.REFUSED, house.clock.now)
        house.call(house.managers[0])
        house.exchanges.clear()
        assert house.managers[1].credentials.refused(held)
        assert not house.managers[1].credentials.refresh(house.account)
        assert house.managers[1].credentials.usable(house.account).state.generation > held.state.generation
        assert not house.exchanges


def test_no_wait_is_cut_short(tmp_path: Path) -> None:
    """Where no token could be had, a refusal asks for none before the wait after that failure is over."""
    with opened(tmp_path) as house:
        house.clock.now += timedelta(minutes=58)
        house.platform.fail(ApiFault.TOKENS, house.clock.now, times=None)
        house.managers[0].credentials.refresh_due()
        house.exchanges.clear()
        house.platform.fail(ApiFault.REFUSED, house.clock.now, times=None)
        for manager in house.managers * 5:
            assert house.call(manager) == "ChannelUnavailableError"
        with house.managers[0].ledger.transaction() as tx:
            known = tx.credential(house.account)
            assert known is not None
            assert known.failures == 1
            assert not tx.hasten_credential(house.account, known.generation, refresh_at=house.clock.now, why="")
        assert not house.exchanges
        house.clock.now += timedelta(minutes=1)
        with suppress(ChannelSyncError):
            house.call(house.managers[0])
        assert house.exchanges
