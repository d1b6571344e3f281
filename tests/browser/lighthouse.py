"""What Lighthouse says of the main pages: ``python -m tests.browser.lighthouse [--runs 3] [--tools FOLDER]``.

Ten lodgings on sample data, seen as Lighthouse imitates a slow telephone: a quarter of this machine's speed, a slow
network. npm puts Lighthouse into a folder of its own, which is thrown away unless ``--tools`` names one; nothing is
reported to anybody. The exit code is 1 where a limit is not held: full marks for access, good practice and what search
engines need; the median of the time in which the page does not react, that until its largest part shows, and its bytes.
Times mean little on a machine that does something else besides: the last column is how fast it was.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from tests.browser.house import House, open_house

__all__ = ["Finding", "main"]

VERSION: Final = "13.5.0"
FULL: Final = ("accessibility", "best-practices", "seo")
"""The categories that must have full marks; the mark for speed depends too much on what else the machine does."""
TBT_MS: Final = 200
LCP_MS: Final = 2000
CALENDAR_BYTES: Final = 40 * 1024
TRIES: Final = 3
FLAGS: Final = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)


@frozen
class Finding:
    """One look at one page: marks of 100, milliseconds, bytes on the wire, and which audits fell short.

    ``machine`` is how fast this one was just then: an idle desk computer has well above 1000.
    """

    marks: dict[str, int]
    blocked: float
    largest: float
    size: int
    machine: float
    short: tuple[str, ...]

    @classmethod
    def of(cls, report: dict[str, Any]) -> Finding:
        """Read a report."""
        audits, categories = report["audits"], report["categories"]
        wanted = {one["id"] for name in FULL for one in categories[name]["auditRefs"] if one["weight"]}
        return cls(
            {name: round(100 * (category["score"] or 0)) for name, category in categories.items()},
            audits["total-blocking-time"]["numericValue"],
            audits["largest-contentful-paint"]["numericValue"],
            sum(one.get("transferSize", 0) for one in audits["network-requests"]["details"]["items"]),
            report["environment"]["benchmarkIndex"],
            tuple(
                f"{name}: {audits[name]['title']}" for name in sorted(wanted) if audits[name]["score"] not in {None, 1}
            ),
        )


def main() -> int:
    """Look at the pages, print a table; return 0 where every limit is held."""
    asked = _parser().parse_args()
    npm, chromium = shutil.which("npm"), shutil.which("chromium") or shutil.which("chromium-browser")
    if npm is None or chromium is None:
        sys.exit("this needs npm (of Node.js) and chromium")
    with tempfile.TemporaryDirectory() as folder, open_house(Path(folder), lodgings=asked.lodgings) as house:
        scratch = Path(asked.tools or folder)
        program = _program(npm, scratch / "lighthouse")
        session = house.cookie()
        pages = {"/": session, "/calendrier": session, "/connexion": None}
        run = _Run(program, Path(folder), {**os.environ, "CHROME_PATH": chromium})
        print(
            f"{'page':14}{'speed':>6}{'access':>7}{'good':>6}{'search':>7}{'blocked':>9}{'largest':>9}{'bytes':>8}{'machine':>9}"
        )
        wrong = [text for path, cookie in pages.items() for text in _looked(run, house, path, cookie, asked.runs)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="looks at each page, of which the median counts")
    parser.add_argument("--lodgings", type=int, default=10, help="lodgings of the sample, up to ten")
    parser.add_argument("--tools", default="", help="a folder in which Lighthouse is kept for another time")
    return parser


def _program(npm: str, folder: Path) -> Path:
    """Return Lighthouse's entry, installed where it is not yet."""
    entry = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not entry.exists():
        order = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
        subprocess.run([*order, f"lighthouse@{VERSION}"], check=True, timeout=300)
    return entry


@frozen
class _Run:
    """How Lighthouse is started."""

    program: Path
    folder: Path
    environ: dict[str, str]

    def __call__(self, address: str, cookie: dict[str, Any] | None) -> Finding:
        """Look at a page once."""
        said, headers = self.folder / "report.json", self.folder / "headers.json"
        headers.write_text(json.dumps({"Cookie": f"{cookie['name']}={cookie['value']}"} if cookie else {}))
        order = ["node", str(self.program), address, "--output=json", f"--output-path={said}", "--quiet"]
        order += ["--no-enable-error-reporting", f"--extra-headers={headers}", f"--chrome-flags={FLAGS}"]
        for left in range(TRIES, 0, -1):  # on a busy machine it misses the beginning of a page at times
            if subprocess.run(order, check=left == 1, timeout=180, env=self.environ).returncode == 0:
                break
        return Finding.of(json.loads(said.read_text(encoding="utf-8")))


def _looked(run: _Run, house: House, path: str, cookie: dict[str, Any] | None, runs: int) -> list[str]:
    """Print what was found on a page, and return what is short of the limits."""
    found = [run(house.address + path, cookie) for _ in range(runs)]
    blocked, largest = (
        statistics.median(values) for values in ([x.blocked for x in found], [x.largest for x in found])
    )
    size, speed = max(one.size for one in found), statistics.median(one.machine for one in found)
    marks = {name: min(one.marks[name] for one in found) for name in ("performance", *FULL)}
    shown = "".join(f"{marks[name]:>{width}}" for name, width in zip(marks, (6, 7, 6, 7), strict=True))
    print(f"{path:14}{shown}{blocked:>6.0f} ms{largest / 1000:>7.2f} s{size / 1024:>5.1f} KB{speed:>9.0f}", flush=True)
    limits: Sequence[tuple[bool, str]] = (
        (
            all(marks[name] == 100 for name in FULL),
            "; ".join(dict.fromkeys(text for one in found for text in one.short)),
        ),
        (blocked < TBT_MS, f"it does not react for {blocked:.0f} ms, at most {TBT_MS} are allowed"),
        (largest < LCP_MS, f"its largest part shows after {largest:.0f} ms, at most {LCP_MS} are allowed"),
        (path != "/calendrier" or size <= CALENDAR_BYTES, f"{size} bytes, at most {CALENDAR_BYTES} are allowed"),
    )
    return [f"{path}: {text}" for held, text in limits if not held]


if __name__ == "__main__":
    sys.exit(main())
