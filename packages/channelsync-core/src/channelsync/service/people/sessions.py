"""Sessions: who is signed in, where, since when; each ends by itself, and can be ended at once.

A session ends 30 days after it was last used and 90 days after it began. Its token is drawn anew at every sign-in, so
that a token somebody planted in a browser is never anybody's.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, final

from attrs import frozen

from channelsync.errors import LedgerError
from channelsync.ids import OwnerId
from channelsync.inventory import Owner
from channelsync.ledger import Session, Transaction
from channelsync.service.people.base import Base, drawn, hashed

__all__ = ["IDLE", "WHOLE", "Sessions", "SignedIn"]

IDLE: Final = timedelta(days=30)
"""A session that is not used for so long is over."""
WHOLE: Final = timedelta(days=90)
"""No session lasts longer."""
_NOTED_EVERY: Final = timedelta(minutes=10)
_MOST: Final = 20
"""So many sessions an owner has at once; then the one not used for longest ends."""
_KEPT: Final = timedelta(days=30)
_SHOWN: Final = 80


@final
@frozen
class SignedIn:
    """Somebody who is signed in: the session's id, whose it is, since when, and when they last proved who they are.

    ``heard`` is the word for what there was of the owner's then (`Transaction.pulses`), where it was asked for.
    """

    id: str
    owner: Owner
    since: datetime
    confirmed_at: datetime
    heard: str = ""


class Sessions(Base):
    """Who is signed in."""

    def session(self, token: str, *, hearing: bool = False) -> SignedIn | None:
        """Return who signed in with this token; None where nobody did, or that is over.

        With ``hearing`` also the word for what there is of theirs, from the same moment.

        Raises:
            LedgerError: the database cannot be read.
        """
        now = self._now()
        with self._ledger.reading() as tx:
            found = tx.session_by(hashed("session", token)) if token else None
            if found is None or not _lives(found, now):
                return None
            owner = tx.owner_of_person(found.owner)
            heard = tx.pulses([found.owner])[found.owner] if hearing else ""
        if owner is None:
            return None
        if now - found.last_seen_at >= _NOTED_EVERY:
            with suppress(LedgerError), self._ledger.transaction(fleeting=True) as tx:  # a note, not a condition
                tx.session_seen(found.id, at=now)
        return SignedIn(found.id, owner, found.created_at, found.confirmed_at, heard)

    def begin(self, owner_id: OwnerId, agent: str = "", *, how: str = "") -> str:
        """Sign an owner in, and return the token of the new session: it is shown to their browser and kept nowhere.

        Args:
            owner_id: who.
            agent: the browser, in a few words.
            how: the way in: ``password``, ``passkey``, ``code`` or ``identity``.
        """
        with self._ledger.transaction() as tx:
            return begun(tx, owner_id, agent, how=how, at=self._now())

    def end(self, session_id: str, owner_id: OwnerId) -> bool:
        """End one session of an owner; False where they have none of that id."""
        now = self._now()
        with self._ledger.transaction() as tx:
            ended = tx.end_session(session_id, owner_id, at=now)
            if ended:
                tx.audit(str(owner_id), "signed out", {"owner": owner_id, "session": session_id}, at=now)
            return ended

    def end_all(self, owner_id: OwnerId, *, but: str = "") -> int:
        """End every session of an owner but the one of that id, and return how many those were."""
        now = self._now()
        with self._ledger.transaction() as tx:
            count = tx.end_sessions(owner_id, but=but, at=now)
            tx.audit(str(owner_id), "signed out everywhere", {"owner": owner_id, "sessions": count}, at=now)
            return count

    def sessions(self, owner_id: OwnerId) -> tuple[Session, ...]:
        """Return where an owner is signed in, the session used last first."""
        now = self._now()
        with self._ledger.reading() as tx:
            return tuple(one for one in tx.open_sessions(owner_id) if _lives(one, now))

    def confirm(self, session_id: str) -> None:
        """Note that who is signed in has just proved again who they are."""
        with self._ledger.transaction() as tx:
            tx.session_confirmed(session_id, at=self._now())


def begun(tx: Transaction, owner: OwnerId, agent: str, *, how: str, at: datetime) -> str:
    """Begin a session inside a transaction, and return its token."""
    tx.forget_sessions(seen_before=at - IDLE - _KEPT, begun_before=at - WHOLE - _KEPT, ended_before=at - _KEPT)
    for oldest in tx.open_sessions(owner)[_MOST - 1 :]:
        tx.end_session(oldest.id, owner, at=at)
    token, new = drawn(), secrets.token_hex(8)
    words = "".join(char for char in agent if char.isprintable())[:_SHOWN]
    tx.add_session(Session(new, owner, at, at, at, words, how), hashed("session", token))
    tx.audit(str(owner), "signed in", {"owner": owner, "session": new, "how": how}, at=at)
    return token


def _lives(one: Session, now: datetime) -> bool:
    return one.ended_at is None and now - one.last_seen_at < IDLE and now - one.created_at < WHOLE
