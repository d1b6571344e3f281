"""An owner's address and password: chosen with a one-time code, changed by whoever is signed in, reset by mail.

The code comes from the command line (``channelsync owner add`` or ``reset``), so from whoever runs the installation:
nobody becomes an owner by coming first. It is a new beginning: whatever opened the account before opens it no more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from attrs import evolve

from channelsync.errors import UsageError
from channelsync.ids import OwnerId
from channelsync.inventory import Owner
from channelsync.ledger import Person, Ticket, Transaction
from channelsync.manager.keeping import code_hash
from channelsync.notify.smtp import mail_address
from channelsync.service.addresses import preferences_of, set_preferences
from channelsync.service.people.base import TOTP, Base, drawn, hashed, person_of
from channelsync.service.people.sessions import begun

__all__ = ["RESET", "Accounts", "sign_in_address"]

RESET: Final = "reset"
"""The kind of a ticket with which a password is chosen anew."""
_RESET_WITHIN: Final = timedelta(minutes=30)
_NO_CODE: Final = "this code does not open anything: it is mistyped, used, or older than a day"
_NO_TICKET: Final = "this link does not open anything any more: it serves once, within half an hour"
_TAKEN: Final = "somebody else signs in with this address"


def sign_in_address(text: str) -> str:
    """Return an e-mail address as it is kept to sign in with: in small letters.

    Raises:
        UsageError: it is none.
    """
    return mail_address(text).lower()


class Accounts(Base):
    """Addresses and passwords; a password comes here as its hash."""

    def person(self, owner_id: OwnerId) -> Person:
        """Return how an owner signs in, a blank one where nothing was chosen yet."""
        with self._ledger.reading() as tx:
            return person_of(tx, owner_id, self._now())

    def by_email(self, email: str) -> Person | None:
        """Return who signs in with that address, None where nobody does, or it is no address."""
        try:
            address = sign_in_address(email)
        except UsageError:
            return None
        with self._ledger.reading() as tx:
            return tx.person_by_email(address)

    def owner(self, owner_id: OwnerId) -> Owner:
        """Return the owner of that id.

        Raises:
            UsageError: there is none.
        """
        with self._ledger.reading() as tx:
            found = tx.owner_of_person(owner_id)
        if found is None:
            msg = "there is no such owner"
            raise UsageError(msg)
        return found

    # With a code -----------------------------------------------------------------------------------------------------
    def invited(self, code: str) -> Owner:
        """Return whose one-time code it is; using it up is `welcome`'s.

        Raises:
            UsageError: it is unknown, used, or over: which of these is not said.
        """
        with self._ledger.reading() as tx:
            owner = tx.signin_owner(code_hash(code), at=self._now())
            found = None if owner is None else tx.owner_of_person(owner)
        if found is None:
            raise UsageError(_NO_CODE, advice="`channelsync owner reset NAME` makes another.")
        return found

    def welcome(self, code: str, email: str, password: str, agent: str = "") -> str:
        """Use up a one-time code, set address and password, and return the token of a new session.

        Sessions, app, recovery codes, passkeys and services of before end. Messages go to the address, where the owner
        has given none for them yet.

        Args:
            code: as it was shown.
            email: to sign in with.
            password: its hash.
            agent: the browser, in a few words.

        Raises:
            UsageError: the code opens nothing, or the address is none, or somebody else's; nothing is changed.
        """
        now, address = self._now(), sign_in_address(email)
        with self._ledger.transaction() as tx:
            owner_id = tx.use_signin(code_hash(code), at=now)
            owner = None if owner_id is None else tx.owner_of_person(owner_id)
            if owner is None:
                raise UsageError(_NO_CODE, advice="`channelsync owner reset NAME` makes another.")
            _free(tx, address, owner.id)
            _nothing_left(tx, owner.id, now)
            tx.put_person(evolve(person_of(tx, owner.id, now), email=address, password=password, totp_at=None))
            tx.audit(str(owner.id), "signed in with a code", {"owner": owner.id}, at=now)
            wishes, _ = preferences_of(tx, owner)
            if not wishes.mail:
                set_preferences(tx, owner, evolve(wishes, mail=mail_address(email)), actor=str(owner.id), at=now)
            return begun(tx, owner.id, agent, how="code", at=now)

    # Signed in -------------------------------------------------------------------------------------------------------
    def set_password(self, owner_id: OwnerId, password: str, *, but: str = "") -> None:
        """Keep a new password's hash; every session but the one of that id ends, and so do links sent by mail."""
        now = self._now()
        with self._ledger.transaction() as tx:
            _new_password(tx, owner_id, password, but, now)
            tx.audit(str(owner_id), "password changed", {"owner": owner_id}, at=now)

    def rehash(self, owner_id: OwnerId, old: str, new: str) -> None:
        """Keep another hash of the same password, unless it was changed meanwhile."""
        with self._ledger.transaction() as tx:
            person = tx.person(owner_id)
            if person is not None and person.password == old:
                tx.put_person(evolve(person, password=new))

    def set_email(self, owner_id: OwnerId, email: str) -> None:
        """Keep another address to sign in with; links sent to the old one end.

        Raises:
            UsageError: it is none, or somebody else's.
        """
        now, address = self._now(), sign_in_address(email)
        with self._ledger.transaction() as tx:
            _free(tx, address, owner_id)
            tx.put_person(evolve(person_of(tx, owner_id, now), email=address))
            tx.drop_tickets(owner_id, RESET)
            tx.audit(str(owner_id), "address changed", {"owner": owner_id}, at=now)

    # By mail ---------------------------------------------------------------------------------------------------------
    def reset_ticket(self, email: str) -> tuple[Owner, str, str] | None:
        """Return who signs in with an address, that address as it is kept, and a ticket to choose a password with.

        It serves once, within half an hour, and ends earlier ones. None where nobody has that address.
        """
        now, person = self._now(), self.by_email(email)
        if person is None or person.email is None:
            return None
        ticket = drawn()
        with self._ledger.transaction() as tx:
            owner = tx.owner_of_person(person.owner)
            if owner is None:
                return None
            tx.drop_tickets(owner.id, RESET)
            tx.add_ticket(Ticket(RESET, owner.id, now, now + _RESET_WITHIN), hashed(RESET, ticket))
            tx.audit("somebody", "password reset asked for", {"owner": owner.id}, at=now)
        return owner, person.email, ticket

    def check_ticket(self, ticket: str) -> None:
        """Make sure that a password could be chosen with this ticket.

        Raises:
            UsageError: it is unknown, used, or over.
        """
        with self._ledger.reading() as tx:
            if tx.ticket(RESET, hashed(RESET, ticket), at=self._now()) is None:
                raise UsageError(_NO_TICKET, advice="Ask for another one.")

    def reset(self, ticket: str, password: str) -> OwnerId:
        """Use up a ticket, and keep the new password's hash; every session ends. Return whose password it is.

        Raises:
            UsageError: the ticket is unknown, used, or over.
        """
        now = self._now()
        with self._ledger.transaction() as tx:
            used = tx.use_ticket(RESET, hashed(RESET, ticket), at=now)
            if used is None:
                raise UsageError(_NO_TICKET, advice="Ask for another one.")
            _new_password(tx, used.owner, password, "", now)
            tx.audit(str(used.owner), "password reset", {"owner": used.owner}, at=now)
        return used.owner


def _new_password(tx: Transaction, owner: OwnerId, password: str, but: str, at: datetime) -> None:
    tx.put_person(evolve(person_of(tx, owner, at), password=password))
    tx.end_sessions(owner, but=but, at=at)
    tx.drop_tickets(owner, RESET)


def _nothing_left(tx: Transaction, owner: OwnerId, at: datetime) -> None:
    """End whatever opens an owner's account."""
    tx.end_sessions(owner, at=at)
    tx.drop_tickets(owner)
    tx.set_recovery_codes(owner, ())
    tx.drop_passkeys(owner)
    tx.drop_identities(owner)
    tx.drop_secret(TOTP, owner)


def _free(tx: Transaction, address: str, owner: OwnerId) -> None:
    known = tx.person_by_email(address)
    if known is not None and known.owner != owner:
        raise UsageError(_TAKEN, advice="Choose another one.")
