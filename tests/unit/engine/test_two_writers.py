"""Whose closing it is that stood there when a write came."""

from __future__ import annotations

from datetime import datetime

import pytest
from attrs import evolve

from channelsync.engine.api import Write, owners
from channelsync.nights import NO_NIGHTS
from tests.unit.kernel.builders import BOOKING, at, listing, nights, revision, state

NIGHTS = nights(10, 13)
ORDERED = Write(BOOKING, 1, (), NO_NIGHTS, looked_at=at(1, 9))


@pytest.mark.parametrize(
    "looked, sent, ours",
    [
        (at(1, 9), at(1, 10), False),
        (at(1, 11), None, False),
        (at(1, 11), at(1, 10), False),
        (at(1, 11), at(1, 11), True),
        (at(1, 11), at(1, 11, 1), False),
        (None, at(1, 12), False),
    ],
    ids=["no other look", "never written", "written before", "written at once", "written later", "never looked at"],
)
def test_what_stood_closed_is_ours_only_where_we_wrote_what_we_had_seen_open(
    looked: datetime | None, sent: datetime | None, *, ours: bool
) -> None:
    """A look of another step that saw the nights open, and a write begun after it: then we have closed them."""
    written = evolve(revision(1, NIGHTS, at(1)), sent=sent, written=NIGHTS)
    seen = state(listing(BOOKING, revisions=(written,), complete_at=looked))
    assert owners(seen, ORDERED, NIGHTS) == (NO_NIGHTS if ours else NIGHTS)
