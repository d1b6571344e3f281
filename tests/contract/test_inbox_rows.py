"""The contract of the inbox on both databases: kept once, in order, emptied when handled, forgotten in the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from channelsync.ledger import Ledger, open_ledger

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A new ledger."""
    with open_ledger(database, now=NOW) as made:
        yield made


def put(ledger: Ledger, key: str, at: datetime = NOW) -> bool:
    """Keep something."""
    with ledger.transaction() as tx:
        return tx.put_incoming(key, "mail/", {"webhook-id": "\0 é"}, b"\0\xff body", at=at)


def waiting(ledger: Ledger) -> list[bytes]:
    """The bodies that wait."""
    with ledger.reading() as tx:
        return [one.body for one in tx.incoming()]


def test_kept_once(ledger: Ledger) -> None:
    """The same key is kept once, whatever bytes come with it, also after it was handled."""
    assert put(ledger, "a")
    assert not put(ledger, "a")
    assert put(ledger, "b")
    with ledger.transaction() as tx:
        first, second = tx.incoming()
        assert (first.headers, first.body, first.attempts) == ({"webhook-id": "\0 é"}, b"\0\xff body", 0)
        assert first.seq < second.seq
        assert "body'" not in repr(first)
        tx.close_incoming(first.seq, "mail of airbnb", at=NOW)
        assert [one.seq for one in tx.incoming()] == [second.seq]
    assert not put(ledger, "a")


def test_emptied_when_handled(ledger: Ledger) -> None:
    """Nothing of the text stays once it is handled; how it ended is counted by source and time."""
    put(ledger, "a")
    with ledger.transaction() as tx:
        (one,) = tx.incoming()
        tx.retry_incoming(one.seq)
        assert tx.incoming()[0].attempts == 1
        tx.close_incoming(one.seq, "mail of airbnb", at=NOW)
        tx.close_incoming(one.seq, "again", at=NOW + DAY)
        assert tx.count_incoming("mail/", "mail of airbnb", since=NOW) == 1
        assert tx.count_incoming("mail/", "mail of airbnb", since=NOW + DAY) == 0
        assert tx.count_incoming("imap/", "mail of airbnb", since=NOW) == 0
    with ledger.reading() as tx:
        row = tx._connection.exec_driver_sql("SELECT headers, body, outcome FROM inbox").one()
    assert (str(row.headers), bytes(row.body), row.outcome) == ("{}", b"", "mail of airbnb")


def test_forgotten_in_the_end(ledger: Ledger) -> None:
    """What waits too long is emptied, what is long handled is known no more, and a clock set back changes neither."""
    put(ledger, "old", NOW - DAY - timedelta(seconds=1))
    put(ledger, "new", NOW)
    put(ledger, "ahead", NOW + 3 * DAY)

    def forget(at: datetime) -> int:
        with ledger.transaction() as tx:
            return tx.forget_incoming(waiting_before=at - DAY, known_before=at - WEEK, at=at)

    assert forget(NOW) == 1
    assert len(waiting(ledger)) == 2
    assert not put(ledger, "old")
    assert forget(NOW + DAY + timedelta(hours=1)) == 2, "one from the future waits a day from when it was noticed"
    assert waiting(ledger) == []
    assert forget(NOW + WEEK + timedelta(hours=1)) == 0
    assert put(ledger, "old")
