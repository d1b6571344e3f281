"""How many requests a host, and an account on it, may be sent: token buckets, as data.

Politeness is the engine's, not a queue's: whoever sends, by whatever way it came to be due, asks here first. A bucket
holds ``burst`` requests and fills at ``per_minute``. Who finds it empty is told how long to wait; a wait that would be
too long is refused at once, as if the platform itself had asked us to slow down, so that the look is booked for later.

A flow's request may name the account it speaks for in its extensions (`ACCOUNT`): a platform that counts requests for
each account is then asked no faster, whatever other accounts do.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, final

from attrs import Factory, define, frozen

from channelsync.adapter.flow import ACCOUNT
from channelsync.errors import RateLimitedError

__all__ = ["ACCOUNT", "Budgets", "Pause", "Rate", "Rates"]

_MOST_KEPT: Final = 4096
"""So many buckets are kept; full ones are forgotten first, which changes nothing."""


@final
@frozen
class Pause:
    """What a driver is asked for beside requests: to wait so many seconds."""

    seconds: float


@final
@frozen
class Rate:
    """So many requests a minute, and so many at once after a quiet time."""

    per_minute: float
    burst: int

    @property
    def interval(self) -> float:
        """Seconds that one request costs."""
        return 60.0 / self.per_minute


@final
@frozen
class Rates:
    """What is allowed: for any host, for those named, and for one account.

    A host's default is meant for an installation of many owners: ten thousand listings on three platforms, each read
    every quarter of an hour, are about four requests a second to each. No platform has published a limit for calendar
    links; what bounds one owner's share is the rhythm of looking itself.
    """

    host: Rate = Rate(1200, 120)
    hosts: Mapping[str, Rate] = Factory(dict[str, Rate])
    account: Rate = Rate(120, 20)
    longest_wait: float = 10.0
    """Seconds; whoever would wait longer is refused."""


@final
@define
class Budgets:
    """The buckets. Threads may share them; the time, in seconds on any monotonic clock, is an argument."""

    rates: Rates = Factory(Rates)
    _full_at: dict[str, float] = Factory(dict[str, float])
    _lock: threading.Lock = Factory(threading.Lock)

    def reserve(self, host: str, account: str | None, ticks: float) -> float:
        """Take one request out of the buckets it belongs to, and return how many seconds to wait before it.

        Raises:
            RateLimitedError: the wait would be too long; nothing is taken.
        """
        buckets = {f"host {host}": self.rates.hosts.get(host, self.rates.host)}
        if account is not None:
            buckets[f"account {host} {account}"] = self.rates.account
        with self._lock:
            waits = [
                self._full_at.get(key, ticks) - ticks - (rate.burst - 1) * rate.interval
                for key, rate in buckets.items()
            ]
            wait = max(0.0, *waits)
            if wait > self.rates.longest_wait:
                msg = f"too many requests to {host} from here"
                raise RateLimitedError(msg, retry_after=timedelta(seconds=wait))
            for key, rate in buckets.items():
                self._full_at[key] = max(self._full_at.get(key, ticks), ticks) + rate.interval
            self._forget(ticks)
        return wait

    def _forget(self, ticks: float) -> None:
        if len(self._full_at) > _MOST_KEPT:
            for key in [one for one, at in self._full_at.items() if at <= ticks]:
                del self._full_at[key]
