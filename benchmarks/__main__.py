"""Print every ratio beside what is promised, and say which promises are broken.

Run from the root of the tree: ``make bench``, or ``python -m benchmarks`` with the options below. Everything is
measured in one run, ours and the others in turn. The exit status is 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks import report
from benchmarks.timing import Part

PARTS = ("algebra", "feeds", "tolerance", "whole", "growth", "upgrade", "service", "web", "world", "xml", "json_wire")
"""The modules that measure, in the order of the report; each has a ``measured``."""


def main() -> int:
    """Measure, print, and keep the figures where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the figures there as Markdown")
    parser.add_argument("--only", action="append", choices=PARTS, help="run one part; may be given several times")
    chosen = parser.parse_args()
    parts: list[Part] = []
    for name in PARTS:
        if name in (chosen.only or PARTS):
            begun = time.monotonic()
            parts.append(import_module(f"benchmarks.{name}").measured())
            print(f"{report.text(parts[-1])}\n({time.monotonic() - begun:.0f} s)\n", flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(report.document(parts), indent=2) + "\n", encoding="utf-8")
    if chosen.markdown:
        chosen.markdown.parent.mkdir(parents=True, exist_ok=True)
        chosen.markdown.write_text(report.markdown(parts), encoding="utf-8")
    broken = [f"{part.name}: {one}" for part in parts for one in part.broken]
    promised = sum(part.promised for part in parts)
    print(f"{promised - len(broken)} of {promised} promises kept")
    for one in broken:
        print(f"broken: {one}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
