"""What is shown page by page, on both databases: each source can be asked for what came before a moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from channelsync.claims import Claim, Kind
from channelsync.errors import UsageError
from channelsync.evolving import evolve
from channelsync.ids import ChannelName, ClaimId
from channelsync.ledger import ConflictRecord, Fetch, Ledger, Link, Look, NoticeRecord, open_ledger
from channelsync.nights import Nights, Stay
from channelsync.traits import Traits

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A new ledger."""
    with open_ledger(database, now=NOW) as made:
        yield made


@pytest.fixture
def link(ledger: Ledger) -> Link:
    """A listing of an owner's unit."""
    with ledger.transaction() as tx:
        unit = tx.add_unit(tx.add_owner("Anne", at=NOW).id, "Gîte du Lac", at=NOW).id
        return tx.add_listing(unit, ChannelName("airbnb"), at=NOW)


def test_before_a_moment(ledger: Ledger, link: Link) -> None:
    """Looks, fetches, notices and the log can be read on from a moment, which itself is left out."""
    stay = Stay(date(2027, 4, 1), date(2027, 4, 3))
    for hours in range(3):
        at = NOW + hours * HOUR
        with ledger.transaction() as tx:
            tx.record_observation(Look(link.id, at, "complete"))
            tx.record_fetch(Fetch(link.id, at, 1, "Airbnb"))
            tx.add_notice(NoticeRecord(f"n{hours}", at, "proven", link.unit, {}))
            before = tx.load(link.unit, lambda *_: Traits())
            made = Claim(ClaimId(f"c{hours}"), Kind.BLOCK, stay, at, at)
            tx.save(before, evolve(before, own=(*before.own, made)), (), at, insist=True)
    middle = NOW + HOUR
    with ledger.reading() as tx:
        assert [one.at for one in tx.observations(link.id, before=middle)] == [NOW]
        assert [one.at for one in tx.fetches(link.id, before=middle)] == [NOW]
        assert [one.at for one in tx.notices(link.unit, before=middle)] == [NOW]
        assert [one.at for one in tx.history(link.unit, before=middle)] == [NOW]
        assert [one.at for one in tx.history(link.unit, since=middle)] == [middle, middle + HOUR]


def test_below_a_line(ledger: Ledger) -> None:
    """The audit trail can be read on from a line, which itself is left out."""
    with ledger.transaction() as tx:
        for number in range(4):
            tx.audit("owner", f"act {number}", at=NOW)
        assert [one.seq for one in tx.audit_lines(below=4, limit=2)] == [2, 3]


def test_a_dismissal_can_be_taken_back(ledger: Ledger, link: Link) -> None:
    """A conflict that was dismissed by mistake is told of again; one that is not open has nothing to take back."""
    found = ConflictRecord("k1", "certain", Nights.of(date(2027, 4, 1)), (ClaimId("a"), ClaimId("b")))
    with ledger.transaction() as tx:
        tx.save_conflicts(link.unit, [found], NOW)
        tx.dismiss("k1", at=NOW)
        tx.undismiss("k1")
        assert [one.dismissed_at for one in tx.conflicts(link.unit)] == [None]
        with pytest.raises(UsageError, match="no open conflict"):
            tx.undismiss("k2")
