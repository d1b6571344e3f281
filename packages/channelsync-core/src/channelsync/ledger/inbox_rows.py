"""What came in and waits to be acted on: deliveries of webhooks, and mails of platforms.

A row is there before its sender hears that we have it. Bodies may hold guests' names: they are emptied once handled,
and after a day whatever happens. A handled row stays for a while without its body, so that the same delivery is known
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select, update

from channelsync.ledger.records import Incoming
from channelsync.ledger.rows import Rows
from channelsync.ledger.service_tables import inbox

__all__ = ["InboxRows"]

_WAITING: Final = select(inbox).where(inbox.c.done_at.is_(None)).order_by(inbox.c.seq)
_EMPTY: Final[Mapping[str, object]] = {"headers": {}, "body": b""}


class InboxRows(Rows):
    """The inbox."""

    def put_incoming(self, key: str, source: str, headers: Mapping[str, str], body: bytes, *, at: datetime) -> bool:
        """Keep what came in; False where that ``key`` is known already, and nothing is kept."""
        values = {"key": key, "source": source, "at": at, "headers": dict(headers), "body": body}
        row = self._insert(inbox, attempts=0, outcome="", **values)
        return self._first(row.on_conflict_do_nothing().returning(inbox.c.seq)) is not None

    def incoming(self, *, limit: int = 100) -> tuple[Incoming, ...]:
        """Return what waits, longest first."""
        return tuple(_incoming(row) for row in self._all(_WAITING.limit(limit)))

    def close_incoming(self, seq: int, outcome: str, *, at: datetime) -> None:
        """Note what came of it, and empty it."""
        row = update(inbox).where(inbox.c.seq == seq, inbox.c.done_at.is_(None))
        self._run(row.values(done_at=at, outcome=outcome, **_EMPTY))

    def retry_incoming(self, seq: int) -> None:
        """Note a failure; it is tried again."""
        self._run(update(inbox).where(inbox.c.seq == seq).values(attempts=inbox.c.attempts + 1))

    def count_incoming(self, source: str, outcome: str, *, since: datetime) -> int:
        """Return how often something from there ended so, since that time."""
        chosen = select(func.count()).select_from(inbox).where(inbox.c.source == source, inbox.c.outcome == outcome)
        return self._connection.execute(chosen.where(inbox.c.done_at >= since)).scalar_one()

    def forget_incoming(self, *, waiting_before: datetime, known_before: datetime, at: datetime) -> int:
        """Empty what still waits since the first time, and forget what was handled before the second.

        A row from "the future", which a clock set back leaves behind, counts from the next call on.

        Returns:
            How many were given up.
        """
        self._run(inbox.delete().where(inbox.c.done_at < known_before))
        ahead = update(inbox).where(inbox.c.done_at.is_(None), inbox.c.at > at)
        self._run(ahead.values(at=at))
        old = update(inbox).where(inbox.c.done_at.is_(None), inbox.c.at < waiting_before)
        return self._run(old.values(done_at=at, outcome="given up: a day old", **_EMPTY))


def _incoming(row: Row[Any]) -> Incoming:
    return Incoming(row.seq, row.source, row.at, row.headers, bytes(row.body), row.attempts)
