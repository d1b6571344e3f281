"""Other ways of holding the nights of `scenario`: libraries of intervals, arrays, and sorted pairs in plain Python.

Each is written as somebody who knows the library would write it, and holds the sources in its own form beforehand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import portion
from intervaltree import IntervalTree
from ranges import Range, RangeSet
from superintervals import IntervalMap

from benchmarks.scenario import GAP, YEARS, Engine, Run, Runs, offsets
from channelsync.nights import Stay

Sources = list[list[Stay]]
HALF = YEARS // 2
WANTED: Run = (402, 405)
"""The stay that is asked about."""


def with_tuples(sources: Sources) -> Engine:
    """Sorted pairs, swept once."""
    parts = [offsets(stays) for stays in sources]
    everything = _swept([run for part in parts for run in part], 1)
    first = _swept(parts[0], 1)

    def difference() -> Runs:
        edges = [(low, 1) for low, _ in everything] + [(high, -1) for _, high in everything]
        edges += [(low, -2) for low, _ in first] + [(high, 2) for _, high in first]
        return _levels(edges, 1)

    return Engine(
        runs=lambda found: found,
        union=lambda: _swept([run for part in parts for run in part], 1),
        difference=difference,
        conflicts=lambda: _swept([run for part in parts for run in part], 2),
    )


def _swept(runs: Runs, least: int) -> Runs:
    return _levels([(low, 1) for low, _ in runs] + [(high, -1) for _, high in runs], least)


def _levels(edges: list[tuple[int, int]], least: int) -> Runs:
    """Sweep over the edges, and keep where at least so many lie over one another."""
    edges.sort()
    found: Runs = []
    level, since, at = 0, 0, 0
    while at < len(edges):
        place, before = edges[at][0], level
        while at < len(edges) and edges[at][0] == place:
            level += edges[at][1]
            at += 1
        if before < least <= level:
            since = place
        elif level < least <= before:
            found.append((since, place))
    return found


def with_portion(sources: Sources) -> Engine:
    """Intervals of the portion library."""
    parts, doubled = [], []
    for stays in sources:
        once = twice = portion.empty()
        for low, high in offsets(stays):
            each = portion.closedopen(low, high)
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


def with_intervaltree(sources: Sources) -> Engine:
    """Trees of the intervaltree library."""
    trees = [IntervalTree.from_tuples(offsets(stays)) for stays in sources]

    def union() -> Any:
        whole = trees[0] | trees[1] | trees[2] | trees[3]
        whole.merge_overlaps(strict=False)
        return whole

    everything = union()

    def difference() -> Any:
        rest = everything.copy()
        for each in trees[0]:
            rest.chop(each.begin, each.end)
        return rest

    def conflicts() -> Any:
        found = IntervalTree()
        for place, tree in enumerate(trees):
            for other in trees[place + 1 :]:
                for each in tree:
                    for met in other.overlap(each.begin, each.end):
                        found.addi(max(each.begin, met.begin), min(each.end, met.end))
        found.merge_overlaps(strict=False)
        return found

    return Engine(
        union=union,
        difference=difference,
        conflicts=conflicts,
        runs=lambda found: sorted((each.begin, each.end) for each in found),
    )


def with_ranges(sources: Sources) -> Engine:
    """Range sets of the python-ranges library."""
    parts, doubled = [], []
    for stays in sources:
        once, twice = RangeSet(), RangeSet()
        for low, high in offsets(stays):
            each = RangeSet(Range(low, high))
            twice = twice.union(once.intersection(each))
            once = once.union(each)
        parts.append(once)
        doubled.append(twice)
    first, second, third, fourth = parts

    def union() -> Any:
        return first.union(second).union(third).union(fourth)

    everything = union()

    def conflicts() -> Any:
        once, twice = RangeSet(), RangeSet()
        for part, double in zip(parts, doubled, strict=True):
            twice = twice.union(once.intersection(part)).union(double)
            once = once.union(part)
        return twice

    return Engine(
        union=union,
        difference=lambda: everything.difference(first),
        conflicts=conflicts,
        runs=lambda found: [(each.start, each.end) for each in found.ranges()],
    )


def with_numpy(sources: Sources) -> Engine:
    """Arrays of booleans, a night each."""
    counts = [np.zeros(YEARS, dtype=np.int8) for _ in sources]
    for count, stays in zip(counts, sources, strict=True):
        for low, high in offsets(stays):
            count[low:high] += 1
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

    def gap() -> int:
        places = _edges(~everything[HALF:])
        lengths = places[1::2] - places[::2]
        return int(places[2 * int(np.argmax(lengths >= GAP))]) + HALF

    return Engine(
        runs=_array_runs,
        union=lambda: first | second | third | fourth,
        difference=lambda: everything & ~first,
        conflicts=conflicts,
        overlap=lambda: bool(everything[WANTED[0] : WANTED[1]].any()),
        gap=gap,
    )


def _edges(found: Any) -> Any:
    """Return where runs of an array begin and end, in turn."""
    return np.flatnonzero(np.diff(np.concatenate(([0], found.astype(np.int8), [0]))))


def _array_runs(found: Any) -> Runs:
    places = _edges(found).tolist()
    return list(zip(places[::2], places[1::2], strict=True))


def with_superintervals(sources: Sources) -> Engine:
    """The superintervals library, which answers one question, in C++: does anything overlap this?"""
    held = IntervalMap()
    for stays in sources:
        for low, high in offsets(stays):
            held.add(low, high - 1)
    held.build()
    low, high = WANTED
    return Engine(runs=list, overlap=lambda: bool(held.has_overlaps(low, high - 1)))
