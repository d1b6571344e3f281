"""Statements kept ready, and commits that need not wait for the disk, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channelsync.errors import LedgerError, UsageError
from channelsync.ledger import Ledger, open_ledger
from channelsync.ledger.ready import Among, Ready
from channelsync.ledger.tables import history, meta, owners

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
OWNER = {"id": "a", "position": 0, "name": "Anne\x00", "language": "fr", "created_at": NOW}
_BY_ID: sa.Select[*tuple[Any, ...]] = sa.select(owners).where(owners.c.id == sa.bindparam("id"))


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A new ledger."""
    with open_ledger(database, now=NOW) as made:
        yield made


def test_the_same_as_sqlalchemy(ledger: Ledger) -> None:
    """A ready statement writes what SQLAlchemy reads, and reads what SQLAlchemy writes: every column type is kept."""
    add, found = Ready(owners.insert()), Ready(_BY_ID)
    with ledger.transaction() as tx:
        db = tx.connection
        assert add.run(db, [OWNER]) == 1
        assert db.execute(_BY_ID, {"id": "a"}).mappings().one() == OWNER
        db.execute(owners.insert(), [OWNER | {"id": "b"}])
        (row,) = found.all(db, {"id": "b"})
        assert (row.id, row.name, row.created_at) == ("b", "Anne\x00", NOW)
        assert found.all(db, {"id": "c"}) == []
        assert add.run(db, [OWNER | {"id": str(number)} for number in range(3)]) == 3
        assert add.run(db, []) == 0


def test_values_written_into_it_are_its_own(ledger: Ledger) -> None:
    """What the statement itself says is not taken from the values, whatever is given at a use."""
    change = Ready(sa.update(meta).where(meta.c.key == "created").values(value=sa.bindparam("new")))
    with ledger.transaction() as tx:
        assert change.run(tx.connection, [{"new": "x", "key_1": "other"}]) == 1
        assert tx.meta("created") == "x"
        blank = Ready(sa.update(owners).values(name=""))
        assert blank.run(tx.connection, [{"name": "x"}]) == 0


def test_among_any_number_of_ids(ledger: Ledger) -> None:
    """However many ids are asked for, and whichever, just the rows of these come, each once."""
    found = Among(lambda those: sa.select(owners.c.id).where(owners.c.id.in_(those)).order_by(owners.c.id))
    with ledger.transaction() as tx:
        Ready(owners.insert()).run(tx.connection, [OWNER | {"id": f"o{number}"} for number in range(9)])
        for count in (0, 1, 2, 3, 5, 8, 9):
            ids = {f"o{number}" for number in range(count)} | ({"nobody"} if count else set())
            assert [row.id for row in found.all(tx.connection, ids)] == [f"o{number}" for number in range(count)]


def test_every_use_names_the_same_values(ledger: Ledger) -> None:
    """A value that is left out is a fault that shows at once, and never an empty column."""
    with ledger.transaction() as tx:
        with pytest.raises(TypeError, match="cannot be kept ready"):
            Ready(_BY_ID).all(tx.connection, {"unit": "a"})
        found = Ready(_BY_ID)
        assert found.all(tx.connection, {"id": "a"}) == []
        with pytest.raises(KeyError):
            found.all(tx.connection, {})


def test_no_list_to_search_among(ledger: Ledger) -> None:
    """A statement whose text depends on how many values it is given is refused."""
    among = Ready(sa.select(owners.c.id).where(owners.c.id.in_(sa.bindparam("ids", expanding=True))))
    with ledger.reading() as tx, pytest.raises(TypeError, match="or a list of them"):
        among.all(tx.connection, {"ids": ["a"]})


def test_a_refused_statement_is_an_error_of_the_ledger(ledger: Ledger) -> None:
    """What the database refuses comes out as one clear line, and what was begun is undone."""
    add = Ready(history.insert())
    line: dict[str, object] = {
        "listing_id": None,
        "claim_id": None,
        "at": NOW,
        "what": "claim",
        "nights": [],
        "why": "",
    }

    def refused(**values: object) -> None:
        with ledger.transaction() as tx:
            tx.set_meta("begun", "yes")
            add.run(tx.connection, [line | values])

    with pytest.raises(LedgerError, match="refused a statement"):
        refused(unit_id=None)
    with pytest.raises(UsageError, match="without a zone"):
        refused(unit_id="u", at=NOW.replace(tzinfo=None))
    with ledger.reading() as tx:
        assert tx.meta("begun") is None


def test_a_reader_cannot_write(ledger: Ledger) -> None:
    """A transaction that only reads refuses a ready statement that writes."""
    with pytest.raises(LedgerError), ledger.reading() as tx:
        Ready(owners.insert()).run(tx.connection, [OWNER])


def test_others_are_told_once_it_is_committed(ledger: Ledger, database: str) -> None:
    """Whoever is woken by a commit finds what was written, also in another program; a rollback wakes nobody."""
    seen: list[str | None] = []
    with open_ledger(database, now=NOW) as other:

        def look() -> None:
            with other.reading() as tx:
                seen.append(tx.meta("new"))

        with ledger.transaction(then=look) as tx:
            tx.set_meta("new", "yes")
        with pytest.raises(ZeroDivisionError), ledger.transaction(then=look) as tx:
            tx.set_meta("new", str(1 / 0))
    assert seen == ["yes"]


def test_who_is_woken_may_write(ledger: Ledger) -> None:
    """Nothing is held any more when others are told: they may begin a transaction of their own."""

    def write() -> None:
        with ledger.transaction() as tx:
            tx.set_meta("second", "yes")

    with ledger.transaction(then=write) as tx:
        tx.set_meta("first", "yes")
    with ledger.reading() as tx:
        assert (tx.meta("first"), tx.meta("second")) == ("yes", "yes")


def test_what_is_fleeting_is_seen_by_all(ledger: Ledger, database: str) -> None:
    """A commit that need not be durable is a commit: others see it, and the next one is durable again."""
    with ledger.transaction(fleeting=True) as tx:
        tx.set_meta("lease", str(NOW + timedelta(seconds=10)))
    with open_ledger(database, now=NOW) as other, other.reading() as tx:
        assert tx.meta("lease") is not None
    with ledger.transaction() as tx:
        how = "PRAGMA synchronous" if "://" not in database else "SHOW lock_timeout"
        assert tx.connection.exec_driver_sql(how).scalar() in {2, "5s"}
