"""Whose closing it is that stood there when a write came."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from attrs import evolve

from channelsync.engine.api import Write, owners
from channelsync.nights import NO_NIGHTS, Nights
from tests.unit.kernel.builders import BOOKING, at, block, listing, nights, revision, state

NIGHTS = nights(10, 13)
ORDERED = Write(BOOKING, 1, (), NO_NIGHTS, at(1, 9), looked_at=at(1, 7))


@pytest.mark.parametrize(
    "looked, sent, shown, ours",
    [
        (7, at(1, 9), NO_NIGHTS, False),
        (9, at(1, 9), NO_NIGHTS, True),
        (7, None, NO_NIGHTS, False),
        (7, at(1, 8), NO_NIGHTS, False),
        (7, at(1, 9) + timedelta(seconds=2), NO_NIGHTS, True),
        (7, at(1, 9) + timedelta(seconds=2), NIGHTS, False),
        (7, at(1, 10), NO_NIGHTS, False),
    ],
    ids=["alone", "looked and written", "never", "before", "at once", "shown closed before", "later"],
)
def test_what_stood_closed_is_ours_only_where_another_step_wrote_what_was_shown_open(
    looked: int, sent: datetime | None, shown: Nights, *, ours: bool
) -> None:
    """A write begun while ours was on its way, of what the last look had shown open: then we have closed it."""
    written = evolve(revision(1, NIGHTS, at(1)), sent=sent, written=NIGHTS)
    closed = (block(10, 13),) if shown else ()
    seen = state(listing(BOOKING, revisions=(written,), complete_at=at(1, looked), shown=shown, events=closed))
    assert owners(seen, ORDERED, NIGHTS) == (NO_NIGHTS if ours else NIGHTS)
