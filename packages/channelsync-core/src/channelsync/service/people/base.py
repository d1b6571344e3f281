"""What every part of `People` stands on: the ledger, the vault, the clock, and how random words are made and hashed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final

from channelsync.ids import OwnerId
from channelsync.ledger import Ledger, Person, Transaction
from channelsync.ports import Vault

__all__ = ["TOTP", "Base", "drawn", "hashed", "person_of"]

TOTP: Final = "totp"
"""The kind under which the secrets of authenticator apps are sealed; their id is the owner's."""
_TOKEN_BYTES: Final = 32


class Base:
    """The shared part; every method is one transaction, and blocks."""

    def __init__(self, ledger: Ledger, vault: Vault, now: Callable[[], datetime]) -> None:
        """Stand on a ledger; ``vault`` seals the secrets of authenticator apps, ``now`` is the clock."""
        self._ledger: Final = ledger
        self._vault: Final = vault
        self._now: Final = now


def drawn() -> str:
    """Return 256 random bits as text for cookies and links."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hashed(kind: str, secret: str) -> str:
    """Return what is kept of a token, a ticket or a code: each has so many random bits that a plain hash will do."""
    return sha256(f"channelsync {kind} 1\x00{secret}".encode(errors="replace")).hexdigest()


def person_of(tx: Transaction, owner: OwnerId, at: datetime) -> Person:
    """Return how an owner signs in, a blank one where nothing was chosen yet."""
    return tx.person(owner) or Person(owner, at)
