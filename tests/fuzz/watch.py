"""The watchdog: what is fuzzed gets one second of the processor for each call, and not a moment longer.

The time is the processor's (`ITIMER_PROF`), so a busy machine should not make a call look slow; on virtual machines
it still does at times, so the engine believes only what happens three times in a row. A call that waits without working
is what its ``faulthandler`` is for. When the second is over the call is interrupted where it stands, so that the
traceback shows what was going on. Where it stands may be a place that Python lets nothing out of (the end of an object,
a weak reference's callback): then it is interrupted again a moment later.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn, final

__all__ = ["LIMIT", "Hang", "watched"]

LIMIT: Final = 1.0
"""Seconds of the processor for one call."""

_AGAIN: Final = 0.001
"""Seconds of the processor until a call that swallowed its interruption is interrupted again."""


@final
class Hang(BaseException):
    """A call took longer than it may. No ``except Exception`` on the way swallows this."""


def _interrupt(signum: int, frame: object) -> NoReturn:
    del signum, frame
    msg = f"not done after {LIMIT} s of the processor"
    raise Hang(msg)


@contextmanager
def watched() -> Iterator[None]:
    """Interrupt what is inside when its time is over.

    Raises:
        Hang: it was.
    """
    if threading.current_thread() is not threading.main_thread():  # the only one that hears signals
        yield
        return
    tell = sys.unraisablehook

    def swallowed(what: sys.UnraisableHookArgs) -> None:
        if isinstance(what.exc_value, Hang):
            signal.setitimer(signal.ITIMER_PROF, _AGAIN)
        else:
            tell(what)

    before = signal.signal(signal.SIGPROF, _interrupt)
    sys.unraisablehook = swallowed
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        sys.unraisablehook = tell
