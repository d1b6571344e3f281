"""Passkeys, and services that vouch for people: what opens an account without its password.

What a passkey signed is checked by the web app; here each challenge serves once, and a key's own count never goes back:
one that does was copied. Who an owner is for another service is kept by that service's address and its name for them,
never by a mail address, which says nothing of whose it is here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from channelsync.errors import UsageError
from channelsync.ids import OwnerId
from channelsync.inventory import Owner
from channelsync.ledger import Identity, Passkey, Ticket
from channelsync.service.people.base import Base, hashed

__all__ = ["Keys"]

_CHALLENGE: Final = "challenge"
_CHALLENGE_KEPT: Final = timedelta(minutes=30)
_MOST_PASSKEYS: Final = 10
_MOST_IDENTITIES: Final = 5
_LONGEST_ID: Final = 1400
_LONGEST_LABEL: Final = 40
_LONGEST_SUBJECT: Final = 255


class Keys(Base):
    """Passkeys and identities."""

    def passkeys(self, owner_id: OwnerId) -> tuple[Passkey, ...]:
        """Return an owner's passkeys, oldest first."""
        with self._ledger.reading() as tx:
            return tx.passkeys(owner_id)

    def passkey(self, passkey_id: str) -> Passkey | None:
        """Return a passkey by its id, None where nobody has it."""
        with self._ledger.reading() as tx:
            return tx.passkey(passkey_id)

    def add_passkey(self, owner_id: OwnerId, passkey_id: str, public_key: bytes, *, uses: int, label: str) -> None:
        """Keep a new passkey of an owner.

        Raises:
            UsageError: it is known already, or the owner has more than anybody needs.
        """
        now, words = self._now(), " ".join(label.split())[:_LONGEST_LABEL]
        with self._ledger.transaction() as tx:
            if len(passkey_id) > _LONGEST_ID or tx.passkey(passkey_id) is not None:
                msg = "this passkey is in use already"
                raise UsageError(msg, advice="Use another device, or remove the passkey first.")
            if len(tx.passkeys(owner_id)) >= _MOST_PASSKEYS:
                msg = f"there are {_MOST_PASSKEYS} passkeys already"
                raise UsageError(msg, advice="Remove one that is no longer used.")
            tx.add_passkey(Passkey(passkey_id, owner_id, public_key, now, uses, words))
            tx.audit(str(owner_id), "passkey added", {"owner": owner_id}, at=now)

    def use_passkey(self, known: Passkey, uses: int, challenge: str) -> bool:
        """Note that a passkey met a challenge; False where the challenge was met before, or the key was copied.

        Args:
            known: the key, as it was read for the check.
            uses: the key's own count, 0 where it does not count.
            challenge: what it signed.
        """
        now, spent = self._now(), hashed(_CHALLENGE, challenge)
        with self._ledger.transaction() as tx:
            stored = tx.passkey(known.id)
            if stored is None or tx.has_ticket(spent):
                return False
            if (uses or stored.uses) and uses <= stored.uses:
                tx.audit(str(stored.owner), "passkey refused: its count went back", {"owner": stored.owner}, at=now)
                return False
            tx.add_ticket(Ticket(_CHALLENGE, stored.owner, now, now + _CHALLENGE_KEPT), spent)
            tx.use_ticket(_CHALLENGE, spent, at=now)
            tx.passkey_used(stored.id, uses, at=now)
            return True

    def drop_passkey(self, owner_id: OwnerId, passkey_id: str) -> bool:
        """Forget one of an owner's passkeys; False where they have none of that id."""
        now = self._now()
        with self._ledger.transaction() as tx:
            gone = bool(tx.drop_passkeys(owner_id, passkey_id))
            if gone:
                tx.audit(str(owner_id), "passkey removed", {"owner": owner_id}, at=now)
            return gone

    # Services that vouch ---------------------------------------------------------------------------------------------
    def identities(self, owner_id: OwnerId) -> tuple[Identity, ...]:
        """Return who an owner is for other services, oldest first."""
        with self._ledger.reading() as tx:
            return tx.identities(owner_id)

    def link_identity(self, owner_id: OwnerId, issuer: str, subject: str) -> None:
        """Let an owner sign in as whom a service calls ``subject``; the caller has made sure of both.

        Raises:
            UsageError: that one signs in here as somebody else, or the owner has more than anybody needs.
        """
        now = self._now()
        if not 0 < len(subject) <= _LONGEST_SUBJECT:
            msg = "that service names people in a way that cannot be kept"
            raise UsageError(msg)
        with self._ledger.transaction() as tx:
            known = tx.identity(issuer, subject)
            if known is not None and known.owner == owner_id:
                return
            if known is not None:
                msg = "that account opens the lodgings of somebody else already"
                raise UsageError(msg, advice="Use another account of that service.")
            if len(tx.identities(owner_id)) >= _MOST_IDENTITIES:
                msg = f"there are {_MOST_IDENTITIES} accounts of other services already"
                raise UsageError(msg, advice="Remove one that is no longer used.")
            tx.add_identity(Identity(issuer, subject, owner_id, now))
            tx.audit(str(owner_id), "identity linked", {"owner": owner_id}, at=now)

    def use_identity(self, issuer: str, subject: str) -> Owner | None:
        """Return whom a service means, and note that they came in by it; None where it is nobody here."""
        with self._ledger.transaction() as tx:
            known = tx.identity(issuer, subject)
            if known is None:
                return None
            tx.identity_used(known, at=self._now())
            return tx.owner_of_person(known.owner)

    def unlink_identity(self, owner_id: OwnerId, issuer: str) -> bool:
        """Let an owner not sign in by a service any more; False where they did not."""
        now = self._now()
        with self._ledger.transaction() as tx:
            gone = bool(tx.drop_identities(owner_id, issuer))
            if gone:
                tx.audit(str(owner_id), "identity unlinked", {"owner": owner_id}, at=now)
            return gone
