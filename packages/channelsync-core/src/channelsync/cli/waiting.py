"""Waiting that Ctrl-C ends."""

from __future__ import annotations

import time
from typing import Final

__all__ = ["wait"]

_PIECE: Final = 0.5
"""Seconds of one sleep. An interrupt that comes just as a sleep begins is heeded at the end of that sleep."""


def wait(seconds: float | None) -> None:
    """Wait for so many seconds, for ever where None.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    end = None if seconds is None else time.monotonic() + seconds
    while (left := _PIECE if end is None else end - time.monotonic()) > 0:
        time.sleep(min(left, _PIECE))
