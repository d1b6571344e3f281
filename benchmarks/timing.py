"""How things are measured, so that a busy machine changes the figures little and the ratios less.

CPU time of this process, the garbage collector off, the minimum of several repeats, each long enough for the clock. A
ratio compares two figures of the same run, their repeats taken in turn: what slows one slows the other.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import process_time
from typing import Final

from attrs import frozen

REPEATS: Final = 7
LONG_ENOUGH: Final = 0.02

Subject = Callable[[], object]


@frozen
class Row:
    """One line of the table: a subject of ours, what it is compared with, and what is promised.

    ``goal`` is how many times cheaper than the peer ours must be; None where the line only informs.
    """

    group: str
    name: str
    peer: str
    ours: float
    theirs: float
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """How many times cheaper ours is."""
        return self.theirs / self.ours

    @property
    def met(self) -> bool:
        """Whether the promise is kept."""
        return self.goal is None or self.ratio >= self.goal


def seconds(subjects: Mapping[str, Subject]) -> dict[str, float]:
    """Return the CPU seconds of one call of each subject."""
    with _no_collector():
        loops = {name: _loops(subject) for name, subject in subjects.items()}
        best = dict.fromkeys(subjects, float("inf"))
        for _ in range(REPEATS):
            for name, subject in subjects.items():
                best[name] = min(best[name], _timed(subject, loops[name]) / loops[name])
    return best


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
