"""The contract of what an installation keeps of itself, on both databases: backups, measures, codes, copies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from channelsync.ids import ChannelName, OwnerId
from channelsync.ledger import BackupRecord, Delivery, Ledger, Look, Measure, open_ledger

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A new ledger."""
    with open_ledger(database, now=NOW) as made:
        yield made


@pytest.fixture
def owner(ledger: Ledger) -> OwnerId:
    """An owner."""
    with ledger.transaction() as tx:
        return tx.add_owner("Anne", at=NOW).id


def test_backups_are_noted_and_old_notes_go(ledger: Ledger) -> None:
    """Backups come back latest first, failures as well; notes older than a year go."""
    made = [BackupRecord(NOW + days * DAY, "/kept", f"b{days}", 2**40, checked=True) for days in (0, 400)]
    failed = BackupRecord(NOW + 401 * DAY, "/kept", "", 0, checked=False, failure="the disk is full")
    with ledger.transaction() as tx:
        for one in (*made, failed):
            tx.record_backup(one)
        assert tx.backups() == (failed, made[1])


def test_measures_are_replaced_by_name(ledger: Ledger) -> None:
    """Measuring again replaces the measures of that name and day, of every owner, and no others."""
    first = Measure(NOW.date(), "looks", 10, 1.0, 0.0, (), "")
    theirs = Measure(NOW.date(), "looks", 4, 1.0, 0.0, (), "anne")
    other = Measure(NOW.date(), "closed", 2, 3.5, 2.5, (1.0, 2.5), "")
    again = Measure(NOW.date(), "looks", 12, 2.0, 0.0, (), "")
    with ledger.transaction() as tx:
        tx.put_measures(NOW.date(), [first, theirs, other])
        tx.put_measures(NOW.date(), [again])
        assert tx.measures(since=NOW.date(), until=NOW.date()) == (other, again)
        assert tx.measures(since=NOW.date(), until=NOW.date(), owner="anne") == ()
        assert tx.measure(NOW.date(), "closed") == other
        assert tx.measure(NOW.date() + DAY, "closed") is None
        assert (tx.first_measured("looks"), tx.first_measured("none")) == (NOW.date(), None)


def test_looks_and_messages_are_counted_for_their_owner(ledger: Ledger, owner: OwnerId) -> None:
    """What lies in the period counts, failed or not; a message that nobody tried to send does not."""
    with ledger.transaction() as tx:
        unit = tx.add_unit(owner, "Lac", at=NOW)
        link = tx.add_listing(unit.id, ChannelName("ical"), at=NOW)
        for hours, failure in ((0, None), (1, "no answer"), (24, "no answer")):
            tx.record_observation(Look(link.id, NOW + hours * HOUR, "complete", failure))
        for key, outcome, attempts in (("a", "taken", 1), ("b", "refused", 2), ("c", "nothing happened", 0)):
            made = Delivery(key, owner, "mail", {}, NOW, NOW, attempts, done_at=NOW, outcome=outcome)
            tx.add_delivery(made)
        assert tx.count_looks(NOW, NOW + DAY) == {owner: (2, 1)}
        assert tx.count_looks(NOW - DAY, NOW) == {}
        assert tx.count_deliveries(NOW, NOW + DAY, "taken") == {owner: (2, 1)}


def test_a_code_is_used_once(ledger: Ledger, owner: OwnerId) -> None:
    """A code serves once, in its time; a new one of the same owner ends it."""
    with ledger.transaction() as tx:
        tx.add_signin("one", owner, at=NOW, until=NOW + DAY)
        assert tx.use_signin("two", at=NOW) is None
        assert tx.use_signin("one", at=NOW + DAY) is None
        assert tx.use_signin("one", at=NOW) == owner
        assert tx.use_signin("one", at=NOW) is None
        tx.add_signin("two", owner, at=NOW, until=NOW + DAY)
        tx.add_signin("three", owner, at=NOW, until=NOW + DAY)
        assert tx.use_signin("two", at=NOW) is None
        assert tx.use_signin("three", at=NOW) == owner


def test_copies_go_on_counting(ledger: Ledger, owner: OwnerId) -> None:
    """After rows are pasted with their numbers, the next row gets the next number; what is bound here stays."""
    with ledger.transaction() as tx:
        tx.record_backup(BackupRecord(NOW, "/kept", "b", 1, checked=True))
        tx.set_meta("keys", "this installation's own")
        tx.set_meta("duty:backup", "held")
        copies = {name: list(tx.copied(name)) for name in tx.tables()}
        assert {row["key"] for row in copies["meta"]}.isdisjoint({"keys", "duty:backup"})
        copies["backups"][0] = {**copies["backups"][0], "seq": 41}
        tx.clear()
        assert tx.owners() == ()
        assert tx.meta("keys") == "this installation's own"
        for name, rows in copies.items():
            tx.paste(name, rows)
        assert tx.owners()[0].id == owner
        tx.record_backup(BackupRecord(NOW + HOUR, "/kept", "c", 1, checked=True))
        assert sorted(int(str(row["seq"])) for row in tx.copied("backups")) == [41, 42]
