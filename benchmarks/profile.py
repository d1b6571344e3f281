"""Where the time goes: shown beside a promise that is not kept, so that the page gives the reason with the figure."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.timing import Table

LINES: Final = 16
"""So many functions are shown."""
MOST: Final = 0.995
"""What has a larger share only calls what is meant."""
LEAST: Final = 0.03
"""A smaller share of the whole is not worth a line."""
HEADS: Final = ("function", "share", "own", "calls")

Place = tuple[str, int, str]


def profiled(title: str, work: Callable[[], object]) -> Table:
    """Run something under the profiler, and return where the time went."""
    profile = cProfile.Profile()
    profile.enable()
    work()
    profile.disable()
    return table(title, pstats.Stats(profile))


def table(title: str, stats: pstats.Stats) -> Table:
    """Return the functions in which most of the time was spent, those called from them included."""
    every: dict[Place, tuple[int, int, float, float, object]] = stats.stats  # type: ignore[attr-defined]
    whole: float = stats.total_tt  # type: ignore[attr-defined]
    dear = sorted(every.items(), key=lambda one: -one[1][3])
    lines: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for place, (_, calls, own, total, _) in dear:
        name = _name(place)
        if name and name not in seen and LEAST <= total / whole <= MOST:
            seen.add(name)
            lines.append((name, f"{total / whole:.0%}", f"{own / whole:.0%}", f"{calls:,}"))
    return Table(title, HEADS, tuple(lines[:LINES]))


def _name(place: Place) -> str:
    """Return a function's name as the page shows it, nothing for what says nothing: loops, wrappers, the standard's."""
    path, _, function = place
    if function.startswith("<"):
        return ""
    parts = Path(path).parts
    for package in ("channelsync", "icalendar", "sqlalchemy", "httpx", "json", "importlib"):
        if package in parts:
            inside = parts[len(parts) - 1 - parts[::-1].index(package) :]
            return f"`{'.'.join(inside).removesuffix('.py')}.{function}`"
    return "imports" if "importlib._bootstrap>" in path and function == "_find_and_load" else ""
