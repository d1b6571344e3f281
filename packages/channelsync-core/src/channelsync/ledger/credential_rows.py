"""The state of each account's access: until when it is good, when to renew it, who is at it. The access is a secret.

Who stores a renewed access names the ``generation`` it was renewed from: of two that renew at once the first to come
back stores, and the other finds that it was overtaken. The lease only keeps the second from asking the platform at all;
one that would last longer than any is given belongs to a clock that was set back, and is void.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, or_, select, update

from channelsync.ids import AccountId
from channelsync.ledger.records import Credential
from channelsync.ledger.rows import Rows
from channelsync.ledger.service_tables import credentials

__all__ = ["LONGEST_ACCESS_LEASE", "CredentialRows"]

LONGEST_ACCESS_LEASE: Final = timedelta(minutes=10)
"""No access is leased for longer."""
_LONGEST_WHY: Final = 500
_FRESH: Final[dict[str, object]] = {
    "lease_owner": "",
    "lease_until": None,
    "failures": 0,
    "revoked_at": None,
    "why": "",
}


class CredentialRows(Rows):
    """Credentials."""

    def put_credential(self, account: AccountId, *, expires_at: datetime | None, refresh_at: datetime | None) -> None:
        """Note an access that the owner has just given: nothing is held against it."""
        known = self.credential(account)
        values = {"expires_at": expires_at, "refresh_at": refresh_at, **_FRESH}
        if known is None:
            self._run(credentials.insert().values(account_id=account, generation=1, **values))
        else:
            mine = update(credentials).where(credentials.c.account_id == account)
            self._run(mine.values(generation=known.generation + 1, **values))

    def credential(self, account: AccountId) -> Credential | None:
        """Return the state of an account's access, None where it has none."""
        row = self._first(select(credentials).where(credentials.c.account_id == account))
        return None if row is None else _credential(row)

    def credentials_due(self, now: datetime, *, limit: int = 200) -> tuple[Credential, ...]:
        """Return what is to be renewed and is at nobody's hands, longest due first."""
        chosen = select(credentials).where(*_to_renew(now))
        rows = self._all(chosen.order_by(credentials.c.refresh_at, credentials.c.account_id).limit(limit))
        return tuple(_credential(row) for row in rows)

    def lease_credential(self, account: AccountId, holder: str, *, now: datetime, until: datetime) -> Credential | None:
        """Take what is to be renewed for one worker; None where it is not, or another was faster."""
        mine = credentials.c.account_id == account, *_to_renew(now)
        if not self._run(update(credentials).where(*mine).values(lease_owner=holder, lease_until=until)):
            return None
        return self.credential(account)

    def renew_credential(
        self, account: AccountId, generation: int, *, expires_at: datetime | None, refresh_at: datetime | None
    ) -> bool:
        """Note that the access of that generation was renewed; False where it was replaced meanwhile."""
        values: dict[str, object] = {
            "generation": generation + 1,
            "expires_at": expires_at,
            "refresh_at": refresh_at,
            **_FRESH,
        }
        return self._at(account, generation, values)

    def credential_failed(self, taken: Credential, holder: str, *, refresh_at: datetime, why: str) -> bool:
        """Note that it could not be renewed and is tried again; False where another has taken or replaced it since."""
        values: dict[str, object] = {
            "refresh_at": refresh_at,
            "failures": taken.failures + 1,
            "why": why[:_LONGEST_WHY],
        }
        values |= {"lease_owner": "", "lease_until": None}
        return self._at(taken.account, taken.generation, values, credentials.c.lease_owner == holder)

    def hasten_credential(self, account: AccountId, generation: int, *, refresh_at: datetime, why: str) -> bool:
        """Note that it has to be renewed sooner than it said.

        Returns:
            False where it was replaced, is revoked, or waits after a failure: no wait is cut short.
        """
        values: dict[str, object] = {"refresh_at": refresh_at, "why": why[:_LONGEST_WHY]}
        free = credentials.c.revoked_at.is_(None), credentials.c.failures == 0
        return self._at(account, generation, values, *free)

    def revoke_credential(self, account: AccountId, generation: int, *, at: datetime, why: str) -> bool:
        """Note that only the owner can give access again; False where it was replaced, or is revoked already."""
        values: dict[str, object] = {"revoked_at": at, "refresh_at": None, "why": why[:_LONGEST_WHY]}
        values |= {"lease_owner": "", "lease_until": None}
        return self._at(account, generation, values, credentials.c.revoked_at.is_(None))

    def _at(self, account: AccountId, generation: int, values: dict[str, object], *where: ColumnElement[bool]) -> bool:
        mine = credentials.c.account_id == account, credentials.c.generation == generation
        return bool(self._run(update(credentials).where(*mine, *where).values(values)))


def _to_renew(now: datetime) -> tuple[ColumnElement[bool], ...]:
    until = credentials.c.lease_until
    free = or_(until.is_(None), until <= now, until > now + LONGEST_ACCESS_LEASE)
    return credentials.c.refresh_at <= now, credentials.c.revoked_at.is_(None), free


def _credential(row: Row[Any]) -> Credential:
    return Credential(
        AccountId(row.account_id),
        row.generation,
        row.expires_at,
        row.refresh_at,
        row.failures,
        row.revoked_at,
        row.why,
    )
