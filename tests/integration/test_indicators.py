"""The indicators against lives of which the right figures are known, and the sign of life that a worker gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.adapter import SecretUrl
from channelsync.config import Config
from channelsync.engine.address import AddressPolicy
from channelsync.engine.drive import Driver
from channelsync.errors import AddressRefusedError, ChannelUnavailableError, LedgerError, UsageError
from channelsync.ledger import Ledger, open_ledger
from channelsync.manager import Manager
from channelsync.service.duties import Duties
from channelsync.service.heartbeat import Heartbeat
from channelsync.service.indicators import Indicator, alive, indicators, measure
from channelsync.service.upkeep import upkeep
from channelsync.testing.faults import Fault
from tests.contract.life import HOUR, START, Life, living
from tests.integration.town import page, town

DAY = START.date()
UNIT = "gite-du-lac"


@pytest.fixture
def life() -> Iterator[Life]:
    """Platforms being served."""
    with living() as found:
        yield found


@pytest.fixture
def manager(life: Life, tmp_path: Path) -> Iterator[Manager]:
    """A lodging on both platforms, looked at once."""
    with life.manager(str(tmp_path / "gite.db")) as made:
        lac = made.add_unit("Gîte du Lac")
        for name in life.platforms:
            made.link(lac, name, feed=life.url(name))
        made.sync(everything=True)
        yield made


def told(manager: Manager, since: date, until: date, now: datetime) -> dict[str, Indicator]:
    """The indicators by name."""
    with manager.ledger.reading() as tx:
        return {one.name: one for one in indicators(tx, since, until, now)}


def test_the_figures_of_a_day(life: Life, manager: Manager) -> None:
    """One reservation closed at once and read after two hours, one typed in, one look of eight that failed."""
    life.time += HOUR
    life.platforms["airbnb"].book(cs.Stay.parse("2027-03-15/2027-03-18"), life.time)
    manager.sync(everything=True)
    life.time += 2 * HOUR
    manager.record_fetch(UNIT, "booking")
    manager.reserve(UNIT, cs.Stay.parse("2027-06-01/2027-06-03"), guest="Dupont")
    life.platforms["airbnb"].fail(Fault.HTML_LOGIN, life.time)
    manager.sync(everything=True)
    life.time += HOUR
    manager.sync(everything=True)
    measure(manager, life.time)
    measure(manager, life.time)  # twice is once
    found = told(manager, DAY, DAY, life.time)
    assert found["synchronised"] == Indicator("synchronised", 2, 0.5)
    assert found["looks"] == Indicator("looks", 8, 1 / 8)
    assert found["messages"] == Indicator("messages", 0)
    assert found["closed"] == Indicator("closed", 1, None, 0.0, 0.0, 0.0)
    assert found["proven"] == Indicator("proven", 1, None, 7200.0, 7200.0, 7200.0)
    assert found["exposed"].count == len(manager.exposed()) == 2  # what was typed in, on both
    assert found["exposed"].worst == 3600.0
    assert found["available"] == Indicator("available", 0)


def test_evidence_that_comes_later_counts(life: Life, manager: Manager) -> None:
    """What is proven the next day counts on the day of the reservation; after three days a day is as it is."""
    life.platforms["airbnb"].book(cs.Stay.parse("2027-03-15/2027-03-18"), life.time)
    life.time += HOUR
    manager.sync(everything=True)
    measure(manager, life.time)
    assert told(manager, DAY, DAY, life.time)["proven"].count == 0
    life.time += timedelta(days=1)
    manager.record_fetch(UNIT, "booking")
    measure(manager, life.time)
    found = told(manager, DAY, DAY, life.time)
    assert found["proven"].median == 86400.0
    assert found["synchronised"] == Indicator("synchronised", 1, 1.0)
    life.time += timedelta(days=40)
    manager.sync(everything=True)  # what was seen that day is forgotten by now
    measure(manager, life.time)
    assert told(manager, DAY, DAY, life.time) == found | {"available": Indicator("available", 0)}


def test_what_was_there_before_is_no_news(life: Life, tmp_path: Path) -> None:
    """Reservations that stand when a listing is linked say nothing of how fast we are."""
    life.platforms["airbnb"].book(cs.Stay.parse("2027-03-15/2027-03-18"), life.time)
    with life.manager(str(tmp_path / "other.db")) as manager:
        lac = manager.add_unit("Gîte du Lac")
        for name in life.platforms:
            manager.link(lac, name, feed=life.url(name))
        manager.sync(everything=True)
        measure(manager, life.time)
        assert told(manager, DAY, DAY, life.time)["synchronised"].count == 0


def test_each_owner_has_their_own(life: Life, manager: Manager) -> None:
    """What one owner's listings do is in their figures and in the installation's, not in another's."""
    other = manager.add_owner("Anne").owner
    chalet = manager.add_unit("Chalet", owner="Anne")
    manager.reserve(chalet, cs.Stay.parse("2027-06-01/2027-06-03"))
    measure(manager, life.time)
    first = manager.unit(UNIT).owner
    with manager.ledger.reading() as tx:
        shares = {
            whose: {one.name: one.count for one in indicators(tx, DAY, DAY, life.time, owner=whose)}
            for whose in (first, other.id, "")
        }
    assert [shares[whose]["looks"] for whose in (first, other.id, "")] == [2, 0, 2]
    assert [shares[whose]["synchronised"] for whose in (first, other.id, "")] == [0, 1, 1]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    with open_ledger(str(tmp_path / "empty.db"), now=START) as made:
        yield made


def available(ledger: Ledger, since: date, now: datetime) -> Indicator:
    """The availability up to now."""
    with ledger.reading() as tx:
        return next(one for one in indicators(tx, since, now.date(), now) if one.name == "available")


def test_availability_counts_minutes(ledger: Ledger) -> None:
    """Each minute counts once, whoever is alive in it; hours and days without anybody count as down."""
    time = START
    for _ in range(60):
        for second in (0, 30):  # two workers, or one twice
            with ledger.transaction() as tx:
                alive(tx, time + timedelta(seconds=second))
        time += timedelta(minutes=1)
    assert available(ledger, DAY, time) == Indicator("available", 60, 1.0)
    assert available(ledger, DAY, time + HOUR) == Indicator("available", 120, 0.5)
    later = START + timedelta(days=2)
    with ledger.transaction() as tx:
        alive(tx, later)
    minutes = 15 * 60 + 1440 + 9 * 60
    assert available(ledger, DAY, later + timedelta(seconds=30)) == Indicator("available", minutes, 60 / minutes)


def test_a_clock_set_back_counts_no_minute_twice(ledger: Ledger) -> None:
    """A clock that goes back two hours makes the service no more available than it was."""
    for hours in (0, -2, 0):
        with ledger.transaction() as tx:
            alive(tx, START + hours * HOUR)
    assert available(ledger, DAY, START + timedelta(minutes=1)) == Indicator("available", 1, 1.0)


class TestHeartbeat:
    """The address that is asked for while all is well."""

    def test_asked_for_while_the_work_is_done(self, ledger: Ledger) -> None:
        """One request while due listings were just looked for; none where that is long ago, or never was."""
        with town({"/beat": page(b"OK")}) as place, Driver(AddressPolicy(allow_private=True)) as driver:
            url = f"http://127.0.0.1:{place.port}/beat?hush"
            heart = Heartbeat(ledger, driver, SecretUrl(url))
            heart.beat(START, swept_at=START - timedelta(minutes=1))
            assert len(place.requests) == 1
            for swept in (None, START - HOUR, START + HOUR):
                with pytest.raises(LedgerError, match="held back"):
                    heart.beat(START, swept_at=swept)
            assert len(place.requests) == 1
            assert "hush" not in repr(heart)

    def test_a_refusal_is_told_without_the_address(self, ledger: Ledger) -> None:
        """An error of the monitor, and an address inside this network, are told; the address itself is not."""
        with town({"/beat": page(b"", 500)}) as place, Driver(AddressPolicy(allow_private=True)) as driver:
            heart = Heartbeat(ledger, driver, SecretUrl(f"http://127.0.0.1:{place.port}/beat?hush"))
            with pytest.raises(ChannelUnavailableError) as refused:
                heart.beat(START, swept_at=START)
            assert "hush" not in str(refused.value)
        with Driver(AddressPolicy()) as driver, pytest.raises(AddressRefusedError):
            Heartbeat(ledger, driver, SecretUrl("http://127.0.0.1:1/hush")).beat(START, swept_at=START)

    def test_a_database_that_takes_nothing_is_no_life(self, ledger: Ledger, tmp_path: Path) -> None:
        """Where the database cannot be written nothing is asked for."""
        with town({"/beat": page(b"OK")}) as place, Driver(AddressPolicy(allow_private=True)) as driver:
            heart = Heartbeat(ledger, driver, SecretUrl(f"http://127.0.0.1:{place.port}/beat"))
            with ledger.transaction() as tx:
                for table in ("meta",):
                    tx.connection.exec_driver_sql(
                        f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"
                    )
            with pytest.raises(LedgerError):
                heart.beat(START, swept_at=START)
            assert place.requests == []


def test_the_duties_of_keeping(life: Life, manager: Manager, tmp_path: Path) -> None:
    """A worker makes the day's backup, measures, says that it is alive and beats, each in its own rhythm."""
    from channelsync.service.backup import set_up

    set_up(manager, life.time)
    (tmp_path / "kept").mkdir()
    with town({"/beat": page(b"OK")}) as place, Driver(AddressPolicy(allow_private=True)) as driver:
        environ = {
            "CHANNELSYNC_BACKUP": str(tmp_path / "kept"),
            "CHANNELSYNC_HEARTBEAT_URL": f"http://127.0.0.1:{place.port}/beat",
        }
        config = Config.from_environment(environ)
        assert "beat" not in repr(config)
        duties = Duties(manager.ledger, upkeep(manager, config, driver, life.now, life.now), life.now)
        assert duties.run_due() == ("alive", "measures", "backup", "heartbeat", "answers")
        assert len(list((tmp_path / "kept").iterdir())) == len(place.requests) == 1
        for _ in range(26):
            life.time += HOUR
            duties.run_due()
        assert len(list((tmp_path / "kept").iterdir())) == 2
        assert told(manager, DAY, DAY, life.time)["available"].count > 0


def test_a_heartbeat_address_is_checked() -> None:
    """What is no web address is refused by its variable's name, and not repeated."""
    with pytest.raises(UsageError, match="CHANNELSYNC_HEARTBEAT_URL") as refused:
        Config.from_environment({"CHANNELSYNC_HEARTBEAT_URL": "hush"})
    assert "hush" not in json.dumps([str(refused.value), refused.value.advice])
