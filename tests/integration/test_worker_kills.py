"""The worker is killed at random points, on both queues: nothing is lost, nothing is doubled, everything is caught up.

A worker is a real process here, killed with SIGKILL. It reads platforms that this test serves, whose guests
book meanwhile. ``CHANNELSYNC_KILLS=200`` kills more often than CI does. The seed of a run is printed, and
``CHANNELSYNC_SEED`` repeats its draws (not the moments at which the system runs which process).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.contract.conftest import database, postgres  # noqa: F401 - fixtures
from tests.integration.killing import Killed, lodgings

KILLS = int(os.environ.get("CHANNELSYNC_KILLS", "3"))
CAUGHT_UP = {"sqlite": 30.0, "postgresql": 60.0}
"""Seconds within which everything must be right after the last kill: by the same worker started anew, or by another."""


@pytest.fixture
def killed(database: str, tmp_path: Path) -> Iterator[Killed]:  # noqa: F811 - a fixture
    """Lodgings to kill workers over."""
    with lodgings(database, tmp_path) as house:
        yield house


@pytest.mark.slow
@pytest.mark.timeout(120 + 30 * KILLS)
def test_killed_at_random(killed: Killed) -> None:
    """However often a worker is killed: no hint and no reservation is lost or doubled, and soon all is caught up.

    With SQLite the worker is started again; with PostgreSQL one of two is killed, and the other takes over.
    """
    shared = "://" in killed.database
    with killed.manager() as manager, ExitStack() as stack:
        workers = [stack.enter_context(killed.worker()) for _ in range(1 + shared)]
        killed.caught_up(manager, 60)
        for number in range(KILLS):
            killed.all_watching(number + 1 + shared)
            for name in killed.draw.choices(sorted(killed.sold), k=killed.draw.randrange(1, 4)):
                killed.book(manager, name)
            threading.Event().wait(killed.draw.uniform(0, 0.5))  # not a wait for anything: the moment of the kill
            victim = workers.pop(0)
            victim.kill()
            victim.wait()
            workers.append(stack.enter_context(killed.worker()))
        killed.all_watching(KILLS + 1 + shared)
        killed.caught_up(manager, CAUGHT_UP["postgresql" if shared else "sqlite"])
        assert not manager.conflicts()
        assert "a fault of channelsync" not in killed.told


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_taken_over_by_another(killed: Killed) -> None:
    """With PostgreSQL, what a killed worker had in hand is done by the other one within a minute."""
    with killed.manager() as manager, killed.worker() as one, killed.worker():
        killed.caught_up(manager, 60)
        for name in killed.sold:
            killed.book(manager, name)
        one.kill()
        one.wait()
        killed.caught_up(manager, CAUGHT_UP["postgresql"])
