"""Conditional requests: a "not modified" is no look of its own, and hides nothing that was never stored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from attrs import evolve

import channelsync as cs
from channelsync.errors import LedgerError
from tests.integration.test_library import Town, town  # noqa: F401 - a fixture

STAYS = [cs.Stay.parse(f"2027-0{month}-10/2027-0{month}-13") for month in (3, 4, 5, 6)]


@pytest.fixture
def answering_304(town: Town) -> Town:  # noqa: F811
    """A town whose Airbnb answers 304 to whoever knows its calendar, with four guests."""
    airbnb = town.platforms["airbnb"]
    airbnb.adopt(evolve(airbnb.habits, not_modified=True), town.now())
    for stay in STAYS:
        airbnb.book(stay, town.now())
    return town


def opened(town: Town, tmp_path) -> cs.Manager:  # noqa: F811
    """A manager of one unit on Airbnb and Booking.com."""
    manager = cs.open(str(tmp_path / "gite.db"), now=town.now, allow_private_addresses=True, environ={})
    unit = manager.add_unit("Lac")
    for channel in ("airbnb", "booking"):
        manager.link(unit, channel, feed=town.url(channel))
    return manager


def closed(manager: cs.Manager) -> cs.Nights:
    """What is closed on Booking.com."""
    return next(one.published for one in manager.state("lac").active if one.listing.key == "booking")


def test_a_cancellation_is_released(answering_304: Town, tmp_path) -> None:
    """While a vanished stay is waited for, the calendar itself is asked for: 304s would make the wait last for ever."""
    town, airbnb = answering_304, answering_304.platforms["airbnb"]  # noqa: F811
    with opened(town, tmp_path) as manager:
        manager.sync()
        airbnb.cancel(airbnb.reservations()[0].id, town.now())
        for _ in range(4):
            town.time += timedelta(minutes=15)
            manager.sync(everything=True)
        assert not closed(manager).overlaps(STAYS[0].nights)
        assert STAYS[1].nights <= closed(manager)


def test_what_was_not_stored_is_read_again(answering_304: Town, tmp_path, monkeypatch) -> None:
    """A step that could not be stored leaves no short cut behind: the next reading brings the new stay again."""
    monkeypatch.setattr("channelsync.ledger.opening._BUSY_MILLISECONDS", 300)  # the ledger's own tests wait in full
    town, airbnb = answering_304, answering_304.platforms["airbnb"]  # noqa: F811
    with opened(town, tmp_path) as manager:
        manager.sync()
        new = cs.Stay.parse("2027-08-01/2027-08-05")
        airbnb.book(new, town.now())
        town.time += timedelta(minutes=15)
        with closing(sqlite3.connect(tmp_path / "gite.db", isolation_level=None)) as somebody_else:
            somebody_else.execute("BEGIN IMMEDIATE")
            with pytest.raises(LedgerError, match=r"locked|busy"):
                manager.sync(everything=True)
            somebody_else.execute("ROLLBACK")
        town.time += timedelta(minutes=15)
        manager.sync(everything=True)
        assert new.nights <= closed(manager)
