"""How often somebody may try: by the network they come from, and by whose account it is.

Who guesses at one account from many networks empties that account's bucket; a network from which its owner came in
before has a bucket of its own, so that nobody keeps an owner out by guessing beside them.

What is counted of accounts stands in the ledger: it holds for all processes of the installation together, and over
their restarts. What is counted of networks stands in this process alone: it spares us work, and keeps no account safe.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, final

from attrs import frozen
from litestar.exceptions import TooManyRequestsException

from channelsync.ledger import Ledger
from channelsync.ports import Vault
from channelsync_web.limits import Buckets, network

__all__ = ["Gates"]

_REMEMBERED: Final = timedelta(days=90)
"""How long a network is known from which an account was opened: as long as a session lasts."""


@final
@frozen
class _Measure:
    """So many tries at once, then one each ``every``."""

    name: str
    size: int
    every: timedelta


_ACCOUNT: Final = _Measure("account", 10, timedelta(minutes=1))
_KNOWN: Final = _Measure("known", 10, timedelta(seconds=30))
"""Of an account from a network where it was opened before."""
_CODES: Final = _Measure("codes", 5, timedelta(minutes=5))
"""Of six digits: with these a guess in a day is right once in a thousand days."""
_LETTERS: Final = _Measure("letters", 3, timedelta(minutes=20))
"""Of mails to one address."""


@final
class Gates:
    """The limits of everything that can be guessed at.

    ``vault`` makes of an address what is kept of it, ``now`` is the clock of the ledger, and ``clock`` counts seconds
    for this process and only goes forward.
    """

    def __init__(
        self, ledger: Ledger, vault: Vault, now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ledger: Final = ledger
        self._vault: Final = vault
        self._now: Final = now
        self._clock: Final = clock
        self._networks: Final = Buckets(size=30, every=10)
        self._lock: Final = threading.Lock()

    def try_password(self, client: str, account: str) -> None:
        """Count a try at an account, named by its address.

        Raises:
            TooManyRequestsException: there were too many.
        """
        self.try_other(client)
        pair = self._key("came in", account, network(client).hex())
        with self._ledger.reading() as tx:
            known = tx.has_try(pair, at=self._now())
        if known:
            self._take(_KNOWN, account, network(client).hex())
        else:
            self._take(_ACCOUNT, account)

    def came_in(self, client: str, account: str) -> None:
        """Remember from where an account was opened."""
        pair = self._key("came in", account, network(client).hex())
        with self._ledger.transaction(fleeting=True) as tx:
            tx.note_try(pair, until=self._now() + _REMEMBERED)

    def try_other(self, client: str) -> None:
        """Count a try at something that is not guessed: a one-time code, a link, a passkey.

        Raises:
            TooManyRequestsException: there were too many.
        """
        with self._lock:
            wait = self._networks.take(network(client), self._clock())
        if wait:
            raise _too_many(wait)

    def try_digits(self, client: str, owner: str) -> None:
        """Count a try at the second step of an owner's.

        Raises:
            TooManyRequestsException: there were too many.
        """
        self.try_other(client)
        self._take(_CODES, owner)

    def may_write(self, address: str) -> bool:
        """Whether one more mail goes to an address; whoever asks is not told."""
        return not self._counted(_LETTERS, address)

    def _take(self, measure: _Measure, *names: str) -> None:
        wait = self._counted(measure, *names)
        if wait:
            raise _too_many(wait.total_seconds())

    def _counted(self, measure: _Measure, *names: str) -> timedelta:
        """Count a try, and return how long to wait where there were too many."""
        key = self._key(measure.name, *names)
        with self._ledger.transaction(fleeting=True) as tx:  # it outlives this process, as it must
            return tx.take_try(key, measure.size, measure.every, at=self._now())

    def _key(self, kind: str, *names: str) -> str:
        """Return what stands for some names, which are themselves not kept."""
        plain = (name.strip().lower().encode(errors="replace").decode() for name in names)
        return self._vault.fingerprint("\0".join(("try", kind, *plain)))


def _too_many(seconds: float) -> TooManyRequestsException:
    return TooManyRequestsException(headers={"retry-after": str(math.ceil(seconds))})
