"""Sealed secrets, as opaque bytes: the ledger cannot read them, and does not try."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, Row, bindparam, delete, func, select, tuple_, update

from channelsync.ledger.ready import Ready
from channelsync.ledger.records import Sealed
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import secrets

__all__ = ["SecretRows"]

_ENVELOPE: Final = Ready(
    select(secrets.c.envelope).where(secrets.c.kind == bindparam("kind"), secrets.c.id == bindparam("id"))
)


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
        row = self._first(_ENVELOPE, {"kind": kind, "id": id})
        return None if row is None else bytes(row.envelope)

    def drop_secret(self, kind: str, id: str) -> None:  # noqa: A002
        """Forget a secret."""
        self._run(delete(secrets).where(secrets.c.kind == kind, secrets.c.id == id))

    def secrets(self) -> tuple[Sealed, ...]:
        """Return all of them, to be sealed with another key."""
        return tuple(_sealed(row) for row in self._all(select(secrets).order_by(secrets.c.kind, secrets.c.id)))

    def secrets_sealed_otherwise(
        self, head: bytes, *, after: tuple[str, str] = ("", ""), limit: int = 100
    ) -> tuple[Sealed, ...]:
        """Return secrets whose envelope does not begin like that, by kind and id; they are held until the end."""
        where = _begin(len(head)) != head, tuple_(secrets.c.kind, secrets.c.id) > after
        chosen = select(secrets).where(*where).order_by(secrets.c.kind, secrets.c.id).limit(limit)
        rows = self._all(chosen.with_for_update() if self._locking else chosen)
        return tuple(_sealed(row) for row in rows)

    def count_secrets(self, head: bytes) -> int:
        """Return how many secrets have an envelope that begins like that."""
        chosen = select(func.count()).select_from(secrets).where(_begin(len(head)) == head)
        return self._connection.execute(chosen).scalar_one()

    def secret_holders(self, kind: str, *fingerprints: str) -> tuple[str, ...]:
        """Return the ids that hold an equal secret of that kind: the same link pasted twice, or the feed of a token.

        The vault's ``fingerprints`` are what to ask for: while keys rotate an equal secret may stand under either key.
        """
        chosen = select(secrets.c.id).where(secrets.c.kind == kind, secrets.c.fingerprint.in_(fingerprints))
        return tuple(row.id for row in self._all(chosen.order_by(secrets.c.id)))

    def sealed_by_others(self, heads: Sequence[bytes]) -> bool:
        """Whether any secret's envelope begins with none of these, which are equally long: its key is not at hand."""
        begin = _begin(len(heads[0]))
        return self._first(select(secrets.c.kind).where(begin.not_in(heads)).limit(1)) is not None

    def has_secrets(self) -> bool:
        """Whether there is any: then a missing key is an error, never a reason to make one."""
        return self._first(select(secrets.c.kind).limit(1)) is not None


def _begin(length: int) -> ColumnElement[bytes]:
    return func.substr(secrets.c.envelope, 1, length, type_=LargeBinary)


def _sealed(row: Row[Any]) -> Sealed:
    return Sealed(row.kind, row.id, bytes(row.envelope), row.fingerprint, row.at)
