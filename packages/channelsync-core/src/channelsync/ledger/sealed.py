"""Sealed secrets, as opaque bytes: the ledger cannot read them, and does not try."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from channelsync.ledger.records import Sealed
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import secrets

__all__ = ["SecretRows"]


class SecretRows(Rows):
    """Secrets by kind and by the id of what they belong to."""

    def put_secret(
        self,
        kind: str,
        id: str,  # noqa: A002 - as in the vault, whose words these are
        envelope: bytes,
        *,
        fingerprint: str = "",
        at: datetime,
    ) -> None:
        """Keep a sealed secret, in place of an earlier one; by the vault's ``fingerprint`` equal ones are found."""
        values = {"envelope": envelope, "fingerprint": fingerprint, "at": at}
        if not self._run(update(secrets).where(secrets.c.kind == kind, secrets.c.id == id).values(values)):
            self._run(secrets.insert().values(kind=kind, id=id, **values))

    def secret(self, kind: str, id: str) -> bytes | None:  # noqa: A002
        """Return a sealed secret, None where there is none."""
        row = self._first(select(secrets.c.envelope).where(secrets.c.kind == kind, secrets.c.id == id))
        return None if row is None else bytes(row.envelope)

    def drop_secret(self, kind: str, id: str) -> None:  # noqa: A002
        """Forget a secret."""
        self._run(delete(secrets).where(secrets.c.kind == kind, secrets.c.id == id))

    def secrets(self) -> tuple[Sealed, ...]:
        """Return all of them, to be sealed with another key."""
        return tuple(_sealed(row) for row in self._all(select(secrets).order_by(secrets.c.kind, secrets.c.id)))

    def secret_holders(self, kind: str, fingerprint: str) -> tuple[str, ...]:
        """Return the ids that hold an equal secret of that kind: the same link pasted twice, or the feed of a token."""
        chosen = select(secrets.c.id).where(secrets.c.kind == kind, secrets.c.fingerprint == fingerprint)
        return tuple(row.id for row in self._all(chosen.order_by(secrets.c.id)))

    def has_secrets(self) -> bool:
        """Whether there is any: then a missing key is an error, never a reason to make one."""
        return self._first(select(secrets.c.kind).limit(1)) is not None


def _sealed(row: Row[Any]) -> Sealed:
    return Sealed(row.kind, row.id, bytes(row.envelope), row.fingerprint, row.at)
