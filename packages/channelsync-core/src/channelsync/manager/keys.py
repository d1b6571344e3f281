"""A new master key in the place of the old one, while everything runs; it can be broken off anywhere and run again.

First the new key seals and both open; then what the old one sealed is sealed anew, some secrets a transaction; then the
old one is forgotten (`channelsync.vault.sealing` says what other programs see of it). Broken off before the second step
is over, the next run goes on with it and makes no further key; a secret that does not open keeps the old key alive.
"""

from __future__ import annotations

from typing import Final, final

from attrs import frozen

from channelsync.errors import UsageError, VaultError
from channelsync.ledger import Sealed, Transaction
from channelsync.manager.desk import Desk

__all__ = ["KeyReport", "Keys"]

_LOT: Final = 50
"""So many secrets are sealed anew in one transaction: a few milliseconds."""


@final
@frozen
class KeyReport:
    """The names of the keys in use, the one that seals first, what holds them, and how many secrets each sealed.

    ``sealed_anew`` counts what a rotation has just sealed with the new key.
    """

    kept_in: str
    keys: tuple[str, ...]
    secrets: tuple[int, ...]
    sealed_anew: int = 0


class Keys(Desk):
    """The master key: what is known of it, and its rotation."""

    def keys(self) -> KeyReport:
        """Return which keys are in use; names only.

        Raises:
            VaultError: there is no key, or it cannot be used.
        """
        return self._key_report()

    def rotate_keys(self) -> KeyReport:
        """Put a new master key in the place of the present one, and seal every secret anew.

        Raises:
            UsageError: the keys are for people to set, and the advice says how.
            VaultError: a key is missing, or a secret does not open; all others are sealed anew.
        """
        if not self._unfinished():
            try:
                draft = self.vault.draft()
            except UsageError:
                if len(self.vault.key_ids) > 1:  # somebody has set the next key already, and all is sealed with it
                    return self._key_report()
                raise
            now = self._now()
            with self.ledger.transaction() as tx:
                tx.audit("owner", "key rotation begun", {"after": draft.after}, at=now)  # first: rotations take turns
                self.vault.begin(draft, tx)
        sealed, broken = 0, dict[tuple[str, str], Sealed]()
        while lot := self._lot(broken):
            sealed += lot
        with self.ledger.transaction() as tx:
            if broken or tx.secrets_sealed_otherwise(self.vault.heads[0], limit=1):
                raise _left([*broken.values()])
            self.vault.end(tx)
            tx.audit("owner", "keys rotated", {"key": self.vault.key_ids[0], "sealed": sealed}, at=self._now())
        return self._key_report(sealed)

    def _unfinished(self) -> bool:
        """Whether something is sealed with another key than the present one."""
        with self.ledger.reading() as tx:
            if not tx.has_secrets():
                return False
            heads = self.vault.heads
            return bool(heads and tx.secrets_sealed_otherwise(heads[0], limit=1))

    def _lot(self, broken: dict[tuple[str, str], Sealed]) -> int:
        """Seal the next secrets anew, and return how many; those that do not open join the broken ones."""
        done, after = 0, ("", "")
        with self.ledger.transaction() as tx:
            while not done and (lot := tx.secrets_sealed_otherwise(self.vault.heads[0], after=after, limit=_LOT)):
                after = (lot[-1].kind, lot[-1].id)
                for one in lot:
                    if (one.kind, one.id) in broken:
                        continue
                    if self._sealed_anew(tx, one):
                        done += 1
                    else:
                        broken[one.kind, one.id] = one
        return done

    def _sealed_anew(self, tx: Transaction, one: Sealed) -> bool:
        """Seal one secret with the present key, its fingerprint likewise; False where it does not open."""
        try:
            secret = self.vault.unseal(one.kind, one.id, one.envelope)
        except VaultError:
            return False
        fingerprint = self.vault.fingerprint(secret) if one.fingerprint else ""
        tx.put_secret(one.kind, one.id, self.vault.seal(one.kind, one.id, secret), fingerprint=fingerprint, at=one.at)
        return True

    def _key_report(self, sealed_anew: int = 0) -> KeyReport:
        names = self.vault.key_ids
        with self.ledger.reading() as tx:
            counts = tuple(tx.count_secrets(head) for head in self.vault.heads)
        return KeyReport(self.vault.kept_in, names, counts, sealed_anew)


def _left(broken: list[Sealed]) -> VaultError:
    names = ", ".join(f"{one.kind} of {one.id}" for one in broken[:3])
    if not broken:
        return VaultError("something was sealed with the old key just now", advice="Run it again: it goes on.")
    msg = f"{len(broken)} sealed secrets do not open ({names}); the old key is kept, everything else is sealed anew"
    return VaultError(msg, advice="Link those listings anew, or restore the last backup; then run it again.")
