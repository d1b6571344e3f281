"""Print every ratio beside what is promised, and say which promises are broken.

Run from the root of the tree: ``python -m benchmarks``. ``--json FILE`` keeps the figures; ``--only algebra`` or
``--only feeds`` runs a part. The exit status is 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path

from benchmarks import algebra, feeds
from benchmarks.timing import Row

PARTS = {"algebra": algebra.measured, "feeds": feeds.measured}


def main() -> int:
    """Measure, print, and keep the figures where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as JSON")
    parser.add_argument("--only", choices=sorted(PARTS), help="run one part")
    chosen = parser.parse_args()
    rows = [row for name, part in PARTS.items() if chosen.only in (None, name) for row in part()]
    print(table(rows))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures(rows), indent=2) + "\n", encoding="utf-8")
    broken = [row for row in rows if not row.met]
    if broken:
        print(f"\n{len(broken)} of {sum(row.goal is not None for row in rows)} promises broken", file=sys.stderr)
    return 1 if broken else 0


def table(rows: list[Row]) -> str:
    """Lay the rows out: ours, the peer's, the ratio, the promise."""
    lines = [f"{'':8}{'what':30}{'ours':>11}{'peer':>11}  {'peer is':12}{'cheaper':>10}  promise"]
    for row in rows:
        promise = "" if row.goal is None else f"{row.goal:8.4g}x {'kept' if row.met else 'BROKEN'}"
        times = f"{_time(row.ours):>11}{_time(row.theirs):>11}"
        lines.append(f"{row.group:8}{row.name:30}{times}  {row.peer:12}{row.ratio:9.4g}x {promise}")
    return "\n".join(line.rstrip() for line in lines)


def figures(rows: list[Row]) -> dict[str, object]:
    """Return the figures with what they were taken on."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "rows": [
            {
                "group": row.group,
                "name": row.name,
                "peer": row.peer,
                "ours_seconds": row.ours,
                "peer_seconds": row.theirs,
                "ratio": row.ratio,
                "goal": row.goal,
                "met": row.met,
            }
            for row in rows
        ],
    }


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


if __name__ == "__main__":
    sys.exit(main())
