"""The work that every engine of `algebra` is given: two years, 150 stays, four sources, three double bookings."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from attrs import frozen

from benchmarks.timing import Subject
from channelsync.nights import Stay

FIRST: Final = date(2027, 1, 1)
YEARS: Final = 730
STAYS: Final = 147
DOUBLES: Final = 3
SOURCES: Final = 4
GAP: Final = 7
"""How many free nights in a row are looked for."""

Run = tuple[int, int]
Runs = list[Run]


@frozen
class Engine:
    """One way of doing it: the questions it can be asked, and how its sets are read as runs.

    ``union`` and ``difference`` give its own form of a set; ``conflicts`` the same; ``overlap`` says whether a stay
    meets the union; ``gap`` is the first day of the first `GAP` free nights in the second half.
    """

    runs: Callable[[Any], Runs]
    union: Subject | None = None
    difference: Subject | None = None
    conflicts: Subject | None = None
    overlap: Subject | None = None
    gap: Subject | None = None


def scenario() -> list[list[Stay]]:
    """Return the stays of the four sources: random, disjoint, but for three that are sold again by another source."""
    draw = random.Random(20270101)
    cuts = sorted(draw.sample(range(YEARS), 2 * STAYS))
    stays = [
        Stay(FIRST + timedelta(days=low), FIRST + timedelta(days=high))
        for low, high in zip(cuts[::2], cuts[1::2], strict=True)
    ]
    sources: list[list[Stay]] = [[] for _ in range(SOURCES)]
    for stay in stays:
        sources[draw.randrange(SOURCES)].append(stay)
    for index, stay in enumerate(draw.sample(stays, DOUBLES)):
        sources[next(place for place in range(index, SOURCES) if stay not in sources[place])].append(stay)
    return sources


def offsets(stays: list[Stay]) -> Runs:
    """Return stays as pairs of whole numbers, sorted: what engines without dates are given."""
    return sorted((offset(stay.arrival), offset(stay.departure)) for stay in stays)


def offset(day: date) -> int:
    """Return how many days after the first one a date is."""
    return (day - FIRST).days
