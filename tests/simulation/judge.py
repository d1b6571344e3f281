"""The truth beside what we believe: each listing's platform, what its answers have shown, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import final

from attrs import Factory, define, field

from channelsync.conflicts import Certainty, Conflict
from channelsync.ical.reading import Reading
from channelsync.ids import ListingId
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Observation
from channelsync.proof import Revision
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Reservation

__all__ = ["Guests", "Pair", "Side", "Tally", "double_sales", "meant", "standing"]

Pair = tuple[str, str]
"""Two reservations, by the ids their platforms know them by."""


@final
@define(eq=False)
class Side:
    """One listing: its simulated platform, and what the driver remembers of reading it."""

    name: str
    platform: Platform
    id: ListingId
    reading: Reading | None = None
    version: tuple[object, ...] = ()
    observation: Observation | None = None
    noted: tuple[object, ...] = ()
    seen: dict[str, Nights] = field(factory=dict[str, Nights])
    """Of each reservation, the nights that a reading of the export has shown."""
    stale_by: timedelta = timedelta(0)
    """The age of the copy of our calendar that something between us gives to the platform."""
    editions: list[tuple[datetime, Revision]] = field(factory=list[tuple[datetime, Revision]])


@final
@define
class Tally:
    """What went wrong, and how much was done."""

    wrong: list[str] = Factory(list)
    """Nights we opened although another platform had sold them, and shown it."""
    lost: list[str] = Factory(list)
    """Nights shown as sold that we did not close elsewhere at the end of that step."""
    false_certain: list[str] = Factory(list)
    false_probable: set[str] = Factory(set)
    found: set[tuple[str, str]] = Factory(set)
    """Pairs of reservations told to be in conflict, by any certainty."""
    alarmed: set[tuple[str, str]] = Factory(set)
    real: set[tuple[str, str]] = Factory(set)
    """Pairs of reservations that really shared a night, both shown."""
    acts: int = 0
    revisions: int = 0
    opened: int = 0
    held_hours: float = 0.0
    """Night-hours closed on a listing without any true claim elsewhere."""

    def note(self, conflict: Conflict, pairs: set[Pair]) -> None:
        """Count a conflict that was told, with the real double sales it means."""
        self.found |= pairs
        if conflict.alarming:
            self.alarmed |= pairs
        if not pairs and conflict.certainty is Certainty.CERTAIN:
            self.false_certain.append(str(conflict.claims))
        if not pairs and conflict.certainty is Certainty.PROBABLE:
            self.false_probable.add(conflict.id)


Guests = list[tuple[Side, Reservation]]


def standing(sides: Iterable[Side], today: date) -> Guests:
    """Return every reservation that is not over, with its platform."""
    return [(side, one) for side in sides for one in side.platform.reservations() if one.stay.departure > today]


def double_sales(guests: Guests) -> set[Pair]:
    """Return the pairs of reservations that share a night which both platforms have shown."""
    pairs: set[Pair] = set()
    for (side, one), (other_side, other) in combinations(guests, 2):
        both = one.stay.nights & other.stay.nights
        shown = side.seen.get(one.id, NO_NIGHTS) & other_side.seen.get(other.id, NO_NIGHTS)
        if side is not other_side and both.overlaps(shown):
            pairs.add((one.id, other.id))
    return pairs


def meant(conflict: Conflict, guests: Guests) -> set[Pair]:
    """Return the real double sales that a conflict tells of."""
    listings = {claim.listing for claim in conflict.claims}
    return {
        (one.id, other.id)
        for (side, one), (other_side, other) in combinations(guests, 2)
        if {side.id, other_side.id} == listings and (one.stay.nights & other.stay.nights).overlaps(conflict.nights)
    }
