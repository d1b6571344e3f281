"""The contract of a queue, held by both: what is due is looked at, once, soon, and nothing is lost."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta

import pytest

import channelsync as cs
from channelsync.cadence import HealthEvent
from channelsync.errors import UsageError
from channelsync.ids import ListingId
from channelsync.ledger import Due
from channelsync.service.queue_embedded import EmbeddedQueue
from channelsync.service.queue_procrastinate import ProcrastinateQueue
from channelsync.service.work import Work
from tests.contract.workers import START, house, soon

QUARTER = timedelta(minutes=15)


def due_of(manager: cs.Manager, listing: ListingId) -> Due:
    """A listing's row."""
    with manager.ledger.reading() as tx:
        found = tx.due_of(listing)
    assert found is not None
    return found


def test_the_url_chooses(database: str) -> None:
    """PostgreSQL has the queue of several machines, SQLite that of one process."""
    with house(database) as home, home.open() as manager, home.worker(manager) as queue:
        assert isinstance(queue, ProcrastinateQueue if "://" in database else EmbeddedQueue)


def test_what_is_due_is_looked_at_once(database: str) -> None:
    """Every listing that is due is looked at once, and then rests until its time."""
    with house(database, units=6, sides=2) as home, home.open() as manager:
        home.furnish(manager, sides=2)
        with home.worker(manager) as queue:
            looks = home.heard.until(lambda heard: len(heard) >= 12)
            assert set(Counter(looks).values()) == {1}
            assert len(set(looks)) == 12
            assert queue.sweep() == 0
        assert home.heard.looks == looks


def test_drained(database: str) -> None:
    """What is due now can be worked off without a worker that stays."""
    with house(database, units=3) as home, home.open() as manager:
        home.furnish(manager)
        work = Work(manager, home.now, told=home.heard)
        with ExitStack() as stack:
            stack.callback(work.close)
            from channelsync.service.queues import open_queue

            queue = stack.enter_context(open_queue(database, work))
            assert queue.drain() == 3
            assert queue.drain() == 0
            home.time += QUARTER
            assert queue.drain() == 3


def test_a_hint_is_looked_at_at_once(database: str) -> None:
    """A hint wakes the worker: a new guest is closed elsewhere although no poll is due."""
    with house(database, sides=2) as home, home.open() as manager:
        first, _ = home.furnish(manager, sides=2)
        with home.worker(manager):
            home.heard.until(lambda heard: len(heard) >= 2)
            home.time += timedelta(minutes=1)
            stay = cs.Stay.parse("2027-03-10/2027-03-13")
            home.platforms["0-0"].book(stay, home.time)
            assert manager.hint(first)
            home.heard.until(lambda heard: len(heard) >= 3)
            assert home.heard.looks[2] == "0 ical:s0"
        assert stay.nights <= manager.state("0").active[1].published


def test_a_hint_too_soon_waits_for_the_shortest_gap(database: str) -> None:
    """No hint makes two looks follow each other faster than the shortest gap."""
    with house(database) as home, home.open() as manager:
        (listing,) = home.furnish(manager)
        with home.worker(manager) as queue:
            home.heard.until(lambda heard: len(heard) >= 1)
            assert manager.hint(listing)
            assert due_of(manager, listing).due_at == START + timedelta(seconds=5)
            queue.sweep()
            home.time += timedelta(seconds=6)
            home.heard.until(lambda heard: len(heard) >= 2)


def test_a_hint_during_a_look_is_not_lost(database: str) -> None:
    """A hint that comes while the platform is being read leads to another look."""
    with house(database) as home, home.open() as manager:
        (listing,) = home.furnish(manager)
        home.asked.append(lambda: hinted.append(manager.hint(listing)))
        hinted: list[bool] = []
        with home.worker(manager):
            home.heard.until(lambda heard: len(heard) >= 1)
            assert hinted == [True]
            home.time += timedelta(seconds=6)
            home.heard.until(lambda heard: len(heard) >= 2)


def test_a_lost_wake_up_costs_a_sweep(database: str) -> None:
    """What another program wrote, without telling anybody, is found by the sweep."""
    with house(database) as home, home.open() as manager, home.open() as other:
        (listing,) = home.furnish(manager)
        with home.worker(manager) as queue:
            home.heard.until(lambda heard: len(heard) >= 1)
            home.time += timedelta(minutes=1)
            with other.ledger.transaction() as tx:
                assert tx.mark_due(listing, home.time, now=home.time)
            queue.sweep()
            home.heard.until(lambda heard: len(heard) >= 2)


def test_a_mail_is_followed_by_a_series(database: str) -> None:
    """A platform's mail leads to looks at once and after one, three and ten minutes; forged hints are refused."""
    with house(database) as home, home.open() as manager:
        (listing,) = home.furnish(manager)
        with home.worker(manager) as queue:
            home.heard.until(lambda heard: len(heard) >= 1)
            home.time = mail = START + timedelta(minutes=2)
            assert manager.hint(listing, HealthEvent.MAIL_HINT)
            home.heard.until(lambda heard: len(heard) >= 2)
            for number, minutes in enumerate((1, 3, 10), 3):
                assert soon(lambda at=mail + timedelta(minutes=minutes): due_of(manager, listing).due_at == at)
                home.time = mail + timedelta(minutes=minutes)
                queue.sweep()
                home.heard.until(lambda heard, enough=number: len(heard) >= enough)
            assert soon(lambda: due_of(manager, listing).due_at > mail + timedelta(minutes=20))
        with pytest.raises(UsageError):
            manager.hint(listing, HealthEvent.LOOK_OK)
        assert not manager.hint(ListingId("nothing"))


def test_the_same_call_many_times(database: str) -> None:
    """Doubled messages lead to one look."""
    with house(database, units=2) as home, home.open() as manager:
        listings = home.furnish(manager)
        with home.worker(manager) as queue:
            home.heard.until(lambda heard: len(heard) >= 2)
            home.time += QUARTER
            for listing in listings * 10:
                queue.submit(listing)
            queue.sweep()
            home.heard.until(lambda heard: len(heard) >= 4)
            assert queue.sweep() == 0
        assert set(Counter(home.heard.looks).values()) == {2}


def test_two_workers_share(database: str) -> None:
    """Two workers on one database look at each listing once between them."""
    with house(database, units=12) as home, home.open() as one, home.open() as two:
        home.furnish(one)
        with home.worker(one), home.worker(two):
            looks = home.heard.until(lambda heard: len(heard) >= 12)
            assert set(Counter(looks).values()) == {1}
        assert len(home.heard.looks) == 12


def test_what_a_dead_worker_held_is_taken_over(database: str) -> None:
    """A lease whose holder is gone runs out, and the listing is looked at."""
    with house(database) as home, home.open() as manager:
        (listing,) = home.furnish(manager)
        with manager.ledger.transaction() as tx:
            assert tx.lease(listing, "dead", now=START, until=START + timedelta(seconds=10))
        with home.worker(manager) as queue:
            assert queue.sweep() == 0
            home.time += timedelta(seconds=11)
            queue.sweep()
            home.heard.until(lambda heard: len(heard) >= 1)


def test_a_lease_that_was_lost_stores_nothing(database: str) -> None:
    """A worker that was away for longer than its lease leaves what it saw to the one that took over."""
    with house(database) as home, home.open() as manager:
        (listing,) = home.furnish(manager)

        def taken_over() -> None:
            home.time += timedelta(seconds=11)
            with manager.ledger.transaction() as tx:
                assert tx.lease(listing, "other", now=home.time, until=home.time + timedelta(seconds=10))

        home.asked.append(taken_over)
        work = Work(manager, home.now, told=home.heard)
        assert work.step(listing)
        work.close()
        assert home.heard.looks == []
        assert due_of(manager, listing).lease_owner == "other"
        assert manager.state("0").active[0].looked_at is None


def test_a_slow_look_keeps_its_lease(database: str) -> None:
    """While a platform is being read, the lease is renewed: nobody else begins."""
    with house(database) as home, home.open() as manager:
        (listing,) = home.furnish(manager)
        renewed = threading.Event()

        def slow() -> None:
            until = due_of(manager, listing).lease_until
            home.time += timedelta(seconds=3)
            assert soon(lambda: due_of(manager, listing).lease_until != until)
            renewed.set()

        home.asked.append(slow)
        work = Work(manager, home.now, told=home.heard, lease=timedelta(milliseconds=600))
        assert work.step(listing)
        work.close()
        assert renewed.is_set()


@pytest.mark.parametrize("hours", [2, -2])
def test_the_clock_is_set(database: str, hours: int, caplog: pytest.LogCaptureFixture) -> None:
    """A clock that is set by two hours loses nothing and raises no storm: each listing is looked at once more."""
    with house(database, units=4) as home, home.open() as manager:
        home.furnish(manager)
        with caplog.at_level(logging.WARNING), home.worker(manager) as queue:
            home.heard.until(lambda heard: len(heard) >= 4)
            assert soon(lambda: queue.sweep() == 0)
            home.time += timedelta(hours=hours)
            queue.sweep()
            looks = home.heard.until(lambda heard: len(heard) >= 8)
            assert set(Counter(looks).values()) == {2}
            told = f"the clock was set {'forward' if hours > 0 else 'back'} by 2:00:00"
            assert soon(lambda: told in caplog.text)
            assert soon(lambda: queue.sweep() == 0)
            home.time += timedelta(seconds=30)
            queue.sweep()
            home.time += QUARTER
            queue.sweep()
            home.heard.until(lambda heard: len(heard) >= 12)
        assert set(Counter(home.heard.looks).values()) == {3}


def test_one_that_cannot_be_read_stops_no_other(database: str, caplog: pytest.LogCaptureFixture) -> None:
    """A listing whose link is not in the database is told in one line and tried again later; the others go on."""
    with house(database, units=3) as home, home.open() as manager:
        broken, *_ = home.furnish(manager)
        with manager.ledger.transaction() as tx:
            tx.drop_secret("feed", broken)
        with caplog.at_level(logging.ERROR), home.worker(manager):
            home.heard.until(lambda heard: len(heard) >= 2)
            assert soon(lambda: due_of(manager, broken).attempts == 1)
        assert due_of(manager, broken).due_at > START
        assert "is not in the database" in caplog.text


def test_told_to_stop_it_ends_what_runs(database: str) -> None:
    """A worker that is stopped while a platform is being read stores what came of it."""
    with house(database) as home, home.open() as manager:
        home.furnish(manager)
        being_read, go_on = threading.Event(), threading.Event()

        def held() -> None:
            being_read.set()
            assert go_on.wait(20)

        home.asked.append(held)
        with home.worker(manager):
            assert being_read.wait(20)
            threading.Timer(0.5, go_on.set).start()
        assert home.heard.looks == ["0 ical:s0"]
        assert manager.state("0").active[0].looked_at == START
