"""How fast the deterministic world runs: whole platforms, owners and faults, on the real core and a clock of its own.

To be filled in with `channelsync.testing.world`: `speed` is the one place to write.
"""

from __future__ import annotations

from benchmarks.timing import Part, Row

TITLE = "The deterministic world"


def measured() -> Part:
    """Measure the world, where there is one."""
    rows = speed()
    notes = () if rows else ("Not measured yet.",)
    return Part("world", TITLE, rows, notes=notes)


def speed() -> tuple[Row, ...]:
    """Return a row for each thing promised of the world's speed.

    Write a figure as seconds an event (or a property-year) beside the seconds that are promised: the ratio is then how
    many times faster it is than promised, and the goal is 1. ``Figure.of`` takes the seconds of several runs.

        Row("world", "an event", "50,000 events a second", Figure.of(seconds), Figure(1 / 50_000, 1 / 50_000, 1), 1)
    """
    return ()
