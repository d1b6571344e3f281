"""Where owners are signed in, and what serves once. Tokens and tickets come here as hashes, never as themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, or_, select, update

from channelsync.ids import OwnerId
from channelsync.ledger.people_records import Session, Ticket
from channelsync.ledger.people_tables import sessions, tickets
from channelsync.ledger.ready import Ready
from channelsync.ledger.rows import Rows

__all__ = ["SessionRows"]

_KEPT: Final = timedelta(days=30)
"""How long a ticket that is over stays on record."""
_LONGEST_AGENT: Final = 120
_BY_HASH: Final = Ready(select(sessions).where(sessions.c.token_hash == bindparam("hash")))


class SessionRows(Rows):
    """Sessions and tickets."""

    def add_session(self, made: Session, token_hash: str) -> None:
        """Keep a session that has just begun."""
        values = {"created_at": made.created_at, "last_seen_at": made.last_seen_at, "confirmed_at": made.confirmed_at}
        names = {"id": made.id, "owner_id": made.owner, "agent": made.agent[:_LONGEST_AGENT], "how": made.how}
        self._run(sessions.insert().values(token_hash=token_hash, **names, **values))

    def session_by(self, token_hash: str) -> Session | None:
        """Return the session of that token's hash, also an ended one; None where there is none."""
        row = self._first(_BY_HASH, {"hash": token_hash})
        return None if row is None else _session(row)

    def open_sessions(self, owner: OwnerId) -> tuple[Session, ...]:
        """Return an owner's sessions that nobody ended, the one used last first."""
        mine = select(sessions).where(sessions.c.owner_id == owner, sessions.c.ended_at.is_(None))
        rows = self._all(mine.order_by(sessions.c.last_seen_at.desc(), sessions.c.created_at.desc(), sessions.c.id))
        return tuple(_session(row) for row in rows)

    def session_seen(self, session: str, *, at: datetime) -> None:
        """Note that a session is in use."""
        later = sessions.c.id == session, sessions.c.last_seen_at < at
        self._run(update(sessions).where(*later).values(last_seen_at=at))

    def session_confirmed(self, session: str, *, at: datetime) -> None:
        """Note that its owner has just proved again who they are."""
        self._run(update(sessions).where(sessions.c.id == session).values(confirmed_at=at))

    def end_session(self, session: str, owner: OwnerId, *, at: datetime) -> bool:
        """End one of an owner's sessions; False where they have none of that id."""
        mine = sessions.c.id == session, sessions.c.owner_id == owner, sessions.c.ended_at.is_(None)
        return bool(self._run(update(sessions).where(*mine).values(ended_at=at)))

    def end_sessions(self, owner: OwnerId, *, but: str = "", at: datetime) -> int:
        """End all of an owner's sessions but one, and return how many those were."""
        mine = sessions.c.owner_id == owner, sessions.c.id != but, sessions.c.ended_at.is_(None)
        return self._run(update(sessions).where(*mine).values(ended_at=at))

    def forget_sessions(self, *, seen_before: datetime, begun_before: datetime, ended_before: datetime) -> None:
        """Forget sessions that nobody used, that began, or that ended that long ago."""
        over = sessions.c.last_seen_at < seen_before, sessions.c.created_at < begun_before
        self._run(delete(sessions).where(or_(*over, sessions.c.ended_at < ended_before)))

    # Tickets ---------------------------------------------------------------------------------------------------------
    def add_ticket(self, made: Ticket, ticket: str) -> None:
        """Keep a ticket by its hash; those that ended a month ago go."""
        self._run(delete(tickets).where(tickets.c.expires_at < made.made_at - _KEPT))
        values = {"owner_id": made.owner, "about": dict(made.about)}
        times = {"made_at": made.made_at, "expires_at": made.expires_at}
        self._run(tickets.insert().values(ticket=ticket, kind=made.kind, **values, **times))

    def ticket(self, kind: str, ticket: str, *, at: datetime) -> Ticket | None:
        """Return the ticket of that kind and hash while it can be used; None otherwise."""
        row = self._first(select(tickets).where(*_usable(kind, ticket, at)))
        return None if row is None else _ticket(row)

    def use_ticket(self, kind: str, ticket: str, *, at: datetime) -> Ticket | None:
        """Use a ticket up, and return it; None where it is unknown, used, over, or for something else."""
        if not self._run(update(tickets).where(*_usable(kind, ticket, at)).values(used_at=at)):
            return None
        row = self._first(select(tickets).where(tickets.c.ticket == ticket))
        return None if row is None else _ticket(row)

    def has_ticket(self, ticket: str) -> bool:
        """Whether there is a ticket of that hash, used or not."""
        return self._first(select(tickets.c.ticket).where(tickets.c.ticket == ticket)) is not None

    def drop_tickets(self, owner: OwnerId, kind: str | None = None) -> None:
        """Forget an owner's tickets of a kind (None: of all kinds) that were not used."""
        mine = delete(tickets).where(tickets.c.owner_id == owner, tickets.c.used_at.is_(None))
        self._run(mine if kind is None else mine.where(tickets.c.kind == kind))


def _usable(kind: str, ticket: str, at: datetime) -> tuple[Any, ...]:
    return tickets.c.ticket == ticket, tickets.c.kind == kind, tickets.c.used_at.is_(None), tickets.c.expires_at > at


def _session(row: Row[Any]) -> Session:
    times = row.created_at, row.last_seen_at, row.confirmed_at
    return Session(row.id, OwnerId(row.owner_id), *times, row.agent, row.how, row.ended_at)


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(row.kind, OwnerId(row.owner_id), row.made_at, row.expires_at, row.about)
