"""Helpers that tests of every kind share."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NoReturn

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
"""The root of the tree."""
MEMBERS: Final = sorted(path.parent for top in ("packages", "apps") for path in ROOT.glob(f"{top}/*/pyproject.toml"))
"""The folder of each distribution."""
SHIPPED: Final = sorted(path for member in MEMBERS for path in member.glob("src/**/*.py"))
"""Every Python file that a distribution ships."""


class Clock:
    """The time, in the test's hand."""

    def __init__(self, now: datetime = datetime(2027, 1, 4, 9, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now

    def ticks(self) -> float:
        """The same, in seconds, as drivers count."""
        return self.now.timestamp()


def absent(what: str) -> NoReturn:
    """Skip a test because something it needs is not there; where CI is set that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"CI needs this: {what}")
    pytest.skip(what)


def relative(path: Path) -> str:
    """The path as it is written from the root of the tree: short, and good as a test's name."""
    return path.relative_to(ROOT).as_posix()
