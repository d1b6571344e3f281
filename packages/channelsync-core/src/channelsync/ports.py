"""What the inner parts ask of the outside world, as Protocols: whoever composes the program supplies them.

Only what is used stands here. The kernel asks for nothing; the time is a function without arguments, ``now``.
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Vault"]


class Vault(Protocol):
    """Seals what nobody may read in the database: private links, tokens, keys.

    ``kind`` and ``id`` name what a secret belongs to; a sealed secret opens for that name only.
    """

    def seal(self, kind: str, id: str, secret: str) -> bytes:  # noqa: A002 - the word of the ledger's column
        """Return the secret sealed for its owner."""
        ...

    def unseal(self, kind: str, id: str, sealed: bytes) -> str:  # noqa: A002
        """Return the secret.

        Raises:
            VaultError: the key is missing or another one, or the bytes are damaged or belong elsewhere.
        """
        ...

    def fingerprint(self, text: str) -> str:
        """Return a keyed hash, by which equal secrets are found without opening any."""
        ...
