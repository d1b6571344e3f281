"""The sample installation that rehearsals show: its past has left figures, as a worker's days do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from channelsync.service.indicators import indicators
from tests.browser.house import open_house


def test_the_past_of_the_sample_was_measured(tmp_path: Path) -> None:
    """Days that were lived through are measured day by day: the page of figures is not empty on the first visit."""
    past = timedelta(days=8)
    with open_house(tmp_path, lodgings=1, past=past) as house, house.manager.ledger.reading() as tx:
        now = house.clock.now()
        found = indicators(tx, (now - past).date(), now.date(), now, owner=house.owner)
    known = {one.name for one in found if one.count}
    assert {"synchronised", "looks", "closed", "proven", "exposed"} <= known
