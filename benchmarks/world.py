"""How fast the deterministic world runs: platforms, owners and faults, on the real core and a clock of its own."""

from __future__ import annotations

import gc
from time import process_time

from benchmarks.profile import profiled
from benchmarks.timing import Figure, Part, Row, Table
from channelsync.testing.world import CALM, Climate, drawn, play

TITLE = "The deterministic world"

_LIVES = 5
_DAYS = 90
_EVENTS = 50_000
"""Events a second that are promised, of one core."""
_YEARS = 0.25
"""Years of one lodging a second that are promised, of one core."""

_NOTE = (
    "A look that may have changed something is folded, settled and judged in full, and no part of that stands out: the "
    "time is spread over all that a step of the product does, and over the simulators that answer it."
)


def measured() -> Part:
    """Play some lives with every fault, and as many with none."""
    rows: list[Row] = []
    lines: list[tuple[str, ...]] = []
    for name, climate in (("every fault", Climate.of(["all"])), ("no fault", CALM)):
        events, years, looks = _played(climate)
        rows += [
            Row("world", f"an event, {name}", f"{_EVENTS:,} events/s", Figure.of(events), _promised(1 / _EVENTS), 1),
            Row("world", f"a year, {name}", f"{_YEARS} years/s", Figure.of(years), _promised(1 / _YEARS), 1),
        ]
        lines.append((name, f"{1 / min(events):,.0f}", f"{1 / min(years):.2f}", f"{looks:.1%}"))
    table = Table(
        f"{_LIVES} lives of {_DAYS} days each, three or four listings, a look every quarter of an hour",
        ("hazards", "events/s", "property-years/s", "looks that changed nothing and were only noted"),
        tuple(lines),
    )
    life = drawn(0, _DAYS, Climate.of(["all"]))
    where = profiled("Where the time of such a life goes, with every fault", lambda: play(life))
    return Part("world", TITLE, tuple(rows), tables=(table, where), notes=(_NOTE,))


def _played(climate: Climate) -> tuple[list[float], list[float], float]:
    """Return the CPU seconds an event and a property-year took in each life, and the share of looks left out."""
    events: list[float] = []
    years: list[float] = []
    looks = left_out = 0
    for seed in range(_LIVES):
        script = drawn(seed, _DAYS, climate)
        gc.collect()
        begun = process_time()
        tally = play(script).tally
        spent = process_time() - begun
        events.append(spent / tally.events)
        years.append(spent / tally.property_years)
        looks += tally.looks
        left_out += tally.left_out
    return events, years, left_out / looks


def _promised(seconds: float) -> Figure:
    return Figure(seconds, seconds, 1)
