"""A listing whose row is damaged: the worker tells it, waits as after a failure, and looks at the others."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from channelsync.service.work import Work
from tests.contract.workers import START, house


def test_a_damaged_listing_waits_and_stops_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A worker neither dies of a damaged row nor tries it again and again without a pause."""
    database = tmp_path / "gite.db"
    with house(str(database), units=2) as home, home.open() as manager:
        damaged, sound = home.furnish(manager)
        with closing(sqlite3.connect(database)) as raw, raw:
            raw.execute("UPDATE listings SET options = '{' WHERE id = ?", (damaged,))
        work = Work(manager, home.now, told=home.heard)
        with caplog.at_level(logging.ERROR, "channelsync.worker"):
            assert work.drain() == 2
        work.close()
        with manager.ledger.reading() as tx:
            row, other = tx.due_of(damaged), tx.due_of(sound)
        assert home.heard.looks == ["1 ical:s0"]
        assert str(damaged) in caplog.text
        assert row is not None
        assert other is not None
        assert (row.lease_owner, row.attempts, other.attempts) == ("", 1, 0)
        assert row.due_at > START + timedelta(seconds=1)
