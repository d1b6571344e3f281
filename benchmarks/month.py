"""The report of a month played against the running service (`benchmarks.month_play`), and the command that plays it.

python -m benchmarks.month --days 30 --lodgings 10 --seed 1
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import report
from benchmarks.month_play import Booking, Month, played
from benchmarks.timing import Part, Promise, Table
from channelsync.testing.sample import CHANNELS

GOAL_MEMORY: Final = 32
"""Megabytes by which the service may grow after its second day."""
GOAL_AVAILABLE: Final = 0.995
NOTES: Final = (
    "A reservation is made just before a look: one made just after it is known fifteen minutes later.",
    "A look is taken every fifteen minutes; the platforms read us every two to four hours, as they really do.",
    (
        "*known* is when our ledger has a reservation, *closed* when all our other calendars show it, *elsewhere* when "
        "no guest can book those nights on the other platforms, which then have read us."
    ),
)
INTRODUCTION: Final = """# A month against the running service

An owner with lodgings on three platforms, played in compressed time against the real web app and worker in a process of
their own: `make month` plays it again and prints this report. The platforms are simulated and know the truth: what they
have sold, and what their guests can still book. They fail for hours, in turn, and the service is killed and comes back
half an hour later.
"""


def measured(*, days: int = 30, lodgings: int = 10, seed: int = 1) -> Part:
    """Play a month, and report."""
    with TemporaryDirectory(prefix="channelsync-month-") as name:
        return reported(played(Path(name), days=days, lodgings=lodgings, seed=seed))


def reported(month: Month) -> Part:
    """Return what came of a month as tables and promises."""
    standing = [one for one in month.bookings if one.known is not None]
    times = [(name, sorted(_of(standing, name))) for name in ("known", "closed", "elsewhere")]
    lines = tuple((name, str(len(of)), _minutes(of, 0.5), _minutes(of, 0.95), _minutes(of, 1.0)) for name, of in times)
    heads = ("reservations", "how many", "median", "95 of 100", "worst")
    share = month.answered / max(1, month.asked)
    growth = max(month.memory[1:], default=0.0) - (month.memory[1] if len(month.memory) > 1 else 0.0)
    facts = (
        ("reservations, cancelled", f"{len(month.bookings)}, {sum(one.gone for one in month.bookings)}"),
        ("the owner's blocks", str(len(month.blocks))),
        ("double bookings, told", f"{month.doubles}, {month.told}"),
        ("failures of platforms", str(month.faults)),
        ("deaths of the service", str(month.killed)),
        ("answers, good ones", f"{month.asked}, {share:.2%}"),
        ("nights lost", "; ".join(month.lost) or "none"),
        ("nights kept closed for nothing", "; ".join(month.kept) or "none"),
        ("memory of the service, first day and most", _span(month.memory, "MB")),
        ("database, first day and last", _span([*month.disk[:1], *month.disk[-1:]], "MB")),
        ("backups kept", str(month.backups)),
        ("longest round of work", f"{month.slowest:.1f} s"),
        ("lines of error in the log", str(len(month.errors))),
        ("played in", f"{month.seconds:.0f} s"),
    )
    promises = (
        Promise("nothing that a platform has sold or the owner has blocked is lost or open elsewhere", not month.lost),
        Promise("every double booking is told", month.told == month.doubles),
        Promise(f"{GOAL_AVAILABLE:.1%} of the answers are good while the service lives", share >= GOAL_AVAILABLE),
        Promise(f"memory grows by less than {GOAL_MEMORY} MB after the second day", growth < GOAL_MEMORY),
        Promise("what is due is done in time", not month.late),
        Promise("a backup is made every day", month.backups >= min(month.days, 7)),
    )
    title = f"{month.days} days, {month.lodgings} lodgings on {len(CHANNELS)} platforms"
    tables = [
        Table("When a reservation is where, in minutes", heads, lines),
        Table("What came of it", ("what", "figure"), facts, promises),
    ]
    return Part("month", title, [], tables, NOTES)


def page(part: Part) -> str:
    """Return the page of the documentation."""
    whole = report.markdown([part])
    return f"{INTRODUCTION}\n{whole[whole.index('Measured on:') :]}"


def _of(bookings: list[Booking], name: str) -> Iterator[float]:
    for one in bookings:
        value: float | None = getattr(one, name)
        if value is not None:
            yield value


def _minutes(values: list[float], share: float) -> str:
    return f"{values[min(len(values) - 1, int(share * len(values)))]:.0f}" if values else "-"


def _span(values: list[float], unit: str) -> str:
    return f"{values[0]:.1f} {unit}, {max(values):.1f} {unit}" if values else "-"


def main() -> int:
    """Play and print; the exit status is 1 where a promise is broken."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.month", description=(__doc__ or "").split("\n", maxsplit=1)[0]
    )
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--lodgings", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the report there as Markdown")
    args = parser.parse_args()
    part = measured(days=args.days, lodgings=args.lodgings, seed=args.seed)
    print(report.text(part))
    if args.markdown:
        args.markdown.write_text(page(part), encoding="utf-8")
    return 1 if part.broken else 0


if __name__ == "__main__":
    sys.exit(main())
