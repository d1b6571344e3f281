"""A platform goes down and comes back: the third scenario of the brief, through manager, queue and real HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.cadence import HealthEvent
from channelsync.ids import ListingId
from channelsync.ports import Queue
from channelsync.testing.faults import Fault
from tests.contract.workers import House, house, soon

BEFORE, WHILE = cs.Stay.parse("2027-03-10/2027-03-13"), cs.Stay.parse("2027-04-10/2027-04-13")


def health(manager: cs.Manager, listing: str) -> str:
    """The word for how well a listing is heard."""
    return next(one.health for one in manager.status() if one.listing == listing)


def kinds(manager: cs.Manager) -> list[str]:
    """What was told about health, oldest first."""
    with manager.ledger.reading() as tx:
        told = [one.kind for one in reversed(tx.notices())]
    return [kind for kind in told if kind in {"degraded", "restored", "disconnected", "reconnected"}]


def due_at(manager: cs.Manager, listing: ListingId) -> object:
    """When a listing is looked at next."""
    with manager.ledger.reading() as tx:
        row = tx.due_of(listing)
    assert row is not None
    return row.due_at


def let_time_pass(home: House, manager: cs.Manager, queue: Queue, over: timedelta) -> None:
    """Let time pass, from one look to the next."""
    end = home.time + over
    while True:
        with manager.ledger.reading() as tx:
            coming = tx.next_due(home.time)
        assert coming is not None
        if coming > end:
            home.time = end
            return
        home.time = max(home.time, coming)
        queue.sweep()

        def rested() -> bool:
            with manager.ledger.reading() as tx:
                following = tx.next_due(home.time)
                return following is not None and following > home.time and tx.due_listings(home.time) == ()

        assert soon(rested)


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault, live",
    [(Fault.HTTP_500, False), (Fault.HTTP_500, True), (Fault.HTML_LOGIN, False), (Fault.HTTP_429, False)],
)
def test_down_and_back(tmp_path: Path, fault: Fault, live: bool) -> None:
    """Batch or live, then degraded, told; nothing opens meanwhile, and blocks go on; then back, told, and caught up."""
    with house(str(tmp_path / "gite.db"), sides=2) as home, home.open() as manager:
        first, _ = home.furnish(manager, sides=2)
        down = home.platforms["0-0"]
        down.book(BEFORE, home.time)
        with home.worker(manager) as queue:
            home.heard.until(lambda heard: len(heard) >= 2)
            if live:
                assert manager.hint(first, HealthEvent.STREAM_UP)
            let_time_pass(home, manager, queue, timedelta(minutes=20))
            assert health(manager, "ical:s0") == ("live" if live else "batch")
            assert manager.state("0").active[1].published == BEFORE.nights

            down.fail(fault, home.time, times=None)
            down.book(WHILE, home.time)
            let_time_pass(home, manager, queue, timedelta(hours=2))
            assert health(manager, "ical:s0") == "degraded"
            assert health(manager, "ical:s1") == "batch", "the other platform is heard as before"
            assert kinds(manager) == ["degraded"]
            assert manager.state("0").active[1].published == BEFORE.nights, "nothing opened, the new guest is not known"

            looks = len(home.heard.looks)
            let_time_pass(home, manager, queue, timedelta(hours=6))
            assert manager.state("0").active[1].published == BEFORE.nights
            assert kinds(manager) == ["degraded"], "told once"
            of_it = [look for look in home.heard.looks[looks:] if look.endswith("s0")]
            assert len(of_it) < 2 * 4 * 6, "it is not asked twice as often for being down"

            down.heal(fault)
            let_time_pass(home, manager, queue, timedelta(minutes=16))
            assert health(manager, "ical:s0") == ("live" if live else "batch")
            assert kinds(manager) == ["degraded", "restored"]
            assert manager.state("0").active[1].published == BEFORE.nights | WHILE.nights
