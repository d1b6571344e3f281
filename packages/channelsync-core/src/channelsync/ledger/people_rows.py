"""With what owners sign in: address and password, codes of an app, recovery codes, passkeys, services that vouch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, func, select, update

from channelsync.ids import OwnerId
from channelsync.inventory import Owner
from channelsync.ledger.people_records import Identity, Passkey, Person
from channelsync.ledger.people_tables import identities, passkeys, people, recovery_codes
from channelsync.ledger.ready import Ready
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import owners

__all__ = ["PeopleRows"]

_OWNER: Final = Ready(select(owners).where(owners.c.id == bindparam("owner")))


class PeopleRows(Rows):
    """People, and what is theirs."""

    def person(self, owner: OwnerId) -> Person | None:
        """Return how an owner signs in, None where nothing was chosen yet; a writer holds it until the end."""
        chosen = select(people).where(people.c.owner_id == owner)
        row = self._first(chosen.with_for_update() if self._locking else chosen)
        return None if row is None else _person(row)

    def owner_of_person(self, owner: OwnerId) -> Owner | None:
        """Return the owner of that id alone, None where there is none: asked for at every request of theirs."""
        row = self._first(_OWNER, {"owner": owner})
        return None if row is None else Owner(OwnerId(row.id), row.name, row.language)

    def person_by_email(self, email: str) -> Person | None:
        """Return whose address that is, None where it is nobody's."""
        row = self._first(select(people).where(people.c.email == email))
        return None if row is None else _person(row)

    def put_person(self, made: Person) -> None:
        """Keep how an owner signs in, in place of what was; no two have one address, which the caller has seen to."""
        values = {"email": made.email, "password": made.password, "totp_at": made.totp_at, "totp_step": made.totp_step}
        if not self._run(update(people).where(people.c.owner_id == made.owner).values(**values)):
            self._run(people.insert().values(owner_id=made.owner, created_at=made.created_at, **values))

    def totp_used(self, owner: OwnerId, step: int) -> bool:
        """Note that the code of these 30 seconds was used; False where it, or a later one, was already."""
        later = people.c.owner_id == owner, people.c.totp_step < step
        return bool(self._run(update(people).where(*later).values(totp_step=step)))

    # Recovery codes --------------------------------------------------------------------------------------------------
    def set_recovery_codes(self, owner: OwnerId, codes: Sequence[str]) -> None:
        """Keep the hashes of an owner's recovery codes, in place of all earlier ones."""
        self._run(delete(recovery_codes).where(recovery_codes.c.owner_id == owner))
        self._run(recovery_codes.insert(), [{"owner_id": owner, "code": one} for one in codes])

    def use_recovery_code(self, owner: OwnerId, code: str, *, at: datetime) -> bool:
        """Use up the code of that hash; False where the owner has no such code left."""
        free = recovery_codes.c.owner_id == owner, recovery_codes.c.code == code, recovery_codes.c.used_at.is_(None)
        return bool(self._run(update(recovery_codes).where(*free).values(used_at=at)))

    def count_recovery_codes(self, owner: OwnerId) -> int:
        """Return how many codes an owner has left."""
        free = recovery_codes.c.owner_id == owner, recovery_codes.c.used_at.is_(None)
        return self._connection.execute(select(func.count()).select_from(recovery_codes).where(*free)).scalar_one()

    # Passkeys --------------------------------------------------------------------------------------------------------
    def add_passkey(self, made: Passkey) -> None:
        """Keep a passkey."""
        values = {"public_key": made.public_key, "uses": made.uses, "label": made.label, "created_at": made.created_at}
        self._run(passkeys.insert().values(id=made.id, owner_id=made.owner, **values))

    def passkey(self, passkey: str) -> Passkey | None:
        """Return a passkey by its id; a writer holds it until the end."""
        chosen = select(passkeys).where(passkeys.c.id == passkey)
        row = self._first(chosen.with_for_update() if self._locking else chosen)
        return None if row is None else _passkey(row)

    def passkeys(self, owner: OwnerId) -> tuple[Passkey, ...]:
        """Return an owner's passkeys, oldest first."""
        mine = select(passkeys).where(passkeys.c.owner_id == owner).order_by(passkeys.c.created_at, passkeys.c.id)
        return tuple(_passkey(row) for row in self._all(mine))

    def passkey_used(self, passkey: str, uses: int, *, at: datetime) -> None:
        """Note that it was used, and how often by its own count."""
        self._run(update(passkeys).where(passkeys.c.id == passkey).values(uses=uses, last_used_at=at))

    def drop_passkeys(self, owner: OwnerId, passkey: str | None = None) -> int:
        """Forget one of an owner's passkeys (None: all), and return how many those were."""
        mine = delete(passkeys).where(passkeys.c.owner_id == owner)
        return self._run(mine if passkey is None else mine.where(passkeys.c.id == passkey))

    # Identities ------------------------------------------------------------------------------------------------------
    def add_identity(self, made: Identity) -> None:
        """Keep who an owner is for another service."""
        values = {"issuer": made.issuer, "subject": made.subject, "created_at": made.created_at}
        self._run(identities.insert().values(owner_id=made.owner, **values))

    def identity(self, issuer: str, subject: str) -> Identity | None:
        """Return whom a service means by that name, None where it is nobody here."""
        row = self._first(select(identities).where(identities.c.issuer == issuer, identities.c.subject == subject))
        return None if row is None else _identity(row)

    def identities(self, owner: OwnerId) -> tuple[Identity, ...]:
        """Return who an owner is elsewhere, oldest first."""
        mine = select(identities).where(identities.c.owner_id == owner)
        rows = self._all(mine.order_by(identities.c.created_at, identities.c.issuer, identities.c.subject))
        return tuple(_identity(row) for row in rows)

    def identity_used(self, one: Identity, *, at: datetime) -> None:
        """Note that an owner came in by it."""
        same = identities.c.issuer == one.issuer, identities.c.subject == one.subject
        self._run(update(identities).where(*same).values(last_used_at=at))

    def drop_identities(self, owner: OwnerId, issuer: str | None = None) -> int:
        """Forget who an owner is for one service (None: for all), and return how many those were."""
        mine = delete(identities).where(identities.c.owner_id == owner)
        return self._run(mine if issuer is None else mine.where(identities.c.issuer == issuer))


def _person(row: Row[Any]) -> Person:
    return Person(OwnerId(row.owner_id), row.created_at, row.email, row.password, row.totp_at, row.totp_step)


def _passkey(row: Row[Any]) -> Passkey:
    made = OwnerId(row.owner_id), bytes(row.public_key), row.created_at
    return Passkey(row.id, *made, row.uses, row.label, row.last_used_at)


def _identity(row: Row[Any]) -> Identity:
    return Identity(row.issuer, row.subject, OwnerId(row.owner_id), row.created_at, row.last_used_at)
