"""How passwords are kept and compared, with Argon2id, a few at a time.

One comparison takes 64 MiB of memory and a good part of a second, which is the point of it; so two run at once, a few
wait, and whoever comes then is asked to come again. An address that nobody has costs the same as one that somebody has.
"""

from __future__ import annotations

import base64
import threading
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from litestar.exceptions import TooManyRequestsException

from channelsync.service.people import LONGEST_PASSWORD

__all__ = ["Passwords"]

_AT_ONCE: Final = 2
_WAITING: Final = 6
_PATIENCE: Final = 10.0


@final
class Passwords:
    """Hashes and compares; threads share one. ``hasher`` says how dear it is, by default 64 MiB and three passes."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher: Final = hasher or PasswordHasher()
        self._line: Final = threading.BoundedSemaphore(_AT_ONCE + _WAITING)
        self._turn: Final = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys: Final = _nobodys(self._hasher)

    def hashed(self, password: str) -> str:
        """Return what is kept of a password.

        Raises:
            TooManyRequestsException: too many wait already.
        """
        with self._taking_turns():
            return self._hasher.hash(_plain(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the password that was kept; None takes as long, and is no.

        Raises:
            TooManyRequestsException: too many wait already.
        """
        if len(password) > LONGEST_PASSWORD:
            password = ""
        with self._taking_turns():
            try:
                self._hasher.verify(kept or self._nobodys, _plain(password))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_old(self, kept: str) -> bool:
        """Whether it was kept in a way that would not be chosen today."""
        return self._hasher.check_needs_rehash(kept)

    @contextmanager
    def _taking_turns(self) -> Generator[None]:
        if not self._line.acquire(blocking=False):
            raise TooManyRequestsException(headers={"retry-after": "5"})
        try:
            if not self._turn.acquire(timeout=_PATIENCE):
                raise TooManyRequestsException(headers={"retry-after": "5"})
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._line.release()


def _plain(password: str) -> bytes:
    """Return one form of what keyboards write in several."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")


def _nobodys(hasher: PasswordHasher) -> str:
    """Return a hash that is no password's, as dear to compare as the others."""
    salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len))
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"
