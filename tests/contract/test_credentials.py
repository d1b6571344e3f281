"""Accounts and their access on both databases: renewed once, refused once, given anew without loss."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from attrs import define
from hypothesis import given
from hypothesis import strategies as st

from channelsync.adapter import discover
from channelsync.cadence import Health
from channelsync.claims import Category
from channelsync.engine.address import AddressPolicy
from channelsync.engine.drive import Driver
from channelsync.errors import ChannelUnavailableError, CredentialRejectedError, UsageError, VaultError
from channelsync.ids import AccountId, ChannelName
from channelsync.ledger import open_ledger
from channelsync.manager import AccountReport, Manager
from channelsync.manager.accounts import term
from channelsync.manager.credentials import Credentials
from channelsync.manager.reading import Reader
from channelsync.nights import Stay
from channelsync.vault import new_key, open_vault
from tests.contract import platform_api
from tests.contract.platform_api import Town

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIELDS = {"client": "anne", "refresh_token": "marked-renewal-0"}


@define
class House:
    """An installation: its database, the platform, the time, and workers as many as are wanted."""

    database: str
    key: str
    town: Town
    stack: ExitStack
    time: datetime = NOW

    def now(self) -> datetime:
        """The time of everybody."""
        return self.time

    def manager(self) -> Manager:
        """A manager of its own, as another process has it."""
        ledger = open_ledger(self.database, now=NOW)
        with ledger.reading() as tx:
            vault = open_vault(self.database, key=self.key, secrets_exist=tx.has_secrets())
        registry = discover([platform_api.ENTRY])
        return self.stack.enter_context(Manager(ledger, vault, registry, Reader(AddressPolicy()), self.now))

    def worker(self, manager: Manager | None = None) -> Credentials:
        """A worker of its own."""
        driver = self.stack.enter_context(Driver(AddressPolicy(allow_private=True)))
        return Credentials(manager or self.manager(), driver, self.now, draw=lambda: 0.5)


@pytest.fixture
def house(database: str) -> Iterator[House]:
    """An installation, and the platform being served."""
    with platform_api.served() as town, ExitStack() as stack:
        yield House(database, new_key(), town, stack)


def linked(manager: Manager, account: AccountReport) -> None:
    """Link a listing of the account to a new unit, with a block of the owner's."""
    unit = manager.add_unit("Lac")
    with manager.ledger.transaction() as tx:
        tx.add_listing(unit.id, ChannelName("exemple"), route="api", account=account.id, external_id="7", at=NOW)
    manager.block(unit, Stay.parse("2027-04-01/2027-04-05"), category=Category.PERSONAL.value)


class TestAccounts:
    """What the owner gives."""

    def test_an_account_is_added(self, house: House) -> None:
        """Its secrets are sealed and come back for a request; reports and prints hold none of them."""
        manager = house.manager()
        made = manager.add_account("exemple", FIELDS, name="Anne")
        assert manager.accounts() == (made,) == (manager.account("Anne"),)
        held = manager.held_access(made.id)
        assert held.access.fields["refresh_token"].reveal() == "marked-renewal-0"
        assert held.access.fields["region"].reveal() == "fr"
        assert "marked" not in f"{held!r}{made!r}"
        with manager.ledger.reading() as tx:
            assert [line.what for line in tx.audit_lines()] == ["account added"]

    @pytest.mark.parametrize(
        "fields, words",
        [
            ({"client": "anne"}, "refresh_token is missing"),
            (FIELDS | {"colour": "x"}, "no field 'colour'"),
            (FIELDS | {"region": "xx-hush"}, "not offered"),
            (FIELDS | {"client": "hush" * 2000}, "too long"),
            (FIELDS | {"client": "hush\x00"}, "cannot be printed"),
        ],
    )
    def test_fields_that_make_no_sense(self, house: House, fields: dict[str, str], words: str) -> None:
        """A missing, unknown or strange field is refused, without its value."""
        with pytest.raises(UsageError, match=words) as refused:
            house.manager().add_account("exemple", fields)
        assert "hush" not in f"{refused.value}{refused.value.advice}"

    def test_unknown_accounts(self, house: House) -> None:
        """An account that is not there is told as such, with those that are."""
        manager = house.manager()
        made = manager.add_account("exemple", FIELDS)
        with pytest.raises(UsageError, match="no account is called 'bob'") as refused:
            manager.reconnect("bob", FIELDS)
        assert made.id in refused.value.advice


class TestRenewal:
    """Tokens."""

    def test_the_first_and_the_next(self, house: House) -> None:
        """A token is asked for at once, then before it runs out, with the key that came with the last."""
        manager = house.manager()
        account, worker = manager.add_account("exemple", FIELDS).id, house.worker(manager)
        assert [worker.refresh_due(), worker.refresh_due(), house.town.asked] == [1, 0, 1]
        held = worker.usable(account)
        assert held.access.token.reveal() == "marked-token-1"
        assert held.access.fields["client"].reveal() == "anne"
        assert held.state.expires_at == NOW + 60 * MINUTE
        house.time += 50 * MINUTE
        assert [worker.refresh_due(), house.town.asked] == [0, 1]
        house.time += 2 * MINUTE
        assert [worker.refresh_due(), house.town.asked] == [1, 2]
        assert worker.usable(account).access.token.reveal() == "marked-token-2"

    @pytest.mark.parametrize("turn", range(3))
    def test_one_request_from_two_workers(self, house: House, turn: int) -> None:
        """However many workers find a token due at the same moment, the platform is asked once."""
        accounts = [house.manager().add_account("exemple", FIELDS).id]
        workers, ready, done = [house.worker() for _ in range(4)], threading.Barrier(4), list[int]()

        def work(worker: Credentials) -> None:
            ready.wait()
            done.append(worker.refresh_due())

        threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [sum(done), house.town.asked] == [1, 1]
        assert {worker.usable(accounts[0]).access.token.reveal() for worker in workers} == {"marked-token-1"}

    def test_a_worker_that_died(self, house: House) -> None:
        """What a worker had taken is taken by another when its lease is over; a clock set back does not prolong it."""
        manager = house.manager()
        account, worker = AccountId(manager.add_account("exemple", FIELDS).id), house.worker(manager)
        with manager.ledger.transaction() as tx:
            assert tx.lease_credential(account, "dead", now=NOW, until=NOW + 2 * MINUTE)
        assert worker.refresh_due() == 0
        house.time += 2 * MINUTE
        assert worker.refresh_due() == 1
        with manager.ledger.transaction() as tx:
            tx.hasten_credential(account, 2, refresh_at=NOW - 120 * MINUTE, why="")
            assert tx.lease_credential(account, "dead", now=house.time, until=house.time + 2 * MINUTE)
        house.time -= 120 * MINUTE
        assert worker.refresh_due() == 1

    def test_one_that_slept_longer_than_its_lease(self, house: House) -> None:
        """The answer of a worker that another took for dead is not thrown away: the key it renewed with is void."""
        account, slow, quick = house.manager().add_account("exemple", FIELDS).id, house.worker(), house.worker()
        house.town.hold = threading.Event()
        thread = threading.Thread(target=slow.refresh_due)
        thread.start()
        assert house.town.reached.wait(20)
        house.time += 3 * MINUTE
        held = house.manager().held_access(account)
        house.town.renewal = "marked-renewal-other"  # void for whoever asks now, as after the slow one's answer
        house.town.hold, hold = None, house.town.hold
        assert quick.refresh_due() == 0
        assert house.manager().account(account).state == "revoked"
        house.town.renewal = "marked-renewal-0"
        hold.set()
        thread.join()
        assert house.manager().account(account).state == "connected"
        assert slow.usable(account).access.token.reveal() == "marked-token-1"
        assert not house.manager().access_refused(held, "an older generation")

    def test_failures_wait_longer_each_time(self, house: House) -> None:
        """A platform that is down is asked again, less and less often; the token it gave serves while it is good."""
        manager = house.manager()
        account, worker = manager.add_account("exemple", FIELDS).id, house.worker(manager)
        worker.refresh_due()
        house.town.status, house.time = 503, NOW + 54 * MINUTE
        asked = []
        for _ in range(6 * 60):
            worker.refresh_due()
            asked.append(house.town.asked)
            house.time += MINUTE / 6
            if house.time < NOW + 60 * MINUTE:
                assert worker.usable(account).access.token.reveal() == "marked-token-1"
        assert 6 <= asked[-1] - 1 <= 10
        assert manager.account(account).state == "failing"
        with pytest.raises(ChannelUnavailableError, match="being renewed"):
            worker.usable(account)
        house.town.status = 200
        house.time += 15 * MINUTE
        assert worker.usable(account).access.token.reveal().startswith("marked-token-")
        assert manager.account(account).state == "connected"

    def test_retry_after(self, house: House) -> None:
        """A platform that says how long to wait is left alone for so long."""
        manager = house.manager()
        manager.add_account("exemple", FIELDS)
        worker, house.town.status = house.worker(manager), 429
        worker.refresh_due()
        asked, house.town.status = house.town.asked, 200
        house.time += 19 * MINUTE
        assert [worker.refresh_due(), house.town.asked] == [0, asked]
        house.time += MINUTE
        assert worker.refresh_due() == 1

    def test_a_plugin_that_breaks(self, house: House) -> None:
        """Whatever somebody else's code does, it is a failure that is tried again, and nothing of its text is told."""
        manager = house.manager()
        account, worker = manager.add_account("exemple", FIELDS).id, house.worker(manager)
        house.town.garbage, house.town.turns = True, False
        assert worker.refresh_due() == 0
        report = manager.account(account)
        assert (report.state, "TypeError" in report.why) == ("failing", True)
        house.town.garbage = False
        house.time += MINUTE
        assert worker.refresh_due() == 1

    def test_refused_in_use(self, house: House) -> None:
        """A token that the platform refuses before its time is renewed at once."""
        manager = house.manager()
        account, worker = manager.add_account("exemple", FIELDS).id, house.worker(manager)
        worker.refresh_due()
        assert worker.refused(worker.usable(account))
        assert [worker.refresh_due(), worker.usable(account).access.token.reveal()] == [1, "marked-token-2"]


class TestRefusal:
    """An access that the platform has taken back."""

    def test_refused_told_and_given_anew(self, house: House) -> None:
        """The owner is told once, nobody tries again, nothing is lost; connected anew, everything goes on."""
        manager = house.manager()
        made = manager.add_account("exemple", FIELDS)
        worker = house.worker(manager)
        linked(manager, made)
        unit = manager.units()[0]
        worker.refresh_due()
        house.town.renewal = "another"
        house.time += 55 * MINUTE
        assert worker.refresh_due() == 0
        asked, report = house.town.asked, manager.account(made.id)
        assert (report.state, report.why, report.listings) == ("revoked", "Exemple has taken its access back", 1)
        with manager.ledger.reading() as tx:
            notices = [one for one in tx.notices() if "disconnected" in one.kind]
            assert [one.at for one in notices] == [house.time]
        listing = manager.state(unit).listings[0]
        assert listing.health is not None
        assert listing.health.state is Health.DISCONNECTED
        for _ in range(5):
            house.time += 60 * MINUTE
            assert house.worker().refresh_due() == 0
            with pytest.raises(CredentialRejectedError) as refused:
                worker.usable(made.id)
            assert f"account reconnect {made.id}" in refused.value.advice
        assert house.town.asked == asked
        before = manager.state(unit)
        house.town.renewal = "marked-renewal-new"
        again = manager.reconnect("Exemple", FIELDS | {"refresh_token": "marked-renewal-new"})
        assert (again.id, again.state, again.listings) == (made.id, "connected", 1)
        assert manager.state(unit) == before
        with manager.ledger.reading() as tx:
            assert [one.listing for one in tx.due_listings(house.time)] == [listing.id]
            assert [line.what for line in tx.audit_lines()][-2:] == ["account refused", "account reconnected"]
            tx.verify_audit()
        assert worker.refresh_due() == 1
        assert worker.usable(made.id).state.generation == 4

    def test_reconnected_while_it_is_refused(self, house: House) -> None:
        """A refusal of the old access, come back after the owner gave a new one, takes nothing away."""
        manager = house.manager()
        account, worker = manager.add_account("exemple", FIELDS).id, house.worker()
        house.town.renewal, house.town.hold = "new", threading.Event()
        thread = threading.Thread(target=worker.refresh_due)
        thread.start()
        assert house.town.reached.wait(20)
        manager.reconnect(account, FIELDS | {"refresh_token": "new"})
        house.town.hold.set()
        thread.join()
        assert manager.account(account).state == "connected"
        assert house.worker().refresh_due() == 1

    def test_another_key(self, house: House) -> None:
        """An access that cannot be opened is a failure of ours: it is not taken for a refusal."""
        manager = house.manager()
        account = manager.add_account("exemple", FIELDS).id
        house.key = new_key()
        worker = house.worker()
        assert worker.refresh_due() == 0
        with pytest.raises(VaultError):
            worker.usable(account)
        assert manager.account(account).state == "failing"
        assert house.town.asked == 0


@given(
    life=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=400)),
    jitter=st.floats(0, 1, exclude_max=True),
)
def test_a_token_is_renewed_in_time(life: timedelta, jitter: float) -> None:
    """Every token is renewed in the second half of its life, before its last tenth and its last five minutes."""
    found = term(life, NOW, jitter)
    assert found.expires_at == NOW + life
    assert found.refresh_at is not None
    assert NOW + life / 2 <= found.refresh_at <= NOW + life * 0.9 + timedelta(microseconds=1)
    if life >= timedelta(minutes=20):
        assert found.refresh_at <= NOW + life - timedelta(minutes=5)


def test_a_token_without_end() -> None:
    """One that does not expire is never renewed; one that is over already is due."""
    assert term(None, NOW, 0.5).refresh_at is None
    assert term(timedelta(seconds=-5), NOW, 0.5).refresh_at == NOW
