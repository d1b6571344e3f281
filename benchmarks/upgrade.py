"""`channelsync upgrade` of ten lodgings with two years of history, from each earlier version, in ten seconds at most.

The life is a short one, its history laid out over two years as a service that looks every quarter of an hour would have
kept it: a month of looks, three months of readings, every claim, published calendar, notice and line of the trail.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import channelsync as cs
from benchmarks.timing import Part, Promise, Table
from channelsync.codec import converter
from channelsync.config import Config
from channelsync.ledger import HEAD, Transaction
from channelsync.nights import Nights
from channelsync.service.upgrade import upgrade
from channelsync.testing import plain
from channelsync.testing.serve import serve
from channelsync.vault import new_key
from tests.contract.earlier import EARLIER, as_left_by

LODGINGS: Final = 10
YEARS: Final = 2
GOAL: Final = 10.0
NOW: Final = datetime(2027, 1, 10, 9, tzinfo=UTC)
STAYS: Final = 75
"""Reservations of a lodging in a year."""
NOTES: Final = ("By the wall: the copy, tried out, the migrations, every check, durable. SQLite, in one process.",)


def measured() -> Part:
    """Upgrade from each version."""
    with TemporaryDirectory(prefix="channelsync-bench-") as name:
        folder, key = Path(name), new_key()
        source = folder / "source.db"
        platforms = [plain.platform(room=f"r{number}", rng=random.Random(number)) for number in range(2 * LODGINGS)]
        environ = {"CHANNELSYNC_KEY": key}
        with (
            serve(platforms, lambda: NOW) as served,
            cs.open(str(source), now=lambda: NOW, allow_private_addresses=True, environ=environ) as manager,
        ):
            rows = furnished(manager, [served.export_url(one) for one in platforms])
            lines, promises = zip(*(_upgraded(manager, revision, folder, key) for revision in EARLIER), strict=True)
    heads = ("from version", "seconds", "size", "peak memory of the run")
    title = f"To version {HEAD}: {LODGINGS} lodgings, {YEARS} years, {rows:,} rows"
    return Part("upgrade", "An upgrade", [], [Table(title, heads, lines, promises)], NOTES)


def _upgraded(manager: cs.Manager, revision: str, folder: Path, key: str) -> tuple[tuple[str, ...], Promise]:
    database = folder / f"from-{revision}.db"
    as_left_by(revision, manager.ledger, str(database))
    size = database.stat().st_size
    begun = time.perf_counter()
    report = upgrade(str(database), Config(key=key), lambda: NOW, None)
    spent = time.perf_counter() - begun
    assert report.done is not None
    assert report.done.units == LODGINGS
    for path in folder.glob(f"{database.name}*"):
        path.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = (revision, f"{spent:.2f}", f"{size / 2**20:.0f} MB", f"{peak:.0f} MB")
    return line, Promise(f"from {revision} in less than {GOAL:.0f} s", spent < GOAL)


def furnished(manager: cs.Manager, links: Sequence[str]) -> int:
    """Furnish the lodgings and lay out their history; return how many rows there are."""
    for number in range(LODGINGS):
        unit = manager.add_unit(f"Gîte {number}")
        for name, url in zip(("ical:one", "ical:two"), links[2 * number :], strict=False):
            manager.link(unit, name, feed=url)
        manager.block(unit, cs.Stay.parse("2027-05-01/2027-05-08"))
    manager.sync(everything=True)
    with manager.ledger.transaction() as tx:
        for table, rows in _history(tx):
            tx.paste(table, rows)
    with manager.ledger.transaction() as tx:
        for number in range(YEARS * 365):
            tx.audit("owner", "blocked", {"number": number}, at=NOW)
    with manager.ledger.reading() as tx:
        return sum(1 for table in tx.tables() for _ in tx.copied(table))


def _history(tx: Transaction) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Yield the rows of two years, table by table."""
    links = [link for unit in tx.units() for link in tx.listings(unit.id)]
    held = converter.unstructure(Nights.of(cs.Stay.parse("2027-03-01/2027-03-08")))
    quarter, hour = timedelta(minutes=15), timedelta(hours=1)
    looked = {"verdict": "complete", "failure": None, "digest": "d" * 64, "events": 40, "nights": held}
    yield (
        "observations",
        [
            looked | {"seq": place * 3072 + n + 10_000, "listing_id": link.id, "at": _text(NOW - n * quarter)}
            for place, link in enumerate(links)
            for n in range(3072)
        ],
    )
    fetched = {"revision": 1, "client": "Reader/1.0", "answer": 200, "proof": True, "visitor": "platform"}
    yield (
        "fetches",
        [
            fetched | {"seq": place * 2208 + n + 10_000, "listing_id": link.id, "at": _text(NOW - n * hour)}
            for place, link in enumerate(links)
            for n in range(2208)
        ],
    )
    run = {"v": 1, "runs": [{"stay": ["2027-03-01", "2027-03-08"], "stamp": NOW.isoformat()}], "nights": held}
    old = {
        "matters": False,
        "position": 0,
        "runs": run | {"written": None},
        "first_fetch": None,
        "last_fetch": None,
        "sent": None,
    }
    yield (
        "revisions",
        [
            old | {"listing_id": link.id, "number": n + 100, "at": _text(NOW - n * timedelta(days=2))}
            for link in links
            for n in range(STAYS * YEARS * 2)
        ],
    )
    ended = {
        "own": False,
        "position": 0,
        "status": "cancelled",
        "ended_at": _text(NOW),
        "reason": "",
        "kind": "reservation",
    }
    ended |= {"first_seen": _text(NOW), "last_seen": _text(NOW), "code": "", "more": {"v": 1}}
    yield (
        "claims",
        [
            ended
            | {"unit_id": link.unit, "id": f"{link.id}-{n}", "uid": f"u{n}", "listing_id": link.id}
            | {"arrival": f"{2025 + n % 2}-05-01", "departure": f"{2025 + n % 2}-05-04"}
            for link in links
            for n in range(STAYS * YEARS // 2)
        ],
    )
    yield (
        "history",
        [
            {"seq": place * 3000 + n + 10_000, "unit_id": link.unit, "listing_id": link.id, "claim_id": None}
            | {"at": _text(NOW - n * 6 * hour), "what": "closed", "nights": held, "why": "sold elsewhere"}
            for place, link in enumerate(links)
            for n in range(STAYS * YEARS * 6)
        ],
    )


def _text(at: datetime) -> str:
    return at.isoformat()
