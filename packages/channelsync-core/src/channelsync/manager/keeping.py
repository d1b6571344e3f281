"""The installation itself: its owners and how they get in, its audit trail, and everything put back from a backup."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, final

from attrs import field, frozen

from channelsync import orders
from channelsync.errors import UsageError
from channelsync.inventory import Owner
from channelsync.ledger import AuditLine, Transaction
from channelsync.manager.desk import Desk

__all__ = ["Keeping", "SignIn", "code_hash"]

_VALID: Final = timedelta(hours=24)
_CODE_BYTES: Final = 15
_GROUP: Final = 4
_LONGEST: Final = 60


@final
@frozen
class SignIn:
    """A one-time code for an owner to sign in with. It is shown once: only its hash is kept."""

    owner: Owner
    code: str = field(repr=False)
    until: datetime


class Keeping(Desk):
    """Owners, the audit trail, and putting back."""

    def owners(self) -> tuple[Owner, ...]:
        """Return every owner, in the order they were added."""
        with self.ledger.reading() as tx:
            return tx.owners()

    def owner(self, ref: str) -> Owner:
        """Return the owner of that id or name.

        Raises:
            UsageError: there is none, or several have that name; the advice lists them.
        """
        with self.ledger.reading() as tx:
            return tx.owner_by(ref)

    def add_owner(self, name: str, *, language: str = "fr") -> SignIn:
        """Add an owner, and return a code with which they can sign in once within a day.

        Raises:
            UsageError: the name is taken or no name, or the language is not offered.
        """
        now = self._now()
        with self.ledger.transaction() as tx:
            if any(_same(one.name, name) for one in tx.owners()):
                msg = f"there is an owner called {' '.join(name.split())[:_LONGEST]} already"
                raise UsageError(msg, advice="Choose another name, or `channelsync owner reset` gives them a new code.")
            owner = tx.add_owner(name, language=language, at=now)
            tx.audit("owner", "owner added", {"owner": owner.id}, at=now)
            return _signin(tx, owner, now)

    def reset_owner(self, ref: str) -> SignIn:
        """Give an owner a new code; earlier ones end.

        Raises:
            UsageError: there is no such owner.
        """
        owner, now = self.owner(ref), self._now()
        with self.ledger.transaction() as tx:
            tx.audit("owner", "owner reset", {"owner": owner.id}, at=now)
            return _signin(tx, owner, now)

    def redeem(self, code: str) -> Owner:
        """Use up a code, and return whose it is. It is found by its hash: the time says nothing of near misses.

        Raises:
            UsageError: it is unknown, used, or over: which of these is not said.
        """
        now = self._now()
        with self.ledger.transaction() as tx:
            owner_id = tx.use_signin(code_hash(code), at=now)
            if owner_id is not None:
                tx.audit(str(owner_id), "signed in with a code", {"owner": owner_id}, at=now)
                return next(one for one in tx.owners() if one.id == owner_id)
        msg = "this code does not open anything: it is mistyped, used, or older than a day"
        raise UsageError(msg, advice="`channelsync owner reset NAME` makes another.")

    def audit_lines(self, *, since: datetime | None = None, limit: int = 500) -> tuple[AuditLine, ...]:
        """Return the latest lines of the audit trail, oldest of them first."""
        with self.ledger.reading() as tx:
            return tx.audit_lines(since=since, limit=limit)

    def verify_audit(self) -> int:
        """Follow the whole audit trail, and return how many lines it has.

        Raises:
            AuditError: it does not add up; the text says from which line on.
        """
        with self.ledger.reading() as tx:
            return tx.verify_audit()

    def put_back(
        self, fill: Callable[[Transaction], object], *, made_at: datetime, aside: str | None = None
    ) -> tuple[str, ...]:
        """Put everything back as it was at an earlier moment, and have every unit look anew before it speaks.

        One transaction: it happens whole or not at all. Nothing opens by it (`orders.restored`).

        Args:
            fill: puts the rows in; it finds every table empty.
            made_at: when what is put back was true.
            aside: the file into which a database that holds units is copied before; None refuses such a one.

        Returns:
            The names of the units.

        Raises:
            UsageError: the database holds units, and nothing was said of where they are to be kept.
            LedgerError: the database cannot be used.
        """
        now = self._now()
        with self.ledger.transaction() as tx:
            if tx.units():
                if aside is None:
                    msg = f"the database {self.ledger.name} holds units already"
                    advice = "Restore into a new one, or add --replace, which keeps a copy of what is there."
                    raise UsageError(msg, advice=advice)
                self.ledger.copy_to(aside)
            tx.clear()
            fill(tx)
            tx.start_over(now)
            units = tx.units()
            for unit in units:
                before = tx.load(unit.id, self._traits)
                given_up = [one.id for one in before.listings if tx.link_removed(one.id)]
                tx.save(before, orders.restored(before, now, given_up=given_up), (), now)
            tx.audit("owner", "restored", {"made_at": made_at.isoformat(), "units": len(units)}, at=now)
        return tuple(unit.name for unit in units)


def _signin(tx: Transaction, owner: Owner, now: datetime) -> SignIn:
    text = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode()
    code = "-".join(text[place : place + _GROUP] for place in range(0, len(text), _GROUP))
    tx.add_signin(code_hash(code), owner.id, at=now, until=now + _VALID)
    return SignIn(owner, code, now + _VALID)


def code_hash(code: str) -> str:
    """Return what is kept of a code: it has so many random bits that a plain hash gives nothing away."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return sha256(b"channelsync sign-in 1\x00" + plain.encode()).hexdigest()


def _same(name: str, other: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(other.split()).casefold()
