"""The contract of duties, on both databases: each in its rhythm, once among all workers, none stopped by another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from channelsync.errors import ChannelUnavailableError
from channelsync.ledger import Ledger, open_ledger
from channelsync.service.duties import Duties, Duty

START = datetime(2027, 1, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """A clock in hand."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        """The time."""
        return self.time


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """An open ledger."""
    with open_ledger(database, now=START) as opened:
        yield opened


def test_in_its_rhythm(ledger: Ledger) -> None:
    """A duty is done at once, then again when its time has come, also by a worker that was started anew."""
    clock, done = Clock(), []
    duty = Duty("backup", HOUR, lambda: done.append(clock.time))
    assert Duties(ledger, [duty], clock).run_due() == ("backup",)
    clock.time += timedelta(minutes=59)
    assert Duties(ledger, [duty], clock).run_due() == ()
    clock.time += timedelta(minutes=1)
    assert Duties(ledger, [duty], clock).run_due() == ("backup",)
    assert done == [START, START + HOUR]
    assert Duties(ledger, [duty], clock).last("backup") == START + HOUR
    assert Duties(ledger, [duty], clock).last("digest") is None


def test_one_that_fails_stops_no_other(ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    """A failure is one line, a fault of ours is told with its place; both are tried again sooner than their rhythm."""
    clock, tries = Clock(), []

    def refused() -> None:
        tries.append(clock.time)
        msg = "the mail server does not answer"
        raise ChannelUnavailableError(msg)

    def broken() -> None:
        raise ZeroDivisionError

    duties = Duties(ledger, [Duty("mail", HOUR, refused), Duty("odd", HOUR, broken), Duty("good", HOUR, list)], clock)
    assert duties.run_due() == ("mail", "odd", "good")
    assert "mail failed: the mail server does not answer" in caplog.text
    assert "odd failed: a fault of channelsync" in caplog.text
    clock.time += timedelta(seconds=31)
    assert duties.run_due() == ("mail", "odd")
    assert duties.last("mail") is None
    for _ in range(40):
        clock.time += HOUR
        duties.run_due()
    assert len(tries) == 42, "however often it failed, it is tried in its rhythm"


def test_two_workers_do_it_once(ledger: Ledger, database: str) -> None:
    """While one worker is at a duty, the other leaves it alone."""
    clock, done = Clock(), []
    begun, go_on = threading.Event(), threading.Event()

    def long() -> None:
        done.append("one")
        begun.set()
        assert go_on.wait(20)

    with open_ledger(database, now=START) as other:
        thread = threading.Thread(target=Duties(ledger, [Duty("backup", HOUR, long)], clock).run_due)
        thread.start()
        assert begun.wait(20)
        assert Duties(other, [Duty("backup", HOUR, lambda: done.append("two"))], clock).run_due() == ()
        go_on.set()
        thread.join()
    assert done == ["one"]


def test_what_a_killed_worker_began_is_done_by_another(ledger: Ledger) -> None:
    """A lease that nobody renews runs out."""
    clock, done = Clock(), []

    class Killed(BaseException):
        pass

    def killed() -> None:
        raise Killed

    with pytest.raises(Killed):
        Duties(ledger, [Duty("backup", HOUR, killed)], clock).run_due()
    duties = Duties(ledger, [Duty("backup", HOUR, lambda: done.append(1))], clock)
    assert duties.run_due() == ()
    clock.time += timedelta(minutes=3)
    assert duties.run_due() == ("backup",)
    assert done == [1]


def test_a_clock_set_back(ledger: Ledger) -> None:
    """What was noted in the future is due: a duty does not wait until the clock has caught up."""
    clock = Clock()
    duties = Duties(ledger, [Duty("backup", HOUR, list)], clock)
    duties.run_due()
    clock.time -= timedelta(hours=2)
    assert duties.run_due() == ("backup",)
    assert duties.run_due() == ()


def test_what_cannot_be_read_counts_for_nothing(ledger: Ledger) -> None:
    """A note that was damaged, or is a newer program's, leads to the duty being done."""
    clock = Clock()
    for text in ("nonsense", "{}", '{"due_at": 7}'):
        with ledger.transaction() as tx:
            tx.set_meta("duty:backup", text)
        assert Duties(ledger, [Duty("backup", HOUR, list)], clock).run_due() == ("backup",)


def test_it_runs_until_told_to_stop(ledger: Ledger) -> None:
    """A worker does its duties as long as it runs, and lets the one that runs come to its end."""
    stop, ended = threading.Event(), []

    def last() -> None:
        stop.set()
        ended.append(1)

    Duties(ledger, [Duty("backup", HOUR, last)], Clock()).run(stop)
    assert ended == [1]
