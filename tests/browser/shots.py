"""Pictures of pages on sample data: ``python -m tests.browser.shots [PATH...] [--to FOLDER] [--look phone-dark]``.

Without a path: the main pages. Each page is taken in light and dark, at a desk and on a telephone; what the browser
and axe complain about is printed beside it, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.browsers import LOOKS, Look, chromium, visit
from tests.browser.house import House, open_house

__all__ = ["main"]

PAGES = ("/", "/calendrier", "/logements", "/journal", "/reglages", "/connexion")


def main() -> int:
    """Take the pictures; return 0 where nothing was found wrong."""
    asked = _parser().parse_args()
    looks = [one for one in LOOKS if not asked.look or str(one).startswith(asked.look)]
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        open_house(Path(folder), empty=asked.empty) as house,
    ):
        print(f"{house.address}: {', '.join(unit.id for unit in house.manager.units())}")
        paths = [_filled(path, house) for path in asked.paths or PAGES]
        return 1 if sum([_taken(browser, house, look, paths, asked) for look in looks]) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", help="paths; {unit} is the first lodging's id, {second} the second's")
    parser.add_argument("--to", default="/tmp/shots", help="the folder of the pictures")
    parser.add_argument("--look", default="", help="only desktop, phone, desktop-dark, ...")
    parser.add_argument("--empty", action="store_true", help="an owner who has nothing yet")
    parser.add_argument("--stranger", action="store_true", help="nobody is signed in")
    parser.add_argument("--no-axe", action="store_true", help="leave axe out")
    return parser


def _filled(path: str, house: House) -> str:
    units = [*house.manager.units()]
    known = {"unit": units[0].id, "second": units[-1].id} if units else {}
    for name, value in known.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _taken(browser: Browser, house: House, look: Look, paths: list[str], asked: argparse.Namespace) -> int:
    """Take all pages in one look, and return how much was wrong."""
    wrong = 0
    for path in paths:
        with visit(browser, house, look, signed_in=not asked.stranger) as window:
            answer = window.go(path)
            name = path.strip("/").replace("/", "-").replace("?", "-").replace("=", "-") or "accueil"
            target = Path(asked.to) / f"{name}-{look}.png"
            window.shot(target)
            found = window.complaints() + ([] if asked.no_axe else window.axe())
            if (wide := window.overflow()) > 0:
                found.append(f"{wide} px wider than the window")
            if answer is None or answer.status != 200:
                found.append(f"status {answer and answer.status}")
            wrong += len(found)
            print(f"{target}  {len(found)} wrong")
            for one in found:
                print(f"    {one}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
