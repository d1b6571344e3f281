"""Single recorded answers: each as the first look at a listing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from channelsync.adapter import discover
from channelsync.errors import WireFormatError
from channelsync.ical import read
from channelsync.ical.dialect import observe as understood
from channelsync.ids import ChannelName, ListingId, OwnerId, UnitId
from channelsync.inventory import Listing, Unit
from channelsync.observation import Observation
from channelsync.reconcile import observe
from channelsync.state import ListingState, UnitState
from tests.recordings.playing import SHARED

FEEDS: Final[dict[str, Path]] = {path.stem: path for path in sorted((SHARED / "feeds").glob("*.ics"))}
"""Each recorded answer by its name."""
LONG_AGO: Final = datetime(2015, 6, 1, 12, tzinfo=UTC)
"""When an answer without the time of its request is looked at: before every stay on record."""
ZONE: Final = "Europe/Paris"


def channel(name: str) -> str:
    """Return the channel that an answer is read as: its own, or the general one."""
    known = name.split("-", maxsplit=1)[0]
    return known if known in {"airbnb", "booking", "greengo"} else "ical"


@cache
def observed(name: str) -> Observation:
    """Read an answer, at the time of its request where it tells."""
    body, dialect = FEEDS[name].read_bytes(), discover().get(channel(name)).route({}).dialect
    try:
        reading = read(body, timezone=ZONE, dates=dialect.dates)
    except WireFormatError as error:
        return Observation(LONG_AGO, failure=str(error))
    return understood(reading, dialect, reading.stamp or LONG_AGO)


def begun(name: str) -> UnitState:
    """Return a unit whose one listing has shown this answer."""
    unit = Unit(UnitId("answer"), OwnerId("answer"), "answer", ZONE)
    traits = discover().get(channel(name)).route({}).traits
    listing = Listing(ListingId(name), unit.id, ChannelName(channel(name)), "", traits)
    state = UnitState(unit, (ListingState(listing, habit=traits.echo),))
    return observe(state, listing.id, observed(name)).state


def later(state: UnitState, seen: Observation, hours: float) -> UnitState:
    """Return the unit after it was shown the same again every quarter of an hour, for so long."""
    listing = state.listings[0]
    start = listing.looked_at or LONG_AGO
    for quarter in range(1, round(hours * 4) + 1):
        at = start + timedelta(minutes=15 * quarter)
        state = observe(state, listing.id, Observation(at, seen.events, failure=seen.failure)).state
    return state


def figures(name: str) -> dict[str, int]:
    """Return the figures of an answer: counts only."""
    seen, after = observed(name), begun(name).listings[0]
    return {
        "refused": int(seen.failure is not None),
        "events": len(seen.events),
        "claims": len(after.claims),
        "nights": len(after.claimed),
        "aside": len(after.aside.nights),
    }


COLUMNS: Final = {
    "refused": "refused",
    "events": "events",
    "claims": "claims",
    "nights": "nights taken",
    "aside": "nights set aside",
}
"""The figures of an answer, and how the table calls them."""
