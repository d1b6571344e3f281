"""How often somebody may try: by the network they come from, and by whose account it is.

Who guesses at one account from many networks empties that account's bucket; a network from which its owner came in
before has a bucket of its own, so that nobody keeps an owner out by guessing beside them.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from hashlib import blake2s
from secrets import token_bytes
from typing import Final, final

from litestar.exceptions import TooManyRequestsException

from channelsync_web.limits import Buckets, network

__all__ = ["Gates"]


@final
class Gates:
    """The limits of everything that can be guessed at. ``clock`` only goes forward, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock: Final = clock
        self._networks: Final = Buckets(size=30, every=10)
        self._accounts: Final = Buckets(size=10, every=60)
        self._known: Final = Buckets(size=10, every=30)
        """Of an account from a network where it was opened before."""
        self._codes: Final = Buckets(size=5, every=300)
        """Of six digits: with these a guess in a day is right once in a thousand days."""
        self._letters: Final = Buckets(size=3, every=1200)
        """Of mails to one address."""
        self._salt: Final = token_bytes(16)
        self._lock: Final = threading.Lock()

    def try_password(self, client: str, account: str) -> None:
        """Count a try at an account, named by its address.

        Raises:
            TooManyRequestsException: there were too many.
        """
        pair = self._key(network(client), account)
        self._take(self._networks, network(client))
        with self._lock:
            known = self._known.knows(pair)
        self._take(*((self._known, pair) if known else (self._accounts, self._key(b"", account))))

    def came_in(self, client: str, account: str) -> None:
        """Remember from where an account was opened; that costs its owner no try."""
        with self._lock:
            pair = self._key(network(client), account)
            if not self._known.knows(pair):
                self._known.take(pair, self._clock())

    def try_other(self, client: str) -> None:
        """Count a try at something that is not guessed: a one-time code, a link, a passkey.

        Raises:
            TooManyRequestsException: there were too many.
        """
        self._take(self._networks, network(client))

    def try_digits(self, client: str, owner: str) -> None:
        """Count a try at the second step of an owner's.

        Raises:
            TooManyRequestsException: there were too many.
        """
        self._take(self._networks, network(client))
        self._take(self._codes, self._key(b"", owner))

    def may_write(self, address: str) -> bool:
        """Whether one more mail goes to an address; whoever asks is not told."""
        with self._lock:
            return not self._letters.take(self._key(b"", address), self._clock())

    def _take(self, buckets: Buckets, key: bytes) -> None:
        with self._lock:
            wait = buckets.take(key, self._clock())
        if wait:
            raise TooManyRequestsException(headers={"retry-after": str(math.ceil(wait))})

    def _key(self, where: bytes, name: str) -> bytes:
        """Return what stands for a name, which is itself not kept."""
        plain = name.strip().lower().encode(errors="replace")
        return blake2s(where + b"\0" + plain, key=self._salt, digest_size=16).digest()
