"""How things are measured, so that a busy machine changes the figures little and the ratios less.

CPU time of this process, the garbage collector off, several repeats of which the minimum and the median are kept, each
long enough for the clock. A ratio compares two minima of the same run, their repeats taken in turn: what slows one
slows the other. What takes seconds is repeated less, or not at all; the number of repeats stands beside each figure.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from time import process_time
from typing import Any, Final

from attrs import field, frozen

REPEATS: Final = 7
FEW: Final = 3
LONG_ENOUGH: Final = 0.02
SLOW: Final = 0.25
"""Seconds: what takes longer is repeated `FEW` times."""
VERY_SLOW: Final = 2.5
"""Seconds: what takes longer is run once."""

Subject = Callable[[], Any]
Clock = Callable[[], float]


@frozen
class Figure:
    """What was measured of one subject, in seconds a call (or bytes): the least, the median, and of how many."""

    minimum: float
    median: float
    repeats: int

    @classmethod
    def of(cls, values: list[float]) -> Figure:
        """Keep what matters of several values."""
        return cls(min(values), median(values), len(values))

    def less(self, other: Figure) -> Figure:
        """Take another figure off this one."""
        return Figure(self.minimum - other.minimum, self.median - other.median, self.repeats)


@frozen
class Row:
    """One line of a comparison: a subject of ours, what it is compared with, and what is promised.

    ``goal`` is how many times cheaper than the peer ours must be; None where the line only informs.
    """

    group: str
    name: str
    peer: str
    ours: Figure
    theirs: Figure
    goal: float | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """How many times cheaper ours is."""
        return self.theirs.minimum / self.ours.minimum

    @property
    def met(self) -> bool:
        """Whether the promise is kept."""
        return self.goal is None or self.ratio >= self.goal


@frozen
class Promise:
    """Something promised that is no ratio of two times, and whether it is kept."""

    what: str
    kept: bool


@frozen
class Table:
    """Figures of another form than comparisons: the cells as they are printed."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    promises: tuple[Promise, ...] = ()
    notes: tuple[str, ...] = ()


@frozen
class Part:
    """What one module of this folder measured; ``notes`` are for those who read the figures."""

    name: str
    title: str
    rows: tuple[Row, ...] = field(default=(), converter=tuple)
    tables: tuple[Table, ...] = field(default=(), converter=tuple)
    notes: tuple[str, ...] = field(default=(), converter=tuple)

    @property
    def broken(self) -> tuple[str, ...]:
        """The promises that are not kept."""
        rows = [f"{row.group}: {row.name} beside {row.peer}" for row in self.rows if not row.met]
        return (*rows, *(one.what for table in self.tables for one in table.promises if not one.kept))

    @property
    def promised(self) -> int:
        """How many promises there are."""
        return sum(row.goal is not None for row in self.rows) + sum(len(table.promises) for table in self.tables)


def figures(subjects: Mapping[str, Subject], *, check: Callable[[Mapping[str, Any]], None]) -> dict[str, Figure]:
    """Measure one call of each subject, in turn; ``check`` is given every answer before anything is repeated."""
    with _no_collector():
        answers: dict[str, Any] = {}
        values: dict[str, list[float]] = {}
        for name, subject in subjects.items():
            begun = process_time()
            answers[name] = subject()
            values[name] = [process_time() - begun]
        check(answers)
        del answers
        loops = {name: _loops(subject) for name, subject in subjects.items() if values[name][0] < SLOW}
        repeats = {name: 0 if found[0] > VERY_SLOW else FEW for name, found in values.items()}
        repeats |= dict.fromkeys(loops, REPEATS)
        for turn in range(REPEATS):
            for name, subject in subjects.items():
                if turn < repeats[name]:
                    values[name].append(_timed(subject, loops.get(name, 1)) / loops.get(name, 1))
    return {name: Figure.of(found[1:] or found) for name, found in values.items()}


def _loops(subject: Subject) -> int:
    """Return how many calls make a repeat long enough."""
    loops = 1
    while _timed(subject, loops) < LONG_ENOUGH:
        loops *= 2
    return loops


def _timed(subject: Subject, loops: int) -> float:
    turns = range(loops)
    begun = process_time()
    for _ in turns:
        subject()
    return process_time() - begun


@contextmanager
def _no_collector() -> Iterator[None]:
    enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
