"""What a step costs in a database of ten, a hundred, a thousand and ten thousand units.

One unit is made in earnest, with two listings read over loopback. The others are copies of its rows that are not due,
so that a database of ten thousand takes seconds to make; what is measured is only ever asked of the product itself.
"""

from __future__ import annotations

import gc
import sqlite3
import tracemalloc
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

from attrs import frozen

import channelsync
from benchmarks.calendars import ZONE, feed
from benchmarks.profile import profiled
from benchmarks.server import served
from benchmarks.timing import Part, Promise, Table
from channelsync.inventory import Unit
from channelsync.manager import Manager

DUE: Final = "find what is due"
STEP: Final = "one unit's step"
MEMORY: Final = "its memory"
TURN: Final = "one turn"
UNIT: Final = "a unit more"
LINK: Final = "a link more"
COLUMNS: Final = (DUE, STEP, MEMORY, TURN, UNIT, LINK)
SIZES: Final = (10, 100, 1000, 10_000)
EVENTS: Final = 10
REPEATS: Final = 5
LINEAR: Final = 20.0
"""Ten times the units may cost so many times as much: ten is linear growth, a hundred would be quadratic."""
STILL: Final = 3.0
"""What does not grow costs at most so many times as much in the largest database as in the smallest."""
NOISE: Final = 0.02
"""Seconds; what stays below has not grown."""
LATER: Final = datetime(2099, 1, 1, tzinfo=UTC)
"""When all that is not measured is due."""
ENOUGH: Final = 1.0
"""Seconds; what takes longer is run once."""
TOO_LONG: Final = 20.0
"""Seconds; what would take longer than this, ten times the last figure, is not run, and the table says so."""
COPIED: Final[Mapping[str, Mapping[str, str]]] = {
    "units": {"id": "id || '-' || k", "position": "k", "name": "name || ' ' || k", "name_key": "name_key || '-' || k"},
    "listings": {"id": "id || '-' || k"},
    "secrets": {"id": "id || '-' || k", "fingerprint": "fingerprint || k"},
    "claims": {},
    "revisions": {},
    "observations": {"seq": "NULL"},
    "history": {"seq": "NULL"},
    "due": {"due_at": "'{later}'"},
}
"""Tables that are copied for each further unit, and what is not simply copied."""
NOTES: Final = (
    (
        "*one unit's step* is `manager.sync(unit)` with both its listings due; *one turn* is `manager.sync()` "
        "with these two listings due and no other, as the worker takes it; *a unit more* and *a link more* "
        "are what `add_unit` and `link` cost then. CPU milliseconds, the least of several, of one run "
        "where it takes more than a second; *not run* would take more than 20 seconds. Memory is the peak that "
        "Python's allocator sees during one unit's step."
    ),
)


@frozen
class Grown:
    """What was measured at one size, by `COLUMNS`: seconds, and bytes for memory. None is what was not run."""

    units: int
    figures: Mapping[str, float | None]


def measured() -> Part:
    """Let a database grow, and measure at each size."""
    with TemporaryDirectory(prefix="channelsync-bench-") as name:
        folder = Path(name)
        bodies = {
            "a": feed(EVENTS),
            "b": feed(EVENTS, first=date(2027, 3, 20)),
            **{f"new{size}": feed(EVENTS, first=date(2028, 1, 1 + place)) for place, size in enumerate(SIZES)},
        }
        with (
            served(bodies, folder) as url,
            channelsync.open(str(folder / "grown.db"), allow_private_addresses=True) as manager,
        ):
            unit = manager.add_unit("Lac", timezone=ZONE)
            for place in "ab":
                manager.link(unit, f"ical:{place}", feed=f"{url}/live/{place}.ics")
            for _ in range(3):
                manager.sync(everything=True)
            found: list[Grown] = []
            for size in SIZES:
                grow(folder / "grown.db", unit, size)
                before = found[-1].figures if found else {}
                found.append(_at(manager, unit, size, f"{url}/live/new{size}.ics", before))
            tables = [_table(found)]
            if not all(one.kept for one in tables[0].promises):
                title = f"Where the time of one unit's step goes, among {SIZES[-1]:,} units"
                tables.append(profiled(title, lambda: _step(manager, unit)))
    return Part("growth", "Cost as the number of units grows", tables=tables, notes=NOTES)


def grow(database: Path, unit: Unit, size: int) -> None:
    """Copy the first unit's rows until there are so many units."""
    with closing(sqlite3.connect(database)) as db, db:
        have = db.execute("select count(*) from units").fetchone()[0]
        db.execute(
            "create temp table numbers as with recursive n(k) as (select ? union all select k + 1 from n "
            "where k + 1 < ?) select k from n where k < ?",
            (have, size, size),
        )
        listings = [row[0] for row in db.execute("select id from listings where unit_id = ?", (unit.id,))]
        for table, special in COPIED.items():
            columns = [row[1] for row in db.execute(f"pragma table_info({table})")]
            taken = [_copied(one, special).format(later=f"{LATER:%Y-%m-%d %H:%M:%S.%f}") for one in columns]
            owned = "unit_id" if "unit_id" in columns else "listing_id" if "listing_id" in columns else "id"
            mine = [unit.id] if table == "units" or owned == "unit_id" else listings
            marks = ", ".join("?" * len(mine))
            source = f"{', '.join(taken)} from {table}, numbers where {owned} in ({marks})"
            db.execute(f"insert into {table} ({', '.join(columns)}) select {source}", mine)


def _copied(column: str, special: Mapping[str, str]) -> str:
    if column in special:
        return special[column]
    return f"{column} || '-' || k" if column in {"unit_id", "listing_id"} else column


def _at(manager: Manager, unit: Unit, size: int, link: str, before: Mapping[str, float | None]) -> Grown:
    """Measure at one size; ``before`` is what was measured at a tenth of it."""
    _step(manager, unit)
    made: list[Unit] = []
    works: dict[str, Callable[[], float]] = {
        DUE: lambda: _spent(lambda: _find(manager)),
        STEP: lambda: _step(manager, unit),
        MEMORY: lambda: _peak(manager, unit),
        TURN: lambda: _step(manager, None, unit),
        UNIT: lambda: _spent(lambda: made.append(manager.add_unit(f"Bois {size}", timezone=ZONE))),
        LINK: lambda: _spent(lambda: manager.link(made[0], "ical:a", feed=link)),
    }
    figures: dict[str, float | None] = {}
    for name, work in works.items():
        last = before.get(name, 0.0)
        too_long = name != MEMORY and (last is None or 10 * last > TOO_LONG)
        figures[name] = None if too_long else _least(work, 1 if name in {MEMORY, UNIT, LINK} else REPEATS)
    _put_off(manager, made[0])
    return Grown(size, figures)


def _least(work: Callable[[], float], repeats: int) -> float:
    """Return the least of several runs; of one, where that takes long."""
    found = work()
    return found if found > ENOUGH else min(found, *(work() for _ in range(repeats - 1)), found)


def _put_off(manager: Manager, unit: Unit) -> None:
    """Let a unit's listings be due another day."""
    with manager.ledger.transaction() as tx:
        for one in tx.listings(unit.id):
            tx.done(one.id, generation=1, next_at=LATER, now=datetime.now(UTC))


def _find(manager: Manager) -> None:
    with manager.ledger.reading() as tx:
        tx.due_listings(datetime.now(UTC))


def _step(manager: Manager, unit: Unit | None, hinted: Unit | None = None) -> float:
    """Return what a sync costs whose two listings are due, of a unit or of all."""
    _hint(manager, unit or hinted)
    begun = process_time()
    report = manager.sync(unit)
    spent = process_time() - begun
    assert [look.observation for look in report.looks] == ["complete", "complete"]
    return spent


def _hint(manager: Manager, unit: Unit | None) -> None:
    assert unit is not None
    now = datetime.now(UTC)
    with manager.ledger.transaction() as tx:
        for one in tx.listings(unit.id):
            tx.mark_due(one.id, now, now=now)


def _peak(manager: Manager, unit: Unit) -> float:
    gc.collect()
    tracemalloc.start()
    try:
        _step(manager, unit)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _spent(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


def _table(found: list[Grown]) -> Table:
    lines = tuple((f"{one.units:,}", *(_cell(one, name) for name in COLUMNS)) for one in found)
    linear = [Promise(f"{name}: linear growth at worst", _linear(found, name)) for name in COLUMNS]
    still = [
        Promise(f"{name}: no growth", _most(found, name) <= STILL * max(_first(found, name), _floor(name)))
        for name in (DUE, STEP, MEMORY)
    ]
    return Table("CPU ms and peak memory, by the number of units", ("units", *COLUMNS), lines, (*linear, *still))


def _cell(one: Grown, name: str) -> str:
    value = one.figures[name]
    if value is None:
        return "not run"
    return f"{value / 2**20:,.1f} MB" if name == MEMORY else f"{value * 1000:,.1f}"


def _floor(name: str) -> float:
    return 2**20 if name == MEMORY else NOISE


def _values(found: list[Grown], name: str) -> list[float]:
    return [value for one in found if (value := one.figures[name]) is not None]


def _first(found: list[Grown], name: str) -> float:
    return _values(found, name)[0]


def _most(found: list[Grown], name: str) -> float:
    return max(_values(found, name))


def _linear(found: list[Grown], name: str) -> bool:
    """Whether ten times the units cost at most about ten times as much, from each size to the next."""
    return all(after <= LINEAR * max(before, _floor(name)) for before, after in pairwise(_values(found, name)))
