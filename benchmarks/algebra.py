"""Sets of nights against other ways of holding intervals.

Timed are the union of four sources, what three take beyond one (what would be closed there), the nights taken twice,
whether a stay meets any other, and the first gap of a week. Each engine's answers are asserted equal to ours.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from benchmarks import engines
from benchmarks.postgres import server_side
from benchmarks.scenario import FIRST, GAP, YEARS, Engine, offset, scenario
from benchmarks.timing import Figure, Part, Row, Subject, figures
from channelsync import nights
from channelsync.nights import Nights, Stay, Stays, taken_twice

OURS: Final = "channelsync"
GOALS: Final = {
    ("union", "portion"): 200,
    ("union", "intervaltree"): 1000,
    ("union", "numpy"): 1,
    ("difference", "portion"): 200,
    ("difference", "intervaltree"): 1000,
    ("difference", "numpy"): 1,
    ("conflicts", "portion"): 200,
    ("conflicts", "sorted tuples"): 10,
    ("gap", "numpy"): 10,
    ("overlap", "superintervals"): 1 / 4,
    ("union", "PostgreSQL"): 50,
    ("difference", "PostgreSQL"): 50,
}
SMALL: Final = 512
"""Bytes that a source of two years may take, its stays apart."""
NOTES: Final = (
    (
        "*gap* is the first day of the first seven free nights of the second year. `Nights` has no such "
        "question, because nothing in the product asks it: measured is a walk over `gaps` and `run_at`."
    ),
    (
        "*bytes of a source*: two sets (the nights, and those taken twice) that both count from 2015, so that "
        "any two sets can be combined without a look at where they begin; the twelve years before the first "
        "stay are what is too much."
    ),
    (
        "*edges, bit by bit* says where listing the runs of a set should change from one way to the other; "
        "both are ours."
    ),
)


def measured() -> Part:
    """Measure every engine on every question it can be asked."""
    sources = scenario()
    known = {
        OURS: ours(sources),
        "numpy": engines.with_numpy(sources),
        "sorted tuples": engines.with_tuples(sources),
        "portion": engines.with_portion(sources),
        "intervaltree": engines.with_intervaltree(sources),
        "python-ranges": engines.with_ranges(sources),
        "superintervals": engines.with_superintervals(sources),
    }
    rows: list[Row] = []
    for question in ("union", "difference", "conflicts", "overlap", "gap"):
        rows += asked(question, known)
    taken, note = server_side(sources, {row.name: row.ours for row in rows}, GOALS)
    rows += [*taken, *crossing(sources), size(sources)]
    return Part("algebra", "Sets of nights", rows, notes=(*NOTES, note))


def asked(question: str, known: Mapping[str, Engine]) -> list[Row]:
    """Ask one question of every engine that knows it."""
    subjects: dict[str, Subject] = {
        name: getattr(one, question) for name, one in known.items() if getattr(one, question)
    }

    def check(answers: Mapping[str, Any]) -> None:
        sets = question in {"union", "difference", "conflicts"}
        plain = {name: known[name].runs(found) if sets else found for name, found in answers.items()}
        assert plain[OURS], question
        for name, found in plain.items():
            assert found == plain[OURS], (question, name)

    times = figures(subjects, check=check)
    mine = times.pop(OURS)
    return [Row("nights", question, peer, mine, found, GOALS.get((question, peer))) for peer, found in times.items()]


def ours(sources: list[list[Stay]]) -> Engine:
    """Build the engine of the product, through its public names."""
    held = [Stays.of(stays) for stays in sources]
    parts = [each.nights for each in held]
    everything = Nights.union(parts)
    wanted = Stay(*(FIRST + timedelta(days=day) for day in engines.WANTED)).nights
    rest = Stay(FIRST + timedelta(days=engines.HALF), FIRST + timedelta(days=YEARS))

    def gap() -> int:
        free = everything.gaps(rest)
        while (first := free.first) and (run := free.run_at(first)) and run.length < GAP:
            free = free.since(run.departure)
        return offset(first) if first else -1

    return Engine(
        runs=lambda found: [(offset(run.arrival), offset(run.departure)) for run in found.runs()],
        union=lambda: Nights.union(parts),
        difference=lambda: everything - parts[0],
        conflicts=lambda: taken_twice(held),
        overlap=lambda: everything.overlaps(wanted),
        gap=gap,
    )


def size(sources: list[list[Stay]]) -> Row:
    """Return how many bytes a source takes, its stays apart, beside the bound."""
    held = Stays.of(sources[0])
    taken = sum(sys.getsizeof(one) + sys.getsizeof(one.bits) for one in (held.nights, held.doubled))
    return Row("nights", "bytes of a source", "the bound", Figure(taken, taken, 1), Figure(SMALL, SMALL, 1), 1, "bytes")


def crossing(sources: list[list[Stay]]) -> list[Row]:
    """Compare the two ways of listing set bits at the sizes where `nights` chooses between them; information only."""
    edges = Nights.union(Stays.of(stays).nights for stays in sources).bits
    edges >>= (edges & -edges).bit_length() - 1
    edges ^= edges << 1
    places = [place for place, bit in enumerate(f"{edges:b}"[::-1]) if bit == "1"]
    rows: list[Row] = []
    for many in (8, 24, 48, len(places)):
        step = max(1, len(places) // many)
        bits = sum(1 << place for place in places[::step][:many])
        subjects: dict[str, Subject] = {
            "loop": lambda bits=bits: by_loop(bits),
            "pass": lambda bits=bits: by_pass(bits),
        }
        times = figures(subjects, check=_same)
        rows.append(Row("ways of listing runs", f"{many} edges, bit by bit", "one pass", times["loop"], times["pass"]))
    return rows


def _same(answers: Mapping[str, Any]) -> None:
    first, *others = answers.values()
    assert all(one == first for one in others)


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
