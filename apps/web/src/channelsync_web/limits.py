"""How often somebody may ask: buckets that fill with time and are emptied by requests. Bounded, in memory only.

What is limited is guessing, by the network it comes from, and asking for one calendar over and over. A platform that
reads a thousand calendars at once from one network does neither. An address that has led somewhere before is answered
also while its network is guessing: nobody may keep a platform away by guessing beside it.
"""

from __future__ import annotations

from hashlib import blake2s
from ipaddress import IPv6Address, ip_address, ip_network
from secrets import token_bytes
from typing import final

from attrs import Factory, define, field

__all__ = ["Buckets", "Limits", "network"]


@final
@define
class Buckets:
    """One bucket for each key: ``size`` requests at once, then one each ``every`` seconds."""

    size: float
    every: float
    most: int = 10_000
    """So many keys are remembered; then the one not asked for longest is forgotten, and begins anew."""
    _left: dict[bytes, tuple[float, float]] = field(factory=dict[bytes, tuple[float, float]], init=False, repr=False)

    def take(self, key: bytes, now: float) -> float:
        """Take one request out; return 0, or how many seconds to wait where the bucket is empty."""
        left = self._filled(key, now)
        wait = (1 - left) * self.every if left < 1 else 0.0
        self._left.pop(key, None)
        self._left[key] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > self.most:
            del self._left[next(iter(self._left))]
        return wait

    def wait(self, key: bytes, now: float) -> float:
        """Return how many seconds to wait until there is something in the bucket; takes nothing."""
        return max(0.0, (1 - self._filled(key, now)) * self.every)

    def knows(self, key: bytes) -> bool:
        """Whether there is such a bucket."""
        return key in self._left

    def _filled(self, key: bytes, now: float) -> float:
        left, since = self._left.get(key, (self.size, now))
        return min(self.size, left + max(0.0, now - since) / self.every)


@final
@define
class Limits:
    """The limits of the published calendars; times are seconds of a clock that only goes forward."""

    reads: Buckets = Factory(lambda: Buckets(size=20, every=15))
    """Of one calendar: a platform reads every few minutes at most, and an owner presses its button now and then."""
    guesses: Buckets = Factory(lambda: Buckets(size=120, every=1))
    """Of addresses that lead nowhere, from one network: also a platform may ask for ended ones for years."""
    _salt: bytes = field(factory=lambda: token_bytes(16), init=False, repr=False)

    def asked(self, name: str, client: str, now: float) -> float:
        """Return 0 where a request may be answered, else how many seconds to wait."""
        key = self._key(name)
        if self.reads.knows(key):
            return self.reads.take(key, now)
        return self.guesses.wait(network(client), now)

    def answered(self, name: str, client: str, now: float, *, known: bool) -> None:
        """Count an answer: to an address that leads somewhere, or to a guess."""
        key = self._key(name)
        if not known:
            self.guesses.take(network(client), now)
        elif not self.reads.knows(key):
            self.reads.take(key, now)

    def _key(self, name: str) -> bytes:
        """Return what stands for an address, which is itself not kept."""
        return blake2s(name.encode(errors="replace"), key=self._salt, digest_size=16).digest()


def network(client: str) -> bytes:
    """Return the network of an address, /24 or /48, and of whatever is none the same for all."""
    try:
        address = ip_address(client)
    except ValueError:
        return b""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    prefix = 48 if isinstance(address, IPv6Address) else 24
    return ip_network((address, prefix), strict=False).network_address.packed
