"""What a worker tells of its machine, to the log at once and to the owner afterwards: on both databases."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import define

from channelsync.errors import LedgerError
from channelsync.ledger import Ledger, NoticeRecord, open_ledger
from channelsync.manager.desk import notice_of
from channelsync.service.watch import Watch
from channelsync.wording import headline, text
from tests.contract.workers import house, soon

NOW = datetime(2027, 3, 3, 12, tzinfo=UTC)  # one o'clock in Paris
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
AWAY = LedgerError("the database does not answer", advice="Start it.")


@define
class Machine:
    """A machine with a database and a clock; any number of workers watch it."""

    ledger: Ledger
    at: datetime = NOW

    def watch(self) -> Watch:
        """A worker's watch."""
        return Watch(self.ledger, lambda: self.at)

    def told(self) -> tuple[NoticeRecord, ...]:
        """What the owner is told."""
        with self.ledger.reading() as tx:
            return tx.notices()


@pytest.fixture
def machine(database: str) -> Iterator[Machine]:
    """A machine on which all is well."""
    with open_ledger(database, now=NOW) as ledger:
        yield Machine(ledger)


def test_a_long_interruption_is_told_once(machine: Machine) -> None:
    """A database that was away for over a minute is told to the owner when it is back, once, whoever noticed it."""
    one, two = machine.watch(), machine.watch()
    for seconds in range(65):
        machine.at = NOW + seconds * SECOND
        one.database(AWAY)
        if seconds > 2:
            two.database(AWAY)
    machine.at = NOW + HOUR
    for _ in range(3):
        one.database(None)
        two.database(None)
        machine.at += SECOND
    (told,) = [notice_of(one) for one in machine.told()]
    assert (told.kind.value, told.data.since, told.at) == ("interrupted", NOW, NOW + HOUR)
    assert headline(told, "fr") == "Le service a été interrompu"
    assert text(told, "fr").startswith("Le service a été interrompu (début : à 13 h 00, reprise : à 14 h 00).")
    assert text(told, "en").startswith("The service was interrupted (began: at 13:00, over: at 14:00).")


def test_the_next_interruption_is_told_too(machine: Machine) -> None:
    """Each interruption is a fact of its own."""
    watch = machine.watch()
    for _ in range(2):
        watch.database(AWAY)
        machine.at += 5 * MINUTE
        watch.database(None)
        machine.at += HOUR
    assert len(machine.told()) == 2


def test_a_short_one_is_no_news(machine: Machine, caplog) -> None:
    """A database that was away for seconds is a line in the log when it goes and when it comes, and no notice."""
    watch = machine.watch()
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            watch.database(AWAY)
        machine.at += 59 * SECOND
        watch.database(None)
        watch.database(None)
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert not machine.told()


def test_what_can_only_be_read_is_still_away(tmp_path: Path) -> None:
    """A database that answers and takes nothing (locked, or on a full disk) is not back until it takes something."""
    with open_ledger(str(tmp_path / "gite.db"), now=NOW) as ledger:
        machine = Machine(ledger)
        watch = machine.watch()
        watch.database(AWAY)
        with closing(sqlite3.connect(tmp_path / "gite.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            machine.at += 2 * MINUTE
            watch.database(None)
            other.execute("ROLLBACK")
        assert not machine.told()
        machine.at += MINUTE
        watch.database(None)
        (told,) = [notice_of(one) for one in machine.told()]
        assert (told.data.since, told.at) == (NOW, NOW + 3 * MINUTE)


@pytest.mark.parametrize("hours", [2, -2])
def test_a_clock_that_was_set(machine: Machine, hours: int, caplog) -> None:
    """A clock set by two hours is told to the owner, once for a machine, with by how much and what to do."""
    watches = [machine.watch(), machine.watch()]
    for watch in watches:
        watch.clock()
    machine.at += hours * HOUR
    for watch in watches:
        watch.clock()
        watch.database(None)
        watch.clock()
        watch.database(None)
    (told,) = [notice_of(one) for one in machine.told()]
    assert (told.kind.value, told.data.count) == ("clock_set", 120)
    assert "120 minutes" in text(told, "fr")
    assert "Check the machine's time." in text(told, "en")
    assert caplog.text.count("the clock was set") == 2


def test_a_rehearsals_clock_is_set_on_purpose(machine: Machine) -> None:
    """Where the clock is held against its own seconds, as in a rehearsal, a day that is skipped is no news."""
    watch = Watch(machine.ledger, lambda: machine.at, lambda: machine.at.timestamp())  # noqa: PLW0108 - a new one each time
    watch.clock()
    machine.at += 24 * HOUR
    watch.clock()
    watch.database(None)
    assert not machine.told()


def test_a_clock_that_is_mended(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that drifts and is put right by a time server is no news; nor is a machine that was busy."""
    watch = machine.watch()
    watch.clock()
    machine.at += 14 * MINUTE
    watch.clock()
    ticks = time.monotonic() + HOUR.total_seconds()
    monkeypatch.setattr(time, "monotonic", lambda: ticks)
    machine.at += HOUR
    watch.clock()
    watch.database(None)
    assert not machine.told()


def test_a_running_worker_tells(database: str) -> None:
    """A worker, with either queue, writes down what its watch noticed without being asked."""
    with house(database) as home, home.open() as manager:
        home.furnish(manager)

        def kinds() -> list[str]:
            with manager.ledger.reading() as tx:
                return [one.kind for one in tx.notices() if one.unit is None]

        with home.worker(manager):
            home.heard.until(lambda heard: len(heard) >= 1)
            home.time += 2 * HOUR
            assert soon(lambda: kinds() == ["clock_set"])
