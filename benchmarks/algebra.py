"""Sets of nights against other ways of holding intervals.

Two years with 150 stays over four sources, three of them double bookings. Each engine holds
the sources in its own form beforehand; timed are the union of the four, what the others take beyond one source (what
would be closed there), and the nights taken twice. Each engine's answers are asserted equal before anything is timed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import portion
from attrs import frozen

from benchmarks.timing import Row, Subject, seconds
from channelsync import nights
from channelsync.nights import Nights, Stay, Stays, taken_twice

FIRST: Final = date(2027, 1, 1)
YEARS: Final = 730
STAYS: Final = 147
DOUBLES: Final = 3
SOURCES: Final = 4
GOAL_PORTION: Final = 200
GOAL_NUMPY: Final = 1

Runs = list[tuple[int, int]]


@frozen
class Engine:
    """One way of doing it: the three questions, and how its answers are read as runs."""

    union: Subject
    difference: Subject
    conflicts: Subject
    runs: Callable[[Any], Runs]


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


def measured() -> list[Row]:
    """Measure every engine on the three questions."""
    sources = scenario()
    engines = {"channelsync": ours(sources), "portion": with_portion(sources), "numpy": with_numpy(sources)}
    rows: list[Row] = []
    for question in ("union", "difference", "conflicts"):
        subjects: dict[str, Subject] = {name: getattr(engine, question) for name, engine in engines.items()}
        answers = {name: engine.runs(subjects[name]()) for name, engine in engines.items()}
        assert answers["portion"] == answers["numpy"] == answers["channelsync"], question
        assert answers["channelsync"]
        times = seconds(subjects)
        for peer, goal in (("portion", GOAL_PORTION), ("numpy", GOAL_NUMPY if question != "conflicts" else None)):
            rows.append(Row("algebra", question, peer, times["channelsync"], times[peer], goal))
    return [*rows, *crossing(sources)]


def ours(sources: Sequence[Sequence[Stay]]) -> Engine:
    """Build the engine of the product, through its public names."""
    held = [Stays.of(stays) for stays in sources]
    parts = [each.nights for each in held]
    everything = Nights.union(parts)
    return Engine(
        union=lambda: Nights.union(parts),
        difference=lambda: everything - parts[0],
        conflicts=lambda: taken_twice(held),
        runs=lambda found: [(_offset(run.arrival), _offset(run.departure)) for run in found.runs()],
    )


def with_portion(sources: Sequence[Sequence[Stay]]) -> Engine:
    """Build an engine on portion's intervals."""
    parts, doubled = [], []
    for stays in sources:
        once = twice = portion.empty()
        for stay in stays:
            each = portion.closedopen(_offset(stay.arrival), _offset(stay.departure))
            once, twice = once | each, twice | (once & each)
        parts.append(once)
        doubled.append(twice)
    first, second, third, fourth = parts
    everything = first | second | third | fourth

    def conflicts() -> Any:
        once = twice = portion.empty()
        for part, double in zip(parts, doubled, strict=True):
            twice = twice | (once & part) | double
            once = once | part
        return twice

    return Engine(
        union=lambda: first | second | third | fourth,
        difference=lambda: everything - first,
        conflicts=conflicts,
        runs=lambda found: [(each.lower, each.upper) for each in found if not each.empty],
    )


def with_numpy(sources: Sequence[Sequence[Stay]]) -> Engine:
    """Build an engine on numpy's arrays of booleans, a night each."""
    counts = [np.zeros(YEARS, dtype=np.int8) for _ in sources]
    for count, stays in zip(counts, sources, strict=True):
        for stay in stays:
            count[_offset(stay.arrival) : _offset(stay.departure)] += 1
    parts = [count > 0 for count in counts]
    doubled = [count > 1 for count in counts]
    first, second, third, fourth = parts
    everything = first | second | third | fourth

    def conflicts() -> Any:
        once, twice = np.zeros(YEARS, dtype=bool), np.zeros(YEARS, dtype=bool)
        for part, double in zip(parts, doubled, strict=True):
            twice |= (once & part) | double
            once |= part
        return twice

    def runs(found: Any) -> Runs:
        edges = np.flatnonzero(np.diff(np.concatenate(([0], found.astype(np.int8), [0])))).tolist()
        return list(zip(edges[::2], edges[1::2], strict=True))

    return Engine(
        union=lambda: first | second | third | fourth,
        difference=lambda: everything & ~first,
        conflicts=conflicts,
        runs=runs,
    )


def crossing(sources: Sequence[Sequence[Stay]]) -> list[Row]:
    """Compare the two ways of listing set bits at the sizes where `nights` chooses between them; information only."""
    edges = Nights.union(Stays.of(stays).nights for stays in sources).bits
    edges >>= (edges & -edges).bit_length() - 1
    edges ^= edges << 1
    places = [place for place, bit in enumerate(f"{edges:b}"[::-1]) if bit == "1"]
    rows: list[Row] = []
    for size in (8, 24, 48, len(places)):
        step = max(1, len(places) // size)
        bits = sum(1 << place for place in places[::step][:size])
        assert by_loop(bits) == by_pass(bits)
        times = seconds({"loop": lambda bits=bits: by_loop(bits), "pass": lambda bits=bits: by_pass(bits)})
        rows.append(Row("algebra", f"{size} edges, bit by bit", "one pass", times["loop"], times["pass"]))
    return rows


def by_loop(bits: int) -> list[int]:
    """List the set bits one by one."""
    found: list[int] = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


def by_pass(bits: int) -> list[int]:
    """List the set bits in one pass over all."""
    flags = format(bits, "b")[::-1].encode().translate(nights._BITS_TO_FLAGS)
    return [place for place, flag in enumerate(flags) if flag]


def _offset(day: date) -> int:
    return (day - FIRST).days
