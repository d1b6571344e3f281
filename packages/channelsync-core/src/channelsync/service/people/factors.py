"""The second step of a sign-in: codes of an authenticator app, and recovery codes for when the telephone is lost.

A code of the app says in which 30 seconds it was made; each of those serves once, so that one seen over a shoulder is
worth nothing. The app's secret is a sealed secret; until its first code was right it asks for nothing.
"""

from __future__ import annotations

import base64
import secrets
from typing import Final

from attrs import evolve

from channelsync.errors import UsageError
from channelsync.ids import OwnerId
from channelsync.ledger import Transaction
from channelsync.service.people.base import TOTP, Base, hashed, person_of

__all__ = ["RECOVERY_CODES", "Factors"]

RECOVERY_CODES: Final = 10
"""So many recovery codes are given at once."""
_CODE_BYTES: Final = 10
_GROUP: Final = 4


class Factors(Base):
    """Second factors."""

    def totp_secret(self, owner_id: OwnerId) -> str | None:
        """Return the secret that an owner's app shares with us, None where there is none.

        Raises:
            VaultError: it cannot be opened.
        """
        with self._ledger.reading() as tx:
            sealed = tx.secret(TOTP, owner_id)
        return None if sealed is None else self._vault.unseal(TOTP, owner_id, sealed)

    def propose_totp(self, owner_id: OwnerId, secret: str) -> str:
        """Return the secret for an app that is being set up: this one, or the one proposed before.

        Raises:
            UsageError: an app is set up already.
        """
        now = self._now()
        with self._ledger.transaction() as tx:
            if person_of(tx, owner_id, now).totp_at is not None:
                msg = "codes of an app are asked for already"
                raise UsageError(msg, advice="Turn them off first to set up another telephone.")
            known = tx.secret(TOTP, owner_id)
            if known is not None:
                return self._vault.unseal(TOTP, owner_id, known)
            sealed = self._vault.seal(TOTP, owner_id, secret)
            tx.put_secret(TOTP, owner_id, sealed, fingerprint=self._vault.fingerprint(secret), at=now)
            return secret

    def turn_on_totp(self, owner_id: OwnerId, step: int) -> tuple[str, ...]:
        """Ask for codes of the app from now on, and return new recovery codes; ``step`` is that of the first code.

        Raises:
            UsageError: no secret was proposed, or codes are asked for already.
        """
        now = self._now()
        with self._ledger.transaction() as tx:
            person = person_of(tx, owner_id, now)
            if person.totp_at is not None or tx.secret(TOTP, owner_id) is None:
                msg = "no app is being set up"
                raise UsageError(msg, advice="Open the page of the settings again.")
            tx.put_person(evolve(person, totp_at=now, totp_step=step))
            tx.audit(str(owner_id), "second step turned on", {"owner": owner_id}, at=now)
            return _codes(tx, owner_id)

    def turn_off_totp(self, owner_id: OwnerId) -> None:
        """Ask for no codes any more; the secret and the recovery codes are forgotten."""
        now = self._now()
        with self._ledger.transaction() as tx:
            tx.put_person(evolve(person_of(tx, owner_id, now), totp_at=None))
            tx.drop_secret(TOTP, owner_id)
            tx.set_recovery_codes(owner_id, ())
            tx.audit(str(owner_id), "second step turned off", {"owner": owner_id}, at=now)

    def use_totp(self, owner_id: OwnerId, step: int) -> bool:
        """Use up the code of these 30 seconds; False where it, or a later one, was used before."""
        with self._ledger.transaction() as tx:
            return tx.totp_used(owner_id, step)

    def use_recovery_code(self, owner_id: OwnerId, code: str) -> bool:
        """Use up a recovery code; False where the owner has no such code left."""
        now = self._now()
        with self._ledger.transaction() as tx:
            used = tx.use_recovery_code(owner_id, _hash(owner_id, code), at=now)
            if used:
                left = tx.count_recovery_codes(owner_id)
                tx.audit(str(owner_id), "recovery code used", {"owner": owner_id, "left": left}, at=now)
            return used

    def new_recovery_codes(self, owner_id: OwnerId) -> tuple[str, ...]:
        """Return new recovery codes, in place of all earlier ones; they are shown once."""
        now = self._now()
        with self._ledger.transaction() as tx:
            tx.audit(str(owner_id), "new recovery codes", {"owner": owner_id}, at=now)
            return _codes(tx, owner_id)

    def recovery_codes_left(self, owner_id: OwnerId) -> int:
        """Return how many recovery codes an owner has left."""
        with self._ledger.reading() as tx:
            return tx.count_recovery_codes(owner_id)


def _codes(tx: Transaction, owner: OwnerId) -> tuple[str, ...]:
    texts = [base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    codes = tuple("-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP)) for text in texts)
    tx.set_recovery_codes(owner, [_hash(owner, one) for one in codes])
    return codes


def _hash(owner: OwnerId, code: str) -> str:
    return hashed(f"recovery {owner}", "".join(char for char in code.lower() if char.isalnum()))
