"""When a whole host is down: stop asking it for a while, then let one request find out whether it is back.

A platform that is down is asked by every listing it has; waiting for each of them to time out would hold up the
listings of every other platform. So after `FAILURES` in a row within `WINDOW` the host's circuit opens, and requests
fail at once for `OPEN_FOR`. How often one listing is looked at is another matter (`channelsync.cadence`): a host with a
listing or two never fails so often in so short a time, and its looks are spaced by their own health alone.

=========  ===================================  ==============================  =====================================
state      a request is asked for               it succeeded                    it failed
=========  ===================================  ==============================  =====================================
closed     send it                              forget the failures             count; at the last one allowed: open
open       refuse; when the time is over: send  closed                          stay open
           it as a probe: trying
trying     refuse; when the probe has not come  closed                          open, for as long again
           back for as long again: send another
=========  ===================================  ==============================  =====================================

Any answer below 500 is a success here: a host that refuses us is up.
"""

from __future__ import annotations

import threading
from enum import Enum
from typing import Final, final

from attrs import Factory, define

from channelsync.errors import ChannelUnavailableError

__all__ = ["FAILURES", "OPEN_FOR", "WINDOW", "Breakers", "Circuit"]

FAILURES: Final = 10
"""So many failures in a row open a circuit."""
WINDOW: Final = 60.0
"""Seconds within which they must come."""
OPEN_FOR: Final = 30.0
"""Seconds before a host that was down is asked again."""


class Circuit(Enum):
    """The three states of a host's circuit."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"


@final
@define
class _Host:
    state: Circuit = Circuit.CLOSED
    failures: int = 0
    first: float = 0.0
    until: float = 0.0


@final
@define
class Breakers:
    """The circuits. Threads may share them; the time, in seconds on any monotonic clock, is an argument."""

    _hosts: dict[str, _Host] = Factory(dict[str, _Host])
    _lock: threading.Lock = Factory(threading.Lock)

    def ask(self, host: str, ticks: float) -> None:
        """Ask for leave to send one request.

        Raises:
            ChannelUnavailableError: the host is down, or was a moment ago.
        """
        with self._lock:
            found = self._hosts.get(host)
            if found is None or found.state is Circuit.CLOSED:
                return
            if ticks < found.until:
                msg = f"{host} has been failing; it is asked again in a moment"
                raise ChannelUnavailableError(msg)
            found.state, found.until = Circuit.TRYING, ticks + OPEN_FOR

    def succeeded(self, host: str) -> None:
        """Hear that the host answered."""
        with self._lock:
            self._hosts.pop(host, None)

    def failed(self, host: str, ticks: float) -> None:
        """Hear that the host did not answer, or with an error of its own."""
        with self._lock:
            found = self._hosts.setdefault(host, _Host(first=ticks))
            if found.state is Circuit.OPEN:
                return
            if ticks - found.first > WINDOW:
                found.failures, found.first = 0, ticks
            found.failures += 1
            if found.state is Circuit.TRYING or found.failures >= FAILURES:
                found.state, found.until = Circuit.OPEN, ticks + OPEN_FOR

    def state(self, host: str) -> Circuit:
        """Return how a host's circuit stands."""
        with self._lock:
            found = self._hosts.get(host)
            return Circuit.CLOSED if found is None else found.state
